"""The applicant: registering, changing, members, tokens of partner systems."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from applications.errors import DomainError
from applications.models import Membership, Organisation
from applications.permissions import organisations_of
from applications.services.organisations import remove_member
from portal.api.models import ApiToken
from tests import factories
from tests.portal.firm import AT_THAT_TIME, HQ, check_page, page, rows, text_of

pytestmark = AT_THAT_TIME
NEW = "/organisation/new/"
FIRM = {
    "kind": "corporation",
    "corporate_number": factories.corporate_number(4711),
    "name": "株式会社あおば",
    "address": "東京都千代田区丸の内一丁目1番1号",
    "representative_title": "代表取締役",
    "representative_name": "青葉　花子",
}


@pytest.fixture
def newcomer(client: Client, db: None) -> Any:
    user = factories.UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def colleague(db: None) -> Any:
    """Somebody with a confirmed address who acts for nobody yet."""
    user = factories.UserFactory(name="同僚　太郎")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


# --- registering ---------------------------------------------------------------------------------------------


def test_a_corporation_is_registered_with_its_first_owner(client: Client, newcomer: Any) -> None:
    check_page(page(client, NEW))
    response = client.post(
        NEW, FIRM | {"postal_code": "〒100−0005", "corporate_number": f"T{FIRM['corporate_number']}"}
    )
    assert response["Location"] == reverse("my_cases")
    made = Organisation.objects.get()
    assert (made.corporate_number, made.postal_code) == (FIRM["corporate_number"], "100-0005")
    assert Membership.objects.get().role == "owner"
    assert organisations_of(newcomer) == [made]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"corporate_number": ""}, "法人番号は13桁の数字で入力してください。"),
        ({"corporate_number": "123456789012"}, "法人番号は13桁の数字で入力してください。"),
        ({"corporate_number": "1234567890123"}, "法人番号の検査用数字（先頭の1桁）が合いません。"),
        ({"name": ""}, "入力または選択してください。"),
        ({"kind": ""}, "どれか1つを選んでください。"),
        ({"representative_name": ""}, "代表者の氏名を入力してください。"),
        ({"postal_code": "12345"}, "郵便番号は7桁の数字で入力してください。"),
        ({"kind": "ministry"}, "正しく選択してください。"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    client: Client, newcomer: Any, change: dict[str, str], words: str
) -> None:
    html = client.post(NEW, FIRM | change).content.decode()
    check_page(html)
    assert words in html
    assert "1か所を直してください" in html
    assert not Organisation.objects.exists()


def test_a_number_that_is_taken_leads_to_the_owner(client: Client, newcomer: Any, firm: Organisation) -> None:
    html = client.post(NEW, FIRM | {"corporate_number": firm.corporate_number}).content.decode()
    assert "この法人番号は既に登録されています。" in html
    assert firm.name not in html, "nobody learns whose number it is"
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize("kind", ["sole_proprietor", "person"])
def test_others_need_no_number(client: Client, newcomer: Any, kind: str) -> None:
    data = FIRM | {"kind": kind, "representative_name": "", "name": "菅原　みのり"}
    assert client.post(NEW, data).status_code == 302
    assert Organisation.objects.get().corporate_number == ""


def test_registering_goes_on_to_where_one_was_going(client: Client, newcomer: Any) -> None:
    target = reverse("case_start", args=HQ.split("/"))
    assert client.post(f"{NEW}?next={target}", FIRM)["Location"] == target
    other = FIRM | {"corporate_number": factories.corporate_number(4712)}
    assert client.post(f"{NEW}?next=https://evil.example/", other)["Location"] == reverse("my_cases")


def test_what_was_typed_survives_the_end_of_the_session(client: Client) -> None:
    response = client.post(NEW, FIRM)
    assert response["Location"] == f"{reverse('account_login')}?next=/organisation/new/"
    assert "入力した内容は、ログインすると続きから使えます" in page(client, response["Location"])
    client.force_login(factories.UserFactory())
    html = page(client, NEW)
    assert "株式会社あおば" in html
    assert 'class="error-summary"' not in html
    client.post(NEW, FIRM)
    assert "株式会社あおば" not in page(client, NEW).split("<form method")[-1]


def test_an_official_registers_no_applicant(client: Client, reviewer: Any) -> None:
    client.force_login(reviewer)
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, FIRM).status_code == 403
    assert not Organisation.objects.exists()


# --- changing ------------------------------------------------------------------------------------------------


def test_the_particulars_can_be_changed_but_not_who_it_is(client: Client, firm: Organisation, member: Any) -> None:
    client.force_login(member)
    number, url = firm.corporate_number, reverse("organisation_edit", args=[firm.pk])
    html = page(client, url)
    check_page(html)
    assert firm.address in html
    data = FIRM | {"name": "株式会社新しい名前", "kind": "person", "corporate_number": factories.corporate_number(1)}
    assert client.post(url, data)["Location"] == reverse("organisation", args=[firm.pk])
    firm.refresh_from_db()
    assert (firm.name, firm.kind, firm.corporate_number) == ("株式会社新しい名前", "corporation", number)


def test_only_owners_change_anything(client: Client, firm: Organisation, member: Any, colleague: Any) -> None:
    Membership.objects.create(user=colleague, organisation=firm, role="member")
    client.force_login(colleague)
    html = page(client, reverse("organisation", args=[firm.pk]))
    check_page(html)
    assert "管理者の方ができます" in html
    assert "メンバーを追加する" not in html
    assert client.get(reverse("organisation_edit", args=[firm.pk])).status_code == 404
    assert client.post(reverse("member_add", args=[firm.pk]), {"email": "a@b.example"}).status_code == 404
    mine = firm.memberships.get(user=member)
    assert client.post(reverse("member_remove", args=[firm.pk, mine.pk])).status_code == 404
    assert client.get(reverse("api_tokens")).status_code == 404
    assert firm.memberships.count() == 2


# --- members -------------------------------------------------------------------------------------------------


def test_a_colleague_is_added_and_removed(client: Client, firm: Organisation, member: Any, colleague: Any) -> None:
    client.force_login(member)
    url = reverse("member_add", args=[firm.pk])
    assert client.post(url, {"email": colleague.email.upper(), "role": "member"}).status_code == 302
    made = firm.memberships.get(user=colleague)
    assert made.role == "member"
    remove = reverse("member_remove", args=[firm.pk, made.pk])
    check_page(page(client, remove))
    assert firm.memberships.count() == 2
    assert client.post(remove)["Location"] == reverse("organisation", args=[firm.pk])
    assert firm.memberships.count() == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"email": "nobody@aoba.example", "role": "member"}, "このメールアドレスのアカウントはありません。"),
        ({"email": "x", "role": "member"}, "有効なメールアドレスを入力してください。"),
        ({"email": "", "role": "member"}, "入力または選択してください。"),
    ],
)
def test_a_member_needs_an_account(
    client: Client, firm: Organisation, member: Any, data: dict[str, str], words: str
) -> None:
    client.force_login(member)
    html = client.post(reverse("member_add", args=[firm.pk]), data).content.decode()
    check_page(html)
    assert words in html


def test_an_address_that_was_never_confirmed_lets_nobody_in(client: Client, firm: Organisation, member: Any) -> None:
    impostor = factories.UserFactory(email="colleague@aoba.example")
    EmailAddress.objects.create(user=impostor, email=impostor.email, primary=True, verified=False)
    client.force_login(member)
    data = {"email": impostor.email, "role": "owner"}
    html = client.post(reverse("member_add", args=[firm.pk]), data).content.decode()
    assert "まだ確認されていません" in html
    assert firm.memberships.count() == 1


def test_nobody_is_added_twice(client: Client, firm: Organisation, member: Any, colleague: Any) -> None:
    client.force_login(member)
    for _ in range(2):
        response = client.post(reverse("member_add", args=[firm.pk]), {"email": colleague.email, "role": "owner"})
    assert "この方は既にメンバーです。" in response.content.decode()
    assert firm.memberships.count() == 2


def test_the_last_owner_stays(client: Client, firm: Organisation, member: Any, colleague: Any) -> None:
    client.force_login(member)
    Membership.objects.create(user=colleague, organisation=firm, role="member")
    mine = firm.memberships.get(user=member)
    response = client.post(reverse("member_remove", args=[firm.pk, mine.pk]), follow=True)
    assert "管理者が1人だけのため、外せません。" in response.content.decode()
    with pytest.raises(DomainError):
        remove_member(by=member, organisation_id=firm.pk, membership_id=mine.pk)
    firm.memberships.filter(user=colleague).update(role="owner")
    response = client.post(reverse("member_remove", args=[firm.pk, mine.pk]))
    assert response["Location"] == reverse("firm_settings")
    assert client.get(reverse("organisation", args=[firm.pk])).status_code == 404


def test_several_applicants_are_listed(client: Client, firm: Organisation, member: Any) -> None:
    client.force_login(member)
    assert client.get(reverse("firm_settings"))["Location"] == reverse("organisation", args=[firm.pk])
    other = factories.MembershipFactory(user=member).organisation
    html = page(client, reverse("firm_settings"))
    check_page(html)
    assert firm.name in html
    assert other.name in html


# --- tokens --------------------------------------------------------------------------------------------------


def test_a_token_is_shown_once_listed_and_revoked(client: Client, firm: Organisation, member: Any) -> None:
    client.force_login(member)
    url = reverse("api_tokens")
    check_page(page(client, url))
    html = client.post(url, {"name": "会計システム", "days": "90"}).content.decode()
    check_page(html)
    plain = re.search(r'<code class="break">(\S+)</code>', html)
    assert plain is not None
    assert "data-copy" in html
    html = page(client, url)
    assert plain[1] not in html
    words = text_of(html)
    assert "会計システム" in words
    assert "2027年2月22日" in words
    revoke = reverse("api_token_revoke", args=[ApiToken.objects.get().pk])
    check_page(page(client, revoke))
    assert ApiToken.objects.count() == 1
    assert client.post(revoke)["Location"] == url
    assert not ApiToken.objects.exists()


def test_a_token_needs_a_name(client: Client, firm: Organisation, member: Any) -> None:
    client.force_login(member)
    html = client.post(reverse("api_tokens"), {"name": " ", "days": "90"}).content.decode()
    assert "入力または選択してください。" in html
    assert not ApiToken.objects.exists()


def test_nobody_revokes_the_token_of_another(client: Client, firm: Organisation, member: Any, stranger: Any) -> None:
    client.force_login(member)
    client.post(reverse("api_tokens"), {"name": "会計システム", "days": "90"})
    client.force_login(stranger)
    assert client.post(reverse("api_token_revoke", args=[ApiToken.objects.get().pk])).status_code == 404
    assert ApiToken.objects.count() == 1


def test_no_get_changes_anything(client: Client, firm: Organisation, member: Any) -> None:
    client.force_login(member)
    before = rows()
    mine = firm.memberships.get()
    for url in (
        reverse("firm_settings"),
        NEW,
        reverse("organisation", args=[firm.pk]),
        reverse("organisation_edit", args=[firm.pk]),
        reverse("member_remove", args=[firm.pk, mine.pk]),
        reverse("api_tokens"),
    ):
        assert client.get(url).status_code in (200, 302)
    assert client.get(reverse("member_add", args=[firm.pk])).status_code == 405
    assert rows() == before
