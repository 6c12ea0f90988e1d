"""A scheme version over columns: item conditions, criteria, verdict, amounts and what is missing, for many firms at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from eligibility.batch.arithmetic import (
    add,
    conditional,
    floor_to,
    highest,
    known_exactly,
    multiply,
    perhaps,
    tightened,
)
from eligibility.batch.columns import YES, Mask, NotCompilable, Num, Records, Truth, number
from eligibility.batch.comparison import compare
from eligibility.batch.compiler import Compiler
from eligibility.batch.env import FEW, Env, Refusals
from eligibility.batch.frames import Array, spread_to
from eligibility.batch.logic import conjunction, disjunction, refused, unsure
from eligibility.batch.loops import Run, summed, unrolled, years_frame
from eligibility.batch.masks import both, either, opposite, some
from eligibility.batch.needs import Order, Search
from eligibility.evaluation.engine import _at_step
from eligibility.evaluation.needs import years_that_matter
from eligibility.language.nodes import Variable
from eligibility.rulebook.model import Amount, AmountComponent, Criterion, SchemeVersion
from eligibility.rulebook.vocabulary import Vocabulary
from eligibility.words import AmountKind, Effect, Verdict

VERDICTS = tuple(Verdict)
KINDS = tuple(AmountKind)
"""Answers are held as places in these tuples (8 bits)."""
_VERDICT = {verdict: place for place, verdict in enumerate(VERDICTS)}
_KIND = {kind: place for place, kind in enumerate(KINDS)}
_NOTHING, _EXACT, _RANGE = (_KIND[kind] for kind in (AmountKind.NONE, AmountKind.EXACT, AmountKind.RANGE))


class Money:
    """Whole yen for each row: kind of amount, lowest and highest, and where an end is open. No amount at first."""

    __slots__ = ("high", "high_open", "kind", "low", "low_open")

    def __init__(self, size: int) -> None:
        self.kind = np.full(size, _NOTHING, dtype=np.int8)
        self.low: Array = np.zeros(size, dtype=np.int64)
        self.high: Array = np.zeros(size, dtype=np.int64)
        self.low_open = np.zeros(size, dtype=bool)
        self.high_open = np.zeros(size, dtype=bool)

    def set(self, rows: Any, *, kind: Any, low: Any, high: Any, low_open: Any, high_open: Any) -> None:
        """Amounts of some rows. Numbers of more than 64 bits make the arrays those of Python's integers."""
        self.kind[rows] = kind
        self.low, self.high = (_widened(own, new) for own, new in ((self.low, low), (self.high, high)))
        self.low[rows], self.high[rows] = low, high
        self.low_open[rows], self.high_open[rows] = low_open, high_open

    def put(self, rows: Array, found: Money) -> None:
        """Amounts that were worked out for some rows."""
        self.set(
            rows, kind=found.kind, low=found.low, high=found.high, low_open=found.low_open, high_open=found.high_open
        )


def _widened(own: Array, new: Any) -> Array:
    large = new.dtype == object if isinstance(new, np.ndarray) else not -(2**63) <= new < 2**63
    return own.astype(object) if large else own


@dataclass(slots=True)
class Missing:
    """Firms (``rows``) that lack a fact, or a field of the record at a position of their list."""

    rows: Array
    fact: str
    field: str = ""
    positions: Array | None = None


@dataclass(slots=True)
class Answers:
    """What a version says of each row. ``money``: the amount under the name ``""``, and the other amounts."""

    verdict: Array
    money: dict[str, Money]
    refusals: Refusals
    missing: list[Missing] = field(default_factory=list)


@dataclass(slots=True)
class _Component:
    """A component of an amount, compiled. ``same_each_year``: its yen do not depend on the fiscal year."""

    component: AmountComponent
    when: Run | None
    years: Run | None
    yen: Run
    same_each_year: bool


@dataclass(slots=True)
class _Line:
    """What a component gives, for each row or for each fiscal year of each row, ``where`` there is any."""

    component: AmountComponent
    year: Num | None
    yen: Num
    where: Truth = YES


class Program:
    """A version, compiled. Raises :class:`~eligibility.batch.columns.NotCompilable`."""

    def __init__(self, version: SchemeVersion, vocabulary: Vocabulary) -> None:
        self.version = version
        self._compiler = Compiler(vocabulary)
        self._order = Order(version.definitions, vocabulary.facts)
        self._criteria = {c.name: self._compiler.compile(c.condition) for c in version.criteria}
        self._items = {
            record: self._item_program(
                record, [self._compiler.compile(c.condition) for c in block.criteria], block.slot
            )
            for record, block in version.items.items()
        }
        amounts: list[tuple[str, Amount]] = [] if version.amount is None else [("", version.amount)]
        amounts += [(name, amount) for name, (_, amount) in version.other_amounts.items()]
        self._amounts = {name: [self._component(c) for c in amount.components] for name, amount in amounts}

    @staticmethod
    def _item_program(record: str, runs: list[Run], slot: int) -> Callable[[Env], Truth]:
        def qualifies(env: Env) -> Truth:
            records = env.fact(record)
            if not isinstance(records, Records):
                raise TypeError(record)
            answers = []
            for run in runs:
                env.slots[slot] = records.record
                answers.append(run(env))
            return spread_to(records.record.frame, conjunction(answers))

        return qualifies

    def _component(self, component: AmountComponent) -> _Component:
        when, years = (
            self._compiler.compile(node) if node is not None else None for node in (component.when, component.years)
        )
        if component.when is not None and any(
            isinstance(part, Variable) and part.slot == component.slot for part in component.when.walk()
        ):
            raise NotCompilable(f"the component '{component.name}': 'when' uses its fiscal year")
        same = component.slot not in self._compiler.free(component.yen)
        return _Component(component, when, years, self._compiler.compile(component.yen), same)

    # -- evaluation -------------------------------------------------------------------------------------------

    def evaluate(self, outer: Env, step: str = "") -> Answers:
        """All answers for the rows of an evaluation over the facts. ``step``: as in the engine."""
        env = Env(outer.fact, outer.frame, outer.today, self.version.slots, None, self._items, outer.given)
        opened = [env]
        try:
            return self._answers(env, opened, step)
        finally:
            for one in opened:
                one.close()

    def _answers(self, env: Env, opened: list[Env], step: str) -> Answers:
        size = env.frame.size
        applying, _ = _at_step(self.version, step or self.version.checked_at)
        conditions: dict[str, Truth] = {c.name: self._criteria[c.name](env) for c in applying}
        verdict = _verdict(applying, conditions, size)
        answers = Answers(verdict, {name: Money(size) for name in self._amounts}, env.refusals)
        wanted = verdict != _VERDICT[Verdict.NOT_ELIGIBLE]
        rows = np.flatnonzero(wanted)
        if not rows.size:
            return answers
        if size > FEW and rows.size * 2 < size:
            env = env.narrowed(rows)
            opened.append(env)
            conditions = {name: _moved(env, truth) for name, truth in conditions.items()}
            verdict, wanted, places = verdict[rows], np.ones(rows.size, dtype=bool), rows
        else:
            places = np.arange(size)
        lines: list[_Line] = []
        parts: list[tuple[_Component, Num]] = []
        open_verdict = verdict == _VERDICT[Verdict.UNDETERMINED]
        for name, components in self._amounts.items():
            total = number(0)
            for component in components:
                yen = _worked_out(component, env, lines)
                parts.append((component, yen))
                total = add(total, yen)
            _write(
                answers.money[name],
                tightened(spread_to(env.frame, perhaps(open_verdict, total, env.frame))),
                wanted,
                places,
            )
        answers.missing = self._missing(applying, conditions, parts, lines, env, wanted, places)
        return answers

    def _missing(
        self,
        applying: list[Criterion],
        conditions: dict[str, Truth],
        parts: list[tuple[_Component, Num]],
        lines: list[_Line],
        env: Env,
        wanted: Array,
        places: Array,
    ) -> list[Missing]:
        """As the engine finds it: for criteria that are unknown, for what amounts that are not exact depend on, for yen
        that are a range."""
        search = Search(self._compiler, self.version.items, self._order, env)
        for criterion in applying:
            doubt = both(wanted, unsure(conditions[criterion.name]))
            for node in (criterion.when, criterion.holds):
                if node is not None and some(doubt):
                    search.visit(node, Truth(doubt, None, env.frame))
        everyone = Truth(wanted, None, env.frame)
        for part, yen in parts:
            open_yen = conjunction([everyone, Truth(opposite(known_exactly(yen)), None, yen.frame)])
            for node in (part.component.when, years_that_matter(part.component)):
                if node is not None:
                    search.visit(node, open_yen)
        for line in lines:
            if line.year is not None:
                env.slots[line.component.slot] = line.year
            doubtful = Truth(opposite(known_exactly(line.yen)), None, line.yen.frame)
            search.visit(line.component.yen, conjunction([everyone, line.where, doubtful]))
        facts, fields = search.finish()
        found = [Missing(places[np.flatnonzero(rows)], name) for name, rows in facts.items()]
        for (record, name), (frame, mask) in fields.items():
            items = np.flatnonzero(mask)
            owners = frame.index[items]
            found.append(Missing(places[owners], record, name, items - frame.starts[owners]))
        return found


def _moved(env: Env, truth: Truth) -> Truth:
    moved: Any = env.moved(truth)
    found: Truth = moved
    return found


def _verdict(applying: list[Criterion], conditions: dict[str, Truth], size: int) -> Array:
    """As :func:`~eligibility.evaluation.engine.verdict_from`: a refusal, what may refuse, a referral, what may refer."""
    refusing = [conditions[c.name] for c in applying if c.effect is Effect.REFUSE]
    referring = [conditions[c.name] for c in applying if c.effect is Effect.REFER]
    decided = disjunction(Truth(refused(answer), None, answer.frame) for answer in refusing).yes
    may_refuse: Mask = False
    may_refer: Mask = False
    referred: Mask = False
    for answer in refusing:
        may_refuse = either(may_refuse, unsure(answer))
    for answer in referring:
        may_refer = either(may_refer, unsure(answer))
        referred = either(referred, refused(answer))
    found = np.full(size, _VERDICT[Verdict.ELIGIBLE], dtype=np.int8)
    for mask, verdict in (
        (may_refer, Verdict.UNDETERMINED),
        (referred, Verdict.REFER),
        (may_refuse, Verdict.UNDETERMINED),
        (decided, Verdict.NOT_ELIGIBLE),
    ):
        if mask is not False:
            found[mask if mask is not True else slice(None)] = _VERDICT[verdict]
    return found


def _worked_out(component: _Component, env: Env, lines: list[_Line]) -> Num:
    """One component for each row, all its fiscal years together."""
    applies: Truth = YES if component.when is None else component.when(env)
    unit = Fraction(component.component.rounding.unit)
    if component.years is None:
        yen = conditional(applies, floor_to(component.yen(env), unit), number(0))
        lines.append(_Line(component.component, None, yen))
        return yen
    years = component.years(env)
    if component.same_each_year and years.count.exact and years.count.scale == 1:
        often = highest(years.count, number(0))
        yen = conditional(applies, floor_to(component.yen(env), unit), number(0))
        lines.append(_Line(component.component, None, yen, compare(">", often, number(0))))
        return multiply(yen, often)
    frame, year, belongs = unrolled(env, years, years_frame(env, years))
    env.slots[component.component.slot] = year
    yen = conditional(conjunction([applies, belongs]), floor_to(component.yen(env), unit), number(0))
    lines.append(_Line(component.component, year, yen))
    total = summed(frame, YES, spread_to(frame, yen), frame.parent or env.frame)
    endless = years.count.high_open
    return total if endless is None else add(total, Num(0, 0, 1, 0, 0, years.count.frame, None, endless))


def _write(money: Money, total: Num, wanted: Array, places: Array) -> None:
    """Put the amounts of the rows that have one in their places."""

    def rows(values: Any) -> Any:
        return values[wanted] if isinstance(values, np.ndarray) else values

    money.set(
        places[wanted],
        kind=rows(np.where(np.broadcast_to(known_exactly(total), wanted.size), _EXACT, _RANGE)),
        low=rows(total.low),
        high=rows(total.high),
        low_open=False if total.low_open is None else rows(total.low_open),
        high_open=False if total.high_open is None else rows(total.high_open),
    )
