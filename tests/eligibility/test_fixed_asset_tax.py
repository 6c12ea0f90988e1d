"""The fixed-asset-tax family: two SME tests in series, the transition between versions, and never an exemption on an
ordinance that is not known."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eligibility.evaluation.facts import read_facts
from eligibility.rulebook.book import load
from eligibility.words import AmountKind, Outcome, Verdict
from tests.eligibility.strategies import facts_for

BOOK = load()
EQUIPMENT = "fixed_asset_tax/advanced_equipment"
ASKED = ["fixed_asset_tax/regional_future", "fixed_asset_tax/head_office", "fixed_asset_tax/listed_facilities"]
"""Measures for which the city is always asked."""

MACHINE = {
    "asset_class": "machinery",
    "cost": 10_000_000,
    "acquired_on": "2026-05-01",
    "useful_life": 10,
    "ward": "aoba",
    "is_new": True,
    "direct_use": True,
    "lease_kind": "bought",
}
FACTS = {
    "legal_form": "company",
    "sme_line": "manufacturing",
    "capital": 30_000_000,
    "regular_employees": 40,
    "largest_large_holder_share": 0,
    "large_holders_total_share": 0,
    "large_holders_count": 0,
    "group_tax_parent": False,
    "plan_certified_on": "2026-04-01",
    "plan_years": 3,
    "productivity_growth": 4,
    "support_confirmed": True,
    "return_on_investment": 5,
    "return_confirmed": True,
    "wage_policy_rate": 3,
    "wage_policy_declared": True,
    "wage_policy_in_first_application": True,
    "wage_policy_year_begins": "2026-04-01",
    "plan_changed_with_new_policy": False,
    "assets": [MACHINE],
    "other_bases": [],
}


def determined(engine, on=date(2026, 6, 1), step="", **more):
    return engine.determine(EQUIPMENT, read_facts(FACTS | more, BOOK.vocabulary), on, step)


def outcomes(result):
    return {found.criterion.name: found.outcome for found in result.findings}


# --- the two SME tests ---------------------------------------------------------------------------------------------

LIMITS = [
    ("manufacturing", 300_000_000, 300),
    ("construction_transport_other", 300_000_000, 300),
    ("wholesale", 100_000_000, 100),
    ("retail", 50_000_000, 50),
    ("services", 50_000_000, 100),
    ("rubber", 300_000_000, 900),
    ("software", 300_000_000, 300),
    ("hotel", 50_000_000, 200),
]
"""中小企業等経営強化法 第2条第1項: capital or employees."""


@pytest.mark.parametrize(("line", "capital", "staff"), LIMITS)
def test_who_may_have_a_plan_certified(engine, line, capital, staff):
    def allowed(**firm):
        return outcomes(determined(engine, step="plan_application", sme_line=line, **firm))["plan_sme"] is Outcome.MET

    assert allowed(capital=capital, regular_employees=staff + 1)
    assert allowed(capital=capital + 1, regular_employees=staff)
    assert not allowed(capital=capital + 1, regular_employees=staff + 1)
    assert allowed(legal_form="sole_proprietor", regular_employees=staff)
    assert not allowed(legal_form="sole_proprietor", regular_employees=staff + 1)


@pytest.mark.parametrize("form", ["medical", "social_welfare", "npo", "association", "school", "public_corporation"])
def test_forms_that_cannot_have_a_plan(engine, form):
    result = determined(engine, legal_form=form, capital=0, regular_employees=10)
    assert outcomes(result)["plan_sme"] is Outcome.NOT_MET
    assert result.verdict is Verdict.NOT_ELIGIBLE


def test_a_plan_does_not_mean_relief(engine):
    """Capital of 300 million yen: certified, but above the 100 million of the tax."""
    assert determined(engine, step="plan_application", capital=300_000_000).verdict is Verdict.ELIGIBLE
    result = determined(engine, capital=300_000_000)
    assert [name for name, outcome in outcomes(result).items() if outcome is Outcome.NOT_MET] == ["tax_sme"]


@pytest.mark.parametrize(
    ("largest", "total", "count", "held"),
    [
        ("49.999", "49.999", 1, False),
        ("50", "50", 1, True),
        ("49.999", "66.666", 2, False),
        ("49.999", "66.667", 2, True),
        ("40", "66.667", 1, False),
    ],
)
def test_control_by_large_corporations(engine, largest, total, count, held):
    shares = {
        "largest_large_holder_share": largest,
        "large_holders_total_share": total,
        "large_holders_count": count,
    }
    assert (outcomes(determined(engine, **shares))["not_held_by_large"] is Outcome.NOT_MET) is held


# --- advice --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("years", "growth", "advised"),
    [
        # (1.03³ − 1) / 3 = 3.0909 %, (1.03⁴ − 1) / 4 = 3.13772… %, (1.03⁵ − 1) / 5 = 3.18548… %
        (3, "3.091", False),
        (3, "3.09", True),
        (4, "3.138", False),
        (4, "3.137", True),
        (5, "3.186", False),
        (5, "3.185", True),
    ],
)
def test_between_linear_and_compound_growth_there_is_advice(engine, years, growth, advised):
    result = determined(engine, plan_years=years, productivity_growth=growth)
    assert result.verdict is Verdict.ELIGIBLE
    assert (outcomes(result)["productivity_compound"] is Outcome.NOT_MET) is advised


@pytest.mark.parametrize(
    ("kind", "cost", "bought", "advised"),
    [
        ("fixtures", 300_000, "2026-03-31", False),
        ("fixtures", 299_999, "2026-04-01", False),
        ("fixtures", 300_000, "2026-04-01", True),
        ("fixtures", 399_999, "2026-04-01", True),
        ("fixtures", 400_000, "2026-04-01", False),
        ("measuring_tools", 399_999, "2026-04-01", True),
        ("machinery", 1_600_000, "2026-04-01", False),
    ],
)
def test_caution_about_tools_of_three_hundred_thousand(engine, kind, cost, bought, advised):
    asset = MACHINE | {"asset_class": kind, "cost": cost, "acquired_on": bought}
    result = determined(engine, plan_certified_on="2026-03-01", assets=[asset])
    assert (outcomes(result)["floor_of_tools"] is Outcome.NOT_MET) is advised


# --- transition ----------------------------------------------------------------------------------------------------

OLD_YEAR, NEW_YEAR = "2024-04-01", "2025-04-01"


@pytest.mark.parametrize(
    ("certified", "policy", "begins", "changed", "bought", "verdict", "version"),
    [
        ("2022-06-01", 0, None, False, "2023-03-31", "eligible", "P18"),
        ("2022-06-01", 0, None, False, "2023-04-01", "not_eligible", "R5"),
        ("2023-04-01", 0, None, False, "2023-04-02", "eligible", "R5"),
        ("2024-06-01", 0, None, False, "2025-03-31", "eligible", "R5"),
        ("2024-06-01", 0, None, False, "2025-04-01", "not_eligible", "R7"),
        ("2024-06-01", "1.5", OLD_YEAR, False, "2025-03-31", "eligible", "R5"),
        ("2024-06-01", "1.5", OLD_YEAR, False, "2025-04-01", "not_eligible", "R7"),
        ("2024-06-01", "1.5", NEW_YEAR, True, "2025-04-01", "refer", "R7"),
        ("2022-06-01", "1.5", NEW_YEAR, True, "2025-04-01", "not_eligible", "R7"),
        ("2025-04-01", 0, None, False, "2025-05-01", "not_eligible", "R7"),
        ("2025-04-01", "1.5", NEW_YEAR, False, "2025-05-01", "eligible", "R7"),
        ("2025-04-01", "3", NEW_YEAR, False, "2027-03-31", "eligible", "R7"),
        ("2025-05-02", "3", NEW_YEAR, False, "2025-05-01", "not_eligible", "R7"),
        ("2025-04-01", "3", NEW_YEAR, False, "2027-04-01", "no_terms", None),
    ],
)
def test_transition(engine, certified, policy, begins, changed, bought, verdict, version):
    asset = MACHINE | {"acquired_on": bought}
    if bought <= "2023-03-31":
        asset |= {"on_sale_since": "2020-04-01", "industry_certified": True}
    result = determined(
        engine,
        plan_certified_on=certified,
        wage_policy_rate=policy,
        wage_policy_year_begins=begins,
        plan_changed_with_new_policy=changed,
        assets=[asset],
    )
    assert result.verdict == verdict
    assert (result.version.name if result.version is not None else None) == version


# --- measures without a known ordinance ----------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ASKED)
@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_never_an_exemption_without_an_ordinance(scheme, engine, data):
    for version in BOOK.scheme(scheme).versions:
        assert version.amount is None
        facts = read_facts(data.draw(facts_for(version, BOOK)), BOOK.vocabulary)
        result = engine.determine(scheme, facts, version.first_day, "", version)
        assert result.verdict in (Verdict.REFER, Verdict.NOT_ELIGIBLE, Verdict.UNDETERMINED)
        assert result.amount.kind is AmountKind.NONE


def test_no_number_for_the_reconstruction_zone():
    assert all(v.amount is None for v in BOOK.scheme("fixed_asset_tax/reconstruction_zone").versions)
