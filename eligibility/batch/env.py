"""What one evaluation of columns works on: the facts of some firms, loop variables, and what has been worked out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from eligibility.batch.columns import YES, Code, CodeSet, Mask, Num, Records, Truth
from eligibility.batch.frames import Array, Frame

Known = Num | Truth | Code | CodeSet | Records
"""The value of a fact or of an expression."""

FEW = 64
"""Firms, below which it is not worth leaving some out."""


class Refusals:
    """Rows that columns cannot hold exactly, with the reasons. They are determined one by one."""

    def __init__(self, size: int) -> None:
        self.rows: Array = np.zeros(size, dtype=bool)
        self.reasons: set[str] = set()

    def note(self, rows: Array | slice, reason: str) -> None:
        """Mark rows."""
        self.rows[rows] = True
        self.reasons.add(reason)


class Env:
    """An evaluation over the rows of ``frame``. ``rows``: which rows of ``parent`` these are."""

    __slots__ = ("_facts", "_given", "_items", "frame", "memo", "parent", "refusals", "rows", "slots", "today")

    def __init__(
        self,
        facts: Callable[[str], Known],
        frame: Frame,
        today: Num,
        slots: int,
        refusals: Refusals | None = None,
        items: Mapping[str, Callable[[Env], Truth]] | None = None,
        given: Callable[[str], Mask] | None = None,
    ) -> None:
        self._facts = facts
        self._given = given
        self._items = items or {}
        self.frame = frame
        self.today = today
        self.slots: list[Any] = [None] * slots
        self.memo: dict[Any, Any] = {}
        self.parent: Env | None = None
        self.rows: Array | None = None
        self.refusals = Refusals(frame.size) if refusals is None else refusals

    def fact(self, name: str) -> Known:
        """A fact of all rows."""
        key = ("fact", name)
        if key not in self.memo:
            self.memo[key] = self._facts(name)
        found: Known = self.memo[key]
        return found

    def given(self, name: str) -> Mask:
        """Rows that answer a fact."""
        return False if self._given is None else self._given(name)

    def qualifies(self, record: str) -> Truth:
        """Whether each record of a list meets its item criteria."""
        key = ("qualifies", record)
        if key not in self.memo:
            self.memo[key] = self._items[record](self)
        found: Truth = self.memo[key]
        return found

    def recall(self, key: Any) -> Any:
        """Something worked out before, here or before rows were left out; ``None`` when there is nothing."""
        found = self.memo.get(key)
        if found is None and self.parent is not None:
            outer = self.parent.recall(key)
            if isinstance(outer, Num | Truth | Code | CodeSet) and outer.frame in (None, self.parent.frame):
                found = self.memo[key] = self.moved(outer)
        return found

    def narrowed(self, rows: Array) -> Env:
        """The same evaluation for some of the rows only, outside of all loops."""
        inner = Env(self._facts, Frame.of_firms(rows.size), self.today, 0, self.refusals, self._items)
        inner.parent, inner.rows = self, rows
        inner._facts = lambda name: inner.moved(self.fact(name))
        inner._given = lambda name: _at(self.given(name), rows)
        inner.slots = [None] * len(self.slots)
        return inner

    def close(self) -> None:
        """Give the memory of everything that was worked out back at once."""
        self.memo.clear()
        self.slots.clear()
        self.frame.forget()

    def moved(self, value: Known) -> Known:
        """A value of the parent's rows for the rows that are left."""
        if self.rows is None:
            return value
        if isinstance(value, Records):
            store = value.store.taken(self.rows, self.frame)
            return Records(store, self.frame, YES, store.unknown)
        taken: Known = value.taken(self.rows, self.frame)
        return taken

    def deepest(self, slots: Iterable[int]) -> Frame:
        """The deepest frame that any of some variables belongs to."""
        frame = self.frame
        for slot in slots:
            own = self.slots[slot].frame
            if own is not None and own.depth > frame.depth:
                frame = own
        return frame

    def firms(self, mask: Mask, frame: Frame | None) -> Array:
        """The rows to which anything masked belongs, as a mask."""
        own = mask if isinstance(mask, np.ndarray) else np.full((frame or self.frame).size, mask)
        while frame is not None and frame.parent is not None:
            own, frame = frame.count(own) > 0, frame.parent
        return own

    def refuse_dates(self, mask: Mask, frame: Frame | None) -> None:
        """Mark rows whose dates lie outside the calendar that columns know."""
        self.refuse(mask, frame, "a date outside the calendar")

    def refuse(self, mask: Mask, frame: Frame | None, reason: str) -> None:
        """Mark the rows to which anything masked belongs."""
        rows = np.flatnonzero(self.firms(mask, frame))
        env: Env = self
        while env.parent is not None and env.rows is not None:
            rows, env = env.rows[rows], env.parent
        self.refusals.note(rows, reason)


def _at(mask: Mask, rows: Array) -> Mask:
    return mask if isinstance(mask, bool) else mask.take(rows)
