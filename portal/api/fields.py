"""Serializer fields for what the rule book consists of: bilingual texts, values, expressions, assumptions."""

from __future__ import annotations

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from applications.rules import rule_book
from eligibility.evaluation.reading import read_both
from eligibility.evaluation.render import both, json_number
from eligibility.language import types as t
from eligibility.language.nodes import Node
from eligibility.rulebook.model import Text


class TextSerializer(serializers.Serializer):
    """The same words in Japanese and English."""

    ja = serializers.CharField(allow_blank=True)
    en = serializers.CharField(allow_blank=True)


@extend_schema_field(TextSerializer)
class TextField(serializers.Field):
    """A bilingual text; ``null`` where there is none and that is allowed."""

    def to_representation(self, value: Text) -> dict[str, str] | None:
        """``{"ja": …, "en": …}``."""
        if self.allow_null and not value.ja and not value.en:
            return None
        return value.as_dict()


class ExpressionSerializer(serializers.Serializer):
    """An expression of a rule: as the rule file writes it, and in plain words."""

    expression = serializers.CharField()
    reading = TextField()


@extend_schema_field(ExpressionSerializer)
class ExpressionField(serializers.Field):
    """A node of the rule language."""

    def to_representation(self, value: Node) -> dict[str, Any]:
        """``{"expression": …, "reading": {"ja": …, "en": …}}``."""
        return expression_json(value)


def expression_json(node: Node) -> dict[str, Any]:
    """An expression and its plain reading."""
    return {"expression": node.text, "reading": read_both(node, rule_book().vocabulary).as_dict()}


@extend_schema_field({"type": "array", "items": {"type": "string"}, "description": "Keys of assumptions."})
class AssumptionsField(serializers.Field):
    """Keys of assumptions, which rule files separate by blanks."""

    def to_representation(self, value: str) -> list[str]:
        """``["A-01"]``."""
        return value.split()


NUMBER_SCHEMA: dict[str, Any] = {
    "description": "A whole number, a fraction as text (“1/3”), or null where the end is open.",
    "oneOf": [
        {"type": "integer"},
        {"type": "string", "pattern": r"^-?\d+/\d+$"},
        {"type": "null"},
    ],
}
EXACT_SCHEMA: dict[str, Any] = {
    "description": "An exact value: a whole number, a fraction as text (“1/3”), or a range with both ends.",
    "oneOf": [
        {"type": "integer"},
        {"type": "string", "pattern": r"^-?\d+/\d+$"},
        {
            "type": "object",
            "properties": {"min": NUMBER_SCHEMA, "max": NUMBER_SCHEMA},
            "required": ["min", "max"],
        },
        {"type": "null"},
    ],
}
VALUE_SCHEMA: dict[str, Any] = {
    "description": "A value: exact number or range, date (YYYY-MM-DD), code, list of codes, or yes/no.",
    "anyOf": [
        {"type": "integer"},
        {"type": "string"},
        {"type": "boolean"},
        {"type": "array", "items": {"type": "string"}},
        {
            "type": "object",
            "properties": {"min": NUMBER_SCHEMA, "max": NUMBER_SCHEMA},
            "required": ["min", "max"],
        },
        {"type": "null"},
    ],
}


@extend_schema_field(NUMBER_SCHEMA)
class NumberField(serializers.Field):
    """An exact number of a JSON document made elsewhere."""

    def to_representation(self, value: Any) -> Any:
        """As it is."""
        return value


@extend_schema_field(EXACT_SCHEMA)
class ExactField(NumberField):
    """An exact number or a range."""


@extend_schema_field(VALUE_SCHEMA)
class ValueField(NumberField):
    """Any value of the rule language as JSON."""


def value_json(value: Any, type_: t.Type) -> Any:
    """A value of the rule language for JSON: dates as text, sets of codes in the order of their list."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, frozenset):
        names = rule_book().vocabulary.codes[type_.codes].codes if isinstance(type_, t.CodeSetType) else sorted(value)
        return [code for code in names if code in value]
    if isinstance(value, tuple):
        return []
    if type_ == t.DATE and isinstance(value, int):
        return date.fromordinal(value).isoformat()
    return json_number(value)


def shown(value: Any, type_: t.Type) -> dict[str, str]:
    """A value in words, with its unit, in both languages."""
    return both(value, type_, rule_book().vocabulary)
