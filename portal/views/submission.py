"""The last page before a filing is handed in, handing it in, the receipt, and taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from applications.errors import Conflict, DomainError, Incomplete
from applications.models import Filing
from applications.rules import rule_book
from applications.services.submit import TERMS_VERSION, submit_filing, withdraw_filing
from applications.states import ALLOWED, WITH_THE_FIRM, FilingState
from eligibility.evaluation.facts import Problem
from eligibility.evaluation.questionnaire import fact_name
from eligibility.rulebook.model import Fact
from portal import kept_posts
from portal.case_forms import SubmitForm, WithdrawForm
from portal.case_pages import correction_items, path_lines
from portal.case_words import filing_title, paper_title
from portal.fact_forms import field_id
from portal.fact_text import shown_answers, words
from portal.filing_check import Readiness, readiness
from portal.filing_pages import files_of, papers, sheet
from portal.views.access import firm_page, own_filing, say


@firm_page("POST", keep=True)
def filing_summary(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Everything exactly as it will arrive; handing it in."""
    filing = own_filing(request.user, reference, pk)
    if filing.state not in WITH_THE_FIRM:
        if request.method == "POST":
            return show_receipt(request, filing, already=True)
        return redirect("filing_receipt", reference, pk)
    correcting = filing.state == FilingState.CORRECTION_REQUESTED
    kept = kept_posts.kept(request.session, request.path)
    initial = {"answer": kept.get("answer", "")} if kept is not None else {}
    form = SubmitForm(request.POST if request.method == "POST" else None, correcting=correcting, initial=initial)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            submit_filing(
                by=request.user, filing_id=filing.pk, at=timezone.now(), answer=form.cleaned_data.get("answer", "")
            )
        except Incomplete as error:
            refusal = str(error)
        except Conflict:
            filing.refresh_from_db()
            return show_receipt(request, filing, already=True)
        except DomainError as error:
            refusal = str(error)
        else:
            kept_posts.forget(request.session, request.path)
            return redirect("filing_receipt", reference, pk)
    return _show_summary(request, filing, form, refusal)


def _show_summary(request: HttpRequest, filing: Filing, form: SubmitForm, refusal: str) -> HttpResponse:
    ready = readiness(filing, timezone.now())
    found = sheet(filing, localdate())
    today = localdate()
    context: dict[str, Any] = {
        "filing": filing,
        "case": filing.case,
        "title": filing_title(filing),
        "form": form,
        "groups": _groups(found.facts, filing.answers),
        "papers": [paper for paper in papers(found, files_of(filing), None) if paper.present or paper.required],
        "ready": ready,
        "problems": _problems(ready),
        "refusal": refusal if refusal != ready.refusal else "",
        "terms": TERMS_VERSION,
        "correction": found.correction,
        "asked": correction_items(found.correction) if found.correction is not None else [],
        "path": path_lines(filing.case, today),
        "today": today,
    }
    return render(request, "cases/summary.html", context)


def _groups(facts: list[Fact], answers: dict[str, Any]) -> list[dict[str, Any]]:
    """Answers by topic."""
    topics = rule_book().vocabulary.topics
    found: dict[str, list[Any]] = {}
    for answer in shown_answers(facts, answers):
        found.setdefault(answer.fact.topic, []).append(answer)
    return [{"name": name, "title": words(topics[name].title), "answers": rows} for name, rows in found.items()]


def _problems(ready: Readiness) -> list[dict[str, str]]:
    """What keeps the filing from being handed in, each with the field to which it leads."""
    found: dict[str, dict[str, str]] = {}
    for problem in ready.problems:
        found.setdefault(*_problem(problem))
    return [
        *found.values(),
        *(
            {
                "label": paper_title(kind),
                "text": _("この書類を添付してください。"),
                "target": f"id_file-{kind}",
            }
            for kind in ready.documents
        ),
    ]


def _problem(problem: Problem) -> tuple[str, dict[str, str]]:
    """One line for each fact: a list with ten open fields is one thing to mend."""
    facts = rule_book().vocabulary.facts
    name = fact_name(problem.path)
    if name not in facts:
        return name, {"label": "", "text": words(problem.message), "target": ""}
    fact = facts[name]
    text = _("空いている欄に回答してください。") if "[" in problem.path else words(problem.message)
    return name, {"label": words(fact.title), "text": text, "target": field_id(fact)}


# --- the receipt ---------------------------------------------------------------------------------------------


@firm_page()
def filing_receipt(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What was handed in, when it arrived, and the files with their hashes."""
    return show_receipt(request, own_filing(request.user, reference, pk))


def show_receipt(request: HttpRequest, filing: Filing, *, already: bool = False) -> HttpResponse:
    """The receipt. ``already``: somebody tried to change or hand in what has been handed in; nothing happened twice."""
    revisions = list(filing.revisions.select_related("submitted_by").order_by("number"))
    if not revisions and filing.state in WITH_THE_FIRM:
        raise Http404
    wanted = request.GET.get("revision", "")
    revision = next((r for r in revisions if str(r.number) == wanted), revisions[-1] if revisions else None)
    facts = rule_book().vocabulary.facts
    answered = [facts[name] for name in facts if revision is not None and name in revision.answers]
    topics = list(rule_book().vocabulary.topics)
    answered.sort(key=lambda fact: topics.index(fact.topic))
    context = {
        "filing": filing,
        "case": filing.case,
        "title": filing_title(filing),
        "revision": revision,
        "revisions": revisions,
        "groups": _groups(answered, revision.answers) if revision is not None else [],
        "files": _files(revision.documents) if revision is not None else [],
        "already": already,
        "may_withdraw": FilingState.WITHDRAWN in ALLOWED[FilingState(filing.state)],
        "path": path_lines(filing.case, localdate()),
    }
    return render(request, "cases/receipt.html", context, status=409 if already else 200)


def _files(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Files as the revision lists them, with the kind of paper in words."""
    return [{**document, "title": paper_title(document["kind"])} for document in documents]


# --- taking back ---------------------------------------------------------------------------------------------


@firm_page("POST")
def filing_withdraw(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take a filing back, after asking."""
    filing = own_filing(request.user, reference, pk)
    if FilingState.WITHDRAWN not in ALLOWED[FilingState(filing.state)]:
        if request.method == "POST":
            return show_receipt(request, filing, already=True)
        return redirect("filing_receipt", reference, pk)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_filing(by=request.user, filing_id=filing.pk, at=timezone.now(), reason=form.cleaned_data["reason"])
        except DomainError as error:
            say(request, error)
        else:
            messages.success(request, _("「%(title)s」を取り下げました。") % {"title": filing_title(filing)})
        return redirect("case_page", reference)
    context = {"filing": filing, "case": filing.case, "title": filing_title(filing), "form": form}
    return render(request, "cases/withdraw.html", context)
