"""Parts that fail on purpose."""

from __future__ import annotations

from smtplib import SMTPServerDisconnected
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend
from django_tasks.backends.immediate import ImmediateBackend


class MailBackend(BaseEmailBackend):
    """A mail server that is not there."""

    def send_messages(self, email_messages: list[Any]) -> int:
        raise SMTPServerDisconnected("Connection unexpectedly closed")


class WrongMailBackend(BaseEmailBackend):
    """A mail server that trips over something nobody thought of."""

    def send_messages(self, email_messages: list[Any]) -> int:
        raise ValueError("odd header")


class Queue(ImmediateBackend):
    """A task queue that takes letters but no mails."""

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        if task.name == "deliver_mail":
            raise ConnectionRefusedError("queue")
        return super().enqueue(task, args, kwargs)


def renderer(*arguments: Any, **options: Any) -> bytes:
    """A renderer that gives up."""
    raise RuntimeError("no fonts")
