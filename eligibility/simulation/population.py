"""Invented applicants to try a rule on: facts in the form of stored answers, by the generator of the batch path."""

from __future__ import annotations

from datetime import date

from eligibility.batch.population import population_facts
from eligibility.evaluation.facts import read_leniently
from eligibility.rulebook.book import RuleBook, expressions_of, facts_read_by
from eligibility.rulebook.model import SchemeVersion
from eligibility.simulation.comparison import Subject


def invented(
    book: RuleBook, versions: tuple[SchemeVersion, ...], number: int, seed: int, on: date, missing: float = 0.0
) -> list[Subject]:
    """``number`` applicants with the facts that the versions can read. The same seed gives the same applicants, whatever
    the versions are. ``missing``: share of answers that are not given."""
    if not number:
        return []
    nodes = [node for version in versions for node in expressions_of(version)]
    nodes += [counting.when for version in versions for counting in version.counts_for]
    used = facts_read_by(nodes)
    subjects = []
    for place, raw in enumerate(population_facts(book, number, seed, missing), 1):
        facts, _ = read_leniently({name: value for name, value in raw.items() if name in used}, book.vocabulary)
        subjects.append(Subject(f"F{place:07d}", facts, on))
    return subjects
