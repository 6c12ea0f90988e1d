"""Content of the style guide: real words of the portal in both languages, as rule files and cases will give them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import get_language

TODAY = date(2026, 11, 22)
"""The style guide's clock, so that it always looks the same."""


def say(ja: str, en: str) -> str:
    """One of the two, by the language of the page."""
    return en if (get_language() or "ja").startswith("en") else ja


def goals() -> list[dict[str, str]]:
    """The doors of the home page."""
    made = [
        (
            "move",
            "仙台に進出する",
            "本社・支店・研究所などを新しく開く",
            "Come to Sendai",
            "Open a head office, branch or laboratory",
        ),
        (
            "invest",
            "設備に投資する",
            "工場や設備を新しくする、広げる",
            "Invest in equipment",
            "Build, renew or extend plant and equipment",
        ),
        (
            "synchrotron",
            "ナノテラスを使う",
            "放射光施設で研究開発をする",
            "Use NanoTerasu",
            "Do research at the synchrotron facility",
        ),
        (
            "hire",
            "若手を採用する",
            "奨学金の返還を支援して人材を採る",
            "Hire young people",
            "Recruit by helping to repay student loans",
        ),
    ]
    return [
        {"name": name, "title": say(ja, en), "help": say(help_ja, help_en), "url": "#"}
        for name, ja, help_ja, en, help_en in made
    ]


def schemes() -> list[dict[str, Any]]:
    """Open schemes of the home page."""
    return [
        {
            "programme": say("企業立地", "Relocation"),
            "url": "#",
            "most": 123_400_000,
            "closes": date(2026, 12, 1),
            "title": say("本社機能立地促進助成金", "Headquarters relocation subsidy"),
            "summary": say(
                "本社機能を市内に移す企業に、固定資産税等に相当する額を数年にわたり助成します。",
                "Pays firms that move head-office functions into the city an amount equal to their "
                "fixed-asset tax for some years.",
            ),
        },
        {
            "programme": say("ナノテラス", "NanoTerasu"),
            "url": "#",
            "most": 3_000_000,
            "closes": date(2027, 2, 26),
            "title": say("放射光施設トライアルユース", "Synchrotron trial use"),
            "summary": say(
                "次世代放射光施設を初めて使う企業の利用料を助成します。",
                "Pays part of the fee of firms that use the synchrotron facility for the first time.",
            ),
        },
        {
            "programme": say("雇用", "Employment"),
            "url": "#",
            "most": None,
            "closes": None,
            "title": say("奨学金返還支援事業", "Scholarship repayment support"),
            "summary": say(
                "若手社員の奨学金の返還を支援する企業に協力します。",
                "Helps firms that help young employees to repay their student loans.",
            ),
        },
    ]


def criteria() -> list[dict[str, Any]]:
    """One criterion of each outcome."""
    return [
        {
            "outcome": "met",
            "text": say(
                "投下固定資産相当額が1,000万円以上であること", "Investment-equivalent amount of at least ¥10 million"
            ),
            "own": say("1億2,340万円", "¥123.4 million"),
            "threshold": say("1,000万円以上", "at least ¥10 million"),
            "article": say("要綱 第3条第1項", "Guidelines, art. 3 (1)"),
        },
        {
            "outcome": "not_met",
            "text": say("市内の新規雇用が5人以上であること", "At least five new employees living in Sendai"),
            "own": say("3人", "3 people"),
            "threshold": say("5人以上", "at least 5 people"),
            "article": say("要綱 第3条第2項", "Guidelines, art. 3 (2)"),
            "hint": say(
                "2027年3月31日までに、あと2人を市内で採用すると満たします。",
                "Hire two more people living in Sendai by 31 March 2027.",
            ),
        },
        {
            "outcome": "unknown",
            "text": say(
                "地域再生法の計画認定を受けていること", "Holds a certified plan under the Regional Revitalisation Act"
            ),
            "article": say("地域再生法 第17条の2第3項", "Regional Revitalisation Act, art. 17-2 (3)"),
        },
        {
            "outcome": "referred",
            "text": say("地域経済への波及効果が見込まれること", "Is expected to benefit the local economy"),
            "article": say("要綱 第3条第4項", "Guidelines, art. 3 (4)"),
            "assumed": say("判断の基準は公表されていません。", "How this is judged has not been published."),
        },
        {
            "outcome": "not_applicable",
            "text": say(
                "（工場の場合）騒音規制の届出を済ませていること",
                "(Factories) Notification under the noise regulations has been made",
            ),
        },
    ]


def calculation_lines() -> list[dict[str, Any]]:
    """An amount with a rounding, an assumption and a range."""
    return [
        {
            "label": say("基本額", "Basic amount"),
            "yen": 118_400_000,
            "formula": say("固定資産税等相当額 5,920万円 × 200％", "Fixed-asset tax equivalent ¥59.2 million × 200%"),
            "article": say("要綱 第5条", "Guidelines, art. 5"),
        },
        {
            "label": say("雇用加算", "Hiring bonus"),
            "yen": 5_000_000,
            "formula": say("5人 × 100万円", "5 people × ¥1 million"),
            "note": say("上限 5,000万円", "At most ¥50 million"),
            "assumed": True,
        },
        {"label": say("端数処理", "Rounding"), "yen": 0, "formula": say("1,000円未満切捨て", "Down to ¥1,000")},
    ]


def steps() -> list[dict[str, Any]]:
    """A procedure in the middle."""
    return [
        {"title": say("事前協議", "Prior consultation"), "state": "done", "date": date(2026, 9, 4), "url": "#"},
        {
            "title": say("指定申請", "Application for designation"),
            "state": "current",
            "until": date(2026, 12, 1),
            "today": TODAY,
            "url": "#",
            "note": say("補正の依頼が1件あります。", "One correction has been requested."),
        },
        {
            "title": say("操業開始届", "Notice of start of operation"),
            "state": "later",
            "until": date(2027, 4, 30),
            "today": TODAY,
        },
        {"title": say("交付申請", "Grant application"), "state": "later"},
    ]


def files() -> list[dict[str, Any]]:
    """Two stored files."""
    return [
        {
            "name": say("決算書_第12期.pdf", "accounts_12th_year.pdf"),
            "size": 1_482_113,
            "key": "1",
            "url": "#",
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        },
        {
            "name": say(
                "履歴事項全部証明書_株式会社あおば精密加工研究所_令和8年11月発行_写し.pdf",
                "certificate_of_registered_matters_aoba_precision_laboratory_november_2026_copy.pdf",
            ),
            "size": 340_992,
            "key": "2",
            "state": say("ウイルス検査中", "Being scanned for viruses"),
            "sha256": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
        },
    ]


def kpi_columns() -> list[dict[str, Any]]:
    """Firms attracted, added up over the years of the plan."""
    figures = [(2019, 21, 0), (2020, 45, 0), (2021, 73, 0), (2022, 104, 0), (2023, 131, 14)]
    return [
        {"label": str(year), "name": say(f"{year}年度", f"FY{year}"), "actual": actual, "planned": planned, "url": "#"}
        for year, actual, planned in figures
    ]


def budget() -> list[dict[str, Any]]:
    """A budget in use."""
    return [
        {"label": say("支出済み", "Paid"), "value": 82_000_000, "kind": "paid"},
        {"label": say("負担行為済み", "Committed"), "value": 64_500_000, "kind": "committed"},
        {"label": say("指定済み", "Designated"), "value": 38_000_000, "kind": "designated"},
    ]


def queue() -> list[dict[str, Any]]:
    """Cases as the officials' queue shows them."""
    hq, nano = say("本社機能立地", "Headquarters relocation"), say("トライアルユース", "Trial use")
    made = [
        (
            "R8-0123",
            "株式会社あおば精密加工研究所",
            "Aoba Precision Laboratory",
            hq,
            "指定申請",
            "Designation",
            123_400_000,
            9,
            "eligible",
            "submitted",
        ),
        (
            "R8-0119",
            "杜の都ソフトウェア合同会社",
            "Morinomiyako Software LLC",
            hq,
            "交付申請",
            "Grant",
            48_000_000,
            3,
            "refer",
            "under_review",
        ),
        (
            "R8-0111",
            "東北マテリアル株式会社",
            "Tohoku Materials Co., Ltd.",
            nano,
            "利用申請",
            "Use",
            2_950_000,
            21,
            "undetermined",
            "correction_requested",
        ),
        (
            "R8-0098",
            "広瀬バイオ株式会社",
            "Hirose Bio Co., Ltd.",
            nano,
            "実績報告",
            "Result report",
            1_200_000,
            0,
            "not_eligible",
            "decision_drafted",
        ),
    ]
    return [
        {
            "reference": ref,
            "firm": say(ja, en),
            "scheme": scheme,
            "step": say(step_ja, step_en),
            "amount": amount,
            "until": date.fromordinal(TODAY.toordinal() + days),
            "verdict": verdict,
            "state": state,
        }
        for ref, ja, en, scheme, step_ja, step_en, amount, days, verdict, state in made
    ]


def second_page() -> Any:
    """Page 3 of a long list."""
    return Paginator(range(1, 128), 10).page(3)
