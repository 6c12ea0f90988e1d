"""Reads for the officials' pages. Lists start from what the user may see; queries never depend on the number of rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import BigIntegerField, Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from applications.models import (
    Approval,
    Case,
    CorrectionRequest,
    CriterionReview,
    Decision,
    Event,
    FactReview,
    Filing,
    FilingDocument,
    FilingRevision,
    Letter,
    Official,
    OutboxMail,
)
from applications.permissions import User, organisations_of
from applications.selectors import visible_cases
from applications.states import DecisionState, FilingState


def desk_cases(user: User) -> QuerySet[Case]:
    """Cases that an official may open: those of which something has arrived."""
    arrived = Filing.objects.filter(case=OuterRef("pk"), arrived_at__isnull=False)
    return visible_cases(user).filter(Exists(arrived)).select_related("organisation", "assignee__user")


def with_declared_result(filings: QuerySet[Filing]) -> QuerySet[Filing]:
    """Filings with what the engine said when they last arrived: ``verdict``, ``yen`` when exact, ``low`` and ``high`` of a
    range (``high`` empty: open end), ``most`` to sort by. Corrections come along for the clock."""
    latest = FilingRevision.objects.filter(filing=OuterRef("pk")).order_by("-number")

    def yen(key: str) -> Subquery:
        amount = Cast(KT(f"determination__amount__{key}"), BigIntegerField())
        return Subquery(latest.annotate(found=amount).values("found")[:1])

    return filings.annotate(
        verdict=Subquery(latest.annotate(found=KT("determination__verdict")).values("found")[:1]),
        yen=yen("yen"),
        low=yen("min"),
        high=yen("max"),
        most=Coalesce("yen", "high"),
    ).prefetch_related("corrections")


def desk_filings(case: Case) -> list[Filing]:
    """Filings of a case as the city may see them, oldest first: no drafts, and while the applicant is correcting a filing,
    what was last handed in instead of what is being typed."""
    found = case.filings.exclude(arrived_at=None).prefetch_related(
        Prefetch("revisions", FilingRevision.objects.select_related("submitted_by")),
        Prefetch("fact_reviews", FactReview.objects.select_related("official__user", "evidence__file")),
        Prefetch("criterion_reviews", CriterionReview.objects.select_related("official__user")),
        Prefetch("corrections", CorrectionRequest.objects.select_related("official__user")),
        Prefetch("documents", FilingDocument.objects.select_related("file")),
        Prefetch("decisions", Decision.objects.order_by("pk")),
    )
    filings = list(found)
    for filing in filings:
        filing.case = case
        revisions = list(filing.revisions.all())
        if filing.state == FilingState.CORRECTION_REQUESTED and revisions:
            filing.answers = revisions[-1].answers
    return filings


def submitted_documents(filing: Filing) -> list[FilingDocument]:
    """Files of a filing as they were last handed in (``desk_filings`` brings them along)."""
    revisions = list(filing.revisions.all())
    listed = {document["file"] for document in revisions[-1].documents} if revisions else set()
    return [document for document in filing.documents.all() if str(document.file_id) in listed]


def arrived_documents(user: User) -> QuerySet[FilingDocument]:
    """Files that an official may open: those that are part of something handed in."""
    return FilingDocument.objects.filter(
        filing__case__in=visible_cases(user), filing__arrived_at__isnull=False
    ).select_related("file", "filing__case")


def events_of(case: Case) -> QuerySet[Event]:
    """The history of a case with who acted, newest first."""
    return case.events.select_related("actor").order_by("-pk")


# --- decisions -------------------------------------------------------------------------------------------------


def with_decision_parts(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """Decisions with what a list of them shows."""
    return decisions.select_related(
        "case__organisation", "filing", "drafted_by__user", "revokes__letter", "letter__file"
    ).prefetch_related(Prefetch("approvals", Approval.objects.select_related("official__user")))


def decisions_in(*states: DecisionState) -> QuerySet[Decision]:
    """Decisions in these states, oldest first. What an official closed alone needs no approval and is left out."""
    return with_decision_parts(
        Decision.objects.filter(state__in=states).exclude(state="issued", approvals=None)
    ).order_by("drafted_at", "pk")


def examiners(filings: Iterable[int]) -> dict[int, set[int]]:
    """Officials who had a hand in examining each filing, as ``permissions.may_approve`` counts them."""
    ids = list(filings)
    found: dict[int, set[int]] = {pk: set() for pk in ids}
    for model, official in (
        (FactReview, "official_id"),
        (CriterionReview, "official_id"),
        (CorrectionRequest, "official_id"),
        (Decision, "drafted_by_id"),
    ):
        for filing_id, official_id in model.objects.filter(filing__in=ids).values_list("filing_id", official):
            found[filing_id].add(official_id)
    return found


def hindrances(user: User, official: Official, decisions: Collection[Decision]) -> dict[int, str]:
    """What keeps the user from approving each of the decisions: ``role``, ``drafted``, ``examined``, ``firm`` or nothing.
    The answers of ``permissions.may_approve`` for a whole list."""
    examined = examiners(d.filing_id for d in decisions if d.filing_id is not None)
    own = {organisation.pk for organisation in organisations_of(user)}

    def hindrance(decision: Decision) -> str:
        if not official.approves:
            return "role"
        if decision.drafted_by_id == official.pk:
            return "drafted"
        if official.pk in examined.get(decision.filing_id or 0, ()):
            return "examined"
        return "firm" if decision.case.organisation_id in own else ""

    return {decision.pk: hindrance(decision) for decision in decisions}


def possible_approvers(case: Case, filing: Filing | None, drafter: Official) -> list[Official]:
    """Approvers whom ``permissions.may_approve`` would let approve a decision that ``drafter`` drafts."""
    examined = examiners([filing.pk])[filing.pk] if filing is not None else set()
    approvers = Official.objects.filter(approves=True, user__is_active=True).exclude(
        user__memberships__organisation=case.organisation_id
    )
    return list(
        approvers.exclude(pk__in=examined | {drafter.pk}).select_related("user").order_by("section", "title", "pk")
    )


# --- what needs a person's eye ---------------------------------------------------------------------------------


def unrendered_letters() -> QuerySet[Letter]:
    """Letters without their PDF, those that failed first."""
    return Letter.objects.filter(file=None).select_related("case__organisation", "decision").order_by("-failures", "pk")


def unsent_mails() -> QuerySet[OutboxMail]:
    """Mails that failed and have not gone out since."""
    return OutboxMail.objects.filter(sent_at=None, failures__gt=0).order_by("-created_at", "-pk")
