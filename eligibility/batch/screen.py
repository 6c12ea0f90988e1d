"""Screening: a table of firms in; verdict, whole yen and missing facts of every scheme for each of them out.

A row that columns cannot hold exactly (a date outside the calendar, a loop over more than 400 fiscal years, an expression
that is not compilable) is determined by the ordinary engine instead; how many these are is counted and logged.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from eligibility.batch.answers import SchemeColumns
from eligibility.batch.arithmetic import known_exactly
from eligibility.batch.cells import WrongCell, row_facts
from eligibility.batch.columns import Mask, NotCompilable, number
from eligibility.batch.compiler import Compiler
from eligibility.batch.env import Env
from eligibility.batch.facts import VocabularyProgram
from eligibility.batch.frames import MOST_ROWS, Array, Frame, TooManyRows, spread_to
from eligibility.batch.intake import WrongColumn, reader
from eligibility.batch.loops import Run
from eligibility.batch.masks import choose
from eligibility.batch.program import Program
from eligibility.batch.table import FIRM, check
from eligibility.evaluation.engine import CHOICE_SLOTS, Engine
from eligibility.evaluation.facts import read_leniently
from eligibility.rulebook.book import RuleBook, facts_of
from eligibility.rulebook.model import Scheme, SchemeVersion

log = logging.getLogger(__name__)

CHUNK = 65_536
"""Firms at a time: memory stays bounded however long the table is."""


class WrongCells(ValueError):
    """A table with cells that cannot be read. ``cells`` lists them; :func:`~eligibility.batch.table.check` leaves them out."""

    def __init__(self, cells: list[WrongCell]) -> None:
        first = "; ".join(f"row {c.row}, {c.path}: {c.message.en}" for c in cells[:5])
        super().__init__(f"{len(cells)} cells cannot be read: {first}")
        self.cells = cells


class Screening:
    """Compiled schemes, ready to run over tables of firms.

    ``schemes``: ids (all of them by default); ``versions``: rules to use whatever the dates say, by scheme (a draft over
    past applications), otherwise each row's own date selects its version; ``steps``: step of a scheme's procedure (by
    default the one that checks look at). Raises ``KeyError`` for an unknown scheme.
    ``one_by_one`` counts the rows that the ordinary engine had to determine, by scheme.
    """

    def __init__(
        self,
        book: RuleBook,
        schemes: Sequence[str] = (),
        *,
        versions: Mapping[str, SchemeVersion] | None = None,
        steps: Mapping[str, str] | None = None,
    ) -> None:
        self.book = book
        self.schemes = [book.scheme(name) for name in schemes or book.schemes]
        self.one_by_one: dict[str, int] = {}
        self._steps = steps or {}
        self._versions = {
            scheme.id: [versions[scheme.id]] if versions and scheme.id in versions else list(scheme.versions)
            for scheme in self.schemes
        }
        self._fixed = versions or {}
        self._vocabulary = VocabularyProgram(book.vocabulary)
        self._choices = {scheme.id: Compiler(book.vocabulary).compile(scheme.chosen_by) for scheme in self.schemes}
        self._programs: dict[str, Program | NotCompilable] = {}
        self._needed: dict[str, None] = {}
        self._engine: Engine | None = None
        for version in (version for all_ in self._versions.values() for version in all_):
            self._needed |= dict.fromkeys(facts_of(version, book.vocabulary))
            try:
                self._programs[version.id] = Program(version, book.vocabulary)
            except NotCompilable as error:
                self._programs[version.id] = error

    def run(
        self, frame: pl.DataFrame, on: date, *, rows: int = CHUNK, progress: Callable[[int], object] | None = None
    ) -> pl.DataFrame:
        """One row for each firm: ``firm`` and for every scheme ``<scheme>.verdict``, ``.version``, ``.yen`` (exact amounts),
        ``.yen_min``, ``.yen_max`` (whole yen; null without an amount or where a range has no end), ``.missing``; further
        amounts of a scheme as ``<scheme>.<amount>.yen`` and so on.

        Columns of ``frame`` are named like facts (:func:`~eligibility.batch.intake.column_type`); what is null or has no
        column is not known. ``rows`` are worked on at a time; ``progress`` is told the number of firms done. Raises
        :class:`WrongCells` when the table is not clean: :func:`~eligibility.batch.table.check` makes it so.
        """
        parts = (frame.slice(start, rows) for start in range(0, max(frame.height, 1), rows))
        return pl.concat(self.run_parts(parts, on, progress=progress), how="vertical_relaxed")

    def run_parts(
        self, parts: Iterable[pl.DataFrame], on: date, *, progress: Callable[[int], object] | None = None
    ) -> Iterator[pl.DataFrame]:
        """The same, part by part, for tables that are read and written in parts."""
        done = 0
        for part in parts:
            if FIRM not in part.columns:
                part = part.with_columns(pl.Series(FIRM, np.arange(done + 1, done + part.height + 1)))
            try:
                found = self._chunk(part, on)
            except WrongColumn:
                table = check(part, self.book.vocabulary, first_row=done + 1)
                if table.problems:
                    raise WrongCells(table.problems) from None
                found = self._chunk(table.frame, on)
            yield found
            done += part.height
            if progress is not None:
                progress(done)

    # -- one chunk --------------------------------------------------------------------------------------------

    def _chunk(self, frame: pl.DataFrame, on: date) -> pl.DataFrame:
        if frame.height > 1 and self._records(frame) > MOST_ROWS:
            half = frame.height // 2
            parts = [self._chunk(frame.slice(0, half), on), self._chunk(frame.slice(half), on)]
            return pl.concat(parts, how="vertical_relaxed")
        root = Frame.of_firms(frame.height)
        today = number(on.toordinal())
        facts = self._vocabulary.facts(reader(frame, root, self.book.vocabulary, self._needed), root)

        columns = set(frame.columns)

        @cache
        def given(name: str) -> Mask:
            return frame.get_column(name).is_not_null().to_numpy() if name in columns else False

        env = Env(self._vocabulary.with_defaults(facts, today), root, today, CHOICE_SLOTS, given=given)
        results = [frame.lazy().select(FIRM)]
        for scheme in self.schemes:
            results += self._scheme(scheme, env, frame, on)
        return pl.concat(pl.collect_all(results), how="horizontal")

    def _records(self, frame: pl.DataFrame) -> int:
        """Records of the longest list column."""
        columns = set(frame.columns)
        lists = [frame[name] for name in self._needed if self.book.vocabulary.facts[name].is_list and name in columns]
        return max((int(one.list.len().sum()) for one in lists if isinstance(one.dtype, pl.List)), default=0)

    def _scheme(self, scheme: Scheme, env: Env, frame: pl.DataFrame, on: date) -> list[pl.LazyFrame]:
        answers = SchemeColumns(scheme, frame.height, self._versions[scheme.id], self.book.vocabulary)
        left: Array = np.zeros(frame.height, dtype=bool)
        reasons: set[str] = set()
        for version, rows in self._groups(scheme, env):
            self._version(version, rows, env, answers, left, reasons)
        left |= env.refusals.rows
        reasons |= env.refusals.reasons
        self._determine(scheme, frame, on, np.flatnonzero(left), answers, reasons)
        return answers.frames()

    def _version(
        self, version: SchemeVersion, rows: Array, env: Env, answers: SchemeColumns, left: Array, reasons: set[str]
    ) -> None:
        """Answers of a version for some rows; in parts when their lists and years are too many at once."""
        program = self._programs[version.id]
        inner = env if rows.size == env.frame.size else env.narrowed(rows)
        try:
            if isinstance(program, NotCompilable):
                raise program
            found = program.evaluate(inner, self._steps.get(version.scheme.id, ""))
        except TooManyRows:
            for part in np.array_split(rows, 2):
                self._version(version, part, env, answers, left, reasons)
            return
        except NotCompilable as error:
            left[rows] = True
            reasons.add(f"{version.name}: {error}")
            return
        finally:
            if inner is not env:
                inner.close()
        answers.take(version, rows, found)
        left[rows[found.refusals.rows]] = True
        reasons |= found.refusals.reasons

    def _groups(self, scheme: Scheme, env: Env) -> Iterator[tuple[SchemeVersion, Array]]:
        """Rows by the version that governs them: by the scheme's own date, or ``on`` while that is not known."""
        if scheme.id in self._fixed:
            yield self._fixed[scheme.id], np.arange(env.frame.size)
            return
        choice: Run = self._choices[scheme.id]
        chosen = spread_to(env.frame, choice(env))
        own: Any = choose(known_exactly(chosen), chosen.low, env.today.low, 1)
        day = np.broadcast_to(np.asarray(own), env.frame.size)
        taken = np.zeros(env.frame.size, dtype=bool)
        for version in scheme.versions:
            last = version.last_day.toordinal() if version.last_day is not None else date.max.toordinal()
            inside = (day >= version.first_day.toordinal()) & (day <= last) & ~taken
            taken |= inside
            if inside.any():
                yield version, np.flatnonzero(inside)

    def _determine(
        self, scheme: Scheme, frame: pl.DataFrame, on: date, rows: Array, answers: SchemeColumns, reasons: set[str]
    ) -> None:
        """One by one, with the ordinary engine."""
        if not rows.size:
            return
        self.one_by_one[scheme.id] = self.one_by_one.get(scheme.id, 0) + rows.size
        log.warning("%s: %d firms determined one by one (%s)", scheme.id, rows.size, "; ".join(sorted(reasons)))
        self._engine = self._engine or Engine(self.book)
        for row in rows.tolist():
            raw = row_facts(frame.row(row, named=True), self.book.vocabulary)
            facts, _ = read_leniently(raw, self.book.vocabulary)
            step, version = self._steps.get(scheme.id, ""), self._fixed.get(scheme.id)
            answers.put(row, self._engine.determine(scheme.id, facts, on, step, version))
