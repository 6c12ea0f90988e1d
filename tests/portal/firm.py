"""What tests of the public and the firm's pages share: the clock, pages as text, typing answers into forms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from eligibility.rulebook.model import Fact

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
"""Tuesday, 24 November 2026, 10:00 in Japan."""
AT_THAT_TIME = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("time_machine"),
    pytest.mark.time_machine(NOW),
]
HQ = "relocation/headquarters"


def page(client: Client, url: str, language: str = "ja", status: int = 200) -> str:
    """A page in a language."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    response = client.get(url)
    assert response.status_code == status, (url, response.status_code, response.headers.get("Location"))
    return response.content.decode()


def check_page(html: str, language: str = "ja") -> None:
    """What every page keeps: one h1, one main, the language, no inline style or handler, no identifier twice."""
    assert f'<html lang="{language}">' in html
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert html.count("<main ") == 1
    assert re.search(r"<title>[^<]*\S[^<]*</title>", html)
    assert not re.search(r'\sstyle="', html)
    assert not re.search(r'\son[a-z]+="', html)
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(set(ids)) == sorted(ids)
    assert "Text(ja=" not in html
    assert "<Promise" not in html


def text_of(html: str) -> str:
    """The words of the main part of a page."""
    main = html[html.index("<main ") : html.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def rows() -> dict[str, int]:
    """Rows of every table but the sessions."""
    models = [model for model in apps.get_models() if model._meta.label != "sessions.Session"]
    return {model._meta.label: model._default_manager.count() for model in models}


def hidden(html: str, name: str) -> str:
    """Value of a hidden input."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', html)
    assert found is not None, name
    return found[1]


def typed(facts: Iterable[Fact], answers: dict[str, Any]) -> dict[str, Any]:
    """Answers as a browser posts them for these facts."""
    data: dict[str, Any] = {}
    for fact in facts:
        answer = answers.get(fact.name)
        if fact.is_list:
            records = answer or []
            data |= {f"{fact.name}-TOTAL_FORMS": str(len(records)), f"{fact.name}-INITIAL_FORMS": "0"}
            if answer == []:
                data[f"{fact.name}-none"] = "on"
            for number, record in enumerate(records):
                data |= {f"{fact.name}-{number}-{name}": _typed(value) for name, value in record.items()}
        elif answer is not None:
            data[fact.name] = _typed(answer)
    return data


def _typed(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return value or ["-"]
    return str(value)
