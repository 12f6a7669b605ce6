"""Networks with defences in front of them: two that blind the attacker, one that hardens, none."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from core.attacks import victims
from core.attacks.budget import Budget
from core.attacks.method import Method, Training
from core.challenges.adversarial.false_security.config import (
    EVERYTHING,
    GRADIENTS,
    NAMES,
    FalseSecurityConfig,
    FalseSecurityResult,
)
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.models.digit_flops import FLOPS

if TYPE_CHECKING:
    import torch

    from core.attacks.defences import Defence
    from core.attacks.evasion import Attack, Target
    from core.models.digit_cnn import DigitNets, Logits

INNER_STEPS = 4
LEFT = 0.15
"""Share of its budget that the strongest attack spends on an image, on average over defences."""
Record = Recorder[FalseSecurityResult]


def defended(config: FalseSecurityConfig, answer: Logits) -> list[Defence]:
    """An undefended network, and what is put behind and before it."""
    from core.attacks.defences import Defence, quantised, scaled

    plain = Defence("none", answer, answer)
    return [plain, scaled(answer, config.scale), quantised(answer, config.levels)]


def trainings(config: FalseSecurityConfig) -> tuple[Training, ...]:
    """The undefended network, the hardened one, and the attacker's own."""
    hard = Method("pgd", config.epsilon, INNER_STEPS)
    kinds = (("cnn", Method()), ("cnn", hard), ("other_cnn", Method()))
    return tuple(Training(n, config.n_train, config.epochs, m) for n, m in kinds)


def _budget(config: FalseSecurityConfig) -> Budget:
    return victims.budget(config.steps // 2)


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
    from core.attacks.defences import Defence

    nets: list[DigitNets] = []

    def partial(current: DigitNets) -> FalseSecurityResult:
        """Accuracy on clean images of the network without a mask and with each."""
        rows = []
        for one in defended(config, (nets[0] if nets else current).logits()):
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
    phase, times = "attacking another network", 2 * config.steps
    moved = yield from victims.attacked(
        record, target, "other_cnn", work, phase, times, shown=False
    )
    for defence in (*defended(config, plain), Defence("pgd", firm, firm)):
        yield from _attack(config, defence, group, moved, record)


def _attack(
    config: FalseSecurityConfig,
    defence: Defence,
    group: victims.Group,
    foreign: torch.Tensor,
    record: Record,
) -> Generator[Snapshot[FalseSecurityResult], None, None]:
    """Run every attack on a defence; `foreign` images were made to fool another network."""
    from core.attacks.evasion import input_gradient

    target = victims.aimed_at(defence.logits, group)
    known = victims.aimed_at(defence.seen_by_attacker, group)

    def score(right: np.ndarray, attack: str) -> None:
        record.extend("scores", victims.shares(target.seeds, right, defence.name, attack))

    clean = victims.correct(target, target.x)
    survive = {GRADIENTS: clean.copy(), EVERYTHING: clean.copy()}
    score(clean, "clean")
    flat = (input_gradient(target) == 0).all(-1).numpy()
    record.extend("flat", victims.shares(target.seeds, flat, defence.name))
    times, tried, phase = passes(config), [foreign], f"attacking: {NAMES[defence.name]}"
    for attack, work in _works(config, target, known, tried).items():
        moved = foreign
        if work is not None:
            moved = yield from victims.attacked(record, target, "cnn", work, phase, times[attack])
            tried.append(moved)
        right = victims.correct(target, moved)
        survive[EVERYTHING] &= right
        if attack in ("FGSM", "PGD"):
            survive[GRADIENTS] &= right
        if attack != EVERYTHING:
            score(right, attack)
    for name, right in survive.items():
        score(right, name)
    yield record.snapshot("comparing the attacks")


def _works(
    config: FalseSecurityConfig, target: Target, known: Target, tried: list[torch.Tensor]
) -> dict[str, Attack | None]:
    """Attacks by name; transfer brings its own images, and the strongest begins with all tried."""
    from core.attacks import evasion
    from core.attacks.square import square
    from core.attacks.worst_case import worst_case

    size, steps = config.epsilon, config.steps
    return {
        "FGSM": evasion.fgsm(target, size),
        "PGD": evasion.pgd(target, size, steps=steps),
        "transfer": None,
        "search": square(target, size, queries=config.tries),
        "adaptive": evasion.pgd(known, size, steps=steps, drop_fooled=False),
        EVERYTHING: worst_case(known, size, _budget(config), tried),
    }


def passes(config: FalseSecurityConfig) -> dict[str, float]:
    """Forward passes per image that the attacks on a defence are expected to take."""
    gradients = 2 * config.steps
    strongest = LEFT * _budget(config).passes
    return {"FGSM": 2, "PGD": gradients, "search": config.tries, "adaptive": gradients,
            EVERYTHING: strongest}  # fmt: skip


def cost(config: FalseSecurityConfig) -> Cost:
    """Expected cost of training three sets of networks and attacking four defences."""
    training = trainings(config)
    attacks = len(NAMES) * sum(passes(config).values()) * FLOPS["cnn"]
    attacks += 2 * config.steps * FLOPS["other_cnn"]
    flops = sum(one.flops for one in training) + attacks * victims.N_TEST
    calls = sum(one.pauses for one in training)
    calls += len(NAMES) * (3 * config.steps + config.tries + _budget(config).gradients // 4)
    return victims.expected_cost(config.seeds, flops, calls)
