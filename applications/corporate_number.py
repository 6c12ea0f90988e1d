"""The 13-digit corporate number (法人番号) and its check digit.

Source: 法人番号の指定等に関する省令 第2条 (check digit = 9 − (Σ Pₙ·Qₙ mod 9), Pₙ the n-th digit from the right of the
12-digit base number, Qₙ = 1 for odd and 2 for even n).
"""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def check_digit(base: str) -> int:
    """Check digit of a 12-digit base number."""
    total = sum(int(digit) * (1 if n % 2 else 2) for n, digit in enumerate(reversed(base), 1))
    return 9 - total % 9


def normalise(text: str) -> str:
    """Half-width digits without spaces and hyphens; a leading ``T`` of an invoice number is taken off."""
    cleaned = re.sub(r"[\s\-‐－ー]", "", unicodedata.normalize("NFKC", text))
    return cleaned.removeprefix("T")


def validate_corporate_number(value: str) -> None:
    """Raise ``ValidationError`` saying what is wrong."""
    if not re.fullmatch(r"\d{13}", value):
        raise ValidationError(_("法人番号は13桁の数字で入力してください。"), code="corporate_number_length")
    if int(value[0]) != check_digit(value[1:]):
        raise ValidationError(
            _("法人番号の検査用数字（先頭の1桁）が合いません。番号を確認してください。"),
            code="corporate_number_check_digit",
        )
