"""The API description: valid, complete, checked in; the pages that show it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from portal.api.openapi import description
from portal.api.problem_kinds import KINDS
from portal.api.urls import urlpatterns
from tests.api.caller import ok
from tests.api.contract import NOT_DESCRIBED

pytestmark = pytest.mark.django_db
CHECKED_IN = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"


def test_valid_without_warnings(tmp_path):
    target = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(target))
    assert target.read_text(encoding="utf-8") == CHECKED_IN.read_text(encoding="utf-8"), (
        "run: manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml"
    )


def test_served_as_checked_in(anybody):
    served = anybody.speaking("en").get("schema/")
    assert served.headers["Content-Type"] == "application/yaml"
    assert served.content.decode() == CHECKED_IN.read_text(encoding="utf-8")
    assert ok(anybody.get("openapi.json")) == yaml.safe_load(served.content)


def test_every_address_is_described():
    assert len(description()["paths"]) == len([p for p in urlpatterns if p.name not in NOT_DESCRIBED])


def operations():
    for path, item in description()["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def test_operations_are_documented_in_both_languages():
    for name, operation in operations():
        for part in ("summary", "description"):
            english, _slash, japanese = operation[part].partition(" / ")
            assert english.isascii() or "“" in english, name
            assert re.search(r"[ぁ-んァ-ヶ一-龠]", japanese), name
        assert operation["operationId"], name
        assert "Accept-Language" in {p["name"] for p in operation["parameters"]}, name


def test_operations_name_their_problems():
    for name, operation in operations():
        refused = {status for status in operation["responses"] if status >= "400"}
        assert {"406", "500"} <= refused, name
        if operation["security"] == [{"token": []}]:
            assert "401" in refused, name
        if "requestBody" in operation:
            assert {"400", "413", "415", "422"} <= refused, name


def test_examples_of_problems_are_real():
    components = description()["components"]
    assert components["securitySchemes"]["token"]["scheme"] == "bearer"
    for response in components["responses"].values():
        examples = response["content"]["application/problem+json"]["examples"]
        assert {name.rsplit("_", 1)[1] for name in examples} == {"ja", "en"}
        for name, example in examples.items():
            kind = KINDS[name.rsplit("_", 1)[0]]
            assert example["value"]["type"] == kind.type
            assert example["value"]["status"] == kind.status


@pytest.mark.parametrize("path", ["docs/", "redoc/"])
def test_pages(anybody, path):
    response = anybody.get(path, headers={"Accept": "text/html"})
    assert response.status_code == 200
    html = response.content.decode()
    nonce = re.search(r'nonce="([^"]+)"', html)[1]
    policy = response.headers["Content-Security-Policy"]
    assert f"'nonce-{nonce}'" in policy
    assert "unsafe" not in policy
    assert not re.findall(r'(?:src|href)="https?:', html)
    assert all("nonce=" in tag or "src=" in tag for tag in re.findall(r"<script[^>]*>", html))
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', html):
        assert anybody.get(address).status_code == 200
    assert anybody.call("POST", path).status_code == 405
