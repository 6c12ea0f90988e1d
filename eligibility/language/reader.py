"""Text of an expression → Python syntax tree, with the rule files' own literals and nothing dangerous.

The language borrows Python's grammar (``and or not in if else for``, comparisons, calls) and adds dates
(``2025-04-01``), percentages (``1.5 %``), quantities with a unit (``10_000_000 yen``) and fiscal years (``FY2027``).
"""

from __future__ import annotations

import ast
import re
from datetime import date
from fractions import Fraction

from eligibility.language.types import AREA, HOUR, YEN, NumberType, Unit

UNITS: dict[str, NumberType] = {
    "yen": NumberType(YEN, "yen"),
    "m2": NumberType(AREA, "m2"),
    "hours": NumberType(HOUR, "hours"),
    "yen per m2": NumberType(YEN.times(AREA, -1), "yen per m2"),
    "yen per hour": NumberType(YEN.times(HOUR, -1), "yen per hour"),
    "%": NumberType(Unit(), "percent"),
    **{
        word: NumberType(Unit(), word)
        for word in ("persons", "days", "months", "years", "times", "firms", "cases", "per mille")
    },
}
"""Spelling of each unit in rule files → type of the number."""

_SINGULAR = {"person": "persons", "day": "days", "month": "months", "year": "years", "hour": "hours"}

_NUMBER = r"\d[\d_]*(?:\.\d+)?"
_UNIT = r"yen per m2|yen per hour|per mille|" + "|".join(
    sorted((re.escape(u) for u in (*UNITS, *_SINGULAR) if u != "%"), key=len, reverse=True)
)
_QUANTITY = re.compile(rf"(?<![\w.])({_NUMBER})\s*(%|(?:{_UNIT})\b)")
_DATE = re.compile(r"(?<![\w-])(\d{4}-\d{2}-\d{2})(?![\w-])")
_QUOTED = re.compile(r"""('[^']*'|"[^"]*")""")

LITERAL = "literal__"
"""Name of the pseudo-call that carries a dated or measured literal through Python's parser."""


class ExpressionError(ValueError):
    """An expression that cannot be read or typed. The message says what is wrong, in plain English."""


def read_number(text: str) -> int | Fraction:
    """``10_000_000``, ``0.7`` or ``7/10`` as an exact number."""
    cleaned = text.replace("_", "").replace(" ", "")
    if not re.fullmatch(r"-?\d+(\.\d+)?(/\d+)?", cleaned) or ("." in cleaned and "/" in cleaned):
        raise ExpressionError(f"'{text}' is not a number")
    value = Fraction(cleaned)
    return value.numerator if value.denominator == 1 else value


def read_quantity(text: str) -> tuple[int | Fraction, NumberType]:
    """A number with an optional unit: ``8_000 yen per m2``, ``1.4 %``, ``7/10``, ``70``."""
    matched = re.fullmatch(r"(-?\d[\d_]*(?:\.\d+)?(?:\s*/\s*\d+)?)\s*(%|[a-z][a-z0-9 ]*)?", text.strip())
    if not matched:
        raise ExpressionError(f"'{text}' is not a number with a unit")
    unit = matched[2] or ""
    unit = _SINGULAR.get(unit, unit)
    if unit and unit not in UNITS:
        raise ExpressionError(f"unknown unit '{unit}' (known: {', '.join(UNITS)})")
    value = read_number(matched[1])
    if unit == "%":
        value = Fraction(value) / 100
        value = value.numerator if value.denominator == 1 else value
    return value, UNITS[unit] if unit else NumberType()


def read_date(text: str) -> date:
    """``2025-04-01`` as a date."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ExpressionError(f"'{text}' is not a date (write YYYY-MM-DD)") from None


def read_fiscal_year(text: str) -> int:
    """``FY2027`` as the year it begins in."""
    matched = re.fullmatch(r"FY(\d{4})", text.strip())
    if not matched:
        raise ExpressionError(f"'{text}' is not a fiscal year (write FY2027)")
    return int(matched[1])


def parse(text: str) -> ast.expr:
    """Parse an expression. Raises :class:`ExpressionError` for anything Python's parser refuses."""
    pieces = _QUOTED.split(text)
    for index in range(0, len(pieces), 2):  # quoted codes stay as they are
        dated = _DATE.sub(lambda m: f'{LITERAL}("date", "{m[1]}")', pieces[index])
        pieces[index] = _QUANTITY.sub(lambda m: f'{LITERAL}("quantity", "{m[1]} {m[2]}")', dated)
    source = " ".join("".join(pieces).split())
    try:
        return ast.parse(source, mode="eval").body
    except SyntaxError as error:
        raise ExpressionError(f"cannot read '{text.strip()}': {error.msg}") from None


def unparse(tree: ast.expr) -> str:
    """An expression as the rule file writes it (literals put back)."""
    return re.sub(rf"{LITERAL}\('\w+', '([^']*)'\)", r"\1", ast.unparse(tree))
