"""Builders of the numbered items under 記: each takes from the decision's data what it shows, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from documents.letters.content import NOTHING, Body, Bullets, Day, FiscalYear, Moment, Reasons, Table, Yen
from documents.letters.decision import DecisionData, EarlierDecision
from documents.wording import english_date, era_date, masked_account, readable_size
from eligibility.rulebook.model import Text

Builder = Callable[[DecisionData], Body | None]


def _yen(amount: int | None) -> Yen | None:
    return None if amount is None else Yen(amount)


def earlier_named(earlier: EarlierDecision) -> Text:
    """The earlier decision by date and number, as it is quoted in a sentence."""
    return Text(
        f"{era_date(earlier.issued_on)}付け{earlier.number}", f"{earlier.number} of {english_date(earlier.issued_on)}"
    )


def application_named(data: DecisionData) -> Text:
    """The application by date and reference. Empty when the data tell no date."""
    if data.applied_on is None:
        return NOTHING
    return Text(
        f"{era_date(data.applied_on)}付け" + (f"（受付番号{data.reference}）" if data.reference else ""),
        f"of {english_date(data.applied_on)}" + (f" (reference {data.reference})" if data.reference else ""),
    )


def _earlier(data: DecisionData) -> Body | None:
    return earlier_named(data.earlier) if data.earlier else None


def _earlier_amount(data: DecisionData) -> Body | None:
    return _yen(data.earlier.yen) if data.earlier else None


def _remaining(data: DecisionData) -> Body | None:
    if data.earlier is None or data.earlier.yen is None or data.amount is None:
        return None
    return Yen(data.earlier.yen - data.amount)


def _reduction(data: DecisionData) -> Body | None:
    return None if data.requested is None or data.amount is None else Yen(data.requested - data.amount)


def _requested(data: DecisionData) -> Body | None:
    """Shown only where it differs from what is given."""
    return None if data.requested == data.amount else _yen(data.requested)


def _to_pay(data: DecisionData) -> Body | None:
    if data.amount is None or data.paid is None or data.amount <= data.paid:
        return None
    return Yen(data.amount - data.paid)


def _to_return(data: DecisionData) -> Body | None:
    if data.amount is None or data.paid is None or data.amount >= data.paid:
        return None
    return Yen(data.paid - data.amount)


def _years(data: DecisionData) -> Body | None:
    if not data.years:
        return None
    return Table(
        (Text("年度", "Fiscal year"), Text("金額", "Amount")),
        tuple((FiscalYear(part.fiscal_year), Yen(part.yen)) for part in data.years),
        Yen(sum(part.yen for part in data.years)),
        short=frozenset({0}),
        narrow=True,
    )


def _files(data: DecisionData) -> Body | None:
    if not data.files:
        return None
    return Table(
        (Text("ファイル名", "File"), Text("大きさ", "Size"), Text("SHA-256", "SHA-256")),
        tuple(
            (
                Text(file.name, file.name),
                Text(readable_size(file.size, "ja"), readable_size(file.size, "en")),
                Text(file.sha256, file.sha256),
            )
            for file in data.files
        ),
        short=frozenset({1}),
        code=frozenset({2}),
    )


def _defects(data: DecisionData) -> Body | None:
    if not data.defects:
        return None
    return Table(
        (Text("箇所", "Place"), Text("補正を要する内容", "What is wrong"), Text("補正の方法", "How to mend it")),
        tuple((defect.place, defect.what, defect.how) for defect in data.defects),
    )


def _conditions(data: DecisionData) -> Body | None:
    if not data.conditions:
        return None
    return Bullets(tuple((condition.heading, condition.text) for condition in data.conditions))


def _changes(data: DecisionData) -> Body | None:
    if not data.changes:
        return None
    return Table(
        (Text("項目", "Item"), Text("変更前", "Before"), Text("変更後", "After")),
        tuple((change.label, change.before, change.after) for change in data.changes),
    )


def _standard_days(data: DecisionData) -> Body | None:
    if data.standard_days is None:
        return None
    return Text(
        f"{data.standard_days}開庁日（到達の日の翌日から起算します。補正に要する期間は含みません。）",
        f"{data.standard_days} days on which the city is open, counted from the day after arrival (time for "
        f"corrections not included)",
    )


def _withdrawal(data: DecisionData) -> Body | None:
    if data.withdrawal_days is None:
        return None
    return Text(
        f"この決定の内容又は条件に不服があるときは、この通知を受けた日の翌日から起算して"
        f"{data.withdrawal_days}日以内に、書面により申請を取り下げることができます。",
        f"If you do not agree to the decision or its conditions, you may withdraw the application in writing "
        f"within {data.withdrawal_days} days, counted from the day after you receive this letter.",
    )


def _account(data: DecisionData) -> Body | None:
    if data.account is None:
        return None
    number = masked_account(data.account.number)
    return Text(
        f"{data.account.bank.ja}　口座番号{number}　{data.account.holder}",
        f"{data.account.bank.en}, account {number}, {data.account.holder}",
    )


BUILDERS: Final[Mapping[str, Builder]] = {
    "reference": lambda data: Text(data.reference, data.reference) if data.reference else None,
    "received_at": lambda data: Moment(data.received_at) if data.received_at else None,
    "files": _files,
    "standard_days": _standard_days,
    "defects": _defects,
    "due": lambda data: Day(data.due) if data.due else None,
    "measure": lambda data: data.measure if data.measure.ja else None,
    "amount": lambda data: _yen(data.amount),
    "requested": _requested,
    "reduction": _reduction,
    "years": _years,
    "calculation": lambda data: data.calculation,
    "reasons": lambda data: Reasons(data.reasons) if data.reasons else None,
    "conditions": _conditions,
    "changes": _changes,
    "earlier": _earlier,
    "earlier_amount": _earlier_amount,
    "remaining": _remaining,
    "paid": lambda data: _yen(data.paid),
    "to_pay": _to_pay,
    "to_return": _to_return,
    "paid_on": lambda data: Day(data.paid_on) if data.paid_on else None,
    "account": _account,
    "withdrawal": _withdrawal,
    "report_due": lambda data: Day(data.report_due) if data.report_due else None,
    "books_until": lambda data: Day(data.books_until) if data.books_until else None,
}
"""By the names that the wording tables use. ``facts`` is not here: it gives several items at once."""
