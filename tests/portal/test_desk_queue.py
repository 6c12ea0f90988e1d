"""The queue: what waits for the city, in which order, with filters in the address."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from applications.models import Case, CorrectionRequest, Filing, FilingRevision
from applications.selectors import days_on_the_clock
from applications.services import decide, review
from applications.services.revoke import draft_revocation
from portal.desk_reads import with_declared_result
from tests import factories
from tests.applications import journey
from tests.portal.desk import at, html_of, queries, quick_passwords, signed_in, text_of  # noqa: F401

pytestmark = pytest.mark.django_db


def references(html: str) -> list[str]:
    """The cases in the table, from top to bottom."""
    return re.findall(r'<tr data-queue-row>\s*<th scope="row"><a[^>]*>([^<]+)</a>', html)


def copies(filing: Filing, count: int) -> list[Filing]:
    """More filings like this one, each in a case of its own."""
    made = []
    for number in range(count):
        case = Case.objects.get(pk=filing.case_id)
        case.pk, case.reference = None, f"S2026-9{number:04d}"
        case.save()
        copy = Filing.objects.get(pk=filing.pk)
        copy.pk, copy.case = None, case
        copy.save()
        revision = filing.revisions.get()
        FilingRevision.objects.create(
            filing=copy,
            number=1,
            answers=revision.answers,
            documents=revision.documents,
            determination=revision.determination,
            terms=revision.terms,
            submitted_by=revision.submitted_by,
            submitted_at=revision.submitted_at,
        )
        made.append(copy)
    return made


@pytest.fixture
def filing(firm, member) -> Filing:
    return journey.submitted(firm, member)


def test_a_row_says_who_what_and_how_much(filing: Filing, firm, reviewer) -> None:
    with at():
        html = html_of(signed_in(reviewer), "/desk/")
    text = text_of(html)
    assert references(html) == [filing.case.reference]
    for word in (
        firm.name,
        "本社機能立地促進助成金",
        "指定申請",
        "150万円",
        "1,800万円",
        "対象",
        "提出済み",
        "未定",
        "0日",
    ):
        assert word in text
    assert "市の対応待ちすべて：1件" in text


def test_an_empty_queue_says_what_would_fill_it(reviewer) -> None:
    client = signed_in(reviewer)
    assert "企業が申請や届出を提出すると" in html_of(client, "/desk/")
    assert "条件に合う手続はありません" in html_of(client, "/desk/?q=nobody")


def test_counters_lead_to_what_they_count(firm, member, reviewer, approver) -> None:
    for step in range(5):
        membership = factories.MembershipFactory()
        filing = journey.submitted(membership.organisation, membership.user)
        if step > 0:
            filing = journey.reviewed(filing, reviewer)
        if step == 2:
            journey.correction(filing, reviewer)
        if step == 3:
            decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=journey.NOW)
        if step == 4:
            journey.approved(filing, reviewer, approver)
    case = journey.designated(firm, member, reviewer, approver)
    draft_revocation(by=reviewer, decision_id=case.decisions.get().pk, reason="虚偽", article="第9号", at=journey.NOW)
    client = signed_in(reviewer)
    with at():
        html = html_of(client, "/desk/")
        found = re.findall(
            r'stat__label"><a href="([^"]+)">([^<]+)</a></p>\s*<p class="stat__figure">'
            r'<span class="stat__number">(\d+)',
            html,
        )
        assert [(label, number) for _url, label, number in found] == [
            ("新着", "1"), ("審査中", "1"), ("補正待ち", "1"), ("決裁待ち", "1"), ("施行待ち", "1"),
            ("取消しの決裁待ち", "1"),
        ]  # fmt: skip
        for url, label, _number in found[:5]:
            assert len(references(html_of(client, url))) == 1, label
        assert "取消し" in html_of(client, found[5][0])


def test_filters_stand_in_the_address(filing: Filing, reviewer) -> None:
    membership = factories.MembershipFactory(organisation__name="広瀬データワークス株式会社")
    other = journey.submitted(
        membership.organisation, membership.user, answers=journey.HEADQUARTERS | {"project_title": "泉ラボ"}
    )
    client = signed_in(reviewer)
    both = {filing.case.reference, other.case.reference}
    with at():
        assert references(html_of(client, "/desk/?q=広瀬")) == [other.case.reference]
        assert references(html_of(client, "/desk/?q=泉ラボ")) == [other.case.reference]
        assert references(html_of(client, f"/desk/?q={filing.case.reference}")) == [filing.case.reference]
        assert set(references(html_of(client, "/desk/?scheme=relocation/headquarters"))) == both
        assert references(html_of(client, "/desk/?scheme=synchrotron/trial_use")) == []
        assert references(html_of(client, "/desk/?view=closed")) == []
        review.take_up(by=reviewer, filing_id=other.pk, at=journey.NOW)
        assert references(html_of(client, "/desk/?view=mine")) == [other.case.reference]


@pytest.mark.parametrize(
    "query", ["view=nonsense", "scheme=x/y", "page=99", "page=x", "sort=password", "q=" + "a" * 300]
)
def test_nonsense_in_the_address_shows_the_whole_queue(filing: Filing, reviewer, query: str) -> None:
    with at():
        html = html_of(signed_in(reviewer), f"/desk/?{query}")
    assert references(html) == [filing.case.reference] or query.startswith("q=")


def test_sorting_by_amount_and_back(filing: Filing, reviewer) -> None:
    membership = factories.MembershipFactory()
    small = journey.submitted(
        membership.organisation, membership.user, answers=journey.HEADQUARTERS | {"building_monthly_rent": 100_000}
    )
    client = signed_in(reviewer)
    with at():
        assert references(html_of(client, "/desk/?sort=amount"))[0] == small.case.reference
        assert references(html_of(client, "/desk/?sort=-amount"))[0] == filing.case.reference
        for key in ("reference", "firm", "scheme", "arrived", "due", "assignee"):
            assert len(references(html_of(client, f"/desk/?sort=-{key}"))) == 2


def test_pages_keep_the_filters(filing: Filing, reviewer) -> None:
    copies(filing, 29)
    with at():
        html = html_of(signed_in(reviewer), "/desk/?view=new&sort=reference")
    assert len(references(html)) == 25
    assert "view=new&amp;sort=reference&amp;page=2" in html
    assert "全30件のうち1～25件目" in html


def test_the_number_of_queries_does_not_grow(filing: Filing, reviewer) -> None:
    client = signed_in(reviewer)
    with at():
        one = queries(client, "/desk/")
        for copy in copies(filing, 29)[:24]:
            CorrectionRequest.objects.create(
                filing=copy, items=[], due_on=date(2026, 12, 4), official=reviewer.official, at=journey.NOW
            )
        assert queries(client, "/desk/") == one
    assert one <= 15


def test_the_clock_stands_still_while_the_firm_corrects(filing: Filing, reviewer) -> None:
    review.take_up(by=reviewer, filing_id=filing.pk, at=journey.NOW)
    journey.correction(filing, reviewer, at=journey.NOW + timedelta(days=3))
    with at(journey.NOW + timedelta(days=12)):
        text = text_of(html_of(signed_in(reviewer), "/desk/?view=correction"))
    assert "停止中" in text
    assert "12月4日まで" in text
    filing.refresh_from_db()
    later = (journey.NOW + timedelta(days=12)).date()
    assert days_on_the_clock(filing, filing.corrections.all(), later) == 0  # 23 November is a holiday


def test_the_clock_ends_with_the_decision(filing: Filing, reviewer, approver) -> None:
    journey.decided(journey.reviewed(filing, reviewer), reviewer, approver, at=journey.NOW + timedelta(days=6))
    with at(journey.NOW + timedelta(days=200)):
        text = text_of(html_of(signed_in(reviewer), "/desk/?view=closed"))
    assert "3日" in text  # 24, 25 and 26 November
    assert "超過" not in text


def test_more_than_the_standard_period_is_said(filing: Filing, reviewer) -> None:
    with at(journey.NOW + timedelta(days=60)):
        assert "標準30日を超過" in html_of(signed_in(reviewer), "/desk/")


def test_the_declared_result_is_that_of_the_last_arrival(filing: Filing, member, reviewer) -> None:
    review.take_up(by=reviewer, filing_id=filing.pk, at=journey.NOW)
    journey.correction(filing, reviewer)
    journey.answered(filing, member, {"building_monthly_rent": 200_000})
    row: Any = with_declared_result(Filing.objects.filter(pk=filing.pk)).get()
    assert (row.verdict, row.yen, row.low, row.high, row.most) == ("eligible", None, 600_000, 7_200_000, 7_200_000)
