"""Everything that the page of a case shows, put together once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.timezone import localdate

from applications.errors import Conflict
from applications.models import Case, Decision, Filing, Official
from applications.permissions import User, may_review
from applications.procedure import scheme_of
from applications.rules import rule_book
from applications.selectors import days_on_the_clock
from applications.services.decide import CONFIRMABLE, Assessment, assess
from applications.states import CaseState, DecisionState, FilingState
from documents.file_types import INLINE
from eligibility.prove.offers import has_offers
from portal import desk_findings as findings
from portal.desk_actions import actions, is_notice
from portal.desk_facts import fact_rows, grouped
from portal.desk_history import history
from portal.desk_path import path_steps
from portal.desk_reads import desk_filings, events_of, submitted_documents, with_decision_parts
from portal.desk_revisions import filing_views
from portal.desk_words import decision_title, document_title, filing_title, letter_title, period_text, step_title

CLOSED = (FilingState.ISSUED, FilingState.WITHDRAWN, FilingState.LAPSED)


def current_filing(filings: list[Filing], wanted: str) -> Filing:
    """The filing that was asked for, else the one that waits for the city, else the last one."""
    chosen = [filing for filing in filings if str(filing.pk) == wanted]
    waiting = [filing for filing in filings if filing.state not in CLOSED]
    return (chosen or waiting or filings)[-1]


def assessment_of(filing: Filing) -> Assessment | None:
    """The assessment under the confirmed facts; ``None`` when no version applies."""
    try:
        return assess(filing)
    except Conflict:
        return None


def case_page(user: User, official: Official, case: Case, wanted: str) -> dict[str, Any]:
    """Context of the page of a case."""
    filings = desk_filings(case)
    filing = current_filing(filings, wanted)
    assessment = assessment_of(filing)
    decisions = list(with_decision_parts(case.decisions.all()))
    live = next((d for d in decisions if d.filing_id == filing.pk and d.state != DecisionState.RETURNED), None)
    allowed = may_review(user, case)
    documents = submitted_documents(filing)
    groups, idle = grouped(fact_rows(filing, assessment, documents))
    reviewing = bool(allowed) and filing.state == FilingState.UNDER_REVIEW
    return {
        "case": case,
        "scheme": scheme_of(case),
        "version": assessment.version if assessment is not None else None,
        "period": period_text(assessment.version) if assessment is not None else "",
        "filing": filing,
        "filing_title": filing_title(filing),
        "notice": is_notice(filing),
        "steps": path_steps(case, filings, filing),
        "clock": _clock(filing, live),
        "bar": actions(filing, assessment, live if live and live.kind not in CONFIRMABLE else None, allowed),
        "reviewing": reviewing,
        "fact_groups": groups,
        "idle_facts": idle,
        "open_facts": sum(row.state == "open" for group in groups for row in group.rows),
        "papers": paper_lists(filing, filings),
        "first_paper": next((d for d in documents if d.file.media_type in INLINE), None),
        **result_of(filing, assessment),
        "filings": filing_views(filings),
        "decisions": [_decision(case, decision, decisions, bool(allowed)) for decision in decisions],
        "letters": [(letter, letter_title(letter.kind)) for letter in case.letters.select_related("file")],
        "history": history(case, events_of(case)),
        "official": official,
    }


def result_of(filing: Filing, assessment: Assessment | None) -> dict[str, Any]:
    """What the confirmed facts lead to."""
    if assessment is None:
        return {"assessment": None, "criteria": [], "amounts": [], "assumptions": []}
    determination = assessment.determination
    return {
        "assessment": assessment,
        "determination": determination,
        "criteria": findings.criteria(filing, assessment),
        "item_lists": findings.item_lists(assessment),
        "groups": findings.groups(determination),
        "amounts": findings.amounts(determination),
        "missing": findings.missing_texts(determination),
        "assumptions": findings.assumed(determination.assumed),
        "may_change": has_offers(determination),
        "difference": findings.difference(filing, assessment),
    }


def paper_lists(filing: Filing, filings: Iterable[Filing]) -> list[dict[str, Any]]:
    """Files by the filing that they were handed in with, this filing's first."""
    others = [other for other in filings if other.pk != filing.pk]
    made = []
    for one in [filing, *reversed(others)]:
        papers = [(document, document_title(document.kind)) for document in submitted_documents(one)]
        if papers or one is filing:
            made.append({"title": filing_title(one), "here": one is filing, "papers": papers})
    return made


def _clock(filing: Filing, decision: Decision | None) -> dict[str, Any]:
    """Days on the clock against the standard period; it stops with the decision's issue."""
    ended = decision.issued_at if decision is not None else None
    until = localdate(ended) if ended is not None else localdate()
    return {
        "days": days_on_the_clock(filing, filing.corrections.all(), until),
        "standard": int(rule_book().city.figures["standard_days"]),
        "stopped": filing.state == FilingState.CORRECTION_REQUESTED,
        "ended": filing.state in CLOSED,
    }


def _decision(case: Case, decision: Decision, decisions: Iterable[Decision], reviews: bool) -> dict[str, Any]:
    """A decision as the record lists it. ``may_revoke``: whether a revocation is offered; the service asks again."""
    taken = any(d.revokes_id == decision.pk and d.state != DecisionState.RETURNED for d in decisions)
    return {
        "decision": decision,
        "title": decision_title(decision.kind),
        "step": step_title(case, decision.step) if decision.step else "",
        "revokes": decision_title(decision.revokes.kind) if decision.revokes is not None else "",
        "may_revoke": reviews
        and decision.state == DecisionState.ISSUED
        and decision.kind not in CONFIRMABLE
        and not rule_book().vocabulary.decisions[decision.kind].adverse
        and case.state != CaseState.REVOKED
        and not taken,
    }
