"""起案: drafting a decision on a filing from the confirmed facts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from applications.errors import Conflict, DomainError
from applications.models import Case, Decision, Filing
from applications.permissions import User, may_review, official_of, require
from applications.procedure import facts_needed, lenient_facts, step_of, version_of
from applications.rules import engine, rule_book
from applications.services.common import lock_filing, move, record
from applications.services.letters import require_printable
from applications.services.review import confirmed_answers
from applications.states import CaseState, DecisionState, FilingState
from eligibility.evaluation.explain import facts_behind
from eligibility.evaluation.reading import read_both
from eligibility.evaluation.render import determination_json, measured
from eligibility.evaluation.result import AmountLine, Determination
from eligibility.language.ranges import ends_of, is_exact
from eligibility.rulebook.model import ProcedureStep, SchemeVersion
from eligibility.words import ENGINE_VERSION, Effect, Outcome, Verdict

CONFIRMABLE = frozenset({"acknowledgement", "confirmation"})
"""Decisions that one official takes alone (:func:`~applications.services.issue.confirm_filing`) and that need no
letter."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the confirmed facts of a filing lead to, and what still keeps a decision from being drafted."""

    version: SchemeVersion
    step: ProcedureStep
    answers: dict[str, Any]
    determination: Determination
    unreviewed: tuple[str, ...]
    undecided: tuple[str, ...]
    rejected: tuple[str, ...]

    @property
    def may_grant(self) -> bool:
        """The verdict, with what officials decided on referred criteria, allows a favourable decision."""
        return (
            self.determination.verdict in (Verdict.ELIGIBLE, Verdict.REFER)
            and not self.undecided
            and not self.rejected
            and not self.determination.faults
        )

    @property
    def must_refuse(self) -> bool:
        """A criterion fails, or an official has not accepted a referred one."""
        return self.determination.verdict is Verdict.NOT_ELIGIBLE or bool(self.rejected)


def assess(filing: Filing) -> Assessment:
    """Work out a filing under review. Raises :class:`Conflict` when no version applies any more."""
    case = filing.case
    answers = confirmed_answers(filing)
    day = localdate(filing.arrived_at) if filing.arrived_at is not None else localdate()
    version = version_of(case, answers, day)
    if version is None:
        raise Conflict("no_terms", _("適用できる規定がありません。"))
    step = step_of(version, filing.step)
    determination = engine().determine(case.scheme, lenient_facts(answers), day, step.name, version)
    reviewed = {r.fact for r in filing.fact_reviews.all() if r.is_current}
    unreviewed = tuple(name for name in reviewable_facts(version, step, answers) if name not in reviewed)
    decided = {r.criterion: r.accepted for r in filing.criterion_reviews.all() if r.is_current}
    referred = [f.criterion.name for f in determination.findings if f.outcome is Outcome.REFERRED]
    return Assessment(
        version,
        step,
        answers,
        determination,
        unreviewed,
        undecided=tuple(name for name in referred if name not in decided),
        rejected=tuple(name for name in referred if decided.get(name) is False),
    )


def reviewable_facts(version: SchemeVersion, step: ProcedureStep, answers: dict[str, Any]) -> list[str]:
    """Facts that an official has to confirm before deciding: the answered ones that criteria, indicators or the step
    use."""
    names = list(facts_needed(version)) if step.uses_criteria else []
    names += [name for name in step.facts if name not in names]
    return [name for name in names if name in answers]


@transaction.atomic
def draft_decision(
    *,
    by: User,
    filing_id: int,
    favourable: bool,
    at: datetime,
    amount: int | None = None,
    reason: str = "",
    conditions: list[str] | None = None,
    note: str = "",
) -> Decision:
    """Draft a favourable decision or a refusal. ``amount`` only where the rules give a range; ``reason`` where the
    reason does not follow from a failed criterion (selection, referred criteria)."""
    filing = lock_filing(filing_id)
    require(may_review(by, filing.case))
    if filing.state != FilingState.UNDER_REVIEW:
        raise Conflict("not_under_review", _("この手続は審査中ではありません。画面を読み込み直してください。"))
    assessment = assess(filing)
    require_undisturbed(filing.case, assessment.version, favourable)
    kind = assessment.step.decides if favourable else assessment.step.refuses
    if not kind or kind in CONFIRMABLE:
        raise DomainError("no_such_decision", _("この手続には、その決定がありません。"))
    if assessment.unreviewed:
        raise DomainError(
            "unreviewed",
            _("まだ確認していない申告事項があります（%(count)d件）。すべて確認してから起案してください。")
            % {"count": len(assessment.unreviewed)},
        )
    if assessment.determination.faults:
        raise DomainError(
            "engine",
            _("判定エンジンの照合で不一致が出ています。管理者に連絡してください。この状態では起案できません。"),
        )
    # Before anything else looks into the determination: working out lines and reasons adds to its trace.
    as_json = determination_json(assessment.determination, rule_book().vocabulary)
    if favourable:
        _require_grantable(assessment)
        reasons: list[dict[str, Any]] = []
        yen, lines = _amount(filing, assessment, amount) if rule_book().vocabulary.decisions[kind].pays else (None, [])
    else:
        reasons = refusal_reasons(filing, assessment, reason)
        yen, lines = None, []
    decision = Decision.objects.create(
        case=filing.case,
        filing=filing,
        kind=kind,
        facts=assessment.answers,
        on=assessment.determination.on,
        step=assessment.step.name,
        version=assessment.version.name,
        version_hash=assessment.version.content_hash,
        engine=ENGINE_VERSION,
        determination=as_json,
        amount=yen,
        amount_lines=lines,
        reasons=reasons,
        conditions=conditions or [],
        note=note.strip(),
        drafted_by=official_of(by),
        drafted_at=at,
    )
    require_printable(decision)
    move(filing, FilingState.DECISION_DRAFTED)
    record(filing.case, "decision_drafted", by, at, internal=True, kind=kind, amount=yen, decision=decision.pk)
    return decision


def require_undisturbed(case: Case, version: SchemeVersion, favourable: bool) -> None:
    """Nothing is decided while a revocation is under way, in favour after it, or under a rule text that was rewritten.
    Raises :class:`Conflict`."""
    if case.decisions.filter(kind="revocation", state__in=[DecisionState.DRAFTED, DecisionState.APPROVED]).exists():
        raise Conflict("revocation_pending", _("決裁待ちの取消しがあります。先にそれを処理してください。"))
    if favourable and case.state == CaseState.REVOKED:
        raise Conflict("case_revoked", _("この案件の決定は取り消されているため、認める決定は起案できません。"))
    if case.version_hash and case.version_hash != version.content_hash:
        raise Conflict(
            "rules_changed",
            _("この案件に適用する版（%(version)s）の内容が、提出後に書き換えられています。管理者に連絡してください。")
            % {"version": version.name},
        )


def _require_grantable(assessment: Assessment) -> None:
    if assessment.undecided:
        raise DomainError("undecided", _("市の判断が必要な要件について、認めるかどうかを先に入力してください。"))
    if assessment.determination.verdict is Verdict.UNDETERMINED:
        raise DomainError("undetermined", _("判定に必要な申告事項が不足しています。補正を依頼してください。"))
    if not assessment.may_grant:
        raise DomainError("not_eligible", _("要件を満たしていないため、認める決定は起案できません。"))


# --- amounts -------------------------------------------------------------------------------------------------


def _amount(filing: Filing, assessment: Assessment, chosen: int | None) -> tuple[int, list[dict[str, Any]]]:
    """Amount of the decision in whole yen and its lines. A yearly step decides its own fiscal year only."""
    result = assessment.determination.amount
    lines = [line for line in result.lines if _belongs(line, filing, assessment)]
    _require_due(lines, filing, assessment)
    if all(is_exact(line.yen) for line in lines):
        total = sum(int(line.yen) for line in lines)
        if chosen is not None and chosen != total:
            raise DomainError(
                "amount_fixed",
                _("金額は規定により %(yen)s円 に定まります。申告事項を見直してください。") % {"yen": f"{total:,}"},
                field="amount",
            )
        return total, [_line(line, assessment) for line in lines]
    low, high = ends_of(sum((line.yen for line in lines), start=0))
    if chosen is None:
        raise DomainError("amount_needed", _("規定が幅で示されているため、金額を入力してください。"), field="amount")
    if not low <= chosen <= high:
        raise DomainError(
            "amount_out_of_range",
            _("金額は %(low)s円 以上 %(high)s円 以下にしてください。")
            % {"low": f"{int(low):,}", "high": _open_end(high)},
            field="amount",
        )
    return chosen, [
        {
            "text": {"ja": "規定の範囲内で市が定めた額", "en": "Amount set by the city within the range of the terms"},
            "fiscal_year": filing.fiscal_year,
            "yen": chosen,
        }
    ]


def _require_due(lines: list[AmountLine], filing: Filing, assessment: Assessment) -> None:
    """There is something to decide on: the years are known, and one of them is that of a yearly filing."""
    result, env = assessment.determination.amount, assessment.determination.env
    components = result.terms.components if result.terms is not None else ()
    unknown = env is not None and any(c.years is not None and c.years.run(env) is None for c in components)
    if unknown or not all(is_exact(line.fiscal_year) for line in result.lines):
        raise DomainError("undetermined", _("交付する年度が定まりません。日付の申告事項を確認してください。"))
    yearly = filing.fiscal_year is not None and assessment.step.repeats
    due = any(line.fiscal_year == filing.fiscal_year for line in lines)
    if yearly and not due and not any(line.yen for line in lines):
        raise DomainError(
            "nothing_due", _("%(year)s年度に交付する額はありません。") % {"year": filing.fiscal_year}, field="amount"
        )


def _open_end(high: Any) -> str:
    return f"{int(high):,}" if not isinstance(high, float) else "∞"


def _belongs(line: AmountLine, filing: Filing, assessment: Assessment) -> bool:
    if filing.fiscal_year is None or not assessment.step.repeats:
        return True
    if line.fiscal_year is None:  # paid once: with the first decision of the step
        return not filing.case.decisions.filter(
            filing__step=filing.step, kind=assessment.step.decides, state__in=["approved", "issued"]
        ).exists()
    return bool(line.fiscal_year == filing.fiscal_year)


def _line(line: AmountLine, assessment: Assessment) -> dict[str, Any]:
    env = assessment.determination.env
    if env is not None and line.component.slot >= 0:
        env.slots[line.component.slot] = line.fiscal_year
    formula = read_both(line.component.yen, rule_book().vocabulary, env)
    return {
        "component": line.component.name,
        "text": line.component.title.as_dict(),
        "fiscal_year": line.fiscal_year,
        "formula": line.component.yen.text,
        "formula_text": formula.as_dict(),
        "yen": int(line.yen),
    }


# --- reasons -------------------------------------------------------------------------------------------------


def refusal_reasons(filing: Filing, assessment: Assessment, words: str) -> list[dict[str, Any]]:
    """Each failed or rejected criterion with its article and the facts applied; plus the official's own words."""
    reasons = []
    decided = {r.criterion: r for r in filing.criterion_reviews.all() if r.is_current}
    for found in assessment.determination.findings:
        criterion = found.criterion
        rejected = criterion.name in assessment.rejected
        if not rejected and (found.outcome is not Outcome.NOT_MET or criterion.effect is Effect.ADVISE):
            continue
        reasons.append(
            {
                "criterion": criterion.name,
                "article": criterion.article,
                "source": criterion.source,
                "text": criterion.text.as_dict(),
                "facts": facts_applied(found, assessment),
                "words": decided[criterion.name].reason if rejected else "",
            }
        )
    if words.strip():
        reasons.append(
            {
                "criterion": "",
                "article": "",
                "source": "",
                "text": {"ja": words.strip(), "en": words.strip()},
                "facts": [],
                "words": "",
            }
        )
    if not reasons:
        raise DomainError(
            "reason_needed",
            _("要件は満たされています。認めない場合は、その理由を具体的に入力してください。"),
            field="reason",
        )
    return reasons


def facts_applied(found: Any, assessment: Assessment) -> list[dict[str, Any]]:
    """The applicant's own figures behind a finding, beside what was needed, in both languages."""
    vocabulary = rule_book().vocabulary
    env = assessment.determination.env
    if env is None:
        return []
    applied = [
        {"label": fact.title.as_dict(), "value": value}
        for fact, value in facts_behind(found.criterion, env, vocabulary)
    ]
    for comparison in measured(found.criterion, env, vocabulary):
        applied.append(
            {
                "label": {"ja": "判定", "en": "Comparison"},
                "value": {
                    language: f"{comparison['own'][language]} {comparison['operator']} {comparison['needed'][language]}"
                    for language in ("ja", "en")
                },
            }
        )
    return applied


def content_hash(decision: Decision) -> str:
    """SHA-256 of everything that an approver approves; any change of it voids the approval."""
    content = {
        "kind": decision.kind,
        "facts": decision.facts,
        "on": decision.on.isoformat(),
        "version": decision.version_hash,
        "engine": decision.engine,
        "determination": decision.determination,
        "amount": decision.amount,
        "lines": decision.amount_lines,
        "reasons": decision.reasons,
        "conditions": decision.conditions,
        "revokes": decision.revokes_id,
    }
    blob = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(blob.encode()).hexdigest()
