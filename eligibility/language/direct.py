"""The direct evaluator: typed nodes → closures in three-valued logic.

``True``/``False``/``None`` (unknown) for conditions, exact numbers or a Range, a code or ``None``, a tuple of
``(item, True | None)`` for lists (``None``: the item may or may not belong). Compiled once per rule version.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from eligibility.language import nodes as n
from eligibility.language.ranges import ANYTHING, Range, between, ends_of, equal, highest, hull, lowest
from eligibility.language.types import (
    DATE,
    FISCAL_YEAR,
    CodeType,
    NumberType,
    Type,
)
from eligibility.words import Status

if TYPE_CHECKING:
    from eligibility.rulebook.model import Definition

Run = Callable[["Env"], Any]


class Env:
    """What one determination works on: the facts (and the names of those that were answered), loop variables, derived
    values and the keys of the assumptions used so far.

    ``memo`` keeps each derived value under its name (and arguments), in the order of first use: it is the trace.
    """

    __slots__ = ("assumed", "facts", "given", "memo", "on", "slots")

    def __init__(self, facts: dict[str, Any], on: int, slots: int, given: Container[str] = ()) -> None:
        self.facts = facts
        self.given = given
        self.on = on
        self.slots: list[Any] = [None] * slots
        self.memo: dict[Any, Any] = {}
        self.assumed: set[str] = set()


class Items(dict[str, Any]):
    """One record of a list fact: field values, plus its position. Hashable by identity for the memo."""

    __slots__ = ("position",)

    def __init__(self, values: dict[str, Any], position: int) -> None:
        super().__init__(values)
        self.position = position

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


def unknown_of(type_: Type) -> Any:
    """The value of something of that type of which nothing is known."""
    return ANYTHING if isinstance(type_, NumberType) or type_ in (DATE, FISCAL_YEAR) else None


def join(a: Any, b: Any, type_: Type) -> Any:
    """What is known when the value is either of two."""
    if isinstance(type_, NumberType) or type_ in (DATE, FISCAL_YEAR):
        return hull(a, b)
    return a if a == b else None


def assumed_keys(status: Status, assumption: str) -> frozenset[str]:
    """Keys of the assumptions that something of that status rests on (none when it is verified)."""
    return frozenset(assumption.split()) if status is Status.ASSUMED else frozenset()


def prepare(node: n.Node) -> n.Node:
    """Compile a node and everything below it; ``node.run`` evaluates it."""
    for part in node.parts():
        prepare(part)
    node.run = _COMPILERS[type(node)](node)
    return node


# --- leaves --------------------------------------------------------------------------------------------------


def _constant(node: n.Constant) -> Run:
    value = node.value
    return lambda env: value


def _on_date(node: n.OnDate) -> Run:
    return lambda env: env.on


def _fact(node: n.FactRef) -> Run:
    name = node.fact.name
    return lambda env: env.facts[name]


def _variable(node: n.Variable) -> Run:
    slot = node.slot
    return lambda env: env.slots[slot]


def _field(node: n.FieldRef) -> Run:
    name, record = node.fact.name, node.record.run
    if isinstance(node.record, n.Variable):
        slot = node.record.slot
        return lambda env: env.slots[slot][name]
    return lambda env: record(env)[name]


def _parameter(node: n.ParameterRef) -> Run:
    value, keys = node.parameter.value, node.parameter.assumption_keys()
    if node.parameter.status is not Status.ASSUMED:
        return lambda env: value

    def run(env: Env) -> Any:
        env.assumed |= keys
        return value

    return run


def _lookup(node: n.ParameterLookup) -> Run:
    parameter, key = node.parameter, node.key.run
    values = parameter.values or {}
    find = _step_finder(values) if parameter.steps else _key_finder(values, node.type)
    flagged = {k for k, (status, _) in parameter.statuses.items() if status is Status.ASSUMED}
    if parameter.status is Status.ASSUMED:
        flagged = set(values)
    keys = parameter.assumption_keys()

    def run(env: Env) -> Any:
        used, value = find(key(env))
        if flagged and not flagged.isdisjoint(used):
            env.assumed |= keys
        return value

    return run


def _key_finder(values: Any, type_: Type) -> Callable[[Any], tuple[Any, Any]]:
    nothing = unknown_of(type_)
    keys = list(values)

    def find(key: Any) -> tuple[Any, Any]:
        if key is None or isinstance(key, Range):
            possible = keys if key is None else [k for k in keys if equal(key, k) is not False]
            value = nothing
            for position, k in enumerate(possible):
                value = values[k] if position == 0 else join(value, values[k], type_)
            return possible, value
        return ((key,), values[key]) if key in values else ((), nothing)

    return find


def _step_finder(values: Any) -> Callable[[Any], tuple[Any, Any]]:
    starts = sorted(values)

    def at(key: Any) -> Any:
        held = None
        for start in starts:
            if start <= key:
                held = start
        return held

    def find(key: Any) -> tuple[Any, Any]:
        low, high = ends_of(key)
        first, last = at(low), at(high)
        if first is None or last is None:
            return (), ANYTHING
        used = [s for s in starts if first <= s <= last]
        value = values[used[0]]
        for start in used[1:]:
            value = hull(value, values[start])
        return used, value

    return find


def _definition(node: n.DefinitionRef) -> Run:
    definition = node.definition
    keys = assumed_keys(definition.status, definition.assumption)
    if not definition.parameters:
        name = definition.name

        def constant(env: Env) -> Any:
            memo = env.memo
            if name in memo:
                return memo[name]
            if keys:
                env.assumed |= keys
            value = definition.body.run(env)
            memo[name] = value
            return value

        return constant
    runs = [argument.run for argument in node.arguments]
    slots = [slot for _, slot, _ in definition.parameters]
    if len(runs) == 2:
        return _call_of_two(definition, runs[0], runs[1], slots[0], slots[1])

    def call(env: Env) -> Any:
        arguments = tuple(run(env) for run in runs)
        key = (definition.name, *arguments)
        if key in env.memo:
            return env.memo[key]
        if keys:
            env.assumed |= keys
        for slot, argument in zip(slots, arguments, strict=True):
            env.slots[slot] = argument
        value = definition.body.run(env)
        env.memo[key] = value
        return value

    return call


def _call_of_two(definition: Definition, first: Run, second: Run, first_slot: int, second_slot: int) -> Run:
    """The usual call (an asset and a fiscal year, a ward and a fiscal year) without loops."""
    name, keys = definition.name, assumed_keys(definition.status, definition.assumption)

    def call(env: Env) -> Any:
        a, b = first(env), second(env)
        key = (name, a, b)
        memo = env.memo
        if key in memo:
            return memo[key]
        if keys:
            env.assumed |= keys
        slots = env.slots
        slots[first_slot], slots[second_slot] = a, b
        value = memo[key] = definition.body.run(env)
        return value

    return call


def _cell(node: n.TableCell) -> Run:
    table, column, type_ = node.table, node.column, node.type
    runs = [argument.run for argument in node.arguments]
    slots = [slot for _, slot, _ in table.parameters]
    assumed = {row.key: assumed_keys(row.status, row.assumption) for row in table.rows}

    def run(env: Env) -> Any:
        for slot, argument in zip(slots, [r(env) for r in runs], strict=True):
            env.slots[slot] = argument
        possible = []
        for row in table.rows:
            applies = row.when.run(env)
            if applies:
                possible = [row]
                break
            if applies is None:
                possible.append(row)
        else:
            possible.append(None)  # type: ignore[arg-type]
        value: Any = None
        for position, candidate in enumerate(possible):
            cells = table.otherwise if candidate is None else candidate.cells
            value = cells[column] if position == 0 else join(value, cells[column], type_)
            if candidate is not None:
                env.assumed |= assumed[candidate.key]
        return value

    return run


# --- logic ---------------------------------------------------------------------------------------------------


def _not(node: n.Not) -> Run:
    operand = node.operand.run

    def run(env: Env) -> bool | None:
        value = operand(env)
        return None if value is None else not value

    return run


def _and(node: n.And) -> Run:
    operands = [operand.run for operand in node.operands]

    def run(env: Env) -> bool | None:
        answer: bool | None = True
        for operand in operands:
            value = operand(env)
            if value is False:
                return False
            if value is None:
                answer = None
        return answer

    return run


def _or(node: n.Or) -> Run:
    operands = [operand.run for operand in node.operands]

    def run(env: Env) -> bool | None:
        answer: bool | None = False
        for operand in operands:
            value = operand(env)
            if value is True:
                return True
            if value is None:
                answer = None
        return answer

    return run


def _compare(node: n.Compare) -> Run:
    left, right = node.left.run, node.right.run
    if isinstance(node.left.type, CodeType):
        return _compare_codes(node)
    if isinstance(node.right, n.Constant):
        return _compare_with(node.operator, left, node.right.value)
    match node.operator:
        case "==":
            return lambda env: equal(left(env), right(env))
        case "!=":

            def unequal(env: Env) -> bool | None:
                same = equal(left(env), right(env))
                return None if same is None else not same

            return unequal
        case "<":
            return lambda env: left(env) < right(env)
        case "<=":
            return lambda env: left(env) <= right(env)
        case ">":
            return lambda env: left(env) > right(env)
    return lambda env: left(env) >= right(env)


def _compare_codes(node: n.Compare) -> Run:
    left, right, wanted = node.left.run, node.right.run, node.operator == "=="
    if isinstance(node.right, n.Constant):  # nearly always: without a call for what is fixed
        fixed = node.right.value

        def with_code(env: Env) -> bool | None:
            code = left(env)
            return None if code is None else (code == fixed) is wanted

        return with_code

    def codes(env: Env) -> bool | None:
        a, b = left(env), right(env)
        return None if a is None or b is None else (a == b) is wanted

    return codes


def _compare_with(operator: str, left: Run, limit: Any) -> Run:
    """A number against a constant, without a call for the constant."""
    match operator:
        case "==":
            return lambda env: equal(left(env), limit)
        case "!=":

            def unequal(env: Env) -> bool | None:
                same = equal(left(env), limit)
                return None if same is None else not same

            return unequal
        case "<":
            return lambda env: left(env) < limit
        case "<=":
            return lambda env: left(env) <= limit
        case ">":
            return lambda env: left(env) > limit
    return lambda env: left(env) >= limit


def _membership(node: n.Membership) -> Run:
    item, options = node.item.run, node.options.run

    def run(env: Env) -> bool | None:
        code, chosen = item(env), options(env)
        if chosen == frozenset():
            return False
        return None if code is None or chosen is None else code in chosen

    return run


def _conditional(node: n.Conditional) -> Run:
    test, then, other, type_ = node.test.run, node.then.run, node.other.run, node.type

    def run(env: Env) -> Any:
        value = test(env)
        if value is None:
            return join(then(env), other(env), type_)
        return then(env) if value else other(env)

    return run


# --- numbers -------------------------------------------------------------------------------------------------


def _arithmetic(node: n.Arithmetic) -> Run:
    left, right = node.left.run, node.right.run
    match node.operator:
        case "+":
            return lambda env: left(env) + right(env)
        case "-":
            return lambda env: left(env) - right(env)
        case "*":
            return lambda env: left(env) * right(env)

    def divide(env: Env) -> Any:
        dividend, divisor = left(env), right(env)
        return dividend / divisor if isinstance(dividend, Range) else Fraction(dividend) / divisor

    return divide


def _call(node: n.Call) -> Run:
    function = node.function.run
    runs = tuple(argument.run for argument in node.arguments)
    if len(runs) == 1:
        only = runs[0]
        return lambda env: function(only(env))
    if len(runs) == 2:
        first, second = runs
        return lambda env: function(first(env), second(env))
    return lambda env: function(*[run(env) for run in runs])


# --- lists ---------------------------------------------------------------------------------------------------


def _qualifies(node: n.Qualifies) -> Run:
    record, name = node.record.run, node.record_name
    return lambda env: env.memo[("qualifies", name, record(env).position)]


def _filtered(node: n.Filtered) -> Run:
    source, condition, slot = node.source.run, node.condition.run, node.slot

    def run(env: Env) -> Any:
        items = source(env)
        if items is None:
            return None
        kept = []
        for item, belongs in items:
            env.slots[slot] = item
            holds = condition(env)
            if holds:
                kept.append((item, belongs))
            elif holds is None:
                kept.append((item, None))
        return tuple(kept)

    return run


def _quantified(node: n.Quantified) -> Run:
    source, slot, kind = node.source.run, node.slot, node.kind
    condition = node.condition.run if node.condition is not None else None
    body: Run = node.body.run if node.body is not None else lambda env: True
    length = _longest(node.source)
    blank = node.items.blank if node.items is not None else ANYTHING

    def members(env: Env) -> Any:
        """Each item that may belong, with True or None; the loop variable is set while the caller works on it."""
        for item, belongs in source(env):
            env.slots[slot] = item
            if condition is not None:
                holds = condition(env)
                if holds is False:
                    continue
                if holds is None:
                    belongs = None
            yield belongs

    def unknown_sum(env: Env) -> Any:
        env.slots[slot] = blank
        low, high = ends_of(body(env))
        return between(min(0, low * length if low else 0), max(0, high * length if high else 0))

    def count(env: Env) -> Any:
        if source(env) is None:
            return Range(0, length)
        low = high = 0
        for belongs in members(env):
            high += 1
            low += belongs is True
        return between(low, high)

    def total(env: Env) -> Any:
        if source(env) is None:
            return unknown_sum(env)
        result: Any = 0
        for belongs in members(env):
            value = body(env)
            result = result + (value if belongs else hull(0, value))
        return result

    def quantify(env: Env, deciding: bool) -> bool | None:
        """``any`` is decided by True, ``all`` by False."""
        if source(env) is None:
            return None
        answer: bool | None = not deciding
        for belongs in members(env):
            value = body(env)
            if value is deciding and belongs:
                return bool(deciding)
            if value is not (not deciding):
                answer = None
        return answer

    def extreme(env: Env) -> Any:
        if source(env) is None:
            return unknown_of(node.type)
        sure: list[Any] = []
        maybe: list[Any] = []
        for belongs in members(env):
            (sure if belongs else maybe).append(body(env))
        if not sure:
            return unknown_of(node.type)
        pick = lowest if kind == "min" else highest
        value = pick(sure)
        return hull(value, pick([value, *maybe])) if maybe else value

    match kind:
        case "count":
            return count
        case "sum":
            return total
        case "any":
            return lambda env: quantify(env, True)
        case "all":
            return lambda env: quantify(env, False)
    return extreme


def _longest(source: n.Node) -> int:
    """Most items that an unknown list can have."""
    if isinstance(source, n.FactRef):
        return source.fact.most
    if isinstance(source, n.Filtered):
        return _longest(source.source)
    if isinstance(source, n.DefinitionRef) and hasattr(source.definition, "body"):
        return _longest(source.definition.body)
    return 200


_COMPILERS: dict[type[n.Node], Callable[[Any], Run]] = {
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
