"""Direct evaluation of constants, facts and everything that a version gives a name: parameters, definitions, tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from eligibility.language import nodes as n
from eligibility.language.env import Env, Run, assumed_keys, join, unknown_of
from eligibility.language.ranges import ANYTHING, Range, ends_of, equal, hull
from eligibility.language.types import Type
from eligibility.words import Status

if TYPE_CHECKING:
    from eligibility.rulebook.model import Definition


def constant(node: n.Constant) -> Run:
    """A constant."""
    value = node.value
    return lambda env: value


def on_date(node: n.OnDate) -> Run:
    """The date of the determination."""
    return lambda env: env.on


def fact(node: n.FactRef) -> Run:
    """A fact of the firm."""
    name = node.fact.name
    return lambda env: env.facts[name]


def variable(node: n.Variable) -> Run:
    """A loop variable."""
    slot = node.slot
    return lambda env: env.slots[slot]


def field(node: n.FieldRef) -> Run:
    """A field of a record."""
    name, record = node.fact.name, node.record.run
    if isinstance(node.record, n.Variable):
        slot = node.record.slot
        return lambda env: env.slots[slot][name]
    return lambda env: record(env)[name]


def parameter(node: n.ParameterRef) -> Run:
    """A parameter; one that is assumed leaves its keys."""
    value, keys = node.parameter.value, node.parameter.assumption_keys()
    if node.parameter.status is not Status.ASSUMED:
        return lambda env: value

    def run(env: Env) -> Any:
        env.assumed |= keys
        return value

    return run


def lookup(node: n.ParameterLookup) -> Run:
    """A keyed parameter, by code, number or first day."""
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


def definition(node: n.DefinitionRef) -> Run:
    """A definition, kept once worked out (for each set of arguments)."""
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


def cell(node: n.TableCell) -> Run:
    """A cell of a table: of the row that applies, or what the rows that may apply have in common."""
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
