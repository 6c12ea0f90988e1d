"""Mails: after commit, once, in the reader's language; failures are counted and seen."""

from pathlib import Path

import pytest
from django.core import mail
from django.db import transaction
from django.template.loader import get_template
from django_tasks import task_backends

from applications.models import Case, OutboxMail
from applications.services import submit
from applications.services.common import mail_members
from applications.tasks import MOST_FAILURES, deliver_mail, mail_text
from tests.applications import failing, journey
from tests.applications.journey import NOW
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)

FAILING = "tests.applications.failing.MailBackend"


def send(filing, member):
    return submit.submit_filing(by=member, filing_id=filing.pk, at=NOW)


def test_it_works(draft_filing, member):
    send(draft_filing, member)
    (message,) = mail.outbox
    assert message.to == [member.email]
    assert draft_filing.case.reference in message.subject
    assert f"/cases/{draft_filing.case.reference}/" in message.body
    row = OutboxMail.objects.get()
    assert row.sent_at is not None
    assert (row.failures, row.last_error) == (0, "")


# --- after commit ----------------------------------------------------------------------------------------------


def test_no_mail_leaves_before_the_commit(draft_filing, member):
    with transaction.atomic():
        send(draft_filing, member)
        assert mail.outbox == []
        assert OutboxMail.objects.get().sent_at is None
    assert len(mail.outbox) == 1


@transaction.atomic
def and_then_something_fails(*acts) -> None:
    """A transaction that is rolled back."""
    for act in acts:
        act()
    raise RuntimeError("something fails")


def test_no_mail_leaves_after_a_rollback(draft_filing, member):
    with pytest.raises(RuntimeError):
        and_then_something_fails(lambda: send(draft_filing, member))
    assert mail.outbox == []
    assert OutboxMail.objects.count() == 0
    assert Case.objects.get().state == "draft"


def test_a_rolled_back_part_sends_nothing_and_the_rest_is_sent(draft_filing, member, reviewer):
    with transaction.atomic():
        send(draft_filing, member)
        with pytest.raises(RuntimeError):
            and_then_something_fails(
                lambda: journey.reviewed(draft_filing, reviewer), lambda: journey.correction(draft_filing, reviewer)
            )
    assert len(mail.outbox) == 1
    assert list(OutboxMail.objects.values_list("template", flat=True)) == ["received"]


# --- once ------------------------------------------------------------------------------------------------------


def test_each_key_is_sent_once_whatever_is_retried(draft_filing, member):
    send(draft_filing, member)
    row = OutboxMail.objects.get()
    for _ in range(3):
        deliver_mail.enqueue(row.pk)
        mail_members(draft_filing.case, row.key.rpartition(":")[0], "received", NOW)
    assert len(mail.outbox) == 1
    assert OutboxMail.objects.count() == 1


def test_every_event_of_a_case_has_its_own_key(firm, member, reviewer, approver):
    filing = journey.reviewed(journey.submitted(firm, member), reviewer)
    for rent in (480_000, 470_000):
        journey.correction(filing, reviewer)
        journey.answered(filing, member, {"building_monthly_rent": rent})
    journey.decided(journey.confirmed(filing, reviewer), reviewer, approver)
    journey.operating(Case.objects.get(), member, reviewer)
    assert list(OutboxMail.objects.values_list("template", flat=True)) == [
        "received",
        "correction_requested",
        "correction_answered",
        "correction_requested",
        "correction_answered",
        "decision_issued",
        "received",
        "confirmed",
    ]
    assert OutboxMail.objects.values("key").distinct().count() == len(mail.outbox) == 8


# --- to whom ---------------------------------------------------------------------------------------------------


def test_the_members_of_the_firm_and_nobody_else(draft_filing, firm, member, stranger, reviewer):
    colleague = MembershipFactory(organisation=firm, role="member").user
    MembershipFactory(organisation=firm, role="partner")
    gone = MembershipFactory(organisation=firm).user
    gone.is_active = False
    gone.save()
    send(draft_filing, member)
    assert sorted(message.to[0] for message in mail.outbox) == sorted([member.email, colleague.email])
    assert all(len(message.recipients()) == 1 for message in mail.outbox), "no address is shown to another"


# --- failures --------------------------------------------------------------------------------------------------


def test_a_mail_server_that_is_not_there_stops_nothing_and_is_counted(draft_filing, member, settings):
    with_mail = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = FAILING
    assert send(draft_filing, member).state == "submitted"
    row = OutboxMail.objects.get()
    assert (row.failures, row.sent_at) == (1, None)
    assert "Connection unexpectedly closed" in row.last_error
    deliver_mail.enqueue(row.pk)
    assert OutboxMail.objects.get().failures == 2
    settings.EMAIL_BACKEND = with_mail
    deliver_mail.enqueue(row.pk)
    assert OutboxMail.objects.get().sent_at is not None
    assert len(mail.outbox) == 1


def test_an_unforeseen_failure_is_counted_too(draft_filing, member, settings):
    settings.EMAIL_BACKEND = "tests.applications.failing.WrongMailBackend"
    send(draft_filing, member)
    row = OutboxMail.objects.get()
    assert (row.failures, row.last_error) == (1, "ValueError: odd header")


def test_a_template_that_is_not_there_is_counted_too(draft_filing):
    mail_members(draft_filing.case, "key", "no_such_template", NOW)
    row = OutboxMail.objects.get()
    assert row.failures == 1
    assert "no_such_template" in row.last_error


def test_after_too_many_failures_it_waits_for_a_person(draft_filing, member, settings):
    with_mail = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = FAILING
    send(draft_filing, member)
    row = OutboxMail.objects.get()
    for _ in range(MOST_FAILURES + 2):
        deliver_mail.enqueue(row.pk)
    assert OutboxMail.objects.get().failures == MOST_FAILURES
    settings.EMAIL_BACKEND = with_mail
    deliver_mail.enqueue(row.pk)
    assert OutboxMail.objects.get().sent_at is None
    assert mail.outbox == []


def test_one_address_that_fails_does_not_keep_the_others_waiting(draft_filing, firm, member):
    MembershipFactory(organisation=firm)
    OutboxMail.objects.create(key="broken", recipient="a@example.com", language="ja", template="gone", created_at=NOW)
    send(draft_filing, member)
    assert len(mail.outbox) == 2


@pytest.fixture
def broken_queue():
    """Nothing can be queued but letters."""
    working = task_backends["default"]
    task_backends["default"] = failing.Queue("default", {})
    yield
    task_backends["default"] = working


def test_a_queue_that_is_down_stops_neither_the_decision_nor_its_letter(firm, member, reviewer, approver, broken_queue):
    filing = journey.reviewed(journey.submitted(firm, member), reviewer)
    decision = journey.decided(filing, reviewer, approver)
    assert decision.state == "issued"
    assert decision.letter.file_id is not None, decision.letter.last_error
    assert mail.outbox == []
    assert OutboxMail.objects.filter(sent_at__isnull=True).count() == 2, "the mails are still there to be sent"


# --- words -----------------------------------------------------------------------------------------------------

TEMPLATES = sorted(
    path.stem
    for path in Path(get_template("applications/mail/received.txt").origin.name).parent.glob("*.txt")
    if path.stem != "footer"
)
CONTEXT = {
    "reference": "S2026-00001",
    "due_on": "2026-12-04",
    "items": ["3ページが<読めません>。", "A & B"],
    "step": "x",
}


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_mail_has_one_line_of_subject_and_says_where_to_go(template, language, settings):
    row = OutboxMail(key="k", recipient="a@example.com", language=language, template=template, context=CONTEXT)
    subject, body = mail_text(row)
    assert "S2026-00001" in subject
    assert "\n" not in subject
    assert f"{settings.SITE_URL}/cases/S2026-00001/" in body
    assert "{{" not in subject + body
    assert "{%" not in subject + body


def test_the_items_of_a_correction_are_in_the_mail_as_they_were_written():
    row = OutboxMail(
        key="k", recipient="a@example.com", language="ja", template="correction_requested", context=CONTEXT
    )
    _, body = mail_text(row)
    assert "- 3ページが<読めません>。" in body
    assert "- A & B" in body
    assert "2026-12-04" in body


def test_every_template_that_a_service_names_exists(firm, member, reviewer, approver):
    filing = journey.reviewed(journey.submitted(firm, member), reviewer)
    journey.correction(filing, reviewer)
    journey.answered(filing, member, {"building_monthly_rent": 1})
    journey.decided(journey.confirmed(filing, reviewer), reviewer, approver)
    journey.operating(Case.objects.get(), member, reviewer)
    used = set(OutboxMail.objects.values_list("template", flat=True))
    assert used == set(TEMPLATES)
    assert OutboxMail.objects.filter(sent_at__isnull=True).count() == 0
