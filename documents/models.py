"""Stored files: what was handed in or issued, with the hash that proves it is still the same."""

from __future__ import annotations

import uuid
from pathlib import PurePosixPath
from typing import Any, Final

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

DIGEST_LENGTH: Final = 64
"""Hex digits of SHA-256."""


class StoredFileIsImmutable(TypeError):
    """A stored file never changes; a correction is a new file."""


def storage_path(stored: StoredFile, name: str) -> str:
    """``2026/11/24/<uuid>.pdf``: never guessable, never made of what a user typed but a known extension."""
    suffix = PurePosixPath(name).suffix.lower()
    return f"{timezone.localdate(stored.created_at):%Y/%m/%d}/{stored.pk.hex}{suffix}"


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    """Stored files cannot be updated in bulk either."""

    def update(self, **kwargs: Any) -> int:
        """Raises :class:`StoredFileIsImmutable`."""
        raise StoredFileIsImmutable("stored files are not updated")


class StoredFile(models.Model):
    """One file in the default storage. Made by :mod:`documents.uploads` only; immutable afterwards.

    ``name`` is what the user called it (shown, never used as a path); ``size`` in bytes; ``sha256`` in hex.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("ファイル名"), max_length=255)
    media_type = models.CharField(_("種類"), max_length=100)
    size = models.PositiveBigIntegerField(_("大きさ（バイト）"))
    sha256 = models.CharField(_("SHA-256"), max_length=DIGEST_LENGTH)
    created_at = models.DateTimeField(_("保存日時"), default=timezone.now)
    file = models.FileField(_("ファイル"), upload_to=storage_path, max_length=200, unique=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        """Constraints and order."""

        ordering = ("created_at", "id")
        constraints = (
            models.CheckConstraint(name="stored_file_is_not_empty", condition=models.Q(size__gt=0)),
            models.CheckConstraint(
                name="stored_file_has_sha256", condition=models.Q(sha256__regex=rf"^[0-9a-f]{{{DIGEST_LENGTH}}}$")
            ),
        )

    def __str__(self) -> str:
        return str(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Stores the row once. Raises :class:`StoredFileIsImmutable` for a row that exists."""
        if not self._state.adding:
            raise StoredFileIsImmutable(f"stored file {self.pk} is not changed")
        super().save(*args, **kwargs)
