"""Cases of a firm: the list, starting one, the page of a case, the next step."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from applications.models import Case, Event, Filing
from applications.procedure import path
from applications.services import draft, review, submit
from portal.case_pages import duty_of, path_lines
from portal.case_words import event_words, step_title
from tests import factories
from tests.applications import journey
from tests.portal.firm import AT_THAT_TIME, HQ, NOW, check_page, page, rows, text_of

pytestmark = AT_THAT_TIME
LIST = "/cases/"
START = "/cases/new/relocation/headquarters/"


@pytest.fixture
def signed_in(client: Client, member: Any) -> Client:
    client.force_login(member)
    return client


def case_url(case: Case) -> str:
    return reverse("case_page", args=[case.reference])


# --- the list ------------------------------------------------------------------------------------------------


def test_an_empty_list_says_what_would_fill_it(signed_in: Client) -> None:
    html = page(signed_in, LIST)
    check_page(html)
    assert "案件はまだありません" in html
    assert reverse("check_start") in html


def test_the_next_duty_comes_first(signed_in: Client, firm: Any, member: Any, reviewer: Any) -> None:
    journey.drafted(firm, member, {"hire_date": "2027-04-01"}, scheme="scholarship/cooperating_firm")
    waiting = journey.reviewed(journey.submitted(firm, member), reviewer)
    journey.correction(waiting, reviewer, due_on=date(2026, 12, 1))
    html = page(signed_in, LIST)
    check_page(html)
    words = text_of(html)
    assert words.index("「指定申請」の補正に答える") < words.index("「協力企業の認定申請」の下書きを仕上げて提出する")
    assert "12月1日まで （あと7日）" in words


def test_every_state_is_in_the_list(signed_in: Client, firm: Any, member: Any, reviewer: Any, approver: Any) -> None:
    case = journey.designated(firm, member, reviewer, approver)
    words = text_of(page(signed_in, LIST))
    assert "「操業開始届」を行う" in words
    assert "指定通知書 （作成中。まもなく受け取れます）" in words
    journey.filed(case, member, "start_of_operation_notice", {"operation_start_date": "2026-11-01"})
    words = text_of(page(signed_in, LIST))
    assert "いま行うことはありません。" in words
    assert "市が審査中の案件" in words


def test_the_list_takes_the_same_queries_for_one_case_and_for_thirty(
    signed_in: Client, firm: Any, member: Any, django_assert_num_queries: Any
) -> None:
    def count() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            page(signed_in, LIST)
        return len(queries)

    def add(number: int) -> None:
        case = factories.CaseFactory(organisation=firm)
        states = ("submitted", "under_review", "correction_requested", "issued")
        filing = factories.FilingFactory(case=case, state=states[number % 4], answers=journey.HEADQUARTERS)
        if filing.state == "correction_requested":
            filing.corrections.create(
                items=[{"about": "capital", "text": "?"}], due_on=date(2026, 12, 1), official=official, at=NOW
            )
        if filing.state == "issued":
            factories.DecisionFactory(case=case, filing=filing, state="issued", approved_at=NOW, issued_at=NOW)

    official = factories.OfficialFactory()
    for number in range(4):
        add(number)
    few = count()
    for number in range(30):
        add(number)
    assert count() == few
    assert few <= 16


# --- starting ------------------------------------------------------------------------------------------------


def test_a_case_starts_with_what_the_check_knows(signed_in: Client, firm: Any) -> None:
    signed_in.post(reverse("check_start"), {"schemes": HQ})
    signed_in.post(reverse("check_fact", args=["building_monthly_rent"]), {"building_monthly_rent": "50万"})
    before = rows()
    html = page(signed_in, START)
    check_page(html)
    assert rows() == before
    assert "調べたときの回答1件を、あらかじめ記入します。" in html
    response = signed_in.post(START, {"step": "designation_application"})
    filing = Filing.objects.get()
    assert response["Location"] == reverse("filing_form", args=[filing.case.reference, filing.pk])
    assert filing.answers == {"building_monthly_rent": 500_000}
    assert filing.step == "designation_application"


def test_starting_twice_makes_one_draft(signed_in: Client, firm: Any) -> None:
    for _ in range(3):
        response = signed_in.post(START, {"step": "prior_consultation"})
    filing = Filing.objects.get()
    assert str(filing.pk) in response["Location"]
    html = page(signed_in, START)
    assert "作成中の下書きがあります" in html
    assert reverse("filing_form", args=[filing.case.reference, filing.pk]) in html


def test_the_step_must_be_chosen_and_exist(signed_in: Client, firm: Any) -> None:
    assert "どれか1つを選んでください。" in signed_in.post(START, {}).content.decode()
    assert signed_in.post(START, {"step": "grant_application"}).status_code == 200
    assert not Case.objects.exists()


def test_with_several_applicants_one_is_chosen(signed_in: Client, firm: Any, member: Any, stranger: Any) -> None:
    other = factories.MembershipFactory(user=member).organisation
    html = page(signed_in, START)
    check_page(html)
    assert other.name in html
    foreign = stranger.memberships.get().organisation
    for pk in (foreign.pk, 0, "x"):
        data = {"step": "designation_application", "organisation": pk}
        assert signed_in.post(START, data).status_code == 200
    assert not Case.objects.exists()
    signed_in.post(START, {"step": "designation_application", "organisation": other.pk})
    assert Case.objects.get().organisation == other


def test_persons_and_firms_apply_for_their_own_schemes(client: Client, db: None) -> None:
    person = factories.MembershipFactory(
        organisation=factories.OrganisationFactory(kind="person", corporate_number="")
    ).user
    client.force_login(person)
    html = page(client, START)
    assert "企業・団体・個人事業主が申請します。" in html
    assert f'href="{reverse("organisation_new")}?next=' in html
    assert client.post(START, {"step": "designation_application"}).status_code == 200
    assert not Case.objects.exists()
    assert client.post("/cases/new/scholarship/person/").status_code == 302
    assert Case.objects.get().scheme == "scholarship/person"


def test_a_scheme_without_terms_cannot_be_started_and_says_why(signed_in: Client, firm: Any) -> None:
    url = "/cases/new/synchrotron/trial_use/"
    html = page(signed_in, url)
    check_page(html)
    assert "いまは申請できません" in html
    assert "前年度の条件を引き継ぐことはありません" in html
    assert signed_in.post(url).status_code == 200
    assert not Case.objects.exists()
    assert signed_in.get("/cases/new/made/up/").status_code == 404


# --- one case ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_case_from_draft_to_grant(
    client: Client, firm: Any, member: Any, reviewer: Any, approver: Any, language: str
) -> None:
    client.force_login(member)
    filing = journey.drafted(firm, member)
    url = case_url(filing.case)
    for advance in (
        lambda: submit.submit_filing(by=member, filing_id=filing.pk, at=NOW),
        lambda: review.take_up(by=reviewer, filing_id=filing.pk, at=NOW),
        lambda: journey.correction(filing, reviewer, due_on=date(2026, 12, 1)),
        lambda: journey.answered(filing, member, {}),
        lambda: journey.confirmed(filing, reviewer),
        lambda: journey.decided(filing, reviewer, approver),
    ):
        before = rows()
        html = page(client, url, language)
        check_page(html, language)
        assert rows() == before
        filing.refresh_from_db()
        advance()
    words = text_of(page(client, url))
    assert "「操業開始届」を始める" in words
    assert "指定の通知書" in words
    assert "補正に答え、再び提出しました。" in words
    assert "完了 2026年11月20日" in words


def test_internal_events_stay_inside(signed_in: Client, firm: Any, member: Any, reviewer: Any) -> None:
    filing = journey.reviewed(journey.submitted(firm, member), reviewer)
    html = page(signed_in, case_url(filing.case))
    internal = Event.objects.filter(case=filing.case, internal=True)
    assert internal.exists()
    assert all(event_words(event, filing.case) == "" for event in internal)
    assert str(reviewer) not in html, "the firm deals with the city, not with an official by name"


def test_every_event_has_words_in_both_languages(firm: Any, member: Any, reviewer: Any, approver: Any) -> None:
    case = journey.designated(firm, member, reviewer, approver)
    journey.operating(case, member, reviewer)
    for language in ("ja", "en"):
        with override(language):
            for event in Event.objects.filter(case=case, internal=False):
                assert event_words(event, case), event.code


def test_a_refusal_gives_its_reasons_and_ends_the_path(
    signed_in: Client, firm: Any, member: Any, reviewer: Any, approver: Any
) -> None:
    filing = journey.submitted(firm, member, answers=journey.HEADQUARTERS | {"site_area": "outside"})
    journey.decided(journey.reviewed(filing, reviewer), reviewer, approver, favourable=False)
    html = page(signed_in, case_url(filing.case))
    check_page(html)
    words = text_of(html)
    assert "「仙台市内に立地すること」という要件を満たしていません。" in words
    assert "立地する地域：" in words
    assert "認められませんでした。" in words
    assert "この案件の手続は終わっています" in words
    assert "交付申請" not in words


def test_a_grant_shows_its_amount_and_letter(
    signed_in: Client, firm: Any, member: Any, reviewer: Any, approver: Any
) -> None:
    case = journey.operating_2024(firm, member, reviewer, approver)
    decision = journey.granted(case, member, reviewer, approver, at=NOW)
    words = text_of(page(signed_in, case_url(case)))
    assert f"{decision.amount:,}円" in words
    assert "通知書を作成しています。" in words


def test_a_revocation_is_said_first(signed_in: Client, firm: Any, member: Any, reviewer: Any, approver: Any) -> None:
    case = journey.designated(firm, member, reviewer, approver)
    journey.revoked(case.decisions.get(), reviewer, approver)
    html = page(signed_in, case_url(case))
    check_page(html)
    assert "この案件の決定は取り消されました" in html


def test_the_next_step_starts_by_post_only(
    signed_in: Client, firm: Any, member: Any, reviewer: Any, approver: Any
) -> None:
    case = journey.designated(firm, member, reviewer, approver)
    url = reverse("filing_start", args=[case.reference])
    assert signed_in.get(url).status_code == 405
    response = signed_in.post(url, {"step": "start_of_operation_notice"})
    filing = case.filings.get(step="start_of_operation_notice")
    assert response["Location"] == reverse("filing_form", args=[case.reference, filing.pk])
    signed_in.post(url, {"step": "start_of_operation_notice"})
    assert case.filings.count() == 2
    response = signed_in.post(url, {"step": "grant_application"}, follow=True)
    assert "作成中の手続があります。" in response.content.decode()
    assert signed_in.post(url, {}, follow=True).status_code == 200


def test_a_case_without_terms_is_no_dead_end(signed_in: Client, firm: Any, member: Any) -> None:
    filing = journey.drafted(firm, member, {"hire_date": "2027-04-01"}, scheme="scholarship/cooperating_firm")
    draft.save_answers(by=member, filing_id=filing.pk, answers={"hire_date": "2016-04-01"}, at=NOW)
    html = page(signed_in, case_url(filing.case))
    check_page(html)
    assert "適用できる規定がないため" in html
    form = page(signed_in, reverse("filing_form", args=[filing.case.reference, filing.pk]))
    check_page(form)
    assert "いまの回答の日付に適用できる規定がありません" in form
    assert 'name="hire_date"' in form


def test_the_case_page_takes_the_same_queries_however_long_its_history(
    signed_in: Client, firm: Any, member: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    filing = journey.submitted(firm, member)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(signed_in, case_url(filing.case))
        return len(queries)

    few = count()
    for number in range(30):
        Event.objects.create(case=filing.case, code="taken_up", actor=member, data={"step": filing.step}, at=NOW)
        factories.FilingFactory(
            case=filing.case, step="start_of_operation_notice", number=number + 1, state="withdrawn", arrived_at=None
        )
    assert count() == few


# --- duties and paths ----------------------------------------------------------------------------------------


def test_the_deadline_of_a_draft_follows_its_answers(firm: Any, member: Any) -> None:
    filing = journey.drafted(firm, member, step="prior_consultation")
    case = Case.objects.get(pk=filing.case_id)
    assert duty_of(case, NOW.date()).until == date(2026, 11, 30)
    draft.save_answers(by=member, filing_id=filing.pk, answers={"lease_contract_on": None}, at=NOW)
    assert duty_of(Case.objects.get(pk=case.pk), NOW.date()).until is None


def test_an_optional_step_that_was_passed_over_is_not_on_the_path(firm: Any, member: Any) -> None:
    filing = journey.submitted(firm, member)
    case = Case.objects.get(pk=filing.case_id)
    assert path(case)[0].state == "skipped"
    lines = path_lines(case, NOW.date() + timedelta(days=1))
    assert [line["title"] for line in lines] == ["指定申請", "操業開始届", "交付申請"]
    assert lines[0]["state"] == "current"
    assert step_title(case, "unheard_of") == "手続"
