"""A filing as JSON: the form that the procedure asks for, with answers, problems, papers and determination."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate
from rest_framework.request import Request

from applications.errors import DomainError, Incomplete
from applications.models import Filing, FilingDocument
from applications.procedure import form_facts, lenient_facts, step_of, version_of
from applications.rules import engine, rule_book
from applications.selectors import open_correction
from applications.services.submit import TERMS_VERSION, is_open
from applications.states import WITH_THE_FIRM
from eligibility.evaluation.facts import NO_OCCURRENCE
from eligibility.evaluation.render import determination_json
from eligibility.language.env import Env
from eligibility.rulebook.model import ProcedureStep, SchemeVersion
from portal.api.cases.access import acts_for_applicant, handed_in_answers
from portal.api.cases.form_shapes import FiledDocumentSerializer, nothing_if_empty
from portal.api.cases.readiness import require_ready
from portal.api.cases.shapes import CorrectionSerializer, FilingSummarySerializer
from portal.api.problems import document_entry, fact_entries
from portal.api.rules.facts import facts_json


def filing_json(filing: Filing, request: Request, at: datetime) -> dict[str, Any]:
    """The filing as its reader may see it."""
    own = acts_for_applicant(request, filing.case)
    editable = own and filing.state in WITH_THE_FIRM
    answers = dict(filing.answers) if own else handed_in_answers(filing)
    day = localdate(at)
    version = version_of(filing.case, answers, day)
    step = _step(version, filing.step)
    files = [document for document in filing.documents.select_related("file") if document.removed_at is None]
    correction = open_correction(filing)
    content: dict[str, Any] = dict(FilingSummarySerializer(filing).data)
    content |= {
        "case": filing.case.reference,
        "version": version.name if version is not None else None,
        "step_text": _step_json(step),
        "editable": editable,
        "open": version is not None and is_open(version, day),
        "terms": TERMS_VERSION,
        "form": _questions(filing, version, step, answers),
        "answers": answers,
        "problems": problems_json(filing, day) if editable else [],
        "papers": papers_json(step, files),
        "other_documents": _others(step, files),
        "determination": _determination(filing, version, step, answers, day),
        "correction": CorrectionSerializer(correction).data if correction is not None else None,
    }
    return content


def problems_json(filing: Filing, day: date) -> list[dict[str, Any]]:
    """Everything that keeps a draft from being submitted, in the language of the request."""
    try:
        require_ready(filing, day)
    except Incomplete as refusal:
        papers = (document_entry(kind) for kind in refusal.documents)
        return [*fact_entries(refusal.problems, "answers"), *papers]
    except DomainError as refusal:
        return [{"code": refusal.code, "message": str(refusal.message)}]
    return []


def papers_json(step: ProcedureStep | None, files: list[FilingDocument]) -> list[dict[str, Any]]:
    """Papers that the step asks for, with the files attached for each."""
    known = rule_book().vocabulary.documents
    papers = []
    for kind, required in step.documents if step is not None else ():
        attached = [document for document in files if document.kind == kind]
        papers.append(
            {
                "document": kind,
                "text": known[kind].title.as_dict(),
                "help": nothing_if_empty(known[kind].help),
                "required": required,
                "state": "handed_in" if attached else "missing" if required else "optional",
                "files": FiledDocumentSerializer(attached, many=True).data,
            }
        )
    return papers


def _others(step: ProcedureStep | None, files: list[FilingDocument]) -> Any:
    asked = {kind for kind, _required in step.documents} if step is not None else set()
    return FiledDocumentSerializer([document for document in files if document.kind not in asked], many=True).data


def _step(version: SchemeVersion | None, name: str) -> ProcedureStep | None:
    """``None`` when the version that the answers select has no such step."""
    try:
        return step_of(version, name) if version is not None else None
    except KeyError:
        return None


def _step_json(step: ProcedureStep | None) -> dict[str, Any] | None:
    if step is None:
        return None
    return {
        "step": step.name,
        "text": step.title.as_dict(),
        "help": nothing_if_empty(step.help),
        "deadline_text": nothing_if_empty(step.deadline_text),
    }


def _questions(
    filing: Filing, version: SchemeVersion | None, step: ProcedureStep | None, answers: dict[str, Any]
) -> list[dict[str, Any]]:
    """Facts that the form asks for, each with whether it arises by the answers so far."""
    if version is None or step is None:
        return []
    env = Env(lenient_facts(answers).values, 0, NO_OCCURRENCE)
    return [
        {
            "fact": facts_json()[fact.name],
            "asked": fact.asked_if.run(env) if fact.asked_if is not None else True,
            "answered": fact.name in answers,
        }
        for fact in form_facts(filing.case, version, step)
    ]


def _determination(
    filing: Filing, version: SchemeVersion | None, step: ProcedureStep | None, answers: dict[str, Any], day: date
) -> dict[str, Any] | None:
    """A preview while the applicant works on the filing; afterwards exactly what was stored when it arrived."""
    if filing.state not in WITH_THE_FIRM:
        last = filing.revisions.last()
        stored: dict[str, Any] | None = last.determination if last is not None else None
        return stored
    if version is not None and (step is None or not step.uses_criteria):
        return None
    result = engine().determine(filing.case.scheme, lenient_facts(answers), day, filing.step, version)
    return determination_json(result, rule_book().vocabulary)
