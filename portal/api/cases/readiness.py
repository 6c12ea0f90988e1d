"""What still keeps a draft from being submitted. Nothing is decided here: the service that submits is asked."""

from __future__ import annotations

from datetime import date

from django.utils.timezone import localdate

from applications.models import Filing
from applications.services import submit


def require_ready(filing: Filing, day: date) -> None:
    """Raise what :func:`applications.services.submit.submit_filing` would raise on that day, without submitting.

    Asks the same three functions in the same order, so that a form never says something else than the submission. They
    have no public name yet.
    """
    case = filing.case
    arrived = localdate(filing.arrived_at) if filing.arrived_at is not None else day
    answers = submit._dated(case, filing, arrived)
    version, step = submit._terms(case, filing, answers, arrived)
    if step.uses_criteria and not case.version:
        submit._require_open(version, arrived)
    submit._checked(case, filing, version, step, answers, arrived)
