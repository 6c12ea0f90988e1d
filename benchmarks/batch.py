"""Screening in columns: against the engine one by one, against NumPy written by hand for one scheme, and in memory.

The two are checked to give the same before they are timed. Targets: 200 times as fast per firm as one by one (both
evaluators), at most 3 times as slow as NumPy by hand, 50,000 firms and all schemes under 1 GiB.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.timing import interleaved, table
from eligibility.batch.files import FirmFile, ResultFile
from eligibility.batch.population import population, population_facts
from eligibility.batch.screen import CHUNK, Screening
from eligibility.evaluation.engine import Engine
from eligibility.evaluation.facts import read_facts
from eligibility.rulebook.book import RuleBook, load
from eligibility.words import Verdict

ON = date(2026, 6, 1)
FIRMS = 50_000
ONE_BY_ONE = 100
HEADQUARTERS = "relocation/headquarters"


def run() -> None:
    """All three; memory first, because a process inherits the peak of the one that starts it."""
    memory()
    book = load()
    for missing in (0.0, 0.1):
        against_one_by_one(book, missing)
    against_numpy(book)


def against_one_by_one(book: RuleBook, missing: float) -> None:
    """All schemes: verdicts, yen and missing facts, from answers as they are stored. (Columns read theirs too.)"""
    frame = population(book, FIRMS, 1, missing)
    answers = population_facts(book, ONE_BY_ONE, 1, missing)
    facts = [read_facts(one, book.vocabulary) for one in answers]
    engine, screening = Engine(book), Screening(book)

    def one_by_one() -> None:
        for one in answers:
            engine.determine_all(read_facts(one, book.vocabulary), ON)

    def already_read() -> None:
        for one in facts:
            engine.determine_all(one, ON)

    results = interleaved(
        [
            ("in columns", lambda: screening.run(frame, ON)),
            ("one by one", one_by_one),
            ("one by one, answers already read", already_read),
        ],
        rounds=7,
        seconds=0.5,
    )
    per_firm = {name: seconds / (FIRMS if name == "in columns" else ONE_BY_ONE) for name, seconds in results.items()}
    title = f"Screening, {len(book.schemes)} schemes, {missing:.0%} of answers missing"
    table(title, per_firm, "in columns", "firm")


def against_numpy(book: RuleBook) -> None:
    """One version, verdict and yen, answers complete."""
    frame = population(book, FIRMS, 1)
    version = book.scheme(HEADQUARTERS).version("V2024")
    screening = Screening(book, [HEADQUARTERS], versions={HEADQUARTERS: version})
    verdict, yen = by_hand(frame)
    found = screening.run(frame, ON)
    words = [Verdict.ELIGIBLE, Verdict.REFER, Verdict.NOT_ELIGIBLE]
    if [words[place] for place in verdict] != found[f"{HEADQUARTERS}.verdict"].to_list():
        raise AssertionError("verdicts differ")
    if not (found[f"{HEADQUARTERS}.yen"].fill_null(0) == pl.Series(yen)).all():
        raise AssertionError("yen differ")
    results = interleaved([("NumPy by hand", lambda: by_hand(frame)), ("in columns", lambda: screening.run(frame, ON))])
    table(f"{version.id}, {FIRMS:,} firms", {name: s / FIRMS for name, s in results.items()}, "NumPy by hand", "firm")


def by_hand(frame: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Headquarters V2024 for complete answers: verdict (0 eligible, 1 refer, 2 not eligible) and yen."""

    def whole(name: str) -> np.ndarray:
        return frame[name].fill_null(0).to_numpy()

    def hundredths(name: str) -> np.ndarray:
        return frame[name].to_physical().cast(pl.Int64).fill_null(0).to_numpy()

    def chosen(name: str, *codes: str) -> np.ndarray:
        return frame[name].is_in(codes).fill_null(False).to_numpy()

    def day(name: str) -> np.ndarray:
        return frame[name].to_physical().to_numpy()

    ceiling = np.where(chosen("office_kind", "serviced_office"), 31_000, 8_000)
    land_rent = np.minimum(whole("land_monthly_rent") * 100, 500 * hundredths("land_area_rented"))
    building_rent = np.minimum(whole("building_monthly_rent") * 100, ceiling * hundredths("floor_area_rented"))
    rents = land_rent * 100 + building_rent * 70
    investment = whole("land_price") * 50 + (whole("building_price") + whole("equipment_price")) * 70 + rents
    new = chosen("establishment_kind", "new")
    refuse = (
        chosen("site_area", "outside")
        | chosen("establishment_kind", "equipment_renewal")
        | ~chosen("facility_function", *HEAD_OFFICE)
        | ~whole("has_certified_plan").astype(bool)
        | (investment < 10_000_000 * 100)
    )
    refer = (day("prior_consultation_on") >= day("announced_on")) | (
        day("application_date") + 30 > day("works_start_date")
    )
    verdict = np.where(refuse, 2, np.where(refer, 1, 0))
    rate = 14 + 3 * whole("in_urbanisation_area").astype(np.int64)  # per mille
    owned = (whole("land_tax_base") + whole("building_tax_base")) * rate + whole("equipment_tax_base") * 14
    moving = 1 + chosen("moved_from", "built_up_area", "suburban_zone")
    yearly = (owned * 100 + rents * rate) * moving // 100_000
    years = 3 + 2 * (new & chosen("site_area", "city_centre"))
    hires = frame["hires"].explode(empty_as_null=False, keep_nulls=False).struct.unnest()
    owner = np.repeat(np.arange(frame.height), frame["hires"].list.len().to_numpy())
    counted = (
        (hires["contract"] == "regular").to_numpy()
        & (hires["months"] >= 12).to_numpy()
        & hires["social_insurance"].to_numpy()
    )
    persons = hires["persons"].to_numpy() * counted
    city = np.bincount(owner, persons * (hires["home"] == "sendai").to_numpy(), frame.height).astype(np.int64)
    metro_home = hires["home"].is_in(METROPOLITAN).to_numpy()
    metro = np.bincount(owner, persons * metro_home, frame.height).astype(np.int64)
    bonus = np.where(city >= 5, city * 1_000_000 + np.minimum(metro * 100_000, 50_000_000), 0)
    return verdict, np.where(refuse, 0, yearly * years + bonus)


_PARAMETERS = load().scheme(HEADQUARTERS).version("V2024").parameters
HEAD_OFFICE: list[str] = sorted(_PARAMETERS["head_office_functions"].value)
METROPOLITAN: list[str] = sorted(_PARAMETERS["metro_municipalities"].value)


def memory() -> None:
    """Peak memory of a process that does nothing but screen a Parquet file into another one."""
    with tempfile.TemporaryDirectory() as folder:
        firms, results = Path(folder) / "firms.parquet", Path(folder) / "results.parquet"
        for missing in ("0.0", "0.1"):
            _alone("invent", str(firms), missing)
            peak = int(_alone("screen", str(firms), str(results)))
            print(f"\nPeak memory, {FIRMS:,} firms × all schemes, {float(missing):.0%} missing: {peak / 1024:,.0f} MiB")


def _alone(*arguments: str) -> str:
    """Run a part of this module in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.batch", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main(what: str, first: str, second: str) -> None:
    """Invent firms; or screen, and print the peak in KiB."""
    if what == "invent":
        population(load(), FIRMS, 1, float(second)).write_parquet(first)
        return
    with ResultFile(Path(second)) as file:
        file.write_all(Screening(load()).run_parts(FirmFile(Path(first)).parts(CHUNK), ON))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    main(*sys.argv[1:])
