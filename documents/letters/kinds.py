"""Makes the letter of a decision: the words of its kind, filled with the decision's data."""

from __future__ import annotations

from typing import Final

from documents.letters.content import NOTHING, Item, LegalNature, Letter, LetterError
from documents.letters.decision import DecisionData, Kind, Seal
from documents.letters.items import BUILDERS, application_named, earlier_named
from documents.letters.notices import APPEAL_NOTICES
from documents.letters.words import Adverse, ItemWords, KindWords, Words
from documents.letters.words_adverse import ADVERSE
from documents.letters.words_favourable import FAVOURABLE
from eligibility.rulebook.model import Text

KINDS: Final[Words] = FAVOURABLE | ADVERSE
"""Every kind of letter with its wording. A new kind is a new row."""

SEAL_MARKS: Final = {Seal.OMITTED: NOTHING, Seal.SEAL: Text("印", "(seal)"), Seal.SIGNATURE: NOTHING}
SEAL_REMARKS: Final = {
    Seal.OMITTED: Text("（公印省略）", "(official seal omitted)"),
    Seal.SEAL: NOTHING,
    Seal.SIGNATURE: Text("（電子署名付与）", "(electronically signed)"),
}
ASSUMED: Final = Text(
    "この決定は、次の仮定値に基づいています（市において確認を要します。）。",
    "This decision rests on assumed values that the city has still to confirm: ",
)


def words_of(kind: Kind, legal_nature: LegalNature) -> KindWords:
    """The wording of a kind; some kinds cannot order anything where the decision is a matter of contract."""
    words = KINDS[kind]
    return words.on_contract or words if legal_nature is LegalNature.CONTRACT else words


def compose(data: DecisionData) -> Letter:
    """The letter of a decision. Raises :class:`LetterError` when the data are incomplete or contradict each other."""
    words = words_of(data.kind, data.legal_nature)
    _check(data, words)
    adverse = _is_adverse(data, words)
    seal = data.seal or (Seal.SEAL if words.sealed else Seal.OMITTED)
    if words.sealed and seal is Seal.OMITTED:
        raise LetterError(f"a letter of kind '{data.kind}' needs a seal or an electronic signature")
    fill = _Fill(data)
    return Letter(
        kind=data.kind,
        number=data.number,
        issued_on=data.issued_on,
        title=words.title,
        addressee=data.addressee,
        sender=data.sender,
        seal_mark=SEAL_MARKS[seal],
        seal_remark=SEAL_REMARKS[seal],
        subject=fill(words.subject),
        opening=(*(fill(text) for text in words.opening), *data.remarks),
        items=tuple(item for spec in words.items for item in _items(spec, data, fill)),
        notes=_notes(data),
        notices=APPEAL_NOTICES[data.legal_nature] if adverse or words.tells_appeal else (),
        contact=data.contact,
        verification=data.verification,
        legal_nature=data.legal_nature,
        adverse=adverse,
        reference_translation=data.reference_translation,
    )


class _Fill:
    """Puts the decision's names into the placeholders of a wording, language by language."""

    def __init__(self, data: DecisionData) -> None:
        values = {
            "scheme": data.scheme,
            "money": data.money,
            "filing": data.filing,
            "applied": application_named(data),
            "earlier": earlier_named(data.earlier) if data.earlier else NOTHING,
        }
        self._ja = {name: text.ja for name, text in values.items()}
        self._en = {name: text.en for name, text in values.items()}

    def __call__(self, text: Text) -> Text:
        english = text.en.format_map(self._en)
        return Text(text.ja.format_map(self._ja), english[:1].upper() + english[1:])


def _items(spec: ItemWords, data: DecisionData, fill: _Fill) -> tuple[Item, ...]:
    if spec.builder == "facts":
        return data.facts
    body = BUILDERS[spec.builder](data) if spec.builder else fill(spec.text)
    return () if body is None else (Item(fill(spec.label), body),)


def _notes(data: DecisionData) -> tuple[Text, ...]:
    if not data.assumed:
        return ()
    return (
        Text(
            ASSUMED.ja + "、".join(what.ja for what in data.assumed),
            f"{ASSUMED.en}{'; '.join(what.en for what in data.assumed)}.",
        ),
    )


def _is_adverse(data: DecisionData, words: KindWords) -> bool:
    """True when the law or good practice asks for reasons: refusals, orders, and less than asked for or decided."""
    if words.adverse is Adverse.BELOW_REQUEST:
        return _below(data.amount, data.requested)
    if words.adverse is Adverse.BELOW_EARLIER:
        return _below(data.amount, data.earlier.yen if data.earlier else None)
    return words.adverse is Adverse.ALWAYS


def _below(amount: int | None, measure: int | None) -> bool:
    return amount is not None and measure is not None and amount < measure


def _check(data: DecisionData, words: KindWords) -> None:
    """Raises :class:`LetterError` for what a letter must not leave out or get wrong."""
    for name in sorted(words.needs):
        if getattr(data, name) in (None, "", (), NOTHING):
            raise LetterError(f"a letter of kind '{data.kind}' needs '{name}'")
    if data.reasons and not _is_adverse(data, words):
        raise LetterError(f"a letter of kind '{data.kind}' that gives all that was asked for states no reasons")
    if data.kind is Kind.GRANT and _below(data.amount, data.requested):
        raise LetterError("a grant below the amount applied for is a reduced grant and states its reasons")
    if data.kind is Kind.GRANT_REDUCED and not _below(data.amount, data.requested):
        raise LetterError("a reduced grant is lower than the amount applied for")
    if data.kind is Kind.REVOCATION_PARTIAL and not _is_part(data):
        raise LetterError("a partial revocation takes back a part of what was decided")
    if data.years and sum(part.yen for part in data.years) != data.amount:
        raise LetterError("the amounts by fiscal year do not add up to the amount of the decision")
    if data.calculation and data.amount not in (None, data.calculation.total):
        raise LetterError("the calculation does not lead to the amount of the decision")
    if data.kind is Kind.REVOCATION and data.earlier and data.earlier.yen != data.amount:
        raise LetterError("revoking the whole decision takes back the whole amount")


def _is_part(data: DecisionData) -> bool:
    return data.earlier is not None and data.earlier.yen is not None and _below(data.amount, data.earlier.yen)
