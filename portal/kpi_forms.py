"""The form for figures of outside statistics."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.rules import rule_book
from applications.services.common import fiscal_year
from portal.components.dates import fiscal_year_text
from portal.components.fields import DayField, DecimalTextField
from portal.fact_forms import words


class FigureForm(forms.Form):
    """One figure of one indicator and fiscal year, with its source."""

    indicator = forms.ChoiceField(label=_("評価指標"))
    fiscal_year = forms.TypedChoiceField(label=_("年度"), coerce=int)
    value = DecimalTextField(
        label=_("値"), help_text=_("割合は％の数字で入力します（例：51.8）。"), decimals=2, least=0, most=10**12
    )
    source = forms.CharField(
        label=_("出典"), help_text=_("統計や資料の名称と、掲載場所が分かるように書いてください。"), max_length=300
    )
    as_of = DayField(
        label=_("時点"), help_text=_("資料の公表日又は調査の基準日"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kpi = rule_book().kpi
        first = min(frame.first_year for frame in kpi.frames.values())
        self.fields["indicator"].choices = [
            ("", _("選択してください")),
            *((name, words(indicator.title)) for name, indicator in kpi.indicators.items()),
        ]
        years = range(fiscal_year(today), first - 1, -1)
        self.fields["fiscal_year"].choices = [
            ("", _("選択してください")),
            *((year, fiscal_year_text(year)) for year in years),
        ]
