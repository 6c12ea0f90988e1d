"""Working on a draft: nothing typed is lost, nothing newer is overwritten."""

import pytest

from applications.errors import Conflict, Incomplete, NotAllowed, StaleDraft
from applications.models import Case, Filing
from applications.procedure import form_facts, version_of
from applications.services import draft, start, submit
from tests.applications import journey
from tests.applications.journey import NOW, jst

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(firm, member) -> Filing:
    return start.start_case(by=member, organisation=firm, scheme=journey.HQ, answers={"capital": 5}, at=NOW)


def save(filing, member, answers, **more) -> Filing:
    return draft.save_answers(by=member, filing_id=filing.pk, answers=answers, at=NOW, **more)


def test_it_works(filing, member):
    saved = save(filing, member, {"sme_line": "retail"}, revision=0)
    assert saved.answers == {"capital": 5, "sme_line": "retail"}
    assert saved.revision == 1
    assert Filing.objects.get().answers == saved.answers


def test_answers_are_merged(filing, member):
    save(filing, member, {"capital": 7, "sme_line": "retail"})
    assert save(filing, member, {"capital": 8}).answers == {"capital": 8, "sme_line": "retail"}


def test_none_removes_an_answer(filing, member):
    assert save(filing, member, {"capital": None}).answers == {}


def test_false_zero_and_empty_lists_are_answers(filing, member):
    given = {"capital": 0, "no_tax_arrears": False, "hires": []}
    assert save(filing, member, given).answers == given


def test_the_title_of_the_case_follows(filing, member):
    save(filing, member, {"project_title": "新" * 300})
    assert Case.objects.get().title == "新" * 200


# --- stale copies ----------------------------------------------------------------------------------------------


def test_an_older_copy_does_not_overwrite_and_both_are_handed_back(filing, member):
    save(filing, member, {"capital": 6, "sme_line": "retail"}, revision=0)
    with journey.refuses("stale_draft", StaleDraft) as refused:
        save(filing, member, {"capital": 7}, revision=0)
    assert refused.value.theirs == {"capital": 6, "sme_line": "retail"}
    assert refused.value.yours == {"capital": 7}
    assert refused.value.revision == 1
    assert Filing.objects.get().answers["capital"] == 6
    assert save(filing, member, {"capital": 7}, revision=refused.value.revision).answers["capital"] == 7


def test_a_copy_from_the_future_is_refused_too(filing, member):
    with journey.refuses("stale_draft", StaleDraft):
        save(filing, member, {"capital": 7}, revision=1)


def test_every_save_has_its_revision(filing, member):
    assert [save(filing, member, {"capital": n}).revision for n in range(3)] == [1, 2, 3]


# --- what cannot be read ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "typed", "code"),
    [
        ("capital", "about three million", "not_a_number"),
        ("capital", -1, "too_small"),
        ("capital", "1.5", "not_whole"),
        ("lease_contract_on", "2026-02-30", "not_a_date"),
        ("lease_contract_on", "30.2.2026", "not_a_date"),
        ("sme_line", "magic", "not_a_choice"),
        ("no_tax_arrears", "maybe", "not_yes_no"),
        ("project_description", "あ" * 4001, "not_text"),
        ("hires", "many", "not_a_list"),
    ],
)
def test_what_cannot_be_read_is_kept_and_named_when_submitting(draft_filing, member, fact, typed, code):
    save(draft_filing, member, {fact: typed})
    with journey.refuses("incomplete", Incomplete) as refused:
        submit.submit_filing(by=member, filing_id=draft_filing.pk, at=NOW)
    assert [(p.path, p.code) for p in refused.value.problems] == [(fact, code)]
    assert all(p.message.ja and p.message.en for p in refused.value.problems)
    assert refused.value.documents == []
    filing = Filing.objects.get()
    assert (filing.state, filing.answers[fact]) == ("draft", typed)


def test_one_wrong_entry_of_a_list_is_kept_with_the_others(filing, member):
    hires = [{"persons": 2, "home": "sendai"}, {"persons": "two", "home": "atlantis"}]
    assert save(filing, member, {"hires": hires}).answers["hires"] == hires


def test_an_unknown_fact_is_refused_and_nothing_of_the_call_is_saved(filing, member):
    with journey.refuses("unknown_fact") as refused:
        save(filing, member, {"capital": 9, "favourite_colour": "blue", "shoe_size": 43})
    assert "favourite_colour, shoe_size" in str(refused.value.message)
    assert Filing.objects.get().answers == {"capital": 5}


def test_an_answer_whose_fact_has_left_the_rule_book_can_be_removed(draft_filing, member):
    Filing.objects.update(answers=draft_filing.answers | {"abolished": 1})
    with journey.refuses("incomplete", Incomplete) as refused:
        submit.submit_filing(by=member, filing_id=draft_filing.pk, at=NOW)
    assert [p.path for p in refused.value.problems] == ["abolished"]
    save(draft_filing, member, {"abolished": None})
    assert submit.submit_filing(by=member, filing_id=draft_filing.pk, at=NOW).state == "submitted"


# --- who and when ----------------------------------------------------------------------------------------------


def test_a_stranger_is_refused(filing, stranger):
    with pytest.raises(NotAllowed):
        save(filing, stranger, {"capital": 1})
    assert Filing.objects.get().answers == {"capital": 5}


def test_an_official_is_refused(filing, reviewer):
    with pytest.raises(NotAllowed):
        save(filing, reviewer, {"capital": 1})


@pytest.mark.parametrize(
    "state", ["submitted", "under_review", "decision_drafted", "approved", "issued", "withdrawn", "lapsed"]
)
def test_nothing_is_changed_while_it_is_not_with_the_firm(submitted_filing, member, state):
    Filing.objects.update(state=state)
    with journey.refuses("submitted", Conflict):
        save(submitted_filing, member, {"capital": 1})
    assert Filing.objects.get().answers["capital"] == 30_000_000


def test_answers_may_be_changed_while_a_correction_is_open(submitted_filing, member, reviewer):
    journey.reviewed(submitted_filing, reviewer)
    journey.correction(submitted_filing, reviewer)
    assert save(submitted_filing, member, {"building_monthly_rent": 480_000}).state == "correction_requested"
    journey.answered(submitted_filing, member, {})
    with journey.refuses("submitted", Conflict):
        save(submitted_filing, member, {"building_monthly_rent": 1})


# --- what the form asks ----------------------------------------------------------------------------------------


def asked(filing: Filing) -> set[str]:
    case = Case.objects.get(pk=filing.case_id)
    version = version_of(case, filing.answers, NOW.date())
    step = next(s for s in version.procedure if s.name == filing.step)
    return {fact.name for fact in form_facts(case, version, step)}


def test_the_application_asks_for_all_that_the_version_needs(draft_filing):
    assert {"building_monthly_rent", "lease_contract_on", "project_title", "equipment_tax_base"} <= asked(draft_filing)
    assert "application_date" not in asked(draft_filing), "the server knows it"


def test_the_application_asks_for_what_decides_whether_the_firm_counts(firm, member):
    """No criterion of the 2024 version reads where the head office is; the indicator does."""
    filing = journey.drafted(firm, member, answers=journey.HEADQUARTERS_2024, at=journey.IN_2025)
    assert {"head_office_place", "establishment_kind"} <= asked(filing)


def test_a_correction_of_the_application_asks_for_everything_again(submitted_filing, reviewer):
    before = asked(Filing.objects.get())
    journey.reviewed(submitted_filing, reviewer)
    journey.correction(submitted_filing, reviewer)
    assert asked(Filing.objects.get()) == before
    assert "building_monthly_rent" in before


def test_a_later_filing_asks_for_its_own_facts_and_for_what_is_to_be_corrected(designated_case, member, reviewer):
    filing = journey.filed(designated_case, member, "start_of_operation_notice", {"operation_start_date": "2026-11-01"})
    assert asked(filing) == {"operation_start_date"}
    journey.reviewed(filing, reviewer)
    journey.correction(filing, reviewer, about="site_address")
    assert asked(filing) == {"operation_start_date", "site_address"}


def test_a_draft_keeps_what_was_typed_when_the_terms_change_under_it(firm, member):
    """Begun under the version of 2024, submitted in April 2026: what the new version needs is asked, nothing is lost."""
    before, after = jst("2026-03-30 10:00"), jst("2026-04-01 00:00:00")
    answers = journey.HEADQUARTERS_2024 | {"works_start_date": "2026-06-01"}
    answers = {n: v for n, v in answers.items() if n != "lease_contract_on"}
    filing = journey.drafted(firm, member, answers=answers, at=before)
    with journey.refuses("incomplete", Incomplete) as refused:
        submit.submit_filing(by=member, filing_id=filing.pk, at=after)
    assert {p.path for p in refused.value.problems} == {"lease_contract_on"}
    assert Filing.objects.get().answers == answers
    assert Case.objects.get().version == ""
