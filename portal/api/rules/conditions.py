"""The shape of criteria, amounts and the steps of a procedure."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from applications.rules import rule_book
from eligibility.rulebook.model import AmountComponent, ProcedureStep
from eligibility.words import Effect
from portal.api.fields import AssumptionsField, ExpressionField, TextField
from portal.api.rules.terms import STATUSES

EFFECTS = [effect.value for effect in Effect]


class CriterionSerializer(serializers.Serializer):
    """One condition. ``when`` limits it to some applicants; ``effect``: what failing it means."""

    name = serializers.CharField()
    text = TextField()
    article = serializers.CharField(allow_blank=True)
    source = serializers.CharField(allow_blank=True)
    effect = serializers.ChoiceField(EFFECTS)
    when = ExpressionField(allow_null=True)
    holds = ExpressionField()
    status = serializers.ChoiceField(STATUSES)
    assumptions = AssumptionsField(source="assumption")
    group = serializers.CharField(allow_blank=True)
    step = serializers.CharField(allow_blank=True)
    hint = TextField(allow_null=True)
    firm_can_change = serializers.ListField(child=serializers.CharField())


class ItemCriteriaSerializer(serializers.Serializer):
    """Conditions on each record of a list; a record that fails one does not count."""

    list = serializers.CharField(source="record")
    text = TextField()
    criteria = CriterionSerializer(many=True)


class ComponentSerializer(serializers.Serializer):
    """One line of the amount, rounded down to a multiple of ``rounded_down_to`` yen."""

    name = serializers.CharField()
    text = TextField(source="title")
    when = ExpressionField(allow_null=True)
    years = ExpressionField(allow_null=True)
    yen = ExpressionField()
    rounded_down_to = serializers.SerializerMethodField()
    article = serializers.CharField(allow_blank=True)
    source = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(STATUSES)
    assumptions = AssumptionsField(source="assumption")

    @extend_schema_field(serializers.IntegerField())
    def get_rounded_down_to(self, component: AmountComponent) -> int:
        """Unit of the rounding, whole yen."""
        return component.rounding.unit


class AmountTermsSerializer(serializers.Serializer):
    """What is paid, saved or owed."""

    what = serializers.CharField()
    components = ComponentSerializer(many=True)
    note = TextField(allow_null=True)


class PaperSerializer(serializers.Serializer):
    """A kind of paper that a step asks for."""

    document = serializers.CharField()
    text = TextField()
    required = serializers.BooleanField()


class StepSerializer(serializers.Serializer):
    """One step of the procedure with its facts, papers and deadline."""

    step = serializers.CharField(source="name")
    text = TextField(source="title")
    help = TextField(allow_null=True)
    by = serializers.CharField()
    optional = serializers.BooleanField()
    repeats = serializers.CharField(allow_blank=True)
    uses_criteria = serializers.BooleanField()
    facts = serializers.ListField(child=serializers.CharField())
    documents = serializers.SerializerMethodField()
    decides = serializers.CharField(allow_blank=True)
    refuses = serializers.CharField(allow_blank=True)
    deadline = ExpressionField(allow_null=True)
    deadline_text = TextField(allow_null=True)

    @extend_schema_field(PaperSerializer(many=True))
    def get_documents(self, step: ProcedureStep) -> list[dict[str, Any]]:
        """Papers in the order of the rule file."""
        papers = rule_book().vocabulary.documents
        return [
            {"document": kind, "text": papers[kind].title.as_dict(), "required": required}
            for kind, required in step.documents
        ]


class WindowSerializer(serializers.Serializer):
    """Days between which an application may arrive; ``null``: not published."""

    opens = serializers.DateField(allow_null=True)
    closes = serializers.DateField(allow_null=True)
    source = serializers.CharField()


class CountingSerializer(serializers.Serializer):
    """What an approval counts for in an indicator, and at which steps."""

    indicator = serializers.CharField()
    when = ExpressionField()
    planned_at = serializers.CharField()
    actual_at = serializers.CharField()
    status = serializers.ChoiceField(STATUSES)
    assumptions = AssumptionsField(source="assumption")
