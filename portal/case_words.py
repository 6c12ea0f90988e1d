"""Names of steps, papers and decisions of a case, and its history in words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext

from applications.models import Case, Event, Filing
from applications.procedure import scheme_of
from applications.rules import rule_book
from eligibility.rulebook.model import ProcedureStep
from portal.components.dates import day_text, fiscal_year_text
from portal.components.money import yen_text
from portal.fact_text import cited, language, listed, words


def step_named(case: Case, name: str) -> ProcedureStep | None:
    """A step by name, of whatever version has it: a draft is not bound to one yet."""
    versions = sorted(scheme_of(case).versions, key=lambda v: (v.name != case.version, -v.first_day.toordinal()))
    for version in versions:
        for step in version.procedure:
            if step.name == name:
                return step
    return None


def step_title(case: Case, name: str) -> str:
    """Title of a step in the reader's language."""
    step = step_named(case, name)
    return words(step.title) if step is not None else gettext("手続")


def filing_title(filing: Filing) -> str:
    """``交付申請（2027年度）``."""
    title = step_title(filing.case, filing.step)
    if filing.fiscal_year is None:
        return title
    return gettext("%(what)s（%(year)s）") % {"what": title, "year": fiscal_year_text(filing.fiscal_year)}


def paper_title(kind: str) -> str:
    """Title of a kind of paper."""
    documents = rule_book().vocabulary.documents
    return words(documents[kind].title) if kind in documents else gettext("書類")


def decision_title(kind: str) -> str:
    """Title of a kind of decision."""
    decisions = rule_book().vocabulary.decisions
    return words(decisions[kind].title) if kind in decisions else gettext("決定")


def letter_title(kind: str) -> str:
    """Title of the letter that carries a decision."""
    decisions = rule_book().vocabulary.decisions
    letter = decisions[kind].letter if kind in decisions else None
    return words(letter) if letter is not None else decision_title(kind)


def subject_title(about: str) -> str:
    """What a correction is about: a fact or a paper; nothing when it is about the whole."""
    vocabulary = rule_book().vocabulary
    if about in vocabulary.facts:
        return words(vocabulary.facts[about].title)
    return words(vocabulary.documents[about].title) if about in vocabulary.documents else ""


# --- history -------------------------------------------------------------------------------------------------

BY_THE_FIRM = frozenset(
    {"started", "filing_started", "document_added", "document_removed", "submitted", "correction_answered", "withdrawn"}
)
"""Events of which the acting person is named; for the city only the city is."""


def event_words(event: Event, case: Case) -> str:
    """One event of the history as a sentence; empty for events that are not for applicants."""
    data = event.data
    step = step_title(case, data["step"]) if "step" in data else ""
    sentences = {
        "started": gettext("案件を作成し、「%(step)s」の下書きを始めました。"),
        "filing_started": gettext("「%(step)s」の下書きを始めました。"),
        "document_added": gettext("書類「%(paper)s」を添付しました（%(name)s）。"),
        "document_removed": gettext("書類「%(paper)s」を外しました（%(name)s）。"),
        "submitted": gettext("「%(step)s」を提出しました。"),
        "taken_up": gettext("「%(step)s」の審査が始まりました。"),
        "correction_requested": gettext("「%(step)s」について、補正を依頼されました（期限：%(due)s）。"),
        "correction_answered": gettext("「%(step)s」の補正に答え、再び提出しました。"),
        "confirmed": gettext("「%(step)s」が確認されました。"),
        "issued": gettext("%(decision)sの通知書（%(number)s）が出ました。%(amount)s"),
        "withdrawn": gettext("「%(step)s」を取り下げました。"),
    }
    if event.internal or event.code not in sentences:
        return ""
    amount = data.get("amount")
    return sentences[event.code] % {
        "step": step,
        "paper": paper_title(data.get("kind", "")),
        "decision": decision_title(data.get("kind", "")),
        "name": data.get("name", ""),
        "number": data.get("number", ""),
        "due": day_text(date.fromisoformat(data["due_on"])) if "due_on" in data else "",
        "amount": gettext("金額は%(yen)sです。") % {"yen": yen_text(amount)} if amount is not None else "",
    }


def history(case: Case) -> list[dict[str, Any]]:
    """Everything that happened to a case and is not internal to the city, the newest first. One query."""
    events = case.events.filter(internal=False).select_related("actor").order_by("-pk")
    found = []
    for event in events:
        text = event_words(event, case)
        if text:
            who = str(event.actor) if event.actor is not None and event.code in BY_THE_FIRM else gettext("仙台市")
            found.append({"at": event.at, "who": who, "text": text})
    return found


def reasons(decision: Any) -> list[dict[str, str]]:
    """Why a decision went against the applicant: criterion, provision, facts, the official's words."""
    code = language()
    return [
        {
            "text": _reason_words(reason, code),
            "article": cited(reason.get("article", "")),
            "facts": listed(
                gettext("%(name)s：%(value)s") % {"name": fact["label"][code], "value": fact["value"][code]}
                for fact in reason.get("facts", [])
            ),
            "words": reason.get("words", ""),
        }
        for reason in decision.reasons
    ]


def _reason_words(reason: dict[str, Any], code: str) -> str:
    """A failed criterion is named as such; an official's own reason stands for itself."""
    text = reason["text"].get(code) or reason["text"]["ja"]
    return (
        gettext("「%(criterion)s」という要件を満たしていません。") % {"criterion": text}
        if reason.get("criterion")
        else text
    )
