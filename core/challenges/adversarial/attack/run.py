"""Every attack at every size, on networks trained a moment before."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from core.attacks import victims
from core.attacks.method import Method, Training
from core.challenges.adversarial.attack.config import (
    ATTACKS,
    EPSILONS,
    LABELS,
    WITHOUT_SIZE,
    AttackConfig,
    AttackName,
    AttackResult,
)
from core.data.parts import first_of_each
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.models.digit_flops import FLOPS

if TYPE_CHECKING:
    import torch

    from core.attacks.evasion import Attack, Target
    from core.data.dataset import Dataset
    from core.models.digit_cnn import DigitNets

TRAINED_AGAINST = 0.2
"""Largest change of a pixel in adversarial training."""
DEEPFOOL_STEPS = 12
CW_STEPS = 300
"""Of Carlini & Wagner's attack: three weights, 100 updates each."""
SIZES = tuple(np.geomspace(0.02, 0.6, 32).tolist())
"""Sizes tried along FGSM's direction: its own answer comes in one size."""
Record = Recorder[AttackResult]
Part = Generator[Snapshot[AttackResult], None, None]
Fields = dict[str, np.ndarray]
"""The arrays of `AttackResult` as they are now."""


def run(config: AttackConfig) -> Run[AttackResult]:
    """Train the networks, then run every attack at every size."""
    groups = victims.groups(config.seeds, config.n_train)
    examples = Examples(groups[0].data[0])
    record = Recorder(AttackResult, cost(config).flops, **examples.fields())
    yield record.snapshot("drawing the data")
    for number, group in enumerate(groups):
        yield from _group(config, group, record, None if number else examples)
    return record.result()


def _group(
    config: AttackConfig, group: victims.Group, record: Record, examples: Examples | None
) -> Part:
    """Train and attack the networks of some seeds; `examples` if theirs are the images drawn."""

    def partial(nets: DigitNets) -> AttackResult:
        if examples:
            record.put(**examples.ask(victims.aimed_at(nets.logits(), group)))
        return record.result()

    phase, shown = f"training {len(group.seeds)} networks", examples is not None
    own = training(config)
    nets = yield from victims.trained(record, own, group, phase, partial, shown=shown)
    target = victims.aimed_at(nets.logits(), group)
    if examples:
        record.put(**examples.choose(target))
    yield from _attack(config, target, record, examples)


def _attack(
    config: AttackConfig, target: Target, record: Record, examples: Examples | None
) -> Part:
    from core.attacks.distances import compared, lengths, shorten

    network, length = config.network.lower(), None
    for place, name in enumerate(ATTACKS):
        phase, found = f"attacking: {LABELS[name]}", target.x
        for size, epsilon in enumerate(EPSILONS):
            if size == 1 or (size and name not in WITHOUT_SIZE):
                work, times = _work(config, target, name, epsilon), passes(config)[name]
                found = yield from victims.attacked(record, target, network, work, phase, times)
            if size == 1 and name in ("FGSM", *WITHOUT_SIZE):
                along = SIZES if name == "FGSM" else ()
                before, length = length, lengths(target, found, along=along)
                rows = compared(target, length, before)
                record.extend("distances", [(name, *row) for row in rows])
            moved = shorten(target, found, epsilon) if size and name in WITHOUT_SIZE else found
            record.extend("scores", victims.accuracies(target, moved, name, epsilon))
            if size and examples:
                record.put(**examples.add(target, place, size, moved))
        yield record.snapshot(phase)


def _work(config: AttackConfig, target: Target, name: AttackName, epsilon: float) -> Attack:
    from core.attacks import evasion
    from core.attacks.carlini_wagner import carlini_wagner

    attacks = {
        "noise": evasion.random_signs(target, epsilon),
        "FGSM": evasion.fgsm(target, epsilon),
        "PGD": evasion.pgd(target, epsilon, steps=config.steps),
        "PGD_L2": evasion.pgd(target, epsilon, steps=config.steps, norm="l2"),
        "DeepFool": evasion.deepfool(target, steps=DEEPFOOL_STEPS),
        "CW": carlini_wagner(target),
    }
    return attacks[name]


def training(config: AttackConfig) -> Training:
    """How the networks are trained."""
    hard = Method("pgd", TRAINED_AGAINST, steps=4)
    method = hard if config.training == "adversarial" else Method()
    return Training(config.network.lower(), config.n_train, config.epochs, method)


def passes(config: AttackConfig) -> dict[AttackName, float]:
    """Forward passes per image that an attack is expected to take; fooled images drop out."""
    step = 2.2 if config.training == "adversarial" else 1.6
    return {
        "noise": 2.0, "FGSM": 3.0, "PGD": step * config.steps, "PGD_L2": step * config.steps,
        "DeepFool": 11.0 * DEEPFOOL_STEPS / 2, "CW": 2.0 * CW_STEPS,
    }  # fmt: skip


def cost(config: AttackConfig) -> Cost:
    """Expected cost of training and of all attacks."""
    own, sizes = training(config), len(EPSILONS) - 1
    per_image = sum(
        times * (1 if name in WITHOUT_SIZE else sizes) for name, times in passes(config).items()
    )
    flops = own.flops + FLOPS[own.network] * per_image * victims.N_TEST
    calls = own.pauses + 2 * sizes * (config.steps + DEEPFOOL_STEPS) + CW_STEPS
    return victims.expected_cost(config.seeds, flops, calls)


class Examples:
    """Images and class probabilities, filled in as the attacks finish."""

    def __init__(self, data: Dataset) -> None:
        """Start with the first image of each digit, not attacked."""
        self._places = first_of_each(data.y_validation[: victims.N_TEST])
        self._clean = data.x_validation[self._places]
        shape = (len(ATTACKS), len(EPSILONS), 10)
        self._attacked = np.broadcast_to(self._clean, (*shape, 64)).astype(np.float16)
        self._before = np.full((10, 10), 0.1, dtype=np.float16)
        self._after = np.full((*shape, 10), 0.1, dtype=np.float16)

    def fields(self) -> Fields:
        """What is known by now."""
        return {
            "clean": self._clean.astype(np.float16), "attacked": self._attacked.copy(),
            "before": self._before, "after": self._after.copy(),
        }  # fmt: skip

    def ask(self, target: Target) -> Fields:
        """Ask the network about the clean images."""
        self._before = self._probabilities(target, target.x)
        self._after[:] = self._before
        return self.fields()

    def choose(self, target: Target) -> Fields:
        """Take the first image of each digit that the network gets right."""
        right = victims.correct(target, target.x)[0]
        self._places = first_of_each(target.y[0].numpy(), right)
        self._clean = target.x[0].numpy()[self._places]
        self._attacked[:] = self._clean
        return self.ask(target)

    def add(self, target: Target, attack: int, epsilon: int, moved: torch.Tensor) -> Fields:
        """Keep what one attack made of the images, from this size on."""
        self._attacked[attack, epsilon:] = moved[0].numpy()[self._places]
        self._after[attack, epsilon:] = self._probabilities(target, moved)
        return self.fields()

    def _probabilities(self, target: Target, x: torch.Tensor) -> np.ndarray:
        """What the first seed's network gives each class, `(10, 10)`."""
        logits = target.logits(x[:, self._places])[0]
        found: np.ndarray = logits.softmax(-1).numpy().astype(np.float16)
        return found
