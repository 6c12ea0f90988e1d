"""Rate limits, tested by calling n + 1 times."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.api.caller import Caller, ok, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def rates(settings):
    """Sets rates for a test."""

    def use(**changed: str) -> None:
        rest = settings.REST_FRAMEWORK
        settings.REST_FRAMEWORK = {**rest, "DEFAULT_THROTTLE_RATES": {**rest["DEFAULT_THROTTLE_RATES"], **changed}}

    return use


def test_anybody(anybody, rates):
    rates(anon="3/min")
    for path in ("schemes/", "kpi/", "facts/capital/"):
        ok(anybody.get(path))
    refused = anybody.get("schemes/")
    problem(refused, 429, "too_many_requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    english = problem(anybody.speaking("en").get("schemes/"), 429, "too_many_requests")
    assert "Try again in" in english["detail"]


def test_addresses_are_told_apart_and_cannot_be_forged(anybody, rates):
    rates(anon="2/min")
    for n in range(2):
        ok(anybody.get("schemes/", headers={"X-Forwarded-For": f"10.0.0.{n}"}))
    problem(anybody.get("schemes/", headers={"X-Forwarded-For": "10.0.0.9"}), 429, "too_many_requests")
    ok(anybody.get("schemes/", REMOTE_ADDR="192.0.2.7"))


def test_behind_a_proxy_the_last_address_counts(anybody, rates, settings):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    rates(anon="1/min")
    ok(anybody.get("schemes/", headers={"X-Forwarded-For": "1.1.1.1, 10.0.0.1"}))
    problem(anybody.get("schemes/", headers={"X-Forwarded-For": "2.2.2.2, 10.0.0.1"}), 429, "too_many_requests")
    ok(anybody.get("schemes/", headers={"X-Forwarded-For": "1.1.1.1, 10.0.0.2"}))


def test_accounts(partner, other, rates, caller_of, member):
    rates(user="3/min")
    second = caller_of(member)
    for caller in (partner, second, partner):
        ok(caller.get("me/"))
    problem(second.get("me/"), 429, "too_many_requests")
    ok(other.get("me/"))


def test_determinations(anybody, partner, rates):
    rates(determinations="2/min")
    for _ in range(2):
        ok(anybody.post("determinations/", {"facts": {}}))
    problem(anybody.post("determinations/", {"facts": {}}), 429, "too_many_requests")
    ok(anybody.get("schemes/"))
    for _ in range(2):
        ok(partner.post("determinations/", {"facts": {}}))
    problem(partner.post("determinations/", {"facts": {}}), 429, "too_many_requests")
    cache.clear()
    ok(partner.post("determinations/", {"facts": {}}))


def test_refused_tokens_use_up_the_limit(rates):
    rates(anon="3/min")
    guesser = Caller("0" * 64)
    for _ in range(3):
        problem(guesser.get("me/"), 401, "unauthenticated")
    problem(guesser.get("me/"), 429, "too_many_requests")


def test_health_is_not_limited(anybody, rates):
    rates(anon="1/min")
    for _ in range(5):
        ok(anybody.get("health/"))
