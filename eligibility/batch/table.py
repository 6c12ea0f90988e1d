"""Tables as people have them → tables as :mod:`eligibility.batch.intake` takes them.

Clean cells are converted column by column. Every cell that this does not read goes through the ordinary reading of facts,
alone: the same answers are accepted as everywhere else, and refused with the same words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from eligibility.batch.cells import YES_NO, WrongCell, plain, read_cell
from eligibility.batch.frames import Array
from eligibility.batch.intake import column_type, decimal, facts_in
from eligibility.language.checker import suggestion
from eligibility.language.types import BOOL, DATE, FISCAL_YEAR, CodeSetType, CodeType, NumberType, TextType
from eligibility.rulebook.model import Fact, Text
from eligibility.rulebook.vocabulary import Vocabulary

FIRM = "firm"
"""The column that names the firm; rows are numbered from 1 where a table has none."""


@dataclass(slots=True)
class Table:
    """A table that can be screened. ``problems``: cells that count as unknown."""

    frame: pl.DataFrame
    problems: list[WrongCell] = field(default_factory=list)


def check(raw: pl.DataFrame, vocabulary: Vocabulary, *, first_row: int = 1) -> Table:
    """Bring a table into the form for screening; columns that are no facts are left out. ``first_row``: number of its first
    row in the messages."""
    facts = facts_in(vocabulary)
    firms = raw[FIRM] if FIRM in raw.columns else pl.Series(FIRM, np.arange(first_row, first_row + raw.height))
    table = Table(pl.DataFrame({FIRM: firms}))
    columns = []
    for name in (name for name in raw.columns if name in facts):
        reading = _Reading(facts[name], vocabulary)
        columns.append(reading.column(raw[name]).alias(name))
        table.problems += [
            WrongCell(row + first_row, str(firms[row]), name, path, message)
            for row, path, message in sorted(reading.problems, key=lambda p: (p[0], p[1]))
        ]
    table.frame = table.frame.with_columns(columns)
    return table


def unknown_columns(names: Iterable[str], vocabulary: Vocabulary) -> tuple[list[Text], list[str]]:
    """Columns that are no facts: messages for those that look like a misspelt one, and the names of all others."""
    misspelt, strange = [], []
    for name in names:
        if name == FIRM or name in vocabulary.facts:
            continue
        if suggestion(name, vocabulary.facts):
            misspelt.append(_no_fact(name, vocabulary.facts))
        else:
            strange.append(name)
    return misspelt, strange


def _no_fact(name: str, known: Iterable[str]) -> Text:
    hint = suggestion(name, known)
    hint_ja = f"（「{hint.split(chr(39))[1]}」の間違いではありませんか）" if hint else ""
    return Text(f"「{name}」という申告事項はありません{hint_ja}。", f"There is no fact '{name}'{hint or '.'}")


def from_facts(rows: Sequence[Mapping[str, Any]], vocabulary: Vocabulary) -> Table:
    """A table from JSON facts of many firms, as stored with cases. Rows are numbered from 1."""
    facts = facts_in(vocabulary)
    used = [name for name in facts if any(name in row for row in rows)]
    columns = {name: [as_text(row.get(name)) for row in rows] for name in used}
    firms = [str(number) for number in range(1, len(rows) + 1)]
    frame = pl.DataFrame({FIRM: firms, **columns}, schema={FIRM: pl.String, **dict.fromkeys(used, pl.String)})
    return check(frame, vocabulary)


def as_text(value: Any) -> str | None:
    """A JSON value as a text cell, ``None`` for nothing."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


class _Reading:
    """Reads the columns of one fact and keeps what is wrong: row, path, message."""

    def __init__(self, fact: Fact, vocabulary: Vocabulary) -> None:
        self.fact = fact
        self.vocabulary = vocabulary
        self.problems: list[tuple[int, str, Text]] = []

    def column(self, series: pl.Series) -> pl.Series:
        """The column in the type of its fact."""
        if self.fact.is_list:
            return self._lists(series)
        quick = quickly(series, self.fact, self.vocabulary)
        return self._rest(series, quick, self.fact, lambda row: (row, ""))

    # -- cells that the quick way does not read ---------------------------------------------------------------

    def _rest(self, series: pl.Series, quick: pl.Series, fact: Fact, place: Any) -> pl.Series:
        left = quick.is_null() & series.is_not_null()
        if series.dtype == pl.String:
            left &= series != ""
        rows = np.flatnonzero(left.to_numpy())
        known: dict[Any, tuple[Any, Any]] = {}
        found: dict[int, Any] = {}
        for row in rows.tolist():
            cell = series[row]
            cell = cell.to_list() if isinstance(cell, pl.Series) else cell
            key = repr(cell)
            if key not in known:
                value, problems = read_cell(fact, cell, self.vocabulary) if not fact.record else self._field(fact, cell)
                known[key] = (value, problems)
            value, problems = known[key]
            at, inside = place(row)
            for problem in problems:
                self.problems.append((at, f"{inside}{problem.path}", problem.message))
            if value is not None:
                found[row] = _typed(fact, value)
        return _patched(quick, found)

    def _field(self, fact: Fact, cell: Any) -> tuple[Any, Any]:
        """A field of a record, read inside a list of one."""
        value, problems = read_cell(self.fact, [{fact.name: cell}], self.vocabulary)
        shortened = [replace(p, path=p.path.removeprefix(f"{self.fact.name}[0]")) for p in problems]
        return (value or [{}])[0].get(fact.name), shortened

    # -- lists ------------------------------------------------------------------------------------------------

    def _lists(self, series: pl.Series) -> pl.Series:
        if isinstance(series.dtype, pl.List) and isinstance(series.dtype.inner, pl.Struct):
            return self._typed_lists(series)
        return self._text_lists(series)

    def _typed_lists(self, series: pl.Series) -> pl.Series:
        lengths = series.list.len().fill_null(0).cast(pl.Int64).to_numpy()
        items = series.explode(empty_as_null=False, keep_nulls=False)
        odd = lengths > self.fact.most
        if items.null_count():
            owners = np.repeat(np.arange(len(series)), lengths)
            odd[owners[items.is_null().to_numpy()]] = True
        if odd.any():
            return self._text_lists(series)
        names = items.struct.fields
        columns = {name: items.struct.field(name) for name in names if name in self.fact.fields}
        for name in names:
            if name not in self.fact.fields:
                self.problems.append((0, f"{self.fact.name}.{name}", _no_fact(name, self.fact.fields)))
        return self._rebuilt(columns, lengths, series.is_null().to_numpy())

    def _text_lists(self, series: pl.Series) -> pl.Series:
        """Cell by cell: JSON text, or lists with something wrong with them."""
        size = len(series)
        lengths, unknown = np.zeros(size, dtype=np.int64), np.ones(size, dtype=bool)
        values: dict[str, list[str | None]] = {name: [] for name in self.fact.fields}
        for row, cell in enumerate(series.to_list()):
            if cell is None or cell == "":
                continue
            records = plain(self.fact, cell)
            if not self._is_regular(records):
                records, problems = read_cell(self.fact, cell, self.vocabulary)
                self.problems += [(row, p.path, p.message) for p in problems]
                if records is None:
                    continue
            lengths[row], unknown[row] = len(records), False
            for record in records:
                for name, column in values.items():
                    column.append(as_text(record.get(name)))
        columns = {name: pl.Series(name, column, dtype=pl.String) for name, column in values.items()}
        return self._rebuilt(columns, lengths, unknown)

    def _is_regular(self, records: Any) -> bool:
        return (
            isinstance(records, list)
            and len(records) <= self.fact.most
            and all(isinstance(r, Mapping) and r.keys() <= self.fact.fields.keys() for r in records)
        )

    def _rebuilt(self, columns: Mapping[str, pl.Series], lengths: Array, unknown: Array) -> pl.Series:
        owners = np.repeat(np.arange(lengths.size), lengths)
        starts = np.cumsum(lengths) - lengths

        def place(item: int) -> tuple[int, str]:
            row = int(owners[item])
            return row, f"{self.fact.name}[{item - int(starts[row])}]"

        fields = {}
        for name, fact in self.fact.fields.items():
            if name in columns:
                quick = quickly(columns[name], fact, self.vocabulary)
                fields[name] = self._rest(columns[name], quick, fact, place).alias(name)
            else:
                fields[name] = pl.Series(name, [None] * owners.size, dtype=column_type(fact, self.vocabulary))
        return listed(fields, lengths, unknown, column_type(self.fact, self.vocabulary))


def listed(fields: Mapping[str, pl.Series], lengths: Array, unknown: Array, dtype: Any) -> pl.Series:
    """A column of lists of records from the columns of their fields."""
    owners = np.repeat(np.arange(lengths.size), lengths)
    items = pl.DataFrame({"row": owners}).with_columns(pl.DataFrame(dict(fields)).to_struct("item"))
    grouped = items.group_by("row", maintain_order=True).agg("item")
    rows = pl.DataFrame({"row": np.arange(lengths.size), "unknown": unknown})
    joined = rows.join(grouped, on="row", how="left", maintain_order="left")
    empty = pl.lit([], dtype=dtype)
    column = joined.select(
        pl.when("unknown").then(None).otherwise(pl.coalesce(pl.col("item").cast(dtype), empty)).alias("item")
    )
    return column["item"]


def _typed(fact: Fact, value: Any) -> Any:
    """A canonical JSON value as the column's type takes it."""
    if fact.type == DATE:
        return date.fromisoformat(value)
    if isinstance(fact.type, NumberType) and fact.decimals:
        return Decimal(str(value))
    return value


def _patched(series: pl.Series, found: Mapping[int, Any]) -> pl.Series:
    if not found:
        return series
    patch = pl.DataFrame(
        {"row": list(found), "new": pl.Series(list(found.values()), dtype=series.dtype)},
        schema_overrides={"row": pl.Int64},
    )
    rows = pl.DataFrame({"row": np.arange(len(series)), "old": series})
    return rows.join(patch, on="row", how="left", maintain_order="left").select(pl.coalesce("new", "old"))["new"]


# --- whole columns -------------------------------------------------------------------------------------------


def quickly(series: pl.Series, fact: Fact, vocabulary: Vocabulary) -> pl.Series:
    """The clean cells of a column in the type of its fact; null where a cell needs a closer look."""
    wanted = column_type(fact, vocabulary)
    type_ = fact.type
    if series.dtype == pl.Null:
        return series.cast(wanted)
    if isinstance(type_, NumberType) or type_ == FISCAL_YEAR:
        return _bounded(_numbers(series, fact, wanted), fact)
    if type_ == DATE:
        return _bounded(_dates(series), fact)
    if type_ == BOOL:
        return _yes_no(series)
    if isinstance(type_, CodeType | CodeSetType):
        return _codes(series, wanted)
    if isinstance(type_, TextType):
        return series.cast(pl.String, strict=False)
    return pl.Series(series.name, [None] * len(series), dtype=wanted)


def _nothing(series: pl.Series, wanted: Any) -> pl.Series:
    return pl.Series(series.name, [None] * len(series), dtype=wanted)


def _numbers(series: pl.Series, fact: Fact, wanted: Any) -> pl.Series:
    dtype = series.dtype
    if dtype == wanted:
        return series
    if dtype.is_integer():
        return series.cast(wanted, strict=False)
    if dtype == pl.String:
        fraction = rf"(\.\d{{1,{fact.decimals}}})?" if fact.decimals else ""
        clean = series.str.contains(rf"^-?\d{{1,18}}{fraction}$")
        return _where(series, clean).cast(wanted, strict=False)
    if dtype.is_float():
        values = series.to_numpy()
        with np.errstate(invalid="ignore", over="ignore"):
            scaled = np.rint(values * 10**fact.decimals)
            clean_values = (scaled / 10**fact.decimals == values) & (np.abs(scaled) < 2**53)
        whole = pl.Series(np.where(clean_values, scaled, 0).astype(np.int64))
        exact = decimal(whole, fact.decimals) if fact.decimals else whole
        return _where(exact.cast(wanted), pl.Series(clean_values))
    if isinstance(dtype, pl.Decimal):
        rounded = series.cast(pl.Decimal(38, fact.decimals), strict=False)
        same = rounded.cast(pl.Decimal(38, max(dtype.scale, fact.decimals)), strict=False) == series.cast(
            pl.Decimal(38, max(dtype.scale, fact.decimals)), strict=False
        )
        return _where(rounded, same).cast(wanted, strict=False)
    return _nothing(series, wanted)


def _where(series: pl.Series, mask: pl.Series) -> pl.Series:
    return pl.DataFrame({"value": series, "clean": mask}).select(pl.when("clean").then("value"))["value"]


def _bounded(series: pl.Series, fact: Fact) -> pl.Series:
    percent = 100 if getattr(fact.type, "word", "") == "percent" else 1
    low: Any = (fact.lowest or 0) * percent
    high: Any = (fact.highest or 0) * percent
    if fact.type == DATE:
        low, high = date.fromordinal(low), date.fromordinal(high)
    elif fact.decimals:
        low, high = Decimal(low), Decimal(high)
    inside = series.is_between(low, high)
    return series if inside.all() else _where(series, inside)


def _dates(series: pl.Series) -> pl.Series:
    if series.dtype == pl.Date:
        return series
    if series.dtype == pl.String:
        return _where(series, series.str.contains(r"^\d{4}-\d{2}-\d{2}$")).str.to_date("%Y-%m-%d", strict=False)
    if isinstance(series.dtype, pl.Datetime):
        midnight = series.dt.time() == time(0)
        return _where(series.dt.date(), midnight)
    return _nothing(series, pl.Date)


def _yes_no(series: pl.Series) -> pl.Series:
    if series.dtype == pl.Boolean:
        return series
    if series.dtype == pl.String:
        return series.str.strip_chars().str.to_lowercase().replace_strict(YES_NO, default=None, return_dtype=pl.Boolean)
    return _nothing(series, pl.Boolean)


def _codes(series: pl.Series, wanted: Any) -> pl.Series:
    if series.dtype == wanted:
        return series
    if isinstance(wanted, pl.Enum):
        if series.dtype in (pl.String, pl.Categorical) or isinstance(series.dtype, pl.Enum):
            return series.cast(pl.String).cast(wanted, strict=False)
        return _nothing(series, wanted)
    if isinstance(series.dtype, pl.List) and (
        series.dtype.inner in (pl.String, pl.Categorical) or isinstance(series.dtype.inner, pl.Enum)
    ):
        cast = series.cast(pl.List(pl.String)).cast(wanted, strict=False)
        return _where(cast, cast.list.eval(pl.element().is_null()).list.any().not_())
    return _nothing(series, wanted)
