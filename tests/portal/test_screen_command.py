"""``manage.py screen``: files in and out, progress, and what it says about tables with mistakes."""

import csv
import json
from pathlib import Path

import polars as pl
import pytest
from django.core.management import CommandError, call_command

from applications.rules import engine
from eligibility.batch.population import population, population_facts
from eligibility.evaluation.facts import read_facts

SCHEME = "relocation/headquarters"
ON = "2026-06-01"


def screen(*arguments: str, out: Path) -> pl.DataFrame:
    call_command("screen", *arguments, "--on", ON, "--out", str(out), "--scheme", SCHEME)
    return pl.read_parquet(out) if out.suffix == ".parquet" else pl.read_csv(out)


@pytest.fixture
def book():
    return engine().book


def write_csv(path: Path, rows: list[dict], encoding: str = "utf-8") -> Path:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(names)
        for row in rows:
            cells = [row.get(name, "") for name in names]
            writer.writerow([json.dumps(c, ensure_ascii=False) if isinstance(c, list | bool) else c for c in cells])
    return path


def test_csv_and_parquet_give_what_the_engine_gives(book, tmp_path, capsys) -> None:
    facts = population_facts(book, 30, 8, 0.1)
    from_csv = screen(str(write_csv(tmp_path / "firms.csv", facts)), out=tmp_path / "a.parquet")
    population(book, 30, 8, 0.1).write_parquet(tmp_path / "firms.parquet")
    from_parquet = screen(str(tmp_path / "firms.parquet"), out=tmp_path / "b.parquet")
    assert from_csv.drop("firm").equals(from_parquet.drop("firm"))
    for one, answer in zip(facts, from_parquet.iter_rows(named=True), strict=True):
        result = engine().determine(SCHEME, read_facts(one, book.vocabulary), pl.Series([ON]).str.to_date()[0])
        assert answer[f"{SCHEME}.verdict"] == result.verdict
        assert answer[f"{SCHEME}.yen"] == result.amount.yen
    assert "100%  30 / 30 firms" in capsys.readouterr().err


def test_results_as_csv_can_be_opened_by_spreadsheets(book, tmp_path) -> None:
    source = write_csv(tmp_path / "会社.csv", [{"firm": "広瀬", "capital": "１，０００円"}], "cp932")
    found = screen(str(source), out=tmp_path / "results.csv")
    assert found["firm"].to_list() == ["広瀬"]
    assert "site_area" in found[f"{SCHEME}.missing"][0].split()
    assert (tmp_path / "results.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_template_can_be_screened(book, tmp_path) -> None:
    template = tmp_path / "template.csv"
    call_command("screen", "--template", str(template), "--on", ON, "--scheme", SCHEME)
    found = screen(str(template), out=tmp_path / "results.csv")
    assert found[f"{SCHEME}.verdict"].to_list() == ["eligible"]
    assert "loans" not in template.read_text(encoding="utf-8-sig")


def test_wrong_cells_stop_it_and_nothing_is_written(book, tmp_path) -> None:
    rows = [
        {"firm": "A", "building_monthly_rent": 5},
        {"firm": "B", "building_monthly_rent": "ten", "hires": '[{"person": 1}]'},
    ]
    with pytest.raises(CommandError) as caught:
        screen(str(write_csv(tmp_path / "firms.csv", rows)), out=tmp_path / "results.csv")
    message = str(caught.value)
    assert "2 cells cannot be read; nothing was written" in message
    assert "row 2 (firm B), column building_monthly_rent: Enter a number, digits only." in message
    assert "column hires (hires[0].person): There is no field 'person' – did you mean 'persons'?" in message
    assert list(tmp_path.iterdir()) == [tmp_path / "firms.csv"]


def test_a_misspelt_column_stops_it(book, tmp_path) -> None:
    source = write_csv(tmp_path / "firms.csv", [{"firm": "A", "capitol": 5}])
    with pytest.raises(CommandError, match="There is no fact 'capitol' – did you mean 'capital'"):
        screen(str(source), out=tmp_path / "results.csv")


def test_other_columns_are_named_and_not_used(book, tmp_path, capsys) -> None:
    screen(str(write_csv(tmp_path / "firms.csv", [{"zzz": 1, "capital": 5}])), out=tmp_path / "results.csv")
    said = capsys.readouterr().err
    assert "not used: zzz" in said
    assert "firms are named by their row numbers" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.csv", "--out", "x.csv"], "cannot read none.csv"),
        (["firms.xls", "--out", "x.csv"], "unknown kind of file"),
        (["firms.csv"], "give a file and --out"),
        (["firms.csv", "--out", "x.csv", "--scheme", "relocation/nothing"], "unknown scheme: relocation/nothing"),
    ],
)
def test_clear_errors(arguments, message, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError, match=message):
        call_command("screen", *arguments)
