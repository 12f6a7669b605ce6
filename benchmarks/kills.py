"""Servers killed at random moments while visitors run experiments: what the store holds then.

python -m benchmarks.kills [--kills 40] [--seed 0] [--json]

Two servers share one store. Visitors of both move sliders, so runs go on and results are written;
after a random time both are killed. Then every file in the store is read: one that cannot be read
is wrong, and a result that a visitor was shown as measured and that is not there is lost. At last
some results are computed again and compared.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from websockets.exceptions import WebSocketException

from benchmarks.server import ROOT, serving
from benchmarks.visitors import Visitor, arrived
from core import challenges
from core.lab.experiment import Experiment
from core.lab.seeding import numpy_generator
from core.lab.settings import Config, knob_of
from core.running import watching
from core.store.folder import TEMPORARY
from core.store.store import Store
from core.ui.links import spelling

Anything = Experiment[Any, Any, Any]
PAGES = ("history", "fairness")
"""Pages whose first experiment takes about a second at small settings."""
SERVERS, VISITORS = 2, 2
LONGEST = 8.0
"""Seconds after which both servers are killed, at the latest."""
COMPARED = 5


@dataclass
class Found:
    """What was seen.

    Attributes:
        kills: Of servers.
        shown: Results that a visitor was shown as measured, by key.
        stored: Files in the store at the end.
        wrong: Keys of files that cannot be read, or hold other numbers than they should.
        lost: Keys that were shown and are not there.
        leftovers: Unfinished files that are still there after the store was opened again.
    """

    kills: int = 0
    shown: set[str] = field(default_factory=set)
    stored: int = 0
    wrong: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    leftovers: int = 0


def experiment_of(page: str) -> Anything:
    """The experiment that a challenge's page shows first."""
    return challenges.experiment(page, challenges.challenge(page).experiments[0])


def drawn(who: Visitor, draw: np.random.Generator) -> tuple[dict[str, str], dict[str, Any]]:
    """Random rungs of the page's sliders, by slider, and the settings that they stand for."""
    experiment = experiment_of(who.page)
    rungs: dict[str, str] = {}
    chosen: dict[str, Any] = {}
    for slider, _, offered in who.sliders:
        owner, _, name = slider.rpartition(".")
        own = owner.endswith(experiment.slug.replace("/", "."))
        if not own or name not in experiment.config.model_fields:
            continue
        knob = knob_of(experiment.config, name)
        # Many repetitions take long, and nothing is written meanwhile.
        value = knob.options[0 if name == "repetitions" else draw.integers(len(knob.options))]
        if spelling(knob, value) in offered:
            rungs[slider], chosen[name] = spelling(knob, value), value
    return rungs, chosen


def wander(who: Visitor, page: str, draw: np.random.Generator) -> Iterator[str]:
    """Ask for one run after the other; the key of each that was shown to its end."""
    experiment = experiment_of(page)
    try:
        if who.open(page).failed:
            return
        while True:
            rungs, chosen = drawn(who, draw)
            answer = who.put(rungs, "trained")
            if answer.failed or answer.whole is None:
                return
            yield experiment.key(experiment.config(**chosen))
    except (OSError, EOFError, WebSocketException):
        return


def one_round(folder: Path, draw: np.random.Generator) -> set[str]:
    """Start the servers, let visitors wander, kill the servers; what was shown until then."""
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serving(ROOT / "app.py", folder / f"log-{i}.txt", folder / "store"))
            for i in range(SERVERS)
        ]
        pool = stack.enter_context(ThreadPoolExecutor(SERVERS * VISITORS))
        work = []
        for place in range(SERVERS * VISITORS):
            who = stack.enter_context(arrived(servers[place % SERVERS]))
            own = numpy_generator(int(draw.integers(2**31)), "kills")
            steps = wander(who, PAGES[place % len(PAGES)], own)
            work.append(pool.submit(lambda steps=steps: set(steps)))  # type: ignore[misc]
        time.sleep(draw.uniform(0.5, LONGEST))
        for server in servers:
            server.process.kill()
        return {key for one in work for key in one.result()}


def examine(folder: Path, found: Found) -> None:
    """Read every file of the store, and look for what was shown."""
    store = Store(folder)  # Opening it clears what killed writers have left.
    results = {experiment_of(page).slug: experiment_of(page) for page in PAGES}
    kinds = {experiment.result for experiment in results.values()}
    keys = store.keys()
    found.stored = len(keys)
    found.wrong |= {key for key in keys if not any(store.get(key, kind) for kind in kinds)}
    found.lost |= found.shown - keys
    found.leftovers = sum(path.suffix == TEMPORARY for path in folder.iterdir())


def compare(folder: Path, keys: Sequence[str], found: Found) -> None:
    """Compute some results again; the numbers have to be the same."""
    store = Store(folder)
    for key in keys:
        for page in PAGES:
            experiment = experiment_of(page)
            record = store.get(key, experiment.result)
            if record is None or record.experiment != experiment.slug:
                continue
            config: Config = experiment.config(**record.config)
            again = watching.drive_here(experiment, config).result
            if experiment.key(config) != key or not same(experiment, record.result, again):
                found.wrong.add(key)


def same(experiment: Anything, one: Any, other: Any) -> bool:
    """Whether two results have the same headline numbers; times are times."""
    numbers = [
        {name: value for name, value in experiment.metrics(r).items()
         if name not in experiment.clocked}
        for r in (one, other)
    ]  # fmt: skip
    return repr(numbers[0]) == repr(numbers[1])


def main() -> None:
    """Kill and look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    draw, found = numpy_generator(asked.seed, "kills"), Found()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        while found.kills < asked.kills:
            found.shown |= one_round(folder, draw)
            found.kills += SERVERS
            examine(folder / "store", found)
            print(said(found), flush=True)
        keys = sorted(Store(folder / "store").keys())
        chosen = draw.permutation(keys)[:COMPARED]
        compare(folder / "store", [str(key) for key in chosen], found)
    counts = {k: len(v) if isinstance(v, set) else v for k, v in asdict(found).items()}
    print(json.dumps(counts) if asked.json else said(found))


def said(found: Found) -> str:
    """One line: what was seen so far."""
    return (
        f"{found.kills} kills: {len(found.shown)} results shown, {found.stored} stored, "
        f"{len(found.wrong)} wrong, {len(found.lost)} lost, {found.leftovers} left over"
    )


if __name__ == "__main__":
    main()
