"""Typed syntax tree of an expression. The checker builds it; evaluators, explanations and checks walk it.

Nodes compare by identity. ``run`` is the compiled three-valued evaluator of the node (set by
:mod:`eligibility.language.direct`), so that walkers can ask any part of an expression for its value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eligibility.language.types import Type

if TYPE_CHECKING:
    from eligibility.language.builtins import Builtin
    from eligibility.rulebook.model import Definition, Fact, Parameter, Table


@dataclass(eq=False, slots=True)
class Node:
    """One typed part of an expression; ``text`` is how the rule file writes it."""

    type: Type
    text: str
    run: Callable[[Any], Any] = field(init=False, repr=False)

    def parts(self) -> tuple[Node, ...]:
        """Direct sub-expressions, in order of evaluation."""
        return ()

    def walk(self) -> Iterator[Node]:
        """This node and everything below it (bodies of definitions not included)."""
        yield self
        for part in self.parts():
            yield from part.walk()


@dataclass(eq=False, slots=True)
class Constant(Node):
    """A literal: truth value, exact number, ordinal of a date, fiscal year, code or frozen set of codes."""

    value: Any


@dataclass(eq=False, slots=True)
class OnDate(Node):
    """The date of the determination (``on``)."""


@dataclass(eq=False, slots=True)
class FactRef(Node):
    """A fact of the vocabulary."""

    fact: Fact


@dataclass(eq=False, slots=True)
class Variable(Node):
    """A loop variable or a parameter of a definition."""

    slot: int
    name: str


@dataclass(eq=False, slots=True)
class FieldRef(Node):
    """A field of a record."""

    record: Node
    fact: Fact

    def parts(self) -> tuple[Node, ...]:
        return (self.record,)


@dataclass(eq=False, slots=True)
class ParameterRef(Node):
    """A parameter with one value."""

    parameter: Parameter


@dataclass(eq=False, slots=True)
class ParameterLookup(Node):
    """A parameter with a value for each key (code, fiscal year or number)."""

    parameter: Parameter
    key: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.key,)


@dataclass(eq=False, slots=True)
class DefinitionRef(Node):
    """A derived fact, with arguments when it takes some."""

    definition: Definition
    arguments: tuple[Node, ...]

    def parts(self) -> tuple[Node, ...]:
        return self.arguments


@dataclass(eq=False, slots=True)
class TableCell(Node):
    """A column of the row of a decision table that applies to the arguments."""

    table: Table
    arguments: tuple[Node, ...]
    column: str

    def parts(self) -> tuple[Node, ...]:
        return self.arguments


@dataclass(eq=False, slots=True)
class Qualifies(Node):
    """Whether a record meets all item criteria of its list."""

    record: Node
    record_name: str

    def parts(self) -> tuple[Node, ...]:
        return (self.record,)


@dataclass(eq=False, slots=True)
class Not(Node):
    """Kleene negation."""

    operand: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.operand,)


@dataclass(eq=False, slots=True)
class And(Node):
    """Kleene conjunction."""

    operands: tuple[Node, ...]

    def parts(self) -> tuple[Node, ...]:
        return self.operands


@dataclass(eq=False, slots=True)
class Or(Node):
    """Kleene disjunction."""

    operands: tuple[Node, ...]

    def parts(self) -> tuple[Node, ...]:
        return self.operands


@dataclass(eq=False, slots=True)
class Compare(Node):
    """Comparison of numbers, dates, fiscal years or codes. ``operator`` is one of ``== != < <= > >=``."""

    operator: str
    left: Node
    right: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(eq=False, slots=True)
class Membership(Node):
    """A code is one of a set."""

    item: Node
    options: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.item, self.options)


@dataclass(eq=False, slots=True)
class Arithmetic(Node):
    """Sum, difference, product, or quotient by a constant."""

    operator: str
    left: Node
    right: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(eq=False, slots=True)
class Conditional(Node):
    """``a if test else b``."""

    test: Node
    then: Node
    other: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.test, self.then, self.other)


@dataclass(eq=False, slots=True)
class Call(Node):
    """A built-in function."""

    function: Builtin
    arguments: tuple[Node, ...]

    def parts(self) -> tuple[Node, ...]:
        return self.arguments


@dataclass(eq=False, slots=True)
class Quantified(Node):
    """``any``, ``all``, ``count``, ``sum``, ``min`` or ``max`` over a list. ``items``: the list fact of its records."""

    kind: str
    slot: int
    variable: str
    source: Node
    condition: Node | None
    body: Node | None
    items: Fact | None

    def parts(self) -> tuple[Node, ...]:
        return tuple(part for part in (self.source, self.condition, self.body) if part is not None)


@dataclass(eq=False, slots=True)
class Filtered(Node):
    """``[x for x in list if condition]``: the records that the condition holds for."""

    slot: int
    variable: str
    source: Node
    condition: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.source, self.condition)
