"""Serial numbers that are never given twice."""

from __future__ import annotations

from django.db import models


class Counter(models.Model):
    """Last number given, one row a code (``case`` or a section's letter code) and fiscal year."""

    code = models.CharField(max_length=20)
    fiscal_year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        """Constraints."""

        constraints = [models.UniqueConstraint(fields=["code", "fiscal_year"], name="one_counter_per_code_and_year")]

    def __str__(self) -> str:
        return f"{self.code} {self.fiscal_year}: {self.last}"
