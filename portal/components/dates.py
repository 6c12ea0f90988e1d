"""Days and deadlines as people read them. Every deadline says how many days are left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from portal.components.money import in_english

SOON = 7
"""From this many days on, a deadline is set off from other dates."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A last day as shown. ``tone``: ``calm``, ``soon`` or ``over``. ``machine``: for the ``datetime`` attribute."""

    text: str
    left: str
    days: int
    tone: str
    machine: str


def local_day(moment: date | datetime) -> date:
    """The calendar day in Sendai."""
    if isinstance(moment, datetime):
        return timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()
    return moment


def day_text(day: date | datetime, *, year: bool = True) -> str:
    """``2026年12月1日`` or ``1 December 2026``."""
    if in_english():
        return date_format(local_day(day), "j F Y" if year else "j F")
    plain = local_day(day)
    return (f"{plain.year}年" if year else "") + f"{plain.month}月{plain.day}日"


def moment_text(moment: datetime) -> str:
    """``2026年12月1日 14:05``, in the time of Sendai."""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return f"{day_text(local)} {local:%H:%M}"


def fiscal_year_text(year: int) -> str:
    """``2026年度`` or ``FY2026``."""
    return gettext("%(year)s年度") % {"year": year}


def deadline(until: date | datetime, today: date | None = None) -> Deadline:
    """How a last day is shown on ``today`` (default: today in Sendai). The server judges arrival; this only shows."""
    now = today or timezone.localdate()
    last = local_day(until)
    days = (last - now).days
    names: dict[str, Any] = {"day": day_text(last, year=last.year != now.year)}
    if isinstance(until, datetime):
        local = timezone.localtime(until) if timezone.is_aware(until) else until
        names["day"] = f"{names['day']} {local:%H:%M}"
    if days < 0:
        return Deadline(gettext("%(day)sまで") % names, gettext("終了しました"), days, "over", until.isoformat())
    left = gettext("今日まで") if days == 0 else ngettext("あと%(days)d日", "あと%(days)d日", days) % {"days": days}
    return Deadline(gettext("%(day)sまで") % names, left, days, "soon" if days <= SOON else "calm", until.isoformat())
