"""What each command does; `core.cli.text` says it in words."""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Callable, Iterator
from typing import Any

from core.challenges import challenges, experiment
from core.cli import text
from core.cli.audit import audit
from core.cli.progress import Progress
from core.cli.sweep import sweep
from core.lab.claims import Verdict
from core.lab.experiment import Experiment
from core.lab.settings import Config, knobs
from core.store import ledger
from core.store.store import Record

AnyExperiment = Experiment[Any, Any, Any]
Answer = tuple[Any, str]
"""The same answer twice: as JSON takes it, and in words."""


def list_experiments(_: argparse.Namespace) -> Answer:
    """All experiments, in the order of the navigation."""
    rows = [
        {
            "challenge": challenge.slug,
            "experiment": name,
            "chapter": challenge.chapter,
            "title": experiment(challenge.slug, name).title,
            "question": experiment(challenge.slug, name).question,
        }
        for challenge in challenges()
        for name in challenge.experiments
    ]
    return rows, text.experiments(rows)


def run(arguments: argparse.Namespace) -> Answer:
    """One experiment with the settings given, from the store when it is there."""
    found: AnyExperiment = arguments.experiment
    names = [knob.name for knob in knobs(found.config)]
    given = {name: getattr(arguments, name) for name in names if hasattr(arguments, name)}
    config = found.config(**given)
    record, cached = _result(found, config, found.title)
    applying = [claim for claim in found.claims if claim.applies(config)]
    rows = list(ledger.judged(found, config, record, applying))
    metrics = dict(found.metrics(record.result))
    origin = record.provenance
    plain = {
        "config": config.model_dump(mode="json"),
        "version": found.version,
        "metrics": {
            name: {"mean": value.mean, "low": value.low, "high": value.high, "n": value.n}
            for name, value in metrics.items()
        },
        "claims": [row.plain() for row in rows],
        "cost": {
            "seconds": origin.seconds,
            "flops": origin.flops,
            "peak_memory_bytes": origin.peak_memory_bytes,
        },
        "cached": cached,
    }
    return plain, text.result(found, config, record, rows, cached)


def claims(arguments: argparse.Namespace) -> Answer:
    """Every claim of one or all challenges against a measurement, or against many."""
    asked = list(_experiments(arguments.challenge))
    if arguments.blocks:
        return _replicated(asked, arguments.blocks)
    first_seed = ledger.fresh_block() if arguments.fresh else arguments.first_seed
    rows = [row for found in asked for row in _judged(found, first_seed)]
    return [row.plain() for row in rows], text.claims(rows, first_seed)


def _judged(found: AnyExperiment, first_seed: int | None, note: str = "") -> list[ledger.Row]:
    runs = len(ledger.configs(found, first_seed))
    numbers = itertools.count(1)

    def obtain(config: Config) -> Record[Any]:
        return _result(found, config, f"{found.slug} {note}{next(numbers)}/{runs}")[0]

    return list(ledger.rows(found, obtain, first_seed))


def _replicated(asked: list[AnyExperiment], n: int) -> Answer:
    """Measure all claims on the same blocks; kept when an experiment has them all."""
    from core.store import replications

    first_seeds = ledger.fresh_blocks(n)
    for found in asked:
        verdicts: dict[str, list[Verdict | None]] = {claim.name: [] for claim in found.claims}
        for number, first_seed in enumerate(first_seeds, start=1):
            for row in _judged(found, first_seed, f"block {number}/{n}, run "):
                verdicts[row.claim.name].append(row.verdict)
        replications.keep(found, first_seeds, verdicts)
    kept = {found.slug: replications.of(found) for found in asked}
    plain = {
        slug: {name: one.verdicts for name, one in claims.items()} for slug, claims in kept.items()
    }
    return {"first_seeds": first_seeds, "verdicts": plain}, text.replications(first_seeds, plain)


def bench(arguments: argparse.Namespace) -> Answer:
    """The trainer against its peers, measured now."""
    from benchmarks import measure

    print("Measuring; this takes minutes and wants a quiet machine.", file=sys.stderr)
    rows = measure(quick=arguments.quick)
    return rows, text.benchmarks(rows)


def warm(arguments: argparse.Namespace) -> Answer:
    """Run anew what comes with the app: the defaults, and the settings that claims are about."""
    from core.cli import shipping
    from core.store.store import shipped_store

    rows = []
    asked = list(_experiments(arguments.challenge))
    for found in asked:
        runs = ledger.shipped(found)
        for number, (key, config) in enumerate(runs.items(), start=1):
            if arguments.missing and shipped_store().holds(key):
                continue
            with Progress(f"{found.slug} {number}/{len(runs)}", sys.stderr) as progress:
                rows.append(shipping.rebuild(found, config, progress))
    if arguments.challenge is None:
        shipping.drop_others(asked)
    return rows, text.warmed(rows)


def _experiments(challenge: Any) -> Iterator[AnyExperiment]:
    for one in challenges() if challenge is None else (challenge,):
        for name in one.experiments:
            yield experiment(one.slug, name)


def _result(found: AnyExperiment, config: Config, label: str) -> tuple[Record[Any], bool]:
    """Return the stored result of a config, or run it; and whether it was stored."""
    from core.running import watching
    from core.store import store

    stored = store.find(found, config)
    if stored is not None:
        return stored.record, True
    with Progress(label, sys.stderr) as progress:
        return watching.run_here(found, config, progress), False


COMMANDS: dict[str, Callable[[argparse.Namespace], Answer]] = {
    "list": list_experiments,
    "run": run,
    "sweep": sweep,
    "claims": claims,
    "bench": bench,
    "audit": audit,
    "warm": warm,
}
