"""Which case, filing, letter or file a caller may read. What is not visible does not exist (404)."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework.request import Request

from applications.models import Case, Decision, Filing, FilingDocument, FilingRevision, Letter
from applications.permissions import may_act_for
from applications.selectors import visible_cases, visible_letters
from applications.states import WITH_THE_FIRM


def case_of(request: Request, reference: str) -> Case:
    """The case of that reference, when the caller may see it."""
    return get_object_or_404(visible_cases(request.user).select_related("organisation"), reference=reference)


def case_with_everything(request: Request, reference: str) -> Case:
    """The case with all that its page shows, in a fixed number of queries."""
    filings = Filing.objects.prefetch_related(
        Prefetch("decisions", Decision.objects.order_by("pk")),
        "corrections",
        Prefetch("revisions", FilingRevision.objects.order_by("number")),
    )
    cases = visible_cases(request.user).select_related("organisation")
    return get_object_or_404(
        cases.prefetch_related(
            Prefetch("filings", filings),
            Prefetch("decisions", Decision.objects.order_by("pk")),
            Prefetch("letters", Letter.objects.select_related("file")),
        ),
        reference=reference,
    )


def acts_for_applicant(request: Request, case: Case) -> bool:
    """The caller files for the applicant (and so sees drafts), and is not only an official who reads."""
    return may_act_for(request.user, case.organisation).ok


def filing_of(request: Request, reference: str, filing_id: int) -> Filing:
    """A filing of a visible case; what has not been handed in exists for the applicant's people only."""
    case = case_of(request, reference)
    filing = get_object_or_404(case.filings, pk=filing_id)
    filing.case = case
    if filing.arrived_at is None and not acts_for_applicant(request, case):
        raise Http404
    return filing


def letters_of(request: Request) -> QuerySet[Letter]:
    """Letters that the caller may open."""
    return visible_letters(request.user).select_related("case", "file")


def document_of(request: Request, file_id: UUID) -> FilingDocument:
    """The uploaded file of that id. Officials read what has been handed in, the applicant's people all of their own."""
    cases = visible_cases(request.user)
    document = (
        FilingDocument.objects.filter(file_id=file_id, filing__case__in=cases)
        .select_related("file", "filing__case__organisation")
        .first()
    )
    if document is None:
        raise Http404
    filing = document.filing
    if not acts_for_applicant(request, filing.case) and not _handed_in(document, filing):
        raise Http404
    return document


def _handed_in(document: FilingDocument, filing: Filing) -> bool:
    if filing.state not in WITH_THE_FIRM and document.removed_at is None:
        return True
    wanted = str(document.file_id)
    lists = filing.revisions.values_list("documents", flat=True)
    return any(entry["file"] == wanted for documents in lists for entry in documents)


def handed_in_answers(filing: Filing) -> dict[str, object]:
    """Answers as officials see them: while the applicant is working on the filing, those that arrived last."""
    if filing.state not in WITH_THE_FIRM:
        return dict(filing.answers)
    revisions = list(filing.revisions.all())
    return dict(revisions[-1].answers) if revisions else {}
