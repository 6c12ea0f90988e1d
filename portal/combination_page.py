"""The best combination as the result of a check shows it, and the relations of a scheme with others on its page."""

from __future__ import annotations

from functools import cached_property
from math import inf
from typing import Any, Final

from applications.rules import rule_book
from eligibility.combination.combine import Combination, LeftOut, Why
from eligibility.combination.render import why_chosen, why_left_out
from eligibility.combination.worth import Ends, Worth
from eligibility.language import types as t
from eligibility.rulebook.interactions import Interaction
from eligibility.rulebook.model import Scheme
from eligibility.words import InteractionKind, Status
from portal.components.states import LEFT_OUT, RELATIONS, look
from portal.fact_text import listed, quoted, value_words, words
from portal.scheme_pages import scheme_url
from portal.trace import assumption_note

OUT_OF_REACH: Final = frozenset({Why.NOT_ELIGIBLE, Why.NO_TERMS})
"""Reasons that the scheme's own card explains; they come last in the list."""


class ShownCombination:
    """A combination in the reader's language."""

    def __init__(self, combination: Combination) -> None:
        self.combination = combination

    @property
    def total(self) -> Worth:
        """What the chosen schemes bring together."""
        return self.combination.total

    @property
    def is_range(self) -> bool:
        """The total is not known to the yen."""
        return not self.total.is_exact

    @property
    def more_possible(self) -> bool:
        """More may come about than the chosen schemes bring at most."""
        return self.combination.open_ended > 0 or self.combination.possible > self.total.high

    @cached_property
    def chosen(self) -> list[dict[str, Any]]:
        """The schemes to take: title, address, both ends of the amount (none where nothing is paid), and why."""
        schemes = rule_book().schemes
        return [
            {
                **_head(one.result.scheme),
                "low": one.worth.low,
                "high": one.worth.high,
                "has_amount": one.worth.high > 0,
                "why": words(why_chosen(one, schemes)),
            }
            for one in self.combination.chosen
        ]

    @cached_property
    def left_out(self) -> list[dict[str, Any]]:
        """The other schemes with the reason; those that are out of reach come last."""
        return [self._left(one) for one in sorted(self.combination.left_out, key=lambda one: one.why in OUT_OF_REACH)]

    def _left(self, one: LeftOut) -> dict[str, Any]:
        book = rule_book()
        return {
            **_head(one.result.scheme),
            "look": look(LEFT_OUT, one.why.value, "reason"),
            "low": one.worth.low,
            "high": one.worth.high,
            "has_amount": one.worth.high not in (0, inf),
            "why": words(why_left_out(one, self.combination, book.schemes, book.vocabulary)),
        }

    @cached_property
    def questions(self) -> list[dict[str, Any]]:
        """What the city must be asked, and of which schemes."""
        schemes, assumptions = rule_book().schemes, rule_book().vocabulary.assumptions
        return [
            {
                "text": words(one.rule.text),
                "questions": [words(assumptions[key].question) for key in one.rule.assumption.split()],
                "schemes": quoted(words(schemes[name].title) for name in one.schemes),
                "blocks": one.blocks,
            }
            for one in self.combination.questions
        ]

    @cached_property
    def notes(self) -> list[str]:
        """What is worth knowing."""
        return [words(rule.text) for rule in self.combination.notes]

    @cached_property
    def years(self) -> list[dict[str, Any]]:
        """The total by fiscal year."""
        return [
            {"label": value_words(year, t.FISCAL_YEAR), "low": low, "high": high}
            for year, (low, high) in self.total.years.items()
        ]

    @property
    def undated(self) -> Ends | None:
        """What belongs to no single year."""
        return self.total.undated if self.total.undated[1] else None


def _head(scheme: Scheme) -> dict[str, str]:
    return {"title": words(scheme.title), "url": scheme_url(scheme)}


# --- the page of a scheme ------------------------------------------------------------------------------------


def relations(scheme: Scheme) -> list[dict[str, Any]]:
    """What a scheme means for others and they for it, as the rule book says."""
    return [_relation(rule, scheme) for rule in rule_book().interactions.of(scheme.id)]


def _relation(rule: Interaction, scheme: Scheme) -> dict[str, Any]:
    book = rule_book()
    others = rule.schemes if rule.kind is InteractionKind.NOTE else rule.others(scheme.id)
    sources = book.interactions.sources
    return {
        "look": look(RELATIONS, rule.kind.value, "relation"),
        "text": words(rule.text),
        "others": [_head(book.schemes[name]) for name in others if name != scheme.id],
        "source": rule.article or listed(words(sources[key].what) for key in rule.source.split()),
        "assumed": assumption_note(rule.assumption) if rule.status is Status.ASSUMED else "",
    }
