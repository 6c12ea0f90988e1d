"""``any all count sum min max`` and ``[… if …]``: records and fiscal years as rows of a deeper frame, all at once; codes one
after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from eligibility.batch.arithmetic import add, conditional, hull, multiply, negative
from eligibility.batch.columns import (
    ANYTHING,
    NO,
    UNKNOWN,
    YES,
    Blank,
    Mask,
    NotCompilable,
    Num,
    Record,
    Records,
    Truth,
    Whole,
    Years,
    number,
)
from eligibility.batch.env import Env
from eligibility.batch.frames import Array, Frame, common, spread_to
from eligibility.batch.logic import (
    conditional_truth,
    conjunction,
    disjunction,
    negation,
    refused,
    unsure,
)
from eligibility.batch.masks import (
    and_closed,
    both,
    choose,
    either,
    larger,
    opposite,
    ready,
    smaller,
    some,
    width,
)
from eligibility.language.ranges import Range

Run = Callable[[Env], Any]

MOST_YEARS = 400
"""Fiscal years that one loop may run over; rows with more are determined one by one."""
ZERO, ONE = number(0), number(1)


class Loop:
    """The parts of a quantifier. ``outer``: variables of loops around it that it uses; ``length``: most items of a
    list that is not known; ``blank``: what stands for such an item."""

    def __init__(
        self,
        kind: str,
        slot: int,
        source: Run,
        condition: Run | None,
        body: Run | None,
        outer: frozenset[int],
        length: int,
        blank: Blank | Num,
    ) -> None:
        self.kind = kind
        self.slot = slot
        self.source = source
        self.condition = condition
        self.body = body
        self.outer = outer
        self.length = length
        self.blank = blank

    def run(self, env: Env) -> Any:
        """The value for each row of the frame around the loop."""
        source = self.source(env)
        if isinstance(source, Records):
            if source.unknown is True:
                return self._replaced(env, YES, NO if self.kind in ("any", "all") else ZERO)
            source = source.inside(self._around(env, source.parent))
            return self._over(env, source.record, source.members, source.parent, source.unknown)
        if isinstance(source, Years):
            frame, year, members = unrolled(env, source, self._around(env, years_frame(env, source)))
            return self._over(env, year, members, frame.parent or env.frame, source.count.high_open)
        return self._over_codes(env, source)

    def _around(self, env: Env, parent: Frame) -> Frame:
        """The frame around the loop: of its list, or deeper when it uses variables of loops around it."""
        outer = env.deepest(self.outer)
        return outer if outer.depth > parent.depth else parent

    def _value(self, env: Env) -> Any:
        return YES if self.body is None else self.body(env)

    def _members(self, env: Env, item: Any, members: Truth) -> Truth:
        env.slots[self.slot] = item
        return members if self.condition is None else conjunction([members, self.condition(env)])

    # -- records and fiscal years -----------------------------------------------------------------------------

    def _over(self, env: Env, item: Record | Num, members: Truth, parent: Frame, unknown: Mask | None) -> Any:
        frame = item.frame
        if frame is None:
            raise TypeError("a loop over one value")
        members = spread_to(frame, self._members(env, item, members))
        value = spread_to(frame, self._value(env))
        result = _REDUCTIONS[self.kind](frame, members, value, parent)
        return result if unknown is None else self._replaced(env, Truth(unknown, None, parent), result)

    def _replaced(self, env: Env, where: Truth, result: Any) -> Any:
        """The result, replaced where the list is not known."""
        if self.kind in ("any", "all"):
            return conditional_truth(where, UNKNOWN, result)
        if self.kind == "count":
            blank = number(Range(0, self.length))
        elif self.kind == "sum":
            env.slots[self.slot] = self.blank
            blank = hull(ZERO, multiply(self._value(env), number(self.length)))
        else:
            blank = ANYTHING
        return conditional(where, blank, result)

    def filtered(self, env: Env) -> Any:
        """The list without the records that the condition certainly fails for."""
        source = self.source(env)
        if not isinstance(source, Records):
            raise NotCompilable("a filtered list of codes or fiscal years")
        if source.unknown is True:
            return source
        source = source.inside(self._around(env, source.parent))
        members = spread_to(source.record.frame, self._members(env, source.record, source.members))
        return Records(source.store, source.parent, members, source.unknown)

    # -- codes ------------------------------------------------------------------------------------------------

    def _over_codes(self, env: Env, codes: Sequence[Any]) -> Any:
        steps = []
        for code in codes:
            belongs = self._members(env, code, YES)
            steps.append((belongs, self._value(env)))
        if self.kind == "any":
            return disjunction(conjunction([belongs, value]) for belongs, value in steps)
        if self.kind == "all":
            return conjunction(disjunction([negation(belongs), value]) for belongs, value in steps)
        if self.kind in ("min", "max"):
            raise NotCompilable(f"{self.kind}() over codes")
        total = ZERO
        for belongs, value in steps:
            total = add(total, conditional(belongs, ONE if self.kind == "count" else value, ZERO))
        return total


# --- from the items to the rows around them ------------------------------------------------------------------


def _rows(mask: Mask, frame: Frame) -> Array:
    return np.full(frame.size, mask) if isinstance(mask, bool) else mask


def _count(frame: Frame, members: Truth, value: Any, parent: Frame) -> Num:
    low = frame.counts if members.yes is True else frame.count(_rows(members.yes, frame))
    if members.no is None:
        return Num(low, low, 1, 0, frame.longest, parent)
    high = frame.count(_rows(opposite(members.no), frame))
    return Num(low, high, 1, 0, frame.longest, parent)


def _any(frame: Frame, members: Truth, value: Truth, parent: Frame) -> Truth:
    both_ = conjunction([members, value])
    yes = frame.count(_rows(both_.yes, frame)) > 0
    if both_.no is None:
        return Truth(yes, None, parent)
    return Truth(yes, frame.count(_rows(opposite(both_.no), frame)) == 0, parent)


def _all(frame: Frame, members: Truth, value: Truth, parent: Frame) -> Truth:
    return negation(_any(frame, members, negation(value), parent))


def summed(frame: Frame, members: Truth, value: Num, parent: Frame) -> Num:
    """The sum of the members; one that may not belong counts from zero to its value."""
    longest = frame.longest
    least, most = min(value.least, 0) * longest, max(value.most, 0) * longest
    wide = max(width(least, most), width(value.least, value.most))
    doubt = unsure(members)
    doubtful = doubt is not False and some(doubt)
    low = _added(frame, value.low, members.yes, wide)
    if value.exact and not doubtful:
        return Num(low, low, value.scale, least, most, parent)
    high = _added(frame, value.high, members.yes, wide)
    if doubtful:
        low = low + _added(frame, smaller(ready(value.low, wide), 0), doubt, wide)
        high = high + _added(frame, larger(ready(value.high, wide), 0), doubt, wide)
    possible = opposite(refused(members))
    opens = [
        None if end is None else frame.count(_rows(both(end, possible), frame)) > 0
        for end in (value.low_open, value.high_open)
    ]
    return Num(low, high, value.scale, least, most, parent, *opens)


def _added(frame: Frame, numbers: Whole, mask: Mask, wide: int) -> Any:
    if isinstance(numbers, int):
        return frame.count(_rows(mask, frame)).astype(object if wide == 2 else np.int64) * numbers
    each: Any = ready(numbers, max(wide, 1))
    return frame.add_up(each if mask is True else each * mask)


def _most(frame: Frame, members: Truth, value: Num, parent: Frame) -> Num:
    return negative(_least(frame, members, negative(value), parent))


def _least(frame: Frame, members: Truth, value: Num, parent: Frame) -> Num:
    """The smallest: certainly no larger than the smallest certain member, and anything when there is none."""
    wide = width(value.least, value.most)
    possible = opposite(refused(members))
    low = _picked(frame, value.low, value.low_open, possible, value.most, wide)
    nothing: Array = frame.count(_rows(members.yes, frame)) == 0
    none = nothing if nothing.any() else None
    if value.exact and members.no is None:
        return Num(low, low, value.scale, value.least, value.most, parent, none, none)
    high = _picked(frame, value.high, value.high_open, members.yes, value.most, wide)
    low_open: Mask = nothing
    if value.low_open is not None:
        low_open = either(low_open, frame.count(_rows(both(value.low_open, possible), frame)) > 0)
    high_open: Mask = frame.count(_rows(and_closed(members.yes, value.high_open), frame)) == 0
    return Num(
        low,
        high,
        value.scale,
        value.least,
        value.most,
        parent,
        low_open if some(low_open) else None,
        high_open if some(high_open) else None,
    )


def _picked(frame: Frame, numbers: Whole, is_open: Mask | None, mask: Mask, most: int, wide: int) -> Array:
    filled = choose(and_closed(mask, is_open), numbers, most, wide)
    if isinstance(filled, int):
        filled = np.full(frame.size, filled, dtype=object if wide == 2 else np.int64)
    return frame.least(filled, most)


_REDUCTIONS: dict[str, Callable[[Frame, Truth, Any, Frame], Any]] = {
    "any": _any,
    "all": _all,
    "count": _count,
    "sum": summed,
    "min": _least,
    "max": _most,
}

# --- fiscal years --------------------------------------------------------------------------------------------


def years_frame(env: Env, years: Years) -> Frame:
    """The frame that a list of fiscal years belongs to."""
    return common(years.first, years.count) or env.frame


def unrolled(env: Env, years: Years, parent: Frame) -> tuple[Frame, Num, Truth]:
    """Fiscal years as rows of their own: the frame, the year of each row, and whether it certainly belongs."""
    key = ("years", id(years.first), id(years.count), id(parent))
    if key not in env.memo:
        env.memo[key] = (years, parent, _unrolled(env, years, parent))
    found: tuple[Frame, Num, Truth] = env.memo[key][2]
    return found


def _unrolled(env: Env, years: Years, parent: Frame) -> tuple[Frame, Num, Truth]:
    first, count = spread_to(parent, years.first), spread_to(parent, years.count)
    limit: Any = count.high // count.scale if count.scale > 1 else count.high
    if count.high_open is not None:
        limit = choose(count.high_open, 0, limit, 1)
    limit = np.broadcast_to(np.asarray(limit), parent.size)
    too_many = limit > MOST_YEARS
    if too_many.any():
        env.refuse(too_many, parent, f"a loop over more than {MOST_YEARS} fiscal years")
    frame = Frame(parent, np.clip(limit, 0, MOST_YEARS).astype(np.int64))
    place = np.arange(frame.size) - frame.starts[frame.index]
    year = add(first, Num(place, place, 1, 0, max(frame.longest - 1, 0), frame))
    if count.exact:
        return frame, year, YES
    count = frame.spread(count)
    sure = and_closed(count.low > place * count.scale, count.low_open)
    return frame, year, Truth(sure, False, frame)
