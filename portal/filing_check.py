"""Whether a filing could be handed in now, and what it would come to. Judged by the very functions that judge the
submission itself, so that the last page before it can never promise something else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.timezone import localdate

from applications.errors import DomainError, Incomplete
from applications.models import Filing
from applications.procedure import lenient_facts
from applications.rules import engine
from applications.services import submit
from eligibility.evaluation.facts import Problem
from eligibility.evaluation.result import Determination
from eligibility.rulebook.model import ProcedureStep, SchemeVersion
from portal.determinations import Shown


@dataclass
class Readiness:
    """``problems`` by fact path and missing ``documents`` (kinds) can be mended in the form; ``refusal`` says why nothing
    can be handed in at all. ``shown``: the determination as it would be on arrival today."""

    version: SchemeVersion | None = None
    step: ProcedureStep | None = None
    problems: list[Problem] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    refusal: str = ""
    shown: Shown | None = None

    @property
    def complete(self) -> bool:
        """Nothing keeps the filing from being handed in."""
        return not self.problems and not self.documents and not self.refusal


def readiness(filing: Filing, at: datetime) -> Readiness:
    """Judge a filing as if it arrived at that moment. Changes nothing."""
    case = filing.case
    day = localdate(filing.arrived_at or at)
    found = Readiness()
    try:
        answers = submit._dated(case, filing, day)
        found.version, found.step = submit._terms(case, filing, answers, day)
        if found.step.uses_criteria and not case.version:
            submit._require_open(found.version, day)
        submit._checked(case, filing, found.version, found.step, answers, day)
    except Incomplete as error:
        found.problems, found.documents = error.problems, error.documents
    except DomainError as error:
        found.refusal = str(error)
    if found.version is not None and found.step is not None and found.step.uses_criteria:
        facts = lenient_facts(answers)
        result: Determination = engine().determine(case.scheme, facts, day, found.step.name, found.version)
        found.shown = Shown(result, facts)
    return found
