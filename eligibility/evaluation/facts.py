"""Reading facts: from JSON (API, command line, stored cases) to the exact values that the evaluators work on.

JSON forms: yes/no ``true``/``false``; money whole yen (``10000000`` or ``"10,000,000"``); areas and percentages decimals
(``"20.5"``, ``1.5`` for 1.5 %); dates ``"2025-04-01"``; fiscal years ``2025`` or ``"FY2025"``; codes as text; sets of codes
and records as lists. ``null`` or an absent fact means: not known.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from eligibility.language import types as t
from eligibility.language.checker import suggestion
from eligibility.language.env import Env, Items, join
from eligibility.rulebook.model import Fact, Text
from eligibility.rulebook.vocabulary import Vocabulary

Refuse = Callable[[str, str, str], tuple[None, None]]
"""Notes a problem (code, Japanese, English) and gives nothing back."""
NO_OCCURRENCE = 1
"""Enough slots for the conditions of the vocabulary (one record variable)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with one entered fact, and what to do about it. ``path``: ``capital`` or ``assets[0].cost``."""

    path: str
    code: str
    message: Text


class FactsError(ValueError):
    """Facts that cannot be read; ``problems`` has one entry for each."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{p.path}: {p.message.en}" for p in problems))
        self.problems = problems


@dataclass(slots=True)
class Facts:
    """Checked facts. ``given``: canonical JSON values as entered; ``values``: what the evaluators use, with unknown
    facts filled in and questions that make no sense answered by the vocabulary."""

    given: dict[str, Any]
    values: dict[str, Any]


def read_facts(raw: Mapping[str, Any], vocabulary: Vocabulary) -> Facts:
    """Check and convert facts. Raises :class:`FactsError` listing every problem."""
    facts, problems = read_leniently(raw, vocabulary)
    if problems:
        raise FactsError(problems)
    return facts


def read_leniently(raw: Mapping[str, Any], vocabulary: Vocabulary) -> tuple[Facts, list[Problem]]:
    """Like :func:`read_facts`, but leaves out what is wrong and returns the problems beside the rest."""
    problems: list[Problem] = []
    given: dict[str, Any] = {}
    values = vocabulary.unknown_facts()
    for name, value in raw.items():
        fact = vocabulary.facts.get(name)
        if fact is None:
            hint = suggestion(name, vocabulary.facts)
            problems.append(
                Problem(
                    name,
                    "unknown_fact",
                    Text(f"「{name}」という申告事項はありません。", f"There is no fact '{name}'{hint}."),
                )
            )
            continue
        if value is None or value == "":
            continue
        canonical, typed = _read(fact, value, name, vocabulary, problems)
        if canonical is not None:
            given[name] = canonical
            values[name] = typed
    _fill_implied(values, vocabulary)
    return Facts(given, values), problems


def _fill_implied(values: dict[str, Any], vocabulary: Vocabulary) -> None:
    """Give facts whose question makes no sense their ``otherwise``, even when an old answer is still there. While it is
    not known whether the question makes sense, the fact is either of the two."""
    env = Env(values, 0, NO_OCCURRENCE)
    for name in vocabulary.implied:
        _imply(values, vocabulary.facts[name], env)


def _imply(values: dict[str, Any], fact: Fact, env: Env) -> None:
    if fact.asked_if is None:
        return
    asked = fact.asked_if.run(env)
    if asked is False:
        values[fact.name] = fact.otherwise
    elif asked is None:
        values[fact.name] = join(values[fact.name], fact.otherwise, fact.type)


def _read(fact: Fact, value: Any, path: str, vocabulary: Vocabulary, problems: list[Problem]) -> tuple[Any, Any]:
    """Canonical JSON and typed value, or ``(None, None)`` after noting a problem."""

    def refuse(code: str, ja: str, en: str) -> tuple[None, None]:
        problems.append(Problem(path, code, Text(ja, en)))
        return None, None

    type_ = fact.type
    if fact.is_list:
        return _read_list(fact, value, path, vocabulary, problems)
    if type_ == t.BOOL:
        if isinstance(value, bool):
            return value, value
        return refuse("not_yes_no", "「はい」か「いいえ」で答えてください。", "Answer yes (true) or no (false).")
    if type_ == t.TEXT:
        if isinstance(value, str) and len(value) <= 4000:
            return value, value
        return refuse("not_text", "4,000字以内の文字で入力してください。", "Enter text of at most 4,000 characters.")
    if isinstance(type_, t.NumberType):
        return _read_number(fact, value, refuse)
    if type_ == t.DATE:
        return _read_date(fact, value, refuse)
    if type_ == t.FISCAL_YEAR:
        return _read_fiscal_year(fact, value, refuse)
    if isinstance(type_, t.CodeType):
        if isinstance(value, str) and value in vocabulary.codes[type_.codes].codes:
            return value, value
        return refuse(
            "not_a_choice",
            "選択肢の中から選んでください。",
            f"Choose one of: {', '.join(vocabulary.codes[type_.codes].codes)}.",
        )
    if isinstance(type_, t.CodeSetType):
        codes = vocabulary.codes[type_.codes].codes
        if isinstance(value, list) and all(isinstance(v, str) and v in codes for v in value):
            chosen = sorted(set(value), key=list(codes).index)
            return chosen, frozenset(chosen)
        return refuse("not_a_choice", "選択肢の中から選んでください。", f"Choose from: {', '.join(codes)}.")
    return refuse("not_readable", "入力を確認してください。", "This answer cannot be read.")


def _read_list(fact: Fact, value: Any, path: str, vocabulary: Vocabulary, problems: list[Problem]) -> tuple[Any, Any]:
    if not isinstance(value, list) or not all(isinstance(record, Mapping) for record in value):
        problems.append(Problem(path, "not_a_list", Text("明細の一覧で入力してください。", "Enter a list of records.")))
        return None, None
    if len(value) > fact.most:
        problems.append(
            Problem(
                path, "too_many", Text(f"{fact.most}件以内で入力してください。", f"Enter at most {fact.most} records.")
            )
        )
        return None, None
    canonical, typed = [], []
    for position, record in enumerate(value):
        given: dict[str, Any] = {}
        values = Items({f.name: f.unknown for f in fact.fields.values()}, position)
        for name, entered in record.items():
            field = fact.fields.get(name)
            where = f"{path}[{position}].{name}"
            if field is None:
                problems.append(
                    Problem(
                        where,
                        "unknown_fact",
                        Text(
                            f"「{name}」という項目はありません。",
                            f"There is no field '{name}'{suggestion(name, fact.fields)}.",
                        ),
                    )
                )
            elif entered is not None and entered != "":
                as_json, as_value = _read(field, entered, where, vocabulary, problems)
                if as_json is not None:
                    given[name], values[name] = as_json, as_value
        _fill_implied_fields(values, fact)
        canonical.append(given)
        typed.append((values, True))
    return canonical, tuple(typed)


def _fill_implied_fields(values: Items, fact: Fact) -> None:
    env = Env({}, 0, NO_OCCURRENCE)
    env.slots[0] = values
    for field in fact.fields.values():
        _imply(values, field, env)


_DIGITS = re.compile(r"-?\d+(\.\d+)?")


def _read_number(fact: Fact, value: Any, refuse: Refuse) -> tuple[Any, Any]:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal | float):
        return refuse("not_a_number", "数字で入力してください。", "Enter a number.")
    text = unicodedata.normalize("NFKC", str(value)).replace(",", "").replace(" ", "").removesuffix("円")
    if not _DIGITS.fullmatch(text):
        return refuse(
            "not_a_number",
            "数字で入力してください。",
            "Enter a number, digits only.",
        )
    number = Fraction(text)
    if (number * 10**fact.decimals).denominator != 1:
        if fact.decimals == 0:
            return refuse(
                "not_whole",
                "小数点のない整数で入力してください。",
                "Enter a whole number, without decimals.",
            )
        return refuse(
            "too_precise",
            f"小数は{fact.decimals}桁までで入力してください。",
            f"Enter at most {fact.decimals} decimal places.",
        )
    is_percent = isinstance(fact.type, t.NumberType) and fact.type.word == "percent"
    typed = number / 100 if is_percent else number
    if fact.lowest is not None and typed < fact.lowest:
        least = fact.lowest * 100 if is_percent else fact.lowest
        return refuse(
            "too_small",
            f"{least:,}以上の数を入力してください。",
            f"Enter a number of {least:,} or more.",
        )
    if fact.highest is not None and typed > fact.highest:
        most = fact.highest * 100 if is_percent else fact.highest
        return refuse(
            "too_large",
            f"{most:,}以下の数を入力してください。",
            f"Enter a number of {most:,} or less.",
        )
    canonical: Any = number.numerator if number.denominator == 1 else str(Decimal(text).normalize())
    return canonical, typed.numerator if typed.denominator == 1 else typed


def _read_date(fact: Fact, value: Any, refuse: Refuse) -> tuple[Any, Any]:
    if isinstance(value, date):
        value = value.isoformat()
    try:
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError
        ordinal = date.fromisoformat(value).toordinal()
    except ValueError:
        return refuse(
            "not_a_date",
            "実在する日付を「2026-04-01」の形で入力してください。",
            "Enter an existing date in the form 2026-04-01.",
        )
    if fact.lowest is not None and fact.highest is not None and not fact.lowest <= ordinal <= fact.highest:
        low, high = date.fromordinal(fact.lowest), date.fromordinal(fact.highest)
        return refuse(
            "date_out_of_range",
            f"{low}から{high}までの日付を入力してください。",
            f"Enter a date from {low} to {high}.",
        )
    return value, ordinal


def _read_fiscal_year(fact: Fact, value: Any, refuse: Refuse) -> tuple[Any, Any]:
    matched = re.fullmatch(r"(?:FY)?(\d{4})", str(value)) if not isinstance(value, bool) else None
    if matched is None or not (fact.lowest or 0) <= int(matched[1]) <= (fact.highest or 9999):
        return refuse(
            "not_a_fiscal_year",
            "年度を西暦4桁（例: 2026）で入力してください。",
            "Enter a fiscal year as four digits, for example 2026.",
        )
    return int(matched[1]), int(matched[1])
