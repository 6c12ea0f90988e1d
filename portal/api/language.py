"""The language of an answer: ``Accept-Language`` alone decides, never a cookie; Japanese unless English is preferred."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from eligibility.rulebook.model import Text


def language_of(request: HttpRequest) -> str:
    """``ja`` or ``en``."""
    supported = dict(settings.LANGUAGES)
    for code, quality in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        base = code.split("-")[0]
        if quality > 0 and base in supported:
            return base
    return str(settings.LANGUAGE_CODE)


def in_language(text: Text) -> str:
    """The words of a bilingual text in the language of the request."""
    from django.utils.translation import get_language

    return text.of(get_language() or settings.LANGUAGE_CODE)
