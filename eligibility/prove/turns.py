"""One thread at a time may use the solver.

The solver keeps all its objects in one context that is not made for threads. Python drops references to them whenever and
in whichever thread it collects garbage: also in threads that have no turn, while another one computes. So the context is
told to put such drops aside until the thread that has the turn comes to them.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import z3

_turns = threading.Lock()


def _new_lock() -> None:
    global _turns
    _turns = threading.Lock()


os.register_at_fork(after_in_child=_new_lock)
z3.Z3_enable_concurrent_dec_ref(z3.main_ctx().ref())


class NoTurnError(Exception):
    """Others used the solver for all of the time."""


@contextmanager
def turn(seconds: float) -> Iterator[None]:
    """Wait at most so long for the turn, and keep it. Nothing of the solver may be used outside of it where there are
    several threads. Raises :class:`NoTurnError`."""
    lock = _turns
    if seconds <= 0 or not lock.acquire(timeout=seconds):
        raise NoTurnError
    try:
        yield
    finally:
        lock.release()
