"""Tokens: made once, shown once, hashed, expiring, revocable."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.errors import DomainError
from portal.api.models import ApiToken
from portal.api.tokens import MOST_TOKENS, create_token, list_tokens, revoke_token
from tests.api.caller import Caller, ok, problem
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_token_is_stored_as_a_hash_and_expires_after_a_year(member):
    token, plain = create_token(member, " 会計システム ")
    assert token.name == "会計システム"
    stored = ApiToken.objects.values().get()
    assert plain not in str(stored)
    assert len(plain) == 64
    assert timedelta(days=364) < token.expiry - timezone.now() <= timedelta(days=365)


def test_names_and_dates_are_checked(member):
    for name in ("", "   ", "あ" * 101):
        with pytest.raises(DomainError) as refused:
            create_token(member, name)
        assert refused.value.field == "name"
    with pytest.raises(DomainError) as refused:
        create_token(member, "a", timezone.now())
    assert refused.value.field == "expires"
    for n in range(MOST_TOKENS):
        create_token(member, f"{n}")
    with pytest.raises(DomainError, match="20個まで"):
        create_token(member, "one more")
    create_token(UserFactory(), "another account")


@pytest.mark.parametrize("broken", [{"expiry": None}, {"name": ""}])
def test_rows_that_cannot_exist(member, broken):
    row = {"user": member, "digest": "x", "token_key": "x", "name": "x", "expiry": timezone.now(), **broken}
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken(**row).save(force_insert=True)


def test_listed_and_revoked_by_the_owner_only(member, stranger):
    first, _plain = create_token(member, "一")
    second, plain = create_token(member, "二")
    assert {t.name for t in list_tokens(member)} == {"一", "二"}
    assert not list_tokens(stranger)
    assert revoke_token(stranger, second.pk) is False
    ok(Caller(plain).get("me/"))
    assert revoke_token(member, second.pk) is True
    assert revoke_token(member, second.pk) is False
    problem(Caller(plain).get("me/"), 401, "unauthenticated")
    assert [t.pk for t in list_tokens(member)] == [first.pk]


def test_me(partner, member, firm, official, reviewer):
    me = ok(partner.get("me/"))
    assert me["email"] == member.email
    assert me["organisations"] == [
        {
            "id": firm.pk,
            "kind": "corporation",
            "name": firm.name,
            "name_kana": "",
            "corporate_number": firm.corporate_number,
            "role": "owner",
        }
    ]
    assert me["official"] is None
    assert me["token"]["name"] == "試験用"
    assert me["token"]["expires_at"].endswith("+09:00")
    assert ok(partner.get("organisations/")) == me["organisations"]
    office = ok(official.get("me/"))
    assert office["official"]["reviews"] is True
    assert office["organisations"] == []


def test_revoking_the_current_token(partner, caller_of, member):
    another = caller_of(member)
    assert partner.delete("tokens/current/").status_code == 204
    problem(partner.get("me/"), 401, "unauthenticated")
    problem(partner.delete("tokens/current/"), 401, "unauthenticated")
    ok(another.get("me/"))


def refusals(caller: Caller) -> tuple[str, str]:
    japanese = caller.get("me/")
    assert japanese.headers["WWW-Authenticate"] == "Bearer"
    english = problem(caller.speaking("en").get("me/"), 401, "unauthenticated")
    return problem(japanese, 401, "unauthenticated")["detail"], english["detail"]


def test_an_expired_token_is_refused_and_stays_for_its_owner_to_see(partner):
    with time_machine.travel(timezone.now() + timedelta(days=364)):
        ok(partner.get("me/"))
    with time_machine.travel(timezone.now() + timedelta(days=365, seconds=1)):
        ja, en = refusals(partner)
    assert "有効期限" in ja
    assert en == "The token has expired. Make a new one."
    assert ApiToken.objects.count() == 1


def test_an_account_that_was_switched_off(partner, member):
    member.is_active = False
    member.save()
    assert refusals(partner)[1] == "This account has been switched off."


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "é" * 40, "0" * 15 + "\t" + "0" * 40, "a" * 5000, "%00" * 20])
def test_wrong_tokens(partner, token):
    caller = Caller()
    response = caller.get("me/", headers={"Authorization": f"Bearer {token}"})
    problem(response, 401, "unauthenticated")


def test_other_schemes_of_authorization_count_as_none(partner):
    for header in (
        f"Token {partner.token}",
        f"Basic {partner.token}",
        partner.token,
        "Bearer",
        f"Bearer {partner.token} x",
    ):
        problem(Caller().get("me/", headers={"Authorization": header}), 401, "unauthenticated")
    ok(Caller().get("me/", headers={"Authorization": f"bearer {partner.token}"}))


def test_the_first_digits_of_a_token_are_not_enough(partner):
    problem(Caller(partner.token[:20] + "0" * 44).get("me/"), 401, "unauthenticated")


def test_a_session_is_no_token(member):
    caller = Caller()
    caller.client.force_login(member)
    problem(caller.get("me/"), 401, "unauthenticated")


def test_last_use_is_noted_once_an_hour(partner):
    def last_used():
        return ApiToken.objects.get().last_used_at

    start = timezone.now()
    with time_machine.travel(start, tick=False):
        ok(partner.get("me/"))
        assert last_used() == start
    with time_machine.travel(start + timedelta(minutes=59), tick=False):
        ok(partner.get("me/"))
        assert last_used() == start
    with time_machine.travel(start + timedelta(minutes=61), tick=False):
        ok(partner.get("me/"))
        assert last_used() == start + timedelta(minutes=61)


def test_command(member):
    out, err = StringIO(), StringIO()
    call_command("apitoken", member.email.upper(), "--name", "連携", "--days", "30", stdout=out, stderr=err)
    assert ok(Caller(out.getvalue().strip()).get("me/"))["token"]["name"] == "連携"
    assert member.email in err.getvalue()
    with pytest.raises(CommandError, match="no account"):
        call_command("apitoken", "nobody@example.com", "--name", "x")
    with pytest.raises(CommandError, match="in the future"):
        call_command("apitoken", member.email, "--name", "x", "--days", "0")
    member.is_active = False
    member.save()
    with pytest.raises(CommandError, match="not active"):
        call_command("apitoken", member.email, "--name", "x")
