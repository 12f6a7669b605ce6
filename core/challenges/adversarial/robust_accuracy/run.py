"""One way of training after the other, tested at every size; all seeds side by side."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from core.attacks import victims
from core.attacks.budget import STRONGEST, WEAK, Budget
from core.attacks.method import Method, Training
from core.challenges.adversarial.robust_accuracy.config import (
    EPSILONS,
    NAMES,
    NOISE,
    RobustAccuracyConfig,
    RobustAccuracyResult,
)
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.models.digit_flops import FLOPS

if TYPE_CHECKING:
    import torch

    from core.attacks.evasion import Target
    from core.models.digit_cnn import DigitNets

Part = Generator[Snapshot[RobustAccuracyResult], None, None]


def trainings(config: RobustAccuracyConfig) -> dict[str, Training]:
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
        arm: Training("cnn", config.n_train, config.epochs, method)
        for arm, method in zip(NAMES, methods, strict=True)
    }


def _budget(config: RobustAccuracyConfig) -> Budget:
    return victims.budget(config.test_steps // 2)


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
) -> Part:
    """Train one arm on some seeds, then attack it."""

    def partial(nets: DigitNets) -> RobustAccuracyResult:
        now = victims.aimed_at(nets.logits(), group)
        return record.result(scores=victims.accuracies(now, now.x, arm, STRONGEST, 0.0))

    phase = f"training: {NAMES[arm]}"
    nets = yield from victims.trained(record, trainings(config)[arm], group, phase, partial)
    yield from _attack(config, arm, victims.aimed_at(nets.logits(), group), record)


def _attack(
    config: RobustAccuracyConfig,
    arm: str,
    target: Target,
    record: Recorder[RobustAccuracyResult],
) -> Part:
    """Attack one arm at every size: by noise, by PGD, and by all there is."""
    from core.attacks import evasion

    def score(moved: torch.Tensor, attack: str, epsilon: float) -> None:
        rows = victims.accuracies(target, moved, arm, attack, epsilon)
        record.extend("scores", rows)

    phase = f"attacking: {NAMES[arm]}"
    tried: dict[float, list[torch.Tensor]] = {}
    for attack in (STRONGEST, WEAK, NOISE):
        score(target.x, attack, 0.0)
    for epsilon in EPSILONS[1:]:
        noisy = yield from record.relay(evasion.random_signs(target, epsilon), phase)
        score(noisy, NOISE, epsilon)
        tried[epsilon] = [noisy]
    yield from victims.attacked_at(
        record, target, trainings(config)[arm], tried, _budget(config),
        steps=config.test_steps, phase=phase, score=score,
    )  # fmt: skip
    yield record.snapshot(phase)


def cost(config: RobustAccuracyConfig) -> Cost:
    """Expected cost of training and testing all arms."""
    arms, sizes, budget = (
        trainings(config),
        len(EPSILONS) - 1,
        victims.budget(config.test_steps // 2),
    )
    passes = victims.passes_at(sizes, config.test_steps, budget)
    testing = len(arms) * passes * victims.N_TEST * FLOPS["cnn"]
    calls = sum(one.pauses for one in arms.values())
    calls += len(arms) * sizes * (config.test_steps + budget.gradients // 4)
    flops = sum(one.flops for one in arms.values()) + testing
    return victims.expected_cost(config.seeds, flops, calls)
