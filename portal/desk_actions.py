"""What an official can do next with a filing, and what keeps something from being done yet, in words.

Only shows what the services allow; they ask everything again when somebody acts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext, ngettext

from applications.models import Decision, Filing
from applications.permissions import Answer
from applications.services.decide import CONFIRMABLE, Assessment
from applications.states import FilingState
from eligibility.words import Verdict
from portal.components.dates import day_text
from portal.desk_words import step_in


@dataclass(frozen=True, slots=True)
class Actions:
    """The bar at the foot of a case: what may be done (``take_up``, ``correct``, ``draft``, ``confirm``, ``decide``) and
    remarks. ``next_step`` says in one phrase who has to do what."""

    next_step: str
    may: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()
    decision: Decision | None = field(default=None)

    def __contains__(self, action: str) -> bool:
        return action in self.may


def is_notice(filing: Filing) -> bool:
    """The step is closed by one official's confirmation, without approval and letter."""
    step = step_in(filing.case, filing.step)
    return step is not None and step.decides in CONFIRMABLE


def actions(filing: Filing, assessment: Assessment | None, decision: Decision | None, allowed: Answer) -> Actions:
    """What can be done with a filing now. ``decision``: its live one; ``allowed``: whether the official may review."""
    may = _possible(filing) if allowed.ok else frozenset()
    remarks = [] if allowed.ok else [str(allowed.reason)]
    if filing.state == FilingState.UNDER_REVIEW and allowed.ok:
        remarks += obstacles(assessment) if not is_notice(filing) else unconfirmed(assessment)
        if "draft" in may and not may_draft(assessment):
            may -= {"draft"}
    if decision is not None:
        may |= {"decide"}
    return Actions(next_step(filing), may, tuple(remarks), decision)


def _possible(filing: Filing) -> frozenset[str]:
    if filing.state == FilingState.SUBMITTED:
        return frozenset({"take_up"})
    if filing.state == FilingState.UNDER_REVIEW:
        return frozenset({"correct", "confirm" if is_notice(filing) else "draft"})
    return frozenset()


def next_step(filing: Filing) -> str:
    """Who has to do what next."""
    match FilingState(filing.state):
        case FilingState.SUBMITTED:
            return gettext("審査を始めてください。")
        case FilingState.UNDER_REVIEW:
            return gettext("内容を確認してください。") if is_notice(filing) else gettext("審査して起案してください。")
        case FilingState.CORRECTION_REQUESTED:
            due = next((c.due_on for c in filing.corrections.all() if c.answered_at is None), None)
            return gettext("企業の補正を待っています（期限 %(day)s）。") % {"day": day_text(due) if due else "―"}
        case FilingState.DECISION_DRAFTED:
            return gettext("決裁を待っています。")
        case FilingState.APPROVED:
            return gettext("施行してください。")
        case FilingState.ISSUED:
            return gettext("この手続は終わりました。")
        case _:
            return gettext("この手続は取り下げられたか、失効しました。")


def unconfirmed(assessment: Assessment | None) -> list[str]:
    """Facts that nobody has looked at yet."""
    count = len(assessment.unreviewed) if assessment is not None else 0
    if not count:
        return []
    return [
        ngettext("未確認の申告事項が%(count)s件あります。", "未確認の申告事項が%(count)s件あります。", count)
        % {"count": count}
    ]


def obstacles(assessment: Assessment | None) -> list[str]:
    """What keeps a decision, or a favourable one, from being drafted."""
    if assessment is None:
        return [gettext("適用できる規定がないため、起案できません。")]
    found = unconfirmed(assessment)
    if assessment.determination.faults:
        found.append(gettext("判定エンジンの照合で不一致が出ています。管理者に連絡してください。"))
    undecided = len(assessment.undecided)
    if undecided:
        found.append(
            ngettext(
                "市の判断が必要な要件が%(count)s件あります。", "市の判断が必要な要件が%(count)s件あります。", undecided
            )
            % {"count": undecided}
        )
    if assessment.determination.verdict is Verdict.UNDETERMINED:
        found.append(gettext("判定に必要な申告事項が足りません。補正を依頼してください。"))
    return found


def may_draft(assessment: Assessment | None) -> bool:
    """Some decision, favourable or not, can be drafted."""
    return assessment is not None and not assessment.unreviewed and not assessment.determination.faults
