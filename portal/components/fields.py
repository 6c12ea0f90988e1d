"""Form fields for facts: numbers as people write them (12,000,000 / 1,200万 / １２００), days, yes / no / don't know.

All are plain Django fields, so ``{{ form }}`` and ``{{ form.capital.as_field_group }}`` show them in DADS style.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

UNKNOWN = "unknown"
"""What the answer わからない posts."""

_UNITS_AT_END = re.compile(r"(円|人|㎡|m2|%|件|年|か月|時間)$")
_IN_UNITS = re.compile(r"(?:(\d+(?:\.\d+)?)億)?(?:(\d+(?:\.\d+)?)万)?(\d+)?")


class NumberTextInput(forms.TextInput):
    """A text box for a number with its unit beside it. Not ``type=number``: that one forbids commas, changes the value
    when the mouse wheel turns, and is read badly by some screen readers."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, unit: Any = "", decimals: int = 0) -> None:
        super().__init__(
            {
                "inputmode": "decimal" if decimals else "numeric",
                "autocomplete": "off",
                **({"data-unit": unit} if unit else {}),
                **(attrs or {}),
            }
        )


def _tidy(value: Any) -> str:
    """Full-width digits and commas as people type them, made plain."""
    text = unicodedata.normalize("NFKC", str(value)).strip()
    text = re.sub(r"[,\s_¥]", "", text).replace("−", "-").replace("ー", "-")
    return _UNITS_AT_END.sub("", text)


class WholeNumberField(forms.Field):
    """A whole number, in yen or in any unit. Cleans to ``int`` or ``None``. Accepts ``1億2,340万``."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("数字で入力してください（例：12,000,000）。"),
        "whole": _("小数のない数字で入力してください。"),
    }

    def __init__(self, *, unit: Any = "", least: int | None = 0, most: int | None = None, **options: Any) -> None:
        options.setdefault("widget", NumberTextInput(unit=unit))
        super().__init__(**options)
        if least is not None:
            self.validators.append(MinValueValidator(least, _("%(limit_value)s以上の数字を入力してください。")))
        if most is not None:
            self.validators.append(MaxValueValidator(most, _("%(limit_value)s以下の数字を入力してください。")))

    def prepare_value(self, value: Any) -> Any:
        """With separators, so that zeros can be counted."""
        return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value

    def to_python(self, value: Any) -> int | None:
        """``int`` or ``None``."""
        if value in self.empty_values:
            return None
        text = _tidy(value)
        negative, digits = text.startswith("-"), text.removeprefix("-")
        found = _IN_UNITS.fullmatch(digits)
        if not digits or found is None:
            raise ValidationError(
                self.error_messages["whole" if re.fullmatch(r"\d+\.\d+", digits) else "invalid"], code="invalid"
            )
        parts = (found[1], 10**8), (found[2], 10**4), (found[3], 1)
        total = sum((Decimal(number) * size for number, size in parts if number), Decimal(0))
        if total != int(total):
            raise ValidationError(self.error_messages["whole"], code="invalid")
        return -int(total) if negative else int(total)


class YenField(WholeNumberField):
    """Whole yen."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("unit", _("円"))
        super().__init__(**options)


class DecimalTextField(forms.Field):
    """A number with decimals (floor area, per cent). Cleans to ``Decimal`` or ``None``; more places than allowed are
    refused, not rounded."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("数字で入力してください（例：1,234.5）。"),
        "places": _("小数は%(places)s桁までで入力してください。"),
    }

    def __init__(
        self, *, unit: Any = "", decimals: int = 2, least: int | None = 0, most: int | None = None, **options: Any
    ) -> None:
        options.setdefault("widget", NumberTextInput(unit=unit, decimals=decimals))
        super().__init__(**options)
        self.decimals = decimals
        if least is not None:
            self.validators.append(MinValueValidator(least, _("%(limit_value)s以上の数字を入力してください。")))
        if most is not None:
            self.validators.append(MaxValueValidator(most, _("%(limit_value)s以下の数字を入力してください。")))

    def prepare_value(self, value: Any) -> Any:
        """With separators, in plain notation."""
        return f"{value:,f}" if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        """``Decimal`` or ``None``."""
        if value in self.empty_values:
            return None
        text = _tidy(value)
        try:
            if not re.fullmatch(r"-?\d+(\.\d+)?", text):
                raise InvalidOperation
            number = Decimal(text)
        except InvalidOperation:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if "." in text and len(text.split(".")[1].rstrip("0")) > self.decimals:
            raise ValidationError(self.error_messages["places"] % {"places": self.decimals}, code="invalid")
        return number


class DayField(forms.DateField):
    """A day with the browser's own date picker. Cleans to ``date`` or ``None``."""

    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": _("日付を入力してください（例：2026-12-01）。")}


class YesNoField(forms.ChoiceField):
    """はい / いいえ / わからない. Cleans to ``True``, ``False`` or ``None`` (an honest "don't know"). Required means that one of
    the three must be chosen; with ``unknown=False`` the third is not offered."""

    default_error_messages: ClassVar[dict[str, Any]] = {"required": _("どれか1つを選んでください。")}

    def __init__(self, *, unknown: bool = True, **options: Any) -> None:
        choices = [("yes", _("はい")), ("no", _("いいえ")), *([(UNKNOWN, _("わからない"))] if unknown else [])]
        options.setdefault("widget", forms.RadioSelect(attrs={"class": "choices--row"}))
        super().__init__(choices=choices, **options)

    def prepare_value(self, value: Any) -> Any:
        """``True`` and ``False`` from stored facts."""
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value

    def clean(self, value: Any) -> Any:
        """See the class."""
        return {"yes": True, "no": False}.get(super().clean(value))


class CodeField(forms.ChoiceField):
    """One of a list of codes as large radio buttons, with わからない last. Cleans to the code or ``None``."""

    default_error_messages: ClassVar[dict[str, Any]] = {"required": _("どれか1つを選んでください。")}

    def __init__(self, *, unknown: bool = True, **options: Any) -> None:
        choices = [*options.pop("choices", ()), *([(UNKNOWN, _("わからない"))] if unknown else [])]
        options.setdefault("widget", forms.RadioSelect())
        super().__init__(choices=choices, **options)

    def clean(self, value: Any) -> Any:
        """See the class."""
        code = super().clean(value)
        return None if code in (UNKNOWN, "") else code
