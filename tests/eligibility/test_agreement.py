"""The direct evaluator and durable_rules agree on random facts of each scheme, missing facts included."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eligibility.evaluation.facts import read_facts
from eligibility.evaluation.render import determination_json
from eligibility.language.ranges import is_exact
from eligibility.rulebook.book import load
from eligibility.words import AmountKind, Verdict
from tests.eligibility.strategies import facts_for

BOOK = load()
VERSIONS = list(BOOK.versions())
RELAXED = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


def day_in(version):
    return version.first_day


@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: v.id)
@RELAXED
@given(data=st.data())
def test_evaluators_agree(version, engine, data) -> None:
    raw = data.draw(facts_for(version, BOOK))
    step = data.draw(st.sampled_from([s.name for s in version.procedure]))
    result = engine.determine(version.scheme.id, read_facts(raw, BOOK.vocabulary), day_in(version), step, version)
    assert result.faults == []
    assert result.verdict in set(Verdict)


@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: v.id)
@RELAXED
@given(data=st.data())
def test_amounts_are_whole_yen_and_add_up(version, engine, data) -> None:
    raw = data.draw(facts_for(version, BOOK, complete=True))
    result = engine.determine(version.scheme.id, read_facts(raw, BOOK.vocabulary), day_in(version), "", version)
    assert result.verdict is not Verdict.UNDETERMINED or result.missing
    for amount in (result.amount, *result.other_amounts.values()):
        if amount.kind is AmountKind.NONE:
            continue
        assert amount.low >= 0
        for line in amount.lines:
            if is_exact(line.yen):
                assert isinstance(line.yen, int)
                assert line.yen % line.component.rounding.unit == 0
        if amount.kind is AmountKind.EXACT:
            assert amount.yen == sum(line.yen for line in amount.lines)


@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: v.id)
@RELAXED
@given(data=st.data())
def test_the_truth_lies_inside_what_is_said_before_all_is_known(version, engine, data) -> None:
    """Leave facts out: the verdict stays open or is the final one, and the final amount lies in the range."""
    leave_out(version, engine, data)


@pytest.mark.nightly
@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: v.id)
@settings(RELAXED, max_examples=700)
@given(data=st.data())
def test_the_truth_lies_inside_for_10_000_completions(version, engine, data) -> None:
    """The same, 700 times for each of the fifteen versions."""
    leave_out(version, engine, data)


def leave_out(version, engine, data) -> None:
    whole = data.draw(facts_for(version, BOOK, complete=True))
    dropped = data.draw(st.sets(st.sampled_from(sorted(whole)), max_size=6)) if whole else set()
    part = {name: value for name, value in whole.items() if name not in dropped}
    day = day_in(version)
    final = engine.determine(version.scheme.id, read_facts(whole, BOOK.vocabulary), day, "", version)
    early = engine.determine(version.scheme.id, read_facts(part, BOOK.vocabulary), day, "", version)
    if "application_date" in dropped:
        return  # it is never unknown: the day of the determination stands for it
    if early.verdict is not Verdict.UNDETERMINED:
        assert early.verdict == final.verdict
    if final.amount.kind is AmountKind.EXACT and early.amount.kind is not AmountKind.NONE:
        assert early.amount.low <= final.amount.yen <= early.amount.high
    if early.amount.kind is AmountKind.EXACT and final.amount.kind is not AmountKind.NONE:
        assert early.amount.yen == final.amount.yen


@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: v.id)
@settings(RELAXED, max_examples=15)
@given(data=st.data())
def test_same_input_same_bytes(version, engine, data) -> None:
    raw = data.draw(facts_for(version, BOOK))
    facts = [read_facts(raw, BOOK.vocabulary) for _ in range(2)]
    answers = [
        determination_json(engine.determine(version.scheme.id, f, date(2025, 6, 1), "", version), BOOK.vocabulary)
        for f in facts
    ]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: v.id)
@settings(RELAXED, max_examples=25)
@given(data=st.data())
def test_missing_facts_are_the_ones_that_matter(version, engine, data) -> None:
    """An open verdict names missing facts; none of them has been answered."""
    raw = data.draw(facts_for(version, BOOK))
    result = engine.determine(version.scheme.id, read_facts(raw, BOOK.vocabulary), day_in(version), "", version)
    if result.verdict is Verdict.UNDETERMINED:
        assert any(purpose != "amount" for purposes in result.missing.values() for purpose in purposes)
    for path in result.missing:
        if "[" not in path:
            assert path not in raw
