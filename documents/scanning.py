"""Virus scan of files that come in, by ClamAV's daemon. It fails closed: in production nothing is accepted unscanned.

``CLAMD_ADDRESS``: ``host:port`` or the path of a socket. Without it only demo and test accept files.
"""

from __future__ import annotations

import logging
import socket
import struct
from typing import Final

from django.conf import settings

from documents import problems
from documents.file_types import Stream, chunks

log = logging.getLogger(__name__)

TIMEOUT: Final = 30.0
"""Seconds to wait for the daemon at each step."""
LONGEST_ANSWER: Final = 4096


def scanner_address() -> str:
    """Where the daemon listens; empty when none is set up."""
    return getattr(settings, "CLAMD_ADDRESS", "")


def scanner_is_required() -> bool:
    """True in production."""
    return getattr(settings, "MODE", "production") == "production"


def scan(stream: Stream) -> None:
    """Lets the daemon look at the whole stream. Raises :class:`~documents.problems.UploadProblem` unless clean."""
    address = scanner_address()
    if not address:
        if scanner_is_required():
            log.error("no virus scanner is set up: an upload was refused")
            raise problems.not_scanned()
        return
    try:
        answer = _ask(address, stream)
    except OSError as error:
        log.error("virus scanner at %s: %s", address, error)
        raise problems.not_scanned() from error
    if answer.endswith("FOUND"):
        log.warning("virus scanner: %s", answer)
        raise problems.infected()
    if not answer.endswith("OK"):
        log.error("virus scanner at %s answered '%s'", address, answer)
        raise problems.not_scanned()


def _connect(address: str) -> socket.socket:
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(TIMEOUT)
        connection.connect(address)
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=TIMEOUT)


def _ask(address: str, stream: Stream) -> str:
    """The daemon's answer to INSTREAM: chunks, each with its length before it, closed by an empty one."""
    with _connect(address) as connection:
        connection.sendall(b"zINSTREAM\0")
        for chunk in chunks(stream):
            connection.sendall(struct.pack(">I", len(chunk)) + chunk)
        connection.sendall(struct.pack(">I", 0))
        answer = b""
        while b"\0" not in answer and len(answer) < LONGEST_ANSWER and (part := connection.recv(1024)):
            answer += part
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()
