"""What a rule book consists of. All objects are built by the loader and never change afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from eligibility.language.nodes import Node
from eligibility.language.types import ListType, Type
from eligibility.words import Effect, Status


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Japanese and English."""

    ja: str
    en: str

    def of(self, language: str) -> str:
        """The words in ``language`` (anything but ``en`` is Japanese)."""
        return self.en if language.startswith("en") else self.ja

    def as_dict(self) -> dict[str, str]:
        """For JSON."""
        return {"ja": self.ja, "en": self.en}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the rule book something is written (for messages)."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Source:
    """A page or statute that a rule rests on. ``grade``: official, secondary or weak."""

    key: str
    grade: str
    what: Text
    address: str
    dated: str


@dataclass(frozen=True, slots=True)
class Assumption:
    """A gap in the sources, what is assumed meanwhile, and the question that the city must answer."""

    key: str
    proposal: Text
    question: Text
    place: Place


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed list of codes with their names."""

    name: str
    title: Text
    codes: Mapping[str, Text]
    groups: Mapping[str, frozenset[str]]
    place: Place


@dataclass(eq=False, slots=True)
class Fact:
    """申告事項: one typed answer, or one field of a record when ``record`` is set.

    ``lowest``/``highest`` bound what may be entered (whole yen, ordinals of dates, plain numbers); ``decimals`` is
    how many decimal places are kept. For a list, ``most`` is the largest number of records and ``blank`` a record of which
    nothing is known. ``asked_if`` says when the question makes sense; when it does not, the fact
    has the value ``otherwise``.
    """

    name: str
    type: Type
    title: Text
    question: Text
    help: Text
    example: Text
    topic: str
    place: Place
    record: str = ""
    lowest: int | None = None
    highest: int | None = None
    decimals: int = 0
    firm_can_change: bool = False
    evidence: tuple[str, ...] = ()
    personal: bool = False
    asked_if: Node | None = None
    otherwise: Any = None
    unknown: Any = None
    fields: Mapping[str, Fact] = field(default_factory=dict)
    item_title: Text | None = None
    most: int = 0
    blank: Any = None

    @property
    def is_list(self) -> bool:
        """True for a list of records."""
        return isinstance(self.type, ListType)

    @property
    def path(self) -> str:
        """``capital`` or ``assets.cost``."""
        return f"{self.record}.{self.name}" if self.record else self.name


@dataclass(eq=False, slots=True)
class Parameter:
    """数値: a named, cited value. Exactly one of ``value`` and ``values`` is used.

    ``value`` is an exact number, a Range, a date ordinal, a fiscal year or a frozen set of codes. ``values`` maps
    keys to such values; with ``steps`` each key is the first one its value holds from (thresholds that change over time).
    """

    name: str
    type: Type
    title: Text
    status: Status
    source: str
    place: Place
    value: Any = None
    values: Mapping[Any, Any] | None = None
    key_type: Type | None = None
    steps: bool = False
    assumption: str = ""
    written: str = ""
    statuses: Mapping[Any, tuple[Status, str]] = field(default_factory=dict)

    def assumption_keys(self) -> frozenset[str]:
        """Keys of all assumptions that the parameter or one of its values rests on."""
        texts = [self.assumption, *(assumption for _, assumption in self.statuses.values())]
        return frozenset(key for text in texts for key in text.split())


@dataclass(eq=False, slots=True)
class Definition:
    """A derived fact: an expression with a name, parameters when it is a function, and a title when it is shown."""

    name: str
    parameters: tuple[tuple[str, int, Type], ...]
    type: Type
    title: Text | None
    place: Place
    written: str
    article: str = ""
    source: str = ""
    status: Status = Status.VERIFIED
    assumption: str = ""
    body: Node = field(init=False)


@dataclass(eq=False, slots=True)
class TableRow:
    """One row of a decision table: when it applies and the constants it gives."""

    key: str
    when: Node
    cells: Mapping[str, Any]
    status: Status
    source: str
    assumption: str
    place: Place


@dataclass(eq=False, slots=True)
class Table:
    """A decision table. At most one row applies; when none does, ``otherwise`` gives the cells."""

    name: str
    title: Text
    parameters: tuple[tuple[str, int, Type], ...]
    columns: Mapping[str, Type]
    rows: tuple[TableRow, ...]
    otherwise: Mapping[str, Any]
    place: Place


@dataclass(eq=False, slots=True)
class Criterion:
    """要件: one condition. ``when`` limits it to some applicants; elsewhere it does not apply. ``condition`` joins both:
    it does not apply, or it holds."""

    name: str
    text: Text
    holds: Node
    when: Node | None
    effect: Effect
    article: str
    source: str
    status: Status
    assumption: str
    group: str
    step: str
    place: Place
    hint: Text | None = None
    firm_can_change: tuple[str, ...] = ()
    condition: Node = field(init=False)


@dataclass(eq=False, slots=True)
class ItemCriteria:
    """Conditions on each record of a list; a record that fails one does not count."""

    record: str
    variable: str
    slot: int
    text: Text
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Rounding:
    """Down to a multiple of ``unit`` whole yen."""

    unit: int


@dataclass(eq=False, slots=True)
class AmountComponent:
    """One line of the amount. With ``years`` it gives one amount for each fiscal year of that list. ``at_most``: a cap that
    the amount never exceeds (proved by the static checks)."""

    name: str
    title: Text
    yen: Node
    when: Node | None
    years: Node | None
    slot: int
    rounding: Rounding
    at_most: Node | None
    article: str
    source: str
    status: Status
    assumption: str
    place: Place


@dataclass(eq=False, slots=True)
class Amount:
    """算定額: what is paid, saved or owed. ``what`` is grant, contract_price, fee, tax_saving or donation."""

    what: str
    components: tuple[AmountComponent, ...]
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class ProcedureStep:
    """One step (filing) of the procedure.

    ``deadline`` gives the last day (ordinal) as an expression when the rules know one. ``decides`` names the decision
    that closes the step (designation, grant, certification, confirmation …); empty when nothing is decided. An
    ``optional`` step may also be done outside the portal.
    """

    name: str
    title: Text
    by: str
    facts: tuple[str, ...]
    documents: tuple[tuple[str, bool], ...]
    decides: str
    refuses: str
    help: Text
    deadline: Node | None
    deadline_text: Text | None
    repeats: str
    uses_criteria: bool
    optional: bool


@dataclass(frozen=True, slots=True)
class Counting:
    """What an approval counts for in an indicator, and at which step it becomes planned and actual."""

    indicator: str
    when: Node
    planned_at: str
    actual_at: str
    status: Status
    assumption: str
    place: Place


@dataclass(frozen=True, slots=True)
class Window:
    """Days between which an application may arrive, both included. ``None``: not published."""

    opens: date | None
    closes: date | None
    source: str


@dataclass(eq=False, slots=True)
class SchemeVersion:
    """版: the rules of a scheme for a period, immutable once published. ``checked_at`` is the step whose criteria a
    check without a case looks at. ``articles_assumption``: the question to the city where articles are not on record.
    ``letter_items``: facts and derived facts that a letter names; ``conditions``: standard
    conditions by kind of decision."""

    scheme: Scheme
    name: str
    covers: tuple[str, ...]
    first_day: date
    last_day: date | None
    status: Status
    assumption: str
    note: Text | None
    legal_nature: str
    legal_nature_assumption: str
    articles_assumption: str
    sources: Mapping[str, Source]
    parameters: Mapping[str, Parameter]
    definitions: Mapping[str, Definition]
    tables: Mapping[str, Table]
    items: Mapping[str, ItemCriteria]
    groups: Mapping[str, Text]
    criteria: tuple[Criterion, ...]
    amount: Amount | None
    other_amounts: Mapping[str, tuple[Text, Amount]]
    window: Window | None
    subject_to: tuple[Text, ...]
    procedure: tuple[ProcedureStep, ...]
    counts_for: tuple[Counting, ...]
    notes: tuple[Text, ...]
    letter_items: tuple[str, ...]
    conditions: Mapping[str, tuple[Text, ...]]
    place: Place
    checked_at: str
    content_hash: str
    slots: int

    @property
    def id(self) -> str:
        """``relocation/headquarters@V2024``."""
        return f"{self.scheme.id}@{self.name}"

    def covers_date(self, ordinal: int) -> bool:
        """True when the version is in force on that day."""
        return self.first_day.toordinal() <= ordinal and (self.last_day is None or ordinal <= self.last_day.toordinal())


@dataclass(frozen=True, slots=True)
class Operator:
    """運営団体: the body other than the city that runs a scheme, and the address of its page."""

    name: Text
    address: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"text": self.name.as_dict(), "address": self.address}


@dataclass(eq=False, slots=True)
class Scheme:
    """制度: one incentive. ``chosen_by`` gives the date (ordinal) that selects the version. ``run_by``: the body that runs
    a scheme of others, which is shown and determined here but applied for there; ``None`` for schemes of the city."""

    id: str
    programme: str
    title: Text
    summary: Text
    instrument: str
    audience: str
    goals: tuple[str, ...]
    office: Text
    money: Text
    chosen_by: Node
    chosen_by_text: Text
    order: int
    place: Place
    run_by: Operator | None = None
    versions: tuple[SchemeVersion, ...] = ()
    gaps: tuple[tuple[date, date | None, Text], ...] = ()

    @property
    def applied_elsewhere(self) -> bool:
        """Another body runs the scheme: nothing can be filed with the city."""
        return self.run_by is not None

    def version_on(self, ordinal: int) -> SchemeVersion | None:
        """The version in force on that day, if any."""
        for version in self.versions:
            if version.covers_date(ordinal):
                return version
        return None

    def version(self, name: str) -> SchemeVersion:
        """The version of that name. Raises ``KeyError``."""
        for version in self.versions:
            if version.name == name:
                return version
        raise KeyError(f"{self.id}@{name}")
