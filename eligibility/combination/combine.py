"""The best combination: the schemes worth most together, what was left out and why, and what the city must be asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import combinations
from math import inf

from eligibility.combination.links import Link, links
from eligibility.combination.reduction import Reduced
from eligibility.combination.solver import Puzzle, members, solve
from eligibility.combination.worth import NOTHING, Worth, paid, received, together
from eligibility.evaluation.engine import Engine
from eligibility.evaluation.facts import Facts
from eligibility.evaluation.result import Determination
from eligibility.language.ranges import End
from eligibility.rulebook.interactions import Interaction
from eligibility.words import InteractionKind, Status, Verdict

FIRM = "firm"
IN_PLAY = (Verdict.ELIGIBLE, Verdict.REFER)
"""Verdicts under which a question to the city is worth asking."""
STILL_POSSIBLE = (*IN_PLAY, Verdict.UNDETERMINED)


class Why(StrEnum):
    """Why a scheme is not in the combination."""

    NOT_ELIGIBLE = "not_eligible"
    NO_TERMS = "no_terms"
    REFERRED = "referred"
    """The city decides on it first."""
    OPEN = "open"
    """Facts are missing."""
    EXCLUDED = "excluded"
    """Not together with others that bring more."""
    ASK = "ask"
    """Nobody knows whether it may be had beside the chosen ones, or what it takes from them."""
    LOWERS = "lowers"
    """It would take more from others than it brings."""
    OTHER_APPLICANT = "other_applicant"
    """Somebody else applies for it."""


@dataclass(frozen=True, eq=False, slots=True)
class Chosen:
    """A scheme of the combination. ``worth``: beside the others; ``alone``: by itself; ``pays``: what it costs the
    applicant. ``reduced_by``: links through which others lower it; ``instead_of``: schemes that it keeps out."""

    result: Determination
    worth: Worth
    alone: Worth
    pays: Worth
    reduced_by: tuple[Link, ...]
    instead_of: tuple[Link, ...]


@dataclass(frozen=True, eq=False, slots=True)
class LeftOut:
    """A scheme that is not in the combination. ``worth``: by itself; ``links``: to the chosen schemes that keep it out;
    ``total``: of the best combination that holds this scheme, when it is eligible."""

    result: Determination
    why: Why
    worth: Worth
    links: tuple[Link, ...] = ()
    total: Worth | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Question:
    """What the city must be asked before the total can be relied on, and the schemes that it touches."""

    rule: Interaction
    schemes: tuple[str, ...]
    blocks: bool
    """Only one of the schemes counts until the city answers."""


@dataclass(slots=True)
class Combination:
    """The answer. ``total``: of the chosen schemes (``low`` is guaranteed). ``possible``: the most that could come about
    with everything that is still open, ``inf`` when that is open too; ``open_ended``: schemes without an upper end."""

    on: date
    audience: str
    chosen: list[Chosen] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notes: list[Interaction] = field(default_factory=list)
    total: Worth = NOTHING
    pays: Worth = NOTHING
    possible: int = 0
    open_ended: int = 0
    rules_hash: str = ""

    def left(self, scheme: str) -> LeftOut:
        """The entry of a scheme that was left out. Raises ``KeyError``."""
        for entry in self.left_out:
            if entry.result.scheme.id == scheme:
                return entry
        raise KeyError(scheme)


def combine(machine: Engine, results: Sequence[Determination], facts: Facts) -> Combination:
    """The best combination of schemes determined on one set of facts and one day (at least one determination). Only
    schemes of one kind of applicant are added up: firms where there are any. Raises ``ValueError`` without
    determinations."""
    if not results:
        raise ValueError("a combination needs determinations")
    return _Maker(machine, results, facts).combination()


class _Maker:
    """Works out one combination."""

    def __init__(self, machine: Engine, results: Sequence[Determination], facts: Facts) -> None:
        order = {name: position for position, name in enumerate(machine.book.schemes)}
        self.machine = machine
        self.facts = facts
        self.on = results[0].on
        audiences = {result.scheme.audience for result in results}
        self.audience = FIRM if FIRM in audiences else min(audiences)
        every = sorted(results, key=lambda result: order[result.scheme.id])
        self.results = [r for r in every if r.scheme.audience == self.audience]
        self.others = [r for r in every if r.scheme.audience != self.audience]
        self.eligible = [r for r in self.results if r.verdict is Verdict.ELIGIBLE]
        self.links, self.states = links(machine, [r.scheme.id for r in self.results], facts, self.on)
        self.reduced = self._reduced()
        self.puzzle = self._puzzle()

    # -- the puzzle -------------------------------------------------------------------------------------------

    def _reduced(self) -> list[Reduced]:
        by_id = {r.scheme.id: r for r in self.eligible}
        found = []
        for result in self.eligible:
            here = [
                (link, by_id[link.pair[0]])
                for link in self.links
                if link.reduces and link.pair[1] == result.scheme.id and link.pair[0] in by_id
            ]
            found.append(Reduced(self.machine, result, here, self.facts))
        return found

    def _puzzle(self) -> Puzzle:
        """Weights order by what is guaranteed, then by open ends, then by what is possible at most."""
        ids = [r.scheme.id for r in self.eligible]
        position = {name: i for i, name in enumerate(ids)}
        excludes = self._apart(position, lambda link: link.forbids or link.keeps_apart)
        reducers = [0] * len(ids)
        worths: list[dict[int, Worth]] = []
        for i, reduced in enumerate(self.reduced):
            by = sorted({position[link.pair[0]] for link, _ in reduced.links})
            reducers[i] = sum(1 << j for j in by)
            found = {}
            for number in range(len(by) + 1):
                for some in combinations(by, number):
                    if any(excludes[j] >> k & 1 for j, k in combinations(some, 2)):
                        continue  # these reducers are never taken together
                    worth = reduced.worth(ids[j] for j in some)
                    if worth is not None:
                        found[sum(1 << j for j in some)] = worth
            worths.append(found)
        highest = [max((int(w.high) for w in found.values() if w.high != inf), default=0) for found in worths]
        beyond = sum(highest) + 1
        self.worths = worths

        def weight(worth: Worth) -> int:
            endless = worth.high == inf
            return (worth.low * (len(ids) + 1) + endless) * beyond + (0 if endless else int(worth.high))

        return Puzzle([{k: weight(w) for k, w in found.items()} for found in worths], reducers, excludes)

    def _apart(self, position: dict[str, int], keeps: Callable[[Link], bool]) -> list[int]:
        excludes = [0] * len(position)
        for link in self.links:
            a, b = (position.get(name) for name in link.pair)
            if a is not None and b is not None and keeps(link):
                excludes[a] |= 1 << b
                excludes[b] |= 1 << a
        return excludes

    def _worth(self, i: int, chosen: int) -> Worth:
        return self.worths[i][self.puzzle.reducers[i] & chosen]

    # -- the answer -------------------------------------------------------------------------------------------

    def combination(self) -> Combination:
        """The whole answer."""
        best = solve(self.puzzle) or 0
        total = together(self._worth(i, best) for i in members(best))
        names = {self.eligible[i].scheme.id for i in members(best)}
        answer = Combination(
            self.on, self.audience, total=total, rules_hash=self.machine.book.interactions.content_hash
        )
        answer.chosen = [self._chosen(i, best, names) for i in members(best)]
        answer.pays = together(one.pays for one in answer.chosen)
        for result in self.results:
            if result.scheme.id not in names:
                answer.left_out.append(self._left_out(result, names))
        answer.left_out += [LeftOut(r, Why.OTHER_APPLICANT, received(r.amount)) for r in self.others]
        answer.questions = self._questions()
        answer.notes = self._notes()
        answer.possible, answer.open_ended = self._possible()
        return answer

    def _chosen(self, i: int, best: int, names: set[str]) -> Chosen:
        result = self.eligible[i]
        me = result.scheme.id
        eligible = {r.scheme.id for r in self.eligible}
        return Chosen(
            result,
            self._worth(i, best),
            received(result.amount),
            paid(result.amount),
            tuple(link for link, _ in self.reduced[i].links if link.pair[0] in names),
            tuple(
                link
                for link in self.links
                if (link.forbids or link.keeps_apart) and me in link.pair and eligible.issuperset(link.pair)
            ),
        )

    def _left_out(self, result: Determination, names: set[str]) -> LeftOut:
        worth = received(result.amount)
        me = result.scheme.id
        near = [link for link in self.links if me in link.pair and (set(link.pair) - {me}) & names]
        forbidding = tuple(link for link in near if link.forbids)
        asking = tuple(link for link in near if link.keeps_apart)
        if result.verdict is not Verdict.ELIGIBLE:
            possible = result.verdict in STILL_POSSIBLE
            return LeftOut(result, _OPEN[result.verdict], worth, forbidding + asking if possible else ())
        i = next(i for i, r in enumerate(self.eligible) if r is result)
        with_it = solve(self.puzzle, 1 << i)
        total = None if with_it is None else together(self._worth(j, with_it) for j in members(with_it))
        if forbidding:
            return LeftOut(result, Why.EXCLUDED, worth, forbidding, total)
        if asking:
            return LeftOut(result, Why.ASK, worth, asking, total)
        lowering = tuple(link for link in near if link.reduces)
        unsure = any(link.may_reduce for link in lowering)
        return LeftOut(result, Why.ASK if unsure else Why.LOWERS, worth, lowering, total)

    def _questions(self) -> list[Question]:
        """Rules that rest on an assumption and touch two schemes that the applicant may well have."""
        in_play = {r.scheme.id for r in self.results if r.verdict in IN_PLAY}
        found: dict[Interaction, list[Link]] = {}
        for link in self.links:
            unsure = link.rule.status is Status.ASSUMED or not link.sure
            if unsure and in_play.issuperset(link.pair):
                found.setdefault(link.rule, []).append(link)
        return [
            Question(
                rule,
                tuple(name for name in rule.schemes if any(name in link.pair for link in mine)),
                any(link.forbids or link.keeps_apart for link in mine),
            )
            for rule, mine in found.items()
        ]

    def _notes(self) -> list[Interaction]:
        """Notes about a scheme that the applicant may well have; those that compare schemes when two are at hand."""
        in_play = {r.scheme.id for r in self.results if r.verdict in IN_PLAY}
        here = {r.scheme.id for r in self.results if r.verdict is not Verdict.NO_TERMS}
        return [
            rule
            for rule, state in self.states.items()
            if rule.kind is InteractionKind.NOTE
            and state is not False
            and in_play.intersection(rule.schemes)
            and len(here.intersection(rule.schemes)) >= min(2, len(rule.schemes))
        ]

    def _possible(self) -> tuple[int, int]:
        """The most that could come about: open schemes turn out well, the city says yes, nothing is reduced."""
        able = [r for r in self.results if r.verdict in STILL_POSSIBLE]
        highs: list[End] = [received(r.amount).high for r in able]
        position = {r.scheme.id: i for i, r in enumerate(able)}
        beyond = sum(int(high) for high in highs if high != inf) + 1
        weights = [{0: beyond if high == inf else int(high)} for high in highs]
        excludes = self._apart(position, lambda link: link.forbids)
        best = solve(Puzzle(weights, [0] * len(able), excludes)) or 0
        taken = [highs[i] for i in members(best)]
        return sum(int(high) for high in taken if high != inf), sum(high == inf for high in taken)


_OPEN = {
    Verdict.NOT_ELIGIBLE: Why.NOT_ELIGIBLE,
    Verdict.NO_TERMS: Why.NO_TERMS,
    Verdict.REFER: Why.REFERRED,
    Verdict.UNDETERMINED: Why.OPEN,
}
