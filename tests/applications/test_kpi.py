"""計上: planned at approval, actual when it has happened, out again when undone; a firm once in a frame."""

from datetime import timedelta

import pytest

from applications.models import Case, Event, KpiEntry
from applications.rules import rule_book
from applications.selectors import current_frame, kpi_entries, latest_figures, progress
from applications.services import approve, decide, revoke
from tests.applications import journey
from tests.applications.journey import HEADQUARTERS, NOW, TRIAL, TRIAL_USE, jst
from tests.factories import KpiEntryFactory, MembershipFactory

pytestmark = pytest.mark.django_db

FIRMS = "firms_attracted"
GROWTH, SINCE = "growth_strategy_2023", "since_2024"


def counted(indicator=FIRMS, frame=SINCE) -> tuple[int, int]:
    """Planned and actual units of a frame."""
    kpi = rule_book().kpi
    found = progress(kpi.indicators[indicator], kpi.frames[frame])
    return found.planned, found.actual


def rows(**conditions) -> list[tuple[str, str, int]]:
    entries = KpiEntry.objects.filter(**conditions).order_by("pk")
    return [(e.state, e.frame, e.fiscal_year) for e in entries]


@pytest.fixture(autouse=True)
def _every_figure_has_its_entries(db):
    """After each test: a figure is the number of entries behind it, in every frame and year."""
    yield
    kpi = rule_book().kpi
    for indicator in kpi.indicators.values():
        for frame in kpi.frames.values():
            found = progress(indicator, frame)
            behind = kpi_entries(indicator.name, frame.name)
            assert found.planned == behind.filter(state="planned").count()
            assert found.actual == behind.filter(state="actual").count()
            for year in found.years:
                own = kpi_entries(indicator.name, frame.name, year.year)
                assert year.planned == own.filter(state="planned").count()
                assert year.actual == own.filter(state="actual").count()


class Officials:
    """The people who decide, and what they do to a firm's cases."""

    def __init__(self, firm, member, reviewer, approver) -> None:
        self.firm, self.member, self.reviewer, self.approver = firm, member, reviewer, approver

    def designate(self, at=NOW, **answers) -> Case:
        return journey.designated(
            self.firm, self.member, self.reviewer, self.approver, at=at, answers=HEADQUARTERS | answers
        )

    def start(self, case, at=NOW + timedelta(days=1), started="2026-11-01"):
        return journey.operating(case, self.member, self.reviewer, at, started)

    def revoke(self, case, at=NOW + timedelta(days=10)):
        return journey.revoked(case.decisions.order_by("pk").first(), self.reviewer, self.approver, at)


@pytest.fixture
def city(firm, member, reviewer, approver) -> Officials:
    return Officials(firm, member, reviewer, approver)


def test_it_works(city):
    case = city.designate()
    assert counted() == (1, 0)
    city.start(case)
    assert counted() == (0, 1)
    entry = KpiEntry.objects.get()
    assert (entry.organisation, entry.case, entry.fiscal_year, entry.frame) == (city.firm, case, 2026, SINCE)
    assert (entry.decision.kind, entry.actual_by.kind) == ("designation", "confirmation")


# --- planned ---------------------------------------------------------------------------------------------------


def test_a_unit_is_planned_with_the_approval_and_not_before(reviewed_filing, reviewer, approver):
    decision = decide.draft_decision(by=reviewer, filing_id=reviewed_filing.pk, favourable=True, at=NOW)
    assert counted() == (0, 0)
    approve.approve_decision(by=approver, decision_id=decision.pk, seen=decide.content_hash(decision), at=NOW)
    assert counted() == (1, 0)
    assert KpiEntry.objects.get().decision == decision


def test_an_approval_that_is_refused_counts_nothing(reviewed_filing, reviewer, approver):
    journey.decided(reviewed_filing, reviewer, approver, favourable=False, reason="計画の具体性を欠く。")
    assert rows() == []


def test_a_returned_decision_counts_nothing(reviewed_filing, reviewer, approver):
    decision = decide.draft_decision(by=reviewer, filing_id=reviewed_filing.pk, favourable=True, at=NOW)
    approve.return_decision(by=approver, decision_id=decision.pk, reason="再検討。", at=NOW)
    assert rows() == []


@pytest.mark.parametrize(
    "answers",
    [
        {"head_office_place": "sendai"},
        {"establishment_kind": "extension"},
        {"establishment_kind": "move_inside"},
        {"head_office_place": "sendai", "establishment_kind": "move_inside"},
    ],
    ids=lambda answers: ",".join(answers.values()),
)
def test_growth_inside_the_city_attracts_nobody(city, answers):
    city.start(city.designate(**answers))
    assert rows() == []


@pytest.mark.parametrize("place", ["miyagi", "other_prefecture"])
def test_every_place_outside_the_city_counts(city, place):
    city.designate(head_office_place=place)
    assert counted() == (1, 0)


def test_the_fact_that_the_official_confirmed_decides(firm, member, reviewer, approver):
    from applications.services import review

    filing = journey.submitted(firm, member)
    review.take_up(by=reviewer, filing_id=filing.pk, at=NOW)
    review.review_fact(
        by=reviewer,
        filing_id=filing.pk,
        fact="head_office_place",
        change=True,
        value="sendai",
        reason="登記簿。",
        at=NOW,
    )
    journey.decided(journey.confirmed(filing, reviewer), reviewer, approver)
    assert rows() == []


# --- actual ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("started", "year"), [("2027-03-31", 2026), ("2027-04-01", 2027), ("2025-03-31", 2024), ("2025-04-01", 2025)]
)
def test_an_actual_unit_lies_in_the_fiscal_year_of_the_start(city, started, year):
    city.start(city.designate(), jst("2027-04-05 10:00"), started)
    assert rows() == [("actual", SINCE, year)]


def test_without_a_confirmed_start_a_unit_stays_planned(city):
    case = city.designate()
    journey.filed(case, city.member, "start_of_operation_notice", {"operation_start_date": "2026-11-01"})
    assert counted() == (1, 0)


def test_an_announced_start_in_the_answers_of_another_scheme_is_no_date_of_this_one(firm, member, reviewer, approver):
    """Answers are given once for all schemes; a trial use has no start of operation."""
    at = jst("2024-05-10 10:00")
    answers = TRIAL | {"operation_start_date": "2026-04-01"}
    filing = journey.submitted(firm, member, scheme=TRIAL_USE, answers=answers, at=at)
    journey.decided(journey.reviewed(filing, reviewer, at), reviewer, approver, at=at)
    journey.closed(journey.filed(filing.case, member, "result_report", {}, at), reviewer, approver, at)
    assert rows(indicator="synchrotron_leading_cases") == [("actual", SINCE, 2024)]


def test_a_person_is_actual_with_the_first_yearly_grant_and_counts_once(firm, member, reviewer, approver):
    version = next(v for v in journey.all_versions() if v.id == "scholarship/person@FY2026")
    case = journey.walk(version, firm, member, reviewer, approver)
    assert rows(indicator="scholarship_persons") == [("actual", SINCE, 2027)]
    filing = journey.filed(case, member, "yearly_claim", {"service_months": 19}, jst("2028-11-01 10:00"))
    journey.closed(filing, reviewer, approver, jst("2028-11-02 10:00"))
    assert rows(indicator="scholarship_persons") == [("actual", SINCE, 2027)]


def test_the_trial_uses_of_one_firm_count_each(firm, member, reviewer, approver):
    for at in (jst("2024-05-10 10:00"), jst("2024-05-13 10:00")):
        filing = journey.submitted(firm, member, scheme=TRIAL_USE, answers=TRIAL, at=at)
        journey.decided(journey.reviewed(filing, reviewer, at), reviewer, approver, at=at)
        Case.objects.filter(pk=filing.case_id).update(state="closed")
    assert counted("synchrotron_leading_cases") == (2, 0)


# --- a firm once in a frame ------------------------------------------------------------------------------------


@pytest.fixture
def two(city) -> tuple[Case, Case]:
    """Two designated cases of one firm in one frame."""
    return city.designate(), city.designate(project_title="二つ目の拠点")


def test_the_second_case_of_a_firm_adds_nothing(two):
    assert counted() == (1, 0)
    assert KpiEntry.objects.get().case == two[0]
    assert Event.objects.filter(case=two[1], code="kpi_already_counted").count() == 1


def test_nor_does_its_start(city, two):
    city.start(two[0])
    city.start(two[1])
    assert rows() == [("actual", SINCE, 2026)]
    assert KpiEntry.objects.get().case == two[0]


def test_the_case_that_really_starts_first_is_the_one_that_counts(city, two):
    city.start(two[1])
    assert counted() == (0, 1)
    assert KpiEntry.objects.get(state="actual").case == two[1]
    reversed_entry = KpiEntry.objects.get(state="reversed")
    assert (reversed_entry.case, reversed_entry.reversed_by.case) == (two[0], two[1])
    city.start(two[0])
    assert counted() == (0, 1)
    assert KpiEntry.objects.get(state="actual").case == two[1]


def test_after_the_reversal_of_the_first_the_second_takes_its_place(city, two):
    city.revoke(two[0])
    assert counted() == (1, 0)
    assert KpiEntry.objects.get(state="planned").case == two[1]
    city.start(two[1], NOW + timedelta(days=20))
    assert counted() == (0, 1)


def test_after_the_reversal_of_the_first_a_second_that_has_started_is_actual(city, two):
    city.start(two[0])
    city.start(two[1], started="2026-11-10")
    city.revoke(two[0])
    assert counted() == (0, 1)
    entry = KpiEntry.objects.get(state="actual")
    assert (entry.case, entry.actual_by.case, entry.actual_by.kind) == (two[1], two[1], "confirmation")
    city.revoke(two[1], NOW + timedelta(days=12))
    assert counted() == (0, 0)
    assert [state for state, *_ in rows()] == ["reversed", "reversed"]


def test_a_revoked_or_refused_case_takes_nobodys_place(city, two, reviewer, approver):
    city.revoke(two[1])
    city.revoke(two[0], NOW + timedelta(days=12))
    assert counted() == (0, 0)
    third = journey.reviewed(journey.submitted(city.firm, city.member), reviewer)
    journey.decided(third, reviewer, approver, favourable=False, reason="計画の具体性を欠く。")
    assert counted() == (0, 0)


def test_two_firms_count_twice(city):
    city.designate()
    other = MembershipFactory()
    journey.designated(other.organisation, other.user, city.reviewer, city.approver)
    assert counted() == (2, 0)


# --- reversal --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("started", [False, True])
def test_a_revocation_takes_the_unit_out_and_keeps_the_row(city, started):
    case = city.designate()
    if started:
        city.start(case)
    act = city.revoke(case)
    assert counted() == (0, 0)
    entry = KpiEntry.objects.get()
    assert (entry.state, entry.reversed_by, entry.decision.kind) == ("reversed", act, "designation")
    assert (entry.actual_by is not None) is started
    assert list(kpi_entries(FIRMS, SINCE)) == [entry]


def test_the_unit_is_out_with_the_approval_of_the_revocation(city, reviewer, approver):
    case = city.designate()
    act = revoke.draft_revocation(
        by=reviewer, decision_id=case.decisions.get().pk, reason="虚偽。", article="交付条件", at=NOW
    )
    assert counted() == (1, 0)
    approve.approve_decision(by=approver, decision_id=act.pk, seen=decide.content_hash(act), at=NOW)
    assert counted() == (0, 0)


def test_a_refusal_that_ends_a_case_takes_out_what_was_only_planned(firm, member, reviewer, approver):
    """A person who was recognised and whose first claim is refused was never supported."""
    version = next(v for v in journey.all_versions() if v.id == "scholarship/person@FY2026")
    answers, at = journey.example(version)
    filing = journey.submitted(firm, member, scheme=version.scheme.id, answers=answers, at=at)
    journey.decided(journey.reviewed(filing, reviewer, at), reviewer, approver, at=at)
    assert counted("scholarship_persons") == (1, 0)
    later = jst("2027-09-01 10:00")
    claim = journey.filed(filing.case, member, "yearly_claim", {"service_months": 5}, later)
    journey.decided(journey.reviewed(claim, reviewer, later), reviewer, approver, favourable=False, at=later)
    assert counted("scholarship_persons") == (0, 0)
    assert Case.objects.get().state == "closed"


def test_a_refusal_after_the_start_leaves_the_firm_counted(city, reviewer, approver):
    case = city.designate()
    city.start(case)
    at = jst("2027-05-10 10:00")
    filing = journey.grant_filing(case, city.member, reviewer, at, journey.TAX_BASES)
    journey.decided(filing, reviewer, approver, favourable=False, reason="賃借料の支払いが確認できない。", at=at)
    assert counted() == (0, 1)


# --- frames ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "frame", "year"),
    [
        ("2024-03-31 23:59:59", GROWTH, 2023),
        ("2024-04-01 00:00:00", SINCE, 2024),
        ("2029-03-31 23:59:59", SINCE, 2028),
    ],
)
def test_the_second_of_the_approval_decides_the_frame_of_the_plan(firm, member, reviewer, approver, at, frame, year):
    arrived = jst("2019-09-02 10:00")
    filing = journey.submitted(firm, member, scheme=TRIAL_USE, answers=TRIAL, at=arrived)
    journey.approved(journey.reviewed(filing, reviewer, arrived), reviewer, approver, at=jst(at))
    assert rows() == [("planned", frame, year)]


def test_an_approval_outside_of_all_frames_is_noted_and_counted_when_it_falls_into_one(city):
    case = city.designate(at=jst("2029-04-02 10:00"), lease_contract_on="2029-06-01")
    assert rows() == []
    assert Event.objects.get(code="kpi_no_frame").data["year"] == 2029
    city.start(case, jst("2029-04-03 10:00"), "2029-03-31")
    assert rows() == [("actual", SINCE, 2028)]


def test_a_start_after_the_last_frame_leaves_it(city):
    """It waits outside of all frames until the city sets the next one; no frame shows a unit that no year of it has."""
    case = city.designate(at=jst("2029-03-30 10:00"), lease_contract_on="2029-06-01")
    assert counted() == (1, 0)
    city.start(case, jst("2029-04-03 10:00"), "2029-04-01")
    assert counted() == (0, 0)
    assert rows() == [("actual", "", 2029)]


def test_a_unit_moves_to_the_frame_in_which_it_happened(city):
    """Designated in FY2026, but the site had opened before the frame began."""
    city.start(city.designate(), started="2024-03-31")
    assert rows() == [("actual", GROWTH, 2023)]


def test_a_second_unit_that_would_move_into_the_same_frame_adds_nothing(city):
    first = city.designate()
    city.start(first, started="2024-03-01")
    second = city.designate()
    assert counted() == (1, 0), "the firm counts again in the next frame"
    city.start(second, started="2024-03-31")
    assert (counted(frame=GROWTH), counted()) == ((0, 1), (0, 0))
    assert [(e.case, e.state) for e in KpiEntry.objects.order_by("pk")] == [(first, "actual"), (second, "reversed")]


def test_the_current_frame():
    assert current_frame(jst("2024-03-31 12:00").date()).name == GROWTH
    assert current_frame(jst("2024-04-01 12:00").date()).name == SINCE
    assert current_frame(jst("2029-04-01 12:00").date()).name == SINCE, "the last one on record"


# --- figures ---------------------------------------------------------------------------------------------------


def test_percent_is_cut_and_reached_is_meant_literally():
    kpi = rule_book().kpi
    indicator, frame = kpi.indicators["synchrotron_leading_cases"], kpi.frames[GROWTH]
    for _ in range(49):
        entry = KpiEntryFactory(indicator=indicator.name, frame=GROWTH, fiscal_year=2023, once_per_firm=False)
        KpiEntry.objects.filter(pk=entry.pk).update(state="actual", actual_by=entry.decision)
    found = progress(indicator, frame)
    assert (found.actual, found.percent, found.reached) == (49, 98, False)
    entry = KpiEntryFactory(indicator=indicator.name, frame=GROWTH, fiscal_year=2019, once_per_firm=False)
    assert not progress(indicator, frame).reached, "a planned unit is none"
    KpiEntry.objects.filter(pk=entry.pk).update(state="actual", actual_by=entry.decision)
    found = progress(indicator, frame)
    assert (found.actual, found.percent, found.reached) == (50, 100, True)
    assert [y.actual for y in found.years] == [1, 0, 0, 0, 49]


def test_a_frame_without_target_is_never_reached():
    kpi = rule_book().kpi
    found = progress(kpi.indicators["scholarship_persons"], kpi.frames[SINCE])
    assert (found.target, found.percent, found.reached) == (None, None, False)


def test_figures_of_officials_come_by_indicator(reviewer):
    from applications.models import KpiFigure

    for year, value in ((2019, "48.1"), (2018, "47.9")):
        KpiFigure.objects.create(
            indicator="profitable_firms", fiscal_year=year, value=value, source="国税庁統計年報",
            as_of=NOW.date(), entered_by=reviewer.official, at=NOW,
        )  # fmt: skip
    found = latest_figures(["profitable_firms", "women_employed"])
    assert [f.fiscal_year for f in found["profitable_firms"]] == [2018, 2019]
    assert found["women_employed"] == []


def test_counting_never_stands_in_the_way_of_a_confirmation(city):
    """Whatever is counted already, the notice itself is confirmed."""
    for started in ("2024-03-01", "2024-03-31", "2026-11-01", "2026-11-02"):
        case = city.designate()
        assert city.start(case, started=started).state == "issued"
