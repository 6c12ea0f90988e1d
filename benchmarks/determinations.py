"""Determinations a second: durable_rules and the direct evaluator together, and each alone; against other engines.

Every determination explains all criteria, works out the amount with its trace, and names what is missing and assumed.
zen-engine evaluates the same criteria and nothing else; the raw pattern of durable_rules asserts the same records in the
same rules without any of our code around it.
"""

from __future__ import annotations

import json
from typing import Any

import durable_rules_engine as raw_engine
import zen

from benchmarks.timing import interleaved, table
from benchmarks.zen_model import context_of, model_of
from eligibility.evaluation import durable
from eligibility.evaluation.cases import worked_cases
from eligibility.evaluation.engine import Engine, Mode
from eligibility.evaluation.facts import read_facts
from eligibility.evaluation.needs import settled
from eligibility.evaluation.render import determination_json
from eligibility.rulebook.book import load


def run() -> None:
    """One worked case of each version, over and over."""
    book = load()
    engines = {mode: Engine(book, mode) for mode in Mode}
    samples = []
    for version in book.versions():
        case = next(worked_cases(version, book.root))
        samples.append((version.scheme.id, read_facts(case.facts, book.vocabulary), case.on, case.step))

    def determine(mode: Mode) -> None:
        engine = engines[mode]
        for scheme, facts, on, step in samples:
            engine.determine(scheme, facts, on, step)

    def with_json() -> None:
        engine = engines[Mode.BOTH]
        for scheme, facts, on, step in samples:
            determination_json(engine.determine(scheme, facts, on, step), book.vocabulary)

    decisions = [_zen(engines[Mode.PYTHON], sample) for sample in samples]
    sessions = _recorded(engines[Mode.DURABLE], samples)
    raws = {id(session): RawSession(session.source) for session, _ in sessions}
    recorded = [(raws[id(session)], record) for session, record in sessions]

    def zen_alone() -> None:
        for decision, context in decisions:
            decision.evaluate(context)

    def raw_pattern() -> None:
        for raw, record in recorded:
            raw.fired(record)

    def durable_part() -> None:
        for session, record in sessions:
            session.fired(record)

    results = interleaved(
        [
            ("durable + direct", lambda: determine(Mode.BOTH)),
            ("direct alone", lambda: determine(Mode.PYTHON)),
            ("durable alone", lambda: determine(Mode.DURABLE)),
            ("durable + direct, as JSON", with_json),
            ("zen-engine, criteria only", zen_alone),
            ("durable_rules: our sessions", durable_part),
            ("durable_rules: raw pattern", raw_pattern),
        ]
    )
    per_one = {name: seconds / len(samples) for name, seconds in results.items()}
    table(f"Determinations (one case of each of {len(samples)} versions)", per_one, "durable + direct", "determination")
    whole, zens = per_one["durable + direct"], per_one["zen-engine, criteria only"]
    ours, raw = per_one["durable_rules: our sessions"], per_one["durable_rules: raw pattern"]
    print(f"  complete determination against zen-engine's bare evaluate: × {whole / zens:.2f}")
    print(f"  our sessions against the raw pattern: × {ours / raw:.2f}")
    loading = interleaved([("load", lambda: load.__wrapped__())], rounds=5, seconds=0.01)
    print(f"  loading and checking the whole rule book: {loading['load'] * 1000:.0f} ms")


def _zen(engine: Engine, sample: tuple[Any, ...]) -> tuple[Any, dict[str, Any]]:
    """The criteria of the version that governs a sample as a zen decision, with its input; both must agree."""
    result = engine.determine(*sample)
    assert result.version is not None
    assert result.env is not None
    model, inputs = model_of(result.version)
    decision = zen.ZenEngine().create_decision(json.dumps(model))
    context = context_of(inputs, result.env)
    answers = decision.evaluate(context)["result"]
    if all(settled(node.run(result.env)) for node in inputs.values()):
        for criterion in result.version.criteria:
            assert answers[criterion.name] is criterion.condition.run(result.env), (result.version.id, criterion.name)
    return decision, context


def _recorded(engine: Engine, samples: list[Any]) -> list[tuple[durable.Session, dict[str, Any]]]:
    """The records that determinations give to durable_rules, with the rulesets that they are given to."""
    seen: list[tuple[durable.Session, dict[str, Any]]] = []
    original = durable.Session.fired_by

    def spy(session: durable.Session, text: str) -> set[str]:
        seen.append((session, json.loads(text)))
        return original(session, text)

    durable.Session.fired_by = spy  # type: ignore[method-assign]
    try:
        for sample in samples:
            engine.determine(*sample)
    finally:
        durable.Session.fired_by = original  # type: ignore[method-assign]
    return seen


class RawSession:
    """The pattern as it is written without this project: one ruleset, the fact asserted, names taken, the fact retracted."""

    def __init__(self, source: str) -> None:
        self.handle = raw_engine.create_ruleset("raw", source)

    def fired(self, record: dict[str, Any]) -> set[str]:
        """Names of the rules that hold."""
        text = json.dumps(dict(record, _k=1), ensure_ascii=False)
        names = []
        status, state = raw_engine.assert_fact(self.handle, text)
        result = raw_engine.start_action_for_state(self.handle, state) if status == 0 else None
        message = result and result[1]
        while message:
            names.append(message[2 : message.index('"', 2)])
            message = raw_engine.complete_and_start_action(self.handle, state)
        raw_engine.retract_fact(self.handle, text)
        return set(names[:-1])
