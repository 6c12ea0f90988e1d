"""Rows that are written once: no change and no deletion, one by one or in bulk."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Refuses what would go past :meth:`AppendOnly.save` and :meth:`AppendOnly.delete`."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Never. Raises ``TypeError``."""
        raise TypeError(f"{self.model.__name__}: rows are append-only")

    def delete(self) -> NoReturn:
        """Never. Raises ``TypeError``."""
        raise TypeError(f"{self.model.__name__}: rows are append-only")

    delete.queryset_only = True  # type: ignore[attr-defined]


class AppendOnly(models.Model):
    """A row that stays as it was written."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        """No table of its own."""

        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only new rows. Raises ``TypeError`` when somebody tries to rewrite one."""
        if self.pk is not None:
            raise TypeError(f"{type(self).__name__}: rows are append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never. Raises ``TypeError``."""
        raise TypeError(f"{type(self).__name__}: rows are append-only")
