"""The main job in a real browser, in both languages: check, sign up, apply with papers, review, correction, approval, the
letter as PDF, the indicator. On the way the mistakes that people make: each gets its message and loses nothing."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from applications.models import Case, Decision, KpiEntry
from tests import factories
from tests.browser.visitor import Visitor
from tests.factories import MINIMAL_PDF, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

EMAIL = "tanaka@firm.example"
NUMBER = "8000020041009"
"""The City of Sendai's own corporate number: published, and valid."""
WRONG_NUMBER = "2000020041009"


def plan(today: date) -> dict[str, Any]:
    """What the firm wants to do in Sendai: a development centre in rented rooms."""
    return {
        "legal_form": "company",
        "industry": "information_services",
        "sme_line": "services",
        "capital": 30_000_000,
        "regular_employees": 80,
        "head_office_place": "other_prefecture",
        "establishment_in_sendai": False,
        "establishment_kind": "new",
        "site_business": "none_of_these",
        "zone_designated": False,
        "regional_plan_approved": False,
        "wage_policy_declared": False,
        "support_confirmed": False,
        "facility_function": "information_processing",
        "has_certified_plan": True,
        "is_research_facility": False,
        "site_area": "city_centre",
        "site_tenure": "rented",
        "equipment_price": 0,
        "land_monthly_rent": 0,
        "building_monthly_rent": 500_000,
        "floor_area_rented": 100,
        "office_kind": "ordinary",
        "prior_consultation_on": (today - timedelta(days=20)).isoformat(),
        "lease_contract_on": (today + timedelta(days=20)).isoformat(),
        "no_tax_arrears": True,
        "no_organised_crime": True,
        "project_title": "仙台開発センターの新設",
        "project_description": "開発拠点を設ける。",
        "site_address": "仙台市青葉区国分町三丁目7番1号",
        "contact_person": "田中　一郎",
        "contact_phone": "022-000-0000",
    }


@pytest.fixture(params=["ja", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """Both."""
    return str(request.param)


@pytest.fixture
def people(browser: Browser, live_server: Any, language: str, tmp_path: Path) -> Iterator[dict[str, Visitor]]:
    """The firm, a reviewer who may also approve, and an approver, each at an own browser."""
    factories.OfficialFactory(user__email="reviewer@city.example", user__name="阿部　春香", reviews=True, approves=True)
    factories.OfficialFactory(user__email="approver@city.example", user__name="高橋　健", approves=True)
    made = {name: Visitor(browser, live_server.url, language) for name in ("firm", "reviewer", "approver")}
    yield made
    for name, visitor in made.items():
        visitor.page.screenshot(path=tmp_path / f"{name}.png", full_page=True)  # kept by pytest where a test failed
        visitor.leave()


def test_the_main_job(people: dict[str, Visitor]) -> None:
    firm, reviewer, approver = people["firm"], people["reviewer"], people["approver"]
    answers = plan(localdate())

    checks(firm, answers)
    signs_up(firm)
    fills_in(firm, answers)
    submits_twice(firm)
    case = Case.objects.get()

    asks_for_correction(reviewer, case)
    corrects(firm, case)
    drafts(reviewer, case)
    approves(approver, case)
    issues(reviewer, case)
    reads_the_letter(firm, case)

    firm.open("/kpi/")
    firm.check_page()
    assert [entry.state for entry in KpiEntry.objects.all()] == ["planned"]
    planned = firm.page.locator(".kpi-head p", has_text=firm.words("ほかに見込み"))
    expect(planned).to_contain_text(re.compile(r"\b1\s*(社|firm)"))

    starts_operation(firm, case)
    confirms_operation(reviewer, case)
    assert [entry.state for entry in KpiEntry.objects.all()] == ["actual"]
    firm.open("/kpi/")
    expect(firm.page.locator(".kpi-head__figure")).to_contain_text(re.compile(r"\b1\s*(社|firm).*150", re.DOTALL))


def checks(firm: Visitor, answers: dict[str, Any]) -> None:
    """Answer the questions until every scheme is settled."""
    firm.open("/check/")
    firm.check_page()
    firm.page.locator('main [name="goals"]').first.check()
    firm.press("選んだものを調べる")
    asked = []
    while "/check/question/" in firm.page.url:
        name = firm.page.evaluate(
            """() => document.querySelector("main form [name]:not([type=hidden]):not(button)")?.name || ''"""
        )
        asked.append(name)
        assert len(asked) < 60, asked
        if name == "building_monthly_rent":  # a mistake: money is never negative
            firm.answer(name, "-5")
            firm.press("次へ進む")
            expect(firm.page.locator(".error-summary")).to_be_visible()
            expect(firm.page.locator('main [name="building_monthly_rent"]')).to_have_value("-5")
        firm.check_page()
        if name in answers:
            firm.answer(name, answers[name])
            firm.press("次へ進む")
        elif firm.page.locator(f'main [name="{name}"][value="unknown"]').count():
            firm.answer(name, "unknown")
            firm.press("次へ進む")
        else:
            firm.press("わからない")
    assert "/check/result/" in firm.page.url
    firm.check_page()
    firm.sees("本社機能立地促進助成金" if firm.language == "ja" else "Headquarters relocation subsidy")


def signs_up(firm: Visitor) -> None:
    """From the result to an account and the applicant's particulars; the answers are still there."""
    card = firm.page.locator(".card", has=firm.page.locator('a[href="/cases/new/relocation/headquarters/"]'))
    card.locator('a[href="/cases/new/relocation/headquarters/"]').first.click()
    firm.press("アカウントを作成する")
    firm.check_page()
    firm.answer("email", EMAIL)
    firm.answer("password1", PASSWORD)
    firm.answer("password2", PASSWORD)
    firm.press("アカウントを作成する")
    firm.page.wait_for_url("**/organisation/new/**")
    firm.check_page()
    firm.answer("kind", "corporation")
    firm.answer("corporate_number", WRONG_NUMBER)
    firm.answer("name", "株式会社広瀬データ")
    firm.answer("address", "東京都千代田区丸の内一丁目1番1号")
    firm.answer("representative_title", "代表取締役")
    firm.answer("representative_name", "田中　一郎")
    firm.press("登録する")
    expect(firm.page.locator("#id_corporate_number_error, .field__error").first).to_be_visible()
    expect(firm.page.locator('main [name="name"]')).to_have_value("株式会社広瀬データ")
    firm.answer("corporate_number", NUMBER)
    firm.press("登録する")
    firm.page.wait_for_url("**/cases/new/**")
    firm.check_page()
    firm.page.locator('main [name="step"][value="designation_application"]').check()
    firm.press("下書きを作る")


def fills_in(firm: Visitor, answers: dict[str, Any]) -> None:
    """The form is prefilled; the rest, an impossible date, a program that calls itself a PDF, a file that is too large."""
    firm.page.wait_for_url("**/filings/**")
    firm.check_page()
    expect(firm.page.locator('main [name="building_monthly_rent"]')).to_have_value(re.compile("500,?000"))
    for _ in range(6):  # answers may bring up further questions
        firm.press("保存")
        open_ones = [name for name, value in answers.items() if firm.has_field(name) and _is_empty(firm, name, value)]
        if not open_ones:
            break
        for name in open_ones:
            firm.answer(name, answers[name])
    firm.answer("contact_phone", "")
    names = [box.get_attribute("name") or "" for box in firm.page.locator("main input[type=file]").all()]
    assert len(names) >= 3
    firm.attach(names[0], file="plan.pdf", content=b"MZ" + bytes(200))
    firm.attach(names[1], file="accounts.pdf", content=MINIMAL_PDF + b"%" + bytes(20 * 1024 * 1024))
    firm.attach(names[2], file="register.pdf", content=MINIMAL_PDF)
    firm.answer("contact_phone", answers["contact_phone"])
    firm.press("保存")
    expect(firm.page.locator(".error-summary a")).to_have_count(2)
    firm.sees("register.pdf")
    expect(firm.page.locator('main [name="contact_phone"]')).to_have_value(answers["contact_phone"])
    for name in names[:2]:
        firm.attach(name, file=f"{name}.pdf", content=MINIMAL_PDF)
    firm.press("確認へ進む")


def _is_empty(firm: Visitor, name: str, value: Any) -> bool:
    fields = firm.page.locator(f'main [name="{name}"]')
    if fields.first.evaluate("e => e.type") in ("radio", "checkbox"):
        return firm.page.locator(f'main [name="{name}"]:checked').count() == 0
    return fields.first.input_value() == ""


def submits_twice(firm: Visitor) -> None:
    """Read everything, consent, hand in; a second window hands in again and is told that it already arrived."""
    firm.page.wait_for_url("**/summary/")
    firm.check_page()
    summary = firm.page.url
    second = firm.context.new_page()
    second.goto(summary)
    firm.answer("consent", "yes")
    firm.press("提出する")
    firm.page.wait_for_url("**/receipt/")
    firm.check_page()
    firm.sees(Case.objects.get().reference)
    second.locator('main [name="consent"]').check()
    second.get_by_role("button", name=firm.words("提出する")).click()
    expect(second.locator("main")).to_contain_text(firm.words("この手続は既に提出されています"))
    second.close()
    assert Case.objects.get().filings.count() == 1


def asks_for_correction(reviewer: Visitor, case: Case) -> None:
    """Take up the case and ask for one thing."""
    reviewer.sign_in("reviewer@city.example")
    reviewer.page.wait_for_url("**/desk/")
    reviewer.check_page()
    reviewer.page.get_by_role("link", name=case.reference).click()
    reviewer.press("審査を始める")
    reviewer.check_page()
    reviewer.press("補正を依頼する")
    reviewer.check_page()
    reviewer.page.locator("main textarea[name$=text]").first.fill("計画の内容を、もう少し詳しく書いてください。")
    reviewer.press("補正を依頼する")
    reviewer.page.wait_for_url(f"**/desk/cases/{case.reference}/**")


def corrects(firm: Visitor, case: Case) -> None:
    """The firm finds the request on its page, answers it and hands in again."""
    firm.open("/cases/")
    firm.check_page()
    firm.press("補正に答える")
    firm.check_page()
    firm.sees("計画の内容を、もう少し詳しく書いてください。")
    firm.answer("project_description", "開発拠点を設け、地元の技術者20名を採用する。")
    firm.press("確認へ進む")
    firm.answer("answer", "計画の内容を書き足しました。")
    firm.answer("consent", "yes")
    firm.press("提出する")
    firm.page.wait_for_url("**/receipt/")


def drafts(reviewer: Visitor, case: Case) -> None:
    """Confirm what was declared, draft the designation; approving the own draft is refused with its reason."""
    reviewer.open(f"/desk/cases/{case.reference}/")
    if reviewer.page.get_by_role("button", name=reviewer.words("審査を始める")).count():
        reviewer.press("審査を始める")
    with reviewer.page.expect_navigation():
        reviewer.page.locator('button[name="all"]').click()
    reviewer.check_page()
    reviewer.press("起案する")
    reviewer.check_page()
    reviewer.answer("favourable", "yes")
    if reviewer.has_field("amount"):
        reviewer.answer("amount", 6_000_000)
    reviewer.answer("note", "要件を満たすため。")
    reviewer.press("この内容で起案する")
    decision = Decision.objects.get()
    reviewer.open(f"/approvals/{decision.pk}/")
    reviewer.check_page()
    reviewer.reads("起案した本人は決裁できません。ほかの決裁者に依頼してください。")
    assert reviewer.page.get_by_role("button", name=reviewer.words("承認する")).count() == 0


def approves(approver: Visitor, case: Case) -> None:
    """Another official reads the letter and approves."""
    approver.sign_in("approver@city.example")
    approver.open("/approvals/")
    approver.check_page()
    approver.page.get_by_role("link", name=case.reference).first.click()
    approver.check_page()
    approver.press("承認する")
    expect(approver.page.locator("main")).to_be_visible()
    assert Decision.objects.get().state == "approved"


def issues(reviewer: Visitor, case: Case) -> None:
    """The reviewer issues the decision."""
    reviewer.open(f"/approvals/{Decision.objects.get().pk}/")
    reviewer.press("施行する")
    reviewer.check_page()
    assert Decision.objects.get().state == "issued"


def reads_the_letter(firm: Visitor, case: Case) -> None:
    """The letter can be downloaded; its text can be extracted."""
    firm.open(f"/cases/{case.reference}/")
    firm.check_page()
    letter = case.letters.get()
    answer = firm.context.request.get(f"{firm.url}/letters/{letter.pk}/")
    assert answer.headers["content-type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.body())).pages)
    for expected in ("株式会社広瀬データ", "指定", letter.number):
        assert expected in text.replace("\n", ""), expected


def starts_operation(firm: Visitor, case: Case) -> None:
    """The firm notifies the start of operation."""
    firm.open(f"/cases/{case.reference}/")
    start = f'form[action="/cases/{case.reference}/start/"]:has([value="start_of_operation_notice"]) button'
    with firm.page.expect_navigation():
        firm.page.locator(start).click()
    firm.answer("operation_start_date", localdate().isoformat())
    for box in firm.page.locator("main input[type=file]").all():
        firm.attach(box.get_attribute("name") or "", file="notice.pdf", content=MINIMAL_PDF)
    firm.press("確認へ進む")
    firm.answer("consent", "yes")
    firm.press("提出する")
    firm.page.wait_for_url("**/receipt/")


def confirms_operation(reviewer: Visitor, case: Case) -> None:
    """The reviewer confirms it; the planned entry becomes an actual one."""
    reviewer.open(f"/desk/cases/{case.reference}/")
    reviewer.press("審査を始める")
    if reviewer.page.locator('button[name="all"]').count():
        with reviewer.page.expect_navigation():
            reviewer.page.locator('button[name="all"]').click()
    reviewer.press("内容を確認して終える")
    reviewer.check_page()
    reviewer.answer("note", "現地で確認した。")
    reviewer.press("確認して終える")
    reviewer.page.wait_for_url(f"**/desk/cases/{case.reference}/**")
