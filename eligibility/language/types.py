"""Types of the expression language. Two types are equal when values of them may be compared or added."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Unit:
    """Dimension of a number as exponents. Persons, days, months, years and ratios are plain numbers."""

    yen: int = 0
    m2: int = 0
    hour: int = 0

    def times(self, other: Unit, sign: int = 1) -> Unit:
        """The unit of a product (``sign=-1``: of a quotient)."""
        return Unit(self.yen + sign * other.yen, self.m2 + sign * other.m2, self.hour + sign * other.hour)

    def __str__(self) -> str:
        parts = [
            name if power == 1 else f"{name}^{power}"
            for name, power in (("yen", self.yen), ("m2", self.m2), ("hour", self.hour))
            if power
        ]
        return " * ".join(parts) or "plain number"


PLAIN = Unit()
YEN = Unit(yen=1)
AREA = Unit(m2=1)
HOUR = Unit(hour=1)


class Type:
    """Base of all types."""

    __slots__ = ()

    def __str__(self) -> str:
        return type(self).__name__.removesuffix("Type").lower()


@dataclass(frozen=True, slots=True)
class BoolType(Type):
    """Yes or no, three-valued."""

    __str__ = Type.__str__


@dataclass(frozen=True, slots=True)
class NumberType(Type):
    """A number with a unit. ``word`` only tells how to print it (``persons``, ``percent`` …)."""

    unit: Unit = PLAIN
    word: str = field(default="", compare=False)

    def __str__(self) -> str:
        return str(self.unit)


@dataclass(frozen=True, slots=True)
class DateType(Type):
    """A calendar day, held as its proleptic ordinal."""

    __str__ = Type.__str__


@dataclass(frozen=True, slots=True)
class FiscalYearType(Type):
    """A fiscal year, 1 April to 31 March, held as the year it begins in."""

    def __str__(self) -> str:
        return "fiscal year"


@dataclass(frozen=True, slots=True)
class CodeType(Type):
    """One entry of a code list."""

    codes: str

    def __str__(self) -> str:
        return f"code of {self.codes}"


@dataclass(frozen=True, slots=True)
class CodeSetType(Type):
    """A set of entries of one code list (several may be chosen, or a constant set)."""

    codes: str

    def __str__(self) -> str:
        return f"set of codes of {self.codes}"


@dataclass(frozen=True, slots=True)
class RecordType(Type):
    """One record of a list fact (an asset, a hire, a loan)."""

    record: str

    def __str__(self) -> str:
        return f"item of {self.record}"


@dataclass(frozen=True, slots=True)
class ListType(Type):
    """Something to go through with ``for``: records, codes or fiscal years."""

    item: Type

    def __str__(self) -> str:
        return f"list of {self.item}"


@dataclass(frozen=True, slots=True)
class TextType(Type):
    """Free text. Kept and shown, never computed with."""

    __str__ = Type.__str__


BOOL = BoolType()
DATE = DateType()
FISCAL_YEAR = FiscalYearType()
TEXT = TextType()
NUMBER = NumberType()
MONEY = NumberType(YEN, "yen")
