"""Every procedure of the rule book can be walked to its end, and every decision on the way can be replayed years later."""

import hashlib
import json

import pytest

from applications.models import Case, Decision, Letter
from applications.rules import rule_book
from applications.services import decide, letters, review
from applications.states import FilingState
from eligibility.evaluation.render import determination_json
from eligibility.words import ENGINE_VERSION
from tests.applications import journey
from tests.applications.journey import NOW, TRIAL, TRIAL_USE, jst

pytestmark = pytest.mark.django_db

VERSIONS = {version.id: version for version in journey.all_versions()}
REPLAYED = [
    "relocation/headquarters@V2024",
    "relocation/headquarters@V2026",
    "relocation/software_content_data_centre@V2024",
    "relocation/manufacturing@V2026",
    "relocation/logistics@V2024",
    "relocation/research_facility@V2026",
    "relocation/back_office@V2024",
    "relocation/customer_centre@V2024",
    "relocation/wide_area_visitor@V2024",
    "relocation/gamo_north@V2017",
    "relocation/equipment_renewal@V2026",
    "relocation/displaced_tenants@V2021",
    "synchrotron/trial_use@FY2024",
    "synchrotron/sharing_2000@FY2024",
    "synchrotron/measurement_subsidy@FY2025",
    "synchrotron/rent_subsidy@FY2025",
    "scholarship/cooperating_firm@FY2026",
    "scholarship/person@FY2026",
    "fixed_asset_tax/advanced_equipment@P18",
    "fixed_asset_tax/advanced_equipment@R7",
    "fixed_asset_tax/regional_future@M2024",
    "fixed_asset_tax/head_office@K2026",
    "fixed_asset_tax/reconstruction_zone@Z2021",
    "fixed_asset_tax/listed_facilities@L2018",
]
"""One version of each scheme at least; their letters are made again as well."""


def canonical(value) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def replays(decision: Decision) -> None:
    """The stored decision is determined again by an engine that knows nothing of it, to the same bytes."""
    decision = Decision.objects.select_related("case").get(pk=decision.pk)
    version = rule_book().scheme(decision.case.scheme).version(decision.version)
    assert decision.engine == ENGINE_VERSION
    assert decision.version_hash == version.content_hash
    again = journey.replayed(decision)
    assert again.faults == []
    assert canonical(determination_json(again, rule_book().vocabulary)) == canonical(decision.determination)


def test_every_version_of_every_scheme_is_walked():
    of_the_city = {s.id for s in rule_book().schemes.values() if s.versions and not s.applied_elsewhere}
    assert {version.scheme.id for version in VERSIONS.values()} == of_the_city
    assert {name.split("@")[0] for name in REPLAYED} == of_the_city


@pytest.mark.parametrize("name", VERSIONS)
def test_every_step_of_the_procedure_can_be_walked(name, firm, member, reviewer, approver):
    version = VERSIONS[name]
    case = journey.walk(version, firm, member, reviewer, approver)
    filings = list(case.filings.all())
    assert [filing.step for filing in filings] == [step.name for step in version.procedure]
    assert {filing.state for filing in filings} == {FilingState.ISSUED}
    assert (case.version, case.version_hash) == (version.name, version.content_hash)
    repeats = any(step.repeats for step in version.procedure)
    assert case.state == ("open" if repeats else "closed")
    decisions = list(case.decisions.all())
    assert [d.kind for d in decisions] == [step.decides for step in version.procedure]
    assert {d.state for d in decisions} == {"issued"}
    for decision in decisions:
        if decision.determination is not None:
            replays(decision)


@pytest.mark.parametrize("name", REPLAYED)
def test_the_letters_on_the_way_are_made_and_made_again_with_the_same_bytes(name, firm, member, reviewer, approver):
    case = journey.walk(VERSIONS[name], firm, member, reviewer, approver)
    carried = [d for d in case.decisions.all() if d.determination is not None]
    made = list(case.letters.all())
    assert [letter.decision for letter in made] == carried
    for letter in made:
        letters.render_and_store(letter)
        record = canonical_record(letter)
        stored = Letter.objects.get(pk=letter.pk)
        again = letters.render_letter(letters.compose_letter(stored.decision, stored.content), record=record)
        assert hashlib.sha256(again).hexdigest() == stored.file.sha256


def canonical_record(letter: Letter) -> bytes:
    return json.dumps(letter.decision.determination, ensure_ascii=False, sort_keys=True).encode()


@pytest.mark.parametrize("name", REPLAYED)
def test_a_refusal_in_every_scheme_has_reasons_a_letter_and_is_replayed(name, firm, member, reviewer, approver):
    version = VERSIONS[name]
    answers, at = journey.example(version)
    step = next(s.name for s in version.procedure if s.uses_criteria)
    filing = journey.submitted(firm, member, answers=answers, scheme=version.scheme.id, at=at, step=step)
    filing = journey.reviewed(filing, reviewer, at)
    decision = journey.decided(filing, reviewer, approver, favourable=False, reason="計画の実現性を欠く。", at=at)
    assert rule_book().vocabulary.decisions[decision.kind].adverse
    assert decision.reasons
    replays(decision)
    letter = Letter.objects.get(decision=decision)
    letters.render_and_store(letter)
    assert Letter.objects.get().file is not None
    assert Case.objects.get().state == "closed"


# --- what working out a decision must not do to its record -----------------------------------------------------


def test_a_refusal_on_several_criteria_is_replayed(firm, member, reviewer):
    answers = journey.HEADQUARTERS | {"site_area": "outside", "lease_contract_on": "2026-11-02"}
    filing = journey.reviewed(journey.submitted(firm, member, answers=answers), reviewer)
    replays(decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=False, at=NOW))


def test_a_refusal_of_the_tax_relief_is_replayed(firm, member, reviewer, approver):
    """Its reasons look into definitions that the verdict itself never needed."""
    version = VERSIONS["fixed_asset_tax/advanced_equipment@R7"]
    answers, at = journey.example(version)
    answers |= {"wage_policy_rate": 0}
    filing = journey.submitted(firm, member, answers=answers, scheme=version.scheme.id, at=at)
    journey.closed(filing, reviewer, approver, at)
    relief = journey.reviewed(journey.filed(filing.case, member, "relief_application", {}, at), reviewer, at)
    decision = decide.draft_decision(by=reviewer, filing_id=relief.pk, favourable=False, at=at)
    assert [r["criterion"] for r in decision.reasons] == ["wage_policy", "wage_policy_year"]
    replays(decision)


def test_a_decision_on_a_referred_criterion_is_replayed(firm, member, reviewer):
    answers = journey.HEADQUARTERS | {"has_certified_plan": False}
    filing = journey.reviewed(journey.submitted(firm, member, answers=answers), reviewer)
    decision = decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=NOW)
    assert decision.determination["verdict"] == "refer"
    replays(decision)


def test_a_decision_on_facts_that_the_official_changed_is_replayed(firm, member, reviewer):
    at = jst("2024-05-10 10:00")
    filing = journey.submitted(firm, member, scheme=TRIAL_USE, answers=TRIAL, at=at)
    review.take_up(by=reviewer, filing_id=filing.pk, at=at)
    costs = [{"kind": "facility_fee", "cost": "1,600,000円"}]
    review.review_fact(
        by=reviewer, filing_id=filing.pk, fact="trial_costs", change=True, value=costs, reason="見積書による。", at=at
    )
    filing = journey.confirmed(filing, reviewer, at)
    decision = decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=jst("2024-07-01 10:00"))
    assert decision.amount == 1_500_000
    replays(decision)


def test_the_record_does_not_depend_on_what_the_process_has_determined_before(firm, member, reviewer):
    """The same filing assessed many times gives the same record."""
    filing = journey.reviewed(journey.submitted(firm, member), reviewer)
    records = {
        canonical(determination_json(decide.assess(filing).determination, rule_book().vocabulary)) for _ in range(3)
    }
    decision = decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=NOW)
    assert records == {canonical(decision.determination)}
