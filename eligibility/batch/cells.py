"""Cells of a table as the ordinary reading of facts understands them, and what is wrong with those that it does not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from eligibility.evaluation.facts import Problem, read_leniently
from eligibility.language.types import BOOL, CodeSetType
from eligibility.rulebook.model import Fact, Text
from eligibility.rulebook.vocabulary import Vocabulary

YES_NO = {"true": True, "yes": True, "はい": True, "false": False, "no": False, "いいえ": False}
"""How yes and no are written in text tables (capital letters too)."""
_BETWEEN_CODES = re.compile(r"\s*[;；,、|]\s*")


@dataclass(frozen=True, slots=True)
class WrongCell:
    """A cell that cannot be read; its fact counts as unknown. ``row`` counts from 1 (the first row of data), ``path`` names
    the place inside a list: ``hires[1].persons``."""

    row: int
    firm: str
    column: str
    path: str
    message: Text


def plain(fact: Fact, cell: Any) -> Any:
    """A cell as a fact's JSON value: ``TRUE`` → true, JSON text → list, ``tokyo; aomori`` → two codes, a day → its ISO
    form. Whatever does not fit stays as it is, for the ordinary reading to refuse."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime) and not any((cell.hour, cell.minute, cell.second, cell.microsecond)):
        cell = cell.date()
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell.isoformat()
    if fact.type == BOOL and isinstance(cell, str):
        return YES_NO.get(cell.strip().lower(), cell)
    if isinstance(fact.type, CodeSetType) and isinstance(cell, str):
        loaded = _json(cell)
        return loaded if isinstance(loaded, list) else _BETWEEN_CODES.split(cell.strip())
    if fact.is_list:
        records = _json(cell) if isinstance(cell, str) else cell
        if isinstance(records, list):
            return [_record(fact, record) for record in records]
        return cell
    return cell


def _record(fact: Fact, record: Any) -> Any:
    if not isinstance(record, Mapping):
        return record
    return {name: plain(fact.fields[name], value) if name in fact.fields else value for name, value in record.items()}


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError:
        return None


def read_cell(fact: Fact, cell: Any, vocabulary: Vocabulary) -> tuple[Any, list[Problem]]:
    """Canonical JSON value of a cell (``None``: unknown), and what is wrong with it, as in the ordinary reading."""
    facts, problems = read_leniently({fact.name: plain(fact, cell)}, vocabulary)
    return facts.given.get(fact.name), problems


def row_facts(row: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    """JSON facts of one row of a table, for the ordinary engine. Columns that are no facts are left out."""
    return {
        name: value
        for name, cell in row.items()
        if name in vocabulary.facts and (value := plain(vocabulary.facts[name], cell)) is not None
    }
