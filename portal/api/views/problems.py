"""Explanations of problem types, and the answer to addresses that do not exist."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from portal.api.base import PublicView
from portal.api.fields import TextField
from portal.api.problem_kinds import KINDS, Kind
from portal.api.published import PublishedView


class KindSerializer(serializers.Serializer):
    """A type of problem."""

    type = serializers.CharField()
    name = serializers.CharField()
    status = serializers.IntegerField()
    title = TextField()
    description = TextField()


class ProblemKindListView(PublishedView):
    """Problem types."""

    tag = "service"

    @extend_schema(
        operation_id="listProblemTypes",
        summary="Problem types / 問題の種類の一覧",
        description="All values that “type” of a problem can have. / 問題の type の一覧。",
        responses=KindSerializer(many=True),
    )
    def get(self, request: Request) -> HttpResponse:
        """All types."""
        return self.respond(request, (), lambda: KindSerializer(KINDS.values(), many=True).data)


class ProblemKindView(PublishedView):
    """One problem type."""

    tag = "service"

    @extend_schema(
        operation_id="readProblemType",
        summary="One problem type / 問題の種類",
        description="What a problem type means and what to do. / 問題の意味と対処。",
        responses=KindSerializer,
    )
    def get(self, request: Request, name: str) -> HttpResponse:
        """The type of that name."""
        return self.respond(request, (name,), lambda: KindSerializer(_kind(name)).data)


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


class PermanentlyElsewhere(HttpResponseRedirect):
    """308: the same method and body, at the address given."""

    status_code = 308


@extend_schema(exclude=True)
class NoSuchAddressView(PublicView):
    """Every address under ``/api/v1/`` that nothing else answers. With a slash too many or too few the caller is sent to
    the right one, with method and body kept."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Found out before methods are looked at, so that each method gets the same answer."""
        super().initial(request, *args, **kwargs)
        if _other_spelling(request.path_info) is None:
            raise Http404

    def _redirect(self, request: Request) -> HttpResponse:
        path = request.path.removesuffix(request.path_info) + (_other_spelling(request.path_info) or "/")
        query = request.META.get("QUERY_STRING", "")
        return PermanentlyElsewhere(f"{path}?{query}" if query else path)

    get = post = put = patch = delete = _redirect


def _other_spelling(path: str) -> str | None:
    """The address with or without its last slash, when something answers there."""
    other = path.removesuffix("/") if path.endswith("/") else f"{path}/"
    try:
        found = resolve(other)
    except Resolver404:
        return None
    return None if getattr(found.func, "view_class", None) is NoSuchAddressView else other
