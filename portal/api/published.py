"""Public documents made of the rule book alone: built once, then answered from memory with an ETag.

The ETag is the SHA-256 of the document, which holds the content hashes of the versions; it changes exactly when a rule (or
the form of the document) does. Texts stand in both languages, so one copy serves every reader.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from applications.rules import engine
from eligibility.evaluation.engine import Engine
from portal.api.base import PublicView

MAX_AGE = 300
"""Seconds for which a cache need not ask again."""


@dataclass(frozen=True, slots=True)
class Document:
    """A finished document."""

    content: bytes
    etag: str


_made: WeakKeyDictionary[Engine, dict[tuple[str, ...], Document]] = WeakKeyDictionary()


def document(key: tuple[str, ...], build: Callable[[], bytes]) -> Document:
    """The document of that key, built on first use. Kept as long as the rule book that it was built from."""
    made = _made.setdefault(engine(), {})
    if key not in made:
        content = build()
        made[key] = Document(content, f'"{hashlib.sha256(content).hexdigest()}"')
    return made[key]


class PublishedView(PublicView):
    """Answers a document, or 304 when the caller has it already."""

    conditional = True

    def respond(self, request: Request, key: tuple[str, ...], build: Callable[[], Any]) -> HttpResponse:
        """Data as a JSON document. ``build`` may raise ``Http404``."""
        return self.respond_with(request, key, lambda: JSONRenderer().render(build()), "application/json")

    def respond_with(
        self, request: Request, key: tuple[str, ...], build: Callable[[], bytes], media_type: str
    ) -> HttpResponse:
        """Any document."""
        made = document((type(self).__name__, *key), build)
        headers = {
            "ETag": made.etag,
            "Cache-Control": f"public, max-age={MAX_AGE}",
            "Content-Language": "ja, en",
        }
        return unless_known(request, headers, lambda: HttpResponse(made.content, content_type=media_type))


def unless_known(request: Request, headers: dict[str, str], make: Callable[[], HttpResponse]) -> HttpResponse:
    """What ``make`` gives, or 304 without a body when the caller has a copy with the ETag in ``headers``. Nothing is made
    in vain: a response that is thrown away would have to be closed, and closing one ends the request."""
    copies = parse_etags(request.headers.get("If-None-Match", ""))
    known = any(copy == "*" or copy.removeprefix("W/") == headers["ETag"] for copy in copies)
    response = HttpResponseNotModified() if known else make()
    for name, value in headers.items():
        response.headers[name] = value
    return response
