"""Networks are trained under each strength of noise, their votes are certified, then attacked."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from core.attacks import victims
from core.attacks.method import Method, Training
from core.challenges.adversarial.certified.config import (
    ATTACKED_RADII,
    SIGMAS,
    UNDEFENDED,
    CertifiedConfig,
    CertifiedResult,
)
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.metrics.robustness import certified_radius
from core.models.digit_flops import FLOPS

if TYPE_CHECKING:
    import torch

    from core.attacks.evasion import Target
    from core.models.digit_cnn import DigitNets

ALPHA = 0.001
"""Chance that a certificate is wrong."""
N_CHOOSE = 100
"""Noisy copies that choose the class."""
N_AFTER_ATTACK = 200
"""Noisy copies that vote on an attacked image."""
STEPS = 5
"""Gradients of each of the two ascents of the attack."""
ASCENTS = 2
N_SOFT = 8
"""Noisy copies over which the attack averages its gradient."""
COST = FLOPS["cnn"]
Record = Recorder[CertifiedResult]
Part = Generator[Snapshot[CertifiedResult], None, None]


def run(config: CertifiedConfig) -> Run[CertifiedResult]:
    """For each strength of noise train the networks, certify their votes, and attack them."""
    record = Record(CertifiedResult, cost(config).flops)
    yield record.snapshot("drawing the data", shown=False)
    for group in victims.groups(config.seeds, config.n_train):
        for sigma in (UNDEFENDED, *SIGMAS):
            target = yield from _trained(config, sigma, group, record)
            if sigma != UNDEFENDED:
                yield from _certify(config, sigma, target, record)
            yield from _attack(sigma, target, record)
    return record.result()


def training(config: CertifiedConfig, sigma: float) -> Training:
    """How the networks that will vote under this noise are trained."""
    method = Method("gaussian", sigma) if sigma and config.noisy_training else Method()
    return Training("cnn", config.n_train, config.epochs, method)


def _trained(
    config: CertifiedConfig, sigma: float, group: victims.Group, record: Record
) -> Generator[Snapshot[CertifiedResult], None, Target]:
    def partial(nets: DigitNets) -> CertifiedResult:
        now = victims.aimed_at(nets.logits(), group, config.images)
        if sigma != UNDEFENDED:
            return record.result()
        right = victims.correct(now, now.x)
        return record.result(attacked=per_image(now.seeds, sigma, right, 0.0))

    phase = f"training with noise {sigma:g}" if sigma else "training without noise"
    nets = yield from victims.trained(record, training(config, sigma), group, phase, partial)
    return victims.aimed_at(nets.logits(), group, config.images)


def per_image(
    seeds: Sequence[int], sigma: float, right: np.ndarray, radius: np.ndarray | float
) -> Iterator[tuple[Any, ...]]:
    """A row for each seed and image; `right` and `radius` are `(seeds, images)` or one number."""
    count, images = right.shape
    return zip(
        np.repeat(list(seeds), images).tolist(), np.tile(np.arange(images), count).tolist(),
        [sigma] * right.size, right.ravel().tolist(),
        np.broadcast_to(radius, right.shape).ravel().tolist(), strict=True,
    )  # fmt: skip


def _vote(
    target: Target, x: torch.Tensor, sigma: float, copies: int, purpose: str, record: Record
) -> Generator[Snapshot[CertifiedResult], None, torch.Tensor]:
    """Count the classes of noisy copies as a part of the run."""
    from core.attacks.smoothing import votes

    work = votes(target, x, sigma, copies, purpose)
    flops = copies * COST * target.y.numel()
    phase = f"asking {copies} noisy copies of each image"
    return (yield from record.relay(work, phase, flops, pauses=copies * x.shape[1] / 1500))


def _certify(config: CertifiedConfig, sigma: float, target: Target, record: Record) -> Part:
    """Choose a class by a first vote, and bound its share by a second one."""
    first = yield from _vote(target, target.x, sigma, N_CHOOSE, "choose", record)
    chosen = first.argmax(-1)
    second = yield from _vote(target, target.x, sigma, config.copies, "certify", record)
    counts = second.gather(-1, chosen.unsqueeze(-1)).squeeze(-1).numpy()
    radius = certified_radius(counts, config.copies, sigma, ALPHA)
    right = (chosen == target.y).numpy()
    record.extend("certificates", per_image(target.seeds, sigma, right, radius))
    yield record.snapshot("certified")


def _attack(sigma: float, target: Target, record: Record) -> Part:
    """Attack the vote at every length, and let it vote again; or the network without a vote."""
    from core.attacks.evasion import Target
    from core.attacks.smoothing import softened
    from core.attacks.worst_case import surest

    plain, aim = sigma == UNDEFENDED, target
    if not plain:
        aim = Target(softened(target, sigma, N_SOFT), target.x, target.y, target.seeds)
    gradients = ASCENTS * STEPS
    flops = 2.0 * gradients * (1 if plain else N_SOFT) * COST * target.y.numel()
    for radius in ATTACKED_RADII:
        moved = target.x
        if radius:
            # A Euclidean length as root mean square over the 64 pixels.
            work = surest(aim, radius / 8, STEPS, "l2")
            moved = yield from record.relay(work, "attacking", flops, pauses=gradients)
        if plain:
            right = victims.correct(target, moved)
        else:
            purpose = f"attacked {radius:g}"
            counts = yield from _vote(target, moved, sigma, N_AFTER_ATTACK, purpose, record)
            right = (counts.argmax(-1) == target.y).numpy()
        record.extend("attacked", per_image(target.seeds, sigma, right, radius))


def cost(config: CertifiedConfig) -> Cost:
    """Expected cost of training, voting and attacking."""
    own = [training(config, sigma) for sigma in (UNDEFENDED, *SIGMAS)]
    arms, radii = len(SIGMAS), len(ATTACKED_RADII)
    voting = arms * (N_CHOOSE + config.copies + radii * N_AFTER_ATTACK)
    attacking = 2.0 * ASCENTS * STEPS * (radii - 1) * (arms * N_SOFT + 1)
    flops = sum(one.flops for one in own) + COST * config.images * (voting + attacking)
    calls = sum(one.pauses for one in own) + len(own) * radii * ASCENTS * STEPS
    return victims.expected_cost(config.seeds, flops, calls)
