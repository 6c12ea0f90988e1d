"""Citations of statutes in English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eligibility.evaluation.citations import in_english
from eligibility.rulebook.book import load

ROOT = Path(__file__).resolve().parents[2] / "rules"


@pytest.mark.parametrize(
    ("citation", "english"),
    [
        ("中小企業基本法 第2条第1項", "Small and Medium-sized Enterprise Basic Act, art. 2(1)"),
        ("地域再生法 第17条の2第3項", "Regional Revitalisation Act, art. 17-2(3)"),
        ("地方税法 第351条・第20条の4の2", "Local Tax Act, art. 351 and art. 20-4-2"),
        ("首都圏整備法 第2条第3項・第4項", "National Capital Region Development Act, art. 2(3) and (4)"),
        ("固定資産評価基準 第3章・別表第15", "Standards of fixed-asset valuation, ch. 3 and table 15"),
        ("地方税法", "Local Tax Act"),
        ("日本標準産業分類 802、8213", "Japan Standard Industrial Classification, 802, 8213"),
        ("地方税法 第15条第1項第2号", "Local Tax Act, art. 15(1), item 2"),
    ],
)
def test_statutes_are_cited_in_english(citation: str, english: str) -> None:
    assert in_english(citation) == english


@pytest.mark.parametrize(
    "text",
    [
        "",
        "交付条件第9号",
        "Condition 9",
        "地方税法 附則",
        "日本標準産業分類 大分類E",
        "知らない法律 第1条",
        "地方税法 第2号",
    ],
)
def test_anything_else_stays_as_it_is(text: str) -> None:
    assert in_english(text) == text


def test_every_citation_of_the_rule_book_reads_in_english() -> None:
    cited = set()
    for version in load(ROOT).versions():
        items = [criterion for block in version.items.values() for criterion in block.criteria]
        cited |= {one.article for one in (*version.criteria, *items, *version.definitions.values())}
        for amount in (version.amount, *(terms for _title, terms in version.other_amounts.values())):
            cited |= {component.article for component in amount.components} if amount is not None else set()
    cited -= {""}
    assert len(cited) > 5
    assert {text for text in cited if re.search(r"[ぁ-ヿ一-鿿]", in_english(text))} == set()
