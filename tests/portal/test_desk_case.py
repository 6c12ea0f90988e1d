"""A case on one screen: facts, evidence, criteria, what the review changes, and the record."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from applications.models import Case, CriterionReview, FactReview, Filing
from applications.services import decide, draft, review, submit
from tests import factories
from tests.applications import journey
from tests.portal.desk import at, html_of, queries, quick_passwords, signed_in, text_of  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(firm, member) -> Filing:
    return journey.submitted(firm, member)


@pytest.fixture
def reviewing(filing: Filing, reviewer) -> Filing:
    return review.take_up(by=reviewer, filing_id=filing.pk, at=journey.NOW)


@pytest.fixture
def desk(reviewer) -> Client:
    return signed_in(reviewer)


def address(filing: Filing) -> str:
    return f"/desk/cases/{filing.case.reference}/"


def page(client: Client, filing: Filing) -> str:
    with at():
        return html_of(client, f"{address(filing)}?filing={filing.pk}")


def post(client: Client, path: str, **data: Any) -> Any:
    with at():
        return client.post(path, data)


def test_what_the_applicant_could_change(filing: Filing, desk: Client) -> None:
    """The trial under the confirmed facts is one press away and records nothing."""
    address = f"/desk/changes/{filing.pk}/"
    assert f'href="{address}"' in page(desk, filing)
    Filing.objects.filter(pk=filing.pk).update(
        answers={**filing.answers, "prior_consultation_on": "2026-12-05", "lease_contract_on": "2026-12-05"}
    )
    with at():
        text = text_of(html_of(desk, address))
    assert "こうすれば対象になります" in text
    assert "賃貸借契約日 2026年12月5日 2026年12月6日" in text
    assert "記録には残りません。" in text


def row(html: str, fact: str) -> str:
    """The text of one fact."""
    found = re.search(rf'<li class="fact-row[^"]*" id="fact-{fact}">(.*?)</li>', html, re.S)
    assert found is not None, fact
    return text_of(found[1])


def test_head_says_firm_scheme_version_amount_clock_and_next_action(filing: Filing, firm, desk: Client) -> None:
    text = text_of(page(desk, filing))
    for words in (firm.name, "本社機能立地促進助成金", "V2026", "2026年4月1日から", "150万円", "1,800万円",
                  "0日（標準 30日）", "審査を始めてください。", "2026年11月20日 10:00"):  # fmt: skip
        assert words in text


def test_taking_up_assigns_the_case(filing: Filing, desk: Client, reviewer) -> None:
    assert "審査を始める" in page(desk, filing)
    assert post(desk, f"/desk/filings/{filing.pk}/take-up/").status_code == 302
    filing.refresh_from_db()
    assert filing.state == "under_review"
    assert filing.case.assignee == reviewer.official
    assert post(desk, f"/desk/filings/{filing.pk}/take-up/").status_code == 409


def test_confirming_one_fact_comes_back_at_the_next(reviewing: Filing, desk: Client, reviewer) -> None:
    html = page(desk, reviewing)
    assert "確認" in row(html, "building_monthly_rent")
    response = post(desk, f"/desk/filings/{reviewing.pk}/facts/", fact="building_monthly_rent")
    assert response["Location"].endswith("#fact-floor_area_rented")
    text = row(page(desk, reviewing), "building_monthly_rent")
    assert "確認済み" in text
    assert reviewer.name in text
    assert FactReview.objects.get().confirmed == 500_000


def test_confirming_the_rest_at_once(reviewing: Filing, desk: Client) -> None:
    post(desk, f"/desk/filings/{reviewing.pk}/facts/", fact="capital")
    html = page(desk, reviewing)
    open_facts = int(re.search(r"残りの(\d+)件をすべて確認", html)[1])  # type: ignore[index]
    assert "起案の前に" in html
    post(desk, f"/desk/filings/{reviewing.pk}/facts/", all="1")
    assert FactReview.objects.filter(is_current=True).count() == open_facts + 1
    after = page(desk, reviewing)
    assert "をすべて確認" not in after
    assert f"/desk/filings/{reviewing.pk}/draft/" in after


def test_facts_that_play_no_part_stand_apart(firm, member, reviewer, desk: Client) -> None:
    answers = journey.HEADQUARTERS | {"hire_date": "2027-04-01"}
    filing = journey.submitted(firm, member, answers=answers)
    html = page(desk, filing)
    assert "この手続の判断に使わない申告事項" in html
    assert "fact-row--idle" in re.search(r'<li class="[^"]*" id="fact-hire_date">', html)[0]  # type: ignore[index]


# --- changing facts --------------------------------------------------------------------------------------------


def test_a_change_is_worked_out_at_once(reviewing: Filing, desk: Client) -> None:
    document = reviewing.documents.get(kind="accounts")
    path = f"/desk/filings/{reviewing.pk}/facts/building_monthly_rent/"
    with at():
        assert 'value="500,000"' in html_of(desk, path)
    response = post(desk, path, building_monthly_rent="40万", reason="契約書では40万円。", evidence=str(document.pk))
    assert response.status_code == 302
    html = page(desk, reviewing)
    text = row(html, "building_monthly_rent")
    assert "50万円" in text
    assert "40万円" in text
    assert "契約書では40万円。" in text
    assert document.file.name in text
    whole = text_of(html)
    assert "申告どおりの場合との違い" in whole
    assert "1,440万円" in whole  # 400,000 × 36
    assert FactReview.objects.get().evidence == document


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"capital": "2000万", "reason": ""}, "入力または選択してください。"),
        ({"capital": "2000万", "reason": "   "}, "入力または選択してください。"),
        ({"capital": "たくさん", "reason": "理由"}, "数字で入力してください"),
        ({"capital": "-5", "reason": "理由"}, "0以上の数字"),
        ({"capital": "2000万", "reason": "理由", "evidence": "99999"}, "正しく選択してください"),
    ],
)
def test_a_change_without_reason_value_or_proof_is_refused(
    reviewing: Filing, desk: Client, sent: dict[str, str], words: str
) -> None:
    response = post(desk, f"/desk/filings/{reviewing.pk}/facts/capital/", **sent)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert f'value="{sent["capital"]}"' in response.content.decode()
    assert not FactReview.objects.exists()


def test_evidence_of_another_case_is_no_proof(reviewing: Filing, desk: Client) -> None:
    other = factories.MembershipFactory()
    foreign = journey.submitted(other.organisation, other.user).documents.first()
    path = f"/desk/filings/{reviewing.pk}/facts/capital/"
    response = post(desk, path, capital="2000万", reason="理由", evidence=str(foreign.pk))
    assert response.status_code == 200
    assert not FactReview.objects.exists()


def test_a_fact_may_turn_out_to_be_unknown(reviewing: Filing, desk: Client) -> None:
    post(desk, f"/desk/filings/{reviewing.pk}/facts/site_area/", site_area="unknown", reason="所在地が定まっていない。")
    assert FactReview.objects.get().confirmed is None
    html = page(desk, reviewing)
    assert "未回答" in row(html, "site_area")
    assert "まだ分からない申告事項" in html


def test_unknown_and_foreign_facts_are_not_found(reviewing: Filing, filing: Filing, desk: Client) -> None:
    assert post(desk, f"/desk/filings/{reviewing.pk}/facts/nonsense/", nonsense="1").status_code == 404
    assert post(desk, "/desk/filings/99999/facts/capital/", capital="1").status_code == 404


def test_facts_change_only_while_under_review(filing: Filing, desk: Client) -> None:
    with at():
        assert desk.get(f"/desk/filings/{filing.pk}/facts/capital/").status_code == 409
    assert post(desk, f"/desk/filings/{filing.pk}/facts/", fact="capital").status_code == 409
    assert not FactReview.objects.exists()


@pytest.fixture
def plan(firm, member, reviewer) -> Filing:
    """An application with a list fact (assets), under review."""
    version = next(v for v in journey.all_versions() if v.id == "fixed_asset_tax/advanced_equipment@R7")
    answers, moment = journey.example(version)
    filing = journey.submitted(firm, member, answers=answers, scheme=version.scheme.id, at=moment)
    return review.take_up(by=reviewer, filing_id=filing.pk, at=moment)


def rows_of(asset: dict[str, Any], **changes: Any) -> dict[str, str]:
    """One asset as the row editor sends it."""
    values = {**asset, **changes}
    words = {True: "yes", False: "no"}
    sent = {f"assets-0-{name}": words.get(value, value) if isinstance(value, bool) else value
            for name, value in values.items()}  # fmt: skip
    return {"assets-TOTAL_FORMS": "1", "assets-INITIAL_FORMS": "0", **{k: str(v) for k, v in sent.items()}}


def test_list_facts_are_changed_row_by_row(plan: Filing, desk: Client) -> None:
    html = page(desk, plan)
    assert "設備" in html
    asset = plan.answers["assets"][0]
    path = f"/desk/filings/{plan.pk}/facts/assets/"
    with at():
        assert 'name="assets-0-cost"' in html_of(desk, path)
    response = post(desk, path, reason="請求書による。", **rows_of(asset, cost="1,234,567"))
    assert response.status_code == 302
    assert FactReview.objects.get(fact="assets").confirmed[0]["cost"] == 1_234_567
    assert "123万4,567円" in text_of(page(desk, plan))


def test_rows_are_added_without_javascript(plan: Filing, desk: Client) -> None:
    asset = plan.answers["assets"][0]
    path = f"/desk/filings/{plan.pk}/facts/assets/"
    response = post(desk, path, add="assets", reason="途中", **rows_of(asset))
    html = response.content.decode()
    assert 'name="assets-1-cost"' in html
    assert "途中" in html
    assert not FactReview.objects.exists()


def test_items_say_why_they_do_not_count(plan: Filing, desk: Client) -> None:
    asset = plan.answers["assets"][0]
    post(desk, f"/desk/filings/{plan.pk}/facts/assets/", reason="中古と判明。", **rows_of(asset, is_new=False))
    text = text_of(page(desk, plan))
    assert "数えない" in text
    assert "1件目" in text


# --- criteria --------------------------------------------------------------------------------------------------


@pytest.fixture
def referred(firm, member, reviewer) -> Filing:
    """An application with a criterion that the rules leave to the city."""
    filing = journey.submitted(firm, member, answers=journey.HEADQUARTERS | {"has_certified_plan": False})
    return review.take_up(by=reviewer, filing_id=filing.pk, at=journey.NOW)


def test_criteria_show_figures_reading_and_source(filing: Filing, desk: Client) -> None:
    text = text_of(page(desk, filing))
    assert "投下固定資産相当額が1,000万円以上であること" in text
    assert "≧ 10,000,000円" in text
    assert "2026年11月2日 &lt; 2026年12月1日" in text
    assert "満たさないときは市が判断します" in text
    assert "確認番号 A-02" in text


def test_a_referred_criterion_is_decided_with_a_reason(referred: Filing, desk: Client, reviewer) -> None:
    html = page(desk, referred)
    assert "市の判断が必要な要件が1件あります。" in html
    path = f"/desk/filings/{referred.pk}/criteria/former_plan/"
    assert path in html
    response = post(desk, path, accepted="", reason="")
    assert response.status_code == 200
    assert "どちらかを選んでください。" in response.content.decode()
    response = post(desk, path, accepted="no", reason="計画の認定が見込めない。")
    assert response["Location"].endswith("#criterion-former_plan")
    text = text_of(page(desk, referred))
    assert "計画の認定が見込めない。" in text
    assert "判断を変える" in text
    assert not CriterionReview.objects.get().accepted
    post(desk, path, accepted="yes", reason="認定の見込みが示された。")
    assert CriterionReview.objects.get(is_current=True).accepted


def test_only_referred_criteria_can_be_decided(reviewing: Filing, desk: Client) -> None:
    path = f"/desk/filings/{reviewing.pk}/criteria/site_in_city/"
    assert post(desk, path, accepted="yes", reason="x").status_code == 404


# --- what the city may not see, and the record -----------------------------------------------------------------


def test_what_is_being_typed_in_a_correction_is_not_shown(reviewing: Filing, member, reviewer, desk: Client) -> None:
    journey.correction(reviewing, reviewer)
    draft.save_answers(by=member, filing_id=reviewing.pk, answers={"building_monthly_rent": 777_000}, at=journey.NOW)
    draft.attach_document(
        by=member, filing_id=reviewing.pk, kind="tax_proof", upload=journey.upload("まだ出さない.pdf"), at=journey.NOW
    )
    html = page(desk, reviewing)
    assert "50万円" in row(html, "building_monthly_rent")
    assert "77万" not in text_of(html)
    assert "まだ出さない.pdf" not in html
    assert "補正を依頼しています" in html
    assert "契約書と金額が違います。" in html


def test_an_answered_correction_shows_what_changed(reviewing: Filing, member, reviewer, desk: Client) -> None:
    post(desk, f"/desk/filings/{reviewing.pk}/facts/", fact="building_monthly_rent")
    journey.correction(reviewing, reviewer)
    paper = reviewing.documents.get(kind="business_plan")
    draft.remove_document(by=member, filing_id=reviewing.pk, document_id=paper.pk, at=journey.NOW)
    draft.attach_document(
        by=member, filing_id=reviewing.pk, kind="business_plan", at=journey.NOW,
        upload=factories_pdf("計画書（改）.pdf"),
    )  # fmt: skip
    draft.save_answers(by=member, filing_id=reviewing.pk, answers={"building_monthly_rent": 450_000}, at=journey.NOW)
    submit.submit_filing(by=member, filing_id=reviewing.pk, at=journey.NOW, answer="契約書に合わせました。")
    text = text_of(page(desk, reviewing))
    assert "契約書に合わせました。" in text
    assert "第2版" in text
    assert "50万円" in text
    assert "45万円" in text
    assert "追加された書類：事業計画書「計画書（改）.pdf」" in text
    assert "取り外された書類：事業計画書" in text
    assert "確認済み" not in row(page(desk, reviewing), "building_monthly_rent")


def factories_pdf(name: str) -> Any:
    """A PDF whose bytes are not those of the others."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    content = factories.MINIMAL_PDF.replace(b"595 842", b"842 595")
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def test_files_are_listed_with_their_hash_and_open_in_the_viewer(filing: Filing, desk: Client) -> None:
    html = page(desk, filing)
    document = filing.documents.select_related("file").first()
    assert document.file.sha256 in html
    assert f'src="/desk/files/{document.pk}/"' in html
    response = desk.get(f"/desk/files/{document.pk}/")
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response["Content-Disposition"].startswith("inline")
    assert b"".join(response.streaming_content) == factories.MINIMAL_PDF


def test_history_speaks_in_sentences(reviewing: Filing, reviewer, approver, desk: Client) -> None:
    post(desk, f"/desk/filings/{reviewing.pk}/facts/capital/", capital="2000万", reason="決算書による。")
    post(desk, f"/desk/filings/{reviewing.pk}/facts/", all="1")
    journey.decided(Filing.objects.get(pk=reviewing.pk), reviewer, approver)
    text = text_of(page(desk, reviewing))
    for sentence in (
        "案件を作成しました（指定申請）。",
        "「資本金の額又は出資の総額」を 3,000万円 から 2,000万円 に変更しました。",
        "理由：決算書による。",
        "「指定」を起案しました。",
        "「指定」を施行しました（R8経企立第1号）。",
        "評価指標「本市誘致による進出企業数」に見込みとして計上しました（2026年度）。",
        "市のみ",
    ):
        assert sentence in text


def test_a_closed_step_offers_no_action(reviewing: Filing, reviewer, approver, desk: Client) -> None:
    journey.decided(journey.confirmed(reviewing, reviewer), reviewer, approver)
    html = page(desk, Filing.objects.get(pk=reviewing.pk))
    for path in ("take-up", "correction", "draft", "confirm", "facts"):
        assert f"/desk/filings/{reviewing.pk}/{path}/" not in html
    assert "取消しを起案する" in html
    assert "R8経企立第1号" in html


def test_the_auditor_sees_everything_and_may_do_nothing(reviewing: Filing, auditor) -> None:
    html = page(signed_in(auditor), reviewing)
    assert "審査を行う権限がありません。" in html
    assert f"/desk/filings/{reviewing.pk}/" not in html
    assert "未確認" in row(html, "building_monthly_rent")


def test_earlier_filings_of_the_case_stay_within_reach(firm, member, reviewer, approver, desk: Client) -> None:
    case = journey.designated(firm, member, reviewer, approver)
    notice = journey.filed(case, member, "start_of_operation_notice", {"operation_start_date": "2026-11-01"})
    first = case.filings.order_by("pk").first()
    with at():
        html = html_of(desk, f"/desk/cases/{case.reference}/")
    assert "操業開始届" in text_of(html)
    assert f"?filing={first.pk}" in html
    assert f"/desk/filings/{notice.pk}/take-up/" in html
    assert "この手続では要件を判定しません" in html


def test_a_case_without_terms_says_so(filing: Filing, desk: Client) -> None:
    Case.objects.filter(pk=filing.case_id).update(version="", version_hash="")
    Filing.objects.filter(pk=filing.pk).update(
        answers=filing.answers | {"application_date": "2020-01-01"}, arrived_at=journey.jst("2020-01-06 10:00")
    )
    assert "適用できる規定がありません" in page(desk, Filing.objects.get(pk=filing.pk))


def test_the_number_of_queries_does_not_grow(firm, member, reviewer, approver, desk: Client) -> None:
    filing = journey.reviewed(journey.submitted(firm, member), reviewer)
    with at():
        few = queries(desk, address(filing))
    for number in range(3):
        journey.correction(filing, reviewer, at=journey.NOW + timedelta(minutes=number))
        draft.attach_document(
            by=member, filing_id=filing.pk, kind="other", upload=journey.upload(f"{number}.pdf"), at=journey.NOW
        )
        journey.answered(filing, member, {"building_monthly_rent": 500_001 + number})
    journey.confirmed(filing, reviewer)
    with at():
        assert queries(desk, address(filing)) == few
    assert few <= 40
    assert decide.assess(Filing.objects.get(pk=filing.pk)).unreviewed == ()
