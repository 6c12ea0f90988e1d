"""「こうすれば対象になります」: the smallest changes of what a firm can change that turn a verdict or open a part of the amount.

The solver proposes, the engine disposes: a set of changes is only offered when the engine, asked again with the changed
facts, gives the wanted answer, and when no smaller part of the set would do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import inf
from typing import Any

import z3

from eligibility.evaluation.engine import Engine
from eligibility.evaluation.facts import Facts, FactsError, read_facts
from eligibility.evaluation.questionnaire import scout_of
from eligibility.evaluation.result import Determination
from eligibility.language import nodes as n
from eligibility.language import types as t
from eligibility.language.ranges import End
from eligibility.prove.examples import facts_of_model
from eligibility.prove.terms import Translator
from eligibility.prove.units import Unit, Units, answer_at, with_answer, within
from eligibility.rulebook.book import RuleBook
from eligibility.rulebook.model import Fact, SchemeVersion
from eligibility.words import Effect, Outcome, Verdict

MOST_CHANGES = 4
"""Facts that one proposal may change."""
MOST_PROPOSALS = 6
TIMEOUT = 2_000
"""Milliseconds for one question to the solver."""
TRIES = 6
FURTHEST = 4_000
"""Days ahead that are looked at for a last day."""

Good = Callable[[Determination], bool]
"""Whether a determination is what is asked for."""


@dataclass(frozen=True, slots=True)
class Change:
    """One fact to change. ``path``: ``lease_contract_on``, ``assets[0].cost``, or ``hires[+]`` for a record to add.
    ``latest``: for dates, the last day that would still do."""

    path: str
    fact: Fact
    before: Any
    after: Any
    latest: date | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A smallest set of changes, the determination that follows from it, and what it brings.

    ``gained``: by how many yen the lower and the upper end of the amount rise. ``until``: last day on which the
    determination, made on that day, would still be the wanted one; ``None`` when there is no such end.
    """

    changes: tuple[Change, ...]
    determination: Determination
    facts: Mapping[str, Any] = field(repr=False)
    gained: tuple[End, End] = (0, 0)
    until: date | None = None


class _TimeUpError(Exception):
    """The search has used up its time."""


class Changer:
    """Looks for changes of one applicant's facts under one version. ``seconds``: how long it may search in all; what was
    found until then is given, and ``complete`` says whether that is all. Not to be used by two threads at once."""

    def __init__(
        self,
        engine: Engine,
        version: SchemeVersion,
        facts: Facts,
        on: date,
        step: str = "",
        seconds: float | None = None,
    ) -> None:
        self.ends = None if seconds is None else time.monotonic() + seconds
        self.complete = True
        self.engine = engine
        self.quick = scout_of(engine)
        self.book: RuleBook = engine.book
        self.version = version
        self.given = dict(facts.given)
        self.by_default = set(self.book.vocabulary.defaults_to_on) - set(self.given)
        self.on = on
        self.step = step or version.checked_at
        for name in self.book.vocabulary.defaults_to_on:
            self.given.setdefault(name, on.isoformat())
        counts = {
            name: len(value) + 1
            for name, value in self.given.items()
            if isinstance(value, list) and self.book.vocabulary.facts[name].is_list
        }
        self.translator = Translator(version, self.book.vocabulary, counts)
        self.units = Units(version, self.book.vocabulary, self.translator, self.given, on)
        order = {s.name: i for i, s in enumerate(version.procedure)}
        now = order.get(self.step, 0)
        self.criteria = [c for c in version.criteria if not c.step or order[c.step] <= now]
        self.terms = {c.name: self.translator.condition(c) for c in self.criteria}
        chosen = self.translator.term(version.scheme.chosen_by, {})
        self.always = [chosen >= version.first_day.toordinal()]
        if version.last_day is not None:
            self.always.append(chosen <= version.last_day.toordinal())

    # -- what is asked for --------------------------------------------------------------------------------------

    def to_eligible(self, determination: Determination) -> list[Proposal]:
        """Changes that make a refused or referred applicant eligible (or leave only unanswered questions)."""
        failing = [
            f.criterion
            for f in determination.findings
            if f.outcome in (Outcome.NOT_MET, Outcome.REFERRED) and f.criterion.effect is not Effect.ADVISE
        ]
        goal = [self.terms[c.name] for c in self.criteria if c.effect is not Effect.ADVISE]
        units = self.units.behind([c.condition for c in failing])
        proposals = self._search(goal, units, lambda d: d.verdict is Verdict.ELIGIBLE, determination)
        if not proposals and self.complete:  # some questions are still open
            proposals = self._search(goal, units, lambda d: d.verdict is Verdict.UNDETERMINED, determination)
        if determination.verdict is Verdict.REFER:  # the city may still say yes: what costs money is no improvement
            proposals = [p for p in proposals if p.gained[1] >= 0]
        return sorted(proposals, key=lambda p: (len(p.changes), -_worth(p.determination)))

    def to_more(self, determination: Determination) -> list[Proposal]:
        """Changes that open a part of the amount that is closed now (a bonus gate, a better row of a table)."""
        found: list[Proposal] = []
        seen: set[tuple[str, ...]] = set()
        keep = [self.terms[c.name] for c in self.criteria if c.effect is not Effect.ADVISE]
        now = _worth(determination)
        for condition in self._gates():
            if determination.env is None or condition.run(determination.env) is not False:
                continue
            units = self.units.behind([condition])
            goal = [*keep, self.translator.term(condition, {})]
            better = self._search(
                goal, units, lambda d: d.verdict is Verdict.ELIGIBLE and _worth(d) > now, determination
            )
            for proposal in better:
                key = tuple(c.path for c in proposal.changes)
                if key not in seen:
                    seen.add(key)
                    found.append(proposal)
        return sorted(found, key=lambda p: (len(p.changes), -_worth(p.determination)))[:MOST_PROPOSALS]

    def _gates(self) -> Iterator[n.Node]:
        """Conditions that open something in the amount: ``when`` and the tests of conditionals without variables."""
        amount = self.version.amount
        seen: set[str] = set()
        stack = [
            part
            for c in (amount.components if amount is not None else ())
            for part in (c.when, c.years, c.yen)
            if part is not None
        ]
        whens = [c.when for c in (amount.components if amount is not None else ()) if c.when is not None]
        yield from whens
        while stack:
            for part in stack.pop().walk():
                if isinstance(part, n.Conditional) and not _has_variables(part.test):
                    yield part.test
                elif isinstance(part, n.DefinitionRef) and part.definition.name not in seen:
                    seen.add(part.definition.name)
                    stack.append(part.definition.body)
                elif isinstance(part, n.TableCell) and part.table.name not in seen:
                    seen.add(part.table.name)
                    yield from (row.when for row in part.table.rows if not _has_variables(row.when))

    def model(self, goal: list[Any]) -> z3.ModelRef | None:
        """Complete facts that agree with everything given and reach the goal, if the solver finds some."""
        solver = z3.Solver()
        solver.add(*self.translator.sides, *self.always, *goal, *self.units.as_given([]))
        return solver.model() if self._check(solver) == z3.sat else None

    # -- searching ------------------------------------------------------------------------------------------------

    def _search(self, goal: list[Any], units: list[Unit], good: Good, before: Determination) -> list[Proposal]:
        """All smallest sets of at most ``MOST_CHANGES`` changes, each with the engine's word for it."""
        found: list[Proposal] = []
        try:
            for proposal in self._sets(goal, units, good):
                found.append(self._weighed(proposal, good, before))
                if len(found) >= MOST_PROPOSALS:
                    break
        except _TimeUpError:
            self.complete = False
        return found

    def _time_left(self) -> int:
        """Milliseconds for the next question to the solver. Raises when there are none."""
        if self.ends is None:
            return TIMEOUT
        left = int((self.ends - time.monotonic()) * 1000)
        if left <= 0:
            raise _TimeUpError
        return min(left, TIMEOUT)

    def _check(self, solver: z3.Solver, *assumptions: Any) -> z3.CheckSatResult:
        solver.set("timeout", self._time_left())
        return solver.check(*assumptions)

    def _sets(self, goal: list[Any], units: list[Unit], good: Good) -> Iterator[Proposal]:
        """Reiter's hitting-set tree: a core of things that cannot all stay as they are tells which to try next; sets come in
        order of size, so that whatever contains an earlier one is left out. A set that the solver allows but the engine
        does not confirm is dropped with everything that contains it.
        """
        solver = z3.Solver()
        solver.add(*self.translator.sides, *self.always, *goal, *self.units.as_given(units))
        keeps = {unit.path: z3.Bool(f"keep!{unit.path}") for unit in units}
        by_path = {unit.path: unit for unit in units}
        for unit in units:
            solver.add(*unit.limits, *[z3.Implies(keeps[unit.path], equation) for equation in unit.keep])
        settled: list[frozenset[str]] = []
        cores: list[frozenset[str]] = []
        level: dict[frozenset[str], None] = {frozenset(): None}
        for size in range(MOST_CHANGES + 1):
            following: dict[frozenset[str], None] = {}
            for group in level:
                if any(known <= group for known in settled):
                    continue
                core = next((c for c in cores if not c & group), None)
                if core is None:
                    kept = [keep for path, keep in keeps.items() if path not in group]
                    answer = self._check(solver, *kept)
                    if answer == z3.sat:
                        settled.append(group)
                        chosen = [unit for path, unit in by_path.items() if path in group]
                        proposal = self._settle(solver, kept, chosen, good) if chosen else None
                        if proposal is not None:
                            yield proposal
                        continue
                    if answer != z3.unsat:
                        continue
                    core = frozenset(str(term).removeprefix("keep!") for term in solver.unsat_core())
                    if not core:
                        return  # nothing that could be changed would help
                    cores.append(core)
                if size < MOST_CHANGES:
                    following |= dict.fromkeys(group | {path} for path in sorted(core))
            level = following

    def _settle(self, solver: z3.Solver, kept: list[Any], chosen: Sequence[Unit], good: Good) -> Proposal | None:
        """Values for the chosen facts, as near to what they were as possible, confirmed by the engine."""
        near: list[Any] = []
        for unit in chosen:
            near += self._nearest(solver, [*kept, *near], unit)
        blocked: list[Any] = []
        for _ in range(TRIES):
            solver.push()
            solver.add(*blocked, *([] if blocked else near))
            model = solver.model() if self._check(solver, *kept) == z3.sat else None
            solver.pop()
            if model is None:
                return None
            facts = self._changed(model, chosen)
            determination = self._determine(facts)
            if determination is not None and good(determination) and self._needs_all(facts, chosen, good):
                changes = tuple(self._told(unit, facts, good) for unit in chosen)
                return Proposal(changes, determination, facts)
            blocked.append(z3.Or(*[self._differs(model, unit) for unit in chosen]))
        return None

    def _nearest(self, solver: z3.Solver, assumptions: list[Any], unit: Unit) -> list[Any]:
        """Bounds that keep a number or date as close as possible to what it was."""
        if unit.term is None:
            return []

        def reachable(distance: int) -> bool:
            return bool(self._check(solver, *assumptions, *within(unit, distance)) == z3.sat)

        low, high = 0, 1
        while high < 10**12 and not reachable(high):
            low, high = high, high * 16
        if high >= 10**12:
            return []
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if reachable(middle) else (middle, high)
        return within(unit, high)

    def _changed(self, model: z3.ModelRef, chosen: Sequence[Unit]) -> dict[str, Any]:
        """The given facts with the chosen ones as the model has them."""
        values, _ = facts_of_model(model, self.translator)
        facts = dict(self.given)
        for unit in chosen:
            name, _, rest = unit.path.partition("[")
            if rest == "+]":
                facts[name] = [*facts[name], values[name][-1]]
            else:
                facts = with_answer(facts, unit.path, answer_at(values, unit.path))
        return facts

    def _determine(self, facts: Mapping[str, Any]) -> Determination | None:
        """What both evaluators say of the facts; ``None`` when they cannot be entered."""
        return self._asked(self.engine, facts, self.on)

    def _asked(self, engine: Engine, facts: Mapping[str, Any], on: date) -> Determination | None:
        try:
            read = read_facts(facts, self.book.vocabulary)
        except FactsError:
            return None
        return engine.determine(self.version.scheme.id, read, on, self.step)

    def _needs_all(self, facts: Mapping[str, Any], chosen: Sequence[Unit], good: Good) -> bool:
        """No change can be left out."""
        for unit in chosen if len(chosen) > 1 else ():
            again = self._determine(self._undone(facts, unit))
            if again is not None and good(again):
                return False
        return True

    def _undone(self, facts: Mapping[str, Any], unit: Unit) -> dict[str, Any]:
        name, _, rest = unit.path.partition("[")
        if rest == "+]":
            return {**facts, name: facts[name][:-1]}
        return with_answer(facts, unit.path, answer_at(self.given, unit.path))

    def _differs(self, model: z3.ModelRef, unit: Unit) -> Any:
        """The unit has another value than in the model."""
        name, _, rest = unit.path.partition("[")
        if not rest:
            return _unequal(model, self.translator.symbols.facts[name])
        records = self.translator.symbols.records[name]
        if rest == "+]":
            return z3.Or(*[_unequal(model, value) for value in records[len(self.given[name])].values.values()])
        position, field_name = rest.split("].")
        return _unequal(model, records[int(position)].values[field_name])

    # -- telling ----------------------------------------------------------------------------------------------------

    def _told(self, unit: Unit, facts: Mapping[str, Any], good: Good) -> Change:
        name, _, rest = unit.path.partition("[")
        if rest == "+]":
            return Change(unit.path, unit.fact, None, facts[name][-1])
        before, after = answer_at(self.given, unit.path), answer_at(facts, unit.path)
        if unit.fact.type != t.DATE:
            return Change(unit.path, unit.fact, before, after)

        def holds(day: date) -> bool:
            determination = self._asked(self.quick, with_answer(facts, unit.path, day.isoformat()), self.on)
            return determination is not None and good(determination)

        return Change(unit.path, unit.fact, before, after, self._last_day(date.fromisoformat(after), holds))

    def _weighed(self, proposal: Proposal, good: Good, before: Determination) -> Proposal:
        """The proposal with what it brings and until when it can be acted on."""
        changed = {change.path for change in proposal.changes}
        today = self.by_default - changed  # these dates are those of the determination itself
        facts = {name: value for name, value in proposal.facts.items() if name not in today}

        def holds(day: date) -> bool:
            determination = self._asked(self.quick, facts, day)
            return determination is not None and good(determination)

        after, was = proposal.determination.amount, before.amount
        until = [change.latest for change in proposal.changes if change.latest is not None]
        last = self._last_day(self.on, holds)
        return replace(
            proposal,
            gained=(after.low - was.low, after.high - was.high if was.high != inf else 0),
            until=min([*until, last] if last is not None else until, default=None),
        )

    def _last_day(self, first: date, holds: Callable[[date], bool]) -> date | None:
        """The last day of those that follow ``first`` without a break (as far as sampled) on which something holds."""
        low = first.toordinal()
        step = 1
        while step < FURTHEST and holds(date.fromordinal(low + step)):
            step *= 2
        if step >= FURTHEST:
            return None
        good_day, bad_day = low + step // 2, low + step
        while bad_day - good_day > 1:
            middle = (good_day + bad_day) // 2
            good_day, bad_day = (middle, bad_day) if holds(date.fromordinal(middle)) else (good_day, middle)
        return date.fromordinal(good_day)


def _unequal(model: z3.ModelRef, term: Any) -> Any:
    if isinstance(term, dict):
        return z3.Or(*[flag != model.eval(flag, model_completion=True) for flag in term.values()])
    return term != model.eval(term, model_completion=True)


def _has_variables(node: n.Node) -> bool:
    bound = {part.slot for part in node.walk() if isinstance(part, n.Quantified | n.Filtered)}
    return any(isinstance(part, n.Variable) and part.slot not in bound for part in node.walk())


def _worth(determination: Determination) -> float:
    low = determination.amount.low
    return float(low) if low is not None else 0.0
