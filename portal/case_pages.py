"""What the pages of a case show: what the applicant has to do next, the path of steps, decisions and letters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from applications.models import Case, CorrectionRequest, Decision, Filing, Letter
from applications.procedure import StepState, fileable_steps, lenient_facts, path, scheme_of, version_of
from applications.rules import rule_book
from applications.selectors import open_correction, with_filings
from applications.states import GIVEN_UP, WITH_THE_CITY, WITH_THE_FIRM, CaseState, FilingState
from eligibility.rulebook.model import ProcedureStep
from portal.case_words import decision_title, filing_title, letter_title, reasons, subject_title
from portal.deadlines import filing_deadline
from portal.fact_text import words

URGENCY: Final = ("correction", "draft", "next", "waiting", "closed")
"""Kinds of duties, the most urgent first."""
ENDED: Final = (CaseState.CLOSED, CaseState.REVOKED)


@dataclass(frozen=True)
class Duty:
    """The one thing to do next in a case. ``kind``: correction, draft, next, waiting (the city has to act), closed."""

    kind: str
    title: str
    until: date | None = None
    url: str = ""
    filing: Filing | None = None
    correction: CorrectionRequest | None = None
    step: ProcedureStep | None = None

    @property
    def of_the_firm(self) -> bool:
        """The firm has to act."""
        return self.kind in ("correction", "draft", "next")


@dataclass(frozen=True)
class Row:
    """A case as a list shows it."""

    case: Case
    title: str
    filing: Filing | None
    filing_title: str
    duty: Duty
    path: list[dict[str, Any]]
    url: str


def filing_url(filing: Filing) -> str:
    """The page of a filing: the form while the firm may change it, afterwards what was handed in."""
    name = "filing_form" if filing.state in WITH_THE_FIRM else "filing_receipt"
    return reverse(name, args=[filing.case.reference, filing.pk])


def filings_of(case: Case) -> list[Filing]:
    """The case's filings, which know their case without a query."""
    filings = list(case.filings.all())
    for filing in filings:
        filing.case = case
    return filings


def duty_of(case: Case, today: date) -> Duty:
    """What has to be done next, and by when. Works on what :func:`own_list` has fetched."""
    filings = filings_of(case)
    for filing in filings:
        correction = open_correction(filing)
        if filing.state == FilingState.CORRECTION_REQUESTED and isinstance(correction, CorrectionRequest):
            return Duty("correction", filing_title(filing), correction.due_on, filing_url(filing), filing, correction)
    draft = next((f for f in filings if f.state == FilingState.DRAFT), None)
    if draft is not None:
        return Duty("draft", filing_title(draft), _due(draft, today), filing_url(draft), draft)
    if case.state in ENDED:
        return Duty("closed", gettext("手続は終了しました"))
    waiting = next((f for f in filings if f.state in WITH_THE_CITY), None)
    if waiting is not None:
        return Duty("waiting", filing_title(waiting), None, filing_url(waiting), waiting)
    steps = fileable_steps(case, today)
    if steps:
        step = steps[-1]
        return Duty("next", words(step.title), _step_due(case, step, today), step=step)
    return Duty("closed", gettext("いま行う手続はありません"))


def _due(filing: Filing, today: date) -> date | None:
    """Last day for a draft: fixed when it was started, or as its answers make it."""
    if filing.due_on is not None:
        return filing.due_on
    version = version_of(filing.case, filing.answers, today)
    step = next((s for s in version.procedure if s.name == filing.step), None) if version is not None else None
    if version is None or step is None:
        return None
    return filing_deadline(version, step, lenient_facts(filing.answers), today)


def _step_due(case: Case, step: ProcedureStep, today: date) -> date | None:
    version = version_of(case, on=today)
    return filing_deadline(version, step, lenient_facts(case.facts), today) if version is not None else None


# --- the path ------------------------------------------------------------------------------------------------


def path_lines(case: Case, today: date) -> list[dict[str, Any]]:
    """The steps for ``{% step_path %}``. Optional steps that were passed over are left out, and steps that will never come
    because the case has ended."""
    filings = filings_of(case)
    left_out = {"skipped", "later"} if case.state in ENDED else {"skipped"}
    return [_line(case, state, today) for state in path(case, filings, today) if state.state not in left_out]


def _line(case: Case, state: StepState, today: date) -> dict[str, Any]:
    line: dict[str, Any] = {"title": words(state.step.title), "state": "later", "today": today}
    live = [filing for filing in state.filings if filing.state not in GIVEN_UP]
    if state.state in ("done", "refused") and live:
        decided = [d.issued_at for d in live[-1].decisions.all() if d.issued_at is not None]
        line |= {"state": "done", "date": max(decided, default=live[-1].arrived_at), "url": filing_url(live[-1])}
        if state.state == "refused":
            line["note"] = gettext("認められませんでした。")
    elif state.state == "current" and live:
        filing = live[-1]
        correction = open_correction(filing)
        until = correction.due_on if isinstance(correction, CorrectionRequest) else None
        line |= {"state": "current", "url": filing_url(filing), "note": FilingState(filing.state).label}
        line["until"] = until or (_due(filing, today) if filing.state == FilingState.DRAFT else None)
    elif state.state == "next":
        line |= {"until": _step_due(case, state.step, today), "note": gettext("いま行えます。")}
    return line


# --- lists ---------------------------------------------------------------------------------------------------


def own_list(cases: QuerySet[Case]) -> list[Row]:
    """The user's cases, the next duty first. The number of queries does not depend on the number of cases."""
    today = localdate()
    rows = [row_of(case, today) for case in with_filings(cases)]
    far = date.max
    return sorted(rows, key=lambda row: (URGENCY.index(row.duty.kind), row.duty.until or far))


def row_of(case: Case, today: date) -> Row:
    """A case as a row of the list."""
    filings = filings_of(case)
    live = [filing for filing in filings if filing.state not in GIVEN_UP] or filings
    latest = live[-1] if live else None
    return Row(
        case=case,
        title=words(scheme_of(case).title),
        filing=latest,
        filing_title=filing_title(latest) if latest is not None else "",
        duty=duty_of(case, today),
        path=path_lines(case, today),
        url=reverse("case_page", args=[case.reference]),
    )


def correction_items(correction: CorrectionRequest) -> list[dict[str, str]]:
    """What an official asked for, each with the title of the fact or paper it is about."""
    return [
        {"about": item["about"], "title": subject_title(item["about"]), "text": item["text"]}
        for item in correction.items
    ]


# --- decisions and letters -----------------------------------------------------------------------------------


def letter_lines(letters: Iterable[Letter]) -> list[dict[str, Any]]:
    """Letters as downloads; one that is still being made has no address yet."""
    return [
        {
            "title": letter_title(letter.kind),
            "number": letter.number,
            "issued_on": letter.issued_on,
            "url": reverse("letter_pdf", args=[letter.pk]) if letter.file_id is not None else "",
            "case": letter.case,
        }
        for letter in letters
    ]


def decision_lines(case: Case) -> list[dict[str, Any]]:
    """Decisions that have been issued, the newest first, with amount, reasons and letter."""
    decisions = (
        case.decisions.filter(state=FilingState.ISSUED).select_related("letter", "filing").order_by("-issued_at")
    )
    return [_decision_line(decision, case) for decision in decisions]


def _decision_line(decision: Decision, case: Case) -> dict[str, Any]:
    letter = getattr(decision, "letter", None)
    if letter is not None:
        letter.case = case
    if decision.filing is not None:
        decision.filing.case = case
    kinds = rule_book().vocabulary.decisions
    return {
        "title": decision_title(decision.kind),
        "adverse": decision.kind in kinds and kinds[decision.kind].adverse,
        "filing": filing_title(decision.filing) if decision.filing is not None else "",
        "issued_at": decision.issued_at,
        "amount": decision.amount,
        "reasons": reasons(decision),
        "conditions": list(decision.conditions),
        "letter": letter_lines([letter])[0] if letter is not None else None,
    }
