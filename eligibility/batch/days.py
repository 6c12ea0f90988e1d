"""Functions of dates and fiscal years for whole columns. Dates are ordinals, fiscal years the year they begin in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from eligibility.batch.arithmetic import tightened
from eligibility.batch.columns import ANYTHING, ORDINAL_OF_1970, Mask, NotCompilable, Num, Whole
from eligibility.batch.frames import Array, common, spread_to
from eligibility.batch.masks import both, either, open_in_either, opposite, some
from eligibility.language import builtins as exact

FIRST_DAY, LAST_DAY = 366, exact.MAX_ORDINAL - 366
"""Ordinals that columns work on: one year inside what Python's calendar holds."""

Days = Callable[..., Array]


def _months_counted(ordinals: Array) -> Array:
    """Months since January 1970 (slow: NumPy works out the calendar of each day)."""
    return (ordinals.astype(np.int64) - ORDINAL_OF_1970).astype("M8[D]").astype("M8[M]").astype(np.int64)


_TABLE_FIRST, _TABLE_DAYS = date(1890, 1, 1).toordinal(), 100_000
_TABLE = _months_counted(np.arange(_TABLE_FIRST, _TABLE_FIRST + _TABLE_DAYS)).astype(np.int32)
"""Months since January 1970 of the days that occur (1890 – 2163)."""


def _months(ordinals: Array) -> Array:
    """Months since January 1970."""
    place = ordinals.astype(np.int64) - _TABLE_FIRST
    found: Array = _TABLE.take(place, mode="clip").astype(np.int64)
    elsewhere = np.flatnonzero((place < 0) | (place >= _TABLE_DAYS))
    if elsewhere.size:
        found[elsewhere] = _months_counted(ordinals[elsewhere])
    return found


def _first_day_of(months: Array) -> Array:
    """Ordinal of the first day of a month since January 1970."""
    place = months - _TABLE[0]
    found: Array = _STARTS.take(place, mode="clip")
    elsewhere = np.flatnonzero((place < 0) | (place >= _STARTS.size))
    if elsewhere.size:
        found[elsewhere] = _first_day_counted(months[elsewhere])
    return found


def _first_day_counted(months: Array) -> Array:
    days: Array = months.astype("M8[M]").astype("M8[D]").astype(np.int64) + ORDINAL_OF_1970
    return days


_STARTS = _first_day_counted(np.arange(int(_TABLE[0]), int(_TABLE[-1]) + 1))


def fiscal_year_of(ordinals: Array) -> Array:
    """Fiscal year (1 April – 31 March) of each day."""
    found: Array = ((_months(ordinals) - 3) // 12 + 1970).astype(np.int32)
    return found


def first_assessed_year(ordinals: Array) -> Array:
    """First fiscal year assessed: the calendar year after the day before each day."""
    found: Array = (_months(ordinals - 1) // 12 + 1971).astype(np.int32)
    return found


def add_months(ordinals: Array, months: Array | int) -> Array:
    """The corresponding day some months later, or that month's last day."""
    month = _months(ordinals)
    into = ordinals - _first_day_of(month)
    target = month + np.asarray(months).astype(np.int64)
    begins = _first_day_of(target)
    length = _first_day_of(target + 1) - begins
    found: Array = (begins + np.minimum(into, length - 1)).astype(np.int32)
    return found


def start_of(years: Array) -> Array:
    """1 April of each fiscal year."""
    return _first_day_of((years.astype(np.int64) - 1970) * 12 + 3).astype(np.int32)


def end_of(years: Array) -> Array:
    """31 March that ends each fiscal year."""
    return start_of(years + 1) - 1


_YEARS = (2, 9997)
_DAYS = (FIRST_DAY, LAST_DAY)
CALENDAR: dict[str, tuple[Days, Callable[..., int], tuple[int, int]]] = {
    "fiscal_year": (fiscal_year_of, exact.fiscal_year_of, _DAYS),
    "first_assessed_year": (first_assessed_year, exact.first_assessed_year, _DAYS),
    "start_of": (start_of, exact.start_of_fiscal_year, _YEARS),
    "end_of": (end_of, exact.end_of_fiscal_year, _YEARS),
}
"""Functions of one date or year: for columns, for one value, and between which values they work."""

Refuse = Callable[[Mask, Any], None]
"""Marks rows (mask, frame) that columns cannot hold: they are determined one by one."""


def calendar(name: str, a: Num, refuse: Refuse) -> Num:
    """A function of a date or year that grows with it."""
    on_columns, on_one, (first, last) = CALENDAR[name]
    return _monotone(a, first, last, on_columns, on_one, refuse)


def _monotone(a: Num, first: int, last: int, on_columns: Days, on_one: Callable[..., int], refuse: Refuse) -> Num:
    if a.scale != 1:
        raise NotCompilable("a date that is not whole")
    a = _inside(a, first, last, refuse)
    low = _applied(a.low, on_columns, on_one)
    high = low if a.high is a.low else _applied(a.high, on_columns, on_one)
    is_open = open_in_either(a.low_open, a.high_open)  # one open end, and nothing is known
    if is_open is True:
        return ANYTHING
    return Num(low, high, 1, on_one(a.least), on_one(a.most), a.frame, is_open, is_open)


def _applied(days: Whole, on_columns: Days, on_one: Callable[..., int]) -> Whole:
    return on_one(days) if isinstance(days, int) else on_columns(days)


def _inside(a: Num, first: int, last: int, refuse: Refuse) -> Num:
    """The numbers, all between two ends; rows that lie outside are refused."""
    if a.least >= first and a.most <= last:
        return a
    a = tightened(a)
    if a.least >= first and a.most <= last:
        return a
    outside: Mask = False
    for end, is_open in ((a.low, a.low_open), (a.high, a.high_open)):
        out = either(end < first, end > last)
        outside = either(outside, out if is_open is None else both(out, opposite(is_open)))
    if some(outside):
        refuse(outside, a.frame)
    low, high = _clipped(a.low, first, last), _clipped(a.high, first, last)
    high = low if a.high is a.low else high
    least, most = min(max(a.least, first), last), min(max(a.most, first), last)
    return Num(low, high, 1, least, most, a.frame, a.low_open, a.high_open)


def _clipped(numbers: Whole, first: int, last: int) -> Whole:
    if isinstance(numbers, int):
        return min(max(numbers, first), last)
    clipped: Array = np.clip(numbers, first, last)
    return clipped.astype(np.int64) if clipped.dtype == object else clipped


_MONTHS = 12_000
_ROOM = 31 * (_MONTHS + 1)


def plus_months(day: Num, months: Num, refuse: Refuse) -> Num:
    """``add_months`` for columns: grows with the day and with the months (at most a thousand years)."""
    if day.scale != 1 or months.scale != 1:
        raise NotCompilable("a date or a number of months that is not whole")
    frame = common(day, months)
    day, months = spread_to(frame, day), spread_to(frame, months)
    months = _inside(months, -_MONTHS, _MONTHS, refuse)
    day = _inside(day, FIRST_DAY + _ROOM, LAST_DAY - _ROOM, refuse)
    low = _later(day.low, months.low)
    high = low if day.high is day.low and months.high is months.low else _later(day.high, months.high)
    is_open = open_in_either(
        open_in_either(day.low_open, day.high_open), open_in_either(months.low_open, months.high_open)
    )
    if is_open is True:
        return ANYTHING
    least, most = exact.add_months(day.least, months.least), exact.add_months(day.most, months.most)
    return Num(low, high, 1, least, most, frame, is_open, is_open)


def _later(days: Whole, months: Whole) -> Whole:
    if isinstance(days, int):
        return exact.add_months(days, months) if isinstance(months, int) else add_months(np.array([days]), months)
    return add_months(days, months)
