"""起案: the decision as it would be drafted, its letter as it would be printed, and the parts that the drafter writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.errors import Conflict, DomainError
from applications.models import Decision, Filing
from applications.services.decide import Assessment, draft_decision
from applications.services.letters import preview_html
from portal import desk_findings as findings
from portal.desk_actions import is_notice, may_draft, obstacles
from portal.desk_case_page import assessment_of
from portal.desk_decision_page import reason_lines
from portal.desk_forms import DraftForm
from portal.desk_reads import possible_approvers
from portal.desk_trial import trial
from portal.desk_words import decision_title, filing_title
from portal.views.desk_access import DeskRequest, desk_render, official_page, posted, refuse, reviewable_filing
from portal.views.desk_review import case_address, require_under_review


@dataclass(slots=True)
class Proposal:
    """A decision that was drafted on trial: what it says, or why it cannot be drafted."""

    decision: Decision | None = None
    letter: str = ""
    error: DomainError | None = None
    needs_amount: bool = False
    reasons: list[dict[str, Any]] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
@official_page
def desk_draft(request: DeskRequest, filing_id: int) -> HttpResponse:
    """Letter at left, the parts to write at right, who may approve below."""
    filing = reviewable_filing(request, filing_id)
    require_under_review(filing)
    assessment = assessment_of(filing)
    if assessment is None or is_notice(filing):
        raise Conflict("no_decision", _("この手続では、起案する決定がありません。"))
    if not may_draft(assessment):
        for text in obstacles(assessment):
            messages.warning(request, text)
        return HttpResponseRedirect(case_address(filing))
    choices = _choices(assessment)
    form = DraftForm(posted(request), choices=choices, initial={"favourable": choices[0][0]})
    given = _given(form) if request.method == "POST" and form.is_valid() else {"favourable": choices[0][0] == "yes"}
    if request.method == "POST" and form.is_valid() and "draft" in request.POST:
        decision = _draft(request, filing, form, given)
        if decision is not None:
            messages.success(request, _("起案しました。決裁を待ちます。"))
            return HttpResponseRedirect(reverse("desk_decision", kwargs={"decision_id": decision.pk}))
    proposal = propose(request, filing, given)
    if proposal.error is not None and request.method == "POST" and not form.errors:
        refuse(request, form, proposal.error)
    return desk_render(
        request,
        "desk/draft.html",
        {
            "filing": filing,
            "filing_title": filing_title(filing),
            "form": form,
            "proposal": proposal,
            "obstacles": obstacles(assessment),
            "amounts": findings.amounts(assessment.determination) if proposal.needs_amount else [],
            "approvers": possible_approvers(filing.case, filing, request.official),
            "back": case_address(filing),
        },
    )


def _choices(assessment: Assessment) -> list[tuple[str, str]]:
    """Decisions that the step knows, the one that the assessment speaks for first. A favourable one only where the
    criteria allow it."""
    step = assessment.step
    choices = []
    if step.decides and assessment.may_grant:
        choices.append(("yes", _("認める（%(kind)s）") % {"kind": decision_title(step.decides)}))
    if step.refuses:
        choices.append(("no", _("認めない（%(kind)s）") % {"kind": decision_title(step.refuses)}))
    if not choices:
        raise Conflict("no_decision", _("この手続では、いま起案できる決定がありません。"))
    return choices


def _given(form: DraftForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        "favourable": data["favourable"],
        "amount": data["amount"] if data["favourable"] else None,
        "reason": data["reason"],
        "conditions": form.conditions_given(),
        "note": data["note"],
    }


def _draft(request: DeskRequest, filing: Filing, form: DraftForm, given: dict[str, Any]) -> Decision | None:
    try:
        return draft_decision(by=request.user, filing_id=filing.pk, at=timezone.now(), **given)
    except Conflict:
        raise
    except DomainError as error:
        refuse(request, form, error)
        return None


def propose(request: DeskRequest, filing: Filing, given: dict[str, Any]) -> Proposal:
    """The decision that would be drafted now, with its letter. Where the rules leave the amount open, it is drafted once
    without, to know that it is needed."""
    proposal = _try(request, filing, given | {"amount": None})
    if proposal.error is not None and proposal.error.code == "amount_needed":
        if given.get("amount") is not None:
            proposal = _try(request, filing, given)
        proposal.needs_amount = True
    return proposal


def _try(request: DeskRequest, filing: Filing, given: dict[str, Any]) -> Proposal:
    try:
        with trial():
            decision = draft_decision(by=request.user, filing_id=filing.pk, at=timezone.now(), **given)
            letter = preview_html(decision, nonce=str(getattr(request, "csp_nonce", "")))
    except Conflict:
        raise
    except DomainError as error:
        return Proposal(error=error)
    return Proposal(decision, letter, reasons=reason_lines(decision))
