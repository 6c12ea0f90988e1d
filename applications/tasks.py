"""Work after commit: mails and letters. Each job reads the current state first and may run any number of times."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django_tasks import task

from applications.models import Letter, OutboxMail

MOST_FAILURES = 5
"""After so many failures a job waits for a person; the desk shows it."""


@task()
def deliver_mail(mail_id: int) -> None:
    """Send a queued mail, once."""
    with transaction.atomic():
        mail = OutboxMail.objects.select_for_update().get(pk=mail_id)
        if mail.sent_at is not None or mail.failures >= MOST_FAILURES:
            return
        try:
            subject, body = mail_text(mail)
            send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [mail.recipient])
        except Exception as error:  # whatever it is, it is counted and shown, and other mails go out
            mail.failures += 1
            mail.last_error = f"{type(error).__name__}: {error}"[:2000]
        else:
            mail.sent_at = timezone.now()
        mail.save()


def mail_text(mail: OutboxMail) -> tuple[str, str]:
    """Subject and body of a mail in the recipient's language."""
    with translation.override(mail.language):
        text = render_to_string(
            f"applications/mail/{mail.template}.txt", {**mail.context, "site_url": settings.SITE_URL}
        )
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


@task()
def make_letter(letter_id: int) -> None:
    """Render and store the PDF of an issued letter, once. A failure is kept for the desk; the decision stands."""
    from applications.services.letters import render_and_store

    with transaction.atomic():
        letter = Letter.objects.select_for_update(of=("self",)).get(pk=letter_id)
        if letter.file_id is not None:
            return
        try:
            with transaction.atomic():
                render_and_store(letter)
        except Exception as error:
            letter.failures += 1
            letter.last_error = f"{type(error).__name__}: {error}"[:2000]
            letter.save(update_fields=["failures", "last_error"])
