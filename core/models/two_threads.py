"""What a second thread brings: layers timed with one and with two, in a process of its own.

Runs have one thread each, and all runs of this app share one process. So the two threads live in a
program beside it: this module, run by itself.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping
from typing import Any

import torch

from core.lab.beside import Company, cores, serve
from core.lab.run import CannotRunError
from core.models import rates
from core.models.layer_work import LAYERS, calls_of, work

PRODUCT, MEMORY = "matrix product", "memory"
SIDE, KILOBYTES = 512, 48_000
"""Of the matrices that are multiplied, and of the vectors that are added."""
ROUNDS = 5
"""How often both are timed in turn."""
SETTINGS = {"OMP_NUM_THREADS": "2", "MKL_NUM_THREADS": "2", "OMP_WAIT_POLICY": "PASSIVE"}
"""Of the program: threads that wait leave their core to others."""
Gain = tuple[str, int, int, float, float]
"""Layer, batch, seed, and seconds of one call with one thread and with two."""


def gains(
    width: int, batches: tuple[int, ...], seeds: tuple[int, ...]
) -> Generator[None, None, list[Gain]]:
    """Start the program, and wait for what it has timed.

    Args:
        width: As in `core.models.layer_work.work`.
        batches: Examples.
        seeds: Of weights and inputs.

    Yields:
        While it works; closing the generator ends the program.

    Raises:
        CannotRunError: If there is one core, or the program cannot start or does not answer.
    """
    if cores() < 2:
        raise CannotRunError("There is only one core here.")
    found: list[Gain] = []
    with Company(__name__, [[]], SETTINGS) as company:
        for seed in seeds:
            order = {"width": width, "batches": batches, "seed": seed}
            (said,) = yield from company.asked([order])
            found += [tuple(gain) for gain in said]
    return found


# The program


def timed(width: int, batches: list[int], seed: int) -> Iterator[Gain]:
    """Time everything with one thread and with two, in turn; of each the quickest counts.

    This sets torch's number of threads for the whole process.
    """
    calls = {(PRODUCT, 1): rates.product_call(SIDE, numbers="float32", seed=seed, device="cpu"),
             (MEMORY, 1): rates.adding(KILOBYTES, "cpu")}  # fmt: skip
    for layer in LAYERS:
        for batch in batches:
            calls[layer, batch] = rates.layer_call(
                layer, width, batch, numbers="float32", seed=seed, device="cpu"
            )
    for (layer, batch), call in calls.items():
        if call is not None:
            repeats = 1
            if layer in LAYERS:
                repeats, _ = calls_of(work(layer, width, batch))
            yield layer, batch, seed, *_both(call, repeats)


def _both(call: rates.Call, repeats: int) -> tuple[float, float]:
    best = [float("inf"), float("inf")]
    for _ in range(ROUNDS):
        for place in range(2):
            torch.set_num_threads(place + 1)
            call()
            start = time.perf_counter()
            for _ in range(repeats):
                call()
            best[place] = min(best[place], (time.perf_counter() - start) / repeats)
    return best[0], best[1]


def _carried_out(order: Mapping[str, Any]) -> list[Gain]:
    return list(timed(**order))


if __name__ == "__main__":
    serve(_carried_out)
