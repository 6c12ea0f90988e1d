"""Who may do what: one matrix for reading, one for every right, each answer with its reason."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from applications.models import Case, Filing
from applications.permissions import (
    Answer,
    is_official,
    may_act_for,
    may_approve,
    may_keep_kpi,
    may_read,
    may_review,
    official_of,
    organisations_of,
)
from applications.selectors import queue, visible_cases, visible_letters
from applications.services import decide, start, submit
from tests import factories
from tests.applications import journey
from tests.applications.journey import HQ, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(firm, member, stranger, reviewer, approver, auditor, insider):
    """One of each."""
    colleague = factories.MembershipFactory(organisation=firm, role="member").user
    partner = factories.MembershipFactory(organisation=firm, role="partner").user
    left = factories.MembershipFactory(organisation=firm).user
    retired = factories.OfficialFactory(reviews=True, approves=True, audits=True, keeps_kpi=True).user
    for user in (left, retired):
        user.is_active = False
        user.save()
    return {
        "owner": member,
        "colleague": colleague,
        "partner": partner,
        "stranger": stranger,
        "nobody": factories.UserFactory(),
        "anonymous": AnonymousUser(),
        "switched-off member": left,
        "switched-off official": retired,
        "reviewer": reviewer,
        "approver": approver,
        "auditor": auditor,
        "kpi keeper": factories.OfficialFactory(keeps_kpi=True).user,
        "official who is a member": insider,
        "administrator": factories.UserFactory(is_staff=True, is_superuser=True),
    }


FIRM = {"owner", "colleague", "partner", "official who is a member"}
CITY = {"reviewer", "approver", "auditor", "kpi keeper", "official who is a member"}
ALL = {
    "owner",
    "colleague",
    "partner",
    "stranger",
    "nobody",
    "anonymous",
    "switched-off member",
    "switched-off official",
    "reviewer",
    "approver",
    "auditor",
    "kpi keeper",
    "official who is a member",
    "administrator",
}


def allowed(people, question) -> set[str]:
    """Who is answered yes. Every no has its reason."""
    answers = {name: question(user) for name, user in people.items()}
    for name, answer in answers.items():
        assert isinstance(answer, Answer)
        assert answer.ok is bool(answer)
        assert answer.ok or str(answer.reason).strip(), name
    return {name for name, answer in answers.items() if answer}


def seeing(people, case: Case) -> set[str]:
    """Who finds the case in lists; nobody twice."""
    found = set()
    for name, user in people.items():
        cases = list(visible_cases(user).filter(pk=case.pk))
        assert len(cases) <= 1, name
        if cases:
            found.add(name)
        assert set(visible_letters(user).filter(case=case)) == (set(case.letters.all()) if cases else set()), name
    return found


def test_the_matrix_has_everybody(people):
    assert set(people) == ALL


# --- reading ---------------------------------------------------------------------------------------------------


def test_a_draft_is_seen_by_the_firm_only(people, draft_filing):
    assert seeing(people, draft_filing.case) == FIRM
    assert allowed(people, lambda user: may_read(user, draft_filing.case)) == FIRM


def test_what_was_handed_in_is_seen_by_the_firm_and_the_city(people, submitted_filing):
    assert seeing(people, submitted_filing.case) == FIRM | CITY
    assert allowed(people, lambda user: may_read(user, submitted_filing.case)) == FIRM | CITY


def test_a_designated_case_with_its_letter(people, designated_case):
    assert designated_case.letters.count() == 1
    assert seeing(people, designated_case) == FIRM | CITY


def test_a_draft_that_was_withdrawn_is_still_none_of_the_citys_business(people, draft_filing, member):
    submit.withdraw_filing(by=member, filing_id=draft_filing.pk, at=NOW)
    case = Case.objects.get()
    assert case.state == "closed"
    assert seeing(people, case) == FIRM
    assert allowed(people, lambda user: may_read(user, case)) == FIRM
    assert list(queue(people["reviewer"], view="closed")) == []


def test_what_was_handed_in_and_withdrawn_stays_on_record(people, submitted_filing, member):
    submit.withdraw_filing(by=member, filing_id=submitted_filing.pk, at=NOW)
    assert seeing(people, Case.objects.get()) == FIRM | CITY


def test_nobody_sees_the_case_of_another_firm_through_his_own(people, submitted_filing, stranger):
    own = start.start_case(
        by=stranger, organisation=stranger.memberships.get().organisation, scheme=HQ, answers={}, at=NOW
    ).case
    assert list(visible_cases(stranger)) == [own]


def test_somebody_who_acts_for_two_firms_sees_both_once(draft_filing, member, other_firm):
    factories.MembershipFactory(user=member, organisation=other_firm)
    start.start_case(by=member, organisation=other_firm, scheme=HQ, answers={}, at=NOW)
    assert visible_cases(member).count() == 2
    assert len(organisations_of(member)) == 2


# --- rights ----------------------------------------------------------------------------------------------------


def test_who_acts_for_the_firm(people, firm):
    assert allowed(people, lambda user: may_act_for(user, firm)) == FIRM


def test_who_reviews(people, submitted_filing):
    assert allowed(people, lambda user: may_review(user, submitted_filing.case)) == {"reviewer"}


def test_who_approves(people, reviewed_filing, reviewer):
    decision = decide.draft_decision(by=reviewer, filing_id=reviewed_filing.pk, favourable=True, at=NOW)
    assert allowed(people, lambda user: may_approve(user, decision)) == {"approver"}


def test_who_keeps_the_indicators(people):
    assert allowed(people, may_keep_kpi) == {"kpi keeper"}


def test_who_is_an_official(people):
    assert allowed(people, is_official) == CITY
    assert {name for name, user in people.items() if official_of(user) is not None} == CITY


def test_whose_organisations(people, firm):
    assert {name for name, user in people.items() if firm in organisations_of(user)} == FIRM


def test_who_sees_the_desk(people, submitted_filing):
    for view in ("", "new", "mine", "closed"):
        expected = CITY if view in ("", "new") else set()
        assert {name for name, user in people.items() if queue(user, view=view).exists()} == expected, view


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_no_has_words_in_every_language(stranger, submitted_filing, language):
    with translation.override(language):
        assert str(may_read(stranger, submitted_filing.case).reason).strip()


# --- the desk --------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(firm, member, other_firm, reviewer, second_reviewer, approver) -> dict[str, Filing]:
    """One filing in each state, from two firms and two schemes."""
    found = {}
    at = journey.jst("2024-05-10 10:00")
    other = other_firm.memberships.get().user
    found["trial"] = journey.submitted(other_firm, other, scheme=journey.TRIAL_USE, answers=journey.TRIAL, at=at)
    for name in ("new", "review", "correction", "drafted", "approved", "issued", "withdrawn", "draft"):
        answers = journey.HEADQUARTERS | {"project_title": f"計画 {name}"}
        filing = journey.drafted(firm, member, answers=answers)
        found[name] = filing
        if name == "draft":
            continue
        submit.submit_filing(by=member, filing_id=filing.pk, at=NOW)
        if name == "withdrawn":
            submit.withdraw_filing(by=member, filing_id=filing.pk, at=NOW)
        if name in ("new", "withdrawn"):
            continue
        journey.reviewed(filing, second_reviewer if name == "review" else reviewer)
        if name == "correction":
            journey.correction(filing, reviewer)
        if name == "drafted":
            decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=True, at=NOW)
        if name == "approved":
            journey.approved(filing, reviewer, approver)
        if name == "issued":
            journey.decided(filing, reviewer, approver)
    return found


def named(desk, filings) -> list[str]:
    names = {filing.pk: name for name, filing in desk.items()}
    return [names[filing.pk] for filing in filings]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("", ["trial", "new", "review", "drafted", "approved"]),
        ("new", ["trial", "new"]),
        ("review", ["review"]),
        ("correction", ["correction"]),
        ("drafted", ["drafted"]),
        ("approved", ["approved"]),
        ("closed", ["issued", "withdrawn"]),
        ("mine", ["correction", "drafted", "approved"]),
    ],
)
def test_the_desk_by_state(desk, reviewer, view, expected):
    """The longest waiting first; drafts never."""
    assert named(desk, queue(reviewer, view=view)) == expected


@pytest.mark.parametrize(
    ("search", "expected"),
    [("計画 review", ["review"]), ("計画", ["new", "review", "drafted", "approved"]), ("%", []), ("S2024-", ["trial"])],
)
def test_the_desk_by_words(desk, reviewer, search, expected):
    assert named(desk, queue(reviewer, search=search)) == expected


def test_the_desk_by_name_of_the_firm(desk, reviewer, other_firm):
    assert named(desk, queue(reviewer, search=other_firm.name)) == ["trial"]


def test_the_desk_by_reference(desk, reviewer):
    assert named(desk, queue(reviewer, search=desk["drafted"].case.reference.lower())) == ["drafted"]


def test_the_desk_by_scheme(desk, reviewer):
    assert named(desk, queue(reviewer, scheme=journey.TRIAL_USE)) == ["trial"]
    assert named(desk, queue(reviewer, scheme=HQ, view="new")) == ["new"]


def test_the_counters_above_the_desk(desk, reviewer):
    from applications.selectors import queue_counts
    from applications.services import revoke

    issued = desk["issued"].case.decisions.get()
    revoke.draft_revocation(by=reviewer, decision_id=issued.pk, reason="虚偽。", article="交付条件", at=NOW)
    assert queue_counts() == {"new": 2, "review": 1, "correction": 1, "drafted": 1, "approved": 1, "revocations": 1}
