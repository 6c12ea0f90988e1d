"""Two versions of a scheme side by side: parameters, criteria, amounts, procedure and sources, with what differs marked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext

from eligibility.rulebook.model import Assumption, SchemeVersion
from portal.components.dates import day_text
from portal.fact_forms import words
from portal.rules_reading import Rule, contents

TOKEN = re.compile(r"[A-Za-z0-9_.,%]+|\s+|.", re.DOTALL)
ALIKE = 0.45
"""Texts that share less are shown as replaced as a whole, because crumbs of both would be unreadable."""
CRUMB = 1
"""Characters between two differences that are not worth showing as equal."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text. ``differs``: it is not in the other version."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One entry in both versions, line by line. ``state``: same, changed, added, removed."""

    title: str
    state: str
    old: tuple[tuple[Piece, ...], ...]
    new: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the version, such as its criteria."""

    anchor: str
    title: str
    rows: tuple[Row, ...]

    @property
    def differing(self) -> tuple[Row, ...]:
        """The rows in which something differs."""
        return tuple(row for row in self.rows if row.state != "same")

    @property
    def same(self) -> int:
        """How many rows are the same."""
        return len(self.rows) - len(self.differing)


Entries = dict[str, tuple[str, list[str]]]
"""Title and lines of each entry by its name, by which the two versions are matched."""


def compared(old: SchemeVersion, new: SchemeVersion) -> list[Section]:
    """All parts of two versions; parts that neither has are left out."""
    before, after = _parts(old), _parts(new)
    titles = {
        "overview": gettext("概要"),
        "parameters": gettext("数値"),
        "criteria": gettext("要件"),
        "items": gettext("明細ごとの要件"),
        "amounts": gettext("金額"),
        "definitions": gettext("算定に用いる語"),
        "tables": gettext("表"),
        "procedure": gettext("手続"),
        "counting": gettext("評価指標への計上"),
        "sources": gettext("出典"),
    }
    sections = [Section(name, title, _rows(before[name], after[name])) for name, title in titles.items()]
    return [section for section in sections if section.rows]


def _rows(old: Entries, new: Entries) -> tuple[Row, ...]:
    names = list(new)
    for position, name in enumerate(old):
        if name not in new:  # what was taken out stands where it stood
            names.insert(min(position, len(names)), name)
    return tuple(_row(old.get(name), new.get(name)) for name in names)


def _row(old: tuple[str, list[str]] | None, new: tuple[str, list[str]] | None) -> Row:
    if old is None or new is None:
        title, lines = old or new or ("", [])
        return Row(title, "added", (), _plain(lines)) if old is None else Row(title, "removed", _plain(lines), ())
    if old == new:
        return Row(new[0], "same", _plain(old[1]), _plain(new[1]))
    renamed = old[0] != new[0]
    left, right = _matched([*old[:1], *old[1]] if renamed else old[1], [*new[:1], *new[1]] if renamed else new[1])
    return Row(new[0], "changed", left, right)


def _plain(lines: list[str]) -> tuple[tuple[Piece, ...], ...]:
    return tuple((Piece(line, False),) for line in lines)


def _matched(old: list[str], new: list[str]) -> tuple[tuple[tuple[Piece, ...], ...], tuple[tuple[Piece, ...], ...]]:
    """Lines of one entry: equal ones as they are, the rest against the line in the same place."""
    left: list[tuple[Piece, ...]] = []
    right: list[tuple[Piece, ...]] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            left += _plain(old[i1:i2])
            right += _plain(new[j1:j2])
            continue
        for step in range(max(i2 - i1, j2 - j1)):
            a = old[i1 + step] if i1 + step < i2 else None
            b = new[j1 + step] if j1 + step < j2 else None
            one, other = text_difference(a or "", b or "")
            left += [one] if a is not None else []
            right += [other] if b is not None else []
    return tuple(left), tuple(right)


def text_difference(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Two texts in pieces. Numbers and Latin words are never cut; Japanese is compared by the character."""
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.ratio() < ALIKE:
        return (Piece(old, bool(old)),), (Piece(new, bool(new)),)
    left: list[Piece] = []
    right: list[Piece] = []
    blocks = matcher.get_opcodes()
    for place, (kind, i1, i2, j1, j2) in enumerate(blocks):
        crumb = 0 < place < len(blocks) - 1 and len("".join(a[i1:i2])) <= CRUMB
        differs = kind != "equal" or crumb
        _add(left, "".join(a[i1:i2]), differs)
        _add(right, "".join(b[j1:j2]), differs)
    return tuple(left), tuple(right)


def _add(pieces: list[Piece], text: str, differs: bool) -> None:
    if not text:
        return
    if pieces and pieces[-1].differs == differs:
        text = pieces.pop().text + text
    pieces.append(Piece(text, differs))


# --- what a version says, as lines ---------------------------------------------------------------------------


def _parts(version: SchemeVersion) -> dict[str, Entries]:
    said = contents(version)
    return {
        "overview": {title: (title, lines) for title, lines in _overview(version, said).items()},
        "parameters": {
            rule.name: (rule.title, [*_values(values), *_standing(rule)]) for rule, values in said["parameters"]
        },
        "criteria": {rule.name: (rule.title, _rule(rule)) for rule in said["criteria"]},
        "items": {rule.name: (rule.title, _rule(rule)) for _title, rules in said["items"] for rule in rules},
        "amounts": {
            f"{place}.{rule.name}": (_part_title(amount["title"], rule), _rule(rule))
            for place, amount in enumerate(said["amounts"])
            for rule in amount["components"]
        },
        "definitions": {rule.name: (rule.title, _rule(rule)) for rule in said["definitions"]},
        "tables": {
            f"{table['title']} {row['key']}": (f"{table['title']} {row['key']}", _table_row(table, row))
            for table in said["tables"]
            for row in table["rows"]
        },
        "procedure": {step["title"]: (step["title"], _step(step)) for step in said["steps"]},
        "counting": {c["title"]: (c["title"], [c["when"], *_assumed(c["assumptions"])]) for c in said["countings"]},
        "sources": {
            source.key: (source.key, [words(source.what), str(grade), *filter(None, (day, source.address))])
            for source, grade, day in said["sources"]
        },
    }


def _part_title(amount: str, rule: Rule) -> str:
    return gettext("%(amount)s：%(part)s") % {"amount": amount, "part": rule.title}


def _overview(version: SchemeVersion, said: dict[str, Any]) -> dict[str, list[str]]:
    window = version.window
    found = {
        gettext("適用期間"): [said["period"], *_assumed(said["period_assumptions"])],
        gettext("決定の法的性質"): [str(said["legal"]), *_assumed(said["legal_assumptions"])],
        gettext("含む区分"): list(version.covers),
        gettext("条件"): [words(text) for text in version.subject_to],
        gettext("注記"): [words(text) for text in (*([version.note] if version.note else []), *version.notes)],
    }
    if window is not None:
        days = [day_text(day) if day is not None else gettext("未公表") for day in (window.opens, window.closes)]
        found[gettext("募集期間")] = [gettext("%(first)sから%(last)sまで") % {"first": days[0], "last": days[1]}]
    return {name: lines for name, lines in found.items() if lines}


def _values(values: list[tuple[str, str]]) -> list[str]:
    return [gettext("%(key)s：%(value)s") % {"key": key, "value": value} if key else value for key, value in values]


def _standing(rule: Rule) -> list[str]:
    sources = gettext("出典：%(keys)s") % {"keys": " ".join(source.key for source in rule.sources)}
    return [*([sources] if rule.sources else []), *_assumed(rule.assumptions)]


def _assumed(found: Iterable[Assumption]) -> list[str]:
    return [gettext("仮定 %(key)s：%(text)s") % {"key": a.key, "text": words(a.proposal)} for a in found]


def _rule(rule: Rule) -> list[str]:
    return [*rule.lines, *([rule.article] if rule.article else []), *_standing(rule)]


def _table_row(table: dict[str, Any], row: dict[str, Any]) -> list[str]:
    cells = [f"{name}: {cell}" for name, cell in zip(table["columns"], row["cells"], strict=True)]
    return [row["when"], *cells, *_assumed(row["assumptions"])]


def _step(step: dict[str, Any]) -> list[str]:
    documents = [
        gettext("%(title)s（必須）") % {"title": title} if required else title for title, required in step["documents"]
    ]
    comma = gettext("、")
    lines = [
        step["help"],
        gettext("期限：%(deadline)s") % {"deadline": step["deadline"]} if step["deadline"] else "",
        gettext("申告事項：%(facts)s") % {"facts": comma.join(step["facts"])} if step["facts"] else "",
        gettext("書類：%(documents)s") % {"documents": comma.join(documents)} if documents else "",
        gettext("決定：%(kind)s") % {"kind": step["decides"]} if step["decides"] else "",
    ]
    return [line for line in lines if line]
