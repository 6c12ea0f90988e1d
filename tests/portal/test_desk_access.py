"""Every address of the officials' side × every kind of visitor. An address that is not listed here fails the test."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client

from applications.models import Case, Decision, Filing, Letter
from applications.services import review
from applications.services.decide import content_hash, draft_decision
from applications.services.letters import render_and_store
from portal.desk_urls import urlpatterns
from tests import factories
from tests.applications import journey
from tests.portal.desk import at, quick_passwords, row_counts, signed_in  # noqa: F401

pytestmark = pytest.mark.django_db

VISITORS = ("nobody", "member", "reviewer", "approver", "auditor", "kpi_keeper", "administrator")
EVERY_OFFICIAL = {
    "nobody": 302, "member": 403, "administrator": 403,
    "reviewer": 200, "approver": 200, "auditor": 200, "kpi_keeper": 200,
}  # fmt: skip
PUBLIC = dict.fromkeys(VISITORS, 200)


def only(role: str, status: int = 200) -> dict[str, int]:
    """One role may; other officials are told that they may not."""
    return {**dict.fromkeys(VISITORS, 403), "nobody": 302, role: status}


@dataclass(frozen=True)
class Line:
    """A method of an address: who gets which status. Words in ``<…>`` stand for what is in the world of the test."""

    method: str
    path: str
    statuses: dict[str, int]
    data: dict[str, str] = field(default_factory=dict)
    keeps: bool = False
    """A POST that works something out and keeps nothing."""


MATRIX: dict[str, list[Line]] = {
    "desk_queue": [Line("GET", "/desk/", EVERY_OFFICIAL)],
    "desk_case": [
        Line("GET", "/desk/cases/<reviewing>/", EVERY_OFFICIAL),
        Line("GET", "/desk/cases/<draft>/", {**EVERY_OFFICIAL, **dict.fromkeys(VISITORS[2:6], 404)}),
    ],
    "desk_file": [
        Line("GET", "/desk/files/<file>/", EVERY_OFFICIAL),
        Line("GET", "/desk/files/<draft_file>/", {**EVERY_OFFICIAL, **dict.fromkeys(VISITORS[2:6], 404)}),
    ],
    "desk_letter": [Line("GET", "/desk/letters/<letter>/", EVERY_OFFICIAL)],
    "desk_take_up": [Line("POST", "/desk/filings/<new>/take-up/", only("reviewer", 302))],
    "desk_confirm_facts": [
        Line("POST", "/desk/filings/<filing>/facts/", only("reviewer", 302), {"fact": "capital"}),
    ],
    "desk_change_fact": [
        Line("GET", "/desk/filings/<filing>/facts/capital/", only("reviewer")),
        Line("POST", "/desk/filings/<filing>/facts/capital/", only("reviewer", 302),
             {"capital": "20,000,000", "reason": "決算書による。"}),
    ],
    "desk_criterion": [
        Line("GET", "/desk/filings/<referred>/criteria/former_plan/", only("reviewer")),
        Line("POST", "/desk/filings/<referred>/criteria/former_plan/", only("reviewer", 302),
             {"accepted": "yes", "reason": "支障がない。"}),
    ],
    "desk_changes": [Line("GET", "/desk/changes/<filing>/", EVERY_OFFICIAL)],
    "desk_correction": [
        Line("GET", "/desk/filings/<filing>/correction/", only("reviewer")),
        Line("POST", "/desk/filings/<filing>/correction/", only("reviewer", 302),
             {"send": "1", "due_on": "2026-12-04", "items-TOTAL_FORMS": "1", "items-INITIAL_FORMS": "0",
              "items-0-about": "capital", "items-0-text": "直してください。"}),
    ],
    "desk_draft": [
        Line("GET", "/desk/filings/<reviewed>/draft/", only("reviewer")),
        Line("POST", "/desk/filings/<reviewed>/draft/", only("reviewer", 302), {"draft": "1", "favourable": "yes"}),
    ],
    "desk_confirm": [
        Line("GET", "/desk/filings/<notice>/confirm/", only("reviewer")),
        Line("POST", "/desk/filings/<notice>/confirm/", only("reviewer", 302)),
    ],
    "desk_approvals": [Line("GET", "/approvals/", EVERY_OFFICIAL)],
    "desk_decision": [Line("GET", "/approvals/<drafted>/", EVERY_OFFICIAL)],
    "desk_approve": [Line("POST", "/approvals/<drafted>/approve/", only("approver", 302), {"seen": "<seen>"})],
    "desk_return": [Line("POST", "/approvals/<drafted>/return/", only("approver", 302), {"reason": "理由"})],
    "desk_issue": [Line("POST", "/approvals/<approved>/issue/", only("reviewer", 302))],
    "desk_retry_letter": [Line("POST", "/approvals/<designation>/letter/", only("reviewer", 302))],
    "desk_revoke": [
        Line("GET", "/approvals/<designation>/revoke/", only("reviewer")),
        Line("POST", "/approvals/<designation>/revoke/", only("reviewer", 302),
             {"draft": "1", "reason": "虚偽の申告", "article": "交付条件第9号"}),
    ],
    "kpi": [Line("GET", "/kpi/", PUBLIC)],
    "kpi_csv": [Line("GET", "/kpi/figures.csv", PUBLIC)],
    "kpi_figures": [
        Line("GET", "/kpi/figures/", only("kpi_keeper")),
        Line("POST", "/kpi/figures/", only("kpi_keeper", 302),
             {"indicator": "women_employed", "fiscal_year": "2022", "value": "52.4", "source": "統計",
              "as_of": "2023-07-21"}),
    ],
    "kpi_entries": [Line("GET", "/kpi/firms_attracted/entries/", EVERY_OFFICIAL)],
    "desk_rules": [Line("GET", "/rulebook/", EVERY_OFFICIAL)],
    "desk_assumptions": [Line("GET", "/rulebook/assumptions/", EVERY_OFFICIAL)],
    "desk_rules_check": [Line("GET", "/rulebook/check/", EVERY_OFFICIAL)],
    "desk_rules_version": [Line("GET", "/rulebook/relocation/headquarters/V2026/", EVERY_OFFICIAL)],
    "desk_rules_compare": [Line("GET", "/rulebook/relocation/headquarters/", EVERY_OFFICIAL)],
    "desk_rules_draft": [
        Line("GET", "/rulebook/relocation/headquarters/V2026/draft/", EVERY_OFFICIAL),
        Line("POST", "/rulebook/relocation/headquarters/V2026/draft/", EVERY_OFFICIAL,
             {"check": "1", "draft-text": "version: V1"}, keeps=True),
    ],
    "desk_rules_simulation": [
        Line("GET", "/rulebook/relocation/headquarters/V2026/simulation/", EVERY_OFFICIAL),
        Line("POST", "/rulebook/relocation/headquarters/V2026/simulation/", EVERY_OFFICIAL,
             {"run": "1", "cases": "all", "people": "5", "seed": "1", "on": "2026-11-20"}, keeps=True),
    ],
    "desk_health": [Line("GET", "/desk/health/", {**only("auditor"), "administrator": 200})],
}  # fmt: skip
LINES = [(name, line) for name, lines in MATRIX.items() for line in lines]


@pytest.fixture
def world(firm, member, reviewer, approver, auditor) -> SimpleNamespace:
    """One thing of every kind, and one visitor of every kind. Each filing belongs to a firm of its own."""

    def applicant() -> tuple[Any, Any]:
        membership = factories.MembershipFactory()
        return membership.organisation, membership.user

    def arrived(**answers: Any) -> Filing:
        return journey.submitted(*applicant(), answers=journey.HEADQUARTERS | answers)

    def taken_up(filing: Filing) -> Filing:
        return review.take_up(by=reviewer, filing_id=filing.pk, at=journey.NOW)

    filing = taken_up(journey.submitted(firm, member))
    draft = journey.drafted(*applicant())
    reviewed = journey.reviewed(arrived(), reviewer)
    drafted = journey.reviewed(arrived(), reviewer)
    approved = journey.approved(journey.reviewed(arrived(), reviewer), reviewer, approver)
    designated = journey.designated(*applicant(), reviewer, approver)
    noticed_firm, noticed_member = applicant()
    operating = journey.designated(noticed_firm, noticed_member, reviewer, approver)
    started = {"operation_start_date": "2026-11-01"}
    notice = taken_up(journey.filed(operating, noticed_member, "start_of_operation_notice", started))
    decision = draft_decision(by=reviewer, filing_id=drafted.pk, favourable=True, at=journey.NOW)
    letter = Letter.objects.get(case=operating)
    render_and_store(letter)
    return SimpleNamespace(
        reviewing=filing.case.reference,
        draft=draft.case.reference,
        file=filing.documents.first().pk,
        draft_file=draft.documents.first().pk,
        letter=letter.pk,
        new=arrived().pk,
        filing=filing.pk,
        referred=taken_up(arrived(has_certified_plan=False)).pk,
        reviewed=reviewed.pk,
        notice=notice.pk,
        drafted=decision.pk,
        approved=approved.pk,
        designation=Decision.objects.get(case=designated).pk,
        seen=content_hash(decision),
        visitors={
            "nobody": None,
            "member": member,
            "reviewer": reviewer,
            "approver": approver,
            "auditor": auditor,
            "kpi_keeper": factories.OfficialFactory(keeps_kpi=True).user,
            "administrator": get_user_model().objects.create_superuser("admin@example.com", "correct horse battery"),
        },
    )


def told(text: str, world: SimpleNamespace) -> str:
    """The text with the world's things in place of their names."""
    for name, value in vars(world).items():
        text = text.replace(f"<{name}>", str(value))
    return text


def call(line: Line, client: Client, world: SimpleNamespace) -> Any:
    """Call a line of the matrix."""
    path = told(line.path, world)
    if line.method == "GET":
        return client.get(path)
    return client.post(path, {name: told(value, world) for name, value in line.data.items()})


def test_every_address_is_listed() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(MATRIX)
    assert len(urlpatterns) == len(MATRIX)


def test_who_gets_in(world: SimpleNamespace) -> None:
    """Those who may come last, so that each line is refused while it could still be done."""
    for name, line in LINES:
        for visitor in sorted(VISITORS, key=lambda v: line.statuses[v] in (200, 302) and v != "nobody"):
            user = world.visitors[visitor]
            client = signed_in(user) if user is not None else Client()
            before = row_counts()
            with at(), transaction.atomic():
                response = call(line, client, world)
                after = row_counts()
                transaction.set_rollback(True)
            assert response.status_code == line.statuses[visitor], (name, line.method, visitor)
            if visitor == "nobody" and response.status_code == 302:
                assert response["Location"].startswith("/accounts/login/")
            if line.method == "GET" or line.keeps or line.statuses[visitor] == 403:
                assert after == before, (name, line.method, visitor)
            elif visitor != "nobody":
                assert after != before, (name, visitor)


def test_only_the_listed_methods_are_open(world: SimpleNamespace) -> None:
    client = signed_in(world.visitors["reviewer"])
    for name, lines in MATRIX.items():
        methods = {line.method for line in lines}
        path = told(lines[0].path, world)
        for method in {"GET", "POST", "PUT", "DELETE"} - methods:
            assert client.generic(method, path).status_code == 405, (name, method)


def test_reading_a_page_changes_nothing(world: SimpleNamespace) -> None:
    roles = ("reviewer", "kpi_keeper", "auditor", "approver")
    before = row_counts()
    for name, line in LINES:
        if line.method != "GET" and not line.keeps:
            continue
        for role in roles:
            with at():
                call(line, signed_in(world.visitors[role]), world)
        assert row_counts() == before, name


def test_an_official_who_acts_for_the_firm_is_kept_out(world: SimpleNamespace, firm, reviewer) -> None:
    factories.MembershipFactory(user=reviewer, organisation=firm)
    response = signed_in(reviewer).post(f"/desk/filings/{world.filing}/facts/", {"fact": "capital"})
    assert response.status_code == 403
    assert "自分が関係する申請者の案件は審査できません" in response.content.decode()


def test_nothing_of_a_draft_is_shown(world: SimpleNamespace, reviewer) -> None:
    client = signed_in(reviewer)
    draft = Filing.objects.get(case__reference=world.draft)
    for path in (f"/desk/filings/{draft.pk}/draft/", f"/desk/filings/{draft.pk}/correction/"):
        assert client.get(path).status_code == 404
    assert client.post(f"/desk/filings/{draft.pk}/take-up/").status_code == 404
    assert Case.objects.get(reference=world.draft).state == "draft"
