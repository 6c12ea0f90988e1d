"""The shape of a filing: its form, answers, problems, papers and determination."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from applications.models import FilingDocument
from portal.api.cases.shapes import CorrectionSerializer, FilingSummarySerializer
from portal.api.fields import TextSerializer
from portal.api.openapi_shapes import ErrorEntrySerializer
from portal.api.rules.determination_shape import DeterminationSerializer
from portal.api.rules.facts import FactSerializer

PAPER_STATES = ["handed_in", "missing", "optional"]


class FormFactSerializer(serializers.Serializer):
    """A question of the form. ``asked``: it arises by the answers so far (``null``: not known yet)."""

    fact = FactSerializer()
    asked = serializers.BooleanField(allow_null=True)
    answered = serializers.BooleanField()


class FiledDocumentSerializer(serializers.Serializer):
    """A file that has been attached."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField()
    name = serializers.CharField(source="file.name")
    media_type = serializers.CharField(source="file.media_type")
    size = serializers.IntegerField(source="file.size")
    sha256 = serializers.CharField(source="file.sha256")
    added_at = serializers.DateTimeField()
    url = serializers.SerializerMethodField()

    @extend_schema_field(serializers.CharField())
    def get_url(self, document: FilingDocument) -> str:
        """Address of the bytes."""
        return reverse("api:file", args=[document.file_id])


class RequiredPaperSerializer(serializers.Serializer):
    """A kind of paper that the step asks for, and the files attached for it."""

    document = serializers.CharField()
    text = TextSerializer()
    help = TextSerializer(allow_null=True)
    required = serializers.BooleanField()
    state = serializers.ChoiceField(PAPER_STATES)
    files = FiledDocumentSerializer(many=True)


class FilingStepSerializer(serializers.Serializer):
    """The step that the filing belongs to."""

    step = serializers.CharField()
    text = TextSerializer()
    help = TextSerializer(allow_null=True)
    deadline_text = TextSerializer(allow_null=True)


class FilingSerializer(FilingSummarySerializer):
    """A filing. While ``editable``, ``problems`` lists everything that keeps it from being submitted, and
    ``determination`` is a preview; afterwards it is the one that was stored when the filing arrived."""

    case = serializers.CharField()
    version = serializers.CharField(allow_null=True)
    step_text = FilingStepSerializer(allow_null=True)
    editable = serializers.BooleanField()
    open = serializers.BooleanField(help_text="The call is open today.")
    terms = serializers.CharField(help_text="Version of the terms that submitting agrees to.")
    form = FormFactSerializer(many=True)
    answers = serializers.DictField()
    problems = ErrorEntrySerializer(many=True)
    papers = RequiredPaperSerializer(many=True)
    other_documents = FiledDocumentSerializer(many=True)
    determination = DeterminationSerializer(allow_null=True)
    correction = CorrectionSerializer(allow_null=True)


class SavedSerializer(serializers.Serializer):
    """What was saved: all answers of the draft, its new revision, and what is still wrong or missing."""

    answers = serializers.DictField()
    revision = serializers.IntegerField()
    saved_at = serializers.DateTimeField()
    problems = ErrorEntrySerializer(many=True)


class ReceivedDocumentSerializer(serializers.Serializer):
    """A file exactly as it was handed in."""

    kind = serializers.CharField()
    file = serializers.UUIDField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class ReceiptSerializer(serializers.Serializer):
    """Receipt of a submission: every file with its hash, as stored and read again."""

    reference = serializers.CharField()
    filing = serializers.IntegerField()
    step = serializers.CharField()
    state = serializers.CharField()
    arrived_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField()
    submission = serializers.IntegerField(help_text="1 for the first submission, 2 after a correction …")
    version = serializers.CharField(allow_blank=True)
    terms = serializers.CharField()
    documents = ReceivedDocumentSerializer(many=True)


def nothing_if_empty(text: Any) -> dict[str, str] | None:
    """A bilingual text, or ``None`` where there are no words."""
    return text.as_dict() if text is not None and (text.ja or text.en) else None
