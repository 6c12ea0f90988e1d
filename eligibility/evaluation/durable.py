"""The only module that touches durable_rules, and only in the one way that has been measured to be exact.

One flat fact for one applicant, single-fact rules, one fixed session, the fact retracted at the end, a canary rule that
must fire last. A condition is written as two rules, T (holds) and F (fails); neither firing means unknown. Numbers are
integers below 9·10^18, compared with constants only; a number known only as a range has two fields, its low and its
high end. Amounts never come here.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from json.encoder import encode_basestring as quoted
from math import lcm
from typing import Any

import durable_rules_engine as engine

from eligibility.language import nodes as n
from eligibility.language.env import Env
from eligibility.language.ranges import Range, ends_of
from eligibility.language.types import (
    BOOL,
    DATE,
    FISCAL_YEAR,
    CodeType,
    NumberType,
)
from eligibility.rulebook.model import Criterion, Definition, ItemCriteria, SchemeVersion
from eligibility.words import Effect

LIMIT = 9 * 10**18
"""Numbers at or above it would saturate inside the engine."""
RULES_PER_SET = 30
"""Criteria in one ruleset: at most 64 conditions may be true at once."""
MOST_ALTERNATIVES = 40
KEPT_VERDICTS = 1_024
ALSO = "_also"
"""Ending of a second rule for the same verdict (one rule can only be so long)."""

Condition = dict[str, Any]

_lock = threading.Lock()
"""The engine's sessions are not safe to share between threads without it."""


def _new_lock() -> None:
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_new_lock)


def as_text(record: dict[str, int | str]) -> str:
    """A flat record as JSON, the form in which the engine takes it. (``json`` would make an encoder on each call.)"""
    return "{" + ",".join([f'"{k}":{v if v.__class__ is int else quoted(v)}' for k, v in record.items()]) + "}"  # type: ignore[arg-type]


class SessionLost(RuntimeError):
    """An evaluation did not end with the canary; its answer must not be used."""


class Session:
    """One ruleset, asked about one record at a time."""

    def __init__(self, conditions: dict[str, Condition]) -> None:
        rules: dict[str, Any] = {name: {"all": [{"m": condition}]} for name, condition in conditions.items()}
        self.settled: dict[str, str] = {}
        """Verdicts by record: there are few different sets of outcomes, and each has one verdict."""
        rules["~"] = {"all": [{"m": {"_k": 1}}], "pri": 60000}
        self.source = json.dumps(rules, ensure_ascii=False)
        self._handle = engine.create_ruleset("r", self.source)

    def fired(self, record: dict[str, Any]) -> set[str]:
        """Names of the rules that hold for the record. Raises :class:`SessionLost`."""
        return self.fired_by(as_text(record))

    def fired_by(self, text: str) -> set[str]:
        """The same for a record that is text already."""
        names: list[str] = []
        complete = False
        with _lock:
            try:
                status, state = engine.assert_fact(self._handle, text)
                result = engine.start_action_for_state(self._handle, state) if status == 0 else None
                message = result[1] if result else None
                while message:
                    names.append(message[2 : message.index('"', 2)])
                    message = engine.complete_and_start_action(self._handle, state)
                complete = bool(names) and names[-1] == "~"
            finally:
                if complete:
                    engine.retract_fact(self._handle, text)
                else:
                    self._handle = engine.create_ruleset("r", self.source)
        if not complete:
            raise SessionLost("the rules session ended without its canary")
        return set(names[:-1])


# --- fields of the record ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Fields:
    """The fields that a stage needs: how each is worked out from a finished evaluation."""

    numbers: list[tuple[str, str, Callable[[Env], Any], int]] = field(default_factory=list)
    flags: list[tuple[str, Callable[[Env], Any]]] = field(default_factory=list)
    codes: list[tuple[str, Callable[[Env], Any]]] = field(default_factory=list)
    known: dict[tuple[str, str], str] = field(default_factory=dict)

    def number(self, text: str, run: Callable[[Env], Any], scale: int) -> str:
        """Name of a number's field; ``<name>l`` and ``<name>h`` hold its ends times ``scale``."""
        name, is_new = self._name("n", f"{text}*{scale}")
        if is_new:
            self.numbers.append((f"{name}l", f"{name}h", run, scale))
        return name

    def flag(self, text: str, run: Callable[[Env], Any]) -> str:
        """Name of the field of a yes/no value."""
        name, is_new = self._name("b", text)
        if is_new:
            self.flags.append((name, run))
        return name

    def code(self, text: str, run: Callable[[Env], Any]) -> str:
        """Name of the field of a code."""
        name, is_new = self._name("c", text)
        if is_new:
            self.codes.append((name, run))
        return name

    def _name(self, kind: str, text: str) -> tuple[str, bool]:
        is_new = (kind, text) not in self.known
        return self.known.setdefault((kind, text), f"{kind}{len(self.known)}"), is_new

    def record(self, env: Env) -> dict[str, Any]:
        """The flat fact: integers and short strings only; what is unknown has no field."""
        record: dict[str, Any] = {"_k": 1}
        for low_name, high_name, run, scale in self.numbers:
            value = run(env)
            if isinstance(value, Range):
                if not isinstance(value.low, float):
                    record[low_name] = _integer(value.low, scale)
                if not isinstance(value.high, float):
                    record[high_name] = _integer(value.high, scale)
            else:
                record[low_name] = record[high_name] = _integer(value, scale)
        for name, run in self.flags:
            flag = run(env)
            if flag is not None:
                record[name] = 1 if flag else 0
        for name, run in self.codes:
            code = run(env)
            if code is not None:
                record[name] = code
        return record


def _integer(value: Any, scale: int) -> int:
    """The scaled value; beyond what the rules can hold, the last number that they can. Every number that it is compared
    with is smaller than that (see ``_number_comparison``), so no comparison changes."""
    scaled = value * scale
    if isinstance(scaled, Fraction):
        if scaled.denominator != 1:
            raise SessionLost(f"{value} is no multiple of 1/{scale}")
        scaled = scaled.numerator
    return max(1 - LIMIT, min(LIMIT - 1, int(scaled)))


def denominator(node: n.Node) -> int | None:
    """A number that makes every possible value of ``node`` whole when multiplied; ``None`` when there is none."""
    match node:
        case n.Constant(value=value):
            return Fraction(value).denominator
        case n.ParameterRef() | n.ParameterLookup():
            parameter = node.parameter
            values = list(parameter.values.values()) if parameter.values is not None else [parameter.value]
            return lcm(*(Fraction(end).denominator for value in values for end in ends_of(value)))
        case n.FactRef() | n.FieldRef():
            percent = isinstance(node.type, NumberType) and node.type.word == "percent"
            return int(10 ** (node.fact.decimals + (2 if percent else 0)))
        case n.DefinitionRef():
            return denominator(node.definition.body)
        case n.Arithmetic(operator="*"):
            left, right = denominator(node.left), denominator(node.right)
            return None if left is None or right is None else left * right
        case n.Arithmetic(operator="/"):
            left = denominator(node.left)
            divisor = Fraction(node.right.value if isinstance(node.right, n.Constant) else node.right.parameter.value)  # type: ignore[attr-defined]
            return None if left is None else left * abs(divisor.numerator)
        case n.Arithmetic() | n.Conditional():
            return _common([part for part in node.parts() if part.type != BOOL])
        case n.Call():
            return (
                _common([a for a in node.arguments if isinstance(a.type, NumberType)])
                if node.function.name in ("min", "max")
                else 1
            )
        case n.Quantified():
            return 1 if node.body is None else denominator(node.body)
        case n.TableCell():
            cells = [row.cells[node.column] for row in node.table.rows] + [node.table.otherwise[node.column]]
            return lcm(*(Fraction(cell).denominator for cell in cells))
        case n.Variable():
            return 1 if node.type in (DATE, FISCAL_YEAR) else None
    return 1


def _common(parts: Sequence[n.Node]) -> int | None:
    result = 1
    for part in parts:
        one = denominator(part)
        if one is None:
            return None
        result = lcm(result, one)
    return result


# --- conditions ----------------------------------------------------------------------------------------------

NEVER: Condition = {"_k": 0}
ALWAYS: Condition = {"_k": 1}


class ConditionWriter:
    """Writes the T and the F condition of a typed node over the fields of one stage."""

    def __init__(self, fields: Fields, stage_fields: dict[str, str]) -> None:
        self.fields = fields
        self.stage_fields = stage_fields  # definitions settled by an earlier stage → their field

    def write(self, node: n.Node) -> tuple[Condition, Condition]:
        """``(T, F)``: when the node is certainly true, and when it is certainly false."""
        match node:
            case n.Constant():
                return (ALWAYS, NEVER) if node.value else (NEVER, ALWAYS)
            case n.Not():
                true, false = self.write(node.operand)
                return false, true
            case n.And() | n.Or():
                pairs = [self.write(operand) for operand in node.operands]
                both = {"$and": [t for t, _ in pairs]}, {"$or": [f for _, f in pairs]}
                either = {"$or": [t for t, _ in pairs]}, {"$and": [f for _, f in pairs]}
                return both if isinstance(node, n.And) else either
            case n.Compare() if isinstance(node.left.type, CodeType):
                return self._code_comparison(node)
            case n.Compare():
                return self._number_comparison(node)
            case n.Membership():
                return self._membership(node)
            case n.DefinitionRef() if node.definition.name in self.stage_fields:
                return _flag(self.stage_fields[node.definition.name])
        return _flag(self.fields.flag(node.text, node.run))

    def _code_comparison(self, node: n.Compare) -> tuple[Condition, Condition]:
        left, right = node.left, node.right
        if isinstance(left, n.Constant):
            left, right = right, left
        if not isinstance(right, n.Constant):
            return _flag(self.fields.flag(node.text, node.run))
        name = self.fields.code(left.text, left.run)
        same: Condition = {name: right.value}
        other: Condition = {"$neq": {name: right.value}}
        return (same, other) if node.operator == "==" else (other, same)

    def _membership(self, node: n.Membership) -> tuple[Condition, Condition]:
        options = node.options.parameter.value if isinstance(node.options, n.ParameterRef) else None
        if not options or len(options) > MOST_ALTERNATIVES:
            return _flag(self.fields.flag(node.text, node.run))
        name = self.fields.code(node.item.text, node.item.run)
        codes = sorted(options)
        return (
            {"$or": [{name: code} for code in codes]} if len(codes) > 1 else {name: codes[0]},
            {"$and": [{"$neq": {name: code}} for code in codes]} if len(codes) > 1 else {"$neq": {name: codes[0]}},
        )

    def _number_comparison(self, node: n.Compare) -> tuple[Condition, Condition]:
        left, right, operator = node.left, node.right, node.operator
        if _fixed(left) is not None and _fixed(right) is None:
            left, right = right, left
            operator = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(operator, operator)
        bound = _fixed(right)
        scale = _common([left, right])
        if scale is None or (bound is not None and abs(bound * scale) >= LIMIT - 1):
            return _flag(self.fields.flag(node.text, node.run))
        if bound is not None:
            name = self.fields.number(left.text, left.run, scale)
            limit = int(bound * scale)
        else:
            difference = f"({left.text}) - ({right.text})"
            name = self.fields.number(difference, lambda env: left.run(env) - right.run(env), scale)
            limit = 0
        low, high = f"{name}l", f"{name}h"
        match operator:
            case ">=":
                return {"$gte": {low: limit}}, {"$lt": {high: limit}}
            case ">":
                return {"$gt": {low: limit}}, {"$lte": {high: limit}}
            case "<=":
                return {"$lte": {high: limit}}, {"$gt": {low: limit}}
            case "<":
                return {"$lt": {high: limit}}, {"$gte": {low: limit}}
        same: Condition = {"$and": [{low: limit}, {high: limit}]}
        other: Condition = {"$or": [{"$lt": {high: limit}}, {"$gt": {low: limit}}]}
        return (same, other) if operator == "==" else (other, same)


def _fixed(node: n.Node) -> Any:
    """The exact constant that a node stands for, if it does."""
    value = (
        node.value
        if isinstance(node, n.Constant)
        else (node.parameter.value if isinstance(node, n.ParameterRef) else None)
    )
    return None if isinstance(value, Range | frozenset | bool | str) else value


def _flag(name: str) -> tuple[Condition, Condition]:
    return {name: 1}, {name: 0}


# --- stages --------------------------------------------------------------------------------------------------


class Stage:
    """Named conditions evaluated together; answers True, False or None for each."""

    def __init__(self, named: Sequence[tuple[str, n.Node]], stage_fields: dict[str, str]) -> None:
        self.fields = Fields()
        writer = ConditionWriter(self.fields, stage_fields)
        written = [(name, *writer.write(node)) for name, node in named]
        self.names = [name for name, _ in named]
        self.sessions = []
        for start in range(0, len(written), RULES_PER_SET):
            part = written[start : start + RULES_PER_SET]
            conditions = {f"T{start + i}": t for i, (_, t, _) in enumerate(part)}
            conditions |= {f"F{start + i}": f for i, (_, _, f) in enumerate(part)}
            self.sessions.append(Session(conditions))

    def ask(self, env: Env, earlier: dict[str, int]) -> dict[str, bool | None]:
        """Raises :class:`SessionLost` also when a condition is true and false at once."""
        record = self.fields.record(env)
        record.update(earlier)
        text = as_text(record)
        fired: set[str] = set()
        for session in self.sessions:
            fired |= session.fired_by(text)
        answers: dict[str, bool | None] = {}
        for index, name in enumerate(self.names):
            true, false = f"T{index}" in fired, f"F{index}" in fired
            if true and false:
                raise SessionLost(f"'{name}' came out both true and false")
            answers[name] = True if true else False if false else None
        return answers


class DurableVersion:
    """A scheme version as stages: tests (yes/no definitions), criteria, verdict; and criteria of list items."""

    def __init__(self, version: SchemeVersion) -> None:
        self.tests: list[Stage] = []
        stage_fields: dict[str, str] = {}
        for level in _levels([d for d in version.definitions.values() if d.type == BOOL and not d.parameters]):
            self.tests.append(Stage([(d.name, d.body) for d in level], dict(stage_fields)))
            stage_fields |= {d.name: f"t_{d.name}" for d in level}
        self.items = {
            record: Stage([(c.name, c.condition) for c in block.criteria], stage_fields)
            for record, block in version.items.items()
        }
        self.criteria = Stage([(c.name, c.condition) for c in version.criteria], stage_fields)
        self.verdict = verdict_session(version.criteria)

    def run_tests(self, env: Env) -> dict[str, int]:
        """Fields that the tests give to the next stages."""
        earlier: dict[str, int] = {}
        for stage in self.tests:
            answers = stage.ask(env, earlier)
            earlier |= {f"t_{name}": int(answer) for name, answer in answers.items() if answer is not None}
        return earlier

    def ask_item(self, block: ItemCriteria, item: Any, env: Env, earlier: dict[str, int]) -> dict[str, bool | None]:
        """Item criteria for one record."""
        env.slots[block.slot] = item
        return self.items[block.record].ask(env, earlier)


def _levels(definitions: list[Definition]) -> list[list[Definition]]:
    """Definitions in groups, each needing only groups before it."""
    names = {d.name: d for d in definitions}
    needs = {d.name: {name for name in _names_under(d.body) if name in names} for d in definitions}
    levels: list[list[Definition]] = []
    done: set[str] = set()
    while len(done) < len(names):
        ready = [name for name in names if name not in done and needs[name] <= done]
        levels.append([names[name] for name in ready])
        done |= set(ready)
    return levels


def _names_under(node: n.Node) -> set[str]:
    found: set[str] = set()
    for part in node.walk():
        if isinstance(part, n.DefinitionRef) and part.definition.name not in found:
            found.add(part.definition.name)
            if part.definition.parameters or part.definition.type != BOOL:
                found |= _names_under(part.definition.body)
    return found


def verdict_session(criteria: Sequence[Criterion]) -> Session:
    """Rules that give exactly one verdict for the outcomes ``t``, ``f`` or ``u`` of the criteria."""
    refusing = [f"c_{i}" for i, c in enumerate(criteria) if c.effect is Effect.REFUSE]
    referring = [f"c_{i}" for i, c in enumerate(criteria) if c.effect is Effect.REFER]
    deciding = refusing + referring

    def each(names: Sequence[str], *outcomes: str) -> list[Condition]:
        if len(outcomes) == 1:
            return [{name: outcomes[0]} for name in names]
        return [{"$or": [{name: outcome} for outcome in outcomes]} for name in names]

    def all_(parts: list[Condition]) -> Condition:
        return parts[0] if len(parts) == 1 else {"$and": parts} if parts else ALWAYS

    def any_(parts: list[Condition]) -> Condition:
        return parts[0] if len(parts) == 1 else {"$or": parts} if parts else NEVER

    return Session(
        {
            "not_eligible": any_(each(refusing, "f")),
            "undetermined": all_([any_(each(refusing, "u")), *each(refusing, "t", "u")]),
            f"undetermined{ALSO}": all_([any_(each(referring, "u")), *each(refusing, "t"), *each(referring, "t", "u")]),
            "refer": all_([any_(each(referring, "f")), *each(refusing, "t")]),
            "eligible": all_(each(deciding, "t")),
        }
    )


def verdict_of(session: Session, criteria: Sequence[Criterion], answers: dict[str, bool | None]) -> str:
    """The one verdict that fires, asked once for each set of outcomes. Raises :class:`SessionLost` when it is not exactly
    one."""
    letters = {True: "t", False: "f", None: "u"}
    record: dict[str, Any] = {"_k": 1}
    for i, criterion in enumerate(criteria):
        if criterion.effect is not Effect.ADVISE:
            record[f"c_{i}"] = letters[answers.get(criterion.name, True)]
    text = as_text(record)
    verdict = session.settled.get(text)
    if verdict is None:
        fired = session.fired_by(text)
        if len(fired) != 1:
            raise SessionLost(f"{len(fired)} verdicts at once")
        if len(session.settled) >= KEPT_VERDICTS:
            session.settled.clear()
        verdict = session.settled[text] = fired.pop().removesuffix(ALSO)
    return verdict
