"""Parameters with a value for each key, and decision tables, as look-ups in small arrays worked out beforehand.

A key that is not known picks all values that it may have: for keys in order, the smallest and largest value of every
stretch of keys stand in a square table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from eligibility.batch.arithmetic import rescaled
from eligibility.batch.columns import ANYTHING, Code, Mask, NotCompilable, Num, Truth, Whole
from eligibility.batch.frames import Array, common, spread_to
from eligibility.batch.logic import unsure
from eligibility.batch.masks import choose, larger, smaller, width

MOST_KEYS = 1000
"""Keys of one parameter, beyond which the square table would be large."""
_DENSE = 4096
"""Span of whole keys that are looked up directly."""


def scaled(values: Sequence[Any]) -> tuple[list[int], int]:
    """Exact numbers as whole ones times a common scale."""
    fractions = [Fraction(value) for value in values]
    scale = lcm(*(f.denominator for f in fractions))
    return [int(f * scale) for f in fractions], scale


def _array(values: Sequence[int]) -> Array:
    wide = width(min(values), max(values))
    if wide == 2:
        raise NotCompilable("a parameter of more than 64 bits")
    return np.array(values, dtype=np.int64 if wide else np.int32)


class CodeLookup:
    """A value for each code of a list."""

    def __init__(self, values: Mapping[str, Any], codes: Sequence[str]) -> None:
        whole, self.scale = scaled(list(values.values()))
        by_code = dict(zip(values, whole, strict=True))
        self.least, self.most = min(whole), max(whole)
        # one more entry at the end: position −1, a code that is not known, may be any of the keys
        self.low = _array([*(by_code.get(code, 0) for code in codes), self.least])
        self.high = _array([*(by_code.get(code, 0) for code in codes), self.most])
        self.missing = np.array([*(code not in by_code for code in codes), False])
        self.complete = not self.missing.any()

    def find(self, key: Code) -> Num:
        """The value for each row's code; anything where the list has none for it."""
        least, most = min(self.least, 0), max(self.most, 0)
        if isinstance(key.values, int):
            if self.missing[key.values]:
                return ANYTHING
            low, high = int(self.low[key.values]), int(self.high[key.values])
            return Num(low, high, self.scale, low, high, None)
        values = self.low.take(key.values)
        upper = self.high.take(key.values) if key.gaps else values
        is_open: Mask | None = None
        if not self.complete:
            missing = self.missing.take(key.values)
            is_open = missing if missing.any() else None
        return Num(values, upper, self.scale, least, most, key.frame, is_open, is_open)


class OrderedLookup:
    """A value for each number, date or fiscal year; with ``steps``, from each key on until the next one."""

    def __init__(self, values: Mapping[Any, Any], steps: bool) -> None:
        if len(values) > MOST_KEYS:
            raise NotCompilable(f"a parameter with more than {MOST_KEYS} keys")
        ordered = sorted(values)
        self.steps = steps
        self.keys, self.key_scale = scaled(ordered)
        whole, self.scale = scaled([values[key] for key in ordered])
        self.least, self.most = min(whole), max(whole)
        self.values = _array(whole)
        size = len(whole)
        # stretches[i, j]: smallest (largest) value of the keys from i up to, not including, j
        self.low = np.zeros((size + 1, size + 1), dtype=self.values.dtype)
        self.high = np.zeros_like(self.low)
        for first in range(size):
            self.low[first, first + 1 :] = np.minimum.accumulate(self.values[first:])
            self.high[first, first + 1 :] = np.maximum.accumulate(self.values[first:])
        self.dense = self._dense() if not steps and self.key_scale == 1 else None

    def _dense(self) -> tuple[int, Array, Array] | None:
        first, span = self.keys[0], self.keys[-1] - self.keys[0] + 1
        if span > _DENSE:
            return None
        # one entry before and one after the keys, for all numbers outside
        values, missing = np.zeros(span + 2, dtype=self.values.dtype), np.ones(span + 2, dtype=bool)
        for key, value in zip(self.keys, self.values, strict=True):
            values[key - first + 1], missing[key - first + 1] = value, False
        return first, values, missing

    def find(self, key: Num) -> Num:
        """The value for each row's key; anything where there is none."""
        if self.dense is not None and key.exact and key.scale == 1 and not isinstance(key.low, int):
            first, values, missing = self.dense
            place = np.clip(key.low, first - 1, first + len(values) - 2) - (first - 1)
            found = values.take(place)
            absent = missing.take(place)
            none = absent if absent.any() else None
            return Num(found, found, self.scale, min(self.least, 0), max(self.most, 0), key.frame, none, none)
        return self._stretch(key)

    def _stretch(self, key: Num) -> Num:
        scale = lcm(key.scale, self.key_scale)
        key = rescaled(key, scale)
        wide = width(key.least, key.most)
        keys = np.array([k * (scale // self.key_scale) for k in self.keys], dtype=object if wide == 2 else np.int64)
        # the key may be any of keys[first:end]
        first = np.searchsorted(keys, key.low, side="right" if self.steps else "left")
        end = np.searchsorted(keys, key.high, side="right")
        if self.steps:
            first = first - 1
        if key.low_open is not None:
            first = np.where(key.low_open, -1 if self.steps else 0, first)
        if key.high_open is not None:
            end = np.where(key.high_open, len(keys), end)
        nothing = (first < 0) | (end <= first)
        first, end = np.where(nothing, 0, first), np.where(nothing, 0, end)
        low: Whole = self.low[first, end]
        high: Whole = low if key.exact else self.high[first, end]
        if key.frame is None:
            if bool(nothing):
                return ANYTHING
            return Num(int(low), int(self.high[first, end]), self.scale, self.least, self.most, None)
        none = nothing if nothing.any() else None
        return Num(low, high, self.scale, min(self.least, 0), max(self.most, 0), key.frame, none, none)


def first_row(conditions: Sequence[Truth], cells: Sequence[Any], otherwise: Any) -> Num:
    """The cell of the first row that applies; while that is open, the range of those that may."""
    frame = common(*conditions)
    conditions = [spread_to(frame, condition) for condition in conditions]
    whole, scale = scaled([*cells, otherwise])
    least, most = min(whole), max(whole)
    wide = width(least, most)
    low: Whole = whole[-1]
    high: Whole = low
    known = all(condition.no is None for condition in conditions)
    if not known:
        for condition, cell in zip(conditions, whole, strict=False):
            doubt = unsure(condition)
            low = choose(doubt, smaller(low, cell), low, wide)
            high = choose(doubt, larger(high, cell), high, wide)
    for condition, cell in reversed(list(zip(conditions, whole, strict=False))):
        low = choose(condition.yes, cell, low, wide)
        high = low if known else choose(condition.yes, cell, high, wide)
    return Num(low, high, scale, least, most, frame)


def membership(codes: Sequence[str], chosen: frozenset[str]) -> Array:
    """An answer for each code of a list, and a last one, false, for a code that is not known."""
    return np.array([*(code in chosen for code in codes), False])
