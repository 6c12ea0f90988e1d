"""The shape of proposals: what would make an applicant eligible, or bring more. Made by ``eligibility.prove.offers``."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from eligibility.words import AmountKind, Verdict
from portal.api.fields import NumberField, TextSerializer

_ONE: list[dict[str, Any]] = [
    {"type": "integer"},
    {"type": "string"},
    {"type": "boolean"},
    {"type": "array", "items": {"type": "string"}},
]
ANSWER_SCHEMA: dict[str, Any] = {
    "description": "An answer as facts are written in requests; a record to add as an object; null where there was none.",
    "anyOf": [*_ONE, {"type": "object", "additionalProperties": {"anyOf": _ONE}}, {"type": "null"}],
}


@extend_schema_field(ANSWER_SCHEMA)
class AnswerField(NumberField):
    """A canonical answer."""


class ChangeSerializer(serializers.Serializer):
    """One fact to change: ``assets[0].cost`` is a field of a record, ``hires[+]`` a record to add. ``latest``: for dates,
    the last day that would do."""

    fact = serializers.CharField()
    text = TextSerializer()
    before = AnswerField()
    after = AnswerField()
    shown_before = TextSerializer()
    shown_after = TextSerializer()
    latest = serializers.DateField(allow_null=True)


class ProposedAmountSerializer(serializers.Serializer):
    """The amount that would follow, in whole yen (``null``: open)."""

    kind = serializers.ChoiceField([kind.value for kind in AmountKind])
    what = serializers.CharField(required=False)
    min = NumberField(required=False)
    max = NumberField(required=False, allow_null=True)


class GainSerializer(serializers.Serializer):
    """By how many yen both ends of the amount rise (``null``: open)."""

    min = NumberField()
    max = NumberField(allow_null=True)


class ProposalSerializer(serializers.Serializer):
    """A smallest set of changes and what follows from it. ``until``: the last day on which it would still work."""

    changes = ChangeSerializer(many=True)
    verdict = serializers.ChoiceField([verdict.value for verdict in Verdict])
    amount = ProposedAmountSerializer()
    gained = GainSerializer()
    until = serializers.DateField(allow_null=True)
    missing = serializers.ListField(child=serializers.CharField())


class ChangesSerializer(serializers.Serializer):
    """Proposals, the smallest first. ``complete``: false when the time for searching ran out."""

    complete = serializers.BooleanField()
    to_eligible = ProposalSerializer(many=True)
    to_more = ProposalSerializer(many=True)
