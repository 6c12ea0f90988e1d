"""Stored cases as facts to try rules on: what was decided on, or else what was last handed in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils.timezone import localdate

from applications.models import Case, Decision, Filing, FilingRevision
from applications.procedure import lenient_facts
from applications.states import GIVEN_UP, DecisionState
from eligibility.rulebook.model import Scheme
from eligibility.simulation.comparison import Subject

TAKEN = (DecisionState.APPROVED, DecisionState.ISSUED)


@dataclass(frozen=True, slots=True)
class PastCase:
    """A case with its facts. ``decided``: they are those of a decision; ``version`` is the one that governs it."""

    reference: str
    version: str
    decided: bool
    subject: Subject


def past_cases(
    cases: QuerySet[Case], scheme: Scheme, *, decided: bool = False, references: Collection[str] = ()
) -> list[PastCase]:
    """Cases of a scheme of which a filing with criteria has arrived and stands, oldest first; each with the facts of the
    last such filing. ``decided``: only those that were decided; ``references``: only these. Four queries, however many
    cases there are."""
    steps = {step.name for version in scheme.versions for step in version.procedure if step.uses_criteria}
    filings = (
        Filing.objects.filter(step__in=steps, arrived_at__isnull=False)
        .exclude(state__in=GIVEN_UP)
        .order_by("arrived_at", "pk")
        .prefetch_related(
            Prefetch("revisions", FilingRevision.objects.defer("determination", "documents").order_by("number")),
            Prefetch("decisions", Decision.objects.filter(state__in=TAKEN).defer("determination").order_by("pk")),
        )
    )
    wanted = cases.filter(scheme=scheme.id).order_by("created_at", "pk").prefetch_related(Prefetch("filings", filings))
    if references:
        wanted = wanted.filter(reference__in=references)
    found = [past for case in wanted for past in [_past_case(case)] if past is not None]
    return [past for past in found if past.decided or not decided]


def _past_case(case: Case) -> PastCase | None:
    filings = list(case.filings.all())
    if not filings:
        return None
    filing = filings[-1]
    decisions = list(filing.decisions.all())
    revisions = list(filing.revisions.all())
    if decisions:
        answers, on = decisions[-1].facts, decisions[-1].on
    else:
        answers, on = (revisions[-1].answers if revisions else filing.answers), localdate(filing.arrived_at)
    subject = Subject(case.reference, lenient_facts(answers), on, filing.step, str(case.organisation_id))
    return PastCase(case.reference, case.version, bool(decisions), subject)
