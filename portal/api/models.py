"""Access tokens of partner systems, and the answers that repeated requests get again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken


class ApiToken(AbstractAuthToken):
    """A token with a name. Only its SHA-512 is stored; every token expires.

    It stands beside knox's own (unused) model instead of replacing it: swapping a model of an app that is migrated already
    breaks the history of every database that exists.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("トークンの名称"), max_length=100)
    last_used_at = models.DateTimeField(_("最終使用日時"), null=True, blank=True)

    class Meta:
        """Newest first; constraints."""

        ordering = ["-created", "digest"]
        constraints = [
            models.CheckConstraint(condition=Q(expiry__isnull=False), name="an_api_token_expires"),
            models.CheckConstraint(condition=~Q(name=""), name="an_api_token_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """What a request with an ``Idempotency-Key`` was answered. ``fingerprint``: SHA-256 of method, path and body;
    ``body``: the answer as it was sent.

    The row is written in the transaction of the request itself: it exists exactly when the request took effect.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    location = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        """Constraints."""

        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_idempotency_key")]

    def __str__(self) -> str:
        return self.key
