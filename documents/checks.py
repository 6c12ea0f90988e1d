"""Checks of a set-up, for ``manage.py check --deploy``."""

from __future__ import annotations

from typing import Any

from django.core.checks import Error, Tags, register

from documents.scanning import scanner_address, scanner_is_required


@register(Tags.security, deploy=True)
def scanner_is_set_up(app_configs: Any, **kwargs: Any) -> list[Error]:
    """In production uploads need a virus scanner; without it all of them are refused."""
    if scanner_is_required() and not scanner_address():
        return [
            Error(
                "CLAMD_ADDRESS is not set: every upload will be refused.",
                id="documents.E001",
                hint="Set it to host:port or to the socket of ClamAV's daemon.",
            )
        ]
    return []
