"""The virus scanner: asked properly, believed, and never silently missing."""

from __future__ import annotations

import io
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import Error

from documents.checks import scanner_is_set_up
from documents.file_types import CHUNK
from documents.problems import Fault, UploadProblem
from documents.scanning import scan
from documents.uploads import store_upload
from tests.documents.test_uploads import upload

CLEAN = b"stream: OK\0"
FOUND = b"stream: Eicar-Test-Signature FOUND\0"
BROKEN = b"INSTREAM size limit exceeded. ERROR\0"


class Daemon:
    """Speaks the part of ClamAV's protocol that is used, once, and keeps what it was sent."""

    def __init__(self, listener: socket.socket, answer: bytes) -> None:
        self.received = b""
        self.command = b""
        self._listener, self._answer = listener, answer
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, connection.makefile("rb") as stream:
            self.command = stream.read(10)
            while length := struct.unpack(">I", stream.read(4))[0]:
                self.received += stream.read(length)
            connection.sendall(self._answer)

    def stop(self) -> None:
        """Waits for the conversation to end."""
        self._thread.join(timeout=5)
        self._listener.close()


Start = Callable[[bytes], Daemon]


@pytest.fixture
def daemon(settings: Any) -> Iterator[Start]:
    """Starts a daemon on this machine and sets the portal up for it."""
    started: list[Daemon] = []

    def start(answer: bytes) -> Daemon:
        listener = socket.create_server(("127.0.0.1", 0))
        settings.CLAMD_ADDRESS = f"127.0.0.1:{listener.getsockname()[1]}"
        started.append(Daemon(listener, answer))
        return started[-1]

    yield start
    for each in started:
        each.stop()


def fault_of(content: bytes) -> Fault | None:
    try:
        scan(io.BytesIO(content))
    except UploadProblem as problem:
        return problem.code
    return None


@pytest.mark.parametrize("content", [b"x", b"y" * (CHUNK * 2 + 1)])
def test_a_clean_file_is_sent_whole(daemon: Start, content: bytes) -> None:
    running = daemon(CLEAN)
    assert fault_of(content) is None
    assert running.command == b"zINSTREAM\0"
    assert running.received == content


@pytest.mark.parametrize(
    ("answer", "code"), [(FOUND, Fault.INFECTED), (BROKEN, Fault.NOT_SCANNED), (b"", Fault.NOT_SCANNED)]
)
def test_anything_but_ok_is_refused(daemon: Start, answer: bytes, code: Fault) -> None:
    daemon(answer)
    assert fault_of(b"x") is code


def test_a_socket_file_will_do(settings: Any, tmp_path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "clamd.ctl"))
    listener.listen()
    settings.CLAMD_ADDRESS = str(tmp_path / "clamd.ctl")
    running = Daemon(listener, CLEAN)
    assert fault_of(b"abc") is None
    running.stop()
    assert running.received == b"abc"


def test_no_daemon_no_upload(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings.CLAMD_ADDRESS = f"127.0.0.1:{port}"
    assert fault_of(b"x") is Fault.NOT_SCANNED


@pytest.mark.parametrize(("mode", "code"), [("production", Fault.NOT_SCANNED), ("demo", None), ("test", None)])
def test_without_a_scanner_production_takes_nothing(settings: Any, mode: str, code: Fault | None) -> None:
    settings.MODE, settings.CLAMD_ADDRESS = mode, ""
    assert fault_of(b"x") is code


@pytest.mark.parametrize(
    ("mode", "address", "errors"),
    [("production", "", ["documents.E001"]), ("production", "127.0.0.1:3310", []), ("demo", "", []), ("test", "", [])],
)
def test_the_deploy_check_says_so(settings: Any, mode: str, address: str, errors: list[str]) -> None:
    settings.MODE, settings.CLAMD_ADDRESS = mode, address
    found: list[Error] = scanner_is_set_up(None)
    assert [error.id for error in found] == errors


@pytest.mark.django_db
def test_uploads_are_scanned_before_they_are_stored(storage: Path, daemon: Start) -> None:
    running = daemon(FOUND)
    with pytest.raises(UploadProblem) as caught:
        store_upload(upload())
    assert caught.value.code is Fault.INFECTED
    assert running.received.startswith(b"%PDF")
    assert not storage.exists() or not list(storage.rglob("*.pdf"))
