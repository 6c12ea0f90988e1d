"""What happens after signing in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from applications.permissions import official_of, organisations_of
from portal.templatetags.ui_page import url_if


@login_required
@require_safe
def after_login(request: HttpRequest) -> HttpResponseRedirect:
    """Officials to their queue, newcomers to their applicant's page, everybody else to their cases. Whoever was on the
    way to a page is sent there by ``next`` and never comes here; a check stays in the session."""
    if official_of(request.user) is not None:
        return redirect(url_if("desk_queue") or "home")
    if not organisations_of(request.user):
        return redirect("organisation_new")
    return redirect("my_cases")
