"""A partner system does the whole thing through REST; officials decide through the services."""

from __future__ import annotations

import hashlib
from io import BytesIO

import pytest
import time_machine
from pypdf import PdfReader

from applications.models import Case, Decision, Filing, Letter
from applications.services import issue
from tests.api.caller import ok, problem
from tests.applications import journey
from tests.factories import MINIMAL_PDF

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(journey.NOW, tick=True):
        yield


def test_from_check_to_kpi(partner, firm, member, reviewer, approver, anybody):
    scheme = "relocation/headquarters"
    facts = dict(journey.HEADQUARTERS)

    # check
    found = ok(anybody.post("determinations/", {"facts": facts, "schemes": [scheme]}))
    assert [d["verdict"] for d in found["determinations"]] == ["eligible"]
    assert found["on"] == "2026-11-20"

    # open the case
    mine = ok(partner.get("organisations/"))
    body = {"organisation": mine[0]["id"], "scheme": scheme, "answers": {"capital": facts["capital"]}}
    opened = partner.post("cases/", body, headers={"Idempotency-Key": "order-1"})
    case = ok(opened, 201)
    reference = case["reference"]
    assert opened.headers["Location"] == f"/api/v1/cases/{reference}/"
    assert Case.objects.get().channel == "api"
    filing = f"cases/{reference}/filings/{case['filings'][0]['id']}/"

    # fill: what is missing is said before anything is refused
    form = ok(partner.get(filing))
    assert form["editable"] is True
    assert form["answers"] == {"capital": 30_000_000}
    assert [entry["fact"]["name"] for entry in form["form"]][:2] == ["project_title", "project_description"]
    saved = ok(partner.patch(f"{filing}answers/", {"answers": facts, "revision": form["revision"]}))
    assert saved["revision"] == form["revision"] + 1

    # the consultation comes first; the city confirms it
    assert case["filings"][0]["step"] == "prior_consultation"
    receipt = ok(partner.post(f"{filing}submit/", {}, headers={"Idempotency-Key": "consult"}))
    assert receipt["state"] == "submitted"
    consultation = journey.reviewed(Filing.objects.get(), reviewer)
    issue.confirm_filing(by=reviewer, filing_id=consultation.pk, at=journey.NOW)
    case = ok(partner.get(f"cases/{reference}/"))
    assert case["next_steps"] == ["designation_application"]

    started = ok(partner.post(f"cases/{reference}/filings/", {"step": "designation_application"}), 201)
    filing = f"cases/{reference}/filings/{started['id']}/"
    assert ok(partner.post(f"cases/{reference}/filings/", {"step": "designation_application"}))["id"] == started["id"]
    missing = problem(partner.post(f"{filing}submit/", {}), 422, "incomplete")
    listed = [e["document"] for e in missing["errors"] if "document" in e]
    assert listed == ["business_plan", "accounts", "register_extract"]
    assert [(p.get("path"), p.get("document")) for p in started["problems"]] == [
        (e.get("path"), e.get("document")) for e in missing["errors"]
    ]

    # upload
    for kind in listed:
        attached = ok(partner.upload(f"{filing}documents/", journey.upload(f"{kind}.pdf"), kind), 201)
        assert attached["sha256"] == hashlib.sha256(MINIMAL_PDF).hexdigest()
    form = ok(partner.get(filing))
    assert form["problems"] == []
    assert [p["state"] for p in form["papers"] if p["required"]] == ["handed_in"] * 3
    assert form["determination"]["verdict"] == "eligible"
    back = partner.get(attached["url"])
    assert back.getvalue() == MINIMAL_PDF
    assert back.headers["ETag"] == f'"{attached["sha256"]}"'

    # submit: again with the same key the same receipt, without it the reference
    receipt = ok(partner.post(f"{filing}submit/", {}, headers={"Idempotency-Key": "submit-1"}))
    assert [d["kind"] for d in receipt["documents"]] == listed
    again = partner.post(f"{filing}submit/", {}, headers={"Idempotency-Key": "submit-1"})
    assert ok(again) == receipt
    assert again.headers["Idempotent-Replayed"] == "true"
    assert problem(partner.post(f"{filing}submit/", {}), 409, "already_submitted")["reference"] == reference
    problem(partner.patch(f"{filing}answers/", {"answers": {}, "revision": form["revision"]}), 409, "submitted")

    # the city decides
    application = journey.reviewed(Filing.objects.get(pk=started["id"]), reviewer)
    journey.decided(application, reviewer, approver)
    case = ok(partner.get(f"cases/{reference}/"))
    assert [d["kind"] for d in case["decisions"]] == ["acknowledgement", "designation"]
    assert case["decisions"][1]["decided_on"] == "2026-11-20"
    assert [(s["step"], s["state"]) for s in case["path"]][:3] == [
        ("prior_consultation", "done"),
        ("designation_application", "done"),
        ("start_of_operation_notice", "next"),
    ]
    assert not any(event["code"] in ("approved", "kpi_planned", "fact_confirmed") for event in case["events"])

    # the letter
    (letter,) = ok(partner.get(f"cases/{reference}/letters/"))
    assert case["letters"] == [letter]
    pdf = partner.get(letter["pdf"], headers={"Accept": "application/pdf"})
    stored = Letter.objects.get().file
    with stored.file.open() as file:
        assert pdf.content == file.read()
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.headers["ETag"] == f'"{hashlib.sha256(pdf.content).hexdigest()}"' == f'"{letter["sha256"]}"'
    assert "attachment" in pdf.headers["Content-Disposition"]
    assert len(PdfReader(BytesIO(pdf.content)).pages) >= 1
    unchanged = partner.get(letter["pdf"], headers={"If-None-Match": pdf.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")

    # KPI
    assert _counted(anybody) == (1, 0)
    notice = ok(partner.post(f"cases/{reference}/filings/", {"step": "start_of_operation_notice"}), 201)
    filing = f"cases/{reference}/filings/{notice['id']}/"
    body = {"answers": {"operation_start_date": "2026-11-01"}, "revision": notice["revision"]}
    ok(partner.patch(f"{filing}answers/", body))
    ok(partner.upload(f"{filing}documents/", journey.upload("操業.pdf"), "operation_proof"), 201)
    ok(partner.post(f"{filing}submit/", {}))
    reported = journey.reviewed(Filing.objects.get(pk=notice["id"]), reviewer)
    issue.confirm_filing(by=reviewer, filing_id=reported.pk, at=journey.NOW)
    assert _counted(anybody) == (0, 1)
    assert Decision.objects.count() == 3


def _counted(anybody) -> tuple[int, int]:
    indicator = ok(anybody.get("kpi/firms_attracted/"))
    frame = next(p for p in indicator["progress"] if p["frame"] == "since_2024")
    assert sum(y["planned"] for y in frame["years"]) == frame["planned"]
    assert ok(anybody.get("kpi/"))["current_frame"] == "since_2024"
    return frame["planned"], frame["actual"]
