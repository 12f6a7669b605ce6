"""How much memory the dearest settings of every experiment take, each in a process of its own.

`python -m benchmarks.rungs [slug ...]` sets every knob of an experiment to what makes its forecast
largest, all at once, and runs it; with `--each` one knob after the other, the rest as by default.
It prints the memory before the run and its peak in MB, and the processor time; a run that is not
through after `--seconds` of it is left there, as what it needs is laid out at its start: `>` stands
before its time. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core import challenges
from core.lab.experiment import Experiment
from core.lab.settings import Config, Value, knobs

ROOT = Path(__file__).resolve().parents[1]
LIMIT_MB = 1000
Chosen = dict[str, Value]


def dearest(experiment: Experiment[Any, Any, Any]) -> Chosen:
    """The settings with the largest forecast: each knob in turn, until none makes it larger."""
    best: Config = experiment.config()
    for _ in range(2):
        for name in _names(experiment):
            best = max(_rungs(best, name), key=lambda one: experiment.cost(one).seconds)
    return _changes(best)


def each(experiment: Experiment[Any, Any, Any]) -> list[Chosen]:
    """For every knob its rung with the largest forecast, the others as by default."""
    start: Config = experiment.config()
    found = [
        max(_rungs(start, name), key=lambda one: experiment.cost(one).seconds)
        for name in _names(experiment)
    ]
    return [chosen for one in found if (chosen := _changes(one))]


def _names(experiment: Experiment[Any, Any, Any]) -> list[str]:
    return [knob.name for knob in knobs(experiment.config) if knob.name != "first_seed"]


def _rungs(config: Config, name: str) -> Iterator[Config]:
    """The config first, then with each value of a knob that goes with its others."""
    yield config
    (knob,) = (knob for knob in knobs(type(config)) if knob.name == name)
    for value in knob.options:
        try:
            yield config.changed(**{name: value})
        except ValueError:
            continue


def _changes(config: Config) -> Chosen:
    usual = type(config)().model_dump(mode="json")
    return {k: v for k, v in config.model_dump(mode="json").items() if v != usual[k]}


def peak() -> float:
    """Highest resident memory of this process so far, in MB (10^6 bytes).

    Not `getrusage`, which begins with the peak of the process that started this one.
    """
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6


def run(slug: str, chosen: Chosen, seconds: float) -> dict[str, Any]:
    """Run here, and at most so many seconds of the processor."""
    import torch  # noqa: F401  # a server has it already

    from core.running.threads import use_one_thread

    use_one_thread()
    experiment = challenges.experiment(*slug.split("/"))
    work = experiment.run(experiment.config(**chosen))
    before, through = peak(), True
    start = time.process_time()
    for snapshot in work:
        if time.process_time() - start > seconds:
            through = False
            if snapshot.partial is not None:
                snapshot.partial()
            break
    work.close()
    spent = round(time.process_time() - start)
    return {"before": round(before), "peak": round(peak()), "seconds": spent, "through": through}


def in_a_child(slug: str, chosen: Chosen, seconds: float) -> dict[str, Any]:
    """Run in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.rungs", slug, "--seconds", str(seconds)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    found = subprocess.run(
        [*command, "--here", json.dumps(chosen)], cwd=ROOT, env=environment, text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    if found.returncode:
        raise RuntimeError(f"{slug}: {found.stderr[-1000:]}")
    told: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    return told


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slugs", nargs="*", help="challenge/experiment; all by default")
    parser.add_argument("--each", action="store_true", help="one knob after the other")
    parser.add_argument("--seconds", type=float, default=30.0, help="of the processor, for each")
    parser.add_argument("--here", type=json.loads, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.here is not None:
        print(json.dumps(run(told.slugs[0], told.here, told.seconds)))
        return
    print("| experiment | settings | before, MB | peak, MB | processor, s |")
    print("| --- | --- | --- | --- | --- |", flush=True)
    for slug in told.slugs or all_slugs():
        experiment = challenges.experiment(*slug.split("/"))
        for chosen in each(experiment) if told.each else [dearest(experiment)]:
            row(slug, chosen, in_a_child(slug, chosen, told.seconds))


def all_slugs() -> list[str]:
    """Every experiment, in the order of the menu."""
    return [f"{one.slug}/{name}" for one in challenges.challenges() for name in one.experiments]


def row(slug: str, chosen: Chosen, found: dict[str, Any]) -> None:
    """Print one; what is over the limit is marked."""
    settings = ", ".join(f"{name} {value}" for name, value in chosen.items())
    mark = " (!)" if found["peak"] > LIMIT_MB else ""
    time_taken = f"{'' if found['through'] else '> '}{found['seconds']}"
    print(f"| {slug} | {settings} | {found['before']} | {found['peak']}{mark} | {time_taken} |",
          flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
