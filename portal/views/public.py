"""Pages that everybody may read, and the answer to requests that are too large."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe
from django.views.defaults import bad_request as django_bad_request

from applications.rules import rule_book
from applications.services.submit import TERMS_VERSION
from portal.fact_text import words
from portal.scheme_pages import door_of, open_schemes


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, the doors by goal, and the schemes that are open."""
    today = localdate()
    doors = [door_of(goal) for goal in rule_book().vocabulary.goals.values()]
    return render(request, "public/home.html", {"goals": doors, "schemes": open_schemes(today), "today": today})


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the portal is, how it decides, and what "assumed" means."""
    return render(request, "public/about.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How accessible the portal is and how to report what is not."""
    return render(request, "public/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What data is kept, why, and for how long."""
    hours = settings.SESSION_COOKIE_AGE // 3600
    return render(request, "public/privacy.html", {"session_hours": hours})


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """The terms that applicants agree to when submitting."""
    limit = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
    return render(request, "public/terms.html", {"version": TERMS_VERSION, "limit": limit})


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """The offices, programme by programme."""
    programmes = rule_book().vocabulary.programmes
    offices = [
        {"programme": words(programmes[name].title), "name": words(office.name), "phone": office.phone}
        for name, office in rule_book().city.offices.items()
        if name in programmes
    ]
    return render(request, "public/contact.html", {"offices": offices})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django answers 400 to a request that is too large, too; people need to be told what to do about it."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return render(request, "413.html", {"limit": settings.MAX_UPLOAD_BYTES}, status=413)
    return django_bad_request(request, exception)
