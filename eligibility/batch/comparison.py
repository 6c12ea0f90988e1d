"""Comparison of number columns: certainly true, certainly false, or unknown, row by row."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from eligibility.batch.arithmetic import aligned
from eligibility.batch.columns import Mask, Num, Truth
from eligibility.batch.masks import and_closed, both, either, opposite, ready, width


def compare(operator: str, a: Num, b: Num) -> Truth:
    """``< <= > >= == !=``: certainly true, certainly false, or unknown."""
    if operator == ">":
        return compare("<", b, a)
    if operator == ">=":
        return compare("<=", b, a)
    if operator == "!=":
        same = compare("==", a, b)
        return Truth(
            opposite(same.yes) if same.no is None else same.no, None if same.no is None else same.yes, same.frame
        )
    quick = _against_constant(operator, a, b)
    if quick is not None:
        return quick
    a, b = aligned(a, b)
    frame = a.frame or b.frame
    wide = max(width(a.least, a.most), width(b.least, b.most))
    a_low, a_high, b_low, b_high = (ready(x, wide) for x in (a.low, a.high, b.low, b.high))
    if a.exact and b.exact:
        yes: Mask = a_low < b_low if operator == "<" else a_low <= b_low if operator == "<=" else a_low == b_low
        return Truth(yes, None, frame)
    if operator == "<":
        yes, no = a_high < b_low, a_low >= b_high
    elif operator == "<=":
        yes, no = a_high <= b_low, a_low > b_high
    else:
        yes = both(both(a_low == a_high, b_low == b_high), a_low == b_low)
        yes = and_closed(yes, a.low_open, a.high_open, b.low_open, b.high_open)
        no = either(
            and_closed(a_high < b_low, a.high_open, b.low_open), and_closed(b_high < a_low, b.high_open, a.low_open)
        )
        return Truth(yes, no, frame)
    return Truth(and_closed(yes, a.high_open, b.low_open), and_closed(no, a.low_open, b.high_open), frame)


def _against_constant(operator: str, a: Num, b: Num) -> Truth | None:
    """Comparison with a single exact number: the array stays as it is, the number is brought to its scale."""
    if b.exact and isinstance(b.low, int) and not isinstance(a.low, int):
        limit = Fraction(b.low * a.scale, b.scale)
        if operator == "==":
            if limit.denominator != 1:
                return Truth(False, None, a.frame) if a.exact else None
            if a.exact:
                return Truth(a.low == limit.numerator, None, a.frame)
            return None
        whole = ceil(limit) if operator == "<" else floor(limit) + 1  # both ask for: less than this whole number
        yes: Mask = a.high < whole
        if a.exact:
            return Truth(yes, None, a.frame)
        return Truth(and_closed(yes, a.high_open), and_closed(a.low >= whole, a.low_open), a.frame)
    if a.exact and isinstance(a.low, int) and not isinstance(b.low, int) and operator != "==":
        limit = Fraction(a.low * b.scale, a.scale)
        whole = floor(limit) + 1 if operator == "<" else ceil(limit)  # at least this whole number
        yes = b.low >= whole
        if b.exact:
            return Truth(yes, None, b.frame)
        return Truth(and_closed(yes, b.low_open), and_closed(b.high < whole, b.high_open), b.frame)
    return None
