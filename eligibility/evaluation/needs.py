"""Which unanswered facts can still change the value of an expression. Works on a finished evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eligibility.language import nodes as n
from eligibility.language.env import Env
from eligibility.language.ranges import Range
from eligibility.rulebook.model import AmountComponent, ItemCriteria

Needs = dict[str, None]
"""Paths of facts (``capital``, ``assets[0].useful_life``) in order of discovery."""


def open_facts(node: n.Node, env: Env, items: Mapping[str, ItemCriteria]) -> Needs:
    """Facts that are missing and still matter to ``node``. Empty when its value is settled."""
    found: Needs = {}
    _visit(node, env, items, found)
    return found


def years_that_matter(component: AmountComponent) -> n.Node | None:
    """What an amount needs of the fiscal years of a component: where its yen are the same in each, only how many there
    are."""
    years = component.years
    if isinstance(years, n.Call) and years.function.name == "years":
        parts = component.yen.walk()
        if not any(isinstance(part, n.Variable) and part.slot == component.slot for part in parts):
            return years.arguments[1]
    return years


def settled(value: Any) -> bool:
    """True when a value is fully known."""
    if isinstance(value, tuple):
        return all(belongs is True for _, belongs in value)
    return value is not None and not isinstance(value, Range)


def _visit(node: n.Node, env: Env, items: Mapping[str, ItemCriteria], found: Needs) -> None:
    if settled(node.run(env)):
        return
    match node:
        case n.FactRef():
            if node.fact.asked_if is not None and node.fact.asked_if.run(env) is None:
                _visit(node.fact.asked_if, env, items, found)
            if node.fact.name not in env.given:
                found[node.fact.name] = None
        case n.FieldRef():
            record = node.record.run(env)
            if record is not None and record.position >= 0:
                found[f"{node.fact.record}[{record.position}].{node.fact.name}"] = None
        case n.And() | n.Or():
            idle = isinstance(node, n.And)
            for operand in node.operands:
                if operand.run(env) is not idle:
                    _visit(operand, env, items, found)
        case n.Conditional():
            test = node.test.run(env)
            if test is None:
                _visit(node.test, env, items, found)
            if test is not False:
                _visit(node.then, env, items, found)
            if test is not True:
                _visit(node.other, env, items, found)
        case n.DefinitionRef():
            for argument in node.arguments:
                _visit(argument, env, items, found)
            _bind(node, env)
            _visit(node.definition.body, env, items, found)
        case n.TableCell():
            for argument in node.arguments:
                _visit(argument, env, items, found)
            for (_, slot, _), argument in zip(node.table.parameters, node.arguments, strict=True):
                env.slots[slot] = argument.run(env)
            for row in node.table.rows:
                _visit(row.when, env, items, found)
        case n.Qualifies():
            _visit_item(node, env, items, found)
        case n.Quantified() | n.Filtered():
            _visit_loop(node, env, items, found)
        case _:
            for part in node.parts():
                _visit(part, env, items, found)


def _bind(node: n.DefinitionRef, env: Env) -> None:
    values = [argument.run(env) for argument in node.arguments]
    for (_, slot, _), value in zip(node.definition.parameters, values, strict=True):
        env.slots[slot] = value


def _visit_item(node: n.Qualifies, env: Env, items: Mapping[str, ItemCriteria], found: Needs) -> None:
    block = items[node.record_name]
    env.slots[block.slot] = node.record.run(env)
    for criterion in block.criteria:
        if criterion.when is not None:
            _visit(criterion.when, env, items, found)
        if criterion.when is None or criterion.when.run(env) is not False:
            _visit(criterion.holds, env, items, found)


def _visit_loop(node: n.Quantified | n.Filtered, env: Env, items: Mapping[str, ItemCriteria], found: Needs) -> None:
    members = node.source.run(env)
    if not settled(members):
        _visit(node.source, env, items, found)
    body = node.body if isinstance(node, n.Quantified) else None
    for item, _ in members or ():
        env.slots[node.slot] = item
        inside = node.condition.run(env) if node.condition is not None else True
        if inside is None and node.condition is not None:
            _visit(node.condition, env, items, found)
            env.slots[node.slot] = item
        if inside is not False and body is not None:
            _visit(body, env, items, found)
