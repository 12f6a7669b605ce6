"""Kills a process that runs, writes and reads as the server does, and looks at its store each time.

`python -m tests.running.killed FOLDER KILLS SEED` prints what was counted, as JSON. All that the
server has below its pages is there: the thread that trains, watchers, readers, the store. The
process is forked from one that has imported everything, so that hundreds of kills take minutes.
"""

from __future__ import annotations

import importlib.util
import json
import os
import select
import signal
import sys
import threading
import time
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from core.lab.experiment import Experiment
from core.running.drive import Drive
from core.running.watching import stream
from core.store.store import Record, Store, find, packed

HEAVY = Path(__file__).resolve().parents[1] / "toys/rough/challenges/rough/heavy.py"
NUMBERS = range(12)
VISITORS = 4
SECONDS = 0.3
"""At most, until a kill: from the start, in which the store is opened, or from the first result."""
AT_THE_START = 0.25
"""Share of the kills."""
PATIENCE = 60.0


@cache
def heavy() -> Experiment[Any, Any, Any]:
    """The one of the rough challenge, without its place among the challenges of this process."""
    spec = importlib.util.spec_from_file_location("rough_heavy", HEAVY)
    assert spec is not None and spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return replace(module.EXPERIMENT, slug="rough/heavy")


@cache
def clean() -> Mapping[str, tuple[int, np.ndarray]]:
    """By key, the number that it belongs to and what a run gives that nobody disturbs."""
    found = {}
    for number in NUMBERS:
        config = heavy().config(number=number)
        work = heavy().run(config)
        try:
            while True:
                next(work)
        except StopIteration as end:
            found[heavy().key(config)] = (number, end.value.noise)
    return found


def record(number: int) -> Record[Any]:
    drive = Drive(heavy(), heavy().config(number=number))
    while drive.advance() is not None:
        pass
    return drive.record()


def checked(store: Path, promised: set[int]) -> set[int]:
    """Every file is whole, and what a clean run gives; what somebody was shown is there."""
    found, kept = Store(store, read_only=True), set[int]()
    for file in store.glob("*.result"):
        whole = found.get(file.stem, heavy().result)
        assert whole is not None, "not readable"
        number, noise = clean()[file.stem]
        assert whole.config["number"] == number
        assert np.array_equal(whole.result.noise, noise)
        kept.add(number)
    assert promised <= kept, f"lost: {promised - kept}"
    return kept


def leftovers(store: Path) -> int:
    return len(list(store.glob(".*.tmp")))


def serve(out: int, seed: int) -> None:
    """Go on until killed: visitors who look a result up, or run it though it is stored."""

    def visit(rng: np.random.Generator) -> None:
        while True:
            number, config = next_config(rng)
            if rng.random() < 0.5 and find(heavy(), config) is not None:
                os.write(out, f"read {number}\n".encode())
                continue
            status = [update.status for update in stream(heavy(), config)][-1]
            os.write(out, f"{status} {number}\n".encode())

    for visitor in range(VISITORS):
        own = np.random.default_rng([seed, visitor])
        threading.Thread(target=visit, args=(own,), daemon=True).start()
    time.sleep(3600)


def next_config(rng: np.random.Generator) -> tuple[int, Any]:
    number = int(rng.choice(NUMBERS))
    return number, heavy().config(number=number)


def once(store: Path, rng: np.random.Generator, seed: int) -> list[tuple[str, int]]:
    """Start, kill at a random moment, and return what the visitors had been told by then."""
    told, out = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        serve(out, seed)
    os.close(out)
    if rng.random() >= AT_THE_START:
        assert select.select([told], [], [], PATIENCE)[0], "it works"
    time.sleep(rng.uniform(0, SECONDS))
    os.kill(child, signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    with os.fdopen(told) as lines:
        # The last line may be half: it was being told.
        return [(said.split()[0], int(said.split()[1])) for said in lines if said.endswith("\n")]


def main(store: Path, kills: int, seed: int) -> Counter[str]:
    os.environ["LAB_STORE"] = str(store)
    rng, promised, seen = np.random.default_rng(seed), set[int](), Counter[str]()
    # So that the children write for most of their short lives.
    zlib.compress = cache(zlib.compress)  # type: ignore[assignment]
    for key, (number, _) in clean().items():
        packed(key, record(number))
    for kill in range(kills):
        before = leftovers(store)
        said = once(store, rng, kill)
        seen.update(f"results {word}" for word, _ in said)
        seen["kills"] += 1
        seen["kills before anything was shown"] += not said
        seen["kills in the middle of a write"] += leftovers(store) > 0
        assert leftovers(store) <= 1 or not said, "an older one is cleaned up"
        assert leftovers(store) <= before + 1
        promised |= {number for word, number in said if word == "done"}
        assert {word for word, _ in said} <= {"done", "read"}
        seen["records looked at"] += len(checked(store, promised))
    Store(store)
    assert leftovers(store) == 0
    return seen


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
