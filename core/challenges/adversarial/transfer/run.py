"""Victims and surrogates: each is attacked, and every victim is shown all attacked images."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from core.challenges.adversarial import victims
from core.challenges.adversarial.transfer.config import (
    EPSILONS,
    NAMES,
    NEIGHBOUR,
    NETWORKS,
    NOISE,
    WHITE_BOX,
    TransferConfig,
    TransferResult,
)
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot

if TYPE_CHECKING:
    import torch

    from core.attacks.evasion import Target
    from core.data.dataset import Dataset
    from core.models.digit_cnn import Logits

Record = Recorder[TransferResult]
Aims = dict[str, "Target"]


def run(config: TransferConfig) -> Run[TransferResult]:
    """Train victims and surrogates, attack each, and show every victim all attacked images."""
    record = Record(TransferResult, cost(config).flops)
    yield record.snapshot("drawing the data", shown=False)
    for everything in victims.groups(config.seeds, 2 * config.n_train):
        data = [part(one, 0, config.n_train) for one in everything.data]
        start = config.n_train if config.attacker_data == "disjoint" else 0
        theirs = [part(one, start, config.n_train) for one in everything.data]
        group, aims, sources = victims.Group(everything.seeds, data), Aims(), Aims()
        for name in NETWORKS:
            training, phase = _training(config, name), f"training the victims: {NAMES[name]}"
            nets = yield from victims.trained(record, training, group, phase, shown=False)
            aims[name] = _unchanged(name, nets.logits(), group, record)
            yield record.snapshot(phase)
        for name in NETWORKS:
            training, phase = _training(config, name), f"training the attacker's: {NAMES[name]}"
            strangers = group.of_strangers(theirs)
            nets = yield from victims.trained(record, training, strangers, phase, shown=False)
            sources[name] = victims.aimed_at(nets.logits(), group)
        aims[NEIGHBOUR] = _unchanged(NEIGHBOUR, nearest_neighbour(data), group, record)
        yield from _attack(config, aims, sources, record)
    return record.result()


def part(data: Dataset, start: int, count: int) -> Dataset:
    """Training examples from `start` on; the test images stay."""
    rows = slice(start, start + count)
    return replace(
        data, x_train=data.x_train[rows], y_train=data.y_train[rows], flipped=data.flipped[rows]
    )


def nearest_neighbour(data: Sequence[Dataset]) -> Logits:
    """Classify as the nearest training image: minus the distance to each class's nearest."""
    import torch

    from core.models.digit_cnn import N_CLASSES, stacked_inputs

    x = stacked_inputs([one.x_train for one in data])
    y = stacked_inputs([one.y_train for one in data])

    def logits(inputs: torch.Tensor) -> torch.Tensor:
        far = torch.cdist(inputs, x)
        classes = [
            far.masked_fill((y != c).unsqueeze(1), torch.inf).amin(-1) for c in range(N_CLASSES)
        ]
        return -torch.stack(classes, dim=-1)

    return logits


def _training(config: TransferConfig, name: str) -> victims.Training:
    return victims.Training(name, config.n_train, config.epochs)


def _unchanged(name: str, logits: Logits, group: victims.Group, record: Record) -> Target:
    """A victim with its test images, and its accuracy on them as they are."""
    aim = victims.aimed_at(logits, group)
    record.extend("scores", victims.accuracies(aim, aim.x, NOISE, name, 0.0))
    return aim


def _attack(
    config: TransferConfig, aims: Aims, sources: Aims, record: Record
) -> Generator[Snapshot[TransferResult], None, None]:
    """Change the test images to fool each source, and show them to the victims."""
    from core.attacks import evasion

    def show(moved: torch.Tensor, source: str, to: Aims, epsilon: float) -> None:
        for victim, aim in to.items():
            record.extend("scores", victims.accuracies(aim, moved, source, victim, epsilon))

    for epsilon in EPSILONS:
        work = evasion.random_signs(aims["cnn"], epsilon)
        moved = yield from record.relay(work, "adding noise", shown=False)
        show(moved, NOISE, aims, epsilon)
        for name in NETWORKS:
            own = {name: aims[name]}
            for target, source, to in ((sources[name], name, aims), (aims[name], WHITE_BOX, own)):
                # All steps are gone, for the other victims.
                work = evasion.pgd(target, epsilon, steps=config.steps, drop_fooled=False)
                flops = 2.0 * config.steps * victims.FLOPS[name] * target.y.numel()
                moved = yield from record.relay(
                    work, f"attacking: {NAMES[name]}", flops, pauses=config.steps, shown=False
                )
                show(moved, source, to, epsilon)
            yield record.snapshot("showing the images to the victims")


def cost(config: TransferConfig) -> Cost:
    """Expected cost of training two sets of networks and attacking them at every size."""
    trainings = [_training(config, name) for name in NETWORKS]
    gradients = 2 * len(EPSILONS) * config.steps
    attacking = 2.0 * gradients * victims.N_TEST * sum(victims.FLOPS.values())
    calls = 2 * sum(one.pauses for one in trainings) + gradients * len(NETWORKS)
    flops = 2 * sum(one.flops for one in trainings) + attacking
    return victims.expected_cost(config.seeds, flops, 3 * calls)
