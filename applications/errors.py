"""What services refuse, with words for the person who asked. Messages say what to do next."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied

from eligibility.evaluation.facts import Problem


class DomainError(Exception):
    """Something that the rules of the procedure do not allow. ``code`` is stable, ``message`` translated."""

    def __init__(self, code: str, message: Any, *, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class Conflict(DomainError):
    """Somebody else was faster: the thing is no longer in the state that the caller saw."""


class StaleDraft(Conflict):
    """A draft was saved elsewhere since the caller loaded it. ``theirs`` is what is stored, ``yours`` what was sent."""

    def __init__(self, message: Any, *, theirs: dict[str, Any], yours: dict[str, Any], revision: int) -> None:
        super().__init__("stale_draft", message)
        self.theirs = theirs
        self.yours = yours
        self.revision = revision


class Incomplete(DomainError):
    """A filing cannot be submitted yet. ``problems`` by fact path, ``documents`` that are missing (kinds)."""

    def __init__(self, message: Any, *, problems: list[Problem], documents: list[str]) -> None:
        super().__init__("incomplete", message)
        self.problems = problems
        self.documents = documents


class NotAllowed(PermissionDenied):
    """The person may not do this; says why."""

    def __init__(self, message: Any) -> None:
        super().__init__(str(message))
        self.message = message
