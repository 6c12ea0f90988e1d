"""Two people, or two clicks, at the same moment. PostgreSQL locks rows, SQLite lets one writer in at a time; the outcome
is the same on both."""

from collections import Counter

import pytest
from django.core import mail
from django.db import connection

from applications.errors import Conflict, DomainError, NotAllowed, StaleDraft
from applications.models import (
    Approval,
    Case,
    CorrectionRequest,
    Decision,
    Event,
    Filing,
    FilingRevision,
    KpiEntry,
    Letter,
    OutboxMail,
)
from applications.services import approve, decide, draft, issue, letters, review, revoke, start, submit
from applications.tasks import deliver_mail, make_letter
from documents.models import StoredFile
from tests.applications import failing, journey
from tests.applications.journey import HEADQUARTERS, HQ, NOW, jst, together
from tests.factories import MembershipFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("real_database")]


def kinds(results) -> Counter:
    """How often each class came out; whatever nobody foresaw is raised."""
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, DomainError | NotAllowed):
            raise result
    return Counter(type(result).__name__ for result in results)


@pytest.fixture
def no_letters(monkeypatch):
    """Letters are not made here: they would only make the tests slow."""
    monkeypatch.setattr(letters, "render_letter", failing.renderer)


def test_threads_have_connections_of_their_own(firm):
    """Otherwise nothing here would mean anything."""

    def mine():
        connection.ensure_connection()
        return connection.connection

    seen = [mine(), *together(mine, mine)]
    assert len({id(one) for one in seen}) == 3


# --- drafts ----------------------------------------------------------------------------------------------------


def test_many_clicks_on_apply_give_one_case(firm, member):
    def click():
        return start.start_case(by=member, organisation=firm, scheme=HQ, answers=HEADQUARTERS, at=NOW)

    results = together(*[click] * 6)
    assert kinds(results) == {"Filing": 6}
    assert len({filing.pk for filing in results}) == 1
    assert Case.objects.count() == Filing.objects.count() == 1
    assert Event.objects.filter(code="started").count() == 1
    assert Case.objects.get().reference == "S2026-00001"


def test_firms_that_apply_at_once_get_different_references_without_a_gap(db):
    people = [MembershipFactory() for _ in range(5)]

    def apply(person):
        return lambda: start.start_case(
            by=person.user, organisation=person.organisation, scheme=HQ, answers=HEADQUARTERS, at=NOW
        )

    results = together(*[apply(person) for person in people])
    assert kinds(results) == {"Filing": 5}
    assert sorted(Case.objects.values_list("reference", flat=True)) == [f"S2026-{n:05d}" for n in range(1, 6)]


def test_many_clicks_on_the_next_step_give_one_filing(firm, member, reviewer, approver, no_letters):
    case = journey.designated(firm, member, reviewer, approver)

    def click():
        return start.start_filing(by=member, case_id=case.pk, step="start_of_operation_notice", at=NOW)

    results = together(*[click] * 4)
    assert kinds(results) == {"Filing": 4}
    assert len({filing.pk for filing in results}) == 1


def test_of_two_screens_that_save_the_same_copy_one_is_told(draft_filing, member):
    base = draft_filing.revision

    def save(capital):
        return lambda: draft.save_answers(
            by=member, filing_id=draft_filing.pk, answers={"capital": capital}, at=NOW, revision=base
        )

    results = together(save(1), save(2))
    assert kinds(results) == {"Filing": 1, "StaleDraft": 1}
    stale = next(r for r in results if isinstance(r, StaleDraft))
    kept = Filing.objects.get().answers["capital"]
    assert stale.theirs["capital"] == kept
    assert {kept, stale.yours["capital"]} == {1, 2}


def test_saves_of_different_answers_at_once_lose_nothing(draft_filing, member):
    facts = {"capital": 7, "regular_employees": 8, "floor_area_rented": 9, "building_monthly_rent": 10}

    def save(name, value):
        return lambda: draft.save_answers(by=member, filing_id=draft_filing.pk, answers={name: value}, at=NOW)

    assert kinds(together(*[save(*pair) for pair in facts.items()])) == {"Filing": 4}
    assert facts.items() <= Filing.objects.get().answers.items()


def test_the_last_place_for_a_file_is_given_once(draft_filing, member, monkeypatch):
    monkeypatch.setattr(draft, "MOST_FILES", draft_filing.documents.count() + 1)

    def attach():
        return draft.attach_document(
            by=member, filing_id=draft_filing.pk, kind="other", upload=journey.upload(), at=NOW
        )

    assert kinds(together(*[attach] * 3)) == {"FilingDocument": 1, "DomainError": 2}
    assert draft_filing.documents.count() == StoredFile.objects.count() == draft.MOST_FILES


# --- submission ------------------------------------------------------------------------------------------------


def test_a_double_submit_is_one_submission_one_mail_each_and_a_conflict(draft_filing, firm, member):
    MembershipFactory(organisation=firm)

    def click():
        return submit.submit_filing(by=member, filing_id=draft_filing.pk, at=NOW)

    results = together(*[click] * 4)
    assert kinds(results) == {"Filing": 1, "Conflict": 3}
    assert {r.code for r in results if isinstance(r, Conflict)} == {"already_submitted"}
    assert FilingRevision.objects.count() == 1
    assert Event.objects.filter(code="submitted").count() == 1
    assert OutboxMail.objects.count() == len(mail.outbox) == 2
    assert len({message.to[0] for message in mail.outbox}) == 2


def test_a_correction_answered_twice_is_answered_once(firm, member, reviewer):
    filing = journey.reviewed(journey.submitted(firm, member), reviewer)
    journey.correction(filing, reviewer)

    def answer():
        return submit.submit_filing(by=member, filing_id=filing.pk, at=NOW, answer="直しました。")

    assert kinds(together(answer, answer)) == {"Filing": 1, "Conflict": 1}
    assert FilingRevision.objects.count() == 2
    assert OutboxMail.objects.filter(template="correction_answered").count() == 1


def test_saving_and_submitting_at_once_never_change_what_was_submitted(draft_filing, member):
    def click():
        return submit.submit_filing(by=member, filing_id=draft_filing.pk, at=NOW)

    def save():
        return draft.save_answers(by=member, filing_id=draft_filing.pk, answers={"capital": 7}, at=NOW)

    sent, saved = together(click, save)
    assert kinds([sent]) == {"Filing": 1}
    kinds([saved])
    expected = 30_000_000 if isinstance(saved, Conflict) else 7
    assert Filing.objects.get().answers["capital"] == FilingRevision.objects.get().answers["capital"] == expected


# --- review ----------------------------------------------------------------------------------------------------


def test_two_officials_take_a_filing_up_once(submitted_filing, reviewer, second_reviewer):
    def take(by):
        return lambda: review.take_up(by=by, filing_id=submitted_filing.pk, at=NOW)

    results = together(take(reviewer), take(second_reviewer))
    assert kinds(results) == {"Filing": 1, "Conflict": 1}
    winner = reviewer if isinstance(results[0], Filing) else second_reviewer
    assert Case.objects.get().assignee == winner.official
    assert Event.objects.filter(code="taken_up").get().actor == winner


def test_the_same_fact_reviewed_by_two_at_once_has_one_current_review(submitted_filing, reviewer, second_reviewer):
    review.take_up(by=reviewer, filing_id=submitted_filing.pk, at=NOW)

    def change(by, value):
        return lambda: review.review_fact(
            by=by, filing_id=submitted_filing.pk, fact="capital", change=True, value=value, reason="登記簿。", at=NOW
        )

    assert kinds(together(change(reviewer, 1), change(second_reviewer, 2))) == {"FactReview": 2}
    assert submitted_filing.fact_reviews.filter(is_current=True).count() == 1


def test_two_correction_requests_at_once_are_one(submitted_filing, reviewer, second_reviewer):
    review.take_up(by=reviewer, filing_id=submitted_filing.pk, at=NOW)

    def ask(by):
        return lambda: journey.correction(submitted_filing, by)

    assert kinds(together(ask(reviewer), ask(second_reviewer))) == {"CorrectionRequest": 1, "Conflict": 1}
    assert CorrectionRequest.objects.count() == 1
    assert OutboxMail.objects.filter(template="correction_requested").count() == 1


# --- decisions -------------------------------------------------------------------------------------------------


def test_two_drafts_of_a_decision_at_once_are_one(reviewed_filing, reviewer, second_reviewer):
    def draft_it(by, favourable):
        return lambda: decide.draft_decision(
            by=by, filing_id=reviewed_filing.pk, favourable=favourable, reason="理由。", at=NOW
        )

    results = together(draft_it(reviewer, True), draft_it(second_reviewer, False))
    assert kinds(results) == {"Decision": 1, "Conflict": 1}
    assert Decision.objects.count() == 1


def test_two_approvers_at_once_approve_once(reviewed_filing, reviewer, approver, second_approver):
    decision = decide.draft_decision(by=reviewer, filing_id=reviewed_filing.pk, favourable=True, at=NOW)
    seen = decide.content_hash(decision)

    def sign(by):
        return lambda: approve.approve_decision(by=by, decision_id=decision.pk, seen=seen, at=NOW)

    assert kinds(together(sign(approver), sign(second_approver))) == {"Decision": 1, "NotAllowed": 1}
    assert Approval.objects.count() == KpiEntry.objects.count() == 1


def test_approving_and_returning_at_once_is_one_of_the_two(reviewed_filing, reviewer, approver, second_approver):
    decision = decide.draft_decision(by=reviewer, filing_id=reviewed_filing.pk, favourable=True, at=NOW)
    seen = decide.content_hash(decision)
    results = together(
        lambda: approve.approve_decision(by=approver, decision_id=decision.pk, seen=seen, at=NOW),
        lambda: approve.return_decision(by=second_approver, decision_id=decision.pk, reason="再検討。", at=NOW),
    )
    assert kinds(results) == {"Decision": 1, "NotAllowed": 1}
    act = Approval.objects.get().act
    assert Decision.objects.get().state == {"approve": "approved", "return": "returned"}[act]
    assert KpiEntry.objects.count() == (act == "approve")


def test_a_revocation_and_a_grant_drafted_at_once_are_one_of_the_two(firm, member, reviewer, approver, no_letters):
    case = journey.designated(firm, member, reviewer, approver)
    journey.operating(case, member, reviewer)
    at = jst("2027-05-10 10:00")
    filing = journey.grant_filing(case, member, reviewer, at, journey.TAX_BASES)
    first = case.decisions.order_by("pk").first()
    results = together(
        lambda: decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=at, amount=1_500_000),
        lambda: revoke.draft_revocation(by=reviewer, decision_id=first.pk, reason="虚偽。", article="交付条件", at=at),
    )
    assert kinds(results) == {"Decision": 1, "Conflict": 1}
    assert Decision.objects.filter(state="drafted").count() == 1


def test_two_revocations_drafted_at_once_are_one(firm, member, reviewer, second_reviewer, approver, no_letters):
    decision = journey.designated(firm, member, reviewer, approver).decisions.get()

    def draft_it(by):
        return lambda: revoke.draft_revocation(
            by=by, decision_id=decision.pk, reason="虚偽。", article="交付条件", at=NOW
        )

    assert kinds(together(draft_it(reviewer), draft_it(second_reviewer))) == {"Decision": 1, "Conflict": 1}


# --- letters ---------------------------------------------------------------------------------------------------


def approved_decisions(count, reviewer, approver) -> list[Decision]:
    people = [MembershipFactory() for _ in range(count)]
    filings = [journey.reviewed(journey.submitted(p.organisation, p.user), reviewer) for p in people]
    return [journey.approved(filing, reviewer, approver) for filing in filings]


def test_letters_issued_at_once_have_numbers_without_gaps(reviewer, approver, no_letters):
    """Also the first ones of a fiscal year, when the counter is not there yet."""
    decisions = approved_decisions(5, reviewer, approver)

    def send(decision):
        return lambda: issue.issue_decision(by=reviewer, decision_id=decision.pk, at=NOW)

    assert kinds(together(*[send(decision) for decision in decisions])) == {"Letter": 5}
    assert set(Letter.objects.values_list("number", flat=True)) == {f"R8経企立第{n}号" for n in range(1, 6)}


def test_a_decision_issued_twice_at_once_has_one_letter(reviewer, second_reviewer, approver, no_letters):
    (decision,) = approved_decisions(1, reviewer, approver)

    def send(by):
        return lambda: issue.issue_decision(by=by, decision_id=decision.pk, at=NOW)

    assert kinds(together(send(reviewer), send(second_reviewer))) == {"Letter": 1, "Conflict": 1}
    assert [letter.number for letter in Letter.objects.all()] == ["R8経企立第1号"]
    assert OutboxMail.objects.filter(template="decision_issued").count() == 1


def test_a_letter_made_by_two_workers_at_once_is_made_once(reviewer, approver, monkeypatch):
    (decision,) = approved_decisions(1, reviewer, approver)
    with monkeypatch.context() as broken:
        broken.setattr(letters, "render_letter", failing.renderer)
        letter = issue.issue_decision(by=reviewer, decision_id=decision.pk, at=NOW)
    papers = StoredFile.objects.count()
    assert kinds(together(*[lambda: make_letter.call(letter.pk)] * 2)) == {"NoneType": 2}
    letter.refresh_from_db()
    assert letter.file is not None
    assert StoredFile.objects.count() == papers + 1


def test_a_mail_delivered_by_many_workers_at_once_is_sent_once(draft_filing, member, settings):
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.applications.failing.MailBackend"
    submit.submit_filing(by=member, filing_id=draft_filing.pk, at=NOW)
    settings.EMAIL_BACKEND = working
    row = OutboxMail.objects.get()
    assert kinds(together(*[lambda: deliver_mail.call(row.pk)] * 5)) == {"NoneType": 5}
    assert len(mail.outbox) == 1
    assert OutboxMail.objects.get().sent_at is not None


# --- indicators ------------------------------------------------------------------------------------------------


def live_entries() -> list[str]:
    return sorted(KpiEntry.objects.exclude(state="reversed").values_list("state", flat=True))


def test_two_cases_of_one_firm_approved_at_once_count_once(firm, member, reviewer, approver, second_approver):
    decisions = []
    for _ in range(2):
        filing = journey.reviewed(journey.submitted(firm, member), reviewer)
        decisions.append(decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=NOW))

    def sign(by, decision):
        seen = decide.content_hash(decision)
        return lambda: approve.approve_decision(by=by, decision_id=decision.pk, seen=seen, at=NOW)

    results = together(sign(approver, decisions[0]), sign(second_approver, decisions[1]))
    assert kinds(results) == {"Decision": 2}
    assert live_entries() == ["planned"]
    assert Event.objects.filter(code="kpi_already_counted").count() == 1


def test_two_starts_of_one_firm_confirmed_at_once_count_once(firm, member, reviewer, approver, no_letters):
    notices = []
    for _ in range(2):
        case = journey.designated(firm, member, reviewer, approver)
        answers = {"operation_start_date": "2026-11-01"}
        notices.append(journey.reviewed(journey.filed(case, member, "start_of_operation_notice", answers), reviewer))

    def confirm(filing):
        return lambda: issue.confirm_filing(by=reviewer, filing_id=filing.pk, at=NOW)

    assert kinds(together(*[confirm(filing) for filing in notices])) == {"Decision": 2}
    assert live_entries() == ["actual"]


def test_a_revocation_and_the_start_of_the_firms_other_case_at_once_count_once(
    firm, member, reviewer, approver, no_letters
):
    """One takes the counted entry out and looks for another case, the other wants to become that entry."""
    first, second = (journey.designated(firm, member, reviewer, approver) for _ in range(2))
    answers = {"operation_start_date": "2026-11-01"}
    notice = journey.reviewed(journey.filed(second, member, "start_of_operation_notice", answers), reviewer)
    act = revoke.draft_revocation(
        by=reviewer, decision_id=first.decisions.get().pk, reason="虚偽。", article="交付条件", at=NOW
    )
    seen = decide.content_hash(act)
    results = together(
        lambda: approve.approve_decision(by=approver, decision_id=act.pk, seen=seen, at=NOW),
        lambda: issue.confirm_filing(by=reviewer, filing_id=notice.pk, at=NOW),
    )
    assert kinds(results) == {"Decision": 2}
    assert live_entries() == ["actual"]
    assert KpiEntry.objects.get(state="actual").case == second
