"""Figures of indicators that no approval of this system feeds, entered by officials with their source.

A figure is never changed: a restated value is a new row, and the earlier ones stay visible (rule R7 of the counting rules).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from applications.errors import Conflict, DomainError
from applications.models import KpiFigure
from applications.permissions import User, may_keep_kpi, official_of, require
from applications.rules import rule_book
from applications.selectors import current_frame
from applications.services.common import fiscal_year as fiscal_year_of
from eligibility.rulebook.kpi import Indicator

PER_CENT = "%"
MOST = Decimal(10) ** 12
"""A figure has at most so many digits."""


def is_share(indicator: Indicator) -> bool:
    """The indicator is a percentage."""
    return indicator.unit.en == PER_CENT


def may_be_entered(indicator: Indicator, year: int, today: date) -> bool:
    """Whether officials enter the figure of a year: always for outside statistics; for what decisions feed only the years
    before this system counts, so that no year has two sources."""
    return indicator.fed_by == "officials" or year < current_frame(today).first_year


@transaction.atomic
def enter_figure(
    *, by: User, indicator: str, fiscal_year: int, value: Decimal, source: str, as_of: date, at: datetime
) -> KpiFigure:
    """Record a figure. Raises :class:`DomainError` for one that cannot be, :class:`Conflict` for the same one again."""
    require(may_keep_kpi(by))
    kpi = rule_book().kpi
    found = kpi.indicators.get(indicator)
    if found is None:
        raise DomainError("unknown_indicator", _("登録されていない評価指標です。"), field="indicator")
    today = localdate(at)
    _require_year(found, fiscal_year, today)
    _require_value(found, value)
    if not source.strip():
        raise DomainError("source_needed", _("出典を入力してください。"), field="source")
    if as_of > today:
        raise DomainError("as_of_in_future", _("時点は今日以前の日付にしてください。"), field="as_of")
    last = KpiFigure.objects.filter(indicator=indicator, fiscal_year=fiscal_year).order_by("pk").last()
    if last is not None and (last.value, last.source, last.as_of) == (value, source.strip(), as_of):
        raise Conflict("same_figure", _("同じ値が既に登録されています。"))
    return KpiFigure.objects.create(
        indicator=indicator,
        fiscal_year=fiscal_year,
        value=value,
        source=source.strip(),
        as_of=as_of,
        entered_by=official_of(by),
        at=at,
    )


def _require_year(indicator: Indicator, year: int, today: date) -> None:
    first = min(frame.first_year for frame in rule_book().kpi.frames.values())
    if not first <= year <= fiscal_year_of(today):
        raise DomainError(
            "year_out_of_range",
            _("年度は%(first)s年度から今年度までの間で入力してください。") % {"first": first},
            field="fiscal_year",
        )
    if not may_be_entered(indicator, year, today):
        raise DomainError(
            "fed_by_decisions",
            _("この年度の実績は、決定から自動で集計されます。入力できるのは、それより前の年度だけです。"),
            field="fiscal_year",
        )


def _require_value(indicator: Indicator, value: Decimal) -> None:
    if not 0 <= value < MOST:
        raise DomainError("value_out_of_range", _("０以上の値を入力してください。"), field="value")
    if is_share(indicator):
        if value > 100:
            raise DomainError("value_out_of_range", _("割合は100以下の値にしてください。"), field="value")
    elif value != int(value):
        raise DomainError("not_whole", _("小数のない数字で入力してください。"), field="value")
