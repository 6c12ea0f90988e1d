"""「こうすれば対象になります」「増やすには」 as pages show them: what to change, until when, and what it brings.

Searched for only when somebody opens the page; the engine's limit of time keeps it below a second.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import inf
from typing import Any

from django.utils.translation import gettext

from applications.rules import engine, rule_book
from eligibility.evaluation.facts import Facts
from eligibility.evaluation.result import Determination
from eligibility.prove.changes import Change, Proposal
from eligibility.prove.offers import RECEIVED, Offers, has_offers, offers, value_of_answer
from eligibility.rulebook.model import Fact
from eligibility.words import AmountKind, Verdict
from portal.determinations import Shown
from portal.fact_text import listed, value_words, words

RECORD = re.compile(r"(\w+)\[(\d+|\+)\](?:\.(\w+))?")


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One fact: its name, what was answered, what to answer instead, and the last day that would do. ``fact``: the name of
    its question."""

    title: str
    fact: str
    before: str
    after: str
    latest: date | None


@dataclass(frozen=True, slots=True)
class ProposalShown:
    """One way. ``low``, ``high``: the amount with it (``high`` infinite: open); ``more_low``, ``more_high``: what it adds,
    empty where nothing certain can be said. ``still_open``: questions that it would open."""

    changes: tuple[ChangeShown, ...]
    has_amount: bool
    low: int
    high: float
    more_low: int
    more_high: float
    until: date | None
    still_open: str


class ChangesShown:
    """What could be changed of one determination. The search starts when ``proposals`` is asked for."""

    def __init__(self, result: Determination, facts: Facts) -> None:
        self.result = result
        self.facts = facts
        self.shown = Shown(result, facts)
        self.scheme = result.scheme

    @property
    def offered(self) -> bool:
        """Whether it makes sense to look."""
        return has_offers(self.result)

    @property
    def for_more(self) -> bool:
        """The applicant is eligible already: the question is how to get more."""
        return self.result.verdict is Verdict.ELIGIBLE

    @property
    def title(self) -> str:
        """Heading of the page."""
        return gettext("増やすには") if self.for_more else gettext("こうすれば対象になります")

    @cached_property
    def found(self) -> Offers:
        """The proposals as the engine gives them."""
        return offers(engine(), self.result, self.facts)

    @property
    def complete(self) -> bool:
        """Nothing was left out for lack of time."""
        return self.found.complete

    @cached_property
    def proposals(self) -> list[ProposalShown]:
        """The proposals in words, the smallest first."""
        return [_shown(proposal) for proposal in (*self.found.to_eligible, *self.found.to_more)]


def _shown(proposal: Proposal) -> ProposalShown:
    amount = proposal.determination.amount
    received = amount.kind is not AmountKind.NONE and amount.what in RECEIVED
    facts = rule_book().vocabulary.facts
    names = dict.fromkeys(path.split("[")[0] for path in proposal.determination.missing)
    more_low, more_high = proposal.gained
    return ProposalShown(
        changes=tuple(_change(change) for change in proposal.changes),
        has_amount=received and not (amount.low == 0 and amount.high == inf),
        low=int(amount.low),
        high=amount.high if amount.high == inf else int(amount.high),
        more_low=int(more_low),
        more_high=more_high if more_high == inf else int(more_high),
        until=proposal.until,
        still_open=listed(words(facts[name].title) for name in names),
    )


def _change(change: Change) -> ChangeShown:
    name = change.path.split("[")[0]
    return ChangeShown(
        _title(change), name, _answer(change.before, change.fact), _answer(change.after, change.fact), change.latest
    )


def _title(change: Change) -> str:
    matched = RECORD.fullmatch(change.path)
    if matched is None:
        return words(change.fact.title)
    whole = words(rule_book().vocabulary.facts[matched[1]].title)
    if matched[2] == "+":
        return gettext("%(list)sを１件加える") % {"list": whole}
    return gettext("%(list)s %(number)s件目の%(field)s") % {
        "list": whole,
        "number": int(matched[2]) + 1,
        "field": words(change.fact.title),
    }


def _answer(answer: Any, fact: Fact) -> str:
    if answer is None:
        return ""
    if fact.is_list and isinstance(answer, Mapping):
        return listed(
            gettext("%(title)s：%(value)s")
            % {"title": words(fact.fields[name].title), "value": _answer(value, fact.fields[name])}
            for name, value in answer.items()
        )
    return value_words(value_of_answer(answer, fact.type), fact.type)
