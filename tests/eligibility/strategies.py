"""Random facts for a scheme version: any fact may be missing, numbers and dates crowd around the rules' thresholds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from eligibility.language import nodes as n
from eligibility.language import types as t
from eligibility.language.ranges import Range, ends_of
from eligibility.rulebook.book import RuleBook, expressions_of, facts_of
from eligibility.rulebook.model import Fact, SchemeVersion


def facts_for(version: SchemeVersion, book: RuleBook, *, complete: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """JSON facts that the version uses. ``complete``: none is missing."""
    points = interesting(version)
    used = facts_of(version, book.vocabulary)
    known = {name: value_of(fact, book, points, complete=complete) for name, fact in used.items()}
    if complete:
        return st.fixed_dictionaries(known)
    return st.fixed_dictionaries({}, optional=known)


def value_of(fact: Fact, book: RuleBook, points: dict[str, list[Any]], *, complete: bool) -> st.SearchStrategy[Any]:
    """JSON values of a fact."""
    if fact.is_list:
        fields = {name: value_of(f, book, points, complete=complete) for name, f in fact.fields.items()}
        record = st.fixed_dictionaries(fields) if complete else st.fixed_dictionaries({}, optional=fields)
        return st.lists(record, max_size=4)
    if fact.type == t.BOOL:
        return st.booleans()
    if isinstance(fact.type, t.NumberType):
        return numbers(fact, points)
    if fact.type == t.DATE:
        near = st.sampled_from(points["dates"]).flatmap(lambda d: st.integers(d - 2, d + 2))
        anywhere = st.integers(date(2019, 1, 1).toordinal(), date(2028, 12, 31).toordinal())
        inside = st.one_of(near, anywhere).filter(lambda o: fact.lowest <= o <= fact.highest)
        return inside.map(lambda o: date.fromordinal(o).isoformat())
    if fact.type == t.FISCAL_YEAR:
        return st.integers(2019, 2032)
    if isinstance(fact.type, t.CodeType):
        return st.sampled_from(list(book.vocabulary.codes[fact.type.codes].codes))
    if isinstance(fact.type, t.CodeSetType):
        return st.lists(st.sampled_from(list(book.vocabulary.codes[fact.type.codes].codes)), max_size=3, unique=True)
    return st.text(max_size=10)


def numbers(fact: Fact, points: dict[str, list[Any]]) -> st.SearchStrategy[Any]:
    """Numbers on and beside the thresholds, small ones, and anything up to the bound."""
    percent = fact.type.word == "percent"
    scale = 10**fact.decimals * (100 if percent else 1)
    low = int((fact.lowest or 0) * scale)
    high = int(fact.highest * scale)
    exact = [int(p * scale) for p in points["numbers"] if (p * scale) == int(p * scale)]
    near = st.sampled_from(exact or [0]).flatmap(lambda p: st.integers(p - 1, p + 1))
    chosen = st.one_of(
        near, st.integers(low, min(high, low + 30)), st.integers(low, min(high, 500_000_000)), st.integers(low, high)
    ).filter(lambda v: low <= v <= high)
    if fact.decimals == 0:
        return chosen.map(lambda v: v // (100 if percent else 1) if percent else v)
    return chosen.map(lambda v: str(Decimal(v) / 10**fact.decimals))


def interesting(version: SchemeVersion) -> dict[str, list[Any]]:
    """Constants of the version: numbers (also divided by the version's factors) and dates."""
    found_numbers: set[Fraction] = {Fraction(0), Fraction(1)}
    dates: set[int] = {version.first_day.toordinal()}
    if version.last_day is not None:
        dates.add(version.last_day.toordinal())
    for parameter in version.parameters.values():
        values = parameter.values.values() if parameter.values is not None else [parameter.value]
        for value in values:
            if isinstance(parameter.type, t.NumberType):
                found_numbers.update(Fraction(e) for e in ends_of(value))
            elif parameter.type == t.DATE and not isinstance(value, Range):
                dates.add(value)
    for node in expressions_of(version):
        for part in node.walk():
            if isinstance(part, n.Constant) and part.type == t.DATE:
                dates.add(part.value)
            elif isinstance(part, n.Constant) and isinstance(part.type, t.NumberType):
                found_numbers.add(Fraction(part.value))
    thresholds = [x for x in found_numbers if x > 10_000]
    factors = [x for x in found_numbers if 0 < x <= 100]
    found_numbers |= {Fraction(int(a / b)) for a in thresholds for b in factors}
    return {"numbers": sorted(found_numbers), "dates": sorted(dates)}


def many_facts_for(version: SchemeVersion, book: RuleBook, rows: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    """``rows`` fact sets, mixed fact by fact from four sets that are drawn: two of them complete, two with gaps."""
    complete, partial = facts_for(version, book, complete=True), facts_for(version, book)

    def mixed(drawn: tuple[Any, ...]) -> list[dict[str, Any]]:
        *sets, random = drawn
        names = list(sets[0])
        picks = [[random.choice(sets) for _ in names] for _ in range(rows - len(sets))]
        return [
            *sets,
            *({f: s[f] for f, s in zip(names, chosen, strict=True) if f in s} for chosen in picks),
        ]

    return st.tuples(complete, complete, partial, partial, st.randoms(use_true_random=False)).map(mixed)
