"""A version's file completed by its libraries and by the version it is based on."""

from __future__ import annotations

import copy

from eligibility.rulebook.files import Entry

MERGED = frozenset(
    {
        "sources",
        "parameters",
        "definitions",
        "tables",
        "items",
        "groups",
        "criteria",
        "amount",
        "other_amounts",
        "procedure",
        "counts_for",
        "conditions",
        "subject_to",
        "notes",
    }
)
"""Sections that a version takes over from its libraries and from the version it is based on, entry by entry (a list as a
whole)."""


def merged(entry: Entry, bases: list[Entry]) -> Entry:
    """``entry`` completed by its bases: merged sections key by key down to single values, everything else only where
    it is missing. ``name: remove`` takes an inherited entry out.
    """
    result = Entry("map", entry.place, entry.faults)
    for base in [*bases, entry]:
        for key, child in base.children.items():
            known = result.children.get(key)
            result.children[key] = _joined(known, child) if key in MERGED else child
    return fresh(result)


def _joined(known: Entry | None, child: Entry) -> Entry:
    if child.kind != "map":
        return child
    section = Entry("map", child.place, child.faults)
    section.children = dict(known.children) if known is not None and known.kind == "map" else {}
    for key, inner in child.children.items():
        if inner.kind == "text" and inner.text == "remove":
            section.children.pop(key, None)
        else:
            section.children[key] = _joined(section.children.get(key), inner)
    return section


def fresh(entry: Entry) -> Entry:
    """A copy that nobody has read from yet (files serve several versions)."""
    duplicate = copy.copy(entry)
    duplicate.used = set()
    if entry.kind == "map":
        duplicate.children = {key: fresh(child) for key, child in entry.children.items()}
    elif entry.kind == "list":
        duplicate.children = [fresh(child) for child in entry.children]
    return duplicate
