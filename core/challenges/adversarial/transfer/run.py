"""Victims and surrogates: each is attacked, and every victim is shown all attacked images."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from core.attacks import victims
from core.attacks.budget import STRONGEST, WEAK
from core.attacks.method import Training
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
from core.data.parts import training_part
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.models.digit_flops import FLOPS

if TYPE_CHECKING:
    import torch

    from core.attacks.evasion import Target
    from core.models.digit_cnn import Logits

Record = Recorder[TransferResult]
Part = Generator[Snapshot[TransferResult], None, None]
Aims = dict[str, "Target"]
ASCENTS = 2
"""Further ascents on a surrogate: cross-entropy, and the margin of the nearest wrong class."""


def run(config: TransferConfig) -> Run[TransferResult]:
    """Train victims and surrogates, attack each, and show every victim all attacked images."""
    from core.models.stacked_neighbours import nearest_neighbour

    record = Record(TransferResult, cost(config).flops)
    yield record.snapshot("drawing the data", shown=False)
    for everything in victims.groups(config.seeds, 2 * config.n_train):
        data = [training_part(one, 0, config.n_train) for one in everything.data]
        start = config.n_train if config.attacker_data == "disjoint" else 0
        theirs = [training_part(one, start, config.n_train) for one in everything.data]
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
        nearest = nearest_neighbour([d.x_train for d in data], [d.y_train for d in data])
        aims[NEIGHBOUR] = _unchanged(NEIGHBOUR, nearest, group, record)
        yield from _add_noise(aims, record)
        for name in NETWORKS:
            yield from _attack_surrogate(config, name, sources[name], aims, record)
            yield from _attack_itself(config, name, aims[name], record)
            yield record.snapshot("showing the images to the victims")
    return record.result()


def _training(config: TransferConfig, name: str) -> Training:
    return Training(name, config.n_train, config.epochs)


def _unchanged(name: str, logits: Logits, group: victims.Group, record: Record) -> Target:
    """A victim with its test images, and its accuracy on them as they are."""
    aim = victims.aimed_at(logits, group)
    record.extend("scores", victims.accuracies(aim, aim.x, NOISE, name, 0.0, NOISE))
    return aim


def _add_noise(aims: Aims, record: Record) -> Part:
    from core.attacks import evasion

    for epsilon in EPSILONS:
        work = evasion.random_signs(aims["cnn"], epsilon)
        moved = yield from record.relay(work, "adding noise", shown=False)
        for victim, aim in aims.items():
            rows = victims.accuracies(aim, moved, NOISE, victim, epsilon, NOISE)
            record.extend("scores", rows)


def _attack_surrogate(
    config: TransferConfig, name: str, source: Target, aims: Aims, record: Record
) -> Part:
    """Show the victims what fools a network that they never saw.

    The strongest attack is the worst, for each image and victim, of PGD and two ascents with other
    losses, at this size and at smaller ones.
    """
    from core.attacks import evasion
    from core.attacks.worst_case import ascents

    phase, times = f"attacking: {NAMES[name]}", 2 * config.steps
    kept = {victim: victims.correct(aim, aim.x) for victim, aim in aims.items()}
    for epsilon in EPSILONS:
        # All steps are gone, and the greatest loss is kept, for the other networks.
        weak = evasion.pgd(source, epsilon, steps=config.steps, drop_fooled=False)
        for work in (weak, *ascents(source, epsilon, config.steps)):
            moved = yield from victims.attacked(
                record, source, name, work, phase, times, shown=False
            )
            for victim, aim in aims.items():
                right = victims.correct(aim, moved)
                kept[victim] = kept[victim] & right
                if work is weak:
                    rows = victims.shares(aim.seeds, right, name, victim, epsilon, WEAK)
                    record.extend("scores", rows)
        for victim, aim in aims.items():
            rows = victims.shares(aim.seeds, kept[victim], name, victim, epsilon, STRONGEST)
            record.extend("scores", rows)


def _attack_itself(config: TransferConfig, name: str, victim: Target, record: Record) -> Part:
    """Attack a victim directly: by PGD, and by all there is."""

    def score(moved: torch.Tensor, attack: str, epsilon: float) -> None:
        rows = victims.accuracies(victim, moved, WHITE_BOX, name, epsilon, attack)
        record.extend("scores", rows)

    yield from victims.attacked_at(
        record, victim, _training(config, name), {size: [] for size in EPSILONS},
        victims.budget(config.steps), steps=config.steps, phase=f"attacking: {NAMES[name]}",
        score=score, shown=False,
    )  # fmt: skip


def cost(config: TransferConfig) -> Cost:
    """Expected cost of training two sets of networks and attacking them at every size."""
    trainings = [_training(config, name) for name in NETWORKS]
    budget, sizes = victims.budget(config.steps), len(EPSILONS)
    made = sizes * (1 + ASCENTS)
    passes = 2.0 * made * config.steps + victims.passes_at(sizes, config.steps, budget)
    looked_at = made * len(NETWORKS)
    each = sum(FLOPS[name] for name in NETWORKS)
    attacking = (passes + looked_at) * each + looked_at * 128.0 * config.n_train
    calls = 2 * sum(one.pauses for one in trainings)
    calls += sizes * len(NETWORKS) * ((2 + ASCENTS) * config.steps + budget.gradients // 4)
    flops = 2 * sum(one.flops for one in trainings) + attacking * victims.N_TEST
    return victims.expected_cost(config.seeds, flops, 3 * calls)
