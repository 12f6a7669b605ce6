"""Networks with defences in front of them: two that blind the attacker, one that hardens, none."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.attacks.method import Method
from core.challenges.adversarial import victims
from core.challenges.adversarial.false_security.config import (
    EVERYTHING,
    GRADIENTS,
    NAMES,
    FalseSecurityConfig,
    FalseSecurityResult,
)
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot

if TYPE_CHECKING:
    import torch

    from core.attacks.evasion import Attack, Target
    from core.models.digit_cnn import DigitNets, Logits

INNER_STEPS = 4
Record = Recorder[FalseSecurityResult]


@dataclass(frozen=True)
class Defence:
    """A defended network.

    Attributes:
        name: Identifier.
        logits: What it answers.
        seen_by_attacker: What an attacker who knows the defence takes gradients of instead.
    """

    name: str
    logits: Logits
    seen_by_attacker: Logits


def masked(config: FalseSecurityConfig, answer: Logits) -> list[Defence]:
    """An undefended network, and what is put behind and before it."""
    return [
        Defence("none", answer, answer),
        Defence("scaled", lambda x: config.scale * answer(x), answer),
        Defence(
            "quantised",
            lambda x: answer(rounded(x, config.levels)),
            # Backward pass as if the rounding were the identity (BPDA).
            lambda x: answer(x + (rounded(x, config.levels) - x).detach()),
        ),
    ]


def rounded(x: torch.Tensor, levels: int) -> torch.Tensor:
    """Round inputs in [0, 1] to equally spaced levels, black and white included."""
    return (x * (levels - 1)).round() / (levels - 1)


def trainings(config: FalseSecurityConfig) -> tuple[victims.Training, ...]:
    """The undefended network, the hardened one, and the attacker's own."""
    hard = Method("pgd", config.epsilon, INNER_STEPS)
    kinds = (("cnn", Method()), ("cnn", hard), ("other_cnn", Method()))
    return tuple(victims.Training(n, config.n_train, config.epochs, m) for n, m in kinds)


def run(config: FalseSecurityConfig) -> Run[FalseSecurityResult]:
    """Train the networks, put the defences in front of them, and run every attack."""
    record = Record(FalseSecurityResult, cost(config).flops)
    yield record.snapshot("drawing the data", shown=False)
    for group in victims.groups(config.seeds, config.n_train):
        yield from _group(config, group, record)
    return record.result()


def _group(
    config: FalseSecurityConfig, group: victims.Group, record: Record
) -> Generator[Snapshot[FalseSecurityResult], None, None]:
    from core.attacks import evasion

    nets: list[DigitNets] = []

    def partial(current: DigitNets) -> FalseSecurityResult:
        """Accuracy on clean images of the network without a mask and with each."""
        rows = []
        for one in masked(config, (nets[0] if nets else current).logits()):
            target = victims.aimed_at(one.logits, group)
            rows += victims.accuracies(target, target.x, one.name, "clean")
        return record.result(scores=rows)

    for training in trainings(config):
        own = group.of_strangers() if training.network == "other_cnn" else group
        phase = f"training {len(own.seeds)} networks"
        nets.append((yield from victims.trained(record, training, own, phase, partial)))
    plain, firm, foreign = (one.logits() for one in nets)
    target = victims.aimed_at(foreign, group)
    work = evasion.pgd(target, config.epsilon, steps=config.steps, drop_fooled=False)
    flops, phase = _flops(target, nets[-1].network, 2 * config.steps), "attacking another network"
    moved = yield from record.relay(work, phase, flops, pauses=config.steps, shown=False)
    for defence in (*masked(config, plain), Defence("pgd", firm, firm)):
        target = victims.aimed_at(defence.logits, group)
        yield from _attack(config, defence, target, moved, record)


def _flops(target: Target, network: str, passes: float) -> float:
    return passes * victims.FLOPS[network] * target.y.numel()


def _attack(
    config: FalseSecurityConfig,
    defence: Defence,
    target: Target,
    foreign: torch.Tensor,
    record: Record,
) -> Generator[Snapshot[FalseSecurityResult], None, None]:
    """Run every attack on a defence; `foreign` images were made to fool another network."""
    from core.attacks.evasion import input_gradient

    def score(right: np.ndarray, attack: str) -> None:
        record.extend("scores", victims.shares(target.seeds, right, defence.name, attack))

    clean = victims.correct(target, target.x)
    survive = {GRADIENTS: clean.copy(), EVERYTHING: clean.copy()}
    score(clean, "clean")
    flat = (input_gradient(target) == 0).all(-1).numpy()
    record.extend("flat", victims.shares(target.seeds, flat, defence.name))
    times = passes(config)
    for attack, work in _works(config, defence, target).items():
        moved, phase = foreign, f"attacking: {NAMES[defence.name]}"
        if work is not None:
            flops, pauses = _flops(target, "cnn", times[attack]), times[attack] // 2
            moved = yield from record.relay(work, phase, flops, pauses=pauses)
        right = victims.correct(target, moved)
        score(right, attack)
        survive[EVERYTHING] &= right
        if attack in ("FGSM", "PGD"):
            survive[GRADIENTS] &= right
    for name, right in survive.items():
        score(right, name)
    yield record.snapshot("comparing the attacks")


def _works(
    config: FalseSecurityConfig, defence: Defence, target: Target
) -> dict[str, Attack | None]:
    """Attacks by name; transfer brings its own images."""
    from core.attacks import evasion

    size, steps = config.epsilon, config.steps
    known = evasion.Target(defence.seen_by_attacker, target.x, target.y, target.seeds)
    return {
        "FGSM": evasion.fgsm(target, size),
        "PGD": evasion.pgd(target, size, steps=steps),
        "transfer": None,
        "search": evasion.random_search(target, size, tries=config.tries),
        "adaptive": evasion.pgd(known, size, steps=steps, drop_fooled=False),
    }


def passes(config: FalseSecurityConfig) -> dict[str, int]:
    """Forward passes per image of the attacks on a defence."""
    gradients = 2 * config.steps
    return {"FGSM": 2, "PGD": gradients, "search": config.tries, "adaptive": gradients}


def cost(config: FalseSecurityConfig) -> Cost:
    """Expected cost of training three sets of networks and attacking four defences."""
    training = trainings(config)
    attacks = len(NAMES) * sum(passes(config).values()) * victims.FLOPS["cnn"]
    attacks += 2 * config.steps * victims.FLOPS["other_cnn"]
    flops = sum(one.flops for one in training) + attacks * victims.N_TEST
    calls = sum(one.pauses for one in training)
    calls += len(NAMES) * (3 * config.steps + config.tries)
    return victims.expected_cost(config.seeds, flops, calls)
