"""Reviewing: taking a filing up, confirming or changing facts, deciding what the rules leave to the city."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applications.errors import Conflict, DomainError
from applications.models import CriterionReview, FactReview, Filing, FilingDocument
from applications.permissions import User, may_review, official_of, require
from applications.procedure import step_of, version_of
from applications.rules import rule_book
from applications.services.common import lock_filing, move, record
from applications.states import FilingState
from eligibility.evaluation.facts import read_leniently


def _under_review(by: User, filing: Filing) -> None:
    require(may_review(by, filing.case))
    if filing.state != FilingState.UNDER_REVIEW:
        raise Conflict("not_under_review", _("この手続は審査中ではありません。画面を読み込み直してください。"))


@transaction.atomic
def take_up(*, by: User, filing_id: int, at: datetime) -> Filing:
    """Start examining a filing; the case is assigned to the official."""
    filing = lock_filing(filing_id)
    require(may_review(by, filing.case))
    move(filing, FilingState.UNDER_REVIEW)
    filing.case.assignee = official_of(by)
    filing.case.save(update_fields=["assignee"])
    record(filing.case, "taken_up", by, at, step=filing.step)
    return filing


@transaction.atomic
def review_fact(
    *,
    by: User,
    filing_id: int,
    fact: str,
    at: datetime,
    value: Any = None,
    change: bool = False,
    reason: str = "",
    evidence_id: int | None = None,
) -> FactReview:
    """Confirm the declared fact, or replace it by ``value`` (with ``change``) giving the reason."""
    filing = lock_filing(filing_id)
    _under_review(by, filing)
    if fact not in rule_book().vocabulary.facts:
        raise DomainError("unknown_fact", _("登録されていない申告事項です。"))
    declared = filing.answers.get(fact)
    confirmed = declared
    if change:
        if not reason.strip():
            raise DomainError("reason_needed", _("申告と異なる値にする理由を入力してください。"), field="reason")
        facts, problems = read_leniently({fact: value}, rule_book().vocabulary)
        if problems:
            raise DomainError("wrong_value", problems[0].message.of(get_language() or "ja"), field="value")
        confirmed = facts.given.get(fact)
    evidence = _evidence(filing, evidence_id)
    official = official_of(by)
    filing.fact_reviews.filter(fact=fact, is_current=True).update(is_current=False)
    review = FactReview.objects.create(
        filing=filing,
        fact=fact,
        declared=declared,
        confirmed=confirmed,
        changed=confirmed != declared,
        reason=reason.strip(),
        evidence=evidence,
        official=official,
        at=at,
    )
    record(
        filing.case,
        "fact_changed" if review.changed else "fact_confirmed",
        by,
        at,
        internal=True,
        fact=fact,
        declared=declared,
        confirmed=confirmed,
        reason=review.reason,
    )
    return review


def _evidence(filing: Filing, evidence_id: int | None) -> FilingDocument | None:
    """A file of this case that is handed in now. Raises :class:`DomainError` for any other."""
    if evidence_id is None:
        return None
    handed_in = FilingDocument.objects.filter(filing__case=filing.case, removed_at__isnull=True)
    evidence = handed_in.filter(pk=evidence_id).first()
    if evidence is None:
        raise DomainError(
            "unknown_evidence", _("証拠書類は、この案件に添付されているものから選んでください。"), field="evidence"
        )
    return evidence


@transaction.atomic
def confirm_facts(*, by: User, filing_id: int, facts: list[str], at: datetime) -> int:
    """Confirm several declared facts as they stand; returns how many were confirmed. Reviewed ones are left alone."""
    filing = lock_filing(filing_id)
    _under_review(by, filing)
    official = official_of(by)
    done = set(filing.fact_reviews.filter(is_current=True).values_list("fact", flat=True))
    rows = [
        FactReview(
            filing=filing,
            fact=fact,
            declared=filing.answers.get(fact),
            confirmed=filing.answers.get(fact),
            changed=False,
            official=official,
            at=at,
        )
        for fact in dict.fromkeys(facts)
        if fact not in done and fact in rule_book().vocabulary.facts
    ]
    FactReview.objects.bulk_create(rows)
    if rows:
        record(filing.case, "facts_confirmed", by, at, internal=True, facts=[row.fact for row in rows])
    return len(rows)


@transaction.atomic
def review_criterion(
    *, by: User, filing_id: int, criterion: str, accepted: bool, reason: str, at: datetime
) -> CriterionReview:
    """Decide a referred criterion: accepted or not, always with the reason."""
    filing = lock_filing(filing_id)
    _under_review(by, filing)
    version = version_of(filing.case)
    if version is None or criterion not in {c.name for c in version.criteria}:
        raise DomainError("unknown_criterion", _("登録されていない要件です。"))
    if not reason.strip():
        raise DomainError("reason_needed", _("判断の理由を入力してください。"), field="reason")
    filing.criterion_reviews.filter(criterion=criterion, is_current=True).update(is_current=False)
    review = CriterionReview.objects.create(
        filing=filing, criterion=criterion, accepted=accepted, reason=reason.strip(), official=official_of(by), at=at
    )
    record(
        filing.case,
        "criterion_decided",
        by,
        at,
        internal=True,
        criterion=criterion,
        accepted=accepted,
        reason=review.reason,
    )
    return review


def confirmed_answers(filing: Filing) -> dict[str, Any]:
    """The filing's answers with the values that officials have put in their place."""
    answers = dict(filing.answers)
    for review in filing.fact_reviews.all():
        if review.is_current and review.changed:
            if review.confirmed is None:
                answers.pop(review.fact, None)
            else:
                answers[review.fact] = review.confirmed
    return answers


def drop_outdated_reviews(filing: Filing, before: dict[str, Any]) -> None:
    """After a correction, reviews that rest on what the applicant has changed no longer count: of facts that were
    answered otherwise or whose evidence was taken back, and of criteria when any answer is not as it was ``before``."""
    for review in filing.fact_reviews.filter(is_current=True).select_related("evidence"):
        taken_back = review.evidence is not None and review.evidence.removed_at is not None
        if taken_back or review.declared != filing.answers.get(review.fact):
            review.is_current = False
            review.save(update_fields=["is_current"])
    if filing.answers != before:
        filing.criterion_reviews.filter(is_current=True).update(is_current=False)


def documents_of(filing: Filing) -> list[FilingDocument]:
    """Files that are handed in now."""
    return list(filing.documents.filter(removed_at__isnull=True).select_related("file"))


def required_step(filing: Filing) -> Any:
    """The step in the rule file that the filing belongs to, or ``None`` when no version applies."""
    version = version_of(filing.case, filing.answers)
    return step_of(version, filing.step) if version is not None else None
