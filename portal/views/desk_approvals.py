"""決裁 and 施行: what waits for approval, one decision with all that speaks for it, approving, returning, issuing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from applications.errors import Conflict, DomainError
from applications.models import Decision
from applications.services.approve import approve_decision, return_decision
from applications.services.issue import issue_decision
from applications.services.letters import retry_letter
from applications.states import DecisionState
from portal.desk_decision_page import decision_page, next_waiting, step_or_revocation
from portal.desk_forms import ApproveForm, ReturnForm
from portal.desk_reads import decisions_in, hindrances, unrendered_letters
from portal.desk_words import decision_title
from portal.views.desk_access import DeskRequest, decision_of, desk_render, official_page, refuse

RECENT = 20
"""Decisions taken lately that the list shows."""
HINDRANCES: dict[str, Any] = {
    "role": "",
    "drafted": gettext_lazy("自分が起案"),
    "examined": gettext_lazy("自分が審査"),
    "firm": gettext_lazy("自分が関係する申請者"),
}


@require_safe
@official_page
def desk_approvals(request: DeskRequest) -> HttpResponse:
    """Waiting for approval, waiting to be issued, letters that failed, and what was decided lately."""
    waiting = list(decisions_in(DecisionState.DRAFTED))
    hindered = hindrances(request.user, request.official, waiting)
    rows = [_row(decision, hindered[decision.pk]) for decision in waiting]
    issued = decisions_in(DecisionState.ISSUED).order_by("-issued_at", "-pk")[:RECENT]
    return desk_render(
        request,
        "desk/approvals.html",
        {
            "waiting": [row for row in rows if not row["decision"].revokes_id],
            "revocations": [row for row in rows if row["decision"].revokes_id],
            "mine": sum(not row["hindrance"] for row in rows) if request.official.approves else 0,
            "approved": [_row(decision) for decision in decisions_in(DecisionState.APPROVED)],
            "failed": [letter for letter in unrendered_letters() if letter.failures],
            "recent": [_row(decision) for decision in issued],
        },
    )


def _row(decision: Decision, hindrance: str = "") -> dict[str, Any]:
    return {
        "decision": decision,
        "title": decision_title(decision.kind),
        "subject": step_or_revocation(decision),
        "hindrance": hindrance,
        "why": HINDRANCES.get(hindrance, ""),
    }


@require_safe
@official_page
def desk_decision(request: DeskRequest, decision_id: int) -> HttpResponse:
    """One decision."""
    return _page(request, decision_of(request, decision_id))


def _page(request: DeskRequest, decision: Decision, **forms: Any) -> HttpResponse:
    nonce = str(getattr(request, "csp_nonce", ""))
    page = decision_page(request.user, request.official, decision, nonce)
    page["approve_form"] = ApproveForm(initial={"seen": page["seen"]})
    page["return_form"] = ReturnForm()
    return desk_render(request, "desk/decision.html", page | forms)


@require_POST
@official_page
def desk_approve(request: DeskRequest, decision_id: int) -> HttpResponse:
    """Approve what was shown, then on to the next one."""
    decision = decision_of(request, decision_id)
    _require_waiting(decision)
    approve_decision(
        by=request.user,
        decision_id=decision.pk,
        seen=request.POST.get("seen", ""),
        reason=request.POST.get("reason", "")[:2000],
        at=timezone.now(),
    )
    messages.success(request, _("%(reference)s を決裁しました。") % {"reference": decision.case.reference})
    return _on_to_the_next(request)


@require_POST
@official_page
def desk_return(request: DeskRequest, decision_id: int) -> HttpResponse:
    """Return the draft to its drafter, with the reason."""
    decision = decision_of(request, decision_id)
    _require_waiting(decision)
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            return_decision(
                by=request.user, decision_id=decision.pk, reason=form.cleaned_data["reason"], at=timezone.now()
            )
        except Conflict:
            raise
        except DomainError as error:
            refuse(request, form, error)
        else:
            messages.success(request, _("%(reference)s を差し戻しました。") % {"reference": decision.case.reference})
            return _on_to_the_next(request)
    return _page(request, decision, return_form=form, form=form)


@require_POST
@official_page
def desk_issue(request: DeskRequest, decision_id: int) -> HttpResponse:
    """施行: number and date; the PDF follows by itself."""
    decision = decision_of(request, decision_id)
    letter = issue_decision(by=request.user, decision_id=decision.pk, at=timezone.now())
    messages.success(
        request, _("施行しました（%(number)s）。通知書のPDFを作成し、企業に知らせます。") % {"number": letter.number}
    )
    return HttpResponseRedirect(reverse("desk_decision", kwargs={"decision_id": decision.pk}))


@require_POST
@official_page
def desk_retry_letter(request: DeskRequest, decision_id: int) -> HttpResponse:
    """Make a letter again whose PDF failed."""
    decision = decision_of(request, decision_id)
    letter = getattr(decision, "letter", None)
    if letter is None:
        raise Conflict("no_letter", _("この決定には、まだ通知書がありません。"))
    retry_letter(by=request.user, letter_id=letter.pk, at=timezone.now())
    messages.success(request, _("通知書の作成をやり直しています。"))
    return HttpResponseRedirect(reverse("desk_decision", kwargs={"decision_id": decision.pk}))


def _require_waiting(decision: Decision) -> None:
    """A second click is told that it was the second one, before asking who it is."""
    if decision.state != DecisionState.DRAFTED:
        raise Conflict("not_drafted", _("この決定は、既に決裁又は差戻しが済んでいます。"))


def _on_to_the_next(request: DeskRequest) -> HttpResponse:
    following = next_waiting(request.user, request.official)["decision"]
    if following is not None:
        return HttpResponseRedirect(reverse("desk_decision", kwargs={"decision_id": following.pk}))
    return HttpResponseRedirect(reverse("desk_approvals"))
