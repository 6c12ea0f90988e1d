"""取消し: drafting the revocation of a decision that has been issued. It is approved and issued like any decision."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from applications.errors import Conflict, DomainError
from applications.models import Decision
from applications.permissions import User, may_review, official_of, require
from applications.rules import rule_book
from applications.services.approve import lock_decision
from applications.services.common import record
from applications.services.decide import CONFIRMABLE
from applications.services.letters import require_printable
from applications.states import CaseState, DecisionState, FilingState
from eligibility.words import ENGINE_VERSION


@transaction.atomic
def draft_revocation(*, by: User, decision_id: int, reason: str, article: str, at: datetime) -> Decision:
    """Draft the revocation of a favourable decision. ``reason``: the facts; ``article``: the provision or condition."""
    revoked = lock_decision(decision_id)
    case = revoked.case
    require(may_review(by, case))
    adverse = rule_book().vocabulary.decisions[revoked.kind].adverse
    if revoked.state != DecisionState.ISSUED or adverse or revoked.kind in CONFIRMABLE:
        raise Conflict("not_revocable", _("取り消せるのは、通知済みの認める決定だけです。"))
    if case.state == CaseState.REVOKED:
        raise Conflict("already_revoked", _("この案件の決定は既に取り消されています。"))
    if revoked.revocations.exclude(state=DecisionState.RETURNED).exists():
        raise Conflict("already_drafted", _("取消しは既に起案されています。"))
    if case.filings.filter(state__in=[FilingState.DECISION_DRAFTED, FilingState.APPROVED]).exists():
        raise Conflict("decision_pending", _("決裁待ちの決定があります。先にそれを処理してください。"))
    if not reason.strip() or not article.strip():
        raise DomainError(
            "reason_needed",
            _("取消しの理由となる事実と、根拠となる規定又は交付条件を入力してください。"),
            field="article" if reason.strip() else "reason",
        )
    text = {"ja": reason.strip(), "en": reason.strip()}
    decision = Decision.objects.create(
        case=case,
        kind="revocation",
        facts=case.facts,
        on=localdate(at),
        version=case.version,
        version_hash=case.version_hash,
        engine=ENGINE_VERSION,
        revokes=revoked,
        reasons=[{"criterion": "", "article": article.strip(), "source": "", "text": text, "facts": [], "words": ""}],
        drafted_by=official_of(by),
        drafted_at=at,
    )
    require_printable(decision)
    record(case, "revocation_drafted", by, at, internal=True, decision=decision.pk, revokes=revoked.pk)
    return decision
