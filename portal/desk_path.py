"""The procedure of a case as the desk's path: steps that have arrived, with links, and what is still to come."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from applications.models import Case, Filing
from applications.procedure import path
from portal.fact_forms import words

STATES = {"done": "done", "refused": "done", "skipped": "done", "current": "current"}


def path_steps(case: Case, filings: list[Filing], shown: Filing) -> list[dict[str, Any]]:
    """Steps for ``{% step_path %}``. Drafts of the applicant do not show: to the city such a step is still to come."""
    address = reverse("desk_case", kwargs={"reference": case.reference})
    made = []
    for state in path(case, filings):
        last = state.filings[-1] if state.filings else None
        made.append(
            {
                "title": words(state.step.title),
                "state": STATES.get(state.state, "later"),
                "url": f"{address}?filing={last.pk}" if last is not None and last.pk != shown.pk else "",
                "date": _closed_on(last),
                "note": _note(state.state, len(state.filings)),
            }
        )
    return made


def _closed_on(filing: Filing | None) -> date | None:
    issued = [d.issued_at for d in filing.decisions.all() if d.issued_at is not None] if filing is not None else []
    return localdate(issued[-1]) if issued else None


def _note(state: str, count: int) -> str:
    if state == "refused":
        return gettext("認めない決定をしました。")
    if state == "skipped":
        return gettext("ポータルでの提出なし")
    return gettext("%(count)s回") % {"count": count} if count > 1 else ""
