"""A letter as its templates see it: one :class:`Part` for each language, with numbers, dates and amounts written out.

Templates hold no rule and no wording of their own; what they print is decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Final
from unicodedata import east_asian_width

from documents import wording
from documents.letters.content import (
    Addressee,
    Bullets,
    Calculation,
    CalculationLine,
    Day,
    FiscalYear,
    Item,
    Letter,
    Moment,
    Reason,
    Reasons,
    Table,
    Value,
    Yen,
)
from eligibility.rulebook.model import Text

KEPT_WHOLE: Final = 6
"""Rows up to which a table is not broken over pages."""

WIDEST_SPACING: Final = 0.5
"""In em; number and date of the letter are not spread further to the same width than this."""

PHRASES: Final = {
    name: Text(ja, en)
    for name, ja, en in (
        ("heading", "", "Reference translation (the Japanese text is authoritative)"),
        ("draft", "（案）", "(Draft)"),
        ("no_number", "（文書番号）", "(document number)"),
        ("no_date", "（施行日）", "(date of issue)"),
        ("to", "", "To:"),
        ("particulars", "記", "Particulars"),
        ("end", "以上", ""),
        ("notes", "備考", "Notes"),
        ("notices", "教示", "How to appeal"),
        ("contact", "（担当）", "Contact:"),
        ("phone", "電話", "Tel."),
        ("email", "電子メール", "E-mail"),
        (
            "verification",
            "この通知書が真正なものであることは、次のページで確認コードにより確認できます。",
            "That this letter is genuine can be checked on this page with the code:",
        ),
        ("code", "確認コード", "Code"),
        ("criterion", "要件又は基準", "Criterion"),
        ("article", "根拠規定", "Provision"),
        ("facts", "適用した事実", "Facts applied"),
        ("explanation", "判断", "Finding"),
        ("source", "出典", "Source"),
        ("remark", "備考", "Remark"),
        (
            "assumed",
            "この基準は、市において確認を要する仮定に基づいています。",
            "This criterion is assumed and still to be confirmed by the city.",
        ),
        ("component", "項目", "Component"),
        ("formula", "算式", "Formula"),
        ("yen", "金額", "Amount"),
        ("subtotal", "小計", "Subtotal"),
        ("total", "合計", "Total"),
    )
}


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled line of a small table."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table. ``css`` is ``amount``, ``short``, ``code`` or empty."""

    text: str
    css: str


Sum = tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table ready to print. Groups are its rows in order, each with a heading and a subtotal or empty ones; subtotals
    and total are written as label and amount."""

    head: tuple[Cell, ...]
    groups: tuple[tuple[str, tuple[tuple[Cell, ...], ...], Sum], ...]
    total: Sum
    form: str = ""
    """``narrow``, ``calculation`` or empty."""

    @property
    def css(self) -> str:
        """Classes of the table."""
        rows = sum(len(rows) + bool(heading) + bool(subtotal) for heading, rows, subtotal in self.groups)
        return f"{self.form} whole" if rows <= KEPT_WHOLE else self.form


@dataclass(frozen=True, slots=True)
class Line:
    """A numbered item as it is printed; ``form`` names the template that prints its body."""

    number: str
    label: str
    form: str
    text: str = ""
    bullets: tuple[tuple[str, str, str], ...] = ()
    grid: Grid | None = None
    reasons: tuple[tuple[str, tuple[Row, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """The letter in one language. ``number_spacing`` and ``date_spacing`` (em between letters) make both lines equally
    wide, as official letters have it."""

    language: str
    phrases: dict[str, str]
    draft: bool
    number: str
    date: str
    number_spacing: float
    date_spacing: float
    postal_address: tuple[str, ...]
    addressee: tuple[str, ...]
    sender: str
    seal_mark: str
    seal_remark: str
    title: str
    subject: str
    subject_kind: str
    """The kind of letter at the end of the subject, （通知）; never broken over lines."""
    opening: tuple[str, ...]
    items: tuple[Line, ...]
    notes: tuple[tuple[str, str], ...]
    notices: tuple[tuple[str, str], ...]
    office: str
    phone: str
    email: str
    verification_address: str
    verification_code: str


def parts(letter: Letter) -> tuple[Part, ...]:
    """The Japanese letter and, when it is asked for, the reference translation."""
    return tuple(_part(letter, language) for language in (("ja", "en") if letter.reference_translation else ("ja",)))


def shown(value: Value, language: str, *, in_table: bool = False) -> str:
    """A value as a letter writes it; in tables amounts go without 金."""
    english = language == "en"
    if isinstance(value, Text):
        return value.of(language)
    if isinstance(value, Yen):
        if english:
            return wording.yen_exact(value.amount, "en")
        return wording.yen_in_table(value.amount) if in_table else wording.yen_in_letter(value.amount)
    if isinstance(value, Day):
        return wording.english_date(value.day) if english else wording.era_date(value.day)
    if isinstance(value, Moment):
        return wording.english_moment(value.moment) if english else wording.era_moment(value.moment)
    return wording.english_fiscal_year(value.year) if english else wording.era_fiscal_year(value.year)


def _part(letter: Letter, language: str) -> Part:
    phrases = {name: text.of(language) for name, text in PHRASES.items()}
    number = letter.number or phrases["no_number"]
    day = shown(Day(letter.issued_on), language) if letter.issued_on else phrases["no_date"]
    width = max(_width(number), _width(day))
    subject, bracket, kind = letter.subject.of(language).rpartition("（")
    return Part(
        language=language,
        phrases=phrases,
        draft=letter.is_draft,
        number=number,
        date=day,
        number_spacing=_spacing(number, width, language),
        date_spacing=_spacing(day, width, language),
        postal_address=tuple(line.of(language) for line in letter.addressee.postal_address),
        addressee=_addressee(letter.addressee, language),
        sender=_joined(language, letter.sender.title.of(language), letter.sender.name.of(language)),
        seal_mark=letter.seal_mark.of(language),
        seal_remark=letter.seal_remark.of(language),
        title=letter.title.of(language),
        subject=subject or kind,
        subject_kind=f"{bracket}{kind}" if subject else "",
        opening=tuple(text.of(language) for text in letter.opening),
        items=tuple(_line(item, position, language) for position, item in enumerate(letter.items, start=1)),
        notes=_numbered(letter.notes, language),
        notices=_numbered(letter.notices, language),
        office=letter.contact.office.of(language),
        phone=letter.contact.phone,
        email=letter.contact.email,
        verification_address=letter.verification.address if letter.verification else "",
        verification_code=letter.verification.code if letter.verification else "",
    )


def _width(text: str) -> int:
    """Width in halves of a full-width character."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def _spacing(text: str, width: int, language: str) -> float:
    """Em to add after each letter but the last so that ``text`` becomes ``width`` half-characters wide."""
    if language != "ja" or len(text) < 2:
        return 0.0
    spacing = (width - _width(text)) / 2 / (len(text) - 1)
    return round(spacing, 4) if spacing <= WIDEST_SPACING else 0.0


def _joined(language: str, *words: str) -> str:
    """Words side by side: a full-width blank in Japanese, a half-width one in English."""
    return ("　" if language == "ja" else " ").join(word for word in words if word)


def _addressee(addressee: Addressee, language: str) -> tuple[str, ...]:
    """Organisation, then its representative; the honorific closes the last line."""
    title, name = addressee.representative_title.of(language), addressee.representative.of(language)
    if language == "en":
        person = _joined(language, name, f"({title})" if title and name else title)
    else:
        person = _joined(language, title, name)
    lines = [line for line in (addressee.organisation.of(language), person) if line]
    return (*lines[:-1], _joined(language, lines[-1], addressee.honorific.of(language)))


def _numbered(texts: tuple[Text, ...], language: str) -> tuple[tuple[str, str], ...]:
    """Paragraphs with their numbers; a single one needs none."""
    return tuple(
        (_number(1, position, language) if len(texts) > 1 else "", text.of(language))
        for position, text in enumerate(texts, start=1)
    )


def _number(level: int, position: int, language: str) -> str:
    return (wording.english_item_number if language == "en" else wording.item_number)(level, position)


def _line(item: Item, position: int, language: str) -> Line:
    number, label, body = _number(1, position, language), item.label.of(language), item.body
    if isinstance(body, Bullets):
        return Line(
            number,
            label,
            "bullets",
            bullets=tuple(
                (_number(2, place, language), heading.of(language), text.of(language))
                for place, (heading, text) in enumerate(body.paragraphs, start=1)
            ),
        )
    if isinstance(body, Table):
        return Line(number, label, "grid", grid=_grid(body, language))
    if isinstance(body, Calculation):
        return Line(number, label, "grid", grid=_calculation(body, language))
    if isinstance(body, Reasons):
        return Line(
            number,
            label,
            "reasons",
            reasons=tuple(
                (_number(2, place, language), _reason(reason, language))
                for place, reason in enumerate(body.reasons, start=1)
            ),
        )
    return Line(number, label, "value", text=shown(body, language))


def _reason(reason: Reason, language: str) -> tuple[Row, ...]:
    rows = (
        ("criterion", (reason.criterion.of(language),)),
        ("article", (reason.article.of(language),)),
        ("facts", tuple(_fact(fact.label, fact.found, fact.required, language) for fact in reason.facts)),
        ("explanation", (reason.explanation.of(language),)),
        ("source", (reason.source.of(language),)),
        ("remark", (PHRASES["assumed"].of(language) if reason.assumed else "",)),
    )
    return tuple(Row(PHRASES[name].of(language), lines) for name, lines in rows if any(lines))


def _fact(label: Text, found: Value, required: Value | None, language: str) -> str:
    stated = shown(found, language, in_table=True)
    if language == "en":
        needed = f" (required: {shown(required, language, in_table=True)})" if required else ""
        return f"{label.en}: {stated}{needed}"
    needed = f"（基準：{shown(required, language, in_table=True)}）" if required else ""
    return f"{label.ja}：{stated}{needed}"


def _grid(table: Table, language: str) -> Grid:
    def cells(row: tuple[Value, ...]) -> tuple[Cell, ...]:
        return tuple(Cell(shown(value, language, in_table=True), css[column]) for column, value in enumerate(row))

    css = [_column(table, column) for column in range(len(table.head))]
    return Grid(
        head=tuple(Cell(text.of(language), css[column]) for column, text in enumerate(table.head)),
        groups=(("", tuple(cells(row) for row in table.rows), None),),
        total=_sum("total", table.total.amount, language) if table.total else None,
        form="narrow" if table.narrow else "",
    )


def _sum(name: str, yen: int, language: str) -> Sum:
    return PHRASES[name].of(language), shown(Yen(yen), language, in_table=True)


def _column(table: Table, column: int) -> str:
    if table.rows and all(isinstance(row[column], Yen) for row in table.rows):
        return "amount"
    if column in table.short:
        return "short"
    return "code" if column in table.code else ""


def _calculation(calculation: Calculation, language: str) -> Grid:
    """Lines by fiscal year, each year with its subtotal when there are several, and the total."""
    years = [(year, tuple(lines)) for year, lines in groupby(calculation.lines, key=lambda line: line.fiscal_year)]
    several = len(years) > 1

    def row(line: CalculationLine) -> tuple[Cell, ...]:
        return (
            Cell(line.component.of(language), ""),
            Cell(line.formula.of(language), ""),
            Cell(shown(Yen(line.yen), language, in_table=True), "amount"),
        )

    head = tuple(
        Cell(PHRASES[name].of(language), "amount" if name == "yen" else "") for name in ("component", "formula", "yen")
    )
    groups = tuple(
        (
            shown(FiscalYear(year), language) if year is not None else "",
            tuple(row(line) for line in lines),
            _sum("subtotal", sum(line.yen for line in lines), language) if several else None,
        )
        for year, lines in years
    )
    return Grid(head=head, groups=groups, total=_sum("total", calculation.total, language), form="calculation")
