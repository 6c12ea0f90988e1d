"""What a firm can change, as the solver sees it: single facts, fields of records, one more record of a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import z3

from eligibility.language import nodes as n
from eligibility.language import types as t
from eligibility.prove.terms import Translator
from eligibility.rulebook.model import Fact, SchemeVersion
from eligibility.rulebook.vocabulary import Vocabulary


@dataclass(frozen=True, eq=False, slots=True)
class Unit:
    """Something that can be changed on its own. ``keep``: equations that hold while it is as given; ``term`` and ``old``:
    its value and what it was, for numbers and dates, with ``step`` the smallest difference; ``limits`` always hold."""

    path: str
    fact: Fact
    keep: tuple[Any, ...]
    term: Any = None
    old: Any = None
    step: Fraction = Fraction(1)
    limits: tuple[Any, ...] = ()


class Units:
    """The units of one applicant's facts under one version. ``given``: canonical answers; ``on``: the day of the
    determination."""

    def __init__(
        self,
        version: SchemeVersion,
        vocabulary: Vocabulary,
        translator: Translator,
        given: Mapping[str, Any],
        on: date,
    ) -> None:
        self.version = version
        self.vocabulary = vocabulary
        self.translator = translator
        self.given = given
        self.on = on

    def behind(self, nodes: Sequence[n.Node]) -> list[Unit]:
        """What a firm can change behind the nodes: single facts, fields of records, and one more record of a list."""
        known = self.vocabulary.facts
        wanted = self._facts_behind(nodes)
        units: list[Unit] = []
        for name, fact in known.items():
            if name not in wanted or not fact.firm_can_change or name not in self.given:
                continue
            self.translator.fact(fact)
            if fact.is_list:
                units += self._record_units(name, fact)
            else:
                term = self.translator.symbols.facts[name]
                units.append(self._unit(name, fact, term, self.given[name]))
        return units

    def _record_units(self, name: str, fact: Fact) -> Iterator[Unit]:
        for record, entered in zip(self.translator.symbols.records[name], [*self.given[name], None], strict=False):
            if entered is None:
                yield Unit(f"{name}[+]", fact, (z3.Not(record.present),))
                continue
            for field_name, value in entered.items():
                if fact.fields[field_name].firm_can_change:
                    path = f"{name}[{record.position}].{field_name}"
                    yield self._unit(path, fact.fields[field_name], record.values[field_name], value)

    def _unit(self, path: str, fact: Fact, term: Any, value: Any) -> Unit:
        old = self._value(fact, value)
        if isinstance(old, dict):
            return Unit(path, fact, tuple(flag == old[code] for code, flag in term.items()))
        if old is None:
            return Unit(path, fact, ())
        if fact.type == t.DATE:  # nobody can act in the past
            return Unit(
                path, fact, (term == old,), term, old, limits=(z3.Or(term == old, term >= self.on.toordinal()),)
            )
        if isinstance(fact.type, t.NumberType):
            scale = 10**fact.decimals * (100 if fact.type.word == "percent" else 1)
            return Unit(path, fact, (term == old,), term, old, Fraction(1, scale))
        return Unit(path, fact, (term == old,))

    def _value(self, fact: Fact, value: Any) -> Any:
        """A JSON answer as a constant (for sets of codes one truth value a code)."""
        type_ = fact.type
        if type_ == t.BOOL:
            return z3.BoolVal(value)
        if isinstance(type_, t.CodeSetType):
            return {code: z3.BoolVal(code in value) for code in self.translator.codes[type_.codes]}
        if isinstance(type_, t.CodeType):
            return z3.IntVal(self.translator.codes[type_.codes].index(value))
        if type_ == t.DATE:
            return z3.IntVal(date.fromisoformat(value).toordinal())
        if type_ == t.FISCAL_YEAR:
            return z3.IntVal(int(value))
        if type_ == t.TEXT:
            return None
        number = Fraction(str(value)) / (100 if isinstance(type_, t.NumberType) and type_.word == "percent" else 1)
        return z3.RealVal(str(number))

    def _facts_behind(self, nodes: Sequence[n.Node]) -> set[str]:
        found: set[str] = set()
        seen: set[str] = set()
        stack = list(nodes)
        while stack:
            for part in stack.pop().walk():
                if isinstance(part, n.FactRef) and part.fact.name not in found:
                    found.add(part.fact.name)
                    if part.fact.asked_if is not None:
                        stack.append(part.fact.asked_if)
                elif isinstance(part, n.Qualifies):
                    stack += [c.condition for c in self.version.items[part.record_name].criteria]
                elif isinstance(part, n.DefinitionRef) and part.definition.name not in seen:
                    seen.add(part.definition.name)
                    stack.append(part.definition.body)
        return found

    def as_given(self, units: Sequence[Unit]) -> list[Any]:
        """Equations for everything that was given and is not up for change."""
        free = {unit.path for unit in units}
        equations: list[Any] = []
        for name, value in self.given.items():
            fact = self.vocabulary.facts[name]
            if fact.is_list and name in self.translator.symbols.records:
                for record, entered in zip(self.translator.symbols.records[name], [*value, None], strict=False):
                    if entered is None:
                        equations += [] if f"{name}[+]" in free else [z3.Not(record.present)]
                        continue
                    equations.append(record.present)
                    for field_name, answer in entered.items():
                        if f"{name}[{record.position}].{field_name}" not in free:
                            equations += self._unit("", fact.fields[field_name], record.values[field_name], answer).keep
            elif name in self.translator.symbols.facts and name not in free:
                equations += self._unit(name, fact, self.translator.symbols.facts[name], value).keep
        return equations


def within(unit: Unit, distance: int) -> list[Any]:
    """Bounds that keep a number or date at most ``distance`` of its smallest steps away from what it was."""
    most = distance if unit.fact.type == t.DATE else z3.RealVal(str(distance * unit.step))
    return [unit.term - unit.old <= most, unit.old - unit.term <= most]


def answer_at(facts: Mapping[str, Any], path: str) -> Any:
    """The answer at a path: ``lease_contract_on`` or ``assets[0].cost``."""
    name, _, rest = path.partition("[")
    if not rest:
        return facts[name]
    position, field_name = rest.split("].")
    return facts[name][int(position)][field_name]


def with_answer(facts: Mapping[str, Any], path: str, answer: Any) -> dict[str, Any]:
    """The facts with one answer replaced; nothing that was given is touched."""
    name, _, rest = path.partition("[")
    if not rest:
        return {**facts, name: answer}
    position, field_name = rest.split("].")
    records = [dict(record) for record in facts[name]]
    records[int(position)][field_name] = answer
    return {**facts, name: records}
