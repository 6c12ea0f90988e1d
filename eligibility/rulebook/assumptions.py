"""The go-live list: everything that rests on an assumption, with the question that the city must answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from eligibility.language import nodes as n
from eligibility.rulebook.book import RuleBook
from eligibility.rulebook.model import Amount, Assumption, Criterion, Place, SchemeVersion, Text
from eligibility.words import Status


class Kind(StrEnum):
    """What rests on an assumption."""

    PERIOD = "period"
    LEGAL_NATURE = "legal_nature"
    ARTICLES = "articles"
    PARAMETER = "parameter"
    DEFINITION = "definition"
    TABLE_ROW = "table_row"
    CRITERION = "criterion"
    AMOUNT = "amount"
    COUNTING = "counting"
    FRAME = "frame"
    TARGET = "target"
    INTERACTION = "interaction"
    LETTERS = "letters"


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that rests on the assumption ``key``. ``version`` is empty for what all schemes share; ``value`` is what
    a parameter is assumed to be, as written, and ``read_by`` names the criteria, definitions and amounts that read it."""

    key: str
    kind: Kind
    name: str
    title: Text
    version: SchemeVersion | None = None
    place: Place | None = None
    value: str = ""
    read_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """An assumption with everything that rests on it."""

    assumption: Assumption
    uses: tuple[Use, ...]


LETTERS = Text("通知書（共通）", "Letters (all schemes)")
PERIOD = Text("適用期間", "Period in force")
LEGAL_NATURE = Text("決定の法的性質", "Legal nature of decisions")
ARTICLES = Text("要件・算定の根拠条項", "Articles behind criteria and amounts")


def open_questions(book: RuleBook) -> list[OpenQuestion]:
    """All assumptions in the order of the rule book."""
    found: dict[str, list[Use]] = {key: [] for key in book.vocabulary.assumptions}
    for use in _all_uses(book):
        found[use.key].append(use)
    return [OpenQuestion(assumption, tuple(found[key])) for key, assumption in book.vocabulary.assumptions.items()]


def _all_uses(book: RuleBook) -> Iterator[Use]:
    for version in book.versions():
        yield from uses_in(version, book)
    for rule in book.interactions.rules:
        for key in rule.assumption.split():
            yield Use(key, Kind.INTERACTION, rule.name, rule.text, place=rule.place)
    for frame in book.kpi.frames.values():
        for key in frame.assumption.split():
            yield Use(key, Kind.FRAME, frame.name, frame.title)
    for indicator in book.kpi.indicators.values():
        for target in indicator.targets.values():
            for key in target.assumption.split():
                yield Use(key, Kind.TARGET, indicator.name, indicator.title)
    for key in sorted(book.city.assumptions):
        yield Use(key, Kind.LETTERS, "letters", LETTERS)


def uses_in(version: SchemeVersion, book: RuleBook | None = None) -> Iterator[Use]:
    """Everything in a version that rests on an assumption. Without a book, countings go by the indicator's name."""

    def made(keys: str, kind: Kind, name: str, title: Text, place: Place, value: str = "") -> Iterator[Use]:
        read_by = tuple(readers(version, name)) if kind is Kind.PARAMETER and keys else ()
        for key in dict.fromkeys(keys.split()):
            yield Use(key, kind, name, title, version, place, value, read_by)

    if version.status is Status.ASSUMED:
        yield from made(version.assumption, Kind.PERIOD, "in_force", PERIOD, version.place)
    yield from made(version.legal_nature_assumption, Kind.LEGAL_NATURE, "legal_nature", LEGAL_NATURE, version.place)
    yield from made(version.articles_assumption, Kind.ARTICLES, "articles", ARTICLES, version.place)
    for parameter in version.parameters.values():
        keys = " ".join((parameter.assumption, *(key for _status, key in parameter.statuses.values())))
        yield from made(keys, Kind.PARAMETER, parameter.name, parameter.title, parameter.place, parameter.written)
    for definition in version.definitions.values():
        title = definition.title or Text(definition.name, definition.name)
        yield from made(definition.assumption, Kind.DEFINITION, definition.name, title, definition.place)
    for criterion in all_criteria(version):
        yield from made(criterion.assumption, Kind.CRITERION, criterion.name, criterion.text, criterion.place)
    for table in version.tables.values():
        for row in table.rows:
            yield from made(row.assumption, Kind.TABLE_ROW, f"{table.name}.{row.key}", table.title, row.place)
    for amount in all_amounts(version):
        for component in amount.components:
            yield from made(component.assumption, Kind.AMOUNT, component.name, component.title, component.place)
    for counting in version.counts_for:
        known = book.kpi.indicators.get(counting.indicator) if book is not None else None
        title = known.title if known is not None else Text(counting.indicator, counting.indicator)
        yield from made(counting.assumption, Kind.COUNTING, counting.indicator, title, counting.place)


def all_criteria(version: SchemeVersion) -> Iterator[Criterion]:
    """Criteria of the version and of its lists."""
    yield from version.criteria
    for block in version.items.values():
        yield from block.criteria


def all_amounts(version: SchemeVersion) -> list[Amount]:
    """The amount and those that go with it."""
    return [a for a in (version.amount, *(a for _title, a in version.other_amounts.values())) if a is not None]


def readers(version: SchemeVersion, parameter: str) -> list[str]:
    """Names of the definitions, criteria and amounts of a version that read a parameter themselves."""
    parts: list[tuple[str, n.Node | None]] = [(d.name, d.body) for d in version.definitions.values()]
    parts += [(t.name, row.when) for t in version.tables.values() for row in t.rows]
    parts += [(c.name, node) for c in all_criteria(version) for node in (c.when, c.holds)]
    for amount in all_amounts(version):
        parts += [(c.name, node) for c in amount.components for node in (c.when, c.years, c.yen, c.at_most)]
    found = [name for name, node in parts if node is not None and _reads(node, parameter)]
    return list(dict.fromkeys(found))


def _reads(node: n.Node, parameter: str) -> bool:
    return any(
        isinstance(part, n.ParameterRef | n.ParameterLookup) and part.parameter.name == parameter
        for part in node.walk()
    )
