"""Wording of letters that refuse, order, revoke or demand (letters 4, 5, 7b, 10, 13–18)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from documents.letters.decision import Kind
from documents.letters.words import (
    CALCULATION,
    CONDITIONS,
    EARLIER,
    EARLIER_AMOUNT,
    FACTS,
    Adverse,
    KindWords,
    Words,
    fixed,
    item,
    reasons,
)
from eligibility.rulebook.model import Text


def _refusal(title: Text, subject: Text, matter: Text, decided: Text, why: Text) -> KindWords:
    """A letter that answers an application with no. ``decided`` completes "it has been decided …"."""
    return KindWords(
        title=title,
        subject=subject,
        opening=(
            Text(
                f"{{applied}}で{matter.ja}については、下記のとおり{decided.ja}ことに決定したので通知します。",
                f"Regarding {matter.en} {{applied}}, it has been decided {decided.en} for the reasons set out below.",
            ),
        ),
        items=(reasons(why.ja, why.en), FACTS),
        needs=frozenset({"applied_on", "reasons"}),
        adverse=Adverse.ALWAYS,
    )


_APPLICATION = "your application"

_CORRECTIVE_ORDER = KindWords(
    title=Text("是正措置命令書", "Order to comply"),
    subject=Text("{scheme}に係る是正措置について（命令）", "Order to comply: {scheme}"),
    opening=(
        Text(
            "{earlier}で決定した標記の事業については、是正のための措置をとるよう、下記のとおり命じます。",
            "Regarding the project decided by {earlier}, you are ordered to take the measure set out below.",
        ),
    ),
    items=(
        item("とるべき措置", "Measure to be taken", "measure"),
        item("期限", "To be done by", "due"),
        reasons("理由", "Reasons"),
        FACTS,
    ),
    needs=frozenset({"earlier", "measure", "due", "reasons"}),
    adverse=Adverse.ALWAYS,
    sealed=True,
)

_REPAYMENT = KindWords(
    title=Text("返還命令書", "Order to repay"),
    subject=Text("{scheme}の返還について（命令）", "Order to repay: {scheme}"),
    opening=(
        Text(
            "{earlier}で決定した標記の{money}について、下記のとおり返還を命じます。",
            "You are ordered to repay the {money} decided by {earlier} as set out below.",
        ),
    ),
    items=(
        item("返還を要する額", "Amount to be repaid", "amount"),
        item("返還の期限", "To be repaid by", "due"),
        reasons("返還の理由", "Reasons for the repayment"),
        CALCULATION,
        item("加算金及び延滞金", "Surcharge and late charge", "measure"),
        FACTS,
    ),
    needs=frozenset({"earlier", "amount", "due", "measure", "reasons"}),
    adverse=Adverse.ALWAYS,
    sealed=True,
)

_REVOCATION_NOTE = fixed(
    "取消しに伴う返還",
    "Repayment after the revocation",
    "取り消した決定により既に支払った額があるときは、返還の額及び期限を別に通知します。",
    "Where money has already been paid under the revoked decision, the amount to be repaid and the date are notified "
    "separately.",
)

ADVERSE: Final[Words] = {
    Kind.NON_DESIGNATION: _refusal(
        Text("指定しない旨の通知書", "Notice of refusal to designate"),
        Text("{scheme}に係る指定の申請について（通知）", "Application for designation: {scheme}"),
        Text("申請のあった標記の指定", _APPLICATION),
        Text("指定しない", "not to designate the project"),
        Text("指定しない理由", "Reasons for the refusal"),
    ),
    Kind.NON_GRANT: _refusal(
        Text("不交付決定通知書", "Notice of refusal"),
        Text("{scheme}の不交付決定について（通知）", "Decision not to pay: {scheme}"),
        Text("申請のあった標記の{money}", _APPLICATION),
        Text("交付しない", "not to pay the {money}"),
        Text("交付しない理由", "Reasons for the refusal"),
    ),
    Kind.NON_CERTIFICATION: _refusal(
        Text("認定しない旨の通知書", "Notice of refusal to certify"),
        Text("{scheme}に係る認定の申請について（通知）", "Application for certification: {scheme}"),
        Text("申請のあった標記の認定", _APPLICATION),
        Text("認定しない", "not to certify"),
        Text("認定しない理由", "Reasons for the refusal"),
    ),
    Kind.NON_SELECTION: _refusal(
        Text("不採択通知書", "Notice of non-selection"),
        Text("{scheme}の不採択について（通知）", "Non-selection: {scheme}"),
        Text("応募のあった標記の事業", "your proposal"),
        Text("採択しない", "not to select it"),
        Text("採択しない理由", "Reasons for not selecting the proposal"),
    ),
    Kind.USE_REFUSAL: _refusal(
        Text("利用不承認通知書", "Notice of refusal of use"),
        Text("{scheme}の利用の申込みについて（通知）", "Request for use: {scheme}"),
        Text("申込みのあった標記の利用", "your request"),
        Text("承認しない", "not to approve the use"),
        Text("承認しない理由", "Reasons for the refusal"),
    ),
    Kind.CHANGE_REFUSAL: _refusal(
        Text("変更不承認通知書", "Notice of refusal of a change"),
        Text("{scheme}に係る変更の申請について（通知）", "Application for a change: {scheme}"),
        Text("申請のあった標記の変更", _APPLICATION),
        Text("承認しない", "not to approve the change"),
        Text("承認しない理由", "Reasons for the refusal"),
    ),
    Kind.DISPOSAL_REFUSAL: _refusal(
        Text("財産処分不承認通知書", "Notice of refusal to dispose of an asset"),
        Text("{scheme}に係る財産処分の申請について（通知）", "Application to dispose of an asset: {scheme}"),
        Text("申請のあった標記の財産処分", _APPLICATION),
        Text("承認しない", "not to approve the disposal"),
        Text("承認しない理由", "Reasons for the refusal"),
    ),
    Kind.TAX_REFUSAL: replace(
        _refusal(
            Text("課税免除等却下通知書", "Notice of refusal of tax relief"),
            Text("{scheme}の申請について（通知）", "Application for tax relief: {scheme}"),
            Text("申請のあった標記の件", _APPLICATION),
            Text("申請を却下する", "to reject the application"),
            Text("却下の理由", "Reasons for the rejection"),
        ),
        sealed=True,
    ),
    Kind.CORRECTIVE_ORDER: replace(
        _CORRECTIVE_ORDER,
        on_contract=replace(
            _CORRECTIVE_ORDER,
            title=Text("是正措置請求書", "Request to comply"),
            subject=Text("{scheme}に係る是正措置について（請求）", "Request to comply: {scheme}"),
            opening=(
                Text(
                    "{earlier}で決定した標記の事業については、是正のための措置をとるよう、下記のとおり請求します。",
                    "Regarding the project decided by {earlier}, you are requested to take the measure set out below.",
                ),
            ),
        ),
    ),
    Kind.REVOCATION: KindWords(
        title=Text("取消通知書（全部）", "Notice of revocation (whole)"),
        subject=Text(
            "{scheme}に係る決定の取消し（全部）について（通知）", "Revocation of the whole decision: {scheme}"
        ),
        opening=(
            Text(
                "{earlier}で行った標記の決定については、下記のとおりその全部を取り消すことに決定したので通知します。",
                "It has been decided to revoke the whole of the decision {earlier} as set out below.",
            ),
        ),
        items=(
            EARLIER,
            item("取り消す額", "Amount revoked", "amount"),
            reasons("取消しの理由", "Reasons for the revocation"),
            item("取消しの効果", "Effect of the revocation", "measure"),
            FACTS,
            _REVOCATION_NOTE,
        ),
        needs=frozenset({"earlier", "reasons"}),
        adverse=Adverse.ALWAYS,
        sealed=True,
    ),
    Kind.REVOCATION_PARTIAL: KindWords(
        title=Text("取消通知書（一部）", "Notice of revocation (part)"),
        subject=Text(
            "{scheme}に係る決定の取消し（一部）について（通知）", "Revocation of a part of the decision: {scheme}"
        ),
        opening=(
            Text(
                "{earlier}で行った標記の決定については、下記のとおりその一部を取り消すことに決定したので通知します。",
                "It has been decided to revoke a part of the decision {earlier} as set out below.",
            ),
        ),
        items=(
            EARLIER,
            EARLIER_AMOUNT,
            item("取り消す額", "Amount revoked", "amount"),
            item("取消し後の額", "Amount that remains", "remaining"),
            reasons("取消しの理由", "Reasons for the revocation"),
            CALCULATION,
            item("取消しの効果", "Effect of the revocation", "measure"),
            FACTS,
            CONDITIONS,
            _REVOCATION_NOTE,
        ),
        needs=frozenset({"earlier", "amount", "reasons"}),
        adverse=Adverse.ALWAYS,
        sealed=True,
    ),
    Kind.REPAYMENT: replace(
        _REPAYMENT,
        on_contract=replace(
            _REPAYMENT,
            title=Text("返還請求書", "Demand for repayment"),
            subject=Text("{scheme}の返還について（請求）", "Demand for repayment: {scheme}"),
            opening=(
                Text(
                    "{earlier}で決定した標記の{money}について、下記のとおり返還を請求します。",
                    "Repayment of the {money} decided by {earlier} is demanded as set out below.",
                ),
            ),
        ),
    ),
    Kind.SURCHARGE: KindWords(
        title=Text("加算金・延滞金納入通知書", "Notice of surcharge and late charge"),
        subject=Text("{scheme}に係る加算金及び延滞金の納入について（通知）", "Surcharge and late charge: {scheme}"),
        opening=(
            Text(
                "{earlier}に関し、下記のとおり加算金又は延滞金の納入を要するので通知します。",
                "In connection with {earlier}, a surcharge or late charge is to be paid as set out below.",
            ),
        ),
        items=(
            item("納入を要する額", "Amount to be paid", "amount"),
            item("納入の期限", "Pay by", "due"),
            reasons("理由", "Reasons"),
            CALCULATION,
            item("計算の方法", "How it is computed", "measure"),
            FACTS,
        ),
        needs=frozenset({"earlier", "amount", "due", "calculation", "reasons"}),
        adverse=Adverse.ALWAYS,
        sealed=True,
    ),
    Kind.REMINDER: KindWords(
        title=Text("督促状", "Reminder"),
        subject=Text("{scheme}に係る未納額の納入について（督促）", "Payment overdue: {scheme}"),
        opening=(
            Text(
                "{earlier}により納入を求めた下記の額が、期限を過ぎても納入されていませんので、下記のとおり督促します。",
                "The amount below, demanded by {earlier}, has not been paid in time. Please pay it as set out below.",
            ),
        ),
        items=(
            item("未納の額", "Amount unpaid", "amount"),
            item("納入の期限", "Pay by", "due"),
            item("延滞金", "Late charge", "measure"),
            FACTS,
        ),
        needs=frozenset({"earlier", "amount", "due"}),
        sealed=True,
        tells_appeal=True,
    ),
}
