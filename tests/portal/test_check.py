"""The check without an account: choosing, one question at a time, changing answers, the result."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.rules import engine, rule_book
from eligibility.evaluation.cases import worked_cases
from eligibility.evaluation.facts import read_leniently
from portal.check import Check, answers_for, schemes_for
from portal.determinations import Shown, headline, ranked
from tests.applications.journey import HEADQUARTERS
from tests.portal.firm import AT_THAT_TIME, HQ, NOW, check_page, page, rows, text_of, typed

pytestmark = AT_THAT_TIME
TAX = "fixed_asset_tax/advanced_equipment"
PERSON = "scholarship/person"
ASSETS = [
    {"asset_class": "machinery", "cost": 10_000_000, "acquired_on": "2026-05-01", "useful_life": 10, "ward": "aoba",
     "is_new": True, "direct_use": True, "lease_kind": "bought"},
    {"asset_class": "fixtures", "cost": 200_000, "acquired_on": "2026-06-01", "useful_life": 5, "ward": "aoba",
     "is_new": True, "direct_use": True, "lease_kind": "bought"},
]  # fmt: skip


def start(client: Client, *schemes: str, **data: Any) -> None:
    response = client.post(reverse("check_start"), {"schemes": list(schemes), **data})
    assert response.status_code == 302, response.content.decode()
    assert response["Location"] == reverse("check_question")


def answer(client: Client, name: str, value: Any, **more: str) -> Any:
    fact = rule_book().vocabulary.facts[name]
    return client.post(reverse("check_fact", args=[name]), typed([fact], {name: value}) | more)


def asked(client: Client) -> str:
    """Name of the fact that the page asks for; empty at the result."""
    response = client.get(reverse("check_question"))
    if response.status_code == 302:
        assert response["Location"] == reverse("check_result")
        return ""
    found = re.search(r'action="/check/question/(\w+)/"', response.content.decode())
    assert found is not None
    return found[1]


def walk(client: Client, answers: dict[str, Any]) -> list[str]:
    """Answer everything that is asked; what is not known is skipped."""
    went = []
    while name := asked(client):
        went.append(name)
        fact = rule_book().vocabulary.facts[name]
        if name not in answers:
            response = client.post(reverse("check_fact", args=[name]), typed([fact], {}) | {"unknown": "1"})
        elif answers[name] == [] and fact.is_list:
            response = client.post(reverse("check_fact", args=[name]), typed([fact], {}) | {"none": "1"})
        else:
            response = answer(client, name, answers[name])
        assert response.status_code == 302, (name, text_of(response.content.decode()))
        assert len(went) < 100
    return went


# --- choosing ------------------------------------------------------------------------------------------------


def test_looking_at_the_start_begins_nothing(client: Client) -> None:
    html = page(client, reverse("check_start") + "?goal=invest")
    check_page(html)
    assert 'class="error-summary"' not in html
    assert re.search(r'value="invest"[^>]*checked', html)
    assert not client.session.get("check")
    for name in ("check_question", "check_answers", "check_result", "check_restart"):
        assert client.get(reverse(name))["Location"] == reverse("check_start")


def test_nothing_chosen_is_said_beside_the_form(client: Client) -> None:
    html = client.post(reverse("check_start"), {}).content.decode()
    assert "目的か制度を1つ以上選ぶか" in html
    assert not client.session.get("check")


def test_goals_mean_schemes_for_firms_and_the_person_chooses_its_own() -> None:
    assert schemes_for(["hire"], []) == [
        "relocation/headquarters",
        "relocation/software_content_data_centre",
        "scholarship/cooperating_firm",
        "scholarship/prefecture_manufacturing",
    ]
    assert PERSON not in schemes_for([], [], everything=True)
    assert schemes_for([], [PERSON]) == [PERSON]


def test_everything_is_one_button(client: Client) -> None:
    start(client, everything="1")
    for_firms = [scheme.id for scheme in rule_book().schemes.values() if scheme.audience == "firm"]
    assert len(for_firms) >= 14
    assert sorted(client.session["check"]["schemes"]) == sorted(for_firms)


def test_an_unknown_scheme_is_refused(client: Client) -> None:
    assert client.post(reverse("check_start"), {"schemes": "made/up"}).status_code == 200
    assert not client.session.get("check")


# --- questions -----------------------------------------------------------------------------------------------


def test_one_question_at_a_time_until_nothing_can_change(client: Client) -> None:
    start(client, HQ)
    went = walk(client, HEADQUARTERS)
    assert len(went) == len(set(went))
    assert went[0] == "establishment_kind"
    assert "equipment_contract_on" not in went, "only a renewal is asked for it"
    html = page(client, reverse("check_result"))
    check_page(html)
    words = text_of(html)
    assert "受けられる可能性があるのは1制度です" in words
    assert "18,000,000円" in words
    assert "かかる要件6件を、すべて満たしています。" in words  # confirmations change no result and are not asked


def test_every_question_is_a_page_without_errors(client: Client) -> None:
    start(client, everything="1")
    for name in rule_book().vocabulary.facts:
        html = page(client, reverse("check_fact", args=[name]))
        check_page(html)
        assert "errorlist" not in html
        assert 'class="error-summary"' not in html
    assert client.get("/check/question/nothing/").status_code == 404


@pytest.mark.parametrize("language", ["ja", "en"])
def test_questions_and_answers_in_both_languages(client: Client, language: str) -> None:
    start(client, HQ, TAX)
    html = page(client, reverse("check_fact", args=["capital"]), language)
    check_page(html, language)
    fact = rule_book().vocabulary.facts["capital"]
    assert fact.question.of(language) in html
    assert rule_book().schemes[TAX].title.of(language) in html


def test_the_number_of_questions_left_is_computed(client: Client) -> None:
    start(client, HQ)

    def left() -> int:
        found = re.search(r"あと約<strong>(\d+)</strong>問", page(client, reverse("check_question")))
        assert found is not None
        return int(found[1])

    before = left()
    answer(client, "site_tenure", "rented")
    assert left() < before


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("capital", {"capital": ""}, "入力または選択してください。"),
        ("capital", {"capital": "-1"}, "0以上の数字を入力してください。"),
        ("capital", {"capital": "たくさん"}, "数字で入力してください"),
        ("lease_contract_on", {"lease_contract_on": "2026-02-30"}, "日付を入力してください"),
        ("no_tax_arrears", {}, "どれか1つを選んでください。"),
        ("assets", {"assets-TOTAL_FORMS": "0", "assets-INITIAL_FORMS": "0"}, "1件以上入力してください。"),
        ("establishment_prefectures", {}, "あてはまるものを選んでください。"),
    ],
)
def test_a_question_wants_an_answer(client: Client, name: str, data: dict[str, str], words: str) -> None:
    start(client, everything="1")
    html = client.post(reverse("check_fact", args=[name]), data).content.decode()
    check_page(html)
    assert words in html
    assert html.count("1か所を直してください") == 1
    assert client.session["check"]["answers"] == {}


def test_not_knowing_is_an_answer_and_is_not_asked_again(client: Client) -> None:
    start(client, HQ)
    first = asked(client)
    client.post(reverse("check_fact", args=[first]), {first: "unknown"})
    assert asked(client) != first
    assert client.session["check"]["skipped"] == [first]
    html = page(client, reverse("check_fact", args=[first]))
    assert re.search(r'value="unknown"[^>]*checked', html)


def test_a_list_has_rows_or_an_explicit_none(client: Client) -> None:
    start(client, TAX)
    url = reverse("check_fact", args=["assets"])
    html = client.post(url, {"assets-TOTAL_FORMS": "0", "assets-INITIAL_FORMS": "0", "add": "assets"}).content.decode()
    assert 'name="assets-0-cost"' in html
    assert client.session["check"]["answers"] == {}
    answer(client, "assets", ASSETS)
    assert client.session["check"]["answers"]["assets"] == ASSETS
    client.post(url, {"assets-TOTAL_FORMS": "0", "assets-INITIAL_FORMS": "0", "none": "1"})
    assert client.session["check"]["answers"]["assets"] == []


def test_a_list_with_gaps_is_asked_again_and_not_knowing_keeps_its_rows(client: Client) -> None:
    start(client, TAX)
    rows_without_life = [{key: value for key, value in ASSETS[0].items() if key != "useful_life"}]
    went = 0
    while (name := asked(client)) != "assets" and went < 60:
        client.post(reverse("check_fact", args=[name]), {"unknown": "1"})
        went += 1
    answer(client, "assets", rows_without_life)
    assert asked(client) == "assets"
    assert "空いている欄があるため" in page(client, reverse("check_question"))
    answer(client, "assets", rows_without_life, unknown="1")
    assert asked(client) != "assets"
    assert client.session["check"]["answers"]["assets"] == rows_without_life


def test_going_back_loses_no_other_answer(client: Client) -> None:
    start(client, HQ)
    walk(client, HEADQUARTERS)
    before = dict(client.session["check"]["answers"])
    response = answer(client, "building_monthly_rent", 600_000)
    assert response["Location"] == reverse("check_question")
    assert client.session["check"]["answers"] == before | {"building_monthly_rent": 600_000}
    assert "21,600,000円" in page(client, reverse("check_result"))


def test_an_old_answer_that_no_longer_makes_sense_is_kept_for_the_way_back(client: Client) -> None:
    start(client, HQ)
    walk(client, HEADQUARTERS)
    answer(client, "site_tenure", "no_site")
    answer(client, "site_tenure", "rented")
    assert client.session["check"]["answers"]["building_monthly_rent"] == 500_000
    assert "18,000,000円" in page(client, reverse("check_result"))


def test_back_leads_to_the_question_before(client: Client) -> None:
    start(client, HQ)
    first = asked(client)
    client.post(reverse("check_fact", args=[first]), {first: "unknown"})
    assert f'href="/check/question/{first}/"' in page(client, reverse("check_question"))
    assert reverse("check_start") in page(client, reverse("check_fact", args=[first]))


def test_the_side_says_what_is_still_possible(client: Client) -> None:
    start(client, HQ, "relocation/displaced_tenants")
    for name, value in HEADQUARTERS.items():
        if name in rule_book().vocabulary.facts:
            answer(client, name, value)
    html = page(client, reverse("check_fact", args=["site_area"]))
    side = html[html.index("<aside") :]
    assert "1,800" in side
    assert "規定なし" in side
    answer(client, "site_area", "outside")
    side = page(client, reverse("check_fact", args=["site_area"]))
    assert "いまの回答では、可能性のある制度がありません。" in side


def test_answers_are_listed_with_a_way_to_change_each(client: Client) -> None:
    start(client, HQ)
    went = walk(client, {**HEADQUARTERS, "assets": ASSETS})
    html = page(client, reverse("check_answers"))
    check_page(html)
    for name in went:
        assert f'/check/question/{name}/?from=answers"' in html
    response = client.post(reverse("check_fact", args=["site_area"]) + "?from=answers", {"site_area": "city_centre"})
    assert response["Location"] == reverse("check_answers")


def test_choosing_again_keeps_the_answers(client: Client) -> None:
    start(client, HQ)
    answer(client, "capital", 30_000_000)
    assert "前回の回答が残っています" in page(client, reverse("check_start"))
    start(client, TAX)
    assert client.session["check"]["answers"] == {"capital": 30_000_000}


def test_starting_over_asks_first(client: Client) -> None:
    start(client, HQ)
    answer(client, "capital", 30_000_000)
    html = page(client, reverse("check_restart"))
    check_page(html)
    assert client.session["check"]["answers"]
    assert client.post(reverse("check_restart"))["Location"] == reverse("check_start")
    assert "check" not in client.session


def test_an_expired_check_is_said_in_words(client: Client) -> None:
    response = client.post(reverse("check_fact", args=["capital"]), {"capital": "1"}, follow=True)
    assert "前回の回答の保存期間が過ぎました" in response.content.decode()


def test_what_the_rule_book_no_longer_knows_is_left_out(client: Client) -> None:
    start(client, HQ)
    session = client.session
    session["check"] = {"schemes": [HQ, "gone/away"], "answers": {"gone": 1}, "skipped": ["gone"], "trail": ["gone"]}
    session.save()
    assert Check.of(client.session) == Check([HQ], {}, [], [], on=NOW.date())
    check_page(page(client, reverse("check_result")))


# --- the result ----------------------------------------------------------------------------------------------


def shown(scheme: str, answers: dict[str, Any], skipped: tuple[str, ...] = ()) -> Shown:
    facts, _ = read_leniently(answers, rule_book().vocabulary)
    return Shown(engine().determine(scheme, facts, NOW.date()), facts, skipped)


def test_the_result_explains_records_groups_steps_and_sources(client: Client) -> None:
    start(client, TAX)
    base = next(iter(worked_cases(rule_book().schemes[TAX].version("R7"), rule_book().root))).facts
    walk(client, {**base, "assets": ASSETS, "capital": 80_000_000})
    html = page(client, reverse("check_result"))
    check_page(html)
    words = text_of(html)
    assert "設備 2（器具備品、20万円） 対象に数えません" in words
    assert "300,000円以上" in words
    assert "計画の認定" in words
    assert "2027年度" in words
    assert "特例適用後の課税標準額" in words
    assert "市への確認事項（FA-03）" in words
    assert "（公式資料）" in words
    assert not re.search(r"\bward\b|_[a-z]+_|\d{4}-\d{2}-\d{2}", words), "no identifiers, no machine dates"


def test_a_missing_fact_leads_to_its_question(client: Client) -> None:
    start(client, HQ)
    html = page(client, reverse("check_result"))
    assert "受けられる可能性があるのは1制度です" in html
    assert "金額は、質問の続きに答えると分かります。" in html
    assert '<a href="/check/question/establishment_kind/">' in html
    answer(client, "site_area", "unknown")
    assert "続きに答える（あと約" in page(client, reverse("check_result"))


def test_what_would_make_it_possible(client: Client) -> None:
    start(client, HQ)
    walk(client, HEADQUARTERS | {"prior_consultation_on": "2026-12-05", "lease_contract_on": "2026-12-05"})
    address = reverse("check_changes", args=HQ.split("/"))
    html = page(client, reverse("check_result"))
    assert f'href="{address}"' in html
    html = page(client, address)
    check_page(html)
    words = text_of(html)
    assert "こうすれば対象になります" in words
    assert "事前協議書を提出する日 2026年12月5日 2026年12月4日 2026年12月4日" in words
    assert "あわせて答えが必要なこと" in words  # questions that the refusal had made idle
    assert "この方法が使える最後の日 2026年12月4日" in words
    assert not re.search(r"_[a-z]+_|\d{4}-\d{2}-\d{2}", words), "no identifiers, no machine dates"
    check_page(page(client, address, "en"), "en")
    assert answer(client, "prior_consultation_on", "2026-12-04").status_code == 302
    assert "受けられる可能性があるのは1制度です" in text_of(page(client, reverse("check_result")))


def test_what_would_bring_more(client: Client) -> None:
    start(client, TAX)
    base = next(iter(worked_cases(rule_book().schemes[TAX].version("R7"), rule_book().root))).facts
    walk(client, base)
    address = reverse("check_changes", args=TAX.split("/"))
    assert f'href="{address}"' in page(client, reverse("check_result"))
    words = text_of(page(client, address))
    assert "増やすには" in words
    assert "1.5% 3%" in words
    assert re.search(r"増える額 23 ?万 ?3,400 ?円", words)


def test_changes_of_schemes_that_nobody_asked_for(client: Client) -> None:
    address = reverse("check_changes", args=HQ.split("/"))
    assert client.get(address)["Location"] == reverse("check_start")
    start(client, TAX)
    assert client.get(address).status_code == 404
    assert client.get(reverse("check_changes", args=TAX.split("/")))["Location"] == reverse("check_result")


def test_a_scheme_that_is_out_of_reach_says_why_and_what_would_help(client: Client) -> None:
    start(client, HQ)
    walk(client, HEADQUARTERS | {"prior_consultation_on": "2026-12-05"})
    words = text_of(page(client, reverse("check_result")))
    assert "いまの回答では、受けられる制度がありません" in words
    assert "「賃貸借契約の日の前日までに事前協議書を提出すること」を満たしていません。" in words
    assert "こうすれば対象になります 「事前協議書を提出する日」、「賃貸借契約日」を見直すと" in words
    assert "申請を始める" not in words


def test_a_scheme_without_terms_says_why(client: Client) -> None:
    start(client, "synchrotron/trial_use")
    assert asked(client) == ""
    words = text_of(page(client, reverse("check_result")))
    assert "規定なし" in words
    assert "前年度の条件を引き継ぐことはありません" in words


def test_sentences_for_every_verdict() -> None:
    referred = shown(HQ, HEADQUARTERS | {"has_certified_plan": False})
    assert referred.verdict == "refer"
    assert referred.why.startswith("「地域再生法第17条の2第3項の認定を受けること")
    assert "ほかの要件は満たしています。" in referred.why
    assert shown(HQ, {}).why.startswith("あと")
    unknown = shown(HQ, {}, skipped=tuple(rule_book().vocabulary.facts))
    assert "などが分からないため" in unknown.why


def test_the_next_deadline() -> None:
    due = shown(HQ, HEADQUARTERS).due
    assert due is not None
    assert (due.title, str(due.until)) == ("事前協議", "2026-11-30")
    due = shown(HQ, {}).due
    assert due is not None
    assert (due.until, due.text) == (None, "契約日の前日")
    owned = HEADQUARTERS | {"site_tenure": "owned", "land_price": 0, "building_price": 0}
    due = shown(HQ, owned).due
    assert due is not None
    assert due.until is None, "a date that does not arise is no deadline"


def test_the_headline_sums_what_is_received_and_counts_what_is_open() -> None:
    person = shown(PERSON, {})
    certain = shown(HQ, HEADQUARTERS)
    open_ended = shown(TAX, {})
    pays = shown("scholarship/cooperating_firm", {"hire_date": "2027-04-01", "planned_supported_hires": 2})
    total = headline([person, certain, open_ended, pays])
    assert (total.possible, total.most, total.open_ended) == (4, 18_540_000, 1)
    order = [one.scheme.id for one in ranked([open_ended, person, pays, certain])]
    assert order[0] == HQ


def test_an_open_difference_is_never_shown_as_minus_infinity() -> None:
    answers = {"assets": [ASSETS[0]], "plan_certified_on": "2026-04-01", "wage_policy_rate": "1.5"}
    one = shown(TAX, answers)
    assert one.low == 0
    assert all(line["low"] >= 0 for line in one.lines)


def test_only_what_a_scheme_can_use_goes_into_its_application() -> None:
    check = Check([HQ], HEADQUARTERS | {"loans": [], "application_date": "2026-11-24", "capital": "?"})
    kept = answers_for(HQ, check, NOW.date())
    assert kept["building_monthly_rent"] == 500_000
    assert kept["project_title"]
    assert not {"loans", "application_date", "capital"} & set(kept)
    assert answers_for("synchrotron/trial_use", check, NOW.date()) == {}
    assert answers_for(HQ, None, NOW.date()) == {}


def test_no_get_changes_anything(client: Client) -> None:
    start(client, HQ, TAX)
    walk(client, HEADQUARTERS)
    before, session = rows(), dict(client.session["check"])
    for name in ("check_start", "check_question", "check_answers", "check_result", "check_restart"):
        client.get(reverse(name))
    client.get(reverse("check_fact", args=["capital"]))
    assert rows() == before
    assert client.session["check"] == session
