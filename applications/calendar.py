"""Days on which the city's offices are open.

Closed on Saturdays, Sundays, national holidays and 29 December – 3 January (地方自治法第4条の2; procedure dossier 6.2).
"""

from __future__ import annotations

from datetime import date, timedelta

import jpholiday


def is_open_day(day: date) -> bool:
    """True when the city's offices are open on that day."""
    if day.weekday() >= 5 or (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3):
        return False
    return not jpholiday.is_holiday(day)


def next_open_day(day: date) -> date:
    """The day itself, or the first open day after it."""
    while not is_open_day(day):
        day += timedelta(days=1)
    return day


def open_days_after(day: date, count: int) -> date:
    """The open day that comes ``count`` open days after ``day``."""
    for _ in range(count):
        day = next_open_day(day + timedelta(days=1))
    return day


def open_days_between(first: date, last: date) -> int:
    """Open days after ``first`` up to and including ``last`` (days on the clock)."""
    return sum(is_open_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
