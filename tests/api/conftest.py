"""What tests of the API share: callers with tokens, an empty cache, the language."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.utils import translation

from applications.rules import engine
from portal.api.tokens import create_token
from tests.api.caller import Caller


@pytest.fixture(autouse=True)
def _japanese() -> Iterator[None]:
    """Each test starts in Japanese; a request in English leaves its language behind in the thread."""
    with translation.override("ja"):
        yield


@pytest.fixture(autouse=True)
def _fresh_limits(settings) -> None:
    """No test uses up the rate limit of another or finds its faults; hashing passwords takes no time here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    engine().health.faults = []


@pytest.fixture
def caller_of(db) -> Callable[..., Caller]:
    """Makes a caller with a fresh token of a user."""

    def make(user, language: str = "ja") -> Caller:
        _token, plain = create_token(user, "試験用")
        return Caller(plain, language)

    return make


@pytest.fixture
def anybody(db) -> Caller:
    """A caller without a token."""
    return Caller()


@pytest.fixture
def partner(caller_of, member) -> Caller:
    """The partner system that acts for the firm."""
    return caller_of(member)


@pytest.fixture
def other(caller_of, stranger) -> Caller:
    """A partner system that acts for another firm."""
    return caller_of(stranger)


@pytest.fixture
def official(caller_of, reviewer) -> Caller:
    """An official's tool."""
    return caller_of(reviewer)
