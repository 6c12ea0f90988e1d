"""The append-only history, and mails waiting to be sent."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.append_only import AppendOnly


class Event(AppendOnly):
    """One thing that happened to a case. Never changed, never deleted (also not with the case)."""

    case = models.ForeignKey(
        "applications.Case", on_delete=models.DO_NOTHING, related_name="events", db_constraint=False
    )
    code = models.CharField(max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    data = models.JSONField(default=dict)
    internal = models.BooleanField(_("市のみ"), default=False)
    at = models.DateTimeField()

    class Meta:
        """Order of happening."""

        ordering = ["pk"]
        indexes = [models.Index(fields=["case", "at"], name="event_case")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.code}"


class OutboxMail(models.Model):
    """A mail to be sent once. ``key`` makes sure of it, whatever is retried."""

    key = models.CharField(max_length=100, unique=True)
    recipient = models.EmailField()
    language = models.CharField(max_length=2)
    template = models.CharField(max_length=40)
    context = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)

    class Meta:
        """Order of making."""

        ordering = ["pk"]

    def __str__(self) -> str:
        return self.key
