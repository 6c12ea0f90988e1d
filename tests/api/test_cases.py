"""Cases: list, filters, pages, opening, reading; what officials see of them."""

from __future__ import annotations

import pytest
import time_machine

from applications.models import Case, Decision, Event, Filing
from applications.services import decide, start, submit
from tests.api.caller import ok, problem
from tests.applications import journey
from tests.factories import CaseFactory, FilingFactory, MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
HQ = "relocation/headquarters"


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(journey.NOW, tick=True):
        yield


def references(answer) -> list[str]:
    return [case["reference"] for case in answer["results"]]


def test_list(partner, other, official, firm):
    open_, draft = CaseFactory(organisation=firm), CaseFactory(organisation=firm, state="draft")
    foreign = CaseFactory()
    FilingFactory(case=open_)
    FilingFactory(case=draft, state="draft", arrived_at=None)
    FilingFactory(case=foreign)
    assert references(ok(partner.get("cases/"))) == [draft.reference, open_.reference]
    assert references(ok(other.get("cases/"))) == []
    seen = ok(official.get("cases/"))
    assert references(seen) == [foreign.reference, open_.reference]
    (case,) = ok(partner.get("cases/?state=open"))["results"]
    assert case["scheme_title"]["en"] == "Headquarters relocation subsidy"
    assert case["organisation"] == {
        "id": firm.pk,
        "name": firm.name,
        "corporate_number": firm.corporate_number,
    }
    assert [f["step"] for f in case["filings"]] == ["designation_application"]


def test_filters(partner, firm, member):
    second = OrganisationFactory()
    MembershipFactory(user=member, organisation=second)
    a = CaseFactory(organisation=firm)
    b = CaseFactory(organisation=second, scheme="synchrotron/trial_use", state="closed")
    assert references(ok(partner.get("cases/"))) == [b.reference, a.reference]
    assert references(ok(partner.get(f"cases/?scheme={HQ}"))) == [a.reference]
    assert references(ok(partner.get("cases/?state=closed"))) == [b.reference]
    assert references(ok(partner.get(f"cases/?organisation={second.pk}"))) == [b.reference]
    assert references(ok(partner.get(f"cases/?organisation={2**63 - 1}"))) == []
    for query, parameter, code in (
        ("stat=open", "stat", "unknown_member"),
        ("state=finished", "state", "invalid_choice"),
        ("organisation=x", "organisation", "invalid"),
        (f"organisation={10**30}", "organisation", "max_value"),
        ("page=0", "page", "min_value"),
        ("page_size=101", "page_size", "max_value"),
    ):
        (error,) = problem(partner.get(f"cases/?{query}"), 422, "invalid")["errors"]
        assert (error["parameter"], error["code"]) == (parameter, code)
        english = problem(partner.speaking("en").get(f"cases/?{query}"), 422, "invalid")
        assert not any("\u3040" < c < "\u30ff" for c in english["errors"][0]["message"])
    (error,) = problem(partner.get("cases/?scheme=relocation/headquarter"), 422, "unknown_scheme")["errors"]
    assert error["suggestion"] == HQ
    assert error["parameter"] == "scheme"


def test_pages(partner, firm):
    made = [CaseFactory(organisation=firm, state="open").reference for _ in range(7)][::-1]
    first = ok(partner.get("cases/?page_size=3"))
    assert (first["count"], first["previous"]) == (7, None)
    second = ok(partner.get(first["next"].removeprefix("http://testserver")))
    third = ok(partner.get(second["next"].removeprefix("http://testserver")))
    assert third["next"] is None
    assert references(first) + references(second) + references(third) == made
    problem(partner.get("cases/?page=4&page_size=3"), 404, "not_found")


def test_open(partner, firm, member):
    body = {"organisation": firm.pk, "scheme": HQ, "answers": {**journey.HEADQUARTERS, "floor_area_rented": 100.5}}
    response = partner.post("cases/", body)
    case = ok(response, 201)
    row = Case.objects.get()
    assert response.headers["Location"] == f"/api/v1/cases/{row.reference}/"
    assert (row.channel, row.created_by, row.title) == ("api", member, "仙台開発センターの新設")
    filing = Filing.objects.get()
    assert filing.step == "designation_application"
    assert filing.answers["floor_area_rented"] == "100.5"
    assert case["answers"] == filing.answers
    assert [(s["step"], s["state"]) for s in case["path"]][:2] == [
        ("prior_consultation", "skipped"),
        ("designation_application", "current"),
    ]
    assert case["next_steps"] == []
    assert [e["code"] for e in case["events"]] == ["started"]


def test_opening_twice_gives_the_draft_that_is_there(partner, firm):
    first = ok(partner.post("cases/", {"organisation": firm.pk, "scheme": HQ}), 201)
    second = ok(partner.post("cases/", {"organisation": firm.pk, "scheme": HQ, "answers": {"capital": 5}}))
    assert second == first
    assert Case.objects.count() == Filing.objects.count() == 1


def test_a_step_may_be_chosen(partner, firm):
    body = {"organisation": firm.pk, "scheme": HQ, "step": "designation_application"}
    assert ok(partner.post("cases/", body), 201)["filings"][0]["step"] == "designation_application"


def test_what_cannot_be_opened(partner, firm, other):
    def refused(status, name, **body):
        answer = problem(partner.post("cases/", {"organisation": firm.pk, "scheme": HQ, **body}), status, name)
        assert Case.objects.count() == 0
        return answer

    assert refused(422, "unknown_scheme", scheme="relocation/headquarter")["errors"][0]["pointer"] == "/scheme"
    refused(422, "unknown_step", step="x")
    refused(422, "no_terms", scheme="synchrotron/trial_use")
    refused(422, "applied_elsewhere", scheme="synchrotron/prefecture_award")
    assert refused(422, "facts", answers={"capitl": 1})["errors"][0]["suggestion"] == "capital"
    assert refused(422, "invalid", organisation="x")["errors"][0]["pointer"] == "/organisation"
    assert refused(422, "invalid", organisation=True)["errors"][0]["pointer"] == "/organisation"
    assert refused(422, "invalid", answers=[])["errors"][0]["pointer"] == "/answers"
    unknown, foreign = 987_654, OrganisationFactory().pk
    a, b = refused(404, "not_found", organisation=unknown), refused(404, "not_found", organisation=foreign)
    assert str(a).replace(str(unknown), "#") == str(b).replace(str(foreign), "#")
    problem(other.post("cases/", {"organisation": firm.pk, "scheme": HQ}), 404, "not_found")


def test_officials_see_nothing_of_what_has_not_been_handed_in(partner, official, firm, member, reviewer):
    draft = journey.drafted(firm, member)
    address = f"cases/{draft.case.reference}/"
    problem(official.get(address), 404, "not_found")
    problem(official.get(f"{address}filings/{draft.pk}/"), 404, "not_found")
    submit.submit_filing(by=member, filing_id=draft.pk, at=journey.NOW)
    case = ok(official.get(address))
    assert case["answers"] is None
    assert ok(official.get(f"{address}filings/{draft.pk}/"))["answers"]["capital"] == 30_000_000
    filing = journey.reviewed(Filing.objects.get(), reviewer)
    journey.correction(filing, reviewer, about="capital")
    body = {
        "answers": {"capital": 40_000_000},
        "revision": ok(partner.get(f"{address}filings/{draft.pk}/"))["revision"],
    }
    ok(partner.patch(f"{address}filings/{draft.pk}/answers/", body))
    mine, theirs = ok(partner.get(address)), ok(official.get(address))
    assert [item["about"] for item in mine["correction"]["items"]] == ["capital"]
    assert (mine["answers"]["capital"], theirs["answers"]["capital"]) == (40_000_000, 30_000_000)
    form = ok(official.get(f"{address}filings/{draft.pk}/"))
    assert (form["editable"], form["answers"]["capital"], form["problems"]) == (False, 30_000_000, [])
    assert form["determination"]["findings"]
    answered = ok(partner.post(f"{address}filings/{draft.pk}/submit/", {"answer": "修正しました。"}))
    assert (answered["submission"], answered["state"]) == (2, "under_review")
    assert ok(official.get(address))["correction"] is None
    assert filing.corrections.get().answer == "修正しました。"


def test_decisions_are_told_when_they_are_issued(partner, firm, member, reviewer, approver):
    filing = journey.reviewed(journey.submitted(firm, member), reviewer)
    decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=journey.NOW)
    case = ok(partner.get(f"cases/{filing.case.reference}/"))
    assert (case["decisions"], case["letters"]) == ([], [])
    assert not any(
        event["code"] in ("decision_drafted", "taken_up") and event["data"].get("decision") for event in case["events"]
    )
    assert Decision.objects.count() == 1


def test_events_leave_out_what_is_internal(partner, firm, member):
    filing = journey.submitted(firm, member)
    Event.objects.create(case=filing.case, code="note", internal=True, data={"secret": 1}, at=journey.NOW)
    case = ok(partner.get(f"cases/{filing.case.reference}/"))
    assert [e["code"] for e in case["events"]] == [
        "started",
        "document_added",
        "document_added",
        "document_added",
        "submitted",
    ]
    assert "secret" not in str(case)


def test_refusal_with_reasons(partner, firm, member, reviewer, approver):
    answers = {**journey.HEADQUARTERS, "site_area": "outside"}
    filing = journey.reviewed(journey.submitted(firm, member, answers=answers), reviewer)
    journey.decided(filing, reviewer, approver, favourable=False)
    case = ok(partner.get(f"cases/{filing.case.reference}/"))
    assert case["state"] == "closed"
    (decision,) = case["decisions"]
    assert (decision["kind"], decision["adverse"], decision["amount"]) == ("non_designation", True, None)
    assert decision["reasons"][0]["text"]["en"] == "The site lies in Sendai City"


def test_next_step(partner, firm, member, reviewer, approver, official):
    case = journey.designated(firm, member, reviewer, approver)
    address = f"cases/{case.reference}/filings/"
    body = problem(partner.post(address, {"step": "grant_application"}), 409, "not_now")
    assert body["reference"] == case.reference
    problem(partner.post(address, {}), 422, "invalid")
    problem(official.post(address, {"step": "start_of_operation_notice"}), 403, "not_allowed")
    response = partner.post(address, {"step": "start_of_operation_notice"})
    filing = ok(response, 201)
    assert response.headers["Location"] == f"/api/v1/{address}{filing['id']}/"
    assert [q["fact"]["name"] for q in filing["form"]] == ["operation_start_date"]
    assert [(p["document"], p["state"]) for p in filing["papers"]] == [("operation_proof", "missing")]
    assert filing["determination"] is None
    problem(partner.post(address, {"step": "grant_application"}), 409, "other_draft")
    assert (
        start.start_filing(by=member, case_id=case.pk, step="start_of_operation_notice", at=journey.NOW).pk
        == filing["id"]
    )
    seen = ok(official.get(f"cases/{case.reference}/"))
    assert filing["id"] not in [f["id"] for f in seen["filings"]]
