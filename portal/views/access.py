"""Who may open the firm's pages: people who act for the applicant. Everybody else is told that there is no such page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.errors import DomainError
from applications.models import Case, Filing, Organisation
from applications.permissions import User, official_of, organisations_of
from portal import kept_posts

View = Callable[..., HttpResponse]


def firm_page(*methods: str, keep: bool = False) -> Callable[[View], View]:
    """A page for applicants who have signed in; ``methods`` besides GET and HEAD. With ``keep``, what somebody typed whose
    session had ended is kept (:mod:`portal.kept_posts`) and shown again after signing in."""

    def decorate(view: View) -> View:
        return _for_firms(require_http_methods(["GET", "HEAD", *methods])(view), keep=keep)

    return decorate


def firm_action(view: View) -> View:
    """Something that only POST does."""
    return _for_firms(require_http_methods(["POST"])(view))


def _for_firms(page: View, *, keep: bool = False) -> View:
    @wraps(page)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            if keep and request.method == "POST":
                _keep(request)
            return redirect_to_login(request.get_full_path())
        if official_of(request.user) is not None and not organisations_of(request.user):
            raise PermissionDenied  # officials have their own pages
        return page(request, *args, **kwargs)

    return guarded


def _keep(request: HttpRequest) -> None:
    if kept_posts.keep(request.session, request.path, request.POST):
        messages.warning(
            request, _("時間がたったためログアウトしました。入力した内容は、ログインすると続きから使えます。")
        )
    else:
        messages.error(request, _("時間がたったためログアウトしました。入力した内容が多すぎて、残せませんでした。"))


def own_organisation(user: User, pk: int) -> Organisation:
    """An applicant that the user acts for, or 404."""
    return get_object_or_404(Organisation.objects.filter(memberships__user=user), pk=pk)


def own_cases(user: User) -> QuerySet[Case]:
    """Cases of the applicants that the user acts for; an official's office gives no entry here."""
    return Case.objects.filter(organisation__memberships__user=user)


def own_filing(user: User, reference: str, pk: int) -> Filing:
    """A filing of such a case, or 404."""
    return get_object_or_404(
        Filing.objects.filter(case__organisation__memberships__user=user).select_related("case__organisation"),
        case__reference=reference,
        pk=pk,
    )


def say(request: HttpRequest, error: DomainError) -> None:
    """A refusal of a service that belongs to no field, on top of the next page."""
    messages.error(request, str(error))
