"""Geometry of the charts. Widths are percentages and heights pixels, so that a chart fills any width while its text
keeps its size and nothing needs an inline style (the content security policy forbids them)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

PLOT = 200
"""Height of the plot in pixels."""
HEAD = 28
"""Room above the plot for the figure on the tallest column."""
FOOT = 30
"""Room below for the names of the columns."""
FILL = 0.64
"""Share of a column's slot that is painted."""


@dataclass(frozen=True, slots=True)
class Column:
    """One laid-out column of a chart. Coordinates as SVG wants them."""

    label: str
    name: str
    actual: int
    planned: int
    url: str
    x: str
    middle: str
    width: str
    actual_y: int
    actual_height: int
    planned_y: int
    planned_height: int
    figure_y: int

    @property
    def total(self) -> int:
        """What stands on the column."""
        return self.actual + self.planned


@dataclass(frozen=True, slots=True)
class Chart:
    """A laid-out chart: columns, and the target if there is one."""

    columns: tuple[Column, ...]
    target: int | None
    target_y: int
    base: int
    height: int
    has_planned: bool
    has_links: bool


def lay_out(columns: Iterable[Mapping[str, Any]], target: int | None = None) -> Chart:
    """Place the columns. Each has ``label`` and ``actual``; it may have ``name`` (long), ``planned`` and ``url``."""
    data = list(columns)
    top = max([c["actual"] + c.get("planned", 0) for c in data] + [target or 0, 1])
    base = HEAD + PLOT

    def height_of(value: int) -> int:
        return round(PLOT * value / top)

    slot = 100 / max(len(data), 1)
    placed = []
    for index, column in enumerate(data):
        actual, planned = column["actual"], column.get("planned", 0)
        high, extra = height_of(actual), height_of(actual + planned) - height_of(actual)
        placed.append(
            Column(
                label=str(column["label"]),
                name=str(column.get("name") or column["label"]),
                actual=actual,
                planned=planned,
                url=column.get("url", ""),
                x=f"{slot * (index + (1 - FILL) / 2):.2f}%",
                middle=f"{slot * (index + 0.5):.2f}%",
                width=f"{slot * FILL:.2f}%",
                actual_y=base - high,
                actual_height=high,
                planned_y=base - high - extra,
                planned_height=extra,
                figure_y=base - high - extra - 8,
            )
        )
    return Chart(
        columns=tuple(placed),
        target=target,
        target_y=base - height_of(target or 0),
        base=base,
        height=base + FOOT,
        has_planned=any(c.planned for c in placed),
        has_links=any(c.url for c in placed),
    )


@dataclass(frozen=True, slots=True)
class Share:
    """One laid-out piece of a bar."""

    label: str
    value: int
    kind: str
    x: str
    width: str


def share_out(parts: Iterable[Mapping[str, Any]], total: int) -> tuple[Share, ...]:
    """Pieces of a bar of length ``total``. Pieces beyond the end are cut; a total of zero gives empty pieces."""
    placed, at = [], 0
    for part in parts:
        value = part["value"]
        if total > 0:
            start, end = (min(max(n, 0), total) for n in (at, at + value))
            x, width = 100 * start / total, 100 * (end - start) / total
        else:
            x = width = 0.0
        placed.append(Share(str(part["label"]), value, part.get("kind", "plain"), f"{x:.3f}%", f"{width:.3f}%"))
        at += value
    return tuple(placed)


ROW = 46
"""Height of a bar with its line of text in pixels."""
BAR = 16
"""Height of the bar itself."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One laid-out bar: what is certain is painted, what is only possible hatched. ``open``: it has no end."""

    label: str
    text: str
    y: int
    bar_y: int
    certain: str
    possible_x: str
    possible: str
    open: bool


@dataclass(frozen=True, slots=True)
class Bars:
    """A laid-out chart of bars below each other."""

    bars: tuple[Bar, ...]
    height: int
    thickness: int
    has_possible: bool
    has_open: bool


def lay_out_bars(rows: Iterable[tuple[str, str, float, float]]) -> Bars:
    """Place bars of (label, text, certain, possible). A bar without end reaches to the edge."""
    data = list(rows)
    top = max([high for _, _, _, high in data if high != inf] + [low for _, _, low, _ in data] + [1])
    placed = []
    for index, (label, text, low, high) in enumerate(data):
        certain = 100 * low / top
        end = 100.0 if high == inf else 100 * high / top
        placed.append(
            Bar(
                label=label,
                text=text,
                y=index * ROW + 16,
                bar_y=index * ROW + 22,
                certain=f"{certain:.2f}%",
                possible_x=f"{certain:.2f}%",
                possible=f"{max(end - certain, 0):.2f}%" if end > certain else "",
                open=high == inf,
            )
        )
    return Bars(
        bars=tuple(placed),
        height=len(data) * ROW,
        thickness=BAR,
        has_possible=any(bar.possible for bar in placed),
        has_open=any(bar.open for bar in placed),
    )
