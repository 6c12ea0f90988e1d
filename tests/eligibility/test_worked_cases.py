"""Every worked case beside the rules passes in both evaluators."""

import pytest

from eligibility.evaluation.cases import WorkedCase, run_case, worked_cases
from eligibility.rulebook.book import load

BOOK = load()
CASES = [case for version in BOOK.versions() for case in worked_cases(version, BOOK.root)]


@pytest.mark.parametrize("mode", ["both", "python", "durable"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_worked_case(case: WorkedCase, mode: str, engines) -> None:
    assert run_case(case, engines[mode], BOOK) == []


def test_every_version_has_worked_cases() -> None:
    for version in BOOK.versions():
        assert sum(1 for _ in worked_cases(version, BOOK.root)) >= 2, version.id


def test_a_wrong_expectation_is_noticed(engines) -> None:
    case = CASES[0]
    wrong = WorkedCase(
        case.version,
        case.name,
        case.on,
        case.step,
        case.facts,
        {**case.expect, "amount": {"kind": "exact", "yen": case.expect["amount"]["yen"] + 1}},
    )
    assert any("amount" in difference for difference in run_case(wrong, engines["both"], BOOK))
