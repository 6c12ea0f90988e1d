"""Facts on the desk: what was declared, what officials have confirmed, when, by whom, and on which evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language, gettext

from applications.models import FactReview, Filing, FilingDocument
from applications.procedure import lenient_facts
from applications.rules import rule_book
from applications.services.decide import Assessment
from eligibility.evaluation.render import value_text
from eligibility.language import types as t
from eligibility.rulebook.model import Fact
from portal.components.dates import day_text, fiscal_year_text
from portal.components.money import yen_text
from portal.fact_forms import words


@dataclass(frozen=True, slots=True)
class Shown:
    """A stored answer as people read it: ``yen`` for money, ``records`` under ``heads`` for a list, otherwise ``text``."""

    text: str
    yen: int | None = None
    heads: tuple[str, ...] = ()
    records: tuple[tuple[str, ...], ...] = ()


def show(fact: Fact, answer: Any) -> Shown:
    """How an answer is shown; one that cannot be read is shown as it was typed."""
    if answer in (None, ""):
        return Shown(gettext("未回答"))
    if fact.is_list and isinstance(answer, list):
        return _show_records(fact, answer)
    if isinstance(fact.type, t.NumberType) and fact.type.unit == t.YEN and isinstance(answer, int):
        return Shown(yen_text(answer), yen=answer)
    return Shown(answer_text(fact, answer))


def answer_text(fact: Fact, answer: Any) -> str:
    """An answer in one line of words."""
    if answer in (None, ""):
        return gettext("未回答")
    if fact.is_list and isinstance(answer, list):
        return gettext("%(count)s件") % {"count": len(answer)}
    try:
        return _text(fact, answer)
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return str(answer)


def _text(fact: Fact, answer: Any) -> str:
    type_ = fact.type
    language = get_language() or "ja"
    value: Any = answer
    if type_ == t.DATE:
        return day_text(date.fromisoformat(answer))
    if type_ == t.FISCAL_YEAR:
        return fiscal_year_text(int(answer))
    if isinstance(type_, t.NumberType):
        value = Fraction(str(answer))
        if type_.unit == t.YEN and value.denominator == 1:
            return yen_text(int(value))
        value = value / 100 if type_.word == "percent" else value
    elif isinstance(type_, t.CodeSetType):
        value = frozenset(answer)
    return value_text(value, type_, rule_book().vocabulary, language)


def _show_records(fact: Fact, answer: list[Any]) -> Shown:
    used = [name for name in fact.fields if any(isinstance(row, dict) and name in row for row in answer)]
    rows = tuple(
        tuple(answer_text(fact.fields[name], row.get(name)) if isinstance(row, dict) else str(row) for name in used)
        for row in answer
    )
    return Shown(answer_text(fact, answer), heads=tuple(words(fact.fields[name].title) for name in used), records=rows)


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact of a filing. ``needed``: must be confirmed before a decision; ``missing``: not answered but asked for."""

    fact: Fact
    title: str
    declared: Shown
    confirmed: Shown
    review: FactReview | None
    needed: bool
    missing: bool
    evidence: tuple[FilingDocument, ...]

    @property
    def state(self) -> str:
        """``changed``, ``confirmed``, ``open``, ``missing`` or ``idle`` (plays no part in the decision)."""
        if self.review is not None:
            return "changed" if self.review.changed else "confirmed"
        if self.missing:
            return "missing"
        return "open" if self.needed else "idle"

    @property
    def anchor(self) -> str:
        """Where the row stands on the page."""
        return f"fact-{self.fact.name}"


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Facts of one topic."""

    title: str
    rows: tuple[FactRow, ...]


def current_reviews(filing: Filing) -> dict[str, FactReview]:
    """The reviews that count, by fact."""
    return {review.fact: review for review in filing.fact_reviews.all() if review.is_current}


def fact_rows(filing: Filing, assessment: Assessment | None, documents: Iterable[FilingDocument]) -> list[FactRow]:
    """All facts of a filing that the desk shows, in the order of the vocabulary."""
    facts = rule_book().vocabulary.facts
    reviews = current_reviews(filing)
    missing = _missing(filing, assessment)
    by_kind: dict[str, list[FilingDocument]] = {}
    for document in documents:
        by_kind.setdefault(document.kind, []).append(document)
    unreviewed = set(assessment.unreviewed) if assessment is not None else set()
    return [
        _row(fact, filing, reviews.get(name), name in unreviewed, name in missing, by_kind)
        for name, fact in facts.items()
        if name in filing.answers or name in reviews or name in missing
    ]


def _row(
    fact: Fact,
    filing: Filing,
    review: FactReview | None,
    unreviewed: bool,
    missing: bool,
    by_kind: dict[str, list[FilingDocument]],
) -> FactRow:
    declared = show(fact, review.declared if review is not None else filing.answers.get(fact.name))
    evidence = [document for kind in fact.evidence for document in by_kind.get(kind, ())]
    return FactRow(
        fact=fact,
        title=words(fact.title),
        declared=declared,
        confirmed=show(fact, review.confirmed) if review is not None else declared,
        review=review,
        needed=unreviewed or review is not None,
        missing=missing,
        evidence=tuple(evidence),
    )


def _missing(filing: Filing, assessment: Assessment | None) -> set[str]:
    """Facts that are asked for and not answered: of the determination, where it decides, and of the step itself."""
    if assessment is None:
        return set()
    facts = rule_book().vocabulary.facts
    values = lenient_facts(assessment.answers).values
    asked = {
        name for name in assessment.step.facts if facts[name].asked_if is None or values[name] != facts[name].otherwise
    }
    if assessment.step.uses_criteria:
        asked |= {path.split("[", 1)[0] for path in assessment.determination.missing}
    return {name for name in asked if name not in assessment.answers}


def grouped(rows: Iterable[FactRow]) -> tuple[list[FactGroup], list[FactRow]]:
    """Rows that a decision rests on, by topic; and the rest."""
    topics: dict[str, list[FactRow]] = {name: [] for name in rule_book().vocabulary.topics}
    idle: list[FactRow] = []
    for row in rows:
        if row.state == "idle":
            idle.append(row)
        else:
            topics[row.fact.topic].append(row)
    titles = rule_book().vocabulary.topics
    return [FactGroup(words(titles[name].title), tuple(found)) for name, found in topics.items() if found], idle
