"""施行: issuing an approved decision; and closing the steps that an official only acknowledges or confirms."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from applications.errors import Conflict, DomainError
from applications.models import Approval, Decision, Filing, Letter
from applications.permissions import User, may_review, official_of, require
from applications.procedure import is_finished, step_of, version_of
from applications.rules import rule_book
from applications.services.approve import lock_decision
from applications.services.common import fiscal_year, lock_filing, mail_members, move, next_number, record
from applications.services.decide import CONFIRMABLE, content_hash, require_undisturbed
from applications.services.kpi import happened_on, make_actual
from applications.services.letters import letter_code, letter_content, letter_number
from applications.services.review import confirmed_answers
from applications.states import CaseState, DecisionState, FilingState
from applications.tasks import make_letter
from eligibility.rulebook.model import ProcedureStep
from eligibility.words import ENGINE_VERSION

__all__ = ["CONFIRMABLE", "confirm_filing", "issue_decision"]


@transaction.atomic
def issue_decision(*, by: User, decision_id: int, at: datetime) -> Letter:
    """Give the letter its number and date, and let the decision take effect. The PDF is made after commit; should that
    fail, the decision stands and the letter is retried."""
    decision = lock_decision(decision_id)
    require(may_review(by, decision.case))
    if decision.state != DecisionState.APPROVED:
        raise Conflict("not_approved", _("決裁が済んでいないため、施行できません。"))
    if decision.approvals.filter(act=Approval.Act.APPROVE).latest("pk").content_hash != content_hash(decision):
        raise Conflict(
            "content_changed", _("決裁の後に内容が変わっているため、施行できません。管理者に連絡してください。")
        )
    day = localdate(at)
    year = fiscal_year(day)
    number = letter_number(decision.case, year, next_number(letter_code(decision.case), year))
    decision.state = DecisionState.ISSUED
    decision.issued_at = at
    decision.save(update_fields=["state", "issued_at"])
    letter = Letter.objects.create(
        case=decision.case,
        decision=decision,
        kind=decision.kind,
        number=number,
        issued_on=day,
        content=letter_content(decision, number, day),
    )
    if decision.filing is not None:
        move(decision.filing, FilingState.ISSUED)
    _take_effect(decision, day)
    record(decision.case, "issued", by, at, kind=decision.kind, number=number, amount=decision.amount)
    mail_members(decision.case, f"decision-{decision.pk}:issued", "decision_issued", at, kind=decision.kind)
    transaction.on_commit(lambda: make_letter.enqueue(letter.pk), robust=True)
    return letter


def _take_effect(decision: Decision, day: date) -> None:
    case = decision.case
    if decision.revokes_id is not None:
        case.state = CaseState.REVOKED
    elif rule_book().vocabulary.decisions[decision.kind].adverse:
        if case.state != CaseState.REVOKED:
            case.state = CaseState.CLOSED
    else:
        case.facts = decision.facts
        if is_finished(case, day):
            case.state = CaseState.CLOSED
    case.save(update_fields=["state", "facts"])


@transaction.atomic
def confirm_filing(*, by: User, filing_id: int, at: datetime, note: str = "") -> Decision:
    """Acknowledge or confirm a notice (start of operation, prior consultation …). A confirmed start makes KPI entries
    actual."""
    filing = lock_filing(filing_id)
    case = filing.case
    require(may_review(by, case))
    if filing.state != FilingState.UNDER_REVIEW:
        raise Conflict("not_under_review", _("この手続は審査中ではありません。画面を読み込み直してください。"))
    day = localdate(at)
    version = version_of(case, confirmed_answers(filing), localdate(filing.arrived_at))
    step = step_of(version, filing.step) if version is not None else None
    if step is None or step.decides not in CONFIRMABLE or version is None:
        raise DomainError("needs_approval", _("この手続は起案と決裁が必要です。"))
    require_undisturbed(case, version, favourable=True)
    facts = _facts_after(filing, step)
    decision = Decision(
        case=case,
        filing=filing,
        kind=step.decides,
        state=DecisionState.ISSUED,
        facts=facts,
        on=day,
        step=step.name,
        version=version.name,
        version_hash=version.content_hash,
        engine=ENGINE_VERSION,
        note=note.strip(),
        drafted_by=official_of(by),
        drafted_at=at,
        approved_at=at,
        issued_at=at,
    )
    happened = happened_on(decision, step)
    if step.decides == "confirmation" and happened > day:
        raise DomainError(
            "not_yet",
            _("操業開始日（%(day)s）がまだ来ていないため、確認できません。補正を依頼してください。")
            % {"day": happened},
        )
    decision.save()
    move(filing, FilingState.ISSUED)
    if step.decides == "confirmation":
        make_actual(decision, happened, at)
    case.facts = facts
    if case.version and is_finished(case, day):
        case.state = CaseState.CLOSED
    case.save(update_fields=["facts", "state"])
    record(case, "confirmed", by, at, step=filing.step)
    mail_members(case, f"decision-{decision.pk}:confirmed", "confirmed", at, step=filing.step)
    return decision


def _facts_after(filing: Filing, step: ProcedureStep) -> dict[str, Any]:
    """The case's facts after a notice: it adds its own facts and what the official has looked at. Everything else that
    was confirmed before stays, whatever the notice says of it. Before the application all of it is only announced."""
    answers = confirmed_answers(filing)
    if not filing.case.version:
        return answers
    taken = {*step.facts, *(review.fact for review in filing.fact_reviews.all() if review.is_current)}
    kept = {name: value for name, value in filing.case.facts.items() if name not in taken}
    return kept | {name: value for name, value in answers.items() if name in taken}
