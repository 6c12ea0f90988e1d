"""Every address × every method × every kind of caller. An address that is not listed here fails the test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.db import transaction

from applications.models import Filing, Letter
from portal.api.urls import urlpatterns
from tests.api.caller import Caller
from tests.api.counting import row_counts
from tests.applications import journey
from tests.factories import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

PUBLIC = {"nobody": 200, "own": 200, "other": 200, "official": 200}
OWN_ACCOUNT = {"nobody": 401, "own": 200, "other": 200, "official": 200}
READ_CASE = {"nobody": 401, "own": 200, "other": 404, "official": 200}
READ_DRAFT = {"nobody": 401, "own": 200, "other": 404, "official": 404}


def writes_case(status: int) -> dict[str, int]:
    """The applicant's people may; officials who see the case are told that they may not."""
    return {"nobody": 401, "own": status, "other": 404, "official": 403}


def writes_draft(status: int) -> dict[str, int]:
    """Nobody else knows of a draft."""
    return {"nobody": 401, "own": status, "other": 404, "official": 404}


@dataclass(frozen=True)
class Line:
    """A method of an address: who gets which status. Words in ``<…>`` stand for what is in the world of the test."""

    method: str
    path: str
    statuses: dict[str, int]
    body: Any = None
    upload: bool = False


MATRIX: dict[str, list[Line]] = {
    "programmes": [Line("GET", "programmes/", PUBLIC)],
    "schemes": [Line("GET", "schemes/", PUBLIC)],
    "scheme": [Line("GET", "schemes/relocation/headquarters/", PUBLIC)],
    "scheme-version": [Line("GET", "schemes/relocation/headquarters/versions/V2026/", PUBLIC)],
    "facts": [Line("GET", "facts/", PUBLIC)],
    "fact": [Line("GET", "facts/capital/", PUBLIC)],
    "determinations": [Line("POST", "determinations/", PUBLIC, {"facts": {}})],
    "kpi": [Line("GET", "kpi/", PUBLIC)],
    "indicator": [Line("GET", "kpi/firms_attracted/", PUBLIC)],
    "health": [Line("GET", "health/", PUBLIC)],
    "problems": [Line("GET", "problems/", PUBLIC)],
    "problem": [Line("GET", "problems/incomplete", PUBLIC)],
    "openapi-json": [Line("GET", "openapi.json", PUBLIC)],
    "schema": [Line("GET", "schema/", PUBLIC)],
    "docs": [Line("GET", "docs/", PUBLIC)],
    "redoc": [Line("GET", "redoc/", PUBLIC)],
    "no-such-address": [Line("GET", "nothing/", dict.fromkeys(PUBLIC, 404))],
    "me": [Line("GET", "me/", OWN_ACCOUNT)],
    "organisations": [Line("GET", "organisations/", OWN_ACCOUNT)],
    "current-token": [Line("DELETE", "tokens/current/", {**OWN_ACCOUNT, "own": 204, "other": 204, "official": 204})],
    "cases": [
        Line("GET", "cases/", OWN_ACCOUNT),
        Line(
            "POST",
            "cases/",
            {"nobody": 401, "own": 201, "other": 404, "official": 404},
            {"organisation": "<firm>", "scheme": "scholarship/cooperating_firm"},
        ),
    ],
    "case": [Line("GET", "cases/<submitted>/", READ_CASE), Line("GET", "cases/<draft>/", READ_DRAFT)],
    "letters": [
        Line("GET", "cases/<submitted>/letters/", READ_CASE),
        Line("GET", "cases/<draft>/letters/", READ_DRAFT),
    ],
    "filings": [
        Line("POST", "cases/<decided>/filings/", writes_case(201), {"step": "start_of_operation_notice"}),
        Line("POST", "cases/<draft>/filings/", writes_draft(200), {"step": "designation_application"}),
    ],
    "filing": [
        Line("GET", "cases/<submitted>/filings/<filing>/", READ_CASE),
        Line("GET", "cases/<draft>/filings/<filing>/", READ_DRAFT),
    ],
    "answers": [
        Line("PATCH", "cases/<draft>/filings/<filing>/answers/", writes_draft(200), {"answers": {}, "revision": 3}),
        Line("PATCH", "cases/<submitted>/filings/<filing>/answers/", writes_case(409), {"answers": {}, "revision": 3}),
    ],
    "documents": [
        Line("POST", "cases/<draft>/filings/<filing>/documents/", writes_draft(201), upload=True),
        Line("POST", "cases/<submitted>/filings/<filing>/documents/", writes_case(409), upload=True),
    ],
    "document": [
        Line("DELETE", "cases/<draft>/filings/<filing>/documents/<document>/", writes_draft(204)),
        Line("DELETE", "cases/<submitted>/filings/<filing>/documents/<document>/", writes_case(409)),
    ],
    "submit": [
        Line("POST", "cases/<draft>/filings/<filing>/submit/", writes_draft(200), {}),
        Line("POST", "cases/<submitted>/filings/<filing>/submit/", writes_case(409), {}),
    ],
    "withdraw": [
        Line("POST", "cases/<draft>/filings/<filing>/withdraw/", writes_draft(200), {}),
        Line("POST", "cases/<submitted>/filings/<filing>/withdraw/", writes_case(200), {}),
    ],
    "letter-pdf": [Line("GET", "letters/<letter>/pdf/", READ_CASE)],
    "file": [
        Line("GET", "files/<submitted file>/", READ_CASE),
        Line("GET", "files/<draft file>/", READ_DRAFT),
        Line(
            "GET",
            "files/4b500a19-6609-4cda-9bf1-e8d7fa118395/",
            {"nobody": 401, "own": 404, "other": 404, "official": 404},
        ),
    ],
}
LINES = [line for lines in MATRIX.values() for line in lines]
NEEDS_TOKEN = [line for line in LINES if line.statuses["nobody"] == 401]


def test_every_address_is_listed():
    assert {pattern.name for pattern in urlpatterns} == set(MATRIX)


def test_every_method_is_listed():
    for pattern in urlpatterns:
        view = getattr(pattern.callback, "view_class", None)
        if view is None or pattern.name == "no-such-address":
            continue
        methods = {m.upper() for m in ("get", "post", "put", "patch", "delete") if hasattr(view, m)}
        assert methods == {line.method for line in MATRIX[pattern.name]}, pattern.name


@pytest.fixture
def world(firm, member, reviewer, approver, django_capture_on_commit_callbacks):
    """A case in draft, one submitted, one decided (with its letter), all of one partner."""
    second = MembershipFactory(user=member, organisation=OrganisationFactory()).organisation
    third = MembershipFactory(user=member, organisation=OrganisationFactory()).organisation
    with time_machine.travel(journey.NOW, tick=True):
        with django_capture_on_commit_callbacks(execute=True):
            decided = journey.designated(third, member, reviewer, approver)
        submitted, draft = journey.submitted(second, member), journey.drafted(firm, member)
        Filing.objects.filter(pk__in=[submitted.pk, draft.pk]).update(revision=3)
        yield {
            "firm": firm.pk,
            "decided": decided,
            "submitted": submitted,
            "draft": draft,
            "letter": Letter.objects.get().pk,
        }


def address(path: str, world: dict[str, Any]) -> str:
    """The path with the ids of this run."""
    filing: Filing = world["submitted"] if "<submitted" in path else world["draft"]
    document = filing.documents.first()
    for word, value in {
        "<submitted file>": world["submitted"].documents.first().file_id,
        "<draft file>": world["draft"].documents.first().file_id,
        "<submitted>": world["submitted"].case.reference,
        "<draft>": world["draft"].case.reference,
        "<decided>": world["decided"].reference,
        "<filing>": filing.pk,
        "<document>": document.pk,
        "<letter>": world["letter"],
    }.items():
        path = path.replace(word, str(value))
    return path


def send(caller: Caller, line: Line, world: dict[str, Any]):
    path = address(line.path, world)
    if line.upload:
        return caller.upload(path, journey.upload())
    body = line.body
    if isinstance(body, dict) and body.get("organisation") == "<firm>":
        body = {**body, "organisation": world["firm"]}
    return caller.call(line.method, path, body)


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.method} {line.path}")
def test_who_gets_what(line, world, caller_of, member, stranger, reviewer):
    callers = {
        "nobody": Caller(),
        "own": caller_of(member),
        "other": caller_of(stranger),
        "official": caller_of(reviewer),
    }
    found = {}
    for who, caller in callers.items():
        with transaction.atomic():  # each of them finds the same world
            found[who] = send(caller, line, world).status_code
            transaction.set_rollback(True)
    assert found == line.statuses


@pytest.mark.parametrize("line", NEEDS_TOKEN, ids=lambda line: f"{line.method} {line.path}")
def test_tokens_that_no_longer_hold(line, world, caller_of, member):
    expired, revoked = caller_of(member), caller_of(member)
    member.api_tokens.filter(token_key=expired.token[:15]).update(expiry=journey.NOW)
    member.api_tokens.filter(token_key=revoked.token[:15]).delete()
    before = row_counts()
    for caller in (expired, revoked, Caller("0" * 64)):
        response = send(caller, line, world)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert response.json()["type"] == "/api/v1/problems/unauthenticated"
    assert row_counts() == before


def test_foreign_and_missing_cases_look_the_same(world, other):
    def shown(response) -> str:
        body = response.json()
        return str({**body, "instance": ""}) + str(sorted(response.headers))

    for suffix in ("", "letters/", "filings/1/"):
        foreign = other.get(f"cases/{world['submitted'].case.reference}/{suffix}")
        missing = other.get(f"cases/S2026-99999/{suffix}")
        assert shown(foreign) == shown(missing)
    assert shown(other.get(f"letters/{world['letter']}/pdf/")) == shown(other.get("letters/999999/pdf/"))


def test_reading_changes_nothing(world, caller_of, member, reviewer):
    callers = [Caller(), caller_of(member), caller_of(reviewer)]
    for caller in callers:  # the first use of a token notes when it was used
        caller.get("me/")
    before = row_counts()
    stamps = list(Letter.objects.values()), list(Filing.objects.values()), list(member.api_tokens.values())
    for line in LINES:
        if line.method == "GET":
            for caller in callers:
                send(caller, line, world)
                caller.call("HEAD", address(line.path, world))
    assert row_counts() == before
    assert stamps == (list(Letter.objects.values()), list(Filing.objects.values()), list(member.api_tokens.values()))
