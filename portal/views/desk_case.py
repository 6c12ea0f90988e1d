"""A case on one screen, and the files in it."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from applications.models import Letter
from applications.procedure import lenient_facts
from applications.selectors import visible_letters
from applications.services.decide import assess
from documents.models import StoredFile
from documents.uploads import open_for_download
from portal.changes_page import ChangesShown
from portal.desk_case_page import case_page
from portal.desk_reads import arrived_documents, desk_cases
from portal.views.desk_access import DeskRequest, case_of, desk_render, filing_of, log, official_page
from portal.views.desk_review import case_address


@require_safe
@official_page
def desk_case(request: DeskRequest, reference: str) -> HttpResponse:
    """Facts, evidence and criteria of a filing (``?filing=``), the record of the case, and what can be done next."""
    case = case_of(request, reference)
    page = case_page(request.user, request.official, case, request.GET.get("filing", ""))
    return desk_render(request, "desk/case.html", page)


@require_safe
@official_page
def desk_changes(request: DeskRequest, filing_id: int) -> HttpResponse:
    """What the applicant could change to become eligible, or to get more, under the confirmed facts."""
    filing = filing_of(request, filing_id)
    assessment = assess(filing)
    changes = ChangesShown(assessment.determination, lenient_facts(assessment.answers))
    if not changes.offered:
        raise Http404
    return desk_render(
        request, "desk/changes.html", {"changes": changes, "filing": filing, "back": case_address(filing)}
    )


@require_safe
@xframe_options_sameorigin
@official_page
def desk_file(request: DeskRequest, document_id: int) -> HttpResponseBase:
    """A file that was handed in: PDF and pictures in the viewer, everything else to be saved."""
    document = get_object_or_404(arrived_documents(request.user), pk=document_id)
    log.info("file %s of case %s read by user %s", document.pk, document.filing.case.reference, request.user.pk)
    return file_response(document.file)


@require_safe
@xframe_options_sameorigin
@official_page
def desk_letter(request: DeskRequest, letter_id: int) -> HttpResponseBase:
    """The PDF of a letter. Opening it here does not count as opened by the applicant."""
    letters = visible_letters(request.user).filter(case__in=desk_cases(request.user)).exclude(file=None)
    letter: Letter = get_object_or_404(letters.select_related("file"), pk=letter_id)
    return file_response(letter.file)


def file_response(stored: StoredFile) -> HttpResponseBase:
    """A stored file with the headers that keep browsers safe; 404 when its bytes are gone."""
    try:
        opened, headers = open_for_download(stored, inline=True)
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(opened, headers=headers)
