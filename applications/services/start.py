"""Starting a case or its next filing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from applications.errors import Conflict, DomainError
from applications.models import Case, Filing, Organisation
from applications.permissions import User, may_act_for, require
from applications.procedure import fileable_steps, lenient_facts, version_of
from applications.rules import engine, rule_book
from applications.services.common import fiscal_year, lock_case, next_number, record, require_known_facts
from applications.states import CaseState, FilingState
from eligibility.rulebook.model import SchemeVersion


def start_case(
    *,
    by: User,
    organisation: Organisation,
    scheme: str,
    answers: dict[str, Any],
    at: datetime,
    step: str = "",
    channel: str = Case.Channel.WEB,
) -> Filing:
    """Open a case with its first draft filing; the existing draft when the applicant already has one.

    ``answers`` prefill the form (from the check). Raises :class:`DomainError` when there are no terms for the date, or
    when another body runs the scheme.
    """
    require(may_act_for(by, organisation))
    book = rule_book()
    if scheme not in book.schemes:
        raise DomainError("unknown_scheme", _("この制度は登録されていません。"))
    if book.schemes[scheme].applied_elsewhere:
        raise DomainError("applied_elsewhere", _("この制度はほかの団体が運営しているため、仙台市には申請できません。"))
    require_known_facts(answers)
    version = engine().version_for(scheme, lenient_facts(answers), localdate(at))
    if version is None:
        raise DomainError(
            "no_terms", _("この日付に適用できる規定がないため、申請できません。制度のページで期間を確認してください。")
        )
    names = [s.name for s in version.procedure]
    first = step or _first_step(version, answers, at)
    if first not in names:
        raise DomainError("unknown_step", _("この制度にその手続はありません。"))
    try:
        with transaction.atomic():
            return _open(by, organisation, scheme, first, answers, at, channel)
    except IntegrityError:  # another click opened it first
        draft = _draft_of(organisation, scheme)
        if draft is None:
            raise
        return draft


def _draft_of(organisation: Organisation, scheme: str) -> Filing | None:
    """The draft with which a case of the applicant begins. One query, so that it is a draft when it is handed out."""
    drafts = Filing.objects.filter(state=FilingState.DRAFT, case__state=CaseState.DRAFT)
    return drafts.filter(case__organisation=organisation, case__scheme=scheme).select_related("case").first()


def _first_step(version: SchemeVersion, answers: dict[str, Any], at: datetime) -> str:
    """An optional first step is skipped when it has been done elsewhere before."""
    consulted = lenient_facts(answers).given.get("prior_consultation_on")
    done = consulted is not None and date.fromisoformat(consulted) <= localdate(at)
    return next(s.name for s in version.procedure if not (s.optional and done))


def _open(
    by: User, organisation: Organisation, scheme: str, step: str, answers: dict[str, Any], at: datetime, channel: str
) -> Filing:
    draft = _draft_of(organisation, scheme)
    if draft is not None:
        return draft
    year = fiscal_year(at)
    case = Case.objects.create(
        reference=f"S{year}-{next_number('case', year):05d}",
        organisation=organisation,
        scheme=scheme,
        title=str(answers.get("project_title") or "")[:200],
        channel=channel,
        created_by=by,
        created_at=at,
    )
    given = {name: value for name, value in answers.items() if value is not None}
    filing = Filing.objects.create(case=case, step=step, answers=given, saved_at=at, created_at=at)
    record(case, "started", by, at, step=step)
    return filing


@transaction.atomic
def start_filing(*, by: User, case_id: int, step: str, at: datetime) -> Filing:
    """Open the draft of the next step, filled with what is already confirmed."""
    case = lock_case(case_id)
    require(may_act_for(by, case.organisation))
    draft = case.filings.filter(state=FilingState.DRAFT).first()
    if draft is not None:
        if draft.step == step:
            return draft
        raise Conflict("other_draft", _("作成中の手続があります。先に提出するか取り下げてください。"))
    day = localdate(at)
    wanted = next((s for s in fileable_steps(case, day) if s.name == step), None)
    if wanted is None:
        raise Conflict("not_now", _("この手続は、いまは行えません。案件の手続の流れを確認してください。"))
    number = case.filings.filter(step=step).count() + 1
    version = version_of(case, on=day)
    due = engine().deadline(version, wanted, lenient_facts(case.facts), day) if version is not None else None
    filing = Filing.objects.create(
        case=case,
        step=step,
        number=number,
        answers=dict(case.facts),
        due_on=due,
        saved_at=at,
        created_at=at,
        fiscal_year=fiscal_year(at) if wanted.repeats else None,
    )
    record(case, "filing_started", by, at, step=step, number=number)
    return filing
