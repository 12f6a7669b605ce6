"""What is trained, in which order, and when a network has fitted."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from functools import lru_cache
from typing import Any

import pandas as pd

from core.challenges.overfitting.random_labels.config import (
    CLASSES,
    FITS,
    PLAIN,
    SHARES,
    RandomLabelsConfig,
    RandomLabelsResult,
)
from core.data.by_name import draw
from core.data.dataset import with_random_labels, with_validation
from core.engine.interpolation import ends, until_fitted
from core.engine.job import Job
from core.engine.sweep import Trained, planned_cost
from core.engine.training import Fit, Progress, fit
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot

BATCH = 32
LAYERS = 2
LEARNING_RATE = 0.005
N_VALIDATION = 300
"""Held-out examples; they are looked at after every epoch, so they cost as much as training."""
AUGMENTATION: Mapping[str, dict[str, Any]] = {
    "digits": {"augmentation": "shift", "augmentation_strength": 1.0},
    "mnist1d": {"augmentation": "roll_and_scale", "augmentation_strength": 2.0},
}
"""Options of the random changes to each batch, as they suit the data."""


Networks = tuple[tuple[str, float], ...]
"""`(regulariser, share of random labels)` of each; it is trained once per seed."""


def run(config: RandomLabelsConfig) -> Run[RandomLabelsResult]:
    """Train stage after stage; each ends once all of its networks have fitted."""
    plan = stages(config)
    record = Recorder(
        RandomLabelsResult, config.epochs * sum(map(len, plan.values())), curves=pd.DataFrame(),
        fits=pd.DataFrame(columns=FITS), chance=1 / CLASSES, budget=config.epochs,
        n_train=config.n_train,
    )  # fmt: skip
    yield record.snapshot("drawing the data", shown=False)
    found: list[pd.DataFrame] = []
    for phase, networks in plan.items():
        found.append((yield from _train(config, phase, networks, record)))
        record.put(fits=pd.concat(found, ignore_index=True))
    return record.result()


def _train(
    config: RandomLabelsConfig, phase: str, networks: Networks, record: Recorder[RandomLabelsResult]
) -> Generator[Snapshot[RandomLabelsResult], None, pd.DataFrame]:
    """Train a stage; keep the curves of the first, return the ends of all."""
    first, epoch = record.done == 0, config.n_train // BATCH
    steps = config.epochs * config.n_train // BATCH
    places = [(*network, seed) for network in networks for seed in config.seeds]
    labels = pd.DataFrame(places, columns=["arm", "share", "seed"])

    def curves(trained: Fit, evaluations: int | None = None) -> pd.DataFrame:
        return Trained(labels[["share", "seed"]], trained).by_epoch(epoch, evaluations)

    def so_far(progress: Progress) -> RandomLabelsResult:
        if first:
            record.put(curves=curves(progress.fit))
        return record.result()

    trained = yield from record.relay(
        until_fitted(fit(jobs(config, networks), steps=steps, evaluate_every=epoch)),
        phase, config.epochs * len(networks), share=lambda p: p.step / p.total, partial=so_far,
        shown=lambda p: p.known,
    )  # fmt: skip
    found = ends(trained, epoch)
    if first:
        record.put(curves=curves(trained, int(found["evaluation"].max()) + 1))
    return labels.join(found)[FITS]


def stages(config: RandomLabelsConfig) -> dict[str, Networks]:
    """Name what is trained side by side until all of it has fitted.

    True against random labels come first, since that is drawn live; then the rest one by one. A
    stage ends when its last network has fitted, so slow networks keep no fast ones busy.
    """
    found: dict[str, Networks] = {
        "true against random labels": ((PLAIN, 0.0), (PLAIN, 1.0)),
        "partly random labels": tuple((PLAIN, share) for share in SHARES[1:-1]),
    }
    for arm in list(regularisers(config))[1:]:
        found[f"{arm}, random labels"] = ((arm, 1.0),)
        found[f"{arm}, true labels"] = ((arm, 0.0),)
    return found


def regularisers(config: RandomLabelsConfig) -> dict[str, dict[str, Any]]:
    """Name the arms and the options that `Job` is given for them, the plain one first."""
    found: dict[str, dict[str, Any]] = {
        PLAIN: {},
        f"weight decay {config.weight_decay:g}": {"weight_decay": config.weight_decay},
        f"dropout {config.dropout:g}": {"dropout": config.dropout},
    }
    return {**found, "augmentation": AUGMENTATION[config.dataset]} if config.augmentation else found


def jobs(config: RandomLabelsConfig, networks: Networks) -> list[Job]:
    """One job per network and seed, the seeds of a network side by side."""
    options, hidden = regularisers(config), (config.width,) * LAYERS
    clean = {
        seed: with_validation(draw(config.dataset, config.n_train, 0.0, seed), slice(N_VALIDATION))
        for seed in config.seeds
    }
    return [
        Job(with_random_labels(clean[seed], share, seed), seed, hidden, LEARNING_RATE,
            batch_size=BATCH, **options[arm])
        for arm, share in networks
        for seed in config.seeds
    ]  # fmt: skip


@lru_cache(maxsize=64)
def cost(config: RandomLabelsConfig) -> Cost:
    """Expected cost, from about how long such networks took to fit; the data are drawn once."""
    found = Cost(0, 0)
    for networks in stages(config).values():
        longest = max(_expected_epochs(config, *network) for network in networks)
        epochs = int(min(config.epochs, longest))
        steps = epochs * config.n_train // BATCH
        found += planned_cost(jobs(config, networks), steps, epochs + 1)
    return found


def _expected_epochs(config: RandomLabelsConfig, arm: str, share: float) -> float:
    """Rough: measured at the defaults, longer for narrow networks and strong regularisers."""
    epochs = (50 if share else 20) * max(1.0, 64 / config.width)
    if arm.startswith("weight decay"):
        return epochs * (1 + 4 * config.weight_decay**2)
    if arm.startswith("dropout"):
        return epochs / (1 - config.dropout) ** 2
    return epochs * 6 if arm.startswith("augmentation") else epochs
