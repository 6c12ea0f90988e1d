"""A whole case as JSON, from rows that have been loaded already."""

from __future__ import annotations

from datetime import date
from typing import Any

from rest_framework.request import Request

from applications.models import Case
from applications.procedure import fileable_steps, path
from applications.states import WITH_THE_FIRM
from portal.api.cases.access import acts_for_applicant, handed_in_answers
from portal.api.cases.shapes import (
    CaseSummarySerializer,
    CorrectionSerializer,
    DecisionSerializer,
    EventSerializer,
    LetterSerializer,
    issued,
    open_request,
)


def case_json(case: Case, request: Request, day: date) -> dict[str, Any]:
    """The case as its reader may see it on that day."""
    own = acts_for_applicant(request, case)
    filings = list(case.filings.all())
    correction = open_request(filings)
    content: dict[str, Any] = dict(CaseSummarySerializer(case, context={"acts_for": lambda _case: own}).data)
    content |= {
        "version_hash": case.version_hash,
        "path": path_json(case, day, own=own),
        "next_steps": [step.name for step in fileable_steps(case, day)],
        "answers": _answers_under_way(case, own=own),
        "correction": CorrectionSerializer(correction).data if correction is not None else None,
        "decisions": DecisionSerializer(issued(case.decisions.all()), many=True).data,
        "letters": LetterSerializer(case.letters.all(), many=True).data,
        "events": EventSerializer(case.events.filter(internal=False), many=True).data,
    }
    return content


def path_json(case: Case, day: date, *, own: bool) -> list[dict[str, Any]]:
    """The procedure with the state of each step."""
    return [
        {
            "step": part.step.name,
            "text": part.step.title.as_dict(),
            "state": part.state,
            "optional": part.step.optional,
            "repeats": part.step.repeats,
            "filings": [filing.pk for filing in part.filings if own or filing.arrived_at is not None],
        }
        for part in path(case, list(case.filings.all()), day)
    ]


def _answers_under_way(case: Case, *, own: bool) -> dict[str, Any] | None:
    """Answers of the filing that the applicant is working on. Officials see what was handed in, and no drafts."""
    for filing in case.filings.all():
        if filing.state in WITH_THE_FIRM and (own or filing.arrived_at is not None):
            return dict(filing.answers) if own else handed_in_answers(filing)
    return None
