"""The vocabulary shared by all schemes: facts, code lists, document types, decisions, topics, assumptions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import inf
from pathlib import Path
from typing import Any

from eligibility.language import types as t
from eligibility.language.checker import Checker, Scope, suggestion
from eligibility.language.direct import prepare
from eligibility.language.env import Items
from eligibility.language.nodes import Node, Variable
from eligibility.language.ranges import Range
from eligibility.language.reader import UNITS, ExpressionError, read_date, read_fiscal_year, read_quantity
from eligibility.rulebook.files import Entry, Faults, read
from eligibility.rulebook.model import Assumption, CodeList, Fact, Text

EARLIEST = date(1900, 1, 1).toordinal()
LATEST = date(2199, 12, 31).toordinal()
MOST_YEN = 10**13
"""No single sum of money in this book can be larger (10 trillion yen)."""
MOST_RECORDS = 200
NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Named:
    """A named thing with a longer explanation (document type, topic, goal)."""

    name: str
    title: Text
    help: Text


@dataclass(frozen=True, slots=True)
class DecisionKind:
    """An act of the city: its name, its letter, and whether it goes against the applicant."""

    name: str
    title: Text
    letter: Text | None
    adverse: bool
    pays: bool


@dataclass(slots=True)
class Vocabulary:
    """Everything that rule files of all schemes share."""

    facts: dict[str, Fact] = field(default_factory=dict)
    codes: dict[str, CodeList] = field(default_factory=dict)
    documents: dict[str, Named] = field(default_factory=dict)
    decisions: dict[str, DecisionKind] = field(default_factory=dict)
    topics: dict[str, Named] = field(default_factory=dict)
    goals: dict[str, Named] = field(default_factory=dict)
    programmes: dict[str, Named] = field(default_factory=dict)
    assumptions: dict[str, Assumption] = field(default_factory=dict)
    implied: tuple[str, ...] = ()
    """Facts with ``asked_if``, each after the facts that its condition needs."""
    defaults_to_on: tuple[str, ...] = ()
    """Dates that are the date of the determination when they are not given."""

    def unknown_facts(self) -> dict[str, Any]:
        """A fresh set of facts of which nothing is known."""
        return {name: fact.unknown for name, fact in self.facts.items()}


def load_vocabulary(root: Path, faults: Faults) -> Vocabulary:
    """Read ``facts/``, ``codes/``, ``assumptions/`` and the word lists of the rule book."""
    book = Vocabulary()
    for path in sorted((root / "codes").glob("*.yaml")):
        for name, entry in read(path, root, faults).items():
            _add(book.codes, name, _code_list(name, entry), entry, "code list")
    for path in sorted((root / "assumptions").glob("*.yaml")):
        for name, entry in read(path, root, faults).items():
            _add(book.assumptions, name, _assumption(name, entry), entry, "assumption")
    for section, target in (
        ("topics", book.topics),
        ("documents", book.documents),
        ("goals", book.goals),
        ("programmes", book.programmes),
    ):
        for name, entry in read(root / f"{section}.yaml", root, faults).items():
            target[name] = Named(name, entry.words(), entry.words_of("help") or NOTHING)
            entry.close(section)
    for name, entry in read(root / "decisions.yaml", root, faults).items():
        book.decisions[name] = DecisionKind(
            name,
            entry.words(),
            entry.words_of("letter"),
            entry.text_of("adverse") == "yes",
            entry.text_of("pays") == "yes",
        )
        entry.close("a decision")
    conditions: list[tuple[Fact, Entry, Entry]] = []
    for path in sorted((root / "facts").glob("*.yaml")):
        for name, entry in read(path, root, faults).items():
            _add(book.facts, name, _fact(name, entry, book, conditions), entry, "fact")
    _check_conditions(book, conditions)
    return book


def _add(target: dict[str, Any], name: str, value: Any, entry: Entry, what: str) -> None:
    if name in target:
        entry.complain(f"the {what} '{name}' is already defined at {target[name].place}")
    elif not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        entry.complain(f"'{name}' is not a name (letters, digits and _)")
    target[name] = value


def _code_list(name: str, entry: Entry) -> CodeList:
    title = entry.words()
    codes = {}
    for code, words in entry.section("codes"):
        codes[code] = words.words()
        words.close(f"code '{code}'")
    groups = {}
    for group, members in entry.section("groups"):
        chosen = [e.string() for e in members.elements()]
        for code in chosen:
            if code not in codes:
                members.complain(f"'{code}' is not in the code list {name}{suggestion(code, codes)}")
        groups[group] = frozenset(chosen)
    entry.close("a code list")
    if not codes:
        entry.complain(f"the code list {name} is empty")
    return CodeList(name, title, codes, groups, entry.place)


def _assumption(name: str, entry: Entry) -> Assumption:
    proposal = entry.words_of("proposal")
    question = entry.words_of("question")
    if proposal is None or question is None:
        entry.complain("an assumption needs its 'proposal' and its 'question' to the city")
    entry.close("an assumption")
    return Assumption(name, proposal or NOTHING, question or NOTHING, entry.place)


def read_type(text: str, book: Vocabulary) -> t.Type:
    """Type of a fact or of a parameter of a definition, as rule files spell it. Raises ``ExpressionError``."""
    simple: dict[str, t.Type] = {
        "yes_no": t.BOOL,
        "yen": t.MONEY,
        "count": t.NUMBER,
        "number": t.NUMBER,
        "date": t.DATE,
        "text": t.TEXT,
        "fiscal_year": t.FISCAL_YEAR,
        "area": t.NumberType(t.AREA, "m2"),
        "hours": t.NumberType(t.HOUR, "hours"),
        "percent": t.NumberType(word="percent"),
    }
    if text in simple:
        return simple[text]
    for prefix, made in (("code of ", t.CodeType), ("codes of ", t.CodeSetType)):
        if text.startswith(prefix):
            name = text.removeprefix(prefix)
            if name not in book.codes:
                raise ExpressionError(f"unknown code list '{name}'{suggestion(name, book.codes)}")
            return made(name)
    if text in book.codes:
        return t.CodeType(text)
    if text in book.facts and book.facts[text].is_list:
        return t.RecordType(text)
    known = [*simple, *book.codes, "code of …", "codes of …", "list"]
    raise ExpressionError(f"unknown type '{text}'{suggestion(text, known)}")


def _fact(
    name: str, entry: Entry, book: Vocabulary, conditions: list[tuple[Fact, Entry, Entry]], record: str = ""
) -> Fact:
    written = entry.need("type").string()
    fields: dict[str, Fact] = {}
    type_: t.Type = t.TEXT
    if written == "list" and not record:
        type_ = t.ListType(t.RecordType(name))
        for field_name, field_entry in entry.section("fields"):
            fields[field_name] = _fact(field_name, field_entry, book, conditions, name)
        if not fields:
            entry.complain(f"the list '{name}' has no fields")
    else:
        try:
            type_ = read_type(written, book)
        except ExpressionError as error:
            entry.need("type").complain(str(error))
    word = entry.text_of("unit")
    if word:
        if word not in UNITS:
            entry.need("unit").complain(f"unknown unit '{word}'{suggestion(word, UNITS)}")
        elif isinstance(type_, t.NumberType):
            type_ = t.NumberType(type_.unit, word)
    title = entry.words()
    fact = Fact(
        name=name,
        type=type_,
        title=title,
        record=record,
        place=entry.place,
        question=entry.words_of("question") or title,
        help=entry.words_of("help") or NOTHING,
        example=entry.words_of("example") or NOTHING,
        topic=entry.text_of("topic"),
        firm_can_change=entry.text_of("firm_can_change") == "yes",
        evidence=entry.strings("evidence"),
        personal=entry.text_of("personal") == "yes",
        fields=fields,
        item_title=entry.words_of("item"),
        most=int(entry.text_of("most_records") or MOST_RECORDS) if fields else 0,
    )
    fact.decimals = int(entry.text_of("decimals") or {"area": 2, "percent": 3}.get(written, 0))
    least = _bound(entry, "least", fact)
    most = _bound(entry, "most", fact)
    _set_bounds(fact, least, most)
    if not record and fact.topic not in book.topics:
        entry.complain(f"'{name}' needs a topic{suggestion(fact.topic, book.topics)}")
    for document in fact.evidence:
        if document not in book.documents:
            entry.complain(f"unknown document '{document}'{suggestion(document, book.documents)}")
    if entry.text_of("default") == "on":
        book.defaults_to_on = (*book.defaults_to_on, name)
    condition = entry.get("asked_if")
    if condition is not None:
        otherwise = entry.get("otherwise")
        if otherwise is None:
            condition.complain("'asked_if' needs 'otherwise': the value when the question makes no sense")
        else:
            conditions.append((fact, condition, otherwise))
    entry.close("a fact")
    if fields:
        fact.blank = Items({f.name: f.unknown for f in fields.values()}, -1)
    return fact


def _bound(entry: Entry, key: str, fact: Fact) -> int | None:
    child = entry.get(key)
    if child is None:
        return None
    try:
        return int(constant(child.string(), fact.type))
    except ExpressionError as error:
        child.complain(str(error))
        return None


def _set_bounds(fact: Fact, least: int | None, most: int | None) -> None:
    """Bounds for input, and the range that an unanswered fact may have."""
    if isinstance(fact.type, t.NumberType):
        fact.lowest = 0 if least is None else least
        fact.highest = most if most is not None else MOST_YEN if fact.type.unit == t.YEN else 10**9
        fact.unknown = Range(fact.lowest, inf if most is None else most)
    elif fact.type == t.DATE:
        fact.lowest, fact.highest = least or EARLIEST, most or LATEST
        fact.unknown = Range(fact.lowest, fact.highest)
    elif fact.type == t.FISCAL_YEAR:
        fact.lowest, fact.highest = least or 1950, most or 2150
        fact.unknown = Range(fact.lowest, fact.highest)


def constant(text: str, type_: t.Type) -> Any:
    """A constant of the given type as rule files write it. Raises ``ExpressionError``."""
    if type_ == t.BOOL:
        if text not in ("yes", "no"):
            raise ExpressionError(f"'{text}' is not yes or no")
        return text == "yes"
    if type_ == t.DATE:
        return read_date(text).toordinal()
    if type_ == t.FISCAL_YEAR:
        return read_fiscal_year(text)
    if isinstance(type_, t.NumberType):
        value, found = read_quantity(text)
        if found != type_ and value != 0:
            raise ExpressionError(f"'{text}' is a {found}, but a {type_} is needed here")
        return value
    if isinstance(type_, t.CodeType):
        return text
    raise ExpressionError(f"'{text}' cannot be given here (a {type_})")


def _check_conditions(book: Vocabulary, conditions: list[tuple[Fact, Entry, Entry]]) -> None:
    """Type the ``asked_if`` conditions and put the facts in an order in which they can be worked out."""
    scope = Scope(book.facts, book.codes)
    needs: dict[str, set[str]] = {}
    for fact, condition, otherwise in conditions:
        checker = Checker(scope)
        scope.next_slot = 0
        names = {}
        if fact.record:
            names["this"] = Variable(t.RecordType(fact.record), "this", checker.new_slot(), "this")
        try:
            node = checker.check(condition.expression(), names, t.BOOL)
            fact.asked_if = prepare(node)
            fact.otherwise = _otherwise(otherwise, fact, book)
        except ExpressionError as error:
            condition.complain(str(error))
            continue
        if not fact.record:
            needs[fact.name] = facts_in(node)
    book.implied = tuple(_ordered(needs, book))


def _otherwise(entry: Entry, fact: Fact, book: Vocabulary) -> Any:
    if fact.is_list or isinstance(fact.type, t.CodeSetType):
        if entry.string() != "none":
            raise ExpressionError("'otherwise' of a list is 'none'")
        return () if fact.is_list else frozenset()
    value = constant(entry.string(), fact.type)
    if isinstance(fact.type, t.CodeType) and value not in book.codes[fact.type.codes].codes:
        raise ExpressionError(f"'{value}' is not in the code list {fact.type.codes}")
    return value


def facts_in(node: Node) -> set[str]:
    """Names of the facts that an expression reads itself (definitions not opened)."""
    from eligibility.language.nodes import FactRef

    return {part.fact.name for part in node.walk() if isinstance(part, FactRef)}


def _ordered(needs: Mapping[str, set[str]], book: Vocabulary) -> list[str]:
    done: list[str] = []
    open_: dict[str, set[str]] = {name: {o for o in others if o in needs} for name, others in needs.items()}
    while open_:
        ready = sorted(name for name, others in open_.items() if others <= set(done))
        if not ready:
            first = book.facts[min(open_)]
            raise ExpressionError(f"{first.place}: 'asked_if' of {', '.join(sorted(open_))} depend on each other")
        done += ready
        for name in ready:
            del open_[name]
    return done
