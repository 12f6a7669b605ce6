"""Certified robustness: a vote over noisy copies that no small change can turn."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from core.challenges.adversarial.certified_attack import (
    FLOPS,
    N_AFTER_ATTACK,
    STEPS,
    CertifiedResult,
    Found,
    answers,
    attack_plainly,
    attack_vote,
    vote,
)
from core.challenges.adversarial.certified_claims import CLAIMS, broken, certified, under_attack
from core.challenges.adversarial.certified_votes import N_ATTACK_SAMPLES
from core.challenges.adversarial.charts import certified as charts
from core.challenges.adversarial.tables import certified as tables
from core.challenges.adversarial.tables.certified import ATTACKED_RADII, SIGMAS, UNDEFENDED
from core.challenges.adversarial.victims_before import (
    SECONDS_PER_CALL,
    SECONDS_PER_FLOP,
    Meter,
    aimed_at,
    draw,
    groups,
    training_flops,
    training_pauses,
)
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.intervals import SHARE, Estimate, defined_interval, t_interval
from core.lab.run import Cost, Run, Snapshot
from core.lab.settings import Config, View, ladder
from core.lab.wording import number, with_interval
from core.metrics.robustness import certified_radius

if TYPE_CHECKING:
    from core.attacks.adversarial_training import Method
    from core.attacks.evasion import Target
    from core.data.dataset import Dataset
    from core.models.digit_cnn import DigitNets

ALPHA = 0.001
"""Chance that a certificate is wrong."""
N_CHOOSE = 100
"""Noisy copies that choose the class."""


class CertifiedConfig(Config):
    """How the votes are taken."""

    copies: int = ladder(100, 500, 1000, 2000, default=1000, label="Noisy copies")
    """How many noisy copies of an image are asked for its certificate. More of them allow a
    larger promise, since the share of votes is known better."""
    images: int = ladder(10, 20, 50, 100, default=50, label="Test images")
    """How many test images get a certificate, for each seed."""
    noisy_training: bool = True
    """Train each network on the noise that it will vote under. Without it the networks have never
    seen noise."""
    epochs: int = ladder(5, 10, 20, 40, default=10)
    """Passes over the training images."""
    n_train: int = ladder(200, 400, 800, 1200, default=1200, label="Training images")
    """How many images each network learns from."""


class CertifiedView(View):
    """How it is drawn."""

    sigma: float = ladder(*SIGMAS, default=0.25, label="Noise")
    """Standard deviation of the noise in the figure that sets promise and attack side by side."""


def run(config: CertifiedConfig) -> Run[CertifiedResult]:
    """For each strength of noise train the networks, certify their votes, and attack them."""
    meter, found = Meter(cost(config).flops), Found()
    yield meter.now("drawing the data")
    for seeds in groups(config.seeds):
        data = draw(seeds, config.n_train)
        for sigma in (UNDEFENDED, *SIGMAS):
            nets = yield from _trained(config, sigma, seeds, data, meter, found)
            if sigma == UNDEFENDED:
                yield from attack_plainly(config.images, nets, data, meter, found)
                continue
            target = aimed_at(nets.logits(), seeds, data, config.images)
            yield from _certify(config, sigma, target, meter, found)
            yield from attack_vote(sigma, target, meter, found)
    return found.result()


def _trained(
    config: CertifiedConfig,
    sigma: float,
    seeds: Sequence[int],
    data: Sequence[Dataset],
    meter: Meter,
    found: Found,
) -> Generator[Snapshot[CertifiedResult], None, DigitNets]:
    from core.attacks.adversarial_training import train
    from core.models.digit_cnn import DigitNets

    def partial() -> CertifiedResult:
        if sigma != UNDEFENDED:
            return found.result()
        target = aimed_at(nets.logits(), seeds, data, config.images)
        now = answers(target, target.x, UNDEFENDED, 0.0)
        return CertifiedResult(found.result().certificates, pd.concat([*found.attacked, now]))

    nets, method = DigitNets("cnn", seeds), _method(config, sigma)
    flops = training_flops(nets, method, config.n_train, config.epochs)
    pauses = training_pauses(method, config.n_train, config.epochs)
    phase = f"training with noise {sigma:g}" if sigma else "training without noise"
    work = train(nets, data, method, config.epochs)
    yield from meter.follow(work, flops, phase, pauses, partial)
    return nets


def _method(config: CertifiedConfig, sigma: float) -> Method:
    from core.attacks.adversarial_training import Method

    return Method("gaussian", sigma) if sigma and config.noisy_training else Method()


def _certify(
    config: CertifiedConfig, sigma: float, target: Target, meter: Meter, found: Found
) -> Generator[Snapshot[CertifiedResult], None, None]:
    """Choose a class by a first vote, and bound its share by a second one."""
    first = yield from vote(target, target.x, sigma, N_CHOOSE, "choose", meter, found.result)
    chosen = first.argmax(-1)
    second = yield from vote(target, target.x, sigma, config.copies, "certify", meter, found.result)
    counts = second.gather(-1, chosen.unsqueeze(-1)).squeeze(-1).numpy()
    radius = certified_radius(counts, config.copies, sigma, ALPHA)
    found.certificates.append(
        tables.per_image(
            target.seeds, sigma=sigma, right=(chosen == target.y).numpy(), radius=radius
        )
    )
    yield meter.now("certified", found.result)


def metrics(result: CertifiedResult) -> dict[str, Estimate]:
    """Headline numbers: certified and attacked accuracy at one radius, and broken promises."""
    found = {}
    for sigma in SIGMAS:
        name = f"{sigma:g}".replace(".", "_")
        found[f"certified_0_25_noise_{name}"] = t_interval(certified(result, sigma, 0.25), SHARE)
    found["attacked_0_25_noise_0_25"] = t_interval(under_attack(result, 0.25, 0.25), SHARE)
    found["broken_certificates"] = defined_interval(broken(result), SHARE)
    return found


def finding(result: CertifiedResult) -> str:
    """Say what is promised, what an attack achieves, and whether a promise was broken."""
    promised = t_interval(certified(result, 0.25, 0.5), SHARE)
    attacked = t_interval(under_attack(result, 0.25, 0.5), SHARE)
    cracks = defined_interval(broken(result), SHARE)
    kept = (
        "There was no certificate to break" if cracks.n == 0
        else "No attack broke a certificate" if cracks.mean == 0
        else f"Attacks broke {number(cracks.mean, SHARE)} of the certificates"
    )  # fmt: skip
    return (
        f"With noise of 0.25, {with_interval(promised)} of the images are certified: no change of "
        f"length 0.5 can turn them. The attack tried leaves {with_interval(attacked)} right. "
        f"{kept}."
    )


def cost(config: CertifiedConfig) -> Cost:
    """Expected cost of training, voting and attacking."""
    arms, radii = len(SIGMAS), len(ATTACKED_RADII)
    training = 3.0 * (arms + 1) * config.epochs * config.n_train
    voting = arms * (N_CHOOSE + config.copies + radii * N_AFTER_ATTACK)
    attacking = 2.0 * STEPS * (radii - 1) * (arms * N_ATTACK_SAMPLES + 1)
    flops = config.repetitions * FLOPS * (training + config.images * (voting + attacking))
    calls = (arms + 1) * (config.epochs * config.n_train / 50 + radii * STEPS)
    waiting = calls * SECONDS_PER_CALL * len(groups(config.seeds))
    return Cost(flops=flops, seconds=flops * SECONDS_PER_FLOP + waiting + 0.2)


EXPERIMENT = Experiment(
    title="Certified",
    question="Can anything be promised about attacks that nobody has thought of yet?",
    config=CertifiedConfig,
    view=CertifiedView,
    result=CertifiedResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="promise_and_attack",
            title="What is promised, and what an attack achieves",
            table=tables.promise,
            chart=charts.promise,
            caption=tables.promise_caption,
            live=True,
            note="Length is Euclidean over all 64 pixels. The truth for the best attack there is "
            "lies between the certified line and the attacked one. Bands: 95% intervals over the "
            "seeds.",
        ),
        Figure(
            name="certified_by_noise",
            title="Certified accuracy by the strength of the noise",
            table=tables.by_noise,
            chart=charts.by_noise,
            caption=tables.by_noise_caption,
            live=True,
            note="Share of the images that are classified correctly and certified at least that "
            "far. Each certificate is wrong with a chance of at most 1 in 1000.",
        ),
    ),
    cost=cost,
    smallest=CertifiedConfig(copies=100, images=10, epochs=5, n_train=200),
    claims=CLAIMS,
    presets=(
        Preset("Few copies", {"copies": 100}, "How much of the promise is lost."),
        Preset("Noise at the vote only", {"noisy_training": False}, "Networks that never saw it."),
    ),
)
