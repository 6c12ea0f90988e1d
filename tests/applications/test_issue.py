"""施行: numbers without gaps, letters that are made once and never change, notices that are confirmed."""

import hashlib

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from applications.errors import Conflict, NotAllowed
from applications.models import Case, Decision, Event, Filing, KpiEntry, Letter
from applications.services import approve, decide, issue, letters, revoke
from applications.tasks import make_letter
from documents.models import StoredFile, StoredFileIsImmutable
from documents.uploads import content_matches, store_document
from tests.applications import failing, journey
from tests.applications.journey import NOW, TRIAL, TRIAL_USE, jst

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(reviewed_filing, reviewer, approver) -> Decision:
    """An approved designation."""
    return journey.approved(reviewed_filing, reviewer, approver)


def send(decision, by, at=NOW) -> Letter:
    return issue.issue_decision(by=by, decision_id=decision.pk, at=at)


def test_it_works(approved, reviewer):
    letter = send(approved, reviewer)
    assert (letter.number, letter.kind, letter.issued_on.isoformat()) == ("R8経企立第1号", "designation", "2026-11-20")
    assert letter.content["number"] == letter.number
    decision = Decision.objects.get()
    assert (decision.state, decision.issued_at) == ("issued", NOW)
    assert Filing.objects.get().state == "issued"
    case = Case.objects.get()
    assert (case.state, case.facts) == ("open", decision.facts)
    event = Event.objects.filter(code="issued").get()
    assert (event.internal, event.data["number"]) == (False, letter.number)


# --- who and when ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["approver", "auditor", "member", "stranger", "insider"])
def test_only_a_reviewer_who_does_not_act_for_the_firm_issues(request, approved, who):
    with pytest.raises(NotAllowed):
        send(approved, request.getfixturevalue(who))
    assert Letter.objects.count() == 0


def test_a_draft_is_not_issued(reviewed_filing, reviewer):
    decision = decide.draft_decision(by=reviewer, filing_id=reviewed_filing.pk, favourable=True, at=NOW)
    with journey.refuses("not_approved", Conflict):
        send(decision, reviewer)


def test_nothing_is_issued_twice(approved, reviewer):
    send(approved, reviewer)
    with journey.refuses("not_approved", Conflict):
        send(approved, reviewer)
    assert Letter.objects.count() == 1


def test_what_changed_after_the_approval_is_not_issued(approved, reviewer):
    Decision.objects.update(conditions=["別の条件"])
    with journey.refuses("content_changed", Conflict):
        send(approved, reviewer)
    assert Letter.objects.count() == 0
    assert Decision.objects.get().state == "approved"


# --- numbers ---------------------------------------------------------------------------------------------------


def issued_trial(firm, member, reviewer, approver, at) -> Letter:
    """A trial use selected and issued at that moment."""
    arrived = jst("2024-05-10 10:00")
    filing = journey.reviewed(
        journey.submitted(firm, member, scheme=TRIAL_USE, answers=TRIAL, at=arrived), reviewer, arrived
    )
    return Letter.objects.get(decision=journey.decided(filing, reviewer, approver, at=at))


def test_numbers_are_without_gaps_for_each_section(firm, member, reviewer, approver):
    headquarters = []
    for _ in range(3):
        case = journey.designated(firm, member, reviewer, approver)
        headquarters.append(case.letters.get().number)
        Case.objects.filter(pk=case.pk).update(state="closed")
    trial = issued_trial(firm, member, reviewer, approver, NOW)
    assert headquarters == ["R8経企立第1号", "R8経企立第2号", "R8経企立第3号"]
    assert trial.number == "R8経産集第1号"


def test_a_failed_issue_takes_no_number(firm, member, reviewer, approver, monkeypatch):
    filing = journey.reviewed(journey.submitted(firm, member), reviewer)
    decision = journey.approved(filing, reviewer, approver)
    with monkeypatch.context() as broken:
        broken.setattr(issue, "letter_content", failing.renderer)
        with pytest.raises(RuntimeError), transaction.atomic():
            send(decision, reviewer)
    assert Decision.objects.get().state == "approved"
    assert send(decision, reviewer).number == "R8経企立第1号"


def test_numbers_begin_again_on_the_first_of_april_in_japan(firm, member, reviewer, approver):
    numbers = []
    for at in ("2027-03-31 23:59:59", "2027-04-01 00:00:00", "2027-04-01 00:00:01"):
        filing = journey.reviewed(journey.submitted(firm, member), reviewer)
        decision = journey.approved(filing, reviewer, approver)
        letter = send(decision, reviewer, jst(at))
        numbers.append((letter.number, letter.issued_on.isoformat()))
        Case.objects.filter(pk=filing.case_id).update(state="closed")
    assert numbers == [
        ("R8経企立第1号", "2027-03-31"),
        ("R9経企立第1号", "2027-04-01"),
        ("R9経企立第2号", "2027-04-01"),
    ]


# --- letters ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_letter_is_made_after_commit_and_names_its_decision(firm, member, reviewer, approver):
    decision = journey.approved(journey.reviewed(journey.submitted(firm, member), reviewer), reviewer, approver)
    with transaction.atomic():
        letter = send(decision, reviewer)
        letter.refresh_from_db()
        assert letter.file is None
    letter.refresh_from_db()
    assert letter.file is not None, letter.last_error
    with letter.file.file.open() as file:
        text = "".join(page.extract_text() for page in PdfReader(file).pages).replace(" ", "")
    assert letter.number in text
    assert firm.name in text


@pytest.mark.django_db(transaction=True)
def test_a_failing_renderer_leaves_the_decision_standing_and_the_letter_is_made_later(
    firm, member, reviewer, approver, monkeypatch
):
    decision = journey.approved(journey.reviewed(journey.submitted(firm, member), reviewer), reviewer, approver)
    with monkeypatch.context() as broken:
        broken.setattr(letters, "render_letter", failing.renderer)
        send(decision, reviewer)
        letter = Letter.objects.get()
        assert (letter.failures, letter.last_error, letter.file) == (1, "RuntimeError: no fonts", None)
        assert (Decision.objects.get().state, Case.objects.get().state) == ("issued", "open")
        make_letter.enqueue(letter.pk)
        assert Letter.objects.get().failures == 2
    papers = StoredFile.objects.count()
    make_letter.enqueue(letter.pk)
    made = Letter.objects.get()
    assert made.file is not None
    make_letter.enqueue(letter.pk)
    assert Letter.objects.get().file_id == made.file_id
    assert StoredFile.objects.count() == papers + 1
    assert Letter.objects.count() == 1


@pytest.fixture
def letter(designated_case) -> Letter:
    """A letter with its PDF."""
    letter = designated_case.letters.get()
    letters.render_and_store(letter)
    return Letter.objects.get()


def test_the_bytes_of_a_letter_are_those_of_its_hash(letter):
    with letter.file.file.open() as file:
        assert hashlib.sha256(file.read()).hexdigest() == letter.file.sha256
    assert content_matches(letter.file)


def test_the_same_letter_made_again_has_the_same_bytes(letter):
    again = letters.compose_letter(letter.decision, letter.content)
    with letter.file.file.open() as file:
        assert letters.render_letter(again, record=record_of(letter)) == file.read()


def record_of(letter: Letter) -> bytes:
    import json

    return json.dumps(letter.decision.determination, ensure_ascii=False, sort_keys=True).encode()


def test_the_file_of_a_letter_is_set_once(letter):
    with pytest.raises(TypeError, match="does not change"):
        letters.render_and_store(letter)
    letter.refresh_from_db()
    letter.file = None
    with pytest.raises(TypeError):
        letter.save()
    letter.file = store_document(b"%PDF-1.4 forged", name="forged.pdf")
    with pytest.raises(TypeError):
        letter.save(update_fields=["file"])


@pytest.mark.parametrize(
    ("field", "value"),
    [("number", "R8経企立第99号"), ("kind", "grant"), ("issued_on", NOW.date().replace(day=1)), ("content", {})],
)
def test_what_a_letter_says_is_fixed_with_its_number(letter, field, value):
    setattr(letter, field, value)
    with pytest.raises(TypeError):
        letter.save()


def test_a_letter_is_not_deleted(letter):
    with pytest.raises(TypeError):
        letter.delete()


def test_the_first_opening_is_noted_on_a_letter(letter):
    letter.first_opened_at = NOW
    letter.save(update_fields=["first_opened_at"])
    assert Letter.objects.get().first_opened_at == NOW


def test_a_stored_file_is_immutable(letter):
    letter.file.name = "other.pdf"
    with pytest.raises(StoredFileIsImmutable):
        letter.file.save()
    with pytest.raises(StoredFileIsImmutable):
        StoredFile.objects.filter(pk=letter.file_id).update(name="other.pdf")


def test_a_number_is_given_once_in_the_database(letter, other_firm):
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.create(
            case=letter.case, kind="grant", number=letter.number, issued_on=letter.issued_on, content={}
        )


# --- notices ---------------------------------------------------------------------------------------------------


@pytest.fixture
def notice(designated_case, member, reviewer) -> Filing:
    """A start-of-operation notice, reviewed."""
    filing = journey.filed(designated_case, member, "start_of_operation_notice", {"operation_start_date": "2026-11-01"})
    return journey.reviewed(filing, reviewer)


def confirm(filing, by, at=NOW) -> Decision:
    return issue.confirm_filing(by=by, filing_id=filing.pk, at=at, note="現地で確認した。")


def test_a_notice_is_confirmed_without_a_letter(notice, reviewer):
    decision = confirm(notice, reviewer)
    assert (decision.kind, decision.state, decision.note) == ("confirmation", "issued", "現地で確認した。")
    assert Filing.objects.get(pk=notice.pk).state == "issued"
    assert Letter.objects.filter(decision=decision).count() == 0
    case = Case.objects.get()
    assert (case.state, case.facts["operation_start_date"]) == ("open", "2026-11-01")


@pytest.mark.parametrize("who", ["approver", "auditor", "member", "stranger", "insider"])
def test_only_a_reviewer_who_does_not_act_for_the_firm_confirms(request, notice, who):
    with pytest.raises(NotAllowed):
        confirm(notice, request.getfixturevalue(who))


def test_what_needs_an_approval_is_not_just_confirmed(reviewed_filing, reviewer):
    with journey.refuses("needs_approval"):
        confirm(reviewed_filing, reviewer)
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("state", ["draft", "submitted", "correction_requested", "issued"])
def test_only_what_is_under_review_is_confirmed(notice, reviewer, state):
    Filing.objects.filter(pk=notice.pk).update(state=state)
    with journey.refuses("not_under_review", Conflict):
        confirm(notice, reviewer)


def test_a_start_that_has_not_come_yet_is_not_confirmed(designated_case, member, reviewer):
    answers = {"operation_start_date": "2026-11-25"}
    filing = journey.reviewed(journey.filed(designated_case, member, "start_of_operation_notice", answers), reviewer)
    with journey.refuses("not_yet") as refused:
        confirm(filing, reviewer, jst("2026-11-24 23:59:59"))
    assert "2026-11-25" in str(refused.value.message)
    assert confirm(filing, reviewer, jst("2026-11-25 00:00:00")).state == "issued"


def test_a_notice_changes_none_of_the_facts_that_were_confirmed_before(designated_case, member, reviewer):
    answers = {
        "operation_start_date": "2026-11-01",
        "capital": 1,
        "head_office_place": "sendai",
        "contact_person": None,
    }
    filing = journey.reviewed(journey.filed(designated_case, member, "start_of_operation_notice", answers), reviewer)
    decision = confirm(filing, reviewer)
    case = Case.objects.get()
    assert case.facts == designated_case.facts | {"operation_start_date": "2026-11-01"}
    assert decision.facts == case.facts


def test_what_the_official_changed_while_looking_at_a_notice_is_taken_over(notice, reviewer):
    from applications.services import review

    review.review_fact(
        by=reviewer, filing_id=notice.pk, fact="site_address", change=True, value="仙台市青葉区中央一丁目1番1号",
        reason="現地確認による。", at=NOW,
    )  # fmt: skip
    confirm(notice, reviewer)
    assert Case.objects.get().facts["site_address"] == "仙台市青葉区中央一丁目1番1号"


def test_a_notice_is_not_confirmed_while_the_case_is_being_revoked_nor_after_it(notice, reviewer, approver):
    """Its confirmation would count the firm again."""
    decision = notice.case.decisions.get()
    act = revoke.draft_revocation(by=reviewer, decision_id=decision.pk, reason="虚偽。", article="交付条件", at=NOW)
    with journey.refuses("revocation_pending", Conflict):
        confirm(notice, reviewer)
    approve.approve_decision(by=approver, decision_id=act.pk, seen=decide.content_hash(act), at=NOW)
    with journey.refuses("revocation_pending", Conflict):
        confirm(notice, reviewer)
    send(act, reviewer)
    with journey.refuses("case_revoked", Conflict):
        confirm(notice, reviewer)
    assert [entry.state for entry in KpiEntry.objects.all()] == ["reversed"]


# --- revocation ------------------------------------------------------------------------------------------------


def withdraw_decision(decision, reviewer, **more):
    arguments = {"reason": "申告が事実と異なっていた。", "article": "交付条件第9号", "at": NOW} | more
    return revoke.draft_revocation(by=reviewer, decision_id=decision.pk, **arguments)


def test_a_revocation_is_drafted_approved_and_issued_like_any_decision(designated_case, reviewer, approver):
    decision = designated_case.decisions.get()
    act = journey.revoked(decision, reviewer, approver)
    assert (act.kind, act.state, act.revokes, act.filing) == ("revocation", "issued", decision, None)
    assert [(r["article"], r["text"]["ja"]) for r in act.reasons] == [("交付条件第9号", "申告が事実と異なっていた。")]
    assert Case.objects.get().state == "revoked"
    letter = Letter.objects.get(decision=act)
    assert letter.content["revokes"]["number"] == designated_case.letters.first().number
    letters.render_and_store(letter)


@pytest.mark.parametrize(("missing", "field"), [("reason", "reason"), ("article", "article")])
def test_a_revocation_states_reason_and_provision(designated_case, reviewer, missing, field):
    with journey.refuses("reason_needed") as refused:
        withdraw_decision(designated_case.decisions.get(), reviewer, **{missing: " "})
    assert refused.value.field == field


def test_a_decision_that_is_not_issued_is_not_revoked(approved, reviewer):
    with journey.refuses("not_revocable", Conflict):
        withdraw_decision(approved, reviewer)


def test_a_refusal_is_not_revoked(reviewed_filing, reviewer, approver):
    refusal = journey.decided(reviewed_filing, reviewer, approver, favourable=False, reason="計画の具体性を欠く。")
    with journey.refuses("not_revocable", Conflict):
        withdraw_decision(refusal, reviewer)


def test_a_confirmation_is_not_revoked_because_no_letter_carries_it(notice, reviewer):
    with journey.refuses("not_revocable", Conflict):
        withdraw_decision(confirm(notice, reviewer), reviewer)


def test_a_case_is_revoked_once(designated_case, reviewer, approver):
    decision = designated_case.decisions.get()
    journey.revoked(decision, reviewer, approver)
    with journey.refuses("already_revoked", Conflict):
        withdraw_decision(decision, reviewer)


def test_nothing_is_revoked_while_a_decision_waits(designated_case, member, reviewer):
    journey.operating(designated_case, member, reviewer)
    at = jst("2027-05-10 10:00")
    filing = journey.grant_filing(designated_case, member, reviewer, at, journey.TAX_BASES)
    decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=at, amount=1_500_000)
    with journey.refuses("decision_pending", Conflict):
        withdraw_decision(designated_case.decisions.first(), reviewer)


@pytest.mark.parametrize("who", ["approver", "member", "stranger", "insider", "auditor"])
def test_only_a_reviewer_who_does_not_act_for_the_firm_drafts_a_revocation(request, designated_case, who):
    with pytest.raises(NotAllowed):
        withdraw_decision(designated_case.decisions.get(), request.getfixturevalue(who))
