"""Screening in columns: worked cases, versions by date, parts, tables as people have them, and rows left to the engine."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from eligibility.batch import days
from eligibility.batch.answers import SchemeColumns
from eligibility.batch.intake import column_type
from eligibility.batch.population import population, population_facts
from eligibility.batch.program import KINDS, Money
from eligibility.batch.screen import Screening, WrongCells
from eligibility.batch.table import check, from_facts, unknown_columns
from eligibility.evaluation.cases import worked_cases
from eligibility.evaluation.facts import read_facts
from eligibility.language import builtins
from eligibility.language.nodes import Constant
from eligibility.rulebook.book import load
from eligibility.rulebook.model import SchemeVersion
from eligibility.words import AmountKind, Effect
from tests.eligibility.batches import differences, money

BOOK = load()
VERSIONS = list(BOOK.versions())
DAY = date(2026, 6, 1)
HEADQUARTERS = "relocation/headquarters"


@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: v.id)
def test_worked_cases_in_columns(version, engine) -> None:
    """The answer written in each case, and everything that the engine says beside it."""
    id_ = version.scheme.id
    for case in worked_cases(version, BOOK.root):
        screening = Screening(BOOK, [id_], steps={id_: case.step})
        answer = screening.run(from_facts([case.facts], BOOK.vocabulary).frame, case.on).row(0, named=True)
        expect = case.expect
        assert answer[f"{id_}.verdict"] == expect.get("verdict", answer[f"{id_}.verdict"]), case.name
        assert answer[f"{id_}.version"] == expect.get("version", answer[f"{id_}.version"]), case.name
        assert set(answer[f"{id_}.missing"]) == set(expect.get("missing", answer[f"{id_}.missing"])), case.name
        if "yen" in expect.get("amount", {}):
            assert answer[f"{id_}.yen"] == expect["amount"]["yen"], case.name
        assert differences(version, [case.facts], case.on, case.step, engine, screening) == [] or (
            answer[f"{id_}.version"] != version.name
        )


def test_each_row_has_the_version_of_its_own_date(engine) -> None:
    rows = [
        {"application_date": day}
        for day in ("2016-01-01", "2020-01-01", "2024-04-01", "2026-03-31", "2026-04-01", "2150-01-01")
    ]
    found = Screening(BOOK).run(from_facts([*rows, {}], BOOK.vocabulary).frame, DAY)
    for scheme in BOOK.schemes:
        expected = [engine.determine(scheme, read_facts(facts, BOOK.vocabulary), DAY).version for facts in (*rows, {})]
        assert found[f"{scheme}.version"].to_list() == [v.name if v else None for v in expected]


def test_parts_give_the_same_and_tell_their_progress() -> None:
    frame = population(BOOK, 700, 5, 0.1)
    screening, told = Screening(BOOK), []
    whole = screening.run(frame, DAY)
    parts = screening.run(frame, DAY, rows=300, progress=told.append)
    assert told == [300, 600, 700]
    assert whole.equals(parts)


def test_believable_firms_with_all_schemes_and_their_own_versions(engine) -> None:
    rows = population_facts(BOOK, 60, 11, 0.1)
    found = Screening(BOOK).run(from_facts(rows, BOOK.vocabulary).frame, DAY)
    for facts, answer in zip(rows, found.iter_rows(named=True), strict=True):
        for result in engine.determine_all(read_facts(facts, BOOK.vocabulary), DAY):
            id_ = result.scheme.id
            assert answer[f"{id_}.verdict"] == result.verdict
            assert sorted(answer[f"{id_}.missing"]) == sorted(result.missing)
            for name, value in money(id_, result.amount).items():
                assert answer[name] == value


def test_missing_facts_stand_in_the_order_of_the_vocabulary() -> None:
    found = Screening(BOOK, ["fixed_asset_tax/advanced_equipment"]).run(
        from_facts([{"assets": [{"cost": 5_000_000}, {}]}], BOOK.vocabulary).frame, DAY
    )
    missing = found["fixed_asset_tax/advanced_equipment.missing"].to_list()[0]
    facts = list(BOOK.vocabulary.facts)
    assert [facts.index(path.split("[")[0]) for path in missing] == sorted(
        facts.index(path.split("[")[0]) for path in missing
    )
    assert "assets[1].cost" in missing
    assert "assets[0].cost" not in missing


def test_an_empty_table() -> None:
    found = Screening(BOOK).run(population(BOOK, 3, 1).clear(), DAY)
    assert found.height == 0
    assert f"{HEADQUARTERS}.verdict" in found.columns


def test_a_table_without_any_fact(engine) -> None:
    found = Screening(BOOK, [HEADQUARTERS]).run(pl.DataFrame({"firm": ["A", "B"]}), DAY)
    result = engine.determine(HEADQUARTERS, read_facts({}, BOOK.vocabulary), DAY)
    assert found[f"{HEADQUARTERS}.verdict"].to_list() == [result.verdict] * 2
    assert sorted(found[f"{HEADQUARTERS}.missing"].to_list()[1]) == sorted(result.missing)


def test_an_unknown_scheme_is_suggested() -> None:
    with pytest.raises(KeyError, match="did you mean 'relocation/headquarters'"):
        Screening(BOOK, ["relocation/headquarter"])


def test_a_difference_is_noticed(engine) -> None:
    """The comparison that the other tests rest on sees other rules, other money and other gaps."""
    version = BOOK.scheme(HEADQUARTERS).version("V2024")
    other = BOOK.scheme(HEADQUARTERS).version("V2026")
    wrong = Screening(BOOK, [HEADQUARTERS], versions={HEADQUARTERS: other})
    rows = population_facts(BOOK, 40, 3, 0.1)
    found = differences(version, rows, version.first_day, "", engine, wrong)
    for column in ("verdict", "yen", "yen_min", "missing"):
        assert any(problem.startswith(f"{HEADQUARTERS}.{column}:") for problem in found), column


# --- what columns do not hold --------------------------------------------------------------------------------


def test_amounts_beyond_64_bits_are_exact() -> None:
    amounts = Money(2)
    amounts.set(0, kind=KINDS.index(AmountKind.EXACT), low=10**20, high=10**20, low_open=False, high_open=False)
    columns = SchemeColumns(BOOK.scheme(HEADQUARTERS), 2, [], BOOK.vocabulary)
    columns.money[""].put(np.array([1, 0]), amounts)
    found = pl.concat(pl.collect_all(columns.frames()), how="horizontal")
    assert found[f"{HEADQUARTERS}.yen"].to_list() == [None, 10**20]
    assert found[f"{HEADQUARTERS}.yen_max"].to_list() == [None, 10**20]


def test_rows_that_columns_cannot_hold_are_left_to_the_engine_and_counted(engine, monkeypatch) -> None:
    """With room for only two fiscal years in a loop, the engine determines the rows, with the same answers."""
    monkeypatch.setattr("eligibility.batch.loops.MOST_YEARS", 2)
    version = BOOK.scheme(HEADQUARTERS).version("V2024")
    screening = Screening(BOOK, [HEADQUARTERS], versions={HEADQUARTERS: version})
    rows = population_facts(BOOK, 40, 1, 0.1)
    assert differences(version, rows, version.first_day, "", engine, screening) == []
    assert 0 < screening.one_by_one[HEADQUARTERS] <= 40


def test_long_lists_are_worked_on_in_smaller_parts(monkeypatch) -> None:
    frame = population(BOOK, 300, 9, 0.1)
    expected = Screening(BOOK).run(frame, DAY)
    for module in ("frames", "screen"):
        monkeypatch.setattr(f"eligibility.batch.{module}.MOST_ROWS", 100)
    assert Screening(BOOK).run(frame, DAY).equals(expected)


# --- tables --------------------------------------------------------------------------------------------------


def test_text_and_typed_tables_are_read_alike() -> None:
    frame = population(BOOK, 200, 2, 0.2)
    rows = population_facts(BOOK, 200, 2, 0.2)
    again = check(from_facts(rows, BOOK.vocabulary).frame, BOOK.vocabulary).frame
    for name in again.columns[1:]:
        assert again[name].dtype == column_type(BOOK.vocabulary.facts[name], BOOK.vocabulary)
        assert again[name].equals(frame[name]), name


def test_cells_as_people_write_them() -> None:
    table = check(
        pl.DataFrame(
            {
                "capital": ["１０，０００，０００円", "10,000,000", " 5000000"],
                "no_tax_arrears": ["はい", "FALSE", "yes"],
                "establishment_prefectures": ["miyagi; tokyo", '["aomori"]', ""],
                "application_date": ["2026-04-01", None, ""],
                "hires": ['[{"persons": "3"}]', "[]", None],
            }
        ),
        BOOK.vocabulary,
    )
    assert table.problems == []
    assert table.frame["capital"].to_list() == [10_000_000, 10_000_000, 5_000_000]
    assert table.frame["no_tax_arrears"].to_list() == [True, False, True]
    assert table.frame["establishment_prefectures"].to_list() == [["miyagi", "tokyo"], ["aomori"], None]
    assert table.frame["application_date"].to_list() == [date(2026, 4, 1), None, None]
    assert [len(hires) if hires is not None else None for hires in table.frame["hires"].to_list()] == [1, 0, None]


def test_wrong_cells_are_named_with_row_and_column() -> None:
    frame = pl.DataFrame(
        {
            "firm": ["A", "B"],
            "capital": ["1000", "about ten"],
            "site_area": ["centre", "outside"],
            "hires": ["[]", '[{"persons": -1}]'],
        }
    )
    with pytest.raises(WrongCells) as caught:
        Screening(BOOK).run(frame, DAY)
    found = {(cell.row, cell.firm, cell.column, cell.path) for cell in caught.value.cells}
    assert found == {
        (2, "B", "capital", "capital"),
        (1, "A", "site_area", "site_area"),
        (2, "B", "hires", "hires[0].persons"),
    }


def test_typed_numbers_outside_their_bounds_are_refused() -> None:
    with pytest.raises(WrongCells, match="row 2, capital"):
        Screening(BOOK).run(pl.DataFrame({"capital": [5, -5]}), DAY)


def test_misspelt_columns_are_told_from_others() -> None:
    misspelt, strange = unknown_columns(["firm", "capital", "capitol", "zzz"], BOOK.vocabulary)
    assert ["did you mean 'capital'" in text.en for text in misspelt] == [True]
    assert strange == ["zzz"]


# --- invented firms ------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_firms() -> None:
    assert population(BOOK, 50, 4, 0.1).equals(population(BOOK, 50, 4, 0.1))
    assert not population(BOOK, 50, 4).equals(population(BOOK, 50, 5))


def test_firms_are_readable_facts_and_as_incomplete_as_asked() -> None:
    for facts in population_facts(BOOK, 100, 6):
        read_facts(facts, BOOK.vocabulary)
    full, gaps = population(BOOK, 1000, 6), population(BOOK, 1000, 6, 0.3)
    asked = [name for name in full.columns[1:] if BOOK.vocabulary.facts[name].asked_if is None]
    assert full.select(asked).null_count().sum_horizontal().item() == 0
    share = gaps.select(asked).null_count().sum_horizontal().item() / (1000 * len(asked))
    assert 0.27 < share < 0.33


def refers_everyone(version: SchemeVersion) -> bool:
    """A criterion that never holds sends every applicant to the city (``holds: False``, ``otherwise: refer``)."""
    return any(
        isinstance(c.holds, Constant) and c.holds.value is False and c.when is None and c.effect is Effect.REFER
        for c in version.criteria
    )


def test_some_firms_are_eligible_for_each_scheme_and_some_are_not() -> None:
    found = Screening(BOOK).run(population(BOOK, 4000, 1), DAY)
    always_referred = 0
    for scheme in BOOK.schemes.values():
        verdicts = set(found[f"{scheme.id}.verdict"].to_list())
        if not scheme.versions:
            assert verdicts == {"no_terms"}, scheme.id
        elif all(refers_everyone(version) for version in scheme.versions):
            always_referred += 1
            assert {"refer", "not_eligible"} <= verdicts, scheme.id
            assert "eligible" not in verdicts, scheme.id
        else:
            assert {"eligible", "not_eligible"} <= verdicts, scheme.id
    assert always_referred < len(BOOK.schemes) / 4


# --- the calendar --------------------------------------------------------------------------------------------

ALL_DAYS = np.concatenate(
    [np.arange(366, date.max.toordinal() - 400, 97)]
    + [np.arange(date(y, 1, 1).toordinal(), date(y + 5, 1, 1).toordinal()) for y in (1888, 2023, 2161)]
)
"""Every 97th day, and each day where the table of days begins, where it is used most, and where it ends."""


@pytest.mark.parametrize("name", ["fiscal_year_of", "first_assessed_year"])
def test_days_fall_into_the_same_years(name: str) -> None:
    assert getattr(days, name)(ALL_DAYS).tolist() == [getattr(builtins, name)(day) for day in ALL_DAYS.tolist()]


@pytest.mark.parametrize("months", [-600, -1, 0, 1, 11, 12, 36])
def test_months_later_is_the_same_day(months: int) -> None:
    some = ALL_DAYS[(ALL_DAYS > 20_000) & (ALL_DAYS < 3_600_000)]
    assert days.add_months(some, months).tolist() == [builtins.add_months(day, months) for day in some.tolist()]


def test_fiscal_years_begin_and_end_on_the_same_days() -> None:
    years = np.arange(2, 9_990, 7)
    assert days.start_of(years).tolist() == [builtins.start_of_fiscal_year(year) for year in years.tolist()]
    assert days.end_of(years).tolist() == [builtins.end_of_fiscal_year(year) for year in years.tolist()]
