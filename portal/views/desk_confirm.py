"""Notices that one official acknowledges or confirms: prior consultation, start of operation, reports."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.errors import Conflict, DomainError
from applications.services.issue import confirm_filing
from portal.desk_actions import is_notice, unconfirmed
from portal.desk_case_page import assessment_of
from portal.desk_facts import fact_rows
from portal.desk_forms import ConfirmForm
from portal.desk_reads import submitted_documents
from portal.desk_trial import kpi_effects
from portal.desk_words import filing_title
from portal.views.desk_access import DeskRequest, desk_render, official_page, posted, refuse, reviewable_filing
from portal.views.desk_review import case_address, require_under_review


@require_http_methods(["GET", "HEAD", "POST"])
@official_page
def desk_confirm(request: DeskRequest, filing_id: int) -> HttpResponse:
    """What was notified, what confirming it counts for, and the note."""
    filing = reviewable_filing(request, filing_id)
    require_under_review(filing)
    if not is_notice(filing):
        raise Conflict("needs_approval", _("この手続は起案と決裁が必要です。"))
    form = ConfirmForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            confirm_filing(by=request.user, filing_id=filing.pk, note=form.cleaned_data["note"], at=timezone.now())
        except Conflict:
            raise
        except DomainError as error:
            refuse(request, form, error)
        else:
            messages.success(request, _("確認しました。企業にメールで知らせます。"))
            return HttpResponseRedirect(case_address(filing))
    assessment = assessment_of(filing)
    obstacle, effects = None, []
    try:
        effects = kpi_effects(
            filing.case, lambda: confirm_filing(by=request.user, filing_id=filing.pk, at=timezone.now())
        )
    except Conflict:
        raise
    except DomainError as error:
        obstacle = error.message
    rows = fact_rows(filing, assessment, submitted_documents(filing))
    return desk_render(
        request,
        "desk/confirm.html",
        {
            "filing": filing,
            "filing_title": filing_title(filing),
            "rows": [row for row in rows if row.state != "idle"],
            "documents": submitted_documents(filing),
            "unconfirmed": unconfirmed(assessment),
            "effects": effects,
            "obstacle": obstacle,
            "form": form,
            "back": case_address(filing),
        },
    )
