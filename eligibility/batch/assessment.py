"""評価額 of depreciable assets for whole columns."""

from __future__ import annotations

from typing import Any

import numpy as np

from eligibility.batch.arithmetic import known_exactly, range_of, tightened
from eligibility.batch.columns import NotCompilable, Num, Whole, number
from eligibility.batch.days import Refuse, calendar
from eligibility.batch.frames import Array, common, spread_to
from eligibility.batch.masks import both, choose, opposite, ready, width
from eligibility.language import builtins as exact
from eligibility.language.ranges import between


def assessed_value(cost: Num, rate: Num, acquired: Num, year: Num, refuse: Refuse) -> Num:
    """Whole yen in a fiscal year, 0 before the first one; the range from 0 to the cost while anything is unknown.
    ``rate`` is per mille."""
    if any(part.scale != 1 for part in (cost, rate, acquired, year)):
        raise NotCompilable("assessed_value() of something that is not whole")
    frame = common(cost, rate, acquired, year)
    if frame is None:
        return number(exact.assessed_value(*(_single(part) for part in (cost, rate, acquired, year))))
    rate, cost = _within(rate, 0, 1000), _within(cost, 0, None)
    first = calendar("first_assessed_year", acquired, refuse)
    cost, rate, first, year = (spread_to(frame, part) for part in (cost, rate, first, year))
    known = both(both(known_exactly(cost), known_exactly(rate)), both(known_exactly(first), known_exactly(year)))
    paid = ready(_rows(cost.low, frame.size), width(0, cost.most * 1000))
    held = _rows(choose(known, year.low - first.low, -1, 1), frame.size)
    values = _values(paid, _rows(rate.low, frame.size), held)
    if known is True:
        return Num(values, values, 1, 0, cost.most, frame)
    wide = width(0, cost.most)
    high_open = None if cost.high_open is None else both(opposite(known), cost.high_open)
    return Num(values, choose(known, values, cost.high, wide), 1, 0, cost.most, frame, None, high_open)


def _values(paid: Any, rate: Array, held: Array) -> Array:
    """Whole yen after ``held`` years; 0 where that is negative. Rows leave the chain when their year is reached."""
    found: Any = np.zeros(held.size, dtype=paid.dtype)
    rows = np.flatnonzero(held >= 0)
    held, rate, paid = held[rows], rate[rows], paid[rows]
    least = paid * 5 // 100
    running = paid * ((2000 - rate) // 2) // 1000
    years = 0
    while rows.size:
        if (running <= least).all():
            found[rows] = least
            break
        now = held == years
        found[rows[now]] = np.maximum(running[now], least[now])
        left = ~now
        rows, held, rate, least = rows[left], held[left], rate[left], least[left]
        running = running[left] * (1000 - rate) // 1000
        years += 1
    whole: Array = found
    return whole


def _within(a: Num, least: int, most: int | None) -> Num:
    """The numbers, if they lie between two bounds. Raises :class:`NotCompilable`."""
    for bounded in (a, tightened(a)):
        if bounded.least >= least and (most is None or bounded.most <= most):
            return bounded
    raise NotCompilable("assessed_value() with a negative cost, or a rate outside 0–1,000 per mille")


def _single(part: Num) -> Any:
    limits = range_of(part)
    return between(_plain(limits.low), _plain(limits.high))


def _plain(end: Any) -> Any:
    return end if isinstance(end, float) else int(end)


def _rows(numbers: Whole, size: int) -> Array:
    return np.full(size, numbers) if isinstance(numbers, int) else numbers
