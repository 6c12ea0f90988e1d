"""The exact search for the best set: branch and bound over the components of schemes that have to do with each other.

Sets are bit masks over the schemes in the order of the rule book. Weights are whole numbers, so the search is exact; a
last digit for each scheme makes the best set unique (of equals the one with the earlier schemes) and the answer always
the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Puzzle:
    """What is to be solved. For each scheme: ``weights`` by the set of its reducers that are chosen too (a set that is
    missing cannot be had), the mask of its ``reducers``, and the mask of those that it ``excludes`` (mutual).
    Weights are not negative."""

    weights: Sequence[Mapping[int, int]]
    reducers: Sequence[int]
    excludes: Sequence[int]


def solve(puzzle: Puzzle, forced: int = 0) -> int | None:
    """The set of greatest total weight that holds ``forced``; ``None`` when there is none."""
    total = 0
    for component in _components(puzzle):
        found = _Search(puzzle, component, forced).best()
        if found is None:
            return None
        total |= found
    return total


def total(puzzle: Puzzle, chosen: int) -> int | None:
    """Total weight of a set; ``None`` when it cannot be had."""
    weight = 0
    for i in members(chosen):
        own = puzzle.weights[i].get(puzzle.reducers[i] & chosen)
        if own is None or puzzle.excludes[i] & chosen:
            return None
        weight += own
    return weight


def members(mask: int) -> Iterator[int]:
    """Positions in a set, ascending."""
    position = 0
    while mask:
        if mask & 1:
            yield position
        mask >>= 1
        position += 1


def _components(puzzle: Puzzle) -> list[list[int]]:
    """Schemes that bear on each other, directly or through others."""
    n = len(puzzle.weights)
    near = [puzzle.excludes[i] | puzzle.reducers[i] for i in range(n)]
    for i in range(n):
        for j in members(puzzle.reducers[i]):
            near[j] |= 1 << i
    left, found = (1 << n) - 1, []
    while left:
        component = reached = left & -left
        while reached:
            reached = _union(near[i] for i in members(reached)) & left & ~component
            component |= reached
        left &= ~component
        found.append(list(members(component)))
    return found


def _union(masks: Iterator[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


class _Search:
    """Branch and bound in one component: take a scheme or leave it, reducers before those that they reduce."""

    def __init__(self, puzzle: Puzzle, component: list[int], forced: int) -> None:
        self.puzzle = puzzle
        self.forced = forced & sum(1 << i for i in component)
        n = len(puzzle.weights)
        # The unit of the last digits: of equal totals the set with the earlier schemes wins.
        self.weights = [{k: (w << n) + (1 << (n - 1 - i)) for k, w in puzzle.weights[i].items()} for i in range(n)]
        self.most = [max(self.weights[i].values(), default=0) for i in range(n)]
        self.order = self._ordered(component)
        self.cliques = self._cliques()
        self.found: int | None = None
        self.found_weight = -1

    def _ordered(self, component: list[int]) -> list[int]:
        """Reducers first; otherwise the most valuable first, so that a good set is found early."""
        left, order, placed = set(component), [], 0
        inside = sum(1 << i for i in component)
        while left:
            ready = [i for i in left if not self.puzzle.reducers[i] & inside & ~placed]
            if not ready:
                raise ValueError("schemes reduce each other in a circle")
            first = max(ready, key=lambda i: (self.most[i], -i))
            order.append(first)
            placed |= 1 << first
            left.remove(first)
        return order

    def _cliques(self) -> list[list[list[int]]]:
        """For each position in the order, the rest in groups that exclude each other: of each at most one counts."""
        found = []
        for start in range(len(self.order) + 1):
            groups: list[list[int]] = []
            for i in sorted(self.order[start:], key=lambda i: (-self.most[i], i)):
                for group in groups:
                    if all(self.puzzle.excludes[i] >> j & 1 for j in group):
                        group.append(i)
                        break
                else:
                    groups.append([i])
            found.append(groups)
        return found

    def best(self) -> int | None:
        """The best set of the component."""
        self._go(0, 0, 0, 0)
        return self.found

    def _go(self, position: int, chosen: int, blocked: int, weight: int) -> None:
        if position == len(self.order):
            if weight > self.found_weight and not self.forced & ~chosen:
                self.found, self.found_weight = chosen, weight
            return
        if weight + self._bound(position, blocked) <= self.found_weight:
            return
        i = self.order[position]
        bit = 1 << i
        own = self.weights[i].get(self.puzzle.reducers[i] & chosen)
        if own is not None and not blocked & bit:
            self._go(position + 1, chosen | bit, blocked | self.puzzle.excludes[i], weight + own)
        if not self.forced & bit:
            self._go(position + 1, chosen, blocked, weight)

    def _bound(self, position: int, blocked: int) -> int:
        """No set can add more than the best open scheme of each group."""
        bound = 0
        for group in self.cliques[position]:
            for i in group:  # sorted by weight
                if not blocked >> i & 1:
                    bound += self.most[i]
                    break
        return bound
