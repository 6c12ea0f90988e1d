"""Words and lists: labels of states, key-value lists, tables, steps, criteria, files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext

from portal.components import dates
from portal.components.states import FINDINGS, STATES, VERDICTS, Look, look

register = template.Library()


@register.inclusion_tag("ui/label.html")
def label(text: str, tone: str = "neutral", icon: str = "", size: str = "") -> dict[str, Any]:
    """A short word with an icon. ``tone``: positive, negative, caution, info, neutral."""
    return {"look": Look(text, tone, icon), "size": size}


@register.inclusion_tag("ui/label.html")
def verdict_label(verdict: str, size: str = "") -> dict[str, Any]:
    """判定結果 of the engine; ``size="large"`` at the head of a card."""
    return {"look": look(VERDICTS, verdict, "verdict"), "size": size}


@register.inclusion_tag("ui/label.html")
def state_label(state: str, size: str = "") -> dict[str, Any]:
    """State of a filing."""
    return {"look": look(STATES, state, "state"), "size": size}


@register.inclusion_tag("ui/label.html")
def finding_label(outcome: str, size: str = "") -> dict[str, Any]:
    """Outcome of one criterion."""
    return {"look": look(FINDINGS, outcome, "outcome"), "size": size}


@register.inclusion_tag("ui/assumed.html")
def assumed(note: str = "", key: str = "", short: bool = False) -> dict[str, Any]:
    """The mark 仮定値・市の確認待ち. With ``note`` (or ``key`` of the assumption) it opens to an explanation; ``short`` is the
    bare mark for table cells."""
    return {"note": note, "key": key, "short": short}


@register.inclusion_tag("ui/key_values.html")
def key_values(rows: Iterable[Any]) -> dict[str, Any]:
    """A list of names and values: ``(name, value)`` or ``(name, value, note)``, or mappings with ``label``, ``value``,
    ``note``."""
    made = []
    for row in rows:
        if isinstance(row, Mapping):
            made.append(row)
        else:
            name, value, *note = row
            made.append({"label": name, "value": value, "note": note[0] if note else ""})
    return {"rows": made}


@register.simple_block_tag
def table(content: str, caption: str, stack: bool = True, dense: bool = False, hide_caption: bool = False) -> str:
    """``{% table caption="…" %}<thead>…</thead><tbody>…</tbody>{% endtable %}``. On phones each row becomes a block
    (give each ``td`` a ``data-label``); with ``stack=False`` the table scrolls inside its own frame."""
    return render_to_string(
        "ui/table.html",
        {"content": content, "caption": caption, "stack": stack, "dense": dense, "hide_caption": hide_caption},
    )


@register.inclusion_tag("ui/step_path.html")
def step_path(steps: Iterable[Any], label: str = "", across: bool = False) -> dict[str, Any]:
    """Steps of a procedure. Each: ``title``, ``state`` (done, current, later), and if known ``date`` (when done),
    ``until`` (last day), ``note``, ``url``. ``across`` lays them side by side on wide screens."""
    return {"steps": steps, "label": label, "across": across}


@register.inclusion_tag("ui/question_progress.html")
def question_progress(left: int, answered: int) -> dict[str, Any]:
    """あと約4問: computed from what can still change a verdict, never a fixed number of pages."""
    return {"left": left, "answered": answered, "whole": max(left + answered, 1)}


@register.inclusion_tag("ui/deadline.html")
def deadline(until: date | datetime | None, today: date | None = None, note: str = "") -> dict[str, Any]:
    """``12月1日まで（あと9日）``; nothing when there is no last day."""
    return {"deadline": dates.deadline(until, today) if until else None, "note": note}


@register.filter
def day(value: date | datetime | None) -> str:
    """``2026年12月1日``, or nothing."""
    return dates.day_text(value) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """``2026年12月1日 14:05``, or nothing."""
    return dates.moment_text(value) if value else ""


@register.filter
def fiscal_year(year: int | None) -> str:
    """``2026年度``, or nothing."""
    return dates.fiscal_year_text(year) if year is not None else ""


@register.filter
def words(text: Any) -> Any:
    """A text of the rule book (``Text`` with ``ja`` and ``en``) in the language of the page; other things unchanged."""
    return text.of(get_language() or "ja") if hasattr(text, "of") else text


@register.filter
def listed(texts: Iterable[Any]) -> str:
    """``A、B``, or in English ``A, B``."""
    return gettext("、").join(str(text) for text in texts)


@register.inclusion_tag("ui/criteria_list.html")
def criteria_list(criteria: Iterable[Any]) -> dict[str, Any]:
    """要件 with ✓ ✗ ? and the firm's own figure beside the threshold. Each: ``outcome`` and ``text``, and if known
    ``own``, ``threshold``, ``article``, ``hint`` (what would make it yes), ``assumed`` (true or a note)."""
    made = []
    for item in criteria:
        outcome = item["outcome"] if isinstance(item, Mapping) else item.outcome
        made.append({"item": item, "look": look(FINDINGS, outcome, "outcome"), "outcome": outcome})
    return {"criteria": made}


@register.inclusion_tag("ui/file_list.html")
def file_list(files: Iterable[Any], remove_name: str = "remove_file", label: str = "") -> dict[str, Any]:
    """Stored files. Each: ``name``, ``size`` (bytes), ``sha256``, and if known ``url``, ``uploaded`` (moment), ``key``
    (makes it removable by a submit button ``remove_name=key``) and ``state`` (a text such as ウイルス検査中)."""
    return {"files": list(files), "remove_name": remove_name, "label": label}
