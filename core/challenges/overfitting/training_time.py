"""Training time: the same network, watched epoch by epoch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from core.challenges.overfitting.charts import training_time as charts
from core.challenges.overfitting.data import DatasetName, draw
from core.challenges.overfitting.tables import training_time as tables
from core.challenges.overfitting.training_time_claims import CLAIMS, finding, metrics
from core.data.dataset import Dataset
from core.engine.cost import expected_cost
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.run import Cost, Run, Snapshot, relay
from core.lab.seeding import numpy_generator
from core.lab.settings import Config, View, ladder, repetitions

if TYPE_CHECKING:
    from core.engine.training import Fit, Job

BATCH_SIZE = 32
LAYERS = 2
LEARNING_RATE = 0.002
Examples = tuple[np.ndarray, np.ndarray]


class TrainingTimeConfig(Config):
    """What is trained, and when early stopping would have stopped it."""

    dataset: DatasetName = "digits"
    """Digits: 8x8 images, ten classes. Two moons: points in the plane, two overlapping classes.
    MNIST-1D: signals of 40 samples, ten classes, hard for such networks."""
    n_train: int = ladder(64, 128, 256, 512, 1024, default=512, label="Training examples")
    """How many examples the network learns from."""
    label_noise: float = ladder(0.0, 0.1, 0.2, 0.3, 0.4, default=0.4, label="Wrong labels")
    """Share of the training labels replaced by a wrong one. Test labels stay true."""
    width: int = ladder(4, 8, 16, 32, 64, 128, default=128, unit="units")
    """Units in each of the two hidden layers. Wide networks can memorise more."""
    epochs: int = ladder(10, 20, 40, 80, 160, default=80, unit="epochs", label="Training time")
    """How long to train. In one epoch the network sees every training example once, in batches
    of 32."""
    patience: int = ladder(1, 2, 3, 5, 10, 20, 40, default=5, unit="epochs")
    """Early stopping waits this many epochs for a better validation score, then stops and
    restores the weights of the best epoch."""
    monitor: Literal["loss", "accuracy"] = Field(default="loss", title="Early stopping watches")
    """The validation score that early stopping watches. Loss is the usual choice; accuracy moves
    in coarser steps and does not care how sure the network is."""
    repetitions: int = repetitions(default=10)


class TrainingTimeView(View):
    """How it is drawn."""

    metric: Literal["accuracy", "loss"] = "accuracy"
    """Accuracy: share of examples classified correctly. Loss: mean cross-entropy, which also
    punishes being confident and wrong."""
    validation_labels: Literal["noisy", "true"] = "noisy"
    """Labels of the validation examples in the curves. Noisy: wrong as often as the training
    labels, as in a real project. True: somebody has checked them."""
    log_epochs: bool = False
    """Stretch the first epochs, where most of the learning happens."""


@dataclass(frozen=True)
class TrainingTimeResult:
    """What was measured, after every epoch from 0 (untrained) on.

    Attributes:
        curves: `(4 sets, 2 metrics, n_epochs + 1, n_seeds)` in the order of `tables.SETS` and
            `tables.METRICS`; loss in nats, accuracy in [0, 1].
        labels: Answers on the training examples, shares in [0, 1],
            `(groups, n_epochs + 1, n_seeds)` in the order of `tables.GROUPS`; only the first
            group where no label is wrong.
        seeds: `(n_seeds,)` int.
        epochs: Epochs of the whole training; the arrays of a partial result are shorter.
        patience: Of early stopping, in epochs.
        monitor: What early stopping watches, `"loss"` or `"accuracy"`.
    """

    curves: np.ndarray
    labels: np.ndarray
    seeds: np.ndarray
    epochs: int
    patience: int
    monitor: str


def run(config: TrainingTimeConfig) -> Run[TrainingTimeResult]:
    """Train one network per seed to the end, evaluating it after every epoch."""
    from core.engine.training import fit

    steps_per_epoch = config.n_train // BATCH_SIZE
    steps = config.epochs * steps_per_epoch
    yield Snapshot(0, steps, "drawing the data")
    jobs = [_job(config, seed) for seed in config.seeds]
    phase = f"training {len(jobs)} networks"
    fitted = yield from relay(
        fit(jobs, steps=steps, evaluate_every=steps_per_epoch),
        lambda p: Snapshot(p.step, p.total, phase, _partial(config, p.fit)),
    )
    return _read(config, fitted)


def _partial(config: TrainingTimeConfig, fit: Fit) -> Callable[[], TrainingTimeResult] | None:
    """How to read what is known so far; None before the first evaluation."""
    return (lambda: _read(config, fit)) if len(fit.evaluated_steps) else None


def _job(config: TrainingTimeConfig, seed: int) -> Job:
    from core.engine.training import Job

    drawn = draw(config.dataset, config.n_train, config.label_noise, seed)
    data, watch = _halves(drawn, config.label_noise, seed)
    true_labels = draw(config.dataset, config.n_train, 0.0, seed).y_train
    watch |= _groups(data, true_labels)
    return Job(
        data, seed, (config.width,) * LAYERS, LEARNING_RATE,
        batch_size=BATCH_SIZE, watch=watch,
    )  # fmt: skip


def _halves(data: Dataset, share: float, seed: int) -> tuple[Dataset, dict[str, Examples]]:
    """Cut the examples that are not trained on in two.

    Early stopping sees the first half, as validation examples; the second half, which nothing is
    chosen by, measures: else the stopped network would be flattered. The noisy copy of the first
    half has as many wrong labels as the training examples.
    """
    rng = numpy_generator(seed, "stopping", data.name)
    order = rng.permutation(len(data.y_validation))
    stopping, test = np.array_split(order, 2)
    x, y = data.x_validation[stopping], data.y_validation[stopping]
    wrong = rng.permutation(len(y))[: round(share * len(y))]
    noisy = y.copy()
    noisy[wrong] = (y[wrong] + rng.integers(1, data.n_classes, size=len(wrong))) % data.n_classes
    measured = data.x_validation[test], data.y_validation[test]
    return replace(data, x_validation=x, y_validation=y), {"noisy": (x, noisy), "test": measured}


def _groups(data: Dataset, true_labels: np.ndarray) -> Mapping[str, Examples]:
    """Split the training examples by whether their label was replaced."""
    correct, wrong = ~data.flipped, data.flipped
    groups = [(data.x_train[correct], data.y_train[correct])]
    if wrong.any():
        x = data.x_train[wrong]
        groups += [(x, data.y_train[wrong]), (x, true_labels[wrong])]
    return dict(zip(tables.GROUPS, groups, strict=False))


def _read(config: TrainingTimeConfig, fit: Fit) -> TrainingTimeResult:
    places = ("train", "validation", "noisy", "test")
    curves = np.stack([
        np.stack([fit.curve(place, metric) for metric in tables.METRICS]) for place in places
    ])  # fmt: skip
    known = [name for name in tables.GROUPS if name in fit.jobs[0].watch]
    labels = np.stack([fit.curve(name, "accuracy") for name in known])
    return TrainingTimeResult(
        curves=curves.astype(np.float32),
        labels=labels.astype(np.float32),
        seeds=np.array(config.seeds),
        epochs=config.epochs,
        patience=config.patience,
        monitor=config.monitor,
    )


def cost(config: TrainingTimeConfig) -> Cost:
    """Expected cost of training and of the evaluations after every epoch."""
    inputs, outputs, held_out = {
        "two_moons": (2, 1, 1000), "digits": (64, 10, 597), "mnist1d": (40, 10, 1000)
    }[config.dataset]  # fmt: skip
    # Training examples count once as a whole, once by group, the wrong ones twice there; of the
    # examples held out, half count twice.
    evaluated = config.n_train * (2 + config.label_noise) + 1.5 * held_out
    return expected_cost(
        (inputs, *(config.width,) * LAYERS, outputs),
        n_jobs=config.repetitions,
        steps=config.epochs * (config.n_train // BATCH_SIZE),
        batch_size=BATCH_SIZE,
        evaluations=config.epochs + 1,
        n_evaluated=round(evaluated),
    )


EXPERIMENT = Experiment(
    title="Training time",
    question="When should training stop?",
    config=TrainingTimeConfig,
    view=TrainingTimeView,
    result=TrainingTimeResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="score_by_epoch",
            title="Training, validation and test by epoch",
            table=tables.by_epoch,
            underlay=tables.restored_points,
            chart=charts.score_by_epoch,
            caption=tables.epoch_caption,
            live=True,
            note="Diamonds: the epoch early stopping would restore, one per seed; the validation "
            "examples decide it, the test examples only measure. Training labels count as given, "
            "wrong ones included; test labels are all true.",
        ),
        Figure(
            name="answers_by_epoch",
            title="First the pattern, then the wrong labels",
            table=tables.answers_by_epoch,
            underlay=tables.frame,
            chart=charts.answers_by_epoch,
            caption=tables.answers_caption,
            live=True,
            note="Answers on the training examples. Learnt: the network gives the label it was "
            "taught, correct or wrong. Corrected: the label is wrong, and the network gives the "
            "true one, which it was never told.",
        ),
        Figure(
            name="stopping_gain",
            title="Restored weights against final weights",
            table=tables.gains,
            underlay=tables.gain_seeds,
            chart=charts.stopping_gain,
            caption=tables.gain_caption,
            note="Difference on the test examples, seed by seed. Rows: what early stopping "
            "watches, validation examples with noisy or true labels; the last row cheats and "
            "watches the test examples themselves.",
        ),
        Figure(
            name="stopping_epochs",
            title="Which epoch is restored",
            table=tables.stopping_epochs,
            chart=charts.stopping_epochs,
            caption=tables.stopping_caption,
            note="Diamond: the epoch whose weights are restored, one per seed. Line: the epochs "
            "waited in vain before training stopped. Wrong labels punish a network that is sure "
            "of itself, so that with them the validation loss usually turns earlier.",
        ),
        Figure(
            name="score_by_patience",
            title="What patience buys",
            table=tables.by_patience,
            chart=charts.score_by_patience,
            caption=tables.patience_caption,
            note="The same training, stopped by rules of different patience.",
        ),
    ),
    cost=cost,
    smallest=TrainingTimeConfig(n_train=64, width=8, epochs=10, patience=2),
    claims=CLAIMS,
    presets=(
        Preset("Memorise it", {"label_noise": 0.4, "n_train": 256, "epochs": 160}),
        Preset("True labels", {"label_noise": 0.0}),
        Preset("Too impatient", {"dataset": "mnist1d", "label_noise": 0.0, "patience": 1}),
    ),
)
