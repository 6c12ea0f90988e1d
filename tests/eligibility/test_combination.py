"""The best combination: exact amounts beside each other, reasons, questions, and every choice against all others."""

from __future__ import annotations

import json
import shutil
from datetime import date
from itertools import combinations
from math import inf
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eligibility.combination.combine import Combination, Why, combine
from eligibility.combination.links import links
from eligibility.combination.reduction import Reduced
from eligibility.combination.render import combination_json
from eligibility.combination.worth import NOTHING, Worth, received, together
from eligibility.evaluation.cases import worked_cases
from eligibility.evaluation.engine import Engine, Mode
from eligibility.evaluation.facts import read_facts
from eligibility.evaluation.result import Determination
from eligibility.rulebook.book import RULES, RuleBook, load
from eligibility.rulebook.interactions import FILE
from eligibility.words import Verdict

HQ = "relocation/headquarters"
RENEWAL = "relocation/equipment_renewal"
SOFTWARE = "relocation/software_content_data_centre"
TRIAL = "synchrotron/trial_use"
MEASURE = "synchrotron/measurement_subsidy"
FIRM = "scholarship/cooperating_firm"
PERSON = "scholarship/person"
TAX = "fixed_asset_tax/advanced_equipment"
SCHEMES = [HQ, SOFTWARE, TRIAL, MEASURE, FIRM, PERSON, TAX]
IN_2025 = date(2025, 6, 1)


def base(book: RuleBook, scheme: str, version: str) -> dict[str, Any]:
    """Facts of the first worked case of a version."""
    return next(iter(worked_cases(book.schemes[scheme].version(version), book.root))).facts


def project(book: RuleBook, **changes: Any) -> dict[str, Any]:
    """A head office that is also a software site, rents and buys equipment, and measures at the facility (2025)."""
    facts = {
        **base(book, SOFTWARE, "V2024"),
        **base(book, MEASURE, "FY2025"),
        **base(book, TAX, "R7"),
        **base(book, HQ, "V2024"),
        "it_business": "software",
        "site_tenure": "both",
        "land_price": 0,
        "building_price": 0,
        "equipment_price": 20_000_000,
        "equipment_tax_base": 15_000_000,
        "application_date": "2025-06-01",
        "establishment_prefectures": ["miyagi"],
        "legal_form": "company",
        "sme_line": "manufacturing",
        "capital": 80_000_000,
        "regular_employees": 50,
    } | changes
    return {name: value for name, value in facts.items() if value is not None}


def made(engine: Engine, facts: dict[str, Any], on: date, schemes: list[str]) -> Combination:
    read = read_facts(facts, engine.book.vocabulary)
    return combine(engine, engine.determine_all(read, on, schemes), read)


def names(combination: Combination) -> list[str]:
    return [one.result.scheme.id for one in combination.chosen]


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Makes an engine over the rule book with other interactions."""

    def make(edits: dict[str, dict[str, Any]], more: dict[str, Any] | None = None) -> Engine:
        target = tmp_path_factory.mktemp("rules") / "rules"
        shutil.copytree(RULES, target)
        content = yaml.load(
            (target / FILE).read_text(encoding="utf-8"), Loader=yaml.BaseLoader
        )  # everything stays text
        for name, entries in edits.items():
            content["interactions"][name].update(entries)
        content["interactions"].update(more or {})
        (target / FILE).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
        return Engine(load.__wrapped__(Path(target)), Mode.PYTHON)

    return make


# --- exclusions ----------------------------------------------------------------------------------------------


def test_one_category_only_and_the_better_one(engine: Engine, book: RuleBook) -> None:
    found = made(engine, project(book, site_area="city_centre", moved_from="built_up_area"), IN_2025, SCHEMES)
    # both 5 years; the head office draws 200 %
    assert names(found)[0] == HQ
    assert SOFTWARE not in names(found)
    left = found.left(SOFTWARE)
    assert left.why is Why.EXCLUDED
    assert [link.pair for link in left.links] == [(HQ, SOFTWARE)]
    assert left.total is not None
    head, software = (received(engine.determine(s, read_facts(project(book, moved_from="built_up_area"), book.vocabulary), IN_2025).amount) for s in (HQ, SOFTWARE))  # fmt: skip
    assert found.total.low - left.total.low == head.low - software.low > 0


def test_of_equals_the_first_of_the_rule_book_whatever_the_order(engine: Engine, book: RuleBook) -> None:
    facts = read_facts(project(book), book.vocabulary)
    results = engine.determine_all(facts, IN_2025, SCHEMES)
    assert received(results[0].amount) == received(results[1].amount)
    forwards, backwards = combine(engine, results, facts), combine(engine, list(reversed(results)), facts)
    assert names(forwards) == names(backwards) == [HQ, MEASURE]
    as_text = [json.dumps(combination_json(c, book.schemes, book.vocabulary)) for c in (forwards, backwards)]
    assert as_text[0] == as_text[1]


def test_an_exclusion_that_may_apply_keeps_apart_and_asks(changed: Any) -> None:
    machine = changed({"one_relocation_category": {"when": "is_research_facility"}})
    for answer, chosen, why in ((True, [HQ], Why.EXCLUDED), (None, [HQ], Why.ASK), (False, [HQ, SOFTWARE], None)):
        found = made(machine, project(machine.book, is_research_facility=answer), IN_2025, [HQ, SOFTWARE])
        assert names(found) == chosen
        if why is not None:
            assert found.left(SOFTWARE).why is why
            assert [q.rule.name for q in found.questions] == ["one_relocation_category"]
            assert found.questions[0].blocks


# --- unknown stackings ---------------------------------------------------------------------------------------


def test_unknown_stacking_of_the_same_cost_counts_once(engine: Engine, book: RuleBook) -> None:
    facts = {**base(book, MEASURE, "FY2024"), **base(book, TRIAL, "FY2024")}
    on = date(2024, 5, 1)
    found = made(engine, facts | {"application_date": "2024-05-01"}, on, [TRIAL, MEASURE])
    assert len(found.chosen) == 1
    (left,) = found.left_out
    assert left.why is Why.ASK
    assert left.total is not None
    assert left.total.low <= found.total.low
    (question,) = found.questions
    assert (question.rule.name, question.schemes, question.blocks) == ("same_measurement", (TRIAL, MEASURE), True)
    assert found.possible == found.total.low + int(left.worth.high), "when the city says yes, both"


def test_other_unknown_stackings_are_added_up_with_a_question(engine: Engine, book: RuleBook) -> None:
    found = made(engine, project(book), IN_2025, [HQ, MEASURE])
    assert names(found) == [HQ, MEASURE]
    assert [(q.rule.name, q.blocks) for q in found.questions] == [("other_combinations", False)]
    assert found.total == together(one.worth for one in found.chosen)


# --- reductions, to the yen ----------------------------------------------------------------------------------


def renewal(book: RuleBook) -> dict[str, Any]:
    """New equipment that is renewed with the grant of 2026 and relieved of tax: one machine of 10 million yen."""
    return {
        **base(book, TAX, "R7"),
        **base(book, RENEWAL, "V2026"),
        "establishment_kind": "equipment_renewal",
        "sme_line": "manufacturing",
        "establishment_in_sendai": True,
        "capital": 30_000_000,
        "regular_employees": 80,
        "equipment_price": 12_000_000,
        "equipment_tax_base": 10_123_456,
        "equipment_contract_on": "2026-06-20",
        "plan_certified_on": "2026-04-01",
        "wage_policy_rate": 3,
        "wage_policy_declared": True,
        "wage_policy_in_first_application": True,
        "wage_policy_year_begins": "2026-04-01",
        "other_bases": [],
        "assets": [
            {"asset_class": "machinery", "cost": 10_000_000, "acquired_on": "2026-06-20", "useful_life": 10,
             "ward": "aoba", "is_new": True, "direct_use": True, "lease_kind": "bought"},
        ],
    }  # fmt: skip


IN_2026 = date(2026, 6, 10)
# First year: 10,000,000 × 0.897 = 8,970,000; relieved to one quarter 2,242,500; the base shrinks by 6,727,500.
# Grant alone 10,123,456 × 1.4 % = 141,728; afterwards 3,395,956 × 1.4 % = 47,543.384.
ALONE, AFTERWARDS = 141_728, 47_543


def test_a_relief_that_may_shrink_the_grant_makes_it_a_range(engine: Engine, book: RuleBook) -> None:
    found = made(engine, renewal(book), IN_2026, [RENEWAL, TAX])
    assert names(found) == [RENEWAL, TAX], "the saving is worth more than what the grant may lose"
    grant, tax = found.chosen
    assert (grant.alone.low, grant.alone.high) == (ALONE, ALONE)
    assert (grant.worth.low, grant.worth.high) == (AFTERWARDS, ALONE)
    assert [link.rule.name for link in grant.reduced_by] == ["tax_base_after_relief"]
    assert tax.worth == tax.alone
    assert tax.worth.years[2027] == (94_200, 94_200)  # 125,500 − 31,300
    assert (found.total.low, found.total.high) == (AFTERWARDS + tax.worth.low, ALONE + tax.worth.low)
    assert [q.rule.name for q in found.questions] == ["tax_base_after_relief"]


def test_a_certain_reduction_is_exact(changed: Any) -> None:
    machine = changed({"tax_base_after_relief": {"certain": "yes"}})
    found = made(machine, renewal(machine.book), IN_2026, [RENEWAL, TAX])
    assert (found.chosen[0].worth.low, found.chosen[0].worth.high) == (AFTERWARDS, AFTERWARDS)
    assert found.total.is_exact


def test_without_the_equipment_nothing_is_reduced(engine: Engine, book: RuleBook) -> None:
    facts = renewal(book) | {"equipment_price": 0}
    found = made(engine, facts, IN_2026, [RENEWAL, TAX])
    assert names(found) == [RENEWAL, TAX]
    assert all(not one.reduced_by for one in found.chosen)


def test_a_relief_that_may_cost_more_than_it_brings_is_a_question(engine: Engine, book: RuleBook) -> None:
    # five years of grant on equipment that is relieved: if the grant follows the relieved base, it loses more
    found = made(engine, project(book), IN_2025, [HQ, TAX])
    assert names(found) == [HQ]
    assert found.total.is_exact
    left = found.left(TAX)
    assert left.why is Why.ASK
    assert left.total is not None
    assert left.total.low < found.total.low < left.total.high
    shown = combination_json(found, book.schemes, book.vocabulary)["left_out"][0]["reason"]["en"]
    less, more = found.total.low - left.total.low, int(left.total.high) - found.total.low
    assert f"{less:,} yen less" in shown
    assert f"{more:,} yen more" in shown


def test_what_a_reduction_takes_away_altogether_cannot_be_had_beside_it(changed: Any) -> None:
    machine = changed({"tax_base_after_relief": {"certain": "yes", "facts": {"equipment_price": "0 yen"}}})
    facts = project(machine.book, building_monthly_rent=10_000, floor_area_rented=20)
    # investment equivalent 20,000,000 × 0.7 + 10,000 × 70 = 14,700,000; without the equipment 700,000
    alone = made(machine, facts, IN_2025, [HQ])
    assert names(alone) == [HQ]
    found = made(machine, facts, IN_2025, [HQ, TAX])
    assert len(found.chosen) == 1
    assert found.total.low == max(alone.total.low, made(machine, facts, IN_2025, [TAX]).total.low)


# --- who and what is left out --------------------------------------------------------------------------------


def test_every_verdict_has_its_reason(engine: Engine, book: RuleBook) -> None:
    found = made(engine, project(book, legal_form="university"), IN_2025, SCHEMES)
    assert found.left(MEASURE).why is Why.REFERRED
    assert found.left(TRIAL).why is Why.NO_TERMS
    assert found.left(PERSON).why is Why.OTHER_APPLICANT
    assert found.left(FIRM).why in (Why.NOT_ELIGIBLE, Why.OPEN, Why.REFERRED)
    assert {one.result.scheme.id for one in [*found.chosen, *found.left_out]} == set(SCHEMES)
    shown = combination_json(found, book.schemes, book.vocabulary)
    for entry in [*shown["chosen"], *shown["left_out"]]:
        assert entry["reason"]["ja"].endswith("。")
        assert entry["reason"]["en"].endswith(".")
        assert entry["reason"]["en"].isascii() or "“" in entry["reason"]["en"]


def test_nothing_known_promises_nothing(engine: Engine) -> None:
    found = made(engine, {}, IN_2026, SCHEMES)
    assert found.chosen == []
    assert found.total == NOTHING
    assert found.questions == []
    assert found.left(HQ).why is Why.OPEN
    assert found.open_ended > 0


def test_persons_are_added_up_apart_from_firms(engine: Engine, book: RuleBook) -> None:
    facts = base(book, PERSON, "FY2020-2022")
    on = next(iter(worked_cases(book.schemes[PERSON].version("FY2020-2022"), book.root))).on
    alone = made(engine, facts, on, [PERSON])
    assert (alone.audience, names(alone)) == ("person", [PERSON])
    assert alone.total.low == sum(low for low, _ in alone.total.years.values()) > 0
    both = made(engine, facts, on, [PERSON, HQ])
    assert both.audience == "firm"
    assert names(both) == []


def test_what_the_applicant_pays_is_no_gain(engine: Engine, book: RuleBook) -> None:
    facts = base(book, FIRM, "FY2020-2022") | {"planned_supported_hires": 2}
    on = next(iter(worked_cases(book.schemes[FIRM].version("FY2020-2022"), book.root))).on
    found = made(engine, facts, on, [FIRM])
    (firm,) = found.chosen
    assert (firm.worth, firm.pays.low) == (NOTHING, 540_000)
    assert found.pays.low == 540_000
    assert found.total == NOTHING


def test_no_determinations_no_combination(engine: Engine) -> None:
    with pytest.raises(ValueError, match="needs determinations"):
        combine(engine, [], read_facts({}, engine.book.vocabulary))


# --- against every other choice ------------------------------------------------------------------------------


def variations(book: RuleBook) -> st.SearchStrategy[dict[str, Any]]:
    """The project with some of its answers changed or left out."""
    machines = [
        {"asset_class": "machinery", "cost": cost, "acquired_on": "2025-07-01", "useful_life": life, "ward": "aoba",
         "is_new": True, "direct_use": True, "lease_kind": "bought"}
        for cost, life in ((3_000_000, 5), (20_000_000, 10), (90_000_000, 20))
    ]  # fmt: skip
    answers: dict[str, st.SearchStrategy[Any]] = {
        "it_business": st.sampled_from(["software", "data_centre", "none_of_these"]),
        "has_certified_plan": st.sampled_from([True, True, False, None]),
        "moved_from": st.sampled_from(["other_outside", "built_up_area"]),
        "equipment_price": st.integers(0, 60_000_000),
        "equipment_tax_base": st.one_of(st.none(), st.integers(0, 50_000_000)),
        "building_monthly_rent": st.integers(100_000, 900_000),
        "floor_area_rented": st.sampled_from([None, 20, 150]),
        "wage_policy_rate": st.sampled_from([0, "1.5", 3]),
        "capital": st.sampled_from([30_000_000, 100_000_001]),
        "assets": st.lists(st.sampled_from(machines), max_size=3),
        "works_start_date": st.sampled_from(["2025-08-01", "2025-06-02"]),
        "is_research_facility": st.sampled_from([None, True, False]),
        "hires": st.sampled_from(
            [
                [],
                [
                    {
                        "persons": 5,
                        "kind": "new_hire",
                        "contract": "regular",
                        "home": "sendai",
                        "months": 12,
                        "social_insurance": True,
                    }
                ],
            ]
        ),
    }
    return st.fixed_dictionaries({}, optional=answers).map(lambda chosen: project(book, **chosen))


def by_trying(machine: Engine, results: list[Determination], facts: dict[str, Any]) -> tuple[int, int, float]:
    """The best (low, open ends, high) of all subsets that no rule forbids; amounts are determined afresh for each."""
    read = read_facts(facts, machine.book.vocabulary)
    eligible = [r for r in results if r.verdict is Verdict.ELIGIBLE and r.scheme.audience == "firm"]
    found, _ = links(machine, [r.scheme.id for r in eligible], read, results[0].on)
    best = (0, 0, 0.0)
    for number in range(len(eligible) + 1):
        for some in combinations(eligible, number):
            ids = {r.scheme.id for r in some}
            if any(ids.issuperset(link.pair) for link in found if link.forbids or link.keeps_apart):
                continue
            worths: list[Worth] = []
            for one in some:
                mine = [
                    (link, next(r for r in some if r.scheme.id == link.pair[0]))
                    for link in found
                    if link.reduces and link.pair[1] == one.scheme.id and link.pair[0] in ids
                ]
                worth = Reduced(machine, one, mine, read).worth(ids)
                if worth is None:
                    break
                worths.append(worth)
            else:
                total = together(worths)
                ends = sum(w.high == inf for w in worths)
                best = max(best, (total.low, ends, sum(w.high for w in worths if w.high != inf)))
    return best


def check(machine: Engine, facts: dict[str, Any]) -> None:
    read = read_facts(facts, machine.book.vocabulary)
    results = machine.determine_all(read, IN_2025, SCHEMES)
    found = combine(machine, results, read)
    ends = sum(one.worth.high == inf for one in found.chosen)
    high = sum(one.worth.high for one in found.chosen if one.worth.high != inf)
    assert (found.total.low, ends, high) == by_trying(machine, results, facts)
    chosen = set(names(found))
    for rule in machine.book.interactions.rules:
        if rule.kind == "excludes" and rule.when is None:
            assert not any(chosen.issuperset(pair) for pair in rule.pairs)
    assert found.total == together(one.worth for one in found.chosen)
    if found.total.is_exact:
        assert found.total.low == sum(low for low, _ in found.total.years.values()) + found.total.undated[0]
    for one in found.left_out:
        if one.total is not None:
            assert one.total.low <= found.total.low
    if found.total.high != inf and not found.open_ended:
        assert found.possible >= found.total.high
    json.dumps(combination_json(found, machine.book.schemes, machine.book.vocabulary))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_other_choice_is_better(data: st.DataObject, book: RuleBook, engines: dict[str, Engine]) -> None:
    check(engines["python"], data.draw(variations(book)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_other_choice_is_better_under_other_rules(data: st.DataObject, book: RuleBook, certain: Engine) -> None:
    check(certain, data.draw(variations(book)))


@pytest.mark.nightly
@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_other_choice_is_better_for_many(data: st.DataObject, book: RuleBook, engines: dict[str, Engine]) -> None:
    check(engines["python"], data.draw(variations(book)))


@pytest.fixture(scope="module")
def certain(changed: Any) -> Engine:
    """Reductions for sure, a second one of the same grants, and categories that stand side by side in research."""
    lowers_rent = {
        "kind": "reduces",
        "by": [MEASURE],
        "of": ["relocation/*"],
        "certain": "yes",
        "ja": "測定支援補助金を受けると、賃借料の基礎が下がります。",
        "en": "The measurement subsidy lowers the rent that counts.",
        "source": "P",
        "facts": {"building_monthly_rent": "max(building_monthly_rent - half, 0 yen)"},
    }
    return changed(
        {
            "tax_base_after_relief": {"certain": "yes"},
            "one_relocation_category": {"when": "not is_research_facility"},
        },
        more={"measurement_lowers_rent": lowers_rent},
    )
