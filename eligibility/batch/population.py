"""Invented firms in believable proportions, for benchmarks, simulations and trying out questionnaires. None of them exists.

Everything comes from the rule book itself, so that a new fact or scheme needs no change here: types, bounds and codes of
the vocabulary; the numbers and days that rules compare a fact with (values spread around them, and a share lies exactly on,
one below or one above, because that is where rules go wrong); the answers that criteria ask for (most firms that look at an
incentive meet most of its conditions); the order that rules expect between dates. The same seed gives the same firms.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from eligibility.batch.cells import row_facts
from eligibility.batch.columns import ORDINAL_OF_1970, scale_of
from eligibility.batch.facts import VocabularyProgram
from eligibility.batch.frames import Array, Frame
from eligibility.batch.hints import Want, hints_of
from eligibility.batch.intake import column_type, decimal, facts_in, reader
from eligibility.batch.table import FIRM, listed
from eligibility.language.builtins import fiscal_year_of
from eligibility.language.types import BOOL, DATE, FISCAL_YEAR, CodeSetType, CodeType, NumberType
from eligibility.rulebook.book import RuleBook
from eligibility.rulebook.model import Fact

NEAR = 0.08
"""Share of numbers and dates that lie on or beside a threshold."""
FAVOURABLE = 0.9
"""Share of yes/no answers that are what the criteria ask for."""
ZERO = 0.15
"""Share of numbers that are zero, where zero is possible."""
RECORDS = (0.15, 0.4, 0.25, 0.12, 0.08)
"""How often a list has no record, one, two …"""
OTHER_TIMES = 0.2
"""Share of firms that look for incentives at any time that rules are written for, not only in the last years."""
MEDIANS = {"yen": 5_000_000.0, "m2": 300.0, "percent": 3.0, "months": 12.0, "years": 5.0}
"""Middle of a number that no rule compares with anything, by its unit; 8 for all others."""


def population(book: RuleBook, n: int, seed: int, missing: float = 0.0) -> pl.DataFrame:
    """``n`` firms with every fact that rules can compute with, ready to be screened: one row each, named in ``firm``.
    ``missing``: share of answers (also inside records) that are not given; questions that make no sense for a firm are
    never answered."""
    return _Maker(n, seed, book, missing).table()


def population_facts(book: RuleBook, n: int, seed: int, missing: float = 0.0) -> list[dict[str, Any]]:
    """The same firms as JSON facts for the engine."""
    frame = population(book, n, seed, missing)
    return [row_facts(row, book.vocabulary) for row in frame.iter_rows(named=True)]


class _Maker:
    def __init__(self, count: int, seed: int, book: RuleBook, missing: float) -> None:
        self.count = count
        self.seed = seed
        self.vocabulary = book.vocabulary
        self.missing = missing
        self.hints = hints_of(book)
        self.asked = VocabularyProgram(book.vocabulary)
        self.anchors = self._anchors(book)

    def table(self) -> pl.DataFrame:
        """All facts, then the gaps."""
        facts = facts_in(self.vocabulary)
        dates = self._ordered({name: self._days(f, self.count, self.anchors) for name, f in facts.items() if _dated(f)})
        columns = [pl.Series(FIRM, [f"F{number:07d}" for number in range(1, self.count + 1)])]
        for name, fact in facts.items():
            columns.append(self._list(fact) if fact.is_list else self._single(fact, dates).alias(name))
        frame = pl.DataFrame(columns)
        root = Frame.of_firms(self.count)
        unasked = self.asked.senseless(reader(frame, root, self.vocabulary, facts), root)
        return frame.with_columns(
            self._gaps(column, self._gone(column.name, self.count) | unasked.get(column.name, False))
            for column in frame.get_columns()[1:]
        )

    def _random(self, path: str, purpose: str = "") -> np.random.Generator:
        """A stream of its own for each fact: a new fact changes nothing for the others."""
        return np.random.default_rng([self.seed, zlib.crc32(f"{path} {purpose}".encode())])

    def _gone(self, path: str, size: int) -> Array:
        return self._random(path, "missing").random(size) < self.missing

    @staticmethod
    def _gaps(series: pl.Series, gone: Any) -> pl.Series:
        frame = pl.DataFrame({"value": series, "gone": gone})
        return frame.select(pl.when(~pl.col("gone")).then("value"))["value"].alias(series.name)

    # -- kinds of facts ---------------------------------------------------------------------------------------

    def _single(self, fact: Fact, dates: Mapping[str, Array]) -> pl.Series:
        if _dated(fact):
            return _as_dates(dates[fact.name])
        return self._values(fact, self.count, self.anchors)

    def _list(self, fact: Fact) -> pl.Series:
        shares = RECORDS[: fact.most + 1]
        lengths = self._random(fact.name).choice(len(shares), self.count, p=np.array(shares) / sum(shares))
        owners = np.repeat(np.arange(self.count), lengths)
        fields = {
            name: self._gaps(
                self._values(one, owners.size, self.anchors[owners]).alias(name), self._gone(one.path, owners.size)
            )
            for name, one in fact.fields.items()
        }
        return listed(fields, lengths, np.zeros(self.count, dtype=bool), column_type(fact, self.vocabulary)).alias(
            fact.name
        )

    def _values(self, fact: Fact, size: int, anchors: Array) -> pl.Series:
        random, type_, wanted = self._random(fact.path), fact.type, column_type(fact, self.vocabulary)
        if type_ == BOOL:
            asked = self.hints.yes.get(fact.path)
            chance = 0.5 if asked is None else FAVOURABLE if asked else 1 - FAVOURABLE
            return pl.Series(random.random(size) < chance)
        if type_ == DATE:
            return _as_dates(self._days(fact, size, anchors))
        if type_ == FISCAL_YEAR:
            years = np.array([fiscal_year_of(int(day)) for day in anchors], dtype=np.int64)
            years = years + random.integers(-1, 3, size)
            return pl.Series(np.clip(years, fact.lowest, fact.highest)).cast(wanted)
        if isinstance(type_, CodeType):
            codes = list(self.vocabulary.codes[type_.codes].codes)
            return pl.Series(codes, dtype=wanted).gather(self._codes(fact, codes, random, size))
        if isinstance(type_, CodeSetType):
            codes = list(self.vocabulary.codes[type_.codes].codes)
            picks = [self._codes(fact, codes, random, size) for _ in range(2)]
            counts = random.choice(3, size, p=(0.05, 0.65, 0.3))
            sets = [sorted({a, b} if k == 2 else {a} if k else ()) for a, b, k in zip(*picks, counts, strict=True)]
            return pl.Series([[codes[place] for place in one] for one in sets], dtype=wanted)
        if isinstance(type_, NumberType):
            return self._numbers(fact, random, size)
        return pl.Series([None] * size, dtype=wanted)

    def _codes(self, fact: Fact, codes: list[str], random: np.random.Generator, size: int) -> Array:
        """Codes at the head of a list are somewhat commoner, those that criteria ask for clearly so."""
        named = self.hints.codes.get(fact.path, Counter())
        most = max(named.values(), default=1)
        weights = np.array([(1 + 8 * named[code] / most) / (1 + place / 2) for place, code in enumerate(codes)])
        found: Array = random.choice(len(codes), size, p=weights / weights.sum())
        return found

    def _numbers(self, fact: Fact, random: np.random.Generator, size: int) -> pl.Series:
        """Like sizes of real firms: many small, few large (log-normal), around what rules compare them with."""
        scale, kind = scale_of(fact), fact.type
        unit, word = (str(kind), kind.word) if isinstance(kind, NumberType) else ("", "")
        limits = [int(t * scale) for t in self.hints.limits.get(fact.path, ()) if (t * scale).denominator == 1]
        middle = MEDIANS.get(word, MEDIANS.get(unit, 8.0)) * 10**fact.decimals
        middles = np.array([float(limit) for limit in limits if limit > 0] or [middle])
        raw = middles[random.integers(0, middles.size, size)] * np.exp(random.normal(0.2, 0.9, size))
        if unit == "yen":  # people round: two digits that count
            digits = 10.0 ** np.maximum(np.floor(np.log10(np.maximum(raw, 1))) - 1, 0)
            raw = np.where(random.random(size) < 0.7, np.rint(raw / digits) * digits, raw)
        low, high = (fact.lowest or 0) * scale, (fact.highest or 0) * scale
        whole = np.rint(np.clip(raw, low, high)).astype(np.int64)
        if low <= 0:
            whole = np.where(random.random(size) < ZERO, 0, whole)
        whole = _met(whole, self.hints.wants.get(fact.path, []), scale, random)
        series = pl.Series(np.clip(_beside(whole, limits, random), low, high))
        return decimal(series, fact.decimals) if fact.decimals else series

    # -- dates ------------------------------------------------------------------------------------------------

    def _anchors(self, book: RuleBook) -> Array:
        """A day for each firm at which it looks for incentives: mostly in the last seven years, otherwise in the period of
        any version, so that old rules have firms too."""
        random, versions = self._random("", "anchor"), list(book.versions())
        starts = np.array([version.first_day.toordinal() for version in versions])
        last = int(starts.max()) + 365
        ends = np.array([v.last_day.toordinal() if v.last_day is not None else last for v in versions])
        recent = random.integers(max(int(starts.min()), last - 7 * 365), last, self.count)
        chosen = random.integers(0, starts.size, self.count)
        within = random.integers(starts[chosen], np.minimum(ends, last)[chosen] + 1)
        found: Array = np.where(random.random(self.count) < OTHER_TIMES, within, recent)
        return found

    def _days(self, fact: Fact, size: int, anchors: Array) -> Array:
        if fact.path in self.vocabulary.defaults_to_on:
            return anchors
        random = self._random(fact.path)
        off = np.rint(random.normal(30, 120, size)).astype(np.int64)
        days = anchors + (np.abs(off) if fact.record else off)  # what a firm lists mostly lies ahead
        days = _met(days, self.hints.wants.get(fact.path, []), 1, random)
        days = _beside(days, [int(limit) for limit in self.hints.limits.get(fact.path, ())], random)
        found: Array = np.clip(days, fact.lowest, fact.highest)
        return found

    def _ordered(self, dates: dict[str, Array]) -> dict[str, Array]:
        """Dates in the order that criteria ask for, for most firms: the one that is out of order is mirrored."""
        for earlier, later in self.hints.orders:
            if earlier not in dates or later not in dates:
                continue
            gap = dates[earlier] - dates[later]
            wrong = (gap > 0) & (self._random(earlier, later).random(self.count) < FAVOURABLE)
            moved, sign = (earlier, -2) if earlier not in self.vocabulary.defaults_to_on else (later, 2)
            fact = self.vocabulary.facts[moved]
            dates[moved] = np.clip(dates[moved] + np.where(wrong, sign * gap, 0), fact.lowest, fact.highest)
        return dates


def _dated(fact: Fact) -> bool:
    return fact.type == DATE


def _as_dates(days: Array) -> pl.Series:
    return pl.Series((days - ORDINAL_OF_1970).astype(np.int32)).cast(pl.Date)


def _met(values: Array, wants: list[Want], scale: int, random: np.random.Generator) -> Array:
    """For most rows, a value that meets the comparisons that criteria ask for: at the threshold, or as far beyond it."""
    if not wants:
        return values
    first = random.integers(0, len(wants), values.size)
    willing = random.random(values.size) < FAVOURABLE
    for turn in range(len(wants)):  # all of them, in another order for each row: the last one wins
        for place, (operator, limits) in enumerate(wants):
            limit = np.array([int(one * scale) for one in limits])[random.integers(0, len(limits), values.size)]
            off = values - limit
            wrong = {"==": off != 0, "<=": off > 0, "<": off >= 0, ">=": off < 0, ">": off <= 0}[operator]
            beyond = np.where(random.random(values.size) < 0.5, np.abs(off), 0) + (operator in ("<", ">"))
            met = limit + beyond * {"==": 0, "<": -1, "<=": -1, ">": 1, ">=": 1}[operator]
            values = np.where(wrong & willing & ((first + turn) % len(wants) == place), np.maximum(met, 0), values)
    return values


def _beside(values: Array, limits: list[int], random: np.random.Generator) -> Array:
    """A share of the values moved onto, just below or just above a threshold."""
    if not limits:
        return values
    moved = np.array(limits)[random.integers(0, len(limits), values.size)] + random.integers(-1, 2, values.size)
    return np.where(random.random(values.size) < NEAR, moved, values)
