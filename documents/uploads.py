"""Files come in, are checked, hashed, stored, read again, and go out with headers that keep browsers safe."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import unicodedata
from collections.abc import Collection
from pathlib import PurePosixPath
from typing import Final

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.http import content_disposition_header

from documents import problems
from documents.file_types import ALLOWED, FILE_TYPES, INLINE, Stream, chunks
from documents.models import StoredFile
from documents.problems import Fault, UploadProblem
from documents.scanning import scan

__all__ = [
    "ALLOWED",
    "Fault",
    "UploadProblem",
    "content_matches",
    "discard",
    "open_for_download",
    "store_document",
    "store_upload",
]

log = logging.getLogger(__name__)

LONGEST_NAME: Final = 150
"""Characters of a file name, extension included."""
COMPOSED: Final = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")
"""All but the characters that NFC would replace by their modern form, such as the old 神 (U+FA19) of a name."""


def store_upload(uploaded_file: File[bytes], *, allowed: Collection[str] = ALLOWED) -> StoredFile:
    """Checks and stores a file that a user handed in; ``allowed`` names extensions (``.pdf``).

    1. name, type and size; 2. virus scan; 3. content equals extension; 4. hash; 5. store; 6. read again and compare.
    Raises :class:`UploadProblem` and leaves nothing behind.
    """
    limit = settings.MAX_UPLOAD_BYTES
    name = clean_name(uploaded_file.name or "")
    extension = PurePosixPath(name).suffix.lower()
    if extension not in allowed or extension not in FILE_TYPES:
        raise problems.forbidden_type(extension, sorted(allowed))
    stream = uploaded_file.open()
    size = stream.seek(0, os.SEEK_END)
    if not size:
        raise problems.empty()
    if size > limit:
        raise problems.too_large(size, limit)
    kind = FILE_TYPES[extension]
    scan(stream)
    kind.check(stream, extension)
    return _keep(stream, name, kind.media_type)


def store_document(content: bytes, *, name: str, media_type: str = "application/pdf") -> StoredFile:
    """Stores a file that the portal made itself, such as the PDF of a letter. Raises :class:`UploadProblem`."""
    return _keep(ContentFile(content), clean_name(name), media_type)


def clean_name(name: str) -> str:
    """The visible name in composed characters (macOS sends が as two). Raises for names that could deceive."""
    name = COMPOSED.sub(lambda part: unicodedata.normalize("NFC", part[0]), name).strip()
    # Cc: control; Cf: invisible, such as the mark that turns "fdp.exe" round; Cs: half a character; Zl, Zp: line ends.
    deceives = any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in name)
    if deceives or "/" in name or "\\" in name or len(name) > LONGEST_NAME or not name.strip(". "):
        raise problems.bad_name(LONGEST_NAME)
    return name


def _digest(stream: Stream) -> tuple[int, str]:
    """Size in bytes and SHA-256 in hex of the whole stream."""
    size, digest = 0, hashlib.sha256()
    for chunk in chunks(stream):
        size += len(chunk)
        digest.update(chunk)
    return size, digest.hexdigest()


def _keep(stream: Stream, name: str, media_type: str) -> StoredFile:
    """Stores the stream and its row. The source is hashed on its own: storages read it in ways of their own."""
    size, sha256 = _digest(stream)
    stored = StoredFile(name=name, media_type=media_type, size=size, sha256=sha256)
    stream.seek(0)
    try:
        stored.file.save(name, File(stream), save=False)
        if not content_matches(stored):
            raise problems.not_stored()
        stored.save(force_insert=True)
    except BaseException as error:
        _remove(stored)
        if isinstance(error, OSError):
            log.exception("storing a file of %d bytes failed", size)
            raise problems.not_stored() from error
        raise
    return stored


def _remove(stored: StoredFile) -> None:
    if stored.file.name:
        stored.file.storage.delete(stored.file.name)


def content_matches(stored: StoredFile) -> bool:
    """Reads the stored bytes again: True when size and hash are those of the row, False also when they are gone."""
    try:
        with stored.file.storage.open(stored.file.name) as stream:
            return _digest(stream) == (stored.size, stored.sha256)
    except FileNotFoundError:
        return False


def discard(stored: StoredFile) -> None:
    """Deletes the row and, once that is committed, the bytes. Rows that point to it forbid it (``ProtectedError``)."""
    storage, path = stored.file.storage, stored.file.name
    stored.delete()
    transaction.on_commit(lambda: storage.delete(path))


def open_for_download(stored: StoredFile, *, inline: bool = False) -> tuple[File[bytes], dict[str, str]]:
    """The open file and the headers of its response. ``inline`` shows PDF, PNG and JPEG in the browser; everything
    else is always saved. Who may read it is the caller's question: an unguessable id is no permission.

    Raises ``FileNotFoundError``.
    """
    opened = stored.file.storage.open(stored.file.name)
    as_attachment = not (inline and stored.media_type in INLINE)
    return opened, {
        "Content-Type": stored.media_type,
        "Content-Length": str(stored.size),
        "Content-Disposition": content_disposition_header(as_attachment, stored.name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
