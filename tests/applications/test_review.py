"""Examining a filing: every fact confirmed or changed, with reason and evidence."""

import pytest
from django.utils import translation

from applications.errors import Conflict, NotAllowed
from applications.models import CriterionReview, Event, FactReview, Filing
from applications.services import decide, draft, review
from tests.applications import journey
from tests.applications.journey import HEADQUARTERS, NOW

pytestmark = pytest.mark.django_db

REFERRED = HEADQUARTERS | {"has_certified_plan": False}
"""The former requirement of a certified plan is referred to the city under the version of 2026."""


@pytest.fixture
def filing(submitted_filing, reviewer) -> Filing:
    """Taken up, nothing confirmed."""
    return review.take_up(by=reviewer, filing_id=submitted_filing.pk, at=NOW)


@pytest.fixture
def referred(firm, member, reviewer) -> Filing:
    """Taken up; one criterion is for the city to decide."""
    filing = journey.submitted(firm, member, answers=REFERRED)
    review.take_up(by=reviewer, filing_id=filing.pk, at=NOW)
    assessment = decide.assess(filing)
    review.confirm_facts(by=reviewer, filing_id=filing.pk, facts=list(assessment.unreviewed), at=NOW)
    return filing


def look(filing, reviewer, fact="capital", **more) -> FactReview:
    return review.review_fact(by=reviewer, filing_id=filing.pk, fact=fact, at=NOW, **more)


def change(filing, reviewer, value, fact="capital", **more) -> FactReview:
    return look(filing, reviewer, fact, change=True, value=value, **{"reason": "登記簿による。"} | more)


def accept(filing, reviewer, **more) -> CriterionReview:
    arguments = {"criterion": "former_plan", "accepted": True, "reason": "計画の認定が見込まれる。"} | more
    return review.review_criterion(by=reviewer, filing_id=filing.pk, at=NOW, **arguments)


def assessed(filing) -> decide.Assessment:
    return decide.assess(Filing.objects.get(pk=filing.pk))


def test_it_works(filing, reviewer):
    found = look(filing, reviewer)
    assert (found.declared, found.confirmed, found.changed) == (30_000_000, 30_000_000, False)
    assert found.official == reviewer.official
    assert "capital" not in assessed(filing).unreviewed


# --- taking up -------------------------------------------------------------------------------------------------


def test_taking_up_assigns_the_case(filing, reviewer):
    assert filing.state == "under_review"
    assert filing.case.assignee == reviewer.official


def test_a_filing_is_taken_up_once(filing, second_reviewer, reviewer):
    with journey.refuses("state", Conflict):
        review.take_up(by=second_reviewer, filing_id=filing.pk, at=NOW)
    filing.case.refresh_from_db()
    assert filing.case.assignee == reviewer.official


def test_a_draft_is_not_taken_up(draft_filing, reviewer):
    with journey.refuses("state", Conflict):
        review.take_up(by=reviewer, filing_id=draft_filing.pk, at=NOW)


@pytest.mark.parametrize("who", ["approver", "auditor", "member", "stranger", "insider"])
def test_only_an_official_who_reviews_and_does_not_act_for_the_firm_takes_up(request, submitted_filing, who):
    with pytest.raises(NotAllowed) as refused:
        review.take_up(by=request.getfixturevalue(who), filing_id=submitted_filing.pk, at=NOW)
    assert str(refused.value.message)
    assert Filing.objects.get().state == "submitted"


@pytest.mark.parametrize("who", ["approver", "auditor", "member", "stranger", "insider"])
def test_nor_confirms_changes_or_decides_anything(request, referred, who):
    by = request.getfixturevalue(who)
    before = FactReview.objects.count()
    for act in (
        lambda: look(referred, by),
        lambda: change(referred, by, 1),
        lambda: accept(referred, by),
        lambda: review.confirm_facts(by=by, filing_id=referred.pk, facts=["capital"], at=NOW),
        lambda: journey.correction(referred, by),
        lambda: decide.draft_decision(by=by, filing_id=referred.pk, favourable=True, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert FactReview.objects.count() == before
    assert CriterionReview.objects.count() == 0


# --- facts -----------------------------------------------------------------------------------------------------


def test_every_answered_fact_has_to_be_confirmed_before_drafting(filing, reviewer):
    open_facts = assessed(filing).unreviewed
    assert {"building_monthly_rent", "site_area", "project_title", "head_office_place"} <= set(open_facts)
    review.confirm_facts(by=reviewer, filing_id=filing.pk, facts=list(open_facts[1:]), at=NOW)
    with journey.refuses("unreviewed") as refused:
        decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=NOW)
    assert "1" in str(refused.value.message)
    with journey.refuses("unreviewed"):
        decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=False, reason="理由。", at=NOW)
    look(filing, reviewer, open_facts[0])
    assert assessed(filing).unreviewed == ()
    assert decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=NOW).kind == "designation"


def test_what_decides_whether_the_firm_counts_has_to_be_confirmed(firm, member, reviewer):
    filing = journey.submitted(firm, member, answers=journey.HEADQUARTERS_2024, at=journey.IN_2025)
    review.take_up(by=reviewer, filing_id=filing.pk, at=NOW)
    assert "head_office_place" in assessed(filing).unreviewed


def test_confirming_several_leaves_reviewed_ones_alone(filing, reviewer, second_reviewer):
    changed = change(filing, reviewer, 40_000_000)
    count = review.confirm_facts(
        by=second_reviewer, filing_id=filing.pk, facts=["capital", "sme_line", "sme_line", "nonsense"], at=NOW
    )
    assert count == 1
    assert FactReview.objects.get(fact="capital", is_current=True) == changed


def test_a_change_needs_its_reason(filing, reviewer):
    with journey.refuses("reason_needed") as refused:
        change(filing, reviewer, 40_000_000, reason="  ")
    assert refused.value.field == "reason"
    assert FactReview.objects.count() == 0


@pytest.mark.parametrize(
    ("language", "words"), [("ja", "0以上の数を入力してください。"), ("en", "Enter a number of 0 or more.")]
)
def test_a_changed_value_is_read_like_an_answer_and_refused_in_the_readers_language(filing, reviewer, language, words):
    with translation.override(language), journey.refuses("wrong_value") as refused:
        change(filing, reviewer, -1)
    assert str(refused.value.message) == words
    assert refused.value.field == "value"


def test_an_unknown_fact_is_refused(filing, reviewer):
    with journey.refuses("unknown_fact"):
        look(filing, reviewer, "favourite_colour")


def test_a_changed_fact_is_what_counts_and_the_declared_one_stays_on_record(filing, reviewer):
    found = change(filing, reviewer, "４０，０００，０００")
    assert (found.declared, found.confirmed, found.changed) == (30_000_000, 40_000_000, True)
    assert assessed(filing).answers["capital"] == 40_000_000
    assert Filing.objects.get().answers["capital"] == 30_000_000
    event = Event.objects.get(code="fact_changed")
    assert event.internal
    assert (event.data["declared"], event.data["confirmed"], event.data["reason"]) == (
        30_000_000,
        40_000_000,
        "登記簿による。",
    )


def test_a_fact_may_be_taken_away(filing, reviewer):
    change(filing, reviewer, None)
    assert "capital" not in assessed(filing).answers


def test_a_change_to_the_same_value_is_a_confirmation(filing, reviewer):
    assert change(filing, reviewer, "30,000,000円").changed is False


def test_the_latest_review_counts_and_earlier_ones_are_kept(filing, reviewer, second_reviewer):
    change(filing, reviewer, 40_000_000)
    look(filing, second_reviewer)
    assert assessed(filing).answers["capital"] == 30_000_000
    assert list(FactReview.objects.values_list("confirmed", "is_current")) == [(40_000_000, False), (30_000_000, True)]


def test_a_changed_fact_can_turn_the_verdict(filing, reviewer):
    assert assessed(filing).may_grant
    change(filing, reviewer, "outside", fact="site_area")
    assert assessed(filing).must_refuse
    assert not assessed(filing).may_grant


def test_evidence_is_a_file_of_the_case(filing, reviewer):
    paper = filing.documents.get(kind="register_extract")
    assert look(filing, reviewer, evidence_id=paper.pk).evidence == paper


def test_a_file_of_another_case_is_no_evidence(filing, reviewer, other_firm):
    other = journey.drafted(other_firm, other_firm.memberships.get().user)
    with journey.refuses("unknown_evidence"):
        look(filing, reviewer, evidence_id=other.documents.first().pk)
    assert FactReview.objects.count() == 0


@pytest.mark.parametrize("state", ["submitted", "correction_requested", "decision_drafted", "approved", "issued"])
def test_nothing_is_reviewed_outside_of_the_review(referred, reviewer, state):
    Filing.objects.update(state=state)
    for act in (
        lambda: look(referred, reviewer),
        lambda: accept(referred, reviewer),
        lambda: review.confirm_facts(by=reviewer, filing_id=referred.pk, facts=["capital"], at=NOW),
    ):
        with journey.refuses("not_under_review", Conflict):
            act()


# --- criteria --------------------------------------------------------------------------------------------------


def test_a_referred_criterion_has_to_be_decided_before_granting(referred, reviewer):
    assert assessed(referred).undecided == ("former_plan",)
    assert not assessed(referred).may_grant
    with journey.refuses("undecided"):
        decide.draft_decision(by=reviewer, filing_id=referred.pk, favourable=True, at=NOW)
    accept(referred, reviewer)
    assert assessed(referred).undecided == ()
    assert decide.draft_decision(by=reviewer, filing_id=referred.pk, favourable=True, at=NOW).kind == "designation"


@pytest.mark.parametrize("accepted", [True, False])
def test_a_criterion_is_decided_with_a_reason(referred, reviewer, accepted):
    with journey.refuses("reason_needed") as refused:
        accept(referred, reviewer, accepted=accepted, reason=" ")
    assert refused.value.field == "reason"
    assert accept(referred, reviewer, accepted=accepted).reason == "計画の認定が見込まれる。"


def test_a_criterion_that_is_not_accepted_forbids_the_grant_and_is_a_reason_to_refuse(referred, reviewer):
    accept(referred, reviewer, accepted=False, reason="認定の見込みがない。")
    with journey.refuses("not_eligible"):
        decide.draft_decision(by=reviewer, filing_id=referred.pk, favourable=True, at=NOW)
    decision = decide.draft_decision(by=reviewer, filing_id=referred.pk, favourable=False, at=NOW)
    assert [(r["criterion"], r["words"]) for r in decision.reasons] == [("former_plan", "認定の見込みがない。")]


def test_an_unknown_criterion_is_refused(referred, reviewer):
    with journey.refuses("unknown_criterion"):
        accept(referred, reviewer, criterion="beauty")


def test_the_latest_decision_on_a_criterion_counts(referred, reviewer, second_reviewer):
    accept(referred, reviewer, accepted=False)
    accept(referred, second_reviewer)
    assert assessed(referred).may_grant
    assert list(CriterionReview.objects.values_list("accepted", "is_current")) == [(False, False), (True, True)]


# --- after a correction ----------------------------------------------------------------------------------------


def corrected(filing, member, reviewer, answers, words="直しました。") -> Filing:
    journey.correction(filing, reviewer)
    return journey.answered(filing, member, answers, words=words)


def test_reviews_of_what_the_applicant_changed_no_longer_count(referred, member, reviewer):
    corrected(referred, member, reviewer, {"building_monthly_rent": 480_000})
    assert assessed(referred).unreviewed == ("building_monthly_rent",)
    outdated = FactReview.objects.filter(is_current=False)
    assert [r.fact for r in outdated] == ["building_monthly_rent"]


def test_a_change_that_the_official_made_gives_way_to_a_new_answer(referred, member, reviewer):
    change(referred, reviewer, 490_000, fact="building_monthly_rent")
    corrected(referred, member, reviewer, {"building_monthly_rent": 480_000})
    assert assessed(referred).answers["building_monthly_rent"] == 480_000


def test_a_change_that_the_official_made_stays_when_the_answer_stays(referred, member, reviewer):
    change(referred, reviewer, 490_000, fact="building_monthly_rent")
    corrected(referred, member, reviewer, {"project_description": "書き直した。"})
    assert assessed(referred).answers["building_monthly_rent"] == 490_000


def test_decisions_on_criteria_no_longer_count_when_any_answer_changed(referred, member, reviewer):
    accept(referred, reviewer)
    corrected(referred, member, reviewer, {"building_monthly_rent": 480_000})
    assert assessed(referred).undecided == ("former_plan",)
    assert list(CriterionReview.objects.values_list("is_current", flat=True)) == [False]


def test_decisions_on_criteria_stay_when_only_papers_were_added(referred, member, reviewer):
    accept(referred, reviewer)
    journey.correction(referred, reviewer, about="business_plan")
    draft.attach_document(by=member, filing_id=referred.pk, kind="business_plan", upload=journey.upload(), at=NOW)
    journey.answered(referred, member, {})
    assert assessed(referred).undecided == ()
    assert assessed(referred).unreviewed == ()


def test_a_review_no_longer_counts_when_its_evidence_was_taken_back(referred, member, reviewer):
    paper = referred.documents.get(kind="register_extract")
    look(referred, reviewer, "building_monthly_rent", evidence_id=paper.pk)
    journey.correction(referred, reviewer, about="register_extract")
    draft.remove_document(by=member, filing_id=referred.pk, document_id=paper.pk, at=NOW)
    draft.attach_document(by=member, filing_id=referred.pk, kind="register_extract", upload=journey.upload(), at=NOW)
    journey.answered(referred, member, {})
    assert assessed(referred).unreviewed == ("building_monthly_rent",)
    with journey.refuses("unknown_evidence"):
        look(referred, reviewer, evidence_id=paper.pk)
