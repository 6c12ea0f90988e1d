"""Simulations: typed changes of parameters, and the comparison of two versions over the same facts."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from math import inf
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eligibility.evaluation.facts import read_leniently
from eligibility.language.ranges import Range
from eligibility.rulebook.book import RuleBook, load
from eligibility.rulebook.drafts import Draft, read_draft, version_file
from eligibility.rulebook.model import SchemeVersion
from eligibility.simulation.comparison import Effect, Subject, compare
from eligibility.simulation.population import invented
from eligibility.simulation.report import comparison_json
from eligibility.simulation.settings import SettingError, changed, is_changed, slots, split_setting
from eligibility.words import Verdict
from tests.eligibility.strategies import facts_for

ON = date(2026, 11, 22)
HQ = "relocation/headquarters"
RENEWAL = "relocation/equipment_renewal"
BOOK = load()
VERSIONS = [version.id for version in BOOK.versions()]


def version_of(id_: str) -> SchemeVersion:
    scheme, name = id_.split("@")
    return BOOK.scheme(scheme).version(name)


@cache
def changed_once(id_: str, values: tuple[tuple[str, str], ...]) -> Draft:
    return changed(BOOK, version_of(id_), dict(values))


@cache
def unchanged(version: SchemeVersion) -> Draft:
    return read_draft(BOOK, version.scheme.id, version_file(version, BOOK).read_text(encoding="utf-8"))


# --- settings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id_", VERSIONS)
def test_what_is_written_is_no_change(id_: str) -> None:
    version = version_of(id_)
    for slot in slots(version):
        assert not is_changed(slot, slot.written, version, BOOK), slot.name
    everything = {slot.name: slot.written for slot in slots(version)}
    made = changed(BOOK, version, everything).version
    for name, parameter in version.parameters.items():
        again = made.parameters[name]
        assert (again.value, again.values, again.type) == (parameter.value, parameter.values, parameter.type)
        assert (again.statuses, again.status) == (parameter.statuses, parameter.status)


@pytest.mark.parametrize(
    ("id_", "name", "text", "value"),
    [
        (f"{HQ}@V2024", "minimum_investment", "30_000_000 yen", 30_000_000),
        (f"{HQ}@V2024", "minimum_investment", "３，０００万円", 30_000_000),
        (f"{HQ}@V2024", "minimum_investment", "30,000,000円", 30_000_000),
        (f"{HQ}@V2024", "minimum_investment", "1億円", 100_000_000),
        (f"{RENEWAL}@V2026", "renewal_rate", "2.5％", Fraction(1, 40)),
        (f"{RENEWAL}@V2026", "renewal_rate", "1 %..5 %", Range(Fraction(1, 100), Fraction(1, 20))),
        (f"{HQ}@V2026", "rent_months", "3 months～24 months", Range(3, 24)),
        (f"{HQ}@V2026", "rent_months", "12 months", 12),
        ("fixed_asset_tax/advanced_equipment@R7", "caution_from", "2027-04-01", date(2027, 4, 1).toordinal()),
    ],
)
def test_values_as_people_write_them(id_: str, name: str, text: str, value: Any) -> None:
    version = version_of(id_)
    slot = next(s for s in slots(version) if s.name == name)
    assert is_changed(slot, text, version, BOOK)
    made = changed(BOOK, version, {name: text}).version
    assert made.parameters[name].value == value
    assert made.content_hash != version.content_hash
    assert version.parameters[name].written == slot.written


def test_one_value_of_a_parameter_with_keys() -> None:
    version = version_of(f"{HQ}@V2024")
    made = changed(BOOK, version, {"building_rent_ceiling[serviced_office]": "20_000 yen per m2"}).version
    assert made.parameters["building_rent_ceiling"].values == {"ordinary": 8_000, "serviced_office": 20_000}


def test_sets_of_codes() -> None:
    version = version_of(f"{HQ}@V2026")
    made = changed(BOOK, version, {"head_office_functions": "research_development、service"}).version
    assert made.parameters["head_office_functions"].value == {"research_development", "service"}
    slot = next(s for s in slots(version) if s.name == "head_office_functions")
    assert not is_changed(slot, "head_office_functions", version, BOOK)  # the group's name means the same


@pytest.mark.parametrize(
    ("scheme", "name", "text", "words"),
    [
        (RENEWAL, "renewal_rat", "2 %", "did you mean 'renewal_rate'"),
        (RENEWAL, "renewal_rate", "2", "does not have the unit"),
        (RENEWAL, "renewal_rate", "2 months", "does not have the unit"),
        (RENEWAL, "renewal_rate", "much", "not a number"),
        (RENEWAL, "renewal_rate", "5 %..2 %", "lower end"),
        (RENEWAL, "renewal_rate", "1 %..2 %..3 %", "write a range"),
        (HQ, "former_minimum_investment", "3 %", "does not have the unit"),
        (HQ, "head_office_functions", "servise", "did you mean 'service'"),
        (RENEWAL, "basic_capital_limit[retail]", "1 yen..2 yen", "one value"),
        (RENEWAL, "basic_capital_limit", "1 yen", "no such parameter"),
    ],
)
def test_a_wrong_setting_is_explained(scheme: str, name: str, text: str, words: str) -> None:
    with pytest.raises(SettingError) as refused:
        changed(BOOK, version_of(f"{scheme}@V2026"), {name: text})
    assert refused.value.name == name
    assert words in refused.value.message.en
    assert refused.value.message.ja


def test_settings_on_the_command_line() -> None:
    assert split_setting(" a = 3 % ") == ("a", "3 %")
    for text in ("a", "a=", ""):
        with pytest.raises(SettingError):
            split_setting(text)


# --- comparison ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id_", VERSIONS)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_without_a_change_nobody_gains_or_loses(id_: str, data: st.DataObject) -> None:
    version = version_of(id_)
    raw = data.draw(st.lists(facts_for(version, BOOK), min_size=1, max_size=3))
    subjects = [Subject(str(n), read_leniently(facts, BOOK.vocabulary)[0], ON) for n, facts in enumerate(raw)]
    found = compare(BOOK, unchanged(version), version, subjects)
    assert len(found.of(Effect.SAME)) == len(subjects)
    total = found.total()
    assert (total.old_guaranteed, total.old_possible) == (total.new_guaranteed, total.new_possible)
    assert all(row.old == row.new and row.old_possible == row.new_possible for row in found.indicators())


CHANGES = [
    (f"{HQ}@V2024", {"minimum_investment": "30_000_000 yen", "rented_tax_rate": "1.7 %"}),
    (f"{HQ}@V2026", {"land_building_rate": "10 %..20 %", "rent_months": "6 months"}),
    ("fixed_asset_tax/advanced_equipment@R7", {"caution_from": "2027-04-01"}),
]


@pytest.mark.parametrize(("id_", "values"), CHANGES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_sums_are_those_of_the_single_applicants(id_: str, values: dict[str, str], data: st.DataObject) -> None:
    version = version_of(id_)
    draft = changed_once(id_, tuple(values.items()))
    raw = data.draw(st.lists(facts_for(version, BOOK), max_size=4))
    subjects = [Subject(str(n), read_leniently(facts, BOOK.vocabulary)[0], ON) for n, facts in enumerate(raw)]
    found = compare(BOOK, draft, version, subjects)
    singly = [compare(BOOK, draft, version, [one]) for one in subjects]
    total = found.total()
    for name in ("old_guaranteed", "old_possible", "new_guaranteed", "new_possible"):
        assert getattr(total, name) == sum(getattr(one.total(), name) for one in singly)
        assert getattr(total, name) == sum(getattr(row, name) for row in found.by_year())
    difference = total.new_guaranteed - total.old_guaranteed
    assert difference == sum(change.guaranteed for change in found.changes)
    if inf not in (total.old_possible, total.new_possible):
        assert total.new_possible - total.old_possible == sum(change.possible for change in found.changes)
    assert sum(len(found.of(effect)) for effect in Effect) == len(subjects) == sum(found.verdicts().values())


def test_a_higher_threshold_shuts_out_and_a_higher_rate_pays_more() -> None:
    version = version_of(f"{HQ}@V2024")
    people = invented(BOOK, (version,), 300, 3, date(2025, 6, 1))
    stricter = compare(BOOK, changed(BOOK, version, {"minimum_investment": "100_000_000 yen"}), version, people)
    assert stricter.of(Effect.LOSES)
    assert not stricter.of(Effect.GAINS)
    assert stricter.total().new_guaranteed < stricter.total().old_guaranteed
    laxer = compare(BOOK, changed(BOOK, version, {"minimum_investment": "1 yen"}), version, people)
    assert laxer.of(Effect.GAINS)
    assert not laxer.of(Effect.LOSES)


def test_more_to_pay_is_a_loss_for_those_who_pay() -> None:
    version = version_of("scholarship/cooperating_firm@FY2026")
    assert version.amount is not None
    assert version.amount.what == "donation"
    slot = next(s for s in slots(version) if s.parameter.type.__class__.__name__ == "NumberType" and "yen" in s.written)
    people = invented(BOOK, (version,), 200, 1, ON)
    found = compare(BOOK, changed(BOOK, version, {slot.name: "1_000 yen"}), version, people)
    for change in found.changes:
        if change.old.verdict is change.new.verdict and change.old.high != change.new.high:
            assert (change.effect is Effect.GAINS) == (change.new.high < change.old.high)


def test_a_firm_with_two_cases_counts_once() -> None:
    version = version_of(f"{HQ}@V2026")
    people = invented(BOOK, (version,), 400, 5, ON)
    found = compare(BOOK, unchanged(version), version, people)
    index = next(n for n, c in enumerate(found.changes) if c.old.counts and c.old.verdict is Verdict.ELIGIBLE)
    facts = people[index].facts
    twice = [Subject(key, facts, ON, holder="one firm") for key in ("a", "b")]
    (row,) = compare(BOOK, unchanged(version), version, twice).indicators()
    assert (row.old, row.new) == (1, 1)


def test_the_same_seed_makes_the_same_people() -> None:
    version = version_of(f"{HQ}@V2026")
    one, other = (invented(BOOK, (version,), 20, 7, ON) for _ in range(2))
    assert [s.facts.given for s in one] == [s.facts.given for s in other]
    assert invented(BOOK, (version,), 0, 7, ON) == []
    assert [s.facts.given for s in invented(BOOK, (version,), 20, 8, ON)] != [s.facts.given for s in one]


def test_a_comparison_as_json(book: RuleBook) -> None:
    version = version_of(f"{RENEWAL}@V2026")
    people = invented(book, (version,), 50, 2, ON, missing=0.3)
    found = compare(BOOK, changed(BOOK, version, {"renewal_rate": "3 %"}), version, people)
    shown = comparison_json(found)
    assert shown["subjects"] == 50 == sum(shown[effect.value] for effect in Effect)
    assert len(shown["changed"]) == 50 - shown["same"]
    assert all(key["subjects"] > 0 for key in shown["verdicts"])
