"""`python -m core sweep`: a grid of configs, stored where the pages look for them."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from core.cli import interrupts
from core.cli.progress import Progress
from core.lab.beside import cores
from core.lab.experiment import Experiment
from core.lab.run import Snapshot
from core.lab.settings import Config
from core.store import store
from core.sweeping import cluster, grid, local, table
from core.sweeping.orders import Answer, order

AnyExperiment = Experiment[Any, Any, Any]


def sweep(arguments: argparse.Namespace) -> tuple[Any, str]:
    """Compute what the store does not hold yet; then read all of it.

    Raises:
        OSError: If the cluster is lost or a result cannot be written; what came is stored.
    """
    found: AnyExperiment = arguments.experiment
    configs = {found.key(one): one for one in grid.configs(found, arguments.axes)}
    missing = [one for one in configs.values() if store.find(found, one) is None]
    started = time.monotonic()
    failed = _compute(found, missing, _answers(arguments, found, missing))
    rows = table.rows(found, configs.values())
    if arguments.out is not None:
        table.write(rows, arguments.out)
    plain = {
        "experiment": found.slug,
        "configs": len(configs),
        "from_the_store": len(configs) - len(missing),
        "computed": len(missing) - len(failed),
        "failed": failed,
        "seconds": time.monotonic() - started,
        "rows": rows.to_dict("records"),
    }
    return plain, _words(found, plain, arguments.out)


def _answers(
    arguments: argparse.Namespace, found: AnyExperiment, missing: Sequence[Config]
) -> Iterator[Answer]:
    orders = [order(found, config) for config in missing]
    if not orders:
        return iter(())
    if arguments.scheduler:
        files = (arguments.tls_ca, arguments.tls_cert, arguments.tls_key)
        return cluster.answers(orders, cluster.Address(arguments.scheduler, *files))
    return local.answers(orders, arguments.workers or cores())


def _compute(
    found: AnyExperiment, missing: Sequence[Config], answers: Iterator[Answer]
) -> list[dict[str, Any]]:
    """Store what comes; tell what does not."""
    settings = {found.key(config): config for config in missing}
    failed, done = [], 0
    with Progress(found.slug, sys.stderr) as progress:
        progress(Snapshot(0, max(len(missing), 1), f"0 of {len(missing)} stored"))
        try:
            for answer in answers:
                interrupts.obey()
                done += 1
                if answer.problem:
                    config = settings[answer.key].model_dump(mode="json")
                    failed.append({"config": config, "problem": answer.problem})
                else:
                    _keep(found, answer)
                progress(Snapshot(done, len(missing), f"{done} of {len(missing)} stored"))
        except cluster.ClusterError as error:
            stored = done - len(failed)
            raise OSError(
                f"{error}; {stored} of {len(missing)} results came and are stored, and the same "
                "command goes on from there"
            ) from None
        finally:
            close = getattr(answers, "close", None)
            if close is not None:
                close()
    return failed


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
