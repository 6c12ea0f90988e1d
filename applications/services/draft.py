"""Working on a draft: saving answers, adding and removing files. Incomplete and wrong answers are kept too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.errors import Conflict, DomainError, StaleDraft
from applications.models import Filing, FilingDocument
from applications.permissions import User, may_act_for, require
from applications.rules import rule_book
from applications.services.common import lock_filing, record, require_known_facts
from applications.states import WITH_THE_FIRM
from documents.models import StoredFile
from documents.uploads import discard, store_upload

MOST_FILES = 60
"""Files in one filing."""


def _editable(by: User, filing: Filing) -> None:
    require(may_act_for(by, filing.case.organisation))
    if filing.state not in WITH_THE_FIRM:
        raise Conflict("submitted", _("この手続は既に提出されています。変更が必要な場合は、担当課にご連絡ください。"))


@transaction.atomic
def save_answers(
    *, by: User, filing_id: int, answers: dict[str, Any], at: datetime, revision: int | None = None
) -> Filing:
    """Merge answers into the draft. ``None`` removes one. With ``revision``: raises :class:`StaleDraft` when the draft
    was saved elsewhere since then, handing back both versions."""
    filing = lock_filing(filing_id)
    _editable(by, filing)
    require_known_facts(answers)
    if revision is not None and revision != filing.revision:
        raise StaleDraft(
            _("別の画面で先に保存されています。保存済みの内容と今回の入力を見比べて、残す方を選んでください。"),
            theirs=dict(filing.answers),
            yours=answers,
            revision=filing.revision,
        )
    merged = {**filing.answers, **answers}
    filing.answers = {name: value for name, value in merged.items() if value is not None}
    filing.revision += 1
    filing.saved_at = at
    filing.save(update_fields=["answers", "revision", "saved_at"])
    title = str(filing.answers.get("project_title") or "")[:200]
    if title and title != filing.case.title:
        filing.case.title = title
        filing.case.save(update_fields=["title"])
    return filing


def attach_document(*, by: User, filing_id: int, kind: str, upload: UploadedFile, at: datetime) -> FilingDocument:
    """Store a file and attach it. Raises ``documents.uploads.UploadProblem`` for a file that cannot be accepted."""
    filing = Filing.objects.select_related("case__organisation").get(pk=filing_id)
    _editable(by, filing)
    if kind not in rule_book().vocabulary.documents:
        raise DomainError("unknown_document", _("書類の種類を選んでください。"))
    stored = store_upload(upload)  # outside the lock: a large file must not hold up others
    try:
        return _attach(by, filing_id, kind, stored, at)
    except BaseException:
        discard(stored)
        raise


@transaction.atomic
def _attach(by: User, filing_id: int, kind: str, stored: StoredFile, at: datetime) -> FilingDocument:
    filing = lock_filing(filing_id)
    _editable(by, filing)
    if filing.documents.filter(removed_at__isnull=True).count() >= MOST_FILES:
        raise DomainError("too_many_files", _("添付できるファイルは%(most)d個までです。") % {"most": MOST_FILES})
    document = FilingDocument.objects.create(filing=filing, kind=kind, file=stored, added_by=by, added_at=at)
    filing.revision += 1
    filing.saved_at = at
    filing.save(update_fields=["revision", "saved_at"])
    record(filing.case, "document_added", by, at, kind=kind, name=stored.name, sha256=stored.sha256)
    return document


@transaction.atomic
def remove_document(*, by: User, filing_id: int, document_id: int, at: datetime) -> None:
    """Take a file out of the draft. What was handed in before stays in the submitted revisions."""
    filing = lock_filing(filing_id)
    _editable(by, filing)
    document = filing.documents.filter(pk=document_id, removed_at__isnull=True).first()
    if document is None:
        return
    document.removed_at = at
    document.save(update_fields=["removed_at"])
    record(filing.case, "document_removed", by, at, kind=document.kind, name=document.file.name)
