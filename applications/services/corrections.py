"""補正依頼: asking the applicant to mend a filing."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from applications.calendar import is_open_day
from applications.errors import DomainError
from applications.models import CorrectionRequest
from applications.permissions import User, may_review, official_of, require
from applications.services.common import lock_filing, mail_members, move, record
from applications.states import FilingState


@transaction.atomic
def request_correction(
    *, by: User, filing_id: int, items: list[dict[str, str]], due_on: date, at: datetime
) -> CorrectionRequest:
    """Send the filing back with what is to be mended. ``items``: ``{"about": fact or document, "text": words}``."""
    filing = lock_filing(filing_id)
    require(may_review(by, filing.case))
    kept = [{"about": item.get("about", ""), "text": item["text"].strip()} for item in items if item["text"].strip()]
    if not kept:
        raise DomainError("items_needed", _("補正してほしい内容を１件以上入力してください。"), field="items")
    if due_on <= localdate(at):
        raise DomainError("due_in_past", _("期限は明日以降の日付にしてください。"), field="due_on")
    if not is_open_day(due_on):
        raise DomainError("due_closed", _("期限が閉庁日です。土日・祝日・年末年始を避けてください。"), field="due_on")
    move(filing, FilingState.CORRECTION_REQUESTED)
    request = CorrectionRequest.objects.create(
        filing=filing, items=kept, due_on=due_on, official=official_of(by), at=at
    )
    record(filing.case, "correction_requested", by, at, step=filing.step, items=kept, due_on=due_on.isoformat())
    mail_members(
        filing.case,
        f"case-{filing.case_id}:correction-{request.pk}",
        "correction_requested",
        at,
        due_on=due_on.isoformat(),
        items=[item["text"] for item in kept],
    )
    return request
