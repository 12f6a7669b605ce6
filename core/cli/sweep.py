"""`python -m core sweep`: a grid of configs, stored where the pages look for them."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.cli import interrupts
from core.cli.progress import Progress
from core.lab.beside import cores
from core.lab.experiment import Experiment
from core.lab.run import Snapshot
from core.lab.settings import Config
from core.store import store
from core.store.reserved import Reserved
from core.sweeping import cluster, grid, local, table
from core.sweeping.orders import Answer, order

AnyExperiment = Experiment[Any, Any, Any]
SECONDS_BETWEEN_LOOKS = 0.5
"""At what another sweep has stored."""


@dataclass
class Tally:
    """How far a sweep is.

    Attributes:
        missing: Configs that nobody had computed when it began,
        left: and those of them without a result as yet, by key.
        computed: How many it has computed,
        failed: and which it could not, each with the reason.
    """

    missing: int
    left: dict[str, Config]
    computed: int = 0
    failed: list[dict[str, Any]] = field(default_factory=list)

    def words(self) -> str:
        """For the line of progress."""
        return f"{self.missing - len(self.left) - len(self.failed)} of {self.missing} stored"


def sweep(arguments: argparse.Namespace) -> tuple[Any, str]:
    """Compute what the store does not hold yet; then read all of it.

    Raises:
        OSError: If the cluster is lost or a result cannot be written; what came is stored.
    """
    found: AnyExperiment = arguments.experiment
    configs = {found.key(one): one for one in grid.configs(found, arguments.axes)}
    left = {key: one for key, one in configs.items() if store.find(found, one) is None}
    started, tally = time.monotonic(), Tally(len(left), left)
    with Progress(found.slug, sys.stderr) as progress, Reserved(store.place()) as reserved:
        while tally.left:
            _round(arguments, tally, reserved, progress)
    rows = table.rows(found, configs.values())
    if arguments.out is not None:
        table.write(rows, arguments.out)
    plain = {
        "experiment": found.slug,
        "configs": len(configs),
        "from_the_store": len(configs) - tally.computed - len(tally.failed),
        "computed": tally.computed,
        "failed": tally.failed,
        "seconds": time.monotonic() - started,
        "rows": rows.to_dict("records"),
    }
    return plain, _words(found, plain, arguments.out)


def _round(
    arguments: argparse.Namespace, tally: Tally, reserved: Reserved, progress: Progress
) -> None:
    """Compute what no other sweep is computing; where that is nothing, wait a moment for others."""
    found: AnyExperiment = arguments.experiment
    mine = [key for key in tally.left if reserved.take(key)]
    for key in mine:  # Another sweep may have stored it just before it was reserved.
        if store.find(found, tally.left[key]) is not None:
            del tally.left[key]
            reserved.release(key)
    wanted = [tally.left[key] for key in mine if key in tally.left]
    if wanted:
        _compute(found, tally, _answers(arguments, found, wanted), reserved, progress)
    elif tally.left:
        _show(tally, progress, f"{tally.words()}, another sweep is at the others")
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _answers(
    arguments: argparse.Namespace, found: AnyExperiment, wanted: Sequence[Config]
) -> Iterator[Answer]:
    orders = [order(found, config) for config in wanted]
    if arguments.scheduler:
        files = (arguments.tls_ca, arguments.tls_cert, arguments.tls_key)
        return cluster.answers(orders, cluster.Address(arguments.scheduler, *files))
    return local.answers(orders, arguments.workers or cores())


def _compute(
    found: AnyExperiment, tally: Tally, answers: Iterator[Answer], reserved: Reserved,
    progress: Progress,
) -> None:  # fmt: skip
    """Store what comes; tell what does not."""
    _show(tally, progress, tally.words())
    try:
        for answer in answers:
            interrupts.obey()
            config = tally.left.pop(answer.key)
            if answer.problem:
                settings = config.model_dump(mode="json")
                tally.failed.append({"config": settings, "problem": answer.problem})
            else:
                _keep(found, answer)
                tally.computed += 1
            reserved.release(answer.key)
            _show(tally, progress, tally.words())
    except cluster.ClusterError as error:
        raise OSError(
            f"{error}; {tally.computed} of {tally.missing} results came and are stored, and the "
            "same command goes on from there"
        ) from None
    finally:
        close = getattr(answers, "close", None)
        if close is not None:
            close()


def _show(tally: Tally, progress: Progress, words: str) -> None:
    progress(Snapshot(tally.missing - len(tally.left), tally.missing, words))


def _keep(found: AnyExperiment, answer: Answer) -> None:
    record = store.unpacked(answer.content, answer.key, found.result)
    kept = store.local_store()
    if not kept.put(answer.key, record):
        raise OSError(kept.problem or "the store takes no results")


def _words(found: AnyExperiment, plain: dict[str, Any], out: Path | None) -> str:
    lines = [
        f"{found.slug}: {plain['configs']} configs, {plain['from_the_store']} from the store, "
        f"{plain['computed']} computed now in {plain['seconds']:.1f} s, "
        f"{len(plain['failed'])} failed."
    ]
    lines += [f"  {one['problem']} {one['config']}" for one in plain["failed"]]
    lines += table.lines(plain["rows"])
    if out is not None:
        lines.append(f"All numbers: {out}.")
    return "\n".join(lines)
