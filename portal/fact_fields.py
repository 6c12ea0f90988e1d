"""The form field of a fact, and the way of its value from a stored JSON answer into the field and back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from applications.rules import rule_book
from eligibility.language import types as t
from eligibility.rulebook.model import Fact
from portal.components.fields import (
    CodeField,
    DayField,
    DecimalTextField,
    WholeNumberField,
    YenField,
    YesNoField,
)
from portal.fact_text import words

UNITS: Final[dict[str, Any]] = {
    "yen": _("円"),
    "m2": "㎡",
    "persons": _("人"),
    "percent": "%",
    "years": _("年"),
    "months": _("か月"),
    "hours": _("時間"),
    "days": _("日"),
    "firms": _("社"),
    "cases": _("件"),
}
ONE_LINE: Final = frozenset({"project_title", "site_address", "contact_person", "contact_phone"})
"""Texts of one line."""
MOST_RADIOS: Final = 6
"""A longer list of codes is a drop-down list in forms with many questions."""


class Place(Enum):
    """Where a field stands, which decides how much room it may take."""

    QUESTION = "question"
    """Alone on its screen."""
    FORM = "form"
    """One of many."""
    ROW = "row"
    """In a record of a list."""


class CodeSetField(forms.MultipleChoiceField):
    """Every code that applies, with an explicit 該当なし. Cleans to a list of codes, or to ``None`` when nothing was
    ticked: an untouched question is not the answer "none"."""

    NOTHING: ClassVar[str] = "-"
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("あてはまるものを選んでください。なければ「該当なし」を選んでください。"),
        "both": _("「該当なし」とほかの選択肢を同時に選ぶことはできません。"),
    }

    def __init__(self, **options: Any) -> None:
        choices = [*options.pop("choices", ()), (self.NOTHING, _("該当なし"))]
        options.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(choices=choices, **options)

    def prepare_value(self, value: Any) -> Any:
        """A stored empty list is the answer 該当なし."""
        return [self.NOTHING] if value == [] else value

    def clean(self, value: Any) -> Any:
        """See the class."""
        chosen = super().clean(value)
        if not chosen:
            return None
        if chosen == [self.NOTHING]:
            return []
        if self.NOTHING in chosen:
            raise ValidationError(self.error_messages["both"], code="both")
        return chosen


def field_for(
    fact: Fact, *, required: bool = False, unknown: bool = True, label: str = "", place: Place = Place.FORM
) -> forms.Field:
    """The form field of a fact. ``unknown`` offers 「わからない」 where there is something to choose."""
    options: dict[str, Any] = {
        "label": label or words(fact.question),
        "help_text": _help(fact, place),
        "required": required,
    }
    kind = fact.type
    if kind == t.BOOL:
        return YesNoField(unknown=unknown, **options, **_framed(place))
    if isinstance(kind, t.CodeType):
        return _code_field(fact, kind, unknown, options, place)
    if isinstance(kind, t.CodeSetType):
        choices = _choices(kind.codes)
        many = {"class": "choices--row"} if len(choices) > MOST_RADIOS else {"class": "choices--framed"}
        return CodeSetField(choices=choices, widget=forms.CheckboxSelectMultiple(attrs=many), **options)
    if isinstance(kind, t.NumberType):
        return _number_field(fact, kind, options)
    if kind == t.DATE:
        return DayField(**options)
    if kind == t.FISCAL_YEAR:
        return WholeNumberField(unit=_("年度"), least=fact.lowest, most=fact.highest, **options)
    if fact.name in ONE_LINE or fact.record:
        return forms.CharField(max_length=300, **options)
    return forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 6}), **options)


def _help(fact: Fact, place: Place) -> str:
    """Help with an example. A question on its own screen shows the example below its field."""
    parts = [words(fact.help)]
    if fact.example.ja and place is not Place.QUESTION:
        parts.append(str(_("例：%(example)s")) % {"example": words(fact.example)})
    return escape(" ".join(part for part in parts if part))


def _framed(place: Place) -> dict[str, Any]:
    return {"widget": forms.RadioSelect(attrs={"class": "choices--framed"})} if place is Place.QUESTION else {}


def _choices(codes: str) -> list[tuple[str, str]]:
    return [(code, words(name)) for code, name in rule_book().vocabulary.codes[codes].codes.items()]


def _code_field(fact: Fact, kind: t.CodeType, unknown: bool, options: dict[str, Any], place: Place) -> forms.Field:
    choices = _choices(kind.codes)
    if place is Place.QUESTION:
        return CodeField(choices=choices, unknown=unknown, **options, **_framed(place))
    if place is Place.FORM and len(choices) <= MOST_RADIOS:
        return CodeField(choices=choices, unknown=unknown, **options)
    return CodeField(choices=[("", _("選択してください")), *choices], unknown=unknown, widget=forms.Select, **options)


def _number_field(fact: Fact, kind: t.NumberType, options: dict[str, Any]) -> forms.Field:
    unit = UNITS.get(kind.word, "")
    factor = 100 if kind.word == "percent" else 1
    least = None if fact.lowest is None else fact.lowest * factor
    most = None if fact.highest is None else fact.highest * factor
    if fact.decimals:
        return DecimalTextField(unit=unit, decimals=fact.decimals, least=least, most=most, **options)
    if kind.unit == t.YEN:
        return YenField(least=least, most=most, **options)
    return WholeNumberField(unit=unit, least=least, most=most, **options)


def to_json(value: Any) -> Any:
    """A cleaned form value as a JSON answer."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def to_initial(fact: Fact, answer: Any) -> Any:
    """A stored answer as the initial value of its field; what could not be read is shown as it was typed."""
    if isinstance(fact.type, t.NumberType) and fact.decimals and not isinstance(answer, bool):
        try:
            return Decimal(str(answer))
        except ArithmeticError:
            return answer
    return answer
