"""What tests of the officials' pages share: a clock, sign-in, rows of all tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings as portal_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.applications import journey

NOW = journey.NOW + timedelta(hours=3)
"""When officials sit at their desks: some hours after everything that the journey does at its own time."""


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Nobody signs in by password here: a third of a second of hashing for each account would be most of the run."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@contextmanager
def at(moment: datetime = NOW) -> Iterator[None]:
    """The clock of views."""
    with time_machine.travel(moment, tick=False):
        yield


def signed_in(user: Any, language: str = "ja") -> Client:
    """A browser of a user."""
    client = Client()
    client.force_login(user)
    client.cookies[portal_settings.LANGUAGE_COOKIE_NAME] = language
    return client


def html_of(client: Client, url: str, status: int = 200) -> str:
    """A page."""
    response = client.get(url)
    assert response.status_code == status, (url, response.status_code)
    return response.content.decode()


def text_of(html: str) -> str:
    """What stands on a page, without tags; inline ones do not part words."""
    inline = re.sub(r"</?(?:span|data|strong|b|a|code|ins|del|kbd|time|button)\b[^>]*>", "", html)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inline))


def row_counts() -> dict[str, int]:
    """Number of rows by model of cases and files."""
    models = [*apps.get_app_config("applications").get_models(), *apps.get_app_config("documents").get_models()]
    return {model._meta.label: model._default_manager.count() for model in models}


def queries(client: Client, url: str) -> int:
    """How many queries a page takes, warmed up."""
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def seen(html: str) -> str:
    """The hash in the form of an approver."""
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', html)
    assert found is not None
    return found[1]
