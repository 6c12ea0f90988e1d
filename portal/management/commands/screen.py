"""``manage.py screen``: a table of firms in, verdict and yen of every scheme for each of them out."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from django.core.management.base import BaseCommand, CommandError

from applications.rules import engine
from eligibility.batch.files import FileProblem, FirmFile, ResultFile, write_template
from eligibility.batch.screen import CHUNK, Screening, WrongCells
from eligibility.batch.table import FIRM, unknown_columns

SHOWN = 20
"""Wrong cells that are listed; how many more there are is said."""
_WIDTH = 30


class Command(BaseCommand):
    """Screen the firms of a table."""

    help = (
        "Determines schemes for all firms of a CSV or Parquet file: one row a firm, one column a fact (see docs/batch.md; "
        "--template writes an empty table). Writes verdict, version, yen, yen_min, yen_max and missing facts by scheme."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("file", nargs="?", type=Path, help="table of firms (.csv or .parquet)")
        parser.add_argument("--on", type=date.fromisoformat, default=date.today(), help="date of the determination")
        parser.add_argument("--out", type=Path, help="where the results go (.csv or .parquet)")
        parser.add_argument("--scheme", action="append", default=[], help="scheme id, may be given several times")
        parser.add_argument("--template", type=Path, help="write a CSV with all columns and an example, and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        """Screen, or write the template."""
        book = engine().book
        unknown = [scheme for scheme in options["scheme"] if scheme not in book.schemes]
        if unknown:
            raise CommandError(f"unknown scheme: {', '.join(unknown)}. Known: {', '.join(book.schemes)}")
        try:
            if options["template"] is not None:
                columns = write_template(options["template"], book, options["on"], options["scheme"])
                self.stderr.write(f"{options['template']}: {len(columns)} columns and an example")
                return
            if options["file"] is None or options["out"] is None:
                raise CommandError("give a file and --out FILE (or --template FILE)")
            self._screen(Screening(book, options["scheme"]), options["file"], options["out"], options["on"])
        except (FileProblem, OSError) as error:
            raise CommandError(str(error)) from None

    def _screen(self, screening: Screening, file: Path, out: Path, on: date) -> None:
        table = FirmFile(file)
        misspelt, strange = unknown_columns(table.columns, screening.book.vocabulary)
        if misspelt:
            raise CommandError("\n".join(f"{file}: {text.en} / {text.ja}" for text in misspelt))
        if strange:
            self.stderr.write(f"columns that are no facts, not used: {', '.join(strange)}")
        if FIRM not in table.columns:
            self.stderr.write(f"no column '{FIRM}': firms are named by their row numbers")
        try:
            with ResultFile(out) as results:
                results.write_all(self._with_progress(screening, table, on))
        except WrongCells as error:
            raise CommandError("\n".join(_wrong(file, error))) from None
        for scheme, rows in screening.one_by_one.items():
            self.stderr.write(f"{scheme}: {rows} firms determined one by one")

    def _with_progress(self, screening: Screening, table: FirmFile, on: date) -> Iterator[pl.DataFrame]:
        self._show(0, table.rows)
        yield from screening.run_parts(table.parts(CHUNK), on, progress=lambda done: self._show(done, table.rows))
        self.stderr.write("")

    def _show(self, done: int, rows: int) -> None:
        """A bar that a terminal draws over, a line each elsewhere."""
        share = done / rows if rows else 1.0
        bar = "█" * int(share * _WIDTH)
        start, end = ("\r", "") if sys.stderr.isatty() else ("", "\n")
        self.stderr.write(f"{start}[{bar:<{_WIDTH}}] {share:4.0%}  {done:,} / {rows:,} firms", ending=end)
        self.stderr.flush()


def _wrong(file: Path, error: WrongCells) -> list[str]:
    lines = [f"{file}: {len(error.cells)} cells cannot be read; nothing was written"]
    lines += [
        f"row {c.row} (firm {c.firm}), column {c.column}{f' ({c.path})' if c.path != c.column else ''}: "
        f"{c.message.en} / {c.message.ja}"
        for c in error.cells[:SHOWN]
    ]
    if len(error.cells) > SHOWN:
        lines.append(f"… and {len(error.cells) - SHOWN} more")
    return lines
