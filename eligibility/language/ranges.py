"""Numbers that are not known exactly: closed ranges with exact ends, and arithmetic on them.

A :class:`Range` behaves like a number in ``+ - *`` and in comparisons. A comparison answers ``True`` or ``False``
when every value of the range gives that answer, otherwise ``None`` (unknown), as Kleene's logic asks.
``math.inf`` marks an open end; it is the only float in the engine and never part of an exact value.
"""

from __future__ import annotations

from fractions import Fraction
from math import inf
from typing import Any

Exact = int | Fraction
"""An exact number."""

End = int | Fraction | float
"""An end of a range: exact, or ±``inf``."""


class Range:
    """All numbers from ``low`` to ``high``, both included."""

    __slots__ = ("high", "low")

    def __init__(self, low: End, high: End) -> None:
        self.low = low
        self.high = high

    def __repr__(self) -> str:
        return f"Range({self.low}, {self.high})"

    def __eq__(self, other: object) -> bool:
        """Same ends (structural; the language's ``==`` is :func:`equal`)."""
        return isinstance(other, Range) and self.low == other.low and self.high == other.high

    def __hash__(self) -> int:
        return hash((self.low, self.high))

    def __add__(self, other: Any) -> Range:
        if isinstance(other, Range):
            return Range(self.low + other.low, self.high + other.high)
        return Range(self.low + other, self.high + other)

    __radd__ = __add__

    def __neg__(self) -> Range:
        return Range(-self.high, -self.low)

    def __sub__(self, other: Any) -> Range:
        if isinstance(other, Range):
            return Range(self.low - other.high, self.high - other.low)
        return Range(self.low - other, self.high - other)

    def __rsub__(self, other: Any) -> Range:
        return Range(other - self.high, other - self.low)

    def __mul__(self, other: Any) -> Any:
        """A range, or exactly 0 when one factor is."""
        if isinstance(other, Range):
            products = [_times(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
            return between(min(products), max(products))
        ends = _times(self.low, other), _times(self.high, other)
        return between(min(ends), max(ends))

    __rmul__ = __mul__

    def __truediv__(self, other: Exact) -> Any:
        """Division by an exact number that is not zero (the language allows no other divisor)."""
        return self * (1 / Fraction(other))

    def __lt__(self, other: Any) -> bool | None:
        return _less(self.low, self.high, *ends_of(other))

    def __le__(self, other: Any) -> bool | None:
        return _not(_less(*ends_of(other), self.low, self.high))

    def __gt__(self, other: Any) -> bool | None:
        return _less(*ends_of(other), self.low, self.high)

    def __ge__(self, other: Any) -> bool | None:
        return _not(_less(self.low, self.high, *ends_of(other)))


def _times(a: End, b: End) -> End:
    return 0 if a == 0 or b == 0 else a * b


def _less(low: End, high: End, other_low: End, other_high: End) -> bool | None:
    if high < other_low:
        return True
    if low >= other_high:
        return False
    return None


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def ends_of(value: Any) -> tuple[End, End]:
    """Lowest and highest possible value of a number or range."""
    if isinstance(value, Range):
        return value.low, value.high
    return value, value


def equal(a: Any, b: Any) -> bool | None:
    """The language's ``==`` on numbers, dates and fiscal years."""
    if not isinstance(a, Range) and not isinstance(b, Range):
        return bool(a == b)
    a_low, a_high = ends_of(a)
    b_low, b_high = ends_of(b)
    if a_low == a_high == b_low == b_high:
        return True
    if a_high < b_low or b_high < a_low:
        return False
    return None


def between(low: End, high: End) -> Any:
    """A range, or the exact number when both ends are the same."""
    return low if low == high else Range(low, high)


def hull(a: Any, b: Any) -> Any:
    """The smallest range that holds both numbers."""
    a_low, a_high = ends_of(a)
    b_low, b_high = ends_of(b)
    return between(min(a_low, b_low), max(a_high, b_high))


def lowest(values: list[Any]) -> Any:
    """``min`` over numbers and ranges."""
    ends = [ends_of(v) for v in values]
    return between(min(low for low, _ in ends), min(high for _, high in ends))


def highest(values: list[Any]) -> Any:
    """``max`` over numbers and ranges."""
    ends = [ends_of(v) for v in values]
    return between(max(low for low, _ in ends), max(high for _, high in ends))


def is_exact(value: Any) -> bool:
    """True for a number that is fully known."""
    return not isinstance(value, Range)


ANYTHING = Range(-inf, inf)
"""A number of which nothing is known."""
