"""Row spaces: the firms of a chunk, the items of their lists, and items within items.

A value belongs to the frame that its rows are rows of. Where two values meet, the one from further out is spread over
the deeper frame; a loop sums its items back up into the frame around it.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Rows(Protocol):
    """Anything with a value for each row of a frame; ``frame`` is ``None`` for one value that holds everywhere."""

    @property
    def frame(self) -> Frame | None:
        """The frame that the rows belong to."""

    def taken(self, index: Array, frame: Frame) -> Any:
        """The same values at ``index``, as rows of another frame."""


AnyRows = TypeVar("AnyRows", bound=Rows)


MOST_ROWS = 200_000
"""Rows of one frame. More of them are worked on in parts, so that memory stays bounded."""


class TooManyRows(Exception):
    """A frame would be too large: the same firms are to be taken in smaller parts."""


class Frame:
    """Rows, each belonging to one row of ``parent`` (``index``), in the order of their parents; ``counts``: how many
    belong to each. The firms of a chunk are a frame without a parent."""

    __slots__ = (
        "__weakref__",
        "cache",
        "counts",
        "depth",
        "ends",
        "family",
        "firms",
        "index",
        "longest",
        "parent",
        "size",
        "starts",
    )

    def __init__(self, parent: Frame | None, counts: Array) -> None:
        self.parent = parent
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.cache: dict[Any, Any] = {}
        self.family: WeakSet[Frame] = WeakSet() if parent is None else parent.family
        self.family.add(self)
        self.counts = counts
        self.ends = np.cumsum(counts)
        self.starts = self.ends - counts
        self.size = int(self.ends[-1]) if counts.size else 0
        self.longest = int(counts.max()) if counts.size else 0
        self.firms: int = self.size if parent is None else parent.firms
        if self.size > MOST_ROWS and self.firms > 1:
            raise TooManyRows
        self.index = np.repeat(np.arange(counts.size), counts)

    @staticmethod
    def of_firms(number: int) -> Frame:
        """A frame of its own for a number of firms."""
        return Frame(None, np.array([number]))

    def forget(self) -> None:
        """Drop what was spread over this frame and all frames of its firms: values and frames hold on to each other, and
        the memory would stay in use until Python looks for such circles."""
        for frame in self.family:
            frame.cache.clear()

    def from_ancestor(self, ancestor: Frame) -> Array:
        """For each row, its row in a frame further out."""
        key = ("index", id(ancestor))
        if key not in self.cache:
            if self.parent is None:
                raise ValueError("the frame is not inside the other one")
            index = self.index
            if self.parent is not ancestor:
                index = self.parent.from_ancestor(ancestor)[index]
            self.cache[key] = index
        found: Array = self.cache[key]
        return found

    def spread(self, value: AnyRows) -> AnyRows:
        """A value of a frame further out, repeated for the rows of this one."""
        outer = value.frame
        if outer is None or outer is self:
            return value
        key = ("spread", id(value))
        if key not in self.cache:
            self.cache[key] = (value, value.taken(self.from_ancestor(outer), self))
        spread: AnyRows = self.cache[key][1]
        return spread

    # -- from the items to the rows that they belong to -------------------------------------------------------

    def add_up(self, values: Array) -> Array:
        """Sum for each parent row. Integers may wrap on the way: the differences are right if the sums fit."""
        running = np.zeros(self.size + 1, dtype=values.dtype)
        np.cumsum(values, out=running[1:])
        total: Array = running[self.ends] - running[self.starts]
        return total

    def count(self, mask: Array) -> Array:
        """Number of true items for each parent row."""
        running = np.zeros(self.size + 1, dtype=np.int32)
        np.cumsum(mask, dtype=np.int32, out=running[1:])
        total: Array = running[self.ends] - running[self.starts]
        return total

    def least(self, values: Array, empty: int) -> Array:
        """Smallest item for each parent row; ``empty`` where there is none."""
        return self._extreme(np.minimum, values, empty)

    def most(self, values: Array, empty: int) -> Array:
        """Largest item for each parent row; ``empty`` where there is none."""
        return self._extreme(np.maximum, values, empty)

    def _extreme(self, pick: np.ufunc, values: Array, empty: int) -> Array:
        filled = np.flatnonzero(self.counts)
        found = np.full(self.counts.size, empty, dtype=values.dtype)
        if filled.size:
            found[filled] = pick.reduceat(values, self.starts[filled])
        return found


def common(*values: Rows) -> Frame | None:
    """The deepest frame among values; ``None`` when all of them are single values."""
    deepest: Frame | None = None
    for value in values:
        frame = value.frame
        if frame is not None and (deepest is None or frame.depth > deepest.depth):
            deepest = frame
    return deepest


def spread_to(frame: Frame | None, value: AnyRows) -> AnyRows:
    """The value as rows of ``frame`` (single values stay single)."""
    return value if frame is None or value.frame is None or value.frame is frame else frame.spread(value)
