"""From a solver's model to facts that the engine can be asked about, and to words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import z3

from eligibility.language import types as t
from eligibility.prove.terms import Translator
from eligibility.rulebook.model import Fact


def facts_of_model(model: z3.ModelRef, translator: Translator) -> tuple[dict[str, Any], date]:
    """JSON facts and the date of determination of a model."""
    facts: dict[str, Any] = {}
    vocabulary = translator.vocabulary
    for name, term in translator.symbols.facts.items():
        facts[name] = _json(model, term, vocabulary.facts[name], translator)
    for name, records in translator.symbols.records.items():
        facts[name] = [
            {f: _json(model, value, record.fact.fields[f], translator) for f, value in record.values.items()}
            for record in records
            if z3.is_true(model.eval(record.present, model_completion=True))
        ]
    on = date.fromordinal(model.eval(translator.on, model_completion=True).as_long())
    return facts, on


def _json(model: z3.ModelRef, term: Any, fact: Fact, translator: Translator) -> Any:
    if isinstance(term, dict):
        return [code for code, flag in term.items() if z3.is_true(model.eval(flag, model_completion=True))]
    value = model.eval(term, model_completion=True)
    if fact.type == t.BOOL:
        return z3.is_true(value)
    if isinstance(fact.type, t.CodeType):
        return translator.codes[fact.type.codes][value.as_long()]
    if fact.type == t.DATE:
        return date.fromordinal(value.as_long()).isoformat()
    if fact.type == t.FISCAL_YEAR:
        return value.as_long()
    number = (
        Fraction(value.numerator_as_long(), value.denominator_as_long())
        if z3.is_rational_value(value)
        else Fraction(value.as_long())
    )
    if isinstance(fact.type, t.NumberType) and fact.type.word == "percent":
        number *= 100
    return number.numerator if number.denominator == 1 else str(Decimal(number.numerator) / Decimal(number.denominator))


def in_words(facts: dict[str, Any], names: list[str]) -> str:
    """The facts that matter, as an author reads them: ``capital=5, hires: none, assets: [cost=1, is_new=yes]``."""
    shown = [_word(name, facts[name]) for name in names if name in facts]
    return ", ".join(shown) if shown else "any facts"


def _word(name: str, value: Any) -> str:
    if value is True or value is False:
        return f"{name}={'yes' if value else 'no'}"
    if not isinstance(value, list):
        return f"{name}={value}"
    if not value:
        return f"{name}: none"
    records = [
        "[" + ", ".join(_word(key, entry) for key, entry in record.items()) + "]"
        if isinstance(record, dict)
        else record
        for record in value
    ]
    return f"{name}: {', '.join(records)}"
