"""Last days of steps, as far as the rules and the answers give them."""

from __future__ import annotations

from datetime import date

from applications.rules import engine
from eligibility.evaluation.facts import Facts
from eligibility.rulebook.model import ProcedureStep, SchemeVersion


def step_deadline(version: SchemeVersion, step: ProcedureStep, facts: Facts, on: date) -> date | None:
    """Last day of a step. A date that does not arise for this applicant stands far in the past and gives none."""
    until = engine().deadline(version, step, facts, on)
    return until if until is not None and until >= version.first_day else None


def filing_deadline(version: SchemeVersion, step: ProcedureStep, facts: Facts, on: date) -> date | None:
    """Last day for handing in a step: its own deadline, and for an application the end of the window."""
    days = [step_deadline(version, step, facts, on)]
    if version.window is not None and step.uses_criteria:
        days.append(version.window.closes)
    return min((day for day in days if day is not None), default=None)
