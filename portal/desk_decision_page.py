"""Everything that the page of a decision shows: what is asked, by whom, on what grounds, and what it will count for."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from applications.errors import DomainError, NotAllowed
from applications.models import Decision, Filing
from applications.permissions import User, may_approve, may_review
from applications.procedure import version_of
from applications.services.approve import approve_decision
from applications.services.decide import content_hash
from applications.services.letters import LETTER_KINDS, preview_html
from applications.states import DecisionState
from portal.components.dates import fiscal_year_text
from portal.components.states import FINDINGS
from portal.desk_facts import FactRow, fact_rows
from portal.desk_reads import decisions_in, desk_filings, hindrances, possible_approvers
from portal.desk_revisions import Change, changed_decision, localised
from portal.desk_trial import KpiEffect, kpi_effects
from portal.desk_words import decision_title, filing_title, step_title
from portal.fact_forms import words
from portal.fact_text import cited


def decision_page(user: User, official: Any, decision: Decision, nonce: str) -> dict[str, Any]:
    """Context of the page of a decision."""
    filing = _filing(decision)
    waiting = decision.state == DecisionState.DRAFTED
    approvers = possible_approvers(decision.case, filing, decision.drafted_by)
    answer = may_approve(user, decision)
    rows = fact_rows(filing, None, ()) if filing is not None else []
    letter = getattr(decision, "letter", None)
    return {
        "decision": decision,
        "title": decision_title(decision.kind),
        "subject": filing_title(filing) if filing is not None else revoked_title(decision),
        "filing": filing,
        "letter_html": preview_html(decision, nonce=nonce) if has_letter(decision) else "",
        "letter": letter,
        "seen": content_hash(decision),
        "waiting": waiting,
        "may_approve": answer,
        "may_review": may_review(user, decision.case),
        "approvers": [approver for approver in approvers if approver.user_id != user.pk],
        "changed_facts": [row for row in rows if row.state == "changed"],
        "reviewers": _reviewers(rows),
        "decided_criteria": _decided_criteria(filing),
        "findings": stored_findings(decision),
        "reasons": reason_lines(decision),
        "verdict": (decision.determination or {}).get("verdict", ""),
        "assumed": [localised(entry["text"]) for entry in (decision.determination or {}).get("assumed", ())],
        "lines": [_line(line) for line in decision.amount_lines],
        "earlier": earlier_draft(decision),
        "kpi_effects": _effects(decision, approvers, user) if waiting else [],
        "next": next_waiting(user, official, decision),
    }


def has_letter(decision: Decision) -> bool:
    """A notice that one official confirmed goes without letter."""
    return decision.kind in LETTER_KINDS


def _filing(decision: Decision) -> Filing | None:
    if decision.filing_id is None:
        return None
    return next(filing for filing in desk_filings(decision.case) if filing.pk == decision.filing_id)


def revoked_title(decision: Decision) -> str:
    """What a revocation undoes."""
    revoked = decision.revokes
    if revoked is None:
        return ""
    return gettext("「%(kind)s」（%(number)s）の取消し") % {
        "kind": decision_title(revoked.kind),
        "number": revoked.letter.number,
    }


def reason_lines(decision: Decision) -> list[dict[str, Any]]:
    """The reasons as the letter states them, in the reader's language."""
    return [
        {
            "text": localised(reason["text"]),
            "article": cited(reason["article"]),
            "words": reason.get("words", ""),
            "facts": [(localised(fact["label"]), localised(fact["value"])) for fact in reason["facts"]],
        }
        for reason in decision.reasons
    ]


def stored_findings(decision: Decision) -> list[dict[str, Any]]:
    """The findings exactly as they are stored with the decision."""
    made = []
    for found in (decision.determination or {}).get("findings", ()):
        compared = [
            f"{localised(c['own'])} {c['operator'].replace('>=', '≧').replace('<=', '≦')} {localised(c['needed'])}"
            for c in found.get("measured", ())
        ]
        made.append(
            {
                "outcome": found["outcome"],
                "look": FINDINGS[found["outcome"]],
                "text": localised(found["text"]),
                "compared": compared,
            }
        )
    return made


def _line(line: dict[str, Any]) -> dict[str, Any]:
    label = localised(line["text"])
    if line["fiscal_year"] is not None:
        year = fiscal_year_text(line["fiscal_year"])
        label = gettext("%(title)s（%(year)s）") % {"title": label, "year": year}
    return {
        "label": label,
        "formula": localised(line["formula_text"]) if line.get("formula_text") else "",
        "yen": line["yen"],
    }


def _reviewers(rows: list[FactRow]) -> list[str]:
    names = [str(row.review.official.user) for row in rows if row.review is not None]
    return list(dict.fromkeys(names))


def _decided_criteria(filing: Filing | None) -> list[dict[str, Any]]:
    if filing is None:
        return []
    reviews = [review for review in filing.criterion_reviews.all() if review.is_current]
    texts = _criterion_texts(filing)
    return [{"review": review, "text": texts.get(review.criterion, review.criterion)} for review in reviews]


def _criterion_texts(filing: Filing) -> dict[str, str]:
    version = version_of(filing.case, filing.answers)
    return {c.name: words(c.text) for c in version.criteria} if version is not None else {}


def earlier_draft(decision: Decision) -> dict[str, Any] | None:
    """The last returned draft before this one: who returned it, why, and what has changed since."""
    same = decision.case.decisions.filter(pk__lt=decision.pk, state=DecisionState.RETURNED)
    same = same.filter(filing=decision.filing_id) if decision.filing_id else same.filter(revokes=decision.revokes_id)
    before = same.prefetch_related("approvals__official__user").order_by("-pk").first()
    if before is None:
        return None
    changes: list[Change] = changed_decision(before, decision)
    return {"decision": before, "returned": next(iter(before.approvals.all()), None), "changes": changes}


def _effects(decision: Decision, approvers: list[Any], user: User) -> list[KpiEffect]:
    """What approval would count or take out. Tried as somebody who may approve; nothing where nobody may."""
    by = next((a.user for a in approvers if a.user_id == user.pk), approvers[0].user if approvers else None)
    if by is None:
        return []
    try:
        return kpi_effects(
            decision.case,
            lambda: approve_decision(by=by, decision_id=decision.pk, seen=content_hash(decision), at=timezone.now()),
        )
    except (DomainError, NotAllowed):
        return []


def next_waiting(user: User, official: Any, decision: Decision | None = None) -> dict[str, Any]:
    """The next decision that the user may approve, and how many there are."""
    waiting = [d for d in decisions_in(DecisionState.DRAFTED) if decision is None or d.pk != decision.pk]
    hindered = hindrances(user, official, waiting)
    own = [d for d in waiting if not hindered[d.pk]]
    return {"decision": own[0] if own else None, "count": len(own)}


def step_or_revocation(decision: Decision) -> str:
    """What a decision in a list is about."""
    return step_title(decision.case, decision.step) if decision.step else revoked_title(decision)
