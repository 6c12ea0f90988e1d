"""Who is calling: ``Authorization: Bearer <token>``."""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from django.db import OperationalError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.exceptions import AuthenticationFailed

from portal.api.models import ApiToken

log = logging.getLogger(__name__)

USE_NOTED_EVERY = timedelta(hours=1)
"""``last_used_at`` is exact to this, so that reading does not write on every request."""
_TOKEN = re.compile(rb"[0-9A-Za-z_-]{16,200}")


class TokenAuthentication(KnoxAuthentication):
    """Knox's hashed tokens. Unlike knox, refusing an expired token deletes nothing: a GET must not change rows."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, ApiToken]:
        """User and token, or ``AuthenticationFailed`` with the reason."""
        if not _TOKEN.fullmatch(token):
            raise AuthenticationFailed(_("トークンが正しくありません。"))
        plain = token.decode("ascii")
        digest = hash_token(plain)
        candidates = ApiToken.objects.select_related("user").filter(token_key=plain[: CONSTANTS.TOKEN_KEY_LENGTH])
        found = next((t for t in candidates if compare_digest(t.digest, digest)), None)
        if found is None:
            raise AuthenticationFailed(_("トークンが正しくありません。"))
        now = timezone.now()
        if found.expiry is None or found.expiry <= now:
            raise AuthenticationFailed(_("トークンの有効期限が切れています。新しいトークンを発行してください。"))
        if not found.user.is_active:
            raise AuthenticationFailed(_("このアカウントは無効になっています。"))
        if found.last_used_at is None or found.last_used_at < now - USE_NOTED_EVERY:
            _note_use(found, now)
        return found.user, found


def _note_use(token: ApiToken, now: datetime) -> None:
    """Only the first of several requests at the same time writes; a busy database fails no request for this."""
    unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
    try:
        ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
    except OperationalError:
        log.warning("the use of the token '%s' could not be noted", token.name, exc_info=True)
