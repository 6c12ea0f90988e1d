"""Parameters as rule files write them: one value, a range, a set of codes, or a value for each key."""

from __future__ import annotations

from typing import Any

from eligibility.language import types as t
from eligibility.language.checker import suggestion
from eligibility.language.ranges import Range
from eligibility.language.reader import ExpressionError, read_date, read_fiscal_year, read_quantity
from eligibility.rulebook.files import Entry
from eligibility.rulebook.model import Parameter
from eligibility.rulebook.vocabulary import Vocabulary, constant, read_type
from eligibility.words import Status


def read_parameter(name: str, entry: Entry, book: Vocabulary) -> Parameter:
    """A parameter with its source and standing; faults are noted at the entry."""
    title = entry.words()
    status, assumption = read_status(entry, book)
    source = entry.text_of("source")
    if not source:
        entry.complain(f"the parameter '{name}' names no source")
    parameter = Parameter(
        name=name, type=t.NUMBER, title=title, status=status, source=source, place=entry.place, assumption=assumption
    )
    try:
        _fill(parameter, entry, book)
    except ExpressionError as error:
        entry.complain(str(error))
        parameter.value = parameter.value if parameter.value is not None else 0
    entry.text_of("note")
    entry.close("a parameter")
    return parameter


def read_status(entry: Entry, book: Vocabulary) -> tuple[Status, str]:
    """``status`` and, for an assumed one, the keys of its assumptions (separated by blanks)."""
    written = entry.text_of("status", Status.VERIFIED)
    assumption = entry.text_of("assumption")
    if written not in list(Status):
        entry.need("status").complain(f"unknown status '{written}' (verified or assumed)")
        return Status.VERIFIED, ""
    status = Status(written)
    if status is Status.ASSUMED and not assumption:
        entry.need("status").complain("an assumed entry names its assumption")
    elif status is Status.VERIFIED and assumption:
        entry.complain("an entry with an assumption has 'status: assumed'")
    for key in assumption.split():
        if key not in book.assumptions:
            entry.need("assumption").complain(f"unknown assumption '{key}'{suggestion(key, book.assumptions)}")
    return status, assumption


def _fill(parameter: Parameter, entry: Entry, book: Vocabulary) -> None:
    by, codes = entry.text_of("by"), entry.text_of("codes")
    if by:
        _fill_keys(parameter, entry, by, book)
    elif codes:
        parameter.type = t.CodeSetType(codes)
        parameter.value = _code_set(entry.need("value"), codes, book)
        parameter.written = ", ".join(sorted(parameter.value))
    elif entry.get("range") is not None:
        ends = [e.string() for e in entry.need("range").elements()]
        if len(ends) != 2:
            raise ExpressionError("a range has a lowest and a highest value")
        (low, type_), (high, high_type) = read_value(ends[0]), read_value(ends[1])
        if type_ != high_type or not low < high:
            raise ExpressionError(f"'{ends[0]}' to '{ends[1]}' is not a range")
        parameter.type, parameter.value, parameter.written = type_, Range(low, high), " – ".join(ends)
    else:
        parameter.written = entry.need("value").string()
        parameter.value, parameter.type = read_value(parameter.written)


def read_value(text: str) -> tuple[Any, t.Type]:
    """A date, a fiscal year or a quantity."""
    if text.startswith("FY"):
        return read_fiscal_year(text), t.FISCAL_YEAR
    if len(text) == 10 and text[4] == text[7] == "-":
        return read_date(text).toordinal(), t.DATE
    return read_quantity(text)


def _code_set(entry: Entry, codes: str, book: Vocabulary) -> frozenset[str]:
    if codes not in book.codes:
        raise ExpressionError(f"unknown code list '{codes}'{suggestion(codes, book.codes)}")
    listed = book.codes[codes]
    chosen: set[str] = set()
    for element in entry.elements():
        code = element.string()
        if code in listed.groups:
            chosen |= listed.groups[code]
        elif code in listed.codes:
            chosen.add(code)
        else:
            raise ExpressionError(f"'{code}' is not in the code list {codes}{suggestion(code, listed.codes)}")
    return frozenset(chosen)


def _fill_keys(parameter: Parameter, entry: Entry, by: str, book: Vocabulary) -> None:
    key_type = read_type(by, book)
    parameter.key_type = key_type
    parameter.steps = entry.get("from") is not None
    values: dict[Any, Any] = {}
    statuses: dict[Any, tuple[Status, str]] = {}
    type_: t.Type | None = None
    written = []
    for key_text, child in entry.need("from" if parameter.steps else "values").items():
        key = constant(key_text, key_type)
        if isinstance(key_type, t.CodeType) and key not in book.codes[key_type.codes].codes:
            raise ExpressionError(
                f"'{key}' is not in the code list {key_type.codes}{suggestion(key, book.codes[key_type.codes].codes)}"
            )
        text = child.need("value").string() if child.kind == "map" else child.string()
        value, found = read_value(text)
        if child.kind == "map":
            statuses[key] = read_status(child, book)
            child.text_of("source")
            child.close("a value")
        if type_ is not None and found != type_:
            raise ExpressionError(f"'{text}' is a {found}, the values before are {type_}")
        type_ = type_ or found
        values[key] = value
        written.append(f"{key_text}: {text}")
    if not values:
        raise ExpressionError("no values are given")
    parameter.values, parameter.statuses, parameter.type = values, statuses, type_ or t.NUMBER
    parameter.written = "; ".join(written)
