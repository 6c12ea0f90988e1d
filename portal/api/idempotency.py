"""``Idempotency-Key``: a request that is sent again has its effect once and gets the first answer again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.models import IdempotencyKey
from portal.api.problems import Problem

KEPT_FOR = timedelta(hours=48)
HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def once(request: Request, action: Callable[[], Response]) -> HttpResponse:
    """The answer of ``action``, which must take effect in the database only. With a key:

    1. the key's row is inserted, so that a second request with it waits for the first one; 2. ``action`` runs in the same
    transaction; 3. its answer is kept with the key. A refusal rolls back everything, the key included: after mending what
    was wrong the same key may be used. Raises :class:`Problem` when the key came with another request before.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return action()
    if not _KEY.fullmatch(key):
        words = _("Idempotency-Key は、空白を含まない半角英数字・記号200文字以内としてください。")
        raise Problem("invalid", errors=[{"header": HEADER, "code": "bad_key", "message": words}])
    now = timezone.now()
    IdempotencyKey.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    fingerprint = _fingerprint(request)
    with transaction.atomic():
        row, is_new = IdempotencyKey.objects.get_or_create(
            user=request.user, key=key, defaults={"fingerprint": fingerprint, "created_at": now}
        )
        if not is_new:
            return _again(row, fingerprint)
        response = action()
        row.status = response.status_code
        row.location = response.headers.get("Location", "")
        row.body = JSONRenderer().render(response.data).decode()
        row.save(update_fields=["status", "location", "body"])
    return response


def _again(row: IdempotencyKey, fingerprint: str) -> HttpResponse:
    if row.fingerprint != fingerprint:
        raise Problem("idempotency_key_reused")
    headers = {REPLAYED: "true"}
    if row.location:
        headers["Location"] = row.location
    return HttpResponse(row.body, "application/json", row.status, headers=headers)


def _fingerprint(request: Request) -> str:
    """The same for the same content, however it is laid out."""
    content: Any = [request.method, request.path, request.data]
    blob = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(blob.encode()).hexdigest()
