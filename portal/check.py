"""The check without an account: what a visitor asked for and answered, kept in the session.

Answers are the JSON that ``eligibility.evaluation.facts`` reads, keyed by fact; changing one never touches another.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from math import inf
from typing import Any, Final

from django.contrib.sessions.backends.base import SessionBase
from django.utils.timezone import localdate

from applications.rules import engine, rule_book
from eligibility.combination.combine import Combination, Why, combine
from eligibility.evaluation.facts import Facts, read_leniently
from eligibility.evaluation.questionnaire import NextQuestion, choose, open_questions
from eligibility.language.env import Env
from eligibility.rulebook.book import facts_of
from eligibility.rulebook.model import Scheme
from portal.combination_page import ShownCombination
from portal.determinations import Headline, Shown, headline, ranked

KEY: Final = "check"
FIRM: Final = "firm"
"""Audience of schemes for firms; the other one is ``person``."""
SLOTS: Final = 1
"""Enough variables for the conditions of the vocabulary."""


@dataclass
class Check:
    """``schemes`` in the order of the rule book; ``answers`` by fact; ``skipped``: honestly not known; ``trail``: facts
    in the order in which they were answered or skipped."""

    schemes: list[str]
    answers: dict[str, Any] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    trail: list[str] = field(default_factory=list)
    on: date = field(default_factory=localdate)

    # -- session ----------------------------------------------------------------------------------------------

    @classmethod
    def of(cls, session: SessionBase) -> Check | None:
        """The visitor's check, if there is one. What the rule book no longer knows is left out."""
        stored = session.get(KEY)
        if not stored:
            return None
        facts, schemes = rule_book().vocabulary.facts, rule_book().schemes
        return cls(
            [name for name in stored["schemes"] if name in schemes],
            {name: value for name, value in stored["answers"].items() if name in facts},
            [name for name in stored["skipped"] if name in facts],
            [name for name in stored["trail"] if name in facts],
        )

    def keep(self, session: SessionBase) -> None:
        """Store in the session."""
        session[KEY] = {
            "schemes": self.schemes,
            "answers": self.answers,
            "skipped": self.skipped,
            "trail": self.trail,
        }

    @staticmethod
    def forget(session: SessionBase) -> None:
        """Throw everything away."""
        session.pop(KEY, None)

    # -- answering --------------------------------------------------------------------------------------------

    def answer(self, fact: str, value: Any) -> None:
        """Keep an answer."""
        self.answers[fact] = value
        self.skipped = [name for name in self.skipped if name != fact]
        self._went(fact)

    def skip(self, fact: str) -> None:
        """わからない. Rows of a list that were typed stay; a single value goes."""
        if not rule_book().vocabulary.facts[fact].is_list:
            self.answers.pop(fact, None)
        if fact not in self.skipped:
            self.skipped.append(fact)
        self._went(fact)

    def _went(self, fact: str) -> None:
        if fact not in self.trail:
            self.trail.append(fact)

    def before(self, fact: str) -> str | None:
        """The question that was answered before this one; the last one when this one is new."""
        if fact in self.trail:
            position = self.trail.index(fact)
            return self.trail[position - 1] if position else None
        return self.trail[-1] if self.trail else None

    # -- what it comes to -------------------------------------------------------------------------------------

    @cached_property
    def facts(self) -> Facts:
        """The answers as the engine reads them; unreadable ones count as not answered."""
        return read_leniently(self.answers, rule_book().vocabulary)[0]

    @cached_property
    def shown(self) -> list[Shown]:
        """A determination of each scheme, the best first."""
        results = [engine().determine(scheme, self.facts, self.on) for scheme in self.schemes]
        return ranked([Shown(result, self.facts, self.skipped) for result in results])

    @cached_property
    def combination(self) -> Combination | None:
        """What is worth most together; ``None`` while nothing is looked into."""
        results = [one.result for one in self.shown]
        return combine(engine(), results, self.facts) if results else None

    @property
    def combined(self) -> ShownCombination | None:
        """The same for the page, when there is something to combine: two schemes that are still possible."""
        if self.combination is None:
            return None
        possible = [one for one in self.shown if one.possible and one.scheme.audience == self.combination.audience]
        return ShownCombination(self.combination) if len(possible) > 1 else None

    @property
    def headline(self) -> Headline:
        """How many schemes are possible and for how much, without adding up what cannot be had together."""
        if self.combination is None:
            return headline(self.shown)
        apart = [one.worth for one in self.combination.left_out if one.why is Why.OTHER_APPLICANT]
        return replace(
            headline(self.shown),
            most=self.combination.possible + sum(int(worth.high) for worth in apart if worth.high != inf),
            open_ended=self.combination.open_ended + sum(worth.high == inf for worth in apart),
        )

    @cached_property
    def next(self) -> NextQuestion | None:
        """The question to ask now; ``None`` when nothing is left that could change a result.

        Questions are asked topic by topic, so that the visitor is led from the firm to its plan and not back and forth
        between schemes; and first those of which it is known that they make sense for this visitor.
        """
        results = [one.result for one in self.shown]
        needed = open_questions(engine(), results, self.facts, self.skipped)
        if not needed:
            return None
        topics = list(rule_book().vocabulary.topics)
        facts = rule_book().vocabulary.facts.values()
        unclear = [f.name for f in facts if f.asked_if is not None and f.asked_if.run(self._env) is None]
        for topic in topics:
            later = [fact.name for fact in facts if topics.index(fact.topic) > topics.index(topic)]
            for waiting in ([*later, *unclear], later):
                now = {name: users for name, users in needed.items() if name not in waiting}
                found = choose(engine(), now, results, self.facts, [*self.skipped, *waiting])
                if found is not None:
                    return replace(found, left=len(needed))
        return None

    @property
    def _env(self) -> Env:
        return Env(self.facts.values, 0, SLOTS)

    @property
    def answered(self) -> int:
        """Questions answered or skipped."""
        return len(self.trail)

    def users_of(self, fact: str) -> list[Scheme]:
        """Chosen schemes whose rules read a fact."""
        found = []
        for one in self.shown:
            version = one.version
            if version is not None and fact in facts_of(version, rule_book().vocabulary):
                found.append(one.scheme)
        return found


def answers_for(scheme: str, check: Check | None, on: date) -> dict[str, Any]:
    """The answers of a check that a case of this scheme can use, and no others."""
    if check is None:
        return {}
    vocabulary = rule_book().vocabulary
    version = engine().version_for(scheme, check.facts, on)
    if version is None:
        return {}
    wanted = set(facts_of(version, vocabulary)) | {name for step in version.procedure for name in step.facts}
    wanted -= set(vocabulary.defaults_to_on)
    return {name: value for name, value in check.facts.given.items() if name in wanted}


def schemes_for(goals: list[str], schemes: list[str], *, everything: bool = False) -> list[str]:
    """Ids of the schemes that goals and single choices stand for, in the order of the rule book. Goals and "everything"
    mean those for firms; the one for persons is chosen by itself."""
    found = []
    for scheme in rule_book().schemes.values():
        by_goal = scheme.audience == FIRM and (everything or bool(set(scheme.goals) & set(goals)))
        if by_goal or scheme.id in schemes:
            found.append(scheme.id)
    return sorted(found, key=lambda name: rule_book().schemes[name].order)
