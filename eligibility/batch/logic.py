"""Kleene's three-valued logic on columns: conditions, codes and sets of codes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from eligibility.batch.columns import Code, CodeSet, Mask, Truth
from eligibility.batch.frames import Array, common, spread_to
from eligibility.batch.masks import both, either, opposite, pick

# --- conditions ----------------------------------------------------------------------------------------------


def refused(truth: Truth) -> Mask:
    """Rows where the condition certainly fails."""
    return opposite(truth.yes) if truth.no is None else truth.no


def unsure(truth: Truth) -> Mask:
    """Rows where it is not known whether the condition holds."""
    return False if truth.no is None else opposite(either(truth.yes, truth.no))


def negation(truth: Truth) -> Truth:
    """Not."""
    return Truth(refused(truth), None if truth.no is None else truth.yes, truth.frame)


def conjunction(truths: Iterable[Truth]) -> Truth:
    """And."""
    result: Truth | None = None
    for truth in truths:
        result = truth if result is None else _and(result, truth)
    return Truth(True, None, None) if result is None else result


def _and(a: Truth, b: Truth) -> Truth:
    if a.frame is not b.frame:
        frame = common(a, b)
        a, b = spread_to(frame, a), spread_to(frame, b)
    no = None if a.no is None and b.no is None else either(refused(a), refused(b))
    return Truth(both(a.yes, b.yes), no, a.frame or b.frame)


def disjunction(truths: Iterable[Truth]) -> Truth:
    """Or."""
    result: Truth | None = None
    for truth in truths:
        result = truth if result is None else _or(result, truth)
    return Truth(False, None, None) if result is None else result


def _or(a: Truth, b: Truth) -> Truth:
    if a.frame is not b.frame:
        frame = common(a, b)
        a, b = spread_to(frame, a), spread_to(frame, b)
    no = None if a.no is None and b.no is None else both(refused(a), refused(b))
    return Truth(either(a.yes, b.yes), no, a.frame or b.frame)


def conditional_truth(test: Truth, then: Truth, other: Truth) -> Truth:
    """``then`` where the test holds, ``other`` where it fails; where it is unknown, what both agree on."""
    frame = common(test, then, other)
    test, then, other = spread_to(frame, test), spread_to(frame, then), spread_to(frame, other)
    yes = pick(test.yes, then.yes, other.yes)
    if test.no is None:
        no = None if then.no is None and other.no is None else pick(test.yes, refused(then), refused(other))
        return Truth(yes, no, frame)
    doubt = unsure(test)
    return Truth(
        pick(doubt, both(then.yes, other.yes), yes),
        pick(doubt, both(refused(then), refused(other)), pick(test.yes, refused(then), refused(other))),
        frame,
    )


# --- codes ---------------------------------------------------------------------------------------------------


def same_code(a: Code, b: Code) -> Truth:
    """Whether two codes are the same."""
    frame = common(a, b)
    a, b = spread_to(frame, a), spread_to(frame, b)
    yes: Mask = a.values == b.values
    if not (a.gaps or b.gaps):
        return Truth(yes, None, frame)
    known = both(_present(a), _present(b))
    return Truth(both(yes, known), both(opposite(yes), known), frame)


def _present(a: Code) -> Mask:
    if not a.gaps:
        return True
    present: Mask = a.values >= 0
    return present


def one_of(item: Code, chosen: Array) -> Truth:
    """Whether a code is one of a constant set; ``chosen`` has an answer for each code and a last one, false."""
    if not chosen.any():
        return Truth(False, None, None)
    if isinstance(item.values, int):
        yes: Mask = bool(chosen[item.values])
    else:
        yes = chosen.take(item.values)
    if not item.gaps:
        return Truth(yes, None, item.frame)
    return Truth(yes, both(opposite(yes), _present(item)), item.frame)


def in_set(item: Code, options: CodeSet) -> Truth:
    """Whether a code is in a set: certainly not when the set is empty, unknown while either is."""
    frame = common(item, options)
    item, options = spread_to(frame, item), spread_to(frame, options)
    place = _select(_present(item), item.values, 0)
    yes: Mask = ((options.bits >> place) & 1) != 0
    known = both(_present(item), True if options.unknown is None else opposite(options.unknown))
    if known is True:
        return Truth(yes, None, frame)
    return Truth(both(yes, known), either(both(opposite(yes), known), _known_empty(options)), frame)


def _known_empty(a: CodeSet) -> Mask:
    empty: Mask = a.bits == 0
    return empty if a.unknown is None else both(empty, opposite(a.unknown))


def overlapping(a: CodeSet, b: CodeSet) -> Truth:
    """Whether two sets have a code in common: certainly not when one of them is empty."""
    frame = common(a, b)
    a, b = spread_to(frame, a), spread_to(frame, b)
    yes: Mask = (a.bits & b.bits) != 0
    if a.unknown is None and b.unknown is None:
        return Truth(yes, None, frame)
    known = opposite(either(_unknown(a), _unknown(b)))
    no = either(both(opposite(yes), known), either(_known_empty(a), _known_empty(b)))
    return Truth(both(yes, known), no, frame)


def _unknown(a: CodeSet) -> Mask:
    return False if a.unknown is None else a.unknown


def conditional_code(test: Truth, then: Code, other: Code) -> Code:
    """``then`` where the test holds, ``other`` where it fails; where it is unknown, what both agree on."""
    frame = common(test, then, other)
    test, then, other = spread_to(frame, test), spread_to(frame, then), spread_to(frame, other)
    values = _select(test.yes, then.values, other.values)
    gaps = then.gaps or other.gaps
    doubt = unsure(test)
    if doubt is not False:
        agreed = _select(then.values == other.values, then.values, -1)
        values, gaps = _select(doubt, agreed, values), True
    return Code(values, gaps, then.codes, frame)


def conditional_set(test: Truth, then: CodeSet, other: CodeSet) -> CodeSet:
    """The same for sets of codes."""
    frame = common(test, then, other)
    test, then, other = spread_to(frame, test), spread_to(frame, then), spread_to(frame, other)
    bits = _select(test.yes, then.bits, other.bits)
    unknown = pick(test.yes, _unknown(then), _unknown(other))
    doubt = unsure(test)
    if doubt is not False:
        agreed = both(then.bits == other.bits, opposite(either(_unknown(then), _unknown(other))))
        bits, unknown = _select(doubt, then.bits, bits), pick(doubt, opposite(agreed), unknown)
    return CodeSet(bits, None if unknown is False else unknown, then.codes, frame)


def _select(mask: Mask, then: Array | int, other: Array | int) -> Array | int:
    """``then`` where the mask is true; positions and bits always fit the arrays that they meet."""
    if isinstance(mask, bool):
        return then if mask else other
    return np.where(mask, then, other)
