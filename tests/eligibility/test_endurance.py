"""Long runs: memory stays flat, threads and forked workers never crash and never give a wrong answer."""

import gc
import os
import threading
import time
from collections.abc import Callable

import pytest

from eligibility.evaluation.cases import worked_cases
from eligibility.evaluation.engine import Engine
from eligibility.evaluation.facts import read_facts
from eligibility.rulebook.book import load

BOOK = load()
MEBIBYTE = 2**20
MOST_GROWTH = 5 * MEBIBYTE
THREADS, WORKERS = 8, 2


def samples() -> list[tuple]:
    """Every worked case with the verdict that it must give."""
    return [
        (version.scheme.id, read_facts(case.facts, BOOK.vocabulary), case.on, case.step, case.expect.get("verdict"))
        for version in BOOK.versions()
        for case in worked_cases(version, BOOK.root)
    ]


def memory() -> int:
    """Bytes that the process has resident."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def wrong(engine: Engine, sample: tuple) -> bool:
    scheme, facts, on, step, verdict = sample
    result = engine.determine(scheme, facts, on, step)
    return bool(result.faults) or (verdict is not None and result.verdict != verdict)


def growth(determinations: int) -> int:
    engine, cases = Engine(BOOK), samples()
    for sample in cases * 5:  # rulesets, memories of the interpreter
        assert not wrong(engine, sample)
    gc.collect()
    before = memory()
    for number in range(determinations):
        assert not wrong(engine, cases[number % len(cases)])
    gc.collect()
    return memory() - before


needs_proc = pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="memory is read from /proc")


@needs_proc
@pytest.mark.slow
def test_memory_stays_flat() -> None:
    assert growth(5_000) < MOST_GROWTH


@needs_proc
@pytest.mark.nightly
def test_memory_stays_flat_over_100_000_determinations() -> None:
    assert growth(100_000) < MOST_GROWTH


def worker(seconds: float) -> int:
    """Eight threads on one engine for some time; gives back how many answers were wrong or failed."""
    engine, cases = Engine(BOOK), samples()
    ends = time.monotonic() + seconds
    counts = [0] * THREADS
    done = [0] * THREADS

    def work(place: int) -> None:
        position = place * 17
        while time.monotonic() < ends or not done[place]:
            try:
                counts[place] += wrong(engine, cases[position % len(cases)])
            except Exception:  # an exception is a wrong answer
                counts[place] += 1
            position += 1
            done[place] += 1

    threads = [threading.Thread(target=work, args=(place,)) for place in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) + len(engine.health.faults)


def forked(call: Callable[[], int]) -> list[int]:
    """Exit codes of the workers: the number of wrong answers, negative for the signal of a crash."""
    children = []
    for _ in range(WORKERS):
        pid = os.fork()
        if pid == 0:
            os._exit(min(call(), 255))
        children.append(pid)
    return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]


def test_threads_in_forked_workers() -> None:
    engine, cases = Engine(BOOK), samples()
    assert not any(wrong(engine, sample) for sample in cases[:20])  # the parent has worked before it forks
    assert forked(lambda: worker(3.0)) == [0, 0]


@pytest.mark.nightly
def test_threads_in_forked_workers_for_a_minute() -> None:
    assert forked(lambda: worker(60.0)) == [0, 0]
