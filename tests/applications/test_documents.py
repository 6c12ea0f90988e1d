"""Files of a filing."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.errors import Conflict, Incomplete, NotAllowed
from applications.models import Filing, FilingDocument
from applications.services import draft, start, submit
from documents.models import StoredFile
from documents.problems import Fault, UploadProblem
from tests.applications import journey
from tests.applications.journey import NOW
from tests.factories import MINIMAL_PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(firm, member) -> Filing:
    return start.start_case(by=member, organisation=firm, scheme=journey.HQ, answers={"capital": 5}, at=NOW)


def attach(filing, member, file=None, kind="business_plan") -> FilingDocument:
    return draft.attach_document(by=member, filing_id=filing.pk, kind=kind, upload=file or journey.upload(), at=NOW)


def stored_files() -> list[Path]:
    return [path for path in Path(default_storage.location).rglob("*") if path.is_file()]


def test_it_works(filing, member):
    document = attach(filing, member, journey.upload("事業計画書.pdf"))
    assert (document.kind, document.file.name, document.added_by) == ("business_plan", "事業計画書.pdf", member)
    with document.file.file.open() as content:
        assert content.read() == MINIMAL_PDF
    assert Filing.objects.get().answers == {"capital": 5}, "adding a file does not touch the answers"


def test_an_incomplete_draft_takes_files(firm, member):
    filing = start.start_case(by=member, organisation=firm, scheme=journey.HQ, answers={}, at=NOW)
    attach(filing, member)
    assert filing.documents.count() == 1


def test_an_unknown_kind_is_refused_before_anything_is_stored(filing, member):
    with journey.refuses("unknown_document"):
        attach(filing, member, kind="love_letter")
    assert stored_files() == []


def test_a_stranger_is_refused_before_anything_is_stored(filing, stranger):
    with pytest.raises(NotAllowed):
        attach(filing, stranger)
    assert stored_files() == []


def test_nothing_is_added_or_removed_after_submission(submitted_filing, member):
    document = submitted_filing.documents.first()
    with journey.refuses("submitted", Conflict):
        attach(submitted_filing, member)
    with journey.refuses("submitted", Conflict):
        draft.remove_document(by=member, filing_id=submitted_filing.pk, document_id=document.pk, at=NOW)
    assert submitted_filing.documents.filter(removed_at__isnull=True).count() == 3


def test_too_many_files_are_refused_and_leave_nothing_behind(
    filing, member, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(draft, "MOST_FILES", 2)
    attach(filing, member)
    second = attach(filing, member)
    with journey.refuses("too_many_files") as refused, django_capture_on_commit_callbacks(execute=True):
        attach(filing, member)
    assert "2" in str(refused.value.message)
    assert filing.documents.count() == StoredFile.objects.count() == len(stored_files()) == 2
    draft.remove_document(by=member, filing_id=filing.pk, document_id=second.pk, at=NOW)
    attach(filing, member)
    assert filing.documents.filter(removed_at__isnull=True).count() == 2


def problem_files() -> list:
    limit = 10 * 1024 * 1024
    return [
        pytest.param("大.pdf", b"%PDF-1.4\n" + b"0" * limit, Fault.TOO_LARGE, id="too large"),
        pytest.param(
            "計画.pdf", b"MZ\x90\x00" + b"\x00" * 60 + b"PE\x00\x00" + b"\x00" * 200, Fault.CONTENT_MISMATCH, id="exe"
        ),
        pytest.param("計画.exe", b"MZ\x90\x00" + b"\x00" * 200, Fault.FORBIDDEN_TYPE, id="type"),
        pytest.param("空.pdf", b"", Fault.EMPTY, id="empty"),
        pytest.param("計画.pdf", MINIMAL_PDF[:60], Fault.DAMAGED, id="cut off"),
        pytest.param("a\u202efdp.pdf", MINIMAL_PDF, Fault.BAD_NAME, id="deceiving name"),
    ]


@pytest.mark.parametrize(("name", "content", "fault"), problem_files())
def test_a_problem_file_is_refused_in_both_languages_and_leaves_the_draft_as_it_was(
    filing, member, name, content, fault
):
    attach(filing, member)
    before = Filing.objects.values().get()
    with pytest.raises(UploadProblem) as refused:
        attach(filing, member, SimpleUploadedFile(name, content, content_type="application/pdf"))
    assert refused.value.code == fault
    assert refused.value.text.ja
    assert refused.value.text.en
    assert refused.value.text.ja != refused.value.text.en
    assert Filing.objects.values().get() == before
    assert FilingDocument.objects.count() == StoredFile.objects.count() == len(stored_files()) == 1


def test_the_largest_file_that_is_allowed_is_taken(filing, member):
    body = MINIMAL_PDF.replace(
        b"xref", b"%" + b"0" * (django_settings.MAX_UPLOAD_BYTES - len(MINIMAL_PDF) - 2) + b"\nxref", 1
    )
    assert len(body) == django_settings.MAX_UPLOAD_BYTES
    assert attach(filing, member, SimpleUploadedFile("大.pdf", body)).file.size == len(body)


# --- removing --------------------------------------------------------------------------------------------------


def test_a_removed_paper_is_missing_when_submitting(draft_filing, member):
    document = draft_filing.documents.get(kind="accounts")
    draft.remove_document(by=member, filing_id=draft_filing.pk, document_id=document.pk, at=NOW)
    with journey.refuses("incomplete", Incomplete) as refused:
        submit.submit_filing(by=member, filing_id=draft_filing.pk, at=NOW)
    assert refused.value.documents == ["accounts"]
    assert refused.value.problems == []


def test_a_removed_file_stays_in_the_revision_that_was_submitted(submitted_filing, member, reviewer):
    first = submitted_filing.revisions.get()
    journey.reviewed(submitted_filing, reviewer)
    journey.correction(submitted_filing, reviewer, about="business_plan")
    old = submitted_filing.documents.get(kind="business_plan")
    draft.remove_document(by=member, filing_id=submitted_filing.pk, document_id=old.pk, at=NOW)
    new = attach(submitted_filing, member, journey.upload("新しい計画.pdf"))
    journey.answered(submitted_filing, member, {})
    before, after = submitted_filing.revisions.all()
    assert before.documents == first.documents
    assert str(old.file_id) in {d["file"] for d in before.documents}
    assert {d["file"] for d in after.documents if d["kind"] == "business_plan"} == {str(new.file_id)}
    with StoredFile.objects.get(pk=old.file_id).file.open() as content:
        assert content.read() == MINIMAL_PDF


def test_removing_twice_is_the_same_as_once(draft_filing, member):
    document = draft_filing.documents.first()
    for _ in range(2):
        draft.remove_document(by=member, filing_id=draft_filing.pk, document_id=document.pk, at=NOW)
    assert draft_filing.documents.filter(removed_at__isnull=False).count() == 1
    assert draft_filing.case.events.filter(code="document_removed").count() == 1


def test_the_file_of_another_filing_is_not_removed(draft_filing, member, other_firm):
    other = journey.drafted(other_firm, other_firm.memberships.get().user)
    theirs = other.documents.first()
    draft.remove_document(by=member, filing_id=draft_filing.pk, document_id=theirs.pk, at=NOW)
    theirs.refresh_from_db()
    assert theirs.removed_at is None


def test_the_revision_lists_name_size_and_hash_of_every_file(submitted_filing):
    listed = submitted_filing.revisions.get().documents
    assert {d["kind"] for d in listed} == {"business_plan", "accounts", "register_extract"}
    for entry in listed:
        stored = StoredFile.objects.get(pk=entry["file"])
        assert (entry["name"], entry["size"], entry["sha256"]) == (stored.name, len(MINIMAL_PDF), stored.sha256)
