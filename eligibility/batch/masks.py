"""Masks and whole numbers as arrays or single values, and how wide an array must be so that nothing is ever cut."""

from __future__ import annotations

from typing import Any

import numpy as np

from eligibility.batch.columns import Mask, Whole
from eligibility.batch.frames import Array

_SMALL, _MIDDLE = 2**31, 2**63
_TYPES: tuple[Any, ...] = (np.int32, np.int64, object)

# --- masks ---------------------------------------------------------------------------------------------------


def opposite(mask: Mask) -> Mask:
    """Not."""
    return not mask if isinstance(mask, bool) else ~mask


def both(a: Mask, b: Mask) -> Mask:
    """And."""
    if isinstance(a, bool):
        return b if a else False
    if isinstance(b, bool):
        return a if b else False
    return a & b


def either(a: Mask, b: Mask) -> Mask:
    """Or."""
    if isinstance(a, bool):
        return True if a else b
    if isinstance(b, bool):
        return True if b else a
    return a | b


def open_in_either(a: Mask | None, b: Mask | None) -> Mask | None:
    """Where one of two optional masks is true."""
    if a is None or b is None:
        return b if a is None else a
    return either(a, b)


def open_in_both(a: Mask | None, b: Mask | None) -> Mask | None:
    """Where both of two optional masks are true."""
    return None if a is None or b is None else both(a, b)


def and_closed(mask: Mask, *opens: Mask | None) -> Mask:
    """Where the mask is true and none of the optional ones is."""
    for one in opens:
        if one is not None:
            mask = both(mask, opposite(one))
    return mask


def some(mask: Mask) -> bool:
    """True when the mask is true anywhere."""
    return mask if isinstance(mask, bool) else bool(mask.any())


def pick(mask: Mask, then: Mask, other: Mask) -> Mask:
    """``then`` where the mask is true, ``other`` elsewhere, for masks."""
    if isinstance(mask, bool):
        return then if mask else other
    return either(both(mask, then), both(~mask, other))


# --- sizes ---------------------------------------------------------------------------------------------------


def width(least: int, most: int) -> int:
    """0: 32 bits hold everything from ``least`` to ``most``; 1: 64 bits; 2: only Python's integers do."""
    if least >= -_SMALL and most < _SMALL:
        return 0
    return 1 if least >= -_MIDDLE and most < _MIDDLE else 2


def ready(numbers: Whole, wide: int) -> Whole:
    """Numbers in arrays of at least that width."""
    if isinstance(numbers, int):
        return numbers
    if wide == 0 or numbers.dtype == object or (wide == 1 and numbers.dtype == np.int64):
        return numbers
    return numbers.astype(_TYPES[wide])


def settled(numbers: Whole, least: int, most: int) -> Whole:
    """Back from Python's integers when 64 bits suffice again."""
    if isinstance(numbers, int) or numbers.dtype != object or width(least, most) == 2:
        return numbers
    return numbers.astype(np.int64)


def choose(mask: Mask, then: Whole, other: Whole, wide: int) -> Whole:
    """``then`` where the mask is true, ``other`` elsewhere. NumPy's own ``where`` would cut single numbers that do not
    fit: they are given the right width here."""
    if isinstance(mask, bool):
        return then if mask else other
    kind = _TYPES[wide]
    a = np.array(then, dtype=kind) if isinstance(then, int) else ready(then, wide)
    b = np.array(other, dtype=kind) if isinstance(other, int) else ready(other, wide)
    return np.where(mask, a, b)


def smaller(a: Whole, b: Whole) -> Whole:
    """The smaller of two, row by row."""
    if isinstance(a, int) and isinstance(b, int):
        return min(a, b)
    found: Array = np.minimum(a, b)
    return found


def larger(a: Whole, b: Whole) -> Whole:
    """The larger of two, row by row."""
    if isinstance(a, int) and isinstance(b, int):
        return max(a, b)
    found: Array = np.maximum(a, b)
    return found
