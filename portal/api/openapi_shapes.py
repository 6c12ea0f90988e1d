"""The shape of problems, for the API description."""

from __future__ import annotations

from rest_framework import serializers


class ErrorEntrySerializer(serializers.Serializer):
    """One thing that is wrong. Where: ``pointer`` into the body (RFC 6901), ``path`` of a fact, kind of ``document``,
    ``parameter`` of the address, or ``header``. ``suggestion``: the name that is probably meant."""

    code = serializers.CharField()
    message = serializers.CharField()
    pointer = serializers.CharField(required=False, allow_blank=True)
    path = serializers.CharField(required=False)
    document = serializers.CharField(required=False)
    parameter = serializers.CharField(required=False)
    header = serializers.CharField(required=False)
    suggestion = serializers.CharField(required=False)


class ProblemSerializer(serializers.Serializer):
    """A problem of RFC 9457. ``type`` answers to GET with an explanation in both languages; ``title``, ``detail`` and the
    messages are in the language of the request. 409 may have ``reference``; stale_draft also ``theirs``, ``yours`` and
    ``revision``."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    errors = ErrorEntrySerializer(many=True, required=False)
    reference = serializers.CharField(required=False)
    theirs = serializers.DictField(required=False)
    yours = serializers.DictField(required=False)
    revision = serializers.IntegerField(required=False)
