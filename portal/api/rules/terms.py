"""The shape of parameters, derived facts and decision tables."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from eligibility.rulebook.model import Definition, Parameter, Table, TableRow
from eligibility.words import Status
from portal.api.fields import (
    AssumptionsField,
    ExpressionField,
    TextField,
    ValueField,
    expression_json,
    shown,
    value_json,
)

STATUSES = [status.value for status in Status]


class KeyedValueSerializer(serializers.Serializer):
    """The value of a parameter for one key (or from that key on)."""

    key = ValueField()
    key_text = TextField()
    value = ValueField()
    value_text = TextField()
    status = serializers.ChoiceField(STATUSES)
    assumptions = AssumptionsField()


class ParameterSerializer(serializers.Serializer):
    """A named, cited value. ``value`` for one value, ``values`` where it depends on a key; with ``steps`` each value holds
    from its key on."""

    name = serializers.CharField()
    text = TextField(source="title")
    type = serializers.CharField()
    written = serializers.CharField()
    value = serializers.SerializerMethodField()
    value_text = serializers.SerializerMethodField()
    steps = serializers.BooleanField()
    values = serializers.SerializerMethodField()
    status = serializers.ChoiceField(STATUSES)
    source = serializers.CharField()
    assumptions = AssumptionsField(source="assumption")

    @extend_schema_field(ValueField)
    def get_value(self, parameter: Parameter) -> Any:
        """The one value."""
        return value_json(parameter.value, parameter.type)

    @extend_schema_field(TextField(allow_null=True))
    def get_value_text(self, parameter: Parameter) -> dict[str, str] | None:
        """The one value in words."""
        return shown(parameter.value, parameter.type) if parameter.values is None else None

    @extend_schema_field(KeyedValueSerializer(many=True))
    def get_values(self, parameter: Parameter) -> list[dict[str, Any]]:
        """Values by key."""
        if parameter.values is None or parameter.key_type is None:
            return []
        own = (parameter.status, parameter.assumption)
        return [
            {
                "key": value_json(key, parameter.key_type),
                "key_text": shown(key, parameter.key_type),
                "value": value_json(value, parameter.type),
                "value_text": shown(value, parameter.type),
                "status": parameter.statuses.get(key, own)[0].value,
                "assumptions": parameter.statuses.get(key, own)[1].split(),
            }
            for key, value in parameter.values.items()
        ]


class DefinitionSerializer(serializers.Serializer):
    """A derived fact: an expression with a name."""

    name = serializers.CharField()
    text = TextField(source="title", allow_null=True)
    arguments = serializers.SerializerMethodField()
    type = serializers.CharField()
    formula = ExpressionField(source="body")
    article = serializers.CharField(allow_blank=True)
    source = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(STATUSES)
    assumptions = AssumptionsField(source="assumption")

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_arguments(self, definition: Definition) -> list[str]:
        """Names of the arguments, where it is a function."""
        return [name for name, _slot, _type in definition.parameters]


class CellSerializer(serializers.Serializer):
    """One cell of a decision table."""

    column = serializers.CharField()
    value = ValueField()
    value_text = TextField()


class RowSerializer(serializers.Serializer):
    """One row of a decision table: when it applies and what it gives."""

    row = serializers.CharField()
    when = ExpressionField()
    cells = CellSerializer(many=True)
    status = serializers.ChoiceField(STATUSES)
    source = serializers.CharField(allow_blank=True)
    assumptions = AssumptionsField()


class TableSerializer(serializers.Serializer):
    """A decision table. At most one row applies; when none does, ``otherwise`` does."""

    name = serializers.CharField()
    text = TextField(source="title")
    arguments = serializers.SerializerMethodField()
    rows = serializers.SerializerMethodField()
    otherwise = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_arguments(self, table: Table) -> list[str]:
        """Names of the arguments."""
        return [name for name, _slot, _type in table.parameters]

    @extend_schema_field(RowSerializer(many=True))
    def get_rows(self, table: Table) -> list[dict[str, Any]]:
        """The rows."""
        return [_row(row, table) for row in table.rows]

    @extend_schema_field(CellSerializer(many=True))
    def get_otherwise(self, table: Table) -> list[dict[str, Any]]:
        """Cells when no row applies."""
        return _cells(table.otherwise, table)


def _row(row: TableRow, table: Table) -> dict[str, Any]:
    return {
        "row": row.key,
        "when": expression_json(row.when),
        "cells": _cells(row.cells, table),
        "status": row.status.value,
        "source": row.source,
        "assumptions": row.assumption.split(),
    }


def _cells(cells: Any, table: Table) -> list[dict[str, Any]]:
    return [
        {
            "column": column,
            "value": value_json(cells[column], type_),
            "value_text": shown(cells[column], type_),
        }
        for column, type_ in table.columns.items()
        if column in cells
    ]
