"""Polars columns of checked facts → arrays, in one pass over the table.

What a column holds for each kind of fact is said by :func:`column_type`; :mod:`eligibility.batch.table` brings other
tables into that form. Bounds are checked again here, because the arithmetic relies on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from math import inf
from typing import Any

import numpy as np
import polars as pl
from polars.exceptions import InvalidOperationError

from eligibility.batch.columns import (
    ORDINAL_OF_1970,
    Code,
    CodeSet,
    Num,
    Store,
    Truth,
    Value,
    scale_of,
    unknown_value,
)
from eligibility.batch.compiler import MOST_BITS
from eligibility.batch.facts import Read, absent
from eligibility.batch.frames import Array, Frame
from eligibility.batch.masks import width
from eligibility.language.types import BOOL, DATE, FISCAL_YEAR, CodeSetType, CodeType, NumberType, TextType
from eligibility.rulebook.model import Fact
from eligibility.rulebook.vocabulary import Vocabulary


class WrongColumn(ValueError):
    """A column that does not hold what its fact needs."""


def column_type(fact: Fact, vocabulary: Vocabulary) -> Any:
    """The Polars type of a fact's column: whole numbers, decimals (areas; percentages as 1.5 for 1.5 %), dates, text from
    the code list, lists of it, lists of records."""
    type_ = fact.type
    if fact.is_list:
        return pl.List(pl.Struct({name: column_type(f, vocabulary) for name, f in fact.fields.items()}))
    if type_ == BOOL:
        return pl.Boolean()
    if type_ == DATE:
        return pl.Date()
    if type_ == FISCAL_YEAR:
        return pl.Int32()
    if isinstance(type_, CodeType):
        return _enum(tuple(vocabulary.codes[type_.codes].codes))
    if isinstance(type_, CodeSetType):
        return pl.List(_enum(tuple(vocabulary.codes[type_.codes].codes)))
    if isinstance(type_, NumberType):
        return pl.Decimal(38, fact.decimals) if fact.decimals else pl.Int64()
    return pl.String()


@lru_cache(maxsize=1024)
def _enum(codes: tuple[str, ...]) -> pl.Enum:
    return pl.Enum(codes)


def decimal(whole: pl.Series, places: int) -> pl.Series:
    """Whole numbers of the last decimal place as decimals, exactly (Polars' division of decimals would round)."""
    unit = pl.Series([Decimal(1).scaleb(-places)], dtype=pl.Decimal(38, places))
    return whole.cast(pl.Decimal(38, places)) * unit


def facts_in(vocabulary: Vocabulary) -> dict[str, Fact]:
    """The facts that rules can compute with (no free text)."""
    return {name: fact for name, fact in vocabulary.facts.items() if not isinstance(fact.type, TextType)}


def reader(frame: pl.DataFrame, root: Frame, vocabulary: Vocabulary, names: Iterable[str]) -> Read:
    """Reads the columns of some facts for the rows of ``root``. Raises :class:`WrongColumn`."""
    columns = set(frame.columns)
    given = {name: vocabulary.facts[name] for name in names if name in columns}
    single = _Columns(frame, {name: fact for name, fact in given.items() if not fact.is_list}, vocabulary)

    def read(name: str) -> Value | Store:
        if name not in given:
            return absent(vocabulary.facts[name], root)
        if given[name].is_list:
            return _store(frame.get_column(name), given[name], root, vocabulary)
        return single.value(name, root)

    return read


def _store(series: pl.Series, fact: Fact, root: Frame, vocabulary: Vocabulary) -> Value | Store:
    dtype = series.dtype
    if dtype == pl.Null:
        return absent(fact, root)
    if not isinstance(dtype, pl.List) or not isinstance(dtype.inner, pl.Struct):
        raise WrongColumn(f"the column '{fact.name}' is no list of records")
    unknown: Array | None = None
    if series.null_count():
        unknown = series.is_null().to_numpy()
    counts = series.list.len().fill_null(0).cast(pl.Int64).to_numpy()
    if counts.size and int(counts.max()) > fact.most:
        raise WrongColumn(f"the column '{fact.name}' has lists of more than {fact.most} records")
    filled = series if unknown is None else series.drop_nulls()
    items = filled.explode(empty_as_null=False, keep_nulls=False)
    if items.null_count():
        raise WrongColumn(f"the column '{fact.name}' has empty places in its lists")
    names = {field.name for field in dtype.inner.fields}
    fields = {name: field for name, field in fact.fields.items() if name in names}
    columns = _Columns(items.struct.unnest(), fields, vocabulary)

    def read(name: str, frame: Frame) -> Value:
        return columns.value(name, frame) if name in fields else unknown_value(fact.fields[name])

    return Store(fact, root, counts, unknown, read)


class _Columns:
    """Plain columns as arrays. ``<fact>``: the values, or their low ends; ``<fact> high``: high ends; ``<fact> gaps``:
    where nothing is known."""

    def __init__(self, frame: pl.DataFrame, facts: Mapping[str, Fact], vocabulary: Vocabulary) -> None:
        self.facts = facts
        self.series: dict[str, pl.Series | None] = {}
        self.gaps: dict[str, bool] = {}
        wanted = []
        for name, fact in facts.items():
            series = frame.get_column(name)
            dtype = series.dtype
            if dtype == pl.Null:
                self.series[name] = None
                continue
            if dtype != column_type(fact, vocabulary):
                raise WrongColumn(f"the column '{fact.path}' is {dtype}, not {column_type(fact, vocabulary)}")
            self.series[name], self.gaps[name] = series, series.null_count() > 0
            if not isinstance(fact.type, CodeSetType):
                wanted += _expressions(name, fact, gaps=self.gaps[name])
        try:
            self.arrays = {series.name: series.to_numpy() for series in frame.select(wanted).get_columns()}
        except InvalidOperationError as error:
            raise WrongColumn(f"numbers outside their bounds: {error}") from None

    def value(self, name: str, frame: Frame) -> Value:
        """The column of a fact."""
        fact = self.facts[name]
        series = self.series[name]
        if series is None:
            return unknown_value(fact)
        has_gaps = self.gaps[name]
        if isinstance(fact.type, CodeSetType):
            return _sets(series, fact.type.codes, frame)
        values = self.arrays[name]
        if isinstance(fact.type, CodeType):
            return Code(values, has_gaps, fact.type.codes, frame)
        gaps = self.arrays[f"{name} gaps"] if has_gaps else None
        if fact.type == BOOL:
            return Truth(values, None if gaps is None else ~(values | gaps), frame)
        return self._number(name, fact, values, gaps, frame)

    def _number(self, name: str, fact: Fact, low: Array, gaps: Array | None, frame: Frame) -> Num:
        lowest, highest = _bounds(fact)
        least, most = _unknown_ends(fact)
        high = low if gaps is None or least == most else self.arrays[f"{name} high"]
        for end in (low, high) if high is not low else (low,):
            if end.size and (int(end.min()) < lowest or int(end.max()) > highest):
                raise WrongColumn(f"the column '{fact.path}' has numbers outside its bounds")
        opens = [None if gaps is None or abs(end) != inf else gaps for end in (fact.unknown.low, fact.unknown.high)]
        return Num(low, high, scale_of(fact), lowest, highest, frame, *opens)


def _bounds(fact: Fact) -> tuple[int, int]:
    scale = scale_of(fact)
    return (fact.lowest or 0) * scale, (fact.highest or 0) * scale


def _unknown_ends(fact: Fact) -> tuple[int, int]:
    """Numbers that stand where nothing is known: the ends of what is possible (any number where an end is open)."""
    lowest, _ = _bounds(fact)
    least = lowest if fact.unknown.low == -inf else int(fact.unknown.low * scale_of(fact))
    return least, least if fact.unknown.high == inf else int(fact.unknown.high * scale_of(fact))


def _expressions(name: str, fact: Fact, *, gaps: bool) -> list[pl.Expr]:
    """What the arrays of a column are made of."""
    column = pl.col(name)
    missing = [column.is_null().alias(f"{name} gaps")] if gaps else []
    if fact.type == BOOL:
        return [column.fill_null(False) if gaps else column, *missing]
    if isinstance(fact.type, CodeType):
        places = column.to_physical().cast(pl.Int16)
        return [places.fill_null(-1) if gaps else places]
    least, most = _unknown_ends(fact)
    whole = column.to_physical()
    if fact.type == DATE:
        whole = whole + ORDINAL_OF_1970
    elif width(*_bounds(fact)) == 0:
        whole = whole.cast(pl.Int32)
    elif fact.decimals:
        whole = whole.cast(pl.Int64)
    if not gaps:
        return [whole]
    high = [whole.fill_null(most).alias(f"{name} high")] if most != least else []
    return [whole.fill_null(least), *high, *missing]


def _sets(series: pl.Series, codes: str, frame: Frame) -> CodeSet:
    gaps: Array | None = series.is_null().to_numpy() if series.null_count() else None
    chosen = (series if gaps is None else series.drop_nulls()).explode(empty_as_null=False, keep_nulls=False)
    if chosen.null_count():
        raise WrongColumn(f"the column '{series.name}' has empty places in its sets of codes")
    counts = series.list.len().fill_null(0).cast(pl.Int64).to_numpy()
    many = len(chosen.dtype.categories) > MOST_BITS  # type: ignore[attr-defined]
    kind: Any = object if many else np.int64
    bits = np.zeros(frame.size, dtype=kind)
    ones = np.array([1], dtype=kind) << chosen.to_physical().to_numpy().astype(kind)
    filled = np.flatnonzero(counts)
    if filled.size:
        bits[filled] = np.bitwise_or.reduceat(ones, (np.cumsum(counts) - counts)[filled])
    return CodeSet(bits, gaps, codes, frame)
