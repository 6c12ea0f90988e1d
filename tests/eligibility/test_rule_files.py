"""Bad rule files are refused with file, line and reason; good ones load whole."""

import re
import shutil
from pathlib import Path

import pytest

from eligibility.evaluation.engine import Engine
from eligibility.evaluation.facts import read_facts
from eligibility.evaluation.render import determination_json
from eligibility.rulebook.book import RULES, load
from eligibility.rulebook.checks import check_book, check_published
from eligibility.rulebook.files import RuleFileError

HQ = "schemes/relocation/headquarters/V2024.yaml"
COMMON = "libraries/relocation_until_2025.yaml"
TAX_EQUIVALENT = "libraries/tax_equivalent.yaml"
HIRE_BONUS = "libraries/hire_bonus_2024.yaml"
COUNTING = "libraries/counts_firms_attracted.yaml"
TAX = "schemes/fixed_asset_tax/advanced_equipment/R5.yaml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    target = tmp_path / "rules"
    shutil.copytree(RULES, target)
    return target


def edit(root: Path, file: str, old: str, new: str) -> int:
    """Replace a text; returns the line in which it began."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{text.count(old)} times: {old}"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        (HQ, "holds: has_certified_plan", "holds: has_certifid_plan", "did you mean 'has_certified_plan'"),
        (
            HQ,
            "holds: investment_equivalent >= minimum_investment",
            "holds: investment_equivalent >= 10_000_000",
            "compares a yen with a plain number",
        ),
        (
            HQ,
            "holds: investment_equivalent >= minimum_investment",
            "holds: investment_equivalent",
            "but a bool is needed",
        ),
        (HQ, "value: 10_000_000 yen, source: S3", "value: 10_000_000.0.5 yen, source: S3", "is not a number"),
        (HQ, "value: 10_000_000 yen, source: S3", "value: 10_000_000 yen", "names no source"),
        (HQ, "value: 10_000_000 yen, source: S3", "value: 10_000_000 yen, source: S99", "unknown source 'S99'"),
        (HQ, "articles: {not_on_record: P-13}", "articles: {not_on_record: P-99}", "unknown assumption 'P-99'"),
        (HQ, "version: V2024", "version: V2025", "the version is named like its file"),
        (HQ, "  to: 2026-03-31", "  to: 2024-03-31", "'to' lies before 'from'"),
        (HQ, "  from: 2024-04-01", "  from: 2024-13-01", "is not a date"),
        (HQ, "assumption: A-01", "assumption: A-99", "unknown assumption 'A-99'"),
        (
            HQ,
            "relocation_2024, hire_bonus_2024,",
            "relocation_2042, hire_bonus_2024,",
            "unknown library 'relocation_2042'",
        ),
        (HQ, "legal_nature: {value: contract,", "legal_nature: {value: gift,", "unknown legal nature 'gift'"),
        (
            HQ,
            "    firm_can_change: [has_certified_plan]",
            "    firm_can_chnge: [has_certified_plan]",
            "has no entry 'firm_can_chnge'",
        ),
        (
            COMMON,
            "    otherwise: refer\n    firm_can_change: [prior_consultation_on, announced_on]",
            "    otherwise: reject\n    firm_can_change: [prior_consultation_on, announced_on]",
            "'otherwise' is one of",
        ),
        (
            TAX_EQUIVALENT,
            "is: owned_tax_equivalent + rented_tax_equivalent",
            "is: owned_tax_equivalent + tax_equivalent",
            "definitions go in a circle",
        ),
        (
            HIRE_BONUS,
            "when: city_hires >= hires_needed\n      yen: city_hires * per_city_hire",
            "when: city_hires >= hires_needed\n      yen: city_hires",
            "but a yen is needed",
        ),
        (HIRE_BONUS, "h.contract == regular", "h.contract == permanent", "neither defined nor a code of contract_kind"),
        (
            COMMON,
            "value: 30 days, status: assumed, assumption: A-24",
            "value: 30 days, status: assumed",
            "names its assumption",
        ),
        (
            COUNTING,
            "    planned_at: designation_application",
            "    planned_at: designation",
            "unknown step 'designation'",
        ),
        (
            COUNTING,
            "    indicator: firms_attracted",
            "    indicator: firms_atracted",
            "unknown indicator 'firms_atracted'",
        ),
        (TAX, "gives: {multiplier: 1/2, years: 3 years}", "gives: {multiplier: 1/2}", "the cells must be"),
        (
            TAX,
            "holds: any(qualifies(a) for a in assets)",
            "holds: any(qualifies(a) for a in hires)",
            "qualifies() needs an item of a list with item criteria",
        ),
        (
            "facts/firm.yaml",
            "  type: yen\n  topic: firm\n  ja: 資本金の額又は出資の総額",
            "  type: money\n  topic: firm\n  ja: 資本金の額又は出資の総額",
            "unknown type 'money'",
        ),
        (
            "facts/firm.yaml",
            "  asked_if: legal_form != sole_proprietor\n  otherwise: 0 yen",
            "  asked_if: legal_frm != sole_proprietor\n  otherwise: 0 yen",
            "'legal_frm' is",
        ),
        (
            "codes/relocation.yaml",
            "    none_of_these: {ja: 上記のいずれでもない, en: None of these}",
            "    none_of_these: {ja: 上記のいずれでもない}",
            "'en' is missing",
        ),
        (
            "decisions.yaml",
            "{ja: 指定, en: Designation,",
            "{ja: 指定, en: Designation, colour: red,",
            "has no entry 'colour'",
        ),
        (HQ, "value: 200 %, source: S3", "value: 2e2 %, source: S3", "is not a number"),
        (HQ, "value: 200 %, source: S3", "value: 200 parcent, source: S3", "unknown unit 'parcent'"),
        (HQ, "holds: has_certified_plan", "holds: has_certified_plan and 1.5e3 > 2", "is a floating-point number"),
        (
            HQ,
            "holds: facility_function in head_office_functions",
            "holds: facility_function in metro_municipalities",
            "facility_function",
        ),
        (HQ, "holds: has_certified_plan", "holds: has_certified_plan(1)", "has_certified_plan"),
        (
            HQ,
            "    en: The firm holds a certified plan under art. 17-2(3) of the Regional Revitalisation Act and builds the "
            "facility under it\n",
            "",
            "'en' is missing",
        ),
        ("libraries/declarations.yaml", "    holds: no_tax_arrears\n", "", "'holds' is missing"),
        (
            COMMON,
            "      round: down to 1 yen\n",
            "      round: half up to 1 yen\n",
            "write 'round: down to 1 yen'",
        ),
        (COMMON, "    decides: confirmation\n", "    decides: confirmtion\n", "unknown decision 'confirmtion'"),
        (
            COMMON,
            "{tax_proof: required, hire_proof: optional}",
            "{tax_prof: required, hire_proof: optional}",
            "unknown document 'tax_prof'",
        ),
        (
            COMMON,
            "facts: [operation_start_date]",
            "facts: [operation_started_date]",
            "unknown fact 'operation_started_date'",
        ),
        (
            "schemes/synchrotron/trial_use/FY2019.yaml",
            "window: {opens: 2019-07-31,",
            "window: {opens: 2019-7-31,",
            "is not a date",
        ),
        (HQ, "criteria:\n", "criteria:\n  ! bad\n", "not readable as YAML"),
    ],
)
def test_refused_with_file_line_and_reason(copy, file, old, new, reason):
    line = edit(copy, file, old, new)
    with pytest.raises(RuleFileError) as caught:
        load(copy)
    matching = [fault for fault in caught.value.faults if reason in fault]
    assert matching, caught.value.faults
    named = matching[0].split(": ", 1)[0]
    assert named.rsplit(":", 1)[0] == file
    assert abs(int(named.rsplit(":", 1)[1]) - line) <= 6


def test_all_faults_at_once(copy):
    edit(copy, HQ, "holds: has_certified_plan", "holds: has_certifid_plan")
    edit(copy, HIRE_BONUS, "h.contract == regular", "h.contract == permanent")
    with pytest.raises(RuleFileError) as caught:
        load(copy)
    assert len(caught.value.faults) >= 2


def test_overlapping_periods_are_reported(copy):
    edit(copy, HQ, "  to: 2026-03-31", "  to: 2026-04-30")
    assert any("overlap" in finding.message and finding.serious for finding in check_book(load(copy)))


def test_a_published_version_cannot_change(copy):
    version = load(copy).scheme("relocation/headquarters").version("V2024")
    (copy / "published.yaml").write_text(f"{version.id}: {version.content_hash}\n", encoding="utf-8")
    load.cache_clear()
    assert not [f for f in check_published(load(copy)) if f.serious]
    edit(copy, HQ, "value: 10_000_000 yen, source: S3", "value: 9_000_000 yen, source: S3")
    load.cache_clear()
    assert any("has changed" in f.message for f in check_published(load(copy)) if f.serious)


def test_comments_and_layout_do_not_change_the_hash(copy):
    before = load(copy).scheme("relocation/headquarters").version("V2024").content_hash
    path = copy / HQ
    path.write_text(
        "# a remark\n" + path.read_text(encoding="utf-8").replace("source: S3}", "source:   S3}"), encoding="utf-8"
    )
    load.cache_clear()
    assert load(copy).scheme("relocation/headquarters").version("V2024").content_hash == before


def test_the_meaning_of_a_fact_is_part_of_the_hash(copy):
    before = load(copy).scheme("relocation/headquarters").version("V2024").content_hash
    edit(
        copy,
        "facts/relocation.yaml",
        "  asked_if: land_price > 0\n  otherwise: 1900-01-01",
        "  asked_if: land_price > 1 yen\n  otherwise: 1900-01-01",
    )
    edit(
        copy,
        "facts/relocation.yaml",
        "  asked_if: building_price > 0\n  otherwise: 0 yen",
        "  asked_if: building_price > 1 yen\n  otherwise: 0 yen",
    )
    load.cache_clear()
    assert load(copy).scheme("relocation/headquarters").version("V2024").content_hash != before


def test_both_languages_everywhere():
    book = load()
    engine = Engine(book)
    for version in engine.book.versions():
        for criterion in version.criteria:
            assert criterion.text.ja != criterion.text.en
    for fact in book.vocabulary.facts.values():
        assert fact.question.ja != fact.question.en, fact.name


def test_unsourced_versions_do_not_exist():
    for version in load().versions():
        for criterion in version.criteria:
            assert all(key in version.sources for key in criterion.source.split())


def test_without_articles_on_record_every_criterion_has_to_name_its_own(copy):
    """Each is refused with its file and line, also the parts of the amount; with an article a criterion is accepted."""
    edit(copy, HQ, "articles: {not_on_record: P-13}\n", "")
    with pytest.raises(RuleFileError) as caught:
        load(copy)
    faults = [fault for fault in caught.value.faults if "names no article" in fault]
    assert all(re.match(r"\S+\.yaml:\d+: ", fault) for fault in faults), faults
    assert any("the component 'base'" in fault for fault in faults)
    assert any("the criterion 'minimum_investment_reached'" in fault for fault in faults)
    edit(copy, HQ, "  minimum_investment_reached:\n", "  minimum_investment_reached:\n    article: 要綱 第3条\n")
    with pytest.raises(RuleFileError) as caught:
        load(copy)
    assert not any("'minimum_investment_reached' names" in fault for fault in caught.value.faults)


AWARD = "schemes/synchrotron/prefecture_award/"


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("scheme.yaml", 'address: "https://www', 'address: "www', "begins with https:// or http://"),
        ("scheme.yaml", "en: Miyagi Prefecture, address", "en: Miyagi Prefecture, addres", "'address' is missing"),
        ("V2024.yaml", "\nsources:\n", "\nlegal_nature: {value: contract}\nsources:\n", "has no 'legal_nature' here"),
        ("V2024.yaml", "    criteria: yes\n", "    criteria: yes\n    decides: grant\n", "the city decides nothing"),
    ],
)
def test_schemes_of_other_bodies_are_checked(copy, file, old, new, reason):
    edit(copy, AWARD + file, old, new)
    with pytest.raises(RuleFileError) as caught:
        load(copy)
    assert any(reason in fault for fault in caught.value.faults), caught.value.faults


def test_schemes_of_other_bodies_are_determined_and_named():
    book = load()
    scheme = book.scheme("synchrotron/prefecture_award")
    assert scheme.applied_elsewhere
    assert scheme.versions[0].legal_nature == "others"
    engine = Engine(book)
    day = scheme.versions[0].first_day
    theirs = engine.determine(scheme.id, read_facts({}, book.vocabulary), day)
    assert determination_json(theirs, book.vocabulary)["run_by"]["text"]["ja"] == "宮城県"
    ours = engine.determine("relocation/headquarters", read_facts({}, book.vocabulary), day)
    assert "run_by" not in determination_json(ours, book.vocabulary)


def test_a_scheme_has_a_version_or_says_why_it_has_none(copy):
    edit(copy, "schemes/synchrotron/wet_lab_call/scheme.yaml", "\ngaps:\n", "\nignored:\n")
    path = copy / "schemes/synchrotron/wet_lab_call/scheme.yaml"
    path.write_text(path.read_text(encoding="utf-8").split("\nignored:")[0] + "\n", encoding="utf-8")
    findings = [f.message for f in check_book(load(copy)) if f.serious]
    assert findings == ["synchrotron/wet_lab_call has neither a version nor a gap"]
