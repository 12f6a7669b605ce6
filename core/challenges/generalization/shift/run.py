"""All arms side by side from the same initial weights, asked at every severity."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.challenges.generalization.shift.config import (
    ARMS,
    BASELINE,
    BINS,
    CNN,
    DATA,
    ENSEMBLE,
    LEVELS,
    MORE,
    N_TEST,
    OTHER,
    OTHERS,
    SAME,
    SCALED,
    ShiftConfig,
    ShiftResult,
)
from core.challenges.generalization.stacks import Stack, member_seeds
from core.data.dataset import Dataset
from core.data.embedded import load_digits
from core.data.held_out import alternate_halves
from core.data.parts import first_of_each
from core.data.warps import AMOUNTS, randomly_shifted, shifted
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot, complete
from core.lab.scores import tidy
from core.lab.seeding import numpy_generator
from core.metrics import calibration

if TYPE_CHECKING:
    from core.models.digit_cnn import DigitNets
    from core.models.digit_training import Learner

MEMBERS = tuple(f"member {number}" for number in range(2, 6))
"""Of the ensemble, besides the network without a remedy: other initial weights, other order."""
ROLES = (BASELINE, SAME, OTHER, DATA, *MEMBERS)
"""Networks of one seed that are trained as one stack: all of the same architecture."""
CNNS_AT_ONCE = 5
"""More would make the pauses of a run too long."""
N_GLANCE = 60
"""Test pictures of each seed that the live figures look at."""
SECONDS_PER_CHANGE = 2e-5
"""Of drawing a training picture for all arms, two of which shift it."""
ASKED = (len(LEVELS) + 1) * N_TEST
"""Pictures that each network is asked about, those that fit the temperature among them."""
EVERY = slice(None)
PICKED = "picked"
Part = Generator[Snapshot[ShiftResult], None, dict[str, np.ndarray]]


@dataclass(frozen=True)
class World:
    """The pictures of all seeds.

    Attributes:
        data: Training pictures, `MORE` times as many as are learned from without a remedy.
        tests: At each severity, `(seeds, N_TEST, 64)`.
        y: Their digits, `(seeds, N_TEST)`.
        picked: Unshifted pictures that fit the temperature, `(seeds, n, 64)`.
        y_picked: Their digits.
    """

    data: Sequence[Dataset]
    tests: Sequence[np.ndarray]
    y: np.ndarray
    picked: np.ndarray
    y_picked: np.ndarray


def draw(config: ShiftConfig) -> Generator[int, None, World]:
    """Draw and shift the pictures, pausing after every severity."""
    drawn = [load_digits(MORE * config.n_train, seed=seed) for seed in config.seeds]
    data, picking = zip(*map(alternate_halves, drawn), strict=True)
    tests = [np.stack([own.x_validation[:N_TEST] for own in data])]
    for level in LEVELS[1:]:
        amount = np.full(N_TEST, AMOUNTS[config.kind][level - 1], float)
        rngs = [numpy_generator(seed, "shift", config.kind, level) for seed in config.seeds]
        pairs = zip(tests[0], rngs, strict=True)
        tests.append(np.stack([shifted(config.kind, x, amount, rng) for x, rng in pairs]))
        yield level
    return World(
        data, tests, np.stack([own.y_validation[:N_TEST] for own in data]),
        np.stack([x for x, _ in picking]), np.stack([y for _, y in picking]),
    )  # fmt: skip


def learners(config: ShiftConfig, world: World, role: str) -> list[Learner]:
    """What the networks of one role learn from, one per seed."""
    from core.models.digit_training import Learner

    kinds = {SAME: config.kind, OTHER: OTHERS[config.kind]}
    change = None
    if role in kinds:
        most = AMOUNTS[kinds[role]][config.trained_to - 1]
        change = partial(randomly_shifted, kinds[role], most)
    n = config.n_train * (MORE if role == DATA else 1)
    return [
        Learner(seed, own.x_train[:n], own.y_train[:n], change)
        for seed, own in zip(own_seeds(config.seeds, role), world.data, strict=True)
    ]


def own_seeds(seeds: Iterable[int], role: str) -> list[int]:
    """Seeds of the weights and of the order: the run's own but for further members."""
    return member_seeds(seeds, MEMBERS.index(role) + 1 if role in MEMBERS else 0)


def run(config: ShiftConfig) -> Run[ShiftResult]:
    """Train the fully connected networks as one stack, then the convolutional ones; ask all."""
    record = Recorder(
        ShiftResult, cost(config).flops, kind=config.kind,
        **{name: np.zeros(0) for name in ("bins", "pictures", "answers", "sure")},
    )  # fmt: skip
    yield record.snapshot("drawing the data", shown=False)
    world = yield from record.relay(draw(config), "drawing the data", shown=False)
    logits = yield from _connected(config, world, record)
    shown = yield from record.relay(read(config, world, logits), "counting", shown=False)
    cnns = []
    for start in range(0, config.repetitions, CNNS_AT_ONCE):
        part = slice(start, start + CNNS_AT_ONCE)
        cnns.append((yield from _convolutional(config, world, record, part, shown)))
    logits[CNN] = np.concatenate(cnns, axis=1)
    return (yield from record.relay(read(config, world, logits), "counting", shown=False))


def _connected(config: ShiftConfig, world: World, record: Recorder[ShiftResult]) -> Part:
    from core.models.digit_cnn import DigitNets
    from core.models.digit_training import train

    nets = DigitNets("mlp", [s for role in ROLES for s in own_seeds(config.seeds, role)])
    own = [one for role in ROLES for one in learners(config, world, role)]
    stack = _stack(config, "mlp", len(own))

    def glance(_: object) -> ShiftResult:
        return complete(read(config, world, complete(ask(nets, world, ROLES, n=N_GLANCE))))

    yield from record.relay(
        train(nets, own, config.n_train, config.passes), f"training {len(own)} networks",
        stack.flops, pauses=stack.pauses, partial=glance,
    )  # fmt: skip
    asking = ask(nets, world, ROLES)
    return (yield from record.relay(asking, "asking them", stack.asking(ASKED), partial=glance))


def _convolutional(
    config: ShiftConfig,
    world: World,
    record: Recorder[ShiftResult],
    part: slice,
    shown: ShiftResult,
) -> Generator[Snapshot[ShiftResult], None, np.ndarray]:
    """Logits of the convolutional networks of some seeds, `(levels, seeds, N_TEST, 10)`."""
    from core.models.digit_cnn import DigitNets
    from core.models.digit_training import train

    nets, own = DigitNets("pooled_cnn", config.seeds[part]), learners(config, world, CNN)[part]
    stack = _stack(config, "pooled_cnn", len(own))
    yield from record.relay(
        train(nets, own, config.n_train, config.passes), "training convolutional networks",
        stack.flops, pauses=stack.pauses, partial=lambda _: shown,
    )  # fmt: skip
    found = yield from record.relay(
        ask(nets, world, (CNN,), part), "asking them", stack.asking(ASKED),
        partial=lambda _: shown,
    )  # fmt: skip
    return found[CNN]


def ask(
    nets: DigitNets, world: World, roles: Sequence[str], part: slice = EVERY, n: int = N_TEST
) -> Generator[None, None, dict[str, np.ndarray]]:
    """Ask a stack about the first test pictures at every severity.

    Returns:
        Role -> logits `(levels, seeds, n, 10)`; and under `PICKED` those of the first role about
        the pictures that fit the temperature, `(seeds, n, 10)`.
    """
    from core.models.digit_training import asked

    found = []
    for x in (*world.tests, world.picked):
        own = np.tile(x[part, :n], (len(roles), 1, 1))
        logits = yield from asked(nets, own)
        found.append(logits.reshape(len(roles), -1, *logits.shape[1:]))
    stacked = np.stack(found[:-1], axis=1)
    return {**dict(zip(roles, stacked, strict=True)), PICKED: found[-1][0]}


def probabilities(
    logits: Mapping[str, np.ndarray], temperatures: np.ndarray
) -> Iterator[tuple[str, np.ndarray]]:
    """Every arm that was asked, with its class probabilities, `(levels, seeds, n, 10)`.

    Args:
        logits: From `ask`.
        temperatures: Of the networks without a remedy, `(seeds,)`.
    """
    for arm in ARMS:
        if arm == ENSEMBLE:
            members = (calibration.softmax(logits[role]) for role in (BASELINE, *MEMBERS))
            yield arm, np.asarray(sum(members)) / (1 + len(MEMBERS))
        elif arm == SCALED:
            yield arm, calibration.softmax(logits[BASELINE] / temperatures[:, None, None])
        elif arm in logits:
            yield arm, calibration.softmax(logits[arm])


def read(
    config: ShiftConfig, world: World, logits: Mapping[str, np.ndarray]
) -> Generator[None, None, ShiftResult]:
    """Count what was asked so far, pausing after every arm."""
    n = logits[BASELINE].shape[2]
    fitted = calibration.temperature(logits[PICKED], world.y_picked[:, :n])
    bins = np.zeros((len(ARMS), len(LEVELS), config.repetitions, BINS, 3))
    first, arms = first_of_each(world.y[0, :n]), []
    sure = np.zeros((len(ARMS), 10, len(LEVELS)))
    answers = np.full(sure.shape, -1)
    for arm, own in probabilities(logits, fitted):
        place = ARMS.index(arm)
        bins[place] = calibration.top_label_bins(own, world.y[None, :, :n], BINS)
        shown = own[:, 0, first]
        answers[place], sure[place] = shown.argmax(-1).T, shown.max(-1).T
        arms.append(arm)
        yield
    return ShiftResult(
        scores=_scores(config, bins, arms),
        temperatures=pd.DataFrame({"seed": config.seeds, "value": fitted}),
        bins=bins, answers=answers, sure=sure, kind=config.kind,
        pictures=np.stack([x[0, first] for x in world.tests], axis=1),
    )  # fmt: skip


def _scores(config: ShiftConfig, bins: np.ndarray, arms: Sequence[str]) -> pd.DataFrame:
    places = [ARMS.index(arm) for arm in arms]
    parts = [
        tidy(values, arm=arms, level=LEVELS, seed=config.seeds).assign(measure=measure)
        for measure, values in calibration.of_bins(bins[places]).items()
    ]
    return pd.concat(parts, ignore_index=True)[["seed", "value", "arm", "measure", "level"]]


def _stack(config: ShiftConfig, network: str, count: int) -> Stack:
    return Stack(network, count, config.n_train, config.passes)


def cost(config: ShiftConfig) -> Cost:
    """Expected cost of training and asking all arms."""
    mlps = _stack(config, "mlp", len(ROLES) * config.repetitions)
    cnns = _stack(config, "pooled_cnn", config.repetitions)
    drawing = config.passes * config.repetitions * config.n_train * SECONDS_PER_CHANGE
    training = mlps.cost(ASKED) + cnns.cost(ASKED, CNNS_AT_ONCE)
    return training + Cost(0, drawing + 0.3)
