"""How verdicts, states and findings look: always a word with an icon, the tone only underlines it.

Tones: ``positive``, ``negative``, ``caution`` (somebody must act), ``info`` (on its way), ``neutral``.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Look:
    """Word, tone and icon of one state."""

    word: str | Promise
    tone: str
    icon: str


VERDICTS: dict[str, Look] = {
    "eligible": Look(pgettext_lazy("判定結果", "対象"), "positive", "check-circle"),
    "not_eligible": Look(pgettext_lazy("判定結果", "対象外"), "negative", "cross-circle"),
    "refer": Look(_("要確認（市が判断）"), "caution", "person"),
    "undetermined": Look(pgettext_lazy("判定結果", "未確定"), "info", "question-circle"),
    "no_terms": Look(_("規定なし"), "neutral", "minus-circle"),
}

STATES: dict[str, Look] = {
    "draft": Look(pgettext_lazy("手続の状態", "作成中"), "neutral", "pencil"),
    "submitted": Look(pgettext_lazy("手続の状態", "提出済み"), "info", "send"),
    "under_review": Look(pgettext_lazy("手続の状態", "審査中"), "info", "search"),
    "correction_requested": Look(pgettext_lazy("手続の状態", "補正待ち"), "caution", "return"),
    "decision_drafted": Look(pgettext_lazy("手続の状態", "起案済み"), "info", "document"),
    "approved": Look(pgettext_lazy("手続の状態", "決裁済み"), "positive", "stamp"),
    "issued": Look(pgettext_lazy("手続の状態", "通知済み"), "positive", "letter"),
    "withdrawn": Look(pgettext_lazy("手続の状態", "取下げ"), "neutral", "minus-circle"),
    "lapsed": Look(pgettext_lazy("手続の状態", "失効"), "neutral", "clock"),
}

FINDINGS: dict[str, Look] = {
    "met": Look(_("満たしています"), "positive", "check"),
    "not_met": Look(_("満たしていません"), "negative", "cross"),
    "unknown": Look(_("まだ分かりません"), "info", "question"),
    "referred": Look(_("市が判断します"), "caution", "person"),
    "not_applicable": Look(_("この要件はかかりません"), "neutral", "minus"),
}

LEFT_OUT: dict[str, Look] = {
    "excluded": Look(_("どちらか一つ"), "neutral", "minus-circle"),
    "ask": Look(_("市に確認が必要"), "caution", "person"),
    "lowers": Look(_("合計が減るため"), "neutral", "minus-circle"),
    "referred": VERDICTS["refer"],
    "open": VERDICTS["undetermined"],
    "not_eligible": VERDICTS["not_eligible"],
    "no_terms": VERDICTS["no_terms"],
    "other_applicant": Look(_("申請する人が違います"), "neutral", "person"),
}
"""Why a scheme is not in the best combination."""

RELATIONS: dict[str, Look] = {
    "excludes": Look(_("どちらか一つ"), "neutral", "minus-circle"),
    "unknown": Look(_("市に確認が必要"), "caution", "person"),
    "reduces": Look(_("金額に影響"), "info", "info-circle"),
    "note": Look(_("参考"), "neutral", "info-circle"),
}
"""What schemes mean for each other."""

KINDS: dict[str, Look] = {
    "info": Look(_("お知らせ"), "info", "info-circle"),
    "success": Look(_("完了"), "positive", "check-circle"),
    "warning": Look(_("注意"), "caution", "warning"),
    "error": Look(_("エラー"), "negative", "error"),
}
"""Banners and messages; Django's message level ``debug`` is shown as ``info``."""


def look(table: dict[str, Look], code: str, what: str) -> Look:
    """The look of a code. Raises ``ValueError`` on an unknown one: a state without a word must never reach a screen."""
    found = table.get(str(code))
    if found is None:
        raise ValueError(f"unknown {what} '{code}' (known: {', '.join(table)})")
    return found
