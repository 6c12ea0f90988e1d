"""A file is what its name says: true ones pass, disguised, broken, locked and dangerous ones do not."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfWriter

from documents import file_types
from documents.file_types import ALLOWED, FILE_TYPES, INLINE
from documents.problems import Fault, UploadProblem

MAIN = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)


def pdf(*, password: str = "", owner_password: str = "") -> bytes:
    """A PDF of one empty page."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    if password or owner_password:
        writer.encrypt(password, owner_password or None, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def image(kind: str, size: tuple[int, int] = (30, 20)) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.effect_noise(size, 50).save(out, kind)
    return out.getvalue()


def office(extension: str, *, main: str = "", members: dict[str, bytes] | None = None) -> bytes:
    """A package as Office programs write it, as far as it matters here."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", f'<Types><Override ContentType="{main or MAIN[extension]}"/></Types>')
        package.writestr("content.xml", "<x/>" * 50)
        for name, content in (members or {}).items():
            package.writestr(name, content)
    return out.getvalue()


GOOD = {
    ".pdf": pdf(),
    ".png": image("PNG"),
    ".jpg": image("JPEG"),
    ".jpeg": image("JPEG"),
    ".xlsx": office(".xlsx"),
    ".docx": office(".docx"),
    ".pptx": office(".pptx"),
    ".csv": "会社名,資本金\r\n㈱髙﨑,1000\r\n".encode("cp932"),
    ".txt": "杜の都\n".encode(),
}


def fault_of(content: bytes, extension: str) -> Fault | None:
    """How the check of that extension judges the content."""
    try:
        FILE_TYPES[extension].check(io.BytesIO(content), extension)
    except UploadProblem as problem:
        return problem.code
    return None


@pytest.mark.parametrize("extension", FILE_TYPES)
def test_good_files_pass(extension: str) -> None:
    assert fault_of(GOOD[extension], extension) is None


DISGUISES = [
    (claimed, real)
    for claimed in FILE_TYPES
    for real in (*FILE_TYPES, ".exe", ".gif")
    if real != claimed and {real, claimed} not in ({".jpg", ".jpeg"}, {".txt", ".csv"})
]


@pytest.mark.parametrize(("claimed", "real"), DISGUISES)
def test_disguised_files_do_not(claimed: str, real: str) -> None:
    content = {".exe": EXE, ".gif": image("GIF")}.get(real) or GOOD[real]
    assert fault_of(content, claimed) in (
        {Fault.CONTENT_MISMATCH, Fault.NOT_TEXT} if claimed in (".csv", ".txt") else {Fault.CONTENT_MISMATCH}
    )


def test_the_message_names_what_it_found() -> None:
    with pytest.raises(UploadProblem) as caught:
        FILE_TYPES[".pdf"].check(io.BytesIO(EXE), ".pdf")
    assert ".exe" in caught.value.text.ja
    assert ".exe" in caught.value.text.en
    assert ".pdf" in caught.value.text.ja


@pytest.mark.parametrize("extension", [".pdf", ".png", ".jpg", ".xlsx", ".docx"])
@given(keep=st.floats(min_value=0.05, max_value=0.9))
def test_files_cut_off_do_not_pass(extension: str, keep: float) -> None:
    content = GOOD[extension]
    assert fault_of(content[: int(len(content) * keep)], extension) in (Fault.DAMAGED, Fault.CONTENT_MISMATCH)


@given(st.binary(max_size=300))
def test_noise_is_never_taken_for_a_document(content: bytes) -> None:
    for extension in (".pdf", ".png", ".jpg", ".xlsx", ".docx"):
        assert fault_of(content, extension) is not None


# --- PDF ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("user", "owner"), [("secret", "secret"), ("", "owner")])
def test_encrypted_pdf(user: str, owner: str) -> None:
    assert fault_of(pdf(password=user, owner_password=owner), ".pdf") is Fault.ENCRYPTED


def test_encryption_is_found_wherever_it_stands() -> None:
    """Also where a chunk of reading ends."""
    head = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    for place in range(file_types.CHUNK - len(head) - 20, file_types.CHUNK - len(head) + 2):
        content = head + b"x" * place + b"/Encrypt 12 0 R" + b"\nstartxref\n0\n%%EOF\n"
        assert fault_of(content, ".pdf") is Fault.ENCRYPTED


def test_a_pdf_that_speaks_of_encryption_is_not_encrypted() -> None:
    assert fault_of(pdf().replace(b"%%EOF", b"% /EncryptMetadata true, /Encrypt it\n%%EOF"), ".pdf") is None


def test_pdf_with_a_little_before_and_after() -> None:
    assert fault_of(b"\r\n\r\n" + pdf() + b"\n" * 500, ".pdf") is None
    assert fault_of(pdf() + b"x" * 2000, ".pdf") is Fault.DAMAGED
    assert fault_of(EXE + pdf(), ".pdf") is Fault.CONTENT_MISMATCH


# --- pictures -------------------------------------------------------------------------------------------------------


def huge_png(width: int, height: int) -> bytes:
    """Head of a picture that claims to be huge."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\0IEND\xaeB`\x82"


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(("width", "height"), [(10_000, 5_001), (9_500, 9_500), (60_000, 60_000)])
def test_pictures_with_too_many_pixels(width: int, height: int) -> None:
    assert fault_of(huge_png(width, height), ".png") is Fault.TOO_MANY_PIXELS


@pytest.mark.parametrize("place", [len(GOOD[".png"]) // 2, len(GOOD[".png"]) - 13], ids=["pixels", "checksum"])
def test_broken_pixels(place: int) -> None:
    content = bytearray(GOOD[".png"])
    content[place] ^= 0xFF
    assert fault_of(bytes(content), ".png") is Fault.DAMAGED


# --- Office ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "members", [{"xl/vbaProject.bin": b"x"}, {"xl/VBAPROJECT.BIN": b"x"}, {"xl/macrosheets/sheet1.xml": b"x"}]
)
def test_macros(members: dict[str, bytes]) -> None:
    assert fault_of(office(".xlsx", members=members), ".xlsx") is Fault.MACROS


def test_macro_workbook_renamed() -> None:
    main = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    assert fault_of(office(".xlsx", main=main), ".xlsx") is Fault.MACROS


def test_password_protected_workbook() -> None:
    """Excel wraps it into an OLE container with a stream of this name."""
    content = file_types.OLE + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
    assert fault_of(content, ".xlsx") is Fault.ENCRYPTED
    assert fault_of(file_types.OLE + bytes(2000), ".xlsx") is Fault.CONTENT_MISMATCH, "an old .xls"


def test_encrypted_member() -> None:
    content = bytearray(office(".xlsx"))
    central = content.rindex(b"PK\x01\x02")
    content[central + 8] |= 1
    assert fault_of(bytes(content), ".xlsx") is Fault.ENCRYPTED


def test_zip_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_types, "MOST_UNPACKED", 1_000_000)
    assert fault_of(office(".xlsx", members={"big": bytes(1_000_001)}), ".xlsx") is Fault.TOO_MUCH_INSIDE
    monkeypatch.setattr(file_types, "MOST_MEMBERS", 3)
    assert fault_of(office(".xlsx", members={"a": b"", "b": b""}), ".xlsx") is Fault.TOO_MUCH_INSIDE


def test_plain_zip_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("readme.txt", "x")
    assert fault_of(out.getvalue(), ".xlsx") is Fault.CONTENT_MISMATCH


def test_member_with_wrong_checksum() -> None:
    content = bytearray(office(".docx"))
    place = content.index(b"content.xml") + len("content.xml") + 3
    content[place] ^= 0xFF
    assert fault_of(bytes(content), ".docx") is Fault.DAMAGED


# --- text -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        "会社名,資本金\n".encode(),
        "﻿会社名,資本金\n".encode(),
        "会社名\t資本金\r\n".encode("cp932"),
        b"ascii\n",
        "①㈱髙﨑\x0c".encode("cp932"),
        b"old end of file\x1a",
    ],
)
def test_text(content: bytes) -> None:
    assert fault_of(content, ".csv") is None


@pytest.mark.parametrize(
    "content",
    [
        "会社名\n".encode("utf-16"),
        b"a\x00b",
        b"\x80\x81\xff\xfe\xfd",
        "会社名".encode("euc_jp") + b"\xff\xff",
        b"bell\x07",
        "Übung".encode("latin-1") + b"\xff",
    ],
)
def test_what_is_no_text(content: bytes) -> None:
    assert fault_of(content, ".txt") in (Fault.NOT_TEXT, Fault.CONTENT_MISMATCH)


# --- the table ------------------------------------------------------------------------------------------------------


def test_only_pictures_and_pdf_are_shown_in_the_browser() -> None:
    assert {"application/pdf", "image/png", "image/jpeg"} == INLINE
    assert {".pdf", ".png", ".jpg", ".jpeg", ".xlsx", ".docx", ".csv", ".txt"} == ALLOWED
