"""Wording of letters that receive, ask, give or tell (letters 1–3, 6–9, 11, 12, 17, 18 and certificates)."""

from __future__ import annotations

from typing import Final

from documents.letters.decision import Kind
from documents.letters.words import (
    AMOUNT,
    BOOKS_UNTIL,
    CALCULATION,
    CHANGES,
    CONDITIONS,
    EARLIER,
    EARLIER_AMOUNT,
    FACTS,
    REFERENCE,
    REPORT_DUE,
    REQUESTED,
    WITHDRAWAL,
    YEARS,
    Adverse,
    KindWords,
    Words,
    fixed,
    item,
    reasons,
)
from eligibility.rulebook.model import Text

GRANT_ITEMS: Final = (FACTS, YEARS, CALCULATION, CONDITIONS, WITHDRAWAL, REPORT_DUE, BOOKS_UNTIL)
CERTIFICATE_ITEMS: Final = (FACTS, CONDITIONS)

FAVOURABLE: Final[Words] = {
    Kind.RECEIPT: KindWords(
        title=Text("受付通知書", "Notice of receipt"),
        subject=Text("{scheme}に係る{filing}の受付について（通知）", "Receipt of the {filing}: {scheme}"),
        opening=(
            Text(
                "標記の書類を下記のとおり受け付けたので通知します。",
                "We confirm that your {filing} has been received as set out below.",
            ),
            Text(
                "この通知は、書類が到達したことをお知らせするものであり、審査の結果をお知らせするものではありません。",
                "This letter confirms the arrival of the documents. It says nothing on the outcome of the examination.",
            ),
        ),
        items=(
            REFERENCE,
            item("到達日時", "Time of arrival", "received_at"),
            FACTS,
            item("受け付けた書類", "Files received", "files"),
            item("標準処理期間", "Standard processing period", "standard_days"),
        ),
        needs=frozenset({"reference", "received_at"}),
    ),
    Kind.CORRECTION_REQUEST: KindWords(
        title=Text("補正依頼書", "Request for correction"),
        subject=Text("{scheme}に係る{filing}の補正について（依頼）", "Correction of the {filing}: {scheme}"),
        opening=(
            Text(
                "{applied}で提出のあった標記の書類について、下記のとおり補正を要する事項がありますので、"
                "期限までに補正してくださるようお願いします。",
                "Your {filing} {applied} needs the corrections set out below. Please make them by the date given.",
            ),
        ),
        items=(
            item("補正を要する事項", "What needs correcting", "defects"),
            item("補正の期限", "Correct by", "due"),
            item("期限までに補正がない場合の取扱い", "If it is not corrected in time", "measure"),
        ),
        needs=frozenset({"applied_on", "defects", "due", "measure"}),
    ),
    Kind.DESIGNATION: KindWords(
        title=Text("指定通知書", "Notice of designation"),
        subject=Text("{scheme}に係る指定について（通知）", "Designation: {scheme}"),
        opening=(
            Text(
                "{applied}で申請のあった標記の指定については、下記のとおり指定することに決定したので通知します。",
                "Regarding your application {applied}, it has been decided to designate the project as set out below.",
            ),
        ),
        items=(
            FACTS,
            CONDITIONS,
            fixed(
                "留意事項",
                "Please note",
                "この指定は、{money}の交付又はその額を約束するものではありません。{money}の額は、今後の申請に基づき、"
                "審査の上で決定します。",
                "This designation promises neither the {money} nor any amount of it. The amount is decided after "
                "examination of your later application.",
            ),
        ),
        needs=frozenset({"applied_on", "facts"}),
    ),
    Kind.GRANT: KindWords(
        title=Text("交付決定通知書", "Notice of grant"),
        subject=Text("{scheme}の交付決定について（通知）", "Decision to grant: {scheme}"),
        opening=(
            Text(
                "{applied}で申請のあった標記の{money}については、下記のとおり交付することに決定したので通知します。",
                "Regarding your application {applied}, it has been decided to grant the {money} as set out below.",
            ),
        ),
        items=(AMOUNT, *GRANT_ITEMS),
        needs=frozenset({"applied_on", "amount"}),
    ),
    Kind.GRANT_REDUCED: KindWords(
        title=Text("交付決定通知書（減額）", "Notice of grant (reduced)"),
        subject=Text("{scheme}の交付決定（減額）について（通知）", "Decision to grant a reduced amount: {scheme}"),
        opening=(
            Text(
                "{applied}で申請のあった標記の{money}については、申請の額を減額し、下記のとおり交付することに決定した"
                "ので通知します。",
                "Regarding your application {applied}, it has been decided to grant the {money} in a reduced "
                "amount as set out below.",
            ),
        ),
        items=(
            AMOUNT,
            REQUESTED,
            item("減額した額", "Amount cut", "reduction"),
            reasons("減額の理由", "Reasons for the reduction"),
            *GRANT_ITEMS,
        ),
        needs=frozenset({"applied_on", "amount", "requested"}),
        adverse=Adverse.ALWAYS,
    ),
    Kind.CERTIFICATION_FIRM: KindWords(
        title=Text("協力企業認定通知書", "Notice of certification as cooperating firm"),
        subject=Text("{scheme}に係る協力企業の認定について（通知）", "Certification as cooperating firm: {scheme}"),
        opening=(
            Text(
                "{applied}で申請のあった標記の認定については、下記のとおり協力企業として認定することに決定したので"
                "通知します。",
                "Regarding your application {applied}, it has been decided to certify your organisation as a "
                "cooperating firm as set out below.",
            ),
        ),
        items=CERTIFICATE_ITEMS,
        needs=frozenset({"applied_on", "facts"}),
    ),
    Kind.CERTIFICATION_PERSON: KindWords(
        title=Text("支援対象者認定通知書", "Notice of recognition as supported person"),
        subject=Text("{scheme}に係る支援対象者の認定について（通知）", "Recognition as supported person: {scheme}"),
        opening=(
            Text(
                "{applied}で申請のあった標記の認定については、下記のとおり支援対象者として認定することに決定したので"
                "通知します。",
                "Regarding your application {applied}, it has been decided to recognise you as a supported "
                "person as set out below.",
            ),
        ),
        items=(FACTS, YEARS, CONDITIONS),
        needs=frozenset({"applied_on", "facts"}),
    ),
    Kind.CERTIFICATION_PLAN: KindWords(
        title=Text("先端設備等導入計画認定通知書", "Notice of certification of an advanced-equipment plan"),
        subject=Text(
            "先端設備等導入計画の認定について（通知）", "Certification of an advanced-equipment introduction plan"
        ),
        opening=(
            Text(
                "{applied}で申請のあった標記の計画については、下記のとおり認定することに決定したので通知します。",
                "Regarding your application {applied}, it has been decided to certify the plan as set out below.",
            ),
        ),
        items=CERTIFICATE_ITEMS,
        needs=frozenset({"applied_on", "facts"}),
    ),
    Kind.SELECTION: KindWords(
        title=Text("採択通知書", "Notice of selection"),
        subject=Text("{scheme}の採択について（通知）", "Selection: {scheme}"),
        opening=(
            Text(
                "{applied}で応募のあった標記の事業については、下記のとおり採択することに決定したので通知します。",
                "Regarding your proposal {applied}, it has been decided to select it as set out below.",
            ),
        ),
        items=(
            FACTS,
            item("{money}の上限額", "Ceiling of the {money}", "amount"),
            YEARS,
            CALCULATION,
            CONDITIONS,
            fixed(
                "契約の締結",
                "Contract",
                "この通知は、契約の成立を意味するものではありません。業務の内容及び{money}の額は、別に締結する契約書で"
                "定めます。",
                "This letter does not conclude a contract. The work and the {money} are settled in a contract to "
                "be signed separately.",
            ),
        ),
        needs=frozenset({"applied_on", "facts"}),
    ),
    Kind.USE_APPROVAL: KindWords(
        title=Text("利用承認通知書", "Notice of approval of use"),
        subject=Text("{scheme}の利用承認について（通知）", "Approval of use: {scheme}"),
        opening=(
            Text(
                "{applied}で申込みのあった標記の利用については、下記のとおり承認することに決定したので通知します。",
                "Regarding your request {applied}, it has been decided to approve the use as set out below.",
            ),
        ),
        items=(
            FACTS,
            item("{money}の額", "Amount of the {money}", "amount"),
            CALCULATION,
            item("納入期限", "Pay by", "due"),
            CONDITIONS,
        ),
        needs=frozenset({"applied_on", "facts"}),
    ),
    Kind.CHANGE_APPROVAL: KindWords(
        title=Text("変更承認通知書", "Notice of approval of a change"),
        subject=Text("{scheme}に係る変更の承認について（通知）", "Approval of a change: {scheme}"),
        opening=(
            Text(
                "{applied}で申請のあった標記の変更については、下記のとおり承認することに決定したので通知します。",
                "Regarding your application {applied}, it has been decided to approve the change as set out below.",
            ),
        ),
        items=(
            EARLIER,
            CHANGES,
            EARLIER_AMOUNT,
            item("変更後の{money}の額", "New amount of the {money}", "amount"),
            REQUESTED,
            reasons("減額の理由", "Reasons for the reduction"),
            *GRANT_ITEMS,
        ),
        needs=frozenset({"applied_on", "earlier", "changes"}),
        adverse=Adverse.BELOW_REQUEST,
    ),
    Kind.CESSATION_APPROVAL: KindWords(
        title=Text("中止・廃止承認通知書", "Notice of approval to suspend or end the project"),
        subject=Text(
            "{scheme}に係る事業の中止・廃止の承認について（通知）", "Approval to suspend or end the project: {scheme}"
        ),
        opening=(
            Text(
                "{applied}で申請のあった標記の中止又は廃止については、下記のとおり承認することに決定したので通知します。",
                "Regarding your application {applied}, it has been decided to approve the suspension or end of "
                "the project as set out below.",
            ),
        ),
        items=(EARLIER, FACTS, item("精算の方法", "Settlement", "measure"), CONDITIONS, REPORT_DUE, BOOKS_UNTIL),
        needs=frozenset({"applied_on", "earlier", "measure", "report_due"}),
    ),
    Kind.ADVANCE_PAYMENT: KindWords(
        title=Text("概算払決定通知書", "Notice of advance payment"),
        subject=Text("{scheme}の概算払について（通知）", "Advance payment: {scheme}"),
        opening=(
            Text(
                "{applied}で請求のあった標記の{money}の概算払については、下記のとおり支払うことに決定したので"
                "通知します。",
                "Regarding your claim {applied}, it has been decided to pay the {money} in advance as set out below.",
            ),
        ),
        items=(
            EARLIER,
            item("概算払の額", "Amount paid in advance", "amount"),
            EARLIER_AMOUNT,
            FACTS,
            item("精算の期限", "To be settled by", "due"),
            CONDITIONS,
        ),
        needs=frozenset({"applied_on", "earlier", "amount", "due"}),
    ),
    Kind.AMOUNT_FIXED: KindWords(
        title=Text("額の確定通知書", "Notice of the final amount"),
        subject=Text("{scheme}の額の確定について（通知）", "Final amount: {scheme}"),
        opening=(
            Text(
                "{earlier}で決定した標記の{money}については、実績を審査した結果、下記のとおり額を確定したので通知します。",
                "After examination of the results, the amount of the {money} decided by {earlier} has been "
                "fixed as set out below.",
            ),
        ),
        items=(
            item("確定した額", "Final amount", "amount"),
            EARLIER_AMOUNT,
            item("支払済みの額", "Paid so far", "paid"),
            item("今後支払う額", "Still to be paid", "to_pay"),
            item("返還を要する額", "To be returned", "to_return"),
            reasons("決定額を下回る理由", "Reasons for fixing less than was decided"),
            FACTS,
            CALCULATION,
            BOOKS_UNTIL,
        ),
        needs=frozenset({"earlier", "amount"}),
        adverse=Adverse.BELOW_EARLIER,
    ),
    Kind.PAYMENT: KindWords(
        title=Text("支払通知書", "Notice of payment"),
        subject=Text("{scheme}の支払について（通知）", "Payment: {scheme}"),
        opening=(
            Text(
                "標記の{money}については、下記のとおり支払ったので通知します。",
                "The {money} has been paid as set out below.",
            ),
        ),
        items=(
            item("支払額", "Amount paid", "amount"),
            item("支払日", "Date of payment", "paid_on"),
            item("振込先", "Paid to", "account"),
            EARLIER,
            FACTS,
        ),
        needs=frozenset({"amount", "paid_on", "account"}),
    ),
    Kind.DISPOSAL_APPROVAL: KindWords(
        title=Text("財産処分承認通知書", "Notice of approval to dispose of an asset"),
        subject=Text("{scheme}に係る財産処分の承認について（通知）", "Approval to dispose of an asset: {scheme}"),
        opening=(
            Text(
                "{applied}で申請のあった標記の財産処分については、下記のとおり承認することに決定したので通知します。",
                "Regarding your application {applied}, it has been decided to approve the disposal as set out below.",
            ),
        ),
        items=(
            EARLIER,
            FACTS,
            item("納付を要する額", "To be paid to the city", "amount"),
            CALCULATION,
            item("納付期限", "Pay by", "due"),
            CONDITIONS,
        ),
        needs=frozenset({"applied_on", "facts"}),
    ),
    Kind.TAX_RELIEF: KindWords(
        title=Text("課税免除等決定通知書", "Notice of tax relief"),
        subject=Text("{scheme}の決定について（通知）", "Decision on tax relief: {scheme}"),
        opening=(
            Text(
                "{applied}で申請のあった標記の件については、下記のとおり決定したので通知します。",
                "Regarding your application {applied}, it has been decided as set out below.",
            ),
        ),
        items=(
            FACTS,
            item("軽減する税額", "Tax reduced by", "amount"),
            REQUESTED,
            reasons("申請の一部を認めない理由", "Reasons for not allowing the whole application"),
            YEARS,
            CALCULATION,
            CONDITIONS,
        ),
        needs=frozenset({"applied_on", "facts", "amount"}),
        adverse=Adverse.BELOW_REQUEST,
        sealed=True,
    ),
}
