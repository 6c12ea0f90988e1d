"""The kinds of files that may be handed in, and the proof that a file is what its name says.

Names and types sent by browsers are never trusted. Each check reads a seekable stream and raises
:class:`~documents.problems.UploadProblem`. PDF files are searched, not parsed: a parser is itself open to attack.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Final

import puremagic
from PIL import Image, ImageFile

from documents import problems

Stream = IO[bytes]

MOST_PIXELS: Final = 50_000_000
"""An A4 page scanned in 600 dpi has 35 million."""
MOST_UNPACKED: Final = 200 * 1024 * 1024
"""Bytes that an Office file may have inside."""
MOST_MEMBERS: Final = 10_000
SNIFFED: Final = 4096
PDF_MARGIN: Final = 1024
"""Header and end of a PDF stand within this many bytes of its ends; readers look no further."""
CHUNK: Final = 64 * 1024
OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
CONTROL: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f]")
"""Bytes that no text has: all controls but tab, line ends, form feed and the old end-of-file mark."""
NOT_SHIFT_JIS: Final = re.compile("[\x80\xa0\uf8f0-\uf8f3]")
"""What Python makes of single bytes that no Shift_JIS text has."""
PDF_ENCRYPT: Final = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file. ``check`` raises when the content is not of the kind; ``inline``: safe to show in the browser."""

    media_type: str
    check: Callable[[Stream, str], None]
    inline: bool = False


def looks_like(stream: Stream) -> frozenset[str]:
    """Extensions that the first bytes speak for (``.pdf``, ``.exe``); empty when they tell nothing."""
    stream.seek(0)
    head = stream.read(SNIFFED)
    try:
        return frozenset(match.extension.lower() for match in puremagic.magic_string(head) if match.extension)
    except (puremagic.PureError, ValueError):
        return frozenset()


def mismatch(stream: Stream, extension: str) -> problems.UploadProblem:
    """The problem that the content is of another kind, naming that kind when it is known."""
    return problems.content_mismatch(
        extension, min(looks_like(stream), key=lambda found: (found != ".exe", found), default="")
    )


def chunks(stream: Stream) -> Iterator[bytes]:
    """The whole stream from its beginning."""
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        yield chunk


def check_pdf(stream: Stream, extension: str) -> None:
    """Header, end mark, no encryption."""
    stream.seek(0)
    head = stream.read(PDF_MARGIN)
    found = looks_like(stream)
    if b"%PDF-" not in head or (found and ".pdf" not in found):
        raise mismatch(stream, extension)
    tail = previous = b""
    for chunk in chunks(stream):
        tail = previous[-PDF_MARGIN:] + chunk
        if PDF_ENCRYPT.search(tail):
            raise problems.encrypted()
        previous = chunk if len(chunk) >= PDF_MARGIN else tail
    if b"%%EOF" not in tail[-PDF_MARGIN:]:
        raise problems.damaged(extension)


def check_image(stream: Stream, extension: str) -> None:
    """A PNG or JPEG that decodes completely and is not huge."""
    wanted = "PNG" if extension == ".png" else "JPEG"
    found = looks_like(stream)
    if not found & ({".png"} if wanted == "PNG" else {".jpg", ".jpeg"}):
        raise mismatch(stream, extension)
    stream.seek(0)
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint switches it on for the whole process
    try:
        with Image.open(stream, formats=[wanted]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise problems.too_many_pixels(MOST_PIXELS)
            image.verify()  # checksums; the picture has to be opened again afterwards
        stream.seek(0)
        with Image.open(stream, formats=[wanted]) as image:
            image.load()
    except problems.UploadProblem:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise problems.too_many_pixels(MOST_PIXELS) from error
    except Exception as error:  # whatever a decoder stumbles over, the picture cannot be shown
        raise problems.damaged(extension) from error


OFFICE_MAIN_PARTS: Final = {
    ".xlsx": b"officedocument.spreadsheetml.sheet.main+xml",
    ".docx": b"officedocument.wordprocessingml.document.main+xml",
    ".pptx": b"officedocument.presentationml.presentation.main+xml",
}


def check_office(stream: Stream, extension: str) -> None:
    """An Office Open XML package of the right kind, whole, not encrypted, without macros, not a zip bomb."""
    stream.seek(0)
    if stream.read(len(OLE)) == OLE:
        # Word and Excel wrap a package with a password into the old container format.
        if any(ENCRYPTED_PACKAGE in chunk for chunk in chunks(stream)):
            raise problems.encrypted()
        raise mismatch(stream, extension)
    stream.seek(0)
    if not zipfile.is_zipfile(stream):
        raise mismatch(stream, extension)
    try:
        with zipfile.ZipFile(stream) as package:
            _check_package(package, stream, extension)
    except problems.UploadProblem:
        raise
    except Exception as error:  # whatever the unpacker stumbles over, the file does not open
        raise problems.damaged(extension) from error


def _check_package(package: zipfile.ZipFile, stream: Stream, extension: str) -> None:
    members = package.infolist()
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise problems.too_much_inside(MOST_UNPACKED)
    if any(member.flag_bits & 1 for member in members):
        raise problems.encrypted()
    names = {member.filename.lower() for member in members}
    types = package.read("[Content_Types].xml") if "[content_types].xml" in names else b""
    if b"macroEnabled" in types or any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise problems.macros()
    if OFFICE_MAIN_PARTS[extension] not in types:
        raise mismatch(stream, extension)
    if package.testzip() is not None:
        raise problems.damaged(extension)


def check_text(stream: Stream, extension: str) -> None:
    """Text in UTF-8 or Shift_JIS without control characters."""
    found = looks_like(stream)
    stream.seek(0)
    content = stream.read()
    if found & {".pdf", ".rtf"} or (found and CONTROL.search(content)):
        raise mismatch(stream, extension)
    if CONTROL.search(content) or not _is_readable(content):
        raise problems.not_text()


def _is_readable(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return not NOT_SHIFT_JIS.search(content.decode("cp932"))
        except UnicodeDecodeError:
            return False
    return True


FILE_TYPES: Final = {
    ".pdf": FileType("application/pdf", check_pdf, inline=True),
    ".png": FileType("image/png", check_image, inline=True),
    ".jpg": FileType("image/jpeg", check_image, inline=True),
    ".jpeg": FileType("image/jpeg", check_image, inline=True),
    ".xlsx": FileType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", check_office),
    ".docx": FileType("application/vnd.openxmlformats-officedocument.wordprocessingml.document", check_office),
    ".pptx": FileType("application/vnd.openxmlformats-officedocument.presentationml.presentation", check_office),
    ".csv": FileType("text/csv", check_text),
    ".txt": FileType("text/plain", check_text),
}
"""By extension in lower case. Presentations are known but not accepted unless a caller allows them."""

ALLOWED: Final = frozenset(FILE_TYPES) - {".pptx"}
INLINE: Final = frozenset(kind.media_type for kind in FILE_TYPES.values() if kind.inline)
"""Media types that a browser may show instead of saving."""
