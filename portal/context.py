"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from applications.permissions import official_of
from portal.demo_accounts import demo_accounts


def site(request: HttpRequest) -> dict[str, Any]:
    """Demo mode with its accounts, and whether the reader is an official (another menu)."""
    user = getattr(request, "user", None)
    return {
        "demo": settings.DEMO,
        "demo_accounts": demo_accounts,
        "is_official": user is not None and user.is_authenticated and official_of(user) is not None,
    }
