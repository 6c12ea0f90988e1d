"""The criteria of a version as a decision model of zen-engine, for the comparison of speed.

What its expression language has is translated; any other condition (loops over records, look-ups, calendar) is handed over
as a finished yes or no, which only makes the model faster than a real one would be.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from eligibility.evaluation.needs import settled
from eligibility.language import nodes as n
from eligibility.language.env import Env
from eligibility.language.types import BOOL, CodeType
from eligibility.rulebook.model import SchemeVersion


class NotInLanguageError(Exception):
    """The other language has nothing like it."""


def model_of(version: SchemeVersion) -> tuple[dict[str, Any], dict[str, n.Node]]:
    """The decision model, and the nodes that its input fields stand for."""
    inputs: dict[str, n.Node] = {}
    expressions = []
    for criterion in version.criteria:
        known = dict(inputs)
        try:
            text = _text(criterion.condition, inputs)
        except NotInLanguageError:
            inputs.clear()
            inputs.update(known)
            text = _field(criterion.condition, inputs)
        expressions.append({"id": f"e-{criterion.name}", "key": criterion.name, "value": text})
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {
            "id": "criteria",
            "type": "expressionNode",
            "name": "criteria",
            "position": {"x": 0, "y": 0},
            "content": {"expressions": expressions},
        },
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 0, "y": 0}},
    ]
    edges = [
        {"id": "a", "sourceId": "in", "targetId": "criteria", "type": "edge"},
        {"id": "b", "sourceId": "criteria", "targetId": "out", "type": "edge"},
    ]
    return {"nodes": nodes, "edges": edges}, inputs


def context_of(inputs: dict[str, n.Node], env: Env) -> dict[str, Any]:
    """Values of the input fields. The other engine cannot compare what is not known: it is given 0, no or an empty text."""
    values = {}
    for name, node in inputs.items():
        value = node.run(env)
        if not settled(value):
            value = False if node.type == BOOL else "" if isinstance(node.type, CodeType) else 0
        values[name] = float(value) if isinstance(value, Fraction) else value
    return values


def _field(node: n.Node, inputs: dict[str, n.Node]) -> str:
    name = f"f{len(inputs)}"
    for known, other in inputs.items():
        if other.text == node.text:
            return known
    inputs[name] = node
    return name


def _text(node: n.Node, inputs: dict[str, n.Node]) -> str:
    match node:
        case n.FactRef() | n.OnDate():
            return _field(node, inputs)
        case n.Constant() | n.ParameterRef():
            return _constant(node.value if isinstance(node, n.Constant) else node.parameter.value)
        case n.Not():
            return f"not ({_text(node.operand, inputs)})"
        case n.And() | n.Or():
            word = " and " if isinstance(node, n.And) else " or "
            return "(" + word.join(f"({_text(part, inputs)})" for part in node.operands) + ")"
        case n.Compare() | n.Arithmetic():
            return f"({_text(node.left, inputs)} {node.operator} {_text(node.right, inputs)})"
        case n.Membership() if isinstance(node.options, n.ParameterRef):
            codes = ", ".join(f"'{code}'" for code in sorted(node.options.parameter.value))
            return f"({_text(node.item, inputs)} in [{codes}])"
        case n.Conditional():
            test, then, other = (_text(part, inputs) for part in node.parts())
            return f"({test} ? {then} : {other})"
        case n.DefinitionRef() if not node.arguments:
            return f"({_text(node.definition.body, inputs)})"
        case n.Call() if node.function.name in ("min", "max"):
            return f"{node.function.name}([{', '.join(_text(a, inputs) for a in node.arguments)}])"
    raise NotInLanguageError


def _constant(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, Fraction):
        return f"({value.numerator} / {value.denominator})"
    if isinstance(value, int):
        return str(value)
    raise NotInLanguageError
