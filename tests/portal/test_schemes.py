"""Pages of schemes: every version is readable in both languages, without an account."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from applications.rules import rule_book
from portal.scheme_pages import NO_TERMS, standings, version_url
from tests.portal.firm import AT_THAT_TIME, NOW, check_page, page, rows, text_of

pytestmark = AT_THAT_TIME
MACHINE_WORDS = re.compile(r"\b[a-z]+_[a-z_]+\b|\b\d{4}-\d{2}-\d{2}\b|\d_\d{3}")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_version_of_every_scheme_is_a_readable_document(client: Client, language: str) -> None:
    before = rows()
    for version in rule_book().versions():
        html = page(client, version_url(version), language)
        check_page(html, language)
        words = text_of(html)
        for criterion in version.criteria:
            assert criterion.text.of(language)[:20] in words.replace("&#x27;", "'").replace("&quot;", '"')
        for step in version.procedure:
            assert step.title.of(language) in words
        assert not MACHINE_WORDS.search(re.sub(r"https?://\S+", "", words)), MACHINE_WORDS.search(words)
    assert rows() == before


def test_a_scheme_page_has_periods_papers_office_and_the_way_on(client: Client) -> None:
    html = page(client, reverse("scheme_page", args=["relocation", "headquarters"]))
    words = text_of(html)
    assert "2024年4月1日から2026年3月31日まで" in words
    assert "登記事項証明書 （必要）" in words
    assert "期限：契約日の前日" in words
    assert "022-214-8244" in words
    assert "使えるか調べる" in words
    assert reverse("case_start", args=["relocation", "headquarters"]) in html
    assert reverse("scheme_version", args=["relocation", "headquarters", "V2024"]) in html


def test_a_scheme_without_terms_today_says_why_and_is_no_dead_end(client: Client) -> None:
    html = page(client, reverse("scheme_page", args=["synchrotron", "trial_use"]))
    check_page(html)
    words = text_of(html)
    assert "今日の日付に適用できる規定がありません" in words
    assert "前年度の条件を引き継ぐことはありません" in words
    assert reverse("scheme_version", args=["synchrotron", "trial_use", "FY2024"]) in html
    assert reverse("check_start") in html
    assert "使えるか調べる" not in words


def test_an_old_version_says_that_it_is_old(client: Client) -> None:
    html = page(client, reverse("scheme_version", args=["relocation", "headquarters", "V2024"]))
    assert "現在の規定ではありません" in html
    current = page(client, reverse("scheme_version", args=["relocation", "headquarters", "V2026"]))
    assert "現在の規定ではありません" not in current


@pytest.mark.parametrize(
    "path",
    ["/schemes/relocation/nothing/", "/schemes/nothing/headquarters/", "/schemes/relocation/headquarters/V1999/"],
)
def test_unknown_schemes_and_versions(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_list_shows_every_scheme_under_its_programme(client: Client) -> None:
    words = text_of(page(client, reverse("scheme_list")))
    for scheme in rule_book().schemes.values():
        assert scheme.title.ja in words
        assert scheme.summary.ja in words
    today = standings(NOW.date())
    without = [one for one in today if one.state == NO_TERMS and not one.scheme.applied_elsewhere]
    assert len(without) >= 3
    assert words.count("規定なし") == len(without)
    assert words.count("ほかの団体の制度") == sum(scheme.applied_elsewhere for scheme in rule_book().schemes.values())


def test_the_check_starts_from_a_scheme_with_one_press(client: Client) -> None:
    response = client.post(reverse("check_start"), {"schemes": "relocation/headquarters"})
    assert response["Location"] == reverse("check_question")
