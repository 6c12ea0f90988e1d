"""Rows and constraints."""

from applications.models.case import Case, Filing, FilingDocument, FilingRevision
from applications.models.counters import Counter
from applications.models.decision import Approval, Decision, Letter
from applications.models.history import Event, OutboxMail
from applications.models.kpi import KpiEntry, KpiFigure
from applications.models.people import Membership, Official, Organisation
from applications.models.review import CorrectionRequest, CriterionReview, FactReview

__all__ = [
    "Approval",
    "Case",
    "CorrectionRequest",
    "Counter",
    "CriterionReview",
    "Decision",
    "Event",
    "FactReview",
    "Filing",
    "FilingDocument",
    "FilingRevision",
    "KpiEntry",
    "KpiFigure",
    "Letter",
    "Membership",
    "Official",
    "Organisation",
    "OutboxMail",
]
