"""Japanese official notation, as letters of a city hall write it, with English counterparts. Pure functions.

Money is whole yen, dates are calendar dates of Japan. Nothing here depends on the time or the language of a request.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

JAPAN: Final = ZoneInfo("Asia/Tokyo")

ERAS: Final[tuple[tuple[date, str, str], ...]] = (
    (date(2019, 5, 1), "令和", "R"),
    (date(1989, 1, 8), "平成", "H"),
    (date(1926, 12, 25), "昭和", "S"),
)
"""First day, name and letter of each era, newest first."""

REIWA_FIRST_FISCAL_YEAR: Final = 2019
"""Its April was still 平成31年, but papers made since May 2019 call the whole year 令和元年度."""

MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
FULL_WIDTH: Final = str.maketrans("0123456789", "０１２３４５６７８９")
KANA: Final = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"
GROUPS: Final = ((10**16, "京"), (10**12, "兆"), (10**8, "億"), (10**4, "万"))
SHOWN_DIGITS: Final = 3
"""Digits of an account number that a letter shows."""


def yen_in_letter(yen: int) -> str:
    """``金1,234,000円``; zero is ``金0円``. Raises ``ValueError`` for a negative amount: no letter awards one."""
    if _whole(yen) < 0:
        raise ValueError(f"a letter cannot state the amount {yen}")
    return f"金{yen:,}円"


def yen_in_table(yen: int) -> str:
    """``1,234,000円``; deductions carry the sign of official accounts: ``△1,000円``."""
    return f"△{-yen:,}円" if _whole(yen) < 0 else f"{yen:,}円"


def yen_exact(yen: int, language: str) -> str:
    """``120,000,000円`` or ``120,000,000 yen``, with a minus sign when negative."""
    return f"{_whole(yen):,} yen" if language.startswith("en") else f"{_whole(yen):,}円"


def yen_readable(yen: int, language: str) -> str:
    """The same amount in words that are read at a glance, never rounded: ``1億2,000万円``, ``120 million yen``.

    English falls back to all digits when millions or billions would need more than two decimals.
    """
    sign = "-" if _whole(yen) < 0 else ""
    size = abs(yen)
    if language.startswith("en"):
        return sign + _english_yen(size)
    parts = []
    for unit, name in GROUPS:
        count, size = divmod(size, unit)
        if count:
            parts.append(f"{count:,}{name}")
    if size or not parts:
        parts.append(f"{size:,}")
    return f"{sign}{''.join(parts)}円"


def _english_yen(size: int) -> str:
    for unit, name in ((10**9, "billion"), (10**6, "million")):
        if size >= unit and size * 100 % unit == 0:
            whole, hundredths = divmod(size * 100 // unit, 100)
            decimals = f".{hundredths:02d}".rstrip("0").rstrip(".")
            return f"{whole:,}{decimals} {name} yen"
    return f"{size:,} yen"


def _whole(yen: int) -> int:
    """``yen`` itself. Money is never a float, and a truth value is not money."""
    if not isinstance(yen, int) or isinstance(yen, bool):
        raise TypeError(f"money is whole yen, not {type(yen).__name__}")
    return yen


def _era(day: date) -> tuple[str, str, int]:
    """Name, letter and year of the era. Raises ``ValueError`` before 昭和."""
    for first, name, letter in ERAS:
        if day >= first:
            return name, letter, day.year - first.year + 1
    raise ValueError(f"{day.isoformat()} lies before 昭和")


def _era_year(name: str, year: int) -> str:
    return f"{name}{'元' if year == 1 else year}年"


def _calendar_day(day: date) -> date:
    """The day itself. A moment is refused: which day it is depends on the time zone (see :func:`era_moment`)."""
    if isinstance(day, datetime):
        raise TypeError("a date is needed, not a moment")
    return day


def era_date(day: date) -> str:
    """``令和8年11月24日``; the first year is ``元年``. Raises ``ValueError`` before 昭和 (25 December 1926)."""
    name, _, year = _era(_calendar_day(day))
    return f"{_era_year(name, year)}{day.month}月{day.day}日"


def era_moment(moment: datetime) -> str:
    """``令和8年11月24日 14時05分`` in Japanese time. Raises ``ValueError`` for a moment without time zone."""
    local = _japanese_time(moment)
    return f"{era_date(local.date())} {local.hour}時{local.minute:02d}分"


def era_fiscal_year(year: int) -> str:
    """``令和8年度`` for the fiscal year that begins in April of ``year``; 2019 is ``令和元年度`` as a whole."""
    if year == REIWA_FIRST_FISCAL_YEAR:
        return "令和元年度"
    name, _, era_year = _era(date(year, 4, 1))
    return f"{_era_year(name, era_year)}度"


def english_date(day: date) -> str:
    """``24 November 2026``."""
    return f"{_calendar_day(day).day} {MONTHS[day.month - 1]} {day.year}"


def english_moment(moment: datetime) -> str:
    """``24 November 2026, 14:05 (Japan time)``. Raises ``ValueError`` for a moment without time zone."""
    local = _japanese_time(moment)
    return f"{english_date(local.date())}, {local.hour:02d}:{local.minute:02d} (Japan time)"


def english_fiscal_year(year: int) -> str:
    """``FY2026``: April 2026 to March 2027."""
    return f"FY{year}"


def _japanese_time(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(JAPAN)


def document_number(fiscal_year: int, office: str, serial: int, part: int = 1) -> str:
    """``R8経企立第123号``; from the second part on ``R8経企立第123号の2``. ``serial`` restarts at 1 each April."""
    if serial < 1 or part < 1:
        raise ValueError("document numbers count from 1")
    _, letter, year = _era(date(fiscal_year, 5, 1))
    return f"{letter}{year}{office}第{serial}号" + (f"の{part}" if part > 1 else "")


def item_number(level: int, position: int) -> str:
    """Number of an item of an official document: level 1 ``１``, level 2 ``(1)``, level 3 ``ア``; both count from 1."""
    if position < 1:
        raise ValueError("items are counted from 1")
    if level == 1:
        return str(position).translate(FULL_WIDTH)
    if level == 2:
        return f"({position})"
    if level == 3 and position <= len(KANA):
        return KANA[position - 1]
    raise ValueError(f"no number for item {position} on level {level}")


def english_item_number(level: int, position: int) -> str:
    """``1.``, ``(1)``, ``(a)`` for the levels of :func:`item_number`."""
    if position < 1:
        raise ValueError("items are counted from 1")
    if level == 1:
        return f"{position}."
    if level == 2:
        return f"({position})"
    if level == 3 and position <= 26:
        return f"({chr(ord('a') + position - 1)})"
    raise ValueError(f"no number for item {position} on level {level}")


def masked_account(number: str) -> str:
    """A bank account number with all but its last three digits hidden: ``****567``."""
    hidden = max(len(number) - SHOWN_DIGITS, 0)
    return "*" * hidden + number[hidden:] if hidden else "*" * len(number)


def readable_size(size: int, language: str) -> str:
    """A file's size in bytes as people write it: ``850バイト``, ``1.4 MB`` (1 KB = 1,024 bytes).

    Rounded up, so that a file just over a limit never shows the limit itself.
    """
    if size < 1024:
        return f"{size:,} bytes" if language.startswith("en") else f"{size:,}バイト"
    unit, name = (1024 * 1024, "MB") if size >= 1024 * 1024 else (1024, "KB")
    tenths = -(-size * 10 // unit)
    return f"{tenths // 10:,}.{tenths % 10} {name}" if tenths % 10 else f"{tenths // 10:,} {name}"


def english_list(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
