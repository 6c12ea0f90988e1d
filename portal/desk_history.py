"""The history of a case in words: one sentence for every event that services record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.models import Case, Event
from applications.rules import rule_book
from portal.components.dates import day_text, fiscal_year_text
from portal.components.money import yen_text
from portal.desk_facts import answer_text
from portal.desk_words import decision_title, document_title, fact_title, step_title
from portal.fact_forms import words

SENTENCES: dict[str, str | Promise] = {
    "started": _("案件を作成しました（%(step)s）。"),
    "filing_started": _("%(step)sの作成を始めました。"),
    "document_added": _("書類を添付しました（%(paper)s）。"),
    "document_removed": _("書類を取り外しました（%(paper)s）。"),
    "submitted": _("%(step)sを提出しました（第%(revision)s版）。"),
    "withdrawn": _("%(step)sを取り下げました。"),
    "taken_up": _("%(step)sの審査を始めました。"),
    "fact_confirmed": _("「%(fact)s」を申告どおり確認しました。"),
    "fact_changed": _("「%(fact)s」を %(declared)s から %(confirmed)s に変更しました。"),
    "facts_confirmed": _("申告事項%(count)s件を申告どおり確認しました。"),
    "criterion_decided": _("要件「%(criterion)s」を%(accepted)sと判断しました。"),
    "correction_requested": _("補正を依頼しました（期限 %(due)s）。"),
    "correction_answered": _("補正に回答しました（第%(revision)s版）。"),
    "decision_drafted": _("「%(kind)s」を起案しました。%(amount)s"),
    "revocation_drafted": _("取消しを起案しました。"),
    "approved": _("「%(kind)s」を決裁しました。"),
    "returned": _("起案を差し戻しました。"),
    "issued": _("「%(kind)s」を施行しました（%(number)s）。%(amount)s"),
    "confirmed": _("%(step)sを確認しました。"),
    "letter_retried": _("通知書の作成をやり直しました（%(number)s）。"),
    "kpi_planned": _("評価指標「%(indicator)s」に見込みとして計上しました（%(year)s）。"),
    "kpi_actual": _("評価指標「%(indicator)s」に実績として計上しました（%(year)s）。"),
    "kpi_reversed": _("評価指標「%(indicator)s」の計上を取り消しました。"),
    "kpi_already_counted": _("評価指標「%(indicator)s」には、この企業が既に計上されています。"),
    "kpi_no_frame": _("評価指標「%(indicator)s」の計画期間の外のため、計上しませんでした（%(year)s）。"),
}
"""Code of an event → sentence."""


@dataclass(frozen=True, slots=True)
class Line:
    """One event as the desk shows it. ``details``: reasons, items and names below the sentence."""

    at: datetime
    who: str
    sentence: str
    details: tuple[str, ...]
    internal: bool


def history(case: Case, events: Iterable[Event]) -> list[Line]:
    """The events in words, in the order given."""
    return [_line(case, event) for event in events]


def _line(case: Case, event: Event) -> Line:
    template = SENTENCES.get(event.code)
    sentence = str(template) % _Values(case, event) if template is not None else event.code
    return Line(event.at, str(event.actor or gettext("システム")), sentence, tuple(_details(event)), event.internal)


class _Values(dict[str, Any]):
    """What a sentence may name, worked out when it does."""

    def __init__(self, case: Case, event: Event) -> None:
        super().__init__()
        self.case = case
        self.data: dict[str, Any] = event.data

    def __missing__(self, name: str) -> str:
        return _NAMED[name](self)


def _year(values: _Values) -> str:
    year = values.data.get("year")
    return fiscal_year_text(int(year)) if year else ""


def _amount(values: _Values) -> str:
    amount = values.data.get("amount")
    return gettext("金額 %(amount)s。") % {"amount": yen_text(int(amount))} if amount is not None else ""


def _answer(name: str) -> Callable[[_Values], str]:
    def text(values: _Values) -> str:
        fact = rule_book().vocabulary.facts.get(values.data.get("fact", ""))
        answer = values.data.get(name)
        return answer_text(fact, answer) if fact is not None else str(answer)

    return text


def _criterion(values: _Values) -> str:
    name = str(values.data.get("criterion", ""))
    versions = rule_book().scheme(values.case.scheme).versions
    bound = [v for v in versions if v.name == values.case.version] or list(versions)
    return next((words(c.text) for v in bound for c in v.criteria if c.name == name), name)


def _indicator(values: _Values) -> str:
    name = str(values.data.get("indicator", ""))
    found = rule_book().kpi.indicators.get(name)
    return words(found.title) if found is not None else name


def _due(values: _Values) -> str:
    written = values.data.get("due_on")
    return day_text(date.fromisoformat(written)) if written else ""


_NAMED: dict[str, Callable[[_Values], str]] = {
    "step": lambda values: step_title(values.case, str(values.data.get("step", ""))),
    "paper": lambda values: document_title(str(values.data.get("kind", ""))),
    "revision": lambda values: str(values.data.get("revision", "")),
    "fact": lambda values: fact_title(str(values.data.get("fact", ""))),
    "declared": _answer("declared"),
    "confirmed": _answer("confirmed"),
    "count": lambda values: str(len(values.data.get("facts", ()))),
    "criterion": _criterion,
    "accepted": lambda values: gettext("認める") if values.data.get("accepted") else gettext("認めない"),
    "due": _due,
    "kind": lambda values: decision_title(str(values.data.get("kind", ""))),
    "number": lambda values: str(values.data.get("number", "")),
    "amount": _amount,
    "indicator": _indicator,
    "year": _year,
}


def _details(event: Event) -> Iterable[str]:
    if event.data.get("reason"):
        yield gettext("理由：%(reason)s") % {"reason": event.data["reason"]}
    for item in event.data.get("items", ()):
        yield str(item.get("text", ""))
    if event.data.get("facts"):
        yield gettext("、").join(fact_title(name) for name in event.data["facts"])
