"""The number of queries does not grow with the number of rows."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import Case, CorrectionRequest, Filing, KpiFigure
from applications.procedure import path
from applications.rules import rule_book
from applications.selectors import (
    days_on_the_clock,
    kpi_entries,
    latest_figures,
    open_correction,
    progress,
    queue,
    queue_counts,
    visible_cases,
    visible_letters,
    with_filings,
)
from applications.states import FilingState
from tests import factories
from tests.applications.journey import HEADQUARTERS
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def official():
    return factories.OfficialFactory(reviews=True)


def rows(count: int, official) -> None:
    """So many cases with everything that lists show."""
    states = [s for s in FilingState if s not in (FilingState.DRAFT, FilingState.WITHDRAWN, FilingState.LAPSED)]
    for n in range(count):
        case = factories.CaseFactory(assignee=official, facts=HEADQUARTERS, version="V2026")
        for position, step in enumerate(("prior_consultation", "designation_application")):
            filing = factories.FilingFactory(case=case, step=step, state=states[(n + position) % len(states)])
            for _ in range(2):
                CorrectionRequest.objects.create(
                    filing=filing, items=[], due_on=NOW, official=official, at=NOW, answered_at=NOW
                )
            decision = factories.DecisionFactory(case=case, filing=filing, drafted_by=official)
        factories.KpiEntryFactory(case=case, decision=decision)
        KpiFigure.objects.create(
            indicator="profitable_firms", fiscal_year=2020, value=n, source="x", as_of=NOW, entered_by=official, at=NOW
        )


def show_queue(official) -> int:
    shown = 0
    for filing in queue(official.user):
        shown += bool(filing.case.organisation.name and filing.case.assignee.user.name and filing.case.reference)
        shown += len(filing.decisions.all())
    return shown


def show_cases(official) -> int:
    shown = 0
    for case in with_filings(visible_cases(official.user)):
        shown += bool(case.organisation.name and case.assignee.user.email)
        filings = list(case.filings.all())
        shown += len(path(case, filings))
        for filing in filings:
            open_correction(filing)
            shown += days_on_the_clock(filing, filing.corrections.all()) >= 0
            shown += len(filing.decisions.all())
    return shown


def show_progress(official) -> int:
    kpi = rule_book().kpi
    found = progress(kpi.indicators["firms_attracted"], kpi.frames["since_2024"])
    return found.planned + found.actual


def show_entries(official) -> int:
    return sum(
        bool(entry.organisation.name and entry.case.reference and entry.decision.kind and not entry.reversed_by)
        for entry in kpi_entries("firms_attracted", "since_2024")
    )


def show_figures(official) -> int:
    return sum(len(figures) for figures in latest_figures(["profitable_firms", "women_employed"]).values())


def show_counts(official) -> int:
    return sum(queue_counts().values())


def show_letters(official) -> int:
    return visible_letters(official.user).count() + visible_cases(official.user).count()


@pytest.mark.parametrize(
    "show", [show_queue, show_cases, show_progress, show_entries, show_figures, show_counts, show_letters]
)
def test_one_row_and_thirty_rows_take_the_same_queries(show: Callable[..., int], official):
    counts, shown = [], []
    for more in (1, 29):
        rows(more, official)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            shown.append(show(official))
        counts.append(len(queries))
    assert Case.objects.count() == 30
    assert Filing.objects.count() == 60
    assert shown[1] > shown[0] > 0, "there was something to show"
    assert counts[0] == counts[1] <= 8


@pytest.mark.parametrize("indicator", ["firms_attracted", "synchrotron_leading_cases", "scholarship_persons"])
def test_progress_is_one_query(indicator, django_assert_num_queries):
    kpi = rule_book().kpi
    with django_assert_num_queries(1):
        progress(kpi.indicators[indicator], kpi.frames["since_2024"])


def test_the_path_of_a_listed_case_takes_no_query(official, django_assert_num_queries):
    rows(1, official)
    (case,) = with_filings(visible_cases(official.user))
    filings = list(case.filings.all())
    with django_assert_num_queries(0):
        assert len(path(case, filings)) == 4
