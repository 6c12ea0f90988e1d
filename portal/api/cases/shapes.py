"""The shape of cases and what belongs to them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from applications.models import Case, CorrectionRequest, Decision, Event, Filing, Letter
from applications.rules import rule_book
from applications.states import CaseState, DecisionState, FilingState
from portal.api.fields import TextField, TextSerializer

CASE_STATES = [state.value for state in CaseState]
FILING_STATES = [state.value for state in FilingState]
CHANNELS = [channel.value for channel in Case.Channel]
PATH_STATES = ["done", "current", "next", "later", "refused", "skipped"]


class ApplicantSerializer(serializers.Serializer):
    """The applicant of a case."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    corporate_number = serializers.CharField(allow_blank=True)


class FilingSummarySerializer(serializers.Serializer):
    """A filing as lists show it."""

    id = serializers.IntegerField(source="pk")
    step = serializers.CharField()
    number = serializers.IntegerField()
    fiscal_year = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(FILING_STATES)
    revision = serializers.IntegerField()
    arrived_at = serializers.DateTimeField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    saved_at = serializers.DateTimeField()


class CaseSummarySerializer(serializers.Serializer):
    """A case as lists show it."""

    reference = serializers.CharField()
    scheme = serializers.CharField()
    scheme_title = serializers.SerializerMethodField()
    version = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(CASE_STATES)
    channel = serializers.ChoiceField(CHANNELS)
    organisation = ApplicantSerializer()
    created_at = serializers.DateTimeField()
    filings = serializers.SerializerMethodField()

    @extend_schema_field(TextField)
    def get_scheme_title(self, case: Case) -> dict[str, str]:
        """Name of the scheme."""
        return rule_book().scheme(case.scheme).title.as_dict()

    @extend_schema_field(FilingSummarySerializer(many=True))
    def get_filings(self, case: Case) -> list[Any]:
        """Filings in order; what has not been handed in only for those who act for the applicant."""
        own = self.context["acts_for"](case)
        filings = [filing for filing in case.filings.all() if own or filing.arrived_at is not None]
        return FilingSummarySerializer(filings, many=True).data


class CorrectionItemSerializer(serializers.Serializer):
    """One thing to be mended; ``about``: a fact or a kind of paper, or empty."""

    about = serializers.CharField(allow_blank=True)
    text = serializers.CharField()


class CorrectionSerializer(serializers.Serializer):
    """A correction request that waits for the applicant."""

    filing = serializers.IntegerField(source="filing_id")
    items = CorrectionItemSerializer(many=True)
    due_on = serializers.DateField()
    at = serializers.DateTimeField()


class PathStepSerializer(serializers.Serializer):
    """A step of the procedure and where the case stands with it."""

    step = serializers.CharField()
    text = TextSerializer()
    state = serializers.ChoiceField(PATH_STATES)
    optional = serializers.BooleanField()
    repeats = serializers.CharField(allow_blank=True)
    filings = serializers.ListField(child=serializers.IntegerField())


class ReasonSerializer(serializers.Serializer):
    """Why a decision goes against the applicant: criterion, article, facts."""

    criterion = serializers.CharField(allow_blank=True)
    article = serializers.CharField(allow_blank=True)
    text = TextSerializer()
    words = serializers.CharField(allow_blank=True)


class DecisionSerializer(serializers.Serializer):
    """A decision that has been issued."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField()
    text = serializers.SerializerMethodField()
    adverse = serializers.SerializerMethodField()
    filing = serializers.IntegerField(source="filing_id", allow_null=True)
    amount = serializers.IntegerField(allow_null=True)
    decided_on = serializers.SerializerMethodField()
    version = serializers.CharField(allow_blank=True)
    version_hash = serializers.CharField(allow_blank=True)
    reasons = ReasonSerializer(many=True)
    conditions = serializers.ListField(child=serializers.CharField())
    revokes = serializers.IntegerField(source="revokes_id", allow_null=True)

    @extend_schema_field(TextField)
    def get_text(self, decision: Decision) -> dict[str, str]:
        """Name of the decision."""
        return rule_book().vocabulary.decisions[decision.kind].title.as_dict()

    @extend_schema_field(serializers.BooleanField())
    def get_adverse(self, decision: Decision) -> bool:
        """It goes against the applicant."""
        return rule_book().vocabulary.decisions[decision.kind].adverse

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_decided_on(self, decision: Decision) -> str | None:
        """Day of issue in Sendai."""
        return day_of(decision.issued_at)


class LetterSerializer(serializers.Serializer):
    """A letter. ``pdf`` is ``null`` until it has been rendered; its bytes never change afterwards."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField()
    number = serializers.CharField()
    issued_on = serializers.DateField()
    decision = serializers.IntegerField(source="decision_id", allow_null=True)
    pdf = serializers.SerializerMethodField()
    sha256 = serializers.SerializerMethodField()
    size = serializers.SerializerMethodField()

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_pdf(self, letter: Letter) -> str | None:
        """Address of the PDF."""
        return reverse("api:letter-pdf", args=[letter.pk]) if letter.file is not None else None

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_sha256(self, letter: Letter) -> str | None:
        """Hash of the PDF."""
        return letter.file.sha256 if letter.file is not None else None

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_size(self, letter: Letter) -> int | None:
        """Bytes of the PDF."""
        return letter.file.size if letter.file is not None else None


class EventSerializer(serializers.Serializer):
    """Something that happened to the case. Persons are not named."""

    code = serializers.CharField()
    at = serializers.DateTimeField()
    data = serializers.DictField()

    def to_representation(self, instance: Event) -> dict[str, Any]:
        """Plain data."""
        return {"code": instance.code, "at": stamp(instance.at), "data": instance.data}


class CaseSerializer(CaseSummarySerializer):
    """A case with its path, decisions, letters and history."""

    version_hash = serializers.CharField(allow_blank=True)
    path = PathStepSerializer(many=True)
    next_steps = serializers.ListField(child=serializers.CharField())
    answers = serializers.DictField(allow_null=True, help_text="Answers of the draft or correction under way.")
    correction = CorrectionSerializer(allow_null=True)
    decisions = DecisionSerializer(many=True)
    letters = LetterSerializer(many=True)
    events = EventSerializer(many=True)


def issued(decisions: Any) -> list[Decision]:
    """Decisions that have taken effect; what is drafted or approved is not told before the letter goes out."""
    return [decision for decision in decisions if decision.state == DecisionState.ISSUED]


def open_request(filings: list[Filing]) -> CorrectionRequest | None:
    """The correction request that has not been answered."""
    return next((c for f in filings for c in f.corrections.all() if c.answered_at is None), None)


def stamp(at: Any) -> str:
    """A moment as all others in the API: Japanese time with its offset."""
    text: str = serializers.DateTimeField().to_representation(at)
    return text


def day_of(at: Any) -> str | None:
    """The Japanese day of a moment."""
    return localdate(at).isoformat() if at is not None else None
