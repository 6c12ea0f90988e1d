"""Numbers: yen, calculations, large figures, charts and bars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext

from portal.components import charts, money

register = template.Library()


@register.inclusion_tag("ui/yen.html")
def yen(
    low: int | None, high: Any = "", both: bool = False, exact: bool = False, large: bool = False
) -> dict[str, Any]:
    """``{% yen 123400000 %}`` → 1億2,340万円, with 123,400,000円 in its title. A second figure makes a range
    (``None`` or infinity: open). ``both`` prints the exact figure too, ``exact`` only that (for columns), ``large`` for
    the main figure of a page. Without a figure: ―."""
    if low is None:
        return {"nothing": True}
    if high in ("", low):
        return {"single": _figure(low), "both": both, "exact": exact, "large": large}
    if money.is_open(high):
        return {"low": _figure(low), "open": True, "both": both, "exact": exact, "large": large}
    return {
        "low": None if low == 0 else _figure(low),
        "high": _figure(int(high)),
        "both": both,
        "exact": exact,
        "large": large,
    }


def _figure(amount: int) -> dict[str, Any]:
    """One amount. Built here and not in a template, where every line end would become a space inside the number."""
    parts = format_html_join(
        "",
        "{}{}",
        (
            ("", format_html('<span class="yen__unit">{}{}</span>', part.number, part.unit))
            if part.before
            else (part.number, format_html('<span class="yen__unit">{}</span>', part.unit) if part.unit else "")
            for part in money.yen_parts(amount)
        ),
    )
    exact = money.yen_exact(amount)
    return {
        "text": exact,
        "main": format_html('<data class="yen" value="{}" title="{}">{}</data>', amount, exact, parts),
        "exact": format_html('<data class="yen" value="{}">{}</data>', amount, exact),
    }


@register.filter
def yen_text(amount: int | None) -> str:
    """The same as plain text, for attributes, mails and titles."""
    return "" if amount is None else money.yen_text(amount)


@register.filter
def yen_exact(amount: int | None) -> str:
    """``123,400,000円`` as plain text."""
    return "" if amount is None else money.yen_exact(amount)


@register.inclusion_tag("ui/calculation.html")
def calculation(lines: Iterable[Any], total: Any, caption: str = "", note: str = "") -> dict[str, Any]:
    """How an amount comes about. Each line: ``label`` and ``yen`` (or ``low`` and ``high``), and if known ``formula``,
    ``note`` (rounding, ceiling), ``article``, ``assumed``. ``total`` is whole yen or a pair (low, high)."""
    low, high = total if isinstance(total, tuple | list) else (total, "")
    return {"lines": lines, "low": low, "high": high, "caption": caption, "note": note}


@register.inclusion_tag("ui/stat.html")
def stat(number: Any, label: str, unit: str = "", href: str = "", note: str = "", tone: str = "") -> dict[str, Any]:
    """A large number with its small unit; with ``href`` it opens the list behind it."""
    return {"number": number, "label": label, "unit": unit, "href": href, "note": note, "tone": tone}


@register.inclusion_tag("ui/kpi_chart.html")
def kpi_chart(
    columns: Iterable[Mapping[str, Any]],
    title: str,
    unit: str,
    target: int | None = None,
    target_label: str = "",
    note: str = "",
    total_label: str = "",
) -> dict[str, Any]:
    """Years as columns against a line to reach; what is planned is hatched. Each column: ``label`` (short), ``actual``,
    and if known ``name`` (long), ``planned`` and ``url`` (the decisions behind it). The same figures stand in a table
    below."""
    return {
        "chart": charts.lay_out(columns, target),
        "title": title,
        "unit": unit,
        "target_label": target_label or gettext("目標"),
        "note": note,
        "total_label": total_label,
    }


@register.inclusion_tag("ui/budget_bar.html")
def budget_bar(parts: Iterable[Mapping[str, Any]], total: int, title: str, free_label: str = "") -> dict[str, Any]:
    """A budget as a bar. Parts: ``label``, ``value`` (yen), ``kind`` (paid, committed, designated). What is left is
    shown last, as ``free_label``; when the parts exceed the budget that is said in words."""
    placed = charts.share_out(parts, total)
    used = sum(part.value for part in placed)
    return {
        "parts": placed,
        "total": total,
        "title": title,
        "left": max(total - used, 0),
        "over": max(used - total, 0),
        "free_label": free_label,
    }
