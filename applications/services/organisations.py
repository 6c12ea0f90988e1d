"""Applicants and the people who act for them: registering, changing, adding and removing members."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from applications.errors import DomainError
from applications.models import Membership, Organisation
from applications.permissions import YES, Answer, User, require

CHANGEABLE = ("name", "name_kana", "postal_code", "address", "representative_title", "representative_name")
"""What may be changed later. Kind and corporate number say who the applicant is and stay."""


def may_manage(user: User, organisation: Organisation) -> Answer:
    """Change the applicant's particulars and its members: its owners."""
    owners = Membership.objects.filter(organisation=organisation, role=Membership.Role.OWNER)
    if user.is_active and owners.filter(user=user).exists():
        return YES
    return Answer(False, _("この操作は、申請者の管理者だけができます。"))


def register_organisation(*, by: User, values: dict[str, Any]) -> Organisation:
    """A new applicant with its first owner. Raises :class:`DomainError` when the corporate number is already taken."""
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(**values)
            Membership.objects.create(user=by, organisation=organisation, role=Membership.Role.OWNER)
    except IntegrityError as error:
        number = values.get("corporate_number")
        if not number or not Organisation.objects.filter(corporate_number=number).exists():
            raise
        raise DomainError(
            "corporate_number_taken",
            _(
                "この法人番号は既に登録されています。登録した管理者の方に、「企業情報とメンバー」の画面で"
                "あなたのメールアドレスをメンバーに追加してもらってください。"
            ),
            field="corporate_number",
        ) from error
    return organisation


@transaction.atomic
def change_organisation(*, by: User, organisation_id: int, values: dict[str, Any]) -> Organisation:
    """Change the particulars. Letters already issued keep the old ones."""
    organisation = _lock(organisation_id)
    require(may_manage(by, organisation))
    for name in CHANGEABLE:
        if name in values:
            setattr(organisation, name, values[name])
    organisation.save(update_fields=list(CHANGEABLE))
    return organisation


@transaction.atomic
def add_member(*, by: User, organisation_id: int, user: User, role: str) -> Membership:
    """Let somebody with an account act for the applicant."""
    organisation = _lock(organisation_id)
    require(may_manage(by, organisation))
    if role not in (Membership.Role.OWNER, Membership.Role.MEMBER):
        raise DomainError("unknown_role", _("役割を選んでください。"), field="role")
    membership, created = Membership.objects.get_or_create(
        user=user, organisation=organisation, defaults={"role": role}
    )
    if not created:
        raise DomainError("already_member", _("この方は既にメンバーです。"), field="email")
    return membership


@transaction.atomic
def remove_member(*, by: User, organisation_id: int, membership_id: int) -> None:
    """End a membership. The last owner stays: otherwise nobody could let anybody in again."""
    organisation = _lock(organisation_id)
    require(may_manage(by, organisation))
    membership = organisation.memberships.filter(pk=membership_id).first()
    if membership is None:
        return
    owners = organisation.memberships.filter(role=Membership.Role.OWNER)
    if membership.role == Membership.Role.OWNER and owners.count() == 1:
        raise DomainError(
            "last_owner", _("管理者が1人だけのため、外せません。先にほかの方を管理者として追加してください。")
        )
    membership.delete()


def _lock(organisation_id: int) -> Organisation:
    """The applicant under a row lock, so that two owners cannot remove each other at the same moment."""
    return Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation_id)
