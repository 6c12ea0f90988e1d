"""Standard conditions of a grant (letter 6), by the headings of a typical instruction; proposals that the city has to
approve. Dates, rates and periods come in with the data; no article is quoted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from documents.letters.content import SUBSIDY
from documents.letters.decision import Condition
from documents.wording import english_date, era_date
from eligibility.rulebook.model import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantTerms:
    """What the standard conditions have to know. Rates in per cent a year, as the scheme's parameters have them."""

    report_due: date
    books_until: date
    surcharge_rate: Decimal
    late_rate: Decimal
    money: Text = SUBSIDY


def standard_conditions(terms: GrantTerms) -> tuple[Condition, ...]:
    """The fifteen conditions in their usual order."""
    money, english = terms.money.ja, terms.money.en
    return tuple(
        Condition(Text(heading_ja, heading_en), Text(ja, en))
        for heading_ja, heading_en, ja, en in (
            (
                "事情変更による取消し",
                "Revocation on changed circumstances",
                "交付の決定の後、天災その他の事情の変更により特別の必要が生じたときは、決定の全部若しくは一部を取り消し、又は決定の内容"
                "若しくは条件を変更することがあります。ただし、既に経過した期間に係る部分を除きます。",
                "If disaster or other changes of circumstances after the decision make it necessary, the decision may be "
                "revoked in whole or part or its content or conditions changed, except for the time already passed.",
            ),
            (
                "承認事項",
                "Matters that need approval",
                "事業の内容若しくは経費の配分を変更しようとするとき（軽微な変更を除きます。）、又は事業を中止し、若しくは廃止しようとする"
                "ときは、あらかじめ市長の承認を受けてください。",
                "Obtain the Mayor's approval before changing the project or the distribution of its costs (minor changes "
                "excepted) and before suspending or ending the project.",
            ),
            (
                "事故報告",
                "Report of difficulties",
                "事業が予定の期間内に完了する見込みがないとき、又は事業の遂行が困難となったときは、速やかに市長に報告し、その指示を受けて"
                "ください。",
                "If the project is not expected to be completed in time or becomes difficult to carry out, report it to the "
                "Mayor without delay and follow his or her instructions.",
            ),
            (
                "状況報告",
                "Report on progress",
                "市長が求めたときは、事業の遂行の状況を報告してください。",
                "Report on the progress of the project when the Mayor asks for it.",
            ),
            (
                "遂行命令",
                "Instruction to carry out the project",
                "事業が決定の内容又は条件に従って遂行されていないと認めるときは、これらに従って遂行するよう求めることがあります。",
                "If the project is not carried out in accordance with the decision and its conditions, you may be instructed "
                "to do so.",
            ),
            (
                "実績報告",
                "Result report",
                f"事業が完了したとき（廃止の承認を受けたときを含みます。）は、{era_date(terms.report_due)}までに実績報告書を提出してください。",
                f"After completion of the project (or approval of its end), hand in the result report by "
                f"{english_date(terms.report_due)}.",
            ),
            (
                "額の確定",
                "Fixing the amount",
                f"実績報告書を審査し、事業の成果が決定の内容及び条件に適合すると認めたときは、{money}の額を確定して通知します。",
                f"After examination of the result report, the amount of the {english} is fixed and notified if the result "
                f"meets the decision and its conditions.",
            ),
            (
                "是正措置",
                "Putting right",
                "事業の成果が決定の内容又は条件に適合しないと認めるときは、適合させるための措置をとるよう求めることがあります。",
                "If the result does not meet the decision or its conditions, you may be asked to put it right.",
            ),
            (
                "決定の取消し",
                "Revocation",
                f"{money}を他の用途に使用したとき、又は決定の内容、条件若しくは法令に違反したときは、額の確定の後においても、決定の全部又は"
                "一部を取り消すことがあります。",
                f"If the {english} is used for another purpose, or the decision, its conditions or the law are breached, the "
                f"decision may be revoked in whole or part, also after the amount has been fixed.",
            ),
            (
                "返還",
                "Repayment",
                f"決定を取り消した場合又は額を確定した場合において、既に支払った{money}のうち取り消した部分又は確定した額を超える部分があると"
                "きは、期限を定めて返還を求めます。",
                f"Where the {english} has been paid for a revoked part, or beyond the fixed amount, repayment is demanded "
                f"by a set date.",
            ),
            (
                "違約加算金",
                "Surcharge",
                f"決定の取消しにより返還を求められたときは、受領の日から納付の日までの日数に応じ、返還すべき額（一部を納付した後の期間については、"
                f"その残額）につき年{_rate(terms.surcharge_rate)}パーセントの割合で計算した加算金を納付してください。",
                f"Where repayment follows a revocation, pay a surcharge of {_rate(terms.surcharge_rate)} per cent a year on "
                f"the sum to be repaid (after part payments on the rest), for the days from receipt to payment.",
            ),
            (
                "延滞金",
                "Late charge",
                f"返還の期限までに納付しなかったときは、期限の翌日から納付の日までの日数に応じ、未納の額につき年{_rate(terms.late_rate)}パーセントの"
                "割合で計算した延滞金を納付してください。",
                f"If repayment is late, pay a late charge of {_rate(terms.late_rate)} per cent a year on the unpaid sum, "
                f"for the days from the day after the due date to payment.",
            ),
            (
                "他の補助金の一時停止",
                "Suspension of other payments",
                "返還すべき額、加算金又は延滞金を納付しないときは、ほかに交付すべき補助金等の交付を、相当の限度において一時停止することがあります。",
                "While sums to be repaid, surcharges or late charges are unpaid, other payments due to you may be suspended "
                "to a reasonable extent.",
            ),
            (
                "財産処分の制限",
                "Restriction on disposing of assets",
                "事業により取得し、又は効用の増加した財産を、市長の承認を受けずに、交付の目的に反して使用し、譲渡し、交換し、貸し付け、又は"
                "担保に供しないでください。",
                "Do not use against their purpose, transfer, exchange, lease or pledge assets that were acquired or improved "
                "by the project without the Mayor's approval.",
            ),
            (
                "関係書類の整理保管",
                "Keeping books and evidence",
                f"事業に係る帳簿及び証拠書類を整理し、{era_date(terms.books_until)}まで保管してください。",
                f"Keep the books and evidence of the project in order until {english_date(terms.books_until)}.",
            ),
        )
    )


def _rate(rate: Decimal) -> str:
    return f"{rate.normalize():f}"
