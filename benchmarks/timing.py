"""Interleaved timing: the candidates take turns, so that a slow moment of the machine hits all of them alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from statistics import median

Candidate = tuple[str, Callable[[], object]]


def interleaved(candidates: Sequence[Candidate], *, rounds: int = 15, seconds: float = 0.15) -> dict[str, float]:
    """Median seconds a call of each candidate. Each round lasts about ``seconds`` for each."""
    loops = {name: _loops(call, seconds) for name, call in candidates}
    samples: dict[str, list[float]] = {name: [] for name, _ in candidates}
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, call in candidates:
                start = time.perf_counter()
                for _ in range(loops[name]):
                    call()
                samples[name].append((time.perf_counter() - start) / loops[name])
    finally:
        gc.enable()
    return {name: median(values) for name, values in samples.items()}


def _loops(call: Callable[[], object], seconds: float) -> int:
    call()
    start = time.perf_counter()
    call()
    once = max(time.perf_counter() - start, 1e-7)
    return max(1, int(seconds / once))


def table(title: str, results: dict[str, float], base: str, unit: str = "call") -> None:
    """Print one line a candidate: microseconds, per second, ratio to ``base``."""
    print(f"\n{title}")
    width = max(len(name) for name in results)
    for name, seconds in results.items():
        print(
            f"  {name:<{width}}  {seconds * 1e6:12,.1f} µs/{unit}  {1 / seconds:12,.0f} {unit}s/s  "
            f"× {seconds / results[base]:.2f}"
        )
