"""Schemes of other bodies: shown and determined, but applied for there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Case
from applications.rules import engine, rule_book
from eligibility.evaluation.facts import read_facts
from portal.determinations import Shown, headline
from portal.scheme_pages import open_schemes, standing
from tests.factories import UserFactory
from tests.portal.firm import AT_THAT_TIME, NOW, check_page, page, text_of

pytestmark = AT_THAT_TIME
AWARD = "synchrotron/prefecture_award"
PARTS = ["synchrotron", "prefecture_award"]
ANSWERS = {
    "opening_kind": "outside_firm",
    "site_municipality": "sendai",
    "sublet_in_awarded_site": False,
    "synchrotron_site_use": "research_base",
    "jsic_group": "manufacturing",
    "invested_fixed_assets": 40_000_000,
    "first_year_rent": 3_000_000,
}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_names_the_body_and_offers_no_application(client: Client, language: str) -> None:
    html = page(client, reverse("scheme_page", args=PARTS), language)
    check_page(html, language)
    body = rule_book().schemes[AWARD].run_by
    assert body is not None
    assert body.name.of(language) in text_of(html)
    assert f'href="{body.address}"' in html
    assert reverse("case_start", args=PARTS) not in html
    assert reverse("check_start") in html


def test_the_page_of_a_scheme_of_the_city_keeps_its_office(client: Client) -> None:
    words = text_of(page(client, reverse("scheme_page", args=["synchrotron", "sharing_2000"])))
    assert "担当課" in words
    assert "申請先" not in words
    assert "運営団体" not in words


def test_an_application_cannot_be_started(client: Client) -> None:
    client.force_login(UserFactory())
    for method in (client.get, client.post):
        response = method(reverse("case_start", args=PARTS))
        assert response.status_code == 302
        assert response["Location"] == reverse("scheme_page", args=PARTS)
    assert Case.objects.count() == 0


def test_the_result_of_a_check_gives_amount_and_body_but_no_way_to_apply(client: Client) -> None:
    session = client.session
    session["check"] = {"schemes": [AWARD], "answers": ANSWERS, "skipped": [], "trail": list(ANSWERS)}
    session.save()
    html = page(client, reverse("check_result"))
    check_page(html)
    words = text_of(html)
    assert "5,000,000円" in words
    assert "この制度は宮城県が運営しています。" in words
    assert "ほかの団体が運営する制度の金額は、合計に含めていません。" in words
    assert "申請を始める" not in words
    assert reverse("case_start", args=PARTS) not in html


def test_totals_leave_out_what_others_pay() -> None:
    facts = read_facts(ANSWERS, rule_book().vocabulary)
    shown = [Shown(engine().determine(AWARD, facts, NOW.date()), facts)]
    total = headline(shown)
    assert (total.possible, total.most, total.open_ended, total.others) == (1, 0, 0, 1)


def test_they_are_never_listed_as_open_for_applications() -> None:
    assert standing(rule_book().schemes[AWARD], NOW.date()).version is not None
    assert AWARD not in [one.scheme.id for one in open_schemes(NOW.date())]


def test_a_scheme_of_which_no_terms_are_known_is_shown_for_information(client: Client) -> None:
    html = page(client, reverse("scheme_page", args=["synchrotron", "wet_lab_call"]))
    check_page(html)
    words = text_of(html)
    assert "金額・締切・要件は確認できません" in words
    assert reverse("case_start", args=["synchrotron", "wet_lab_call"]) not in html


def test_the_fee_of_a_scheme_is_no_help_to_the_applicant() -> None:
    one = standing(rule_book().schemes["synchrotron/sharing_2000"], NOW.date())
    assert one.is_open
    assert one.most is None
