"""Tokens of partner systems: create, list, revoke. The page of the account and the command ``apitoken`` call these."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.settings import knox_settings

from applications.errors import DomainError
from applications.permissions import User
from portal.api.models import ApiToken

MOST_TOKENS = 20
"""Tokens that one account may have at a time, expired ones included."""


def create_token(user: User, name: str, expires: datetime | None = None) -> tuple[ApiToken, str]:
    """A new token and its plain text, which cannot be shown again. Without ``expires`` it lives for ``API_TOKEN_DAYS``.

    Raises :class:`~applications.errors.DomainError` for a name that is empty or too long and a date that is not ahead.
    """
    now = timezone.now()
    name = name.strip()
    if not name or len(name) > 100:
        raise DomainError("token_name", _("トークンの名称を100文字以内で入力してください。"), field="name")
    if expires is not None and expires <= now:
        raise DomainError("token_expires", _("有効期限は現在より後の日時にしてください。"), field="expires")
    if ApiToken.objects.filter(user=user).count() >= MOST_TOKENS:
        raise DomainError(
            "too_many_tokens",
            _("トークンは%(most)d個までです。使わないものを先に失効させてください。") % {"most": MOST_TOKENS},
        )
    token, plain = ApiToken.objects.create(user, expiry=knox_settings.TOKEN_TTL, name=name)
    if expires is not None:
        token.expiry = expires
        token.save(update_fields=["expiry"])
    return token, plain


def list_tokens(user: User) -> QuerySet[ApiToken]:
    """The user's tokens, newest first, expired ones included."""
    return ApiToken.objects.filter(user=user)


def revoke_token(user: User, pk: str) -> bool:
    """Delete one of the user's own tokens; it stops working at once. False when there is no such token."""
    deleted, _rows = ApiToken.objects.filter(user=user, pk=pk).delete()
    return bool(deleted)
