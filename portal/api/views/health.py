"""Whether this process can serve: database, rule book, engine. No details; those are in the log."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import DatabaseError, connection
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from applications.rules import engine
from eligibility.rulebook.files import RuleFileError
from portal.api.base import PublicView

HEALTH = ["ok", "failing"]


class RuleBookHealthSerializer(serializers.Serializer):
    """The rule book that is loaded. ``hash``: SHA-256 over the content hashes of all versions."""

    loaded = serializers.BooleanField()
    schemes = serializers.IntegerField()
    versions = serializers.IntegerField()
    hash = serializers.CharField(allow_blank=True)


class EngineHealthSerializer(serializers.Serializer):
    """Determinations and faults since the process started."""

    determinations = serializers.IntegerField()
    faults = serializers.IntegerField()


class HealthSerializer(serializers.Serializer):
    """State of this process."""

    status = serializers.ChoiceField(HEALTH)
    database = serializers.BooleanField()
    rule_book = RuleBookHealthSerializer()
    engine = EngineHealthSerializer()


class HealthView(PublicView):
    """For load balancers and monitoring; not rate-limited."""

    tag = "service"
    throttle_classes: list[Any] = []

    @extend_schema(
        operation_id="readHealth",
        summary="Health / 稼働状態",
        description="503 when the database cannot be reached, the rule book cannot be loaded, or the engine has reported "
        "faults since the process started. / データベースに接続できない、規定を読み込めない、又は起動後に判定エンジンが不一致を"
        "検出した場合は503。",
        responses={200: HealthSerializer, 503: OpenApiResponse(HealthSerializer, "Failing / 異常あり")},
    )
    def get(self, request: Request) -> Response:
        """200 or 503."""
        database = _database_answers()
        book, machine = _rule_book(), _engine()
        sound = database and book["loaded"] and not machine["faults"]
        content = {
            "status": "ok" if sound else "failing",
            "database": database,
            "rule_book": book,
            "engine": machine,
        }
        return Response(content, 200 if sound else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone()[0] == 1)
    except DatabaseError:
        return False


def _rule_book() -> dict[str, Any]:
    try:
        book = engine().book
    except (RuleFileError, OSError):
        return {"loaded": False, "schemes": 0, "versions": 0, "hash": ""}
    hashes = [f"{version.id} {version.content_hash}" for version in book.versions()]
    digest = hashlib.sha256("\n".join(hashes).encode()).hexdigest()
    return {"loaded": True, "schemes": len(book.schemes), "versions": len(hashes), "hash": digest}


def _engine() -> dict[str, int]:
    try:
        health = engine().health
    except (RuleFileError, OSError):
        return {"determinations": 0, "faults": 0}
    return {"determinations": health.determinations, "faults": len(health.faults)}
