"""What all endpoints share: language, time of arrival, rate limits, headers, strict bodies, pages of lists."""

from __future__ import annotations

import difflib
from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from portal.api.language import language_of
from portal.api.problems import Entry, Problem

PAGE_SIZE = 50
MOST_PER_PAGE = 100


class ApiView(APIView):
    """Base of all endpoints; needs a token unless a subclass says otherwise. ``at``: when the request arrived."""

    at: datetime
    tag = ""
    conditional = False
    """Answers 304 to a caller that has the copy already."""
    more_problems: ClassVar[dict[str, tuple[str, ...]]] = {}
    """Statuses by method that the API description could not guess."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Fixes time and language first, so that every answer, refusals included, agrees on them."""
        self.at = timezone.now()
        language = language_of(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        response = super().dispatch(request, *args, **kwargs)
        if hasattr(response, "render"):
            response.render()  # while the language is certainly that of the request
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Callers whose token is refused use up their rate limit as well."""
        try:
            super().initial(request, *args, **kwargs)
        except (exceptions.NotAuthenticated, exceptions.AuthenticationFailed):
            self.check_throttles(request)
            raise

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Nothing is kept by caches unless an endpoint allows it."""
        response.headers.setdefault("Cache-Control", "private, no-store")
        return super().finalize_response(request, response, *args, **kwargs)


class PublicView(ApiView):
    """Needs no token and looks at none."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]


class StrictSerializer(serializers.Serializer):
    """A body in which a misspelt member is a mistake, not silently ignored."""

    strict = True

    def to_internal_value(self, data: Any) -> Any:
        """Refuses members that nobody asked for, together with everything else that is wrong."""
        if not isinstance(data, dict):
            return super().to_internal_value(data)
        unknown = {
            name: [exceptions.ErrorDetail(unknown_words(name, list(self.fields)), code="unknown_member")]
            for name in data
            if name not in self.fields
        }
        try:
            values = super().to_internal_value(data)
        except exceptions.ValidationError as error:
            if isinstance(error.detail, dict):
                raise exceptions.ValidationError({**error.detail, **unknown}) from None
            raise
        if unknown:
            raise exceptions.ValidationError(unknown)
        return values


def unknown_words(name: str, known: list[str]) -> str:
    """That there is no member or parameter of this name, and which one is meant."""
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return _("「%(name)s」という項目はありません。「%(close)s」ではありませんか。") % {
            "name": name[:80],
            "close": close[0],
        }
    return _("「%(name)s」という項目はありません。") % {"name": name[:80]}


def body_of(request: Request, serializer_class: type[StrictSerializer]) -> dict[str, Any]:
    """The checked body. Raises ``ValidationError`` with all mistakes."""
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    values: dict[str, Any] = serializer.validated_data
    return values


def parameters_of(request: Request, serializer_class: type[StrictSerializer]) -> dict[str, Any]:
    """The checked parameters of the address; a misspelt filter must not list everything."""
    serializer = serializer_class(data=request.query_params.dict())
    if serializer.is_valid():
        values: dict[str, Any] = serializer.validated_data
        return values
    errors: list[Entry] = [
        {"parameter": name, "code": detail.code, "message": str(detail)}
        for name, details in serializer.errors.items()
        for detail in details
    ]
    raise Problem("invalid", errors=errors)


class PageParameters(StrictSerializer):
    """Which page of a list."""

    page = serializers.IntegerField(required=False, min_value=1, max_value=1_000_000, help_text="Page, from 1.")
    page_size = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST_PER_PAGE, help_text="Entries on a page."
    )


class Pages(PageNumberPagination):
    """``{"count", "next", "previous", "results"}``; two queries whatever the number of rows."""

    page_size = PAGE_SIZE
    page_size_query_param = "page_size"
    max_page_size = MOST_PER_PAGE
