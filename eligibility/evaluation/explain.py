"""Why a criterion came out as it did: the facts behind it."""

from __future__ import annotations

from collections.abc import Iterator

from eligibility.evaluation.render import both
from eligibility.language import nodes as n
from eligibility.language.env import Env
from eligibility.rulebook.model import Criterion, Fact
from eligibility.rulebook.vocabulary import Vocabulary


def facts_behind(criterion: Criterion, env: Env, vocabulary: Vocabulary) -> list[tuple[Fact, dict[str, str]]]:
    """Facts that a criterion reads (definitions opened), with their values in both languages."""
    found: dict[str, Fact] = {}
    for node in (criterion.when, criterion.holds):
        if node is not None:
            for fact in _facts(node, set()):
                found.setdefault(fact.name, fact)
    return [(fact, both(env.facts[fact.name], fact.type, vocabulary)) for fact in found.values()]


def _facts(node: n.Node, seen: set[str]) -> Iterator[Fact]:
    for part in node.walk():
        if isinstance(part, n.FactRef):
            yield part.fact
        elif isinstance(part, n.DefinitionRef) and part.definition.name not in seen:
            seen.add(part.definition.name)
            yield from _facts(part.definition.body, seen)
