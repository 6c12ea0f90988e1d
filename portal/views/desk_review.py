"""Examining a filing: taking it up, confirming and changing facts, deciding what the rules leave to the city."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from applications.errors import Conflict, DomainError
from applications.models import Filing
from applications.rules import rule_book
from applications.services import review
from applications.states import FilingState
from eligibility.rulebook.model import Fact
from portal.components.rows import asks_for_row, rows_as_typed
from portal.desk_case_page import assessment_of
from portal.desk_facts import current_reviews, show
from portal.desk_findings import criteria
from portal.desk_forms import CriterionForm, FactChangeForm
from portal.desk_reads import submitted_documents
from portal.desk_words import filing_title
from portal.fact_forms import FactsForm, record_formset, words
from portal.views.desk_access import DeskRequest, desk_render, official_page, posted, refuse, reviewable_filing


def case_address(filing: Filing, anchor: str = "") -> str:
    """The page of the filing's case, showing this filing."""
    address = reverse("desk_case", kwargs={"reference": filing.case.reference})
    return f"{address}?filing={filing.pk}{f'#{anchor}' if anchor else ''}"


@require_POST
@official_page
def desk_take_up(request: DeskRequest, filing_id: int) -> HttpResponse:
    """Start examining."""
    filing = reviewable_filing(request, filing_id)
    review.take_up(by=request.user, filing_id=filing.pk, at=timezone.now())
    messages.success(request, _("審査を始めました。担当はあなたです。"))
    return HttpResponseRedirect(case_address(filing))


@require_POST
@official_page
def desk_confirm_facts(request: DeskRequest, filing_id: int) -> HttpResponse:
    """Confirm one declared fact (``fact``), or all that are still open (``all``). The page comes back at the next one."""
    filing = reviewable_filing(request, filing_id)
    assessment = assessment_of(filing)
    unreviewed = list(assessment.unreviewed) if assessment is not None else []
    chosen = unreviewed if "all" in request.POST else request.POST.getlist("fact")
    done = review.confirm_facts(by=request.user, filing_id=filing.pk, facts=chosen, at=timezone.now())
    if "all" in request.POST:
        text = ngettext("申告事項%(count)s件を確認しました。", "申告事項%(count)s件を確認しました。", done)
        messages.success(request, text % {"count": done})
    left = [name for name in rule_book().vocabulary.facts if name in unreviewed and name not in chosen]
    order = list(rule_book().vocabulary.facts)
    after = [name for name in left if chosen and chosen[0] in order and order.index(name) > order.index(chosen[0])]
    following = (after or left or [""])[0]
    return HttpResponseRedirect(case_address(filing, f"fact-{following}" if following else "facts"))


@require_http_methods(["GET", "HEAD", "POST"])
@official_page
def desk_change_fact(request: DeskRequest, filing_id: int, fact: str) -> HttpResponse:
    """Replace a declared value, with the reason and the evidence."""
    filing = reviewable_filing(request, filing_id)
    require_under_review(filing)
    found = rule_book().vocabulary.facts.get(fact)
    if found is None:
        raise Http404
    current = current_reviews(filing).get(fact)
    answer = current.confirmed if current is not None else filing.answers.get(fact)
    documents = submitted_documents(filing)
    value: Any = FactsForm([found], {fact: answer})
    form = FactChangeForm(documents=documents)
    if request.method == "POST" and asks_for_row(request.POST):
        value.formsets[fact] = rows_as_typed(record_formset(found), request.POST, prefix=fact)
        form = FactChangeForm(documents=documents, initial=request.POST.dict())
    elif request.method == "POST":
        value = FactsForm([found], {}, request.POST)
        form = FactChangeForm(request.POST, documents=documents)
        if value.is_valid() and form.is_valid() and _change(request, filing, found, value, form):
            messages.success(request, _("「%(fact)s」を変更しました。") % {"fact": words(found.title)})
            return HttpResponseRedirect(case_address(filing, f"fact-{fact}"))
    return desk_render(
        request,
        "desk/fact.html",
        {
            "filing": filing,
            "filing_title": filing_title(filing),
            "fact": found,
            "title": words(found.title),
            "declared": show(found, filing.answers.get(fact)),
            "value": value,
            "rows": value.formsets.get(fact),
            "item": words(found.item_title or found.title),
            "form": form,
            "back": case_address(filing, f"fact-{fact}"),
        },
    )


def _change(request: DeskRequest, filing: Filing, fact: Fact, value: FactsForm, form: FactChangeForm) -> bool:
    evidence = form.cleaned_data["evidence"]
    try:
        review.review_fact(
            by=request.user,
            filing_id=filing.pk,
            fact=fact.name,
            value=value.answers()[fact.name],
            change=True,
            reason=form.cleaned_data["reason"],
            evidence_id=evidence.pk if evidence is not None else None,
            at=timezone.now(),
        )
    except Conflict:
        raise
    except DomainError as error:
        if error.field == "value" and fact.name in value.form.fields:
            value.form.add_error(fact.name, str(error.message))
        else:
            refuse(request, form, error)
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@official_page
def desk_criterion(request: DeskRequest, filing_id: int, criterion: str) -> HttpResponse:
    """Decide a criterion that the rules leave to the city."""
    filing = reviewable_filing(request, filing_id)
    require_under_review(filing)
    assessment = assessment_of(filing)
    views = {view.name: view for view in criteria(filing, assessment)} if assessment is not None else {}
    view = views.get(criterion)
    if view is None or view.outcome != "referred":
        raise Http404
    decided = view.decided
    initial = {"accepted": "yes" if decided.accepted else "no", "reason": decided.reason} if decided is not None else {}
    form = CriterionForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            review.review_criterion(
                by=request.user,
                filing_id=filing.pk,
                criterion=criterion,
                accepted=form.cleaned_data["accepted"],
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
            )
        except Conflict:
            raise
        except DomainError as error:
            refuse(request, form, error)
        else:
            messages.success(request, _("要件についての判断を記録しました。"))
            return redirect(case_address(filing, f"criterion-{criterion}"))
    return desk_render(
        request,
        "desk/criterion.html",
        {
            "filing": filing,
            "filing_title": filing_title(filing),
            "criterion": view,
            "form": form,
            "back": case_address(filing, f"criterion-{criterion}"),
        },
    )


def require_under_review(filing: Filing) -> None:
    """Nothing to fill in where the service would refuse it anyway."""
    if filing.state != FilingState.UNDER_REVIEW:
        raise Conflict("not_under_review", _("この手続は審査中ではありません。"))
