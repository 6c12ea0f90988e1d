"""Applicants, who acts for them, and the officials."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.corporate_number import validate_corporate_number


class Organisation(models.Model):
    """An applicant: a corporation, a sole proprietor, or (scholarship support) a person."""

    class Kind(models.TextChoices):
        """What kind of applicant; only corporations have a corporate number."""

        CORPORATION = "corporation", _("法人")
        SOLE_PROPRIETOR = "sole_proprietor", _("個人事業主")
        PERSON = "person", _("個人（奨学金返還支援の申請者）")

    kind = models.CharField(_("申請者の区分"), max_length=20, choices=Kind)
    name = models.CharField(_("名称（個人の場合は氏名）"), max_length=200)
    name_kana = models.CharField(_("フリガナ"), max_length=200, blank=True)
    corporate_number = models.CharField(
        _("法人番号"), max_length=13, blank=True, validators=[validate_corporate_number]
    )
    postal_code = models.CharField(_("郵便番号"), max_length=8, blank=True)
    address = models.CharField(_("所在地（個人の場合は住所）"), max_length=300)
    representative_title = models.CharField(_("代表者の役職"), max_length=100, blank=True)
    representative_name = models.CharField(_("代表者の氏名"), max_length=100, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Constraints."""

        constraints = [
            models.UniqueConstraint(
                fields=["corporate_number"],
                condition=~Q(corporate_number=""),
                name="one_organisation_per_corporate_number",
            ),
            models.CheckConstraint(
                condition=~Q(kind="corporation") | ~Q(corporate_number=""), name="corporations_have_a_corporate_number"
            ),
            models.CheckConstraint(
                condition=Q(kind="corporation") | Q(corporate_number=""),
                name="only_corporations_have_a_corporate_number",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Somebody who acts for an applicant."""

    class Role(models.TextChoices):
        """What the member may do: owners also manage members."""

        OWNER = "owner", _("管理者")
        MEMBER = "member", _("担当者")
        PARTNER = "partner", _("連携システム")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.OWNER)

    class Meta:
        """Constraints."""

        constraints = [models.UniqueConstraint(fields=["user", "organisation"], name="one_membership_each")]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation}"


class Official(models.Model):
    """An official of the city and what he or she may do in the portal."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="official")
    section = models.CharField(_("所属"), max_length=100)
    title = models.CharField(_("職名"), max_length=100)
    reviews = models.BooleanField(_("審査・起案をする"), default=False)
    approves = models.BooleanField(_("決裁をする"), default=False)
    audits = models.BooleanField(_("全案件を閲覧する（監査）"), default=False)
    keeps_kpi = models.BooleanField(_("評価指標を管理する"), default=False)

    def __str__(self) -> str:
        return f"{self.section} {self.title} {self.user}"
