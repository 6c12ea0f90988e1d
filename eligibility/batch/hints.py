"""What rules say about facts, read off their expressions: thresholds, answers that criteria ask for, the order of dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from eligibility.language import nodes as n
from eligibility.language.ranges import Range, ends_of
from eligibility.language.types import BOOL, DATE, CodeSetType, CodeType
from eligibility.rulebook.book import RuleBook, expressions_of
from eligibility.rulebook.vocabulary import Vocabulary

Want = tuple[str, list[Fraction]]
"""``== < <= > >=`` and the constants that a fact is compared with in that way."""
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


@dataclass(slots=True)
class Hints:
    """By fact (``capital``, ``assets.cost``): constants that it is compared with anywhere, comparisons, answers and
    codes (how often) that criteria ask for; and pairs of dates of which criteria want the first one earlier."""

    limits: dict[str, list[Fraction]] = field(default_factory=dict)
    wants: dict[str, list[Want]] = field(default_factory=dict)
    yes: dict[str, bool] = field(default_factory=dict)
    codes: dict[str, Counter[str]] = field(default_factory=dict)
    orders: list[tuple[str, str]] = field(default_factory=list)


def hints_of(book: RuleBook) -> Hints:
    """What all versions of all schemes say."""
    reader = _Reader(book.vocabulary)
    limits: dict[str, set[Fraction]] = {}
    for version in book.versions():
        roots = [*expressions_of(version), *(d.body for d in version.definitions.values())]
        roots += [row.when for table in version.tables.values() for row in table.rows]
        for part in (part for root in roots for part in root.walk()):
            if isinstance(part, n.Compare):
                for one, other in ((part.left, part.right), (part.right, part.left)):
                    if isinstance(one, n.FactRef | n.FieldRef):
                        limits.setdefault(one.fact.path, set()).update(_constants(other))
        for part in version.scheme.chosen_by.walk():
            if isinstance(part, n.FactRef) and part.type == DATE:
                days = [day for day in (version.first_day, version.last_day) if day is not None]
                limits.setdefault(part.fact.path, set()).update(Fraction(day.toordinal()) for day in days)
        blocks = [block.criteria for block in version.items.values()]
        for criterion in (c for criteria in (version.criteria, *blocks) for c in criteria):
            reader.read(criterion.holds, True)
    reader.hints.limits = {path: sorted(values) for path, values in limits.items() if values}
    return reader.hints


class _Reader:
    """Walks down what should hold (or, for ``yes`` false, should not)."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.hints = Hints()

    def read(self, node: n.Node, yes: bool) -> None:
        """Note what makes the condition come out so."""
        match node:
            case n.FactRef() | n.FieldRef() if node.type == BOOL:
                self.hints.yes.setdefault(node.fact.path, yes)
            case n.Not():
                self.read(node.operand, not yes)
            case n.And() | n.Or():
                for operand in node.operands:
                    self.read(operand, yes)
            case n.Conditional():
                self.read(node.then, yes)
                self.read(node.other, yes)
            case n.DefinitionRef():
                self.read(node.definition.body, yes)
            case n.Quantified():
                for part in (node.condition, node.body):
                    if part is not None and part.type == BOOL:
                        self.read(part, yes)
            case n.Membership(item=n.FactRef() | n.FieldRef() as item, options=n.ParameterRef() as options):
                self._favour(item, options.parameter.value, yes)
            case n.Call(arguments=(n.FactRef() | n.FieldRef() as item, n.ParameterRef() as options)):
                if node.function.name == "overlaps":
                    self._favour(item, options.parameter.value, yes)
            case n.Compare():
                self._compared(node, node.operator if yes else _OPPOSITE[node.operator])

    def _favour(self, item: n.FactRef | n.FieldRef, codes: frozenset[str], yes: bool) -> None:
        if isinstance(item.type, CodeType | CodeSetType):
            chosen = codes if yes else frozenset(self.vocabulary.codes[item.type.codes].codes) - codes
            self.hints.codes.setdefault(item.fact.path, Counter()).update(chosen)

    def _compared(self, node: n.Compare, operator: str) -> None:
        left, right = node.left, node.right
        for one, other, sign in ((left, right, operator), (right, left, _FLIPPED[operator])):
            if isinstance(one, n.Quantified):
                self.read(one, True)
            elif isinstance(one, n.FactRef | n.FieldRef) and isinstance(one.type, CodeType):
                if isinstance(other, n.Constant):
                    self._favour(one, frozenset({other.value}), sign == "==")
            elif isinstance(one, n.FactRef | n.FieldRef) and sign != "!=" and (limits := _constants(other)):
                wants = self.hints.wants.setdefault(one.fact.path, [])
                wanted = (sign, sorted(limits))
                if wanted not in wants:
                    wants.append(wanted)
        earlier, later = _date(left), _date(right)
        if earlier and later and earlier != later and operator not in ("==", "!="):
            self.hints.orders.append((earlier, later) if operator in ("<", "<=") else (later, earlier))


def _date(node: n.Node) -> str:
    """The date fact that a date expression starts from."""
    if isinstance(node, n.FactRef) and node.type == DATE:
        return node.fact.name
    if isinstance(node, n.Arithmetic):
        return _date(node.left)
    return ""


_CONSTANTS: Mapping[type[n.Node], Callable[[Any], Any]] = {
    n.Constant: lambda node: [node.value],
    n.ParameterRef: lambda node: [node.parameter.value],
    n.ParameterLookup: lambda node: (node.parameter.values or {}).values(),
}


def _constants(node: n.Node) -> set[Fraction]:
    """Constants that a value may have: one number, those of a parameter, or of what chooses between such."""
    if isinstance(node, n.DefinitionRef):
        return _constants(node.definition.body)
    if isinstance(node, n.Conditional):
        return _constants(node.then) | _constants(node.other)
    values = _CONSTANTS[type(node)](node) if type(node) in _CONSTANTS else []
    return {
        Fraction(end)
        for value in values
        if isinstance(value, int | Fraction | Range) and not isinstance(value, bool)
        for end in ends_of(value)
        if not isinstance(end, float)
    }
