"""Decisions, their approvals and the letters that carry them."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.append_only import AppendOnly
from applications.models.case import Case, Filing
from applications.models.people import Official
from applications.states import DecisionState
from documents.models import StoredFile


class Decision(models.Model):
    """決定: the city's act that closes a filing (or, a revocation, changes a case).

    Holds everything needed to replay it: facts, date, version, content hash, engine version and the determination.
    Its content never changes; a returned decision is followed by a new one.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="decisions", null=True, blank=True)
    kind = models.CharField(_("決定の種類"), max_length=40)
    state = models.CharField(max_length=10, choices=DecisionState, default=DecisionState.DRAFTED)
    facts = models.JSONField(default=dict)
    on = models.DateField(_("判定の基準日"))
    step = models.CharField(max_length=60, blank=True)
    version = models.CharField(max_length=50, blank=True)
    version_hash = models.CharField(max_length=64, blank=True)
    engine = models.CharField(max_length=20)
    determination = models.JSONField(null=True)
    amount = models.BigIntegerField(_("金額（円）"), null=True, blank=True)
    amount_lines = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    conditions = models.JSONField(default=list)
    note = models.TextField(_("起案理由"), blank=True)
    drafted_by = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="drafted_decisions")
    drafted_at = models.DateTimeField()
    approved_at = models.DateTimeField(_("決裁日時"), null=True, blank=True)
    issued_at = models.DateTimeField(_("施行日時"), null=True, blank=True)
    revokes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="revocations")

    class Meta:
        """Constraints."""

        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["filing"],
                condition=~Q(state="returned") & Q(filing__isnull=False),
                name="one_live_decision_per_filing",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="a_decided_amount_is_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | Q(approved_at__isnull=False, issued_at__isnull=False),
                name="an_issued_decision_was_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case.reference} {self.kind}"


class Approval(AppendOnly):
    """決裁: an approver's act on a decision. ``content_hash`` is of exactly what was approved."""

    class Act(models.TextChoices):
        """What the approver did."""

        APPROVE = "approve", _("承認")
        RETURN = "return", _("差戻し")

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="approvals")
    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=10, choices=Act)
    reason = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        """Constraints."""

        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(act="return") | ~Q(reason=""), name="a_return_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.decision}: {self.act}"


class Letter(models.Model):
    """通知書: the PDF that carries a decision (or a receipt or correction request). Its bytes never change.

    ``content`` is the plain data that it is made of; ``file`` is empty until it has been rendered, then set for good.
    A correction is a new letter.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="letter", null=True, blank=True)
    kind = models.CharField(max_length=40)
    number = models.CharField(_("文書番号"), max_length=40, unique=True)
    issued_on = models.DateField(_("施行日"))
    content = models.JSONField()
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    failures = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    first_opened_at = models.DateTimeField(_("最初の閲覧日時"), null=True, blank=True)

    FIXED: ClassVar = ("case_id", "decision_id", "kind", "number", "issued_on", "content")
    """What never changes once the letter has its number."""

    class Meta:
        """Order of issue."""

        ordering = ["pk"]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ``TypeError`` when the number, the content or the file of an issued letter would change."""
        stored = Letter.objects.filter(pk=self.pk).values(*self.FIXED, "file_id").first()
        if stored is not None:
            changed = [name for name in self.FIXED if stored[name] != getattr(self, name)]
            if changed or stored["file_id"] not in (None, self.file_id):
                raise TypeError(f"letter {stored['number']} is issued and does not change")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never. Raises ``TypeError``."""
        raise TypeError(f"letter {self.number} is issued and is not deleted")
