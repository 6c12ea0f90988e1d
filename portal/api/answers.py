"""Answers as they come in by JSON, made fit for storing. What they mean is read by ``eligibility.evaluation.facts``."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from applications.rules import rule_book
from eligibility.evaluation.facts import FactsError, Problem, read_leniently
from eligibility.rulebook.model import Text

LONGEST = 4000
"""Characters of one answer, the limit of text facts."""
TOO_LONG = Text("4,000字以内で入力してください。", "Enter at most 4,000 characters.")
NOT_AN_ANSWER = Text(
    "値、値の一覧、又は明細（項目と値）の一覧で入力してください。",
    "Enter a value, a list of values, or a list of records.",
)


def storable(answers: dict[str, Any]) -> dict[str, Any]:
    """Answers for a draft, which keeps what is incomplete or wrong too. Decimals become text, which stays exact.

    Raises :class:`FactsError` for what could never be an answer: unknown facts, overlong texts, nested structures. Kept in
    a draft, those could neither be shown on a form nor taken out again.
    """
    problems = [*overlong(answers), *_misshapen(answers)]
    if not problems:
        _facts, found = read_leniently(answers, rule_book().vocabulary)
        problems = [problem for problem in found if problem.code == "unknown_fact"]
    if problems:
        raise FactsError(problems)
    kept: dict[str, Any] = _plain(answers)
    return kept


def overlong(answers: dict[str, Any]) -> list[Problem]:
    """Texts that no fact can hold, wherever they stand."""
    return [
        Problem(path, "too_long", TOO_LONG)
        for path, value in _leaves(answers)
        if isinstance(value, str) and len(value) > LONGEST
    ]


def _misshapen(answers: dict[str, Any]) -> list[Problem]:
    return [Problem(name, "not_an_answer", NOT_AN_ANSWER) for name, value in answers.items() if not _is_answer(value)]


def _is_answer(value: Any) -> bool:
    """A value, a list of values, or a list of records of these."""
    if not isinstance(value, list):
        return not isinstance(value, dict)
    return all(
        all(_is_flat(inner) for inner in member.values()) if isinstance(member, dict) else not isinstance(member, list)
        for member in value
    )


def _is_flat(value: Any) -> bool:
    if isinstance(value, list):
        return not any(isinstance(member, dict | list) for member in value)
    return not isinstance(value, dict)


def _leaves(answers: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in answers.items():
        if not isinstance(value, list):
            yield name, value
            continue
        for position, member in enumerate(value):
            if isinstance(member, dict):
                yield from ((f"{name}[{position}].{field}", inner) for field, inner in member.items())
            else:
                yield f"{name}[{position}]", member


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return value
