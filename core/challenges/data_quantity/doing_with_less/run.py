"""One number of labels after the other: all arms side by side, then what they ask for next."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import Any

import numpy as np

from core.challenges.data_quantity.doing_with_less.config import (
    ASKED,
    AUGMENTED,
    ENTROPY,
    FINE_TUNED,
    MARGIN,
    OF_FEATURES,
    PLAIN,
    PROBE,
    PROTOTYPES,
    PSEUDO,
    SHOWN,
    DoingWithLessConfig,
    DoingWithLessResult,
)
from core.data.dataset import Dataset
from core.data.embedded import load_digits, load_mnist1d
from core.data.parts import of_classes, training_rows
from core.engine.job import Job
from core.engine.sweep import planned_cost
from core.engine.training import Fit, Progress, fit
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import numpy_generator
from core.metrics.calibration import softmax
from core.metrics.querying import entropy, margin
from core.models.prototypes import accuracy_of_prototypes

RELATED, NEW = (0, 1, 2, 3, 4), (5, 6, 7, 8, 9)
SOURCE_STEPS, SOURCE_DECAY = 600, 0.3
"""Of the related network; without weight decay its features transfer less."""
AUGMENTATION: Mapping[str, dict[str, Any]] = {
    "digits": {"augmentation": "noise", "augmentation_strength": 0.2},
    "mnist1d": {"augmentation": "roll_and_scale", "augmentation_strength": 5.0},
}
"""Random changes of every batch, as they suit the data."""
UNCERTAINTY: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    MARGIN: lambda p: -margin(p),
    ENTROPY: entropy,
}
Planned = list[tuple[str | int, int, Job]]
"""Arm (of the plain ones: number of labels), place of the seed, and model."""


@dataclass
class Learner:
    """What one seed knows.

    Attributes:
        seed: Of everything.
        new: Examples of the new classes; only labels that were given may be looked at.
        order: Places of the examples in the order in which random labels are given, `(n,)`.
        chosen: Places of the examples that each way of asking has labels of.
        answers: What the plain network of a number of labels says of all examples, `(n, 5)`.
        weights: Layers of its network for the related classes, once that is trained.
    """

    seed: int
    new: Dataset
    order: np.ndarray
    chosen: dict[str, np.ndarray]
    answers: dict[int, np.ndarray] = field(default_factory=dict)
    weights: list[np.ndarray] = field(default_factory=list)

    def labelled(self, labels: int) -> Dataset:
        """Examples with so many random labels."""
        return training_rows(self.new, self.order[:labels])

    def asked_for(self, arm: str) -> Dataset:
        """Examples whose labels one way of asking has."""
        return training_rows(self.new, self.chosen[arm])

    def features(self, x: np.ndarray) -> np.ndarray:
        """What the related network's last hidden layer makes of inputs."""
        for layer in self.weights[:-1]:
            x = np.maximum(x @ layer[:-1] + layer[-1], 0)
        return np.asarray(x, dtype=np.float32)


def load(name: str, seed: int) -> Dataset:
    """All examples of a data set, those of related and of new classes."""
    return load_digits(1200, seed=seed) if name == "digits" else load_mnist1d(4000, seed=seed)


def learners(config: DoingWithLessConfig) -> tuple[list[Learner], list[Dataset]]:
    """What every seed begins with: random first labels, and its pictures of the related classes."""
    found, related = [], []
    for seed in config.seeds:
        data = load(config.dataset, seed)
        new, known = of_classes(data, NEW), of_classes(data, RELATED)
        order = numpy_generator(seed, "few labels", "order").permutation(len(new.y_train))
        first = order[: config.budgets[0]]
        found.append(Learner(seed, new, order, dict.fromkeys(ASKED, first)))
        related.append(training_rows(known, np.arange(min(config.related, len(known.y_train)))))
    return found, related


def hidden(config: DoingWithLessConfig) -> tuple[int, int]:
    """Widths of the hidden layers of every network."""
    return config.width, config.width // 2


network = partial(Job, scores_train=False)
"""What is asked about new examples only."""


def sources(
    config: DoingWithLessConfig, known: Sequence[Learner], related: Sequence[Dataset]
) -> list[Job]:
    """The networks of the related classes."""
    return [
        network(data, learner.seed, hidden(config), weight_decay=SOURCE_DECAY)
        for data, learner in zip(related, known, strict=True)
    ]


def plain(config: DoingWithLessConfig, known: Sequence[Learner]) -> Planned:
    """Networks that learn from random labels and nothing else: one for every number of them."""
    return [
        (labels, place, network(learner.labelled(labels), learner.seed, hidden(config)))
        for labels in config.budgets
        for place, learner in enumerate(known)
    ]


def planned(config: DoingWithLessConfig, known: Sequence[Learner], labels: int) -> Planned:
    """Networks with one number of labels; what is not transferred begins alike within a seed."""
    widths = hidden(config)
    found: Planned = []
    for place, learner in enumerate(known):
        seed, few = learner.seed, learner.labelled(labels)
        seen = replace(
            few, x_train=learner.features(few.x_train),
            x_validation=learner.features(few.x_validation),
        )  # fmt: skip
        jobs = {
            AUGMENTED: network(few, seed, widths, **AUGMENTATION[config.dataset]),
            FINE_TUNED: network(few, seed, widths, initial=learner.weights[:-1]),
            PROBE: network(seen, seed, ()),
            PSEUDO: network(self_labelled(learner, labels, config.confidence), seed, widths),
            **{arm: network(learner.asked_for(arm), seed, widths) for arm in ASKED},
        }
        found += [(arm, place, job) for arm, job in jobs.items()]
    return found


def self_labelled(learner: Learner, labels: int, confidence: float) -> Dataset:
    """The labelled examples, and those to which the plain network gives a label of its own.

    Args:
        learner: With what its plain networks say of all examples.
        labels: That were given.
        confidence: Of an answer that is taken for a label, at least, in [0, 1].
    """
    p = learner.answers[labels]
    given, rest = learner.order[:labels], learner.order[labels:]
    sure = rest[p[rest].max(1) >= confidence]
    both = training_rows(learner.new, np.concatenate([given, sure]))
    y = np.concatenate([learner.new.y_train[given], p[sure].argmax(1)])
    return replace(both, y_train=y)


def run(config: DoingWithLessConfig) -> Run[DoingWithLessResult]:
    """Learn the related classes and the plain curve, then try every remedy with more labels."""
    shares = _shares(config)
    record = Recorder(
        DoingWithLessResult, sum(shares), pictures=np.zeros((0, 8, 8)), labels=config.labels,
        budgets=np.array(config.budgets),
    )  # fmt: skip
    yield record.snapshot("drawing the data", shown=False)
    known, related = learners(config)
    plan = plain(config, known)
    fitted = yield from _train(record, config, known, plan, "random labels", shares[0])
    for number, (labels, place, _) in enumerate(plan):
        logits = fitted.logits(known[place].new.x_train, [number])[0]
        known[place].answers[int(labels)] = softmax(logits)
        if number % 10 == 0:
            yield record.snapshot("random labels")
    jobs = sources(config, known, related)
    work = fit(jobs, steps=SOURCE_STEPS, evaluate_every=SOURCE_STEPS)
    source = yield from record.relay(work, "learning the related classes", shares[1], share=_share)
    for place, learner in enumerate(known):
        learner.weights = source.weights(place)
    for labels, units in zip(config.budgets, shares[2:], strict=True):
        plan = planned(config, known, labels)
        fitted = yield from _train(record, config, known, plan, f"{labels} labels", units, labels)
        _ask(record, config, known, plan, fitted, labels)
    return record.result()


def _train(
    record: Recorder[DoingWithLessResult], config: DoingWithLessConfig, known: Sequence[Learner],
    plan: Planned, phase: str, units: float, labels: int = 0,
) -> Generator[Snapshot[DoingWithLessResult], None, Fit]:  # fmt: skip
    """Train networks side by side and keep their accuracy; without `labels` they are plain ones."""

    def rows(progress: Progress) -> Iterator[tuple[str, int, int, float]]:
        reached = progress.fit.curve("validation", "accuracy")[-1:].ravel()
        for (name, place, _), value in zip(plan, reached, strict=False):
            arm, n = (name, labels) if labels else (PLAIN, int(name))
            yield str(arm), n, known[place].seed, float(value)

    work = fit([job for *_, job in plan], steps=config.steps, evaluate_every=config.steps // 2)
    fitted = yield from record.relay(
        work,
        phase,
        units,
        share=_share,
        partial=lambda p: record.result(scores=rows(p)),
        shown=lambda p: p.known,
    )
    record.extend("scores", rows(Progress(1, 1, fitted)))
    for place, learner in enumerate(known if labels else ()):
        seen = next(job.data for name, of, job in plan if (name, of) == (PROBE, place))
        pairs = {PROTOTYPES: learner.labelled(labels), OF_FEATURES: seen}
        for arm, few in pairs.items():
            record.add("scores", arm, labels, learner.seed, accuracy_of_prototypes(few))
    return fitted


def _ask(
    record: Recorder[DoingWithLessResult], config: DoingWithLessConfig, known: Sequence[Learner],
    plan: Planned, fitted: Fit, labels: int,
) -> None:  # fmt: skip
    """Let every way of asking choose the labels up to the next number of them."""
    later = [n for n in config.budgets if n > labels]
    for number, (name, place, _) in enumerate(plan):
        arm, learner = str(name), known[place]
        if not later or arm not in ASKED:
            continue
        rest = np.setdiff1d(np.arange(len(learner.new.y_train)), learner.chosen[arm])
        p = softmax(fitted.logits(learner.new.x_train[rest], [number])[0])
        asked = rest[np.argsort(-UNCERTAINTY[arm](p), kind="stable")[: later[0] - labels]]
        learner.chosen[arm] = np.concatenate([learner.chosen[arm], asked])
        if place or labels != config.budgets[1] or config.dataset != "digits":
            continue
        keep(record, ASKED[arm], learner.new, asked)
        if arm == MARGIN:
            keep(record, "random", learner.new, learner.order[labels:])


def keep(
    record: Recorder[DoingWithLessResult], arm: str, data: Dataset, places: np.ndarray
) -> None:
    """Keep the first pictures of those that were asked for."""
    first = places[:SHOWN]
    pictures = record.result().pictures
    record.put(pictures=np.concatenate([pictures, data.x_train[first].reshape(-1, 8, 8)]))
    record.extend("asked", [(arm, n, int(data.y_train[p]) + NEW[0]) for n, p in enumerate(first)])


def _share(progress: Progress) -> float:
    return progress.step / progress.total


def _costs(config: DoingWithLessConfig) -> list[Cost]:
    """Of the plain networks, of the related ones, and of each number of labels."""
    known, related = learners(config)
    networks = [job for *_, job in plain(config, known)]
    found = [planned_cost(networks, config.steps, 3)]
    found.append(planned_cost(sources(config, known, related), SOURCE_STEPS, 2))
    for labels in config.budgets:
        jobs = [network(k.labelled(labels), k.seed, hidden(config)) for k in known]
        several = planned_cost(jobs * (2 + len(ASKED)), config.steps, 3)
        # Pseudo-labels fill the batches; their number is not known before.
        full = [network(k.new, k.seed, hidden(config)) for k in known]
        found.append(several + planned_cost(full, config.steps, 3))
    return found


@lru_cache(maxsize=64)
def _shares(config: DoingWithLessConfig) -> list[float]:
    return [cost.seconds for cost in _costs(config)]


@lru_cache(maxsize=64)
def cost(config: DoingWithLessConfig) -> Cost:
    """Expected cost of all networks; probes and prototypes are hardly any."""
    return sum(_costs(config), Cost(0.0, 0.1))
