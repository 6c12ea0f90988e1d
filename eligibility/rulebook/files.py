"""YAML files with a line number on everything, so that each complaint can say where to look.

All scalars stay text; the loader knows what each place must hold. An unquoted ``[x for x in …]`` (which YAML would take
for a list) is handed on as the text that stands in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from eligibility.language.checker import suggestion
from eligibility.rulebook.model import Place, Text


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a rule file, and where."""

    place: Place
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class RuleFileError(ValueError):
    """One or more faults of rule files. ``faults`` are messages that begin with file and line; ``found`` are the same
    in parts, where their place is known."""

    def __init__(self, faults: list[str], found: tuple[Fault, ...] = ()) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults
        self.found = found


class Faults:
    """Collects complaints so that an author sees all of them at once."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.found: list[Fault] = []

    def add(self, place: Place, reason: str) -> None:
        """Note a fault."""
        fault = Fault(place, reason)
        if fault not in self.found:
            self.found.append(fault)
            self.messages.append(str(fault))

    def raise_if_any(self) -> None:
        """Raise :class:`RuleFileError` when something was noted."""
        if self.messages:
            raise RuleFileError(self.messages, tuple(self.found))


class Entry:
    """A value in a rule file: a mapping, a list or a scalar, with its place."""

    __slots__ = ("children", "faults", "kind", "place", "raw", "text", "used")

    def __init__(self, kind: str, place: Place, faults: Faults, raw: str = "") -> None:
        self.kind = kind  # "map", "list" or "text"
        self.place = place
        self.faults = faults
        self.text = ""
        self.raw = raw
        self.children: Any = {} if kind == "map" else []
        self.used: set[str] = set()

    # -- scalars ----------------------------------------------------------------------------------------------

    def string(self) -> str:
        """The scalar, or a fault and an empty string."""
        if self.kind == "text":
            return self.text
        self.complain("one value is needed here, not a list or a group of entries")
        return ""

    def expression(self) -> str:
        """An expression: the scalar, or the bracketed text as written."""
        if self.kind == "list" and self.raw:
            return self.raw
        return self.string()

    # -- mappings ---------------------------------------------------------------------------------------------

    def get(self, key: str) -> Entry | None:
        """The entry under ``key``, if there is one."""
        if self.kind != "map":
            self.complain(f"a group of entries with '{key}' is needed here")
            self.kind, self.children = "map", {}
        self.used.add(key)
        child: Entry | None = self.children.get(key)
        return child

    def need(self, key: str) -> Entry:
        """The entry under ``key``; a fault and an empty text when it is missing."""
        child = self.get(key)
        if child is None:
            self.complain(f"'{key}' is missing")
            child = Entry("text", self.place, self.faults)
        return child

    def text_of(self, key: str, default: str = "") -> str:
        """The scalar under ``key``, or ``default``."""
        child = self.get(key)
        return child.string() if child is not None else default

    def items(self) -> Iterator[tuple[str, Entry]]:
        """All pairs of a mapping."""
        if self.kind != "map":
            if self.kind != "text" or self.text:
                self.complain("a group of named entries is needed here")
            return
        for key, child in self.children.items():
            self.used.add(key)
            yield key, child

    def section(self, key: str) -> Iterator[tuple[str, Entry]]:
        """The pairs of the mapping under ``key`` (none when it is missing)."""
        child = self.get(key)
        return child.items() if child is not None else iter(())

    def elements(self) -> list[Entry]:
        """The entries of a list; a single scalar counts as a list of one."""
        if self.kind == "list":
            return list(self.children)
        if self.kind == "text":
            return [self] if self.text else []
        self.complain("a list is needed here")
        return []

    def strings(self, key: str) -> tuple[str, ...]:
        """The scalars of the list under ``key``."""
        child = self.get(key)
        return tuple(e.string() for e in child.elements()) if child is not None else ()

    def close(self, what: str) -> None:
        """Complain about entries that nobody asked for (most often a misspelt word)."""
        for key, child in self.children.items() if self.kind == "map" else ():
            if key not in self.used:
                self.faults.add(child.place, f"{what} has no entry '{key}'{suggestion(key, sorted(self.used))}")

    # -- common shapes ----------------------------------------------------------------------------------------

    def words(self) -> Text:
        """A text in both languages: ``{ja: …, en: …}``."""
        ja, en = self.need("ja").string(), self.need("en").string()
        return Text(" ".join(ja.split()), " ".join(en.split()))

    def words_of(self, key: str) -> Text | None:
        """The text in both languages under ``key``, if there is one."""
        child = self.get(key)
        if child is None:
            return None
        text = child.words()
        child.close(f"'{key}'")
        return text

    def complain(self, reason: str) -> None:
        """Note a fault at this place."""
        self.faults.add(self.place, reason)


def read(path: Path, root: Path, faults: Faults) -> Entry:
    """A YAML file as entries; unreadable YAML is a fault."""
    return read_text(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix(), faults)


def read_text(source: str, name: str, faults: Faults) -> Entry:
    """The same for a text that stands in no file; ``name`` is what messages call it."""
    try:
        node = yaml.compose(source, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        faults.add(Place(name, mark.line + 1 if mark else 1), f"not readable as YAML: {error.problem}")
        return Entry("map", Place(name, 1), faults)
    if node is None:
        faults.add(Place(name, 1), "the file is empty")
        return Entry("map", Place(name, 1), faults)
    return _entry(node, name, source, faults)


def _entry(node: yaml.Node, name: str, source: str, faults: Faults) -> Entry:
    place = Place(name, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        entry = Entry("map", place, faults)
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in entry.children:
                faults.add(Place(name, key_node.start_mark.line + 1), f"'{key}' stands here twice")
            child = _entry(value_node, name, source, faults)
            child.place = Place(name, key_node.start_mark.line + 1)
            entry.children[key] = child
        return entry
    if isinstance(node, yaml.SequenceNode):
        raw = source[node.start_mark.index : node.end_mark.index] if node.flow_style else ""
        entry = Entry("list", place, faults, raw)
        entry.children = [_entry(child, name, source, faults) for child in node.value]
        return entry
    entry = Entry("text", place, faults)
    entry.text = str(node.value)
    return entry


def canonical(entry: Entry) -> Any:
    """The content as plain data, free of layout and comments (for hashes and comparison)."""
    if entry.kind == "map":
        return {key: canonical(child) for key, child in sorted(entry.children.items())}
    if entry.kind == "list":
        return [canonical(child) for child in entry.children]
    return " ".join(entry.text.split())
