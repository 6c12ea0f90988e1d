"""The best combination on the result page and the command line, and relations on the pages of schemes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from applications.rules import engine, rule_book
from eligibility.combination.combine import Why
from eligibility.evaluation.cases import worked_cases
from portal.check import Check
from portal.components.states import LEFT_OUT, RELATIONS
from portal.rules_assumptions import go_live_list
from tests.portal.firm import AT_THAT_TIME, HQ, check_page, page, text_of

pytestmark = AT_THAT_TIME
SOFTWARE = "relocation/software_content_data_centre"
MEASURE = "synchrotron/measurement_subsidy"
TAX = "fixed_asset_tax/advanced_equipment"
PERSON = "scholarship/person"


def project(**changes: Any) -> dict[str, Any]:
    """A head office that is also a software site and measures at the facility, applied for in 2025."""
    book = rule_book()
    facts: dict[str, Any] = {}
    for scheme, version in ((SOFTWARE, "V2024"), (MEASURE, "FY2025"), (HQ, "V2024")):
        facts |= next(iter(worked_cases(book.schemes[scheme].version(version), book.root))).facts
    facts |= {"application_date": "2025-06-01", "establishment_prefectures": ["miyagi"], **changes}
    return json.loads(json.dumps(facts, default=str))


def keep(client: Client, schemes: list[str], answers: dict[str, Any]) -> Check:
    """A visitor's check with these answers."""
    session = client.session
    check = Check(schemes, answers, [], list(answers))
    check.keep(session)
    session.save()
    return check


def test_the_result_begins_with_the_best_combination(client: Client) -> None:
    keep(client, [HQ, SOFTWARE, MEASURE, PERSON], project())
    html = page(client, reverse("check_result"))
    check_page(html)
    words = text_of(html)
    start = words.index("おすすめの組合せ")
    assert start < words.index("かかる要件")
    # 170,001 yen for five years and 400,000 yen for the measurement
    assert "確実に見込める額の合計 125 万 5 円 1,250,005円" in words[start:]
    assert "重ねて受けられません。" in words
    assert "どちらか一つ" in words
    assert "市に確認すること" in words
    assert "一つの事業所・投資が複数の区分に当たるとき、区分を重ねて（又は資産を分けて）受けられますか。" in words
    assert "申請する人が違うため、合計に入れていません。" in words
    assert "年度の定めのないもの 400,000円" in words
    assert "2026年度 170,001円" in words


def test_the_headline_adds_up_only_what_can_be_had_together(client: Client) -> None:
    check = keep(client, [HQ, SOFTWARE, MEASURE], project())
    assert check.combination is not None
    assert check.headline.possible == 3
    assert check.headline.most == check.combination.possible == 1_250_005
    both = keep(client, [HQ, SOFTWARE, MEASURE, PERSON], project())
    assert both.headline.most == 1_250_005 + 540_000


def test_no_card_while_there_is_nothing_to_combine(client: Client) -> None:
    keep(client, [HQ], project())
    assert "おすすめの組合せ" not in page(client, reverse("check_result"))
    keep(client, [HQ, PERSON], project())
    assert "おすすめの組合せ" not in page(client, reverse("check_result"))


def test_before_the_first_answer_nothing_is_promised(client: Client) -> None:
    keep(client, [HQ, TAX, MEASURE], {})
    html = page(client, reverse("check_result"))
    check_page(html)
    words = text_of(html)
    assert "いまの回答で確実に見込める制度は、まだありません。" in words
    assert "市に確認すること" not in words


def test_a_range_shows_both_ends(client: Client) -> None:
    answers = project(application_date="2026-06-10", prior_consultation_on="2026-05-01", lease_contract_on="2026-06-01")
    check = keep(client, [HQ, TAX], answers | {"site_tenure": "rented"})
    assert check.combination is not None
    words = text_of(page(client, reverse("check_result")))
    # rent 142,858 × 3 … 36 months
    assert (check.combination.total.low, check.combination.total.high) == (428_574, 5_142_888)
    assert "選んだ制度の合計： 42 万 8,574 円 ～ 514 万 2,888 円" in words


def test_english_reasons_come_from_the_rule_book(client: Client) -> None:
    keep(client, [HQ, SOFTWARE, MEASURE], project())
    words = text_of(page(client, reverse("check_result"), "en")).replace("&#x27;", "'")
    assert "Not together with “Headquarters relocation subsidy” for the same investment." in words
    assert "May one site" not in words
    assert "may it draw several of them (or be split by assets)?" in words


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_scheme_page_shows_its_relations(client: Client, language: str) -> None:
    for scheme in rule_book().schemes.values():
        html = page(client, reverse("scheme_page", args=scheme.id.split("/")), language)
        check_page(html, language)
        words = text_of(html).replace("&#x27;", "'")
        rules = list(rule_book().interactions.of(scheme.id))
        assert rules, scheme.id
        for rule in rules:
            assert rule.text.of(language) in words
            for other in rule.others(scheme.id):
                assert rule_book().schemes[other].title.of(language) in words
        assert 'id="relations"' in html


def test_every_reason_and_relation_has_a_word() -> None:
    assert set(LEFT_OUT) == {why.value for why in Why}
    assert set(RELATIONS) == {rule.kind.value for rule in rule_book().interactions.rules}


def test_assumptions_on_relations_are_on_the_go_live_list() -> None:
    uses = {entry.assumption.key: [place.where for place in entry.places] for entry in go_live_list()}
    for key in rule_book().interactions.assumptions():
        assert "制度間の関係" in uses[key]


# --- the command line ----------------------------------------------------------------------------------------


def determine(capsys: pytest.CaptureFixture[str], path: Path, *options: str) -> Any:
    call_command("determine", "--facts", str(path), "--on", date(2025, 6, 1), *options)
    return json.loads(capsys.readouterr().out)


def test_the_command_adds_the_combination_only_when_asked(capsys: Any, tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(project()), encoding="utf-8")
    plain = determine(capsys, path)
    assert [entry["scheme"] for entry in plain] == list(rule_book().schemes)
    combined = determine(capsys, path, "--combine")
    assert combined["determinations"] == plain
    best = combined["combination"]
    assert best["totals"]["guaranteed"] == 1_250_005
    assert [one["scheme"] for one in best["chosen"]] == [HQ, MEASURE]
    one = determine(capsys, path, "--scheme", HQ, "--combine")
    assert [entry["scheme"] for entry in one["determinations"]] == [HQ]
    assert one["combination"]["totals"]["guaranteed"] == 850_005
    assert engine().book.interactions.content_hash == best["interactions_hash"]
