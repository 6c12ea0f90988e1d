"""The form of a filing: saving, papers, two versions side by side when it was saved elsewhere meanwhile."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from applications.errors import Conflict, DomainError, StaleDraft
from applications.models import Filing
from applications.rules import rule_book
from applications.services.draft import attach_document, remove_document, save_answers
from applications.states import WITH_THE_FIRM, FilingState
from documents.uploads import UploadProblem
from portal import kept_posts
from portal.case_pages import correction_items, path_lines
from portal.case_words import filing_title
from portal.components.rows import asks_for_row
from portal.fact_forms import FactsForm
from portal.fact_text import shown_answers, words
from portal.filing_pages import FILE, PapersForm, Sheet, files_of, paper_kinds, papers, sheet
from portal.views.access import firm_page, own_filing
from portal.views.submission import show_receipt


@firm_page("POST", keep=True)
def filing_form(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Fill in a filing."""
    filing = own_filing(request.user, reference, pk)
    if filing.state not in WITH_THE_FIRM:
        if request.method == "POST":
            return show_receipt(request, filing, already=True)
        return redirect("filing_receipt", reference, pk)
    if request.method != "POST":
        return _first_look(request, filing)
    if "discard" in request.POST:
        kept_posts.forget(request.session, request.path)
        return redirect("filing_form", reference, pk)
    return _resolve(request, filing) if "yours" in request.POST else _save(request, filing)


def _first_look(request: HttpRequest, filing: Filing) -> HttpResponse:
    """The stored answers; or what was typed when the session ended, not yet saved."""
    found = sheet(filing, localdate())
    kept = kept_posts.kept(request.session, request.path)
    if kept is None:
        return _show(request, filing, found, FactsForm(found.facts, filing.answers, marked=found.needed))
    yours = _answers_in(kept.get("yours", ""))
    if yours is not None:
        error = StaleDraft("", theirs=dict(filing.answers), yours=yours, revision=filing.revision)
        return _show_conflict(request, filing, list(yours), error)
    form = FactsForm.as_typed(found.sent(kept.get("shown", "")), kept, marked=found.needed)
    return _show(request, filing, found, form, kept=True, revision=_number(kept.get("revision", "")))


# --- saving --------------------------------------------------------------------------------------------------


def _save(request: HttpRequest, filing: Filing) -> HttpResponse:
    """1. the answers, whatever else goes wrong; 2. files taken out and added; 3. the page again, or the next one."""
    before = sheet(filing, localdate())
    form = FactsForm(before.sent(request.POST.get("shown", "")), filing.answers, request.POST)
    stale: StaleDraft | None = None
    try:
        save_answers(
            by=request.user,
            filing_id=filing.pk,
            answers=form.answers(),
            at=timezone.now(),
            revision=_number(request.POST.get("revision", "")),
        )
    except StaleDraft as error:
        stale = error
    except Conflict:
        filing.refresh_from_db()
        return show_receipt(request, filing, already=True)
    uploads = _papers(request, filing, before)
    filing.refresh_from_db()
    if stale is not None:
        differing = _differing(stale)
        if differing:
            return _show_conflict(request, filing, differing, stale)
        save_answers(by=request.user, filing_id=filing.pk, answers=stale.yours, at=timezone.now())
        filing.refresh_from_db()
    kept_posts.forget(request.session, request.path)
    return _after_saving(request, filing, form, uploads)


def _after_saving(request: HttpRequest, filing: Filing, form: FactsForm, uploads: PapersForm) -> HttpResponse:
    found = sheet(filing, localdate())
    if asks_for_row(request.POST):
        typed = FactsForm.as_typed(form.facts, request.POST, marked=found.needed)
        return _show(request, filing, found, typed, uploads=uploads)
    if form.errors or uploads.errors:
        again = FactsForm(form.facts, filing.answers, request.POST, marked=found.needed)
        return _show(request, filing, found, again, uploads=uploads)
    if "next" in request.POST:
        return redirect("filing_summary", filing.case.reference, filing.pk)
    messages.success(request, _("保存しました。"))
    return redirect("filing_form", filing.case.reference, filing.pk)


def _papers(request: HttpRequest, filing: Filing, found: Sheet) -> PapersForm:
    """Take out and add files; what cannot be accepted is said beside its field."""
    removed = _number(request.POST.get("remove_file", ""))
    if removed is not None:
        remove_document(by=request.user, filing_id=filing.pk, document_id=removed, at=timezone.now())
    form = PapersForm(paper_kinds(found, files_of(filing)), request.POST, request.FILES)
    form.is_valid()
    for name, upload in list(form.cleaned_data.items()):  # add_error takes entries out
        if upload is None:
            continue
        try:
            attach_document(
                by=request.user, filing_id=filing.pk, kind=name.removeprefix(FILE), upload=upload, at=timezone.now()
            )
        except UploadProblem as problem:
            form.add_error(name, _("%(name)s：%(value)s") % {"name": upload.name, "value": words(problem.text)})
        except DomainError as error:
            form.add_error(name, str(error))
    return form


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


# --- saved elsewhere meanwhile -------------------------------------------------------------------------------


def _differing(stale: StaleDraft) -> list[str]:
    return [name for name, value in stale.yours.items() if stale.theirs.get(name) != value]


def _show_conflict(request: HttpRequest, filing: Filing, names: list[str], stale: StaleDraft) -> HttpResponse:
    facts = [rule_book().vocabulary.facts[name] for name in names]
    theirs, yours = shown_answers(facts, stale.theirs), shown_answers(facts, stale.yours)
    context = {
        "filing": filing,
        "title": filing_title(filing),
        "choices": [{"name": t.fact.name, "theirs": t, "yours": y} for t, y in zip(theirs, yours, strict=True)],
        "yours": json.dumps({name: stale.yours[name] for name in names}, ensure_ascii=False),
        "message": str(stale),
    }
    return render(request, "cases/conflict.html", context, status=409)


def _answers_in(text: str) -> dict[str, Any] | None:
    """Answers as the page with both versions sends them; ``None`` for anything else."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    known = rule_book().vocabulary.facts
    return found if isinstance(found, dict) and found and all(name in known for name in found) else None


def _resolve(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Keep for each answer the version that was chosen."""
    yours = _answers_in(request.POST["yours"])
    if yours is None:
        return HttpResponseBadRequest()
    chosen = {name: value for name, value in yours.items() if request.POST.get(f"keep-{name}") == "yours"}
    try:
        save_answers(
            by=request.user,
            filing_id=filing.pk,
            answers=chosen,
            at=timezone.now(),
            revision=_number(request.POST.get("revision", "")),
        )
    except StaleDraft as error:
        filing.refresh_from_db()
        again = StaleDraft(error.message, theirs=error.theirs, yours=yours, revision=error.revision)
        return _show_conflict(request, filing, _differing(again) or list(yours), again)
    except Conflict:
        filing.refresh_from_db()
        return show_receipt(request, filing, already=True)
    kept_posts.forget(request.session, request.path)
    messages.success(request, _("選んだ内容で保存しました。"))
    return redirect("filing_form", filing.case.reference, filing.pk)


# --- showing -------------------------------------------------------------------------------------------------


def _show(
    request: HttpRequest,
    filing: Filing,
    found: Sheet,
    form: FactsForm,
    *,
    uploads: PapersForm | None = None,
    kept: bool = False,
    revision: int | None = None,
) -> HttpResponse:
    files = files_of(filing)
    kinds = paper_kinds(found, files)
    uploads = uploads or PapersForm(kinds)
    uploads.ask_for(kinds)
    today = localdate()
    context: dict[str, Any] = {
        "filing": filing,
        "case": filing.case,
        "title": filing_title(filing),
        "form": form,
        "groups": form.groups(found.notes),
        "papers": papers(found, files, uploads),
        "errors": [*form.errors, *_upload_errors(uploads)],
        "shown": " ".join(fact.name for fact in form.facts),
        "revision": filing.revision if revision is None else revision,
        "correction": found.correction,
        "asked": correction_items(found.correction) if found.correction is not None else [],
        "no_terms": found.version is None,
        "kept": kept,
        "path": path_lines(filing.case, today),
        "is_draft": filing.state == FilingState.DRAFT,
        "today": today,
    }
    return render(request, "cases/form.html", context)


def _upload_errors(uploads: PapersForm) -> list[dict[str, str]]:
    if not uploads.is_bound:
        return []
    return [
        {"text": str(message), "label": str(field.label), "target": field.id_for_label}
        for field in uploads
        for message in field.errors
    ]
