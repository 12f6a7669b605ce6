"""Which remedies are compared, and how strong: the arms of the remedies experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.challenges.overfitting.data import DatasetName, draw
from core.data.dataset import Dataset
from core.metrics.stopping import stopping_points

if TYPE_CHECKING:
    from core.challenges.overfitting.remedies import RemediesConfig
    from core.engine.training import Job

BASELINE = "no remedy"
STOPPING = "early stopping"
LEVELS = ("weak", "medium", "strong")
"""Rungs of every remedy. The medium one is judged: the value that its paper recommends where
there is one (dropout 0.5, smoothing 0.1), else chosen once, on seeds 0 to 9 only."""

WEIGHT_DECAY = (0.3, 1.0, 3.0)
"""Decoupled: each step shrinks the weights by learning rate x decay, here 0.3%, 1% and 3%."""
DROPOUT = (0.2, 0.5, 0.8)
LABEL_SMOOTHING = (0.03, 0.1, 0.3)
SHRINK = (2, 4, 8)
GROW = (2, 4, 8)
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


def arms(config: RemediesConfig) -> list[Arm]:
    """List the baseline and every remedy at every strength, the baseline first."""
    plain = Arm(BASELINE, "off", BASELINE, "off", config.width, config.n_train)
    found = [plain, *_more_data(config), *_augmentation(config)]
    for remedy, option, strengths in (
        ("weight decay", "weight_decay", WEIGHT_DECAY),
        ("dropout", "dropout", DROPOUT),
        ("label smoothing", "label_smoothing", LABEL_SMOOTHING),
    ):
        for level, strength in zip(LEVELS, strengths, strict=True):
            setting = f"{strength:g}"
            found.append(
                _variant(config, remedy, level, f"{remedy} {setting}", setting, {option: strength})
            )
    found += _early_stopping(config) + _smaller(config)
    found.append(_variant(config, "batch norm", "medium", "batch norm", "on", {"batch_norm": True}))
    return found + _combined(config)


def _variant(
    config: RemediesConfig,
    remedy: str,
    level: str,
    label: str,
    setting: str,
    options: Mapping[str, Any] = {},
    **changed: Any,
) -> Arm:
    sizes = {"width": config.width, "n_train": config.n_train, **changed}
    return Arm(remedy, level, label, setting, options=options, **sizes)


def _augmentation(config: RemediesConfig) -> list[Arm]:
    _, text, strengths = AUGMENTATION[config.dataset]
    return [
        _variant(config, "augmentation", level, f"augmentation: {text.format(strength)}",
                 text.format(strength), _augmenting(config, strength))
        for level, strength in zip(LEVELS, strengths, strict=True)
    ]  # fmt: skip


def _augmenting(config: RemediesConfig, strength: float) -> dict[str, Any]:
    kind = AUGMENTATION[config.dataset][0]
    return {"augmentation": kind, "augmentation_strength": float(strength)}


def _more_data(config: RemediesConfig) -> list[Arm]:
    """Larger training sets; a rung that the data set cannot fill is left out."""
    most = MOST_EXAMPLES[config.dataset]
    found: dict[int, Arm] = {}
    for level, factor in zip(LEVELS, GROW, strict=True):
        n = min(factor * config.n_train, most)
        if n > config.n_train and n not in found:
            found[n] = _variant(config, "more data", level, f"more data: {n:,} examples", f"{n:,}",
                                n_train=n)  # fmt: skip
    return list(found.values())


def _smaller(config: RemediesConfig) -> list[Arm]:
    return [
        _variant(config, "smaller network", level, f"smaller: width {config.width // by}",
                 f"width {config.width // by}", width=config.width // by)
        for level, by in zip(LEVELS, SHRINK, strict=True)
    ]  # fmt: skip


def _early_stopping(config: RemediesConfig) -> list[Arm]:
    """Read off the baseline's curves; they train nothing of their own."""
    steps = [patience * config.steps // EVALUATIONS for patience in PATIENCE]
    return [
        _variant(config, STOPPING, level, f"early stopping: {n} steps", f"{n} steps")
        for level, n in zip(LEVELS, steps, strict=True)
    ]


def _combined(config: RemediesConfig) -> list[Arm]:
    """Medium strengths at once; early stopping, data and size stay out: they change the rest."""
    two = {"weight_decay": WEIGHT_DECAY[1], **_augmenting(config, _medium(config))}
    every = {**two, "dropout": DROPOUT[1], "label_smoothing": LABEL_SMOOTHING[1]}
    pair, crowd = "augmentation + decay", "four together"
    return [
        _variant(config, pair, "medium", pair, "on", two),
        _variant(config, crowd, "medium", crowd, "on", every),
    ]


def _medium(config: RemediesConfig) -> float:
    return AUGMENTATION[config.dataset][2][1]


def split_validation(data: Dataset) -> tuple[Dataset, tuple[np.ndarray, np.ndarray]]:
    """Halve the validation examples: one half picks when to stop, the other is reported.

    A remedy that looked at the examples it is judged on would be flattered by it.

    Returns:
        The data with every second validation example, and the others as `(x, y)`.
    """
    x, y = data.x_validation, data.y_validation
    reported = replace(data, x_validation=x[1::2], y_validation=y[1::2])
    return reported, (x[::2], y[::2])


def jobs(config: RemediesConfig, trained: Sequence[Arm]) -> list[Job]:
    """One network for every arm and seed, arm by arm.

    All arms of a seed share the beginning of one training set, the validation examples and,
    where the shapes agree, the initial weights.
    """
    from core.engine.training import Job

    data = {
        (n, seed): split_validation(draw(config.dataset, n, config.label_noise, seed))
        for n in {arm.n_train for arm in trained}
        for seed in config.seeds
    }
    return [
        Job(
            data=data[arm.n_train, seed][0],
            seed=seed,
            hidden=(arm.width, arm.width),
            watch={"stopping": data[arm.n_train, seed][1]} if arm.remedy == BASELINE else {},
            **arm.options,
        )
        for arm in trained
        for seed in config.seeds
    ]


def handed_over(losses: np.ndarray, patience: int) -> np.ndarray:
    """Say which evaluation's weights early stopping would hand over, at every moment.

    Args:
        losses: Loss on the examples that pick when to stop, `(n_evaluations, n_models)`.
        patience: Evaluations without a new lowest loss after which training stops.

    Returns:
        Index of the best evaluation so far, `(n_evaluations, n_models)`; frozen once stopped.
    """
    best = np.stack([losses[: t + 1].argmin(axis=0) for t in range(len(losses))])
    stopped = stopping_points(losses, patience).stopped
    moment = np.minimum(np.arange(len(losses))[:, None], stopped)
    return np.take_along_axis(best, moment, axis=0)
