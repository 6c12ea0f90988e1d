"""A city whose officials and firms write English, with cases in every state: what is Japanese on its pages comes from
the portal itself."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from applications.models import Case, Decision, Filing, Organisation
from applications.procedure import step_of, version_of
from applications.services import approve, corrections, decide, draft, issue, review, revoke, start, submit
from applications.services.letters import render_and_store
from tests import factories
from tests.applications import journey

NOW = journey.NOW
REASON = "It rests on the lease contract."
TYPED = {
    "project_title": "New development centre",
    "project_description": "A centre for software development.",
    "site_address": "3-7-1 Kokubuncho, Aoba-ku, Sendai",
    "contact_person": "Hanako Sato",
    "contact_phone": "022-000-0000",
}
STARTED = {"operation_start_date": "2026-11-01"}


class City:
    """Officials, a member who acts for every firm, and steps of cases at the time of the journey."""

    def __init__(self) -> None:
        self.reviewer = _official("Rei Reviewer", reviews=True)
        self.approver = _official("Apu Approver", approves=True)
        self.auditor = _official("Ada Auditor", audits=True)
        self.keeper = _official("Kay Keeper", keeps_kpi=True)
        self.member = factories.UserFactory(name="Mei Member")
        self.firms = 0

    def firm(self) -> Organisation:
        """A new firm; the member acts for it."""
        self.firms += 1
        organisation = factories.OrganisationFactory(
            name=f"Example {self.firms} K.K.",
            postal_code="100-0005",
            address="1-1-1 Marunouchi, Chiyoda-ku, Tokyo",
            representative_title="President",
            representative_name="Taro Yamada",
        )
        factories.MembershipFactory(user=self.member, organisation=organisation)
        factories.MembershipFactory(user=factories.UserFactory(name="Col League"), organisation=organisation)
        return organisation

    # --- what firms do ---

    def drafted(self, scheme: str = journey.HQ, at: datetime = NOW, **answers: Any) -> Filing:
        """A complete draft."""
        given = (journey.HEADQUARTERS if scheme == journey.HQ else {}) | answers | TYPED
        filing = start.start_case(by=self.member, organisation=self.firm(), scheme=scheme, answers=given, at=at)
        self._attach(filing, at)
        return filing

    def arrived(self, scheme: str = journey.HQ, at: datetime = NOW, **answers: Any) -> Filing:
        """A filing that has reached the city."""
        filing = self.drafted(scheme, at, **answers)
        return submit.submit_filing(by=self.member, filing_id=filing.pk, at=at)

    def notified(self, case: Case) -> Filing:
        """The start of operation, notified."""
        filing = start.start_filing(by=self.member, case_id=case.pk, step="start_of_operation_notice", at=NOW)
        draft.save_answers(by=self.member, filing_id=filing.pk, answers=STARTED, at=NOW)
        self._attach(filing, NOW)
        return submit.submit_filing(by=self.member, filing_id=filing.pk, at=NOW)

    def _attach(self, filing: Filing, at: datetime) -> None:
        case = Case.objects.get(pk=filing.case_id)
        for kind, required in step_of(version_of(case, filing.answers, localdate(at)), filing.step).documents:
            if required:
                paper = SimpleUploadedFile("paper.pdf", factories.MINIMAL_PDF, content_type="application/pdf")
                draft.attach_document(by=self.member, filing_id=filing.pk, kind=kind, upload=paper, at=at)

    # --- what officials do ---

    def taken_up(self, filing: Filing) -> Filing:
        """Under review."""
        return review.take_up(by=self.reviewer, filing_id=filing.pk, at=NOW)

    def reviewed(self, filing: Filing) -> Filing:
        """Everything confirmed, every referred criterion accepted."""
        assessment = decide.assess(self.taken_up(filing))
        review.confirm_facts(by=self.reviewer, filing_id=filing.pk, facts=list(assessment.unreviewed), at=NOW)
        for name in assessment.undecided:
            review.review_criterion(
                by=self.reviewer, filing_id=filing.pk, criterion=name, accepted=True, reason=REASON, at=NOW
            )
        return Filing.objects.get(pk=filing.pk)

    def corrected(self, filing: Filing) -> Filing:
        """A correction asked for."""
        items = [{"about": "building_monthly_rent", "text": "It differs from the contract."}]
        due_on = date(2026, 12, 4)
        corrections.request_correction(by=self.reviewer, filing_id=filing.pk, items=items, due_on=due_on, at=NOW)
        return filing

    def decision(self, **words: Any) -> Decision:
        """A drafted decision on a new filing."""
        filing = self.reviewed(self.arrived())
        return decide.draft_decision(
            by=self.reviewer, filing_id=filing.pk, at=NOW, **({"favourable": True, "note": REASON} | words)
        )

    def issued(self, decision: Decision) -> Decision:
        """Approved and issued."""
        seen = decide.content_hash(decision)
        approve.approve_decision(by=self.approver, decision_id=decision.pk, seen=seen, at=NOW)
        issue.issue_decision(by=self.reviewer, decision_id=decision.pk, at=NOW)
        return Decision.objects.get(pk=decision.pk)

    # --- all of it ---

    def play(self) -> None:
        """One case in every state."""
        self._before_review()
        self._in_review()
        approve.return_decision(by=self.approver, decision_id=self.decision().pk, reason=REASON, at=NOW)
        self.decision()
        approved = self.decision()
        seen = decide.content_hash(approved)
        approve.approve_decision(by=self.approver, decision_id=approved.pk, seen=seen, at=NOW)
        self.issued(self.decision(favourable=False, reason=REASON))
        designated = self.issued(self.decision(conditions=["Tell the division when work starts."]))
        render_and_store(designated.letter)
        self.taken_up(self.notified(designated.case))
        notice = self.reviewed(self.notified(self.issued(self.decision()).case))
        issue.confirm_filing(by=self.reviewer, filing_id=notice.pk, at=NOW)
        revoked = self.issued(self.decision())
        self.issued(
            revoke.draft_revocation(
                by=self.reviewer, decision_id=revoked.pk, reason="It was not true.", article="Condition 9", at=NOW
            )
        )

    def _before_review(self) -> None:
        self.drafted()
        for version in journey.all_versions():
            if version.scheme.id in ("synchrotron/trial_use", "fixed_asset_tax/advanced_equipment"):
                answers, at = journey.example(version)
                self.arrived(version.scheme.id, at, **answers)
        submit.withdraw_filing(by=self.member, filing_id=self.arrived().pk, at=NOW, reason="The plan has changed.")
        self.arrived()

    def _in_review(self) -> None:
        looked_at = self.taken_up(self.arrived(has_certified_plan=False))
        paper = looked_at.documents.first()
        review.review_fact(
            by=self.reviewer, filing_id=looked_at.pk, fact="capital", value=20_000_000, change=True, reason=REASON,
            evidence_id=paper.pk if paper is not None else None, at=NOW,
        )  # fmt: skip
        self.corrected(self.taken_up(self.arrived()))
        answered = self.corrected(self.taken_up(self.arrived()))
        draft.save_answers(by=self.member, filing_id=answered.pk, answers={"building_monthly_rent": 1_000}, at=NOW)
        submit.submit_filing(by=self.member, filing_id=answered.pk, at=NOW, answer="Corrected.")
        self.reviewed(self.arrived())


def _official(name: str, **may: bool) -> Any:
    user = factories.UserFactory(name=name)
    return factories.OfficialFactory(user=user, section="Business Location Division", title="Chief", **may).user
