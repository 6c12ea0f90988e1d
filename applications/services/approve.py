"""決裁: approving or returning a drafted decision."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.errors import Conflict, DomainError
from applications.models import Approval, Decision
from applications.permissions import User, may_approve, official_of, require
from applications.services.common import lock_case, lock_filing, move, record
from applications.services.decide import content_hash
from applications.services.kpi import count_approval, reverse_for
from applications.states import DecisionState, FilingState


def lock_decision(decision_id: int) -> Decision:
    """The decision under a row lock, after its case (and filing)."""
    ids = Decision.objects.values("case_id", "filing_id").get(pk=decision_id)
    filing = lock_filing(ids["filing_id"]) if ids["filing_id"] is not None else None
    case = filing.case if filing is not None else lock_case(ids["case_id"])
    decision = Decision.objects.select_for_update(of=("self",), no_key=True).get(pk=decision_id)
    decision.case = case
    if filing is not None:
        decision.filing = filing
    return decision


@transaction.atomic
def approve_decision(*, by: User, decision_id: int, seen: str, at: datetime, reason: str = "") -> Decision:
    """Approve. ``seen``: content hash of what the approver was shown. In the same transaction the KPI entry is written
    (or, for a revocation, reversed)."""
    decision = lock_decision(decision_id)
    require(may_approve(by, decision))
    actual = content_hash(decision)
    if seen != actual:
        raise Conflict("content_changed", _("表示後に内容が変わっています。画面を読み込み直して確認してください。"))
    Approval.objects.create(
        decision=decision,
        official=official_of(by),
        act=Approval.Act.APPROVE,
        reason=reason.strip(),
        content_hash=actual,
        at=at,
    )
    decision.state = DecisionState.APPROVED
    decision.approved_at = at
    decision.save(update_fields=["state", "approved_at"])
    if decision.filing is not None:
        move(decision.filing, FilingState.APPROVED)
    if decision.revokes_id is not None:
        reverse_for(decision, at)
    else:
        count_approval(decision, at)
    record(decision.case, "approved", by, at, internal=True, decision=decision.pk, kind=decision.kind)
    return decision


@transaction.atomic
def return_decision(*, by: User, decision_id: int, reason: str, at: datetime) -> Decision:
    """Return the draft to the drafter with the reason; the filing goes back to review."""
    decision = lock_decision(decision_id)
    require(may_approve(by, decision))
    if not reason.strip():
        raise DomainError("reason_needed", _("差し戻す理由を入力してください。"), field="reason")
    Approval.objects.create(
        decision=decision,
        official=official_of(by),
        act=Approval.Act.RETURN,
        reason=reason.strip(),
        content_hash=content_hash(decision),
        at=at,
    )
    decision.state = DecisionState.RETURNED
    decision.save(update_fields=["state"])
    if decision.filing is not None:
        move(decision.filing, FilingState.UNDER_REVIEW)
    record(decision.case, "returned", by, at, internal=True, decision=decision.pk, reason=reason.strip())
    return decision
