"""Asking for corrections, and the clock that stands still meanwhile."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from applications.calendar import is_open_day, next_open_day, open_days_after, open_days_between
from applications.errors import Conflict, Incomplete, NotAllowed
from applications.models import CorrectionRequest, Event, Filing, OutboxMail
from applications.selectors import days_on_the_clock, open_correction
from applications.services import corrections, review, submit
from tests.applications import journey
from tests.applications.journey import NOW, jst

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(submitted_filing, reviewer) -> Filing:
    return review.take_up(by=reviewer, filing_id=submitted_filing.pk, at=NOW)


def ask(filing, reviewer, *texts: str, due_on=date(2026, 12, 4), at=NOW) -> CorrectionRequest:
    items = [{"about": "business_plan", "text": text} for text in texts or ("3ページが読めません。",)]
    return corrections.request_correction(by=reviewer, filing_id=filing.pk, items=items, due_on=due_on, at=at)


def test_it_works(filing, reviewer, member):
    request = ask(filing, reviewer, " 3ページが読めません。 ", "  ", "年次計画を加えてください。")
    assert [item["text"] for item in request.items] == ["3ページが読めません。", "年次計画を加えてください。"]
    assert (request.due_on, request.official, request.answered_at) == (date(2026, 12, 4), reviewer.official, None)
    assert Filing.objects.get().state == "correction_requested"
    mail = OutboxMail.objects.latest("pk")
    assert (mail.recipient, mail.template) == (member.email, "correction_requested")
    assert mail.context["due_on"] == "2026-12-04"
    assert mail.context["items"] == [item["text"] for item in request.items]


def test_without_words_nothing_is_asked(filing, reviewer):
    with journey.refuses("items_needed") as refused:
        ask(filing, reviewer, "  ")
    assert refused.value.field == "items"


@pytest.mark.parametrize("due_on", [date(2026, 11, 19), date(2026, 11, 20)])
def test_the_date_is_not_today_or_earlier(filing, reviewer, due_on):
    with journey.refuses("due_in_past") as refused:
        ask(filing, reviewer, due_on=due_on)
    assert refused.value.field == "due_on"


def test_today_is_that_of_japan(filing, reviewer):
    """At 00:30 on 24 November in Japan it is still the 23rd in Greenwich."""
    at = jst("2026-11-24 00:30:00")
    with journey.refuses("due_in_past"):
        ask(filing, reviewer, due_on=date(2026, 11, 24), at=at)
    ask(filing, reviewer, due_on=date(2026, 11, 25), at=at)


CLOSED = {
    "Saturday": date(2026, 11, 21),
    "Sunday": date(2026, 11, 22),
    "holiday": date(2026, 11, 23),
    "29 December": date(2026, 12, 29),
    "31 December": date(2026, 12, 31),
    "3 January": date(2027, 1, 3),
    "substitute holiday": date(2027, 3, 22),
}


@pytest.mark.parametrize("due_on", CLOSED.values(), ids=CLOSED)
def test_the_date_is_no_closed_day(filing, reviewer, due_on):
    with journey.refuses("due_closed") as refused:
        ask(filing, reviewer, due_on=due_on)
    assert refused.value.field == "due_on"
    assert Filing.objects.get().state == "under_review"
    assert CorrectionRequest.objects.count() == 0


@pytest.mark.parametrize("due_on", [date(2026, 11, 24), date(2026, 12, 28), date(2027, 1, 4), date(2027, 3, 23)])
def test_the_open_days_beside_them_are_taken(filing, reviewer, due_on):
    assert ask(filing, reviewer, due_on=due_on).due_on == due_on


# --- one at a time ---------------------------------------------------------------------------------------------


def test_a_second_open_request_is_a_conflict(filing, reviewer):
    ask(filing, reviewer)
    with journey.refuses("state", Conflict):
        ask(filing, reviewer)
    assert CorrectionRequest.objects.count() == OutboxMail.objects.filter(template="correction_requested").count() == 1


def test_a_second_open_request_is_impossible_in_the_database(filing, reviewer):
    request = ask(filing, reviewer)
    row = {"filing": filing, "items": [], "due_on": request.due_on, "official": reviewer.official, "at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectionRequest.objects.create(**row)


def test_after_the_answer_another_may_be_asked(filing, reviewer, member):
    ask(filing, reviewer)
    journey.answered(filing, member, {})
    ask(filing, reviewer)
    assert CorrectionRequest.objects.count() == 2


@pytest.mark.parametrize("state", ["submitted", "decision_drafted", "approved", "issued"])
def test_nothing_is_asked_outside_of_the_review(filing, reviewer, state):
    Filing.objects.update(state=state)
    with journey.refuses("state", Conflict):
        ask(filing, reviewer)


# --- the answer ------------------------------------------------------------------------------------------------


def test_the_answer_is_a_new_revision_and_keeps_the_day_of_arrival(filing, reviewer, member):
    ask(filing, reviewer)
    at = jst("2026-12-04 23:59:59")
    answered = journey.answered(filing, member, {"building_monthly_rent": 480_000}, at)
    assert (answered.state, answered.arrived_at) == ("under_review", NOW)
    request = CorrectionRequest.objects.get()
    assert (request.answered_at, request.answer) == (at, "直しました。")
    assert [r.number for r in filing.revisions.all()] == [1, 2]
    assert filing.revisions.last().submitted_at == at
    assert Event.objects.last().code == "correction_answered"
    assert OutboxMail.objects.latest("pk").template == "correction_answered"


def test_a_late_answer_is_taken_and_seen_to_be_late(filing, reviewer, member):
    """The date is the city's request; refusing for it would be a decision with reasons, not a lock on the form."""
    ask(filing, reviewer)
    journey.answered(filing, member, {}, jst("2026-12-05 00:00:00"))
    request = CorrectionRequest.objects.get()
    assert request.answered_at.astimezone(journey.TOKYO).date() > request.due_on


def test_an_answer_with_something_missing_is_refused_and_the_request_stays_open(filing, reviewer, member):
    ask(filing, reviewer)
    with journey.refuses("incomplete", Incomplete):
        journey.answered(filing, member, {"building_monthly_rent": -1})
    assert Filing.objects.get().state == "correction_requested"
    assert open_correction(Filing.objects.get()) == CorrectionRequest.objects.get()


def test_after_the_answer_no_request_is_open(filing, reviewer, member):
    ask(filing, reviewer)
    journey.answered(filing, member, {})
    assert open_correction(Filing.objects.get()) is None


def test_a_stranger_cannot_answer(filing, reviewer, stranger):
    ask(filing, reviewer)
    with pytest.raises(NotAllowed):
        submit.submit_filing(by=stranger, filing_id=filing.pk, at=NOW)


def test_an_open_request_may_end_in_withdrawal(filing, reviewer, member):
    ask(filing, reviewer)
    assert submit.withdraw_filing(by=member, filing_id=filing.pk, at=NOW).state == "withdrawn"


# --- the clock -------------------------------------------------------------------------------------------------


def clock(filing, day: str) -> int:
    filing = Filing.objects.get(pk=filing.pk)
    return days_on_the_clock(filing, filing.corrections.all(), date.fromisoformat(day))


def test_the_clock_counts_open_days_after_arrival(filing):
    """Arrived on Friday, 20 November; Monday the 23rd is a holiday."""
    assert [clock(filing, f"2026-11-{day}") for day in (20, 21, 22, 23, 24, 25)] == [0, 0, 0, 0, 1, 2]


def test_the_clock_stops_while_the_applicant_is_asked(filing, reviewer, member):
    ask(filing, reviewer, at=jst("2026-11-25 10:00"))
    assert [clock(filing, f"2026-{day}") for day in ("11-25", "11-26", "12-04")] == [2, 2, 2]
    journey.answered(filing, member, {}, jst("2026-12-01 10:00"))
    assert [clock(filing, f"2026-12-0{day}") for day in (1, 2, 3)] == [2, 3, 4]


def test_two_corrections_are_both_taken_off(filing, reviewer, member):
    for asked, answered in (("2026-11-25", "2026-11-27"), ("2026-11-30", "2026-12-02")):
        ask(filing, reviewer, at=jst(f"{asked} 10:00"))
        journey.answered(filing, member, {}, jst(f"{answered} 10:00"))
    assert clock(filing, "2026-12-04") == 9 - 2 - 2


def test_a_draft_has_no_clock(draft_filing):
    assert days_on_the_clock(draft_filing, [], date(2026, 12, 4)) == 0


# --- the calendar ----------------------------------------------------------------------------------------------


def test_days_on_which_the_offices_are_closed():
    assert not any(is_open_day(day) for day in CLOSED.values())
    assert next_open_day(date(2026, 12, 29)) == date(2027, 1, 4)
    assert next_open_day(date(2026, 11, 24)) == date(2026, 11, 24)
    assert open_days_after(date(2026, 11, 20), 1) == date(2026, 11, 24)
    assert open_days_after(date(2026, 12, 28), 2) == date(2027, 1, 5)
    assert open_days_between(date(2026, 12, 28), date(2027, 1, 4)) == 1
    assert open_days_between(date(2026, 11, 20), date(2026, 11, 20)) == 0
