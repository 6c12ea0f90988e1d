"""What an evaluation works on, and what is known of a value that is not."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any

from eligibility.language.ranges import ANYTHING, hull
from eligibility.language.types import DATE, FISCAL_YEAR, NumberType, Type
from eligibility.words import Status


class Env:
    """What one determination works on: the facts (and the names of those that were answered), loop variables, derived
    values and the keys of the assumptions used so far.

    ``memo`` keeps each derived value under its name (and arguments), in the order of first use: it is the trace.
    """

    __slots__ = ("assumed", "facts", "given", "memo", "on", "slots")

    def __init__(self, facts: dict[str, Any], on: int, slots: int, given: Container[str] = ()) -> None:
        self.facts = facts
        self.given = given
        self.on = on
        self.slots: list[Any] = [None] * slots
        self.memo: dict[Any, Any] = {}
        self.assumed: set[str] = set()


class Items(dict[str, Any]):
    """One record of a list fact: field values, plus its position. Hashable by identity for the memo."""

    __slots__ = ("position",)

    def __init__(self, values: dict[str, Any], position: int) -> None:
        super().__init__(values)
        self.position = position

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


def unknown_of(type_: Type) -> Any:
    """The value of something of that type of which nothing is known."""
    return ANYTHING if isinstance(type_, NumberType) or type_ in (DATE, FISCAL_YEAR) else None


def join(a: Any, b: Any, type_: Type) -> Any:
    """What is known when the value is either of two."""
    if isinstance(type_, NumberType) or type_ in (DATE, FISCAL_YEAR):
        return hull(a, b)
    return a if a == b else None


def assumed_keys(status: Status, assumption: str) -> frozenset[str]:
    """Keys of the assumptions that something of that status rests on (none when it is verified)."""
    return frozenset(assumption.split()) if status is Status.ASSUMED else frozenset()


Run = Callable[[Env], Any]
"""A compiled expression."""
