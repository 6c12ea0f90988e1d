"""The engine's savings against the second reckoning in :mod:`tests.eligibility.reference_property_tax`."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eligibility.evaluation.facts import read_facts
from eligibility.language.builtins import assessed_value
from eligibility.rulebook.book import load
from eligibility.words import AmountKind, Verdict
from tests.eligibility import reference_property_tax as reference

BOOK = load()
SCHEME = BOOK.scheme("fixed_asset_tax/advanced_equipment")
RATES = SCHEME.version("R7").parameters["depreciation_rate"].values
WARDS = ["aoba", "miyagino", "wakabayashi", "taihaku", "izumi"]
OUR_MACHINERY_FLOOR = 1_600_000

FIRM = {
    "legal_form": "company",
    "sme_line": "manufacturing",
    "capital": 30_000_000,
    "regular_employees": 40,
    "largest_large_holder_share": 0,
    "large_holders_total_share": 0,
    "large_holders_count": 0,
    "group_tax_parent": False,
    "plan_years": 5,
    "productivity_growth": "3.2",
    "support_confirmed": True,
    "return_on_investment": 6,
    "return_confirmed": True,
    "wage_policy_declared": True,
    "wage_policy_in_first_application": True,
}
PERIODS = {
    "P18": (date(2018, 7, 2), date(2018, 7, 3), date(2023, 3, 31)),
    "R5": (date(2023, 4, 1), date(2023, 4, 2), date(2025, 3, 31)),
    "R7": (date(2025, 4, 1), date(2025, 4, 2), date(2027, 3, 31)),
}
"""First certification, first acquisition after it, last acquisition."""

RELAXED = settings(deadline=None, suppress_health_check=list(HealthCheck))


def relief(version: str, policy: Decimal, bought: date):
    """Multiplier and years by the published table."""
    if version == "P18":
        return Decimal(0), 3
    if version == "R7":
        return (Decimal("0.25"), 5) if policy >= 3 else (Decimal("0.5"), 3)
    if policy < Decimal("1.5"):
        return Decimal("0.5"), 3
    return ((1, 3), 5) if bought <= date(2024, 3, 31) else ((1, 3), 4)


@st.composite
def near_a_threshold(draw):
    """A useful life, and a cost whose base in one of the first years lies on, beside or between the thresholds."""
    life = draw(st.sampled_from(sorted(reference.FACTORS)))
    _, first, later = reference.FACTORS[life]
    share = (
        first * later ** draw(st.integers(0, 4)) * draw(st.sampled_from([Decimal(1), Decimal("0.5"), Decimal("0.25")]))
    )
    base = draw(st.sampled_from([1_500_000, 1_800_000])) + draw(st.one_of(st.integers(-2, 2), st.integers(0, 299_999)))
    return life, max(1, int(base / share) + draw(st.integers(0, 1)))


@st.composite
def holdings(draw, version):
    """Machines of several firms' kinds: some too cheap or second-hand, some bought after the period."""
    _, first, last = PERIODS[version]
    rows = []
    for _ in range(draw(st.sampled_from([1, 1, 2, 3, 4]))):
        day = st.dates(first, last)
        turns = st.sampled_from([first, last, date(last.year, 1, 1), date(last.year, 1, 2), last + timedelta(days=1)])
        life = draw(st.sampled_from(sorted(reference.FACTORS)))
        cost = draw(st.one_of(st.integers(1_599_998, 1_600_002), st.integers(1, 3_000_000_000)))
        if draw(st.booleans()):
            life, cost = draw(near_a_threshold())
        rows.append(
            {
                "asset_class": "machinery",
                "cost": cost,
                "acquired_on": draw(st.one_of(day, day, turns)),
                "useful_life": life,
                "ward": draw(st.sampled_from(WARDS[:3])),
                "is_new": draw(st.sampled_from([True, True, True, False])),
                "direct_use": True,
                "lease_kind": draw(st.sampled_from(["bought", "bought", "bought", "finance_lease", "operating_lease"])),
            }
        )
    bases = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "ward": st.sampled_from(WARDS[:3]),
                    "year": st.integers(2019, 2031),
                    "base": st.one_of(st.integers(0, 3_000_000), st.integers(0, 10**9)),
                }
            ),
            max_size=draw(st.sampled_from([0, 0, 6])),
        )
    )
    policy = draw(st.sampled_from(["0", "1.499", "1.5", "2.999", "3", "4.25"]))
    return rows, bases, policy if version == "R5" else "0" if version == "P18" else max(policy, "1.5")


def compare(version, engine, rows, bases, policy):
    """The engine's answer for the holdings is the reference's, year by year."""
    certified, first, last = PERIODS[version]
    in_period = [first <= row["acquired_on"] <= last for row in rows]
    if min(row["acquired_on"] for row in rows) > last:
        return
    counts = [
        inside and row["cost"] >= OUR_MACHINERY_FLOOR and row["is_new"] and row["lease_kind"] != "operating_lease"
        for row, inside in zip(rows, in_period, strict=True)
    ]
    facts = FIRM | {
        "plan_certified_on": certified.isoformat(),
        "wage_policy_rate": policy,
        "wage_policy_year_begins": certified.isoformat(),
        "assets": [
            row
            | {"acquired_on": row["acquired_on"].isoformat()}
            | ({"on_sale_since": "2017-04-01", "industry_certified": True} if version == "P18" else {})
            for row in rows
        ],
        "other_bases": bases,
    }
    result = engine.determine(SCHEME.id, read_facts(facts, BOOK.vocabulary), last)
    assert result.version is not None
    assert result.version.name == version
    assert result.faults == []
    assert [item.counts for item in result.items] == counts
    if not any(counts):
        assert result.verdict is Verdict.NOT_ELIGIBLE
        assert result.amount.kind is AmountKind.NONE
        return
    leased = any(c and row["lease_kind"] == "finance_lease" for c, row in zip(counts, rows, strict=True))
    assert result.verdict is (Verdict.REFER if leased else Verdict.ELIGIBLE)

    own, ends = [], []
    for row, good in zip(rows, counts, strict=True):
        multiplier, years = relief(version, Decimal(policy), row["acquired_on"]) if good else (Decimal(1), 0)
        if good:
            starts = reference.first_year(row["acquired_on"])
            ends.append((starts, starts + years))
        if row["lease_kind"] == "bought":
            own.append(
                reference.Asset(row["cost"], row["useful_life"], row["acquired_on"], row["ward"], multiplier, years)
            )

    def other(ward, year):
        return sum(b["base"] for b in bases if b["ward"] == ward and b["year"] == year)

    expected = {
        year: reference.saving(own, year, other) for year in range(min(s for s, _ in ends), max(e for _, e in ends))
    }
    assert {line.fiscal_year: line.yen for line in result.amount.lines} == expected
    assert result.amount.kind is AmountKind.EXACT
    assert result.amount.yen == sum(expected.values())


@pytest.mark.parametrize("version", PERIODS)
@settings(RELAXED, max_examples=40)
@given(data=st.data())
def test_savings_are_those_of_the_second_reckoning(version, engines, data):
    compare(version, engines["python"], *data.draw(holdings(version)))


@pytest.mark.nightly
@pytest.mark.parametrize("version", PERIODS)
@settings(RELAXED, max_examples=1_500)
@given(data=st.data())
def test_savings_of_many_holdings(version, engines, data):
    compare(version, engines["python"], *data.draw(holdings(version)))


def test_the_table_is_the_printed_one():
    assert {life: Decimal(rate) / 1000 for life, rate in RATES.items()} == {
        life: rate for life, (rate, _, _) in reference.FACTORS.items()
    }
    for rate, first, later in reference.FACTORS.values():
        assert later == 1 - rate
        assert first == reference.cut(1 - rate / 2, Decimal("0.001"))


@settings(RELAXED, max_examples=150)
@given(st.integers(1, 10**10), st.sampled_from(sorted(reference.FACTORS)), st.integers(0, 40))
def test_values_are_those_of_the_second_reckoning(cost, life, age):
    asset = reference.Asset(cost, life, date(2024, 6, 1), "aoba")
    expected = [int(v) for v in reference.chain(asset, age + 1)]
    found = [assessed_value(cost, RATES[life], asset.bought.toordinal(), 2025 + k) for k in range(age + 1)]
    assert found == expected


@pytest.mark.parametrize(
    ("year", "threshold"), [(2024, 1_500_000), (2026, 1_500_000), (2027, 1_800_000), (2030, 1_800_000)]
)
def test_tax_at_the_threshold(year, threshold):
    """Worked by hand: 1,500,000 × 1.4 % = 21,000; 1,800,000 × 1.4 % = 25,200."""
    assert reference.tax(Decimal(threshold - 1), year) == 0
    assert reference.tax(Decimal(threshold), year) == threshold * 14 // 1000
    assert reference.tax(Decimal(threshold + 999), year) == threshold * 14 // 1000
