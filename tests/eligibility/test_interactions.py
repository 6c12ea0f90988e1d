"""Relations between schemes: bad ones are refused with file, line and reason; patterns stand for schemes."""

import shutil
from pathlib import Path

import pytest

from eligibility.rulebook.book import RULES, RuleBook, load
from eligibility.rulebook.checks import check_book
from eligibility.rulebook.files import RuleFileError
from eligibility.rulebook.interactions import FILE, Interaction
from eligibility.words import InteractionKind, Status

HQ = "relocation/headquarters"
SOFTWARE = "relocation/software_content_data_centre"
TAX = "fixed_asset_tax/advanced_equipment"
FIRM = "scholarship/cooperating_firm"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    target = tmp_path / "rules"
    shutil.copytree(RULES, target)
    return target


def named(book: RuleBook, name: str) -> Interaction:
    return next(rule for rule in book.interactions.rules if rule.name == name)


def test_patterns_stand_for_schemes(book: RuleBook) -> None:
    relocation = [name for name in book.schemes if name.startswith("relocation/")]
    rule = named(book, "one_relocation_category")
    assert rule.kind is InteractionKind.EXCLUDES
    assert set(rule.schemes) <= set(relocation)
    assert (HQ, SOFTWARE) in rule.pairs
    assert len(rule.pairs) == len(rule.schemes) * (len(rule.schemes) - 1) // 2
    assert rule.others(HQ) == tuple(name for name in rule.schemes if name != HQ)
    assert rule.others(TAX) == ()


def test_reductions_are_typed_for_every_version_of_the_reducing_scheme(book: RuleBook) -> None:
    rule = named(book, "tax_base_after_relief")
    assert (TAX, HQ) in rule.pairs
    assert set(rule.changes) == {version.id for version in book.schemes[TAX].versions}
    assert not rule.certain


def test_the_rest_leaves_out_what_has_a_rule_of_its_own(book: RuleBook) -> None:
    pairs = set(named(book, "other_combinations").pairs)
    others = {
        frozenset(pair)
        for rule in book.interactions.rules
        if rule.name != "other_combinations" and rule.kind is not InteractionKind.NOTE
        for pair in rule.pairs
    }
    assert pairs
    assert not {frozenset(pair) for pair in pairs} & others
    assert (HQ, TAX) not in pairs


def test_everything_uncertain_has_a_question_and_everything_a_source(book: RuleBook) -> None:
    for rule in book.interactions.rules:
        assert rule.source.split()
        assert set(rule.source.split()) <= set(book.interactions.sources)
        if rule.kind is InteractionKind.UNKNOWN or not rule.certain:
            assert rule.status is Status.ASSUMED
            assert all(book.vocabulary.assumptions[key].question.ja for key in rule.assumption.split())
    assert len(book.interactions.content_hash) == 64
    assert not [finding for finding in check_book(book) if finding.place.startswith(FILE)]


def test_a_book_may_do_without(copy: Path) -> None:
    (copy / FILE).unlink()
    book = load(copy)
    assert book.interactions.rules == ()
    assert any("nothing rests on the assumption X-01" in f.message for f in check_book(book))


@pytest.mark.parametrize(
    ("entry", "old", "new", "reason"),
    [
        (
            "one_relocation_category",
            "kind: excludes",
            "kind: exclude",
            "unknown kind 'exclude' (excludes, unknown, reduces, note)",
        ),
        (
            "one_relocation_category",
            "among: [relocation/*]\n",
            "among: [relocatoin/*]\n",
            "no scheme is called 'relocatoin/*'",
        ),
        ("same_hire", "other: [scholarship/cooperating_firm]", "other: [relocation/headquartes]", "did you mean"),
        ("same_measurement", "    other: [synchrotron/measurement_subsidy]\n", "", "no two schemes are named"),
        ("one_relocation_category", "assumption: X-01", "assumption: X-99", "unknown assumption 'X-99'"),
        (
            "same_measurement",
            "    status: assumed\n    assumption: X-04\n",
            "",
            "what is not known has 'status: assumed'",
        ),
        ("grants_leave_tax_base", "    source: G10", "    source: G11", "unknown source 'G11'"),
        ("grants_leave_tax_base", "    source: G10", "    article: none", "names no source"),
        ("same_measurement", "meanwhile: apart", "meanwhile: later", "'meanwhile' is apart or together, not 'later'"),
        ("same_measurement", "    meanwhile: apart\n", "", "'meanwhile' is missing"),
        ("tax_base_after_relief", "certain: no", "certain: maybe", "'certain' is yes or no, not 'maybe'"),
        (
            "tax_base_after_relief",
            "when: equipment_price > 0",
            "when: equipment_prise > 0 yen",
            "did you mean 'equipment_price'",
        ),
        ("tax_base_after_relief", "when: equipment_price > 0", "when: equipment_price", "but a bool is needed"),
        ("tax_base_after_relief", "equipment_tax_base: >-", "equipment_tax_bas: >-", "is not a fact with one value"),
        ("tax_base_after_relief", "value_of(a, first_year(a))", "valu_of(a, first_year(a))", "valu_of"),
        ("tax_base_after_relief", "), 0 yen)", "), 0 yen) > 0", "but a yen is needed here"),
        (
            "prefecture_scholarship",
            "about: [scholarship/*]",
            "abot: [scholarship/*]",
            "says which schemes it is 'about'",
        ),
        (
            "coalition_membership",
            "facts: [coalition_member]",
            "facts: [coalition_membr]",
            "did you mean 'coalition_member'",
        ),
        (
            "other_combinations",
            "    kind: unknown\n    rest: yes",
            "    kind: excludes\n    rest: yes",
            "'rest' belongs to kind 'unknown'",
        ),
        (
            "other_combinations",
            "among: [relocation/*, synchrotron/*, scholarship/cooperating_firm, fixed_asset_tax/*]",
            "among: [relocation/*]",
            "nothing is left for 'rest: yes'",
        ),
        (
            "other_combinations",
            "  other_combinations:\n",
            "  other_combinations:\n    nonsense: 1\n",
            "has no entry 'nonsense'",
        ),
    ],
)
def test_faults_are_found_with_their_line(copy: Path, entry: str, old: str, new: str, reason: str) -> None:
    path = copy / FILE
    text = path.read_text(encoding="utf-8")
    start = text.index(f"  {entry}:\n")
    assert old in text[start:]
    path.write_text(text[:start] + text[start:].replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleFileError) as caught:
        load.__wrapped__(copy)
    matching = [fault for fault in caught.value.faults if reason in fault]
    assert matching, caught.value.faults
    assert matching[0].startswith(f"{FILE}:")
    first = text[:start].count("\n") + 1
    assert first <= int(matching[0].split(":")[1]) <= first + 20, "a line of the entry"


def test_schemes_cannot_reduce_each_other_in_a_circle(copy: Path) -> None:
    path = copy / FILE
    back = f"""
  back:
    kind: reduces
    by: [{HQ}]
    of: [{TAX}]
    certain: yes
    ja: 逆
    en: back
    source: P
    facts: {{capital: capital}}
"""
    path.write_text(path.read_text(encoding="utf-8") + back, encoding="utf-8")
    with pytest.raises(RuleFileError, match="reduce each other in a circle"):
        load.__wrapped__(copy)


def test_exceptions_narrow_a_pattern(copy: Path) -> None:
    path = copy / FILE
    more = f"""
  exceptions:
    kind: note
    about: [relocation/*, {FIRM}]
    except: [{HQ}]
    ja: 参考
    en: note
    source: P
"""
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    schemes = named(load.__wrapped__(copy), "exceptions").schemes
    assert HQ not in schemes
    assert {SOFTWARE, FIRM} <= set(schemes)
