"""Whole pages: home, errors, accounts and their mails, in both languages and under the content security policy."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.urls import path, reverse
from django.utils.translation import override

from portal.accounts.models import User
from portal.urls import urlpatterns as portal_urls

pytestmark = pytest.mark.django_db

LANGUAGES = ("ja", "en")
PUBLIC = (
    "/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/unknown/",
    "/accounts/inactive/",
    "/styleguide/",
    "/styleguide/form/",
    "/styleguide/home/",
    "/styleguide/question/",
    "/styleguide/result/",
    "/styleguide/desk/",
    "/styleguide/case/",
)
SIGNED_IN = ("/accounts/email/", "/accounts/password/change/", "/accounts/logout/", "/accounts/reauthenticate/")


def breaks(request: HttpRequest) -> Any:
    """A view with a bug."""
    raise RuntimeError("broken on purpose")


def forbids(request: HttpRequest) -> Any:
    """A view that refuses."""
    raise PermissionDenied


def suspects(request: HttpRequest) -> Any:
    """A view that was sent nonsense."""
    raise SuspiciousOperation


urlpatterns = [
    *portal_urls,
    path("breaks/", breaks),
    path("forbids/", forbids),
    path("suspects/", suspects),
    path("after/", breaks, name="after_login"),
]


@pytest.fixture
def user() -> User:
    made = User.objects.create_user("hanako@aoba.example", "correct horse battery", name="青葉 花子")
    EmailAddress.objects.create(user=made, email=made.email, primary=True, verified=True)
    return made


def get(client: Client, url: str, language: str) -> str:
    """A page in a language."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def check_page(html: str, language: str) -> None:
    """What every page keeps."""
    assert f'<html lang="{language}">' in html
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert '<a class="skip-link" href="#main">' in html
    assert html.count("<main ") == 1
    assert re.search(r"<title>[^<]*\S[^<]*</title>", html)
    assert not re.search(r'\sstyle="', html), "the content security policy forbids inline styles"
    assert not re.search(r'\son[a-z]+="', html), "the content security policy forbids inline handlers"
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!www\.city\.sendai\.jp/)', html), "all is vendored"
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("url", PUBLIC)
def test_public_pages(client: Client, url: str, language: str) -> None:
    check_page(get(client, url, language), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("url", SIGNED_IN)
def test_account_pages(client: Client, user: User, url: str, language: str) -> None:
    client.force_login(user)
    html = get(client, url, language)
    check_page(html, language)
    assert user.email in html


def home(**values: Any) -> str:
    """The home page with lists of one's own."""
    request = RequestFactory().get("/")
    return render_to_string("public/home.html", values, request)


def test_home_without_goals_and_schemes_is_no_dead_end() -> None:
    html = home()
    assert "受付中の制度は、いまはありません。" in html
    assert 'class="door"' not in html


def test_home_shows_doors_and_deadlines() -> None:
    html = home(
        goals=[{"name": "move", "title": "仙台に進出する", "help": "本社を開く", "url": "/check/?goal=move"}],
        schemes=[
            {
                "title": "本社機能立地促進助成金",
                "url": "/schemes/hq/",
                "most": 123_400_000,
                "closes": date(2026, 12, 1),
            },
            {"title": "随時の制度", "url": "/schemes/x/"},
        ],
        today=date(2026, 11, 22),
    )
    assert '<a href="/check/?goal=move">仙台に進出する' in html
    assert "12月1日まで" in html
    assert "あと9日" in html
    assert "随時受付" in html
    assert 'title="123,400,000円"' in html


def test_the_menu_depends_on_who_is_signed_in(user: User) -> None:
    class Routes:
        urlpatterns = [
            *portal_urls,
            *(
                path(f"{name}/", breaks, name=name)
                for name in ("check_start", "scheme_list", "kpi", "my_cases", "desk_queue")
            ),
        ]

    def menu(**values: Any) -> list[str]:
        html = render_to_string("includes/nav.html", values, RequestFactory().get("/desk_queue/"))
        return re.findall(r'<a class="nav-link"[^>]*>([^<]+)</a>', html)

    with override_settings(ROOT_URLCONF=Routes):
        assert menu() == ["制度を調べる", "制度一覧", "実績"]
        assert menu(user=user) == ["制度を調べる", "マイページ", "制度一覧", "実績"]
        assert menu(user=user, is_official=True) == ["審査デスク", "決裁", "制度と要件", "制度一覧", "実績"]
    assert menu() == [
        label
        for name, label in (("check_start", "制度を調べる"), ("scheme_list", "制度一覧"), ("kpi", "実績"))
        if name in {getattr(pattern, "name", None) for pattern in portal_urls}
    ]


def test_the_language_switch_comes_back_to_the_same_page(client: Client) -> None:
    html = get(client, "/accounts/login/?next=/a/", "ja")
    target = re.search(r'name="next" value="([^"]+)"', html)
    assert target is not None
    response = client.post(reverse("set_language"), {"language": "en", "next": target[1]})
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/a/")
    assert '<html lang="en">' in client.get("/").content.decode()


def test_the_demonstration_says_what_it_is() -> None:
    request = RequestFactory().get("/")
    assert "これはデモです" in render_to_string("includes/header.html", {"demo": True}, request)
    with override_settings(DEMO=False):
        assert "これはデモです" not in render_to_string("includes/header.html", {}, request)


def test_demo_accounts_are_shown_only_in_the_demonstration() -> None:
    request = RequestFactory().get("/accounts/login/")
    accounts = [{"email": "firm@demo.example", "password": "demo-password", "role": "企業"}]
    values = {"demo_accounts": accounts, "signup_url": "/"}
    shown = render_to_string("account/login.html", {"demo": True, **values}, request)
    assert "demo-password" in shown
    assert 'data-fill-login="firm@demo.example"' in shown
    hidden = render_to_string("account/login.html", {"demo": False, **values}, request)
    assert "demo-password" not in hidden


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "ja",
            {
                400: "送信内容を読み取れませんでした",
                403: "このページを見る権限がありません",
                404: "ページが見つかりません",
                500: "システムに問題が起きました",
            },
        ),
        (
            "en",
            {
                400: "We could not read what was sent",
                403: "You may not see this page",
                404: "Page not found",
                500: "Something went wrong on our side",
            },
        ),
    ],
)
@override_settings(ROOT_URLCONF="tests.portal.test_frontend_pages")
def test_error_pages_say_what_to_do_next(language: str, words: dict[int, str]) -> None:
    client = Client(raise_request_exception=False)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for status, url in ((400, "/suspects/"), (403, "/forbids/"), (404, "/nowhere/"), (500, "/breaks/")):
        response = client.get(url)
        html = response.content.decode()
        assert response.status_code == status
        assert words[status] in html
        assert f'<html lang="{language}">' in html
        assert 'class="button' in html


def test_a_form_without_its_token_is_explained() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"login": "a@b.example"})
    assert response.status_code == 403
    assert "送信できませんでした" in response.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_error_templates(language: str) -> None:
    with override(language):
        request = RequestFactory().get("/")
        check_page(render_to_string("413.html", {"limit": 10 * 1024 * 1024}, request), language)
        check_page(render_to_string("429.html", {}, request), language)
        check_page(render_to_string("account/signup_closed.html", {}, request), language)
        check_page(render_to_string("account/verified_email_required.html", {}, request), language)


def test_the_error_page_of_last_resort_needs_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert "システムに問題が起きました" in render_to_string("500.html")


def test_a_refused_sign_in_names_the_error_in_title_and_summary(client: Client) -> None:
    response = client.post("/accounts/login/", {"login": "nobody@example.com", "password": "wrong password"})
    html = response.content.decode()
    assert "<title>エラー：ログイン｜" in html
    assert "data-error-summary" in html
    assert "メールアドレスまたはパスワードが正しくありません。" in html
    assert 'value="nobody@example.com"' in html


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("ja", "パスワードの再設定", "新しいパスワードを設定してください"),
        ("en", "Set a new password", "choose your new password"),
    ],
)
def test_password_reset_from_end_to_end(client: Client, user: User, language: str, subject: str, words: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    assert client.post("/accounts/password/reset/", {"email": user.email}).status_code == 302
    message = mail.outbox[0]
    assert message.subject == subject
    assert words in message.body
    assert "&" not in message.body
    link = re.search(r"http://testserver(/\S+)", message.body)
    assert link is not None
    response = client.get(link[1], follow=True)
    check_page(response.content.decode(), language)
    new = {"password1": "quite another phrase", "password2": "quite another phrase"}
    response = client.post(response.request["PATH_INFO"], new, follow=True)
    check_page(response.content.decode(), language)
    assert Client().login(email=user.email, password="quite another phrase")
    assert "使えません" in client.get(link[1]).content.decode() or language == "en"


@pytest.mark.parametrize("language", LANGUAGES)
@override_settings(ROOT_URLCONF="tests.portal.test_frontend_pages")
def test_confirming_an_address(client: Client, user: User, language: str) -> None:
    address = f"new-{language}@aoba.example"
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.post("/accounts/email/", {"action_add": "", "email": address})
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)
    assert link is not None
    html = client.get(link[1]).content.decode()
    check_page(html, language)
    assert address in html
    client.post(link[1])
    assert EmailAddress.objects.get(email=address).verified
    html = get(client, "/accounts/email/", language)
    assert f'value="{address}"' in html


def test_an_address_without_account_gets_a_kind_mail(client: Client) -> None:
    client.post("/accounts/password/reset/", {"email": "stranger@example.com"})
    assert mail.outbox[0].subject == "アカウントが見つかりません"
    assert "/accounts/signup/" in mail.outbox[0].body


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_mails_render(language: str, user: User) -> None:
    folder = Path(settings.BASE_DIR) / "portal" / "templates" / "account" / "email"
    values = {
        "user": user,
        "email": user.email,
        "activate_url": "http://x/a?b=1&c=2",
        "password_reset_url": "http://x/r",
        "signup_url": "http://x/s",
        "from_email": "a@x",
        "to_email": "b@x",
        "deleted_email": "c@x",
        "ip": "192.0.2.1",
        "user_agent": "<Browser>",
        "timestamp": datetime(2026, 11, 22, 5, 5, tzinfo=UTC),
    }
    with override(language):
        for file in sorted(folder.glob("*_subject.txt")):
            subject = render_to_string(f"account/email/{file.name}", values)
            body = render_to_string(f"account/email/{file.name.replace('_subject', '_message')}", values)
            assert len(subject.strip().splitlines()) == 1
            assert "&lt;" not in body
            assert "&amp;" not in body
            assert ("Sendai Business Incentives Portal" in body) == (language == "en")


def test_the_style_guide_stays_out_of_production(client: Client) -> None:
    with override_settings(MODE="production"):
        assert client.get("/styleguide/").status_code == 404
    assert client.get("/styleguide/nothing/").status_code == 404


def test_a_complete_form_is_accepted_and_an_incomplete_one_comes_back(client: Client) -> None:
    whole = {
        "firm": "株式会社あおば",
        "capital": "1,000万",
        "staff": "48",
        "contract_date": "2026-12-01",
        "kind": "hq",
        "from_capital_zone": "unknown",
        "email": "a@b.example",
        "agree": "on",
        "hires-TOTAL_FORMS": "1",
        "hires-INITIAL_FORMS": "0",
        "hires-0-home": "sendai",
        "hires-0-hired_on": "2026-04-01",
        "hires-0-wage": "360万円",
        "hires-0-regular": "yes",
    }
    assert client.post("/styleguide/form/", whole).status_code == 302
    html = client.post("/styleguide/form/", {**whole, "hires-0-wage": "?"}).content.decode()
    assert "1か所を直してください" in html
    assert 'value="1,000万"' in html
    html = client.post("/styleguide/form/", {**whole, "capital": "", "add": "hires"}).content.decode()
    assert 'name="hires-1-wage"' in html
    assert "errorlist" not in html
