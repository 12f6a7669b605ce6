"""One of several processes that run, write, drop and read in one store, as servers do.

`python -m tests.running.sharing FOLDER BOUND LOOKS SEED` lets visitors look at results: first
all at the same one after the other, then each at others. It prints what was counted, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.lab.run import Run
from core.running.watching import stream
from core.store import store as stores
from core.store.store import Store, find
from tests.running.killed import NUMBERS, clean, heavy

VISITORS = 3


class Visitors:
    """What they have seen; whatever is wrong ends the process."""

    def __init__(self, looks: int, seed: int) -> None:
        self.seen: Counter[str] = Counter()
        self.runs: Counter[int] = Counter()
        self.wrong: list[str] = []
        self._looks, self._seed = looks, seed
        self._experiment = replace(heavy(), run=self._run)

    def _run(self, config: Any) -> Run[Any]:
        self.runs[config.number] += 1
        return (yield from heavy().run(config))

    def visit(self, visitor: int) -> None:
        try:
            rng = np.random.default_rng([self._seed, visitor])
            for number in [*NUMBERS, *rng.choice(NUMBERS, self._looks)]:
                self._look(int(number))
        except Exception as error:
            self.wrong.append(repr(error))
            raise

    def _look(self, number: int) -> None:
        config = self._experiment.config(number=number)
        found = find(self._experiment, config)
        if found is not None:
            record, how = found.record, "read"
        else:
            last = list(stream(self._experiment, config))[-1]
            assert last.record is not None, last.message
            record, how = last.record, "run"
        known, noise = clean()[heavy().key(config)]
        assert known == number and record.config["number"] == number
        assert np.array_equal(record.result.noise, noise)
        self.seen[how if self.runs[number] else "read of another's"] += 1


def main(folder: Path, bound: int, looks: int, seed: int) -> dict[str, Any]:
    os.environ["LAB_STORE"] = str(folder)
    store = Store(folder, max_bytes=bound)
    stores.opened = lambda _: store  # type: ignore[assignment]
    visitors = Visitors(looks, seed)
    clean()
    print("ready", flush=True)
    sys.stdin.readline()  # All begin in the same moment.
    threads = [threading.Thread(target=visitors.visit, args=(n,)) for n in range(VISITORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not visitors.wrong, visitors.wrong
    assert store.problem is None
    return {
        **visitors.seen,
        "runs": sum(visitors.runs.values()),
        "most": max(visitors.runs.values()),
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), *map(int, sys.argv[2:5]))))
