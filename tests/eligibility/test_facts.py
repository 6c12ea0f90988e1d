"""Reading facts: every wrong answer gets a message in both languages, beside the right field."""

from decimal import Decimal
from fractions import Fraction

import pytest

from eligibility.evaluation.facts import FactsError, read_facts, read_leniently
from eligibility.rulebook.book import load

VOCABULARY = load().vocabulary


@pytest.mark.parametrize(
    ("fact", "value", "given", "typed"),
    [
        ("capital", 10000000, 10000000, 10000000),
        ("capital", "10,000,000", 10000000, 10000000),
        ("capital", "１，０００円", 1000, 1000),
        ("floor_area_rented", "20.50", "20.5", Fraction(41, 2)),
        ("floor_area_rented", Decimal("20.5"), "20.5", Fraction(41, 2)),
        ("wage_policy_rate", "1.5", "1.5", Fraction(15, 1000)),
        ("wage_policy_rate", 3, 3, Fraction(3, 100)),
        ("no_tax_arrears", True, True, True),
        ("legal_form", "company", "company", "company"),
        (
            "establishment_prefectures",
            ["tokyo", "aomori", "tokyo"],
            ["aomori", "tokyo"],
            frozenset({"aomori", "tokyo"}),
        ),
        ("project_title", "仙台研究所", "仙台研究所", "仙台研究所"),
    ],
)
def test_reads(fact, value, given, typed):
    context = {
        "site_tenure": "rented",
        "establishment_kind": "new",
        "building_monthly_rent": 1,
        "legal_form": "company",
    }
    facts = read_facts({**context, fact: value}, VOCABULARY)
    assert facts.given[fact] == given
    assert facts.values[fact] == typed


@pytest.mark.parametrize(
    ("fact", "value", "code"),
    [
        ("capital", -1, "too_small"),
        ("capital", "-1", "too_small"),
        ("capital", "1.5", "not_whole"),
        ("capital", "abc", "not_a_number"),
        ("capital", True, "not_a_number"),
        ("capital", 10**14, "too_large"),
        ("capital", "1e6", "not_a_number"),
        ("floor_area_rented", "1.005", "too_precise"),
        ("announced_on", "2025-02-30", "not_a_date"),
        ("announced_on", "2025/2/3", "not_a_date"),
        ("announced_on", "令和7年", "not_a_date"),
        ("announced_on", "1850-01-01", "date_out_of_range"),
        ("no_tax_arrears", "yes", "not_yes_no"),
        ("legal_form", "firm", "not_a_choice"),
        ("establishment_prefectures", ["mars"], "not_a_choice"),
        ("assets", "none", "not_a_list"),
        ("assets", [{"cost": 1}] * 101, "too_many"),
        ("loan_shark", 1, "unknown_fact"),
        ("largest_large_holder_share", "100.001", "too_large"),
        ("project_title", "x" * 4001, "not_text"),
    ],
)
def test_refuses(fact, value, code):
    with pytest.raises(FactsError) as caught:
        read_facts({fact: value}, VOCABULARY)
    (problem,) = caught.value.problems
    assert (problem.path, problem.code) == (fact, code)
    assert problem.message.ja
    assert problem.message.en
    assert problem.message.ja != problem.message.en


def test_problems_inside_lists_name_the_record():
    with pytest.raises(FactsError) as caught:
        read_facts({"assets": [{"cost": 1}, {"cost": -5, "colour": "red"}]}, VOCABULARY)
    assert [(p.path, p.code) for p in caught.value.problems] == [
        ("assets[1].cost", "too_small"),
        ("assets[1].colour", "unknown_fact"),
    ]


def test_lenient_reading_keeps_the_rest():
    facts, problems = read_leniently({"capital": -1, "legal_form": "company"}, VOCABULARY)
    assert facts.given == {"legal_form": "company"}
    assert len(problems) == 1


def test_a_question_that_makes_no_sense_is_answered_and_the_old_answer_ignored():
    facts = read_facts(
        {"establishment_kind": "new", "site_tenure": "owned", "building_monthly_rent": 500_000}, VOCABULARY
    )
    assert facts.values["building_monthly_rent"] == 0
    assert facts.given["building_monthly_rent"] == 500_000


def test_spelling_suggestion():
    with pytest.raises(FactsError) as caught:
        read_facts({"captial": 1}, VOCABULARY)
    assert "did you mean 'capital'" in caught.value.problems[0].message.en
