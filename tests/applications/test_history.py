"""The history is written by every service and by nothing else, and nothing is ever taken out of it."""

import pytest
from django.db import transaction
from django.db.models import ProtectedError

from applications.models import Approval, Case, Event, FilingRevision, Official
from applications.services import approve, decide, draft, issue, review, revoke, start, submit
from tests.applications import journey
from tests.applications.journey import HEADQUARTERS, HQ, NOW, jst

pytestmark = pytest.mark.django_db

INTERNAL = {
    "fact_confirmed",
    "fact_changed",
    "facts_confirmed",
    "criterion_decided",
    "decision_drafted",
    "approved",
    "returned",
    "revocation_drafted",
    "kpi_planned",
    "kpi_actual",
    "kpi_reversed",
    "kpi_already_counted",
    "kpi_no_frame",
}
"""What the applicant does not see."""


def test_every_service_writes_its_event(firm, member, reviewer, approver):
    """One case from the first click to its revocation; after each service what it has added."""
    seen = 0

    def added() -> list[tuple[str, object]]:
        nonlocal seen
        events = list(Event.objects.order_by("pk"))[seen:]
        seen += len(events)
        return [(event.code, event.actor) for event in events]

    filing = start.start_case(by=member, organisation=firm, scheme=HQ, answers=HEADQUARTERS, at=NOW)
    assert added() == [("started", member)]
    extra = draft.attach_document(by=member, filing_id=filing.pk, kind="other", upload=journey.upload(), at=NOW)
    assert added() == [("document_added", member)]
    draft.remove_document(by=member, filing_id=filing.pk, document_id=extra.pk, at=NOW)
    assert added() == [("document_removed", member)]
    journey.attach_required(filing, member)
    assert {code for code, _ in added()} == {"document_added"}
    submit.submit_filing(by=member, filing_id=filing.pk, at=NOW)
    assert added() == [("submitted", member)]
    review.take_up(by=reviewer, filing_id=filing.pk, at=NOW)
    assert added() == [("taken_up", reviewer)]
    review.review_fact(by=reviewer, filing_id=filing.pk, fact="capital", at=NOW)
    assert added() == [("fact_confirmed", reviewer)]
    change = {"fact": "has_certified_plan", "change": True, "value": False, "reason": "認定前。"}
    review.review_fact(by=reviewer, filing_id=filing.pk, at=NOW, **change)
    assert added() == [("fact_changed", reviewer)]
    journey.correction(filing, reviewer)
    assert added() == [("correction_requested", reviewer)]
    journey.answered(filing, member, {"building_monthly_rent": 480_000})
    assert added() == [("correction_answered", member)]
    journey.confirmed(filing, reviewer)
    assert added() == [("facts_confirmed", reviewer), ("criterion_decided", reviewer)]
    first = decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=NOW)
    assert added() == [("decision_drafted", reviewer)]
    approve.return_decision(by=approver, decision_id=first.pk, reason="再検討。", at=NOW)
    assert added() == [("returned", approver)]
    decision = decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=NOW)
    assert added() == [("decision_drafted", reviewer)]
    approve.approve_decision(by=approver, decision_id=decision.pk, seen=decide.content_hash(decision), at=NOW)
    assert added() == [("kpi_planned", None), ("approved", approver)]
    issue.issue_decision(by=reviewer, decision_id=decision.pk, at=NOW)
    assert added() == [("issued", reviewer)]
    notice = start.start_filing(by=member, case_id=filing.case_id, step="start_of_operation_notice", at=NOW)
    assert added() == [("filing_started", member)]
    submit.withdraw_filing(by=member, filing_id=notice.pk, at=NOW)
    assert added() == [("withdrawn", member)]
    journey.operating(filing.case, member, reviewer, NOW)
    assert [code for code, _ in added()][-2:] == ["kpi_actual", "confirmed"]
    act = revoke.draft_revocation(by=reviewer, decision_id=decision.pk, reason="虚偽。", article="交付条件", at=NOW)
    assert added() == [("revocation_drafted", reviewer)]
    approve.approve_decision(by=approver, decision_id=act.pk, seen=decide.content_hash(act), at=NOW)
    assert added() == [("kpi_reversed", None), ("approved", approver)]
    issue.issue_decision(by=reviewer, decision_id=act.pk, at=NOW)
    assert added() == [("issued", reviewer)]
    for event in Event.objects.all():
        assert event.internal is (event.code in INTERNAL), event.code
        assert event.at == NOW
        assert event.case_id == filing.case_id


def test_what_officials_write_for_each_other_is_not_in_events_that_the_applicant_sees(firm, member, reviewer, approver):
    """Reasons for changed facts, notes and returned drafts stay inside."""
    filing = journey.reviewed(journey.submitted(firm, member), reviewer)
    decision = decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=NOW, note="内部メモ")
    approve.return_decision(by=approver, decision_id=decision.pk, reason="内部の指摘", at=NOW)
    shown = str(list(Event.objects.filter(internal=False).values_list("data", flat=True)))
    assert "内部" not in shown


# --- append-only -----------------------------------------------------------------------------------------------


@pytest.fixture
def written(designated_case) -> Case:
    """A case with a history, revisions and an approval."""
    return designated_case


@pytest.mark.parametrize("model", [Event, FilingRevision, Approval])
def test_a_row_is_neither_changed_nor_deleted(written, model):
    row = model.objects.first()
    before = model.objects.values().get(pk=row.pk)
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        row.save(update_fields=["id"])
    with pytest.raises(TypeError):
        row.delete()
    with pytest.raises(TypeError):
        model(**before).save()
    assert model.objects.values().get(pk=row.pk) == before


@pytest.mark.parametrize("model", [Event, FilingRevision, Approval])
def test_nor_in_bulk(written, model):
    count = model.objects.count()
    with pytest.raises(TypeError):
        model.objects.all().delete()
    with pytest.raises(TypeError):
        model.objects.filter(pk__gt=0).update(id=1)
    with pytest.raises(TypeError), transaction.atomic():
        model.objects.bulk_update(model.objects.all(), [model._meta.fields[1].name])
    assert model.objects.count() == count > 0


def test_nor_by_way_of_the_case(written):
    with pytest.raises(TypeError):
        written.events.all().delete()
    with pytest.raises(TypeError):
        written.filings.first().revisions.all().delete()
    with pytest.raises(TypeError):
        written.events.update(internal=True)


def test_a_case_with_anything_in_it_is_not_deleted(written, draft_filing):
    for row in (written, draft_filing.case, written.filings.first(), written.decisions.first(), written.organisation):
        with pytest.raises(ProtectedError):
            row.delete()


def test_the_people_in_the_history_are_not_deleted(written, member, reviewer, approver):
    for user in (member, reviewer, approver):
        with pytest.raises(ProtectedError):
            user.delete()
    assert Official.objects.count() == 2


def test_the_history_outlives_a_case_that_is_removed_by_force(firm, member):
    """Not something that the portal can do; but should somebody do it, the audit trail stays."""
    filing = start.start_case(by=member, organisation=firm, scheme=HQ, answers={}, at=NOW)
    case = filing.case
    filing.delete()
    case.delete()
    assert Case.objects.count() == 0
    assert [event.code for event in Event.objects.all()] == ["started"]


def test_a_decision_keeps_the_time_of_each_of_its_steps(firm, member, reviewer, approver):
    """決裁日, 施行日 and the drafting are three dates and never one."""
    filing = journey.reviewed(journey.submitted(firm, member), reviewer)
    days = [jst("2026-11-24 10:00"), jst("2026-11-25 10:00"), jst("2026-11-26 10:00")]
    decision = decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=days[0])
    approve.approve_decision(by=approver, decision_id=decision.pk, seen=decide.content_hash(decision), at=days[1])
    letter = issue.issue_decision(by=reviewer, decision_id=decision.pk, at=days[2])
    decision.refresh_from_db()
    assert [decision.drafted_at, decision.approved_at, decision.issued_at] == days
    assert letter.issued_on.isoformat() == "2026-11-26"
