"""The questionnaire asks only what matters, asks nothing twice, and ends with the right answer."""

from datetime import date
from random import Random

import pytest

from eligibility.evaluation.engine import Engine, Mode
from eligibility.evaluation.facts import read_leniently
from eligibility.evaluation.questionnaire import Scout, open_questions
from eligibility.rulebook.book import load
from eligibility.words import Verdict
from tests.eligibility.interviews import World, interview, told, witness

BOOK = load()


@pytest.fixture(scope="module")
def world() -> World:
    return World(BOOK, Engine(BOOK, Mode.PYTHON))


def irrelevant(world: World, seeds: range, **options) -> tuple[int, list[str]]:
    """Questions asked, and those for which no two complete sets of facts were found that differ in them and in the result."""
    asked, idle = 0, []
    for seed in seeds:
        random = Random(seed)
        visit = interview(world, random, **options)
        asked += len(visit.questions)
        idle += [
            f"interview {seed}: {question.name} for {', '.join(question.schemes)}"
            for question in visit.questions
            if witness(world, visit, question, random) is None
        ]
    return asked, idle


@pytest.mark.slow
def test_every_question_matters(world) -> None:
    asked, idle = irrelevant(world, range(200), look_ahead=False, sizes=(1,))
    assert asked > 800
    assert idle == []


@pytest.mark.nightly
def test_every_question_of_2000_interviews_matters(world) -> None:
    asked, idle = irrelevant(world, range(1_000, 3_000), look_ahead=True, skip=0.02)
    assert asked > 20_000
    assert idle == []


@pytest.mark.parametrize("seed", range(25))
def test_the_end_is_the_whole_truth(world, seed) -> None:
    """When nothing is asked any more, the answers that were never asked for change nothing."""
    visit = interview(world, Random(seed), look_ahead=False)
    if visit.skipped:
        return
    for scheme in visit.schemes:
        early = world.determine(scheme, visit.given, visit.on)
        assert early.verdict is not Verdict.UNDETERMINED
        final = world.determine(scheme, {**visit.truth, **visit.given}, visit.on)
        if final.version is not early.version:
            continue  # refused under today's rules before the date was asked for that selects others
        if early.verdict is Verdict.NOT_ELIGIBLE:
            assert final.verdict is early.verdict
        else:
            assert told(final) == told(early)


@pytest.mark.parametrize("seed", range(10))
def test_going_back_changes_one_answer_only(world, seed) -> None:
    """Another answer to an early question keeps all others, and the interview goes on from there."""
    visit = interview(world, Random(seed), look_ahead=False)
    if not visit.given:
        return
    name = next(iter(visit.given))
    for value in world.values(name, visit.on)[:4]:
        changed = {**visit.given, name: value}
        facts = read_leniently(changed, world.book.vocabulary)[0]
        assert facts.given.keys() == visit.given.keys()
        assert all(facts.given[other] == answer for other, answer in visit.given.items() if other != name)


def open_for(world: World, scheme: str, on: date, answers: dict, *skipped: str) -> set[str]:
    """Questions that are still open for one scheme."""
    facts = read_leniently(answers, world.book.vocabulary)[0]
    return set(open_questions(world.engine, [world.engine.determine(scheme, facts, on)], facts, skipped))


def test_prices_are_not_asked_of_who_rents_even_when_the_kind_of_establishment_is_not_known(world) -> None:
    """Only under a kind that is refused anyway would the site not count as rented."""
    answers = {"site_business": "customer_centre", "site_tenure": "rented", "mainly_inbound_calls": True}
    day = date(2012, 11, 1)
    prices = {"land_price", "building_price"}
    assert prices <= open_for(world, "relocation/customer_centre", day, answers)  # the kind may still be answered
    left = open_for(world, "relocation/customer_centre", day, answers, "establishment_kind")
    assert left
    assert prices.isdisjoint(left)


def test_a_question_is_useless_when_what_cannot_be_said_keeps_its_criterion_open(world) -> None:
    scheme, day = "relocation/software_content_data_centre", date(2026, 6, 10)
    answers = {
        "establishment_kind": "new",
        "site_tenure": "rented",
        "it_business": "digital_content",
        "equipment_price": 0,
        "land_area_rented": 100,
        "land_monthly_rent": 0,
        "floor_area_rented": 1000,
        "site_area": "elsewhere",
    }
    assert "office_kind" in open_for(world, scheme, day, answers)
    assert "office_kind" not in open_for(world, scheme, day, answers, "building_monthly_rent")


def test_trying_questions_out_has_a_budget(world) -> None:
    scout = Scout(world.engine, read_leniently({}, world.book.vocabulary)[0], date(2026, 6, 10), ())
    names = ["site_area", "establishment_kind", "site_tenure", "office_kind"]
    few = scout.affordable(names, {name: [("relocation/headquarters", False)] for name in names})
    many = scout.affordable(names, {name: [("relocation/headquarters", False)] * 40 for name in names})
    assert few == names
    assert many == names[:2]
