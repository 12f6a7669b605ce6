"""Random labels: the same network, once with true labels and once with meaningless ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from core.challenges.overfitting import random_labels_stages as plan
from core.challenges.overfitting.charts import random_labels as charts
from core.challenges.overfitting.random_labels_claims import CLAIMS, finding, metrics
from core.challenges.overfitting.tables import random_labels as tables
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.run import Cost, Run, Snapshot, relay
from core.lab.settings import Config, View, ladder, repetitions

if TYPE_CHECKING:
    from core.engine.training import Fit, Progress


class RandomLabelsConfig(Config):
    """What is trained."""

    repetitions: int = repetitions(default=10)

    dataset: Literal["digits", "mnist1d"] = "digits"
    """Digits: 8x8 images, ten classes. MNIST-1D: signals of 40 samples, ten classes, hard for
    this kind of network."""
    n_train: int = ladder(64, 128, 256, 512, default=128, label="Training examples")
    """How many examples each network learns from. More examples are more to learn by heart."""
    width: int = ladder(8, 16, 32, 64, 128, default=128, unit="units")
    """Units in each of the two hidden layers. A narrow network may not have the room."""
    epochs: int = ladder(25, 50, 100, 200, default=200, label="Longest training", unit="epochs")
    """Passes over the training examples after which a network is given up. Training ends
    earlier once all training labels are right."""
    weight_decay: float = ladder(0.01, 0.1, 0.3, 1.0, 3.0, default=0.1)
    """Strength of the weight decay that is tried: each step shrinks the weights by the learning
    rate (0.005) times this."""
    dropout: float = ladder(0.1, 0.2, 0.3, 0.5, default=0.2, unit="of the units")
    """Strength of the dropout that is tried: the share of hidden units silenced at random in
    each training step."""
    augmentation: bool = False
    """Also try augmentation, small random changes of every training batch: images moved by up to
    one pixel; signals rolled by up to two samples and scaled by up to 10%. Takes longer."""


class RandomLabelsView(View):
    """How it is drawn."""

    metric: Literal["accuracy", "loss"] = "accuracy"
    """Of the curves by epoch. Accuracy: share of examples classified as labelled. Loss: mean
    cross-entropy, which also punishes being confident and wrong."""
    log_epochs: bool = False
    """Draw epochs on a logarithmic axis, where equal ratios look equal."""
    regularisers: Literal["measured", "difference"] = "measured"
    """Measured: the accuracies as they are. Difference: what each regulariser changes, paired
    by seed, since all start from the same weights."""


@dataclass(frozen=True)
class RandomLabelsResult:
    """What was measured.

    Attributes:
        curves: True against random labels without a regulariser: `share` of random labels (0
            or 1), `seed`, `epoch`, and by then `train_accuracy`, `validation_accuracy` (in
            [0, 1]), `train_loss`, `validation_loss` (nats).
        fits: One row per network: `arm`, `share`, `seed`, `epochs` until all training labels
            were right (or the budget), `fitted` (whether they ever were), and `train` and
            `validation` accuracy at that moment.
        chance: Accuracy of guessing among the classes, all alike.
        budget: Epochs after which a network is given up.
    """

    curves: pd.DataFrame
    fits: pd.DataFrame
    chance: float
    budget: int


def run(config: RandomLabelsConfig) -> Run[RandomLabelsResult]:
    """Train stage after stage; each ends once all of its networks have fitted."""
    stages = plan.stages(config)
    work = plan.work_of(config, stages)
    total = sum(work)
    yield Snapshot(0, total, "drawing the data")
    from core.engine.training import fit

    steps, epoch = config.epochs * config.n_train // plan.BATCH, config.n_train // plan.BATCH
    reading = _Reading(config)
    for index, stage in enumerate(stages):
        before, share = sum(work[:index]), work[index] / steps

        def shown(p: Progress, before: int = before, share: float = share, stage: plan.Stage = stage
                  ) -> Snapshot[RandomLabelsResult]:  # fmt: skip
            step = before + int(share * p.step)
            return Snapshot(step, total, stage.phase, lambda: reading.so_far(stage, p.fit))

        jobs = plan.jobs(config, stage)
        training = plan.until_fitted(fit(jobs, steps=steps, evaluate_every=epoch))
        reading.add(stage, (yield from relay(training, shown)))
    return reading.result()


class _Reading:
    """Collects what the stages of one run measure."""

    def __init__(self, config: RandomLabelsConfig) -> None:
        self._config = config
        self._curves = tables.curves(np.zeros(0), {}, [], [])
        self._fits: list[pd.DataFrame] = []

    def add(self, stage: plan.Stage, fit: Fit) -> None:
        """Take in a stage that has ended."""
        found = plan.outcome(fit, self._steps_per_epoch)
        if not self._fits:
            self._curves = self._drawn(stage, fit, found.evaluations)
        self._fits.append(tables.fits(stage.networks, self._config.seeds, found))

    def so_far(self, stage: plan.Stage, fit: Fit) -> RandomLabelsResult:
        """Return what is known while a stage goes on: curves of the first, ends of the others."""
        if self._fits:
            return self.result()
        curves = self._drawn(stage, fit, len(fit.evaluated_steps))
        nothing = tables.fits((), (), None)
        return RandomLabelsResult(curves, nothing, 1 / plan.CLASSES, self._config.epochs)

    def result(self) -> RandomLabelsResult:
        """Return everything so far."""
        fits = pd.concat(self._fits, ignore_index=True)
        return RandomLabelsResult(self._curves, fits, 1 / plan.CLASSES, self._config.epochs)

    @property
    def _steps_per_epoch(self) -> int:
        return self._config.n_train // plan.BATCH

    def _drawn(self, stage: plan.Stage, fit: Fit, evaluations: int) -> pd.DataFrame:
        epochs = fit.evaluated_steps[:evaluations] / self._steps_per_epoch
        values = {
            f"{split}_{metric}": fit.curve(split, metric)[:evaluations]
            for split in ("train", "validation")
            for metric in ("accuracy", "loss")
        }
        shares: Sequence[float] = [share for _, share in stage.networks]
        return tables.curves(epochs, values, shares, self._config.seeds)


def cost(config: RandomLabelsConfig) -> Cost:
    """Expected cost, from about how long such networks took to fit."""
    from core.engine.training import expected_cost

    inputs = {"digits": 64, "mnist1d": 40}[config.dataset]
    flops = seconds = 0.0
    for stage in plan.stages(config):
        epochs = min(config.epochs, max(_expected_epochs(config, *one) for one in stage.networks))
        part = expected_cost(
            (inputs, *(config.width,) * plan.LAYERS, plan.CLASSES),
            n_jobs=len(stage.networks) * config.repetitions,
            steps=int(epochs) * config.n_train // plan.BATCH,
            batch_size=plan.BATCH,
            evaluations=int(epochs) + 1,
            n_evaluated=config.n_train + plan.N_VALIDATION,
        )
        flops, seconds = flops + part.flops, seconds + part.seconds
    return Cost(flops, seconds)


def _expected_epochs(config: RandomLabelsConfig, arm: str, share: float) -> float:
    """Rough: measured at the defaults, longer for narrow networks and strong regularisers."""
    epochs = (50 if share else 20) * max(1.0, 64 / config.width)
    if arm.startswith("weight decay"):
        return epochs * (1 + 4 * config.weight_decay**2)
    if arm.startswith("dropout"):
        return epochs / (1 - config.dropout) ** 2
    return epochs * 6 if arm.startswith("augmentation") else epochs


EXPERIMENT = Experiment(
    title="Random labels",
    question="Can the network learn labels that mean nothing?",
    config=RandomLabelsConfig,
    view=RandomLabelsView,
    result=RandomLabelsResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="score_by_epoch",
            title="Learning true and random labels",
            table=tables.by_epoch,
            chart=charts.score_by_epoch,
            caption=tables.epoch_caption,
            live=True,
            note="Random labels: the true ones shuffled among the training examples. Validation "
            "examples keep their true labels. Bands: 95% intervals over seeds.",
        ),
        Figure(
            name="epochs_to_fit",
            title="Epochs until every training label is right",
            table=tables.by_share,
            underlay=tables.by_share_seeds,
            chart=charts.epochs_to_fit,
            caption=tables.share_caption,
            live=True,
            note="All training examples are checked after every epoch; counted is the first "
            "epoch with every label right. A network that is given up counts with the longest "
            "training, which is too little: a triangle.",
        ),
        Figure(
            name="score_by_share",
            title="What is learned from partly random labels",
            table=tables.score_by_share,
            underlay=tables.score_by_share_seeds,
            chart=charts.score_by_share,
            caption=tables.score_caption,
            note="At the moment when every training label is right, or at the end of the longest "
            "training. Dashed: guessing among ten classes.",
        ),
        Figure(
            name="regularisers",
            title="Do regularisers prevent it?",
            table=tables.regularisers,
            chart=charts.regularisers,
            caption=tables.regularisers_caption,
            panels=True,
            note="All start from the same weights. Left: how many of the random training labels "
            "are learned. Right: what is right on new examples after training on true labels.",
        ),
    ),
    cost=cost,
    smallest=RandomLabelsConfig(repetitions=5, n_train=64, width=8, epochs=25),
    claims=CLAIMS,
    presets=(
        Preset(
            "What does prevent it",
            {"weight_decay": 3.0, "dropout": 0.5, "augmentation": True},
            "Strong regularisers: random labels are no longer learned completely.",
        ),
        Preset(
            "Too small to learn by heart",
            {"width": 8},
            "Eight units in a layer: room for the true labels, but not for random ones.",
        ),
        Preset(
            "Hardly any slower",
            {"dataset": "mnist1d"},
            "Signals that this network hardly understands: true labels take as long as random.",
        ),
    ),
)
