"""``Idempotency-Key``: one effect, one answer, whatever is repeated, however it is laid out, by whomever at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.models import Case, Filing, FilingRevision
from portal.api.models import IdempotencyKey
from tests.api.caller import Caller, ok, problem
from tests.applications import journey
from tests.applications.conftest import real_database  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
HQ = "relocation/headquarters"


def key(value: str) -> dict[str, dict[str, str]]:
    return {"headers": {"Idempotency-Key": value}}


def test_same_key_same_body(partner, firm):
    body = {"organisation": firm.pk, "scheme": HQ, "answers": {"capital": 5}}
    first = partner.post("cases/", body, **key("a"))
    again = partner.post("cases/", dict(reversed(body.items())), **key("a"))
    assert ok(again, 201) == ok(first, 201)
    assert (again.content, again.headers["Content-Type"]) == (first.content, first.headers["Content-Type"])
    assert again.headers["Location"] == first.headers["Location"]
    assert (again.headers.get("Idempotent-Replayed"), first.headers.get("Idempotent-Replayed")) == ("true", None)
    # the draft has been changed since; the answer is still the first one
    Filing.objects.update(answers={"capital": 6})
    assert ok(partner.post("cases/", body, **key("a")), 201)["answers"] == {"capital": 5}
    assert Case.objects.count() == 1


def test_same_key_other_body_or_other_address(partner, firm, member):
    body = {"organisation": firm.pk, "scheme": HQ}
    ok(partner.post("cases/", body, **key("a")), 201)
    reused = partner.post("cases/", {**body, "answers": {"capital": 5}}, **key("a"))
    problem(reused, 422, "idempotency_key_reused")
    english = partner.speaking("en").post("cases/", {**body, "step": "x"}, **key("a"))
    assert "48 hours" in problem(english, 422, "idempotency_key_reused")["detail"]
    filing = Filing.objects.get()
    path = f"cases/{filing.case.reference}/filings/{filing.pk}/submit/"
    problem(partner.post(path, {}, **key("a")), 422, "idempotency_key_reused")


def test_a_refusal_leaves_the_key_free(partner, firm):
    body = {"organisation": firm.pk, "scheme": HQ, "step": "x"}
    problem(partner.post("cases/", body, **key("a")), 422, "unknown_step")
    assert not IdempotencyKey.objects.exists()
    ok(partner.post("cases/", {**body, "step": "designation_application"}, **key("a")), 201)


def test_keys_belong_to_their_user(partner, other, firm, stranger):
    ok(partner.post("cases/", {"organisation": firm.pk, "scheme": HQ}, **key("a")), 201)
    own = stranger.memberships.get().organisation
    ok(other.post("cases/", {"organisation": own.pk, "scheme": HQ}, **key("a")), 201)
    assert Case.objects.count() == 2


def test_keys_are_kept_for_48_hours(partner, firm):
    body = {"organisation": firm.pk, "scheme": HQ}
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        ok(partner.post("cases/", body, **key("a")), 201)
    with time_machine.travel(now + timedelta(hours=48), tick=False):
        assert partner.post("cases/", body, **key("a")).headers["Idempotent-Replayed"] == "true"
    with time_machine.travel(now + timedelta(hours=48, seconds=1), tick=False):
        later = partner.post("cases/", body, **key("a"))
    assert "Idempotent-Replayed" not in later.headers
    assert ok(later)["reference"] == Case.objects.get().reference
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.parametrize("value", ["", "a b", "ä", "a" * 201, "a\tb"])
def test_keys_that_are_none(partner, firm, value):
    response = partner.post("cases/", {"organisation": firm.pk, "scheme": HQ}, **key(value))
    (error,) = problem(response, 422, "invalid")["errors"]
    assert error["header"] == "Idempotency-Key"
    assert not Case.objects.exists()


def test_two_rows_of_one_key_cannot_exist(member):
    row = {"user": member, "key": "a", "fingerprint": "x", "created_at": timezone.now()}
    IdempotencyKey.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        IdempotencyKey.objects.create(**row)


# --- at the same time ------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_quick_repetitions_open_one_case(request, partner, firm):
    request.getfixturevalue("real_database")
    body = {"organisation": firm.pk, "scheme": HQ}

    def call() -> object:
        response = Caller(partner.token).post("cases/", body, **key("quick"))
        return response.status_code, response.json()["reference"], response.headers.get("Idempotent-Replayed")

    results = journey.together(*[call] * 4)
    assert {(status, reference) for status, reference, _ in results} == {(201, Case.objects.get().reference)}
    assert sorted(replayed or "" for _, _, replayed in results) == ["", "true", "true", "true"]


@pytest.mark.django_db(transaction=True)
def test_quick_submissions_without_a_key(request, partner, firm, member):
    filing = journey.drafted(firm, member)
    request.getfixturevalue("real_database")
    path = f"cases/{filing.case.reference}/filings/{filing.pk}/submit/"
    statuses = journey.together(*[lambda: Caller(partner.token).post(path, {}).status_code] * 3)
    assert sorted(statuses) == [200, 409, 409]
    assert FilingRevision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_quick_submissions_with_a_key(request, partner, firm, member):
    filing = journey.drafted(firm, member)
    request.getfixturevalue("real_database")
    path = f"cases/{filing.case.reference}/filings/{filing.pk}/submit/"
    receipts = journey.together(*[lambda: Caller(partner.token).post(path, {}, **key("k")).content] * 3)
    assert len(set(receipts)) == 1
    assert FilingRevision.objects.count() == 1
