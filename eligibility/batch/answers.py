"""Answers for one scheme, from several versions and from single determinations, as Polars columns."""

from __future__ import annotations

import re
from math import inf
from typing import Any

import numpy as np
import polars as pl

from eligibility.batch.frames import Array
from eligibility.batch.program import KINDS, VERDICTS, Answers, Missing, Money
from eligibility.evaluation.result import AmountResult, Determination
from eligibility.rulebook.model import Scheme, SchemeVersion
from eligibility.rulebook.vocabulary import Vocabulary
from eligibility.words import AmountKind, Verdict

_NO_TERMS = VERDICTS.index(Verdict.NO_TERMS)
_NOTHING, _EXACT = KINDS.index(AmountKind.NONE), KINDS.index(AmountKind.EXACT)
_PLACE = re.compile(r"(\w+)\[(\d+)\]\.(\w+)")
"""The path of a field of a record: ``assets[0].cost``."""
Place = tuple[int, int, int]
"""A fact, a record of its list and a field, as numbers that sort in the order of the vocabulary."""
_WHOLE = (-1, -1)
"""Record and field where a fact itself is meant."""


class SchemeColumns:
    """The columns of one scheme for a chunk of firms. Rows that nothing is put in have no terms."""

    def __init__(self, scheme: Scheme, size: int, versions: list[SchemeVersion], vocabulary: Vocabulary) -> None:
        self.scheme = scheme
        self.size = size
        self.versions = versions
        self.vocabulary = vocabulary
        self.verdict = np.full(size, _NO_TERMS, dtype=np.int8)
        self.version = np.full(size, -1, dtype=np.int16)
        others = [name for version in versions for name in version.other_amounts]
        self.money = {name: Money(size) for name in dict.fromkeys(["", *others])}
        self.missing: list[Missing] = []

    # -- putting in -------------------------------------------------------------------------------------------

    def take(self, version: SchemeVersion, rows: Array, found: Answers) -> None:
        """What a version says of some rows; those that it refuses are left out."""
        kept = ~found.refusals.rows
        self.verdict[rows] = found.verdict
        self.version[rows] = self.versions.index(version)
        for name, money in found.money.items():
            self.money[name].put(rows, money)
        for part in found.missing:
            keep = kept[part.rows]
            positions = part.positions[keep] if part.positions is not None else None
            self.missing.append(Missing(rows[part.rows[keep]], part.fact, part.field, positions))

    def put(self, row: int, result: Determination) -> None:
        """What the ordinary engine says of one row."""
        self.verdict[row] = VERDICTS.index(result.verdict)
        self.version[row] = self.versions.index(result.version) if result.version is not None else -1
        for name, money in self.money.items():
            _put_amount(money, row, result.other_amounts.get(name) if name else result.amount)
        for path in result.missing:
            place = _PLACE.fullmatch(path)
            if place is None:
                self.missing.append(Missing(np.array([row]), path))
            else:
                self.missing.append(Missing(np.array([row]), place[1], place[3], np.array([int(place[2])])))

    # -- giving out -------------------------------------------------------------------------------------------

    def frames(self) -> list[pl.LazyFrame]:
        """All columns, their names beginning with the id of the scheme, still to be collected (all schemes at once)."""
        name = self.scheme.id
        columns = _Columns()
        columns.enum(f"{name}.verdict", self.verdict, [v.value for v in VERDICTS])
        columns.enum(f"{name}.version", self.version, [version.name for version in self.versions])
        for other, money in self.money.items():
            columns.money(f"{name}.{other}" if other else name, money)
        return [columns.frame(), self._missing(f"{name}.missing")]

    def _missing(self, name: str) -> pl.LazyFrame:
        """Paths in the order of the vocabulary; an empty list where nothing is missing. Each row has as many entries as it
        lacks, and a last one without a path, so that no row is left out."""
        lacking = self._rows_by_place()
        entries = np.ones(self.size, dtype=np.int64)
        for parts in lacking.values():
            for rows in parts:
                entries[rows] += 1
        free = np.cumsum(entries) - entries
        which = np.full(int(entries.sum()), len(lacking), dtype=np.uint32)
        for number, place in enumerate(sorted(lacking)):
            for rows in lacking[place]:
                which[free[rows]] = number
                free[rows] += 1
        paths = pl.Series([*(self._path(place) for place in sorted(lacking)), None], dtype=pl.String)
        owners = np.repeat(np.arange(self.size, dtype=np.uint32), entries)
        table = pl.LazyFrame({"row": owners, "which": which}).set_sorted("row")
        table = table.select("row", pl.lit(paths).gather("which").alias(name))
        return table.group_by("row", maintain_order=True).agg(pl.col(name).drop_nulls()).select(name)

    def _rows_by_place(self) -> dict[Place, list[Array]]:
        """Rows that lack a fact or a field of a record; each array names a row only once."""
        found: dict[Place, list[Array]] = {}
        facts = {fact: number for number, fact in enumerate(self.vocabulary.facts)}
        for part in self.missing:
            number = facts[part.fact]
            if part.positions is None:
                found.setdefault((number, *_WHOLE), []).append(part.rows)
                continue
            field = list(self.vocabulary.facts[part.fact].fields).index(part.field)
            for position in np.unique(part.positions).tolist():
                found.setdefault((number, position, field), []).append(part.rows[part.positions == position])
        return found

    def _path(self, place: Place) -> str:
        number, position, field = place
        fact = list(self.vocabulary.facts.values())[number]
        return fact.name if (position, field) == _WHOLE else f"{fact.name}[{position}].{list(fact.fields)[field]}"


def _put_amount(money: Money, row: int, amount: AmountResult | None) -> None:
    if amount is None or amount.kind is AmountKind.NONE:
        money.set(row, kind=_NOTHING, low=0, high=0, low_open=False, high_open=False)
        return
    low_open, high_open = amount.low == -inf, amount.high == inf
    money.set(
        row,
        kind=KINDS.index(amount.kind),
        low=0 if low_open else int(amount.low),
        high=0 if high_open else int(amount.high),
        low_open=low_open,
        high_open=high_open,
    )


class _Columns:
    """Columns of plain arrays, and what makes them what they are called."""

    def __init__(self) -> None:
        self._data: dict[str, Any] = {}
        self._made: list[pl.Expr] = []

    def frame(self) -> pl.LazyFrame:
        """The columns, still to be collected."""
        return pl.LazyFrame(self._data).select(self._made)

    def enum(self, name: str, places: Array, words: list[str]) -> None:
        """Words by their places; a place below 0 is none."""
        missing = places < 0
        kind = np.uint8 if len(words) < 256 else np.uint32
        column = self._nullable(name, np.where(missing, 0, places).astype(kind), missing)
        self._made.append(column.cat.to(pl.Enum(words)))

    def money(self, name: str, money: Money) -> None:
        """``.yen``: exact amounts; ``.yen_min`` and ``.yen_max``: all amounts, null where a range has no end."""
        nothing = money.kind == _NOTHING
        self._made += [
            self._nullable(f"{name}.yen", _whole(money.low), money.kind != _EXACT),
            self._nullable(f"{name}.yen_min", _whole(money.low), nothing | money.low_open),
            self._nullable(f"{name}.yen_max", _whole(money.high), nothing | money.high_open),
        ]

    def _nullable(self, name: str, values: Any, missing: Array) -> pl.Expr:
        self._data[name] = values
        if not missing.any():
            return pl.col(name)
        self._data[f"{name}?"] = missing
        return pl.when(~pl.col(f"{name}?")).then(pl.col(name)).alias(name)


def _whole(values: Array) -> Any:
    return pl.Series(values.tolist(), dtype=pl.Int128) if values.dtype == object else values
