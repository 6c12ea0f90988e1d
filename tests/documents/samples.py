"""Decisions of every kind, as an office could make them, for tests and for looking at the printed letters."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from documents.letters.conditions import GrantTerms, standard_conditions
from documents.letters.content import (
    Addressee,
    AppliedFact,
    Calculation,
    CalculationLine,
    Contact,
    Day,
    Item,
    LegalNature,
    Reason,
    Sender,
    Verification,
    Yen,
)
from documents.letters.decision import (
    Account,
    Change,
    Condition,
    DecisionData,
    Defect,
    EarlierDecision,
    Kind,
    ReceivedFile,
    YearAmount,
)
from eligibility.rulebook.model import Text

T = Text
ALL_KINDS: Final = tuple(Kind)
LONG_NAME: Final = (
    "株式会社東北次世代放射光分析計測技術総合研究開発機構ホールディングス"
    '仙台<本社>機能統括準備室&"髙﨑邊"総合法律事務所'
)
"""Sixty characters with old forms and with characters that HTML would read as its own."""
OLD_FORMS: Final = "髙﨑　邊太郎"

FIRM: Final = Addressee(
    organisation=T("株式会社杜の都テクノロジーズ", "Morinomiyako Technologies Co., Ltd."),
    representative_title=T("代表取締役", "Representative Director"),
    representative=T(OLD_FORMS, "TAKASAKI Watanabe-Taro"),
    postal_address=(
        T("〒980-0811", "980-0811"),
        T("仙台市青葉区一番町一丁目１番１号", "1-1-1 Ichibancho, Aoba-ku, Sendai"),
    ),
)
PERSON: Final = Addressee(organisation=T("", ""), representative=T("齋藤　凜", "SAITO Rin"))
MAYOR: Final = Sender(T("仙台市長", "Mayor of Sendai"), T("郡　和子", "KORI Kazuko"))
OFFICE: Final = Contact(
    T("経済局企業立地課", "Business Location Section, Economic Affairs Bureau"), "022-214-8276", "kigyo@example.invalid"
)

CAPITAL: Final = Reason(
    criterion=T(
        "中小企業者であること（資本金の額が1億円以下又は常時使用する従業員の数が300人以下であること）",
        "The firm is an SME (capital of at most 100 million yen, or at most 300 regular employees)",
    ),
    article=T("仙台市○○助成金交付要綱　対象者の項", "Outline of the subsidy, section on applicants"),
    facts=(
        AppliedFact(T("資本金の額", "Capital"), Yen(300_000_000), T("100,000,000円以下", "at most 100,000,000 yen")),
        AppliedFact(T("常時使用する従業員の数", "Regular employees"), T("412人", "412"), T("300人以下", "at most 300")),
    ),
    source=T(
        "登記事項証明書（令和8年9月1日付け）、雇用保険の事業所別被保険者台帳",
        "Register extract, list of insured employees",
    ),
    explanation=T(
        "いずれの基準も超えているため、中小企業者に該当しません。",
        "Both limits are exceeded, so the firm is not an SME.",
    ),
)
INVESTMENT: Final = Reason(
    criterion=T(
        "投下固定資産相当額が1,000万円以上であること", "Investment-equivalent amount of at least 10 million yen"
    ),
    article=T("仙台市○○助成金交付要綱　別表　対象要件の欄", "Outline of the subsidy, annex, requirements"),
    facts=(
        AppliedFact(T("投下固定資産相当額", "Investment-equivalent amount"), Yen(9_999_940), Yen(10_000_000)),
        AppliedFact(T("契約日", "Date of contract"), Day(date(2026, 9, 30))),
    ),
    assumed=True,
)
CALCULATION: Final = Calculation(
    lines=(
        CalculationLine(
            T("基本額", "Base amount"),
            T("固定資産税等相当額　617,000円 × 200％", "tax equivalent 617,000 yen × 200 %"),
            1_234_000,
            2026,
        ),
        CalculationLine(
            T("雇用加算", "Hire bonus"), T("6人 × 1,000,000円", "6 persons × 1,000,000 yen"), 6_000_000, 2026
        ),
        CalculationLine(
            T("基本額", "Base amount"),
            T("固定資産税等相当額　600,000円 × 200％", "tax equivalent 600,000 yen × 200 %"),
            1_200_000,
            2027,
        ),
        CalculationLine(
            T("上限による調整", "Cut at the ceiling"),
            T("年度の上限額　1,000,000円", "ceiling of the year 1,000,000 yen"),
            -200_000,
            2027,
        ),
    ),
    total=8_234_000,
)
PROJECT: Final = (
    Item(
        T("対象事業", "Project"),
        T("本社機能（研究開発部門）の新設", "New head-office function (research and development)"),
    ),
    Item(
        T("事業所の所在地", "Site"),
        T(
            "仙台市青葉区荒巻字青葉468番地1　ナノテラス前イノベーションセンター3階",
            "468-1 Aramaki-aza-Aoba, Aoba-ku, Sendai",
        ),
    ),
    Item(T("対象経費の額", "Eligible cost"), Yen(86_400_000)),
    Item(T("事業の期間", "Period"), T("令和8年12月1日から令和9年3月31日まで", "1 December 2026 to 31 March 2027")),
)
CONDITIONS: Final = standard_conditions(
    GrantTerms(
        report_due=date(2027, 4, 9),
        books_until=date(2032, 3, 31),
        surcharge_rate=Decimal("10.95"),
        late_rate=Decimal("10.95"),
    )
)
EARLIER: Final = EarlierDecision("R8経企立第123号", date(2026, 11, 24), 8_234_000)
YEARS: Final = (YearAmount(2026, 7_234_000), YearAmount(2027, 1_000_000))
REASONS: Final = (CAPITAL, INVESTMENT)
BREACH: Final = Reason(
    criterion=T(
        "操業開始の日から5年間、対象事業所において操業を継続すること",
        "The site is operated for five years from its start",
    ),
    article=T("交付決定の条件　(9)決定の取消し", "Condition (9) of the grant, revocation"),
    facts=(
        AppliedFact(T("操業を休止した日", "Operation stopped on"), Day(date(2027, 8, 31))),
        AppliedFact(T("操業の期間", "Operated for"), T("8月", "8 months"), T("60月以上", "at least 60 months")),
    ),
    source=T("令和9年9月10日の現地調査", "Site visit of 10 September 2027"),
)

BASE: Final[dict[str, Any]] = {
    "scheme": T("仙台市本社機能立地促進助成金", "Sendai headquarters relocation subsidy"),
    "legal_nature": LegalNature.CONTRACT,
    "addressee": FIRM,
    "sender": MAYOR,
    "contact": OFFICE,
    "number": "R8経企立第123号",
    "issued_on": date(2026, 11, 24),
    "applied_on": date(2026, 10, 1),
    "reference": "HQ-2026-0012",
}
DETAILS: Final[dict[Kind, dict[str, Any]]] = {
    Kind.RECEIPT: {
        "received_at": datetime(2026, 10, 1, 5, 5, tzinfo=UTC),
        "standard_days": 30,
        "filing": T("交付申請書", "grant application"),
        "files": (
            ReceivedFile("事業計画書（最終版）.pdf", 1_482_113, "9f86d081884c7d659a2feaa0c55ad015" * 2),
            ReceivedFile(
                "決算書_第12期_貸借対照表及び損益計算書並びに変動計算書_確定版.xlsx",
                88_064,
                "60303ae22b998861bce3b28f33eec1be" * 2,
            ),
        ),
    },
    Kind.CORRECTION_REQUEST: {
        "filing": T("交付申請書", "grant application"),
        "due": date(2026, 10, 30),
        "defects": (
            Defect(
                T("様式第1号　資金計画", "Form 1, financing"),
                T(
                    "自己資金と借入金の合計が総事業費と一致していません。",
                    "Own funds and loans do not add up to the cost.",
                ),
                T("合計を確認し、一致するように訂正してください。", "Check the sum and correct it."),
            ),
            Defect(
                T("登記事項証明書", "Register extract"),
                T("発行から3か月を超えています。", "It is older than three months."),
                T("発行から3か月以内のものを提出してください。", "Hand in one issued within three months."),
            ),
        ),
        "measure": T(
            "提出済みの書類により審査を行います。その結果、要件を確認できないときは、交付しないことを決定す"
            "ることがあります。",
            "The application is examined as it stands. If criteria cannot be confirmed, it may be refused.",
        ),
    },
    Kind.DESIGNATION: {"facts": PROJECT, "conditions": CONDITIONS[:3]},
    Kind.NON_DESIGNATION: {"reasons": REASONS},
    Kind.NON_GRANT: {"reasons": REASONS},
    Kind.GRANT: {
        "amount": 8_234_000,
        "years": YEARS,
        "calculation": CALCULATION,
        "facts": PROJECT,
        "conditions": CONDITIONS,
        "withdrawal_days": 14,
        "report_due": date(2027, 4, 9),
        "books_until": date(2032, 3, 31),
        "verification": Verification("7K4M-2XQP-9TDA", "https://portal.example/verify"),
        "assumed": (
            T("雇用加算の1人当たりの額", "the hire bonus per person"),
            T("年度の上限額", "the ceiling of the year"),
        ),
    },
    Kind.GRANT_REDUCED: {
        "amount": 8_234_000,
        "requested": 9_000_000,
        "years": YEARS,
        "calculation": CALCULATION,
        "facts": PROJECT,
        "reasons": (INVESTMENT,),
        "withdrawal_days": 14,
        "report_due": date(2027, 4, 9),
    },
    Kind.CERTIFICATION_FIRM: {
        "facts": (
            Item(T("認定番号", "Certificate"), T("第76号", "No. 76")),
            Item(T("認定の日", "Certified on"), Day(date(2026, 11, 24))),
        )
    },
    Kind.CERTIFICATION_PERSON: {
        "addressee": PERSON,
        "facts": (
            Item(T("勤務先", "Employer"), T("株式会社杜の都テクノロジーズ", "Morinomiyako Technologies Co., Ltd.")),
            Item(T("支援の上限額", "Ceiling of the support"), Yen(540_000)),
        ),
    },
    Kind.CERTIFICATION_PLAN: {
        "legal_nature": LegalNature.DISPOSITION,
        "facts": PROJECT[:2],
        "conditions": (
            Condition(
                T("", ""),
                T(
                    "計画を変更しようとするときは、あらかじめ変更の認定を受けてください。",
                    "Obtain certification before changing the plan.",
                ),
            ),
        ),
    },
    Kind.NON_CERTIFICATION: {"legal_nature": LegalNature.DISPOSITION, "reasons": REASONS},
    Kind.SELECTION: {
        "scheme": T("ナノテラストライアルユース事業", "NanoTerasu trial use"),
        "money": T("委託料", "commission fee"),
        "facts": PROJECT[:1],
        "amount": 1_500_000,
    },
    Kind.NON_SELECTION: {
        "scheme": T("ナノテラストライアルユース事業", "NanoTerasu trial use"),
        "reasons": (INVESTMENT,),
    },
    Kind.USE_APPROVAL: {
        "money": T("利用料金", "fee"),
        "facts": PROJECT[:1],
        "amount": 330_000,
        "due": date(2026, 12, 18),
    },
    Kind.USE_REFUSAL: {"reasons": (INVESTMENT,)},
    Kind.CHANGE_APPROVAL: {
        "earlier": EARLIER,
        "amount": 7_000_000,
        "changes": (
            Change(
                T("事業の期間", "Period"),
                T("令和9年3月31日まで", "until 31 March 2027"),
                T("令和9年6月30日まで", "until 30 June 2027"),
            ),
            Change(
                T("対象経費", "Eligible cost"), T("86,400,000円", "86,400,000 yen"), T("73,500,000円", "73,500,000 yen")
            ),
        ),
    },
    Kind.CHANGE_REFUSAL: {"reasons": (INVESTMENT,)},
    Kind.CESSATION_APPROVAL: {
        "earlier": EARLIER,
        "report_due": date(2027, 4, 9),
        "measure": T("中止の日までに要した対象経費により額を確定します。", "Cost up to the end counts."),
    },
    Kind.ADVANCE_PAYMENT: {"earlier": EARLIER, "amount": 4_000_000, "due": date(2027, 4, 9)},
    Kind.CORRECTIVE_ORDER: {
        "earlier": EARLIER,
        "due": date(2027, 1, 29),
        "reasons": (BREACH,),
        "measure": T("対象事業所における操業を再開すること。", "Resume operation at the site."),
    },
    Kind.AMOUNT_FIXED: {"earlier": EARLIER, "amount": 8_000_000, "paid": 4_000_000, "reasons": (INVESTMENT,)},
    Kind.PAYMENT: {
        "earlier": EARLIER,
        "amount": 8_000_000,
        "paid_on": date(2027, 5, 20),
        "account": Account(
            T("七十七銀行　本店　普通", "77 Bank, head office, ordinary"), "1234567", "カ）モリノミヤコテクノロジーズ"
        ),
    },
    Kind.REVOCATION: {"earlier": EARLIER, "amount": 8_234_000, "reasons": (BREACH,)},
    Kind.REVOCATION_PARTIAL: {"earlier": EARLIER, "amount": 1_000_000, "reasons": (BREACH,)},
    Kind.REPAYMENT: {
        "earlier": EARLIER,
        "amount": 1_000_000,
        "due": date(2027, 10, 29),
        "reasons": (BREACH,),
        "measure": T(
            "受領の日から納付の日までの日数に応じ、年10.95パーセントの割合で計算します。",
            "10.95 per cent a year for the days from receipt to payment.",
        ),
    },
    Kind.SURCHARGE: {
        "earlier": EARLIER,
        "amount": 226_800,
        "due": date(2027, 10, 29),
        "reasons": (BREACH,),
        "calculation": Calculation(
            (
                CalculationLine(
                    T("加算金", "Surcharge"),
                    T("2,400,000円 × 315日 × 10.95％ ÷ 365", "2,400,000 yen × 315 days × 10.95 % ÷ 365"),
                    226_800,
                ),
            ),
            226_800,
        ),
    },
    Kind.REMINDER: {"earlier": EARLIER, "amount": 1_000_000, "due": date(2027, 12, 17)},
    Kind.DISPOSAL_APPROVAL: {"earlier": EARLIER, "facts": PROJECT[:1], "amount": 0},
    Kind.DISPOSAL_REFUSAL: {"reasons": (INVESTMENT,)},
    Kind.TAX_RELIEF: {
        "legal_nature": LegalNature.DISPOSITION_TAX,
        "scheme": T("固定資産税の課税免除", "Fixed-asset tax exemption"),
        "facts": PROJECT[:2],
        "amount": 300_000,
        "requested": 420_000,
        "reasons": (INVESTMENT,),
    },
    Kind.TAX_REFUSAL: {
        "legal_nature": LegalNature.DISPOSITION_TAX,
        "scheme": T("固定資産税の課税免除", "Fixed-asset tax exemption"),
        "reasons": REASONS,
    },
}


def decision(kind: Kind, **changes: Any) -> DecisionData:
    """The sample decision of a kind, with some fields changed."""
    return DecisionData(**(BASE | {"kind": kind} | DETAILS[kind] | changes))


def addressed_to(name: str, data: DecisionData) -> DecisionData:
    """The same decision to an organisation of that name."""
    return replace(data, addressee=replace(data.addressee, organisation=Text(name, name)))
