"""durable_rules inside its corridor: exact at the borders, loud when something is wrong, safe in threads and forks."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from fractions import Fraction

import pytest

from eligibility.evaluation import durable
from eligibility.evaluation.cases import worked_cases
from eligibility.evaluation.durable import Session, SessionLost, Stage
from eligibility.evaluation.engine import Engine
from eligibility.evaluation.facts import read_facts
from eligibility.language.checker import Checker, Scope
from eligibility.language.direct import prepare
from eligibility.language.env import Env
from eligibility.rulebook.book import load
from eligibility.words import Verdict

BOOK = load()


def stage_of(*texts: str) -> tuple[Stage, int]:
    scope = Scope(BOOK.vocabulary.facts, BOOK.vocabulary.codes)
    nodes = [(f"c{i}", prepare(Checker(scope).check(text))) for i, text in enumerate(texts)]
    return Stage(nodes, {}), scope.next_slot


def ask(text: str, **facts):
    stage, slots = stage_of(text)
    return stage.ask(Env(BOOK.vocabulary.unknown_facts() | facts, 0, slots), {})["c0"]


@pytest.mark.parametrize(("value", "answer"), [(9_999_999, False), (10_000_000, True), (10_000_001, True)])
def test_borders(value, answer):
    assert ask("capital >= 10_000_000 yen", capital=value) is answer
    assert ask("10_000_000 yen <= capital", capital=value) is answer
    assert ask("not capital < 10_000_000 yen", capital=value) is answer


@pytest.mark.parametrize(
    ("text", "value", "answer"),
    [
        ("capital * 1/3 >= 5 yen", 15, True),
        ("capital * 1/3 >= 5 yen", 14, False),
        ("capital * 1.4 % > 14 yen", 1000, False),
        ("capital * 1.4 % > 14 yen", 1001, True),
        ("capital == 7 yen", 7, True),
        ("capital == 7 yen", 8, False),
        ("capital != 7 yen", 8, True),
    ],
)
def test_fractions_are_scaled_to_whole_numbers(text, value, answer):
    assert ask(text, capital=value) is answer


def test_unknown_fires_nothing():
    assert ask("capital >= 10_000_000 yen") is None
    assert ask("legal_form == company") is None
    assert ask("legal_form != company") is None


@pytest.mark.parametrize("factor", ["1_000_000", "-1_000_000", "1/1_000_000_000"])
@pytest.mark.parametrize("operator", [">=", ">", "<", "<=", "==", "!="])
def test_numbers_too_large_for_the_rules_compare_as_what_they_are(operator, factor):
    """Values and limits on either side of what the rules' integers hold."""
    for capital in (0, 1, 9 * 10**12, 9 * 10**12 + 1, 10**13, 10**15):
        for limit in ("0", "5", "9_000_000_000_000_000_000", "10_000_000_000_000_000_000"):
            exact = Fraction(factor.replace("_", "")) * capital
            expected = eval(f"exact {operator} {limit}", {"exact": exact})
            assert ask(f"capital * {factor} {operator} {limit} yen", capital=capital) is expected, (capital, limit)


def test_a_lost_canary_is_loud_and_the_session_recovers():
    session = Session({"T0": {"a": 1}})
    real = durable.engine.complete_and_start_action
    durable.engine.complete_and_start_action = lambda *_: None
    try:
        with pytest.raises(SessionLost):
            session.fired({"_k": 1, "a": 1})
    finally:
        durable.engine.complete_and_start_action = real
    assert session.fired({"_k": 1, "a": 1}) == {"T0"}
    assert session.fired({"_k": 1, "a": 2}) == set()


def test_a_disagreement_becomes_refer_and_is_counted():
    engine = Engine(BOOK)
    version = BOOK.scheme("relocation/headquarters").version("V2024")
    case = next(worked_cases(version, BOOK.root))
    facts = read_facts(case.facts, BOOK.vocabulary)
    compiled = engine._compiled(version)
    original = compiled.criteria.ask
    compiled.criteria.ask = lambda env, earlier: original(env, earlier) | {"certified_plan": False}
    result = engine.determine(version.scheme.id, facts, case.on)
    assert result.verdict is Verdict.REFER
    assert any("certified_plan" in fault for fault in result.faults)
    assert engine.health.faults
    assert result.amount.yen is None


def test_an_exception_in_an_evaluator_becomes_refer():
    engine = Engine(BOOK)
    version = BOOK.scheme("relocation/headquarters").version("V2024")
    case = next(worked_cases(version, BOOK.root))
    engine._compiled(version).criteria.ask = lambda env, earlier: 1 / 0
    result = engine.determine(version.scheme.id, read_facts(case.facts, BOOK.vocabulary), case.on)
    assert result.verdict is Verdict.REFER
    assert "ZeroDivisionError" in result.faults[0]


def sample():
    return [
        (case, read_facts(case.facts, BOOK.vocabulary))
        for version in BOOK.versions()
        for case in worked_cases(version, BOOK.root)
    ]


def wrong_answers(engine, cases, rounds) -> int:
    wrong = 0
    for _ in range(rounds):
        for case, facts in cases:
            result = engine.determine(case.version.split("@")[0], facts, case.on, case.step)
            wrong += bool(result.faults) or result.verdict != case.expect.get("verdict", result.verdict)
    return wrong


def test_threads_share_one_engine():
    engine, cases = Engine(BOOK), sample()
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: wrong_answers(engine, cases, 2), range(8))) == 0
    assert threading.active_count() < 20


def test_forked_workers():
    engine, cases = Engine(BOOK), sample()
    assert wrong_answers(engine, cases[:20], 1) == 0
    children = []
    for _ in range(2):
        pid = os.fork()
        if pid == 0:
            os._exit(min(wrong_answers(engine, cases, 2), 255))
        children.append(pid)
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children] == [0, 0]


def test_dates_in_the_record_are_ordinals():
    assert ask("announced_on < 2026-04-01", announced_on=date(2026, 3, 31).toordinal()) is True
    assert ask("announced_on < 2026-04-01", announced_on=date(2026, 4, 1).toordinal()) is False
