"""Files are stored whole and once, never change, and go out with safe headers."""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile, TemporaryUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.http import parse_header_parameters

from documents.models import StoredFile, StoredFileIsImmutable
from documents.problems import Fault, UploadProblem
from documents.uploads import (
    LONGEST_NAME,
    clean_name,
    content_matches,
    discard,
    open_for_download,
    store_document,
    store_upload,
)
from tests.documents.test_file_types import EXE, GOOD, image, office, pdf

pytestmark = pytest.mark.django_db


def upload(name: str = "計画書.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    """A small upload; the type that the browser states is nonsense."""
    return SimpleUploadedFile(name, pdf() if content is None else content, "application/x-nonsense")


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def refused(file: Any, storage: Path, **options: Any) -> UploadProblem:
    """The problem; proves that neither file nor row stays behind."""
    with pytest.raises(UploadProblem) as caught:
        store_upload(file, **options)
    assert not StoredFile.objects.exists()
    assert files_in(storage) == []
    assert caught.value.text.ja
    assert caught.value.text.en
    return caught.value


def test_it_works(storage: Path) -> None:
    content = pdf()
    stored = store_upload(upload(content=content))
    assert stored.name == "計画書.pdf"
    assert stored.media_type == "application/pdf"
    assert stored.size == len(content)
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert [path.read_bytes() for path in files_in(storage)] == [content]
    assert re.fullmatch(rf"\d{{4}}/\d\d/\d\d/{stored.pk.hex}\.pdf", stored.file.name)
    assert stored.file.name.startswith(f"{timezone.localdate(stored.created_at):%Y/%m/%d}/")
    assert StoredFile.objects.get() == stored
    assert content_matches(stored)
    assert str(stored) == "計画書.pdf"


@pytest.mark.parametrize("extension", [".pdf", ".png", ".jpg", ".jpeg", ".xlsx", ".docx", ".csv", ".txt"])
def test_every_allowed_type_is_stored(storage: Path, extension: str) -> None:
    stored = store_upload(upload(f"資料{extension.upper()}", GOOD[extension]))
    assert stored.name == f"資料{extension.upper()}"
    assert stored.file.name.endswith(extension)
    assert content_matches(stored)


def test_large_uploads_that_django_keeps_on_disk(storage: Path) -> None:
    content = image("PNG", (1500, 1800))
    assert len(content) > 2_500_000
    file = TemporaryUploadedFile("図面.png", "image/png", len(content), None)
    file.write(content)
    file.seek(0)
    stored = store_upload(file)
    assert content_matches(stored)
    assert stored.size == len(content)
    file.close()


def test_a_file_that_was_read_before_is_stored_from_its_beginning(storage: Path) -> None:
    file = upload()
    file.read()
    assert content_matches(store_upload(file))
    in_memory = InMemoryUploadedFile(io.BytesIO(b"abc\n"), "file", "a.txt", "text/plain", 4, None)
    in_memory.read()
    assert store_upload(in_memory).size == 4


# --- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("over", "accepted"), [(0, True), (1, False)])
def test_size_limit(storage: Path, settings: Any, over: int, accepted: bool) -> None:
    content = b"a" * (settings.MAX_UPLOAD_BYTES + over)
    if accepted:
        assert store_upload(upload("a.txt", content)).size == 10 * 1024 * 1024
        return
    problem = refused(upload("a.txt", content), storage)
    assert problem.code is Fault.TOO_LARGE
    for text in (problem.text.ja, problem.text.en):
        assert "10 MB" in text
        assert "10.1 MB" in text


def test_a_stated_size_is_not_believed(storage: Path, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 10
    file = upload("a.txt", b"x" * 11)
    file.size = 5
    assert refused(file, storage).code is Fault.TOO_LARGE


def test_empty_file(storage: Path) -> None:
    assert refused(upload("a.txt", b""), storage).code is Fault.EMPTY


@pytest.mark.parametrize("name", ["a.exe", "a.pptx", "a.xlsm", "a.zip", "a.html", "a.svg", "a", "a.pdf.exe", "pdf"])
def test_forbidden_types(storage: Path, name: str) -> None:
    problem = refused(upload(name), storage)
    assert problem.code is Fault.FORBIDDEN_TYPE
    assert ".pdf" in problem.text.ja
    assert ".xlsx" in problem.text.en


def test_callers_may_narrow_or_widen_the_types(storage: Path) -> None:
    assert refused(upload("a.txt", b"x"), storage, allowed={".pdf"}).code is Fault.FORBIDDEN_TYPE
    assert refused(upload("a.exe", EXE), storage, allowed={".exe"}).code is Fault.FORBIDDEN_TYPE, "not known here"
    assert store_upload(upload("a.pptx", GOOD[".pptx"]), allowed={".pptx"}).name == "a.pptx"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", EXE, Fault.CONTENT_MISMATCH),
        ("a.pdf", pdf(password="x"), Fault.ENCRYPTED),
        ("a.pdf", pdf()[:300], Fault.DAMAGED),
        ("a.png", image("JPEG"), Fault.CONTENT_MISMATCH),
        ("a.xlsx", office(".xlsx", members={"xl/vbaProject.bin": b"x"}), Fault.MACROS),
        ("a.csv", b"\x00", Fault.NOT_TEXT),
    ],
)
def test_content_is_checked(storage: Path, name: str, content: bytes, code: Fault) -> None:
    assert refused(upload(name, content), storage).code is code


# --- names ----------------------------------------------------------------------------------------------------------


def test_names_are_composed_but_keep_old_forms() -> None:
    decomposed = unicodedata.normalize("NFD", "がぎぐ.pdf")
    assert decomposed != "がぎぐ.pdf"
    assert clean_name(decomposed) == "がぎぐ.pdf"
    old = "神﨑\ufa19髙.pdf"
    assert clean_name(old) == old != unicodedata.normalize("NFC", old)
    assert clean_name("  見積書 (1).pdf ") == "見積書 (1).pdf"


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        ".",
        "..",
        "...",
        "a/b.pdf",
        "..\\a.pdf",
        "a\n.pdf",
        "a\x00.pdf",
        "a\x7f.pdf",
        "a\u202efdp.exe",
        "a\u200b.pdf",
        "a\u2028.pdf",
        "あ" * (LONGEST_NAME - 3) + ".pdf",
    ],
)
def test_names_that_are_refused(name: str) -> None:
    with pytest.raises(UploadProblem) as caught:
        clean_name(name)
    assert caught.value.code is Fault.BAD_NAME
    assert str(LONGEST_NAME) in caught.value.text.ja


def test_the_longest_name(storage: Path) -> None:
    name = "あ" * (LONGEST_NAME - 4) + ".pdf"
    assert store_upload(upload(name)).name == name
    assert refused_name(storage, f"あ{name}") is Fault.BAD_NAME


def refused_name(storage: Path, name: str) -> Fault:
    before = files_in(storage)
    with pytest.raises(UploadProblem) as caught:
        store_upload(upload(name))
    assert files_in(storage) == before
    return caught.value.code


# --- storing --------------------------------------------------------------------------------------------------------


class Corrupting(FileSystemStorage):
    """A storage that loses the last byte."""

    def _save(self, name: str, content: Any) -> str:
        saved = super()._save(name, content)
        path = Path(self.path(saved))
        path.write_bytes(path.read_bytes()[:-1])
        return saved


class Full(FileSystemStorage):
    """A storage without room."""

    def _save(self, name: str, content: Any) -> str:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("backend", ["Corrupting", "Full"])
def test_a_copy_that_differs_is_deleted(storage: Path, settings: Any, backend: str) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": f"tests.documents.test_uploads.{backend}", "OPTIONS": {"location": str(storage)}}
    }
    assert refused(upload(), storage).code is Fault.NOT_STORED


def test_nothing_stays_when_the_row_cannot_be_stored(storage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise IntegrityError("no")

    monkeypatch.setattr(StoredFile, "save", broken)
    with pytest.raises(IntegrityError):
        store_upload(upload())
    assert files_in(storage) == []


def test_damage_on_disk_is_noticed(storage: Path) -> None:
    stored = store_upload(upload())
    path = files_in(storage)[0]
    content = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(content[:-1] + b"x")
    assert not content_matches(stored), "same size, other bytes"
    path.write_bytes(content + b"x")
    assert not content_matches(stored)
    path.unlink()
    assert not content_matches(stored)


def test_the_same_file_twice_is_two_files(storage: Path) -> None:
    first, second = store_upload(upload()), store_upload(upload())
    assert first.pk != second.pk
    assert first.sha256 == second.sha256
    assert len(files_in(storage)) == 2


def test_documents_of_the_portal_are_stored_too(storage: Path) -> None:
    stored = store_document(b"%PDF-1.7 letter", name="交付決定通知書.pdf")
    assert stored.media_type == "application/pdf"
    assert content_matches(stored)


def test_discard_deletes_row_and_bytes_after_commit(storage: Path, django_capture_on_commit_callbacks: Any) -> None:
    stored = store_upload(upload())
    with django_capture_on_commit_callbacks(execute=True):
        discard(stored)
        assert len(files_in(storage)) == 1, "until the transaction is committed"
    assert files_in(storage) == []
    assert not StoredFile.objects.exists()


# --- immutable ------------------------------------------------------------------------------------------------------


def test_stored_files_never_change(storage: Path) -> None:
    stored = store_upload(upload())
    stored.name = "other.pdf"
    for change in (
        stored.save,
        lambda: StoredFile.objects.update(size=1),
        lambda: StoredFile.objects.bulk_update([stored], ["name"]),
        lambda: StoredFile.objects.update_or_create(pk=stored.pk, defaults={"name": "x"}),
    ):
        with pytest.raises(StoredFileIsImmutable), transaction.atomic():
            change()
    stored.refresh_from_db()
    assert stored.name == "計画書.pdf"


def test_a_row_cannot_be_replaced(storage: Path) -> None:
    stored = store_upload(upload())
    twin = StoredFile(pk=stored.pk, name="x", media_type="x", size=1, sha256="0" * 64, file="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.parametrize("wrong", [{"size": 0}, {"sha256": ""}, {"sha256": "A" * 64}, {"sha256": "0" * 63}])
def test_constraints(wrong: dict[str, Any]) -> None:
    row = {"name": "x", "media_type": "x", "size": 1, "sha256": "0" * 64, "file": f"{uuid.uuid4()}"} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.create(**row)


def test_two_rows_never_share_a_file() -> None:
    row = {"name": "x", "media_type": "x", "size": 1, "sha256": "0" * 64, "file": "same"}
    StoredFile.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.create(**row)


# --- download -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "inline", "disposition"),
    [
        ("a.pdf", True, "inline"),
        ("a.png", True, "inline"),
        ("a.jpg", True, "inline"),
        ("a.pdf", False, "attachment"),
        ("a.txt", True, "attachment"),
        ("a.csv", True, "attachment"),
        ("a.xlsx", True, "attachment"),
        ("a.docx", True, "attachment"),
    ],
)
def test_headers(storage: Path, name: str, inline: bool, disposition: str) -> None:
    content = GOOD[Path(name).suffix]
    opened, headers = open_for_download(store_upload(upload(name, content)), inline=inline)
    with opened:
        assert opened.read() == content
    assert headers["Content-Disposition"].split(";")[0] == disposition
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Length"] == str(len(content))
    assert "no-store" in headers["Cache-Control"]


@pytest.mark.parametrize("name", ["事業計画書（最終版）.pdf", '見積"書;.pdf', "a b%20.pdf", "髙﨑\ufa19.pdf"])
def test_japanese_names_travel_in_the_header(storage: Path, name: str) -> None:
    _, headers = open_for_download(store_upload(upload(name)))
    header = headers["Content-Disposition"]
    assert header.isascii()
    assert "\n" not in header
    _, options = parse_header_parameters(header)
    assert options["filename"].replace('\\"', '"') == name


def test_a_missing_file_is_an_error(storage: Path) -> None:
    stored = store_upload(upload())
    files_in(storage)[0].unlink()
    with pytest.raises(FileNotFoundError):
        open_for_download(stored)
