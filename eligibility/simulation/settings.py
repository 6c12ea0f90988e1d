"""Changed parameters as people write them, made into a draft of the version: ``equipment_rate=6 %``,
``minimum=30_000_000 yen``, ``rent_months=3 months..24 months``, ``rate[oroshimachi]=20 %``, ``areas=oroshimachi, outside``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from eligibility.language import types as t
from eligibility.language.checker import suggestion
from eligibility.language.ranges import Range
from eligibility.language.reader import ExpressionError
from eligibility.rulebook.book import RuleBook
from eligibility.rulebook.drafts import Draft, edited
from eligibility.rulebook.files import Entry, Faults
from eligibility.rulebook.merging import fresh
from eligibility.rulebook.model import Parameter, Place, SchemeVersion, Text
from eligibility.rulebook.values import read_value
from eligibility.rulebook.vocabulary import constant

SETTING = re.compile(r"\s*([a-z_]\w*)\s*(?:\[\s*([\w-]+)\s*\])?\s*", re.ASCII)
RANGE = re.compile(r"\s*(?:\.{2,3}|〜|~|–|から|\bto\b)\s*")
UNITS = (("億円", 10**8), ("万円", 10**4), ("円", 1))


class SettingError(ValueError):
    """A change that cannot be made. ``name`` is the parameter as it was given; ``message`` says why, in both languages."""

    def __init__(self, name: str, message: Text) -> None:
        super().__init__(f"{name}: {message.en}")
        self.name = name
        self.message = message


@dataclass(frozen=True, slots=True)
class Slot:
    """One value of a parameter that may be set: the parameter, the key as rule files write it (empty without keys),
    and the present value as they write it."""

    parameter: Parameter
    key: str
    written: str

    @property
    def name(self) -> str:
        """``equipment_rate`` or ``rate[oroshimachi]``."""
        return f"{self.parameter.name}[{self.key}]" if self.key else self.parameter.name


def slots(version: SchemeVersion) -> list[Slot]:
    """Every value of a version that may be set, in the order of the rule file."""
    found = []
    for parameter in version.parameters.values():
        if parameter.values is None:
            found.append(Slot(parameter, "", parameter.written))
            continue
        written = [part.split(": ", 1) for part in parameter.written.split("; ")]
        found += [Slot(parameter, key, value) for key, value in written]
    return found


def split_setting(text: str) -> tuple[str, str]:
    """``name=value`` in its two parts. Raises :class:`SettingError`."""
    name, equals, value = text.partition("=")
    if not equals or not value.strip():
        message = Text("「数値=値」の形で書いてください。", "write parameter=value, such as minimum=30_000_000 yen")
        raise SettingError(name.strip() or text, message)
    return name.strip(), value.strip()


def changed(book: RuleBook, version: SchemeVersion, settings: Mapping[str, str]) -> Draft:
    """The version with other values of parameters, in a book of its own. Raises :class:`SettingError` for the first
    setting that is wrong, and :class:`~eligibility.rulebook.files.RuleFileError` when the rules do not allow the value."""
    made = [_checked(book, version, name, value) for name, value in settings.items()]

    def edit(present: Entry | None) -> Entry:
        if present is None:
            raise KeyError(version.id)
        entry = fresh(present)
        section = _child(entry, "parameters")
        for slot, value in made:
            _put(_child(section, slot.parameter.name), slot, value)
        return entry

    return edited(book, version.scheme.id, version.name, edit)


# --- reading one setting -------------------------------------------------------------------------------------


def tidy(value: str) -> str:
    """A value as people type it in the form of rule files: full-width signs, separators, 円, 万円."""
    text = unicodedata.normalize("NFKC", value).strip()
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    for unit, size in UNITS:
        text = re.sub(rf"(\d[\d_]*)\s*{unit}", lambda m, size=size: f"{int(m[1]) * size} yen", text)  # type: ignore[misc]
    return re.sub(r"(\d{4})年度", r"FY\1", text)


def _checked(book: RuleBook, version: SchemeVersion, name: str, value: str) -> tuple[Slot, list[str]]:
    """The place of a setting and its value: one text, the two ends of a range, or codes."""
    matched = SETTING.fullmatch(name)
    known = {slot.name: slot for slot in slots(version)}
    slot = known.get(f"{matched[1]}[{matched[2]}]" if matched[2] else matched[1]) if matched is not None else None
    if slot is None:
        close = suggestion(name.strip(), list(known))
        raise SettingError(name, Text("この版にない数値です。", f"{version.id} has no such parameter{close}"))
    text = tidy(value)
    type_ = slot.parameter.type
    if isinstance(type_, t.CodeSetType):
        return slot, _codes(slot, text, type_, book)
    ends = RANGE.split(text)
    if len(ends) > (1 if slot.key else 2):
        one = Text("１つの値を書いてください。", "write one value")
        some = Text("範囲は「5 %..10 %」のように書いてください。", "write a range as 5 %..10 %")
        raise SettingError(name, one if slot.key else some)
    values = [_typed(slot, end, type_) for end in ends]
    if len(values) == 2 and not values[0] < values[1]:
        raise SettingError(name, Text("範囲の小さい方を先に書いてください。", "the lower end of a range comes first"))
    return slot, ends


def _typed(slot: Slot, text: str, type_: t.Type) -> Any:
    try:
        value, found = read_value(text)
    except ExpressionError as error:
        message = Text(f"「{text}」は読み取れません。「{slot.written}」のように書いてください。", str(error))
        raise SettingError(slot.name, message) from None
    same_word = not isinstance(found, t.NumberType) or not isinstance(type_, t.NumberType) or found.word == type_.word
    if found != type_ or not same_word:  # months and per cent are numbers to the language, but not to a person
        message = Text(
            f"単位や種類が違います。「{slot.written}」のように書いてください。",
            f"'{text}' does not have the unit of this parameter; write it like {slot.written}",
        )
        raise SettingError(slot.name, message)
    return value


def _codes(slot: Slot, text: str, type_: t.CodeSetType, book: RuleBook) -> list[str]:
    listed = book.vocabulary.codes[type_.codes]
    chosen = [code for code in re.split(r"[,\s、]+", text) if code]
    for code in chosen:
        if code not in listed.codes and code not in listed.groups:
            close = suggestion(code, [*listed.codes, *listed.groups])
            message = Text(
                f"「{code}」という区分はありません。", f"'{code}' is not in the code list {type_.codes}{close}"
            )
            raise SettingError(slot.name, message)
    return chosen


def is_changed(slot: Slot, value: str, version: SchemeVersion, book: RuleBook) -> bool:
    """Whether a value differs from the present one. What cannot be read counts as changed, so that it is complained of."""
    if tidy(value) == tidy(slot.written):
        return False
    try:
        _, parts = _checked(book, version, slot.name, value)
    except SettingError:
        return True
    present = slot.parameter.value
    if isinstance(slot.parameter.type, t.CodeSetType):
        groups = book.vocabulary.codes[slot.parameter.type.codes].groups
        return bool(frozenset(code for part in parts for code in groups.get(part, {part})) != present)
    values = [read_value(part)[0] for part in parts]
    if slot.parameter.values is not None:
        present = slot.parameter.values[_key(slot)]
    made = Range(*values) if len(values) == 2 else values[0]
    return bool(made != present)


# --- into the file -------------------------------------------------------------------------------------------


def _child(entry: Entry, key: str) -> Entry:
    """The group of entries under a key, made when it is missing (then the rest is taken over from libraries)."""
    child: Entry | None = entry.children.get(key)
    if child is None or child.kind != "map":
        child = Entry("map", entry.place, entry.faults)
        entry.children[key] = child
    return child


def _key(slot: Slot) -> Any:
    """The key of a slot as parameters keep it."""
    return constant(slot.key, slot.parameter.key_type) if slot.parameter.key_type is not None else None


def _put(entry: Entry, slot: Slot, value: list[str]) -> None:
    faults = entry.faults
    place = Place(slot.name, 1)
    if slot.key:
        values = _child(entry, "from" if slot.parameter.steps else "values")
        if _key(slot) in slot.parameter.statuses:
            _child(values, slot.key).children["value"] = _text(value[0], place, faults)
        else:
            values.children[slot.key] = _text(value[0], place, faults)
        return
    if isinstance(slot.parameter.type, t.CodeSetType):
        entry.children["value"] = _list(value, place, faults)
        return
    ranged = len(value) == 2
    entry.children["range"] = _list(value, place, faults) if ranged else _text("remove", place, faults)
    entry.children["value"] = _text("remove" if ranged else value[0], place, faults)


def _text(value: str, place: Place, faults: Faults) -> Entry:
    entry = Entry("text", place, faults)
    entry.text = value
    return entry


def _list(values: Iterable[str], place: Place, faults: Faults) -> Entry:
    entry = Entry("list", place, faults)
    entry.children = [_text(value, place, faults) for value in values]
    return entry
