"""Drafting: what may be granted, what a refusal must say."""

import pytest
from django.utils import translation

from applications.errors import Conflict, DomainError
from applications.models import Decision, Event, Filing
from applications.procedure import version_of
from applications.rules import engine
from applications.services import approve, decide, review, revoke, start
from applications.services.letters import compose_letter
from eligibility.words import ENGINE_VERSION
from tests.applications import journey
from tests.applications.journey import HEADQUARTERS, HQ, IN_2025, NOW, TRIAL, TRIAL_USE, jst

pytestmark = pytest.mark.django_db


def decide_on(filing, reviewer, *, favourable=True, **more) -> Decision:
    return decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=favourable, **{"at": NOW} | more)


def filed_with(firm, member, reviewer, **answers) -> Filing:
    """A headquarters application, reviewed, with some answers otherwise."""
    return journey.reviewed(journey.submitted(firm, member, answers=HEADQUARTERS | answers), reviewer)


def test_it_works(reviewed_filing, reviewer):
    decision = decide_on(reviewed_filing, reviewer, note=" 要件を満たす。 ", conditions=["雇用を維持すること。"])
    case = reviewed_filing.case
    assert (decision.kind, decision.state, decision.amount) == ("designation", "drafted", None)
    assert (decision.version, decision.version_hash) == ("V2026", case.version_hash)
    assert (decision.engine, decision.on.isoformat()) == (ENGINE_VERSION, "2026-11-20")
    assert decision.facts == Filing.objects.get().answers
    assert decision.determination["verdict"] == "eligible"
    assert decision.reasons == []
    assert (decision.note, decision.conditions) == ("要件を満たす。", ["雇用を維持すること。"])
    assert Filing.objects.get().state == "decision_drafted"
    assert Event.objects.last().internal


def test_the_decision_is_on_the_confirmed_facts(submitted_filing, reviewer):
    review.take_up(by=reviewer, filing_id=submitted_filing.pk, at=NOW)
    review.review_fact(
        by=reviewer,
        filing_id=submitted_filing.pk,
        fact="capital",
        change=True,
        value=1,
        reason="登記簿による。",
        at=NOW,
    )
    filing = journey.confirmed(submitted_filing, reviewer)
    assert decide_on(filing, reviewer).facts["capital"] == 1


# --- when nothing may be drafted -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "state", ["draft", "submitted", "correction_requested", "decision_drafted", "approved", "issued"]
)
def test_only_what_is_under_review_is_decided(reviewed_filing, reviewer, state):
    Filing.objects.update(state=state)
    with journey.refuses("not_under_review", Conflict):
        decide_on(reviewed_filing, reviewer)


def test_a_notice_is_confirmed_and_not_decided(designated_case, member, reviewer):
    """A drafted confirmation would wait for a letter that does not exist."""
    answers = {"operation_start_date": "2026-11-01"}
    filing = journey.reviewed(journey.filed(designated_case, member, "start_of_operation_notice", answers), reviewer)
    for favourable in (True, False):
        with journey.refuses("no_such_decision"):
            decide_on(filing, reviewer, favourable=favourable, reason="理由。")
    assert Decision.objects.filter(filing=filing).count() == 0


def test_an_open_verdict_is_not_granted(submitted_filing, reviewer):
    review.take_up(by=reviewer, filing_id=submitted_filing.pk, at=NOW)
    review.review_fact(
        by=reviewer, filing_id=submitted_filing.pk, fact="site_area", change=True, value=None, reason="不明。", at=NOW
    )
    filing = journey.confirmed(submitted_filing, reviewer)
    with journey.refuses("undetermined"):
        decide_on(filing, reviewer)


def test_a_failed_criterion_is_not_granted(firm, member, reviewer):
    with journey.refuses("not_eligible"):
        decide_on(filed_with(firm, member, reviewer, site_area="outside"), reviewer)


def test_a_fault_of_the_engine_blocks_both_ways(reviewed_filing, reviewer, monkeypatch):
    version = version_of(reviewed_filing.case)
    stage = engine()._compiled(version).criteria
    original = stage.ask
    monkeypatch.setattr(stage, "ask", lambda env, earlier: original(env, earlier) | {"site_in_city": False})
    for favourable in (True, False):
        with journey.refuses("engine"):
            decide_on(reviewed_filing, reviewer, favourable=favourable, reason="理由。")
    assert Decision.objects.count() == 0
    assert Filing.objects.get().state == "under_review"


def test_an_exception_in_the_engine_blocks(reviewed_filing, reviewer, monkeypatch):
    stage = engine()._compiled(version_of(reviewed_filing.case)).criteria
    monkeypatch.setattr(stage, "ask", lambda env, earlier: 1 / 0)
    with journey.refuses("engine"):
        decide_on(reviewed_filing, reviewer)


def test_nothing_is_decided_under_a_rule_text_that_was_rewritten(reviewed_filing, reviewer):
    case = reviewed_filing.case
    case.version_hash = "0" * 64
    case.save()
    for favourable in (True, False):
        with journey.refuses("rules_changed", Conflict) as refused:
            decide_on(reviewed_filing, reviewer, favourable=favourable, reason="理由。")
        assert "V2026" in str(refused.value.message)


def test_nothing_is_decided_while_a_revocation_is_under_way(designated_case, member, reviewer, approver):
    journey.operating(designated_case, member, reviewer)
    at = jst("2027-05-10 10:00")
    filing = journey.grant_filing(designated_case, member, reviewer, at, journey.TAX_BASES)
    first = designated_case.decisions.first()
    act = revoke.draft_revocation(by=reviewer, decision_id=first.pk, reason="虚偽。", article="交付条件", at=at)
    for favourable in (True, False):
        with journey.refuses("revocation_pending", Conflict):
            decide_on(filing, reviewer, favourable=favourable, amount=1_500_000, reason="理由。")
    approve.return_decision(by=approver, decision_id=act.pk, reason="証拠が足りない。", at=at)
    assert decide_on(filing, reviewer, amount=1_500_000, at=at).amount == 1_500_000


def test_nothing_is_granted_in_a_revoked_case_but_it_may_be_refused(designated_case, member, reviewer, approver):
    journey.operating(designated_case, member, reviewer)
    at = jst("2027-05-10 10:00")
    filing = journey.grant_filing(designated_case, member, reviewer, at, journey.TAX_BASES)
    journey.revoked(designated_case.decisions.first(), reviewer, approver, at)
    with journey.refuses("case_revoked", Conflict):
        decide_on(filing, reviewer, amount=1_500_000)
    journey.decided(filing, reviewer, approver, favourable=False, reason="指定が取り消されたため。", at=at)
    designated_case.refresh_from_db()
    assert designated_case.state == "revoked"


# --- refusals --------------------------------------------------------------------------------------------------


def test_a_refusal_states_each_failed_criterion_with_its_source_and_the_facts_applied(firm, member, reviewer):
    filing = filed_with(firm, member, reviewer, site_area="outside", lease_contract_on="2026-11-02")
    decision = decide_on(filing, reviewer, favourable=False)
    assert (decision.kind, decision.amount) == ("non_designation", None)
    assert [r["criterion"] for r in decision.reasons] == ["site_in_city", "consultation_before_lease"]
    for reason in decision.reasons:
        assert reason["article"] or reason["source"]
        assert reason["text"]["ja"]
        assert reason["text"]["en"]
        assert reason["facts"]
        assert all(fact["label"]["ja"] and fact["value"]["ja"] and fact["value"]["en"] for fact in reason["facts"])
    consultation = decision.reasons[1]["facts"]
    assert "2026-11-02" in {fact["value"]["ja"] for fact in consultation}
    assert consultation[-1]["value"] == {"ja": "2026-11-02 < 2026-11-02", "en": "2026-11-02 < 2026-11-02"}


def test_the_article_of_a_statute_is_named(firm, member, reviewer):
    filing = journey.submitted(
        firm, member, answers=journey.HEADQUARTERS_2024 | {"has_certified_plan": False}, at=IN_2025
    )
    decision = decide_on(journey.reviewed(filing, reviewer, IN_2025), reviewer, favourable=False, at=IN_2025)
    assert [(r["criterion"], r["article"]) for r in decision.reasons] == [
        ("certified_plan", "地域再生法 第17条の2第3項")
    ]


def test_what_is_only_advice_is_no_reason(firm, member, reviewer):
    filing = filed_with(firm, member, reviewer, site_area="outside", no_tax_arrears=False)
    assert [r["criterion"] for r in decide_on(filing, reviewer, favourable=False).reasons] == ["site_in_city"]


def test_an_eligible_application_is_refused_only_with_words(reviewed_filing, reviewer):
    with journey.refuses("reason_needed") as refused:
        decide_on(reviewed_filing, reviewer, favourable=False, reason="  ")
    assert refused.value.field == "reason"
    assert Filing.objects.get().state == "under_review"
    decision = decide_on(reviewed_filing, reviewer, favourable=False, reason=" 計画の具体性を欠く。 ")
    assert [r["text"]["ja"] for r in decision.reasons] == ["計画の具体性を欠く。"]


def test_a_call_with_selection_is_refused_with_words(firm, member, reviewer):
    at = jst("2024-05-10 10:00")
    filing = journey.reviewed(journey.submitted(firm, member, scheme=TRIAL_USE, answers=TRIAL, at=at), reviewer, at)
    decision = decide_on(filing, reviewer, favourable=False, reason="審査会の評価が採択水準に達しない。", at=at)
    assert decision.kind == "non_selection"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_reasons_stand_in_the_letter(firm, member, reviewer, language):
    member.language = language
    member.save()
    with translation.override(language):
        filing = filed_with(firm, member, reviewer, site_area="outside")
        decision = decide_on(filing, reviewer, favourable=False, reason="計画の具体性を欠く。")
        letter = compose_letter(decision)
    criterion = next(c for c in version_of(filing.case).criteria if c.name == "site_in_city")
    assert [r.criterion.ja for r in letter.reasons] == [criterion.text.ja, "計画の具体性を欠く。"]
    assert all(r.article.ja and r.facts for r in letter.reasons)


# --- amounts: exact --------------------------------------------------------------------------------------------


@pytest.fixture
def selected(firm, member, reviewer) -> Filing:
    """A trial use of 900,000 yen, reviewed."""
    at = jst("2024-05-10 10:00")
    return journey.reviewed(journey.submitted(firm, member, scheme=TRIAL_USE, answers=TRIAL, at=at), reviewer, at)


def test_an_exact_amount_is_that_of_the_rules(selected, reviewer):
    decision = decide_on(selected, reviewer)
    assert decision.amount == 900_000
    assert [(line["component"], line["yen"]) for line in decision.amount_lines] == [("contract", 900_000)]
    assert decision.amount == decision.determination["amount"]["yen"]


@pytest.mark.parametrize("amount", [899_999, 900_001, 0, -900_000])
def test_an_exact_amount_cannot_be_changed(selected, reviewer, amount):
    with journey.refuses("amount_fixed") as refused:
        decide_on(selected, reviewer, amount=amount)
    assert refused.value.field == "amount"
    assert "900,000" in str(refused.value.message)


def test_the_exact_amount_may_be_repeated(selected, reviewer):
    assert decide_on(selected, reviewer, amount=900_000).amount == 900_000


def test_a_refusal_has_no_amount(selected, reviewer):
    decision = decide_on(selected, reviewer, favourable=False, reason="評価が採択水準に達しない。", amount=900_000)
    assert (decision.amount, decision.amount_lines) == (None, [])


def test_a_decision_that_pays_nothing_has_no_amount(reviewed_filing, reviewer):
    assert decide_on(reviewed_filing, reviewer, amount=5).amount is None


# --- amounts: ranges -------------------------------------------------------------------------------------------


@pytest.fixture
def ranged(designated_case, member, reviewer) -> Filing:
    """A grant application under the version of 2026: 3 to 36 months of 500,000 yen."""
    journey.operating(designated_case, member, reviewer)
    return journey.grant_filing(designated_case, member, reviewer, jst("2027-05-10 10:00"), journey.TAX_BASES)


def test_a_range_needs_an_amount(ranged, reviewer):
    with journey.refuses("amount_needed") as refused:
        decide_on(ranged, reviewer)
    assert refused.value.field == "amount"


@pytest.mark.parametrize("amount", [1_499_999, 18_000_001, 0, -1])
def test_the_amount_lies_in_the_range(ranged, reviewer, amount):
    with journey.refuses("amount_out_of_range") as refused:
        decide_on(ranged, reviewer, amount=amount)
    assert "1,500,000" in str(refused.value.message)
    assert "18,000,000" in str(refused.value.message)


@pytest.mark.parametrize("amount", [1_500_000, 18_000_000])
def test_the_ends_of_the_range_belong_to_it(ranged, reviewer, amount):
    decision = decide_on(ranged, reviewer, amount=amount)
    assert decision.amount == amount == sum(line["yen"] for line in decision.amount_lines)


# --- amounts: yearly grants ------------------------------------------------------------------------------------


@pytest.fixture
def running(firm, member, reviewer, approver):
    """A case under the version of 2024 that has started."""
    return journey.operating_2024(firm, member, reviewer, approver)


def test_a_yearly_grant_decides_its_own_fiscal_year_and_the_bonus_comes_with_the_first(
    running, member, reviewer, approver
):
    grants = [
        journey.granted(running, member, reviewer, approver, jst(f"{year}-06-01 10:00"), journey.TAX_BASES)
        for year in (2026, 2027, 2028, 2029, 2030)
    ]
    assert [d.amount for d in grants] == [journey.YEARLY + journey.BONUS, *[journey.YEARLY] * 4]
    lines = [[(line["component"], line["fiscal_year"], line["yen"]) for line in d.amount_lines] for d in grants]
    assert lines[0] == [
        ("base", 2026, journey.YEARLY),
        ("city_hire_bonus", None, 5_000_000),
        ("metro_hire_bonus", None, 300_000),
    ]
    assert lines[1:] == [[("base", year, journey.YEARLY)] for year in (2027, 2028, 2029, 2030)]
    assert sum(d.amount for d in grants) == grants[0].determination["amount"]["yen"] == 6_150_005
    for decision in grants:
        assert decision.amount == sum(line["yen"] for line in decision.amount_lines)


def test_after_the_last_grant_year_nothing_is_granted(running, member, reviewer, approver):
    journey.granted(running, member, reviewer, approver, jst("2030-06-01 10:00"), journey.TAX_BASES)
    filing = journey.grant_filing(running, member, reviewer, jst("2031-06-01 10:00"), journey.TAX_BASES)
    with journey.refuses("nothing_due") as refused:
        decide_on(filing, reviewer)
    assert "2031" in str(refused.value.message)


def test_before_the_first_grant_year_nothing_is_granted(firm, member, reviewer, approver):
    running = journey.operating_2024(firm, member, reviewer, approver, {"hires": []})
    filing = journey.grant_filing(running, member, reviewer, jst("2026-03-31 10:00"), journey.TAX_BASES)
    with journey.refuses("nothing_due"):
        decide_on(filing, reviewer)


def test_the_year_of_a_grant_begins_on_the_first_of_april_in_japan(running, member, reviewer, approver):
    decision = journey.granted(running, member, reviewer, approver, jst("2026-04-01 00:00:00"), journey.TAX_BASES)
    assert (decision.filing.fiscal_year, decision.amount_lines[0]["fiscal_year"]) == (2026, 2026)


def test_the_range_of_a_yearly_grant_is_that_of_its_own_year(running, member, reviewer):
    """While the tax base of bought equipment is not known, each year is a range; the sum of five years is none of it."""
    at = jst("2026-06-01 10:00")
    filing = journey.filed(running, member, "grant_application", journey.TAX_BASES, at)
    review.take_up(by=reviewer, filing_id=filing.pk, at=at)
    change = {"by": reviewer, "filing_id": filing.pk, "change": True, "reason": "課税明細書の提出待ち。", "at": at}
    review.review_fact(fact="in_urbanisation_area", value=None, **change)
    filing = journey.confirmed(filing, reviewer, at)
    low, high = 140_000 + journey.BONUS, journey.YEARLY + journey.BONUS
    for amount in (low - 1, high + 1):
        with journey.refuses("amount_out_of_range"):
            decide_on(filing, reviewer, amount=amount)
    decision = decide_on(filing, reviewer, amount=high)
    assert [line["fiscal_year"] for line in decision.amount_lines] == [2026]


def test_a_grant_whose_years_are_not_known_is_not_decided(firm, member, reviewer, approver):
    running = journey.operating_2024(firm, member, reviewer, approver)
    at = jst("2026-06-01 10:00")
    filing = journey.filed(running, member, "grant_application", journey.TAX_BASES, at)
    review.take_up(by=reviewer, filing_id=filing.pk, at=at)
    change = {"by": reviewer, "filing_id": filing.pk, "change": True, "reason": "誤記。", "at": at}
    review.review_fact(fact="operation_start_date", value=None, **change)
    filing = journey.confirmed(filing, reviewer, at)
    for amount in (None, 5_300_000):
        with journey.refuses("undetermined"):
            decide_on(filing, reviewer, amount=amount)


def test_a_refused_first_grant_leaves_no_second_chance_in_the_same_case(running, member, reviewer, approver):
    filing = journey.grant_filing(running, member, reviewer, jst("2026-06-01 10:00"), journey.TAX_BASES)
    journey.decided(
        filing, reviewer, approver, favourable=False, reason="操業の実態がない。", at=jst("2026-06-10 10:00")
    )
    with journey.refuses("not_now", Conflict):
        start.start_filing(by=member, case_id=running.pk, step="grant_application", at=jst("2027-06-01 10:00"))


# --- the content hash ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "non_designation"),
        ("facts", {}),
        ("on", jst("2026-11-21 00:00").date()),
        ("version_hash", "x"),
        ("engine", "2"),
        ("determination", {}),
        ("amount", 1),
        ("amount_lines", [{}]),
        ("reasons", [{}]),
        ("conditions", ["x"]),
        ("revokes_id", 999),
    ],
)
def test_every_part_of_the_content_is_in_its_hash(reviewed_filing, reviewer, field, value):
    decision = decide_on(reviewed_filing, reviewer)
    before = decide.content_hash(decision)
    setattr(decision, field, value)
    assert decide.content_hash(decision) != before


def test_the_hash_survives_the_database(reviewed_filing, reviewer):
    decision = decide_on(reviewed_filing, reviewer)
    assert decide.content_hash(Decision.objects.get()) == decide.content_hash(decision)


def test_the_scheme_of_the_examples_is_the_headquarters_subsidy(reviewed_filing):
    assert reviewed_filing.case.scheme == HQ


def test_a_letter_that_cannot_be_printed_is_not_drafted(reviewed_filing, reviewer):
    with pytest.raises(DomainError) as error:
        decide_on(reviewed_filing, reviewer, conditions=["担当者は\U0002a6d6とする。"])
    assert (error.value.code, "\U0002a6d6" in str(error.value)) == ("unprintable", True)
    assert (Decision.objects.count(), Filing.objects.get().state) == (0, "under_review")
