"""What is proved of each version: criteria that can fail and pass, verdicts that can be reached, tables without overlap
and gap, amounts that are never negative and never above their cap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import z3

from eligibility.evaluation.cases import worked_cases
from eligibility.evaluation.engine import Engine
from eligibility.evaluation.facts import FactsError, read_facts
from eligibility.evaluation.result import Determination
from eligibility.language import nodes as n
from eligibility.language import types as t
from eligibility.prove.examples import facts_of_model, in_words
from eligibility.prove.terms import Translator
from eligibility.rulebook.book import RuleBook
from eligibility.rulebook.checks import Finding
from eligibility.rulebook.model import AmountComponent, Criterion, SchemeVersion, Table
from eligibility.words import Effect, Verdict

TIMEOUT = 4_000
"""Milliseconds that the solver may spend on one question."""
TRIES = 12
"""Examples that are tried before a claim is given up as not decided."""


class Prover:
    """Asks the solver about one version and checks its examples with the engine."""

    def __init__(self, version: SchemeVersion, book: RuleBook, engine: Engine) -> None:
        self.version = version
        self.book = book
        self.engine = engine
        self.translator = Translator(version, book.vocabulary)
        order = {step.name: i for i, step in enumerate(version.procedure)}
        now = order.get(version.checked_at, 0)
        self.criteria = [c for c in version.criteria if not c.step or order[c.step] <= now]
        self.terms = {c.name: self.translator.condition(c) for c in self.criteria}
        chosen = self.translator.term(version.scheme.chosen_by, {})
        self.in_force = [chosen >= version.first_day.toordinal()]
        if version.last_day is not None:
            self.in_force.append(chosen <= version.last_day.toordinal())

    # -- asking -----------------------------------------------------------------------------------------------

    def possible(self, *claims: Any) -> z3.ModelRef | bool | None:
        """A model of the claims, ``None`` when they are impossible, ``False`` when the solver gave up."""
        solver = z3.Solver()
        solver.set("timeout", TIMEOUT)
        solver.add(*self.translator.sides, *self.in_force, *claims)
        answer = solver.check()
        if answer == z3.sat:
            return solver.model()
        return None if answer == z3.unsat else False

    def example(self, model: z3.ModelRef) -> tuple[dict[str, Any], Determination] | None:
        """The facts of a model and what the engine says of them; ``None`` when they cannot be entered."""
        facts, on = facts_of_model(model, self.translator)
        try:
            read = read_facts(facts, self.book.vocabulary)
        except FactsError:
            return None
        return facts, self.engine.determine(self.version.scheme.id, read, on, "", self.version)

    def confirmed(self, claims: list[Any], holds: Any) -> dict[str, Any] | None:
        """Facts for which the claims are possible *and* the engine agrees (``holds(determination)``)."""
        blocked: list[Any] = []
        days = self.translator.later  # where one is approximated, the engine mostly agrees at one of the ends
        leanings = [[], [day <= low + 1 for day, low, _ in days], [day >= high - 1 for day, _, high in days]]
        for attempt in range(TRIES):
            leaning = leanings[attempt % (len(leanings) if days else 1)]
            model = self.possible(*claims, *blocked, *leaning)
            if not isinstance(model, z3.ModelRef):
                if leaning:
                    continue
                return None
            found = self.example(model)
            if found is not None and holds(found[1]):
                return found[0]
            blocked.append(self._elsewhere(model))
        return None

    def _elsewhere(self, model: z3.ModelRef) -> Any:
        """Some date lies more than two months away from where it lies in the model (dates are what is approximated), or,
        without dates, anything is different."""
        dates = [
            term
            for name, term in self.translator.symbols.facts.items()
            if self.book.vocabulary.facts[name].type == t.DATE
        ]
        values = [(term, model.eval(term, model_completion=True)) for term in dates]
        if not values:
            return z3.Or(*[d() != model[d] for d in model.decls() if d.arity() == 0 and "!" not in d.name()])
        return z3.Or(*[z3.Or(term > value + 62, term < value - 62) for term, value in values])

    # -- claims -----------------------------------------------------------------------------------------------

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong with the version."""
        yield from self._criteria()
        yield from self._items()
        yield from self._verdicts()
        for table in self.version.tables.values():
            yield from self._table(table)
        yield from self._amounts()
        yield from self._counting()
        yield from self._branches()

    def _at(self, place: Any, message: str, *, serious: bool = True) -> Finding:
        return Finding(str(place), f"{self.version.id}: {message}", serious)

    def _criteria(self) -> Iterator[Finding]:
        for criterion in self.criteria:
            if always_refers(criterion):
                continue
            term = self.terms[criterion.name]
            if self.possible(term) is None:
                yield self._at(criterion.place, f"the criterion '{criterion.name}' can never be met")
                continue
            failing = self.possible(z3.Not(term))
            if failing is None:
                yield self._at(criterion.place, f"the criterion '{criterion.name}' can never fail")
                continue
            others = [self.terms[c.name] for c in self.criteria if c is not criterion and c.effect is Effect.REFUSE]
            if criterion.effect is Effect.REFER and self.possible(z3.Not(term), *others) is None:
                yield self._at(
                    criterion.place,
                    f"the criterion '{criterion.name}' can never refer anybody: whenever it fails, the applicant is "
                    f"refused anyway{self._shown(failing, self._names(criterion))}",
                )
            if criterion.effect is Effect.REFUSE and self.possible(z3.Not(term), *others) is None:
                yield self._at(
                    criterion.place,
                    f"the criterion '{criterion.name}' never decides alone: whenever it fails another one fails "
                    f"too{self._shown(failing, self._names(criterion))}",
                    serious=False,
                )

    def _shown(self, model: Any, names: list[str]) -> str:
        """An example in brackets, or nothing when the solver has none that can be entered."""
        example = self.example(model) if isinstance(model, z3.ModelRef) else None
        return f" (for example {in_words(example[0], names)})" if example else ""

    def _items(self) -> Iterator[Finding]:
        for record, block in self.version.items.items():
            items = self.translator.fact(self.book.vocabulary.facts[record])
            first = items[0][0]
            for criterion in block.criteria:
                term = self.translator.term(criterion.condition, {block.slot: first})
                present = first.present
                if self.possible(present, term) is None:
                    yield self._at(criterion.place, f"the item criterion '{criterion.name}' can never be met")
                elif self.possible(present, z3.Not(term)) is None:
                    yield self._at(criterion.place, f"the item criterion '{criterion.name}' can never fail")
            whole = [self.translator.term(c.condition, {block.slot: first}) for c in block.criteria]
            if self.possible(first.present, *whole) is None:
                yield self._at(block.criteria[0].place, f"no item of '{record}' can ever meet all its criteria")

    def _verdicts(self) -> Iterator[Finding]:
        refusing = [self.terms[c.name] for c in self.criteria if c.effect is Effect.REFUSE]
        if self.possible(*refusing) is None:
            yield self._at(
                self.version.place,
                "the criteria contradict each other: nobody can be eligible" + self._conflict(refusing),
            )
        else:
            referring = [self.terms[c.name] for c in self.criteria if c.effect is Effect.REFER and not always_refers(c)]
            best = Verdict.REFER if any(map(always_refers, self.criteria)) else Verdict.ELIGIBLE
            if not self._worked(best) and not self.confirmed([*refusing, *referring], lambda d: d.verdict is best):
                yield self._at(self.version.place, f"no facts were found for which the verdict is '{best}'")
        if refusing and self.possible(z3.Not(z3.And(*refusing))) is None:
            yield self._at(self.version.place, "nobody can ever be refused")

    def _worked(self, verdict: Verdict) -> bool:
        """Whether a worked case of the version shows the verdict."""
        for case in worked_cases(self.version, self.book.root):
            try:
                facts = read_facts(case.facts, self.book.vocabulary)
            except FactsError:
                continue
            found = self.engine.determine(self.version.scheme.id, facts, case.on)
            if found.version is self.version and found.verdict is verdict:
                return True
        return False

    def _conflict(self, terms: list[Any]) -> str:
        """Names of a smallest set of criteria that cannot hold together."""
        solver = z3.Solver()
        solver.set("timeout", TIMEOUT)
        solver.set("core.minimize", True)
        solver.add(*self.translator.sides, *self.in_force)
        names = {f"c!{c.name}": c.name for c in self.criteria if c.effect is Effect.REFUSE}
        for criterion in self.criteria:
            if criterion.effect is Effect.REFUSE:
                solver.assert_and_track(self.terms[criterion.name], f"c!{criterion.name}")
        if solver.check() != z3.unsat:
            return ""
        core = [names[str(term)] for term in solver.unsat_core()]
        return f" ({', '.join(sorted(core))} cannot hold together)" if core else ""

    # -- tables -----------------------------------------------------------------------------------------------

    def _table(self, table: Table) -> Iterator[Finding]:
        slots, present = self._arguments(table)
        rows = [(row, self.translator.term(row.when, slots)) for row in table.rows]
        for index, (row, when) in enumerate(rows):
            applying = self.possible(*present, when)
            if applying is None:
                yield self._at(row.place, f"the row '{row.key}' of table '{table.name}' can never apply")
                continue
            earlier = [z3.Not(term) for _, term in rows[:index]]
            if earlier and self.possible(*present, when, *earlier) is None:
                names = sorted(self._fact_names(*[before.when for before in table.rows[: index + 1]]))
                yield self._at(
                    row.place,
                    f"the row '{row.key}' of table '{table.name}' is masked by the rows before it"
                    f"{self._shown(applying, names)}",
                )
                continue
            for other, other_when in rows[:index]:
                model = self.possible(*present, when, other_when)
                if isinstance(model, z3.ModelRef):
                    facts, _ = facts_of_model(model, self.translator)
                    shown = in_words(facts, sorted(self._fact_names(row.when, other.when)))
                    yield self._at(
                        row.place,
                        f"the rows '{other.key}' and '{row.key}' of table '{table.name}' overlap, for example {shown}",
                    )
        gap = self.possible(*present, *self._reached(table), *[z3.Not(term) for _, term in rows])
        if isinstance(gap, z3.ModelRef):
            facts, _ = facts_of_model(gap, self.translator)
            shown = in_words(facts, sorted(self._fact_names(*[row.when for row in table.rows])))
            yield self._at(
                table.place,
                f"no row of table '{table.name}' applies although all criteria are met, for example {shown}",
            )

    def _arguments(self, table: Table) -> tuple[dict[int, Any], list[Any]]:
        """Symbolic arguments of a table: the first record of a list, or a fresh value."""
        slots: dict[int, Any] = {}
        present: list[Any] = []
        for name, slot, type_ in table.parameters:
            record = getattr(type_, "record", "")
            if record:
                first = self.translator.fact(self.book.vocabulary.facts[record])[0][0]
                slots[slot] = first
                present.append(first.present)
            else:
                slots[slot] = z3.Int(f"{table.name}.{name}")
        return slots, present

    def _reached(self, table: Table) -> list[Any]:
        """A gap only matters for those who meet all criteria, and for an item that counts."""
        refusing = [self.terms[c.name] for c in self.criteria if c.effect is Effect.REFUSE]
        for _, _, type_ in table.parameters:
            record = getattr(type_, "record", "")
            if record in self.version.items:
                block = self.version.items[record]
                first = self.translator.fact(self.book.vocabulary.facts[record])[0][0]
                refusing += [self.translator.term(c.condition, {block.slot: first}) for c in block.criteria]
        return refusing

    # -- amounts ----------------------------------------------------------------------------------------------

    def _amounts(self) -> Iterator[Finding]:
        refusing = [self.terms[c.name] for c in self.criteria if c.effect is Effect.REFUSE]
        amounts = [self.version.amount] if self.version.amount is not None else []
        for amount in [*amounts, *(a for _, a in self.version.other_amounts.values())]:
            for component in amount.components:
                slots: dict[int, Any] = {}
                guards = list(refusing)
                if component.years is not None:
                    year, belongs = self.translator.term(component.years, {})[0]
                    slots[component.slot] = year
                    guards.append(belongs)
                if component.when is not None:
                    applies = self.translator.term(component.when, {})
                    if self.possible(*guards, applies) is None:
                        yield self._at(
                            component.place,
                            f"the amount '{component.name}' can never apply to anybody who meets the criteria",
                        )
                        continue
                    guards.append(applies)
                before = len(self.translator.undefined)
                yen = self.translator.term(component.yen, slots)
                if self.possible(*guards, yen > 0) is None:
                    yield self._at(component.place, f"the amount '{component.name}' is never more than 0 yen")
                    continue
                yield from self._bounded(component, guards, yen < 0, "can be negative", lambda d: d.amount.low < 0)
                if component.at_most is not None:
                    cap = self.translator.term(component.at_most, slots)
                    yield from self._bounded(
                        component,
                        guards,
                        yen > cap,
                        "can exceed its cap",
                        lambda d: d.verdict is not Verdict.NOT_ELIGIBLE,
                    )
                for name, missing in self.translator.undefined[before:]:
                    brackets = self.version.parameters[name].steps  # other gaps are found when the table is read
                    model = self.possible(*guards, missing) if brackets or not slots else None
                    if isinstance(model, z3.ModelRef):
                        facts, _ = facts_of_model(model, self.translator)
                        yield self._at(
                            component.place,
                            f"'{name}' has no value although it is needed, for example "
                            f"{in_words(facts, sorted(self._fact_names(component.yen)))}",
                            serious=False,
                        )

    def _bounded(
        self, component: AmountComponent, guards: list[Any], broken: Any, what: str, holds: Any
    ) -> Iterator[Finding]:
        """Report an amount that breaks a bound, or that the solver could not decide it in its time."""
        if self.possible(*guards, broken) is False:
            yield self._at(
                component.place,
                f"the solver could not decide in {TIMEOUT // 1000} s whether the amount '{component.name}' {what}",
                serious=False,
            )
            return
        facts = self.confirmed([*guards, broken], holds)
        if facts is not None:
            shown = in_words(facts, sorted(self._fact_names(component.yen)))
            yield self._at(component.place, f"the amount '{component.name}' {what}, for example {shown}")

    # -- what counts, and branches that nobody takes ----------------------------------------------------------

    def _counting(self) -> Iterator[Finding]:
        refusing = [self.terms[c.name] for c in self.criteria if c.effect is Effect.REFUSE]
        for counting in self.version.counts_for:
            if self.possible(*refusing, self.translator.term(counting.when, {})) is None:
                yield self._at(
                    counting.place, f"nobody who meets the criteria can ever count for '{counting.indicator}'"
                )

    def _branches(self) -> Iterator[Finding]:
        """Tests of conditionals that always come out the same for those who meet the criteria."""
        refusing = [self.terms[c.name] for c in self.criteria if c.effect is Effect.REFUSE]
        seen: set[str] = set()
        for place, test in self._tests():
            if test.text in seen or any(isinstance(part, n.Variable) for part in test.walk()):
                continue
            seen.add(test.text)
            term = self.translator.term(test, {})
            for claim, always in ((term, "never true"), (z3.Not(term), "always true")):
                if self.possible(*refusing, claim) is None:
                    yield self._at(
                        place,
                        f"the condition '{test.text}' is {always} for those who meet the criteria",
                        serious=False,
                    )

    def _tests(self) -> Iterator[tuple[Any, n.Node]]:
        """Conditions inside expressions and of amounts, with where they stand."""
        bodies = [(d.place, d.body) for d in self.version.definitions.values() if not d.parameters]
        amount = self.version.amount
        for component in amount.components if amount is not None else ():
            if component.when is not None:
                yield component.place, component.when
            bodies.append((component.place, component.yen))
        for place, body in bodies:
            for part in body.walk():
                if isinstance(part, n.Conditional):
                    yield place, part.test

    # -- names ------------------------------------------------------------------------------------------------

    def _names(self, criterion: Criterion) -> list[str]:
        return sorted(self._fact_names(criterion.condition))

    def _fact_names(self, *nodes: n.Node) -> set[str]:
        found: set[str] = set()
        seen: set[str] = set()
        stack = list(nodes)
        while stack:
            for part in stack.pop().walk():
                if isinstance(part, n.FactRef):
                    found.add(part.fact.name)
                elif isinstance(part, n.FieldRef) and part.fact.record:
                    found.add(part.fact.record)
                elif isinstance(part, n.DefinitionRef) and part.definition.name not in seen:
                    seen.add(part.definition.name)
                    stack.append(part.definition.body)
        return found


def always_refers(criterion: Criterion) -> bool:
    """``holds: False`` with ``otherwise: refer``: the rules say that an official decides in every case."""
    return (
        isinstance(criterion.holds, n.Constant) and criterion.holds.value is False and criterion.effect is Effect.REFER
    )


def prove(book: RuleBook, engine: Engine, versions: list[SchemeVersion] | None = None) -> Iterator[Finding]:
    """Findings of all versions (or the given ones)."""
    for version in versions if versions is not None else book.versions():
        yield from Prover(version, book, engine).findings()
