"""The expression language: what it reads, what it refuses, how it treats what is not known."""

from datetime import date
from fractions import Fraction
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eligibility.language import types as t
from eligibility.language.checker import Checker, Scope
from eligibility.language.direct import prepare
from eligibility.language.env import Env
from eligibility.language.ranges import Range, between, equal, hull
from eligibility.language.reader import ExpressionError, read_quantity
from eligibility.rulebook.book import load

BOOK = load()
FACTS, CODES = BOOK.vocabulary.facts, BOOK.vocabulary.codes


def evaluate(text, **facts):
    scope = Scope(FACTS, CODES)
    node = prepare(Checker(scope).check(text))
    values = BOOK.vocabulary.unknown_facts() | facts
    return node.run(Env(values, date(2026, 4, 1).toordinal(), scope.next_slot))


def refused(text: str) -> str:
    with pytest.raises(ExpressionError) as caught:
        Checker(Scope(FACTS, CODES)).check(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("capital >= 10_000_000 yen", False),
        ("capital / 3 * 3 == capital", True),
        ("min(capital, 5 yen)", 5),
        ("floor_to(capital * 1.4 %, 100 yen)", 139_900),
        ("floor_to(1_999 yen * 1/2, 1 yen)", 999),
        ("fiscal_year(2026-03-31)", 2025),
        ("fiscal_year(2026-04-01)", 2026),
        ("first_assessed_year(2027-01-01)", 2027),
        ("first_assessed_year(2027-01-02)", 2028),
        ("add_years(2024-02-29, 1) == 2025-02-28", True),
        ("add_months(2026-01-31, 1) == 2026-02-28", True),
        ("2026-04-01 - 2026-03-01", 31),
        ("end_of(FY2025) == 2026-03-31", True),
        ("legal_form == company and not (legal_form == npo)", True),
        ("1 yen if legal_form == npo else 2 yen", 2),
        ("on == 2026-04-01", True),
    ],
)
def test_evaluates(text, value):
    assert evaluate(text, capital=9_999_999, legal_form="company") == value


def test_exact_fractions_never_floats():
    value = evaluate("capital * 1/3", capital=10)
    assert value == Fraction(10, 3)
    assert isinstance(value, Fraction)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("capitol > 0", "did you mean 'capital'"),
        ("capital > 10_000_000", "compares a yen with a plain number"),
        ("capital + regular_employees", "adds or subtracts a yen and a plain number"),
        ("capital * capital > 1 yen", "compares a yen^2 with a yen"),
        ("capital > 0.5", "floating-point"),
        ("capital / regular_employees", "divide by a number or a parameter"),
        ("capital / 0", "divide by a number or a parameter"),
        ("legal_form == compny", "neither defined nor a code of legal_form – did you mean 'company'"),
        ("legal_form > company", "can only be == or !="),
        ("legal_form == sme_line", "can only be == or !="),
        ("project_title == 1", "free text"),
        ("capital and True", "yes or no is needed"),
        ("announced_on + capital", "does not work on a date and a yen"),
        ("__import__('os')", "is not defined"),
        ("capital.real", "has no field"),
        ("[a for a in assets]", "write [a for a in"),
        ("sum(a.cost for a in assets for b in assets)", "one 'for' at a time"),
        ("sum(a.colour for a in assets)", "have no field 'colour'"),
        ("count(capital)", "needs a list"),
        ("floor_to(capital, 100)", "floor_to() needs"),
        ("capital >", "cannot read"),
        ("lambda: 1", "is not part of the rule language"),
        ("capital ** 2", "is not part of the rule language"),
        ("{1, 2}", "sets of codes are parameters"),
        ("legal_form in sme_line", "'in' needs a code and a set"),
    ],
)
def test_refuses(text, word):
    assert word in refused(text)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("10_000_000 yen", 10_000_000, t.YEN),
        ("1.4 %", Fraction(14, 1000), t.PLAIN),
        ("7/10", Fraction(7, 10), t.PLAIN),
        ("8_000 yen per m2", 8000, t.YEN.times(t.AREA, -1)),
        ("5 persons", 5, t.PLAIN),
        ("684 per mille", 684, t.PLAIN),
    ],
)
def test_quantities(text, value, unit):
    found, type_ = read_quantity(text)
    assert (found, type_.unit) == (value, unit)


@pytest.mark.parametrize("text", ["ten yen", "10 dollars", "", "1/2/3", "1.5/2"])
def test_wrong_quantities(text):
    with pytest.raises(ExpressionError):
        read_quantity(text)


# --- three-valued logic ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("coalition_member and no_tax_arrears", False),
        ("coalition_member and no_organised_crime", None),
        ("coalition_member or no_organised_crime", True),
        ("coalition_member or no_tax_arrears", None),
        ("not coalition_member", None),
        ("any(a.is_new for a in assets)", None),
        ("count(assets) >= 0", True),
        ("count(assets) > 100", False),
        ("sum(a.cost for a in assets) >= 0 yen", True),
        ("capital + 1 yen > 0 yen", True),
        ("capital > 5 yen", None),
        ("capital * 1/2 >= 0 yen", True),
        ("legal_form == company", None),
    ],
)
def test_unknown(text, value):
    assert evaluate(text, no_tax_arrears=False, no_organised_crime=True) is value


def test_a_sum_counts_what_is_known_of_its_items():
    known = FACTS["assets"].blank
    item = type(known)({**known, "cost": 700, "is_new": True}, 0)
    other = type(known)({**known, "cost": 50}, 1)
    items = ((item, True), (other, True))
    assert evaluate("sum(a.cost for a in assets if a.is_new)", assets=items) == Range(700, 750)
    assert evaluate("count(a for a in assets if a.is_new) >= 1", assets=items) is True
    assert evaluate("all(a.is_new for a in assets)", assets=items) is None


ENDS = st.integers(-50, 50)
RANGES = st.tuples(ENDS, ENDS).map(lambda p: between(min(p), max(p)))


def members(value):
    return range(value.low, value.high + 1) if isinstance(value, Range) else [value]


@settings(deadline=None)
@given(RANGES, RANGES)
def test_ranges_hold_every_possible_result(a, b):
    """Brute force: whatever the exact values are, the answer on ranges covers or settles it."""
    for x in members(a):
        for y in members(b):
            for exact, ranged in ((x + y, a + b), (x - y, a - b), (x * y, a * b)):
                low, high = (ranged.low, ranged.high) if isinstance(ranged, Range) else (ranged, ranged)
                assert low <= exact <= high
            for exact, ranged in (
                (x < y, a < b),
                (x <= y, a <= b),
                (x > y, a > b),
                (x >= y, a >= b),
                (x == y, equal(a, b)),
            ):
                assert ranged is None or ranged == exact
    low, high = hull(a, b), None
    assert low is not None
    assert high is None


@settings(deadline=None)
@given(RANGES, RANGES)
def test_an_open_comparison_is_really_open(a, b):
    answers = {x >= y for x in members(a) for y in members(b)}
    assert (a >= b) == (None if len(answers) == 2 else answers.pop())


def test_open_ends():
    open_range = Range(0, inf)
    assert (open_range * 0) == 0
    assert (open_range + 5) == Range(5, inf)
    assert (open_range >= 0) is True
    assert (open_range > 10**30) is None
