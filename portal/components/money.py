"""Whole yen as people read them: 1億2,340万円. Nothing is rounded away: each text is the exact amount."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from django.utils.translation import get_language, gettext

_UNITS = ((10**12, "兆"), (10**8, "億"), (10**4, "万"), (1, ""))
MINUS = "−"


@dataclass(frozen=True, slots=True)
class Part:
    """A number and the unit set smaller beside it. ``before``: the unit stands in front (¥)."""

    number: str
    unit: str
    before: bool = False


def in_english() -> bool:
    """True when the page is in English; anything else is Japanese."""
    return (get_language() or "ja").startswith("en")


def yen_parts(amount: int) -> list[Part]:
    """The amount in pieces. Japanese counts in 億 and 万; English says millions where that is exact to two places."""
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise TypeError(f"yen are whole numbers, not {type(amount).__name__}")
    sign, rest = (MINUS if amount < 0 else ""), abs(amount)
    if in_english():
        return _english_parts(sign, rest)
    parts: list[Part] = []
    for size, unit in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(Part(f"{count:,}", unit))
    if not parts:
        return [Part("0", "円")]
    parts[0] = Part(sign + parts[0].number, parts[0].unit)
    parts[-1] = Part(parts[-1].number, parts[-1].unit + "円")
    return parts


def _english_parts(sign: str, amount: int) -> list[Part]:
    if amount >= 10**6 and amount % 10**4 == 0:
        whole, hundredths = divmod(amount // 10**4, 100)
        decimals = f".{hundredths:02d}".rstrip("0").rstrip(".")
        return [Part(sign, "¥", before=True), Part(f"{whole:,}{decimals}", " million")]
    return [Part(f"{sign}", "¥", before=True), Part(f"{amount:,}", "")]


def yen_text(amount: int) -> str:
    """``1億2,340万円`` or ``¥123.4 million``."""
    if in_english():
        sign, number = yen_parts(amount)
        return f"{sign.number}{sign.unit}{number.number}{number.unit}"
    return "".join(part.number + part.unit for part in yen_parts(amount))


def yen_exact(amount: int) -> str:
    """``123,400,000円`` or ``¥123,400,000``: for columns and for the exact figure beside a large one."""
    sign = MINUS if amount < 0 else ""
    return f"{sign}¥{abs(amount):,}" if in_english() else f"{sign}{abs(amount):,}円"


def is_open(high: object) -> bool:
    """True when a range has no upper end (the engine says ``inf``, templates may say ``None``)."""
    return high is None or high == inf


def range_text(low: int, high: float | None) -> str:
    """``1,000万円～3,000万円``; with an open end ``1,000万円以上``."""
    if is_open(high):
        return gettext("%(amount)s以上") % {"amount": yen_text(low)}
    if low == high:
        return yen_text(low)
    if low == 0:
        return gettext("最大%(amount)s") % {"amount": yen_text(int(high or 0))}
    return gettext("%(low)s～%(high)s") % {"low": yen_text(low), "high": yen_text(int(high or 0))}
