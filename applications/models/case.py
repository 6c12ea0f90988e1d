"""Cases and their filings."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.append_only import AppendOnly
from applications.models.people import Organisation
from applications.states import CaseState, FilingState
from documents.models import StoredFile


class Case(models.Model):
    """案件: one applicant × one scheme × one project.

    ``version`` and ``version_hash`` are empty until the first filing with criteria arrives; then they are fixed for
    good, and every later decision of the case is made under that version.
    """

    class Channel(models.TextChoices):
        """How the case came in."""

        WEB = "web", _("ポータル")
        API = "api", _("連携システム")

    reference = models.CharField(_("受付番号"), max_length=20, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="cases")
    scheme = models.CharField(_("制度"), max_length=100)
    version = models.CharField(_("版"), max_length=50, blank=True)
    version_hash = models.CharField(max_length=64, blank=True)
    title = models.CharField(_("計画の名称"), max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=CaseState, default=CaseState.DRAFT)
    channel = models.CharField(max_length=3, choices=Channel, default=Channel.WEB)
    assignee = models.ForeignKey(
        "applications.Official", on_delete=models.SET_NULL, null=True, blank=True, related_name="cases"
    )
    facts = models.JSONField(_("確認済みの申告事項"), default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        """Constraints."""

        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "scheme"], condition=Q(state="draft"), name="one_draft_case_per_scheme"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Filing(models.Model):
    """提出: one step of a case's procedure. ``revision`` counts saves, so that an older copy never overwrites a newer."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="filings")
    step = models.CharField(max_length=60)
    number = models.PositiveIntegerField(_("回"), default=1)
    fiscal_year = models.PositiveIntegerField(_("年度"), null=True, blank=True)
    state = models.CharField(max_length=25, choices=FilingState, default=FilingState.DRAFT)
    answers = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    arrived_at = models.DateTimeField(_("到達日時"), null=True, blank=True)
    due_on = models.DateField(_("期限"), null=True, blank=True)
    saved_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        """Constraints."""

        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "step", "number"], name="one_filing_per_step_and_number"),
            models.UniqueConstraint(fields=["case"], condition=Q(state="draft"), name="one_draft_filing_per_case"),
            models.CheckConstraint(
                condition=Q(arrived_at__isnull=False) | Q(state__in=["draft", "withdrawn", "lapsed"]),
                name="a_submitted_filing_has_arrived",
            ),
            models.UniqueConstraint(
                fields=["case", "step", "fiscal_year"],
                condition=Q(fiscal_year__isnull=False) & ~Q(state__in=["withdrawn", "lapsed"]),
                name="one_filing_per_step_and_fiscal_year",
            ),
        ]
        indexes = [models.Index(fields=["state", "arrived_at"], name="filing_queue")]

    def __str__(self) -> str:
        return f"{self.case.reference}/{self.step}/{self.number}"


class FilingDocument(models.Model):
    """証拠書類: a stored file handed in for a filing. Removing it from a draft keeps the row."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=60)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Order of handing in."""

        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.file}"


class FilingRevision(AppendOnly):
    """A filing exactly as it arrived: answers, list of files with their hashes, and the engine's determination."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    answers = models.JSONField()
    documents = models.JSONField()
    determination = models.JSONField(null=True)
    terms = models.CharField(_("同意した利用規約の版"), max_length=20)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()

    class Meta:
        """Constraints."""

        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["filing", "number"], name="one_revision_per_number")]

    def __str__(self) -> str:
        return f"{self.filing} rev. {self.number}"
