"""Built-in functions of the rule language. Each works on exact values and on ranges.

Dates are proleptic ordinals, fiscal years the year they begin in (1 April), money whole yen until a rule divides it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor, inf
from typing import Any

from eligibility.language.ranges import ANYTHING, Range, between, ends_of, highest, lowest
from eligibility.language.reader import ExpressionError
from eligibility.language.types import (
    BOOL,
    DATE,
    FISCAL_YEAR,
    MONEY,
    NUMBER,
    CodeSetType,
    ListType,
    NumberType,
    Type,
)

MAX_ORDINAL = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function: its result type from the argument types, and its evaluation.

    ``typed`` raises :class:`ExpressionError` when the arguments do not fit. ``ja``/``en`` are templates for readings.
    """

    name: str
    typed: Callable[[Sequence[Type]], Type]
    run: Callable[..., Any]
    ja: str
    en: str


# --- dates -------------------------------------------------------------------------------------------------


def fiscal_year_of(ordinal: int) -> int:
    """Fiscal year (1 April – 31 March) that a day lies in."""
    day = date.fromordinal(ordinal)
    return day.year if day.month >= 4 else day.year - 1


def first_assessed_year(ordinal: int) -> int:
    """First fiscal year whose assessment date (1 January) an asset acquired on that day is subject to.

    Acquired on 1 January counts as acquired in the year before. Source: 地方税法359条; fixed_asset_tax dossier 1.3.
    """
    day = date.fromordinal(ordinal)
    return day.year if (day.month, day.day) == (1, 1) else day.year + 1


def add_months(ordinal: int, months: int) -> int:
    """The corresponding day some months later, or the month's last day when there is none (民法143条2項)."""
    day = date.fromordinal(ordinal)
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])).toordinal()


def start_of_fiscal_year(year: int) -> int:
    """1 April of the fiscal year."""
    return date(year, 4, 1).toordinal()


def end_of_fiscal_year(year: int) -> int:
    """31 March that ends the fiscal year."""
    return date(year + 1, 3, 31).toordinal()


def monotone(function: Callable[..., int]) -> Callable[..., Any]:
    """Lift a function that grows with each argument to ranges."""

    def lifted(*arguments: Any) -> Any:
        for argument in arguments:
            if isinstance(argument, Range):
                break
        else:
            return function(*arguments)
        lows, highs = zip(*(ends_of(a) for a in arguments), strict=True)
        if any(isinstance(end, float) for end in (*lows, *highs)):
            return ANYTHING
        return between(function(*lows), function(*highs))

    return lifted


# --- money -------------------------------------------------------------------------------------------------


def floor_to(value: Any, unit: int) -> Any:
    """Round down to a multiple of ``unit`` (端数切捨て)."""
    if isinstance(value, Range):
        return between(_floor_end(value.low, unit), _floor_end(value.high, unit))
    if isinstance(value, Fraction):
        return value.numerator // (value.denominator * unit) * unit
    return value // unit * unit


def _floor_end(end: Any, unit: int) -> Any:
    return end if end in (inf, -inf) else floor(Fraction(end) / unit) * unit


def assessed_value(cost: Any, rate: Any, acquired: Any, year: Any) -> Any:
    """評価額 of a depreciable asset in a fiscal year, whole yen; 0 before it is first assessed.

    First year: cost × (1 − r/2), the factor cut to 3 decimals; each later year: × (1 − r); cut to whole yen at every
    step; never below 5 % of the cost. ``rate`` is r in per mille. Source: 固定資産評価基準 別表第15; dossier 1.3.
    """
    if isinstance(cost, Range) or isinstance(rate, Range) or isinstance(acquired, Range) or isinstance(year, Range):
        return Range(0, ends_of(cost)[1])
    years_held = year - first_assessed_year(acquired)
    if years_held < 0:
        return 0
    cost = int(cost)
    value = cost * ((2000 - rate) // 2) // 1000
    least = cost * 5 // 100
    for _ in range(years_held):
        if value <= least:
            break
        value = value * (1000 - rate) // 1000
    return max(value, least)


# --- typing helpers ----------------------------------------------------------------------------------------


def _arity(name: str, arguments: Sequence[Type], count: int) -> None:
    if len(arguments) != count:
        raise ExpressionError(f"{name}() takes {count} argument{'s' if count != 1 else ''}, not {len(arguments)}")


def _fixed(name: str, expected: Sequence[Type], result: Type) -> Callable[[Sequence[Type]], Type]:
    def typed(arguments: Sequence[Type]) -> Type:
        _arity(name, arguments, len(expected))
        for position, (given, wanted) in enumerate(zip(arguments, expected, strict=True), 1):
            if given != wanted:
                raise ExpressionError(f"argument {position} of {name}() must be a {wanted}, not a {given}")
        return result

    return typed


def _same(name: str) -> Callable[[Sequence[Type]], Type]:
    def typed(arguments: Sequence[Type]) -> Type:
        if len(arguments) < 2:
            raise ExpressionError(f"{name}() takes two or more arguments")
        first = arguments[0]
        if not isinstance(first, NumberType) and first not in (DATE, FISCAL_YEAR):
            raise ExpressionError(f"{name}() works on numbers, dates and fiscal years, not on a {first}")
        for other in arguments[1:]:
            if other != first:
                raise ExpressionError(f"{name}() mixes a {first} and a {other}")
        return first

    return typed


def _rounding(arguments: Sequence[Type]) -> Type:
    _arity("floor_to", arguments, 2)
    if not isinstance(arguments[0], NumberType) or arguments[0] != arguments[1]:
        raise ExpressionError(
            f"floor_to() needs a number and a unit of the same kind, not {arguments[0]} and {arguments[1]}"
        )
    return arguments[0]


def _overlapping(arguments: Sequence[Type]) -> Type:
    _arity("overlaps", arguments, 2)
    if not isinstance(arguments[0], CodeSetType) or arguments[0] != arguments[1]:
        raise ExpressionError(f"overlaps() needs two sets of the same codes, not {arguments[0]} and {arguments[1]}")
    return BOOL


def _years(first: Any, count: Any) -> Any:
    """Fiscal years from ``first``, ``count`` of them, each with whether it certainly belongs (True or None)."""
    low, high = ends_of(count)
    if high == inf:
        return None
    return tuple((first + k, True if k < low else None) for k in range(int(high)))


def _overlaps(a: frozenset[str] | None, b: frozenset[str] | None) -> bool | None:
    if a is not None and b is not None:
        return not a.isdisjoint(b)
    return False if a == frozenset() or b == frozenset() else None


def _per_mille(arguments: Sequence[Type]) -> Type:
    return _fixed("assessed_value", (MONEY, NUMBER, DATE, FISCAL_YEAR), MONEY)(arguments)


BUILTINS: dict[str, Builtin] = {
    b.name: b
    for b in (
        Builtin(
            "min",
            _same("min"),
            lambda *a: min(a) if not any(isinstance(x, Range) for x in a) else lowest(list(a)),
            "{0}のうち小さい方",
            "the smaller of {0}",
        ),
        Builtin(
            "max",
            _same("max"),
            lambda *a: max(a) if not any(isinstance(x, Range) for x in a) else highest(list(a)),
            "{0}のうち大きい方",
            "the larger of {0}",
        ),
        Builtin("floor_to", _rounding, floor_to, "{0}（{1}未満切捨て）", "{0} rounded down to {1}"),
        Builtin(
            "fiscal_year",
            _fixed("fiscal_year", (DATE,), FISCAL_YEAR),
            monotone(fiscal_year_of),
            "{0}の属する年度",
            "the fiscal year of {0}",
        ),
        Builtin(
            "first_assessed_year",
            _fixed("first_assessed_year", (DATE,), FISCAL_YEAR),
            monotone(first_assessed_year),
            "{0}の後、最初に課税される年度",
            "the first fiscal year assessed after {0}",
        ),
        Builtin(
            "add_months",
            _fixed("add_months", (DATE, NUMBER), DATE),
            monotone(add_months),
            "{0}の{1}か月後の日",
            "the day {1} months after {0}",
        ),
        Builtin(
            "add_years",
            _fixed("add_years", (DATE, NUMBER), DATE),
            monotone(lambda d, n: add_months(d, 12 * n)),
            "{0}の{1}年後の日",
            "the day {1} years after {0}",
        ),
        Builtin(
            "start_of",
            _fixed("start_of", (FISCAL_YEAR,), DATE),
            monotone(start_of_fiscal_year),
            "{0}の初日",
            "the first day of {0}",
        ),
        Builtin(
            "end_of",
            _fixed("end_of", (FISCAL_YEAR,), DATE),
            monotone(end_of_fiscal_year),
            "{0}の末日",
            "the last day of {0}",
        ),
        Builtin(
            "years",
            _fixed("years", (FISCAL_YEAR, NUMBER), ListType(FISCAL_YEAR)),
            _years,
            "{0}から{1}年度分",
            "{1} fiscal years from {0}",
        ),
        Builtin("overlaps", _overlapping, _overlaps, "{0}に{1}が含まれる", "{0} includes any of {1}"),
        Builtin(
            "assessed_value",
            _per_mille,
            assessed_value,
            "{3}の評価額（取得価額{0}、減価率{1}‰、取得日{2}）",
            "assessed value in {3} (cost {0}, rate {1} per mille, acquired {2})",
        ),
    )
}
"""All functions by name."""
