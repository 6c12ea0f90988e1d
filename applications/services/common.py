"""What all services share: locks, moves between states, history, mails, serial numbers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from applications.errors import Conflict, DomainError
from applications.models import Case, Counter, Event, Filing, OutboxMail
from applications.permissions import User
from applications.rules import rule_book
from applications.states import ALLOWED, FilingState
from applications.tasks import deliver_mail
from eligibility.language.builtins import fiscal_year_of


def fiscal_year(at: datetime | date) -> int:
    """Fiscal year that a moment (Japanese time) or a day lies in."""
    day = localdate(at) if isinstance(at, datetime) else at
    return fiscal_year_of(day.toordinal())


def lock_case(case_id: int) -> Case:
    """The case under a row lock; everything read after it is current. Like all our locks it lets other transactions
    insert rows that point to the case (``no_key``), so that they wait only for each other's decisions."""
    return Case.objects.select_for_update(of=("self",), no_key=True).select_related("organisation").get(pk=case_id)


def lock_filing(filing_id: int) -> Filing:
    """The filing, its case locked first."""
    case_id = Filing.objects.values_list("case_id", flat=True).get(pk=filing_id)
    case = lock_case(case_id)
    filing = Filing.objects.select_for_update(of=("self",), no_key=True).get(pk=filing_id)
    filing.case = case
    return filing


def require_known_facts(answers: dict[str, Any]) -> None:
    """Raise :class:`DomainError` for names that the vocabulary does not have. ``None`` removes an answer, also one whose
    fact has since been taken out of the rule book."""
    unknown = [n for n, value in answers.items() if value is not None and n not in rule_book().vocabulary.facts]
    if unknown:
        raise DomainError(
            "unknown_fact", _("登録されていない申告事項があります: %(names)s") % {"names": ", ".join(unknown)}
        )


def move(filing: Filing, to: FilingState) -> None:
    """Change the state of a locked filing. Raises :class:`Conflict` for a move that does not exist."""
    current = FilingState(filing.state)
    if to not in ALLOWED[current]:
        raise Conflict(
            "state",
            _("この手続は現在「%(state)s」のため、この操作はできません。画面を読み込み直してください。")
            % {"state": current.label},
        )
    filing.state = to
    filing.save(update_fields=["state"])


def record(case: Case, code: str, actor: User | None, at: datetime, *, internal: bool = False, **data: Any) -> None:
    """Append to the history."""
    Event.objects.create(case=case, code=code, actor=actor, data=data, internal=internal, at=at)


def next_number(code: str, year: int) -> int:
    """Next serial of a code in a fiscal year, taken under a row lock."""
    Counter.objects.get_or_create(code=code, fiscal_year=year)
    counter = Counter.objects.select_for_update(no_key=True).get(code=code, fiscal_year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def mail_members(case: Case, key: str, template: str, at: datetime, **context: Any) -> None:
    """Queue a mail to everybody who acts for the applicant; sent once, after commit."""
    members = case.organisation.memberships.filter(user__is_active=True).exclude(role="partner").select_related("user")
    for member in members:
        mail, created = OutboxMail.objects.get_or_create(
            key=f"{key}:{member.user_id}",
            defaults={
                "recipient": member.user.email,
                "language": member.user.language,
                "template": template,
                "context": {"reference": case.reference, **context},
                "created_at": at,
            },
        )
        if created:
            # robust: a queue that is down must not keep other work of the same commit from being done
            transaction.on_commit(lambda mail_id=mail.pk: deliver_mail.enqueue(mail_id), robust=True)
