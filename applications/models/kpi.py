"""計上: counted units of indicators, each pointing at its decision, and figures entered by officials."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.models.case import Case
from applications.models.decision import Decision
from applications.models.people import Official, Organisation


class KpiEntry(models.Model):
    """One unit of an indicator. Reversal keeps the row and names the decision that undid it."""

    class State(models.TextChoices):
        """Planned at the approval, actual when confirmed, reversed when undone."""

        PLANNED = "planned", _("見込み")
        ACTUAL = "actual", _("実績")
        REVERSED = "reversed", pgettext_lazy("計上の区分", "取消し")

    indicator = models.CharField(max_length=60)
    frame = models.CharField(max_length=60)
    fiscal_year = models.PositiveIntegerField(_("年度"))
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="kpi_entries")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="kpi_entries")
    once_per_firm = models.BooleanField()
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="kpi_entries")
    actual_by = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reversed_by = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Constraints: a firm counts once a frame; a case counts once."""

        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "frame", "organisation"],
                condition=Q(once_per_firm=True) & ~Q(state="reversed"),
                name="a_firm_counts_once_in_a_frame",
            ),
            models.UniqueConstraint(
                fields=["indicator", "case"], condition=~Q(state="reversed"), name="a_case_counts_once"
            ),
            models.CheckConstraint(
                condition=Q(state="reversed", reversed_by__isnull=False)
                | (~Q(state="reversed") & Q(reversed_by__isnull=True)),
                name="a_reversal_names_its_decision",
            ),
            models.CheckConstraint(
                condition=~Q(state="actual") | Q(actual_by__isnull=False), name="an_actual_entry_names_its_confirmation"
            ),
        ]
        indexes = [models.Index(fields=["indicator", "frame", "fiscal_year"], name="kpi_by_year")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.fiscal_year} {self.organisation}"


class KpiFigure(models.Model):
    """A figure from outside statistics, entered by an official with its source."""

    indicator = models.CharField(max_length=60)
    fiscal_year = models.PositiveIntegerField(_("年度"))
    value = models.DecimalField(_("値"), max_digits=14, decimal_places=2)
    source = models.CharField(_("出典"), max_length=300)
    as_of = models.DateField(_("時点"))
    entered_by = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Newest last."""

        ordering = ["fiscal_year", "pk"]

    def __str__(self) -> str:
        return f"{self.indicator} {self.fiscal_year}: {self.value}"
