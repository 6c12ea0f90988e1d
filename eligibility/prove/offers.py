"""「こうすれば対象になります」「増やすには」 for one determination, within a limit of time, as data and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import inf
from typing import Any

from eligibility.evaluation.engine import Engine
from eligibility.evaluation.facts import Facts
from eligibility.evaluation.render import both, json_number
from eligibility.evaluation.result import AmountResult, Determination
from eligibility.language import types as t
from eligibility.prove.changes import Change, Changer, Proposal
from eligibility.prove.turns import NoTurnError, turn
from eligibility.rulebook.model import Fact, SchemeVersion
from eligibility.rulebook.vocabulary import Vocabulary
from eligibility.words import AmountKind, Verdict

SECONDS = 0.8
"""How long one search may take, so that a page stays below a second."""
RECEIVED = frozenset({"grant", "contract_price", "tax_saving"})
"""Kinds of amounts that the applicant gets. Of donations and fees nobody wants more."""


@dataclass(frozen=True, slots=True)
class Offers:
    """Proposals that make a refused or referred applicant eligible, and proposals that bring an eligible one more.
    ``complete``: false when the time ran out, so that there may be others."""

    to_eligible: tuple[Proposal, ...] = ()
    to_more: tuple[Proposal, ...] = ()
    complete: bool = True


def has_offers(determination: Determination) -> bool:
    """Whether it makes sense to look for changes."""
    if determination.faults or determination.version is None:
        return False
    if determination.verdict is Verdict.ELIGIBLE:
        return determination.amount.kind is not AmountKind.NONE and determination.amount.what in RECEIVED
    return determination.verdict in (Verdict.NOT_ELIGIBLE, Verdict.REFER)


def offers(engine: Engine, determination: Determination, facts: Facts, seconds: float = SECONDS) -> Offers:
    """Search for at most so many seconds. ``facts`` are those of the determination."""
    version = determination.version
    if version is None or not has_offers(determination):
        return Offers()
    try:
        with turn(seconds):
            return _search(engine, version, determination, facts, seconds)
    except NoTurnError:
        return Offers(complete=False)


def _search(
    engine: Engine, version: SchemeVersion, determination: Determination, facts: Facts, seconds: float
) -> Offers:
    """A function of its own, so that everything of the solver is dropped while it is still our turn."""
    changer = Changer(engine, version, facts, determination.on, determination.step, seconds)
    if determination.verdict is Verdict.ELIGIBLE:
        return Offers(to_more=tuple(changer.to_more(determination)), complete=changer.complete)
    return Offers(to_eligible=tuple(changer.to_eligible(determination)), complete=changer.complete)


# --- JSON ----------------------------------------------------------------------------------------------------


def offers_json(found: Offers, vocabulary: Vocabulary) -> dict[str, Any]:
    """``changes`` of a determination for the API and the command line."""
    return {
        "complete": found.complete,
        "to_eligible": [proposal_json(proposal, vocabulary) for proposal in found.to_eligible],
        "to_more": [proposal_json(proposal, vocabulary) for proposal in found.to_more],
    }


def proposal_json(proposal: Proposal, vocabulary: Vocabulary) -> dict[str, Any]:
    """One proposal: what to change, what follows, what it brings and until when."""
    return {
        "changes": [_change_json(change, vocabulary) for change in proposal.changes],
        "verdict": proposal.determination.verdict.value,
        "amount": _amount_json(proposal.determination.amount),
        "gained": {"min": json_number(proposal.gained[0]), "max": json_number(proposal.gained[1])},
        "until": proposal.until.isoformat() if proposal.until is not None else None,
        "missing": list(proposal.determination.missing),
    }


def _amount_json(amount: AmountResult) -> dict[str, Any]:
    if amount.kind is AmountKind.NONE:
        return {"kind": amount.kind.value}
    ends = {"min": json_number(amount.low), "max": json_number(amount.high)}
    return {"kind": amount.kind.value, "what": amount.what, **ends}


def _change_json(change: Change, vocabulary: Vocabulary) -> dict[str, Any]:
    return {
        "fact": change.path,
        "text": change.fact.title.as_dict(),
        "before": change.before,
        "after": change.after,
        "shown_before": answer_words(change.before, change.fact, vocabulary),
        "shown_after": answer_words(change.after, change.fact, vocabulary),
        "latest": change.latest.isoformat() if change.latest is not None else None,
    }


def answer_words(answer: Any, fact: Fact, vocabulary: Vocabulary) -> dict[str, str]:
    """A canonical answer in both languages; a record field by field; nothing for none."""
    if answer is None:
        return {"ja": "", "en": ""}
    if fact.is_list and isinstance(answer, Mapping):
        parts = [
            (fact.fields[name], answer_words(value, fact.fields[name], vocabulary)) for name, value in answer.items()
        ]
        return {
            "ja": "、".join(f"{field.title.ja}：{shown['ja']}" for field, shown in parts),
            "en": ", ".join(f"{field.title.en}: {shown['en']}" for field, shown in parts),
        }
    return both(value_of_answer(answer, fact.type), fact.type, vocabulary)


def value_of_answer(answer: Any, kind: t.Type) -> Any:
    """The value that the evaluators use for a canonical answer."""
    if isinstance(kind, t.NumberType):
        number = Fraction(str(answer)) / (100 if kind.word == "percent" else 1)
        return number.numerator if number.denominator == 1 else number
    if kind == t.DATE:
        return date.fromisoformat(answer).toordinal()
    return frozenset(answer) if isinstance(kind, t.CodeSetType) else answer


def gains(proposal: Proposal) -> tuple[int, int | None]:
    """Whole yen gained at least and at most; ``None`` where there is no upper end."""
    low, high = proposal.gained
    return int(low), None if high == inf else int(high)
