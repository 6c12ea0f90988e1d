"""補正, 起案, 決裁, 施行, 取消し and 確認 on the desk: the way of a decision, and everything that must be refused."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from applications.models import Approval, Case, CorrectionRequest, Decision, Filing, KpiEntry, Letter, OutboxMail
from applications.permissions import may_approve
from applications.services import approve, decide, review, revoke
from applications.services import letters as letter_services
from portal.desk_reads import hindrances, possible_approvers
from tests import factories
from tests.applications import journey
from tests.portal.desk import (  # noqa: F401
    NOW,
    at,
    html_of,
    queries,
    quick_passwords,
    row_counts,
    seen,
    signed_in,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(reviewer) -> Client:
    return signed_in(reviewer)


@pytest.fixture
def chief(approver) -> Client:
    return signed_in(approver)


@pytest.fixture
def reviewed(firm, member, reviewer) -> Filing:
    return journey.reviewed(journey.submitted(firm, member), reviewer)


@pytest.fixture
def drafted(reviewed: Filing, reviewer) -> Decision:
    return decide.draft_decision(
        by=reviewer, filing_id=reviewed.pk, favourable=True, at=journey.NOW, note="要件を満たす。"
    )


def post(client: Client, path: str, **data: Any) -> Any:
    with at():
        return client.post(path, data)


def page(client: Client, path: str, status: int = 200) -> str:
    with at():
        return html_of(client, path, status)


def errors(response: Any) -> str:
    """What the error summary says."""
    found = re.search(r"data-error-summary.*?</div>", response.content.decode(), re.S)
    assert found is not None, "no error was shown"
    return text_of(found[0])


# --- corrections -----------------------------------------------------------------------------------------------


def items(*texts: str, about: str = "capital", **more: str) -> dict[str, str]:
    """A correction form with some items."""
    sent = {"items-TOTAL_FORMS": str(len(texts)), "items-INITIAL_FORMS": "0", "due_on": "2026-12-04", **more}
    for number, text in enumerate(texts):
        sent |= {f"items-{number}-about": about, f"items-{number}-text": text}
    return sent


def test_ten_open_days_are_proposed_and_the_item_begins_with_its_fact(reviewed: Filing, desk: Client) -> None:
    html = page(desk, f"/desk/filings/{reviewed.pk}/correction/?about=capital")
    assert 'value="2026-12-07"' in html  # 23 November is a holiday
    assert re.search(r'<option value="capital"[^>]* selected', html)
    assert "事業計画書" in html


def test_the_preview_is_what_the_firm_will_read(reviewed: Filing, desk: Client, member) -> None:
    before = row_counts()
    sent = items("決算書の３ページがありません。", about="accounts", preview="1")
    html = post(desk, f"/desk/filings/{reviewed.pk}/correction/", **sent).content.decode()
    text = text_of(html)
    assert "直近の決算書" in text
    assert "決算書の３ページがありません。" in text
    assert "12月4日まで" in text
    assert member.email in text
    assert reviewed.case.reference in re.search(r'<pre class="mail">(.*?)</pre>', html, re.S)[1]  # type: ignore[index]
    assert row_counts() == before


def test_sending_a_correction(reviewed: Filing, desk: Client, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = post(desk, f"/desk/filings/{reviewed.pk}/correction/", **items("直してください。", send="1"))
    assert response.status_code == 302
    correction = CorrectionRequest.objects.get()
    assert correction.items == [{"about": "capital", "text": "直してください。"}]
    assert correction.due_on == date(2026, 12, 4)
    assert len(mail.outbox) == 1
    again = post(desk, f"/desk/filings/{reviewed.pk}/correction/", **items("直してください。", send="1"))
    assert again.status_code == 409
    assert "補正待ち" in page(desk, f"/desk/cases/{reviewed.case.reference}/")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (items("直す", send="1", due_on="2026-12-05"), "閉庁日"),
        (items("直す", send="1", due_on="2026-11-23"), "閉庁日"),
        (items("直す", send="1", due_on="2026-11-20"), "明日以降"),
        (items("直す", send="1", due_on=""), "入力"),
        (items("", send="1"), "内容を入力するか、この行を削除してください。"),
        (items(send="1"), "１件以上"),
        (items("直す", send="1", about="nonsense"), "選択"),
        (items("直す", preview="1", due_on="2026-12-31"), "閉庁日"),
    ],
)
def test_a_correction_that_cannot_be_sent_says_why(
    reviewed: Filing, desk: Client, sent: dict[str, str], words: str
) -> None:
    response = post(desk, f"/desk/filings/{reviewed.pk}/correction/", **sent)
    assert response.status_code == 200
    assert words in errors(response)
    assert not CorrectionRequest.objects.exists()
    if sent.get("items-0-text"):
        assert sent["items-0-text"] in response.content.decode()


def test_items_are_added_without_javascript(reviewed: Filing, desk: Client) -> None:
    html = post(desk, f"/desk/filings/{reviewed.pk}/correction/", **items("一つ目", add="items")).content.decode()
    assert "一つ目" in html
    assert 'name="items-1-text"' in html


# --- drafting --------------------------------------------------------------------------------------------------


def letter_in(html: str) -> str:
    """The text of the letter in its frame."""
    found = re.search(r'<iframe class="letter-frame"[^>]*srcdoc="([^"]*)"', html)
    assert found is not None, "no letter"
    return text_of(unescape(found[1]))


def test_nothing_is_drafted_before_the_review_is_done(firm, member, reviewer, desk: Client) -> None:
    filing = journey.submitted(firm, member)
    path = f"/desk/filings/{filing.pk}/draft/"
    assert post(desk, path, draft="1", favourable="yes").status_code == 409
    review.take_up(by=reviewer, filing_id=filing.pk, at=journey.NOW)
    with at():
        response = desk.get(path, follow=True)
    assert "未確認の申告事項が" in response.content.decode()
    assert not Decision.objects.exists()


def test_the_letter_is_shown_as_it_will_be_printed(
    reviewed: Filing, desk: Client, firm, django_assert_num_queries
) -> None:
    before = row_counts()
    html = page(desk, f"/desk/filings/{reviewed.pk}/draft/")
    letter = letter_in(html)
    assert firm.name in letter
    assert "指定" in letter
    assert "（案）" in letter
    assert row_counts() == before
    assert re.search(r'<style nonce="[^"]+">', html) is None  # the frame's styles are escaped, with the page's nonce
    html = post(
        desk, f"/desk/filings/{reviewed.pk}/draft/", preview="1", favourable="yes",
        conditions="操業を５年間続けること。\n\n雇用を10人以上とすること。",
    ).content.decode()  # fmt: skip
    letter = letter_in(html)
    assert "操業を５年間続けること。" in letter
    assert "雇用を10人以上とすること。" in letter
    assert row_counts() == before


def test_the_frame_may_use_its_styles(reviewed: Filing, desk: Client) -> None:
    with at():
        response = desk.get(f"/desk/filings/{reviewed.pk}/draft/")
    policy = response.headers["Content-Security-Policy"]
    nonce = re.search(r"style-src[^;]*'nonce-([^']+)'", policy)
    assert nonce is not None
    assert f"nonce=&quot;{nonce[1]}&quot;" in response.content.decode()


def test_drafting(reviewed: Filing, desk: Client, reviewer) -> None:
    response = post(
        desk, f"/desk/filings/{reviewed.pk}/draft/", draft="1", favourable="yes", conditions="条件その１",
        note="要件を満たす。",
    )  # fmt: skip
    decision = Decision.objects.get()
    assert response["Location"] == f"/approvals/{decision.pk}/"
    assert (decision.kind, decision.conditions, decision.note) == ("designation", ["条件その１"], "要件を満たす。")
    assert decision.drafted_by == reviewer.official
    again = post(desk, f"/desk/filings/{reviewed.pk}/draft/", draft="1", favourable="yes")
    assert again.status_code == 409
    assert Decision.objects.count() == 1


def test_a_refusal_needs_a_reason_where_the_criteria_are_met(reviewed: Filing, desk: Client) -> None:
    path = f"/desk/filings/{reviewed.pk}/draft/"
    response = post(desk, path, draft="1", favourable="no")
    assert "理由を具体的に入力してください" in errors(response)
    assert not Decision.objects.exists()
    html = post(desk, path, preview="1", favourable="no", reason="予算の上限に達したため。").content.decode()
    assert "予算の上限に達したため。" in letter_in(html)
    post(desk, path, draft="1", favourable="no", reason="予算の上限に達したため。")
    assert Decision.objects.get().kind == "non_designation"


def test_where_a_criterion_fails_only_a_refusal_is_offered(firm, member, reviewer, desk: Client) -> None:
    filing = journey.submitted(firm, member)
    review.take_up(by=reviewer, filing_id=filing.pk, at=journey.NOW)
    review.review_fact(
        by=reviewer, filing_id=filing.pk, fact="prior_consultation_on", value="2026-12-01", change=True,
        reason="協議書の受付印は12月1日。", at=journey.NOW,
    )  # fmt: skip
    journey.confirmed(filing, reviewer)
    html = page(desk, f"/desk/filings/{filing.pk}/draft/")
    assert "認めない（不指定）" in html
    assert "認める（指定）" not in html
    assert "賃貸借契約の日の前日までに事前協議書を提出すること" in letter_in(html)
    assert "通知書に記載される理由" in html
    assert post(desk, f"/desk/filings/{filing.pk}/draft/", draft="1", favourable="yes").status_code == 200
    assert not Decision.objects.exists()
    post(desk, f"/desk/filings/{filing.pk}/draft/", draft="1", favourable="no")
    assert Decision.objects.get().reasons[0]["criterion"] == "consultation_before_lease"


@pytest.fixture
def grant(firm, member, reviewer, approver) -> Filing:
    """A grant application whose amount the rules give as a range of 1.5 to 18 million yen."""
    case = journey.designated(firm, member, reviewer, approver)
    journey.operating(case, member, reviewer, at=journey.NOW)
    filing = journey.filed(Case.objects.get(pk=case.pk), member, "grant_application", journey.TAX_BASES, journey.NOW)
    return journey.reviewed(filing, reviewer)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("", "金額を入力してください"),
        ("1,499,999", "1,500,000円 以上 18,000,000円 以下"),
        ("18,000,001", "1,500,000円 以上 18,000,000円 以下"),
        ("-1", "0以上"),
        ("たくさん", "数字で入力してください"),
        ("1000000.5", "小数のない"),
    ],
)
def test_an_amount_outside_the_range_is_refused(grant: Filing, desk: Client, amount: str, words: str) -> None:
    path = f"/desk/filings/{grant.pk}/draft/"
    assert "規定の範囲" in page(desk, path)
    response = post(desk, path, draft="1", favourable="yes", amount=amount)
    assert response.status_code == 200
    assert words in errors(response)
    assert not Decision.objects.filter(filing=grant).exists()


def test_an_amount_within_the_range(grant: Filing, desk: Client, chief: Client, member) -> None:
    html = post(desk, f"/desk/filings/{grant.pk}/draft/", preview="1", favourable="yes", amount="600万")
    assert "金6,000,000円" in letter_in(html.content.decode())
    post(desk, f"/desk/filings/{grant.pk}/draft/", draft="1", favourable="yes", amount="600万")
    decision = Decision.objects.get(filing=grant)
    assert decision.amount == 6_000_000
    text = text_of(page(chief, f"/approvals/{decision.pk}/"))
    assert "600万円" in text
    assert "6,000,000円" in text


def test_who_may_approve_is_shown_below(reviewed: Filing, desk: Client, approver, reviewer) -> None:
    factories.OfficialFactory(approves=True, user__name="大友　真理", title="部長")
    text = text_of(page(desk, f"/desk/filings/{reviewed.pk}/draft/"))
    assert "大友 真理" in text.replace("&emsp;", " ")
    assert approver.name in text
    Filing.objects.get(pk=reviewed.pk)
    reviewer.official.approves = True
    reviewer.official.save()
    route = re.search(r"決裁（次のうち１人）(.*?)施行", text_of(page(desk, f"/desk/filings/{reviewed.pk}/draft/")))
    assert route is not None
    assert reviewer.name not in route[1]


def test_notices_are_not_drafted(firm, member, reviewer, approver, desk: Client) -> None:
    case = journey.designated(firm, member, reviewer, approver)
    notice = journey.filed(case, member, "start_of_operation_notice", {"operation_start_date": "2026-11-01"})
    journey.reviewed(notice, reviewer)
    assert post(desk, f"/desk/filings/{notice.pk}/draft/", draft="1", favourable="yes").status_code == 409


# --- approving -------------------------------------------------------------------------------------------------


def test_the_page_shows_what_is_asked_and_by_whom(drafted: Decision, chief: Client, reviewer, firm) -> None:
    html = page(chief, f"/approvals/{drafted.pk}/")
    text = text_of(html)
    for words in (
        firm.name,
        "指定申請",
        reviewer.name,
        "要件を満たす。",
        "対象",
        "見込みに計上",
        "2026年度",
        "承認する",
    ):
        assert words in text
    assert firm.name in letter_in(html)
    assert len(seen(html)) == 64


def test_approving(drafted: Decision, chief: Client, approver) -> None:
    html = page(chief, f"/approvals/{drafted.pk}/")
    response = post(chief, f"/approvals/{drafted.pk}/approve/", seen=seen(html), reason="異議なし")
    assert response["Location"] == "/approvals/"
    approval = Approval.objects.get()
    assert (approval.act, approval.reason, approval.official) == ("approve", "異議なし", approver.official)
    drafted.refresh_from_db()
    assert drafted.state == "approved"
    assert KpiEntry.objects.get().state == "planned"


def test_a_second_click_on_approve_changes_nothing(drafted: Decision, chief: Client) -> None:
    sent = seen(page(chief, f"/approvals/{drafted.pk}/"))
    assert post(chief, f"/approvals/{drafted.pk}/approve/", seen=sent).status_code == 302
    again = post(chief, f"/approvals/{drafted.pk}/approve/", seen=sent)
    assert again.status_code == 409
    assert "既に決裁又は差戻しが済んでいます" in again.content.decode()
    assert Approval.objects.count() == 1
    assert KpiEntry.objects.count() == 1
    assert "承認する" not in page(chief, f"/approvals/{drafted.pk}/")


@pytest.mark.parametrize("sent", ["", "0" * 64, "nonsense"])
def test_a_stale_hash_is_refused(drafted: Decision, chief: Client, sent: str) -> None:
    response = post(chief, f"/approvals/{drafted.pk}/approve/", seen=sent)
    assert response.status_code == 409
    assert "内容が変わっています" in response.content.decode()
    assert not Approval.objects.exists()


def test_what_was_changed_after_it_was_shown_is_not_approved(drafted: Decision, chief: Client) -> None:
    sent = seen(page(chief, f"/approvals/{drafted.pk}/"))
    Decision.objects.filter(pk=drafted.pk).update(conditions=["後から加えた条件"])
    assert post(chief, f"/approvals/{drafted.pk}/approve/", seen=sent).status_code == 409
    assert not Approval.objects.exists()


def test_the_drafter_does_not_approve(reviewed: Filing, reviewer) -> None:
    reviewer.official.approves = True
    reviewer.official.save()
    decision = decide.draft_decision(by=reviewer, filing_id=reviewed.pk, favourable=True, at=journey.NOW)
    client = signed_in(reviewer)
    html = page(client, f"/approvals/{decision.pk}/")
    assert "起案した本人は決裁できません" in html
    assert "承認する" not in html
    response = post(client, f"/approvals/{decision.pk}/approve/", seen=decide.content_hash(decision))
    assert response.status_code == 403
    assert "起案した本人は決裁できません" in response.content.decode()
    assert post(client, f"/approvals/{decision.pk}/return/", reason="理由").status_code == 403
    assert not Approval.objects.exists()


def test_who_examined_the_facts_does_not_approve(firm, member, reviewer) -> None:
    examiner = factories.OfficialFactory(reviews=True, approves=True).user
    filing = journey.submitted(firm, member)
    review.take_up(by=reviewer, filing_id=filing.pk, at=journey.NOW)
    review.confirm_facts(by=examiner, filing_id=filing.pk, facts=["capital"], at=journey.NOW)
    journey.confirmed(filing, reviewer)
    decision = decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=journey.NOW)
    client = signed_in(examiner)
    assert "審査を担当した人は決裁できません" in page(client, f"/approvals/{decision.pk}/")
    response = post(client, f"/approvals/{decision.pk}/approve/", seen=decide.content_hash(decision))
    assert response.status_code == 403
    assert "自分が審査" in page(client, "/approvals/")


def test_returning_needs_a_reason(drafted: Decision, chief: Client) -> None:
    for reason in ("", "   "):
        response = post(chief, f"/approvals/{drafted.pk}/return/", reason=reason)
        assert response.status_code == 200
        assert "差し戻す理由" in errors(response)
    assert not Approval.objects.exists()


def test_a_returned_draft_comes_back_with_what_has_changed(
    drafted: Decision, chief: Client, desk: Client, approver, reviewer
) -> None:
    post(chief, f"/approvals/{drafted.pk}/return/", reason="条件を付けてください。")
    drafted.refresh_from_db()
    assert drafted.state == "returned"
    review.review_fact(
        by=reviewer, filing_id=drafted.filing_id, fact="capital", value=20_000_000, change=True, reason="決算書",
        at=journey.NOW,
    )  # fmt: skip
    post(desk, f"/desk/filings/{drafted.filing_id}/draft/", draft="1", favourable="yes", conditions="操業を続ける。")
    following = Decision.objects.get(state="drafted")
    text = text_of(page(chief, f"/approvals/{following.pk}/"))
    assert "前回の差戻しからの変更" in text
    assert "条件を付けてください。" in text
    assert "操業を続ける。" in text
    assert "3,000万円" in text
    assert "2,000万円" in text
    assert post(chief, f"/approvals/{drafted.pk}/return/", reason="もう一度").status_code == 409


def test_after_one_decision_comes_the_next(drafted: Decision, chief: Client, reviewer) -> None:
    other = factories.MembershipFactory()
    filing = journey.reviewed(journey.submitted(other.organisation, other.user), reviewer)
    following = decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=journey.NOW)
    html = page(chief, f"/approvals/{drafted.pk}/")
    assert f"/approvals/{following.pk}/" in html
    response = post(chief, f"/approvals/{drafted.pk}/approve/", seen=seen(html))
    assert response["Location"] == f"/approvals/{following.pk}/"


def test_the_list_says_what_waits_and_for_whom(drafted: Decision, chief: Client, desk: Client, auditor) -> None:
    text = text_of(page(chief, "/approvals/"))
    assert "あなたが決裁できるものは1件です。" in text
    assert "できます" in text
    assert "閲覧のみできます" in page(signed_in(auditor), "/approvals/")
    with at():
        few = queries(chief, "/approvals/")
    reviewer = drafted.drafted_by.user
    for _number in range(4):
        other = factories.MembershipFactory()
        filing = journey.reviewed(journey.submitted(other.organisation, other.user), reviewer)
        decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=journey.NOW)
    with at():
        assert queries(chief, "/approvals/") == few
        assert queries(chief, f"/approvals/{drafted.pk}/") <= 90
    assert few <= 20


def test_lists_agree_with_the_permission(firm, member, reviewer, approver, db) -> None:
    """Who may approve is asked in bulk for lists; the answers are those of ``may_approve`` for every official."""
    everybody = {"reviews": True, "approves": True}
    criterion, correction, both, insider = (factories.OfficialFactory(**everybody) for _ in range(4))
    idle = factories.OfficialFactory(audits=True)
    factories.MembershipFactory(user=insider.user, organisation=firm)
    filing = journey.submitted(firm, member, answers=journey.HEADQUARTERS | {"has_certified_plan": False})
    review.take_up(by=reviewer, filing_id=filing.pk, at=journey.NOW)
    journey.correction(filing, correction.user)
    journey.answered(filing, member, {})
    review.review_criterion(
        by=criterion.user, filing_id=filing.pk, criterion="former_plan", accepted=True, reason="可", at=journey.NOW
    )
    review.confirm_facts(by=both.user, filing_id=filing.pk, facts=["capital"], at=journey.NOW)
    filing = journey.confirmed(filing, reviewer)
    decision = decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=journey.NOW)
    officials = [reviewer.official, approver.official, criterion, correction, both, insider, idle]
    may = {o.pk for o in officials if may_approve(o.user, decision)}
    assert may == {approver.official.pk}
    assert {o.pk for o in officials if not hindrances(o.user, o, [decision])[decision.pk]} == may
    assert {o.pk for o in possible_approvers(decision.case, filing, decision.drafted_by)} == may


# --- issuing ---------------------------------------------------------------------------------------------------


@pytest.fixture
def approved(drafted: Decision, approver) -> Decision:
    return approve.approve_decision(
        by=approver, decision_id=drafted.pk, seen=decide.content_hash(drafted), at=journey.NOW
    )


def test_issuing_gives_a_number_and_makes_the_letter(
    approved: Decision, desk: Client, django_capture_on_commit_callbacks
) -> None:
    assert "施行する" in page(desk, f"/approvals/{approved.pk}/")
    with django_capture_on_commit_callbacks(execute=True):
        response = post(desk, f"/approvals/{approved.pk}/issue/")
    assert response.status_code == 302
    letter = Letter.objects.get()
    assert letter.number == "R8経企立第1号"
    html = page(desk, f"/approvals/{approved.pk}/")
    assert f"/desk/letters/{letter.pk}/" in html
    assert "R8経企立第1号" in letter_in(html).replace(" ", "")
    assert b"".join(desk.get(f"/desk/letters/{letter.pk}/").streaming_content).startswith(b"%PDF")
    letter.refresh_from_db()
    assert letter.first_opened_at is None
    assert post(desk, f"/approvals/{approved.pk}/issue/").status_code == 409


def test_nothing_is_issued_without_approval(drafted: Decision, desk: Client, chief: Client) -> None:
    assert post(desk, f"/approvals/{drafted.pk}/issue/").status_code == 409
    assert post(chief, f"/approvals/{drafted.pk}/issue/").status_code == 403
    assert not Letter.objects.exists()


def test_a_letter_that_failed_can_be_made_again(
    approved: Decision, desk: Client, auditor, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    def breaks(letter: Letter) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as broken, django_capture_on_commit_callbacks(execute=True):
        broken.setattr(letter_services, "render_and_store", breaks)
        post(desk, f"/approvals/{approved.pk}/issue/")
    approved.refresh_from_db()
    assert approved.state == "issued"
    html = page(desk, f"/approvals/{approved.pk}/")
    assert "通知書のPDFを作成できませんでした" in html
    assert "disk full" in html
    assert "作成に失敗した通知書" in page(desk, "/approvals/")
    assert "disk full" in page(signed_in(auditor), "/desk/health/")
    assert post(signed_in(auditor), f"/approvals/{approved.pk}/letter/").status_code == 403
    with django_capture_on_commit_callbacks(execute=True):
        assert post(desk, f"/approvals/{approved.pk}/letter/").status_code == 302
    assert Letter.objects.get().file is not None
    assert "通知書のPDFを開く" in page(desk, f"/approvals/{approved.pk}/")
    assert post(desk, f"/approvals/{approved.pk}/letter/").status_code == 409
    assert "通知書の作成をやり直しました" in page(desk, f"/desk/cases/{approved.case.reference}/")


def test_a_decision_without_letter_has_none_to_make(drafted: Decision, desk: Client) -> None:
    assert post(desk, f"/approvals/{drafted.pk}/letter/").status_code == 409


# --- revoking --------------------------------------------------------------------------------------------------


@pytest.fixture
def designation(firm, member, reviewer, approver) -> Decision:
    return journey.designated(firm, member, reviewer, approver).decisions.get()


def test_revoking_goes_the_same_way(designation: Decision, desk: Client, chief: Client) -> None:
    path = f"/approvals/{designation.pk}/revoke/"
    assert "取消" in letter_in(page(desk, path))
    given = {"reason": "申告が事実と異なっていた。", "article": "交付条件第9号"}
    html = post(desk, path, preview="1", **given).content.decode()
    assert "申告が事実と異なっていた。" in letter_in(html)
    assert "交付条件第9号" in letter_in(html)
    assert not Decision.objects.filter(kind="revocation").exists()
    post(desk, path, draft="1", **given)
    act = Decision.objects.get(kind="revocation")
    assert post(desk, path, draft="1", **given).status_code == 409
    html = page(chief, f"/approvals/{act.pk}/")
    assert "計上を取消し" in html
    assert "「指定」（R8経企立第1号）の取消し" in html
    post(chief, f"/approvals/{act.pk}/approve/", seen=seen(html))
    assert KpiEntry.objects.get().state == "reversed"
    post(desk, f"/approvals/{act.pk}/issue/")
    assert Case.objects.get().state == "revoked"
    assert "取消しを起案する" not in page(desk, f"/desk/cases/{act.case.reference}/")


@pytest.mark.parametrize(("reason", "article"), [("", "第9号"), ("事実", ""), ("  ", "  ")])
def test_a_revocation_needs_its_reason_and_provision(
    designation: Decision, desk: Client, reason: str, article: str
) -> None:
    response = post(desk, f"/approvals/{designation.pk}/revoke/", draft="1", reason=reason, article=article)
    assert response.status_code == 200
    assert errors(response)
    assert Decision.objects.count() == 1


def test_what_cannot_be_revoked(drafted: Decision, firm, member, reviewer, approver, desk: Client) -> None:
    assert post(desk, f"/approvals/{drafted.pk}/revoke/", draft="1", reason="x", article="y").status_code == 409
    other = factories.MembershipFactory()
    case = journey.designated(other.organisation, other.user, reviewer, approver)
    confirmation = journey.operating(case, other.user, reviewer)
    path = f"/approvals/{confirmation.pk}/revoke/"
    with at(NOW + timedelta(days=2)):
        assert desk.get(path).status_code == 409
        assert desk.get(f"/approvals/{confirmation.pk}/").status_code == 200
    assert not Decision.objects.filter(kind="revocation").exists()


def test_the_queue_counts_revocations(designation: Decision, reviewer, desk: Client) -> None:
    revoke.draft_revocation(by=reviewer, decision_id=designation.pk, reason="虚偽", article="第9号", at=journey.NOW)
    assert "取消しの決裁待ち" in page(desk, "/desk/")
    assert designation.case.reference in page(desk, "/approvals/")


# --- confirming notices ----------------------------------------------------------------------------------------


@pytest.fixture
def notice(designation: Decision, member, reviewer) -> Filing:
    filing = journey.filed(
        designation.case, member, "start_of_operation_notice", {"operation_start_date": "2026-11-01"}
    )
    return review.take_up(by=reviewer, filing_id=filing.pk, at=journey.NOW)


def test_confirming_shows_what_will_count_before_it_does(notice: Filing, desk: Client) -> None:
    path = f"/desk/filings/{notice.pk}/confirm/"
    before = row_counts()
    text = text_of(page(desk, path))
    assert "実績に計上" in text
    assert "本市誘致による進出企業数 2026年度" in text.replace("&emsp;", " ")
    assert "2026年11月1日" in text
    assert "未確認の申告事項が1件あります。" in text
    assert row_counts() == before
    assert KpiEntry.objects.get().state == "planned"
    assert post(desk, path, note="現地を確認した。").status_code == 302
    decision = Decision.objects.get(kind="confirmation")
    assert decision.note == "現地を確認した。"
    assert KpiEntry.objects.get().state == "actual"
    assert post(desk, path, note="もう一度").status_code == 409
    assert OutboxMail.objects.filter(key__contains="confirmed").count() == 1


def test_a_start_in_the_future_is_not_confirmed(designation: Decision, member, reviewer, desk: Client) -> None:
    filing = journey.filed(
        designation.case, member, "start_of_operation_notice", {"operation_start_date": "2026-12-24"}
    )
    review.take_up(by=reviewer, filing_id=filing.pk, at=journey.NOW)
    path = f"/desk/filings/{filing.pk}/confirm/"
    assert "まだ来ていないため" in page(desk, path)
    assert "まだ来ていないため" in errors(post(desk, path))
    assert KpiEntry.objects.get().state == "planned"


def test_an_application_is_not_closed_by_confirming(reviewed: Filing, desk: Client) -> None:
    assert post(desk, f"/desk/filings/{reviewed.pk}/confirm/").status_code == 409
    with at():
        assert desk.get(f"/desk/filings/{reviewed.pk}/confirm/").status_code == 409
