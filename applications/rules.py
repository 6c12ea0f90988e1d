"""The one engine of this process."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from eligibility.evaluation.engine import Engine, Mode
from eligibility.rulebook.book import RuleBook, load


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The engine over the rule book of the settings (``RULES_DIR``, ``RULES_ENGINE``)."""
    return Engine(load(settings.RULES_DIR), Mode(settings.RULES_ENGINE))


def rule_book() -> RuleBook:
    """The rule book of the settings."""
    return engine().book
