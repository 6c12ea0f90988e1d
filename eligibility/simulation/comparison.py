"""The same facts under two versions of the rules: who gains, who loses, what it costs by fiscal year, what it counts for.

Both versions are applied to all facts, whichever of them would govern by its date: that is the question of a simulation.
Amounts are whole yen. ``guaranteed`` is what is due for certain (the lower end, and only where the verdict is eligible);
``possible`` is the most that may become due (also where facts are missing or the city decides).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import inf
from typing import Any

from eligibility.evaluation.engine import Engine, Mode
from eligibility.evaluation.facts import Facts
from eligibility.evaluation.render import by_fiscal_year
from eligibility.evaluation.result import Determination
from eligibility.language.builtins import fiscal_year_of
from eligibility.language.ranges import End, ends_of, is_exact
from eligibility.rulebook.book import RuleBook
from eligibility.rulebook.drafts import Draft
from eligibility.rulebook.model import SchemeVersion
from eligibility.words import AmountKind, Verdict

PAID_BY_APPLICANT = frozenset({"fee", "donation"})
"""Kinds of amounts of which less is better for the applicant, and which cost the city nothing."""
RANKS = {
    Verdict.NO_TERMS: 0,
    Verdict.NOT_ELIGIBLE: 0,
    Verdict.UNDETERMINED: 1,
    Verdict.REFER: 1,
    Verdict.ELIGIBLE: 2,
}
"""Verdicts by how good they are for the applicant."""


class Effect(StrEnum):
    """What a changed rule does to one applicant."""

    GAINS = "gains"
    LOSES = "loses"
    OPEN = "open"
    """Something changes, but whether for the better depends on what is still open."""
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Subject:
    """Facts to work with: ``key`` names them, ``holder`` is the applicant where the key is one case of several."""

    key: str
    facts: Facts
    on: date
    step: str = ""
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one version says: verdict, both ends of the amount, the amount by fiscal year and what it counts for."""

    verdict: Verdict
    low: End
    high: End
    years: tuple[tuple[int | None, End, End], ...]
    counts: frozenset[str]

    @property
    def guaranteed(self) -> End:
        """Due for certain."""
        return self.low if self.verdict is Verdict.ELIGIBLE else 0

    @property
    def possible(self) -> End:
        """The most that may become due."""
        return self.high if RANKS[self.verdict] else 0


@dataclass(frozen=True, slots=True)
class Change:
    """One applicant under both versions."""

    subject: Subject
    old: Answer
    new: Answer
    effect: Effect

    @property
    def guaranteed(self) -> End:
        """By how much what is due for certain changes."""
        return self.new.guaranteed - self.old.guaranteed

    @property
    def possible(self) -> End:
        """By how much the most that may become due changes; 0 where both have no upper end."""
        if self.old.possible == self.new.possible:
            return 0
        return self.new.possible - self.old.possible


def compare(old: Draft | RuleBook, new: Draft, old_version: SchemeVersion, subjects: Iterable[Subject]) -> Comparison:
    """Work out every subject under ``old_version`` (a version of ``old``) and under the draft."""
    old_book = old.book if isinstance(old, Draft) else old
    before, after = Engine(old_book, Mode.PYTHON), Engine(new.book, Mode.PYTHON)
    changes = [
        _change(subject, _answer(before, old_version, subject), _answer(after, new.version, subject), new.version)
        for subject in subjects
    ]
    return Comparison(old_version, new.version, old_book, tuple(changes))


def _answer(engine: Engine, version: SchemeVersion, subject: Subject) -> Answer:
    """The step is that of the subject where the version has it, otherwise the one that checks look at."""
    step = subject.step if subject.step in {s.name for s in version.procedure} else ""
    result = engine.determine(version.scheme.id, subject.facts, subject.on, step, version)
    counts = frozenset[str]()
    if RANKS[result.verdict]:
        counts = frozenset(counting.indicator for counting in engine.counts(version, subject.facts, subject.on))
    low, high = (result.amount.low, result.amount.high) if result.amount.kind is not AmountKind.NONE else (0, 0)
    return Answer(result.verdict, low, high, tuple(_years(result, subject.on)), counts)


def _years(result: Determination, on: date) -> Iterator[tuple[int | None, End, End]]:
    """The amount by fiscal year; ``None`` where it is not known which. What is not spread over years falls into the year
    of the determination. The sums are those of the whole amount."""
    amount = result.amount
    if amount.kind is AmountKind.NONE:
        return
    endless = False
    once: Any = sum((line.yen for line in amount.lines if line.fiscal_year is None), start=0)
    for year, yen in [*by_fiscal_year(amount), (fiscal_year_of(on.toordinal()), once)]:
        low, high = ends_of(yen)
        endless |= high == inf
        if low or high:
            yield int(year) if is_exact(year) else None, low, high
    if amount.high == inf and not endless:  # it is not known how many years there are
        yield None, 0, inf


def _change(subject: Subject, old: Answer, new: Answer, version: SchemeVersion) -> Change:
    what = version.amount.what if version.amount is not None else ""
    return Change(subject, old, new, _effect(old, new, paid_by_applicant=what in PAID_BY_APPLICANT))


def _effect(old: Answer, new: Answer, *, paid_by_applicant: bool) -> Effect:
    if RANKS[old.verdict] != RANKS[new.verdict]:
        return Effect.GAINS if RANKS[new.verdict] > RANKS[old.verdict] else Effect.LOSES
    signs = {_sign(old.low, new.low), _sign(old.high, new.high)} - {0}
    if not signs:
        return Effect.SAME if old.verdict is new.verdict else Effect.OPEN
    if len(signs) == 2:
        return Effect.OPEN
    return Effect.GAINS if (signs == {1}) != paid_by_applicant else Effect.LOSES


def _sign(old: End, new: End) -> int:
    return (new > old) - (new < old)


# --- the whole -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class YearCost:
    """Sums of one fiscal year (``None``: the year is not known yet), before and after. An end may be open (``inf``)."""

    year: int | None
    old_guaranteed: End
    old_possible: End
    new_guaranteed: End
    new_possible: End


@dataclass(frozen=True, slots=True)
class IndicatorCount:
    """How many units an indicator counts, before and after: for certain, and at most (the city decides, facts missing)."""

    indicator: str
    old: int
    old_possible: int
    new: int
    new_possible: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """All subjects under both versions."""

    old: SchemeVersion
    new: SchemeVersion
    book: RuleBook
    changes: tuple[Change, ...]

    def of(self, effect: Effect) -> list[Change]:
        """The changes of one kind."""
        return [change for change in self.changes if change.effect is effect]

    def verdicts(self) -> dict[tuple[Verdict, Verdict], int]:
        """How many subjects go from which verdict to which."""
        found: dict[tuple[Verdict, Verdict], int] = {}
        for change in self.changes:
            key = change.old.verdict, change.new.verdict
            found[key] = found.get(key, 0) + 1
        return found

    @property
    def what(self) -> str:
        """What kind of amount it is; empty where there is none."""
        amount = self.new.amount or self.old.amount
        return amount.what if amount is not None else ""

    def total(self) -> YearCost:
        """Sums over all years."""
        return YearCost(
            None,
            sum(change.old.guaranteed for change in self.changes),
            sum(change.old.possible for change in self.changes),
            sum(change.new.guaranteed for change in self.changes),
            sum(change.new.possible for change in self.changes),
        )

    def by_year(self) -> list[YearCost]:
        """Sums by fiscal year, those of an unknown year last."""
        sums: dict[int | None, list[End]] = {}
        for change in self.changes:
            for place, answer in ((0, change.old), (2, change.new)):
                if not RANKS[answer.verdict]:
                    continue
                for year, low, high in answer.years:
                    row = sums.setdefault(year, [0, 0, 0, 0])
                    row[place] += low if answer.verdict is Verdict.ELIGIBLE else 0
                    row[place + 1] += high
        ordered = sorted(sums, key=lambda year: (year is None, year or 0))
        return [YearCost(year, *sums[year]) for year in ordered]

    def indicators(self) -> list[IndicatorCount]:
        """What the approvals would count for. A firm counts once in a frame where the indicator counts firms."""
        names = dict.fromkeys(c.indicator for version in (self.old, self.new) for c in version.counts_for)
        return [
            IndicatorCount(
                name,
                self._units(name, new=False, certain=True),
                self._units(name, new=False, certain=False),
                self._units(name, new=True, certain=True),
                self._units(name, new=True, certain=False),
            )
            for name in names
        ]

    def _units(self, indicator: str, *, new: bool, certain: bool) -> int:
        once = self.book.kpi.indicators[indicator].counts == "firm"
        counted = set()
        for change in self.changes:
            answer = change.new if new else change.old
            if indicator in answer.counts and (not certain or answer.verdict is Verdict.ELIGIBLE):
                frame = self.book.kpi.frame_of(fiscal_year_of(change.subject.on.toordinal()))
                holder = change.subject.holder if once and change.subject.holder else change.subject.key
                counted.add((frame.name if once and frame is not None else "", holder))
        return len(counted)
