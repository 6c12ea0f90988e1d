"""States of a filing and the moves between them. Codes are keys; words for them are translated elsewhere."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class FilingState(models.TextChoices):
    """Where a filing (提出) stands."""

    DRAFT = "draft", _("作成中")
    SUBMITTED = "submitted", _("提出済み")
    UNDER_REVIEW = "under_review", _("審査中")
    CORRECTION_REQUESTED = "correction_requested", _("補正待ち")
    DECISION_DRAFTED = "decision_drafted", _("起案済み")
    APPROVED = "approved", _("決裁済み")
    ISSUED = "issued", _("通知済み")
    WITHDRAWN = "withdrawn", _("取下げ")
    LAPSED = "lapsed", _("失効")


ALLOWED: Final[dict[FilingState, frozenset[FilingState]]] = {
    FilingState.DRAFT: frozenset({FilingState.SUBMITTED, FilingState.WITHDRAWN, FilingState.LAPSED}),
    FilingState.SUBMITTED: frozenset({FilingState.UNDER_REVIEW, FilingState.WITHDRAWN}),
    FilingState.UNDER_REVIEW: frozenset(
        {FilingState.CORRECTION_REQUESTED, FilingState.DECISION_DRAFTED, FilingState.ISSUED, FilingState.WITHDRAWN}
    ),
    FilingState.CORRECTION_REQUESTED: frozenset({FilingState.UNDER_REVIEW, FilingState.WITHDRAWN, FilingState.LAPSED}),
    FilingState.DECISION_DRAFTED: frozenset({FilingState.APPROVED, FilingState.UNDER_REVIEW}),
    FilingState.APPROVED: frozenset({FilingState.ISSUED}),
    FilingState.ISSUED: frozenset(),
    FilingState.WITHDRAWN: frozenset(),
    FilingState.LAPSED: frozenset(),
}
"""Every move that exists. ``UNDER_REVIEW → ISSUED`` is for steps that an official only acknowledges or confirms."""

WITH_THE_FIRM: Final[frozenset[FilingState]] = frozenset({FilingState.DRAFT, FilingState.CORRECTION_REQUESTED})
"""The applicant may change the answers."""
WITH_THE_CITY: Final[frozenset[FilingState]] = frozenset(
    {FilingState.SUBMITTED, FilingState.UNDER_REVIEW, FilingState.DECISION_DRAFTED, FilingState.APPROVED}
)
"""The city has to act."""
GIVEN_UP: Final[frozenset[FilingState]] = frozenset({FilingState.WITHDRAWN, FilingState.LAPSED})
"""As if it had never been filed."""


class CaseState(models.TextChoices):
    """Where a case (案件) stands as a whole."""

    DRAFT = "draft", _("作成中")
    OPEN = "open", _("手続中")
    CLOSED = "closed", _("終了")
    REVOKED = "revoked", _("取消し")


class DecisionState(models.TextChoices):
    """Where a decision (決定) stands."""

    DRAFTED = "drafted", _("起案済み")
    RETURNED = "returned", _("差戻し")
    APPROVED = "approved", _("決裁済み")
    ISSUED = "issued", _("通知済み")
