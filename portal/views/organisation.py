"""The applicant: who it is, who acts for it, and the tokens of its partner systems."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from applications.errors import DomainError
from applications.models import Membership, Organisation
from applications.permissions import organisations_of
from applications.services.organisations import (
    add_member,
    change_organisation,
    may_manage,
    register_organisation,
    remove_member,
)
from portal import kept_posts
from portal.api.tokens import create_token, list_tokens, revoke_token
from portal.check import Check
from portal.components.rows import as_typed
from portal.organisation_forms import MemberForm, OrganisationForm, TokenForm
from portal.views.access import firm_action, firm_page, own_organisation, say


@firm_page()
def firm_settings(request: HttpRequest) -> HttpResponse:
    """The applicants that the user acts for; with one, its page."""
    organisations = organisations_of(request.user)
    if not organisations:
        return redirect("organisation_new")
    if len(organisations) == 1:
        return redirect("organisation", organisations[0].pk)
    return render(request, "organisation/list.html", {"organisations": organisations})


@firm_page("POST", keep=True)
def organisation_new(request: HttpRequest) -> HttpResponse:
    """Register an applicant. ``next`` leads back to what the user was about to do."""
    kept = kept_posts.kept(request.session, request.path)
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    if kept is not None and request.method != "POST":
        form = as_typed(OrganisationForm, kept)
    if request.method == "POST" and form.is_valid():
        try:
            organisation = register_organisation(by=request.user, values=form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field or None, str(error))
        else:
            kept_posts.forget(request.session, request.path)
            messages.success(request, _("%(name)sを登録しました。") % {"name": organisation.name})
            return _onward(request)
    context = {
        "form": form,
        "next": request.GET.get("next", ""),
        "check": Check.of(request.session),
        "has_organisation": bool(organisations_of(request.user)),
    }
    return render(request, "organisation/new.html", context)


def _onward(request: HttpRequest) -> HttpResponseRedirect:
    target = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(target)
    return redirect("my_cases")


@firm_page()
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """An applicant with its members."""
    return _show(request, own_organisation(request.user, pk), MemberForm())


def _show(request: HttpRequest, found: Organisation, form: MemberForm) -> HttpResponse:
    members = found.memberships.select_related("user").order_by("pk")
    context = {
        "organisation": found,
        "members": members,
        "form": form,
        "manages": bool(may_manage(request.user, found)),
        "partner": Membership.Role.PARTNER,
    }
    return render(request, "organisation/page.html", context)


@firm_page("POST")
def organisation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the particulars of an applicant."""
    found = own_organisation(request.user, pk)
    _require_owner(request, found)
    form = OrganisationForm(
        request.POST if request.method == "POST" else None, organisation=found, initial=found.__dict__
    )
    if request.method == "POST" and form.is_valid():
        change_organisation(by=request.user, organisation_id=found.pk, values=form.cleaned_data)
        messages.success(request, _("変更を保存しました。"))
        return redirect("organisation", found.pk)
    return render(request, "organisation/edit.html", {"form": form, "organisation": found})


def _require_owner(request: HttpRequest, found: Organisation) -> None:
    """Members do not see the pages of owners."""
    if not may_manage(request.user, found):
        raise Http404


@firm_action
def member_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody act for the applicant."""
    found = own_organisation(request.user, pk)
    _require_owner(request, found)
    form = MemberForm(request.POST)
    if form.is_valid():
        try:
            membership = add_member(
                by=request.user, organisation_id=found.pk, user=form.user, role=form.cleaned_data["role"]
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("%(name)sさんをメンバーに追加しました。") % {"name": membership.user})
            return redirect("organisation", found.pk)
    return _show(request, found, form)


@firm_page("POST")
def member_remove(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """End a membership, after asking."""
    found = own_organisation(request.user, pk)
    _require_owner(request, found)
    membership = get_object_or_404(found.memberships.select_related("user"), pk=member)
    if request.method == "POST":
        try:
            remove_member(by=request.user, organisation_id=found.pk, membership_id=membership.pk)
        except DomainError as error:
            say(request, error)
        else:
            messages.success(request, _("%(name)sさんをメンバーから外しました。") % {"name": membership.user})
            if membership.user_id == request.user.pk:
                return redirect("firm_settings")
        return redirect("organisation", found.pk)
    return render(request, "organisation/member_remove.html", {"organisation": found, "membership": membership})


# --- tokens of partner systems -------------------------------------------------------------------------------


@firm_page("POST")
def api_tokens(request: HttpRequest) -> HttpResponse:
    """The tokens of the user's account. A new one is shown once, in the answer to the request that made it."""
    _require_some_ownership(request)
    form, made, plain = TokenForm(request.POST if request.method == "POST" else None), None, ""
    if request.method == "POST" and form.is_valid():
        expires = timezone.now() + timedelta(days=form.cleaned_data["days"])
        try:
            made, plain = create_token(request.user, form.cleaned_data["name"], expires)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            form = TokenForm()
    context = {"form": form, "made": made, "plain": plain, "tokens": list_tokens(request.user), "now": timezone.now()}
    return render(request, "organisation/tokens.html", context)


@firm_page("POST")
def api_token_revoke(request: HttpRequest, pk: str) -> HttpResponse:
    """Revoke a token, after asking."""
    _require_some_ownership(request)
    token = list_tokens(request.user).filter(pk=pk).first()
    if token is None:
        raise Http404
    if request.method == "POST":
        revoke_token(request.user, pk)
        messages.success(request, _("トークン「%(name)s」を失効させました。") % {"name": token.name})
        return redirect("api_tokens")
    return render(request, "organisation/token_revoke.html", {"token": token})


def _require_some_ownership(request: HttpRequest) -> None:
    """Tokens are for people who manage an applicant."""
    if not Membership.objects.filter(user=request.user, role=Membership.Role.OWNER).exists():
        raise Http404
