"""Reads. Lists start from what the user may see; the number of queries never depends on the number of rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.timezone import localdate

from applications.calendar import open_days_between
from applications.models import Case, Decision, Filing, KpiEntry, KpiFigure, Letter, Membership
from applications.permissions import User, official_of
from applications.rules import rule_book
from applications.states import WITH_THE_CITY, DecisionState, FilingState
from eligibility.rulebook.kpi import Frame, Indicator, Target


def visible_cases(user: User) -> QuerySet[Case]:
    """Cases that the user may see: those of their applicants, and an official all of which something was handed in."""
    if not user.is_active:  # nobody signed in, or an account that was switched off
        return Case.objects.none()
    own = Q(organisation__in=Membership.objects.filter(user=user).values("organisation"))
    if official_of(user) is None:
        return Case.objects.filter(own)
    return Case.objects.filter(own | Exists(Filing.objects.filter(case=OuterRef("pk"), arrived_at__isnull=False)))


def visible_letters(user: User) -> QuerySet[Letter]:
    """Letters that the user may open."""
    return Letter.objects.filter(case__in=visible_cases(user))


def with_filings(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with everything that a list of them shows."""
    filings = Filing.objects.prefetch_related(Prefetch("decisions", Decision.objects.order_by("pk")), "corrections")
    return cases.select_related("organisation", "assignee__user").prefetch_related(Prefetch("filings", filings))


# --- the officials' queue --------------------------------------------------------------------------------------

QUEUE_FILTERS = ("new", "review", "correction", "drafted", "approved", "mine", "closed")


def queue(user: User, *, view: str = "", scheme: str = "", search: str = "") -> QuerySet[Filing]:
    """Filings for the desk, longest waiting first; nothing for anybody but officials. ``view``: one of
    ``QUEUE_FILTERS`` or empty for all that wait for the city; ``search``: part of a reference, name or title."""
    official = official_of(user)
    if official is None:
        return Filing.objects.none()
    filings = (
        Filing.objects.filter(arrived_at__isnull=False)
        .select_related("case__organisation", "case__assignee__user")
        .prefetch_related("decisions")
    )
    states = {
        "new": [FilingState.SUBMITTED],
        "review": [FilingState.UNDER_REVIEW],
        "correction": [FilingState.CORRECTION_REQUESTED],
        "drafted": [FilingState.DECISION_DRAFTED],
        "approved": [FilingState.APPROVED],
        "closed": [FilingState.ISSUED, FilingState.WITHDRAWN, FilingState.LAPSED],
    }
    if view in states:
        filings = filings.filter(state__in=states[view])
    elif view == "mine":
        filings = filings.filter(case__assignee=official, state__in=[*WITH_THE_CITY, FilingState.CORRECTION_REQUESTED])
    else:
        filings = filings.filter(state__in=WITH_THE_CITY)
    if scheme:
        filings = filings.filter(case__scheme=scheme)
    if search:
        filings = filings.filter(
            Q(case__reference__icontains=search)
            | Q(case__organisation__name__icontains=search)
            | Q(case__title__icontains=search)
        )
    return filings.order_by("arrived_at", "pk")


def queue_counts() -> dict[str, int]:
    """Counters above the queue."""
    counts = Filing.objects.aggregate(
        new=Count("pk", filter=Q(state=FilingState.SUBMITTED)),
        review=Count("pk", filter=Q(state=FilingState.UNDER_REVIEW)),
        correction=Count("pk", filter=Q(state=FilingState.CORRECTION_REQUESTED)),
        drafted=Count("pk", filter=Q(state=FilingState.DECISION_DRAFTED)),
        approved=Count("pk", filter=Q(state=FilingState.APPROVED)),
    )
    counts["revocations"] = Decision.objects.filter(kind="revocation", state=DecisionState.DRAFTED).count()
    return counts


def days_on_the_clock(filing: Filing, corrections: Iterable[object], today: date | None = None) -> int:
    """Open days since arrival, the time in which the applicant was asked for corrections not counted."""
    if filing.arrived_at is None:
        return 0
    today = today or localdate()
    days = open_days_between(localdate(filing.arrived_at), today)
    for correction in corrections:
        answered = correction.answered_at  # type: ignore[attr-defined]
        until = localdate(answered) if answered is not None else today
        days -= open_days_between(localdate(correction.at), until)  # type: ignore[attr-defined]
    return max(days, 0)


def open_correction(filing: Filing) -> object | None:
    """The correction request that the applicant has not answered yet."""
    return next((c for c in filing.corrections.all() if c.answered_at is None), None)


# --- KPI -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class YearFigures:
    """Counted units of one fiscal year."""

    year: int
    actual: int
    planned: int


@dataclass(frozen=True, slots=True)
class Progress:
    """An indicator in a frame: years, totals, target, percentage reached (cut, never rounded up)."""

    indicator: Indicator
    frame: Frame
    target: Target | None
    years: tuple[YearFigures, ...]

    @property
    def actual(self) -> int:
        """Actual units in the frame."""
        return sum(y.actual for y in self.years)

    @property
    def planned(self) -> int:
        """Planned units in the frame."""
        return sum(y.planned for y in self.years)

    @property
    def percent(self) -> int | None:
        """Whole per cent of the target reached by actual units."""
        return 100 * self.actual // self.target.value if self.target is not None and self.target.value else None

    @property
    def reached(self) -> bool:
        """The target is reached (exceeded where it must be exceeded)."""
        if self.target is None:
            return False
        return self.actual > self.target.value if self.target.above else self.actual >= self.target.value


def progress(indicator: Indicator, frame: Frame) -> Progress:
    """Progress of an indicator that decisions feed. One query."""
    rows = (
        KpiEntry.objects.filter(indicator=indicator.name, frame=frame.name)
        .values("fiscal_year")
        .annotate(
            actual=Count("pk", filter=Q(state=KpiEntry.State.ACTUAL)),
            planned=Count("pk", filter=Q(state=KpiEntry.State.PLANNED)),
        )
    )
    by_year = {row["fiscal_year"]: row for row in rows}
    years = tuple(
        YearFigures(year, by_year.get(year, {}).get("actual", 0), by_year.get(year, {}).get("planned", 0))
        for year in frame.years()
    )
    return Progress(indicator, frame, indicator.targets.get(frame.name), years)


def kpi_entries(indicator: str, frame: str, year: int | None = None) -> QuerySet[KpiEntry]:
    """The entries behind a figure, reversed ones included."""
    entries = KpiEntry.objects.filter(indicator=indicator, frame=frame).select_related(
        "organisation", "case", "decision__letter", "actual_by", "reversed_by"
    )
    return entries.filter(fiscal_year=year) if year is not None else entries


def latest_figures(indicators: Iterable[str]) -> dict[str, list[KpiFigure]]:
    """Figures that officials have entered, oldest first, by indicator."""
    found: dict[str, list[KpiFigure]] = {name: [] for name in indicators}
    for figure in KpiFigure.objects.filter(indicator__in=list(found)).order_by("fiscal_year", "pk"):
        found[figure.indicator].append(figure)
    return found


def current_frame(today: date | None = None) -> Frame:
    """The frame of the current fiscal year, or the last one on record."""
    day = today or localdate()
    year = day.year if day.month >= 4 else day.year - 1
    kpi = rule_book().kpi
    return kpi.frame_of(year) or list(kpi.frames.values())[-1]
