"""Networks with and without remedies learn from pictures with a cue, all at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from core.challenges.generalization.shortcuts.config import (
    ADDED,
    ALIGNMENTS,
    DECAY,
    EQUAL,
    LAST,
    NEVER,
    OFTEN,
    OFTEN_DECAY,
    PLAIN,
    RANDOM,
    RESERVE,
    ShortcutsConfig,
    ShortcutsResult,
)
from core.data.cued_digits import GROUPS, Cued, draw, stamped
from core.data.dataset import Dataset
from core.data.held_out import Examples
from core.engine.job import Job
from core.engine.sweep import Planned, planned_cost
from core.engine.training import Fit, fit
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run
from core.lab.seeding import numpy_generator
from core.models.logistic import fit_logistic, outputs

LEARNING_RATE = 0.003
"""With more, a network at times loses for a few steps what it had learned; whether it does so
right before the end is chance, and another processor's rounding decides it."""
WEIGHT_DECAY = 0.01 / LEARNING_RATE
"""Of the arms that have it: each step shrinks the weights by a hundredth."""
EVALUATIONS = 6
DRAWN_TOGETHER = 20
"""Networks whose pictures are drawn between two pauses."""
RIDGE = 1.0
"""Of the last layer that is retrained, scikit-learn's C = 1."""
NAMES = {(y, cue): f"class {y} cue {cue}" for y, cue in GROUPS}


def run(config: ShortcutsConfig) -> Run[ShortcutsResult]:
    """Train every arm from the same weights, then retrain the last layers of the plain ones."""
    record = Recorder(
        ShortcutsResult, config.steps + config.repetitions, alignment=config.alignment,
        pictures=shown(config), rarest=0,
    )  # fmt: skip
    yield record.snapshot("drawing the pictures", shown=False)
    planned = []
    for one in plan(config):
        planned.append(one)
        if len(planned) % DRAWN_TOGETHER == 0:
            yield record.snapshot("drawing the pictures", shown=False)
    record.put(rarest=rarest(config))
    labels = [(str(one["arm"]), float(one["alignment"]), int(one["seed"])) for one, _ in planned]
    jobs = [job for _, job in planned]
    trained = yield from record.relay(
        fit(jobs, steps=config.steps, evaluate_every=every(config)),
        f"training {len(jobs)} networks", config.steps, share=lambda p: p.step / p.total,
        partial=lambda p: record.result(scores=scores(labels, p.fit)),
        shown=lambda p: p.known,
    )  # fmt: skip
    record.extend("scores", scores(labels, trained))
    for place, (arm, alignment, seed) in enumerate(labels):
        if arm == PLAIN and alignment == config.alignment:
            found = retrained(config, seed, trained.weights(place))
            record.extend("scores", [(LAST, alignment, seed, *pair) for pair in found.items()])
            record.did(1)
            yield record.snapshot("retraining last layers")
    return record.result()


def every(config: ShortcutsConfig) -> int:
    """Steps between two evaluations."""
    return config.steps // EVALUATIONS


def shown(config: ShortcutsConfig) -> np.ndarray:
    """The first test picture with the right cue, without, and with the wrong one."""
    test = draw(config.n_train, RESERVE, config.alignment, config.first_seed)[2]
    x, y = test.x[:1], test.y[:1]
    found = [stamped(x, y, config.brightness), x, stamped(x, 1 - y, config.brightness)]
    return (255 * np.stack(found)).astype(np.uint8).reshape(3, 8, 8)


def rarest(config: ShortcutsConfig) -> int:
    """Pictures in the smallest group of the first seed."""
    train = draw(config.n_train, RESERVE, config.alignment, config.first_seed)[0]
    return min(map(len, train.members()))


def plan(config: ShortcutsConfig) -> Iterator[Planned]:
    """Every arm at the chosen alignment, and no remedy at the others.

    The networks of a seed are tested on the same arrays, which the engine then keeps once.
    """
    tests: dict[int, tuple[Cued, dict[str, Examples]]] = {}
    for alignment in (config.alignment, *(a for a in ALIGNMENTS if a != config.alignment)):
        for seed in config.seeds:
            train, reserve, test = draw(config.n_train, RESERVE, alignment, seed)
            if alignment == config.alignment:
                arms = taught(train, reserve, config.brightness, seed)
                tests[seed] = test, tested(test, config.brightness)
            else:
                arms = {PLAIN: (train.stamped(config.brightness), train.y)}
            test, watch = tests[seed]
            for arm, (x, y) in arms.items():
                data = Dataset("cued digits", x, y, test.x, test.y, 2, np.zeros(len(y), dtype=bool))
                decay = WEIGHT_DECAY if arm in (DECAY, OFTEN_DECAY) else 0.0
                job = Job(
                    data, seed, (config.width,) * 2, learning_rate=LEARNING_RATE,
                    weight_decay=decay, watch=watch, scores_train=False,
                )  # fmt: skip
                yield {"arm": arm, "alignment": alignment, "seed": seed}, job


def taught(train: Cued, reserve: Cued, brightness: float, seed: int) -> dict[str, Examples]:
    """What the network of each arm learns from."""
    x, y, members = train.stamped(brightness), train.y, train.members()
    rng = numpy_generator(seed, "groups")
    sizes = [len(group) for group in members]
    often = np.concatenate([np.resize(rng.permutation(group), max(sizes)) for group in members])
    equal = np.concatenate([rng.permutation(group)[: min(sizes)] for group in members])
    both = [stamped(train.x, np.full_like(y, cue), brightness) for cue in (0, 1)]
    more = np.concatenate([x, reserve.stamped(brightness)]), np.concatenate([y, reserve.y])
    return {
        PLAIN: (x, y), DECAY: (x, y), OFTEN: (x[often], y[often]),
        OFTEN_DECAY: (x[often], y[often]), EQUAL: (x[equal], y[equal]), ADDED: more,
        RANDOM: (np.concatenate(both), np.tile(y, 2)), NEVER: (train.x, y),
    }  # fmt: skip


def tested(test: Cued, brightness: float) -> dict[str, Examples]:
    """The test pictures of each class with either cue."""
    found = {}
    for (label, cue), name in NAMES.items():
        x = test.x[test.y == label]
        cues = np.full(len(x), cue)
        found[name] = stamped(x, cues, brightness), np.full(len(x), label)
    return found


def scores(labels: list[tuple[str, float, int]], trained: Fit) -> list[tuple[object, ...]]:
    """The newest accuracies of every network, one row a test."""
    if not len(trained.evaluated_steps):
        return []
    newest = {name: trained.curve(name, "accuracy")[-1] for name in NAMES.values()}
    none = trained.curve("validation", "accuracy")[-1]
    sizes = {name: len(trained.jobs[0].watch[name][1]) for name in NAMES.values()}
    rows: list[tuple[object, ...]] = []
    for place, label in enumerate(labels):
        groups = {pair: float(newest[name][place]) for pair, name in NAMES.items()}
        found = summary(groups, {pair: sizes[name] for pair, name in NAMES.items()})
        rows += [(*label, *pair) for pair in {**found, "none": float(none[place])}.items()]
    return rows


def summary(
    groups: dict[tuple[int, int], float], sizes: dict[tuple[int, int], int]
) -> dict[str, float]:
    """Accuracy with the right and the wrong cue, and of the worst group.

    Args:
        groups: Accuracy by label and cue.
        sizes: Pictures of each.
    """
    found = {"worst": min(groups.values())}
    for name, right in (("right", True), ("wrong", False)):
        chosen = [pair for pair in groups if (pair[0] == pair[1]) == right]
        weights = [sizes[pair] for pair in chosen]
        found[name] = float(np.average([groups[pair] for pair in chosen], weights=weights))
    return found


def retrained(config: ShortcutsConfig, seed: int, weights: list[np.ndarray]) -> dict[str, float]:
    """Fit the last layer anew on the balanced reserve, and test (Kirichenko et al. 2023)."""
    _, reserve, test = draw(config.n_train, RESERVE, config.alignment, seed)
    inner = features(weights, reserve.stamped(config.brightness))
    mean, spread = inner.mean(0), inner.std(0) + 1e-6
    last = fit_logistic((inner - mean) / spread, reserve.y, ridge=RIDGE)

    def accuracy(x: np.ndarray, y: np.ndarray) -> float:
        logits = outputs((features(weights, x) - mean) / spread, last)
        return float(((logits > 0) == y).mean())

    tests = tested(test, config.brightness)
    groups = {pair: accuracy(*tests[name]) for pair, name in NAMES.items()}
    sizes = {pair: len(tests[name][1]) for pair, name in NAMES.items()}
    return {**summary(groups, sizes), "none": accuracy(test.x, test.y)}


def features(weights: list[np.ndarray], x: np.ndarray) -> np.ndarray:
    """What the last layer reads of pictures `(n, 64)`, `(n, width)`."""
    for layer in weights[:-1]:
        x = np.maximum(x @ layer[:-1] + layer[-1], 0)
    return x


@lru_cache(maxsize=64)
def cost(config: ShortcutsConfig) -> Cost:
    """Expected cost: all networks of the plan; retraining last layers is next to nothing."""
    jobs = [job for _, job in plan(config)]
    found = planned_cost(jobs, config.steps, 1 + -(-config.steps // every(config)))
    return found + Cost(0, 0.02 * config.repetitions)
