"""Checks of a whole rule book that loads: periods, unused entries, incomplete tables, published versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import yaml

from eligibility.language import nodes as n
from eligibility.language.types import CodeType
from eligibility.rulebook.assumptions import uses_in
from eligibility.rulebook.book import RuleBook, expressions_of, facts_of
from eligibility.rulebook.interactions import FILE
from eligibility.rulebook.model import Scheme, SchemeVersion
from eligibility.rulebook.vocabulary import facts_in

ONE_DAY = timedelta(days=1)
PUBLISHED = "published.yaml"
"""List of published versions and their content hashes, in the rule book's folder."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that ``rules check`` reports. ``serious`` ones make it fail."""

    place: str
    message: str
    serious: bool = True

    def __str__(self) -> str:
        return f"{'error' if self.serious else 'note '}  {self.place}: {self.message}"


def check_book(book: RuleBook) -> list[Finding]:
    """Everything that is wrong or odd with the rule book."""
    found: list[Finding] = []
    for scheme in book.schemes.values():
        if not scheme.versions and not scheme.gaps:  # gaps alone: a scheme of which no terms are known, for information
            found.append(Finding(str(scheme.place), f"{scheme.id} has neither a version nor a gap"))
        found += _periods(scheme)
        for version in scheme.versions:
            found += _window(version)
            found += _unused(version)
            found += _incomplete(version, book)
    found += _uncited(book)
    found += _unused_words(book)
    found += _assumptions(book)
    found += check_published(book)
    return found


# --- periods -------------------------------------------------------------------------------------------------


def _periods(scheme: Scheme) -> Iterator[Finding]:
    """Every day from the first version on belongs to one version or to one declared gap."""
    for earlier, later in zip(scheme.versions, scheme.versions[1:], strict=False):
        if earlier.last_day is None or earlier.last_day >= later.first_day:
            yield Finding(
                str(later.place),
                f"the periods of {earlier.id} and {later.id} overlap, for example on {later.first_day}",
            )
    for first, last, _ in scheme.gaps:
        for version in scheme.versions:
            day = max(first, version.first_day)
            if day <= min(last or date.max, version.last_day or date.max):
                yield Finding(
                    str(scheme.place), f"{scheme.id}: the gap from {first} covers days of {version.id}, such as {day}"
                )
        if last is not None and last < first:
            yield Finding(str(scheme.place), f"{scheme.id}: the gap from {first} ends before it begins")
    spans = [(v.first_day, v.last_day) for v in scheme.versions] + [(first, last) for first, last, _ in scheme.gaps]
    if not scheme.versions:
        return
    covered = scheme.versions[0].first_day - ONE_DAY
    for first, last in sorted(spans):
        if first > covered + ONE_DAY:
            break
        if last is None:
            return
        covered = max(covered, last)
    yield Finding(
        str(scheme.place),
        f"{scheme.id} has neither a version nor a declared gap on {covered + ONE_DAY}",
    )


def _window(version: SchemeVersion) -> Iterator[Finding]:
    window = version.window
    if window is None:
        return
    if window.opens is not None and window.closes is not None and window.closes < window.opens:
        yield Finding(
            str(version.place), f"{version.id}: the window closes on {window.closes}, before it opens on {window.opens}"
        )
    for day in (window.opens, window.closes):
        if day is not None and (day < version.first_day or (version.last_day is not None and day > version.last_day)):
            yield Finding(
                str(version.place),
                f"{version.id}: the window's day {day} lies outside the version's period",
                serious=False,
            )


# --- unused and incomplete -----------------------------------------------------------------------------------


def _unused(version: SchemeVersion) -> Iterator[Finding]:
    parameters, definitions, tables = used_names(version)
    for kind, all_names, used in (
        ("parameter", version.parameters, parameters),
        ("definition", version.definitions, definitions),
        ("table", version.tables, tables),
    ):
        for name, entry in all_names.items():
            if name not in used:
                yield Finding(str(entry.place), f"{version.id}: the {kind} '{name}' is never used", serious=False)
    cited = {key for entry in version.parameters.values() for key in entry.source.split()}
    cited |= {key for entry in version.criteria for key in entry.source.split()}
    cited |= {key for entry in version.definitions.values() for key in entry.source.split()}
    cited |= {key for block in version.items.values() for c in block.criteria for key in c.source.split()}
    cited |= {key for table in version.tables.values() for row in table.rows for key in row.source.split()}
    for amount in [a for a in (version.amount, *(a for _, a in version.other_amounts.values())) if a is not None]:
        cited |= {key for component in amount.components for key in component.source.split()}
    if version.window is not None:
        cited |= set(version.window.source.split())
    for key in version.sources:
        if key not in cited:
            yield Finding(str(version.place), f"{version.id}: the source '{key}' is never cited", serious=False)


def _unused_words(book: RuleBook) -> Iterator[Finding]:
    """Facts that no version reads or asks for, and code lists that no fact or parameter uses."""
    used: set[str] = set()
    lists: set[str] = set()
    for version in book.versions():
        used |= set(facts_of(version, book.vocabulary))
        used |= {fact for step in version.procedure for fact in step.facts}
        used |= set(version.letter_items)
        used |= {name for counting in version.counts_for for name in facts_in(counting.when)}
        deadlines = (step.deadline for step in version.procedure if step.deadline is not None)
        used |= {name for deadline in deadlines for name in facts_in(deadline)}
    facts = book.vocabulary.facts
    for fact in facts.values():
        if fact.asked_if is not None:
            used |= facts_in(fact.asked_if)
        for one in (fact, *fact.fields.values()):
            lists.add(getattr(one.type, "codes", ""))
    for version in book.versions():
        lists |= {getattr(p.key_type, "codes", "") for p in version.parameters.values()}
        lists |= {getattr(p.type, "codes", "") for p in version.parameters.values()}
    for name, fact in facts.items():
        if name not in used:
            yield Finding(str(fact.place), f"no version uses the fact '{name}'", serious=False)
    for name, codes in book.vocabulary.codes.items():
        if name not in lists:
            yield Finding(str(codes.place), f"nothing uses the code list '{name}'", serious=False)


def used_names(version: SchemeVersion) -> tuple[set[str], set[str], set[str]]:
    """Names of parameters, definitions and tables that a determination or the procedure can reach."""
    parameters: set[str] = set()
    definitions: set[str] = set()
    tables: set[str] = set()

    def visit(node: n.Node) -> None:
        for part in node.walk():
            if isinstance(part, n.ParameterRef | n.ParameterLookup):
                parameters.add(part.parameter.name)
            elif isinstance(part, n.DefinitionRef) and part.definition.name not in definitions:
                definitions.add(part.definition.name)
                visit(part.definition.body)
            elif isinstance(part, n.TableCell) and part.table.name not in tables:
                tables.add(part.table.name)
                for row in part.table.rows:
                    visit(row.when)

    for node in expressions_of(version):
        visit(node)
    for step in version.procedure:
        if step.deadline is not None:
            visit(step.deadline)
    for counting in version.counts_for:
        visit(counting.when)
    return parameters, definitions, tables


def _incomplete(version: SchemeVersion, book: RuleBook) -> Iterator[Finding]:
    for parameter in version.parameters.values():
        if parameter.values is None or not isinstance(parameter.key_type, CodeType) or parameter.steps:
            continue
        missing = [
            code for code in book.vocabulary.codes[parameter.key_type.codes].codes if code not in parameter.values
        ]
        if missing:
            yield Finding(
                str(parameter.place),
                f"{version.id}: '{parameter.name}' has no value for "
                f"{', '.join(missing)}; ask for it only where it has one",
                serious=False,
            )


def _uncited(book: RuleBook) -> Iterator[Finding]:
    cited = {key for rule in book.interactions.rules for key in rule.source.split()}
    for key in book.interactions.sources:
        if key not in cited:
            yield Finding(FILE, f"the source '{key}' is never cited", serious=False)


def _assumptions(book: RuleBook) -> Iterator[Finding]:
    used = (
        set().union(*(assumptions_of(version) for version in book.versions()))
        | book.kpi.assumptions()
        | book.city.assumptions
        | book.interactions.assumptions()
    )
    for key, assumption in book.vocabulary.assumptions.items():
        if key not in used:
            yield Finding(str(assumption.place), f"nothing rests on the assumption {key}", serious=False)


def assumptions_of(version: SchemeVersion) -> set[str]:
    """Keys of all assumptions in a version."""
    return {use.key for use in uses_in(version)}


# --- published versions --------------------------------------------------------------------------------------


def published(root: Path) -> dict[str, str]:
    """Content hash of each published version by its id."""
    path = root / PUBLISHED
    if not path.exists():
        return {}
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
    return {str(key): str(value) for key, value in content.items()}


def check_published(book: RuleBook) -> Iterator[Finding]:
    """A published version may neither change nor disappear."""
    present = {version.id: version for version in book.versions()}
    listed = published(book.root)
    for key, content_hash in listed.items():
        if key not in present:
            yield Finding(PUBLISHED, f"the published version {key} is gone")
        elif present[key].content_hash != content_hash:
            yield Finding(
                str(present[key].place),
                f"the published version {key} has changed "
                f"({present[key].content_hash[:12]} instead of {content_hash[:12]}); make a new version",
            )
    for key, version in present.items():
        if key not in listed:
            yield Finding(str(version.place), f"{key} is a draft (not in {PUBLISHED})", serious=False)
