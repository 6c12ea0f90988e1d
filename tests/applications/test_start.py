"""Starting a case, and its next filing."""

import re
from datetime import timedelta

import pytest

from applications.errors import Conflict, DomainError, NotAllowed
from applications.models import Case, Event, Filing
from applications.procedure import fileable_steps, is_finished, path
from applications.services import decide, draft, issue, start, submit
from tests.applications import journey
from tests.applications.journey import HEADQUARTERS, HEADQUARTERS_2024, HQ, IN_2025, NOW, jst

pytestmark = pytest.mark.django_db


def begin(firm, member, **more):
    arguments = {"scheme": HQ, "answers": HEADQUARTERS, "at": NOW} | more
    return start.start_case(by=member, organisation=firm, **arguments)


def test_it_works(firm, member):
    filing = begin(firm, member)
    assert filing.state == "draft"
    assert filing.answers == HEADQUARTERS
    assert filing.arrived_at is None
    case = filing.case
    assert (case.organisation, case.scheme, case.state, case.version) == (firm, HQ, "draft", "")
    assert case.title == HEADQUARTERS["project_title"]
    assert case.created_by == member
    assert re.fullmatch(r"S2026-\d{5}", case.reference)
    assert Event.objects.get().code == "started"


# --- the draft is there once -----------------------------------------------------------------------------------


def test_a_second_call_gives_the_draft_that_is_there(firm, member):
    first = begin(firm, member)
    second = begin(firm, member, answers={"capital": 5})
    assert second == first
    assert second.answers == HEADQUARTERS, "what was typed before is not overwritten"
    assert Case.objects.count() == Filing.objects.count() == 1


def test_another_scheme_has_a_draft_of_its_own(firm, member):
    begin(firm, member)
    begin(firm, member, scheme="scholarship/cooperating_firm", answers={})
    assert Case.objects.filter(state="draft").count() == 2


def test_a_new_draft_may_be_started_once_the_first_is_submitted(firm, member):
    journey.submitted(firm, member)
    begin(firm, member)
    assert sorted(Case.objects.values_list("state", flat=True)) == ["draft", "open"]


def test_a_new_draft_may_be_started_once_the_first_is_withdrawn(firm, member):
    first = begin(firm, member)
    submit.withdraw_filing(by=member, filing_id=first.pk, at=NOW)
    second = begin(firm, member)
    assert second.case_id != first.case_id


# --- refusals --------------------------------------------------------------------------------------------------


def test_an_unknown_scheme_is_refused(firm, member):
    with journey.refuses("unknown_scheme"):
        begin(firm, member, scheme="relocation/hotels")


def test_a_day_without_terms_is_refused(firm, member):
    with journey.refuses("no_terms"):
        begin(firm, member, answers={}, at=jst("2024-03-31 23:59:59"))
    assert Case.objects.count() == 0
    begin(firm, member, answers={}, at=jst("2024-04-01 00:00:00"))


def test_a_scheme_that_has_ended_is_refused(firm, member):
    with journey.refuses("no_terms"):
        begin(firm, member, scheme=journey.TRIAL_USE, answers={}, at=jst("2025-04-01 00:00:00"))


def test_a_stranger_is_refused(firm, stranger):
    with pytest.raises(NotAllowed) as refused:
        begin(firm, stranger)
    assert str(refused.value.message)
    assert Case.objects.count() == 0


def test_an_official_who_is_no_member_is_refused(firm, reviewer):
    with pytest.raises(NotAllowed):
        begin(firm, reviewer)


def test_a_member_whose_account_was_switched_off_is_refused(firm, member):
    member.is_active = False
    member.save()
    with pytest.raises(NotAllowed):
        begin(firm, member)


def test_an_unknown_step_is_refused(firm, member):
    with journey.refuses("unknown_step"):
        begin(firm, member, step="party")


def test_an_unknown_fact_is_refused_because_nobody_could_remove_it_again(firm, member):
    with journey.refuses("unknown_fact") as refused:
        begin(firm, member, answers=HEADQUARTERS | {"favourite_colour": "blue"})
    assert "favourite_colour" in str(refused.value.message)
    assert Case.objects.count() == 0


def test_empty_answers_are_not_kept(firm, member):
    assert begin(firm, member, answers={"capital": None, "sme_line": "retail"}).answers == {"sme_line": "retail"}


# --- the first step --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("consulted", "first"),
    [
        (None, "prior_consultation"),
        ("2026-11-19", "designation_application"),
        ("2026-11-20", "designation_application"),
        ("2026-11-21", "prior_consultation"),
        ("", "prior_consultation"),
        ("1.11.", "prior_consultation"),
        (0, "prior_consultation"),
    ],
)
def test_the_consultation_is_skipped_when_it_lies_in_the_past(firm, member, consulted, first):
    answers = {name: value for name, value in HEADQUARTERS.items() if name != "prior_consultation_on"}
    filing = begin(firm, member, answers=answers | {"prior_consultation_on": consulted})
    assert filing.step == first


def test_a_scheme_without_an_optional_step_begins_with_its_first(firm, member):
    filing = begin(firm, member, scheme=journey.TRIAL_USE, answers={}, at=jst("2024-04-10 10:00"))
    assert filing.step == "application"


# --- references ------------------------------------------------------------------------------------------------


def test_references_count_up_within_a_fiscal_year_and_are_never_reused(firm, member, other_firm):
    first = begin(firm, member).case.reference
    submit.withdraw_filing(by=member, filing_id=Filing.objects.get().pk, at=NOW)
    second = begin(firm, member).case.reference
    third = start.start_case(
        by=other_firm.memberships.get().user, organisation=other_firm, scheme=HQ, answers={}, at=NOW
    ).case.reference
    assert [first, second, third] == ["S2026-00001", "S2026-00002", "S2026-00003"]


def test_a_failed_start_leaves_no_gap(firm, member):
    with journey.refuses("unknown_step"):
        begin(firm, member, step="party")
    assert begin(firm, member).case.reference == "S2026-00001"


def test_references_begin_again_on_the_first_of_april_in_japan(firm, member, other_firm):
    begin(firm, member, answers={}, at=jst("2026-03-31 23:59:59"))
    other = other_firm.memberships.get().user
    later = start.start_case(by=other, organisation=other_firm, scheme=HQ, answers={}, at=jst("2026-04-01 00:00:00"))
    assert list(Case.objects.order_by("pk").values_list("reference", flat=True)) == ["S2025-00001", "S2026-00001"]
    assert later.case.reference == "S2026-00001"


# --- the next filing -------------------------------------------------------------------------------------------


def names(case: Case, at=NOW) -> list[str]:
    return [step.name for step in fileable_steps(case, at.date())]


def states(case: Case) -> dict[str, str]:
    return {s.step.name: s.state for s in path(case)}


def test_the_next_filing_carries_what_was_confirmed(designated_case, member):
    filing = start.start_filing(by=member, case_id=designated_case.pk, step="start_of_operation_notice", at=NOW)
    assert filing.answers == designated_case.facts
    assert filing.answers["capital"] == 30_000_000
    assert (filing.number, filing.state, filing.fiscal_year) == (1, "draft", None)


def test_starting_the_same_filing_twice_gives_one(designated_case, member):
    first = start.start_filing(by=member, case_id=designated_case.pk, step="start_of_operation_notice", at=NOW)
    second = start.start_filing(by=member, case_id=designated_case.pk, step="start_of_operation_notice", at=NOW)
    assert first == second


def test_another_filing_is_refused_while_one_is_a_draft(firm, member):
    begin(firm, member)
    with journey.refuses("other_draft", Conflict):
        start.start_filing(by=member, case_id=Case.objects.get().pk, step="prior_consultation", at=NOW)


def test_a_later_step_is_refused(designated_case, member):
    with journey.refuses("not_now", Conflict):
        start.start_filing(by=member, case_id=designated_case.pk, step="grant_application", at=NOW)


def test_nothing_is_filed_while_a_filing_is_with_the_city(submitted_filing, member):
    with journey.refuses("not_now", Conflict):
        start.start_filing(by=member, case_id=submitted_filing.case_id, step="start_of_operation_notice", at=NOW)


def test_nothing_is_filed_in_a_refused_case(reviewed_filing, member, reviewer, approver):
    journey.decided(reviewed_filing, reviewer, approver, favourable=False, reason="計画の具体性を欠く。")
    case = Case.objects.get()
    assert case.state == "closed"
    assert states(case)["designation_application"] == "refused"
    assert names(case) == []
    with journey.refuses("not_now", Conflict):
        start.start_filing(by=member, case_id=case.pk, step="start_of_operation_notice", at=NOW)


def test_nothing_is_filed_in_a_revoked_case(designated_case, member, reviewer, approver):
    journey.revoked(designated_case.decisions.get(), reviewer, approver)
    designated_case.refresh_from_db()
    assert names(designated_case) == []


def test_a_stranger_cannot_start_the_next_filing(designated_case, stranger):
    with pytest.raises(NotAllowed):
        start.start_filing(by=stranger, case_id=designated_case.pk, step="start_of_operation_notice", at=NOW)


def test_an_optional_step_that_was_passed_cannot_be_filed_any_more(designated_case, member):
    assert states(designated_case) == {
        "prior_consultation": "skipped",
        "designation_application": "done",
        "start_of_operation_notice": "next",
        "grant_application": "later",
    }
    assert names(designated_case) == ["start_of_operation_notice"]
    with journey.refuses("not_now", Conflict):
        start.start_filing(by=member, case_id=designated_case.pk, step="prior_consultation", at=NOW)


def test_an_optional_step_and_the_one_after_it_are_both_open_at_first(firm, member, reviewer, approver):
    filing = journey.drafted(firm, member, step="prior_consultation")
    assert states(filing.case)["prior_consultation"] == "current"
    submit.submit_filing(by=member, filing_id=filing.pk, at=NOW)
    journey.reviewed(filing, reviewer)
    issue.confirm_filing(by=reviewer, filing_id=filing.pk, at=NOW)
    case = Case.objects.get()
    assert states(case)["prior_consultation"] == "done"
    assert names(case) == ["designation_application"]


def test_a_case_closes_with_its_last_step(designated_case, member, reviewer, approver):
    journey.operating(designated_case, member, reviewer)
    designated_case.refresh_from_db()
    assert (designated_case.state, is_finished(designated_case)) == ("open", False)
    at = jst("2027-05-10 10:00")
    journey.granted(designated_case, member, reviewer, approver, at, journey.TAX_BASES, amount=1_500_000)
    designated_case.refresh_from_db()
    assert (designated_case.state, is_finished(designated_case)) == ("closed", True)


# --- yearly steps ----------------------------------------------------------------------------------------------


def test_a_yearly_step_is_filed_once_in_a_fiscal_year(firm, member, reviewer, approver):
    case = journey.operating_2024(firm, member, reviewer, approver)
    first = journey.granted(case, member, reviewer, approver, jst("2026-06-01 10:00"), journey.TAX_BASES)
    assert first.filing.fiscal_year == 2026
    case.refresh_from_db()
    assert case.state == "open"
    with journey.refuses("not_now", Conflict):
        start.start_filing(by=member, case_id=case.pk, step="grant_application", at=jst("2027-03-31 23:59:59"))
    again = start.start_filing(by=member, case_id=case.pk, step="grant_application", at=jst("2027-04-01 00:00:00"))
    assert (again.number, again.fiscal_year) == (2, 2027)


def test_a_withdrawn_yearly_filing_can_be_filed_again_in_the_same_year(firm, member, reviewer, approver):
    case = journey.operating_2024(firm, member, reviewer, approver)
    at = jst("2026-06-01 10:00")
    filing = start.start_filing(by=member, case_id=case.pk, step="grant_application", at=at)
    submit.withdraw_filing(by=member, filing_id=filing.pk, at=at)
    again = start.start_filing(by=member, case_id=case.pk, step="grant_application", at=at)
    assert (again.number, again.fiscal_year) == (2, 2026)


def test_a_yearly_step_keeps_the_case_open_in_the_year_in_which_it_is_done(firm, member, reviewer, approver):
    person = rules_version("scholarship/person", "FY2026")
    case = journey.walk(person, firm, member, reviewer, approver)
    assert case.state == "open"
    claim = case.filings.get(step="yearly_claim")
    assert names(case, claim.arrived_at) == []
    assert names(case, claim.arrived_at + timedelta(days=365)) == ["yearly_claim"]


def rules_version(scheme: str, name: str):
    return next(v for v in journey.all_versions() if v.id == f"{scheme}@{name}")


# --- deadlines -------------------------------------------------------------------------------------------------


def test_the_next_filing_knows_its_deadline(firm, member, reviewer):
    """The rules of 2024 give one for the designation: 30 days before the works begin (1 August 2025)."""
    filing = journey.drafted(firm, member, answers=HEADQUARTERS_2024, at=IN_2025, step="prior_consultation")
    submit.submit_filing(by=member, filing_id=filing.pk, at=IN_2025)
    journey.reviewed(filing, reviewer, IN_2025)
    issue.confirm_filing(by=reviewer, filing_id=filing.pk, at=IN_2025)
    application = start.start_filing(
        by=member, case_id=filing.case_id, step="designation_application", at=jst("2025-06-10 10:00")
    )
    assert application.due_on.isoformat() == "2025-07-02"


def test_the_clock_that_is_passed_in_counts_and_not_that_of_the_machine(firm, member, reviewer):
    """The software scheme has no terms after March 2026, whenever this test runs."""
    version = rules_version("relocation/software_content_data_centre", "V2024")
    answers, at = journey.example(version)
    answers.pop("application_date")
    filing = journey.drafted(firm, member, answers=answers, scheme=version.scheme.id, at=at, step="prior_consultation")
    submit.submit_filing(by=member, filing_id=filing.pk, at=at)
    draft_of_next = journey.reviewed(filing, reviewer, at)
    issue.confirm_filing(by=reviewer, filing_id=draft_of_next.pk, at=at)
    application = start.start_filing(by=member, case_id=filing.case_id, step="designation_application", at=at)
    assert application.state == "draft"
    journey.attach_required(application, member, at)
    submit.submit_filing(by=member, filing_id=application.pk, at=at)
    assert decide.assess(journey.reviewed(application, reviewer, at)).version is version


def test_saving_in_the_next_draft_does_not_touch_what_was_confirmed(designated_case, member):
    filing = start.start_filing(by=member, case_id=designated_case.pk, step="start_of_operation_notice", at=NOW)
    draft.save_answers(by=member, filing_id=filing.pk, answers={"capital": 1}, at=NOW)
    designated_case.refresh_from_db()
    assert designated_case.facts["capital"] == 30_000_000


def test_schemes_of_other_bodies_cannot_be_started(firm, member):
    with pytest.raises(DomainError) as refused:
        begin(firm, member, scheme="synchrotron/prefecture_award", answers={})
    assert refused.value.code == "applied_elsewhere"
    assert Case.objects.count() == 0
