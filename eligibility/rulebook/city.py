"""What letters need to know of the city: who is mayor, the offices, the parameters of procedure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from eligibility.language.reader import ExpressionError, read_date
from eligibility.rulebook.files import Entry, Faults, read
from eligibility.rulebook.model import Text
from eligibility.rulebook.values import read_status
from eligibility.rulebook.vocabulary import NOTHING, Vocabulary


@dataclass(frozen=True, slots=True)
class Office:
    """A section of the city: the code in its letter numbers, name and telephone (empty when not known)."""

    code: str
    name: Text
    phone: str


@dataclass(frozen=True, slots=True)
class City:
    """The sender of letters, and figures that hold for all schemes (days, years, per cent a year)."""

    sender: Text
    mayors: tuple[tuple[date, Text], ...]
    offices: Mapping[str, Office]
    figures: Mapping[str, Decimal]
    assumptions: frozenset[str]

    def mayor_on(self, day: date) -> Text:
        """Name of the mayor in office on that day (empty before the first one on record)."""
        name = NOTHING
        for since, mayor in self.mayors:
            if since <= day:
                name = mayor
        return name


def load_city(root: Path, vocabulary: Vocabulary, faults: Faults) -> City:
    """Read ``city.yaml``."""
    entry = read(root / "city.yaml", root, faults)
    mayors = []
    for child in entry.need("mayors").elements():
        try:
            mayors.append((read_date(child.need("from").string()), child.words()))
        except ExpressionError as error:
            child.complain(str(error))
        child.close("a mayor")
    offices = {name: _office(child) for name, child in entry.section("offices")}
    for name in vocabulary.programmes:
        if name not in offices:
            entry.complain(f"the programme {name} has no office")
    figures: dict[str, Decimal] = {}
    assumptions = {"L-06"} & set(vocabulary.assumptions)
    for name, child in entry.section("letters"):
        _, assumption = read_status(child, vocabulary)
        assumptions |= set(assumption.split())
        try:
            figures[name] = Decimal(child.need("value").string())
        except InvalidOperation:
            child.complain("'value' is not a number")
        child.close("a figure")
    city = City(
        entry.words_of("sender") or NOTHING,
        tuple(sorted(mayors, key=lambda m: m[0])),
        offices,
        figures,
        frozenset(assumptions),
    )
    entry.close("city.yaml")
    return city


def _office(entry: Entry) -> Office:
    office = Office(entry.need("code").string(), entry.words(), entry.text_of("phone"))
    entry.close("an office")
    return office
