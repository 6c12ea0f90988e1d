"""The values of the rule language as columns: one object holds the value of an expression for all rows of a frame.

Where nothing is unknown, a column costs what the plain array costs: an exact number has one array (``high is low``), a
condition that is known everywhere has no second mask. Single values (constants) are Python's own and fit every frame.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import inf, lcm
from typing import Any

import numpy as np

from eligibility.batch.frames import Array, Frame
from eligibility.language.ranges import Range, ends_of
from eligibility.language.types import BOOL, CodeSetType, CodeType, Type
from eligibility.rulebook.model import Fact

Mask = Array | bool
"""True or false for each row, or one answer for all."""

Whole = Array | int
"""Whole numbers for each row (32 or 64 bits, or Python's own where those are too small), or one for all."""

ORDINAL_OF_1970 = 719163
"""Ordinal of 1 January 1970, the day from which Polars and NumPy count."""


class NotCompilable(Exception):
    """Something that columns cannot hold exactly. The rows concerned are determined one by one instead."""


def taken_mask(mask: Mask | None, index: Array) -> Mask | None:
    """A mask at some rows."""
    return mask if mask is None or isinstance(mask, bool) else mask.take(index)


def taken_whole(numbers: Whole, index: Array) -> Whole:
    """Numbers at some rows."""
    return numbers if isinstance(numbers, int) else numbers.take(index)


class Num:
    """A number (or date, or fiscal year) for each row, known exactly or as a range, as whole numbers times ``scale``.

    ``least`` and ``most`` bound every number in the arrays, so that nothing can overflow unnoticed. Where
    ``low_open`` (``high_open``) is true there is no lower (upper) end, and the array's number there means nothing.
    """

    __slots__ = ("frame", "high", "high_open", "least", "low", "low_open", "most", "scale")

    def __init__(
        self,
        low: Whole,
        high: Whole,
        scale: int,
        least: int,
        most: int,
        frame: Frame | None,
        low_open: Mask | None = None,
        high_open: Mask | None = None,
    ) -> None:
        self.low = low
        self.high = low if isinstance(low, int) and isinstance(high, int) and low == high else high
        self.scale = scale
        self.least = least
        self.most = most
        self.frame = frame
        self.low_open = low_open
        self.high_open = high_open

    @property
    def exact(self) -> bool:
        """True when every row is known exactly (and one array serves for both ends)."""
        return self.high is self.low and self.low_open is None and self.high_open is None

    def taken(self, index: Array, frame: Frame) -> Num:
        """The numbers at some rows."""
        if self.frame is None:
            return self
        low = taken_whole(self.low, index)
        high = low if self.high is self.low else taken_whole(self.high, index)
        return Num(
            low,
            high,
            self.scale,
            self.least,
            self.most,
            frame,
            taken_mask(self.low_open, index),
            taken_mask(self.high_open, index),
        )


class Truth:
    """A condition for each row: ``yes`` where it certainly holds, ``no`` where it certainly fails; in neither it is
    unknown. ``no is None``: known everywhere, ``no`` is all that is not ``yes``."""

    __slots__ = ("frame", "no", "yes")

    def __init__(self, yes: Mask, no: Mask | None, frame: Frame | None) -> None:
        self.yes = yes
        self.no = no
        self.frame = frame

    def taken(self, index: Array, frame: Frame) -> Truth:
        """The answers at some rows."""
        if self.frame is None:
            return self
        yes = taken_mask(self.yes, index)
        return Truth(False if yes is None else yes, taken_mask(self.no, index), frame)


class Code:
    """A code for each row as its position in its list, −1 where it is not known (only if ``gaps``)."""

    __slots__ = ("codes", "frame", "gaps", "values")

    def __init__(self, values: Whole, gaps: bool, codes: str, frame: Frame | None) -> None:
        self.values = values
        self.gaps = gaps
        self.codes = codes
        self.frame = frame

    def taken(self, index: Array, frame: Frame) -> Code:
        """The codes at some rows."""
        if self.frame is None:
            return self
        return Code(taken_whole(self.values, index), self.gaps, self.codes, frame)


class CodeSet:
    """A set of codes for each row, one bit a code; ``unknown`` where the set is not known."""

    __slots__ = ("bits", "codes", "frame", "unknown")

    def __init__(self, bits: Whole, unknown: Mask | None, codes: str, frame: Frame | None) -> None:
        self.bits = bits
        self.unknown = unknown
        self.codes = codes
        self.frame = frame

    def taken(self, index: Array, frame: Frame) -> CodeSet:
        """The sets at some rows."""
        if self.frame is None:
            return self
        return CodeSet(taken_whole(self.bits, index), taken_mask(self.unknown, index), self.codes, frame)


Value = Num | Truth | Code | CodeSet


class Blank:
    """A record of which nothing is known: stands for the items of a list that is not known."""

    __slots__ = ("fact", "frame")

    def __init__(self, fact: Fact) -> None:
        self.fact = fact
        self.frame = None

    def field(self, name: str) -> Value:
        """The unknown value of a field."""
        return unknown_value(self.fact.fields[name])

    def taken(self, index: Array, frame: Frame) -> Blank:
        """Itself."""
        return self


class Store:
    """The records of one list fact for a chunk of firms. ``unknown``: firms whose list is not known (no records)."""

    __slots__ = ("_read", "_read_fields", "fact", "frame", "record", "root", "unknown")

    def __init__(
        self, fact: Fact, root: Frame, counts: Array, unknown: Mask | None, read: Callable[[str, Frame], Value]
    ) -> None:
        self.fact = fact
        self.root = root
        self.frame = Frame(root, counts)
        self.unknown = unknown
        self._read = read
        self._read_fields: dict[str, Value] = {}
        self.record = Record(self, self.frame, None)

    def field(self, name: str) -> Value:
        """A field of all records."""
        if name not in self._read_fields:
            self._read_fields[name] = self._read(name, self.frame)
        return self._read_fields[name]

    def taken(self, index: Array, root: Frame) -> Store:
        """The lists of some firms."""
        items = items_of(self.frame, index)
        return Store(
            self.fact,
            root,
            self.frame.counts.take(index),
            taken_mask(self.unknown, index),
            lambda name, frame: self.field(name).taken(items, frame),
        )

    def inside(self, parent: Frame) -> Record:
        """The records as items of another frame: of the firms themselves, or of items of another list."""
        if parent is self.root:
            return self.record
        key = ("items", id(self))
        if key not in parent.cache:
            owners = parent.from_ancestor(self.root)
            frame = Frame(parent, self.frame.counts[owners])
            parent.cache[key] = Record(self, frame, items_of(self.frame, owners))
        record: Record = parent.cache[key]
        return record


def items_of(frame: Frame, owners: Array) -> Array:
    """Positions of the items that belong to some rows of the parent frame, in their order."""
    counts = frame.counts.take(owners)
    ends = np.cumsum(counts)
    return np.repeat(frame.starts.take(owners) - (ends - counts), counts) + np.arange(int(counts.sum()))


class Record:
    """One record for each row of a frame. ``positions``: which record of the store (``None``: each in its turn)."""

    __slots__ = ("fields", "frame", "positions", "store")

    def __init__(self, store: Store, frame: Frame, positions: Array | None) -> None:
        self.store = store
        self.frame = frame
        self.positions = positions
        self.fields: dict[str, Value] = {}

    def field(self, name: str) -> Value:
        """A field of the record."""
        if self.positions is None:
            return self.store.field(name)
        if name not in self.fields:
            self.fields[name] = self.store.field(name).taken(self.positions, self.frame)
        return self.fields[name]


class Records:
    """A list of records for each row of ``parent``. ``members``: which of them belong; ``unknown``: rows whose list is not
    known (``True``: no row's is)."""

    __slots__ = ("members", "parent", "record", "store", "unknown")

    def __init__(self, store: Store, parent: Frame, members: Truth, unknown: Mask | None) -> None:
        self.store = store
        self.parent = parent
        self.record = store.inside(parent)
        self.members = members
        self.unknown = unknown

    def inside(self, parent: Frame) -> Records:
        """The same lists seen from a frame further in."""
        if parent is self.parent:
            return self
        key = ("records", id(self))
        if key not in parent.cache:
            rows = parent.from_ancestor(self.parent)
            moved = Records(self.store, parent, self.members, taken_mask(self.unknown, rows))
            moved.members = self.members.taken(items_of(self.record.frame, rows), moved.record.frame)
            parent.cache[key] = (self, moved)
        found: Records = parent.cache[key][1]
        return found


class Years:
    """Fiscal years from ``first``, ``count`` of them. ``unknown``: rows where there is no end to them."""

    __slots__ = ("count", "first")

    def __init__(self, first: Num, count: Num) -> None:
        self.first = first
        self.count = count


# --- single values -------------------------------------------------------------------------------------------


def number(value: Any) -> Num:
    """A constant: an exact number or a range (an end may be open)."""
    if type(value) is int:
        return Num(value, value, 1, value, value, None)
    low, high = ends_of(value)
    low_open, high_open = low == -inf, high == inf
    lowest = Fraction(0 if low_open else low)
    highest = Fraction(0 if high_open else high)
    scale = lcm(lowest.denominator, highest.denominator)
    a, b = int(lowest * scale), int(highest * scale)
    return Num(a, b, scale, min(a, b), max(a, b), None, low_open or None, high_open or None)


ANYTHING = number(Range(-inf, inf))
YES = Truth(True, None, None)
NO = Truth(False, None, None)
UNKNOWN = Truth(False, False, None)


def scale_of(fact: Fact) -> int:
    """What makes every value of a numeric fact whole."""
    return int(10**fact.decimals) * (100 if getattr(fact.type, "word", "") == "percent" else 1)


def unknown_value(fact: Fact) -> Value:
    """The value of a fact or field of which nothing is known."""
    return unknown_of(fact.type, fact.unknown)


def unknown_of(type_: Type, bounds: Any = None) -> Value:
    """The value of something of a type of which nothing is known but perhaps its ``bounds``."""
    if type_ == BOOL:
        return UNKNOWN
    if isinstance(type_, CodeType):
        return Code(-1, True, type_.codes, None)
    if isinstance(type_, CodeSetType):
        return CodeSet(0, True, type_.codes, None)
    return number(bounds) if bounds is not None else ANYTHING
