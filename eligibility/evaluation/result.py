"""What a determination consists of. Plain data; texts and JSON are made in :mod:`eligibility.evaluation.render`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from eligibility.language.env import Env
from eligibility.language.ranges import End
from eligibility.rulebook.model import (
    Amount,
    AmountComponent,
    Criterion,
    ItemCriteria,
    Scheme,
    SchemeVersion,
)
from eligibility.words import AmountKind, Outcome, Verdict


@dataclass(slots=True)
class Finding:
    """要件判定: a criterion and how it came out."""

    criterion: Criterion
    outcome: Outcome


@dataclass(slots=True)
class ItemFindings:
    """How one record of a list came out. ``counts``: True, False, or None when that is not known yet."""

    block: ItemCriteria
    item: Any
    findings: list[Finding]
    counts: bool | None


@dataclass(slots=True)
class AmountLine:
    """One component of the amount, for one fiscal year when it is yearly. Money is exact or a Range, before and
    after rounding."""

    component: AmountComponent
    fiscal_year: Any
    unrounded: Any
    yen: Any


@dataclass(slots=True)
class AmountResult:
    """算定額 in whole yen. ``low == high`` when exact; ``high`` may be open (``inf``)."""

    kind: AmountKind
    what: str
    low: End = 0
    high: End = 0
    lines: list[AmountLine] = field(default_factory=list)
    terms: Amount | None = None

    @property
    def yen(self) -> int | None:
        """The exact amount, or ``None``."""
        return int(self.low) if self.kind is AmountKind.EXACT else None


def no_amount() -> AmountResult:
    """The amount where nothing is paid."""
    return AmountResult(AmountKind.NONE, "")


@dataclass(slots=True)
class Determination:
    """判定: everything the engine says of one scheme at one date. A pure function of facts, date, version and engine."""

    scheme: Scheme
    version: SchemeVersion | None
    on: date
    step: str
    verdict: Verdict
    findings: list[Finding] = field(default_factory=list)
    later: list[Criterion] = field(default_factory=list)
    items: list[ItemFindings] = field(default_factory=list)
    amount: AmountResult = field(default_factory=no_amount)
    other_amounts: dict[str, AmountResult] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    env: Env | None = None

    def finding(self, criterion: str) -> Finding:
        """The finding of a criterion by name. Raises ``KeyError``."""
        for found in self.findings:
            if found.criterion.name == criterion:
                return found
        raise KeyError(criterion)
