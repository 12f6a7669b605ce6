"""One way of training after the other, tested at every size; all seeds side by side."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from core.attacks.method import Method
from core.challenges.adversarial import victims
from core.challenges.adversarial.robust_accuracy.config import (
    EPSILONS,
    NAMES,
    RobustAccuracyConfig,
    RobustAccuracyResult,
)
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot

if TYPE_CHECKING:
    from core.models.digit_cnn import DigitNets


def trainings(config: RobustAccuracyConfig) -> dict[str, victims.Training]:
    """The arms in order, the undefended network first."""
    size, inner = config.epsilon, config.inner_steps
    methods = (
        Method("standard"),
        Method("noise", size),
        Method("fgsm", size),
        Method("pgd", size, inner),
        Method("trades", size, inner, config.beta),
    )
    return {
        arm: victims.Training("cnn", config.n_train, config.epochs, method)
        for arm, method in zip(NAMES, methods, strict=True)
    }


def run(config: RobustAccuracyConfig) -> Run[RobustAccuracyResult]:
    """Train and test one arm after the other."""
    record = Recorder(RobustAccuracyResult, cost(config).flops, epsilon=config.epsilon)
    arms = trainings(config)
    record.extend("costs", [(arm, training.method.passes) for arm, training in arms.items()])
    yield record.snapshot("drawing the data", shown=False)
    groups = victims.groups(config.seeds, config.n_train)
    for arm in arms:
        for group in groups:
            yield from _arm(config, arm, group, record)
    return record.result()


def _arm(
    config: RobustAccuracyConfig,
    arm: str,
    group: victims.Group,
    record: Recorder[RobustAccuracyResult],
) -> Generator[Snapshot[RobustAccuracyResult], None, None]:
    """Train one arm on some seeds, then attack it."""
    from core.attacks import evasion

    def partial(nets: DigitNets) -> RobustAccuracyResult:
        now = victims.aimed_at(nets.logits(), group)
        return record.result(scores=victims.accuracies(now, now.x, arm, "PGD", 0.0))

    training, phase = trainings(config)[arm], f"attacking: {NAMES[arm]}"
    told = f"training: {NAMES[arm]}"
    nets = yield from victims.trained(record, training, group, told, partial)
    target = victims.aimed_at(nets.logits(), group)
    flops = passes(config) * nets.flops * target.y.numel()
    for epsilon in EPSILONS:
        attacked = noisy = target.x
        if epsilon:
            work = evasion.pgd(target, epsilon, steps=config.test_steps)
            attacked = yield from record.relay(work, phase, flops, pauses=config.test_steps)
            noisy = yield from record.relay(evasion.random_signs(target, epsilon), phase)
        for attack, moved in (("PGD", attacked), ("noise", noisy)):
            record.extend("scores", victims.accuracies(target, moved, arm, attack, epsilon))


def passes(config: RobustAccuracyConfig) -> float:
    """Forward passes of the attack per test image; fooled images drop out."""
    return 2.0 * config.test_steps


def cost(config: RobustAccuracyConfig) -> Cost:
    """Expected cost of training and testing all arms."""
    arms, sizes = trainings(config).values(), len(EPSILONS) - 1
    testing = len(arms) * sizes * passes(config) * victims.N_TEST * victims.FLOPS["cnn"]
    calls = sum(one.pauses for one in arms) + len(arms) * sizes * config.test_steps
    return victims.expected_cost(config.seeds, sum(one.flops for one in arms) + testing, calls)
