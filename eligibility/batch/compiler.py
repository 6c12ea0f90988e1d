"""The third compiler of the rule language: typed nodes → operations on whole columns.

The same part of an expression is compiled once, wherever it stands, and what is needed twice in an evaluation is worked
out once. Anything that columns cannot hold exactly raises :class:`~eligibility.batch.columns.NotCompilable`.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from eligibility.batch import logic
from eligibility.batch.arithmetic import (
    add,
    conditional,
    floor_to,
    highest,
    lowest,
    multiply,
    subtract,
)
from eligibility.batch.assessment import assessed_value
from eligibility.batch.columns import (
    ANYTHING,
    UNKNOWN,
    Blank,
    Code,
    CodeSet,
    NotCompilable,
    Truth,
    Years,
    number,
)
from eligibility.batch.comparison import compare
from eligibility.batch.days import CALENDAR, calendar, plus_months
from eligibility.batch.env import Env
from eligibility.batch.logic import conditional_code, conditional_set, conditional_truth
from eligibility.batch.lookups import CodeLookup, OrderedLookup, first_row, membership
from eligibility.batch.loops import Loop, Run
from eligibility.language import nodes as n
from eligibility.language.direct_lists import longest
from eligibility.language.types import BOOL, DATE, FISCAL_YEAR, CodeSetType, CodeType, ListType, NumberType
from eligibility.rulebook.vocabulary import Vocabulary

MOST_BITS = 62
"""Codes of a list that fit one whole number of 64 bits."""


class _Shared:
    """A compiled part of an expression and how often it occurs."""

    __slots__ = ("run", "uses")

    def __init__(self) -> None:
        self.uses = 1
        self.run: Run = _never


def _never(env: Env) -> Any:
    raise RuntimeError("a shared part is run before it has been compiled")


class Compiler:
    """Compiles the expressions of one version, or the conditions of the vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.lists = {name: tuple(entry.codes) for name, entry in vocabulary.codes.items()}
        self._shared: dict[Any, _Shared] = {}
        self._keys: dict[int, Any] = {}
        self._free: dict[int, frozenset[int]] = {}
        self._kept: list[n.Node] = []
        self._bodies: dict[str, Run] = {}

    def compile(self, node: n.Node) -> Run:
        """The operation that gives the value of a node for all rows."""
        key = self._key(node)
        if key in self._shared:
            self._shared[key].uses += 1
            return self._shared[key].run
        shared = self._shared[key] = _Shared()
        run = _COMPILERS[type(node)](self, node)
        shared.run = run if isinstance(node, _CHEAP) else self._remembering(run, shared, node)
        return shared.run

    def _remembering(self, run: Run, shared: _Shared, node: n.Node) -> Run:
        """Works a part out once an evaluation (and once for each value of the variables in it)."""
        slots = tuple(sorted(self.free(node)))
        mark = ("part", id(shared))

        def once(env: Env) -> Any:
            if shared.uses == 1:
                return run(env)
            key: Any = mark
            held: tuple[Any, ...] = ()
            if slots:
                held = tuple(env.slots[slot] for slot in slots)
                key = (mark, *map(id, held))
            found = env.recall(key)
            if found is None:
                found = env.memo[key] = run(env)
                if held:
                    env.memo[("kept", key)] = held  # so that no other object gets their place in memory
            return found

        return once

    # -- structure --------------------------------------------------------------------------------------------

    def _key(self, node: n.Node) -> Any:
        """Equal for parts that mean the same."""
        known = self._keys.get(id(node))
        if known is None:
            own = _OWN[type(node)](node)
            known = (type(node).__name__, *own, *(self._key(part) for part in node.parts()))
            self._keys[id(node)] = known
            self._kept.append(node)
        return known

    def free(self, node: n.Node) -> frozenset[int]:
        """Slots of the variables that the node takes from outside."""
        known = self._free.get(id(node))
        if known is None:
            if isinstance(node, n.Variable):
                known = frozenset({node.slot})
            elif isinstance(node, n.Quantified | n.Filtered):
                inside = [part for part in node.parts() if part is not node.source]
                known = frozenset().union(*(self.free(part) for part in inside)) - {node.slot}
                known |= self.free(node.source)
            else:
                known = frozenset().union(*(self.free(part) for part in node.parts()))
            self._free[id(node)] = known
            self._kept.append(node)
        return known

    def body(self, definition: Any) -> Run:
        """The compiled body of a definition."""
        if definition.name not in self._bodies:
            self._bodies[definition.name] = self.compile(definition.body)
        return self._bodies[definition.name]


# --- leaves --------------------------------------------------------------------------------------------------


def _constant(compiler: Compiler, node: n.Constant) -> Run:
    value = compiler_constant(compiler, node.value, node.type)
    return lambda env: value


def compiler_constant(compiler: Compiler, value: Any, type_: Any) -> Any:
    """A constant of a type as a single value."""
    if type_ == BOOL:
        return Truth(bool(value), None, None)
    if isinstance(type_, CodeType):
        return Code(compiler.lists[type_.codes].index(value), False, type_.codes, None)
    if isinstance(type_, CodeSetType):
        return CodeSet(bits_of(compiler.lists[type_.codes], value), None, type_.codes, None)
    if isinstance(type_, ListType) and isinstance(type_.item, CodeType):
        return tuple(compiler_constant(compiler, code, type_.item) for code, _ in value)
    if isinstance(type_, ListType):
        raise NotCompilable(f"a constant {type_}")
    return number(value)


def bits_of(codes: tuple[str, ...], chosen: frozenset[str]) -> int:
    """A set of codes, one bit a code."""
    return sum(1 << position for position, code in enumerate(codes) if code in chosen)


def _on_date(compiler: Compiler, node: n.OnDate) -> Run:
    return lambda env: env.today


def _fact(compiler: Compiler, node: n.FactRef) -> Run:
    name = node.fact.name
    return lambda env: env.fact(name)


def _variable(compiler: Compiler, node: n.Variable) -> Run:
    slot = node.slot
    return lambda env: env.slots[slot]


def _field(compiler: Compiler, node: n.FieldRef) -> Run:
    name, record = node.fact.name, compiler.compile(node.record)
    return lambda env: record(env).field(name)


def _parameter(compiler: Compiler, node: n.ParameterRef) -> Run:
    value = compiler_constant(compiler, node.parameter.value, node.type)
    return lambda env: value


def _lookup(compiler: Compiler, node: n.ParameterLookup) -> Run:
    parameter, key = node.parameter, compiler.compile(node.key)
    values = parameter.values or {}
    table: Any
    if isinstance(node.key.type, CodeType) and not parameter.steps:
        table = CodeLookup(values, compiler.lists[node.key.type.codes])
    elif isinstance(node.key.type, NumberType) or node.key.type in (DATE, FISCAL_YEAR):
        table = OrderedLookup(values, parameter.steps)
    else:
        raise NotCompilable(f"the parameter {parameter.name}: keys that are neither codes nor numbers")
    return lambda env: table.find(key(env))


def _definition(compiler: Compiler, node: n.DefinitionRef) -> Run:
    definition = node.definition
    body = compiler.body(definition)
    name = ("definition", definition.name)
    if not definition.parameters:

        def constant(env: Env) -> Any:
            found = env.recall(name)
            if found is None:
                found = env.memo[name] = body(env)
            return found

        return constant
    runs = [compiler.compile(argument) for argument in node.arguments]
    slots = [slot for _, slot, _ in definition.parameters]

    def call(env: Env) -> Any:
        arguments = [run(env) for run in runs]
        key = (name, *map(id, arguments))
        found = env.recall(key)
        if found is None:
            for slot, argument in zip(slots, arguments, strict=True):
                env.slots[slot] = argument
            found = env.memo[key] = body(env)
            env.memo[("kept", key)] = arguments
        return found

    return call


def _cell(compiler: Compiler, node: n.TableCell) -> Run:
    table, column = node.table, node.column
    runs = [compiler.compile(argument) for argument in node.arguments]
    slots = [slot for _, slot, _ in table.parameters]
    conditions = [compiler.compile(row.when) for row in table.rows]
    cells = [row.cells[column] for row in table.rows]
    otherwise = table.otherwise[column]

    def run(env: Env) -> Any:
        arguments = [r(env) for r in runs]
        key = ("rows", table.name, *map(id, arguments))
        if key not in env.memo:
            for slot, argument in zip(slots, arguments, strict=True):
                env.slots[slot] = argument
            env.memo[key] = (arguments, [condition(env) for condition in conditions])
        return first_row(env.memo[key][1], cells, otherwise)

    return run


def _qualifies(compiler: Compiler, node: n.Qualifies) -> Run:
    record, name = compiler.compile(node.record), node.record_name

    def run(env: Env) -> Any:
        item = record(env)
        if isinstance(item, Blank):
            return UNKNOWN
        answers: Truth = env.qualifies(name)
        return answers if item.positions is None else answers.taken(item.positions, item.frame)

    return run


# --- logic ---------------------------------------------------------------------------------------------------


def _not(compiler: Compiler, node: n.Not) -> Run:
    operand = compiler.compile(node.operand)
    return lambda env: logic.negation(operand(env))


def _and(compiler: Compiler, node: n.And) -> Run:
    operands = [compiler.compile(operand) for operand in node.operands]
    return lambda env: logic.conjunction([operand(env) for operand in operands])


def _or(compiler: Compiler, node: n.Or) -> Run:
    operands = [compiler.compile(operand) for operand in node.operands]
    return lambda env: logic.disjunction([operand(env) for operand in operands])


def _compare(compiler: Compiler, node: n.Compare) -> Run:
    left, right, operator = compiler.compile(node.left), compiler.compile(node.right), node.operator
    if isinstance(node.left.type, CodeType):
        if operator == "==":
            return lambda env: logic.same_code(left(env), right(env))
        return lambda env: logic.negation(logic.same_code(left(env), right(env)))
    return lambda env: compare(operator, left(env), right(env))


def _membership(compiler: Compiler, node: n.Membership) -> Run:
    item = compiler.compile(node.item)
    if isinstance(node.options, n.ParameterRef) and isinstance(node.options.type, CodeSetType):
        chosen = membership(compiler.lists[node.options.type.codes], node.options.parameter.value)
        return lambda env: logic.one_of(item(env), chosen)
    options = compiler.compile(node.options)
    return lambda env: logic.in_set(item(env), options(env))


def _conditional(compiler: Compiler, node: n.Conditional) -> Run:
    if isinstance(node.type, ListType):
        raise NotCompilable(f"'{node.text}': a choice between lists")
    test, then, other = (compiler.compile(part) for part in node.parts())
    choice: Callable[[Truth, Any, Any], Any] = conditional
    if node.type == BOOL:
        choice = conditional_truth
    elif isinstance(node.type, CodeType):
        choice = conditional_code
    elif isinstance(node.type, CodeSetType):
        choice = conditional_set
    return lambda env: choice(test(env), then(env), other(env))


# --- numbers -------------------------------------------------------------------------------------------------


def _arithmetic(compiler: Compiler, node: n.Arithmetic) -> Run:
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    match node.operator:
        case "+":
            return lambda env: add(left(env), right(env))
        case "-":
            return lambda env: subtract(left(env), right(env))
        case "*":
            return lambda env: multiply(left(env), right(env))
    divisor = node.right.value if isinstance(node.right, n.Constant) else node.right.parameter.value  # type: ignore[attr-defined]
    factor = number(1 / Fraction(divisor))
    return lambda env: multiply(left(env), factor)


def _call(compiler: Compiler, node: n.Call) -> Run:
    name = node.function.name
    runs = [compiler.compile(argument) for argument in node.arguments]
    if name in CALENDAR:
        return lambda env: calendar(name, runs[0](env), env.refuse_dates)
    if name in ("min", "max"):
        choice = lowest if name == "min" else highest

        def extreme(env: Env) -> Any:
            result = runs[0](env)
            for run in runs[1:]:
                result = choice(result, run(env))
            return result

        return extreme
    return _SPECIAL[name](runs)


def _floor(runs: list[Run]) -> Run:
    def run(env: Env) -> Any:
        unit = runs[1](env)
        if not unit.exact or not isinstance(unit.low, int) or unit.low <= 0:
            raise NotCompilable("floor_to() with a unit that is not one number above zero")
        return floor_to(runs[0](env), Fraction(unit.low, unit.scale))

    return run


def _add_months(factor: int) -> Callable[[list[Run]], Run]:
    months = number(factor)
    return lambda runs: lambda env: plus_months(runs[0](env), multiply(runs[1](env), months), env.refuse_dates)


def _assessed(runs: list[Run]) -> Run:
    cost, rate, acquired, year = runs
    return lambda env: assessed_value(cost(env), rate(env), acquired(env), year(env), env.refuse_dates)


_SPECIAL: dict[str, Callable[[list[Run]], Run]] = {
    "floor_to": _floor,
    "add_months": _add_months(1),
    "add_years": _add_months(12),
    "years": lambda runs: lambda env: Years(runs[0](env), runs[1](env)),
    "overlaps": lambda runs: lambda env: logic.overlapping(runs[0](env), runs[1](env)),
    "assessed_value": _assessed,
}


# --- lists ---------------------------------------------------------------------------------------------------


def _quantified(compiler: Compiler, node: n.Quantified) -> Run:
    return _loop(compiler, node, node.kind, node.body).run


def _filtered(compiler: Compiler, node: n.Filtered) -> Run:
    return _loop(compiler, node, "filter", None).filtered


def _loop(compiler: Compiler, node: n.Quantified | n.Filtered, kind: str, body: n.Node | None) -> Loop:
    items = node.items if isinstance(node, n.Quantified) else None
    return Loop(
        kind,
        node.slot,
        compiler.compile(node.source),
        compiler.compile(node.condition) if node.condition is not None else None,
        compiler.compile(body) if body is not None else None,
        compiler.free(node),
        longest(node.source),
        Blank(items) if items is not None else ANYTHING,
    )


_COMPILERS: dict[type[n.Node], Callable[[Compiler, Any], Run]] = {
    n.Constant: _constant,
    n.OnDate: _on_date,
    n.FactRef: _fact,
    n.Variable: _variable,
    n.FieldRef: _field,
    n.ParameterRef: _parameter,
    n.ParameterLookup: _lookup,
    n.DefinitionRef: _definition,
    n.TableCell: _cell,
    n.Qualifies: _qualifies,
    n.Not: _not,
    n.And: _and,
    n.Or: _or,
    n.Compare: _compare,
    n.Membership: _membership,
    n.Arithmetic: _arithmetic,
    n.Conditional: _conditional,
    n.Call: _call,
    n.Quantified: _quantified,
    n.Filtered: _filtered,
}

_CHEAP = (n.Constant, n.OnDate, n.FactRef, n.Variable, n.FieldRef, n.ParameterRef, n.DefinitionRef)

_OWN: dict[type[n.Node], Callable[[Any], tuple[Any, ...]]] = {
    n.Constant: lambda node: (str(node.type), node.value),
    n.OnDate: lambda node: (),
    n.FactRef: lambda node: (node.fact.name,),
    n.Variable: lambda node: (node.slot,),
    n.FieldRef: lambda node: (node.fact.name,),
    n.ParameterRef: lambda node: (node.parameter.name,),
    n.ParameterLookup: lambda node: (node.parameter.name,),
    n.DefinitionRef: lambda node: (node.definition.name,),
    n.TableCell: lambda node: (node.table.name, node.column),
    n.Qualifies: lambda node: (node.record_name,),
    n.Not: lambda node: (),
    n.And: lambda node: (),
    n.Or: lambda node: (),
    n.Compare: lambda node: (node.operator,),
    n.Membership: lambda node: (),
    n.Arithmetic: lambda node: (node.operator,),
    n.Conditional: lambda node: (str(node.type),),
    n.Call: lambda node: (node.function.name,),
    n.Quantified: lambda node: (node.kind, node.slot, node.condition is None, node.body is None),
    n.Filtered: lambda node: (node.slot,),
}
