"""Everything that is not a success is answered as a problem of RFC 9457, in the language of the request."""

from __future__ import annotations

import difflib
import logging
import math
import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from applications.errors import Conflict, DomainError, Incomplete, NotAllowed, StaleDraft
from applications.rules import rule_book
from documents.problems import Fault, UploadProblem
from eligibility.evaluation.facts import FactsError
from eligibility.evaluation.facts import Problem as FactProblem
from portal.api.language import in_language
from portal.api.problem_kinds import KINDS, Kind

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
LETTER_RETRY_SECONDS = 30

Entry = dict[str, Any]
"""One entry of ``errors``: ``code``, ``message`` and where (``pointer`` into the body, ``path`` of a fact, ``document``,
``parameter`` of the address, or ``header``)."""


class Problem(exceptions.APIException):
    """A problem of a known kind, raised by the API itself."""

    def __init__(
        self,
        kind: str,
        detail: str = "",
        *,
        errors: Iterable[Entry] = (),
        headers: dict[str, str] | None = None,
        **members: Any,
    ) -> None:
        self.kind = KINDS[kind]
        self.status_code = self.kind.status
        super().__init__(detail or in_language(self.kind.description), code=kind)
        self.words = detail or in_language(self.kind.description)
        self.errors = list(errors)
        self.headers = headers or {}
        self.members = members


def handler(error: Exception, context: dict[str, Any]) -> Response:
    """The answer to an exception (``EXCEPTION_HANDLER`` of the settings)."""
    view, request = context["view"], context["request"]
    problem = _problem(error, view)
    if problem is None:
        log.exception("%s %s failed", request.method, request.path, exc_info=error)
        problem = Problem("internal")
    set_rollback()
    headers = dict(problem.headers)
    if problem.kind.status == 401:
        headers["WWW-Authenticate"] = view.get_authenticate_header(request) or "Bearer"
    return answer(problem, request, headers)


def answer(problem: Problem, request: Request, headers: dict[str, str] | None = None) -> Response:
    """A problem as a response."""
    kind = problem.kind
    body: dict[str, Any] = {
        "type": kind.type,
        "title": in_language(kind.title),
        "status": kind.status,
        "detail": problem.words,
        "instance": request.path,
    }
    body |= problem.members
    if problem.errors:
        body["errors"] = problem.errors
    return Response(body, kind.status, headers=headers, content_type=MEDIA_TYPE)


def _problem(error: Exception, view: Any) -> Problem | None:
    """The problem that an exception stands for; ``None`` for a fault of the system."""
    match error:
        case Problem():
            return error
        case FactsError():
            return Problem("facts", errors=fact_entries(error.problems, getattr(view, "facts_member", "facts")))
        case DomainError():
            return _refusal(error, view)
        case NotAllowed():
            return Problem("not_allowed", str(error.message))
        case UploadProblem():
            return _upload(error)
        case exceptions.ValidationError():
            return Problem("invalid", errors=list(validation_entries(error.get_full_details())))
        case exceptions.APIException() | Http404() | PermissionDenied() | SuspiciousOperation():
            return _request_problem(error)
    return None


# --- refusals of services --------------------------------------------------------------------------------------


def _refusal(error: DomainError, view: Any) -> Problem:
    members: dict[str, Any] = {}
    errors: list[Entry] = []
    if isinstance(error, Conflict) and "reference" in view.kwargs:
        members["reference"] = view.kwargs["reference"]
    if isinstance(error, StaleDraft):
        members |= {"theirs": error.theirs, "yours": error.yours, "revision": error.revision}
    if isinstance(error, Incomplete):
        errors = [
            *fact_entries(error.problems, getattr(view, "facts_member", "answers")),
            *(document_entry(kind) for kind in error.documents),
        ]
    elif error.field:
        errors = [{"pointer": f"/{error.field}", "code": error.code, "message": str(error.message)}]
    return Problem(_kind_of(error).name, str(error.message), errors=errors, **members)


def _kind_of(error: DomainError) -> Kind:
    """The kind named like the refusal's code; a general one for codes that have none."""
    general = KINDS["conflict" if isinstance(error, Conflict) else "rejected"]
    kind = KINDS.get(error.code, general)
    return kind if kind.status == general.status else general


def _upload(error: UploadProblem) -> Problem:
    words = in_language(error.text)
    kind = "too_large" if error.code is Fault.TOO_LARGE else "upload"
    return Problem(kind, words, errors=[{"pointer": "/file", "code": error.code.value, "message": words}])


def document_entry(kind: str) -> Entry:
    """A required paper that is missing."""
    paper = rule_book().vocabulary.documents[kind]
    return {
        "document": kind,
        "code": "document_missing",
        "message": _("「%(name)s」を添付してください。") % {"name": in_language(paper.title)},
    }


# --- facts -----------------------------------------------------------------------------------------------------


def fact_entries(problems: Iterable[FactProblem], member: str) -> list[Entry]:
    """Problems of facts; ``member``: where the facts stand in the body. A misspelt name comes with a suggestion."""
    entries = []
    for problem in problems:
        entry: Entry = {
            "pointer": _pointer(member, *re.findall(r"[^.\[\]]+", problem.path)),
            "path": problem.path,
            "code": problem.code,
            "message": in_language(problem.message),
        }
        if problem.code == "unknown_fact":
            close = _close_name(problem.path)
            if close:
                entry["suggestion"] = close
        entries.append(entry)
    return entries


def _close_name(path: str) -> str:
    facts = rule_book().vocabulary.facts
    record, _dot, field = path.rpartition(".")
    known = facts[record[: record.index("[")]].fields if "[" in record else facts
    return next(iter(difflib.get_close_matches(field if record else path, list(known), n=1)), "")


def _pointer(*parts: str) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts if part != "")


# --- bodies and addresses --------------------------------------------------------------------------------------


def validation_entries(details: Any, *parts: str) -> Iterable[Entry]:
    """``errors`` from the nested details of a serializer."""
    if isinstance(details, list):
        for position, inner in enumerate(details):
            is_leaf = isinstance(inner, dict) and set(inner) == {"message", "code"}
            yield from validation_entries(inner, *(parts if is_leaf else (*parts, str(position))))
    elif set(details) == {"message", "code"}:
        yield {"pointer": _pointer(*parts), "code": str(details["code"]), "message": str(details["message"])}
    else:
        for name, inner in details.items():
            yield from validation_entries(inner, *(parts if name == "non_field_errors" else (*parts, str(name))))


def _request_problem(error: Exception) -> Problem:
    match error:
        case exceptions.NotAuthenticated():
            return Problem("unauthenticated")
        case exceptions.AuthenticationFailed():
            return Problem("unauthenticated", str(error.detail))
        case exceptions.PermissionDenied() | PermissionDenied():
            return Problem("not_allowed")
        case exceptions.NotFound() | Http404():
            return Problem("not_found")
        case exceptions.MethodNotAllowed():
            return Problem("method_not_allowed")
        case exceptions.NotAcceptable():
            return Problem("not_acceptable")
        case exceptions.UnsupportedMediaType():
            return Problem("unsupported_media_type")
        case exceptions.Throttled():
            seconds = max(1, math.ceil(error.wait or 1))
            words = _("上限を超えました。%(seconds)d秒後に送り直してください。") % {"seconds": seconds}
            return Problem("too_many_requests", words, headers={"Retry-After": str(seconds)})
        case RequestDataTooBig():
            return Problem("too_large")
        case exceptions.APIException(status_code=413):
            return Problem("too_large", str(error.detail))
        case exceptions.ParseError():
            return Problem("malformed", str(error.detail), errors=[_whole_body(error)])
        case SuspiciousOperation():
            return Problem("malformed")
    return Problem("internal") if not isinstance(error, exceptions.APIException) else Problem("rejected")


def _whole_body(error: exceptions.ParseError) -> Entry:
    return {"pointer": "", "code": str(error.get_codes()), "message": str(error.detail)}
