"""Rows of all tables, and queries of a call."""

from __future__ import annotations

from django.apps import apps


def row_counts() -> dict[str, int]:
    """Number of rows by model."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}
