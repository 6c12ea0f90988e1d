"""Which question to ask next: only facts that can still change a verdict or an amount of the schemes asked for, and among
them the one after which the fewest questions are to be expected."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import inf, prod
from typing import Any

from eligibility.evaluation.engine import Engine, Mode
from eligibility.evaluation.facts import Facts, read_leniently
from eligibility.evaluation.result import Determination
from eligibility.language import types as t
from eligibility.language.ranges import ends_of
from eligibility.rulebook.book import RuleBook
from eligibility.rulebook.model import Fact
from eligibility.words import Effect, Outcome, Verdict

MOST_CODES = 12
"""Codes of one list that are tried; longer lists are thinned out evenly."""
MOST_NUMBERS = 6
MOST_TRIED = 8
"""Questions that are tried out in advance: the first by how many schemes need them."""
MOST_DETERMINATIONS = 120
"""Determinations that trying out may take, so that the next page comes at once however many schemes are looked into."""
MOST_WORLDS = 24
"""Combinations of answers to what the visitor cannot answer that are looked at one by one."""
_SETTLED = (Verdict.NOT_ELIGIBLE, Verdict.NO_TERMS)

Needed = dict[str, list[tuple[str, bool]]]
"""By fact: the schemes that need it, and whether only for their amount."""


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """The fact to ask for, the schemes that need it, and how many questions are about to come (with this one)."""

    fact: Fact
    schemes: tuple[str, ...]
    left: int


def fact_name(path: str) -> str:
    """``assets[0].cost`` → ``assets``."""
    return path.split("[", 1)[0]


def choose(
    engine: Engine,
    needed: Needed,
    results: Sequence[Determination],
    facts: Facts,
    skipped: Collection[str] = (),
    *,
    look_ahead: bool = True,
) -> NextQuestion | None:
    """The most valuable of the questions that ``needed`` names; ``None`` when there is none. ``skipped``: facts that are not
    asked for (the visitor does not know them, or they wait for their topic). Without ``look_ahead`` nothing is tried out in
    advance: the question that most schemes need comes first."""
    if not needed:
        return None
    order = {name: position for position, name in enumerate(engine.book.vocabulary.facts)}

    def plain(name: str) -> tuple[int, int, int]:
        users = needed[name]
        return -sum(not only_amount for _, only_amount in users), -len(users), order[name]

    ranked = sorted(needed, key=plain)
    if look_ahead and len(ranked) > 1:
        by_id = {result.scheme.id: result for result in results}
        scout = Scout(engine, facts, results[0].on, skipped)
        tried = scout.affordable(ranked[:MOST_TRIED], needed)
        ranked = sorted(tried, key=lambda name: (scout.expected_left(name, by_id, needed), tried.index(name)))
    best = ranked[0]
    return NextQuestion(engine.book.vocabulary.facts[best], tuple(scheme for scheme, _ in needed[best]), len(needed))


def open_questions(
    engine: Engine, results: Iterable[Determination], facts: Facts, skipped: Collection[str] = ()
) -> Needed:
    """Facts that still matter: for each the schemes that need it, and whether only for their amount."""
    needed: Needed = {}
    for result in results:
        found: dict[str, bool] = {}
        for possible, known in _possible(engine, result, facts, skipped):
            for name, only_amount in facts_that_matter(possible).items():
                if name in found or not _useless(engine, possible, known, name, skipped):
                    found[name] = found.get(name, True) and only_amount
        for name, only_amount in found.items():
            if name not in skipped:
                needed.setdefault(name, []).append((result.scheme.id, only_amount))
    return needed


def _possible(
    engine: Engine, result: Determination, facts: Facts, skipped: Collection[str]
) -> Iterator[tuple[Determination, Facts]]:
    """What a result may be for each answer to the questions that the visitor cannot answer, with these answers. Taken one
    by one they rule out more than all of them at once: under one of them a question may make no sense, under the others
    the application may be refused anyway."""
    if result.verdict in _SETTLED:
        return
    choices: dict[str, tuple[Any, ...]] = {}
    for name in dict.fromkeys(fact_name(path) for path in result.missing):
        answers = _all_answers(engine.book, name) if name in skipped else ()
        if answers and len(answers) * prod(map(len, choices.values())) <= MOST_WORLDS:
            choices[name] = answers
    if not choices:
        yield result, facts
        return
    for answers in product(*choices.values()):
        world, known = _after(engine, result, facts, dict(zip(choices, answers, strict=True)))
        if world.verdict not in _SETTLED:
            yield world, known


def _useless(engine: Engine, result: Determination, facts: Facts, name: str, skipped: Collection[str]) -> bool:
    """True when an answer settles nothing, whatever it is: the criteria that need it also need something that the visitor
    cannot say, nothing else is missing for them, and they stay open for every answer."""
    purposes = {p for path, needed in result.missing.items() if fact_name(path) == name for p in needed}
    needed = {fact_name(path) for path, parts in result.missing.items() if not purposes.isdisjoint(parts)}
    answers = _all_answers(engine.book, name)
    if "amount" in purposes or needed == {name} or not needed - {name} <= set(skipped) or not answers:
        return False
    for answer in answers:
        after, _ = _after(engine, result, facts, {name: answer})
        if any(f.outcome is not Outcome.UNKNOWN for f in after.findings if f.criterion.name in purposes):
            return False
    return True


def _after(
    engine: Engine, result: Determination, facts: Facts, answers: Mapping[str, Any]
) -> tuple[Determination, Facts]:
    """The same determination with some more answers."""
    read, _ = read_leniently({**facts.given, **answers}, engine.book.vocabulary)
    return scout_of(engine).determine(result.scheme.id, read, result.on, result.step, result.version), read


def _all_answers(book: RuleBook, name: str) -> tuple[Any, ...]:
    """Every answer to a yes/no question or a choice of codes; none for other questions."""
    fact = book.vocabulary.facts[name]
    if fact.type == t.BOOL:
        return (True, False)
    return tuple(book.vocabulary.codes[fact.type.codes].codes) if isinstance(fact.type, t.CodeType) else ()


def facts_that_matter(result: Determination) -> dict[str, bool]:
    """Missing facts that can still change the verdict or the amount → whether they only matter for the amount."""
    return _names(result.missing, _idle(result))


def plain_questions(results: Iterable[Determination], skipped: Collection[str]) -> set[str]:
    """Facts that may still matter, without a closer look at what the visitor cannot answer."""
    open_ = (result for result in results if result.verdict not in _SETTLED)
    return {name for result in open_ for name in facts_that_matter(result)} - set(skipped)


def _idle(result: Determination) -> set[str]:
    """Criteria that can change no result any more: those that only advise, and, when one refers to the city already, all
    others that could do no more than that."""
    effects = {Effect.ADVISE}
    if any(f.outcome is Outcome.REFERRED for f in result.findings):
        effects.add(Effect.REFER)
    return {f.criterion.name for f in result.findings if f.criterion.effect in effects}


def _names(missing: Mapping[str, Sequence[str]], idle: Collection[str]) -> dict[str, bool]:
    """Facts in paths → whether they are only needed for an amount; without those that only ``idle`` criteria need."""
    found: dict[str, bool] = {}
    for path, purposes in missing.items():
        if all(purpose in idle for purpose in purposes):
            continue
        only_amount = all(purpose == "amount" for purpose in purposes)
        name = fact_name(path)
        found[name] = found.get(name, True) and only_amount
    return found


class Scout:
    """Tries out possible answers to see how many questions would be left. Uses the direct evaluator alone: nothing that
    it finds is ever shown as a verdict."""

    def __init__(self, engine: Engine, facts: Facts, on: date, skipped: Collection[str]) -> None:
        self.engine = scout_of(engine)
        self.facts = facts
        self.on = on
        self.skipped = skipped

    def affordable(self, names: Sequence[str], needed: Needed) -> list[str]:
        """The first of the questions, as many as can be tried out without a wait, but at least two."""
        chosen: list[str] = []
        cost = 0
        for name in names:
            cost += len(possible_answers(self.engine.book, name, self.on.year)) * len(needed[name])
            if len(chosen) >= 2 and cost > MOST_DETERMINATIONS:
                break
            chosen.append(name)
        return chosen

    def expected_left(self, name: str, results: Mapping[str, Determination], needed: Needed) -> float:
        """Mean number of questions left after an answer to ``name``, every possible answer counting alike."""
        schemes = [scheme for scheme, _ in needed[name]]
        others = plain_questions([r for key, r in results.items() if key not in schemes], self.skipped)
        answers = possible_answers(self.engine.book, name, self.on.year)
        if not answers:  # a list: it is answered, everything else stays open
            return len(needed) - 1
        total = 0
        for answer in answers:
            facts, _ = read_leniently({**self.facts.given, name: answer}, self.engine.book.vocabulary)
            after = [self.engine.determine(scheme, facts, self.on) for scheme in schemes]
            left = plain_questions(after, self.skipped) | others
            total += len(left - {name})
        return total / len(answers)


_scouts: dict[int, Engine] = {}


def scout_of(engine: Engine) -> Engine:
    """An engine over the same rule book that only uses the direct evaluator."""
    key = id(engine.book)
    if key not in _scouts:
        _scouts[key] = Engine(engine.book, Mode.PYTHON)
    return _scouts[key]


def possible_answers(book: RuleBook, name: str, year: int) -> tuple[Any, ...]:
    """Typical answers to a question: all of a short list, the thresholds for a number, days around the versions' ends."""
    fact = book.vocabulary.facts[name]
    if fact.type == t.BOOL:
        return (True, False)
    if isinstance(fact.type, t.CodeType):
        codes = list(book.vocabulary.codes[fact.type.codes].codes)
        step = -(-len(codes) // MOST_CODES)
        return tuple(codes[::step])
    if isinstance(fact.type, t.CodeSetType):
        codes = list(book.vocabulary.codes[fact.type.codes].codes)
        return ([], codes[:1], codes)
    if fact.type == t.DATE:
        return tuple(date(year + shift, month, 15).isoformat() for shift, month in ((-1, 10), (0, 2), (0, 10), (1, 6)))
    if isinstance(fact.type, t.NumberType):
        return numbers_around(book, fact)
    return ()


_number_cache: dict[tuple[int, str], tuple[Any, ...]] = {}


def numbers_around(book: RuleBook, fact: Fact) -> tuple[Any, ...]:
    """The least that may be entered, the thresholds of the rule book that have the fact's unit, and something large."""
    key = (id(book), fact.path)
    if key not in _number_cache:
        _number_cache[key] = _numbers_around(book, fact)
    return _number_cache[key]


def _numbers_around(book: RuleBook, fact: Fact) -> tuple[Any, ...]:
    if not isinstance(fact.type, t.NumberType):
        return ()
    found: set[Any] = set()
    for version in book.versions():
        for parameter in version.parameters.values():
            if isinstance(parameter.type, t.NumberType) and parameter.type.word == fact.type.word:
                values = parameter.values.values() if parameter.values is not None else [parameter.value]
                found |= {end for value in values for end in ends_of(value) if end not in (inf, -inf)}
    scale = 100 if fact.type.word == "percent" else 1
    least, most = int((fact.lowest or 0) * scale), int((fact.highest or 10**9) * scale)
    inside = sorted({int(v * scale) for v in found if least <= v * scale <= most})
    thinned = inside[:: max(1, -(-len(inside) // MOST_NUMBERS))]
    large = min(most, 3 * inside[-1] if inside else least + 100)
    return tuple(dict.fromkeys((least, *thinned, large)))
