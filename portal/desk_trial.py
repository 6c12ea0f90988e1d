"""What would happen: a service is run and undone, so that a page can show its result before anybody presses the button.

The result is exactly that of the service, because it is that of the service. Nothing stays: rows are rolled back, and work
after commit (mails, letters) is dropped with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction

from applications.models import Case, Event, KpiEntry
from applications.rules import rule_book
from eligibility.rulebook.kpi import Indicator


@contextmanager
def trial() -> Iterator[None]:
    """Undo everything that is done inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


REMARKS = ("kpi_already_counted", "kpi_no_frame")
"""Events by which services say why something is not counted."""


@dataclass(frozen=True, slots=True)
class KpiEffect:
    """What a decision does to one indicator. ``state``: planned, actual, reversed; or why it counts nothing:
    already_counted, no_frame. ``reference``: another case of the firm that is counted, or taken out, in its place."""

    indicator: Indicator
    state: str
    fiscal_year: int | None = None
    reference: str = ""


def kpi_effects(case: Case, act: Callable[[], object]) -> list[KpiEffect]:
    """How ``act`` would change what is counted of the case's applicant. Raises whatever ``act`` raises."""
    entries = KpiEntry.objects.filter(organisation=case.organisation_id).select_related("case").order_by("pk")
    remarks = Event.objects.filter(case=case, code__in=REMARKS).order_by("pk")
    with trial():
        before = {entry.pk: entry.state for entry in entries.all()}
        noted = remarks.count()
        act()
        after = list(entries.all())
        why_not = list(remarks.all()[noted:])
    indicators = rule_book().kpi.indicators
    effects = [
        KpiEffect(
            indicators[entry.indicator],
            entry.state,
            entry.fiscal_year,
            entry.case.reference if entry.case_id != case.pk else "",
        )
        for entry in after
        if before.get(entry.pk) != entry.state
    ]
    return effects + [
        KpiEffect(indicators[event.data["indicator"]], event.code.removeprefix("kpi_"), event.data.get("year"))
        for event in why_not
    ]
