"""How the wording of a kind of letter is written down. The tables are in ``words_favourable`` and ``words_adverse``.

Texts may hold the placeholders ``{scheme}``, ``{money}``, ``{filing}``, ``{applied}`` (date and reference of the
application) and ``{earlier}`` (date and number of the earlier decision).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from documents.letters.content import NOTHING
from documents.letters.decision import Kind
from eligibility.rulebook.model import Text


class Adverse(Enum):
    """When a kind of letter needs reasons (and, on a disposition, the appeal notice)."""

    NEVER = "never"
    ALWAYS = "always"
    BELOW_REQUEST = "below_request"
    """When less is given than was applied for."""
    BELOW_EARLIER = "below_earlier"
    """When less is given than the earlier decision gave."""


@dataclass(frozen=True, slots=True)
class ItemWords:
    """A numbered item: its label, and either the name of a builder in ``items`` or a fixed ``text``."""

    label: Text
    builder: str = ""
    text: Text = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class KindWords:
    """The wording of one kind: title of the letter, subject line, opening, and its items in order.

    ``needs`` names the fields of the decision's data without which the letter would be incomplete; items whose data
    are absent are left out. ``sealed``: seal or electronic signature instead of （公印省略）.
    """

    title: Text
    subject: Text
    opening: tuple[Text, ...]
    items: tuple[ItemWords, ...]
    needs: frozenset[str]
    adverse: Adverse = Adverse.NEVER
    sealed: bool = False
    tells_appeal: bool = False
    """On a disposition the appeal notice stands even without reasons."""
    on_contract: KindWords | None = None
    """The same kind where the decision is a matter of contract and cannot order anything."""


Words = dict[Kind, KindWords]

FACTS = ItemWords(NOTHING, "facts")
REFERENCE = ItemWords(Text("受付番号", "Reference"), "reference")
AMOUNT = ItemWords(Text("{money}の額", "Amount of the {money}"), "amount")
REQUESTED = ItemWords(Text("申請のあった額", "Amount applied for"), "requested")
YEARS = ItemWords(Text("年度別の内訳", "Amount by fiscal year"), "years")
CALCULATION = ItemWords(Text("算定の内訳", "Calculation"), "calculation")
CONDITIONS = ItemWords(Text("条件", "Conditions"), "conditions")
EARLIER = ItemWords(Text("対象となる決定", "Decision concerned"), "earlier")
EARLIER_AMOUNT = ItemWords(Text("決定済みの額", "Amount decided before"), "earlier_amount")
CHANGES = ItemWords(Text("変更の内容", "Changes"), "changes")
REPORT_DUE = ItemWords(Text("実績報告書の提出期限", "Result report due by"), "report_due")
BOOKS_UNTIL = ItemWords(Text("関係書類の保存期限", "Keep books and evidence until"), "books_until")
WITHDRAWAL = ItemWords(Text("申請の取下げ", "Withdrawing the application"), "withdrawal")


def item(ja: str, en: str, builder: str) -> ItemWords:
    """An item that a builder fills from the decision's data."""
    return ItemWords(Text(ja, en), builder)


def fixed(ja: str, en: str, text_ja: str, text_en: str) -> ItemWords:
    """An item that always says the same."""
    return ItemWords(Text(ja, en), text=Text(text_ja, text_en))


def reasons(ja: str, en: str) -> ItemWords:
    """The reasons of an adverse decision."""
    return ItemWords(Text(ja, en), "reasons")
