"""Determinations: the same answer as the engine's, everything wrong at once, nothing stored."""

from __future__ import annotations

import json
from datetime import date

import pytest
import time_machine
from django.core.cache import cache

from applications.rules import engine, rule_book
from eligibility.combination.combine import combine
from eligibility.combination.render import combination_json
from eligibility.evaluation.cases import worked_cases
from eligibility.evaluation.facts import read_facts
from eligibility.evaluation.render import determination_json
from tests.api.caller import ok, problem
from tests.api.counting import row_counts
from tests.applications.journey import HEADQUARTERS

pytestmark = pytest.mark.django_db
CASES = [next(iter(worked_cases(version, rule_book().root))) for version in rule_book().versions()]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_same_as_the_engine(anybody, case):
    scheme = case.version.split("@")[0]
    body = {"facts": case.facts, "on": case.on.isoformat(), "schemes": [scheme], "step": case.step}
    written = json.dumps(body, default=str).encode()
    answer = ok(anybody.call("POST", "determinations/", written))
    vocabulary = rule_book().vocabulary
    result = engine().determine(scheme, read_facts(case.facts, vocabulary), case.on, case.step)
    expected = json.loads(json.dumps(determination_json(result, vocabulary)))
    assert answer == {"on": case.on.isoformat(), "determinations": [expected]}
    assert expected["verdict"] == case.expect.get("verdict", expected["verdict"])


def test_all_schemes_today_by_default(anybody):
    with time_machine.travel("2026-03-31T15:30:00Z"):  # 1 April in Japan
        answer = ok(anybody.post("determinations/", {"facts": {}}))
    assert answer["on"] == "2026-04-01"
    assert [d["scheme"] for d in answer["determinations"]] == list(rule_book().schemes)
    assert answer["determinations"][0]["version"] == "V2026"


def test_each_scheme_once(anybody):
    body = {"facts": {}, "schemes": ["synchrotron/trial_use", "relocation/headquarters", "synchrotron/trial_use"]}
    assert [d["scheme"] for d in ok(anybody.post("determinations/", body))["determinations"]] == body["schemes"][:2]


def test_numbers_are_exact(anybody):
    def growth(written: bytes) -> str:
        body = b'{"schemes": ["fixed_asset_tax/advanced_equipment"], "on": "2026-01-10", "facts": '
        body += b'{"plan_certified_on": "2025-06-01", "productivity_growth": ' + written + b"}}"
        (found,) = ok(anybody.call("POST", "determinations/", body))["determinations"]
        return next(m["own"]["en"] for f in found["findings"] for m in f.get("measured", []) if "%" in m["own"]["en"])

    assert growth(b"3.1") == growth(b'"3.1"') == growth(b"31e-1") == "3.1%"
    assert growth(b"3") == growth(b"3.000") == "3%"
    assert growth(b"2.999") == "2.999%"


def test_the_best_combination_when_asked(anybody):
    vocabulary = rule_book().vocabulary
    for case in CASES:
        cache.clear()  # more calls than one caller may make in a minute
        body = {"facts": case.facts, "on": case.on.isoformat(), "combine": True}
        answer = ok(anybody.call("POST", "determinations/", json.dumps(body, default=str).encode()))
        facts = read_facts(case.facts, vocabulary)
        results = engine().determine_all(facts, case.on)
        expected = combination_json(combine(engine(), results, facts), rule_book().schemes, vocabulary)
        assert answer["combination"] == json.loads(json.dumps(expected))
        assert len(answer["determinations"]) == len(rule_book().schemes)
    for wanted in ({}, {"combine": False}):
        assert "combination" not in ok(anybody.post("determinations/", {"facts": {}, **wanted}))
    for wrong in ("yes", 1, "true"):
        (error,) = problem(anybody.post("determinations/", {"facts": {}, "combine": wrong}), 422, "invalid")["errors"]
        assert error["pointer"] == "/combine"


def test_nothing_is_stored(anybody, partner):
    before = row_counts()
    ok(anybody.post("determinations/", {"facts": HEADQUARTERS}))
    ok(partner.post("determinations/", {"facts": HEADQUARTERS}))
    problem(anybody.post("determinations/", {"facts": {"capital": -1}}), 422, "facts")
    assert row_counts() == before


def test_all_problems_at_once(anybody):
    facts = {
        "capitl": 1,
        "capital": -5,
        "lease_contract_on": "2026-02-30",
        "legal_form": "klub",
        "establishment_in_sendai": "yes",
        "assets": [{"cost": 0, "cst": 5}, {"acquired_on": "gestern"}],
        "floor_area_rented": "12.345",
    }
    body = problem(anybody.post("determinations/", {"facts": facts}), 422, "facts")
    found = {e["path"]: (e["code"], e["pointer"]) for e in body["errors"]}
    assert found == {
        "capitl": ("unknown_fact", "/facts/capitl"),
        "capital": ("too_small", "/facts/capital"),
        "lease_contract_on": ("not_a_date", "/facts/lease_contract_on"),
        "legal_form": ("not_a_choice", "/facts/legal_form"),
        "establishment_in_sendai": ("not_yes_no", "/facts/establishment_in_sendai"),
        "assets[0].cost": ("too_small", "/facts/assets/0/cost"),
        "assets[0].cst": ("unknown_fact", "/facts/assets/0/cst"),
        "assets[1].acquired_on": ("not_a_date", "/facts/assets/1/acquired_on"),
        "floor_area_rented": ("too_precise", "/facts/floor_area_rented"),
    }
    suggestions = {e["path"]: e.get("suggestion") for e in body["errors"]}
    assert suggestions["capitl"] == "capital"
    assert suggestions["assets[0].cst"] == "cost"
    english = problem(anybody.speaking("en").post("determinations/", {"facts": facts}), 422, "facts")
    assert english["title"] == "Some facts cannot be read"
    messages = {e["path"]: e["message"] for e in english["errors"]}
    assert messages["capital"] == "Enter a number of 0 or more."
    assert "did you mean 'capital'" in messages["capitl"]
    assert {e["path"]: e["message"] for e in body["errors"]}["capital"] == "0以上の数を入力してください。"


def test_unknown_schemes_and_steps(anybody):
    wanted = {"facts": {}, "schemes": ["relocation/headquarter", "synchrotron/trial_use", "x"]}
    body = problem(anybody.post("determinations/", wanted), 422, "unknown_scheme")
    assert [(e["pointer"], e.get("suggestion")) for e in body["errors"]] == [
        ("/schemes/0", "relocation/headquarters"),
        ("/schemes/2", None),
    ]
    wanted = {"facts": {}, "schemes": ["relocation/headquarters"], "step": "grant_aplication", "on": "2026-11-20"}
    body = problem(anybody.speaking("en").post("determinations/", wanted), 422, "unknown_step")
    assert "grant_application" in body["errors"][0]["message"]
    wanted["step"] = "grant_application"
    assert ok(anybody.post("determinations/", wanted))["determinations"][0]["step"] == "grant_application"


@pytest.mark.parametrize("on", ["2026-02-29", "20260401", "2026-4-1", "2026-W01-1", 20260401, True, "", "1899-12-31"])
def test_impossible_dates(anybody, on):
    (error,) = problem(anybody.post("determinations/", {"facts": {}, "on": on}), 422, "invalid")["errors"]
    assert error["pointer"] == "/on"
    assert error["code"] in ("not_a_date", "date_out_of_range", "null")
    english = problem(anybody.speaking("en").post("determinations/", {"facts": {}, "on": on}), 422, "invalid")
    assert english["errors"][0]["message"].isascii()


def test_extreme_dates_do_no_harm(anybody):
    for day in (date(1900, 1, 1), date(2199, 12, 31)):
        answer = ok(anybody.post("determinations/", {"facts": HEADQUARTERS, "on": day.isoformat()}))
        assert not any(d.get("faults") for d in answer["determinations"])


def test_members_of_the_body(anybody):
    body = problem(anybody.post("determinations/", {"fact": {}, "schemes": "all", "step": True}), 422, "invalid")
    found = {e["pointer"]: e["code"] for e in body["errors"]}
    assert found == {"/fact": "unknown_member", "/facts": "required", "/schemes": "not_a_list", "/step": "invalid"}
    assert "「facts」" in next(e["message"] for e in body["errors"] if e["pointer"] == "/fact")
    problem(anybody.post("determinations/", {"facts": []}), 422, "invalid")
    problem(anybody.call("POST", "determinations/", b"[]"), 422, "invalid")
    problem(anybody.call("POST", "determinations/", b""), 422, "invalid")


def test_a_refused_token_is_not_overlooked(anybody):
    anybody.token = "0" * 64
    problem(anybody.post("determinations/", {"facts": {}}), 401, "unauthenticated")
