"""What officials establish while reviewing, and what they ask to be corrected."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.case import Filing, FilingDocument
from applications.models.people import Official


class FactReview(models.Model):
    """審査: an official confirms a declared fact or replaces it, with the reason and the evidence."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="fact_reviews")
    fact = models.CharField(max_length=100)
    declared = models.JSONField(null=True)
    confirmed = models.JSONField(null=True)
    changed = models.BooleanField()
    reason = models.TextField(blank=True)
    evidence = models.ForeignKey(FilingDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        """Constraints: one current review a fact, and no change without its reason."""

        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "fact"], condition=models.Q(is_current=True), name="one_current_review_per_fact"
            ),
            models.CheckConstraint(
                condition=models.Q(changed=False) | ~models.Q(reason=""), name="a_changed_fact_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filing}: {self.fact}"


class CriterionReview(models.Model):
    """An official decides a criterion that the rules leave to the city (referred), with the reason."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="criterion_reviews")
    criterion = models.CharField(max_length=60)
    accepted = models.BooleanField(_("認める"))
    reason = models.TextField()
    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        """Constraints."""

        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "criterion"],
                condition=models.Q(is_current=True),
                name="one_current_review_per_criterion",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="a_criterion_review_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.filing}: {self.criterion}"


class CorrectionRequest(models.Model):
    """補正依頼: what is to be mended and until when. ``items``: list of ``{"about": fact or document, "text": …}``."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="corrections")
    items = models.JSONField()
    due_on = models.DateField(_("期限"))
    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        """Constraints."""

        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["filing"], condition=models.Q(answered_at__isnull=True), name="one_open_correction_per_filing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.filing}: {self.at:%Y-%m-%d}"
