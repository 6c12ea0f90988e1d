"""Plays the stories through the services, each step at its own time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from weasyprint import HTML

from applications.calendar import next_open_day
from applications.models import Case, Decision, Filing, Letter, Organisation, OutboxMail
from applications.procedure import lenient_facts, scheme_of, step_of
from applications.rules import engine, rule_book
from applications.services import approve, corrections, decide, draft, issue, review, revoke, start, submit
from applications.tasks import make_letter
from portal.demo.answers import BY_SCHEME
from portal.demo.people import DOMAIN


@dataclass(frozen=True, slots=True)
class Story:
    """One case: who, which scheme, when it began (days before now, or a date), and how far it went.

    ``until``: draft, submitted, under_review, correction, answered, drafted, approved, issued, refused, withdrawn,
    operating, granted, revoked, reported.
    """

    applicant: str
    scheme: str
    until: str
    ago: int = 0
    on: datetime | None = None
    change: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


class Player:
    """Plays stories with the demonstration's people."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.papers: dict[str, bytes] = {}
        users = get_user_model().objects
        self.tanto = users.get(email=f"tanto@{DOMAIN}")
        self.kacho = users.get(email=f"kacho@{DOMAIN}")

    def play(self, story: Story) -> None:
        """Make the case of a story."""
        by = get_user_model().objects.get(email=f"{story.applicant}@{DOMAIN}")
        organisation = Organisation.objects.get(memberships__user=by)
        began = story.on or self.now - timedelta(days=story.ago)
        answers = dict(BY_SCHEME[story.scheme]) | self._dates(story, began) | dict(story.change)
        answers["contact_person"] = by.name
        version = engine().version_for(story.scheme, lenient_facts(answers), timezone.localdate(began))
        if version is None:
            raise ValueError(f"no terms for {story}")
        step = next(s.name for s in version.procedure if s.uses_criteria)
        filing = start.start_case(
            by=by, organisation=organisation, scheme=story.scheme, answers=answers, at=began, step=step
        )
        Scene(self, story, by, filing, began).act()

    def _dates(self, story: Story, began: datetime) -> dict[str, Any]:
        """Dates that fit the day on which the story begins."""
        day = timezone.localdate(began)
        if not story.scheme.startswith("relocation/"):
            return {}
        return {
            "prior_consultation_on": (day - timedelta(days=45)).isoformat(),
            "announced_on": (day + timedelta(days=20)).isoformat(),
            "works_start_date": (day + timedelta(days=60)).isoformat(),
            "lease_contract_on": (day + timedelta(days=60)).isoformat(),
        }

    def paper(self, kind: str) -> SimpleUploadedFile:
        """A one-page PDF that names the paper."""
        if kind not in self.papers:
            title = rule_book().vocabulary.documents[kind].title.ja
            self.papers[kind] = HTML(
                string=f"<html lang=ja><style>body{{font:16pt sans-serif}}</style><h1>{title}</h1>"
                "<p>デモ用の見本です。</p></html>"
            ).write_pdf()
        name = f"{rule_book().vocabulary.documents[kind].title.ja[:40]}.pdf".replace("/", "・")
        return SimpleUploadedFile(name, self.papers[kind], content_type="application/pdf")


class Scene:
    """The steps of one case, in order, until the story says stop."""

    def __init__(self, player: Player, story: Story, by: Any, filing: Filing, at: datetime) -> None:
        self.player, self.story, self.by, self.filing, self.at = player, story, by, filing, at
        self.case: Case = filing.case

    def act(self) -> None:
        """Play."""
        until = self.story.until
        if until == "draft":
            return
        self._attach()
        submit.submit_filing(by=self.by, filing_id=self.filing.pk, at=self.at)
        if until == "submitted":
            return
        if until == "withdrawn":
            submit.withdraw_filing(by=self.by, filing_id=self.filing.pk, at=self._later(2), reason=self.story.reason)
            return
        review.take_up(by=self.player.tanto, filing_id=self.filing.pk, at=self._later(1))
        if until == "under_review":
            self._confirm(some=True)
            return
        if until in ("correction", "answered"):
            self._correct(answer=until == "answered")
            return
        self._confirm()
        decision = self._draft(favourable=until not in ("refused",))
        if until == "drafted":
            return
        self._approve(decision)
        if until == "approved":
            return
        issue.issue_decision(by=self.player.tanto, decision_id=decision.pk, at=self._later(1))
        if until in ("operating", "granted", "revoked"):
            self._operate()
        if until == "granted":
            self._later(300)  # the first tax on the new site has been paid
            self._next("grant_application", {"building_tax_base": 0})
        if until == "reported":
            self._next("result_report", {})
        if until == "revoked":
            self._revoke(decision)

    def _later(self, days: int) -> datetime:
        """Time passes, but never beyond now."""
        self.at = min(self.at + timedelta(days=days, minutes=37), self.player.now)
        return self.at

    def _attach(self) -> None:
        version = engine().version_for(
            self.case.scheme, lenient_facts(self.filing.answers), timezone.localdate(self.at)
        )
        version = scheme_of(self.case).version(self.case.version) if self.case.version else version
        for kind, required in step_of(version, self.filing.step).documents:  # type: ignore[arg-type]
            if required:
                draft.attach_document(
                    by=self.by, filing_id=self.filing.pk, kind=kind, upload=self.player.paper(kind), at=self.at
                )
        self.filing.refresh_from_db()

    def _confirm(self, *, some: bool = False) -> None:
        self.filing.refresh_from_db()
        facts = list(decide.assess(self.filing).unreviewed)
        review.confirm_facts(
            by=self.player.tanto,
            filing_id=self.filing.pk,
            at=self._later(3),
            facts=facts[: len(facts) // 2] if some else facts,
        )
        self.filing.refresh_from_db()
        for criterion in decide.assess(self.filing).undecided if not some else ():
            review.review_criterion(
                by=self.player.tanto,
                filing_id=self.filing.pk,
                criterion=criterion,
                accepted=True,
                reason="提出書類により、趣旨に照らして支障がないと認める。",
                at=self.at,
            )
        self.filing.refresh_from_db()

    def _correct(self, *, answer: bool) -> None:
        at = self._later(2)
        due = next_open_day(timezone.localdate(at) + timedelta(days=14))
        corrections.request_correction(
            by=self.player.tanto,
            filing_id=self.filing.pk,
            due_on=due,
            at=at,
            items=[
                {
                    "about": "project_description",
                    "text": "雇用の年次計画が分かるように、計画の内容に書き加えてください。",
                },
                {
                    "about": "business_plan",
                    "text": "事業計画書の3ページが読み取れません。鮮明なものを添付してください。",
                },
            ],
        )
        if not answer:
            return
        description = f"{self.filing.answers.get('project_description', '')} 雇用は初年度11人、2年目18人、3年目30人。"
        at = self._later(5)
        draft.save_answers(by=self.by, filing_id=self.filing.pk, answers={"project_description": description}, at=at)
        draft.attach_document(
            by=self.by, filing_id=self.filing.pk, kind="business_plan", upload=self.player.paper("business_plan"), at=at
        )
        submit.submit_filing(
            by=self.by, filing_id=self.filing.pk, at=at, answer="計画の内容を補い、書類を差し替えました。"
        )

    def _draft(self, *, favourable: bool, step_reason: str = "") -> Decision:
        amount = None
        assessment = decide.assess(self.filing)
        pays = rule_book().vocabulary.decisions.get(assessment.step.decides)
        result = assessment.determination.amount
        if favourable and pays is not None and pays.pays and result.kind == "range":
            amount = int(result.low) + (int(result.high) - int(result.low)) // 4 // 1000 * 1000
        return decide.draft_decision(
            by=self.player.tanto,
            filing_id=self.filing.pk,
            favourable=favourable,
            at=self._later(2),
            amount=amount,
            reason="" if favourable else self.story.reason,
            note="要件の確認結果は判定のとおり。",
        )

    def _approve(self, decision: Decision) -> None:
        approve.approve_decision(
            by=self.player.kacho, decision_id=decision.pk, seen=decide.content_hash(decision), at=self._later(2)
        )

    def _operate(self) -> None:
        opened = timezone.localdate(self._later(40))
        self._next("start_of_operation_notice", {"operation_start_date": opened.isoformat()}, confirm=True)

    def _next(self, step: str, answers: dict[str, Any], *, confirm: bool = False) -> None:
        """File the next step and have it decided."""
        at = self._later(10)
        self.case.refresh_from_db()
        self.filing = start.start_filing(by=self.by, case_id=self.case.pk, step=step, at=at)
        draft.save_answers(by=self.by, filing_id=self.filing.pk, answers=answers, at=at)
        self._attach()
        submit.submit_filing(by=self.by, filing_id=self.filing.pk, at=at)
        review.take_up(by=self.player.tanto, filing_id=self.filing.pk, at=self._later(1))
        self._confirm()
        if confirm or decide.assess(self.filing).step.decides in issue.CONFIRMABLE:
            issue.confirm_filing(by=self.player.tanto, filing_id=self.filing.pk, at=self._later(1))
            return
        decision = self._draft(favourable=True)
        self._approve(decision)
        issue.issue_decision(by=self.player.tanto, decision_id=decision.pk, at=self._later(1))

    def _revoke(self, decision: Decision) -> None:
        revocation = revoke.draft_revocation(
            by=self.player.tanto,
            decision_id=decision.pk,
            at=self._later(20),
            reason=self.story.reason,
            article="指定の条件（操業の継続）",
        )
        approve.approve_decision(
            by=self.player.kacho, decision_id=revocation.pk, seen=decide.content_hash(revocation), at=self._later(2)
        )
        issue.issue_decision(by=self.player.tanto, decision_id=revocation.pk, at=self._later(1))


def settle() -> None:
    """Nobody is sent mail about things that never happened; letters are made now, so that they open at once."""
    OutboxMail.objects.filter(sent_at__isnull=True).update(sent_at=timezone.now())
    for letter in Letter.objects.filter(file__isnull=True):
        make_letter.call(letter.pk)
