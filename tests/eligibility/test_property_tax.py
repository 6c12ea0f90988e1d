"""The valuation chain and the dates around it, against published chains and an independent formula."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eligibility.language.builtins import assessed_value, first_assessed_year, floor_to
from eligibility.rulebook.book import load

RATES = load().scheme("fixed_asset_tax/advanced_equipment").version("R7").parameters["depreciation_rate"].values


def day(*parts):
    return date(*parts).toordinal()


def test_literal_table():
    assert len(RATES) == 51
    assert RATES[24] == 92
    assert RATES[34] == 66
    assert not set(RATES) & {51, 52, 53, 54, 56, 59, 61, 100}


@pytest.mark.parametrize(
    ("cost", "life", "values"),
    [
        (10_000_000, 10, [8_970_000, 7_122_180, 5_655_010, 4_490_077, 3_565_121]),
        (1_000_000, 5, [815_000, 514_265, 324_501, 204_760, 129_203, 81_527, 51_443, 50_000, 50_000]),
    ],
)
def test_chains_cut_at_every_step_and_stop_at_five_percent(cost, life, values):
    found = [assessed_value(cost, RATES[life], day(2024, 6, 1), 2025 + k) for k in range(len(values))]
    assert found == values


def test_nothing_before_the_first_assessment():
    assert assessed_value(1_000_000, RATES[5], day(2026, 1, 2), 2026) == 0
    assert assessed_value(1_000_000, RATES[5], day(2026, 1, 1), 2026) == 815_000


@given(st.integers(1, 10**11), st.sampled_from(sorted(RATES)), st.integers(0, 60))
def test_never_below_five_percent_never_rising(cost, life, years):
    values = [assessed_value(cost, RATES[life], day(2020, 5, 5), 2021 + k) for k in range(years + 1)]
    assert all(isinstance(v, int) for v in values)
    assert all(v >= cost * 5 // 100 for v in values)
    assert all(a >= b for a, b in pairwise(values))


@given(st.dates(date(2000, 1, 1), date(2050, 12, 31)))
def test_first_assessment_is_the_next_first_of_january(bought):
    year = first_assessed_year(bought.toordinal())
    assert date(year, 1, 1) >= bought
    assert (date(year, 1, 1) - bought).days < 366


@given(st.fractions(min_value=0, max_value=10**12), st.sampled_from([1, 100, 1000]))
def test_floor(value, unit):
    floored = floor_to(value, unit)
    assert floored % unit == 0
    assert 0 <= value - floored < unit
