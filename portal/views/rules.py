"""The rule book for officials: versions as documents, the go-live list, checks; and the health of the system."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications.permissions import official_of
from applications.rules import rule_book
from eligibility.rulebook.checks import check_book
from eligibility.rulebook.model import Scheme, SchemeVersion
from portal.rules_assumptions import go_live_list
from portal.rules_comparison import compared
from portal.rules_forms import CompareForm
from portal.rules_health import health
from portal.rules_reading import all_cases, document, schemes_with_versions, version_address
from portal.views.desk_access import DeskRequest, desk_render, official_page


@require_safe
@official_page
def desk_rules(request: DeskRequest) -> HttpResponse:
    """All schemes with their versions."""
    return desk_render(
        request,
        "rules/list.html",
        {"schemes": schemes_with_versions(), "assumptions": len(rule_book().vocabulary.assumptions)},
    )


@require_safe
@official_page
def desk_rules_version(request: DeskRequest, programme: str, scheme: str, version: str) -> HttpResponse:
    """One version as a readable document, with its worked cases run now."""
    return desk_render(request, "rules/version.html", document(version_or_404(programme, scheme, version)))


def scheme_or_404(programme: str, scheme: str) -> Scheme:
    """A scheme by the two parts of its id."""
    try:
        return rule_book().scheme(f"{programme}/{scheme}")
    except KeyError:
        raise Http404 from None


def version_or_404(programme: str, scheme: str, version: str) -> SchemeVersion:
    """A version by the parts of its address."""
    try:
        return scheme_or_404(programme, scheme).version(version)
    except KeyError:
        raise Http404 from None


@require_safe
@official_page
def desk_rules_compare(request: DeskRequest, programme: str, scheme: str) -> HttpResponse:
    """Two versions of a scheme side by side."""
    found = scheme_or_404(programme, scheme)
    names = [version.name for version in found.versions]
    given = request.GET if {"old", "new"} <= request.GET.keys() else None
    form = CompareForm(given, versions=names)
    context: dict[str, Any] = {"scheme": found, "form": form}
    if form.is_valid():
        old, new = (found.version(form.cleaned_data[key]) for key in ("old", "new"))
        sections = compared(old, new)
        context |= {
            "old": old,
            "new": new,
            "old_url": version_address(old),
            "new_url": version_address(new),
            "sections": sections,
            "differing": sum(len(section.differing) for section in sections),
            "everything": form.cleaned_data["everything"],
        }
    return desk_render(request, "rules/compare.html", context)


@require_safe
@official_page
def desk_assumptions(request: DeskRequest) -> HttpResponse:
    """Every assumption, the question to the city, and what rests on it."""
    entries = go_live_list()
    return desk_render(
        request, "rules/assumptions.html", {"entries": entries, "unused": sum(not entry.places for entry in entries)}
    )


@require_safe
@official_page
def desk_rules_check(request: DeskRequest) -> HttpResponse:
    """What the checks of the whole book find, and the worked cases that fail now."""
    findings = check_book(rule_book())
    total, failed = all_cases(rule_book().versions())
    return desk_render(
        request,
        "rules/check.html",
        {
            "serious": [finding for finding in findings if finding.serious],
            "notes": [finding for finding in findings if not finding.serious],
            "total": total,
            "failed": failed,
        },
    )


@require_safe
@login_required
def desk_health(request: HttpRequest) -> HttpResponse:
    """Engine, letters, mails, database: for auditors and system administrators."""
    official = official_of(request.user)
    if not (request.user.is_superuser or (official is not None and official.audits)):
        raise PermissionDenied(_("この画面は、監査の担当者とシステム管理者だけが見られます。"))
    return desk_render(request, "rules/health.html", health() | {"official": official})
