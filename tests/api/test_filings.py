"""Filings: saving against other savers, submitting once, withdrawing, papers and files."""

from __future__ import annotations

import hashlib

import pytest
import time_machine

from applications.models import FilingDocument, Letter
from applications.services import draft as drafts
from documents.models import StoredFile
from tests.api.caller import ok, problem
from tests.applications import journey
from tests.factories import MINIMAL_PDF

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(journey.NOW, tick=True):
        yield


@pytest.fixture
def filing(firm, member):
    """A complete draft."""
    return journey.drafted(firm, member)


@pytest.fixture
def address(filing):
    """Its address."""
    return f"cases/{filing.case.reference}/filings/{filing.pk}/"


def test_form(partner, address, filing):
    response = partner.get(address)
    form = ok(response)
    assert response.headers["ETag"] == f'"{filing.revision}"'
    assert (form["state"], form["editable"], form["problems"], form["open"]) == ("draft", True, [], True)
    asked = {q["fact"]["name"]: (q["asked"], q["answered"]) for q in form["form"]}
    assert asked["building_monthly_rent"] == (True, True)
    assert {asked[name][0] for name in asked} <= {True, False, None}
    assert form["determination"]["verdict"] == "eligible"
    papers = [(p["document"], p["required"], p["state"]) for p in form["papers"]]
    assert papers[:3] == [(kind, True, "handed_in") for kind in ("business_plan", "accounts", "register_extract")]
    assert ("certified_plan", False, "optional") in papers


def test_saving_merges_and_null_takes_out(partner, address, filing):
    body = {"answers": {"capital": 5, "contact_phone": None}, "revision": filing.revision}
    saved = ok(partner.patch(f"{address}answers/", body))
    assert saved["revision"] == filing.revision + 1
    assert (saved["answers"]["capital"], "contact_phone" in saved["answers"]) == (5, False)
    assert saved["answers"]["site_address"] == journey.HEADQUARTERS["site_address"]
    assert [(p["path"], p["code"]) for p in saved["problems"]] == [("contact_phone", "answer_needed")]


def test_the_revision_may_come_as_if_match(partner, address):
    first = partner.get(address).headers["ETag"]
    saved = partner.patch(f"{address}answers/", {"answers": {"capital": 5}}, headers={"If-Match": first})
    ok(saved)
    assert saved.headers["ETag"] == partner.get(address).headers["ETag"] != first
    again = partner.patch(f"{address}answers/", {"answers": {"capital": 6}}, headers={"If-Match": first})
    problem(again, 409, "stale_draft")


def test_an_older_copy_never_overwrites_a_newer(partner, address, filing, member):
    drafts.save_answers(by=member, filing_id=filing.pk, answers={"capital": 7}, at=journey.NOW)
    body = {"answers": {"capital": 5}, "revision": filing.revision}
    stale = problem(partner.patch(f"{address}answers/", body), 409, "stale_draft")
    assert (stale["theirs"]["capital"], stale["yours"], stale["revision"]) == (7, {"capital": 5}, filing.revision + 1)
    assert stale["reference"] == filing.case.reference
    assert ok(partner.get(address))["answers"]["capital"] == 7
    english = problem(partner.speaking("en").patch(f"{address}answers/", body), 409, "stale_draft")
    assert english["title"] == "The draft was saved elsewhere"


def test_saving_needs_a_revision(partner, address, filing):
    problem(partner.patch(f"{address}answers/", {"answers": {}}), 428, "revision_needed")
    for header in ("*", "7", 'W/"7"', '"x"', '"9999999999"', ""):
        response = partner.patch(f"{address}answers/", {"answers": {}}, headers={"If-Match": header})
        assert problem(response, 422, "invalid")["errors"][0]["header"] == "If-Match"
    body = {"answers": {}, "revision": filing.revision + 1}
    response = partner.patch(f"{address}answers/", body, headers={"If-Match": f'"{filing.revision}"'})
    problem(response, 422, "invalid")
    for revision in (-1, "x", 2**40, None, 1.5):
        problem(partner.patch(f"{address}answers/", {"answers": {}, "revision": revision}), 422, "invalid")


def test_problems_of_the_form_are_those_of_the_submission(partner, address, filing):
    wrong = {"capital": None, "lease_contract_on": "x", "contact_person": None, "site_tenure": None}
    saved = ok(partner.patch(f"{address}answers/", {"answers": wrong, "revision": filing.revision}))
    document = FilingDocument.objects.filter(filing=filing).first()
    assert partner.delete(f"{address}documents/{document.pk}/").status_code == 204
    refused = problem(partner.post(f"{address}submit/", {}), 422, "incomplete")
    form = ok(partner.get(address))
    assert form["problems"] == refused["errors"]
    assert form["problems"][:-1] == saved["problems"]
    assert form["problems"][-1]["document"] == document.kind
    assert next(p for p in form["papers"] if p["document"] == document.kind)["state"] == "missing"


def test_submitting_twice(partner, address, filing):
    receipt = ok(partner.post(f"{address}submit/", {}))
    assert {d["sha256"] for d in receipt["documents"]} == {hashlib.sha256(MINIMAL_PDF).hexdigest()}
    assert (receipt["submission"], receipt["version"]) == (1, "V2026")
    body = problem(partner.post(f"{address}submit/", {}), 409, "already_submitted")
    assert body["reference"] == filing.case.reference in body["detail"]
    problem(partner.upload(f"{address}documents/", journey.upload()), 409, "submitted")
    form = ok(partner.get(address))
    assert (form["editable"], form["problems"]) == (False, [])
    assert form["determination"] == filing.revisions.get().determination


def test_the_stored_determination_is_shown_after_submission(partner, address, filing):
    ok(partner.post(f"{address}submit/", {}))
    before = ok(partner.get(address))["determination"]
    with time_machine.travel("2027-05-01"):
        assert ok(partner.get(address))["determination"] == before


def test_withdrawing(partner, address, filing):
    problem(partner.post(f"{address}withdraw/", {"raeson": "x"}), 422, "invalid")
    withdrawn = ok(partner.post(f"{address}withdraw/", {"reason": "計画の見直し"}))
    assert withdrawn["state"] == "withdrawn"
    problem(partner.post(f"{address}withdraw/", {}), 409, "state")
    assert ok(partner.get(f"cases/{filing.case.reference}/"))["state"] == "closed"


def test_removing_a_file(partner, address, filing):
    document = FilingDocument.objects.filter(filing=filing).first()
    path = f"{address}documents/{document.pk}/"
    assert partner.delete(path).status_code == 204
    problem(partner.delete(path), 404, "not_found")
    problem(partner.delete(f"{address}documents/{document.pk + 1000}/"), 404, "not_found")
    ok(partner.post(f"{address}withdraw/", {}))


def test_a_file_of_another_filing_is_not_found(partner, address, firm, member):
    another = journey.drafted(firm, member, scheme="scholarship/cooperating_firm", answers={"capital": 1})
    drafts.attach_document(by=member, filing_id=another.pk, kind="accounts", upload=journey.upload(), at=journey.NOW)
    document = another.documents.first()
    problem(partner.delete(f"{address}documents/{document.pk}/"), 404, "not_found")
    assert document.removed_at is None


def test_files(partner, other, official, address, filing):
    attached = ok(partner.upload(f"{address}documents/", journey.upload("計画 「第2版」.pdf")), 201)
    path = attached["url"]
    response = partner.get(path, headers={"Accept": "application/pdf"})
    assert response.getvalue() == MINIMAL_PDF
    assert response.headers["ETag"] == f'"{attached["sha256"]}"'
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert partner.get(path, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    problem(other.get(path), 404, "not_found")
    problem(official.get(path), 404, "not_found")
    ok(partner.post(f"{address}submit/", {}))
    assert official.get(path).getvalue() == MINIMAL_PDF
    stored = StoredFile.objects.get(sha256=attached["sha256"], name="計画 「第2版」.pdf")
    stored.file.storage.delete(stored.file.name)
    problem(partner.get(path), 404, "not_found")


def test_officials_read_what_was_handed_in_also_when_it_was_removed_later(partner, official, firm, member, reviewer):
    filing = journey.reviewed(journey.submitted(firm, member), reviewer)
    journey.correction(filing, reviewer)
    address = f"cases/{filing.case.reference}/filings/{filing.pk}/"
    handed_in = filing.documents.first()
    assert partner.delete(f"{address}documents/{handed_in.pk}/").status_code == 204
    new = ok(partner.upload(f"{address}documents/", journey.upload("新.pdf"), handed_in.kind), 201)
    assert official.get(f"/api/v1/files/{handed_in.file_id}/").status_code == 200
    problem(official.get(new["url"]), 404, "not_found")
    assert partner.get(f"/api/v1/files/{handed_in.file_id}/").status_code == 200


def test_a_letter_that_is_not_rendered_yet(partner, firm, member, reviewer, approver):
    case = journey.designated(firm, member, reviewer, approver)  # on_commit never comes in this test
    (letter,) = ok(partner.get(f"cases/{case.reference}/letters/"))
    assert (letter["pdf"], letter["sha256"]) == (None, None)
    waiting = partner.get(f"letters/{letter['id']}/pdf/")
    problem(waiting, 409, "letter_not_ready")
    assert waiting.headers["Retry-After"] == "30"


@pytest.mark.django_db(transaction=True)
def test_a_letter_whose_bytes_have_changed_is_not_sent(partner, firm, member, reviewer, approver):
    case = journey.designated(firm, member, reviewer, approver)
    letter = Letter.objects.get(case=case)
    with open(letter.file.file.path, "ab") as file:
        file.write(b"more")
    problem(partner.get(f"letters/{letter.pk}/pdf/"), 500, "internal")
