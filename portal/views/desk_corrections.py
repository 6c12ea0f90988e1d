"""補正依頼: what is to be mended, until when, and what the applicant will read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from applications.calendar import open_days_after
from applications.errors import Conflict, DomainError
from applications.models import Filing, OutboxMail
from applications.services.corrections import request_correction
from applications.tasks import mail_text
from portal.components.rows import as_typed, asks_for_row, rows_as_typed
from portal.desk_case_page import assessment_of
from portal.desk_facts import fact_rows
from portal.desk_forms import CorrectionForm, CorrectionItems, correction_subjects
from portal.desk_reads import submitted_documents
from portal.desk_trial import trial
from portal.desk_words import filing_title, step_in, subject_title
from portal.views.desk_access import DeskRequest, desk_render, official_page, refuse, reviewable_filing
from portal.views.desk_review import case_address, require_under_review

OPEN_DAYS = 10
"""Days on which the city is open that are proposed for mending a filing."""


@require_http_methods(["GET", "HEAD", "POST"])
@official_page
def desk_correction(request: DeskRequest, filing_id: int) -> HttpResponse:
    """Items, each tied to a fact or a paper, a date, and the preview; ``?about=`` begins with one."""
    filing = reviewable_filing(request, filing_id)
    require_under_review(filing)
    options: dict[str, Any] = {"form_kwargs": {"subjects": _subjects(filing)}}
    preview = None
    if request.method == "POST" and asks_for_row(request.POST):
        form: Any = as_typed(CorrectionForm, request.POST)
        items: Any = rows_as_typed(CorrectionItems, request.POST, prefix="items", **options)
    elif request.method == "POST":
        form = CorrectionForm(request.POST)
        items = CorrectionItems(request.POST, prefix="items", **options)
        if form.is_valid() and items.is_valid():
            if "send" in request.POST and _send(request, filing, form, items):
                messages.success(request, _("補正を依頼しました。企業にメールで知らせます。"))
                return HttpResponseRedirect(case_address(filing))
            preview = _preview(request, filing, form, items) if not form.errors else None
    else:
        about = request.GET.get("about", "")
        form = CorrectionForm(initial={"due_on": open_days_after(localdate(), OPEN_DAYS)})
        items = CorrectionItems(prefix="items", initial=[{"about": about}], **options)
    return desk_render(
        request,
        "desk/correction.html",
        {
            "filing": filing,
            "filing_title": filing_title(filing),
            "form": form,
            "items": items,
            "preview": preview,
            "open_days": OPEN_DAYS,
            "back": case_address(filing),
        },
    )


def _subjects(filing: Filing) -> list[Any]:
    rows = fact_rows(filing, assessment_of(filing), ())
    step = step_in(filing.case, filing.step)
    papers = [kind for kind, _required in step.documents] if step is not None else []
    papers += [document.kind for document in submitted_documents(filing)]
    return correction_subjects(rows, dict.fromkeys(papers))


def _given(items: Any) -> list[dict[str, str]]:
    return [{"about": form.cleaned_data["about"], "text": form.cleaned_data["text"]} for form in items.forms]


def _request(request: DeskRequest, filing: Filing, form: CorrectionForm, items: Any) -> Any:
    return request_correction(
        by=request.user,
        filing_id=filing.pk,
        items=_given(items),
        due_on=form.cleaned_data["due_on"],
        at=timezone.now(),
    )


def _send(request: DeskRequest, filing: Filing, form: CorrectionForm, items: Any) -> bool:
    try:
        _request(request, filing, form, items)
    except Conflict:
        raise
    except DomainError as error:
        refuse(request, form, error)
        return False
    return True


def _preview(request: DeskRequest, filing: Filing, form: CorrectionForm, items: Any) -> dict[str, Any] | None:
    """What the applicant will read: the mail in the language of its reader, and the list on the screen."""
    try:
        with trial():
            made = _request(request, filing, form, items)
            prefix = f"case-{filing.case_id}:correction-{made.pk}:"
            mails = list(OutboxMail.objects.filter(key__startswith=prefix))
    except Conflict:
        raise
    except DomainError as error:
        refuse(request, form, error)
        return None
    written = {mail.language: mail_text(mail) for mail in mails}
    language = filing.case.organisation.memberships.order_by("pk").values_list("user__language", flat=True).first()
    with override(language or "ja"):
        listed = [(subject_title(item["about"]), item["text"]) for item in made.items]
    return {
        "mails": list(written.values()),
        "recipients": [mail.recipient for mail in mails],
        "items": listed,
        "due_on": made.due_on,
        "language": language or "ja",
    }
