"""Drafts: a version that stands in no file, read against the present rule book into a book of its own.

Nothing is written. The other versions of the scheme are read again beside the draft, because they may be based on it; all
other schemes, the vocabulary and the KPI frames are those of the present book.
"""

from __future__ import annotations

import dataclasses
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from pathlib import Path

import yaml

from eligibility.language import nodes as n
from eligibility.language.env import Env
from eligibility.language.ranges import ends_of
from eligibility.language.types import NUMBER
from eligibility.rulebook.book import (
    RuleBook,
    check_indicators,
    expressions_of,
    read_files,
    read_libraries,
    read_versions,
)
from eligibility.rulebook.files import Entry, Faults, read_text
from eligibility.rulebook.model import Place, SchemeVersion

log = logging.getLogger(__name__)

DRAFT = "draft"
"""What messages call the text of a draft."""
MOST_TEXT = 200_000
"""Characters of a draft; the longest version of this rule book has a tenth."""
DEEPEST = 30
"""Entries inside entries; versions need about eight."""
MOST_YEARS = 1_000
"""Fiscal years that an amount may run over as far as the loader can tell."""
NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,49}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft in a rule book of its own. ``present``: the version of that name in the present rule book, if there is
    one."""

    book: RuleBook
    version: SchemeVersion
    present: SchemeVersion | None


def read_draft(book: RuleBook, scheme_id: str, text: str) -> Draft:
    """The draft in the text of a version file. Raises :class:`~eligibility.rulebook.files.RuleFileError` with every
    fault (those of the text have the file ``draft``), and ``KeyError`` for an unknown scheme."""
    faults = Faults()
    root = _root(text, faults)
    name = root.text_of("version")
    if not NAME.fullmatch(name):
        root.complain("'version' needs a name of letters, digits, '.', '_' and '-', such as V2027")
    faults.raise_if_any()
    return edited(book, scheme_id, name, lambda _: read_text(text, DRAFT, faults), faults)


def version_file(version: SchemeVersion, book: RuleBook) -> Path:
    """The file of a version of the book."""
    return book.root / "schemes" / version.scheme.id / f"{version.name}.yaml"


def edited(
    book: RuleBook, scheme_id: str, name: str, edit: Callable[[Entry | None], Entry], faults: Faults | None = None
) -> Draft:
    """A draft made from the file of the version ``name`` (``None`` where there is none). Raises
    :class:`RuleFileError` with every fault."""
    faults = faults or Faults()
    scheme = dataclasses.replace(book.scheme(scheme_id), versions=())
    try:
        files = read_files(scheme_id, book.root, faults)
        files[name] = edit(files.get(name))
        libraries = read_libraries(book.root, faults)
        scheme.versions = read_versions(scheme, files, libraries, book.vocabulary, faults)
        check_indicators(scheme, book.kpi, faults)
        if not faults.messages:
            _check_years(scheme.version(name), book, faults)
    except (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError) as error:
        # The loader is made for the files of the repository. Whatever else somebody hands in, they get an answer.
        log.warning("draft of %s cannot be read: %s: %s", scheme_id, type(error).__name__, error)
        faults.add(Place(DRAFT, 1), f"this text cannot be read ({type(error).__name__})")
    faults.raise_if_any()
    draft_book = dataclasses.replace(book, schemes={**book.schemes, scheme_id: scheme})
    present = next((v for v in book.scheme(scheme_id).versions if v.name == name), None)
    return Draft(draft_book, scheme.version(name), present)


def _root(text: str, faults: Faults) -> Entry:
    """The text as entries. Raises :class:`~eligibility.rulebook.files.RuleFileError` also where it is too long, too
    deep or refers back to itself."""
    place = Place(DRAFT, 1)
    if len(text) > MOST_TEXT:
        faults.add(place, f"the text has more than {MOST_TEXT:,} characters")
        faults.raise_if_any()
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            line = Place(DRAFT, event.start_mark.line + 1 if event.start_mark else 1)
            if isinstance(event, yaml.AliasEvent):
                faults.add(line, "references (*name) are not used in rule files")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                faults.add(line, "the entries are nested too deeply")
                break
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        faults.add(Place(DRAFT, mark.line + 1 if mark else 1), f"not readable as YAML: {error.problem}")
    except yaml.YAMLError as error:
        faults.add(place, f"not readable as YAML: {str(error).splitlines()[0]}")
    faults.raise_if_any()
    root = read_text(text, DRAFT, faults)
    faults.raise_if_any()
    if root.kind != "map":
        faults.add(place, "a version is a group of named entries (scheme, version, in_force …)")
        faults.raise_if_any()
    return root


def _check_years(version: SchemeVersion, book: RuleBook, faults: Faults) -> None:
    """No amount runs over more years than anybody could pay, whatever the facts are."""
    env = Env(book.vocabulary.unknown_facts(), version.first_day.toordinal(), version.slots)
    roots = [*expressions_of(version), *(definition.body for definition in version.definitions.values())]
    for part in (part for root in roots for part in root.walk()):
        if isinstance(part, n.Call) and part.function.name == "years":
            try:
                _, most = ends_of(part.arguments[1].run(env))
            except (TypeError, AttributeError):  # it depends on a year or record of a loop, which is bounded itself
                most = max((p.value for p in part.walk() if isinstance(p, n.Constant) and p.type == NUMBER), default=0)
            if MOST_YEARS < most < inf:  # only unknown dates have no end, and known ones are never far apart
                faults.add(version.place, f"'{part.text}' may run over more than {MOST_YEARS} fiscal years")
