"""The direct evaluator: typed nodes → closures in three-valued logic.

``True``/``False``/``None`` (unknown) for conditions, exact numbers or a Range, a code or ``None``, a tuple of
``(item, True | None)`` for lists (``None``: the item may or may not belong). Compiled once per rule version.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eligibility.language import direct_lists as lists
from eligibility.language import direct_names as names
from eligibility.language import direct_operators as operators
from eligibility.language import nodes as n
from eligibility.language.env import Run


def prepare(node: n.Node) -> n.Node:
    """Compile a node and everything below it; ``node.run`` evaluates it."""
    for part in node.parts():
        prepare(part)
    node.run = _COMPILERS[type(node)](node)
    return node


_COMPILERS: dict[type[n.Node], Callable[[Any], Run]] = {
    n.Constant: names.constant,
    n.OnDate: names.on_date,
    n.FactRef: names.fact,
    n.Variable: names.variable,
    n.FieldRef: names.field,
    n.ParameterRef: names.parameter,
    n.ParameterLookup: names.lookup,
    n.DefinitionRef: names.definition,
    n.TableCell: names.cell,
    n.Qualifies: lists.qualifies,
    n.Not: operators.not_,
    n.And: operators.and_,
    n.Or: operators.or_,
    n.Compare: operators.compare,
    n.Membership: operators.membership,
    n.Arithmetic: operators.arithmetic,
    n.Conditional: operators.conditional,
    n.Call: operators.call,
    n.Quantified: lists.quantified,
    n.Filtered: lists.filtered,
}
