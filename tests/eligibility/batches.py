"""The batch evaluator's answers beside the engine's."""

from datetime import date
from math import inf
from typing import Any

from eligibility.batch.screen import Screening
from eligibility.batch.table import from_facts
from eligibility.evaluation.engine import Engine
from eligibility.evaluation.facts import read_facts
from eligibility.rulebook.model import SchemeVersion
from eligibility.words import AmountKind

Facts = dict[str, Any]


def differences(
    version: SchemeVersion, rows: list[Facts], on: date, step: str, engine: Engine, screening: Screening | None = None
) -> list[str]:
    """What the columns say otherwise than the engine (and what its two evaluators disagree about)."""
    id_ = version.scheme.id
    screening = screening or Screening(engine.book, [id_], versions={id_: version}, steps={id_: step})
    table = from_facts(rows, engine.book.vocabulary)
    found = [f"cell: {problem}" for problem in table.problems]
    for facts, answer in zip(rows, screening.run(table.frame, on).iter_rows(named=True), strict=True):
        result = engine.determine(id_, read_facts(facts, engine.book.vocabulary), on, step, version)
        expected = {
            f"{id_}.verdict": result.verdict.value,
            f"{id_}.version": result.version.name if result.version else None,
            f"{id_}.missing": sorted(result.missing),
            **money(id_, result.amount),
        }
        for name in version.other_amounts:
            expected |= money(f"{id_}.{name}", result.other_amounts.get(name))
        answer[f"{id_}.missing"] = sorted(answer[f"{id_}.missing"])
        found += [f"fault: {fault}" for fault in result.faults]
        found += [
            f"{name}: {answer[name]} in columns, {value} in the engine, for {facts}"
            for name, value in expected.items()
            if answer[name] != value
        ]
    return found


def money(name: str, amount: Any) -> dict[str, Any]:
    """The columns of an amount of the engine."""
    if amount is None or amount.kind is AmountKind.NONE:
        return {f"{name}.yen": None, f"{name}.yen_min": None, f"{name}.yen_max": None}
    low, high = (None if end in (-inf, inf) else end for end in (amount.low, amount.high))
    return {f"{name}.yen": amount.yen, f"{name}.yen_min": low, f"{name}.yen_max": high}
