"""Which interactions bear on a set of determinations, given the applicant's facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from eligibility.evaluation.engine import Engine
from eligibility.evaluation.facts import Facts
from eligibility.language.env import Env
from eligibility.rulebook.interactions import Interaction, Pair
from eligibility.words import InteractionKind


@dataclass(frozen=True, eq=False, slots=True)
class Link:
    """An interaction between two schemes at hand, in the order of the rule. ``sure``: it is known to apply; otherwise
    the facts that its ``when`` asks for are missing."""

    rule: Interaction
    pair: Pair
    sure: bool

    @property
    def forbids(self) -> bool:
        """Certainly not both."""
        return self.rule.kind is InteractionKind.EXCLUDES and self.sure

    @property
    def keeps_apart(self) -> bool:
        """Nobody knows whether both may be had, so only one of them counts."""
        kind = self.rule.kind
        return (kind is InteractionKind.EXCLUDES and not self.sure) or (
            kind is InteractionKind.UNKNOWN and not self.rule.together
        )

    @property
    def reduces(self) -> bool:
        """The first of the pair lowers the second."""
        return self.rule.kind is InteractionKind.REDUCES

    @property
    def may_reduce(self) -> bool:
        """It is not known whether it does."""
        return not (self.rule.certain and self.sure)


def applies(rule: Interaction, machine: Engine, facts: Facts, on: date) -> bool | None:
    """Whether a rule's ``when`` holds; ``None`` when facts for it are missing."""
    if rule.when is None:
        return True
    answer: bool | None = rule.when.run(Env(machine.values_of(facts, on), on.toordinal(), rule.slots, facts.given))
    return answer


def links(
    machine: Engine, schemes: Sequence[str], facts: Facts, on: date
) -> tuple[list[Link], Mapping[Interaction, bool | None]]:
    """All links between the schemes, and for each rule of the book whether it applies."""
    here = set(schemes)
    states = {rule: applies(rule, machine, facts, on) for rule in machine.book.interactions.rules}
    found = [
        Link(rule, pair, state is True)
        for rule, state in states.items()
        if state is not False
        for pair in rule.pairs
        if here.issuperset(pair)
    ]
    return found, states
