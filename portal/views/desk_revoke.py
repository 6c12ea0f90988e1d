"""取消し: drafting the revocation of a decision that has been issued. It goes the same way as any decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.errors import Conflict, DomainError
from applications.models import Decision
from applications.permissions import may_review, require
from applications.services.letters import preview_html
from applications.services.revoke import draft_revocation
from portal.desk_forms import RevocationForm
from portal.desk_reads import possible_approvers
from portal.desk_trial import trial
from portal.desk_words import decision_title
from portal.views.desk_access import DeskRequest, decision_of, desk_render, official_page, posted, refuse

STANDS_FOR = "―"
"""What the preview shows where nothing has been typed yet."""


@require_http_methods(["GET", "HEAD", "POST"])
@official_page
def desk_revoke(request: DeskRequest, decision_id: int) -> HttpResponse:
    """Reason and provision at right, the letter at left."""
    decision = decision_of(request, decision_id)
    require(may_review(request.user, decision.case))
    letter = _letter(request, decision, STANDS_FOR, STANDS_FOR)
    form = RevocationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = {"reason": form.cleaned_data["reason"], "article": form.cleaned_data["article"]}
        try:
            if "draft" in request.POST:
                made = draft_revocation(by=request.user, decision_id=decision.pk, at=timezone.now(), **given)
                messages.success(request, _("取消しを起案しました。決裁を待ちます。"))
                return HttpResponseRedirect(reverse("desk_decision", kwargs={"decision_id": made.pk}))
            letter = _letter(request, decision, **given)
        except Conflict:
            raise
        except DomainError as error:
            refuse(request, form, error)
    return desk_render(request, "desk/revoke.html", _page(request, decision, form, letter))


def _page(request: DeskRequest, decision: Decision, form: RevocationForm, letter: str) -> dict[str, Any]:
    return {
        "decision": decision,
        "title": decision_title(decision.kind),
        "form": form,
        "letter_html": letter,
        "approvers": possible_approvers(decision.case, None, request.official),
    }


def _letter(request: DeskRequest, decision: Decision, reason: str, article: str) -> str:
    """The letter as it would be printed. Raises what the service refuses."""
    with trial():
        made = draft_revocation(
            by=request.user, decision_id=decision.pk, reason=reason, article=article, at=timezone.now()
        )
        return preview_html(made, nonce=str(getattr(request, "csp_nonce", "")))
