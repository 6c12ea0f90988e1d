"""Pages that everybody may read, what follows signing in, and requests that are too large."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from applications.permissions import official_of
from applications.rules import rule_book
from applications.services.submit import TERMS_VERSION
from portal.context import site
from portal.demo_accounts import demo_accounts
from portal.scheme_pages import standing
from tests import factories
from tests.portal.firm import AT_THAT_TIME, HQ, check_page, page, rows, text_of

pytestmark = AT_THAT_TIME
PAGES = ("home", "about", "accessibility", "privacy", "terms", "contact", "scheme_list", "check_start")


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_public_pages(client: Client, name: str, language: str) -> None:
    before = rows()
    check_page(page(client, reverse(name), language), language)
    assert rows() == before


def test_home_opens_the_doors_and_lists_open_schemes(client: Client) -> None:
    html = page(client, reverse("home"))
    for goal in rule_book().vocabulary.goals.values():
        assert f'href="/check/?goal={goal.name}"' in html
        assert goal.title.ja in html
    words = text_of(html)
    assert "本社機能立地促進助成金" in words
    assert "トライアルユース事業" not in words, "no call is on record for today"
    assert "54万円" in words


def test_terms_show_their_version(client: Client) -> None:
    assert f"{TERMS_VERSION}版" in page(client, reverse("terms"))


def test_offices_have_telephone_numbers(client: Client) -> None:
    assert 'href="tel:022-214-8244"' in page(client, reverse("contact"))


# --- after signing in ----------------------------------------------------------------------------------------


def test_a_newcomer_is_led_to_the_applicant_and_keeps_the_check(client: Client) -> None:
    client.post(reverse("check_start"), {"schemes": HQ})
    client.post(reverse("check_fact", args=["capital"]), {"capital": "3000万"})
    data = {"email": "new@aoba.example", "password1": factories.PASSWORD, "password2": factories.PASSWORD}
    response = client.post(reverse("account_signup"), data)
    assert response["Location"] == reverse("after_login")
    assert client.get(reverse("after_login"))["Location"] == reverse("organisation_new")
    assert client.session["check"]["answers"] == {"capital": 30_000_000}
    assert "調べた結果は残っています" in page(client, reverse("organisation_new"))


def test_next_is_not_lost_by_signing_up(client: Client) -> None:
    target = reverse("case_start", args=HQ.split("/"))
    response = client.get(target)
    assert response["Location"] == f"{reverse('account_login')}?next={target}"
    assert f"{reverse('account_signup')}?next=" in page(client, response["Location"])
    data = {
        "email": "new@aoba.example",
        "password1": factories.PASSWORD,
        "password2": factories.PASSWORD,
        "next": target,
    }
    assert client.post(reverse("account_signup"), data)["Location"] == target
    assert (
        client.get(target)["Location"]
        == f"{reverse('organisation_new')}?next=%2Fcases%2Fnew%2Frelocation%2Fheadquarters%2F"
    )


def test_members_go_to_their_cases_and_officials_to_their_desk(client: Client, member, reviewer) -> None:
    client.force_login(member)
    assert client.get(reverse("after_login"))["Location"] == reverse("my_cases")
    client.force_login(reviewer)
    assert client.get(reverse("after_login"))["Location"] in ("/desk/", "/")


# --- what every template knows -------------------------------------------------------------------------------


def test_the_menu_knows_officials(client: Client, reviewer, member) -> None:
    request = RequestFactory().get("/")
    assert site(request)["is_official"] is False
    request.user = reviewer
    assert site(request)["is_official"] is True
    assert official_of(reviewer) is not None
    request.user = member
    assert site(request)["is_official"] is False


def test_demo_accounts_are_for_the_demonstration_only() -> None:
    assert demo_accounts() == []
    with override_settings(DEMO=True):
        accounts = demo_accounts()
    assert len(accounts) > 3
    assert set(accounts[0]) == {"email", "password", "role"}
    assert not get_user_model().objects.exists()


# --- too large -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_request_that_is_too_large_is_explained(client: Client, language: str) -> None:
    client.cookies["django_language"] = language
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100):
        response = client.post(reverse("check_start"), {"schemes": "x" * 200})
    assert response.status_code == 413
    check_page(response.content.decode(), language)
    assert "10" in text_of(response.content.decode())


def test_too_many_files_and_fields_are_explained(client: Client) -> None:
    files = {f"file-{n}": SimpleUploadedFile(f"{n}.txt", b"x") for n in range(3)}
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FILES=2):
        assert client.post(reverse("check_start"), files).status_code == 413
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=2):
        assert client.post(reverse("check_start"), dict.fromkeys("abcd", "1")).status_code == 413


# --- standing of a scheme ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2024, 4, 8), "before"),
        (date(2024, 4, 9), "open"),
        (date(2024, 5, 17), "open"),
        (date(2024, 5, 18), "after"),
        (date(2025, 4, 1), "no_terms"),
    ],
)
def test_the_standing_of_a_call_on_its_edges(day: date, state: str) -> None:
    one = standing(rule_book().schemes["synchrotron/trial_use"], day)
    assert one.state == state
    assert one.is_open == (state == "open")
    assert bool(one.reason) == (state == "no_terms")
