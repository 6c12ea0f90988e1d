"""Answers for one scheme, from several versions and from single determinations, as Polars columns."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from math import inf

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

    def series(self) -> list[pl.Series]:
        """All columns, their names beginning with the id of the scheme."""
        name = self.scheme.id
        columns = [
            _enum(f"{name}.verdict", self.verdict, [v.value for v in VERDICTS]),
            _enum(f"{name}.version", self.version, [version.name for version in self.versions]),
        ]
        for other, money in self.money.items():
            columns += _money_series(f"{name}.{other}" if other else name, money)
        return [*columns, self._missing_series(f"{name}.missing")]

    def _missing_series(self, name: str) -> pl.Series:
        """Paths in the order of the vocabulary; an empty list where nothing is missing."""
        parts = [part for part in self.missing if part.rows.size]
        if not parts:
            return _empty_lists(self.size).alias(name)
        rows = np.concatenate([part.rows for part in parts])
        places, paths = self._places(parts)
        order = np.lexsort((places, rows))
        rows, kinds = rows[order], places[order]
        used, which = np.unique(kinds, return_inverse=True)
        texts = pl.Series([paths(int(place)) for place in used], dtype=pl.String)
        found = pl.DataFrame({"row": rows, "path": texts.gather(which)})
        lists = found.group_by("row", maintain_order=True).agg("path")
        counts = np.bincount(rows, minlength=self.size)
        index = np.where(counts > 0, np.cumsum(counts > 0), 0)  # 0: the empty list
        return pl.concat([_empty_lists(1), lists["path"]]).gather(index).alias(name)

    def _places(self, parts: list[Missing]) -> tuple[Array, Callable[[int], str]]:
        """One number for each entry, in the order of the vocabulary, and what turns it into a path."""
        facts = list(self.vocabulary.facts.values())
        number = {fact.name: place for place, fact in enumerate(facts)}
        wide = max(len(fact.fields) for fact in facts) + 1
        many = max(fact.most for fact in facts) + 1

        def place_of(part: Missing) -> Array:
            if part.positions is None:
                return np.full(part.rows.size, number[part.fact] * many * wide)
            field = list(self.vocabulary.facts[part.fact].fields).index(part.field) + 1
            return (number[part.fact] * many + part.positions) * wide + field

        def path(place: int) -> str:
            whole, field = divmod(place, wide)
            fact, position = divmod(whole, many)
            name = facts[fact].name
            return f"{name}[{position}].{list(facts[fact].fields)[field - 1]}" if field else name

        return np.concatenate([place_of(part) for part in parts]), path


@lru_cache(maxsize=8)
def _empty_lists(size: int) -> pl.Series:
    return pl.Series([[]], dtype=pl.List(pl.String)).new_from_index(0, size)


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


def _enum(name: str, places: Array, words: list[str]) -> pl.Series:
    missing = places < 0
    kind = np.uint8 if len(words) < 256 else np.uint32
    series = pl.Series(name, np.where(missing, 0, places).astype(kind))
    return _without(series, missing).cat.to(pl.Enum(words))


def _without(series: pl.Series, missing: Array) -> pl.Series:
    return series.set(pl.Series(missing), None) if missing.any() else series


def _money_series(name: str, money: Money) -> list[pl.Series]:
    """``.yen``: exact amounts; ``.yen_min`` and ``.yen_max``: all amounts, null where a range has no end."""
    nothing = money.kind == _NOTHING
    return [
        _without(_whole(f"{name}.yen", money.low), money.kind != _EXACT),
        _without(_whole(f"{name}.yen_min", money.low), nothing | money.low_open),
        _without(_whole(f"{name}.yen_max", money.high), nothing | money.high_open),
    ]


def _whole(name: str, values: Array) -> pl.Series:
    if values.dtype == object:
        return pl.Series(name, values.tolist(), dtype=pl.Int128)
    return pl.Series(name, values)
