"""Take the time of the engine and its peers side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

from benchmarks.cases import Case, cases

UNIT = "microseconds of CPU time per model and step"
MODELS_OF_PEERS = 2
"""A loop's time per network does not depend on how many follow; two are enough to take it."""


def measure(quick: bool = False) -> list[dict[str, Any]]:
    """Compare the engine with loops in PyTorch and scikit-learn, with vmap, and with JAX.

    Every repetition runs the engine and each peer once, in turn, on one thread of this machine;
    times are CPU times, given as medians, and the ratio is the median of the repetitions' ratios.

    Args:
        quick: Fewer cases and repetitions.

    Returns:
        Rows `case`, `peer`, `ours`, `theirs` (both in `unit`), `ratio` (theirs / ours), `unit`.
    """
    from core.running.threads import use_one_thread

    use_one_thread()
    from benchmarks import peers

    use_one_thread()
    repetitions = 3 if quick else 7
    stacks = peers.stacks()
    return [
        row
        for case in cases(quick)
        for row in rows(case, repetitions, peers.ours, peers.LOOPS, stacks)
    ]


def rows(
    case: Case,
    repetitions: int,
    ours: Callable[..., object],
    loops: Mapping[str, Callable[..., object]],
    stacks: Mapping[str, Callable[..., object]],
) -> list[dict[str, Any]]:
    """Measure one case against peers that loop over networks, and those that stack them."""
    from threadpoolctl import threadpool_limits

    data = [case.dataset(seed) for seed in range(case.models)]
    few = [case.dataset(seed) for seed in range(min(MODELS_OF_PEERS, case.models))]
    peers = {name: (loop, few) for name, loop in loops.items()}
    peers |= {name: (stack, data) for name, stack in stacks.items()}
    times: dict[str, list[float]] = {name: [] for name in ("ours", *peers)}
    with threadpool_limits(1):
        for repetition in range(repetitions + 1):
            found = {"ours": _per_step(ours, case, data)}
            found |= {name: _per_step(peer, case, own) for name, (peer, own) in peers.items()}
            if repetition:  # the first one warms up
                for name, seconds in found.items():
                    times[name].append(seconds)
    return [_row(case, name, times["ours"], times[name]) for name in peers]


def _per_step(train: Callable[..., object], case: Case, data: list[Any]) -> float:
    start = time.process_time()
    train(case, data)
    return 1e6 * (time.process_time() - start) / (len(data) * case.steps)


def _row(case: Case, peer: str, ours: list[float], theirs: list[float]) -> dict[str, Any]:
    ratio = median(b / a for a, b in zip(ours, theirs, strict=True))
    return {
        "case": case.name,
        "peer": peer,
        "ours": round(median(ours), 2),
        "theirs": round(median(theirs), 2),
        "ratio": round(ratio, 2),
        "unit": UNIT,
    }
