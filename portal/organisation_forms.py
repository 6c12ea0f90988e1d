"""Forms of the applicant's pages: the applicant itself, a new member, an API token."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.corporate_number import normalise, validate_corporate_number
from applications.models import Membership, Organisation

CORPORATION = Organisation.Kind.CORPORATION


class OrganisationForm(forms.Form):
    """The particulars of an applicant. A new one also says what kind it is, and a corporation its number."""

    kind = forms.ChoiceField(
        label=_("申請者の区分"),
        choices=Organisation.Kind.choices,
        widget=forms.RadioSelect(attrs={"class": "choices--framed"}),
        error_messages={"required": _("どれか1つを選んでください。")},
    )
    corporate_number = forms.CharField(
        label=_("法人番号"),
        required=False,
        help_text=_("法人の場合は必ず入力してください。13桁の数字で、国税庁の法人番号公表サイトで確認できます。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        max_length=30,
    )
    name = forms.CharField(
        label=_("名称（個人の場合は氏名）"),
        max_length=200,
        help_text=_("登記のとおりに入力してください。通知書の宛名になります。"),
    )
    name_kana = forms.CharField(label=_("フリガナ"), max_length=200, required=False)
    postal_code = forms.CharField(
        label=_("郵便番号"),
        max_length=10,
        required=False,
        help_text=_("例：980-8671"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    address = forms.CharField(
        label=_("所在地（個人の場合は住所）"),
        max_length=300,
        help_text=_("法人の場合は本店の所在地を入力してください。"),
    )
    representative_title = forms.CharField(
        label=_("代表者の役職"), max_length=100, required=False, help_text=_("例：代表取締役")
    )
    representative_name = forms.CharField(
        label=_("代表者の氏名"), max_length=100, required=False, help_text=_("法人の場合は必ず入力してください。")
    )

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        if organisation is not None:  # what the applicant is does not change any more
            del self.fields["kind"]
            del self.fields["corporate_number"]

    def clean_postal_code(self) -> str:
        """``980-8671``, however it was typed."""
        code = re.sub(r"[\s〒\-‐−–ー]", "", unicodedata.normalize("NFKC", self.cleaned_data["postal_code"]))
        if code and not re.fullmatch(r"\d{7}", code):
            raise ValidationError(_("郵便番号は7桁の数字で入力してください。"), code="postal_code")
        return f"{code[:3]}-{code[3:]}" if code else ""

    def clean(self) -> dict[str, Any]:
        """What a corporation must have, and others have not."""
        found: dict[str, Any] = super().clean() or {}
        kind = self.organisation.kind if self.organisation is not None else found.get("kind")
        if kind == CORPORATION:
            if self.organisation is None:
                self._check_number(found)
            if not found.get("representative_name") and "representative_name" not in self.errors:
                self.add_error("representative_name", _("代表者の氏名を入力してください。"))
        elif "corporate_number" in found:
            found["corporate_number"] = ""
        return found

    def _check_number(self, found: dict[str, Any]) -> None:
        number = normalise(found.get("corporate_number", ""))
        try:
            validate_corporate_number(number)
        except ValidationError as error:
            self.add_error("corporate_number", error)
        else:
            found["corporate_number"] = number


class MemberForm(forms.Form):
    """Somebody with an account who is to act for the applicant."""

    email = forms.EmailField(
        label=_("追加する方のメールアドレス"),
        help_text=_("先に本人がこのポータルのアカウントを作成している必要があります。"),
    )
    role = forms.ChoiceField(
        label=_("役割"),
        choices=[
            (Membership.Role.MEMBER, _("担当者（申請の作成・提出）")),
            (Membership.Role.OWNER, _("管理者（申請に加え、企業情報とメンバーの管理）")),
        ],
        initial=Membership.Role.MEMBER,
        widget=forms.RadioSelect,
    )

    def clean_email(self) -> str:
        """The address of an account that has proved to own it, so that nobody is let in who signed up with somebody
        else's address."""
        email = str(self.cleaned_data["email"]).strip().lower()
        self.user = get_user_model().objects.filter(email=email, is_active=True).first()
        if self.user is None:
            raise ValidationError(
                _("このメールアドレスのアカウントはありません。先に本人にアカウントを作成してもらってください。"),
                code="no_account",
            )
        if not EmailAddress.objects.filter(user=self.user, email__iexact=email, verified=True).exists():
            raise ValidationError(
                _("このメールアドレスはまだ確認されていません。本人に、確認メールのリンクを開いてもらってください。"),
                code="not_confirmed",
            )
        return email


class TokenForm(forms.Form):
    """A token for a partner system."""

    name = forms.CharField(
        label=_("名称"), max_length=100, help_text=_("どのシステムで使うか分かる名前にしてください。例：会計システム")
    )
    days = forms.TypedChoiceField(
        label=_("有効期間"),
        choices=[(30, _("30日")), (90, _("90日")), (180, _("180日")), (365, _("1年"))],
        coerce=int,
        initial=90,
    )
