"""Who may do what, and why not. Pages, templates and the API ask the same functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from applications.errors import NotAllowed
from applications.models import (
    Case,
    CorrectionRequest,
    CriterionReview,
    Decision,
    FactReview,
    Membership,
    Official,
    Organisation,
)
from applications.states import DecisionState

User = Any
"""A user of ``settings.AUTH_USER_MODEL`` or ``AnonymousUser``."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes, or no with the reason in words."""

    ok: bool
    reason: Any = ""

    def __bool__(self) -> bool:
        return self.ok


YES = Answer(True)


def require(answer: Answer) -> None:
    """Raise :class:`NotAllowed` with the reason when the answer is no."""
    if not answer.ok:
        raise NotAllowed(answer.reason)


def official_of(user: User) -> Official | None:
    """The user's office, if there is one."""
    if isinstance(user, AnonymousUser) or not user.is_active:
        return None
    return Official.objects.filter(user=user).first()


def organisations_of(user: User) -> list[Organisation]:
    """Applicants that the user acts for."""
    if not user.is_active:  # nobody signed in, or an account that was switched off
        return []
    return list(Organisation.objects.filter(memberships__user=user).order_by("pk"))


def may_act_for(user: User, organisation: Organisation) -> Answer:
    """File, answer and withdraw in the name of an applicant."""
    if user.is_active and Membership.objects.filter(user=user, organisation=organisation).exists():
        return YES
    return Answer(False, _("この申請者の手続を行う権限がありません。"))


def may_read(user: User, case: Case) -> Answer:
    """See a case: the applicant's people; officials once something of it has been handed in."""
    if may_act_for(user, case.organisation):
        return YES
    if official_of(user) is not None and case.filings.filter(arrived_at__isnull=False).exists():
        return YES
    return Answer(False, _("この案件を閲覧する権限がありません。"))


def may_review(user: User, case: Case) -> Answer:
    """Examine, ask for corrections, draft decisions."""
    official = official_of(user)
    if official is None or not official.reviews:
        return Answer(False, _("審査を行う権限がありません。"))
    if may_act_for(user, case.organisation):
        return Answer(False, _("自分が関係する申請者の案件は審査できません。"))
    return YES


def may_approve(user: User, decision: Decision) -> Answer:
    """Approve or return: an approver who neither drafted the decision nor examined the filing, nor acts for the firm."""
    official = official_of(user)
    if official is None or not official.approves:
        return Answer(False, _("決裁を行う権限がありません。"))
    if decision.drafted_by_id == official.pk:
        return Answer(False, _("起案した本人は決裁できません。ほかの決裁者に依頼してください。"))
    if decision.filing_id is not None and _examined(official, decision.filing_id):
        return Answer(False, _("審査を担当した人は決裁できません。ほかの決裁者に依頼してください。"))
    if may_act_for(user, decision.case.organisation):
        return Answer(False, _("自分が関係する申請者の案件は決裁できません。"))
    if decision.state != DecisionState.DRAFTED:
        return Answer(False, _("この決定は決裁待ちではありません。"))
    return YES


def _examined(official: Official, filing_id: int) -> bool:
    """True when the official had a hand in examining the filing at any time, also when it no longer counts."""
    return (
        FactReview.objects.filter(filing=filing_id, official=official).exists()
        or CriterionReview.objects.filter(filing=filing_id, official=official).exists()
        or CorrectionRequest.objects.filter(filing=filing_id, official=official).exists()
        or Decision.objects.filter(filing=filing_id, drafted_by=official).exists()
    )


def may_keep_kpi(user: User) -> Answer:
    """Enter figures from outside statistics."""
    official = official_of(user)
    if official is not None and official.keeps_kpi:
        return YES
    return Answer(False, _("評価指標を入力する権限がありません。"))


def is_official(user: User) -> Answer:
    """See the officials' pages."""
    return YES if official_of(user) is not None else Answer(False, _("市の職員のみが利用できる画面です。"))
