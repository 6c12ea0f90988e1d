"""The shape of schemes and their versions: the rules as data. Nothing is decided here."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers

from applications.rules import rule_book
from eligibility.evaluation.cases import worked_cases
from eligibility.rulebook.book import facts_of
from eligibility.rulebook.model import Scheme, SchemeVersion
from portal.api.fields import AssumptionsField, ExpressionField, TextField
from portal.api.rules.conditions import (
    AmountTermsSerializer,
    CountingSerializer,
    CriterionSerializer,
    ItemCriteriaSerializer,
    StepSerializer,
    WindowSerializer,
)
from portal.api.rules.terms import STATUSES, DefinitionSerializer, ParameterSerializer, TableSerializer


class SourceSerializer(serializers.Serializer):
    """A page or statute that a rule rests on."""

    key = serializers.CharField()
    grade = serializers.CharField()
    text = TextField(source="what")
    address = serializers.CharField(allow_blank=True)
    dated = serializers.CharField(allow_blank=True)


class AssumptionSerializer(serializers.Serializer):
    """A gap in the sources: what is assumed, and the question that the city must answer."""

    assumption = serializers.CharField(source="key")
    text = TextField(source="proposal")
    question = TextField()


class VersionSummarySerializer(serializers.Serializer):
    """A version, its period and the hash of its content."""

    version = serializers.CharField(source="name")
    covers = serializers.ListField(child=serializers.CharField())
    first_day = serializers.DateField()
    last_day = serializers.DateField(allow_null=True)
    status = serializers.ChoiceField(STATUSES)
    assumptions = AssumptionsField(source="assumption")
    hash = serializers.CharField(source="content_hash")


class OperatorSerializer(serializers.Serializer):
    """The body that runs a scheme of others, and the address of its page."""

    text = TextField(source="name")
    address = serializers.CharField()


class SchemeSerializer(serializers.Serializer):
    """A scheme as lists show it. ``run_by``: the body to which others' schemes are applied for; ``null`` for the city's."""

    id = serializers.CharField()
    programme = serializers.CharField()
    title = TextField()
    summary = TextField()
    instrument = serializers.CharField()
    audience = serializers.CharField()
    goals = serializers.ListField(child=serializers.CharField())
    office = TextField()
    run_by = OperatorSerializer(allow_null=True)
    versions = VersionSummarySerializer(many=True)


class GapSerializer(serializers.Serializer):
    """Days for which no rules are on record, and why."""

    first_day = serializers.DateField()
    last_day = serializers.DateField(allow_null=True)
    why = TextField()


class SchemeDetailSerializer(SchemeSerializer):
    """A scheme with what selects its version and the days without rules."""

    version_chosen_by = ExpressionField(source="chosen_by")
    version_chosen_by_text = TextField(source="chosen_by_text")
    gaps = serializers.SerializerMethodField()

    @extend_schema_field(GapSerializer(many=True))
    def get_gaps(self, scheme: Scheme) -> list[dict[str, Any]]:
        """Days without rules."""
        return [
            {"first_day": first.isoformat(), "last_day": last.isoformat() if last else None, "why": why.as_dict()}
            for first, last, why in scheme.gaps
        ]


NamedText = inline_serializer("NamedText", {"name": serializers.CharField(), "text": TextField()})


class VersionSerializer(VersionSummarySerializer):
    """A version: everything that its answers depend on."""

    id = serializers.CharField()
    scheme = serializers.CharField(source="scheme.id")
    note = TextField(allow_null=True)
    legal_nature = serializers.CharField()
    legal_nature_assumptions = AssumptionsField(source="legal_nature_assumption")
    articles_assumptions = AssumptionsField(source="articles_assumption")
    checked_at = serializers.CharField()
    sources = serializers.SerializerMethodField()
    parameters = serializers.SerializerMethodField()
    definitions = serializers.SerializerMethodField()
    tables = serializers.SerializerMethodField()
    items = serializers.SerializerMethodField()
    groups = serializers.SerializerMethodField()
    criteria = CriterionSerializer(many=True)
    amount = AmountTermsSerializer(allow_null=True)
    other_amounts = serializers.SerializerMethodField()
    window = WindowSerializer(allow_null=True)
    subject_to = serializers.ListField(child=TextField())
    procedure = StepSerializer(many=True)
    counts_for = CountingSerializer(many=True)
    notes = serializers.ListField(child=TextField())
    assumption_texts = serializers.SerializerMethodField()
    facts = serializers.SerializerMethodField()
    worked_cases = serializers.SerializerMethodField()

    @extend_schema_field(SourceSerializer(many=True))
    def get_sources(self, version: SchemeVersion) -> list[Any]:
        """Sources by key."""
        return SourceSerializer(version.sources.values(), many=True).data

    @extend_schema_field(ParameterSerializer(many=True))
    def get_parameters(self, version: SchemeVersion) -> list[Any]:
        """Parameters."""
        return ParameterSerializer(version.parameters.values(), many=True).data

    @extend_schema_field(DefinitionSerializer(many=True))
    def get_definitions(self, version: SchemeVersion) -> list[Any]:
        """Derived facts."""
        return DefinitionSerializer(version.definitions.values(), many=True).data

    @extend_schema_field(TableSerializer(many=True))
    def get_tables(self, version: SchemeVersion) -> list[Any]:
        """Decision tables."""
        return TableSerializer(version.tables.values(), many=True).data

    @extend_schema_field(ItemCriteriaSerializer(many=True))
    def get_items(self, version: SchemeVersion) -> list[Any]:
        """Conditions on records of lists."""
        return ItemCriteriaSerializer(version.items.values(), many=True).data

    @extend_schema_field(serializers.ListField(child=NamedText))
    def get_groups(self, version: SchemeVersion) -> list[dict[str, Any]]:
        """Groups of criteria that have a result of their own."""
        return [{"name": name, "text": text.as_dict()} for name, text in version.groups.items()]

    @extend_schema_field(
        serializers.ListField(
            child=inline_serializer(
                "OtherAmountTerms",
                {"name": serializers.CharField(), "text": TextField(), "amount": AmountTermsSerializer()},
            )
        )
    )
    def get_other_amounts(self, version: SchemeVersion) -> list[dict[str, Any]]:
        """Amounts beside the main one (fees, contract prices)."""
        return [
            {"name": name, "text": text.as_dict(), "amount": AmountTermsSerializer(amount).data}
            for name, (text, amount) in version.other_amounts.items()
        ]

    @extend_schema_field(AssumptionSerializer(many=True))
    def get_assumption_texts(self, version: SchemeVersion) -> list[Any]:
        """Every assumption that something in this version rests on."""
        known = rule_book().vocabulary.assumptions
        return AssumptionSerializer([known[key] for key in sorted(assumptions_of(version))], many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_facts(self, version: SchemeVersion) -> list[str]:
        """Facts that criteria and amounts read."""
        return list(facts_of(version, rule_book().vocabulary))

    @extend_schema_field(serializers.IntegerField())
    def get_worked_cases(self, version: SchemeVersion) -> int:
        """How many worked cases stand beside the version."""
        return sum(1 for _case in worked_cases(version, rule_book().root))


def assumptions_of(version: SchemeVersion) -> set[str]:
    """Keys of all assumptions in a version."""
    written = [version.assumption, version.legal_nature_assumption, version.articles_assumption]
    for parameter in version.parameters.values():
        written += [parameter.assumption, *(key for _status, key in parameter.statuses.values())]
    written += [definition.assumption for definition in version.definitions.values()]
    written += [row.assumption for table in version.tables.values() for row in table.rows]
    written += [criterion.assumption for criterion in version.criteria]
    written += [criterion.assumption for block in version.items.values() for criterion in block.criteria]
    amounts = [version.amount] if version.amount is not None else []
    for amount in [*amounts, *(a for _text, a in version.other_amounts.values())]:
        written += [component.assumption for component in amount.components]
    written += [counting.assumption for counting in version.counts_for]
    return {key for keys in written for key in keys.split()}
