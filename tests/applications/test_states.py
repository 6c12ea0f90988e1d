"""The table of states: what is not listed does not exist."""

import pytest
from django.utils import translation

from applications.errors import Conflict
from applications.models import Event, Filing
from applications.services import draft
from applications.services.common import move
from applications.states import ALLOWED, GIVEN_UP, WITH_THE_CITY, WITH_THE_FIRM, FilingState
from tests.applications import journey
from tests.factories import FilingFactory

PAIRS = [(current, to) for current in FilingState for to in FilingState]


@pytest.mark.django_db
def test_it_works():
    filing = FilingFactory(state="submitted")
    move(filing, FilingState.UNDER_REVIEW)
    assert Filing.objects.get().state == "under_review"


def test_the_table_has_every_state_and_only_sets_of_states():
    assert set(ALLOWED) == set(FilingState)
    for targets in ALLOWED.values():
        assert type(targets) is frozenset
        assert all(isinstance(target, FilingState) for target in targets)
    for group in (WITH_THE_FIRM, WITH_THE_CITY, GIVEN_UP):
        assert type(group) is frozenset
        assert all(isinstance(state, FilingState) for state in group)


def test_every_state_is_with_somebody_or_over():
    over = {state for state, targets in ALLOWED.items() if not targets}
    assert over == {FilingState.ISSUED, FilingState.WITHDRAWN, FilingState.LAPSED}
    assert over | WITH_THE_FIRM | WITH_THE_CITY == set(FilingState)
    assert not WITH_THE_FIRM & WITH_THE_CITY


@pytest.mark.django_db
@pytest.mark.parametrize(("current", "to"), [p for p in PAIRS if p[1] in ALLOWED[p[0]]])
def test_a_listed_move_is_made(current, to):
    filing = FilingFactory(state=current)
    move(filing, to)
    assert Filing.objects.get().state == to


@pytest.mark.django_db
@pytest.mark.parametrize(("current", "to"), [p for p in PAIRS if p[1] not in ALLOWED[p[0]]])
def test_a_move_that_is_not_listed_is_refused(current, to):
    filing = FilingFactory(state=current)
    with journey.refuses("state", Conflict):
        move(filing, to)
    assert filing.state == current
    assert Filing.objects.get().state == current


@pytest.mark.django_db
def test_the_refusal_names_the_state_in_the_language_of_the_reader():
    filing = FilingFactory(state="issued")
    with translation.override("ja"), journey.refuses("state", Conflict) as refused:
        move(filing, FilingState.SUBMITTED)
    assert "通知済み" in str(refused.value.message)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_whole_flow_in_both_languages(language, firm, member, reviewer, approver):
    member.language = language
    member.save()
    with translation.override(language):
        filing = journey.submitted(firm, member)
        journey.reviewed(filing, reviewer)
        journey.correction(filing, reviewer)
        journey.answered(filing, member, {"building_monthly_rent": 480_000})
        journey.confirmed(filing, reviewer)
        journey.decided(filing, reviewer, approver)
        case = filing.case
        case.refresh_from_db()
        journey.operating(case, member, reviewer)
        journey.granted(
            case, member, reviewer, approver, journey.jst("2027-05-10 10:00"), journey.TAX_BASES, amount=2_000_000
        )
    case.refresh_from_db()
    assert case.state == "closed"
    assert [f.state for f in case.filings.all()] == ["issued"] * 3
    assert [
        c for c in Event.objects.filter(internal=False).values_list("code", flat=True) if c != "document_added"
    ] == [
        "started",
        "submitted",
        "taken_up",
        "correction_requested",
        "correction_answered",
        "issued",
        "filing_started",
        "submitted",
        "taken_up",
        "confirmed",
        "filing_started",
        "submitted",
        "taken_up",
        "issued",
    ]
    letters = case.letters.all()
    assert [letter.content["language"] for letter in letters] == [language] * 2
    assert all(letter.file_id for letter in letters), [letter.last_error for letter in letters]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_message_is_needed_to_find_the_state(language, firm, member):
    with translation.override(language):
        filing = journey.submitted(firm, member)
        with journey.refuses("submitted", Conflict):
            draft.save_answers(by=member, filing_id=filing.pk, answers={"capital": 1}, at=journey.NOW)
