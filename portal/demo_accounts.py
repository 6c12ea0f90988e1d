"""Accounts that the sign-in page of the demonstration shows: e-mail address, password (public) and role."""

from __future__ import annotations

from django.conf import settings

from portal.demo.people import accounts
from portal.fact_text import words


def demo_accounts() -> list[dict[str, str]]:
    """The accounts with their roles in the reader's language; none outside of demo mode."""
    if not settings.DEMO:
        return []
    return [
        {
            "email": str(account["email"]),
            "password": str(account["password"]),
            "role": words(account["role"]),  # type: ignore[arg-type]
        }
        for account in accounts()
    ]
