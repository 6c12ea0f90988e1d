"""The head of a version: when it is in force, what it rests on, and what its decisions are in law."""

from __future__ import annotations

from datetime import date

from eligibility.language.reader import ExpressionError, read_date
from eligibility.rulebook.files import Entry
from eligibility.rulebook.model import Scheme, Source, Text, Window
from eligibility.rulebook.values import read_status
from eligibility.rulebook.vocabulary import Vocabulary
from eligibility.words import Status

LEGAL_NATURES = frozenset({"contract", "disposition", "disposition_tax"})
OTHERS = "others"
"""Legal nature of the versions of a scheme that another body runs: the city decides nothing and sends no letter."""


def in_force(entry: Entry, book: Vocabulary) -> tuple[date, date | None, Status, str, Text | None]:
    """First and last day, status with its assumption, and a note."""
    status, assumption = read_status(entry, book)
    days: list[date | None] = []
    for key in ("from", "to"):
        text = entry.text_of(key)
        try:
            days.append(read_date(text) if text and text != "open" else None)
        except ExpressionError as error:
            entry.need(key).complain(str(error))
            days.append(None)
    first, last = days
    if first is None:
        entry.complain("'from' is missing")
        first = date(2000, 1, 1)
    if last is not None and last < first:
        entry.complain("'to' lies before 'from'")
    note = entry.words_of("note")
    entry.text_of("source")
    entry.close("'in_force'")
    return first, last, status, assumption, note


def source(key: str, entry: Entry) -> Source:
    """A source by its key."""
    grade = entry.need("grade").string()
    if grade not in ("official", "secondary", "weak", "project"):
        entry.complain(f"unknown grade '{grade}' (official, secondary, weak or project)")
    what = entry.need("what")
    text = what.words() if what.kind == "map" else Text(what.string(), what.string())
    found = Source(key, grade, text, entry.text_of("address"), entry.text_of("dated"))
    entry.close("a source")
    return found


def legal_nature(entry: Entry, scheme: Scheme, book: Vocabulary) -> tuple[str, str]:
    """The legal nature of the decisions, and the assumption that it rests on."""
    if scheme.applied_elsewhere:
        if entry.get("legal_nature") is not None:
            entry.need("legal_nature").complain("a scheme that another body runs has no 'legal_nature' here")
        return OTHERS, ""
    child = entry.need("legal_nature")
    value = child.need("value").string()
    if value not in LEGAL_NATURES:
        child.complain(f"unknown legal nature '{value}' ({', '.join(sorted(LEGAL_NATURES))})")
    _, assumption = read_status(child, book)
    child.text_of("source")
    child.close("'legal_nature'")
    return value, assumption


def window(entry: Entry | None) -> Window | None:
    """The days between which applications are taken, as far as they are known."""
    if entry is None:
        return None
    days: list[date | None] = []
    for key in ("opens", "closes"):
        text = entry.text_of(key, "unknown")
        try:
            days.append(None if text == "unknown" else read_date(text))
        except ExpressionError as error:
            entry.need(key).complain(str(error))
            days.append(None)
    found = Window(days[0], days[1], entry.need("source").string())
    entry.close("'window'")
    return found


def words(entry: Entry) -> Text:
    """A text in both languages."""
    text = entry.words()
    entry.close("a text")
    return text


def texts(entry: Entry, key: str) -> tuple[Text, ...]:
    """A list of texts in both languages."""
    child = entry.get(key)
    return tuple(words(e) for e in child.elements()) if child is not None else ()
