"""A comparison as JSON, for the command line and for other systems. Open ends of amounts are null."""

from __future__ import annotations

from typing import Any

from eligibility.evaluation.render import json_number
from eligibility.language.ranges import End
from eligibility.simulation.comparison import Answer, Change, Comparison, Effect, YearCost


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """Counts, sums by fiscal year, indicators, and every subject for which something changes."""
    return {
        "subjects": len(comparison.changes),
        **{effect.value: len(comparison.of(effect)) for effect in Effect},
        "verdicts": [
            {"from": old.value, "to": new.value, "subjects": number}
            for (old, new), number in sorted(comparison.verdicts().items())
        ],
        "amount": comparison.what or None,
        "total": _cost(comparison.total()),
        "per_fiscal_year": [{"fiscal_year": row.year, **_cost(row)} for row in comparison.by_year()],
        "indicators": [
            {
                "indicator": row.indicator,
                "before": {"certain": row.old, "at_most": row.old_possible},
                "after": {"certain": row.new, "at_most": row.new_possible},
            }
            for row in comparison.indicators()
        ],
        "changed": [_change(change) for change in comparison.changes if change.effect is not Effect.SAME],
    }


def _cost(row: YearCost) -> dict[str, Any]:
    return {
        "before": {"guaranteed": json_number(row.old_guaranteed), "possible": json_number(row.old_possible)},
        "after": {"guaranteed": json_number(row.new_guaranteed), "possible": json_number(row.new_possible)},
        "difference": {
            "guaranteed": json_number(row.new_guaranteed - row.old_guaranteed),
            "possible": json_number(difference(row.old_possible, row.new_possible)),
        },
    }


def difference(old: End, new: End) -> End:
    """By how much a sum changes; 0 where both have no end."""
    return 0 if old == new else new - old


def _change(change: Change) -> dict[str, Any]:
    return {
        "subject": change.subject.key,
        "on": change.subject.on.isoformat(),
        "effect": change.effect.value,
        "before": _answer(change.old),
        "after": _answer(change.new),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "verdict": answer.verdict.value,
        "min": json_number(answer.low),
        "max": json_number(answer.high),
        "counts_for": sorted(answer.counts),
    }
