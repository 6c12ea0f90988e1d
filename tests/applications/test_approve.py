"""決裁: nobody approves what he drafted or examined, and only what was shown is approved."""

import pytest
from django.db import IntegrityError, transaction

from applications.errors import Conflict, NotAllowed
from applications.models import Approval, Decision, Event, Filing
from applications.permissions import may_approve
from applications.services import approve, decide, revoke
from tests.applications import journey
from tests.applications.journey import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision(reviewed_filing, reviewer) -> Decision:
    """A designation waiting for approval."""
    return decide.draft_decision(by=reviewer, filing_id=reviewed_filing.pk, favourable=True, at=NOW)


def sign(decision, by, seen=None) -> Decision:
    shown = decide.content_hash(Decision.objects.get(pk=decision.pk)) if seen is None else seen
    return approve.approve_decision(by=by, decision_id=decision.pk, seen=shown, at=NOW)


def hand_back(decision, by, reason="金額の根拠を補うこと。") -> Decision:
    return approve.return_decision(by=by, decision_id=decision.pk, reason=reason, at=NOW)


def test_it_works(decision, approver):
    approved = sign(decision, approver)
    assert (approved.state, approved.approved_at, approved.issued_at) == ("approved", NOW, None)
    approval = Approval.objects.get()
    assert (approval.act, approval.official) == ("approve", approver.official)
    assert approval.content_hash == decide.content_hash(decision)
    assert Filing.objects.get().state == "approved"
    event = Event.objects.filter(code="approved").get()
    assert (event.actor, event.internal) == (approver, True)


# --- who -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["reviewer", "auditor", "member", "stranger", "second_reviewer"])
def test_only_an_approver_approves_or_returns(request, decision, who):
    by = request.getfixturevalue(who)
    for act in (sign, hand_back):
        with pytest.raises(NotAllowed) as refused:
            act(decision, by)
        assert str(refused.value.message)
    assert Approval.objects.count() == 0
    assert Decision.objects.get().state == "drafted"


def test_the_drafter_does_not_approve_even_as_an_approver(reviewed_filing, chief):
    decision = decide.draft_decision(by=chief, filing_id=reviewed_filing.pk, favourable=True, at=NOW)
    for act in (sign, hand_back):
        with pytest.raises(NotAllowed) as refused:
            act(decision, chief)
        assert "起案した本人" in str(refused.value.message)


def test_the_drafter_of_a_revocation_does_not_approve_it(designated_case, chief):
    act = revoke.draft_revocation(
        by=chief, decision_id=designated_case.decisions.get().pk, reason="虚偽。", article="交付条件", at=NOW
    )
    with pytest.raises(NotAllowed):
        sign(act, chief)


def test_who_examined_a_fact_does_not_approve(submitted_filing, chief, reviewer):
    filing = journey.reviewed(submitted_filing, chief)
    decision = decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=NOW)
    with pytest.raises(NotAllowed) as refused:
        sign(decision, chief)
    assert "審査を担当した人" in str(refused.value.message)


def test_who_examined_a_fact_that_was_corrected_since_does_not_approve(submitted_filing, chief, member, reviewer):
    """His reviews no longer count, but he has examined the filing."""
    from applications.services import review

    review.take_up(by=reviewer, filing_id=submitted_filing.pk, at=NOW)
    review.review_fact(by=chief, filing_id=submitted_filing.pk, fact="building_monthly_rent", at=NOW)
    journey.correction(submitted_filing, reviewer)
    journey.answered(submitted_filing, member, {"building_monthly_rent": 480_000})
    filing = journey.confirmed(submitted_filing, reviewer)
    assert not filing.fact_reviews.filter(official=chief.official, is_current=True).exists()
    decision = decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=NOW)
    with pytest.raises(NotAllowed):
        sign(decision, chief)


def test_who_decided_a_criterion_does_not_approve(firm, member, reviewer, chief):
    from applications.services import review

    answers = journey.HEADQUARTERS | {"has_certified_plan": False}
    filing = journey.submitted(firm, member, answers=answers)
    review.take_up(by=reviewer, filing_id=filing.pk, at=NOW)
    review.review_criterion(
        by=chief, filing_id=filing.pk, criterion="former_plan", accepted=True, reason="支障がない。", at=NOW
    )
    filing = journey.confirmed(filing, reviewer)
    decision = decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=NOW)
    with pytest.raises(NotAllowed):
        sign(decision, chief)


def test_who_asked_for_a_correction_does_not_approve(submitted_filing, chief, member, reviewer):
    journey.reviewed(submitted_filing, reviewer)
    journey.correction(submitted_filing, chief)
    journey.answered(submitted_filing, member, {"building_monthly_rent": 480_000})
    filing = journey.confirmed(submitted_filing, reviewer)
    decision = decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=NOW)
    with pytest.raises(NotAllowed):
        sign(decision, chief)


def test_who_drafted_a_decision_that_was_returned_does_not_approve_the_next(reviewed_filing, chief, approver, reviewer):
    first = decide.draft_decision(by=chief, filing_id=reviewed_filing.pk, favourable=True, at=NOW)
    hand_back(first, approver)
    second = decide.draft_decision(by=reviewer, filing_id=reviewed_filing.pk, favourable=True, at=NOW)
    with pytest.raises(NotAllowed):
        sign(second, chief)
    assert sign(second, approver).state == "approved"


def test_a_member_of_the_firm_does_not_approve(decision, insider):
    with pytest.raises(NotAllowed) as refused:
        sign(decision, insider)
    assert "自分が関係する" in str(refused.value.message)


def test_an_approver_whose_account_was_switched_off_does_not_approve(decision, approver):
    approver.is_active = False
    approver.save()
    with pytest.raises(NotAllowed):
        sign(decision, approver)


def test_the_examiner_of_another_filing_of_the_case_may_approve(designated_case, member, chief, reviewer):
    """He has not seen this one; that the same officials work on a case for years is how a small section works."""
    journey.operating(designated_case, member, chief)
    at = journey.jst("2027-05-10 10:00")
    filing = journey.grant_filing(designated_case, member, reviewer, at, journey.TAX_BASES)
    decision = decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=at, amount=1_500_000)
    assert sign(decision, chief).state == "approved"


# --- once, and what was shown ----------------------------------------------------------------------------------


def test_a_second_approval_is_refused(decision, approver, second_approver):
    sign(decision, approver)
    for by in (approver, second_approver):
        assert not may_approve(by, Decision.objects.get())
        with pytest.raises(NotAllowed):
            sign(decision, by)
    assert Approval.objects.count() == 1


def test_an_approved_decision_is_not_returned(decision, approver, second_approver):
    sign(decision, approver)
    with pytest.raises(NotAllowed):
        hand_back(decision, second_approver)


@pytest.mark.parametrize("seen", ["", "0" * 64])
def test_something_else_than_what_was_shown_is_not_approved(decision, approver, seen):
    with journey.refuses("content_changed", Conflict):
        sign(decision, approver, seen)
    assert Decision.objects.get().state == "drafted"
    assert Approval.objects.count() == 0


def test_content_that_changed_after_it_was_shown_is_not_approved(decision, approver):
    shown = decide.content_hash(decision)
    Decision.objects.update(conditions=["雇用を10人維持すること。"])
    with journey.refuses("content_changed", Conflict):
        sign(decision, approver, shown)
    assert sign(decision, approver).state == "approved"


# --- returning -------------------------------------------------------------------------------------------------


def test_returning_sends_the_filing_back_to_review(decision, approver):
    assert hand_back(decision, approver, " 金額の根拠を補うこと。 ").state == "returned"
    assert Filing.objects.get().state == "under_review"
    approval = Approval.objects.get()
    assert (approval.act, approval.reason) == ("return", "金額の根拠を補うこと。")
    assert Event.objects.last().data["reason"] == "金額の根拠を補うこと。"


def test_returning_needs_a_reason(decision, approver):
    with journey.refuses("reason_needed") as refused:
        hand_back(decision, approver, "  ")
    assert refused.value.field == "reason"
    assert Decision.objects.get().state == "drafted"


def test_a_returned_draft_is_followed_by_a_new_one_and_stays_as_it_was(decision, approver, reviewer):
    hand_back(decision, approver)
    before = Decision.objects.values().get(pk=decision.pk)
    second = decide.draft_decision(
        by=reviewer, filing_id=decision.filing_id, favourable=True, at=NOW, conditions=["雇用を維持すること。"]
    )
    assert second.pk != decision.pk
    assert Decision.objects.values().get(pk=decision.pk) == before
    assert sign(second, approver).state == "approved"
    assert [d.state for d in Decision.objects.all()] == ["returned", "approved"]


def test_a_returned_decision_is_not_approved_any_more(decision, approver):
    hand_back(decision, approver)
    with pytest.raises(NotAllowed):
        sign(decision, approver)


def test_a_returned_revocation_can_be_drafted_again(designated_case, reviewer, approver):
    wanted = {"decision_id": designated_case.decisions.get().pk, "reason": "虚偽。", "article": "交付条件", "at": NOW}
    first = revoke.draft_revocation(by=reviewer, **wanted)
    with journey.refuses("already_drafted", Conflict):
        revoke.draft_revocation(by=reviewer, **wanted)
    hand_back(first, approver)
    assert revoke.draft_revocation(by=reviewer, **wanted).pk != first.pk


def test_a_second_live_decision_on_a_filing_is_impossible_in_the_database(decision, reviewer):
    row = {"case": decision.case, "filing": decision.filing, "kind": "designation", "on": decision.on, "engine": "1"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(drafted_by=reviewer.official, drafted_at=NOW, **row)
