"""What the maker of a letter has to know of a decision: plain data, no case, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from documents.letters.content import (
    APPLICATION,
    NOTHING,
    SUBSIDY,
    Addressee,
    Calculation,
    Contact,
    Item,
    LegalNature,
    LetterError,
    Reason,
    Sender,
    Verification,
)
from eligibility.rulebook.model import Text


class Kind(StrEnum):
    """Kind of letter. Numbers are those of the letter matrix in the dossier on procedure and letters."""

    RECEIPT = "receipt"  # 1
    CORRECTION_REQUEST = "correction_request"  # 2
    DESIGNATION = "designation"  # 3
    NON_DESIGNATION = "non_designation"  # 4
    NON_GRANT = "non_grant"  # 5
    GRANT = "grant"  # 6
    GRANT_REDUCED = "grant_reduced"  # 6b
    CERTIFICATION_FIRM = "certification_firm"
    CERTIFICATION_PERSON = "certification_person"
    CERTIFICATION_PLAN = "certification_plan"
    NON_CERTIFICATION = "non_certification"
    SELECTION = "selection"
    NON_SELECTION = "non_selection"
    USE_APPROVAL = "use_approval"
    USE_REFUSAL = "use_refusal"
    CHANGE_APPROVAL = "change_approval"  # 7
    CHANGE_REFUSAL = "change_refusal"  # 7b
    CESSATION_APPROVAL = "cessation_approval"  # 8
    ADVANCE_PAYMENT = "advance_payment"  # 9
    CORRECTIVE_ORDER = "corrective_order"  # 10
    AMOUNT_FIXED = "amount_fixed"  # 11
    PAYMENT = "payment"  # 12
    REVOCATION = "revocation"  # 13, of the whole decision
    REVOCATION_PARTIAL = "revocation_partial"  # 13, of a part
    REPAYMENT = "repayment"  # 14
    SURCHARGE = "surcharge"  # 15
    REMINDER = "reminder"  # 16
    DISPOSAL_APPROVAL = "disposal_approval"  # 17
    DISPOSAL_REFUSAL = "disposal_refusal"  # 17
    TAX_RELIEF = "tax_relief"  # 18
    TAX_REFUSAL = "tax_refusal"  # 18


class Seal(StrEnum):
    """How the letter is authenticated. A picture of a seal is never printed."""

    OMITTED = "omitted"
    """（公印省略）"""
    SEAL = "seal"
    """The official seal is put on paper, at the mark."""
    SIGNATURE = "signature"
    """The PDF carries an electronic signature."""


@dataclass(frozen=True, slots=True)
class YearAmount:
    """Part of the amount that falls on a fiscal year, in whole yen."""

    fiscal_year: int
    yen: int


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the decision. The heading may be empty."""

    heading: Text
    text: Text


@dataclass(frozen=True, slots=True)
class Defect:
    """補正を要する事項: where it is, what is wrong and how it is mended."""

    place: Text
    what: Text
    how: Text


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A stored file as the receipt lists it: name as handed in, size in bytes, SHA-256 in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Change:
    """What changes, from what to what."""

    label: Text
    before: Text
    after: Text


@dataclass(frozen=True, slots=True)
class EarlierDecision:
    """The decision that this one changes, fixes or revokes. ``yen``: the amount it gave, if any."""

    number: str
    issued_on: date
    yen: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """Where money was paid. Letters show the last three digits of the number only."""

    bank: Text
    number: str
    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionData:
    """Everything a letter can say of a decision; each kind uses what it needs and refuses when that is missing.

    Money is whole yen. ``amount`` is what the decision gives, fixes, takes back or demands; ``requested`` what was
    applied for. ``number`` and ``issued_on`` stay empty until the letter goes out. ``seal`` empty: what is usual for
    the kind.
    """

    kind: Kind
    scheme: Text
    legal_nature: LegalNature
    addressee: Addressee
    sender: Sender
    contact: Contact
    money: Text = SUBSIDY
    """What the money is called: 助成金, 補助金, 委託料, 利用料金, 固定資産税 …"""
    filing: Text = APPLICATION
    """What was handed in, by name."""
    number: str = ""
    issued_on: date | None = None
    seal: Seal | None = None
    applied_on: date | None = None
    reference: str = ""
    received_at: datetime | None = None
    files: tuple[ReceivedFile, ...] = ()
    standard_days: int | None = None
    """Standard processing period in days on which the city is open."""
    defects: tuple[Defect, ...] = ()
    facts: tuple[Item, ...] = ()
    """What the decision is about, one numbered item each: project, site, period, eligible cost …"""
    amount: int | None = None
    requested: int | None = None
    years: tuple[YearAmount, ...] = ()
    calculation: Calculation | None = None
    reasons: tuple[Reason, ...] = ()
    conditions: tuple[Condition, ...] = ()
    changes: tuple[Change, ...] = ()
    earlier: EarlierDecision | None = None
    measure: Text = NOTHING
    """What the firm has to do: measure ordered, consequence of a revocation, how a surcharge runs on …"""
    due: date | None = None
    paid: int | None = None
    """Yen paid so far."""
    paid_on: date | None = None
    account: Account | None = None
    withdrawal_days: int | None = None
    report_due: date | None = None
    books_until: date | None = None
    remarks: tuple[Text, ...] = ()
    assumed: tuple[Text, ...] = ()
    """Values that the city has still to confirm; listed at the end of the letter."""
    verification: Verification | None = None
    reference_translation: bool = False

    def __post_init__(self) -> None:
        # Rule files and stored rows give plain strings.
        object.__setattr__(self, "kind", Kind(self.kind))
        object.__setattr__(self, "legal_nature", LegalNature(self.legal_nature))
        for name in ("amount", "requested", "paid"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise LetterError(f"'{name}' is negative: {value}")
