"""Drafts: read against the present book, never written; every fault with its line."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from eligibility.evaluation.cases import run_case, worked_cases
from eligibility.evaluation.engine import Engine, Mode
from eligibility.rulebook.book import RULES, RuleBook
from eligibility.rulebook.drafts import DRAFT, MOST_TEXT, read_draft, version_file
from eligibility.rulebook.files import Fault, RuleFileError
from eligibility.rulebook.model import SchemeVersion

RENEWAL = "relocation/equipment_renewal"
CRITERION = "    holds: establishment_kind == equipment_renewal"
RATE = "value: 1.4 %, source: S1"


def text_of(version: SchemeVersion, book: RuleBook) -> str:
    return version_file(version, book).read_text(encoding="utf-8")


def faults(book: RuleBook, text: str) -> tuple[Fault, ...]:
    with pytest.raises(RuleFileError) as refused:
        read_draft(book, RENEWAL, text)
    assert refused.value.found
    assert refused.value.faults == [str(fault) for fault in refused.value.found]
    return refused.value.found


def on_disk() -> str:
    """Everything in the rule book's folder."""
    files = sorted(path for path in Path(RULES).rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(str(path).encode() + path.read_bytes() for path in files)).hexdigest()


def test_the_text_of_a_version_is_that_version(book: RuleBook) -> None:
    for version in book.versions():
        draft = read_draft(book, version.scheme.id, text_of(version, book))
        assert draft.version.content_hash == version.content_hash
        assert draft.present is version
        assert draft.version is not version


def test_a_draft_changes_neither_book_nor_files(book: RuleBook) -> None:
    before, versions = on_disk(), list(book.versions())
    version = book.scheme(RENEWAL).version("V2026")
    text = text_of(version, book)
    assert RATE in text
    text = text.replace(RATE, "value: 2 %, source: S1")
    draft = read_draft(book, RENEWAL, text)
    assert draft.version.content_hash != version.content_hash
    assert draft.book.scheme(RENEWAL).version("V2026") is draft.version
    assert list(book.versions()) == versions
    assert on_disk() == before


def test_a_changed_version_breaks_the_worked_cases_that_show_it(book: RuleBook) -> None:
    version = book.scheme(RENEWAL).version("V2026")
    text = text_of(version, book)
    assert RATE in text
    text = text.replace(RATE, "value: 2 %, source: S1")
    draft = read_draft(book, RENEWAL, text)
    engine = Engine(draft.book, Mode.PYTHON)
    broken = [case for case in worked_cases(version, book.root) if run_case(case, engine, draft.book)]
    assert 0 < len(broken) < len(list(worked_cases(version, book.root)))


def test_versions_based_on_the_draft_are_read_again(book: RuleBook) -> None:
    base = book.scheme("scholarship/person").version("FY2020-2022")
    based = [v for v in base.scheme.versions if "based_on: FY2020-2022" in text_of(v, book)]
    if not based:
        pytest.skip("no version is based on another one")
    text = text_of(base, book)
    assert "value: 180_000 yen" in text
    draft = read_draft(book, base.scheme.id, text.replace("value: 180_000 yen", "value: 170_000 yen"))
    scheme = draft.book.scheme(base.scheme.id)
    for version in based:
        assert version.parameters["yearly_cap"].value == 180_000
        assert scheme.version(version.name).parameters["yearly_cap"].value == 170_000
        assert scheme.version(version.name).content_hash != version.content_hash


def test_a_draft_that_breaks_a_version_based_on_it_is_refused(book: RuleBook) -> None:
    base = book.scheme("scholarship/person").version("FY2020-2022")
    with pytest.raises(RuleFileError) as refused:
        read_draft(book, base.scheme.id, text_of(base, book).replace("yearly_cap", "yearly_limit"))
    assert any(fault.place.file.endswith("FY2020-first.yaml") for fault in refused.value.found)


def test_a_new_name_is_a_new_version(book: RuleBook) -> None:
    text = text_of(book.scheme(RENEWAL).version("V2026"), book).replace("version: V2026", "version: V2030")
    draft = read_draft(book, RENEWAL, text)
    assert draft.present is None
    assert [v.name for v in draft.book.scheme(RENEWAL).versions] == ["V2017", "V2026", "V2030"]
    case = next(iter(worked_cases(book.scheme(RENEWAL).version("V2026"), book.root)))
    assert run_case(case, Engine(draft.book, Mode.PYTHON), draft.book, draft.version) == []


def test_faults_name_the_line_of_the_text(book: RuleBook) -> None:
    text = text_of(book.scheme(RENEWAL).version("V2026"), book)
    line = text.splitlines().index(CRITERION) + 1
    (fault,) = faults(book, text.replace(CRITERION, CRITERION.replace("_kind", "_kynd")))
    assert (fault.place.file, fault.place.line) == (DRAFT, line)
    assert "did you mean 'establishment_kind'" in fault.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("a: [", "not readable as YAML"),
        ("a: &x [*x]", "references"),
        ("- a", "group of named entries"),
        ("version: ../../etc/passwd", "needs a name"),
        ("version: [V1]", "one value"),
        ("[" * 60, "nested too deeply"),
        ("\x00", "not readable as YAML"),
        ("x: " + "y" * MOST_TEXT, "characters"),
        (
            f"version: V9\nscheme: {RENEWAL}\nparameters: {{a: {{ja: a, en: a, source: S, value: {'9' * 5000} yen}}}}",
            "read",
        ),
        ("version: V9\nscheme: synchrotron/trial_use", "lies in the folder"),
    ],
)
def test_whatever_is_handed_in_gets_an_answer(book: RuleBook, text: str, reason: str) -> None:
    assert any(reason in fault.reason for fault in faults(book, text))


@pytest.mark.parametrize(
    "expression",
    [
        "not " * 3000 + "True",
        "1 yen < 1 yen" + " + 1 yen" * 5000,
        "(" * 500 + "True" + ")" * 500,
        "count(fy for fy in years(FY2026, 1_000_000_000)) > 3",
    ],
)
def test_expressions_that_would_not_end_are_refused(book: RuleBook, expression: str) -> None:
    text = text_of(book.scheme(RENEWAL).version("V2026"), book)
    assert CRITERION in text
    faults(book, text.replace(CRITERION, f"    holds: {expression}"))
