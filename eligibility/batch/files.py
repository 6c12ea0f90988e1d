"""Tables of firms in files: CSV and Parquet in, CSV and Parquet out, in parts, and a template to fill in.

CSV: one column for each fact, lists of records as JSON text; UTF-8, or the code page of Japanese Windows. Results in CSV are
UTF-8 with a mark that spreadsheet programs need to read Japanese.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import polars as pl
from polars.exceptions import PolarsError

from eligibility.batch.cells import row_facts
from eligibility.batch.population import population
from eligibility.batch.screen import Screening
from eligibility.batch.table import FIRM, as_text
from eligibility.rulebook.book import RuleBook, facts_of
from eligibility.words import Verdict

KINDS = (".csv", ".parquet")
_JAPANESE_WINDOWS = "cp932"


class FileProblem(ValueError):
    """A file that cannot be read or written. The message says why, in English."""


class FirmFile:
    """A table of firms in a file. Raises :class:`FileProblem` when it cannot be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.suffix.lower() not in KINDS:
            raise FileProblem(f"{path}: unknown kind of file (give one of: {', '.join(KINDS)})")
        try:
            self._lazy = self._csv() if path.suffix.lower() == ".csv" else pl.scan_parquet(path)
            self.columns = self._lazy.collect_schema().names()
            self.rows = int(self._lazy.select(pl.len()).collect().item())
        except (OSError, PolarsError, UnicodeDecodeError) as error:
            raise FileProblem(f"cannot read {path}: {error}") from None

    def parts(self, rows: int) -> Iterator[pl.DataFrame]:
        """The table, at most ``rows`` at a time; one empty part for an empty table."""
        found = False
        try:
            for batch in self._lazy.collect_batches(chunk_size=rows, maintain_order=True):
                for start in range(0, batch.height, rows):
                    found = True
                    yield batch.slice(start, rows)
        except PolarsError as error:
            raise FileProblem(f"cannot read {self.path}: {error}") from None
        if not found:
            yield self._lazy.collect()

    def _csv(self) -> pl.LazyFrame:
        """Everything as text: what a cell means is decided by its fact."""
        content: Path | bytes = self.path
        if not _is_utf8(self.path):
            content = self.path.read_bytes().decode(_JAPANESE_WINDOWS).encode()
        return pl.scan_csv(content, infer_schema=False, raise_if_empty=True)


def _is_utf8(path: Path) -> bool:
    with path.open(encoding="utf-8") as stream:
        try:
            while stream.read(1 << 20):
                pass
        except UnicodeDecodeError:
            return False
    return True


class ResultFile:
    """Writes results part by part; the file appears under its name only when all of them are there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.suffix.lower() not in KINDS:
            raise FileProblem(f"{path}: unknown kind of file (give one of: {', '.join(KINDS)})")
        self._partial = path.with_name(f".{path.name}.partial")
        self._parts: list[pl.DataFrame] = []
        self._stream: BinaryIO | None = None

    def __enter__(self) -> ResultFile:
        try:
            self._stream = self._partial.open("wb")
        except OSError as error:
            raise FileProblem(f"cannot write {self.path}: {error.strerror}") from None
        return self

    def write_all(self, parts: Iterable[pl.DataFrame]) -> None:
        """All parts, in order."""
        if self._stream is None:
            raise FileProblem("the file is not open")
        if self.path.suffix.lower() == ".parquet":
            pl.concat(parts, how="vertical_relaxed").write_parquet(self._stream)
            return
        for place, part in enumerate(parts):
            lists = [name for name, dtype in part.schema.items() if isinstance(dtype, pl.List)]
            text = part.with_columns(pl.col(lists).list.join(" ").replace("", None))
            text.write_csv(self._stream, include_header=place == 0, include_bom=place == 0)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None:
            self._stream.close()
        if kind is None:
            self._partial.replace(self.path)
        else:
            self._partial.unlink(missing_ok=True)


def write_template(path: Path, book: RuleBook, on: date, schemes: Sequence[str] = ()) -> list[str]:
    """A CSV with a column for each fact that the schemes (by default all) use, and an invented firm as an example (one that
    is eligible for as much as possible). Gives the columns."""
    screening = Screening(book, schemes)
    chosen = screening.schemes
    used = {name for scheme in chosen for version in scheme.versions for name in facts_of(version, book.vocabulary)}
    firms = population(book, 200, 1)
    verdicts = screening.run(firms, on).select(f"{scheme.id}.verdict" for scheme in chosen)
    eligible = [row.count(Verdict.ELIGIBLE) for row in verdicts.iter_rows()]
    firms = firms.select(FIRM, *(name for name in firms.columns if name in used))
    example = firms.row(eligible.index(max(eligible)), named=True)
    facts = row_facts(example, book.vocabulary)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(firms.columns)
        writer.writerow([example[FIRM], *(as_text(facts.get(name)) or "" for name in firms.columns[1:])])
    return firms.columns
