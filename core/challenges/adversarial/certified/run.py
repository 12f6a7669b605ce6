"""Networks are trained under each strength of noise, their votes are certified, then attacked."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from core.attacks.method import Method
from core.challenges.adversarial import victims
from core.challenges.adversarial.certified.config import (
    ATTACKED_RADII,
    SIGMAS,
    UNDEFENDED,
    CertifiedConfig,
    CertifiedResult,
)
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import torch_generator
from core.metrics.robustness import certified_radius

if TYPE_CHECKING:
    import torch

    from core.attacks.evasion import Attack, Target
    from core.models.digit_cnn import DigitNets, Logits

ALPHA = 0.001
"""Chance that a certificate is wrong."""
N_CHOOSE = 100
"""Noisy copies that choose the class."""
N_AFTER_ATTACK = 200
"""Noisy copies that vote on an attacked image."""
STEPS = 10
"""Gradients of the attack on the vote."""
N_ATTACK_SAMPLES = 8
"""Noisy copies over which the attack averages its gradient."""
ROWS = 400
"""Noisy copies asked at once, per network."""
FLOPS = victims.FLOPS["cnn"]
Record = Recorder[CertifiedResult]
Part = Generator[Snapshot[CertifiedResult], None, None]


def run(config: CertifiedConfig) -> Run[CertifiedResult]:
    """For each strength of noise train the networks, certify their votes, and attack them."""
    record = Record(CertifiedResult, cost(config).flops)
    yield record.snapshot("drawing the data", shown=False)
    for group in victims.groups(config.seeds, config.n_train):
        for sigma in (UNDEFENDED, *SIGMAS):
            target = yield from _trained(config, sigma, group, record)
            if sigma == UNDEFENDED:
                yield from _attack_plainly(target, record)
                continue
            yield from _certify(config, sigma, target, record)
            yield from _attack_vote(sigma, target, record)
    return record.result()


def training(config: CertifiedConfig, sigma: float) -> victims.Training:
    """How the networks that will vote under this noise are trained."""
    method = Method("gaussian", sigma) if sigma and config.noisy_training else Method()
    return victims.Training("cnn", config.n_train, config.epochs, method)


def _trained(
    config: CertifiedConfig, sigma: float, group: victims.Group, record: Record
) -> Generator[Snapshot[CertifiedResult], None, Target]:
    def partial(nets: DigitNets) -> CertifiedResult:
        now = victims.aimed_at(nets.logits(), group, config.images)
        plain = sigma == UNDEFENDED
        return record.result(attacked=_answers(now, now.x, 0.0)) if plain else record.result()

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


def _answers(target: Target, x: torch.Tensor, radius: float) -> Iterator[tuple[Any, ...]]:
    """Which images a network without a vote gets right."""
    return per_image(target.seeds, UNDEFENDED, victims.correct(target, x), radius)


def _vote(
    target: Target, x: torch.Tensor, sigma: float, copies: int, purpose: str, record: Record
) -> Generator[Snapshot[CertifiedResult], None, torch.Tensor]:
    """Count the classes of noisy copies as a part of the run; see `votes`."""
    work = votes(target, x, sigma, copies, purpose)
    flops = copies * FLOPS * target.y.numel()
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


def _attack_vote(sigma: float, target: Target, record: Record) -> Part:
    """Attack the vote at every length, and let it vote again."""
    from core.attacks.evasion import Target

    aim = Target(softened(target, sigma), target.x, target.y, target.seeds)
    flops = 2.0 * STEPS * N_ATTACK_SAMPLES * FLOPS * target.y.numel()
    for radius in ATTACKED_RADII:
        moved = target.x
        if radius:
            work = _pgd(aim, radius, drop_fooled=False)
            moved = yield from record.relay(work, "attacking the vote", flops, pauses=STEPS)
        counts = yield from _vote(
            target, moved, sigma, N_AFTER_ATTACK, f"attacked {radius:g}", record
        )
        right = (counts.argmax(-1) == target.y).numpy()
        record.extend("attacked", per_image(target.seeds, sigma, right, radius))


def _attack_plainly(target: Target, record: Record) -> Part:
    """The undefended network under the same attack, for comparison."""
    flops = 2.0 * STEPS * FLOPS * target.y.numel()
    for radius in ATTACKED_RADII:
        moved = target.x
        if radius:
            work = _pgd(target, radius, drop_fooled=True)
            moved = yield from record.relay(work, "attacking", flops, pauses=STEPS)
        record.extend("attacked", _answers(target, moved, radius))


def _pgd(target: Target, radius: float, *, drop_fooled: bool) -> Attack:
    from core.attacks import evasion

    # A Euclidean length as root mean square over the 64 pixels.
    size = radius / 8
    return evasion.pgd(target, size, steps=STEPS, norm="l2", drop_fooled=drop_fooled)


def votes(
    target: Target, x: torch.Tensor, sigma: float, copies: int, purpose: str
) -> Generator[None, None, torch.Tensor]:
    """Count the classes that a network gives to noisy copies.

    Args:
        target: The networks, with their seeds.
        x: Images `(K, B, d)`.
        sigma: Standard deviation of the noise.
        copies: Of each image.
        purpose: Names the noise: different purposes draw independently.

    Returns:
        Counts `(K, B, n_classes)`, int64, each row summing to `copies`.
    """
    import torch

    from core.models.digit_cnn import N_CLASSES

    models, images, width = x.shape
    draws = [torch_generator(s, "smoothing", purpose, f"{sigma:g}") for s in target.seeds]
    counts = torch.zeros(models, images, N_CLASSES, dtype=torch.int64)
    most = max(1, ROWS // images)
    for start in range(0, copies, most):
        now = min(most, copies - start)
        noise = torch.stack([torch.randn(now, images, width, generator=g) for g in draws])
        noisy = (x.unsqueeze(1) + sigma * noise).flatten(1, 2)
        given = target.logits(noisy).argmax(-1).view(models, now, images)
        counts += torch.nn.functional.one_hot(given, N_CLASSES).sum(1)
        yield
    return counts


def softened(target: Target, sigma: float) -> Logits:
    """The log of the mean probability over a few fixed noisy copies: a vote with a slope."""
    import torch

    width = target.x.shape[-1]
    noise = torch.stack(
        [
            torch.randn(N_ATTACK_SAMPLES, 1, width, generator=torch_generator(s, "soft vote"))
            for s in target.seeds
        ]
    )

    def logits(x: torch.Tensor) -> torch.Tensor:
        noisy = x.unsqueeze(1) + sigma * noise
        given = target.logits(noisy.flatten(1, 2)).log_softmax(-1)
        per_copy = given.view(len(x), N_ATTACK_SAMPLES, x.shape[1], -1)
        return per_copy.logsumexp(1)

    return logits


def cost(config: CertifiedConfig) -> Cost:
    """Expected cost of training, voting and attacking."""
    own = [training(config, sigma) for sigma in (UNDEFENDED, *SIGMAS)]
    arms, radii = len(SIGMAS), len(ATTACKED_RADII)
    voting = arms * (N_CHOOSE + config.copies + radii * N_AFTER_ATTACK)
    attacking = 2.0 * STEPS * (radii - 1) * (arms * N_ATTACK_SAMPLES + 1)
    flops = sum(one.flops for one in own) + FLOPS * config.images * (voting + attacking)
    calls = sum(one.pauses for one in own) + len(own) * radii * STEPS
    return victims.expected_cost(config.seeds, flops, calls)
