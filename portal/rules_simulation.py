"""A simulation as officials read it: numbers of applicants, costs by fiscal year, indicators, and the cases concerned."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import inf
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from applications.past_cases import PastCase
from applications.rules import rule_book
from eligibility.language.ranges import End
from eligibility.simulation.comparison import Answer, Change, Comparison, Effect, YearCost
from eligibility.simulation.report import difference
from eligibility.words import Verdict
from portal.components.charts import Bars, lay_out_bars
from portal.components.dates import fiscal_year_text
from portal.components.money import range_text, yen_text
from portal.components.states import VERDICTS
from portal.fact_text import words

SHOWN = 200
"""Cases listed one by one."""
EFFECTS = (Effect.GAINS, Effect.LOSES, Effect.OPEN, Effect.SAME)


@dataclass(frozen=True, slots=True)
class Cost:
    """The costs of a fiscal year in words."""

    year: str
    old: str
    new: str
    guaranteed: str
    possible: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case for which something changes. No more of it is shown than where to open it."""

    reference: str
    url: str
    effect: str
    old_verdict: str
    new_verdict: str
    old_amount: str
    new_amount: str
    version: str


@dataclass(frozen=True, slots=True)
class Result:
    """One comparison for the page. ``other_version``: cases that another version governs."""

    name: str
    title: str
    comparison: Comparison
    rows: tuple[CaseRow, ...]
    more: int
    other_version: int

    @property
    def counts(self) -> dict[str, int]:
        """Applicants by what the change does to them."""
        return {effect.value: len(self.comparison.of(effect)) for effect in EFFECTS}

    @property
    def verdicts(self) -> list[tuple[str, str, int, bool]]:
        """From which verdict to which, how many, and whether it differs."""
        found = sorted(self.comparison.verdicts().items(), key=lambda item: (item[0][0] == item[0][1], item[0]))
        return [(verdict_word(old), verdict_word(new), number, old != new) for (old, new), number in found]

    @property
    def costs(self) -> list[Cost]:
        """By fiscal year, and all together last."""
        rows = [*self.comparison.by_year(), self.comparison.total()]
        names = [year_name(row.year) for row in rows[:-1]] + [gettext("合計")]
        return [_cost(name, row) for name, row in zip(names, rows, strict=True)]

    @property
    def bars(self) -> Bars:
        """The chart of the costs."""
        rows = []
        for row in self.comparison.by_year():
            for label, low, high in (
                (gettext("変更前"), row.old_guaranteed, row.old_possible),
                (gettext("変更後"), row.new_guaranteed, row.new_possible),
            ):
                name = gettext("%(year)s　%(which)s") % {"year": year_name(row.year), "which": label}
                rows.append((name, span(low, high), low, high))
        return lay_out_bars(rows)

    @property
    def indicators(self) -> list[dict[str, Any]]:
        """What the approvals would count for."""
        known = rule_book().kpi.indicators
        return [
            {"title": words(known[row.indicator].title), "unit": words(known[row.indicator].unit), "row": row}
            for row in self.comparison.indicators()
        ]

    @property
    def is_cost(self) -> bool:
        """The amount is money of the city, not what the applicant pays."""
        return self.comparison.what in ("grant", "contract_price", "tax_saving")

    @property
    def cost_title(self) -> str:
        """What the sums are."""
        return {
            "tax_saving": gettext("軽減する税額（年度別）"),
            "donation": gettext("申請者の寄附額（年度別）"),
            "fee": gettext("申請者が払う料金（年度別）"),
        }.get(self.comparison.what) or gettext("市の費用（年度別）")


def verdict_word(verdict: Verdict) -> str:
    """A verdict in words."""
    return str(VERDICTS[verdict].word)


def year_name(year: int | None) -> str:
    """A fiscal year, or that it is open."""
    return fiscal_year_text(year) if year is not None else gettext("年度未定")


def span(low: End, high: End) -> str:
    """From what is certain to what is possible."""
    return range_text(int(low), high if high == inf else int(high))


def signed(amount: End) -> str:
    """A difference with its sign."""
    if amount in (inf, -inf):
        return gettext("上限なし") if amount > 0 else gettext("上限あり")
    return ("+" if amount > 0 else "") + yen_text(int(amount)) if amount else "±" + yen_text(0)


def _cost(name: str, row: YearCost) -> Cost:
    return Cost(
        name,
        span(row.old_guaranteed, row.old_possible),
        span(row.new_guaranteed, row.new_possible),
        signed(row.new_guaranteed - row.old_guaranteed),
        signed(difference(row.old_possible, row.new_possible)),
    )


def amount_words(answer: Answer) -> str:
    """The amount of one answer; nothing where nothing is due."""
    if answer.verdict in (Verdict.NOT_ELIGIBLE, Verdict.NO_TERMS):
        return ""
    return span(answer.low, answer.high)


def result_of_cases(comparison: Comparison, found: Collection[PastCase]) -> Result:
    """The page's view of the stored cases."""
    versions = {past.reference: past.version for past in found}
    changed = [change for change in comparison.changes if change.effect is not Effect.SAME]
    order = list(EFFECTS)
    changed.sort(key=lambda change: order.index(change.effect))
    rows = tuple(_case(change, versions[change.subject.key]) for change in changed[:SHOWN])
    other = sum(version != comparison.old.name for version in versions.values())
    return Result("cases", gettext("これまでの案件"), comparison, rows, len(changed) - len(rows), other)


def result_of_people(comparison: Comparison) -> Result:
    """The page's view of the invented applicants."""
    return Result("people", gettext("架空の申請者"), comparison, (), 0, 0)


def _case(change: Change, version: str) -> CaseRow:
    return CaseRow(
        change.subject.key,
        reverse("desk_case", args=[change.subject.key]),
        change.effect.value,
        verdict_word(change.old.verdict),
        verdict_word(change.new.verdict),
        amount_words(change.old),
        amount_words(change.new),
        version,
    )
