"""Facts and their values as people read them: 3,000万円, 2026年12月1日, はい."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import inf
from typing import Any

from django.utils.translation import get_language, gettext

from applications.rules import rule_book
from eligibility.evaluation.citations import in_english
from eligibility.evaluation.facts import Facts, Problem, read_leniently
from eligibility.evaluation.render import value_text
from eligibility.language import types as t
from eligibility.language.ranges import Range
from eligibility.rulebook.model import Fact, Text
from portal.components.dates import day_text, fiscal_year_text
from portal.components.money import range_text, yen_text

ISO_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")


def words(text: Text) -> str:
    """A text of the rule book in the reader's language."""
    return text.of(get_language() or "ja")


def language() -> str:
    """``ja`` or ``en``, as the rule book's texts are keyed."""
    return "en" if (get_language() or "ja").startswith("en") else "ja"


def listed(names: Iterable[str]) -> str:
    """``A、B``."""
    return gettext("、").join(names)


def quoted(names: Iterable[str]) -> str:
    """``「A」、「B」``."""
    return listed(gettext("「%(name)s」") % {"name": name} for name in names)


def cited(article: str) -> str:
    """A citation of a statute in the reader's language."""
    return in_english(article) if language() == "en" else article


def value_words(value: Any, kind: t.Type) -> str:
    """A value of the engine in words, with its unit."""
    if value is None:
        return gettext("不明")
    if isinstance(kind, t.NumberType) and kind == t.MONEY:
        if isinstance(value, Range):
            known = value.low > 0 or value.high != inf
            return (
                range_text(int(value.low), None if value.high == inf else int(value.high)) if known else gettext("不明")
            )
        if isinstance(value, int):
            return yen_text(value)
    if kind == t.DATE and isinstance(value, int):
        return day_text(date.fromordinal(value))
    if kind == t.FISCAL_YEAR and isinstance(value, int):
        return fiscal_year_text(value)
    return value_text(value, kind, rule_book().vocabulary, language())


def plain_days(text: str) -> str:
    """Days inside a text of the engine (``2026-12-01``) as the rest of the page writes them."""

    def spoken(found: re.Match[str]) -> str:
        try:
            return day_text(date(int(found[1]), int(found[2]), int(found[3])))
        except ValueError:
            return found[0]

    return ISO_DAY.sub(spoken, text)


def value_given(given: Any, kind: t.Type) -> Any:
    """The value of a canonical answer by itself: whether its question still makes sense plays no part here."""
    if isinstance(kind, t.NumberType):
        number = Fraction(str(given)) / (100 if kind.word == "percent" else 1)
        return number.numerator if number.denominator == 1 else number
    if kind == t.DATE:
        return date.fromisoformat(given).toordinal()
    return frozenset(given) if isinstance(kind, t.CodeSetType) else given


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a record."""

    label: str
    text: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """An answer as a list of answers shows it. ``text`` is empty where nothing was answered; ``problem`` says why the
    answer cannot be read. Lists have ``rows``, one tuple of cells for each record."""

    fact: Fact
    title: str
    text: str
    problem: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    answered: bool = field(default=True)


def shown_answers(facts: Sequence[Fact], answers: Mapping[str, Any]) -> list[ShownAnswer]:
    """The answers to these facts in words, in the given order."""
    known = rule_book().vocabulary.facts
    read, problems = read_leniently(
        {name: value for name, value in answers.items() if name in known}, rule_book().vocabulary
    )
    return [_shown(fact, answers, read, problems) for fact in facts]


def _shown(fact: Fact, answers: Mapping[str, Any], read: Facts, problems: list[Problem]) -> ShownAnswer:
    title = words(fact.title)
    raw = answers.get(fact.name)
    if raw is None or raw == "":
        return ShownAnswer(fact, title, "", answered=False)
    own = {p.path: words(p.message) for p in problems if p.path == fact.name or p.path.startswith(f"{fact.name}[")}
    if fact.is_list:
        return _shown_list(fact, title, raw, read, own)
    if fact.name in own:
        return ShownAnswer(fact, title, str(raw), own[fact.name])
    return ShownAnswer(fact, title, value_words(value_given(read.given[fact.name], fact.type), fact.type))


def _shown_list(fact: Fact, title: str, raw: Any, read: Facts, problems: dict[str, str]) -> ShownAnswer:
    if fact.name in problems or not isinstance(raw, list):
        return ShownAnswer(fact, title, str(raw), problems.get(fact.name, ""))
    if not raw:
        return ShownAnswer(fact, title, gettext("なし"))
    parts = {
        name: part
        for name, part in fact.fields.items()
        if part.asked_if is None or any(isinstance(record, Mapping) and name in record for record in raw)
    }
    columns = tuple(words(part.title) for part in parts.values())
    rows = []
    for position, record in enumerate(raw):
        given = read.given[fact.name][position] if fact.name in read.given else {}
        rows.append(
            tuple(
                _cell(part, record, given, problems.get(f"{fact.name}[{position}].{name}", ""))
                for name, part in parts.items()
            )
        )
    return ShownAnswer(fact, title, gettext("%(count)d件") % {"count": len(rows)}, columns=columns, rows=tuple(rows))


def _cell(part: Fact, record: Mapping[str, Any], given: Mapping[str, Any], problem: str) -> Cell:
    raw = record.get(part.name)
    if raw is None or raw == "":
        return Cell(words(part.title), "")
    if problem or part.name not in given:
        return Cell(words(part.title), str(raw), problem)
    return Cell(words(part.title), value_words(value_given(given[part.name], part.type), part.type))
