"""Pages of the schemes: readable without an account, printable, linkable."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from applications.rules import rule_book
from eligibility.rulebook.model import Scheme, SchemeVersion
from portal.combination_page import relations
from portal.scheme_pages import Document, by_programme, periods, standing


@require_safe
def scheme_list(request: HttpRequest) -> HttpResponse:
    """All schemes by programme, with their standing today."""
    today = localdate()
    return render(request, "schemes/list.html", {"programmes": by_programme(today), "today": today})


@require_safe
def scheme_page(request: HttpRequest, programme: str, name: str) -> HttpResponse:
    """A scheme with the rules of today."""
    scheme = _scheme(programme, name)
    return _show(request, scheme, standing(scheme, localdate()).version)


@require_safe
def scheme_version(request: HttpRequest, programme: str, name: str, version: str) -> HttpResponse:
    """A scheme with the rules of one version."""
    scheme = _scheme(programme, name)
    try:
        return _show(request, scheme, scheme.version(version), named=True)
    except KeyError:
        raise Http404 from None


def _scheme(programme: str, name: str) -> Scheme:
    try:
        return rule_book().schemes[f"{programme}/{name}"]
    except KeyError:
        raise Http404 from None


def _show(request: HttpRequest, scheme: Scheme, version: SchemeVersion | None, *, named: bool = False) -> HttpResponse:
    today = localdate()
    now = standing(scheme, today)
    context = {
        "scheme": scheme,
        "parts": scheme.id.split("/"),
        "standing": now,
        "version": version,
        "document": Document(version) if version is not None else None,
        "is_current": version is not None and version is now.version,
        "named": named,
        "periods": periods(scheme, today),
        "relations": relations(scheme),
        "office": rule_book().city.offices[scheme.programme],
        "today": today,
    }
    return render(request, "schemes/page.html", context)
