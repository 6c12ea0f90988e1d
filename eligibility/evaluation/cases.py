"""Worked cases: facts beside a rule version with the answer that the version must give to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from eligibility.evaluation.engine import Engine
from eligibility.evaluation.facts import FactsError, read_facts
from eligibility.evaluation.render import by_fiscal_year, json_number
from eligibility.evaluation.result import Determination
from eligibility.rulebook.book import RuleBook
from eligibility.rulebook.model import SchemeVersion
from eligibility.words import Outcome


class CaseLoader(yaml.CSafeLoader):
    """YAML in which only ``true``/``false`` are truth values (``on`` is a key) and decimals stay text, never floats."""


CaseLoader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in resolvers if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:float")
    ]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
CaseLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))

EXPECTATIONS = frozenset(
    {
        "verdict",
        "version",
        "amount",
        "per_year",
        "fails",
        "refers",
        "missing",
        "assumed",
        "counts",
        "other_amounts",
        "groups",
    }
)


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """One worked case. ``facts`` as in JSON input."""

    version: str
    name: str
    on: date
    step: str
    facts: dict[str, Any]
    expect: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.version}: {self.name}"


def cases_file(version: SchemeVersion, root: Path) -> Path:
    """Where the worked cases of a version stand."""
    return root / "schemes" / version.scheme.id / f"{version.name}.cases.yaml"


def worked_cases(version: SchemeVersion, root: Path) -> Iterator[WorkedCase]:
    """All worked cases of a version."""
    path = cases_file(version, root)
    if not path.exists():
        return
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=CaseLoader)  # noqa: S506 - a safe loader
    for entry in content["cases"]:
        facts = {**content.get("base", {}), **entry.get("facts", {})}
        yield WorkedCase(
            version.id,
            entry["name"],
            entry["on"],
            entry.get("step", ""),
            {name: value for name, value in facts.items() if value is not None},
            entry["expect"],
        )


def run_case(case: WorkedCase, engine: Engine, book: RuleBook, version: SchemeVersion | None = None) -> list[str]:
    """What differs from the expected answer; empty when the case passes. ``version`` fixes the rules (to try a draft
    under another name); which version is chosen is then not compared."""
    try:
        facts = read_facts(case.facts, book.vocabulary)
    except FactsError as error:
        return [f"facts: {problem.path}: {problem.message.en}" for problem in error.problems]
    result = engine.determine(case.version.split("@")[0], facts, case.on, case.step, version)
    differences = [f"unknown expectation '{key}'" for key in case.expect.keys() - EXPECTATIONS]
    for key, expected in case.expect.items():
        if key == "version" and version is not None:
            continue
        actual = _actual(key, result, expected)
        if actual != expected:
            differences.append(f"{key}: expected {expected}, got {actual}")
    return differences + [f"fault: {fault}" for fault in result.faults]


def _actual(key: str, result: Determination, expected: Any) -> Any:
    match key:
        case "verdict":
            return result.verdict.value
        case "version":
            return result.version.name if result.version is not None else None
        case "fails":
            return [
                f.criterion.name
                for f in result.findings
                if f.outcome is Outcome.NOT_MET and f.criterion.effect != "advise"
            ]
        case "refers":
            return [f.criterion.name for f in result.findings if f.outcome is Outcome.REFERRED]
        case "missing":
            return list(result.missing)
        case "assumed":
            return result.assumed
        case "amount":
            return _amount(result.amount, expected)
        case "other_amounts":
            return {name: _amount(result.other_amounts[name], wanted) for name, wanted in expected.items()}
        case "per_year":
            return {year: json_number(yen) for year, yen in by_fiscal_year(result.amount)}
        case "counts":
            return [item.counts for item in result.items]
    return None


def _amount(amount: Any, expected: dict[str, Any]) -> dict[str, Any]:
    actual: dict[str, Any] = {"kind": amount.kind.value}
    if "yen" in expected:
        actual["yen"] = amount.yen
    if "min" in expected:
        actual["min"] = json_number(amount.low)
    if "max" in expected:
        actual["max"] = json_number(amount.high)
    return actual
