"""What a scheme is worth to the applicant: whole yen for certain and at most, by fiscal year where the rules say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf

from eligibility.evaluation.result import AmountResult
from eligibility.language.ranges import End, ends_of, is_exact
from eligibility.words import AmountKind

RECEIVED = frozenset({"grant", "contract_price", "tax_saving"})
"""Kinds of amounts that the applicant gets; donations and fees are what it pays."""
Ends = tuple[End, End]
NONE: Ends = (0, 0)


@dataclass(frozen=True, slots=True)
class Worth:
    """At least ``low`` and at most ``high`` whole yen (``inf``: open). ``years``: the part of each fiscal year; ``undated``:
    the rest. The lower ends of the parts add up to ``low`` unless the worth joins several possibilities."""

    low: int = 0
    high: End = 0
    years: Mapping[int, Ends] = field(default_factory=dict)
    undated: Ends = NONE

    @property
    def is_exact(self) -> bool:
        """The worth is known to the yen."""
        return self.low == self.high


NOTHING = Worth()


def worth_of(amount: AmountResult) -> Worth:
    """The worth of an amount, whoever pays it. Nothing below zero: a saving that is not known yet may still be none."""
    if amount.kind is AmountKind.NONE:
        return NOTHING
    years: dict[int, Ends] = {}
    undated: Ends = NONE
    for line in amount.lines:
        if is_exact(line.fiscal_year) and line.fiscal_year is not None:
            years[line.fiscal_year] = _plus(years.get(line.fiscal_year, NONE), _clean(ends_of(line.yen)))
        else:
            undated = _plus(undated, _clean(ends_of(line.yen)))
    low, high = _clean((amount.low, amount.high))
    if high == inf and undated[1] != inf and all(end != inf for _, end in years.values()):
        undated = (undated[0], inf)  # the number of years is open
    if low == 0:  # the verdict or a part is open: no line is certain either
        years = {year: (0, end) for year, (_, end) in years.items()}
        undated = (0, undated[1])
    return Worth(int(low), high, years, undated)


def received(amount: AmountResult) -> Worth:
    """What the applicant gets."""
    return worth_of(amount) if amount.what in RECEIVED else NOTHING


def paid(amount: AmountResult) -> Worth:
    """What the applicant pays."""
    return NOTHING if amount.what in RECEIVED else worth_of(amount)


def either(worths: Iterable[Worth]) -> Worth:
    """What is certain and what is possible when it is one of several."""
    first, *others = worths
    low, high = first.low, first.high
    years, undated = dict(first.years), first.undated
    for other in others:
        low, high = min(low, other.low), max(high, other.high)
        undated = _hull(undated, other.undated)
        years = {y: _hull(years.get(y, NONE), other.years.get(y, NONE)) for y in {**years, **other.years}}
    return Worth(low, high, years, undated)


def together(worths: Iterable[Worth]) -> Worth:
    """The sum."""
    low: int = 0
    high: End = 0
    undated: Ends = NONE
    years: dict[int, Ends] = {}
    for worth in worths:
        low, high = low + worth.low, high + worth.high
        undated = _plus(undated, worth.undated)
        for year, ends in worth.years.items():
            years[year] = _plus(years.get(year, NONE), ends)
    return Worth(low, high, dict(sorted(years.items())), undated)


def _plus(a: Ends, b: Ends) -> Ends:
    return a[0] + b[0], a[1] + b[1]


def _hull(a: Ends, b: Ends) -> Ends:
    return min(a[0], b[0]), max(a[1], b[1])


def _clean(ends: Ends) -> Ends:
    low, high = max(ends[0], 0), max(ends[1], 0)
    return int(low), high if high == inf else int(high)
