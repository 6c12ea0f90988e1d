"""The rule book as data: programmes, schemes, versions, facts. Public and cacheable."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from applications.rules import rule_book
from eligibility.rulebook.model import Scheme, SchemeVersion
from portal.api.fields import TextField
from portal.api.published import PublishedView
from portal.api.rules.facts import FactSerializer, facts_json
from portal.api.rules.serializers import SchemeDetailSerializer, SchemeSerializer, VersionSerializer


class ProgrammeSerializer(serializers.Serializer):
    """A family of schemes."""

    name = serializers.CharField()
    title = TextField()
    help = TextField(allow_null=True)
    schemes = serializers.ListField(child=serializers.CharField())


class ProgrammeListView(PublishedView):
    """Programmes."""

    tag = "rules"

    @extend_schema(
        operation_id="listProgrammes",
        summary="Programmes / 制度群の一覧",
        description="The four families of schemes. / 四つの制度群。",
        responses=ProgrammeSerializer(many=True),
    )
    def get(self, request: Request) -> HttpResponse:
        """All programmes with the ids of their schemes."""
        return self.respond(request, (), _programmes)


def _programmes() -> Any:
    book = rule_book()
    return [
        {
            "name": name,
            "title": programme.title.as_dict(),
            "help": programme.help.as_dict() if programme.help.ja else None,
            "schemes": [scheme.id for scheme in book.schemes.values() if scheme.programme == name],
        }
        for name, programme in book.vocabulary.programmes.items()
    ]


class SchemeListView(PublishedView):
    """Schemes."""

    tag = "rules"

    @extend_schema(
        operation_id="listSchemes",
        summary="Schemes / 制度の一覧",
        description="All schemes with the periods, standing and content hashes of their versions. / "
        "全制度と、その版の期間・根拠の状態・内容のハッシュ値。",
        responses=SchemeSerializer(many=True),
    )
    def get(self, request: Request) -> HttpResponse:
        """All schemes in the order of the rule book."""
        return self.respond(request, (), lambda: SchemeSerializer(rule_book().schemes.values(), many=True).data)


class SchemeView(PublishedView):
    """One scheme."""

    tag = "rules"

    @extend_schema(
        operation_id="readScheme",
        summary="One scheme / 制度",
        description="A scheme, what selects its version, and the days for which no rules are on record. / "
        "制度、適用される版を決める日、規定を登録していない期間。",
        responses=SchemeDetailSerializer,
    )
    def get(self, request: Request, programme: str, scheme: str) -> HttpResponse:
        """The scheme of that id."""
        return self.respond(
            request, (programme, scheme), lambda: SchemeDetailSerializer(find_scheme(programme, scheme)).data
        )


class VersionView(PublishedView):
    """One version of a scheme."""

    tag = "rules"

    @extend_schema(
        operation_id="readSchemeVersion",
        summary="One version: the rules as data / 版（規定の内容）",
        description="Parameters with sources and standing, criteria with their expressions and plain readings, tables, "
        "amounts, procedure, assumptions with the questions to the city. / 数値と出典・状態、要件とその式・読み下し、表、算定、"
        "手続、仮定と市への質問。",
        responses=VersionSerializer,
    )
    def get(self, request: Request, programme: str, scheme: str, version: str) -> HttpResponse:
        """The version of that name."""
        return self.respond(
            request,
            (programme, scheme, version),
            lambda: VersionSerializer(find_version(find_scheme(programme, scheme), version)).data,
        )


class FactListView(PublishedView):
    """The vocabulary."""

    tag = "rules"

    @extend_schema(
        operation_id="listFacts",
        summary="Facts / 申告事項の一覧",
        description="Every fact with type, unit, bounds, choices, question and the condition under which it is asked. / "
        "全申告事項の型・単位・範囲・選択肢・質問と、質問する条件。",
        responses=FactSerializer(many=True),
    )
    def get(self, request: Request) -> HttpResponse:
        """All facts in the order of the vocabulary."""
        return self.respond(request, (), lambda: list(facts_json().values()))


class FactView(PublishedView):
    """One fact."""

    tag = "rules"

    @extend_schema(
        operation_id="readFact",
        summary="One fact / 申告事項",
        description="One entry of the vocabulary. / 申告事項の定義。",
        responses=FactSerializer,
    )
    def get(self, request: Request, name: str) -> HttpResponse:
        """The fact of that name."""
        return self.respond(request, (name,), lambda: _fact(name))


def _fact(name: str) -> Any:
    if name not in facts_json():
        raise Http404
    return facts_json()[name]


def find_scheme(programme: str, scheme: str) -> Scheme:
    """The scheme of that address. Raises ``Http404``."""
    found = rule_book().schemes.get(f"{programme}/{scheme}")
    if found is None:
        raise Http404
    return found


def find_version(scheme: Scheme, name: str) -> SchemeVersion:
    """The version of that name. Raises ``Http404``."""
    try:
        return scheme.version(name)
    except KeyError:
        raise Http404 from None
