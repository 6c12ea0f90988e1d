"""Columns, the direct evaluator and durable_rules agree on random facts of each scheme, missing facts included."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eligibility.batch.population import population_facts
from eligibility.evaluation.engine import Engine
from eligibility.rulebook.book import load
from eligibility.rulebook.model import SchemeVersion
from tests.eligibility.batches import differences
from tests.eligibility.strategies import many_facts_for

BOOK = load()
VERSIONS = list(BOOK.versions())
ROWS = 25
"""Fact sets a frame."""


def agree(version: SchemeVersion, engine: Engine, sets: int) -> None:
    """Compare at least ``sets`` fact sets for the scheme, in equal parts for its versions."""
    frames = -(-sets // (len(version.scheme.versions) * ROWS))

    @settings(deadline=None, max_examples=frames, suppress_health_check=list(HealthCheck))
    @given(
        rows=many_facts_for(version, BOOK, ROWS),
        step=st.sampled_from(["", *(step.name for step in version.procedure)]),
    )
    def compare(rows, step) -> None:
        assert differences(version, rows, version.first_day, step, engine) == []

    compare()


@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: v.id)
def test_three_evaluators_agree(version: SchemeVersion, engine: Engine) -> None:
    agree(version, engine, 500)


@pytest.mark.nightly
@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: v.id)
def test_three_evaluators_agree_on_ten_thousand(version: SchemeVersion, engine: Engine) -> None:
    agree(version, engine, 10_000)


@pytest.mark.parametrize("missing", [0.0, 0.15])
@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: v.id)
def test_they_agree_on_believable_firms(version: SchemeVersion, missing: float, engine: Engine) -> None:
    rows = population_facts(BOOK, 20, 7, missing)
    assert differences(version, rows, version.first_day, "", engine) == []
