"""Direct evaluation of lists: items that belong, that may belong, and what is worked out over them."""

from __future__ import annotations

from typing import Any

from eligibility.language import nodes as n
from eligibility.language.env import Env, Run, unknown_of
from eligibility.language.ranges import ANYTHING, Range, between, ends_of, highest, hull, lowest


def qualifies(node: n.Qualifies) -> Run:
    """Whether a record meets its item criteria."""
    record, name = node.record.run, node.record_name
    return lambda env: env.memo[("qualifies", name, record(env).position)]


def filtered(node: n.Filtered) -> Run:
    """The items that belong; those that may are kept with None."""
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


def quantified(node: n.Quantified) -> Run:
    """count, sum, any, all, min, max over a list."""
    source, slot, kind = node.source.run, node.slot, node.kind
    condition = node.condition.run if node.condition is not None else None
    body: Run = node.body.run if node.body is not None else lambda env: True
    length = longest(node.source)
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


def longest(source: n.Node) -> int:
    """Most items that an unknown list can have."""
    if isinstance(source, n.FactRef):
        return source.fact.most
    if isinstance(source, n.Filtered):
        return longest(source.source)
    if isinstance(source, n.DefinitionRef) and hasattr(source.definition, "body"):
        return longest(source.definition.body)
    return 200
