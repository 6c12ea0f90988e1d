"""The figures of the KPI pages: decisions that were counted, figures that officials entered, and what nobody has.

A year without a figure is 未取得. It is never filled in from its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from applications.models import KpiFigure
from applications.rules import rule_book
from applications.selectors import Progress, current_frame, latest_figures, progress
from applications.services.common import fiscal_year
from eligibility.rulebook.kpi import Frame, Indicator, Target
from portal.components.dates import fiscal_year_text
from portal.fact_forms import words

MAIN = "firms_attracted"
"""The indicator that the page is about: 本市誘致による進出企業数."""


@dataclass(frozen=True, slots=True)
class YearRow:
    """One fiscal year of a decision-fed indicator. ``published``: what officials entered for a year before this system
    counts. ``future``: has not begun."""

    year: int
    actual: int
    planned: int
    total: int
    future: bool
    published: KpiFigure | None
    links: dict[str, str]


@dataclass(frozen=True, slots=True)
class MainView:
    """The main indicator in one frame. ``ended``: its period lies before this system counts."""

    progress: Progress
    ended: bool
    years: tuple[YearRow, ...]
    columns: tuple[dict[str, Any], ...]
    published_total: Decimal | None
    all_link: str
    planned_link: str


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One further indicator. ``value`` is empty where nobody has a figure (未取得)."""

    indicator: Indicator
    target: str
    value: str
    note: str
    figure: KpiFigure | None
    restated: tuple[KpiFigure, ...]
    link: str


def frame_named(name: str, today: date) -> Frame:
    """The frame of that name; the current one for any other name."""
    return rule_book().kpi.frames.get(name) or current_frame(today)


def has_ended(frame: Frame, today: date) -> bool:
    """The period lies before the one in which this system counts."""
    return frame.last_year < current_frame(today).first_year


def main_view(frame: Frame, today: date, *, links: bool) -> MainView:
    """The main indicator with its years; ``links`` lead to the decisions behind each number."""
    indicator = rule_book().kpi.indicators[MAIN]
    counted = progress(indicator, frame)
    figures = last_by_year(latest_figures([MAIN])[MAIN])
    ended = has_ended(frame, today)
    this_year = fiscal_year(today)
    rows, actual, planned, columns = [], 0, 0, []
    for entry in counted.years:
        actual, planned = actual + entry.actual, planned + entry.planned
        future = entry.year > this_year
        rows.append(
            YearRow(
                entry.year,
                entry.actual,
                entry.planned,
                actual,
                future,
                figures.get(entry.year) if ended else None,
                _year_links(indicator, frame, entry.year) if links else {},
            )
        )
        if not future:
            columns.append(_column(indicator, frame, entry.year, actual, planned, links=links))
    values = [figures[year].value for year in frame.years() if year in figures]
    return MainView(
        progress=counted,
        ended=ended,
        years=tuple(rows),
        columns=tuple(columns) if not ended else (),
        published_total=sum(values, Decimal(0)) if ended and len(values) == len(frame.years()) else None,
        all_link=entries_link(indicator, frame, state="actual") if links else "",
        planned_link=entries_link(indicator, frame, state="planned") if links else "",
    )


def _column(indicator: Indicator, frame: Frame, year: int, actual: int, planned: int, *, links: bool) -> dict[str, Any]:
    return {
        "label": str(year),
        "name": fiscal_year_text(year),
        "actual": actual,
        "planned": planned,
        "url": entries_link(indicator, frame, until=year) if links else "",
    }


def _year_links(indicator: Indicator, frame: Frame, year: int) -> dict[str, str]:
    return {
        "actual": entries_link(indicator, frame, year=year, state="actual"),
        "planned": entries_link(indicator, frame, year=year, state="planned"),
        "total": entries_link(indicator, frame, until=year, state="actual"),
    }


def entries_link(indicator: Indicator, frame: Frame, **chosen: Any) -> str:
    """The page of the decisions behind a number."""
    address = reverse("kpi_entries", kwargs={"indicator": indicator.name})
    return f"{address}?{urlencode({'frame': frame.name, **chosen})}"


def last_by_year(figures: Iterable[KpiFigure]) -> dict[int, KpiFigure]:
    """The figure that counts for each year: the one entered last."""
    return {figure.fiscal_year: figure for figure in figures}


def indicator_rows(frame: Frame, today: date, *, links: bool) -> list[IndicatorRow]:
    """All indicators but the main one, as far as they have a place in the frame."""
    indicators = [i for i in rule_book().kpi.indicators.values() if i.name != MAIN]
    figures = latest_figures([i.name for i in indicators])
    return [_indicator_row(indicator, frame, figures[indicator.name], today, links=links) for indicator in indicators]


def _indicator_row(
    indicator: Indicator, frame: Frame, entered: list[KpiFigure], today: date, *, links: bool
) -> IndicatorRow:
    inside = [figure for figure in entered if figure.fiscal_year in frame.years()]
    last = inside[-1] if inside else None
    earlier = tuple(f for f in inside[:-1] if last is not None and f.fiscal_year == last.fiscal_year)
    row = {"indicator": indicator, "target": target_text(indicator, indicator.targets.get(frame.name))}
    if indicator.fed_by == "decisions" and not (has_ended(frame, today) and last is not None):
        counted = progress(indicator, frame)
        nothing = has_ended(frame, today) and not counted.actual and not counted.planned
        note = ""
        if counted.planned:
            note = ngettext("ほかに見込み %(count)s", "ほかに見込み %(count)s", counted.planned) % {
                "count": f"{counted.planned}{words(indicator.unit)}"
            }
        link = entries_link(indicator, frame) if links and not nothing else ""
        value = "" if nothing else number_text(Decimal(counted.actual), indicator)
        return IndicatorRow(value=value, note=note, figure=None, restated=(), link=link, **row)
    value = number_text(last.value, indicator) if last is not None else ""
    return IndicatorRow(value=value, note="", figure=last, restated=earlier, link="", **row)


def number_text(value: Decimal, indicator: Indicator) -> str:
    """A figure with its unit: ``51.8％``, ``12社``, ``12 firms``."""
    shown = f"{value.normalize():,f}" if value else "0"
    return gettext("%(value)s%(unit)s") % {"value": shown, "unit": words(indicator.unit)}


def target_text(indicator: Indicator, target: Target | None) -> str:
    """What is to be reached: ``150社``, ``50％を超える``, or nothing."""
    if target is None:
        return ""
    reached = number_text(Decimal(target.value), indicator)
    return gettext("%(value)sを超える") % {"value": reached} if target.above else reached
