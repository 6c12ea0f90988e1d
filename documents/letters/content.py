"""What a letter consists of: frozen plain data, every text in Japanese and English.

A :class:`Letter` that breaks a rule of official letters cannot be made: adverse letters carry reasons, letters on a
contract carry no appeal notice, letters on a disposition carry theirs, tables add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from eligibility.rulebook.model import Text

NOTHING = Text("", "")
HONORIFIC = Text("様", "")
SUBSIDY = Text("助成金", "subsidy")
APPLICATION = Text("申請書", "application")


class LetterError(ValueError):
    """A letter cannot be composed; the message says what is missing or contradictory."""


class LegalNature(StrEnum):
    """What a decision is in law; decides whether a letter tells how to appeal."""

    CONTRACT = "contract"
    """Gift or commission contract: no appeal exists, so none may be promised."""
    DISPOSITION = "disposition"
    """処分 under an ordinance or statute."""
    DISPOSITION_TAX = "disposition_tax"
    """Tax disposition: a suit is possible only after the ruling on a request for review."""


@dataclass(frozen=True, slots=True)
class Yen:
    """Money in whole yen."""

    amount: int


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar date."""

    day: date


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time with its time zone."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """The fiscal year that begins in April of ``year``."""

    year: int


Value = Text | Yen | Day | Moment | FiscalYear
"""What can stand behind a label or in a cell of a table."""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of paragraphs, numbered (1), (2) … A heading, where given, stands before its paragraph."""

    paragraphs: tuple[tuple[Text, Text], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table. ``total`` is the sum of its last column, in a row that stands out; amounts are set to the right.

    ``short`` names the columns (from 0) that are never wrapped, ``code`` those that hold long machine-made strings;
    ``narrow`` tables take only the width they need.
    """

    head: tuple[Text, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: Yen | None = None
    short: frozenset[int] = frozenset()
    code: frozenset[int] = frozenset()
    narrow: bool = False

    def __post_init__(self) -> None:
        if any(len(row) != len(self.head) for row in self.rows):
            raise LetterError("every row of a table has as many cells as its head")


@dataclass(frozen=True, slots=True)
class CalculationLine:
    """One step of an amount in whole yen (negative: a deduction or what a ceiling cuts off)."""

    component: Text
    formula: Text
    yen: int
    fiscal_year: int | None = None


@dataclass(frozen=True, slots=True)
class Calculation:
    """How the amount comes about. The lines add up to ``total`` exactly."""

    lines: tuple[CalculationLine, ...]
    total: int

    def __post_init__(self) -> None:
        added = sum(line.yen for line in self.lines)
        if added != self.total:
            raise LetterError(f"the calculation's lines add up to {added} yen, not to {self.total}")


@dataclass(frozen=True, slots=True)
class AppliedFact:
    """A fact that a decision rests on: what was found and, where it can be put so, what was required."""

    label: Text
    found: Value
    required: Value | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a decision is adverse: the criterion, the article it stands in, and the facts it was applied to.

    ``article`` is quoted as the rule book has it; letters never invent one. ``explanation`` joins facts and criterion
    in a sentence where the facts alone would not be understood.
    """

    criterion: Text
    article: Text
    facts: tuple[AppliedFact, ...]
    source: Text = NOTHING
    explanation: Text = NOTHING
    assumed: bool = False

    def __post_init__(self) -> None:
        if not self.criterion.ja or not self.article.ja:
            raise LetterError("a reason names its criterion and its article")
        if not self.facts:
            raise LetterError(f"the reason '{self.criterion.ja}' names no fact that it was applied to")


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons of a decision, as an item of its letter."""

    reasons: tuple[Reason, ...]


Body = Text | Yen | Day | Moment | FiscalYear | Bullets | Table | Calculation | Reasons


@dataclass(frozen=True, slots=True)
class Item:
    """A numbered item under 記."""

    label: Text
    body: Body


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom the letter goes to. Without ``representative`` the organisation (or person) itself is addressed."""

    organisation: Text
    representative_title: Text = NOTHING
    representative: Text = NOTHING
    postal_address: tuple[Text, ...] = ()
    honorific: Text = HONORIFIC

    def __post_init__(self) -> None:
        if not self.organisation.ja and not self.representative.ja:
            raise LetterError("a letter needs an addressee")


@dataclass(frozen=True, slots=True)
class Sender:
    """In whose name the letter goes out: 仙台市長 and the name in office on the date of issue."""

    title: Text
    name: Text


@dataclass(frozen=True, slots=True)
class Contact:
    """The office that answers questions."""

    office: Text
    phone: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """How anybody can check that the letter is genuine."""

    code: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A finished letter. Without number or date it is a draft and says so.

    ``seal_remark`` stands under the sender: （公印省略） or what stands for a signature; ``seal_mark`` right of the
    name shows where the seal goes. ``reference_translation`` appends the English text, which binds nobody.
    """

    kind: str
    title: Text
    addressee: Addressee
    sender: Sender
    subject: Text
    opening: tuple[Text, ...]
    items: tuple[Item, ...]
    contact: Contact
    legal_nature: LegalNature
    adverse: bool
    number: str = ""
    issued_on: date | None = None
    seal_mark: Text = NOTHING
    seal_remark: Text = NOTHING
    notes: tuple[Text, ...] = ()
    notices: tuple[Text, ...] = ()
    verification: Verification | None = None
    reference_translation: bool = False

    def __post_init__(self) -> None:
        if self.legal_nature is LegalNature.CONTRACT and self.notices:
            raise LetterError("a letter on a contract must not carry an appeal notice")
        if self.adverse and self.legal_nature is not LegalNature.CONTRACT and not self.notices:
            raise LetterError("an adverse disposition must tell how to appeal")
        if self.adverse and not self.reasons:
            raise LetterError("an adverse letter must carry reasons")

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All reasons in the order of the letter."""
        return tuple(reason for item in self.items if isinstance(item.body, Reasons) for reason in item.body.reasons)

    @property
    def is_draft(self) -> bool:
        """True until the letter has its number and its date of issue (施行)."""
        return not self.number or self.issued_on is None
