"""The shape of the vocabulary: every fact with its type, bounds, choices and words."""

from __future__ import annotations

from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from applications.rules import engine, rule_book
from eligibility.evaluation.engine import Engine
from eligibility.language import types as t
from eligibility.rulebook.book import facts_of
from eligibility.rulebook.model import Fact
from portal.api.fields import ExpressionField, TextField, ValueField, shown, value_json

TYPES = ["yes_no", "number", "date", "fiscal_year", "code", "codes", "text", "list"]


class ChoiceEntrySerializer(serializers.Serializer):
    """One entry of a code list."""

    code = serializers.CharField()
    text = TextField()


class FactFieldSerializer(serializers.Serializer):
    """A typed answer. How to write it in JSON: yes_no true/false; number whole or decimal (percent: 1.5 means 1.5 %);
    date YYYY-MM-DD; fiscal_year 2026; code text; codes list of texts."""

    name = serializers.CharField()
    type = serializers.SerializerMethodField()
    unit = serializers.SerializerMethodField()
    decimals = serializers.IntegerField()
    least = serializers.SerializerMethodField()
    most = serializers.SerializerMethodField()
    code_list = serializers.SerializerMethodField()
    choices = serializers.SerializerMethodField()
    text = TextField(source="title")
    question = TextField()
    help = TextField(allow_null=True)
    example = TextField(allow_null=True)
    asked_if = ExpressionField(allow_null=True)
    otherwise = serializers.SerializerMethodField()
    otherwise_text = serializers.SerializerMethodField()
    personal = serializers.BooleanField()
    firm_can_change = serializers.BooleanField()
    evidence = serializers.ListField(child=serializers.CharField())

    @extend_schema_field(serializers.ChoiceField(TYPES))
    def get_type(self, fact: Fact) -> str:
        """One of ``TYPES``."""
        return type_word(fact.type)

    @extend_schema_field(serializers.CharField())
    def get_unit(self, fact: Fact) -> str:
        """``yen``, ``m2``, ``percent``, ``persons`` …; empty for plain numbers and everything else."""
        return fact.type.word if isinstance(fact.type, t.NumberType) else ""

    @extend_schema_field(ValueField)
    def get_least(self, fact: Fact) -> Any:
        """Smallest accepted answer."""
        return _bound(fact, fact.lowest)

    @extend_schema_field(ValueField)
    def get_most(self, fact: Fact) -> Any:
        """Largest accepted answer."""
        return _bound(fact, fact.highest)

    @extend_schema_field(serializers.CharField())
    def get_code_list(self, fact: Fact) -> str:
        """Name of the code list, where there is one."""
        return fact.type.codes if isinstance(fact.type, t.CodeType | t.CodeSetType) else ""

    @extend_schema_field(ChoiceEntrySerializer(many=True))
    def get_choices(self, fact: Fact) -> list[dict[str, Any]]:
        """Entries of the code list in its order."""
        if not isinstance(fact.type, t.CodeType | t.CodeSetType):
            return []
        codes = rule_book().vocabulary.codes[fact.type.codes].codes
        return [{"code": code, "text": text.as_dict()} for code, text in codes.items()]

    @extend_schema_field(ValueField)
    def get_otherwise(self, fact: Fact) -> Any:
        """Value that counts where the question does not arise."""
        return value_json(fact.otherwise, fact.type) if fact.asked_if is not None else None

    @extend_schema_field(TextField(allow_null=True))
    def get_otherwise_text(self, fact: Fact) -> dict[str, str] | None:
        """The same in words."""
        return shown(fact.otherwise, fact.type) if fact.asked_if is not None else None


class FactSerializer(FactFieldSerializer):
    """A fact of the vocabulary. A list has ``record_fields`` and at most ``most_records`` records."""

    topic = serializers.CharField()
    topic_text = serializers.SerializerMethodField()
    item_text = TextField(source="item_title", allow_null=True)
    most_records = serializers.SerializerMethodField()
    record_fields = serializers.SerializerMethodField()
    used_by = serializers.SerializerMethodField()

    @extend_schema_field(TextField)
    def get_topic_text(self, fact: Fact) -> dict[str, str]:
        """Group of questions."""
        return rule_book().vocabulary.topics[fact.topic].title.as_dict()

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_most_records(self, fact: Fact) -> int | None:
        """Most records of a list."""
        return fact.most if fact.is_list else None

    @extend_schema_field(FactFieldSerializer(many=True))
    def get_record_fields(self, fact: Fact) -> list[Any]:
        """Fields of the records of a list."""
        return FactFieldSerializer(fact.fields.values(), many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_used_by(self, fact: Fact) -> list[str]:
        """Ids of the versions whose answers can depend on it."""
        users: dict[str, list[str]] = self.context["used_by"]
        return users.get(fact.name, [])


_described: WeakKeyDictionary[Engine, dict[str, dict[str, Any]]] = WeakKeyDictionary()


def facts_json() -> dict[str, dict[str, Any]]:
    """All facts by name, worked out once for a rule book."""
    machine = engine()
    if machine not in _described:
        book = machine.book
        used_by: dict[str, list[str]] = {}
        for version in book.versions():
            for name in facts_of(version, book.vocabulary):
                used_by.setdefault(name, []).append(version.id)
        context = {"used_by": used_by}
        _described[machine] = {
            name: dict(FactSerializer(fact, context=context).data) for name, fact in book.vocabulary.facts.items()
        }
    return _described[machine]


def type_word(type_: t.Type) -> str:
    """The type in the words of the API."""
    words: list[tuple[type[t.Type], str]] = [
        (t.BoolType, "yes_no"),
        (t.NumberType, "number"),
        (t.DateType, "date"),
        (t.FiscalYearType, "fiscal_year"),
        (t.CodeType, "code"),
        (t.CodeSetType, "codes"),
        (t.ListType, "list"),
    ]
    return next((word for class_, word in words if isinstance(type_, class_)), "text")


def _bound(fact: Fact, bound: int | None) -> Any:
    """A bound as it is entered: dates as text, percentages as percent."""
    if bound is None:
        return None
    if fact.type == t.DATE:
        return date.fromordinal(bound).isoformat()
    if isinstance(fact.type, t.NumberType) and fact.type.word == "percent":
        return bound * 100
    return bound
