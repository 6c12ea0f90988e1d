"""The facts of a chunk of firms as columns: what was given, and what the vocabulary makes of it.

As in :mod:`eligibility.evaluation.facts`: where a question makes no sense its answer is the vocabulary's ``otherwise``,
and while it is not known whether it makes sense, it may be either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from eligibility.batch.arithmetic import conditional, known_exactly
from eligibility.batch.columns import (
    YES,
    Code,
    CodeSet,
    Mask,
    NotCompilable,
    Num,
    Records,
    Store,
    Truth,
    Value,
    number,
    unknown_value,
)
from eligibility.batch.compiler import Compiler, compiler_constant
from eligibility.batch.env import Env, Known
from eligibility.batch.frames import Frame, spread_to
from eligibility.batch.logic import conditional_code, conditional_set, conditional_truth, refused, unsure
from eligibility.batch.loops import Run
from eligibility.batch.masks import both, either, opposite
from eligibility.language.ranges import Range
from eligibility.rulebook.model import Fact
from eligibility.rulebook.vocabulary import Vocabulary

Read = Callable[[str], Value | Store]
"""Gives a fact's column as it was entered, or its unknown value when the table has none."""


class VocabularyProgram:
    """The conditions under which questions make sense, compiled; and what the vocabulary knows about dates."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        compiler = Compiler(vocabulary)
        self._asked: dict[str, Run] = {}
        self._otherwise: dict[str, Any] = {}
        for fact in vocabulary.facts.values():
            for one in (fact, *fact.fields.values()):
                if isinstance(one.unknown, Range) and one.unknown.low == one.unknown.high:
                    raise NotCompilable(f"the fact '{one.path}' has only one possible value")
                if one.asked_if is None:
                    continue
                self._asked[one.path] = compiler.compile(one.asked_if)
                if not one.is_list:
                    self._otherwise[one.path] = compiler_constant(compiler, one.otherwise, one.type)

    def facts(self, read: Read, frame: Frame) -> Callable[[str], Known]:
        """The facts of some firms, worked out when they are needed."""
        env: Env

        def fact(name: str) -> Known:
            entry = self.vocabulary.facts[name]
            given = read(name)
            if isinstance(given, Store):
                return self._list(entry, given, frame, env)
            return self._implied(entry, given, env)

        env = Env(fact, frame, number(0), 1)
        return env.fact

    def senseless(self, read: Read, frame: Frame) -> dict[str, Mask]:
        """Rows for which the question for a fact makes no sense, by fact."""
        facts = self.facts(read, frame)
        env = Env(facts, frame, number(0), 1)
        return {name: refused(self._asked[name](env)) for name in self.vocabulary.implied}

    def with_defaults(self, facts: Callable[[str], Known], today: Num) -> Callable[[str], Known]:
        """The same facts, dates that default to the day of the determination filled in."""
        defaults = frozenset(self.vocabulary.defaults_to_on)

        def fact(name: str) -> Known:
            value = facts(name)
            if name in defaults and isinstance(value, Num) and not value.exact:
                return conditional(Truth(known_exactly(value), None, value.frame), value, today)
            return value

        return fact

    def _implied(self, fact: Fact, value: Value, env: Env) -> Value:
        if fact.path not in self._asked:
            return value
        implied: Value = chosen(self._asked[fact.path](env), value, self._otherwise[fact.path])
        return implied

    # -- lists ------------------------------------------------------------------------------------------------

    def _list(self, fact: Fact, store: Store, frame: Frame, env: Env) -> Records:
        if fact.path in self._asked:
            store = _dropped(store, spread_to(frame, self._asked[fact.path](env)), frame)
        if any(field.path in self._asked for field in fact.fields.values()):
            store = self._with_implied_fields(fact, store)
        return Records(store, frame, YES, store.unknown)

    def _with_implied_fields(self, fact: Fact, store: Store) -> Store:
        """Fields in their order, each seeing those before it as they are now."""
        for field in fact.fields.values():
            if field.path in self._asked:
                store = self._with_implied_field(field, store)
        return store

    def _with_implied_field(self, field: Fact, store: Store) -> Store:
        def read(name: str, frame: Frame) -> Value:
            value = store.field(name)
            if name == field.name:
                env = Env(_no_fact, store.frame, number(0), 1)
                env.slots[0] = store.record
                value = chosen(self._asked[field.path](env), value, self._otherwise[field.path])
            everywhere: Value = value.taken(np.arange(frame.size), frame)
            return everywhere

        return Store(store.fact, store.root, store.frame.counts, store.unknown, read)


def _no_fact(name: str) -> Known:
    raise KeyError(name)


def _dropped(store: Store, asked: Truth, frame: Frame) -> Store:
    """No records where the question makes no sense; unknown where that is open and there are any."""
    senseless = refused(asked)
    counts = store.frame.counts
    unknown: Mask = False if store.unknown is None else store.unknown
    unknown = either(both(unknown, opposite(senseless)), both(unsure(asked), either(unknown, counts > 0)))
    keep = opposite(either(senseless, unknown))
    items = np.flatnonzero(np.broadcast_to(keep, frame.size)[store.frame.index])
    return Store(
        store.fact,
        store.root,
        counts * keep,
        None if unknown is False else unknown,
        lambda name, inner: store.field(name).taken(items, inner),
    )


def chosen(test: Truth, then: Any, other: Any) -> Any:
    """``then`` where the test holds, ``other`` where it fails, what is known of both where it is open."""
    if isinstance(then, Num):
        return conditional(test, then, other)
    if isinstance(then, Truth):
        return conditional_truth(test, then, other)
    if isinstance(then, Code):
        return conditional_code(test, then, other)
    if isinstance(then, CodeSet):
        return conditional_set(test, then, other)
    raise NotCompilable(f"a choice between {type(then).__name__.lower()}s")


def absent(fact: Fact, frame: Frame) -> Value | Store:
    """A fact that the table does not have: nothing is known of it."""
    if fact.is_list:
        return Store(
            fact,
            frame,
            np.zeros(frame.size, dtype=np.int64),
            True,
            lambda name, inner: unknown_value(fact.fields[name]),
        )
    return unknown_value(fact)
