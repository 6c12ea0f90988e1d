"""Rate limits. Rates are read at each request, from ``REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]``."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle, UserRateThrottle


class _CurrentRate(SimpleRateThrottle):
    """Takes the rate of its scope from the settings as they are now."""

    def get_rate(self) -> str | None:
        """``60/min``, or ``None`` for no limit."""
        rate: str | None = api_settings.DEFAULT_THROTTLE_RATES[self.scope]
        return rate


class AnonymousThrottle(_CurrentRate, AnonRateThrottle):
    """Callers without a token, by address."""


class UserThrottle(_CurrentRate, UserRateThrottle):
    """Callers with a token, by account."""

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """``None`` (no limit here) for callers without a token: :class:`AnonymousThrottle` counts those."""
        if not request.user or not request.user.is_authenticated:
            return None
        return super().get_cache_key(request, view)


class DeterminationThrottle(_CurrentRate):
    """Determinations, which cost more than reading: by account, or by address."""

    scope = "determinations"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """Account or address."""
        user = request.user
        ident = f"user-{user.pk}" if user and user.is_authenticated else self.get_ident(request)
        return self.cache_format % {"scope": self.scope, "ident": ident}
