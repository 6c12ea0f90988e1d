"""The tax on depreciable assets worked out a second time, in plain Python and decimal fractions, from the published text.

Nothing here is taken from the engine or from the rule files, so that a fault in either shows as a difference.
Sources: 固定資産評価基準 別表第15 (table), 地方税法 20条の4の2 (roundings), 351条 (threshold), 359条 (1 January).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

TABLE = """
2 .684 .658 .316 | 19 .114 .943 .886 | 36 .062 .969 .938
3 .536 .732 .464 | 20 .109 .945 .891 | 37 .060 .970 .940
4 .438 .781 .562 | 21 .104 .948 .896 | 38 .059 .970 .941
5 .369 .815 .631 | 22 .099 .950 .901 | 39 .057 .971 .943
6 .319 .840 .681 | 23 .095 .952 .905 | 40 .056 .972 .944
7 .280 .860 .720 | 24 .092 .954 .908 | 41 .055 .972 .945
8 .250 .875 .750 | 25 .088 .956 .912 | 42 .053 .973 .947
9 .226 .887 .774 | 26 .085 .957 .915 | 43 .052 .974 .948
10 .206 .897 .794 | 27 .082 .959 .918 | 44 .051 .974 .949
11 .189 .905 .811 | 28 .079 .960 .921 | 45 .050 .975 .950
12 .175 .912 .825 | 29 .076 .962 .924 | 46 .049 .975 .951
13 .162 .919 .838 | 30 .074 .963 .926 | 47 .048 .976 .952
14 .152 .924 .848 | 31 .072 .964 .928 | 48 .047 .976 .953
15 .142 .929 .858 | 32 .069 .965 .931 | 49 .046 .977 .954
16 .134 .933 .866 | 33 .067 .966 .933 | 50 .045 .977 .955
17 .127 .936 .873 | 34 .066 .967 .934 | 55 .041 .979 .959
18 .120 .940 .880 | 35 .064 .968 .936 | 60 .038 .981 .962
"""
"""Useful life, rate r, factor of the first year, factor of each later year: as printed, all three."""

FACTORS: dict[int, tuple[Decimal, Decimal, Decimal]] = {
    int(life): (Decimal("0" + rate), Decimal("0" + first), Decimal("0" + later))
    for line in TABLE.strip().splitlines()
    for life, rate, first, later in (cell.split() for cell in line.split("|"))
}

YEN = Decimal(1)
THOUSAND = Decimal(1000)


@dataclass(frozen=True)
class Asset:
    """An asset as the reference sees it. ``multiplier`` and ``years``: its relief; no relief with 0 years."""

    cost: int
    life: int
    bought: date
    ward: str
    multiplier: Decimal | tuple[int, int] = Decimal(1)
    years: int = 0


def first_year(bought: date) -> int:
    """The fiscal year whose 1 January comes next; bought on 1 January is that very day."""
    return bought.year + (0 if bought.month == 1 and bought.day == 1 else 1)


def cut(amount: Decimal, unit: Decimal) -> Decimal:
    """What is left when everything below a unit is cut."""
    return (amount / unit).to_integral_value(rounding=ROUND_FLOOR) * unit


def chain(asset: Asset, years: int) -> list[Decimal]:
    """The assessed values of the first years."""
    _, first, later = FACTORS[asset.life]
    floor = cut(Decimal(asset.cost) * 5 / 100, YEN)
    values = [max(cut(asset.cost * first, YEN), floor)]
    running = cut(asset.cost * first, YEN)
    while len(values) < years:
        running = cut(running * later, YEN)
        values.append(max(running, floor))
        running = max(running, floor)
    return values


def value(asset: Asset, year: int) -> Decimal:
    """The assessed value in a fiscal year."""
    age = year - first_year(asset.bought)
    return Decimal(0) if age < 0 else chain(asset, age + 1)[age]


def relieved(asset: Asset, year: int) -> Decimal:
    """The tax base of an asset with its relief, cut to a yen."""
    age = year - first_year(asset.bought)
    whole = value(asset, year)
    if not 0 <= age < asset.years:
        return whole
    if isinstance(asset.multiplier, tuple):
        top, bottom = asset.multiplier
        return Decimal(int(whole) * top // bottom)
    return cut(whole * asset.multiplier, YEN)


def tax(total: Decimal, year: int) -> int:
    """1.4 % of the base, nothing below the threshold of the year."""
    base = cut(total, THOUSAND)
    if base < (1_500_000 if year <= 2026 else 1_800_000):
        return 0
    return int(cut(base * Decimal("0.014"), Decimal(100)))


def saving(assets: Iterable[Asset], year: int, other: Callable[[str, int], int]) -> int:
    """Tax without relief less tax with relief, ward by ward."""
    owned = list(assets)
    saved = 0
    for ward in ("aoba", "miyagino", "wakabayashi", "taihaku", "izumi"):
        here = [asset for asset in owned if asset.ward == ward]
        extra = Decimal(other(ward, year))
        saved += tax(sum((value(a, year) for a in here), extra), year)
        saved -= tax(sum((relieved(a, year) for a in here), extra), year)
    return saved
