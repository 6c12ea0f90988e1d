"""Typed nodes → z3 terms over symbolic, complete facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

import z3

from eligibility.language import nodes as n
from eligibility.language import types as t
from eligibility.language.ranges import Range
from eligibility.rulebook.model import Criterion, Fact, SchemeVersion
from eligibility.rulebook.vocabulary import Vocabulary

RECORDS = 2
"""Symbolic records of each list fact."""
FIRST_YEAR, LAST_YEAR = 1985, 2060
"""Years that symbolic dates may lie in (facts' own bounds are narrowed to them)."""
MOST_YEARS = 8
"""Longest ``years(first, n)`` that is unrolled."""
CAP = 10**10
"""Largest symbolic sum of money (narrower than what may be entered, wide enough for every threshold)."""

Term = Any


@dataclass(eq=False)
class Record:
    """A symbolic record: a term for each field, and whether the record is there."""

    fact: Fact
    position: int
    values: dict[str, Term]
    present: Term


@dataclass
class Symbols:
    """The unknowns of one version: facts as entered, and what must hold for them to be possible."""

    facts: dict[str, Term] = field(default_factory=dict)
    records: dict[str, list[Record]] = field(default_factory=dict)
    sides: list[Term] = field(default_factory=list)


class Translator:
    """Translates the expressions of one version. ``sides`` are conditions that always hold with the terms."""

    def __init__(
        self, version: SchemeVersion, vocabulary: Vocabulary, records: Mapping[str, int] | None = None
    ) -> None:
        """``records``: symbolic records of list facts where it is not ``RECORDS``."""
        self.version = version
        self.counts = records or {}
        self.vocabulary = vocabulary
        self.symbols = Symbols()
        self.sides = self.symbols.sides
        self.memo: dict[Any, Term] = {}
        self.effective: dict[str, Term] = {}
        self.undefined: list[tuple[str, Term]] = []
        """Look-ups without a value: name of the parameter and when that happens."""
        self.later: list[tuple[Term, Term, Term]] = []
        """Days that are only known to within some days: the day, the earliest and the latest that it may be."""
        self.fresh_count = 0
        self.on = z3.Int("on")
        self._day_bounds(self.on)
        self.codes = {name: list(codes.codes) for name, codes in vocabulary.codes.items()}
        self._calendar: dict[str, Any] = {}

    # -- facts ------------------------------------------------------------------------------------------------

    def fact(self, fact: Fact) -> Term:
        """The effective value of a fact (``otherwise`` where its question makes no sense)."""
        name = fact.name
        if name not in self.effective:
            entered = self._entered(fact)
            self.effective[name] = entered
            if fact.asked_if is not None:
                asked = self.term(fact.asked_if, {})
                self.effective[name] = self._choose(asked, entered, self._constant(fact.otherwise, fact.type))
        return self.effective[name]

    def _entered(self, fact: Fact) -> Term:
        if fact.is_list:
            return self._list(fact)
        if fact.name in self.vocabulary.defaults_to_on:
            self.symbols.facts[fact.name] = self.on
            self.sides += [self.on >= (fact.lowest or 0), self.on <= (fact.highest or 10**7)]
            return self.on
        term = self._symbol(fact.name, fact)
        self.symbols.facts[fact.name] = term
        return term

    def _symbol(self, name: str, fact: Fact) -> Term:
        type_ = fact.type
        if type_ == t.BOOL:
            return z3.Bool(name)
        if isinstance(type_, t.CodeSetType):
            return {code: z3.Bool(f"{name}:{code}") for code in self.codes[type_.codes]}
        whole = z3.Int(name)
        if isinstance(type_, t.CodeType):
            self.sides += [whole >= 0, whole < len(self.codes[type_.codes])]
            return whole
        if type_ == t.DATE:
            self._day_bounds(whole)
            self.sides += [whole >= (fact.lowest or 0), whole <= (fact.highest or 10**7)]
            return whole
        if type_ == t.FISCAL_YEAR:
            self.sides += [whole >= FIRST_YEAR + 1, whole <= LAST_YEAR - 1]
            return whole
        scale = 10**fact.decimals * (100 if isinstance(type_, t.NumberType) and type_.word == "percent" else 1)
        self.sides += [whole >= (fact.lowest or 0) * scale, whole <= min(fact.highest or CAP, CAP) * scale]
        return z3.ToReal(whole) / scale if scale != 1 else z3.ToReal(whole)

    def _list(self, fact: Fact) -> list[tuple[Record, Term]]:
        records: list[Record] = []
        for position in range(min(self.counts.get(fact.name, RECORDS), fact.most)):
            present = z3.Bool(f"{fact.name}[{position}]")
            values = {name: self._symbol(f"{fact.name}[{position}].{name}", f) for name, f in fact.fields.items()}
            record = Record(fact, position, values, present)
            if records:
                self.sides.append(z3.Implies(present, records[-1].present))
            records.append(record)
        self.symbols.records[fact.name] = records
        return [(record, record.present) for record in records]

    def _day_bounds(self, term: Term) -> None:
        self.sides += [term >= date(FIRST_YEAR + 2, 1, 1).toordinal(), term <= date(LAST_YEAR - 2, 12, 31).toordinal()]

    # -- constants and choices --------------------------------------------------------------------------------

    def _constant(self, value: Any, type_: t.Type) -> Term:
        if isinstance(value, bool):
            return z3.BoolVal(value)
        if isinstance(type_, t.CodeType):
            return z3.IntVal(self.codes[type_.codes].index(value))
        if isinstance(type_, t.CodeSetType):
            return {code: z3.BoolVal(code in value) for code in self.codes[type_.codes]}
        if isinstance(type_, t.ListType):
            if isinstance(type_.item, t.CodeType):
                return [(z3.IntVal(self.codes[type_.item.codes].index(code)), z3.BoolVal(True)) for code, _ in value]
            return []
        if isinstance(value, Range):
            return self._between(value)
        if type_ in (t.DATE, t.FISCAL_YEAR):
            return z3.IntVal(value)
        fraction = Fraction(value)
        return z3.RealVal(f"{fraction.numerator}/{fraction.denominator}")

    def _between(self, value: Range) -> Term:
        term = z3.Real(self._fresh("range"))
        low, high = Fraction(value.low), Fraction(value.high)
        self.sides += [term >= z3.RealVal(str(low)), term <= z3.RealVal(str(high))]
        return term

    def _fresh(self, what: str) -> str:
        self.fresh_count += 1
        return f"{what}!{self.fresh_count}"

    def _choose(self, test: Term, then: Term, other: Term) -> Term:
        if isinstance(then, dict):
            return {code: z3.If(test, then[code], other[code]) for code in then}
        if isinstance(then, list):
            return [(item, z3.And(test, belongs)) for item, belongs in then] + [
                (item, z3.And(z3.Not(test), belongs)) for item, belongs in other
            ]
        return z3.If(test, then, other)

    # -- nodes ------------------------------------------------------------------------------------------------

    def condition(self, criterion: Criterion) -> Term:
        """A criterion as one term."""
        return self.term(criterion.condition, {})

    def term(self, node: n.Node, slots: Mapping[int, Term]) -> Term:
        """The z3 term of a node; ``slots`` bind variables."""
        match node:
            case n.Constant():
                return self._constant(node.value, node.type)
            case n.OnDate():
                return self.on
            case n.FactRef():
                return self.fact(node.fact)
            case n.Variable():
                return slots[node.slot]
            case n.FieldRef():
                return self._field(node, slots)
            case n.ParameterRef():
                return self._parameter(node)
            case n.ParameterLookup():
                return self._lookup(node, slots)
            case n.DefinitionRef():
                return self._definition(node, slots)
            case n.TableCell():
                return self._cell(node, slots)
            case n.Qualifies():
                return self._qualifies(node, slots)
            case n.Not():
                return z3.Not(self.term(node.operand, slots))
            case n.And():
                return z3.And(*[self.term(o, slots) for o in node.operands])
            case n.Or():
                return z3.Or(*[self.term(o, slots) for o in node.operands])
            case n.Compare():
                return self._compare(node, slots)
            case n.Membership():
                return self._membership(node, slots)
            case n.Arithmetic():
                return self._arithmetic(node, slots)
            case n.Conditional():
                return self._choose(*(self.term(part, slots) for part in node.parts()))
            case n.Call():
                return self._call(node, slots)
            case n.Filtered():
                return [
                    (item, z3.And(belongs, self.term(node.condition, {**slots, node.slot: item})))
                    for item, belongs in self.term(node.source, slots)
                ]
            case n.Quantified():
                return self._quantified(node, slots)
        raise TypeError(f"no term for {type(node).__name__}")

    def _field(self, node: n.FieldRef, slots: Mapping[int, Term]) -> Term:
        record: Record = self.term(node.record, slots)
        value = record.values[node.fact.name]
        if node.fact.asked_if is not None:
            asked = self.term(node.fact.asked_if, {0: record})
            return self._choose(asked, value, self._constant(node.fact.otherwise, node.fact.type))
        return value

    def _parameter(self, node: n.ParameterRef) -> Term:
        key = ("parameter", node.parameter.name)
        if key not in self.memo:  # a range parameter is one unknown number, the same everywhere
            self.memo[key] = self._constant(node.parameter.value, node.type)
        return self.memo[key]

    def _lookup(self, node: n.ParameterLookup, slots: Mapping[int, Term]) -> Term:
        parameter = node.parameter
        key = self.term(node.key, slots)
        values = parameter.values or {}
        result = (
            z3.Real(self._fresh("unlisted")) if isinstance(node.type, t.NumberType) else z3.Int(self._fresh("unlisted"))
        )
        if parameter.steps:
            starts = sorted(values)
            self.undefined.append((parameter.name, key < starts[0]))
            for start in starts:
                result = z3.If(key >= start, self._constant(values[start], node.type), result)
            return result
        known = []
        for code, value in values.items():
            same = (
                key == self._constant(code, parameter.key_type) if parameter.key_type is not None else z3.BoolVal(False)
            )
            known.append(same)
            result = z3.If(same, self._constant(value, node.type), result)
        self.undefined.append((parameter.name, z3.Not(z3.Or(*known))))
        return result

    def _definition(self, node: n.DefinitionRef, slots: Mapping[int, Term]) -> Term:
        arguments = [self.term(a, slots) for a in node.arguments]
        key = ("definition", node.definition.name, *(id(a) if isinstance(a, Record) else str(a) for a in arguments))
        if key not in self.memo:
            bound = {slot: a for (_, slot, _), a in zip(node.definition.parameters, arguments, strict=True)}
            self.memo[key] = self.term(node.definition.body, bound)
        return self.memo[key]

    def _cell(self, node: n.TableCell, slots: Mapping[int, Term]) -> Term:
        bound = {
            slot: self.term(a, slots) for (_, slot, _), a in zip(node.table.parameters, node.arguments, strict=True)
        }
        result = self._constant(node.table.otherwise[node.column], node.type)
        for row in reversed(node.table.rows):
            result = z3.If(self.term(row.when, bound), self._constant(row.cells[node.column], node.type), result)
        return result

    def _qualifies(self, node: n.Qualifies, slots: Mapping[int, Term]) -> Term:
        record: Record = self.term(node.record, slots)
        key = ("qualifies", node.record_name, record.position)
        if key not in self.memo:
            block = self.version.items[node.record_name]
            self.memo[key] = z3.And(*[self.term(c.condition, {block.slot: record}) for c in block.criteria])
        return self.memo[key]

    def _compare(self, node: n.Compare, slots: Mapping[int, Term]) -> Term:
        left, right = self.term(node.left, slots), self.term(node.right, slots)
        match node.operator:
            case "==":
                return left == right
            case "!=":
                return left != right
            case "<":
                return left < right
            case "<=":
                return left <= right
            case ">":
                return left > right
        return left >= right

    def _membership(self, node: n.Membership, slots: Mapping[int, Term]) -> Term:
        item, options = self.term(node.item, slots), self.term(node.options, slots)
        codes = self.codes[node.item.type.codes]  # type: ignore[attr-defined]
        return z3.Or(*[z3.And(item == index, options[code]) for index, code in enumerate(codes)])

    def _arithmetic(self, node: n.Arithmetic, slots: Mapping[int, Term]) -> Term:
        left, right = self.term(node.left, slots), self.term(node.right, slots)
        if node.type in (t.DATE, t.FISCAL_YEAR) or node.left.type in (t.DATE, t.FISCAL_YEAR):
            right = z3.ToInt(right) if z3.is_real(right) else right
            value = left + right if node.operator == "+" else left - right
            return z3.ToReal(value) if isinstance(node.type, t.NumberType) else value
        match node.operator:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return self._product(left, right)
        return left / right

    def _product(self, left: Term, right: Term) -> Term:
        """Products stay linear: a choice between constants is drawn out of the product."""
        if z3.is_rational_value(left) or z3.is_rational_value(right):
            return left * right
        for choice, other, swap in ((left, right, False), (right, left, True)):
            if z3.is_app_of(choice, z3.Z3_OP_ITE):
                test, then, otherwise = choice.children()
                first = self._product(other, then) if swap else self._product(then, other)
                second = self._product(other, otherwise) if swap else self._product(otherwise, other)
                return z3.If(test, first, second)
        return left * right

    # -- loops ------------------------------------------------------------------------------------------------

    def _quantified(self, node: n.Quantified, slots: Mapping[int, Term]) -> Term:
        members = []
        for item, belongs in self.term(node.source, slots):
            inner = {**slots, node.slot: item}
            if node.condition is not None:
                belongs = z3.And(belongs, self.term(node.condition, inner))
            body = self.term(node.body, inner) if node.body is not None else None
            members.append((belongs, body))
        match node.kind:
            case "any":
                return z3.Or(*[z3.And(b, body) for b, body in members])
            case "all":
                return z3.And(*[z3.Implies(b, body) for b, body in members])
            case "count":
                return z3.ToReal(z3.Sum(*[z3.If(b, 1, 0) for b, _ in members])) if members else z3.RealVal(0)
            case "sum":
                return z3.Sum(*[z3.If(b, body, z3.RealVal(0)) for b, body in members]) if members else z3.RealVal(0)
        return self._extreme(node, members)

    def _extreme(self, node: n.Quantified, members: list[tuple[Term, Term]]) -> Term:
        real = isinstance(node.type, t.NumberType)
        best = z3.Real(self._fresh(node.kind)) if real else z3.Int(self._fresh(node.kind))
        for belongs, body in members:
            self.sides.append(z3.Implies(belongs, best <= body if node.kind == "min" else best >= body))
        some = z3.Or(*[b for b, _ in members])
        self.sides.append(z3.Implies(some, z3.Or(*[z3.And(b, best == body) for b, body in members])))
        return best

    # -- functions --------------------------------------------------------------------------------------------

    def _call(self, node: n.Call, slots: Mapping[int, Term]) -> Term:
        name = node.function.name
        arguments = [self.term(a, slots) for a in node.arguments]
        match name:
            case "min" | "max":
                best = arguments[0]
                for other in arguments[1:]:
                    best = z3.If(other < best if name == "min" else other > best, other, best)
                return best
            case "floor_to":
                whole = z3.Int(self._fresh("floor"))
                self.sides += [
                    z3.ToReal(whole) * arguments[1] <= arguments[0],
                    arguments[0] < (z3.ToReal(whole) + 1) * arguments[1],
                ]
                return z3.ToReal(whole) * arguments[1]
            case "overlaps":
                return z3.Or(*[z3.And(arguments[0][code], arguments[1][code]) for code in arguments[0]])
            case "years":
                return [(arguments[0] + k, z3.RealVal(k) < arguments[1]) for k in range(MOST_YEARS)]
            case "assessed_value":
                value = z3.Int(self._fresh("value"))
                self.sides += [value >= 0, z3.ToReal(value) <= arguments[0]]
                return z3.ToReal(value)
            case "add_months" | "add_years":
                return self._later(arguments[0], arguments[1], 12 if name == "add_years" else 1)
        return self._calendar_call(name, arguments[0])

    def _later(self, day: Term, count: Term, factor: int) -> Term:
        """A day some months later: to within a day for whole years, to within four days otherwise."""
        result = z3.Int(self._fresh("later"))
        months = z3.simplify(count * factor)
        years = _whole_years(months)
        if years is not None:
            low, high = day + 365 * years + years // 4 - 1, day + 365 * years + (years + 3) // 4
            self.sides += [result >= low, result <= high]
        else:
            average = z3.RealVal("487/16") * months  # 30.4375 days a month
            low, high = z3.ToReal(day) + average - 4, z3.ToReal(day) + average + 4
            self.sides += [z3.ToReal(result) >= low, z3.ToReal(result) <= high]
        self.later.append((result, low, high))
        return result

    def _calendar_call(self, name: str, argument: Term) -> Term:
        april, january = self._firsts("april", 4), self._firsts("january", 1)
        year = z3.Int(self._fresh(name))
        match name:
            case "start_of":
                return april(argument)
            case "end_of":
                return april(argument + 1) - 1
            case "fiscal_year":
                self.sides += [april(year) <= argument, argument < april(year + 1)]
            case "first_assessed_year":
                self.sides += [january(year - 1) < argument, argument <= january(year)]
            case _:
                raise TypeError(f"no term for {name}()")
        self.sides += [year > FIRST_YEAR, year < LAST_YEAR]
        return year

    def _firsts(self, name: str, month: int) -> Any:
        """Function year → ordinal of the first day of a month, known for every year in question."""
        if name not in self._calendar:
            function = z3.Function(name, z3.IntSort(), z3.IntSort())
            self.sides += [
                function(year) == date(year, month, 1).toordinal() for year in range(FIRST_YEAR, LAST_YEAR + 1)
            ]
            self._calendar[name] = function
        return self._calendar[name]


def _whole_years(months: Term) -> int | None:
    """The number of years when it is a constant number of whole years."""
    if not z3.is_rational_value(months) or months.denominator_as_long() != 1:
        return None
    years, rest = divmod(int(months.numerator_as_long()), 12)
    return years if rest == 0 and years >= 0 else None
