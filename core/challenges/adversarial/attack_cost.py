"""What the attack experiment is expected to cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.challenges.adversarial.tables.attack import WITHOUT_SIZE
from core.challenges.adversarial.victims import (
    N_TEST,
    SECONDS_PER_CALL,
    SECONDS_PER_FLOP,
    groups,
)
from core.lab.run import Cost

if TYPE_CHECKING:
    from core.challenges.adversarial.attack import AttackConfig

DEEPFOOL_STEPS = 12
CW_STEPS = 300
"""Of Carlini & Wagner's attack: three weights, 100 updates each."""


def passes(config: AttackConfig) -> dict[str, float]:
    """Forward passes per image that an attack is expected to take; fooled images drop out."""
    step = 2.2 if config.training == "adversarial" else 1.6
    return {
        "noise": 2.0, "FGSM": 3.0, "PGD": step * config.steps, "PGD_L2": step * config.steps,
        "DeepFool": 11.0 * DEEPFOOL_STEPS / 2, "CW": 2.0 * CW_STEPS,
    }  # fmt: skip


def cost(config: AttackConfig) -> Cost:
    """Expected cost of training and of all attacks."""
    forward = {"CNN": 100_864.0, "MLP": 34_048.0}[config.network]
    training = (3.0 + (8.0 if config.training == "adversarial" else 0.0)) * config.epochs
    own = passes(config)
    attacks = sum(value * (1 if k in WITHOUT_SIZE else 6) for k, value in own.items())
    flops = config.repetitions * forward * (training * config.n_train + attacks * N_TEST)
    inner = 5 if config.training == "adversarial" else 1
    calls = (
        config.epochs * config.n_train / 50 * inner
        + 12 * (config.steps + DEEPFOOL_STEPS)
        + CW_STEPS
    )
    waiting = calls * SECONDS_PER_CALL * len(groups(config.seeds))
    return Cost(flops=flops, seconds=flops * SECONDS_PER_FLOP + waiting + 0.2)
