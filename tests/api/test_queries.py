"""The number of queries never depends on the number of rows."""

from __future__ import annotations

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import Event, FilingDocument, Letter
from documents.models import StoredFile
from tests.api.caller import ok
from tests.applications import journey
from tests.factories import (
    CaseFactory,
    DecisionFactory,
    FilingFactory,
    KpiEntryFactory,
    MembershipFactory,
    OrganisationFactory,
)

pytestmark = pytest.mark.django_db
MANY = 30

MEASURED = {
    "schemes/": 0,
    "schemes/relocation/headquarters/": 0,
    "schemes/relocation/headquarters/versions/V2026/": 0,
    "facts/": 0,
    "facts/capital/": 0,
    "programmes/": 0,
    "problems/": 0,
    "problems/incomplete": 0,
    "openapi.json": 0,
    "schema/": 0,
    "kpi/": 2,
    "kpi/firms_attracted/": 1,
    "health/": 1,
}
"""Queries of the public addresses. One more for each with a token: the token itself."""


def queries(caller, path: str) -> int:
    """Queries of a GET, the second time (the first builds documents and notes the use of the token)."""
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        ok_or_bytes(caller.get(path))
    return len(captured)


def ok_or_bytes(response) -> None:
    assert response.status_code == 200, (response.status_code, response.content[:300])
    if getattr(response, "streaming", False):
        response.getvalue()


@pytest.mark.parametrize("path", list(MEASURED))
def test_public_addresses(anybody, path):
    anybody.get(path)
    for _ in range(3):
        KpiEntryFactory()
    assert queries(anybody, path) == MEASURED[path]


def test_determinations_need_none(anybody, partner):
    with CaptureQueriesContext(connection) as captured:
        ok(anybody.post("determinations/", {"facts": journey.HEADQUARTERS}))
    assert len(captured) == 0
    partner.get("me/")
    with CaptureQueriesContext(connection) as captured:
        ok(partner.post("determinations/", {"facts": journey.HEADQUARTERS}))
    assert len(captured) == 1


def test_kpi_with_many_entries(anybody):
    KpiEntryFactory()
    few = queries(anybody, "kpi/"), queries(anybody, "kpi/firms_attracted/")
    for _ in range(MANY):
        KpiEntryFactory(state="planned")
    assert (queries(anybody, "kpi/"), queries(anybody, "kpi/firms_attracted/")) == few == (2, 1)
    assert ok(anybody.get("kpi/firms_attracted/"))["progress"][1]["planned"] == MANY + 1


def test_account_with_many_applicants(partner, member):
    partner.get("me/")
    few = queries(partner, "me/"), queries(partner, "organisations/")
    for _ in range(MANY):
        MembershipFactory(user=member, organisation=OrganisationFactory())
    assert (queries(partner, "me/"), queries(partner, "organisations/")) == few == (3, 2)


def test_many_cases(partner, official, firm):
    def add() -> None:
        case = CaseFactory(organisation=firm)
        FilingFactory(case=case)
        FilingFactory(case=case, step="start_of_operation_notice")

    partner.get("me/")
    official.get("me/")
    add()
    few = queries(partner, "cases/"), queries(official, "cases/")
    for _ in range(MANY):
        add()
    assert (queries(partner, "cases/"), queries(official, "cases/")) == few
    assert len(ok(partner.get("cases/"))["results"]) == MANY + 1
    assert few == (6, 6)


def test_a_case_with_much_in_it(partner, official, firm, member, reviewer, approver):
    with time_machine.travel(journey.NOW, tick=True):
        case = journey.designated(firm, member, reviewer, approver)
    partner.get("me/")
    official.get("me/")
    paths = [f"cases/{case.reference}/", f"cases/{case.reference}/letters/"]
    few = [(queries(partner, path), queries(official, path)) for path in paths]
    for n in range(MANY):
        filing = FilingFactory(case=case, step="grant_application", state="issued", number=n + 1)
        at = journey.NOW
        decision = DecisionFactory(
            case=case, filing=filing, kind="grant", state="issued", approved_at=at, issued_at=at, amount=1
        )
        Letter.objects.create(
            case=case, decision=decision, kind="grant", number=f"X{n}", issued_on=at.date(), content={}
        )
        Event.objects.create(case=case, code="issued", at=at)
    assert [(queries(partner, path), queries(official, path)) for path in paths] == few
    assert len(ok(partner.get(paths[0]))["decisions"]) == MANY + 1
    assert len(ok(partner.get(paths[1]))) == MANY + 1
    assert max(few[0]) <= 15
    assert few[1] == (4, 4)


def test_a_filing_with_many_files(partner, official, firm, member):
    with time_machine.travel(journey.NOW, tick=True):
        filing = journey.submitted(firm, member)
    partner.get("me/")
    official.get("me/")
    path = f"cases/{filing.case.reference}/filings/{filing.pk}/"
    few = queries(partner, path), queries(official, path)
    stored = StoredFile.objects.first()
    for _ in range(MANY):
        FilingDocument.objects.create(
            filing=filing, kind="accounts", file=stored, added_by=member, added_at=journey.NOW
        )
    assert (queries(partner, path), queries(official, path)) == few
    papers = {p["document"]: p for p in ok(partner.get(path))["papers"]}
    assert len(papers["accounts"]["files"]) == MANY + 1
    file = f"files/{stored.pk}/"
    assert (queries(partner, file), queries(official, file)) == (4, 4)
    assert max(few) <= 15


def test_a_draft_with_many_files(partner, firm, member):
    with time_machine.travel(journey.NOW, tick=True):
        filing = journey.drafted(firm, member)
        partner.get("me/")
        path = f"cases/{filing.case.reference}/filings/{filing.pk}/"
        few = queries(partner, path)
        stored = StoredFile.objects.first()
        for _ in range(MANY):
            FilingDocument.objects.create(
                filing=filing, kind="accounts", file=stored, added_by=member, added_at=journey.NOW
            )
        assert queries(partner, path) == few <= 15


def test_letter_pdf(partner, firm, member, reviewer, approver, django_capture_on_commit_callbacks):
    with time_machine.travel(journey.NOW, tick=True), django_capture_on_commit_callbacks(execute=True):
        journey.designated(firm, member, reviewer, approver)
    partner.get("me/")
    assert queries(partner, f"letters/{Letter.objects.get().pk}/pdf/") == 3
