"""What a sweep costs beside a plain loop: `python -m benchmarks.sweeps [--case small]`.

The same configs in a plain loop of one process, by `python -m core sweep` with one and two
workers, and by it on a dask cluster of one and two workers on loopback; in turn, several times,
each into an empty store. Results are watched as they arrive in the store. The pace is taken between
the first arrivals (one for each worker) and the last, so the start of the processes is not in it;
what it adds to a config is held against the loop of the same turn. Medians; other programs are in
them. Needs `requirements-cluster.txt`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks.clusters import Cluster
from benchmarks.server import ROOT
from core.challenges import experiment
from core.lab.settings import Config
from core.sweeping import grid

SLUG = "fairness/thresholds"
CASES: dict[str, tuple[int, tuple[str, ...]]] = {
    "small": (5, ("n_train=500", "signal=all", "first_seed=100,200,300,400,500")),
    "larger": (20, ("n_train=4000", "first_seed=100,200,300,400,500,600,700,800")),
}
"""By name, the seeds of each config and the grid. No config of them is a default."""
LOOP = "plain loop"
WAYS: dict[str, int] = {
    LOOP: 1, "sweep, 1 worker": 1, "sweep, 2 workers": 2, "dask, 1 worker": 1, "dask, 2 workers": 2,
}  # fmt: skip
"""And by how many runs go on at once."""
SECONDS_BETWEEN_LOOKS = 0.01


@dataclass(frozen=True)
class Taken:
    """One way, once.

    Attributes:
        case: One of `CASES`.
        way: One of `WAYS`.
        configs: How many were computed.
        first: Seconds from the start of the command to the first result.
        each: Seconds from one result to the next, at full pace.
        whole: Seconds from the start of the command to its end.
    """

    case: str
    way: str
    configs: int
    first: float
    each: float
    whole: float


@dataclass(frozen=True)
class Row:
    """Medians over the turns.

    Attributes:
        case: One of `CASES`.
        way: One of `WAYS`.
        turns: How many.
        first: As in `Taken`, as are the next two.
        each: Seconds.
        whole: Seconds.
        speed: Results per second, as a multiple of the loop's in the same turn.
        overhead: What the way adds to the processor's work on a config, in milliseconds: its
            seconds from result to result, times the runs at once, less the loop's in the same turn.
    """

    case: str
    way: str
    turns: int
    first: float
    each: float
    whole: float
    speed: float
    overhead: float


def pace(times: Sequence[float], at_once: int) -> float:
    """Seconds from one result to the next at full pace.

    Args:
        times: When each result came, ascending; more of them than `at_once`.
        at_once: Runs that go on at once: so many results stand for the start.
    """
    return (times[-1] - times[at_once - 1]) / (len(times) - at_once)


def rows(taken: Sequence[Taken]) -> list[Row]:
    """Put the turns of each way together; turn by turn held against the loop of its case."""
    found = []
    for case, way in dict.fromkeys((one.case, one.way) for one in taken):
        turns = [one for one in taken if (one.case, one.way) == (case, way)]
        loops = [one for one in taken if (one.case, one.way) == (case, LOOP)]
        pairs = list(zip(turns, loops, strict=True))
        first, each, whole = (
            median(getattr(one, name) for one in turns) for name in ("first", "each", "whole")
        )
        speed = median(loop.each / one.each for one, loop in pairs)
        added = median(WAYS[way] * one.each - loop.each for one, loop in pairs)
        found.append(Row(case, way, len(turns), first, each, whole, speed, 1000 * added))
    return found


def table(found: Sequence[Row]) -> str:
    """Lay the rows out as a Markdown table."""
    lines = [
        "| case | way | turns | first result, s | from result to result, s | whole command, s | "
        "speed against the loop | added to a config, ms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.case} | {one.way} | {one.turns} | {one.first:.1f} | {one.each:.3f} | "
        f"{one.whole:.1f} | {one.speed:.2f} | {one.overhead:+.0f} |"
        for one in found
    ]
    return "\n".join(lines)


def take(case: str, way: str) -> Taken:
    """Measure one way once, in an empty store.

    Raises:
        RuntimeError: If the command fails.
    """
    with tempfile.TemporaryDirectory() as name, _command(case, way, Path(name)) as command:
        store = Path(name) / "store"
        environment = {**os.environ, "LAB_STORE": str(store), "OMP_NUM_THREADS": "1"}
        began = time.monotonic()
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
        ) as process:
            times = arrivals(store, process)
        whole = time.monotonic() - began
    if process.returncode:
        raise RuntimeError(f"{way} failed with {process.returncode}")
    return Taken(case, way, len(times), times[0] - began, pace(times, WAYS[way]), whole)


def arrivals(store: Path, process: subprocess.Popen[bytes]) -> list[float]:
    """When each result came into a store, until a process ends."""
    times: list[float] = []
    while True:
        ended = process.poll() is not None
        there = sum(1 for _ in store.glob("*.result"))
        times += [time.monotonic()] * (there - len(times))
        if ended:
            return times
        time.sleep(SECONDS_BETWEEN_LOOKS)


@contextmanager
def _command(case: str, way: str, folder: Path) -> Iterator[list[str]]:
    """The command line of a way; while the context lasts, its cluster is there."""
    python = [sys.executable, "-m"]
    if way == LOOP:
        yield [*python, "benchmarks.sweeps", "--loop", case]
        return
    seeds, written = CASES[case]
    command = [*python, "core", "sweep", SLUG, "--seeds", str(seeds), "--grid", *written]
    if way.startswith("dask"):
        with Cluster(folder) as dask:
            for _ in range(WAYS[way]):
                dask.add_worker()
            _wait_for_workers(dask.url, WAYS[way])
            yield [*command, "--scheduler", dask.url]
    else:
        yield [*command, "--workers", str(WAYS[way])]


def _wait_for_workers(url: str, n: int) -> None:
    from distributed import Client

    with Client(url, set_as_default=False) as client:
        client.wait_for_workers(n, timeout=120)


def loop(case: str) -> None:
    """Run a case's configs one after the other in this process, and store the results."""
    from core.running import watching

    found = experiment(*SLUG.split("/"))
    for config in configs(case):
        watching.run_here(found, config)


def configs(case: str) -> list[Config]:
    """Those of a case, in the order in which a sweep begins them."""
    found = experiment(*SLUG.split("/"))
    seeds, written = CASES[case]
    return list(grid.configs(found, grid.axes(found, written, seeds)))


def main() -> None:
    """Measure all ways in turn, several times, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", choices=CASES, action="append", help="only this one")
    parser.add_argument("--turns", type=int, default=3, help="of each way")
    parser.add_argument("--json", action="store_true", help="every turn as JSON, one a line")
    parser.add_argument("--loop", choices=CASES, help="only the plain loop over this case")
    options = parser.parse_args()
    if options.loop:
        loop(options.loop)
        return
    taken = []
    for case in options.case or CASES:
        for _ in range(options.turns):
            for way in WAYS:
                taken.append(take(case, way))
                if options.json:
                    print(json.dumps(asdict(taken[-1])), flush=True)
    if not options.json:
        print(table(rows(taken)))


if __name__ == "__main__":
    main()
