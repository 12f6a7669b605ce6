"""What a second thread brings: layers timed with one and with two, in a process of its own.

Runs have one thread each, and all runs of this app share one process. So the two threads live in a
program beside it: this module, run by itself. It ends when its input does, that is with the run,
however that ends.
"""

from __future__ import annotations

import itertools
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import IO

import torch

from core.models import rates
from core.models.layer_work import LAYERS, calls_of, work

ROOT = Path(__file__).resolve().parents[2]
PRODUCT, MEMORY = "matrix product", "memory"
SIDE, KILOBYTES = 512, 48_000
"""Of the matrices that are multiplied, and of the vectors that are added."""
ROUNDS, PAUSE, SECONDS_GIVEN = 5, 0.02, 60.0
"""How often both are timed in turn; seconds until other runs get their turn; and of patience."""
SETTINGS = {"OMP_NUM_THREADS": "2", "MKL_NUM_THREADS": "2", "OMP_WAIT_POLICY": "PASSIVE"}
"""Of the program: threads that wait leave their core to others."""
Gain = tuple[str, int, int, float, float]
"""Layer, batch, seed, and seconds of one call with one thread and with two."""


class NoSecondThreadError(RuntimeError):
    """Two threads cannot be timed here; the message says why, in one sentence."""


def gains(
    width: int, batches: tuple[int, ...], seeds: tuple[int, ...]
) -> Generator[None, None, list[Gain]]:
    """Start the program, and wait for what it has timed.

    Args:
        width: As in `core.models.layer_work.work`.
        batches: Examples.
        seeds: Of weights and inputs.

    Yields:
        While it works, about every `PAUSE` seconds; closing the generator ends the program.

    Raises:
        NoSecondThreadError: If there is one core, or the program cannot start or does not answer.
    """
    if _cores() < 2:
        raise NoSecondThreadError("There is only one core here, so two threads were not timed.")
    given = [json.dumps(part) for part in (width, batches, seeds)]
    env = {**os.environ, **SETTINGS, "PYTHONPATH": str(ROOT)}
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, *given], cwd=ROOT, env=env, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError as error:
        raise NoSecondThreadError(
            "The system did not let a second process start, so two threads were not timed."
        ) from error
    try:
        return (yield from _heard(process))
    finally:
        process.kill()
        process.communicate()


def _cores() -> int:
    count = getattr(os, "sched_getaffinity", None)
    return len(count(0)) if count else os.cpu_count() or 1


def _heard(process: subprocess.Popen[bytes]) -> Generator[None, None, list[Gain]]:
    assert process.stdout is not None
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    listener = threading.Thread(target=_listen, args=(process.stdout, lines), daemon=True)
    listener.start()
    found: list[Gain] = []
    until = time.monotonic() + SECONDS_GIVEN
    while time.monotonic() < until:
        yield
        try:
            line = lines.get(timeout=PAUSE)
        except queue.Empty:
            continue
        if not line:
            break
        said = json.loads(line)
        if said is None:
            return found
        found.append(tuple(said))
        until = time.monotonic() + SECONDS_GIVEN
    raise NoSecondThreadError("The second process gave no answer, so two threads were not timed.")


def _listen(stream: IO[bytes], lines: queue.SimpleQueue[bytes]) -> None:
    for line in stream:
        lines.put(line)
    lines.put(b"")


# The program


def timed(width: int, batches: list[int], seeds: list[int]) -> Iterator[Gain]:
    """Time everything with one thread and with two, in turn; of each the quickest counts.

    This sets torch's number of threads for the whole process.
    """
    for seed in seeds:
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


def serve(width: int, batches: list[int], seeds: list[int]) -> None:
    """Say what was timed, a line of JSON each, and `null` at the end."""
    threading.Thread(target=_end_with_input, daemon=True).start()
    for gain in itertools.chain(timed(width, batches, seeds), [None]):
        sys.stdout.write(json.dumps(gain) + "\n")
        sys.stdout.flush()
    os._exit(0)  # The thread that waits for the end of the input would be waited for.


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(0)  # Nobody is there to take an answer any more.


if __name__ == "__main__":
    serve(*map(json.loads, sys.argv[1:4]))
