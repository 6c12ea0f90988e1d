"""Who gets to the officials' pages, and what they see when something is refused."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from applications.errors import Conflict, DomainError, NotAllowed
from applications.models import Case, Decision, Filing, Official
from applications.permissions import is_official, may_review, official_of, require
from portal.desk_reads import desk_cases, desk_filings, with_decision_parts

log = logging.getLogger("portal.desk")


class DeskRequest(HttpRequest):
    """A request of an official."""

    official: Official


View = TypeVar("View", bound=Callable[..., HttpResponse])


def official_page(view: View) -> View:
    """Only for officials; others are sent to sign in or told that they may not. What a service refuses becomes a page
    that says why (403) or that somebody was faster (409)."""

    @login_required
    @wraps(view)
    def wrapped(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        official = official_of(request.user)
        if official is None:
            raise PermissionDenied(str(is_official(request.user).reason))
        request.official = official
        try:
            return view(request, *args, **kwargs)
        except NotAllowed as refused:
            return desk_render(request, "desk/refused.html", {"reason": refused.message}, status=403)
        except Conflict as conflict:
            return desk_render(request, "desk/conflict.html", {"reason": conflict.message}, status=409)

    return wrapped  # type: ignore[return-value]


def desk_render(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """A page of the desk, with who is looking."""
    values = {"official": getattr(request, "official", None), **(context or {})}
    return render(request, template, values, status=status)


def case_of(request: DeskRequest, reference: str) -> Case:
    """The case of that reference, or 404. Reading a case file is logged."""
    case = get_object_or_404(desk_cases(request.user), reference=reference)
    log.info("case %s read by user %s", case.reference, request.user.pk)
    return case


def filing_of(request: DeskRequest, filing_id: int) -> Filing:
    """A filing that has arrived, with everything the desk shows of it, or 404."""
    case = get_object_or_404(
        desk_cases(request.user), pk__in=Filing.objects.filter(pk=filing_id, arrived_at__isnull=False).values("case")
    )
    return next(filing for filing in desk_filings(case) if filing.pk == filing_id)


def reviewable_filing(request: DeskRequest, filing_id: int) -> Filing:
    """A filing that the official may examine. Raises :class:`NotAllowed` with the reason."""
    filing = filing_of(request, filing_id)
    require(may_review(request.user, filing.case))
    return filing


def decision_of(request: DeskRequest, decision_id: int) -> Decision:
    """A decision on a case that the official may open, or 404."""
    decisions = with_decision_parts(Decision.objects.filter(case__in=desk_cases(request.user)))
    return get_object_or_404(decisions, pk=decision_id)


def refuse(request: HttpRequest, form: Any, error: DomainError) -> None:
    """Put what a service refused beside its field; without such a field, above the form."""
    if form is not None and error.field in form.fields:
        form.add_error(error.field, str(error.message))
    elif form is not None:
        form.add_error(None, str(error.message))
    else:
        messages.error(request, str(error.message))


def posted(request: HttpRequest) -> Any:
    """What a form is bound to: what was sent, also when that is nothing; ``None`` before anything was."""
    return request.POST if request.method == "POST" else None
