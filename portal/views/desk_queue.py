"""The queue: what waits for the city, longest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications.models import Filing
from applications.rules import rule_book
from applications.selectors import days_on_the_clock, open_correction, queue, queue_counts
from applications.states import FilingState
from portal.desk_case_page import CLOSED
from portal.desk_forms import VIEWS, QueueForm
from portal.desk_reads import with_declared_result
from portal.desk_words import filing_title
from portal.fact_forms import words
from portal.views.desk_access import DeskRequest, desk_render, official_page

ROWS = 25
SORTS = {
    "reference": "case__reference",
    "firm": "case__organisation__name",
    "scheme": "case__scheme",
    "amount": "most",
    "arrived": "arrived_at",
    "due": "due_on",
    "assignee": "case__assignee__user__name",
}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One filing as the queue shows it."""

    filing: Filing
    title: str
    scheme: str
    days: int
    due: date | None
    stopped: bool
    closed: bool


@require_safe
@official_page
def desk_queue(request: DeskRequest) -> HttpResponse:
    """Counters, filters in the address, and the filings."""
    form = QueueForm(request.GET)
    chosen = form.chosen()
    found = with_declared_result(queue(request.user, view=chosen["view"], scheme=chosen["scheme"], search=chosen["q"]))
    page = Paginator(_sorted(found, request.GET.get("sort", "")), ROWS).get_page(request.GET.get("page"))
    today = localdate()
    return desk_render(
        request,
        "desk/queue.html",
        {
            "form": form,
            "filtered": any(chosen.values()),
            "view_name": VIEWS[chosen["view"]],
            "counters": counters(),
            "page": page,
            "rows": [_row(filing, today) for filing in page],
            "today": today,
            "standard_days": int(rule_book().city.figures["standard_days"]),
        },
    )


def counters() -> list[dict[str, Any]]:
    """The counters above the queue, each a link to what it counts."""
    counts = queue_counts()
    address = reverse("desk_queue")
    approvals = reverse("desk_approvals")
    return [
        {"label": _("新着"), "number": counts["new"], "url": f"{address}?view=new"},
        {"label": _("審査中"), "number": counts["review"], "url": f"{address}?view=review"},
        {"label": _("補正待ち"), "number": counts["correction"], "url": f"{address}?view=correction"},
        {"label": _("決裁待ち"), "number": counts["drafted"], "url": f"{address}?view=drafted"},
        {"label": _("施行待ち"), "number": counts["approved"], "url": f"{address}?view=approved"},
        {"label": _("取消しの決裁待ち"), "number": counts["revocations"], "url": f"{approvals}#revocations"},
    ]


def _sorted(filings: QuerySet[Filing], sort: str) -> QuerySet[Filing]:
    column = SORTS.get(sort.removeprefix("-"))
    if column is None:
        return filings
    field = F(column)
    order = field.desc(nulls_last=True) if sort.startswith("-") else field.asc(nulls_last=True)
    return filings.order_by(order, "arrived_at", "pk")


def _row(filing: Filing, today: date) -> QueueRow:
    correction = open_correction(filing)
    issued = [decision.issued_at for decision in filing.decisions.all() if decision.issued_at is not None]
    return QueueRow(
        filing=filing,
        title=filing_title(filing),
        scheme=words(rule_book().scheme(filing.case.scheme).title),
        days=days_on_the_clock(filing, filing.corrections.all(), localdate(issued[-1]) if issued else today),
        due=correction.due_on if correction is not None else filing.due_on,  # type: ignore[attr-defined]
        stopped=filing.state == FilingState.CORRECTION_REQUESTED,
        closed=filing.state in CLOSED,
    )
