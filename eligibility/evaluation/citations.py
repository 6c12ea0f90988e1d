"""Citations of Japanese statutes in English: ``地方税法 第20条の4の2`` reads ``Local Tax Act, art. 20-4-2``."""

from __future__ import annotations

import re
from typing import Final

STATUTES: Final = {
    "中小企業基本法": "Small and Medium-sized Enterprise Basic Act",
    "中小企業等経営強化法": "SME Business Enhancement Act",
    "固定資産評価基準": "Standards of fixed-asset valuation",
    "地域再生法": "Regional Revitalisation Act",
    "地域経済牽引事業の促進による地域の成長発展の基盤強化に関する法律": "Regional Future Investment Act",
    "地方税法": "Local Tax Act",
    "東日本大震災復興特別区域法": "Act on Special Zones for Reconstruction after the Great East Japan Earthquake",
    "風俗営業等の規制及び業務の適正化等に関する法律": "Act on Control and Improvement of Amusement Business",
    "首都圏整備法": "National Capital Region Development Act",
}
"""Statutes that the rule book cites."""
CLASSIFICATIONS: Final = {"日本標準産業分類": "Japan Standard Industrial Classification"}
"""Lists that the rule book cites by their codes."""

_ARTICLE: Final = re.compile(r"(?:第(\d+)条((?:の\d+)*))?(?:第(\d+)項)?(?:第(\d+)号)?")
_CODES: Final = re.compile(r"\d+(?:、\d+)*")
_PART: Final = re.compile(r"(第|別表第)(\d+)(章?)")


def in_english(citation: str) -> str:
    """The citation in English: a statute as a whole, its articles, paragraphs and items, chapters or tables, or codes of a
    classification. Anything else (the words that an official typed, a statute that is not in :data:`STATUTES`) is given
    back as it stands."""
    if citation in STATUTES:
        return STATUTES[citation]
    name, _, provisions = citation.partition(" ")
    if name in CLASSIFICATIONS and _CODES.fullmatch(provisions):
        return f"{CLASSIFICATIONS[name]}, {', '.join(provisions.split('、'))}"
    parts = [_provision(part) for part in provisions.split("・")]
    if name not in STATUTES or not all(parts):
        return citation
    return f"{STATUTES[name]}, {' and '.join(parts)}"


def _provision(text: str) -> str:
    """``第17条の2第3項``: ``art. 17-2(3)``; empty when the text is none."""
    part = _PART.fullmatch(text)
    if part is not None and (part[1] == "別表第") != (part[3] == "章"):
        return f"{'table' if part[1] == '別表第' else 'ch.'} {part[2]}"
    article = _ARTICLE.fullmatch(text)
    if article is None or not text:
        return ""
    number, branches, paragraph, item = article.groups()
    start = f"art. {number}{branches.replace('の', '-')}" if number else ""
    if not number and paragraph is None:
        return ""
    return start + (f"({paragraph})" if paragraph else "") + (f", item {item}" if item else "")
