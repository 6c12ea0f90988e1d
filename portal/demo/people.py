"""Invented applicants and officials, and the accounts to sign in with."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth import get_user_model

from applications.corporate_number import check_digit
from applications.models import Membership, Official, Organisation
from eligibility.rulebook.model import Text

PASSWORD = "sendai-demo"  # noqa: S105 - the demonstration's password is public
DOMAIN = "demo.example"


@dataclass(frozen=True, slots=True)
class Applicant:
    """An invented applicant and the account that acts for it."""

    key: str
    name: str
    kind: str = "corporation"
    address: str = ""
    title: str = "代表取締役"
    representative: str = ""
    contact: str = ""
    language: str = "ja"

    @property
    def email(self) -> str:
        """Address of the account."""
        return f"{self.key}@{DOMAIN}"


APPLICANTS = (
    Applicant(
        "hirose",
        "株式会社広瀬データワークス",
        address="東京都港区芝浦三丁目99番1号",
        representative="広瀬　健一",
        contact="小野寺　彩",
    ),
    Applicant(
        "zuihoden",
        "瑞鳳精密工業株式会社",
        address="神奈川県川崎市川崎区99番地",
        representative="片倉　誠",
        contact="片倉　直子",
    ),
    Applicant(
        "natori",
        "名取フォトニクス株式会社",
        address="宮城県名取市下余田99番地",
        representative="佐々木　光",
        contact="佐々木　光",
    ),
    Applicant(
        "aobalink",
        "Aobalink Solutions K.K.",
        address="東京都千代田区大手町九丁目9番9号",
        representative="Mary Collins",
        contact="Mary Collins",
        language="en",
        title="Representative Director",
    ),
    Applicant(
        "tohokusoft",
        "東北ソフトウエア株式会社",
        address="大阪府大阪市北区梅田九丁目9番9号",
        representative="千葉　大輔",
        contact="千葉　恵",
    ),
    Applicant(
        "kitayama",
        "北山クラウド合同会社",
        address="東京都新宿区西新宿九丁目9番",
        representative="北山　翼",
        title="代表社員",
        contact="北山　翼",
    ),
    Applicant(
        "miyagino",
        "宮城野メディカル機器株式会社",
        address="仙台市宮城野区榴岡九丁目9番9号",
        representative="鈴木　一郎",
        contact="鈴木　陽子",
    ),
    Applicant(
        "izumi",
        "泉パーク食品工業株式会社",
        address="仙台市泉区明通九丁目9番",
        representative="加藤　和子",
        contact="加藤　健",
    ),
    Applicant(
        "rokko",
        "六甲マテリアル研究所株式会社",
        address="兵庫県神戸市中央区99番地",
        representative="六車　進",
        contact="六車　進",
    ),
    Applicant(
        "yamagata",
        "最上川ロボティクス株式会社",
        address="山形県山形市松波九丁目9番",
        representative="最上　涼",
        contact="最上　涼",
    ),
    Applicant(
        "sapporo",
        "札幌ゲームスタジオ株式会社",
        address="北海道札幌市中央区99番地",
        representative="工藤　舞",
        contact="工藤　舞",
    ),
    Applicant(
        "fukuoka",
        "博多コンタクトシステムズ株式会社",
        address="福岡県福岡市博多区99番地",
        representative="松尾　豊",
        contact="松尾　玲",
    ),
    Applicant(
        "nagoya",
        "中部セミコンダクター株式会社",
        address="愛知県名古屋市中区99番地",
        representative="水野　剛",
        contact="水野　剛",
    ),
    Applicant(
        "taihaku",
        "社会福祉法人太白の杜",
        address="仙台市太白区長町九丁目9番9号",
        representative="高橋　明",
        title="理事長",
        contact="高橋　優",
    ),
    Applicant(
        "wakabayashi",
        "若林印刷株式会社",
        address="仙台市若林区卸町九丁目9番",
        representative="伊藤　修",
        contact="伊藤　結",
    ),
    Applicant(
        "student", "菅原　みのり", kind="person", address="仙台市青葉区川内99番地", title="", contact="菅原　みのり"
    ),
    Applicant(
        "graduate", "遠藤　拓海", kind="person", address="仙台市青葉区上杉九丁目9番", title="", contact="遠藤　拓海"
    ),
)


@dataclass(frozen=True, slots=True)
class Person:
    """An official's account."""

    key: str
    name: str
    section: str
    title: str
    role: Text
    reviews: bool = False
    approves: bool = False
    audits: bool = False
    keeps_kpi: bool = False

    @property
    def email(self) -> str:
        """Address of the account."""
        return f"{self.key}@{DOMAIN}"


OFFICIALS = (
    Person(
        "tanto",
        "阿部　春香",
        "企業立地課",
        "主任",
        Text("審査担当（審査・起案・施行）", "Reviewer (examines, drafts, issues)"),
        reviews=True,
    ),
    Person("tanto2", "及川　俊", "産業振興課", "主査", Text("審査担当（２人目）", "Second reviewer"), reviews=True),
    Person("kacho", "渡辺　聡", "企業立地課", "課長", Text("決裁者", "Approver"), approves=True),
    Person("bucho", "大友　真理", "経済局", "部長", Text("決裁者（２人目）", "Second approver"), approves=True),
    Person("kansa", "武田　恵", "監査事務局", "係長", Text("監査（閲覧のみ）", "Auditor (reads only)"), audits=True),
    Person("kpi", "三浦　航", "経済企画課", "主事", Text("評価指標の管理", "Keeps the indicators"), keeps_kpi=True),
)
PARTNER = f"partner@{DOMAIN}"


def accounts() -> list[dict[str, object]]:
    """The accounts that the sign-in page and the console show, in demo mode only."""
    firms = [
        (a, Text(f"申請者：{a.name}", f"Applicant: {a.name}"))
        for a in APPLICANTS
        if a.key in ("hirose", "aobalink", "zuihoden", "miyagino", "student")
    ]
    rows = [{"email": a.email, "password": PASSWORD, "role": role} for a, role in firms]
    rows += [{"email": p.email, "password": PASSWORD, "role": p.role} for p in OFFICIALS]
    return rows


def create_people() -> None:
    """Create all accounts, applicants and officials."""
    for serial, applicant in enumerate(APPLICANTS, 1):
        user = get_user_model().objects.create_user(
            applicant.email, PASSWORD, name=applicant.contact or applicant.name, language=applicant.language
        )
        base = f"{serial:012d}"[-3:].rjust(12, "0").replace("0", "0")
        number = (
            f"{check_digit('9000000' + base[-5:])}{'9000000' + base[-5:]}" if applicant.kind == "corporation" else ""
        )
        organisation = Organisation.objects.create(
            kind=applicant.kind,
            name=applicant.name,
            corporate_number=number,
            address=applicant.address,
            representative_title=applicant.title,
            representative_name=applicant.representative,
        )
        Membership.objects.create(user=user, organisation=organisation)
    for person in OFFICIALS:
        user = get_user_model().objects.create_user(person.email, PASSWORD, name=person.name)
        Official.objects.create(
            user=user,
            section=person.section,
            title=person.title,
            reviews=person.reviews,
            approves=person.approves,
            audits=person.audits,
            keeps_kpi=person.keeps_kpi,
        )
    partner = get_user_model().objects.create_user(PARTNER, PASSWORD, name="連携会計システム（デモ）")
    Membership.objects.create(
        user=partner,
        role=Membership.Role.PARTNER,
        organisation=Organisation.objects.get(memberships__user__email=APPLICANTS[0].email),
    )
