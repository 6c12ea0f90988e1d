"""Submitting a filing, and answering a correction request (which is submitting it again)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from applications.errors import Conflict, DomainError, Incomplete
from applications.models import Case, Filing, FilingRevision
from applications.permissions import User, may_act_for, require
from applications.procedure import facts_that_count, first_application, scheme_of, step_of, version_of
from applications.rules import engine, rule_book
from applications.services.common import lock_filing, mail_members, move, record
from applications.services.review import drop_outdated_reviews
from applications.states import GIVEN_UP, WITH_THE_FIRM, CaseState, FilingState
from documents.uploads import content_matches
from eligibility.evaluation.facts import Facts, Problem, read_leniently
from eligibility.evaluation.render import determination_json
from eligibility.evaluation.result import Determination
from eligibility.rulebook.model import ProcedureStep, SchemeVersion, Text
from eligibility.words import Verdict

TERMS_VERSION = "2026-11"
"""Version of the portal's terms that the applicant agrees to when submitting."""
ANSWER_NEEDED = Text("この項目に回答してください。", "Please answer this.")


@transaction.atomic
def submit_filing(*, by: User, filing_id: int, at: datetime, answer: str = "") -> Filing:
    """Hand the filing to the city. ``answer``: words to the official when a correction is answered.

    1. lock, state and permission; 2. nothing wrong, nothing missing, every file readable, all judged by the day of
    arrival; 3. the version is fixed (first filing with criteria); 4. the revision is kept as it arrived; 5. the state
    moves, history and mails follow.
    Raises :class:`Conflict` when it was already submitted, :class:`Incomplete`, or :class:`DomainError` when closed.
    """
    filing = lock_filing(filing_id)
    case = filing.case
    require(may_act_for(by, case.organisation))
    if filing.state not in WITH_THE_FIRM:
        raise Conflict(
            "already_submitted",
            _("この手続は既に提出されています（受付番号 %(reference)s）。") % {"reference": case.reference},
        )
    if case.state in (CaseState.CLOSED, CaseState.REVOKED):
        raise Conflict("case_closed", _("この案件は終了しているため、提出できません。"))
    correcting = filing.state == FilingState.CORRECTION_REQUESTED
    day = localdate(filing.arrived_at or at)
    answers = _dated(case, filing, day)
    version, step = _terms(case, filing, answers, day)
    fixes_version = step.uses_criteria and not case.version
    if fixes_version:
        _require_open(version, day)
    facts, determination = _checked(case, filing, version, step, answers, day)
    filing.answers = facts.given
    filing.arrived_at = filing.arrived_at or at
    filing.saved_at = at
    filing.save(update_fields=["answers", "arrived_at", "saved_at"])
    if fixes_version:
        case.version, case.version_hash = version.name, version.content_hash
    if case.state == CaseState.DRAFT:
        case.state = CaseState.OPEN
    case.save(update_fields=["version", "version_hash", "state"])
    if correcting:
        drop_outdated_reviews(filing, before=filing.revisions.latest("number").answers)
    revision = _keep(filing, determination, by, at)
    move(filing, FilingState.UNDER_REVIEW if correcting else FilingState.SUBMITTED)
    if correcting:
        filing.corrections.filter(answered_at__isnull=True).update(answered_at=at, answer=answer)
    record(
        case, "correction_answered" if correcting else "submitted", by, at, step=filing.step, revision=revision.number
    )
    mail_members(
        case,
        f"case-{case.pk}:filing-{filing.pk}:revision-{revision.number}",
        "correction_answered" if correcting else "received",
        at,
        step=filing.step,
    )
    return filing


def _dated(case: Case, filing: Filing, day: date) -> dict[str, Any]:
    """The answers with the application date that the server knows: the day on which the application arrived, in later
    filings the date that was confirmed then. In a filing before the application the applicant's own plan stands."""
    answers = dict(filing.answers)
    version = version_of(case, answers, day)
    if not case.version:
        if version is None or all(s.uses_criteria for s in version.procedure if s.name == filing.step):
            answers["application_date"] = day.isoformat()
        return answers
    first = first_application(case, version) if version is not None else None
    if first is not None:
        arrived = localdate(first.arrived_at).isoformat()
        is_first = first.pk == filing.pk
        answers["application_date"] = arrived if is_first else case.facts.get("application_date", arrived)
    return answers


def _terms(case: Case, filing: Filing, answers: dict[str, Any], day: date) -> tuple[SchemeVersion, ProcedureStep]:
    version = version_of(case, answers, day)
    if version is None:
        raise DomainError(
            "no_terms", _("この日付に適用できる規定がないため、提出できません。日付の回答を確認してください。")
        )
    try:
        return version, step_of(version, filing.step)
    except KeyError:
        raise DomainError(
            "no_such_step", _("適用される版（%(version)s）には、この手続がありません。") % {"version": version.name}
        ) from None


def is_open(version: SchemeVersion, day: date) -> bool:
    """Whether an application may arrive on that day. The one place that compares a call's dates."""
    window = version.window
    return window is None or (
        (window.opens is None or window.opens <= day) and (window.closes is None or day <= window.closes)
    )


def _require_open(version: SchemeVersion, day: date) -> None:
    if not is_open(version, day) and version.window is not None:
        raise DomainError(
            "closed",
            _("募集期間（%(opens)s～%(closes)s）の外のため、提出できません。入力内容は保存されています。")
            % {"opens": version.window.opens, "closes": version.window.closes},
        )


def _checked(
    case: Case, filing: Filing, version: SchemeVersion, step: ProcedureStep, answers: dict[str, Any], day: date
) -> tuple[Facts, Determination | None]:
    """Facts that are all readable, with the step's own facts answered and its papers there; and what they determine."""
    facts, problems = read_leniently(answers, rule_book().vocabulary)
    listed = {problem.path for problem in problems}
    needed = [*step.facts, *(fact.name for fact in facts_that_count(version, step.name))]
    problems += [
        Problem(name, "answer_needed", ANSWER_NEEDED)
        for name in dict.fromkeys(needed)
        if name not in facts.given and name not in listed and not _does_not_arise(facts, name)
    ]
    determination = None
    if step.uses_criteria:
        determination = engine().determine(case.scheme, facts, day, step.name, version)
        _require_settled(determination)
        listed = {problem.path for problem in problems}
        if determination.verdict is Verdict.UNDETERMINED:
            problems += [
                Problem(path, "answer_needed", ANSWER_NEEDED)
                for path, purposes in determination.missing.items()
                if path not in listed and any(purpose != "amount" for purpose in purposes)
            ]
    documents = list(filing.documents.filter(removed_at__isnull=True).select_related("file"))
    present = {document.kind for document in documents}
    missing = [kind for kind, required in step.documents if required and kind not in present]
    if problems or missing:
        raise Incomplete(
            _("提出できません。下に示した項目を確認してください。入力内容は保存されています。"),
            problems=problems,
            documents=missing,
        )
    for document in documents:
        if not content_matches(document.file):
            raise DomainError(
                "file_lost",
                _("ファイル「%(name)s」を読み出せません。もう一度添付してください。") % {"name": document.file.name},
            )
    return facts, determination


def _does_not_arise(facts: Facts, name: str) -> bool:
    """True when the question makes no sense and the vocabulary answers it."""
    fact = rule_book().vocabulary.facts[name]
    return fact.asked_if is not None and facts.values[name] == fact.otherwise


def _require_settled(determination: Determination) -> None:
    if determination.faults:
        raise DomainError(
            "engine",
            _(
                "判定で問題が起きたため、提出を受け付けられません。入力内容は保存されています。"
                "しばらくしてからもう一度お試しください。"
            ),
        )


def _keep(filing: Filing, determination: Determination | None, by: User, at: datetime) -> FilingRevision:
    documents = [
        {"kind": d.kind, "file": str(d.file_id), "name": d.file.name, "size": d.file.size, "sha256": d.file.sha256}
        for d in filing.documents.filter(removed_at__isnull=True).select_related("file")
    ]
    number = filing.revisions.count() + 1
    return FilingRevision.objects.create(
        filing=filing,
        number=number,
        answers=filing.answers,
        documents=documents,
        determination=determination_json(determination, rule_book().vocabulary) if determination is not None else None,
        terms=TERMS_VERSION,
        submitted_by=by,
        submitted_at=at,
    )


@transaction.atomic
def withdraw_filing(*, by: User, filing_id: int, at: datetime, reason: str = "") -> Filing:
    """Take a filing back before it is decided. A case without any other filing closes with it; in one that stays open,
    the next application fixes the version anew."""
    filing = lock_filing(filing_id)
    case = filing.case
    require(may_act_for(by, case.organisation))
    move(filing, FilingState.WITHDRAWN)
    if not case.filings.exclude(state__in=GIVEN_UP).exists():
        case.state = CaseState.CLOSED
    elif case.version and first_application(case, scheme_of(case).version(case.version)) is None:
        case.version = case.version_hash = ""
    case.save(update_fields=["state", "version", "version_hash"])
    record(case, "withdrawn", by, at, step=filing.step, reason=reason)
    return filing
