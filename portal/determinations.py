"""A determination as screens show it: the answer first, the reason second, the law third. Everything below the first
lines is worked out only when a template asks for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import inf
from typing import Any, Final

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from applications.rules import rule_book
from eligibility.evaluation.facts import Facts
from eligibility.evaluation.questionnaire import facts_that_matter
from eligibility.evaluation.render import gap_reason
from eligibility.evaluation.result import AmountResult, Determination, Finding
from eligibility.language.ranges import Range
from eligibility.prove.offers import has_offers
from eligibility.rulebook.model import Fact, Text
from eligibility.words import AmountKind, Effect, Outcome, Verdict
from portal import trace
from portal.deadlines import step_deadline
from portal.fact_text import listed, quoted, words

POSSIBLE: Final = (Verdict.ELIGIBLE, Verdict.REFER, Verdict.UNDETERMINED)
"""Verdicts under which the applicant may still get something, the best first."""
RECEIVED: Final = frozenset({"grant", "contract_price", "tax_saving"})
"""Kinds of amounts that the applicant gets; fees and donations are what it pays."""


@dataclass(frozen=True, slots=True)
class Due:
    """The next day that matters: of which step, the day when it is known, or the words of the rules."""

    title: str
    until: date | None
    text: str


class Shown:
    """A determination with the facts it was made from. ``skipped``: facts that the visitor does not know."""

    def __init__(self, result: Determination, facts: Facts, skipped: Collection[str] = ()) -> None:
        self.result = result
        self.facts = facts
        self.skipped = set(skipped)
        self.scheme = result.scheme
        self.version = result.version
        self.verdict = result.verdict.value

    @property
    def programme_name(self) -> str:
        """First part of the scheme's id, for addresses."""
        return self.scheme.id.split("/")[0]

    @property
    def scheme_name(self) -> str:
        """Second part of the scheme's id, for addresses."""
        return self.scheme.id.split("/")[1]

    @property
    def url(self) -> str:
        """The scheme's page."""
        return reverse("scheme_page", args=[self.programme_name, self.scheme_name])

    # -- the answer -------------------------------------------------------------------------------------------

    @property
    def possible(self) -> bool:
        """The applicant may still get something."""
        return self.result.verdict in POSSIBLE

    @property
    def amount(self) -> AmountResult:
        """The main amount."""
        return self.result.amount

    @property
    def may_change(self) -> bool:
        """It makes sense to look for changes that would make it eligible, or bring more."""
        return has_offers(self.result)

    @property
    def has_amount(self) -> bool:
        """There is an amount to show that is not entirely open."""
        return self.amount.kind is not AmountKind.NONE and not (self.low == 0 and self.high == inf)

    @property
    def amount_open(self) -> bool:
        """The scheme pays something, but nothing can be said of how much yet."""
        return self.amount.kind is not AmountKind.NONE and not self.has_amount

    @property
    def is_received(self) -> bool:
        """The amount is what the applicant gets, not what it pays."""
        return self.amount.what in RECEIVED

    @property
    def low(self) -> int:
        """Least amount in whole yen."""
        return self.total[0]

    @property
    def high(self) -> float:
        """Largest amount; infinity when open."""
        return self.total[1]

    @property
    def amount_label(self) -> str:
        """What the amount is: 助成金, 軽減される税額."""
        own = {
            "tax_saving": gettext("軽減される税額"),
            "donation": gettext("貴社の負担（市の基金への寄附）"),
            "fee": gettext("利用料金"),
        }
        return own.get(self.amount.what) or capfirst(words(self.scheme.money))

    # -- the reason -------------------------------------------------------------------------------------------

    @cached_property
    def why(self) -> str:
        """The one sentence why."""
        return _WHY[self.result.verdict](self)

    @cached_property
    def missing(self) -> list[Fact]:
        """Facts that still matter and are not answered, each once, those for the verdict first."""
        facts = rule_book().vocabulary.facts
        only_amount = facts_that_matter(self.result)
        return [facts[name] for name in sorted(only_amount, key=lambda name: only_amount[name])]

    @cached_property
    def unasked(self) -> list[Fact]:
        """Missing facts that the visitor has not said to be unknown."""
        return [fact for fact in self.missing if fact.name not in self.skipped]

    @cached_property
    def due(self) -> Due | None:
        """The next deadline: of the window, or of the first step that has one."""
        version = self.version
        if version is None or not self.possible:
            return None
        if version.window is not None and version.window.closes is not None:
            return Due(gettext("募集の締切"), version.window.closes, "")
        for step in version.procedure:
            until = step_deadline(version, step, self.facts, self.result.on)
            if until is not None:
                return Due(words(step.title), until, words(step.deadline_text) if step.deadline_text else "")
            if step.deadline_text is not None:
                return Due(words(step.title), None, words(step.deadline_text))
            if not step.optional:
                return None
        return None

    # -- behind it --------------------------------------------------------------------------------------------

    @cached_property
    def criteria(self) -> list[dict[str, Any]]:
        """For ``{% criteria_list %}``."""
        return trace.criteria(self.result)

    @cached_property
    def lists(self) -> list[trace.ListShown]:
        """Records of lists: which count and why not."""
        return trace.lists(self.result)

    @cached_property
    def groups(self) -> list[tuple[str, str]]:
        """Groups of criteria with their outcomes."""
        return trace.groups(self.result)

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """For ``{% calculation %}``."""
        return trace.lines(self.amount, self.result)

    @cached_property
    def total(self) -> tuple[int, float]:
        """Both ends, for ``{% calculation %}``."""
        return trace.yen_ends(Range(self.amount.low, self.amount.high))

    @cached_property
    def years(self) -> list[dict[str, Any]]:
        """Sums by fiscal year."""
        return trace.years(self.amount)

    @cached_property
    def steps(self) -> list[trace.StepShown]:
        """Values worked out on the way."""
        return trace.steps(self.result)

    @property
    def amount_note(self) -> str:
        """What the rules say of the amount as a whole."""
        terms = self.amount.terms
        return words(terms.note) if terms is not None and terms.note is not None else ""

    @cached_property
    def other_amounts(self) -> list[dict[str, Any]]:
        """Further sums, such as the donation of the firm."""
        if self.version is None:
            return []
        return [
            {
                "title": words(self.version.other_amounts[name][0]),
                "lines": trace.lines(amount, self.result),
                "total": trace.yen_ends(Range(amount.low, amount.high)),
            }
            for name, amount in self.result.other_amounts.items()
            if amount.kind is not AmountKind.NONE and amount.high != inf
        ]

    @cached_property
    def assumptions(self) -> list[dict[str, str]]:
        """What the answer assumes."""
        return trace.assumptions(self.result.assumed)

    @cached_property
    def sources(self) -> list[dict[str, str]]:
        """What the rules rest on."""
        return trace.sources(self.version) if self.version is not None else []

    @cached_property
    def later(self) -> list[str]:
        """Criteria that are tested at a later step."""
        return [words(criterion.text) for criterion in self.result.later]

    @cached_property
    def subject_to(self) -> list[str]:
        """What else must be given: budget, selection."""
        return [words(text) for text in self.version.subject_to] if self.version is not None else []

    @property
    def subject_to_words(self) -> str:
        """The same in one line."""
        return listed(self.subject_to)

    @cached_property
    def notes(self) -> list[str]:
        """Remarks of the rule book."""
        return [words(text) for text in self.version.notes] if self.version is not None else []


# --- the one sentence ----------------------------------------------------------------------------------------


def _quoted(findings: list[Finding]) -> str:
    first = quoted([words(findings[0].criterion.text)])
    more = len(findings) - 1
    if not more:
        return first
    return ngettext("%(first)sほか%(more)d件", "%(first)sほか%(more)d件", more) % {"first": first, "more": more}


def _why_eligible(shown: Shown) -> str:
    tested = [f for f in shown.result.findings if f.outcome is Outcome.MET]
    return ngettext(
        "かかる要件%(number)d件を、すべて満たしています。",
        "かかる要件%(number)d件を、すべて満たしています。",
        len(tested),
    ) % {"number": len(tested)}


def _why_not(shown: Shown) -> str:
    failed = [
        f
        for f in shown.result.findings
        if f.outcome is Outcome.NOT_MET and f.criterion.effect in (Effect.REFUSE, Effect.LEAVE_OUT)
    ]
    return gettext("%(criteria)sを満たしていません。") % {"criteria": _quoted(failed)} if failed else ""


def _why_referred(shown: Shown) -> str:
    if shown.result.faults:
        return gettext("判定の照合で問題が見つかったため、市の職員が確認します。")
    referred = [f for f in shown.result.findings if f.outcome is Outcome.REFERRED]
    if not referred:
        return gettext("市の職員が判断します。")
    if any(f.outcome is Outcome.UNKNOWN and f.criterion.effect is not Effect.ADVISE for f in shown.result.findings):
        return gettext("%(criteria)sは市が判断します。") % {"criteria": _quoted(referred)}
    return gettext("%(criteria)sは市が判断します。ほかの要件は満たしています。") % {"criteria": _quoted(referred)}


def _why_open(shown: Shown) -> str:
    left = len(shown.unasked)
    if left:
        return ngettext(
            "あと%(left)d項目に答えると判定できます。", "あと%(left)d項目に答えると判定できます。", left
        ) % {"left": left}
    names = quoted(words(fact.title) for fact in shown.missing[:3])
    return gettext("%(names)sなどが分からないため、まだ判定できません。") % {"names": names}


def _why_no_terms(shown: Shown) -> str:
    reason: Text | None = gap_reason(shown.result)
    return words(reason) if reason is not None else gettext("この日付に適用できる規定が登録されていません。")


_WHY = {
    Verdict.ELIGIBLE: _why_eligible,
    Verdict.NOT_ELIGIBLE: _why_not,
    Verdict.REFER: _why_referred,
    Verdict.UNDETERMINED: _why_open,
    Verdict.NO_TERMS: _why_no_terms,
}


# --- several schemes together --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Headline:
    """What stands on top of a result: how many schemes are possible, what they are worth together at most, and how many
    of them have no upper end yet. ``others``: how many of the possible ones other bodies run (their sums are left out)."""

    possible: int
    impossible: int
    most: int
    open_ended: int
    others: int


def headline(shown: list[Shown]) -> Headline:
    """Sum up. Sums that the applicant pays are left out, and what other bodies pay: whether it may be had for the same
    costs as the city's help is for them to say."""
    paying = [s for s in shown if s.possible and s.is_received and not s.scheme.applied_elsewhere]
    return Headline(
        sum(s.possible for s in shown),
        sum(not s.possible for s in shown),
        sum(int(s.high) for s in paying if s.high != inf),
        sum(s.high == inf for s in paying),
        sum(s.possible and s.scheme.applied_elsewhere for s in shown),
    )


def ranked(shown: list[Shown]) -> list[Shown]:
    """The best first: by verdict, then by amount, then by the order of the rule book."""
    verdicts = [*POSSIBLE, Verdict.NOT_ELIGIBLE, Verdict.NO_TERMS]

    def place(one: Shown) -> tuple[int, float, float, int]:
        known = one.is_received and one.high != inf
        return verdicts.index(one.result.verdict), -one.low, -(one.high if known else 0), one.scheme.order

    return sorted(shown, key=place)
