"""The search for the best set, against trying out every set."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eligibility.combination.solver import Puzzle, members, solve, total


@st.composite
def puzzles(draw: st.DrawFn, most: int = 9) -> Puzzle:
    """Any mixture of exclusions and reductions, equal weights and zeros included."""
    n = draw(st.integers(0, most))
    excludes, reducers = [0] * n, [0] * n
    for i in range(n):
        for j in range(i):
            relation = draw(st.sampled_from(["", "", "excludes", "reduces"]))
            if relation == "excludes":
                excludes[i] |= 1 << j
                excludes[j] |= 1 << i
            elif relation == "reduces" and reducers[i].bit_count() < 3:
                reducers[i] |= 1 << j
    weights = []
    for i in range(n):
        by = list(members(reducers[i]))
        found = {0: draw(st.integers(0, 6))}
        for k in range(1, 1 << len(by)):
            if draw(st.integers(0, 4)):  # now and then the scheme cannot be had beside its reducers
                found[sum(1 << by[p] for p in members(k))] = draw(st.integers(0, 6))
        weights.append(found)
    return Puzzle(weights, reducers, excludes)


def by_trying(puzzle: Puzzle, forced: int = 0) -> int | None:
    """The best of all sets; of equals the one with the earlier schemes."""
    n = len(puzzle.weights)
    best: tuple[int, int] | None = None
    chosen = None
    for mask in range(1 << n):
        weight = total(puzzle, mask)
        if weight is None or forced & ~mask:
            continue
        place = weight, sum(1 << (n - 1 - i) for i in members(mask))
        if best is None or place > best:
            best, chosen = place, mask
    return chosen


@settings(max_examples=150, deadline=None)
@given(puzzles(), st.data())
def test_the_search_finds_what_trying_everything_finds(puzzle: Puzzle, data: st.DataObject) -> None:
    best = solve(puzzle)
    assert best == by_trying(puzzle)
    assert best is not None
    assert not any(puzzle.excludes[i] & best for i in members(best))
    if puzzle.weights:
        forced = 1 << data.draw(st.integers(0, len(puzzle.weights) - 1))
        assert solve(puzzle, forced) == by_trying(puzzle, forced)


@pytest.mark.nightly
@settings(max_examples=3000, deadline=None)
@given(puzzles(most=12))
def test_the_search_finds_what_trying_everything_finds_in_many_puzzles(puzzle: Puzzle) -> None:
    assert solve(puzzle) == by_trying(puzzle)


def test_two_that_exclude_each_other_cannot_both_be_forced() -> None:
    assert solve(Puzzle([{0: 1}, {0: 1}], [0, 0], [0b10, 0b01]), forced=0b11) is None


def test_reductions_in_a_circle_are_refused() -> None:
    with pytest.raises(ValueError, match="circle"):
        solve(Puzzle([{0: 1, 2: 0}, {0: 1, 1: 0}], [0b10, 0b01], [0, 0]))


@pytest.mark.parametrize("density", [0.05, 0.2, 0.5])
def test_twenty_five_schemes_take_less_than_fifty_milliseconds(density: float) -> None:
    taken = []
    for seed in range(9):
        draw = random.Random(seed)
        n = 25
        excludes, reducers = [0] * n, [0] * n
        for i in range(n):
            for j in range(i):
                if draw.random() < density:
                    excludes[i] |= 1 << j
                    excludes[j] |= 1 << i
                elif draw.random() < 0.1 and reducers[i].bit_count() < 3:
                    reducers[i] |= 1 << j
        weights = []
        for i in range(n):
            by, own = list(members(reducers[i])), draw.randrange(10**8)
            weights.append(
                {sum(1 << by[p] for p in members(k)): own // (1 + k.bit_count()) for k in range(1 << len(by))}
            )
        puzzle = Puzzle(weights, reducers, excludes)
        before = time.perf_counter()
        solve(puzzle)
        taken.append(time.perf_counter() - before)
    assert sorted(taken)[len(taken) // 2] < 0.05
