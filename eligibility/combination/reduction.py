"""Amounts again, with the facts as another scheme leaves them (a relief that lowers the base of a grant)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from eligibility.combination.links import Link
from eligibility.combination.worth import Worth, either, received
from eligibility.evaluation.engine import Engine
from eligibility.evaluation.facts import Facts
from eligibility.evaluation.result import Determination
from eligibility.language.env import Env
from eligibility.words import Verdict


class Reduced:
    """One scheme beside others that reduce it. ``links``: the reductions that apply, in the order of the rule book."""

    def __init__(
        self, machine: Engine, result: Determination, links: Sequence[tuple[Link, Determination]], facts: Facts
    ) -> None:
        self.machine = machine
        self.result = result
        self.links = links
        self.facts = facts
        self._known: dict[tuple[int, ...], Worth | None] = {(): received(result.amount)}

    def worth(self, taken: Iterable[str]) -> Worth | None:
        """What the scheme is worth when these schemes are taken too; ``None`` when it can no longer be had. Reductions
        of which nobody knows whether they take place make it a range that holds both answers."""
        sure: list[int] = []
        open_: list[int] = []
        wanted = set(taken)
        for position, (link, _) in enumerate(self.links):
            if link.pair[0] in wanted:
                (open_ if link.may_reduce else sure).append(position)
        found: list[Worth | None] = []
        for number in range(len(open_) + 1):
            for some in combinations(open_, number):
                found.append(self._with(tuple(sorted([*sure, *some]))))
        possible = [worth for worth in found if worth is not None]
        if not possible:
            return None
        if len(possible) < len(found):
            possible.append(Worth())
        return either(possible)

    def _with(self, positions: tuple[int, ...]) -> Worth | None:
        if positions not in self._known:
            again = self.determination(positions)
            self._known[positions] = received(again.amount) if again.verdict is Verdict.ELIGIBLE else None
        return self._known[positions]

    def determination(self, positions: Iterable[int]) -> Determination:
        """The determination with the facts that some of the reductions leave, one after the other."""
        values = dict(self.facts.values)
        for position in positions:
            link, reducer = self.links[position]
            if reducer.version is None or reducer.env is None:
                continue
            for change in link.rule.changes[reducer.version.id]:
                env = Env(
                    {**reducer.env.facts, change.fact: values[change.fact]},
                    reducer.env.on,
                    change.slots,
                    self.facts.given,
                )
                # Which records of a list count is settled; everything else is worked out afresh.
                env.memo.update(
                    (k, v) for k, v in reducer.env.memo.items() if isinstance(k, tuple) and k[0] == "qualifies"
                )
                values[change.fact] = change.value.run(env)
        return self.machine.determine(
            self.result.scheme.id,
            Facts(self.facts.given, values),
            self.result.on,
            self.result.step,
            self.result.version,
        )
