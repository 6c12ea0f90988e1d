"""Downloads: letters, and files that were handed in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from applications.models import FilingDocument
from applications.permissions import may_act_for
from applications.selectors import visible_cases, visible_letters
from documents.models import StoredFile
from documents.uploads import open_for_download


@login_required
@require_safe
def letter_pdf(request: HttpRequest, pk: int) -> FileResponse:
    """The PDF of a letter."""
    letter = get_object_or_404(visible_letters(request.user).select_related("file"), pk=pk)
    if letter.file is None:
        raise Http404
    return _response(letter.file, inline="inline" in request.GET)


@login_required
@require_safe
def file_download(request: HttpRequest, reference: str, pk: int) -> FileResponse:
    """A file of a filing. Officials see what was handed in, not what is still being prepared."""
    document = get_object_or_404(
        FilingDocument.objects.select_related("file", "filing__case__organisation"),
        pk=pk,
        filing__case__reference=reference,
        filing__case__in=visible_cases(request.user),
    )
    if not may_act_for(request.user, document.filing.case.organisation) and not _was_handed_in(document):
        raise Http404
    return _response(document.file, inline="inline" in request.GET)


def _was_handed_in(document: FilingDocument) -> bool:
    key = str(document.file_id)
    return any(
        entry["file"] == key
        for documents in document.filing.revisions.values_list("documents", flat=True)
        for entry in documents
    )


def _response(stored: StoredFile, *, inline: bool) -> FileResponse:
    try:
        opened, headers = open_for_download(stored, inline=inline)
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(opened, headers=headers)
