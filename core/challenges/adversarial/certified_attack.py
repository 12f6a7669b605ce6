"""Attacks on a vote over noisy copies, and what was found so far."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from core.challenges.adversarial.certified_votes import N_ATTACK_SAMPLES, softened, votes
from core.challenges.adversarial.tables import certified as tables
from core.challenges.adversarial.tables.certified import ATTACKED_RADII, UNDEFENDED
from core.challenges.adversarial.victims_before import Meter, aimed_at
from core.lab.run import Snapshot

if TYPE_CHECKING:
    import torch

    from core.attacks.evasion import Target
    from core.data.dataset import Dataset
    from core.models.digit_cnn import DigitNets

FLOPS = 100_864.0
"""Of the CNN, for one image forward."""
N_AFTER_ATTACK = 200
"""Noisy copies that vote on an attacked image."""
STEPS = 10
"""Gradients of the attack on the vote."""


@dataclass(frozen=True)
class CertifiedResult:
    """What was measured.

    Attributes:
        certificates: `sigma`, `seed`, `image`, `right` (whether the vote is the true class) and
            `radius` (-1 where it abstains), in the Euclidean norm.
        attacked: `sigma` (0 for the network without a vote), `seed`, `image`, `radius`, `right`:
            whether the answer is true after an attack of that size.
    """

    certificates: pd.DataFrame
    attacked: pd.DataFrame


class Found:
    """Certificates and attacked images so far."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.certificates: list[pd.DataFrame] = []
        self.attacked: list[pd.DataFrame] = []

    def result(self) -> CertifiedResult:
        """What is known by now."""

        def joined(parts: list[pd.DataFrame], empty: pd.DataFrame) -> pd.DataFrame:
            return pd.concat(parts, ignore_index=True) if parts else empty

        return CertifiedResult(
            joined(self.certificates, tables.NO_CERTIFICATES),
            joined(self.attacked, tables.NOT_ATTACKED),
        )


def vote(
    target: Target,
    x: torch.Tensor,
    sigma: float,
    copies: int,
    purpose: str,
    meter: Meter,
    partial: Callable[[], CertifiedResult],
) -> Generator[Snapshot[CertifiedResult], None, torch.Tensor]:
    """Count the classes of noisy copies as a part of the run; see `votes`."""
    work = votes(target, x, sigma, copies, purpose)
    flops = copies * FLOPS * target.y.numel()
    pauses = max(1, copies * x.shape[1] // 1500)
    phase = f"asking {copies} noisy copies of each image"
    return (yield from meter.follow(work, flops, phase, pauses, partial))


def attack_vote(
    sigma: float, target: Target, meter: Meter, found: Found
) -> Generator[Snapshot[CertifiedResult], None, None]:
    """Attack the vote at every length, and let it vote again."""
    from core.attacks import evasion

    aim = evasion.Target(softened(target, sigma), target.x, target.y, target.seeds)
    for radius in ATTACKED_RADII:
        moved = target.x
        if radius:
            work = evasion.pgd(aim, _per_pixel(radius), steps=STEPS, norm="l2", drop_fooled=False)
            flops = 2.0 * STEPS * N_ATTACK_SAMPLES * FLOPS * target.y.numel()
            moved = yield from meter.follow(work, flops, "attacking the vote", STEPS, found.result)
        counts = yield from vote(
            target, moved, sigma, N_AFTER_ATTACK, f"attacked {radius:g}", meter, found.result
        )
        right = (counts.argmax(-1) == target.y).numpy()
        found.attacked.append(
            tables.per_image(target.seeds, sigma=sigma, right=right, radius=radius)
        )


def attack_plainly(
    images: int,
    nets: DigitNets,
    data: Sequence[Dataset],
    meter: Meter,
    found: Found,
) -> Generator[Snapshot[CertifiedResult], None, None]:
    """The undefended network under the same attack, for comparison."""
    from core.attacks import evasion

    target = aimed_at(nets.logits(), nets.seeds, data, images)
    for radius in ATTACKED_RADII:
        moved = target.x
        if radius:
            work = evasion.pgd(target, _per_pixel(radius), steps=STEPS, norm="l2")
            flops = 2.0 * STEPS * FLOPS * target.y.numel()
            moved = yield from meter.follow(work, flops, "attacking", STEPS, found.result)
        found.attacked.append(answers(target, moved, UNDEFENDED, radius))


def answers(target: Target, x: torch.Tensor, sigma: float, radius: float) -> pd.DataFrame:
    """Which images a network without a vote gets right, a row each."""
    from core.attacks.evasion import correct

    right = correct(target.logits, x, target.y).numpy()
    return tables.per_image(target.seeds, sigma=sigma, right=right, radius=radius)


def _per_pixel(radius: float) -> float:
    """A Euclidean length as root mean square over the 64 pixels."""
    return radius / 8
