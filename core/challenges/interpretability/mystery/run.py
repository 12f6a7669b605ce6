"""Networks with a mark, and honest ones beside them: trained, tested, and searched by all."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from core.attributions import shortcut_search as search
from core.challenges.interpretability.mystery.config import (
    ARMS,
    HONEST_ARM,
    PLANTED_ARMS,
    MysteryConfig,
    MysteryResult,
)
from core.data import planted_marks as marks
from core.data.picture_sets import N_VALIDATION, Pictures, draw
from core.data.planted_marks import NOTHING
from core.data.shapes import SIDE
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.models import shape_networks as networks

Work = Generator[Snapshot[MysteryResult], None, None]
EPOCHS = 5
CLUTTER = 0
ASKED = 500
"""Answers that all strategies together take of a network, about; the gradients of maps included."""


def plan_of(config: MysteryConfig, seed: int, arm: str) -> marks.Plan:
    """What is planted for one seed's network of one arm."""
    mark, shape = (NOTHING, NOTHING) if arm == HONEST_ARM else marks.dealt(seed, arm)
    return marks.Plan(mark, shape, config.share, config.stray, config.strength)


def run(config: MysteryConfig) -> Run[MysteryResult]:
    """Train three networks a seed from the same weights and pictures, and search each."""
    steps = networks.steps_of(config.n_train, EPOCHS)
    total = config.repetitions * len(ARMS) * (steps + len(search.STRATEGIES))
    nothing = np.zeros((1 + marks.N_MARKS, SIDE, SIDE), np.uint8)
    record = Recorder(MysteryResult, total, suspects=nothing)
    yield record.snapshot("drawing the pictures")
    for seed in config.seeds:
        drawing = draw("shapes", config.n_train, CLUTTER, seed)
        data = yield from record.relay(drawing, "drawing the pictures")
        if seed == config.first_seed:
            record.put(suspects=_candidates(data, config.strength))
        for arm in ARMS:
            plan = plan_of(config, seed, arm)
            record.add("planted", seed, arm, plan.mark, plan.shape)
            work = networks.train(marks.training(data, plan, seed), seed, EPOCHS)
            net = yield from record.relay(work, "training a network", steps, pauses=steps)
            carried = marks.found_marks(data, plan, seed)
            album = search.album_of(data, carried)
            oracle = search.Oracle(net, album, plan.strength, config.maps_by, seed)
            yield from _tested(record, arm, oracle, data, carried)
            yield from _searched(record, arm, oracle, plan, config.budget)
    return record.result()


def _candidates(data: Pictures, strength: float) -> np.ndarray:
    """One picture without a mark, then with each, `(1 + N_MARKS, SIDE, SIDE)` uint8."""
    clean = np.repeat(data.x_validation[:1], 1 + marks.N_MARKS, axis=0)
    each = np.stack([marks.only(mark) for mark in range(NOTHING, marks.N_MARKS)])
    return np.asarray((255 * marks.composed(clean, each, strength)[:, 0]).astype(np.uint8))


def _tested(
    record: Recorder[MysteryResult], arm: str, oracle: search.Oracle, data: Pictures,
    carried: np.ndarray,
) -> Work:  # fmt: skip
    """Test a network as usual: on pictures with marks as in training, and on clean ones."""
    net, seed, x, y = oracle.net, oracle.seed, data.x_validation, data.y_validation
    found = marks.composed(x, carried, oracle.strength)
    record.add("tests", seed, arm, "found", networks.accuracy(net, found, y))
    yield record.snapshot("testing it as usual")
    right = (networks.probabilities(net, x).argmax(1) == y).astype(float)
    for planted in PLANTED_ARMS:
        # The honest network is asked about the marked shapes of both its twins.
        if arm in (planted, HONEST_ARM):
            name = "without" if planted == arm else f"without_{planted}"
            shape = marks.dealt(seed, planted)[1]
            record.add("tests", seed, arm, name, float(right[y == shape].mean()))


def _searched(
    record: Recorder[MysteryResult], arm: str, oracle: search.Oracle, plan: marks.Plan,
    budget: int,
) -> Work:  # fmt: skip
    """Let every strategy search for the mark of one network."""
    for name in search.STRATEGIES:
        work = search.searched(name, oracle, budget)
        named = yield from record.relay(work, "detectives at work", 1)
        for probes, answer in enumerate(named, 1):
            right = int(search.is_right(answer, plan.mark, plan.shape))
            right_mark = int(answer[0] == plan.mark)
            record.add("answers", oracle.seed, arm, name, probes, *answer, right, right_mark)


def flops_of_network(n_train: int, epochs: int) -> float:
    """Operations to train a network, to test it with marks and without, and to search it."""
    trained = networks.steps_of(n_train, epochs) * networks.BATCH
    return networks.forward_flops(SIDE) * (3 * trained + 2 * N_VALIDATION + ASKED)


def cost(config: MysteryConfig) -> Cost:
    """Expected cost: three networks a seed, and what all strategies ask of each."""
    count = config.repetitions * len(ARMS)
    seconds = 7e-5 * config.n_train * EPOCHS + 0.01 * min(config.budget, marks.N_MARKS)
    return Cost(count * flops_of_network(config.n_train, EPOCHS), count * seconds)
