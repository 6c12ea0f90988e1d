"""Handing a filing to the city."""

import pytest

from applications.errors import Conflict, Incomplete, NotAllowed
from applications.models import Case, Event, Filing, FilingRevision, OutboxMail
from applications.rules import engine
from applications.services import decide, draft, issue, start, submit
from tests.applications import journey
from tests.applications.journey import HEADQUARTERS, HEADQUARTERS_2024, HQ, IN_2025, NOW, TRIAL, TRIAL_USE, jst
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def send(filing, member, at=NOW) -> Filing:
    return submit.submit_filing(by=member, filing_id=filing.pk, at=at)


def test_it_works(draft_filing, member):
    filing = send(draft_filing, member)
    case = Case.objects.get()
    assert (filing.state, filing.arrived_at) == ("submitted", NOW)
    assert (case.state, case.version) == ("open", "V2026")
    assert len(case.version_hash) == 64
    revision = filing.revisions.get()
    assert (revision.number, revision.submitted_by, revision.submitted_at) == (1, member, NOW)
    assert revision.terms == submit.TERMS_VERSION
    assert revision.answers == filing.answers
    assert revision.determination["verdict"] == "eligible"
    assert revision.determination["version_hash"] == case.version_hash
    assert OutboxMail.objects.get().template == "received"


# --- completeness ----------------------------------------------------------------------------------------------


def test_everything_that_is_missing_is_listed_at_once(firm, member):
    answers = HEADQUARTERS | {"contact_phone": None, "capital": -5, "lease_contract_on": "2026-02-30"}
    del answers["site_area"], answers["building_monthly_rent"]
    filing = start.start_case(by=member, organisation=firm, scheme=HQ, answers=answers, at=NOW)
    draft.attach_document(by=member, filing_id=filing.pk, kind="accounts", upload=journey.upload(), at=NOW)
    with journey.refuses("incomplete", Incomplete) as refused:
        send(filing, member)
    found = {p.path: p.code for p in refused.value.problems}
    assert found == {
        "capital": "too_small",
        "lease_contract_on": "not_a_date",
        "contact_phone": "answer_needed",
        "site_area": "answer_needed",
        "building_monthly_rent": "answer_needed",
    }
    assert len(refused.value.problems) == len(found), "each once"
    assert sorted(refused.value.documents) == ["business_plan", "register_extract"]


def test_what_only_the_amount_needs_may_be_missing(firm, member):
    answers = {n: v for n, v in journey.HEADQUARTERS_2024.items() if n not in ("hires", "in_urbanisation_area")}
    filing = journey.submitted(firm, member, answers=answers, at=IN_2025)
    assert filing.revisions.get().determination["amount"]["kind"] == "range"


def test_a_question_that_does_not_arise_need_not_be_answered(firm, member):
    """Whoever rents has no land price."""
    assert "land_price" not in HEADQUARTERS
    assert journey.submitted(firm, member).state == "submitted"


@pytest.mark.parametrize("missing", ["head_office_place", "establishment_kind"])
def test_what_decides_whether_the_firm_counts_must_be_answered(firm, member, missing):
    answers = {n: v for n, v in HEADQUARTERS_2024.items() if n != missing}
    filing = journey.drafted(firm, member, answers=answers, at=IN_2025)
    with journey.refuses("incomplete", Incomplete) as refused:
        send(filing, member, IN_2025)
    assert missing in {p.path for p in refused.value.problems}


def test_an_application_that_fails_a_criterion_may_be_filed(firm, member):
    filing = journey.submitted(firm, member, answers=HEADQUARTERS | {"site_area": "outside"})
    assert filing.revisions.get().determination["verdict"] == "not_eligible"


def test_a_refused_submission_changes_nothing(draft_filing, member, django_capture_on_commit_callbacks):
    draft.save_answers(by=member, filing_id=draft_filing.pk, answers={"capital": -5}, at=NOW)
    before = (Filing.objects.values().get(), Case.objects.values().get(), Event.objects.count())
    with django_capture_on_commit_callbacks() as callbacks, journey.refuses("incomplete", Incomplete):
        send(draft_filing, member)
    assert (Filing.objects.values().get(), Case.objects.values().get(), Event.objects.count()) == before
    assert FilingRevision.objects.count() == OutboxMail.objects.count() == len(callbacks) == 0


def test_a_file_that_cannot_be_read_again_is_never_acknowledged(draft_filing, member):
    document = draft_filing.documents.get(kind="accounts")
    document.file.file.storage.delete(document.file.file.name)
    with journey.refuses("file_lost") as refused:
        send(draft_filing, member)
    assert document.file.name in str(refused.value.message)
    assert Filing.objects.get().state == "draft"
    assert OutboxMail.objects.count() == 0


def test_a_file_whose_bytes_have_changed_is_never_acknowledged(draft_filing, member):
    document = draft_filing.documents.get(kind="accounts")
    storage, name = document.file.file.storage, document.file.file.name
    with open(storage.path(name), "ab") as stored:
        stored.write(b" ")
    with journey.refuses("file_lost"):
        send(draft_filing, member)


def test_a_removed_file_need_not_be_readable(draft_filing, member):
    extra = draft.attach_document(by=member, filing_id=draft_filing.pk, kind="other", upload=journey.upload(), at=NOW)
    draft.remove_document(by=member, filing_id=draft_filing.pk, document_id=extra.pk, at=NOW)
    extra.file.file.storage.delete(extra.file.file.name)
    assert send(draft_filing, member).state == "submitted"


def test_nothing_is_accepted_while_the_evaluators_disagree(draft_filing, member, disagreement):
    with journey.refuses("engine"):
        send(draft_filing, member)
    assert Filing.objects.get().state == "draft"


@pytest.fixture
def disagreement(monkeypatch):
    """durable_rules answers one criterion of the 2026 version otherwise than the direct evaluator."""
    version = next(v for v in journey.all_versions() if v.id == f"{HQ}@V2026")
    stage = engine()._compiled(version).criteria
    original = stage.ask
    monkeypatch.setattr(stage, "ask", lambda env, earlier: original(env, earlier) | {"site_in_city": False})


# --- who and when ----------------------------------------------------------------------------------------------


def test_a_stranger_is_refused(draft_filing, stranger):
    with pytest.raises(NotAllowed):
        send(draft_filing, stranger)


def test_a_reviewer_is_refused(draft_filing, reviewer):
    with pytest.raises(NotAllowed):
        send(draft_filing, reviewer)


def test_submitting_twice_is_a_conflict_that_names_the_reference(submitted_filing, member):
    with journey.refuses("already_submitted", Conflict) as refused:
        send(submitted_filing, member)
    assert submitted_filing.case.reference in str(refused.value.message)
    assert FilingRevision.objects.count() == OutboxMail.objects.count() == 1


def test_everybody_who_acts_for_the_firm_is_told_once(draft_filing, firm, member):
    colleague = MembershipFactory(organisation=firm, role="member").user
    gone = MembershipFactory(organisation=firm).user
    gone.is_active = False
    gone.save()
    MembershipFactory(organisation=firm, role="partner")
    send(draft_filing, member)
    assert sorted(OutboxMail.objects.values_list("recipient", flat=True)) == sorted([member.email, colleague.email])


def test_nothing_is_submitted_in_a_revoked_case(designated_case, member, reviewer, approver):
    filing = start.start_filing(by=member, case_id=designated_case.pk, step="start_of_operation_notice", at=NOW)
    draft.save_answers(by=member, filing_id=filing.pk, answers={"operation_start_date": "2026-11-01"}, at=NOW)
    journey.attach_required(filing, member)
    journey.revoked(designated_case.decisions.get(), reviewer, approver)
    with journey.refuses("case_closed", Conflict):
        send(filing, member)


# --- the window of a call --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "version"),
    [
        ("2019-07-31 00:00:00", "FY2019"),
        ("2019-09-06 23:59:59", "FY2019"),
        ("2024-04-09 00:00:00", "FY2024"),
        ("2024-05-17 23:59:59", "FY2024"),
    ],
)
def test_the_first_and_the_last_second_of_a_call_are_open(firm, member, at, version):
    filing = journey.submitted(firm, member, scheme=TRIAL_USE, answers=TRIAL, at=jst(at))
    assert filing.case.version == version
    assert filing.revisions.get().determination["verdict"] == "eligible"


@pytest.mark.parametrize(
    "at", ["2019-07-30 23:59:59", "2019-09-07 00:00:00", "2024-04-08 23:59:59", "2024-05-18 00:00:00"]
)
def test_one_second_before_and_after_a_call_is_closed(firm, member, at):
    filing = journey.drafted(firm, member, scheme=TRIAL_USE, answers=TRIAL, at=jst(at))
    with journey.refuses("closed") as refused:
        send(filing, member, jst(at))
    assert at[:4] in str(refused.value.message)
    filing.refresh_from_db()
    assert (filing.state, filing.answers) == ("draft", TRIAL), "what was typed is still there"


def test_the_day_is_that_of_japan(firm, member):
    """17 May, 23:59:59 in Japan is 14:59:59 in Greenwich; a minute later it is 18 May in Japan and still 17 May there."""
    filing = journey.drafted(firm, member, scheme=TRIAL_USE, answers=TRIAL, at=jst("2024-05-17 10:00"))
    with journey.refuses("closed"):
        send(filing, member, jst("2024-05-18 00:00:59"))
    assert send(filing, member, jst("2024-05-17 23:59:59")).state == "submitted"


def test_a_date_typed_by_the_applicant_opens_no_call(firm, member):
    answers = TRIAL | {"application_date": "2024-05-10"}
    filing = journey.drafted(firm, member, scheme=TRIAL_USE, answers=answers, at=jst("2024-05-18 10:00"))
    with journey.refuses("closed"):
        send(filing, member, jst("2024-05-18 10:00"))


def test_a_correction_may_be_answered_after_the_call_has_closed(firm, member, reviewer):
    filing = journey.submitted(firm, member, scheme=TRIAL_USE, answers=TRIAL, at=jst("2024-05-17 23:00"))
    journey.reviewed(filing, reviewer, jst("2024-05-20 10:00"))
    journey.correction(filing, reviewer, jst("2024-05-20 10:00"), jst("2024-05-31 00:00").date(), "trial_costs")
    answers = {"trial_costs": [{"kind": "facility_fee", "cost": 800_000}]}
    filing = journey.answered(filing, member, answers, jst("2024-05-30 10:00"))
    assert filing.state == "under_review"
    assert filing.arrived_at == jst("2024-05-17 23:00")
    assert filing.revisions.last().determination["on"] == "2024-05-17"
    assert filing.revisions.last().determination["verdict"] == "eligible"


# --- the version is that of the arrival ------------------------------------------------------------------------

BOTH_YEARS = HEADQUARTERS_2024 | {
    "announced_on": "2026-06-01",
    "works_start_date": "2026-06-01",
    "prior_consultation_on": "2026-03-02",
    "lease_contract_on": "2026-06-01",
    "operation_start_date": "2026-11-01",
}


@pytest.mark.parametrize(("at", "version"), [("2026-03-31 23:59:59", "V2024"), ("2026-04-01 00:00:00", "V2026")])
def test_the_version_is_fixed_by_the_second_of_arrival(firm, member, at, version):
    filing = journey.submitted(firm, member, answers=BOTH_YEARS, at=jst(at))
    assert filing.case.version == version
    assert filing.answers["application_date"] == at[:10]


def test_processing_in_the_next_fiscal_year_changes_nothing(firm, member, reviewer, approver):
    arrived = jst("2026-03-31 23:59:59")
    filing = journey.submitted(firm, member, answers=BOTH_YEARS, at=arrived)
    later = jst("2026-05-07 10:00")
    journey.reviewed(filing, reviewer, later)
    journey.correction(filing, reviewer, later, jst("2026-05-15 00:00").date())
    journey.answered(filing, member, {"building_monthly_rent": 150_000}, jst("2026-05-12 10:00"))
    filing = journey.confirmed(filing, reviewer, later)
    decision = journey.decided(filing, reviewer, approver, at=jst("2026-05-20 10:00"))
    assert (decision.version, decision.on.isoformat()) == ("V2024", "2026-03-31")
    assert decision.determination["on"] == "2026-03-31"
    assert decision.determination["version"] == "V2024"
    assert Case.objects.get().version == "V2024"


@pytest.mark.parametrize("typed", ["2026-03-01", "2026-12-31", "2012-04-01", "2024-03-31", "nonsense", ""])
def test_the_application_date_is_set_by_the_server(firm, member, typed):
    """Also where the typed date would select another version, or none."""
    filing = journey.drafted(firm, member)
    draft.save_answers(by=member, filing_id=filing.pk, answers={"application_date": typed}, at=NOW)
    filing = send(filing, member)
    assert filing.answers["application_date"] == "2026-11-20"
    assert filing.revisions.get().answers["application_date"] == "2026-11-20"
    assert filing.case.version == "V2026"


def test_the_application_date_cannot_be_changed_in_a_correction(submitted_filing, member, reviewer):
    journey.reviewed(submitted_filing, reviewer)
    journey.correction(submitted_filing, reviewer)
    answers = {"building_monthly_rent": 480_000, "application_date": "2026-01-05"}
    filing = journey.answered(submitted_filing, member, answers, jst("2026-11-25 10:00"))
    assert filing.answers["application_date"] == "2026-11-20"


def test_the_application_date_cannot_be_changed_in_a_later_filing(firm, member, reviewer, approver):
    case = journey.operating_2024(firm, member, reviewer, approver)
    answers = journey.TAX_BASES | {"application_date": "2030-01-01"}
    filing = journey.filed(case, member, "grant_application", answers, jst("2026-06-01 10:00"))
    assert filing.answers["application_date"] == "2025-06-02"


def test_the_plan_of_an_earlier_consultation_is_no_application_date(firm, member, reviewer):
    """A consultation may plan the application for later; what is decided is when it arrives, also in its correction."""
    answers = HEADQUARTERS | {"application_date": "2026-12-24"}
    filing = journey.submitted(firm, member, answers=answers, step="prior_consultation")
    assert filing.answers["application_date"] == "2026-12-24"
    journey.reviewed(filing, reviewer)
    issue.confirm_filing(by=reviewer, filing_id=filing.pk, at=NOW)
    at = jst("2026-11-27 10:00")
    application = journey.filed(filing.case, member, "designation_application", {}, at)
    assert application.answers["application_date"] == "2026-11-27"
    journey.reviewed(application, reviewer, at)
    journey.correction(application, reviewer, at)
    corrected = journey.answered(application, member, {"building_monthly_rent": 1}, jst("2026-12-01 10:00"))
    assert corrected.answers["application_date"] == "2026-11-27"


def test_a_later_version_does_not_take_over_a_running_case(firm, member, reviewer, approver):
    case = journey.operating_2024(firm, member, reviewer, approver)
    decision = journey.granted(case, member, reviewer, approver, jst("2026-06-01 10:00"), journey.TAX_BASES)
    assert decision.version == "V2024"


# --- what arrived stays ----------------------------------------------------------------------------------------


def test_the_revision_stays_as_it_arrived(submitted_filing, member, reviewer):
    first = FilingRevision.objects.values().get()
    journey.reviewed(submitted_filing, reviewer)
    journey.correction(submitted_filing, reviewer)
    journey.answered(submitted_filing, member, {"building_monthly_rent": 480_000}, jst("2026-11-25 10:00"))
    assert FilingRevision.objects.filter(number=1).values().get() == first
    second = FilingRevision.objects.get(number=2)
    assert second.answers["building_monthly_rent"] == 480_000
    assert first["answers"]["building_monthly_rent"] == 500_000


def test_answers_are_stored_in_their_canonical_form(firm, member):
    filing = journey.submitted(firm, member, answers=HEADQUARTERS | {"capital": "３０，０００，０００円"})
    assert filing.answers["capital"] == 30_000_000


# --- withdrawing -----------------------------------------------------------------------------------------------


def withdraw(filing, member) -> Filing:
    return submit.withdraw_filing(by=member, filing_id=filing.pk, at=NOW, reason="計画を見直すため。")


def test_withdrawing_the_only_filing_closes_the_case(submitted_filing, member):
    assert withdraw(submitted_filing, member).state == "withdrawn"
    case = Case.objects.get()
    assert (case.state, case.version) == ("closed", "V2026")
    assert Event.objects.last().data["reason"] == "計画を見直すため。"


@pytest.mark.parametrize("state", ["decision_drafted", "approved", "issued", "withdrawn", "lapsed"])
def test_a_filing_on_which_a_decision_is_under_way_is_not_withdrawn(submitted_filing, member, state):
    Filing.objects.update(state=state)
    with journey.refuses("state", Conflict):
        withdraw(submitted_filing, member)


def test_a_stranger_cannot_withdraw(submitted_filing, stranger):
    with pytest.raises(NotAllowed):
        withdraw(submitted_filing, stranger)


def test_withdrawing_a_later_filing_leaves_the_case_open(designated_case, member):
    filing = journey.filed(designated_case, member, "start_of_operation_notice", {"operation_start_date": "2026-11-01"})
    withdraw(filing, member)
    designated_case.refresh_from_db()
    assert (designated_case.state, designated_case.version) == ("open", "V2026")


def test_an_application_filed_anew_after_withdrawal_is_under_the_terms_of_its_own_arrival(firm, member, reviewer):
    """Consulted and filed in March, withdrawn, filed again in April: the terms of April hold."""
    march, april = jst("2026-03-30 10:00"), jst("2026-04-01 00:00:00")
    consultation = journey.submitted(firm, member, answers=BOTH_YEARS, at=march, step="prior_consultation")
    journey.reviewed(consultation, reviewer, march)
    issue.confirm_filing(by=reviewer, filing_id=consultation.pk, at=march)
    case = consultation.case
    first = journey.filed(case, member, "designation_application", {}, march)
    assert Case.objects.get().version == "V2024"
    withdraw(first, member)
    assert (Case.objects.get().state, Case.objects.get().version) == ("open", "")
    second = journey.filed(case, member, "designation_application", {}, april)
    assert (second.number, Case.objects.get().version) == (2, "V2026")
    assert second.answers["application_date"] == "2026-04-01"
    assert decide.assess(journey.reviewed(second, reviewer, april)).version.name == "V2026"
