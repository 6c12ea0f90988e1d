"""Exact arithmetic of number columns, ranges and open ends included.

Every operation knows beforehand how large its results can get. Arrays of 32 or 64 bits are used where that suffices,
Python's own integers where it does not: slower, never wrong. Floats do not occur.
"""

from __future__ import annotations

from fractions import Fraction
from math import inf, lcm
from typing import Any

import numpy as np

from eligibility.batch.columns import Mask, Num, Truth, Whole, number
from eligibility.batch.frames import Frame, common, spread_to
from eligibility.batch.masks import (
    and_closed,
    both,
    choose,
    either,
    larger,
    open_in_both,
    open_in_either,
    opposite,
    pick,
    ready,
    settled,
    smaller,
    some,
    width,
)
from eligibility.language.ranges import Range


def tightened(a: Num) -> Num:
    """The same numbers with the bounds that they really have."""
    ends = [end for end in (a.low, a.high) if isinstance(end, int) or end.size]
    if not ends:
        return a
    least = min(end if isinstance(end, int) else int(end.min()) for end in ends)
    most = max(end if isinstance(end, int) else int(end.max()) for end in ends)
    return Num(
        settled(a.low, least, most),
        settled(a.low if a.high is a.low else a.high, least, most),
        a.scale,
        least,
        most,
        a.frame,
        a.low_open,
        a.high_open,
    )


# --- + − × ÷ -------------------------------------------------------------------------------------------------


def rescaled(a: Num, scale: int) -> Num:
    """The same numbers times a larger scale (a multiple of theirs)."""
    return a if a.scale == scale else _times_whole(a, scale // a.scale, scale)


def _times_whole(a: Num, factor: int, scale: int) -> Num:
    """Times a whole number that is not negative; the result has the given scale."""
    if factor == 0:
        return Num(0, 0, scale, 0, 0, None)
    if factor == 1:
        return Num(a.low, a.high, scale, a.least, a.most, a.frame, a.low_open, a.high_open)
    least, most = a.least * factor, a.most * factor
    if width(least, most) == 2:
        a = tightened(a)
        least, most = a.least * factor, a.most * factor
    wide = width(least, most)
    low = ready(a.low, wide) * factor
    high = low if a.high is a.low else ready(a.high, wide) * factor
    return Num(low, high, scale, least, most, a.frame, a.low_open, a.high_open)


def aligned(a: Num, b: Num) -> tuple[Num, Num]:
    """Both in the same frame and with the same scale."""
    if a.frame is not b.frame:
        frame = common(a, b)
        a, b = spread_to(frame, a), spread_to(frame, b)
    if a.scale != b.scale:
        scale = lcm(a.scale, b.scale)
        a, b = rescaled(a, scale), rescaled(b, scale)
    return a, b


def add(a: Num, b: Num) -> Num:
    """a + b."""
    a, b = aligned(a, b)
    least, most = a.least + b.least, a.most + b.most
    if width(least, most) == 2:
        a, b = tightened(a), tightened(b)
        least, most = a.least + b.least, a.most + b.most
    wide = max(width(least, most), width(a.least, a.most), width(b.least, b.most))
    low = settled(ready(a.low, wide) + ready(b.low, wide), least, most)
    frame = a.frame or b.frame
    if a.exact and b.exact:
        return Num(low, low, a.scale, least, most, frame)
    high = settled(ready(a.high, wide) + ready(b.high, wide), least, most)
    low_open, high_open = open_in_either(a.low_open, b.low_open), open_in_either(a.high_open, b.high_open)
    return Num(low, high, a.scale, least, most, frame, low_open, high_open)


def negative(a: Num) -> Num:
    """−a."""
    least, most = -a.most, -a.least
    wide = max(width(least, most), width(a.least, a.most))
    high = settled(-ready(a.low, wide), least, most)
    low = high if a.high is a.low else settled(-ready(a.high, wide), least, most)
    return Num(low, high, a.scale, least, most, a.frame, a.high_open, a.low_open)


def subtract(a: Num, b: Num) -> Num:
    """a − b."""
    a, b = aligned(a, b)
    if not (a.exact and b.exact):
        return add(a, negative(b))
    least, most = a.least - b.most, a.most - b.least
    if width(least, most) == 2:
        return add(a, negative(b))
    wide = max(width(least, most), width(a.least, a.most), width(b.least, b.most))
    low = settled(ready(a.low, wide) - ready(b.low, wide), least, most)
    return Num(low, low, a.scale, least, most, a.frame or b.frame)


def range_of(a: Num) -> Range:
    """A single number as the direct evaluator's range."""
    if not isinstance(a.low, int) or not isinstance(a.high, int):
        raise TypeError("a range for each row")
    return Range(
        -inf if a.low_open is True else Fraction(a.low, a.scale),
        inf if a.high_open is True else Fraction(a.high, a.scale),
    )


def multiply(a: Num, b: Num) -> Num:
    """a × b, with 0 × ∞ = 0."""
    if isinstance(a.low, int) and a.exact:
        a, b = b, a
    if isinstance(b.low, int) and b.exact:
        if b.low >= 0:
            return _times_whole(a, b.low, a.scale * b.scale)
        return negative(_times_whole(a, -b.low, a.scale * b.scale))
    frame = common(a, b)
    if frame is None:
        return number(range_of(a) * range_of(b))
    a, b = spread_to(frame, a), spread_to(frame, b)
    least, most = _product_bounds(a, b)
    if width(least, most) == 2:
        a, b = tightened(a), tightened(b)
        least, most = _product_bounds(a, b)
    wide = max(width(least, most), width(a.least, a.most), width(b.least, b.most))
    a_low, a_high = ready(a.low, wide), ready(a.high, wide)
    b_low, b_high = ready(b.low, wide), ready(b.high, wide)
    scale = a.scale * b.scale
    low: Whole
    high: Whole
    if a.exact and b.exact:
        low = settled(a_low * b_low, least, most)
        return Num(low, low, scale, least, most, frame)
    if a.least >= 0 and b.least >= 0 and a.low_open is None and b.low_open is None:
        low = settled(a_low * b_low, least, most)
        high = settled(a_high * b_high, least, most)
        high_open = open_in_either(_open_product(a, b), _open_product(b, a))
        return Num(low, high, scale, least, most, frame, None, high_open)
    return _product_of_any_sign(a, b, scale, least, most)


def _product_bounds(a: Num, b: Num) -> tuple[int, int]:
    products = (a.least * b.least, a.least * b.most, a.most * b.least, a.most * b.most)
    return min(products), max(products)


def _open_product(a: Num, b: Num) -> Mask | None:
    """Where the open upper end of ``a`` makes the product open: not where ``b`` is certainly zero."""
    if a.high_open is None:
        return None
    nonzero: Mask = b.high != 0
    return both(a.high_open, nonzero if b.high_open is None else either(nonzero, b.high_open))


_End = tuple[Whole, Whole]
"""A number and 1, −1 or 0: whether it stands for ∞, −∞ or itself."""


def _end(numbers: Whole, is_open: Mask | None, sign: int) -> _End:
    if is_open is None or is_open is False:
        return numbers, 0
    if is_open is True:
        return 0, sign
    return numbers, is_open.astype(np.int8) * sign


def _end_product(a: _End, b: _End) -> _End:
    if isinstance(a[1], int) and isinstance(b[1], int) and a[1] == 0 and b[1] == 0:
        return a[0] * b[0], 0
    a_sign = np.where(np.asarray(a[1]) != 0, a[1], np.sign(a[0]))
    b_sign = np.where(np.asarray(b[1]) != 0, b[1], np.sign(b[0]))
    is_open = (np.asarray(a[1]) != 0) | (np.asarray(b[1]) != 0)
    return a[0] * b[0], np.where(is_open, a_sign * b_sign, 0).astype(np.int8)


def _product_of_any_sign(a: Num, b: Num, scale: int, least: int, most: int) -> Num:
    """All four products of the ends; slow, and only needed where something may be negative."""
    wide = max(width(least, most), width(a.least, a.most), width(b.least, b.most), 1)
    a_ends = _end(ready(a.low, wide), a.low_open, -1), _end(ready(a.high, wide), a.high_open, 1)
    b_ends = _end(ready(b.low, wide), b.low_open, -1), _end(ready(b.high, wide), b.high_open, 1)
    products = [_end_product(x, y) for x in a_ends for y in b_ends]
    low, low_sign = products[0]
    high, high_sign = products[0]
    for value, sign in products[1:]:
        below = (np.asarray(sign) < low_sign) | ((np.asarray(sign) == low_sign) & (np.asarray(value) < low))
        above = (np.asarray(sign) > high_sign) | ((np.asarray(sign) == high_sign) & (np.asarray(value) > high))
        low, low_sign = np.where(below, value, low), np.where(below, sign, low_sign)
        high, high_sign = np.where(above, value, high), np.where(above, sign, high_sign)
    low_open: Mask = np.asarray(low_sign) < 0
    high_open: Mask = np.asarray(high_sign) > 0
    return Num(
        settled(low, least, most),
        settled(high, least, most),
        scale,
        least,
        most,
        common(a, b),
        low_open if some(low_open) else None,
        high_open if some(high_open) else None,
    )


def floor_to(a: Num, unit: Fraction) -> Num:
    """Down to a multiple of ``unit`` (greater than zero)."""
    if a.scale == 1 and unit == 1:
        return a
    divisor = unit.numerator * a.scale
    low = _floored(a, a.low, unit, divisor)
    high = low if a.high is a.low else _floored(a, a.high, unit, divisor)
    # a.scale numbers a unit's numerator: floor(x · d / (scale · n)) · n, over d
    least = a.least * unit.denominator // divisor * unit.numerator
    most = a.most * unit.denominator // divisor * unit.numerator
    return Num(
        settled(low, least, most),
        settled(high, least, most) if high is not low else settled(low, least, most),
        unit.denominator,
        least,
        most,
        a.frame,
        a.low_open,
        a.high_open,
    )


def _floored(a: Num, numbers: Whole, unit: Fraction, divisor: int) -> Whole:
    if unit.denominator != 1:
        numbers = ready(numbers, width(a.least * unit.denominator, a.most * unit.denominator)) * unit.denominator
    if not isinstance(numbers, int) and numbers.dtype != object and width(-divisor, divisor) > 0:
        numbers = ready(numbers, width(-divisor, divisor))
    multiples = numbers // divisor
    return multiples if unit.numerator == 1 else multiples * unit.numerator


# --- min, max, joins -----------------------------------------------------------------------------------------


def lowest(a: Num, b: Num) -> Num:
    """The smaller of two numbers."""
    a, b = aligned(a, b)
    wide = max(width(a.least, a.most), width(b.least, b.most))
    frame = a.frame or b.frame
    low = smaller(ready(a.low, wide), ready(b.low, wide))
    least = min(a.least, b.least)
    if a.exact and b.exact:
        most = min(a.most, b.most)
        low = settled(low, least, most)
        return Num(low, low, a.scale, least, most, frame)
    high, high_open = _nearest(smaller, a.high, a.high_open, b.high, b.high_open, wide)
    most = min(a.most, b.most) if a.high_open is None and b.high_open is None else max(a.most, b.most)
    low_open = open_in_either(a.low_open, b.low_open)
    return Num(settled(low, least, most), settled(high, least, most), a.scale, least, most, frame, low_open, high_open)


def highest(a: Num, b: Num) -> Num:
    """The larger of two numbers."""
    return negative(lowest(negative(a), negative(b))) if not (a.exact and b.exact) else _highest_exact(a, b)


def _highest_exact(a: Num, b: Num) -> Num:
    a, b = aligned(a, b)
    wide = max(width(a.least, a.most), width(b.least, b.most))
    least, most = max(a.least, b.least), max(a.most, b.most)
    low = settled(larger(ready(a.low, wide), ready(b.low, wide)), least, most)
    return Num(low, low, a.scale, least, most, a.frame or b.frame)


def _nearest(
    nearer: Any, a: Whole, a_open: Mask | None, b: Whole, b_open: Mask | None, wide: int
) -> tuple[Whole, Mask | None]:
    """The nearer of two ends, either of which may be open."""
    a, b = ready(a, wide), ready(b, wide)
    end = nearer(a, b)
    if b_open is not None:
        end = choose(b_open, a, end, wide)
    if a_open is not None:
        end = choose(a_open, b, end, wide)
    return end, open_in_both(a_open, b_open)


def hull(a: Num, b: Num) -> Num:
    """The range that holds both."""
    a, b = aligned(a, b)
    wide = max(width(a.least, a.most), width(b.least, b.most))
    least, most = min(a.least, b.least), max(a.most, b.most)
    low = smaller(ready(a.low, wide), ready(b.low, wide))
    high = larger(ready(a.high, wide), ready(b.high, wide))
    if isinstance(low, int) and low == high:
        high = low
    low_open, high_open = open_in_either(a.low_open, b.low_open), open_in_either(a.high_open, b.high_open)
    return Num(low, high, a.scale, least, most, a.frame or b.frame, low_open, high_open)


def conditional(test: Truth, then: Num, other: Num) -> Num:
    """``then`` where the test holds, ``other`` where it fails, the range of both where it is unknown."""
    if isinstance(test.yes, bool) and (test.no is None or isinstance(test.no, bool)):
        if test.yes:
            return then
        return other if test.no is None or test.no else hull(then, other)
    then, other = aligned(then, other)
    frame = common(test, then, other)
    test, then, other = spread_to(frame, test), spread_to(frame, then), spread_to(frame, other)
    wide = max(width(then.least, then.most), width(other.least, other.most))
    least, most = min(then.least, other.least), max(then.most, other.most)
    low = choose(test.yes, then.low, other.low, wide)
    if test.no is None and then.exact and other.exact:
        return Num(low, low, then.scale, least, most, frame)
    high = choose(test.yes, then.high, other.high, wide)
    low_open = _chosen_open(test.yes, then.low_open, other.low_open)
    high_open = _chosen_open(test.yes, then.high_open, other.high_open)
    if test.no is not None:
        open_ = opposite(either(test.yes, test.no))
        low = choose(open_, smaller(ready(then.low, wide), ready(other.low, wide)), low, wide)
        high = choose(open_, larger(ready(then.high, wide), ready(other.high, wide)), high, wide)
        low_open = _chosen_open(open_, open_in_either(then.low_open, other.low_open), low_open)
        high_open = _chosen_open(open_, open_in_either(then.high_open, other.high_open), high_open)
    return Num(low, high, then.scale, least, most, frame, low_open, high_open)


def _chosen_open(mask: Mask, then: Mask | None, other: Mask | None) -> Mask | None:
    if then is None and other is None:
        return None
    chosen = pick(mask, False if then is None else then, False if other is None else other)
    return chosen if some(chosen) else None


ZERO = Num(0, 0, 1, 0, 0, None)


def perhaps(doubt: Mask, a: Num, frame: Frame | None) -> Num:
    """Where in doubt (rows of ``frame``), the range from zero to the number: it may not count at all."""
    if not some(doubt):
        return a
    return conditional(Truth(opposite(doubt), False, frame), a, ZERO)


def known_exactly(a: Num) -> Mask:
    """Rows whose number is fully known."""
    if a.exact:
        return True
    return and_closed(a.low == a.high, a.low_open, a.high_open)
