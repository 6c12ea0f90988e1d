"""What would make an applicant eligible, or bring more, over the API and on the command line."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from applications.rules import rule_book
from eligibility.evaluation.cases import worked_cases
from portal.api.rules import determinations
from tests.api.caller import ok, problem
from tests.applications.journey import HEADQUARTERS

pytestmark = pytest.mark.django_db
HQ = "relocation/headquarters"
LATE = {**HEADQUARTERS, "prior_consultation_on": "2026-12-05", "lease_contract_on": "2026-12-05"}


def asked(anybody: Any, facts: dict[str, Any], *schemes: str, **more: Any) -> list[dict[str, Any]]:
    body = {"facts": facts, "schemes": list(schemes), "on": "2026-11-20", **more}
    return ok(anybody.post("determinations/", body))["determinations"]


def test_only_when_asked_for(anybody):
    for more in ({}, {"changes": False}):
        (found,) = asked(anybody, LATE, HQ, **more)
        assert found["verdict"] == "not_eligible"
        assert "changes" not in found


def test_a_proposal_made_true_is_eligible(anybody):
    (found,) = asked(anybody, LATE, HQ, changes=True)
    assert found["changes"]["complete"] is True
    assert found["changes"]["to_more"] == []
    assert found["changes"]["to_eligible"]
    for proposal in found["changes"]["to_eligible"]:
        facts = LATE | {change["fact"]: change["after"] for change in proposal["changes"]}
        (again,) = asked(anybody, facts, HQ)
        assert again["verdict"] == proposal["verdict"] == "eligible"
        assert again["amount"]["min"] == proposal["amount"]["min"] == proposal["gained"]["min"]
    consultation = next(
        change
        for proposal in found["changes"]["to_eligible"]
        for change in proposal["changes"]
        if change["fact"] == "prior_consultation_on"
    )
    assert consultation["latest"] == "2026-12-04"
    assert consultation["shown_after"]["ja"]


def test_a_record_to_add(anybody):
    software = "relocation/software_content_data_centre"
    version = rule_book().schemes[software].version("V2024")
    case = next(c for c in worked_cases(version, rule_book().root) if c.expect["verdict"] == "eligible")
    facts = json.loads(json.dumps(case.facts | {"hires": []}, default=str))
    (found,) = asked(anybody, facts, software, on=case.on.isoformat(), changes=True)
    added = [c for p in found["changes"]["to_more"] for c in p["changes"] if c["fact"] == "hires[+]"]
    assert added
    assert added[0]["before"] is None
    assert added[0]["after"]["persons"] == 5


def test_all_schemes_share_the_time(anybody, monkeypatch):
    monkeypatch.setattr(determinations, "SECONDS", 0.0)
    for found in asked(anybody, LATE, changes=True):
        if found["verdict"] in ("not_eligible", "refer"):
            assert found["changes"] == {"complete": False, "to_eligible": [], "to_more": []}
        else:
            assert found["changes"]["to_eligible"] == []


def test_it_is_yes_or_no(anybody):
    body = problem(anybody.post("determinations/", {"facts": {}, "changes": "perhaps"}), 422, "invalid")
    assert body["errors"][0]["pointer"] == "/changes"


def test_on_the_command_line(tmp_path, anybody):
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(LATE), encoding="utf-8")
    out = StringIO()
    call_command("determine", "--scheme", HQ, "--on", "2026-11-20", "--facts", str(path), "--changes", stdout=out)
    (expected,) = asked(anybody, LATE, HQ, changes=True)
    assert json.loads(out.getvalue()) == expected
