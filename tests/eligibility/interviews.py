"""Simulated interviews, and the search for two complete sets of facts that show a question to be relevant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import z3

from eligibility.evaluation.cases import worked_cases
from eligibility.evaluation.engine import Engine
from eligibility.evaluation.facts import read_leniently
from eligibility.evaluation.questionnaire import choose, fact_name, open_questions, possible_answers
from eligibility.evaluation.result import Determination
from eligibility.language import types as t
from eligibility.language.reader import read_date
from eligibility.prove.changes import Changer
from eligibility.prove.examples import facts_of_model
from eligibility.rulebook.book import RuleBook, facts_of
from eligibility.rulebook.model import Fact
from eligibility.rulebook.vocabulary import EARLIEST
from eligibility.words import Effect

Answers = dict[str, Any]
BEFORE_SOLVING = 6
"""Random changes that are tried before the solver is asked: it knows more, but takes longer."""


class World:
    """Firms and their answers over one rule book."""

    def __init__(self, book: RuleBook, engine: Engine) -> None:
        self.book = book
        self.engine = engine
        self.cases = {
            scheme.id: [case for version in scheme.versions for case in worked_cases(version, book.root)]
            for scheme in book.schemes.values()
            if scheme.versions  # of some schemes nothing but their existence is known
        }
        self.used = {
            scheme.id: {
                name: fact for version in scheme.versions for name, fact in facts_of(version, book.vocabulary).items()
            }
            for scheme in book.schemes.values()
        }
        found: dict[str, list[Any]] = {}
        for case in (case for cases in self.cases.values() for case in cases):
            for name, value in case.facts.items():
                canonical = read_leniently({name: value}, book.vocabulary)[0].given.get(name)
                if canonical is not None and canonical not in found.setdefault(name, []):
                    found[name].append(canonical)
        self.seen = found
        self._values: dict[tuple[str, date], list[Any]] = {}

    # -- answers ----------------------------------------------------------------------------------------------

    def values(self, name: str, on: date) -> list[Any]:
        """Answers worth trying for a fact: those of the worked cases, the thresholds, days around the present."""
        key = (name, on)
        if key not in self._values:
            self._values[key] = self._worth_trying(name, on)
        return self._values[key]

    def _worth_trying(self, name: str, on: date) -> list[Any]:
        fact = self.book.vocabulary.facts[name]
        values = [*self.seen.get(name, []), *possible_answers(self.book, name, on.year)]
        if fact.type == t.DATE:
            values += [(on + timedelta(days=shift)).isoformat() for shift in (-800, -40, -1, 0, 1, 40, 800)]
            values += [date.fromordinal(fact.lowest).isoformat()] if fact.lowest > EARLIEST else []
            values += [date(on.year + shift, 4, 5).isoformat() for shift in (-15, -8, -5, -3, -2, -1, 0, 1)]
            values += [
                (read_date(day) + timedelta(days=shift)).isoformat()
                for day in self.seen.get(name, [])
                for shift in (-1, 1)
            ]
        if fact.type == t.FISCAL_YEAR:
            values += [on.year, on.year + 1]
        if fact.type == t.TEXT:
            values += ["a"]
        if fact.is_list:
            values += [[], *self._other_records(fact, on)]
        unique: list[Any] = []
        for value in values:
            if value not in unique and self._readable(name, value):
                unique.append(value)
        return unique

    def _other_records(self, fact: Fact, on: date) -> list[Any]:
        """Single records that differ in one code, sum, year or yes/no from those of the worked cases; sums also in each of
        the coming fiscal years."""
        records = [record for listed in self.seen.get(fact.name, []) for record in listed][:6]
        years = [name for name, part in fact.fields.items() if part.type == t.FISCAL_YEAR]
        coming = [{**record, name: on.year + ahead} for record in records[:1] for name in years for ahead in range(4)]
        if "ward" in fact.fields:
            coming = [
                {**record, "ward": ward} for record in coming for ward in self.book.vocabulary.codes["ward"].codes
            ]
        varied = []
        for name, part in fact.fields.items():
            options: list[Any] = []
            if isinstance(part.type, t.CodeType):
                options = list(self.book.vocabulary.codes[part.type.codes].codes)
            elif part.type == t.FISCAL_YEAR:
                options = list(range(on.year, on.year + 4))
            elif part.type == t.BOOL:
                options = [True, False]
            elif part.type == t.MONEY:
                options = [999, *range(1_000, 60_000, 2_000), 1_400_000, 10_000_000]
            varied += [[{**record, name: option}] for option in options for record in [*records, *coming]]
        return varied

    def _readable(self, name: str, value: Any) -> bool:
        return not read_leniently({name: value}, self.book.vocabulary)[1]

    def firm(self, random: Random, schemes: Sequence[str]) -> tuple[Answers, date]:
        """All answers of one firm, near to the worked cases of the schemes, and the day on which it asks."""
        day = random.choice(self.cases[schemes[0]]).on
        answers: Answers = {}
        for scheme in schemes:
            near = [case for case in self.cases[scheme] if abs((case.on - day).days) < 400] or self.cases[scheme]
            answers |= random.choice(near).facts
        wanted: dict[str, Fact] = {}
        for scheme in schemes:
            wanted |= self.used[scheme]
        for name in wanted:
            if name not in answers or random.random() < 0.1:
                answers[name] = random.choice(self.values(name, day))
        for name in self.book.vocabulary.defaults_to_on:  # a visitor applies on the day of the visit
            answers.pop(name, None)
        given = read_leniently(answers, self.book.vocabulary)[0].given
        return {name: self._filled(random, name, value) for name, value in given.items()}, day

    def _filled(self, random: Random, name: str, value: Any) -> Any:
        """Records without open fields."""
        fact = self.book.vocabulary.facts[name]
        if not fact.is_list:
            return value
        whole = [record for listed in self.seen.get(name, []) for record in listed if len(record) == len(fact.fields)]
        return [{**random.choice(whole), **record} if whole else record for record in value]

    # -- results ----------------------------------------------------------------------------------------------

    def determine(self, scheme: str, answers: Mapping[str, Any], on: date) -> Determination:
        """A determination of answers that are known to be readable."""
        return self.engine.determine(scheme, read_leniently(answers, self.book.vocabulary)[0], on)


def told(result: Determination) -> tuple[Any, ...]:
    """What the visitor learns: version, verdict, amounts."""
    version = result.version.name if result.version is not None else None
    others = sorted((name, amount.low, amount.high) for name, amount in result.other_amounts.items())
    return (version, result.verdict, result.amount.kind, result.amount.low, result.amount.high, others)


@dataclass
class Asked:
    """A question of an interview: what had been answered before, and the schemes that it was asked for."""

    name: str
    given: Answers
    schemes: tuple[str, ...]


@dataclass
class Interview:
    """One simulated visit. ``truth``: what the firm would answer to everything."""

    schemes: list[str]
    truth: Answers
    on: date
    questions: list[Asked] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    given: Answers = field(default_factory=dict)


def interview(
    world: World, random: Random, *, look_ahead: bool, skip: float = 0.0, sizes: Sequence[int] = (1, 1, 2, 3, 7)
) -> Interview:
    """Let a random firm answer what it is asked until nothing is asked any more. ``skip``: share of questions that it
    cannot answer; ``sizes``: numbers of schemes that it asks for."""
    schemes = random.sample(sorted(world.cases), random.choice(sizes))
    truth, on = world.firm(random, schemes)
    visit = Interview(schemes, truth, on)
    while True:
        facts = read_leniently(visit.given, world.book.vocabulary)[0]
        results = [world.engine.determine(scheme, facts, on) for scheme in schemes]
        needed = open_questions(world.engine, results, facts, visit.skipped)
        following = choose(world.engine, needed, results, facts, visit.skipped, look_ahead=look_ahead)
        if following is None:
            return visit
        name = following.fact.name
        assert name not in visit.skipped
        assert name not in visit.given, f"{name} is asked twice"
        visit.questions.append(Asked(name, dict(visit.given), following.schemes))
        if name not in truth or random.random() < skip:
            visit.skipped.append(name)
        else:
            visit.given[name] = truth[name]


# --- relevance -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Witness:
    """Two complete sets of facts that differ in one answer only and give different results under one scheme."""

    scheme: str
    first: Answers
    second: Answers


def witness(world: World, visit: Interview, asked: Asked, random: Random, tries: int = 200) -> Witness | None:
    """Show that a question matters: other answers kept, two answers to it lead to different results."""
    for scheme in asked.schemes:
        for complete in completions(world, visit, asked, scheme, random, tries):
            found = _differs(world, scheme, complete, asked.name, visit.on)
            if found is not None:
                return found
    return None


def completions(
    world: World, visit: Interview, asked: Asked, scheme: str, random: Random, tries: int
) -> Iterator[Answers]:
    """Complete sets of facts that agree with everything answered so far, the quickest to find first: what the firm would
    have said, random changes of it among what is still open, firms that the solver knows, and random changes of them."""
    firm = {**visit.truth, **asked.given}
    yield firm
    result = world.determine(scheme, asked.given, visit.on)
    open_names = [n for n in dict.fromkeys(fact_name(p) for p in result.missing) if n != asked.name]
    others = [n for n in world.used[scheme] if n not in asked.given and n not in open_names and n != asked.name]
    bases = [firm]
    for attempt in range(tries):
        if attempt == BEFORE_SOLVING:
            for known in solved(world, scheme, asked, visit.on):
                bases.append({**visit.truth, **known, **asked.given})
                yield bases[-1]
        chosen = dict(bases[attempt % len(bases)])
        names = open_names if attempt % 4 else [*open_names, *others]
        if names:
            for name in random.sample(names, random.randint(1, min(len(names), 1 + attempt // 20))):
                chosen[name] = random.choice(world.values(name, visit.on))
                if attempt % 2 and world.book.vocabulary.facts[name].type == t.MONEY:
                    chosen[name] += random.randrange(1_000)  # what is lost in rounding may matter
        yield chosen


def solved(world: World, scheme: str, asked: Asked, on: date) -> Iterator[Answers]:
    """Facts with which a firm that has given these answers would be eligible, and with which another answer to the question
    alone would let a criterion fail that needs the fact; then so that each criterion and part of the amount that needs the
    fact applies."""
    facts = read_leniently(asked.given, world.book.vocabulary)[0]
    result = world.engine.determine(scheme, facts, on)
    version = result.version
    if version is None:
        return
    changer = Changer(world.engine, version, facts, on)
    goal = [changer.terms[c.name] for c in changer.criteria if c.effect is not Effect.ADVISE]
    purposes = {p for path, needed in result.missing.items() if fact_name(path) == asked.name for p in needed}
    gates = [c.when for c in changer.criteria if c.name in purposes and c.when is not None]
    if "amount" in purposes and version.amount is not None:
        gates += [component.when for component in version.amount.components if component.when is not None]
    for criterion in changer.criteria:
        if criterion.name in purposes and criterion.effect is not Effect.ADVISE:
            holding = goal  # whoever is referred anyway is not affected by one more reason
            if criterion.effect is Effect.REFUSE:
                holding = [changer.terms[c.name] for c in changer.criteria if c.effect is Effect.REFUSE]
            model = changer.model([*holding, *otherwise(changer, asked.name, z3.Not(changer.terms[criterion.name]))])
            if model is not None:
                yield facts_of_model(model, changer.translator)[0]
    for extra in ([], *([changer.translator.term(gate, {})] for gate in gates)):
        model = changer.model([*goal, *extra])
        if model is not None:
            yield facts_of_model(model, changer.translator)[0]


def otherwise(changer: Changer, name: str, claim: Any) -> list[Any]:
    """The claim for another answer to one question, with all that follows from the answers worked out once more."""
    claims = [*changer.translator.sides, claim]
    renamed = [
        (constant, z3.Const(f"{constant.decl().name()}'", constant.sort()))
        for constant in constants(claims)
        if re.fullmatch(rf"{name}|{name}[\[:].*|.*!\d+", constant.decl().name())
    ]
    return [z3.substitute(part, *renamed) for part in claims]


def constants(terms: Sequence[Any]) -> list[Any]:
    """The unknowns in terms."""
    seen: dict[int, Any] = {}
    stack = list(terms)
    while stack:
        term = stack.pop()
        if term.get_id() not in seen:
            seen[term.get_id()] = term
            stack += term.children()
    return [term for term in seen.values() if z3.is_const(term) and term.decl().kind() == z3.Z3_OP_UNINTERPRETED]


def _differs(world: World, scheme: str, complete: Answers, name: str, on: date) -> Witness | None:
    first: tuple[Any, Answers] | None = None
    fact = world.book.vocabulary.facts[name]
    ends = [date.fromordinal(end).isoformat() for end in (fact.lowest, fact.highest)] if fact.type == t.DATE else []
    for value in [*([complete[name]] if name in complete else []), *world.values(name, on), *ends]:
        answers = {**complete, name: value}
        result = told(world.determine(scheme, answers, on))
        if first is None:
            first = result, answers
        elif result != first[0]:
            return Witness(scheme, first[1], answers)
    return None
