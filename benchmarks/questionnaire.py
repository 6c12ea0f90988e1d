"""Questions asked by the questionnaire against asking for everything that the chosen schemes can read, and how long the
choice of a question takes."""

from __future__ import annotations

import time
from random import Random
from statistics import mean

from eligibility.evaluation.engine import Engine
from eligibility.evaluation.facts import read_leniently
from eligibility.evaluation.questionnaire import choose, open_questions
from eligibility.rulebook.book import load

FIRMS = 60
"""Generated firms for each number of schemes."""


def run() -> None:
    """Interviews about one scheme, three schemes and all schemes."""
    from tests.eligibility.interviews import World

    book = load()
    world = World(book, Engine(book))
    print("\nQuestions of an interview (generated firms near the worked cases)")
    known = sorted(scheme.id for scheme in book.schemes.values() if scheme.versions)
    for count in (1, 3, len(known)):
        asked, everything, seconds = [], [], []
        for seed in range(FIRMS if count < len(known) else FIRMS // 3):
            random = Random(seed)
            schemes = random.sample(known, count)
            asked.append(_interview(world, random, schemes, seconds))
            everything.append(len(set().union(*(world.used[scheme] for scheme in schemes))))
        seconds.sort()
        print(
            f"  {count} scheme{'s' if count > 1 else ' '}: mean {mean(asked):5.1f}, most {max(asked):3d}; "
            f"everything: mean {mean(everything):5.1f} (× {mean(asked) / mean(everything):.2f}); "
            f"choice of a question: median {seconds[len(seconds) // 2] * 1000:.0f} ms, "
            f"p95 {seconds[len(seconds) * 95 // 100] * 1000:.0f} ms"
        )


def _interview(world: object, random: Random, schemes: list[str], seconds: list[float]) -> int:
    truth, on = world.firm(random, schemes)  # type: ignore[attr-defined]
    given: dict[str, object] = {}
    skipped: list[str] = []
    while True:
        facts = read_leniently(given, world.book.vocabulary)[0]  # type: ignore[attr-defined]
        start = time.perf_counter()
        results = [world.engine.determine(scheme, facts, on) for scheme in schemes]  # type: ignore[attr-defined]
        needed = open_questions(world.engine, results, facts, skipped)  # type: ignore[attr-defined]
        following = choose(world.engine, needed, results, facts, skipped)  # type: ignore[attr-defined]
        seconds.append(time.perf_counter() - start)
        if following is None:
            return len(given) + len(skipped)
        name = following.fact.name
        if name in truth:
            given[name] = truth[name]
        else:
            skipped.append(name)
