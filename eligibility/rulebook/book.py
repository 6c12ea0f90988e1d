"""The rule book: all schemes and versions, loaded once and never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from eligibility.language import types as t
from eligibility.language.checker import Checker, Scope, suggestion
from eligibility.language.direct import prepare
from eligibility.language.nodes import DefinitionRef, FactRef, Node
from eligibility.language.reader import ExpressionError, read_date
from eligibility.rulebook.city import City, load_city
from eligibility.rulebook.files import Entry, Faults, canonical, read
from eligibility.rulebook.interactions import Interactions, load_interactions
from eligibility.rulebook.kpi import KpiBook, load_kpi
from eligibility.rulebook.merging import MERGED, merged
from eligibility.rulebook.model import Fact, Operator, Scheme, SchemeVersion, Text
from eligibility.rulebook.version import VersionReader
from eligibility.rulebook.vocabulary import NOTHING, Vocabulary, load_vocabulary

RULES = Path(__file__).resolve().parents[2] / "rules"
"""The rule book of this repository."""


@dataclass(slots=True)
class RuleBook:
    """All schemes by id, and the vocabulary that they share."""

    root: Path
    vocabulary: Vocabulary
    schemes: dict[str, Scheme]
    kpi: KpiBook
    city: City
    interactions: Interactions

    def scheme(self, scheme_id: str) -> Scheme:
        """The scheme of that id. Raises ``KeyError`` with a spelling suggestion."""
        try:
            return self.schemes[scheme_id]
        except KeyError:
            raise KeyError(f"unknown scheme '{scheme_id}'{suggestion(scheme_id, self.schemes)}") from None

    def versions(self) -> Iterator[SchemeVersion]:
        """All versions of all schemes."""
        for scheme in self.schemes.values():
            yield from scheme.versions


@lru_cache(maxsize=4)
def load(root: Path = RULES) -> RuleBook:
    """Load and check a rule book. Raises :class:`~eligibility.rulebook.files.RuleFileError` with every fault found."""
    faults = Faults()
    try:
        vocabulary = load_vocabulary(root, faults)
    except ExpressionError as error:
        faults.messages.append(str(error))
        faults.raise_if_any()
        raise
    faults.raise_if_any()  # schemes cannot be read with a broken vocabulary
    libraries = read_libraries(root, faults)
    schemes = {}
    for path in sorted((root / "schemes").glob("*/*/scheme.yaml")):
        scheme = _scheme(path, root, vocabulary, faults)
        scheme.versions = read_versions(scheme, read_files(scheme.id, root, faults), libraries, vocabulary, faults)
        schemes[scheme.id] = scheme
    kpi = load_kpi(root, vocabulary, faults)
    city = load_city(root, vocabulary, faults)
    for scheme in schemes.values():
        check_indicators(scheme, kpi, faults)
    ordered = dict(sorted(schemes.items(), key=lambda item: (item[1].order, item[0])))
    interactions = load_interactions(root, vocabulary, ordered, faults)
    faults.raise_if_any()
    return RuleBook(root, vocabulary, ordered, kpi, city, interactions)


def _scheme(path: Path, root: Path, vocabulary: Vocabulary, faults: Faults) -> Scheme:
    entry = read(path, root, faults)
    id_ = path.parent.relative_to(root / "schemes").as_posix()
    if entry.need("scheme").string() != id_:
        entry.need("scheme").complain(f"the scheme in this folder is {id_}")
    programme = entry.need("programme").string()
    if programme not in vocabulary.programmes:
        entry.complain(f"unknown programme '{programme}'{suggestion(programme, vocabulary.programmes)}")
    chosen = entry.need("chosen_by")
    scope = Scope(vocabulary.facts, vocabulary.codes)
    try:
        node = prepare(Checker(scope).check(chosen.need("date").expression(), None, t.DATE))
    except ExpressionError as error:
        chosen.complain(str(error))
        node = prepare(Checker(scope).check("on"))
    goals = entry.strings("goals")
    for goal in goals:
        if goal not in vocabulary.goals:
            entry.need("goals").complain(f"unknown goal '{goal}'{suggestion(goal, vocabulary.goals)}")
    gaps = []
    gap_list = entry.get("gaps")
    for gap in gap_list.elements() if gap_list is not None else []:
        to = gap.text_of("to")
        gaps.append(
            (read_date(gap.need("from").string()), read_date(to) if to else None, gap.words_of("why") or NOTHING)
        )
        gap.close("a gap")
    scheme = Scheme(
        id=id_,
        programme=programme,
        title=entry.words(),
        summary=entry.words_of("summary") or NOTHING,
        instrument=entry.need("instrument").string(),
        audience=entry.text_of("audience", "firm"),
        goals=goals,
        office=entry.words_of("office") or NOTHING,
        money=entry.words_of("money") or Text("助成金", "grant"),
        chosen_by=node,
        chosen_by_text=chosen.words(),
        order=int(entry.text_of("order", "100")),
        place=entry.place,
        run_by=_operator(entry.get("run_by")),
        gaps=tuple(gaps),
    )
    chosen.close("'chosen_by'")
    entry.close("a scheme")
    return scheme


def _operator(entry: Entry | None) -> Operator | None:
    """The body that runs a scheme of others, with the address of its page."""
    if entry is None:
        return None
    operator = Operator(entry.words(), entry.need("address").string())
    if not operator.address.startswith(("https://", "http://")):
        entry.need("address").complain("the address of the body's page begins with https:// or http://")
    entry.close("'run_by'")
    return operator


def check_indicators(scheme: Scheme, kpi: KpiBook, faults: Faults) -> None:
    """Every indicator that versions of a scheme count for exists."""
    for version in scheme.versions:
        for counting in version.counts_for:
            if counting.indicator not in kpi.indicators:
                faults.add(
                    counting.place,
                    f"unknown indicator '{counting.indicator}'{suggestion(counting.indicator, kpi.indicators)}",
                )


def read_libraries(root: Path, faults: Faults) -> dict[str, Entry]:
    """All libraries by name, not yet checked."""
    return {path.stem: read(path, root, faults) for path in sorted((root / "libraries").glob("*.yaml"))}


def read_files(scheme_id: str, root: Path, faults: Faults) -> dict[str, Entry]:
    """The files of a scheme's versions by name, not yet checked."""
    return {
        path.stem: read(path, root, faults)
        for path in sorted((root / "schemes" / scheme_id).glob("*.yaml"))
        if path.name != "scheme.yaml" and not path.name.endswith(".cases.yaml")
    }


def read_versions(
    scheme: Scheme, files: dict[str, Entry], libraries: dict[str, Entry], vocabulary: Vocabulary, faults: Faults
) -> tuple[SchemeVersion, ...]:
    """The checked versions of a scheme, oldest first."""
    versions = []
    for name, entry in files.items():
        if entry.text_of("version") != name:
            entry.complain(f"the version is named like its file: {name}")
        complete = _complete(entry, files, libraries, [name])
        content = canonical(complete)
        version = VersionReader(complete, scheme, vocabulary, faults).read()
        version.content_hash = content_hash(content, version, vocabulary)
        versions.append(version)
    return tuple(sorted(versions, key=lambda v: v.first_day))


def _complete(entry: Entry, files: dict[str, Entry], libraries: dict[str, Entry], seen: list[str]) -> Entry:
    """The version's file with its libraries and the version that it is based on."""
    bases = []
    base_name = entry.text_of("based_on")
    if base_name in seen:
        entry.need("based_on").complain(f"versions are based on each other: {' → '.join([*seen, base_name])}")
    elif base_name and base_name not in files:
        entry.need("based_on").complain(f"unknown version '{base_name}'{suggestion(base_name, files)}")
    elif base_name:
        bases.append(_complete(files[base_name], files, libraries, [*seen, base_name]))
    for name in entry.strings("uses"):
        if name not in libraries:
            entry.need("uses").complain(f"unknown library '{name}'{suggestion(name, libraries)}")
            continue
        for section in libraries[name].children:
            if section not in MERGED:
                libraries[name].complain(f"a library has no section '{section}'")
        bases.append(libraries[name])
    return merged(entry, bases)


def content_hash(content: Any, version: SchemeVersion, vocabulary: Vocabulary) -> str:
    """SHA-256 of everything that the version's answers depend on: its own text and the facts and codes it uses."""
    used = {name: _fact_meaning(vocabulary.facts[name]) for name in sorted(facts_of(version, vocabulary))}
    blob = json.dumps({"rules": content, "facts": used}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(blob.encode()).hexdigest()


def _fact_meaning(fact: Fact) -> dict[str, Any]:
    return {
        "type": str(fact.type),
        "least": fact.lowest,
        "most": fact.highest,
        "decimals": fact.decimals,
        "asked_if": fact.asked_if.text if fact.asked_if is not None else "",
        "otherwise": str(fact.otherwise),
        "fields": {name: _fact_meaning(f) for name, f in fact.fields.items()},
    }


def facts_of(version: SchemeVersion, vocabulary: Vocabulary) -> dict[str, Fact]:
    """Every fact that criteria, amounts and version choice can read, in the order of first use."""
    return facts_read_by(expressions_of(version))


def facts_read_by(nodes: Iterable[Node]) -> dict[str, Fact]:
    """Every fact that expressions can read, also through definitions, tables and conditions of other facts."""
    found: dict[str, Fact] = {}
    seen: set[int] = set()

    def visit(node: Node) -> None:
        for part in node.walk():
            if isinstance(part, FactRef) and part.fact.name not in found:
                found[part.fact.name] = part.fact
                if part.fact.asked_if is not None:
                    visit(part.fact.asked_if)
            elif isinstance(part, DefinitionRef) and id(part.definition) not in seen:
                seen.add(id(part.definition))
                visit(part.definition.body)
            elif hasattr(part, "table"):
                for row in part.table.rows:
                    visit(row.when)

    for node in nodes:
        visit(node)
    return found


def expressions_of(version: SchemeVersion) -> Iterator[Node]:
    """All expressions that a determination of this version may evaluate."""
    yield version.scheme.chosen_by
    for block in version.items.values():
        for criterion in block.criteria:
            yield from (c for c in (criterion.when, criterion.holds) if c is not None)
    for criterion in version.criteria:
        yield from (c for c in (criterion.when, criterion.holds) if c is not None)
    amounts = [version.amount] if version.amount is not None else []
    for amount in [*amounts, *(a for _, a in version.other_amounts.values())]:
        for component in amount.components:
            yield from (c for c in (component.when, component.years, component.yen) if c is not None)
