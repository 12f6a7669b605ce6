"""Which remedies are compared, how strong, and their training: all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from core.challenges.overfitting.remedies.config import (
    BASELINE,
    LEVELS,
    STOPPING,
    RemediesConfig,
    RemediesResult,
)
from core.data.by_name import DatasetName, draw
from core.data.held_out import NOISY, alternate_halves, noisy_copy
from core.engine.job import Job
from core.engine.sweep import METRICS, SPLITS, Planned, Trained, sweep
from core.metrics.stopping import restored_so_far

WEIGHT_DECAY = (0.3, 1.0, 3.0)
"""Decoupled: each step shrinks the weights by learning rate x decay, here 0.3%, 1% and 3%."""
DROPOUT = (0.2, 0.5, 0.8)
LABEL_SMOOTHING = (0.03, 0.1, 0.3)
SHRINK = GROW = (2, 4, 8)
EVALUATIONS = 30
"""How often each network is looked at; every rung of the training steps divides by it."""
PATIENCE = (8, 3, 1)
"""Evaluations without a new best before training stops; the least patient is the strongest."""
AUGMENTATION: Mapping[DatasetName, tuple[str, str, tuple[float, ...]]] = {
    "two_moons": ("noise", "noise {:g}", (0.15, 0.3, 0.5)),
    "digits": ("noise", "noise {:g}", (0.1, 0.2, 0.4)),
    "mnist1d": ("roll_and_scale", "rolls to {:g}", (2, 5, 10)),
}
"""Kind, label and strengths of the random changes to each batch, as they suit the data."""
MOST_EXAMPLES = {"two_moons": 4000, "digits": 1200, "mnist1d": 4000}


@dataclass(frozen=True)
class Arm:
    """One remedy at one strength.

    Attributes:
        remedy: Its name.
        level: One of `LEVELS`; `"medium"` where there is only one strength.
        label: Name and strength, as the charts write it.
        setting: The strength alone, as the ladder's axis writes it.
        width: Units in each of the two hidden layers.
        n_train: Examples it learns from.
        options: What `Job` is given for it.
    """

    remedy: str
    level: str
    label: str
    setting: str
    width: int
    n_train: int
    options: Mapping[str, Any] = field(default_factory=dict)

    def labels(self, seed: int) -> dict[str, str | int]:
        """The row of a result's `arms` for one seed."""
        names = ("remedy", "level", "label", "setting")
        return {**{name: getattr(self, name) for name in names}, "seed": seed}


def arms(config: RemediesConfig) -> list[Arm]:
    """List the baseline and every remedy at every strength: early stopping, untrained, last."""
    plain = Arm(BASELINE, "off", BASELINE, "off", config.width, config.n_train)
    noise, words, strengths = AUGMENTATION[config.dataset]
    noises = [{"augmentation": noise, "augmentation_strength": float(s)} for s in strengths]
    amounts = sorted({min(by * config.n_train, MOST_EXAMPLES[config.dataset]) for by in GROW})
    widths = [config.width // by for by in SHRINK]
    waits = [patience * config.steps // EVALUATIONS for patience in PATIENCE]
    return [
        plain,
        *_rungs(plain, "more data", "more data: {} examples", [f"{n:,}" for n in amounts],
                [{"n_train": n} for n in amounts]),
        *_rungs(plain, "augmentation", "augmentation: {}", [words.format(s) for s in strengths],
                [{"options": option} for option in noises]),
        *_options(plain, "weight decay", "weight_decay", WEIGHT_DECAY),
        *_options(plain, "dropout", "dropout", DROPOUT),
        *_options(plain, "label smoothing", "label_smoothing", LABEL_SMOOTHING),
        *_rungs(plain, "smaller network", "smaller: {}", [f"width {width}" for width in widths],
                [{"width": width} for width in widths]),
        *(replace(plain, remedy=name, level="medium", label=name, setting="on", options=options)
          for name, options in _combined(noises[1]).items()),
        *_rungs(plain, STOPPING, "early stopping: {}", [f"{n} steps" for n in waits], [{}] * 3),
    ]  # fmt: skip


def _rungs(
    plain: Arm, remedy: str, words: str, settings: Sequence[str], changes: Sequence[dict[str, Any]]
) -> list[Arm]:
    """One remedy, ever stronger; a rung that the data set cannot fill is left out."""
    return [
        replace(plain, remedy=remedy, level=level, label=words.format(s), setting=s, **changed)
        for level, s, changed in zip(LEVELS, settings, changes, strict=False)
    ]


def _options(plain: Arm, remedy: str, option: str, strengths: Sequence[float]) -> list[Arm]:
    """One remedy that is an option of the training."""
    changes = [{"options": {option: strength}} for strength in strengths]
    return _rungs(plain, remedy, f"{remedy} {{}}", [f"{s:g}" for s in strengths], changes)


def _combined(noise: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Remedies of one strength: batch norm, and medium strengths of others at once.

    Early stopping, data and size stay out of the combinations: they change the rest.
    """
    two = {"weight_decay": WEIGHT_DECAY[1], **noise}
    four = {**two, "dropout": DROPOUT[1], "label_smoothing": LABEL_SMOOTHING[1]}
    named = {"batch norm": {"batch_norm": True}, "augmentation + decay": two}
    return {**named, "four together": four}


def plan(config: RemediesConfig) -> Iterator[Planned]:
    """One network for every arm and seed, arm by arm; early stopping has none of its own.

    All arms of a seed share the beginning of one training set, the validation examples and,
    where the shapes agree, the initial weights.
    """
    trained = [arm for arm in arms(config) if arm.remedy != STOPPING]
    data = {
        (n, seed): alternate_halves(draw(config.dataset, n, config.label_noise, seed))
        for n in {arm.n_train for arm in trained}
        for seed in config.seeds
    }
    for arm in trained:
        for seed in config.seeds:
            own, picking = data[arm.n_train, seed]
            watch = {"stopping": picking} if arm.remedy == BASELINE else {}
            watch |= noisy_copy(own, config.label_noise, seed)
            hidden = (arm.width, arm.width)
            yield arm.labels(seed), Job(own, seed, hidden, watch=watch, **arm.options)


def read(config: RemediesConfig, trained: Trained) -> RemediesResult:
    """All curves so far, and those of early stopping, read off the untreated networks'."""
    fit, n = trained.fit, config.repetitions
    splits = (*SPLITS, NOISY if config.label_noise else "validation")
    curves = np.array([[fit.curve(split, metric) for metric in METRICS] for split in splits])
    watched = fit.curve("stopping", "loss")[:, :n]
    stopped = [curves[..., restored_so_far(watched, wait), np.arange(n)] for wait in PATIENCE]
    waiting = [arm for arm in arms(config) if arm.remedy == STOPPING]
    untrained = pd.DataFrame([arm.labels(seed) for arm in waiting for seed in config.seeds])
    return RemediesResult(
        arms=pd.concat([trained.labels, untrained], ignore_index=True),
        curves=np.concatenate([curves, *stopped], axis=-1),
        steps=fit.evaluated_steps,
        n_train=config.n_train,
        finished=bool(fit.evaluated_steps[-1] == config.steps),
    )


TRAINING = sweep(plan, read, evaluations=EVALUATIONS)
