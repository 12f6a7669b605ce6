"""Attack one image: every attack at every size, on networks trained a moment before."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from core.challenges.adversarial.attack_album import Album, AttackResult
from core.challenges.adversarial.attack_claims import CLAIMS, CLEAN, EPSILON, survivors
from core.challenges.adversarial.charts import attack as charts
from core.challenges.adversarial.tables import attack as tables
from core.challenges.adversarial.tables.attack import ATTACKS, EPSILONS, AttackName
from core.challenges.adversarial.victims import (
    N_TEST,
    SECONDS_PER_CALL,
    SECONDS_PER_FLOP,
    Meter,
    accuracies,
    draw,
    groups,
    rows,
    target_of,
    training_flops,
    training_pauses,
)
from core.experiment import (
    Config,
    Cost,
    Estimate,
    Experiment,
    Figure,
    Preset,
    Run,
    Snapshot,
    View,
    ladder,
)
from core.metrics.intervals import paired_difference, t_interval
from core.wording import POINTS, SHARE, with_interval

if TYPE_CHECKING:
    import torch

    from core.adversarial_training import Method
    from core.attacks import Target
    from core.data.dataset import Dataset
    from core.models.digit_cnn import DigitNets

DEEPFOOL_STEPS = 12
TRAINED_AGAINST = 0.2
"""Largest change of a pixel in adversarial training."""


class AttackConfig(Config):
    """Which network is attacked, and how hard."""

    network: Literal["CNN", "MLP"] = "CNN"
    """CNN: two convolutions and a linear layer. MLP: two fully connected hidden layers."""
    training: Literal["standard", "adversarial"] = "standard"
    """Standard: on clean images. Adversarial: on images attacked anew at every step (PGD,
    changes of up to 0.2 per pixel)."""
    n_train: int = ladder(200, 400, 800, 1200, default=1200, label="Training images")
    """How many images each network learns from."""
    epochs: int = ladder(5, 10, 20, 40, default=10)
    """Passes over the training images."""
    steps: int = ladder(5, 10, 20, 40, default=20, label="Steps of PGD")
    """Gradients that the PGD attacks compute. More steps find more of what is there to find."""


class AttackView(View):
    """Which attack is drawn, on which image."""

    above = True
    attack: AttackName = "PGD"
    """Noise: every pixel up or down at random. FGSM: one step along the gradient. PGD: many small
    steps. PGD L2: PGD that may change a few pixels a lot. DeepFool: the nearest other class."""
    epsilon: float = ladder(*EPSILONS[1:], default=0.1, label="Size of the change")
    """Largest change of a pixel, black being 0 and white 1. For the L2 attacks it is the root mean
    square over all pixels: as long a change, spread as the attack likes."""
    digit: int = ladder(*range(10), default=3)
    """Which image is attacked: for each digit the first test image that the network gets right."""


def run(config: AttackConfig) -> Run[AttackResult]:
    """Train the networks, then run every attack at every size."""
    from core.models.digit_cnn import DigitNets

    meter = Meter(cost(config).flops)
    album = Album(draw(config.seeds[:1], config.n_train)[0])
    scores: list[pd.DataFrame] = []
    yield meter.now("drawing the data", lambda: album.result(scores))
    for number, seeds in enumerate(groups(config.seeds)):
        data, nets = draw(seeds, config.n_train), DigitNets(config.network.lower(), seeds)
        yield from _train(config, nets, data, meter, album if number == 0 else None)
        target = target_of(nets, data)
        if number == 0:
            album.choose(target)
        yield from _attack(config, nets, target, meter, scores, album, number == 0)
    return album.result(scores)


def _method(config: AttackConfig) -> Method:
    from core.adversarial_training import Method

    kinds: dict[str, Any] = {"standard": "standard", "adversarial": "pgd"}
    return Method(kinds[config.training], TRAINED_AGAINST, steps=4)


def _train(
    config: AttackConfig,
    nets: DigitNets,
    data: Sequence[Dataset],
    meter: Meter,
    album: Album | None,
) -> Generator[Snapshot[AttackResult], None, None]:
    from core.adversarial_training import train

    def partial() -> AttackResult:
        assert album is not None
        album.look(target_of(nets, data))
        return album.result([])

    method = _method(config)
    work = train(nets, data, method, config.epochs)
    flops = training_flops(nets, method, config.n_train, config.epochs)
    pauses = training_pauses(method, config.n_train, config.epochs)
    phase = f"training {len(nets.seeds)} networks"
    yield from meter.follow(work, flops, phase, pauses, partial if album else None)


def _attack(
    config: AttackConfig,
    nets: DigitNets,
    target: Target,
    meter: Meter,
    scores: list[pd.DataFrame],
    album: Album,
    shown: bool,
) -> Generator[Snapshot[AttackResult], None, None]:
    farthest = None
    for a, name in enumerate(ATTACKS):
        for e, epsilon in enumerate(EPSILONS):
            moved = target.x
            if epsilon and (name != "DeepFool" or farthest is None):
                share = _passes(config)[name] * nets.flops * target.y.numel()
                work = _work(config, target, name, epsilon)
                phase = f"attacking: {tables.LABELS[name]}"
                moved = yield from meter.follow(
                    work, share, phase, config.steps, lambda: album.result(scores)
                )
            if name == "DeepFool" and epsilon:
                farthest = moved if farthest is None else farthest
                moved = _cut(target, farthest, epsilon)
            scores.append(
                rows(target.seeds, accuracies(target, moved), attack=name, epsilon=epsilon)
            )
            if shown and epsilon:
                album.add(target, a, e, moved)
        yield meter.now(f"attacking: {tables.LABELS[name]}", lambda: album.result(scores))


def _work(
    config: AttackConfig, target: Target, name: AttackName, epsilon: float
) -> Generator[None, None, torch.Tensor]:
    from core import attacks

    if name == "noise":
        return attacks.random_signs(target, epsilon)
    if name == "FGSM":
        return attacks.fgsm(target, epsilon)
    if name == "DeepFool":
        return attacks.deepfool(target, steps=DEEPFOOL_STEPS)
    norm: Literal["linf", "l2"] = "linf" if name == "PGD" else "l2"
    return attacks.pgd(target, epsilon, steps=config.steps, norm=norm)


def _cut(target: Target, farthest: torch.Tensor, epsilon: float) -> torch.Tensor:
    """Shorten changes to the size allowed: those that needed more do not get through."""
    from core.attacks import size_of

    change = farthest - target.x
    size = size_of(change, "l2").clamp_min(1e-12)
    return target.x + change * (epsilon / size).clamp_max(1.0).unsqueeze(-1)


def _passes(config: AttackConfig) -> dict[str, float]:
    """Forward passes per image that an attack is expected to take; fooled images drop out."""
    step = 2.2 if config.training == "adversarial" else 1.6
    return {
        "noise": 2.0, "FGSM": 3.0, "PGD": step * config.steps, "PGD_L2": step * config.steps,
        "DeepFool": 11.0 * DEEPFOOL_STEPS / 2,
    }  # fmt: skip


def metrics(result: AttackResult) -> dict[str, Estimate]:
    """Headline numbers: accuracy on clean images and under each attack of one size."""
    found = {"clean_accuracy": t_interval(survivors(result, "noise", CLEAN), SHARE)}
    for name in ATTACKS:
        found[f"accuracy_under_{name.lower()}"] = t_interval(
            survivors(result, name, EPSILON), SHARE
        )
    return found


def finding(result: AttackResult) -> str:
    """Say what noise and attack of one size do, from the numbers."""
    clean, noise, attacked = (
        survivors(result, name, size)
        for name, size in (("noise", CLEAN), ("noise", EPSILON), ("PGD", EPSILON))
    )
    lost = paired_difference(attacked, noise, POINTS)
    start = (
        f"The networks get {with_interval(t_interval(clean, SHARE))} of the test images right. "
        f"Moving every pixel by {EPSILON:g} at random leaves "
        f"{with_interval(t_interval(noise, SHARE))}; moving it by as much where it hurts (PGD) "
        f"leaves {with_interval(t_interval(attacked, SHARE))}"
    )
    if lost.high < 0:
        return f"{start}: the direction matters, not the size."
    return f"{start}: here the attack is not clearly worse than noise."


def cost(config: AttackConfig) -> Cost:
    """Expected cost of training and of all attacks."""
    forward = {"CNN": 100_864.0, "MLP": 34_048.0}[config.network]
    training = (3.0 + (8.0 if config.training == "adversarial" else 0.0)) * config.epochs
    passes = _passes(config)
    attacks = sum(value * (1 if k == "DeepFool" else 6) for k, value in passes.items())
    flops = config.repetitions * forward * (training * config.n_train + attacks * N_TEST)
    inner = 5 if config.training == "adversarial" else 1
    calls = config.epochs * config.n_train / 50 * inner + 12 * (config.steps + DEEPFOOL_STEPS)
    waiting = calls * SECONDS_PER_CALL * len(groups(config.seeds))
    return Cost(flops=flops, seconds=flops * SECONDS_PER_FLOP + waiting + 0.2)


EXPERIMENT = Experiment(
    title="Attack one image",
    question="What does it take to make a network misread a digit?",
    config=AttackConfig,
    view=AttackView,
    result=AttackResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="images",
            title="The image, the change, and the image attacked",
            table=tables.images,
            chart=charts.images,
            caption=tables.images_caption,
            live=True,
            panels=True,
            note="In the pictures of the change grey means no change, lighter means brighter and "
            "darker means darker. The magnified one is stretched to the full range of grey.",
        ),
        Figure(
            name="probabilities",
            title="What the network sees, before and after",
            table=tables.probabilities,
            chart=charts.probabilities,
            caption=tables.probabilities_caption,
        ),
        Figure(
            name="accuracy_by_size",
            title="Accuracy on the test images against the size of the change",
            table=tables.by_size,
            underlay=tables.by_size_seeds,
            chart=charts.by_size,
            caption=tables.by_size_caption,
            live=True,
            note="Line: mean over the seeds; band: its 95% interval; faint dots: single seeds. "
            "All attacks at one place of the axis make changes of at most the same length.",
        ),
    ),
    cost=cost,
    smallest=AttackConfig(network="MLP", n_train=200, epochs=5, steps=5),
    claims=CLAIMS,
    presets=(
        Preset("A hardened network", {"training": "adversarial"}, "Trained on attacked images."),
        Preset("Another network", {"network": "MLP"}, "No convolutions, as easily fooled?"),
    ),
)
