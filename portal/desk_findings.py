"""Criteria and amounts on the desk: how each criterion came out under the confirmed facts, in figures and in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from applications.models import CriterionReview, Filing
from applications.procedure import determine
from applications.rules import rule_book
from applications.services.decide import Assessment
from eligibility.evaluation.reading import Reader
from eligibility.evaluation.render import by_fiscal_year, fact_of_path, groups_json, measured
from eligibility.evaluation.result import AmountLine, AmountResult, Determination, Finding, ItemFindings
from eligibility.language.nodes import Node
from eligibility.language.ranges import Range, ends_of, is_exact
from eligibility.rulebook.model import Assumption, Criterion, Source
from eligibility.words import AmountKind, Effect, Outcome
from portal.components.dates import day_text, fiscal_year_text
from portal.components.money import range_text
from portal.components.states import FINDINGS, Look
from portal.desk_facts import answer_text
from portal.fact_forms import words
from portal.fact_text import cited

EFFECTS: dict[Effect, str | Promise] = {
    Effect.REFUSE: _("満たさないと認められません"),
    Effect.REFER: _("満たさないときは市が判断します"),
    Effect.ADVISE: _("確認事項（満たさなくても認められます）"),
    Effect.LEAVE_OUT: _("満たさない明細は数えません"),
}
ISO_DAY = re.compile(r"\b(?:19|20|21)\d\d-[01]\d-[0-3]\d\b")
SIGNS = {">=": "≧", "<=": "≦", ">": ">", "<": "<", "==": "=", "!=": "≠"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The applicant's own figure beside what is needed."""

    own: str
    sign: str
    needed: str


@dataclass(frozen=True, slots=True)
class CriterionView:
    """One criterion with its finding. ``decided``: what an official decided where the rules leave it to the city."""

    name: str
    outcome: str
    look: Look
    text: str
    effect: str | Promise
    comparisons: tuple[Comparison, ...]
    reading: str
    applies: str
    article: str
    sources: tuple[Source, ...]
    assumptions: tuple[Assumption, ...]
    group: str
    decided: CriterionReview | None = None

    @property
    def open(self) -> bool:
        """The city has still to decide it."""
        return self.outcome == Outcome.REFERRED and self.decided is None


def criteria(filing: Filing, assessment: Assessment) -> list[CriterionView]:
    """Every criterion of the step, those that need somebody first."""
    decided = {review.criterion: review for review in filing.criterion_reviews.all() if review.is_current}
    views = [view_of(found, assessment.determination, decided) for found in assessment.determination.findings]
    order = [Outcome.REFERRED, Outcome.NOT_MET, Outcome.UNKNOWN, Outcome.MET, Outcome.NOT_APPLICABLE]
    return sorted(views, key=lambda view: order.index(Outcome(view.outcome)))


def view_of(
    found: Finding, determination: Determination, decided: dict[str, CriterionReview] | None = None
) -> CriterionView:
    """One finding in words."""
    criterion = found.criterion
    version = determination.version
    sources = version.sources if version is not None else {}
    groups = version.groups if version is not None else {}
    return CriterionView(
        name=criterion.name,
        outcome=found.outcome.value,
        look=FINDINGS[found.outcome.value],
        text=words(criterion.text),
        effect=EFFECTS[criterion.effect],
        comparisons=_comparisons(criterion, determination) if found.outcome is not Outcome.NOT_APPLICABLE else (),
        reading=_reading(criterion.holds, determination),
        applies=_reading(criterion.when, determination) if criterion.when is not None else "",
        article=cited(criterion.article),
        sources=tuple(sources[key] for key in criterion.source.split() if key in sources),
        assumptions=assumptions(criterion.assumption),
        group=words(groups[criterion.group]) if criterion.group in groups else "",
        decided=(decided or {}).get(criterion.name) if found.outcome is Outcome.REFERRED else None,
    )


def assumptions(keys: str) -> tuple[Assumption, ...]:
    """The assumptions that a rule names."""
    return tuple(rule_book().vocabulary.assumptions[key] for key in keys.split())


def _comparisons(criterion: Criterion, determination: Determination) -> tuple[Comparison, ...]:
    if determination.env is None or criterion.effect is Effect.LEAVE_OUT:
        return ()
    language = "en" if (get_language() or "ja").startswith("en") else "ja"
    return tuple(
        Comparison(dated(found["own"][language]), SIGNS[found["operator"]], dated(found["needed"][language]))
        for found in measured(criterion, determination.env, rule_book().vocabulary)
    )


def dated(text: str) -> str:
    """Days that the engine writes as ``2026-04-01``, as people read them."""
    return ISO_DAY.sub(lambda found: day_text(date.fromisoformat(found[0])), text)


def _reading(node: Node, determination: Determination) -> str:
    return dated(Reader(rule_book().vocabulary, get_language() or "ja", determination.env).read(node))


# --- items and groups ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ItemView:
    """One record of a list: what it is, whether it counts, and why not."""

    number: int
    summary: str
    counts: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemList:
    """The records of one list and what they have to meet."""

    title: str
    text: str
    items: tuple[ItemView, ...]


def item_lists(assessment: Assessment) -> list[ItemList]:
    """Lists whose records are tested one by one."""
    determination = assessment.determination
    if determination.version is None:
        return []
    facts = rule_book().vocabulary.facts
    made = []
    for record, block in determination.version.items.items():
        found = [item for item in determination.items if item.block.record == record]
        answers = assessment.answers.get(record) or []
        made.append(
            ItemList(words(facts[record].title), words(block.text), tuple(_item(item, answers) for item in found))
        )
    return made


def _item(found: ItemFindings, answers: list[Any]) -> ItemView:
    position = found.item.position
    fields = rule_book().vocabulary.facts[found.block.record].fields
    row = answers[position] if position < len(answers) else {}
    shown = [answer_text(fields[name], row[name]) for name in fields if name in row][:4]
    wanting = {True: (), False: (Outcome.NOT_MET,), None: (Outcome.UNKNOWN,)}[found.counts]
    return ItemView(
        number=position + 1,
        summary=gettext("・").join(shown),
        counts={True: "met", False: "not_met", None: "unknown"}[found.counts],
        reasons=tuple(words(f.criterion.text) for f in found.findings if f.outcome in wanting),
    )


def groups(determination: Determination) -> list[dict[str, str]]:
    """How each group of criteria came out on its own (plan certifiable, tax relief …)."""
    language = "en" if (get_language() or "ja").startswith("en") else "ja"
    tested = {found.criterion.group for found in determination.findings}
    return [
        {"title": group["text"][language], "outcome": group["outcome"]}
        for name, group in groups_json(determination).items()
        if name in tested
    ]


# --- amounts ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AmountView:
    """An amount with its lines as ``{% calculation %}`` takes them, and its sums by fiscal year."""

    title: str
    kind: str
    total: Any
    lines: tuple[dict[str, Any], ...]
    years: tuple[tuple[str, Any, Any], ...]
    note: str


WHAT: dict[str, str | Promise] = {
    "grant": _("助成額"),
    "contract_price": _("委託料"),
    "fee": _("利用料金"),
    "tax_saving": _("軽減される税額"),
    "donation": _("寄附額"),
}


def amounts(determination: Determination) -> list[AmountView]:
    """The amount and what goes with it (the firm's donation …)."""
    found = [(str(WHAT.get(determination.amount.what, "")), determination.amount)]
    version = determination.version
    if version is not None:
        found += [
            (words(version.other_amounts[name][0]), amount) for name, amount in determination.other_amounts.items()
        ]
    return [_amount(title, amount, determination) for title, amount in found if amount.kind is not AmountKind.NONE]


def _amount(title: str, amount: AmountResult, determination: Determination) -> AmountView:
    years = tuple(
        (fiscal_year_text(year) if is_exact(year) else gettext("年度未定"), *_low_high(yen))
        for year, yen in by_fiscal_year(amount)
    )
    return AmountView(
        title=title,
        kind=amount.kind.value,
        total=_pair(amount.low, amount.high),
        lines=tuple(_line(line, determination) for line in amount.lines if _applies(line, determination)),
        years=years if len(years) > 1 else (),
        note=words(amount.terms.note) if amount.terms is not None and amount.terms.note is not None else "",
    )


def _applies(line: AmountLine, determination: Determination) -> bool:
    """False for a component that is not for this applicant."""
    when = line.component.when
    return when is None or determination.env is None or when.run(determination.env) is not False


def _low_high(value: Any) -> tuple[Any, Any]:
    low, high = ends_of(value)
    return low, high


def _pair(low: Any, high: Any) -> Any:
    return int(low) if low == high else (int(low), high)


def _line(line: AmountLine, determination: Determination) -> dict[str, Any]:
    env = determination.env
    if env is not None and line.component.slot >= 0:
        env.slots[line.component.slot] = line.fiscal_year
    component = line.component
    title = words(component.title)
    if line.fiscal_year is not None:
        year = fiscal_year_text(line.fiscal_year) if is_exact(line.fiscal_year) else gettext("年度未定")
        title = gettext("%(title)s（%(year)s）") % {"title": title, "year": year}
    noted = assumptions(component.assumption)
    unit = component.rounding.unit
    entry: dict[str, Any] = {
        "label": title,
        "formula": _reading(component.yen, determination),
        "article": cited(component.article),
        "note": gettext("%(unit)s円未満切捨て") % {"unit": f"{unit:,}"},
        "assumed": " ".join(words(assumption.proposal) for assumption in noted) if noted else False,
    }
    if isinstance(line.yen, Range):
        return entry | {"yen": None, "low": int(line.yen.low), "high": line.yen.high}
    return entry | {"yen": int(line.yen)}


def amount_text(determination: Determination) -> str:
    """The amount in one phrase, empty where nothing is paid."""
    amount = determination.amount
    return "" if amount.kind is AmountKind.NONE else range_text(int(amount.low), amount.high)


# --- what the review has changed -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """The determination as declared beside the one under the confirmed facts."""

    declared: Determination
    confirmed: Determination


def difference(filing: Filing, assessment: Assessment) -> Difference | None:
    """What the review has changed in verdict or amount; ``None`` when nothing."""
    if assessment.answers == filing.answers:
        return None
    now = assessment.determination
    declared = determine(filing.case, filing.answers, assessment.step.name, now.on)
    same = declared.verdict is now.verdict and (declared.amount.low, declared.amount.high) == (
        now.amount.low,
        now.amount.high,
    )
    return None if same else Difference(declared, now)


def missing_texts(determination: Determination) -> list[str]:
    """What is not known and could still change the answer, in words."""
    vocabulary = rule_book().vocabulary
    made = []
    for path in determination.missing:
        title = words(fact_of_path(path, vocabulary).title)
        if "[" in path:
            name = words(vocabulary.facts[path[: path.index("[")]].title)
            number = int(path[path.index("[") + 1 : path.index("]")]) + 1
            title = gettext("%(list)s %(number)s件目の%(field)s") % {"list": name, "number": number, "field": title}
        made.append(title)
    return made


def assumed(keys: Iterable[str]) -> list[Assumption]:
    """The assumptions behind a determination."""
    return [rule_book().vocabulary.assumptions[key] for key in keys]
