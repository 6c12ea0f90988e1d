"""制度間の関係: what schemes mean for each other, from ``interactions.yaml``. Checked like everything else in the book."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import combinations
from pathlib import Path

from eligibility.language import types as t
from eligibility.language.checker import Checker, Scope, suggestion
from eligibility.language.direct import prepare
from eligibility.language.nodes import Node
from eligibility.language.reader import ExpressionError
from eligibility.rulebook.files import Entry, Faults, canonical, read
from eligibility.rulebook.model import Place, Scheme, SchemeVersion, Source, Text
from eligibility.rulebook.values import read_status
from eligibility.rulebook.vocabulary import NOTHING, Vocabulary
from eligibility.words import InteractionKind, Status

FILE = "interactions.yaml"
GRADES = ("official", "secondary", "weak", "project")
Pair = tuple[str, str]


@dataclass(frozen=True, eq=False, slots=True)
class Change:
    """A fact that a reduction changes, and the expression of its new value with the variables that it needs."""

    fact: str
    value: Node
    slots: int


@dataclass(eq=False, slots=True)
class Interaction:
    """One rule between schemes.

    ``pairs``: ids in the order of the book; of a reduction (who reduces, whom). ``schemes``: everyone concerned.
    ``together``: schemes whose stacking is unknown are meanwhile counted side by side (not: only one of them counts).
    ``certain``: a reduction takes place for sure (not: it may, so the amount is a range). ``changes``: by id of the
    reducing scheme's version, because the expression may use what that version defines. ``facts``: named by a note.
    """

    name: str
    kind: InteractionKind
    text: Text
    article: str
    source: str
    status: Status
    assumption: str
    when: Node | None
    slots: int
    pairs: tuple[Pair, ...]
    schemes: tuple[str, ...]
    together: bool
    certain: bool
    changes: Mapping[str, tuple[Change, ...]]
    facts: tuple[str, ...]
    place: Place

    def others(self, scheme: str) -> tuple[str, ...]:
        """Schemes that this rule connects with a scheme, in the order of the book."""
        linked = {b if a == scheme else a for a, b in self.pairs if scheme in (a, b)}
        return tuple(name for name in self.schemes if name in linked)


@dataclass(frozen=True, slots=True)
class Interactions:
    """All rules between schemes in the order of the file. ``content_hash`` identifies them in a stored answer."""

    rules: tuple[Interaction, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    content_hash: str = ""

    def of(self, scheme: str) -> Iterator[Interaction]:
        """Rules that concern a scheme."""
        return (rule for rule in self.rules if scheme in rule.schemes)

    def assumptions(self) -> set[str]:
        """Keys of the assumptions that rules rest on."""
        return {key for rule in self.rules for key in rule.assumption.split()}


def load_interactions(
    root: Path, vocabulary: Vocabulary, schemes: Mapping[str, Scheme], faults: Faults
) -> Interactions:
    """Read ``interactions.yaml`` (a book of rules may do without). ``schemes`` in the order of the book."""
    if not (root / FILE).exists():
        return Interactions()
    entry = read(root / FILE, root, faults)
    blob = json.dumps(canonical(entry), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    reader = _Reader(vocabulary, schemes)
    sources = {key: _source(key, child) for key, child in entry.section("sources")}
    rules: list[Interaction] = []
    rest: list[tuple[int, Entry]] = []
    for name, child in entry.section("interactions"):
        rule = reader.read(name, child)
        for key in rule.source.split():
            if key not in sources:
                child.complain(f"unknown source '{key}'{suggestion(key, sources)}")
        if child.text_of("rest") == "yes":
            rest.append((len(rules), child))
        child.close("an interaction")
        rules.append(rule)
    for position, child in rest:
        _leave_the_rest(rules, position, child)
    _refuse_circles(rules, entry)
    entry.close(FILE)
    return Interactions(tuple(rules), sources, hashlib.sha256(blob.encode()).hexdigest())


def _source(key: str, entry: Entry) -> Source:
    grade = entry.need("grade").string()
    if grade not in GRADES:
        entry.complain(f"unknown grade '{grade}' ({', '.join(GRADES)})")
    what = entry.words_of("what")
    source = Source(key, grade, what or NOTHING, entry.text_of("address"), entry.text_of("dated"))
    if what is None:
        entry.complain("'what' is missing")
    entry.close("a source")
    return source


def _leave_the_rest(rules: list[Interaction], position: int, entry: Entry) -> None:
    """A rule with ``rest: yes`` speaks only of pairs of which no other rule does."""
    rule = rules[position]
    spoken_of = {
        frozenset(pair)
        for i, r in enumerate(rules)
        if i != position and r.kind is not InteractionKind.NOTE
        for pair in r.pairs
    }
    rule.pairs = tuple(pair for pair in rule.pairs if frozenset(pair) not in spoken_of)
    concerned = {name for pair in rule.pairs for name in pair}
    rule.schemes = tuple(name for name in rule.schemes if name in concerned)
    if not rule.pairs:
        entry.complain("every pair of these schemes has a rule of its own; nothing is left for 'rest: yes'")


def _refuse_circles(rules: Sequence[Interaction], entry: Entry) -> None:
    """Who reduces whom must have a beginning; otherwise no amount could be worked out first."""
    reduces: dict[str, set[str]] = {}
    for rule in rules:
        if rule.kind is InteractionKind.REDUCES:
            for by, of in rule.pairs:
                reduces.setdefault(of, set()).add(by)
    left = dict(reduces)
    while left:
        done = [name for name, by in left.items() if not by & set(left)]
        if not done:
            entry.complain(f"schemes reduce each other in a circle: {', '.join(sorted(left))}")
            return
        for name in done:
            del left[name]


class _Reader:
    """Reads one rule after another."""

    def __init__(self, vocabulary: Vocabulary, schemes: Mapping[str, Scheme]) -> None:
        self.vocabulary = vocabulary
        self.schemes = schemes

    def read(self, name: str, entry: Entry) -> Interaction:
        """The rule; faults are noted at the entry."""
        written = entry.need("kind").string()
        kind = InteractionKind.NOTE
        if written in list(InteractionKind):
            kind = InteractionKind(written)
        else:
            entry.need("kind").complain(f"unknown kind '{written}' ({', '.join(InteractionKind)})")
        status, assumption = read_status(entry, self.vocabulary)
        source = entry.text_of("source")
        if not source:
            entry.complain(f"the interaction '{name}' names no source")
        pairs, schemes = self._whom(kind, entry)
        when, slots = self._when(entry.get("when"))
        rule = Interaction(
            name=name,
            kind=kind,
            text=entry.words(),
            article=entry.text_of("article"),
            source=source,
            status=status,
            assumption=assumption,
            when=when,
            slots=slots,
            pairs=pairs,
            schemes=schemes,
            together=self._choice(entry, "meanwhile", ("apart", "together"), kind is InteractionKind.UNKNOWN)
            == "together",
            certain=self._choice(entry, "certain", ("yes", "no"), kind is InteractionKind.REDUCES) != "no",
            changes=self._changes(entry, pairs) if kind is InteractionKind.REDUCES else {},
            facts=self._facts(entry) if kind is InteractionKind.NOTE else (),
            place=entry.place,
        )
        if status is not Status.ASSUMED and (kind is InteractionKind.UNKNOWN or not rule.certain):
            entry.complain("what is not known has 'status: assumed' and the assumption with the question to the city")
        if kind is not InteractionKind.UNKNOWN and entry.get("rest") is not None:
            entry.need("rest").complain("'rest' belongs to kind 'unknown'")
        return rule

    @staticmethod
    def _choice(entry: Entry, key: str, allowed: tuple[str, str], needed: bool) -> str:
        if not needed:
            return ""
        value = entry.need(key).string()
        if value not in allowed:
            entry.need(key).complain(f"'{key}' is {allowed[0]} or {allowed[1]}, not '{value}'")
        return value

    # -- schemes ----------------------------------------------------------------------------------------------

    def _whom(self, kind: InteractionKind, entry: Entry) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
        """Pairs and all schemes concerned, in the order of the book."""
        left_out = set(self._matching(entry, "except"))

        def listed(key: str) -> list[str]:
            return [name for name in self._matching(entry, key) if name not in left_out]

        pairs: Iterable[Pair] = ()
        if kind is InteractionKind.NOTE:
            concerned = listed("about")
            if not concerned:
                entry.complain("a note says which schemes it is 'about'")
            return (), tuple(concerned)
        if kind is InteractionKind.REDUCES:
            pairs = [(by, of) for by in listed("by") for of in listed("of") if by != of]
        elif entry.get("among") is not None:
            pairs = combinations(listed("among"), 2)
        else:
            pairs = [(a, b) for a in listed("one") for b in listed("other") if a != b]
        order = {name: position for position, name in enumerate(self.schemes)}
        if kind is not InteractionKind.REDUCES:
            pairs = {(a, b) if order[a] < order[b] else (b, a) for a, b in pairs}
        found = sorted(set(pairs), key=lambda pair: (order[pair[0]], order[pair[1]]))
        if not found:
            entry.complain("no two schemes are named: write 'among', 'one' and 'other', or 'by' and 'of'")
        return tuple(found), tuple(name for name in self.schemes if any(name in pair for pair in found))

    def _matching(self, entry: Entry, key: str) -> list[str]:
        """Schemes that ids or patterns (``relocation/*``) stand for."""
        found: set[str] = set()
        child = entry.get(key)
        for element in child.elements() if child is not None else []:
            pattern = element.string()
            matching = {name for name in self.schemes if fnmatchcase(name, pattern)}
            if not matching:
                element.complain(f"no scheme is called '{pattern}'{suggestion(pattern, self.schemes)}")
            found |= matching
        return [name for name in self.schemes if name in found]

    # -- expressions ------------------------------------------------------------------------------------------

    def _when(self, entry: Entry | None) -> tuple[Node | None, int]:
        if entry is None:
            return None, 0
        scope = Scope(self.vocabulary.facts, self.vocabulary.codes)
        try:
            return prepare(Checker(scope).check(entry.expression(), None, t.BOOL)), scope.next_slot
        except ExpressionError as error:
            entry.complain(str(error))
            return None, 0

    def _changes(self, entry: Entry, pairs: Sequence[Pair]) -> dict[str, tuple[Change, ...]]:
        """The changed facts, typed once for each version of each reducing scheme."""
        written = list(entry.section("facts"))
        if not written:
            entry.complain("a reduction says which 'facts' it changes")
        found: dict[str, tuple[Change, ...]] = {}
        for scheme in dict.fromkeys(by for by, _ in pairs):
            for version in self.schemes[scheme].versions:
                made = [self._change(name, child, version) for name, child in written]
                found[version.id] = tuple(change for change in made if change is not None)
        return found

    def _change(self, name: str, entry: Entry, version: SchemeVersion) -> Change | None:
        fact = self.vocabulary.facts.get(name)
        if fact is None or fact.is_list:
            entry.complain(f"'{name}' is not a fact with one value{suggestion(name, self.vocabulary.facts)}")
            return None
        scope = Scope(
            self.vocabulary.facts,
            self.vocabulary.codes,
            version.parameters,
            version.tables,
            version.definitions.get,
            frozenset(version.items),
            version.slots,
        )
        try:
            return Change(name, prepare(Checker(scope).check(entry.expression(), None, fact.type)), scope.next_slot)
        except ExpressionError as error:
            entry.complain(f"{version.id}: {error}")
            return None

    def _facts(self, entry: Entry) -> tuple[str, ...]:
        names = entry.strings("facts")
        for name in names:
            if name not in self.vocabulary.facts:
                entry.need("facts").complain(f"unknown fact '{name}'{suggestion(name, self.vocabulary.facts)}")
        return names
