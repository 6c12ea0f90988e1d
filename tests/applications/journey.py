"""Steps of a case, for tests that need one in a certain state. All go through the services."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.utils.timezone import localdate

from applications.errors import DomainError
from applications.models import Case, CorrectionRequest, Decision, Filing
from applications.procedure import step_of, version_of
from applications.rules import engine, rule_book
from applications.services import approve, corrections, decide, draft, issue, review, revoke, start, submit
from eligibility.evaluation.cases import worked_cases
from eligibility.rulebook.model import SchemeVersion
from eligibility.words import AmountKind
from tests.factories import MINIMAL_PDF

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
"""Friday, 20 November 2026, 10:00 in Japan."""
TOKYO = ZoneInfo("Asia/Tokyo")

HQ = "relocation/headquarters"
TRIAL_USE = "synchrotron/trial_use"

HEADQUARTERS: dict[str, Any] = {
    "legal_form": "company",
    "sme_line": "services",
    "capital": 30_000_000,
    "regular_employees": 80,
    "head_office_place": "other_prefecture",
    "establishment_in_sendai": False,
    "establishment_kind": "new",
    "facility_function": "information_processing",
    "has_certified_plan": True,
    "is_research_facility": False,
    "site_area": "city_centre",
    "site_tenure": "rented",
    "equipment_price": 0,
    "land_monthly_rent": 0,
    "building_monthly_rent": 500_000,
    "floor_area_rented": 100,
    "office_kind": "ordinary",
    "prior_consultation_on": "2026-11-02",
    "lease_contract_on": "2026-12-01",
    "no_tax_arrears": True,
    "no_organised_crime": True,
    "project_title": "仙台開発センターの新設",
    "project_description": "開発拠点を設ける。",
    "site_address": "仙台市青葉区国分町三丁目7番1号",
    "contact_person": "佐藤　花子",
    "contact_phone": "022-000-0000",
}

CONTACT: dict[str, Any] = {
    name: HEADQUARTERS[name]
    for name in ("project_title", "project_description", "site_address", "contact_person", "contact_phone")
}

IN_2025 = datetime(2025, 6, 2, 10, 0, tzinfo=TOKYO)
HEADQUARTERS_2024: dict[str, Any] = HEADQUARTERS | {
    "moved_from": "other_outside",
    "building_monthly_rent": 142_858,
    "floor_area_rented": 20,
    "in_urbanisation_area": True,
    "announced_on": "2025-09-01",
    "prior_consultation_on": "2025-05-01",
    "works_start_date": "2025-08-01",
    "operation_start_date": "2025-11-01",
    "hires": [
        {
            "persons": 5,
            "kind": "new_hire",
            "contract": "regular",
            "home": "sendai",
            "months": 12,
            "social_insurance": True,
        },
        {
            "persons": 3,
            "kind": "transfer",
            "contract": "regular",
            "home": "tagajo",
            "months": 24,
            "social_insurance": True,
        },
    ],
}
"""Under the version of 2024: 170,001 yen a year from FY2026 to FY2030, and a hire bonus of 5,300,000 yen once."""
YEARLY = 170_001
BONUS = 5_300_000

TRIAL: dict[str, Any] = CONTACT | {
    "legal_form": "company",
    "sme_line": "manufacturing",
    "capital": 45_000_000,
    "regular_employees": 62,
    "establishment_prefectures": ["miyagi"],
    "presentation_agreed": True,
    "trial_costs": [{"kind": "facility_fee", "cost": 900_000}],
}


def jst(text: str) -> datetime:
    """``2026-03-31 23:59:59`` in Japan."""
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@contextmanager
def refuses(code: str, kind: type[DomainError] = DomainError) -> Iterator[pytest.ExceptionInfo[DomainError]]:
    """The block raises a domain error of that kind, with that code and words for a person."""
    with pytest.raises(kind) as caught:
        yield caught
    if caught.value.code != code:
        pytest.fail(f"refused as '{caught.value.code}' ({caught.value.message}), not '{code}'")
    if not str(caught.value.message).strip():
        pytest.fail("a refusal without words")


def together(*jobs: Callable[[], Any]) -> list[Any]:
    """Run jobs at the same moment, each in a thread of its own; gives what they return or raise, in their order."""
    results: list[Any] = [None] * len(jobs)
    barrier = threading.Barrier(len(jobs))

    def run(position: int, job: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=30)
            results[position] = job()
        except BaseException as error:
            results[position] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results


# --- filing ----------------------------------------------------------------------------------------------------


def upload(name: str = "書類.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, MINIMAL_PDF, content_type="application/pdf")


def drafted(firm, member, answers=None, scheme=HQ, at=NOW, step="") -> Filing:
    """A complete draft with all required papers."""
    given = HEADQUARTERS if answers is None else answers
    filing = start.start_case(by=member, organisation=firm, scheme=scheme, answers=given, at=at, step=step)
    attach_required(filing, member, at)
    filing.refresh_from_db()
    return filing


def attach_required(filing: Filing, member, at=NOW) -> None:
    case = Case.objects.get(pk=filing.case_id)
    version = version_of(case, filing.answers, localdate(at))
    for kind, required in step_of(version, filing.step).documents:
        if required:
            draft.attach_document(by=member, filing_id=filing.pk, kind=kind, upload=upload(), at=at)


def submitted(firm, member, **more) -> Filing:
    filing = drafted(firm, member, **more)
    return submit.submit_filing(by=member, filing_id=filing.pk, at=more.get("at", NOW))


def filed(case: Case, member, step: str, answers=None, at=NOW) -> Filing:
    """The next filing of a case, submitted with its papers."""
    filing = start.start_filing(by=member, case_id=case.pk, step=step, at=at)
    draft.save_answers(by=member, filing_id=filing.pk, answers=answers or {}, at=at)
    attach_required(filing, member, at)
    return submit.submit_filing(by=member, filing_id=filing.pk, at=at)


# --- review and decision ---------------------------------------------------------------------------------------


def reviewed(filing: Filing, reviewer, at=NOW) -> Filing:
    """Taken up, every fact confirmed, every referred criterion accepted."""
    review.take_up(by=reviewer, filing_id=filing.pk, at=at)
    return confirmed(filing, reviewer, at)


def confirmed(filing: Filing, reviewer, at=NOW) -> Filing:
    """Every fact that is open confirmed, every referred criterion accepted."""
    filing = Filing.objects.get(pk=filing.pk)
    assessment = decide.assess(filing)
    review.confirm_facts(by=reviewer, filing_id=filing.pk, facts=list(assessment.unreviewed), at=at)
    for criterion in assessment.undecided:
        review.review_criterion(
            by=reviewer, filing_id=filing.pk, criterion=criterion, accepted=True, reason="支障がない。", at=at
        )
    return Filing.objects.get(pk=filing.pk)


def decided(filing: Filing, reviewer, approver, *, favourable=True, at=NOW, **more) -> Decision:
    """Drafted, approved and issued."""
    decision = approved(filing, reviewer, approver, favourable=favourable, at=at, **more)
    issue.issue_decision(by=reviewer, decision_id=decision.pk, at=at)
    decision.refresh_from_db()
    return decision


def approved(filing: Filing, reviewer, approver, *, favourable=True, at=NOW, **more) -> Decision:
    """Drafted and approved."""
    decision = decide.draft_decision(by=reviewer, filing_id=filing.pk, favourable=favourable, at=at, **more)
    return approve.approve_decision(by=approver, decision_id=decision.pk, seen=decide.content_hash(decision), at=at)


def designated(firm, member, reviewer, approver, **more) -> Case:
    """A designated headquarters case."""
    at = more.get("at", NOW)
    filing = reviewed(submitted(firm, member, **more), reviewer, at)
    decided(filing, reviewer, approver, at=at)
    return Case.objects.get(pk=filing.case_id)


def designated_2024(firm, member, reviewer, approver, answers=None) -> Case:
    """A headquarters case designated under the version of 2024."""
    given = HEADQUARTERS_2024 | (answers or {})
    return designated(firm, member, reviewer, approver, answers=given, at=IN_2025)


def operating(case: Case, member, reviewer, at=NOW + timedelta(days=1), started="2026-11-01") -> Decision:
    """The start of operation confirmed."""
    filing = filed(case, member, "start_of_operation_notice", {"operation_start_date": started}, at)
    reviewed(filing, reviewer, at)
    return issue.confirm_filing(by=reviewer, filing_id=filing.pk, at=at)


def operating_2024(firm, member, reviewer, approver, answers=None) -> Case:
    """A headquarters case under the version of 2024 that has started in November 2025."""
    case = designated_2024(firm, member, reviewer, approver, answers)
    operating(case, member, reviewer, jst("2025-11-04 10:00"), "2025-11-01")
    return Case.objects.get(pk=case.pk)


TAX_BASES: dict[str, Any] = {"land_tax_base": 0, "building_tax_base": 0, "equipment_tax_base": 0}


def grant_filing(case: Case, member, reviewer, at, answers=None) -> Filing:
    """A yearly grant application of a headquarters case, reviewed."""
    return reviewed(filed(case, member, "grant_application", answers or {}, at), reviewer, at)


def granted(case: Case, member, reviewer, approver, at, answers=None, **more) -> Decision:
    """A yearly grant, issued."""
    return decided(grant_filing(case, member, reviewer, at, answers), reviewer, approver, at=at, **more)


def revoked(decision: Decision, reviewer, approver, at=NOW + timedelta(days=10)) -> Decision:
    """A decision revoked: drafted, approved, issued."""
    act = revoke.draft_revocation(
        by=reviewer, decision_id=decision.pk, reason="申告が事実と異なっていた。", article="交付条件第9号", at=at
    )
    approve.approve_decision(by=approver, decision_id=act.pk, seen=decide.content_hash(act), at=at)
    issue.issue_decision(by=reviewer, decision_id=act.pk, at=at)
    act.refresh_from_db()
    return act


# --- corrections -----------------------------------------------------------------------------------------------


def correction(
    filing: Filing, reviewer, at=NOW, due_on=date(2026, 12, 4), about="building_monthly_rent"
) -> CorrectionRequest:
    """A correction asked for."""
    return corrections.request_correction(
        by=reviewer,
        filing_id=filing.pk,
        items=[{"about": about, "text": "契約書と金額が違います。"}],
        due_on=due_on,
        at=at,
    )


def answered(filing: Filing, member, answers: dict[str, Any], at=NOW, words="直しました。") -> Filing:
    """The open correction answered."""
    if answers:
        draft.save_answers(by=member, filing_id=filing.pk, answers=answers, at=at)
    return submit.submit_filing(by=member, filing_id=filing.pk, at=at, answer=words)


# --- every scheme ----------------------------------------------------------------------------------------------


def all_versions() -> list[SchemeVersion]:
    """Every version of every scheme that the city runs."""
    return [version for version in rule_book().versions() if not version.scheme.applied_elsewhere]


def example(version: SchemeVersion) -> tuple[dict[str, Any], datetime]:
    """Answers that are eligible under a version, and the moment to which they belong: its first such worked case. Where
    an official decides every case, the first one that is referred."""
    cases = list(worked_cases(version, rule_book().root))
    case = next(c for wanted in ("eligible", "refer") for c in cases if c.expect.get("verdict") == wanted)
    answers = {**CONTACT, **json.loads(json.dumps(case.facts, default=str))}
    return answers, datetime(case.on.year, case.on.month, case.on.day, 10, 0, tzinfo=TOKYO)


def walk(version: SchemeVersion, organisation, member, reviewer, approver) -> Case:
    """One case from the first step of a version's procedure to the last, in favour of the applicant."""
    answers, at = example(version)
    first, *others = version.procedure
    filing = drafted(organisation, member, answers=answers, scheme=version.scheme.id, at=at, step=first.name)
    submit.submit_filing(by=member, filing_id=filing.pk, at=at)
    closed(filing, reviewer, approver, at)
    case = Case.objects.get(pk=filing.case_id)
    for step in others:
        at = _moment(case, version, step.name, at)
        filing = filed(case, member, step.name, _answers(step.name, at), at)
        closed(filing, reviewer, approver, at)
        case.refresh_from_db()
    return case


def closed(filing: Filing, reviewer, approver, at) -> Decision:
    """Whatever act of the city closes the filing, in favour of the applicant."""
    filing = reviewed(filing, reviewer, at)
    assessment = decide.assess(filing)
    if assessment.step.decides in issue.CONFIRMABLE:
        return issue.confirm_filing(by=reviewer, filing_id=filing.pk, at=at)
    result = assessment.determination.amount
    pays = rule_book().vocabulary.decisions[assessment.step.decides].pays
    amount = int(result.low) if pays and result.kind is AmountKind.RANGE else None
    return decided(filing, reviewer, approver, at=at, amount=amount)


def _moment(case: Case, version: SchemeVersion, step: str, before: datetime) -> datetime:
    """When the step is due: yearly steps in the first fiscal year with money, all others after a month."""
    facts = case.facts
    if step == "grant_application" and facts.get("operation_start_date"):
        return datetime(int(facts["operation_start_date"][:4]) + 2, 6, 1, 10, 0, tzinfo=TOKYO)
    if step == "yearly_claim":
        return datetime(int(facts["hire_date"][:4]), 11, 1, 10, 0, tzinfo=TOKYO)
    return before + timedelta(days=30)


def _answers(step: str, at: datetime) -> dict[str, Any]:
    """What each later step asks for."""
    day = localdate(at)
    return {
        "start_of_operation_notice": {"operation_start_date": (day - timedelta(days=1)).isoformat()},
        "grant_application": TAX_BASES,
        "yearly_claim": {"service_months": 7},
        "measurement_booking": {"has_usage_approval": True, "pool_hours_taken": 0},
    }.get(step, {})


def replayed(decision: Decision) -> Any:
    """What an engine made anew says of what the decision has stored."""
    from eligibility.evaluation.engine import Engine
    from eligibility.evaluation.facts import read_facts

    version = rule_book().scheme(decision.case.scheme).version(decision.version)
    facts = read_facts(decision.facts, rule_book().vocabulary)
    return Engine(engine().book).determine(decision.case.scheme, facts, decision.on, decision.step, version)
