"""Which unanswered facts can still change a value, for whole columns: what :mod:`eligibility.evaluation.needs` finds for one
firm, found for all of them in one walk. A mask says for which rows a part of an expression still matters.

Definitions and facts are needed in many places. The walk only gathers for which rows; each is looked into once, when
everything that may need it has been (``Order``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from eligibility.batch.arithmetic import known_exactly
from eligibility.batch.columns import Blank, Code, CodeSet, Num, Record, Records, Truth, Years
from eligibility.batch.compiler import Compiler
from eligibility.batch.env import Env
from eligibility.batch.frames import Array, Frame, spread_to
from eligibility.batch.logic import conjunction, refused, unsure
from eligibility.batch.loops import unrolled, years_frame
from eligibility.batch.masks import either, opposite, some
from eligibility.language import nodes as n
from eligibility.rulebook.model import Definition, Fact, ItemCriteria


def unsettled(value: Any) -> Truth:
    """Where a value is not fully known."""
    match value:
        case Num():
            return Truth(opposite(known_exactly(value)), None, value.frame)
        case Truth():
            return Truth(unsure(value), None, value.frame)
        case Code():
            return Truth(value.values < 0 if value.gaps else False, None, value.frame)
        case CodeSet():
            return Truth(False if value.unknown is None else value.unknown, None, value.frame)
        case Records():
            frame = value.record.frame
            doubt = unsure(spread_to(frame, value.members))
            perhaps = np.full(frame.size, doubt) if isinstance(doubt, bool) else doubt
            open_ = frame.count(perhaps) > 0
            return Truth(open_ if value.unknown is None else either(open_, value.unknown), None, value.parent)
        case Years():
            count = value.count
            last = count.high // count.scale - 1
            doubt = (last >= 0) & (last * count.scale >= count.low)
            for end_is_open in (count.low_open, count.high_open):
                doubt = either(doubt, False if end_is_open is None else end_is_open)
            return Truth(False if count.exact else doubt, None, count.frame)
    return Truth(False, None, None)  # a record, or a constant list of codes


class Order:
    """Definitions of a version, and facts with a condition for their question, each before all that it needs."""

    def __init__(self, definitions: Mapping[str, Definition], facts: Mapping[str, Fact]) -> None:
        bodies = {name: definition.body for name, definition in definitions.items()}
        asked = {name: fact.asked_if for name, fact in facts.items() if fact.asked_if is not None}
        self.definitions = _users_first(bodies, lambda part: part.definition.name if _is_call(part) else "")
        self.facts = _users_first(asked, lambda part: part.fact.name if isinstance(part, n.FactRef) else "")


def _is_call(part: n.Node) -> bool:
    return isinstance(part, n.DefinitionRef)


def _users_first(bodies: Mapping[str, n.Node], used: Callable[[Any], str]) -> dict[str, n.Node]:
    """The bodies in an order in which each comes before those that it names."""
    last_first: dict[str, n.Node] = {}

    def add(name: str) -> None:
        if name in last_first or name not in bodies:
            return
        for part in bodies[name].walk():
            add(used(part))
        last_first[name] = bodies[name]

    for name in bodies:
        add(name)
    return dict(reversed(last_first.items()))


class Search:
    """What is missing in one evaluation: ``visit`` what is open, then ask ``finish`` for the facts (rows by fact) and the
    fields (records, which are items of the frame of the list, by list and field)."""

    def __init__(self, compiler: Compiler, items: Mapping[str, ItemCriteria], order: Order, env: Env) -> None:
        self.compiler = compiler
        self.items = items
        self.order = order
        self.env = env
        self._definitions: dict[str, Array] = {}
        self._facts: dict[str, Array] = {}
        self._fields: dict[tuple[str, str], tuple[Frame, Array]] = {}

    def finish(self) -> tuple[dict[str, Array], dict[tuple[str, str], tuple[Frame, Array]]]:
        """Look into the definitions and questions that were met, and give back what is missing."""
        root = self.env.frame
        for name, body in self.order.definitions.items():
            if name in self._definitions:
                self.visit(body, Truth(self._definitions[name], None, root))
        for name, asked_if in self.order.facts.items():
            if name in self._facts:
                self.visit(asked_if, conjunction([Truth(self._facts[name], None, root), self._open(name)]))
        return {name: self._not_given(name, rows) for name, rows in self._facts.items()}, self._fields

    def _not_given(self, fact: str, rows: Array) -> Array:
        rows = rows & self._open(fact).yes
        if fact in self.order.facts:  # it may be open because it is not known whether it is asked
            rows = rows & opposite(self.env.given(fact))
        return rows

    def _open(self, fact: str) -> Truth:
        return spread_to(self.env.frame, unsettled(self.env.fact(fact)))

    def visit(self, node: n.Node, active: Truth) -> None:
        """Note what the node lacks, for the rows that are ``active``."""
        if isinstance(node, _WITHOUT_FACTS) or not some(active.yes):
            return
        if isinstance(node, n.FactRef):
            self._later(self._facts, node.fact.name, active)
            return
        if isinstance(node, n.DefinitionRef) and not node.definition.parameters:
            self._later(self._definitions, node.definition.name, active)
            return
        active = conjunction([active, unsettled(self._run(node))])
        if some(active.yes):
            _VISITS.get(type(node), Search._parts)(self, node, active)

    def _later(self, pending: dict[str, Array], name: str, active: Truth) -> None:
        rows = self.env.firms(active.yes, active.frame)
        pending[name] = pending[name] | rows if name in pending else rows

    def _run(self, node: n.Node) -> Any:
        return self.compiler.compile(node)(self.env)

    def _parts(self, node: n.Node, active: Truth) -> None:
        for part in node.parts():
            self.visit(part, active)

    def _field(self, node: n.FieldRef, active: Truth) -> None:
        record: Record | Blank = self._run(node.record)
        if isinstance(record, Blank):
            return
        active = spread_to(record.frame, active) if _depth(active) < record.frame.depth else active
        mask, frame = _rows(active, record.frame)
        while frame is not record.frame and frame.parent is not None:
            mask, frame = frame.count(mask) > 0, frame.parent
        items = record.store.frame
        if record.positions is not None:
            own = np.zeros(items.size, dtype=bool)
            own[record.positions[mask]] = True
            mask = own
        key = (record.store.fact.name, node.fact.name)
        self._fields[key] = (items, self._fields[key][1] | mask if key in self._fields else mask)

    def _conditional(self, node: n.Conditional, active: Truth) -> None:
        test: Truth = self._run(node.test)
        self.visit(node.test, active)
        self.visit(node.then, conjunction([active, Truth(opposite(refused(test)), None, test.frame)]))
        self.visit(node.other, conjunction([active, Truth(opposite(test.yes), None, test.frame)]))

    def _definition(self, node: n.DefinitionRef, active: Truth) -> None:
        self._parts(node, active)
        self._bind(node.definition.parameters, node.arguments)
        self.visit(node.definition.body, active)

    def _cell(self, node: n.TableCell, active: Truth) -> None:
        self._parts(node, active)
        for row in node.table.rows:
            self._bind(node.table.parameters, node.arguments)
            self.visit(row.when, active)

    def _bind(self, parameters: tuple[Any, ...], arguments: tuple[n.Node, ...]) -> None:
        values = [self._run(argument) for argument in arguments]
        for (_, slot, _), value in zip(parameters, values, strict=True):
            self.env.slots[slot] = value

    def _qualifies(self, node: n.Qualifies, active: Truth) -> None:
        block = self.items[node.record_name]
        record = self._run(node.record)
        for criterion in block.criteria:
            applies = active
            self.env.slots[block.slot] = record
            if criterion.when is not None:
                self.visit(criterion.when, active)
                self.env.slots[block.slot] = record
                when: Truth = self._run(criterion.when)
                applies = conjunction([active, Truth(opposite(refused(when)), None, when.frame)])
            self.visit(criterion.holds, applies)

    # -- loops ------------------------------------------------------------------------------------------------

    def _loop(self, node: n.Quantified | n.Filtered, active: Truth) -> None:
        self.visit(node.source, active)
        source = self._run(node.source)
        if isinstance(source, Records):
            if source.unknown is True:
                return
            source = source.inside(_deeper(active.frame, source.parent))
            self._inside(node, source.record, source.record.frame, source.members, active)
        elif isinstance(source, Years):
            around = _deeper(active.frame, years_frame(self.env, source))
            frame, year, members = unrolled(self.env, source, around)
            self._inside(node, year, frame, members, active)
        else:
            for code in source:
                self._inside(node, code, active.frame, Truth(True, None, None), active)

    def _inside(
        self, node: n.Quantified | n.Filtered, item: Any, frame: Frame | None, members: Truth, active: Truth
    ) -> None:
        active = Truth(spread_to(frame, active).yes, None, frame)
        active = conjunction([active, Truth(opposite(refused(members)), None, members.frame)])
        self.env.slots[node.slot] = item
        if node.condition is not None:
            self.visit(node.condition, active)
            self.env.slots[node.slot] = item
            inside: Truth = self._run(node.condition)
            active = conjunction([active, Truth(opposite(refused(inside)), None, inside.frame)])
        if isinstance(node, n.Quantified) and node.body is not None:
            self.visit(node.body, active)


_WITHOUT_FACTS = n.Constant | n.ParameterRef | n.OnDate | n.Variable
_VISITS: dict[type[n.Node], Callable[[Search, Any, Truth], None]] = {
    n.FieldRef: Search._field,
    n.Conditional: Search._conditional,
    n.DefinitionRef: Search._definition,
    n.TableCell: Search._cell,
    n.Qualifies: Search._qualifies,
    n.Quantified: Search._loop,
    n.Filtered: Search._loop,
}


def _depth(truth: Truth) -> int:
    return -1 if truth.frame is None else truth.frame.depth


def _deeper(frame: Frame | None, other: Frame) -> Frame:
    return frame if frame is not None and frame.depth > other.depth else other


def _rows(truth: Truth, frame: Frame) -> tuple[Array, Frame]:
    own = truth.frame or frame
    return (np.full(own.size, truth.yes) if isinstance(truth.yes, bool) else truth.yes), own
