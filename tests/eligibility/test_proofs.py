"""The solver's view of a version agrees with the engine's, and the rule book is proved sound."""

import pytest
import z3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eligibility.evaluation.facts import read_facts
from eligibility.prove.changes import Changer
from eligibility.prove.proofs import Prover, always_refers, prove
from eligibility.prove.terms import CAP, FIRST_YEAR, LAST_YEAR
from eligibility.rulebook.book import load
from eligibility.words import Outcome
from tests.eligibility.strategies import facts_for

BOOK = load()
VERSIONS = list(BOOK.versions())


def values_in(raw):
    for value in raw.values():
        for record in value if isinstance(value, list) else [value]:
            yield from record.values() if isinstance(record, dict) else [record]


def years_in(raw):
    return [int(v[:4]) for v in values_in(raw) if isinstance(v, str) and v[4:5] == "-"]


def numbers_in(raw):
    return [
        float(v)
        for v in values_in(raw)
        if not isinstance(v, bool) and (isinstance(v, int) or (isinstance(v, str) and v.replace(".", "").isdigit()))
    ]


@pytest.mark.slow
def test_the_rule_book_is_sound(engine):
    assert [str(f) for f in prove(BOOK, engine) if f.serious] == []


@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: v.id)
@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_terms_say_what_the_engine_says(version, engine, data):
    """Fix all facts in the solver: what the engine finds must be possible there (its terms only ever allow more)."""
    raw = data.draw(facts_for(version, BOOK, complete=True))
    if any(not FIRST_YEAR + 2 < year < LAST_YEAR - 2 for year in years_in(raw)) or any(
        n > CAP for n in numbers_in(raw)
    ):
        return  # outside the symbolic world
    facts = read_facts(raw, BOOK.vocabulary)
    on = version.first_day
    result = engine.determine(version.scheme.id, facts, on, "", version)
    changer = Changer(engine, version, facts, on)
    for name in changer.given:
        changer.translator.fact(BOOK.vocabulary.facts[name]) if name in BOOK.vocabulary.facts else None
    solver = z3.Solver()
    solver.set("timeout", 5000)
    solver.add(*changer.translator.sides, *changer.units.as_given([]))
    for found in result.findings:
        if found.outcome is Outcome.UNKNOWN:
            continue
        term = changer.terms[found.criterion.name]
        holds = found.outcome in (Outcome.MET, Outcome.NOT_APPLICABLE)
        assert solver.check(term if holds else z3.Not(term)) != z3.unsat, found.criterion.name


def test_reachable_verdicts_have_examples(engine):
    for version in VERSIONS:
        prover = Prover(version, BOOK, engine)
        model = prover.possible(*[prover.terms[c.name] for c in prover.criteria if not always_refers(c)])
        assert isinstance(model, z3.ModelRef), version.id


def test_only_a_constant_false_that_refers_is_left_out_of_the_proofs():
    found = {f"{v.id}.{c.name}" for v in VERSIONS for c in v.criteria if always_refers(c)}
    assert found == {
        "fixed_asset_tax/regional_future@M2024.city_ordinance",
        "fixed_asset_tax/head_office@K2015.city_ordinance",
        "fixed_asset_tax/head_office@K2026.city_ordinance",
        "fixed_asset_tax/listed_facilities@L2018.city_list",
    }
