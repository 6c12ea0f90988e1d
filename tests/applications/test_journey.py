"""One case from the first filing to the KPI, through the services."""

import pytest
from django.core import mail
from pypdf import PdfReader

from applications.models import Case, Event, KpiEntry, Letter
from applications.rules import rule_book
from applications.selectors import current_frame, progress
from tests.applications import journey

pytestmark = pytest.mark.django_db(transaction=True)


def test_headquarters_from_filing_to_kpi(firm, member, reviewer, approver):
    case = journey.designated(firm, member, reviewer, approver)
    assert case.state == "open"
    assert case.version == "V2026"
    letter = Letter.objects.get(case=case)
    assert letter.file is not None, letter.last_error
    with letter.file.file.open() as file:
        text = "".join(page.extract_text() for page in PdfReader(file).pages)
    assert "指定" in text
    assert firm.name in text
    assert letter.number in text.replace(" ", "")
    indicator = rule_book().kpi.indicators["firms_attracted"]
    assert (progress(indicator, current_frame()).planned, progress(indicator, current_frame()).actual) == (1, 0)
    journey.operating(case, member, reviewer)
    assert (progress(indicator, current_frame()).planned, progress(indicator, current_frame()).actual) == (0, 1)
    entry = KpiEntry.objects.get()
    assert entry.fiscal_year == 2026
    assert entry.actual_by.kind == "confirmation"
    codes = list(Event.objects.filter(case=case).values_list("code", flat=True))
    assert codes[:1] == ["started"]
    assert {"submitted", "taken_up", "decision_drafted", "approved", "issued", "kpi_planned", "kpi_actual"} <= set(
        codes
    )
    assert [m.to for m in mail.outbox] == [[member.email]] * len(mail.outbox)
    assert len(mail.outbox) == 4
    assert Case.objects.get().facts["operation_start_date"] == "2026-11-01"
