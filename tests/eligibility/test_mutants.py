"""Seeded faults of the real rule files are reported by what ``rules check`` runs, with an example where there is one."""

import re
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from eligibility.evaluation.engine import Engine
from eligibility.prove import proofs
from eligibility.rulebook.book import RULES, load
from eligibility.rulebook.checks import check_book
from tests.eligibility.mutants import MUTANTS, Mutant

pytestmark = pytest.mark.slow

SOLVER_TIME = 400
"""Milliseconds for one question: what the mutants break is found at once, what the solver cannot decide is not waited for."""


@dataclass(frozen=True)
class Said:
    """What ``rules check`` says of a scheme, and of which content."""

    reports: frozenset[str]
    hashes: frozenset[str]


def only(scheme: str, target: Path) -> Path:
    """A rule book with one scheme, so without what the schemes mean for each other."""
    shutil.copytree(RULES, target, ignore=shutil.ignore_patterns("schemes", "*.cases.yaml", "interactions.yaml"))
    shutil.copytree(RULES / "schemes" / scheme, target / "schemes" / scheme)
    return target


def check(root: Path, known: frozenset[str] = frozenset()) -> Said:
    """The reports without line numbers (a mutant may move lines). Versions whose content is ``known`` are not proved."""
    book = load.__wrapped__(root)
    versions = [version for version in book.versions() if version.content_hash not in known]
    found = [*check_book(book), *proofs.prove(book, Engine(book), versions)]
    reports = {f"{re.sub(r':[0-9]+$', '', finding.place)}: {finding.message}" for finding in found}
    return Said(frozenset(reports), frozenset(version.content_hash for version in book.versions()))


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """What is said of each scheme as it is."""
    return cache(lambda scheme: check(only(scheme, tmp_path_factory.mktemp("usual") / "rules")))


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_mutant_is_reported(mutant: Mutant, usual, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(proofs, "TIMEOUT", SOLVER_TIME)
    before = usual(mutant.scheme)
    root = only(mutant.scheme, tmp_path / "rules")
    path = root / mutant.file
    text = path.read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1
    path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    new = check(root, before.hashes).reports - before.reports
    said = [report for report in new if mutant.says in report]
    assert said, sorted(new)
    if mutant.example:
        assert any(re.search(r"for example \w+(=|: )", report) for report in said), said


def test_there_are_enough_mutants() -> None:
    assert len(MUTANTS) >= 50
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
