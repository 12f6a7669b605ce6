"""Robust accuracy: what training against attacks buys, and what it costs."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from core.challenges.adversarial.charts import robust_accuracy as charts
from core.challenges.adversarial.robust_accuracy_claims import CLAIMS, score
from core.challenges.adversarial.tables import robust_accuracy as tables
from core.challenges.adversarial.tables.robust_accuracy import ARMS, EPSILONS, NAMES
from core.challenges.adversarial.victims import (
    N_TEST,
    SECONDS_PER_CALL,
    SECONDS_PER_FLOP,
    Meter,
    accuracies,
    draw,
    groups,
    rows,
    target_of,
    training_flops,
    training_pauses,
)
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.intervals import POINTS, SHARE, Estimate, paired_difference, t_interval
from core.lab.run import Cost, Run, Snapshot
from core.lab.settings import Config, View, ladder
from core.lab.wording import with_interval

if TYPE_CHECKING:
    from core.attacks.adversarial_training import Method
    from core.attacks.evasion import Target
    from core.data.dataset import Dataset
    from core.models.digit_cnn import DigitNets

FLOPS = 100_864.0
"""Of the CNN, for one image forward."""


class RobustAccuracyConfig(Config):
    """How the networks are hardened, and how hard they are tested."""

    epsilon: float = ladder(0.05, 0.1, 0.15, 0.2, 0.3, default=0.2, label="Trained against")
    """Largest change of a pixel, of 1, in the noise or the attacks that the networks train on."""
    epochs: int = ladder(5, 10, 20, 40, default=10)
    """Passes over the training images."""
    inner_steps: int = ladder(2, 4, 7, 10, default=4, label="Steps of attacks in training")
    """Gradients that PGD training and TRADES compute to find each batch's attacked images."""
    beta: float = ladder(1.0, 3.0, 6.0, 10.0, default=6.0, label="Weight in TRADES")
    """How much TRADES minds that an attack can move the prediction, against being right."""
    n_train: int = ladder(200, 400, 800, 1200, default=1200, label="Training images")
    """How many images each network learns from."""
    test_steps: int = ladder(5, 10, 20, 40, default=20, label="Steps of the test attack")
    """Gradients of the PGD attack that measures robust accuracy. Too few flatter the networks."""


class RobustAccuracyView(View):
    """How it is drawn."""

    attack: Literal["PGD", "noise"] = "PGD"
    """What the test images go through. PGD: the attack. Noise: every pixel moved up or down at
    random by as much."""


@dataclass(frozen=True)
class RobustAccuracyResult:
    """What was measured.

    Attributes:
        scores: `arm`, `attack` ("PGD" or "noise"), `epsilon`, `seed`, `value`: share of test
            images classified correctly.
        costs: `arm`, `passes`: forward passes per training image and epoch, a backward pass
            counted as two.
        epsilon: What the networks trained against.
    """

    scores: pd.DataFrame
    costs: pd.DataFrame
    epsilon: float


def methods(config: RobustAccuracyConfig) -> dict[str, Method]:
    """The arms in order, the undefended network first."""
    from core.attacks.adversarial_training import Method

    size, inner = config.epsilon, config.inner_steps
    found = (
        Method("standard"),
        Method("noise", size),
        Method("fgsm", size),
        Method("pgd", size, inner),
        Method("trades", size, inner, config.beta),
    )
    return dict(zip(ARMS, found, strict=True))


def run(config: RobustAccuracyConfig) -> Run[RobustAccuracyResult]:
    """Train and test one arm after the other, all seeds side by side."""
    from core.models.digit_cnn import DigitNets

    meter, scores = Meter(cost(config).flops), [tables.NOTHING]
    yield meter.now("drawing the data")
    data = draw(config.seeds, config.n_train)
    for arm, method in methods(config).items():
        for seeds in groups(config.seeds):
            own = [data[seed - config.first_seed] for seed in seeds]
            nets = DigitNets("cnn", seeds)
            yield from _train(config, arm, method, nets, own, meter, scores)
            yield from _test(config, arm, nets, target_of(nets, own), meter, scores)
    return _result(config, scores)


def _result(config: RobustAccuracyConfig, scores: Sequence[pd.DataFrame]) -> RobustAccuracyResult:
    full = [table for table in scores if len(table)] or [tables.NOTHING]
    passes = [method.passes for method in methods(config).values()]
    costs = pd.DataFrame({"arm": list(ARMS), "passes": passes})
    return RobustAccuracyResult(pd.concat(full, ignore_index=True), costs, config.epsilon)


def _train(
    config: RobustAccuracyConfig,
    arm: str,
    method: Method,
    nets: DigitNets,
    data: Sequence[Dataset],
    meter: Meter,
    scores: list[pd.DataFrame],
) -> Generator[Snapshot[RobustAccuracyResult], None, None]:
    from core.attacks.adversarial_training import train

    def partial() -> RobustAccuracyResult:
        target = target_of(nets, data)
        clean = rows(nets.seeds, accuracies(target, target.x), arm=arm, attack="PGD", epsilon=0.0)
        return _result(config, [*scores, clean])

    work = train(nets, data, method, config.epochs)
    flops = training_flops(nets, method, config.n_train, config.epochs)
    pauses = training_pauses(method, config.n_train, config.epochs)
    yield from meter.follow(work, flops, f"training: {NAMES[arm]}", pauses, partial)


def _test(
    config: RobustAccuracyConfig,
    arm: str,
    nets: DigitNets,
    target: Target,
    meter: Meter,
    scores: list[pd.DataFrame],
) -> Generator[Snapshot[RobustAccuracyResult], None, None]:
    from core.attacks import evasion

    phase = f"attacking: {NAMES[arm]}"
    for epsilon in EPSILONS:
        for attack in ("PGD", "noise"):
            moved = target.x
            if epsilon and attack == "noise":
                moved = yield from meter.follow(
                    evasion.random_signs(target, epsilon), 0.0, phase, 1
                )
            elif epsilon:
                flops = _passes(config) * nets.flops * target.y.numel()
                moved = yield from meter.follow(
                    evasion.pgd(target, epsilon, steps=config.test_steps),
                    flops, phase, config.test_steps, lambda: _result(config, scores),
                )  # fmt: skip
            values = accuracies(target, moved)
            scores.append(rows(target.seeds, values, arm=arm, attack=attack, epsilon=epsilon))


def _passes(config: RobustAccuracyConfig) -> float:
    """Forward passes per test image; fooled images drop out."""
    return 2.0 * config.test_steps


def metrics(result: RobustAccuracyResult) -> dict[str, Estimate]:
    """Headline numbers: clean and robust accuracy of the arms, at the size trained against."""
    found = {}
    for arm in ("standard", "noise", "pgd", "trades"):
        found[f"clean_accuracy_{arm}"] = t_interval(score(result, arm, 0.0), SHARE)
        found[f"robust_accuracy_{arm}"] = t_interval(score(result, arm, result.epsilon), SHARE)
    return found


def finding(result: RobustAccuracyResult) -> str:
    """Say what PGD training buys and costs, from the numbers."""
    size = result.epsilon
    plain = t_interval(score(result, "standard", size), SHARE)
    gain = paired_difference(score(result, "pgd", size), score(result, "standard", size), POINTS)
    loss = paired_difference(score(result, "pgd", 0.0), score(result, "standard", 0.0), POINTS)
    start = (
        f"Under PGD attacks of size {size:g} the undefended networks keep "
        f"{with_interval(plain)}. Training on such attacks changes that by {with_interval(gain)}"
    )
    if loss.high < 0:
        return f"{start}, and costs accuracy on clean images: {with_interval(loss)}."
    return f"{start}; on clean images it costs nothing clear: {with_interval(loss)}."


def cost(config: RobustAccuracyConfig) -> Cost:
    """Expected cost of training and testing all arms."""
    found = _training_passes(config)
    training = sum(found) * config.epochs * config.n_train
    testing = 5 * len(ARMS) * _passes(config) * N_TEST
    flops = config.repetitions * FLOPS * (training + testing)
    calls = sum(found) / 2 * config.epochs * config.n_train / 50 + 25 * config.test_steps
    waiting = calls * SECONDS_PER_CALL * len(groups(config.seeds))
    return Cost(flops=flops, seconds=flops * SECONDS_PER_FLOP + waiting + 0.2)


def _training_passes(config: RobustAccuracyConfig) -> list[float]:
    """Forward passes per training image and epoch of the arms; as `Method.passes`, no torch."""
    inner = 2.0 * config.inner_steps
    return [3.0, 3.0, 5.0, 3.0 + inner, 6.0 + inner]


EXPERIMENT = Experiment(
    title="Robust accuracy",
    question="Can a network be trained to withstand attacks, and what does it cost?",
    config=RobustAccuracyConfig,
    view=RobustAccuracyView,
    result=RobustAccuracyResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="robust_curves",
            title="Accuracy against the size of the change",
            table=tables.curves,
            underlay=tables.curve_seeds,
            chart=charts.curves,
            caption=tables.curves_caption,
            live=True,
            note="Line: mean over the seeds; band: its 95% interval; faint dots: single seeds.",
        ),
        Figure(
            name="trade_off",
            title="Accuracy on clean images against accuracy under attack",
            table=tables.trade_off,
            chart=charts.trade_off,
            caption=tables.trade_off_caption,
            note="Up and to the right is better. The attack has the size trained against; bars are "
            "95% intervals over the seeds.",
        ),
        Figure(
            name="against_standard",
            title="Difference from standard training, seed by seed",
            table=tables.differences,
            chart=charts.differences,
            caption=tables.differences_caption,
            panels=True,
            note="Mean paired difference with its 95% interval.",
        ),
        Figure(
            name="training_cost",
            title="What training costs",
            table=tables.costs,
            chart=charts.costs,
            caption=tables.costs_caption,
            note="Passes through the network for each training image in each epoch; a backward "
            "pass counts as two.",
        ),
    ),
    cost=cost,
    smallest=RobustAccuracyConfig(epochs=5, n_train=200, inner_steps=2, test_steps=5),
    claims=CLAIMS,
    presets=(
        Preset("A smaller threat", {"epsilon": 0.1}, "Trained against changes half as large."),
        Preset("Too much", {"epsilon": 0.3}, "Changes so large that training itself suffers."),
        Preset("Train longer", {"epochs": 40, "inner_steps": 7}, "Four times as long."),
    ),
)
