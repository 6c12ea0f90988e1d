"""Tables as CSV that spreadsheets open without harm: UTF-8 with its mark, everything quoted, formulas neutralised."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from applications.rules import rule_book
from applications.selectors import latest_figures, progress
from applications.services.common import fiscal_year
from eligibility.rulebook.kpi import Frame, Indicator
from portal.fact_forms import words
from portal.kpi_page import has_ended, last_by_year

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Characters with which a spreadsheet begins to calculate."""


def cell(value: Any) -> Any:
    """A value that a spreadsheet takes as what it is. Numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """The bytes of a CSV file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([cell(name) for name in head])
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def yearly_figures(today: date) -> bytes:
    """All indicators by plan and fiscal year, with source and date; 未取得 where nobody has a figure."""
    head = [
        gettext("評価指標"),
        gettext("単位"),
        gettext("計画"),
        gettext("年度"),
        gettext("実績"),
        gettext("見込み"),
        gettext("計画期間の目標"),
        gettext("値の種類"),
        gettext("出典"),
        gettext("時点"),
    ]
    return table(head, _rows(today))


def _rows(today: date) -> Iterator[list[Any]]:
    kpi = rule_book().kpi
    figures = latest_figures(kpi.indicators)
    for indicator in kpi.indicators.values():
        entered = last_by_year(figures[indicator.name])
        for frame in kpi.frames.values():
            counted = {y.year: y for y in progress(indicator, frame).years} if indicator.fed_by == "decisions" else {}
            for year in frame.years():
                if year <= fiscal_year(today):
                    yield _row(indicator, frame, year, counted.get(year), entered.get(year), today)


def _row(indicator: Indicator, frame: Frame, year: int, counted: Any, figure: Any, today: date) -> list[Any]:
    target = indicator.targets.get(frame.name)
    actual: Any = gettext("未取得")
    planned: Any = ""
    kind, source, as_of = "", "", ""
    if counted is not None and not has_ended(frame, today):
        actual, planned, kind, as_of = counted.actual, counted.planned, gettext("決定から集計"), today.isoformat()
    elif figure is not None:
        actual, kind, source, as_of = figure.value, gettext("職員が入力"), figure.source, figure.as_of.isoformat()
    return [
        words(indicator.title),
        words(indicator.unit),
        words(frame.title),
        year,
        actual,
        planned,
        target.value if target is not None else "",
        kind,
        source,
        as_of,
    ]
