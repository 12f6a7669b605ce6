"""Attack one image: every attack at every size, on networks trained a moment before."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from core.challenges.adversarial.attack_album import Album, AttackResult
from core.challenges.adversarial.attack_claims import CLAIMS, CLEAN, EPSILON, survivors
from core.challenges.adversarial.attack_cost import CW_STEPS, DEEPFOOL_STEPS, cost, passes
from core.challenges.adversarial.attack_distance import Distances, shorten
from core.challenges.adversarial.charts import attack as charts
from core.challenges.adversarial.tables import attack as tables
from core.challenges.adversarial.tables.attack import (
    ATTACKS,
    EPSILONS,
    WITHOUT_SIZE,
    AttackName,
)
from core.challenges.adversarial.victims import (
    Meter,
    accuracies,
    draw,
    groups,
    rows,
    target_of,
    training_flops,
    training_pauses,
)
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.intervals import POINTS, SHARE, Estimate, paired_difference, t_interval
from core.lab.run import Run, Snapshot
from core.lab.settings import Config, View, ladder
from core.lab.wording import with_interval

if TYPE_CHECKING:
    import torch

    from core.attacks.adversarial_training import Method
    from core.attacks.evasion import Target
    from core.data.dataset import Dataset
    from core.models.digit_cnn import DigitNets

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
    steps. PGD L2: PGD that may change a few pixels a lot. DeepFool and CW (Carlini & Wagner) look
    for the shortest change that fools, by straight boundaries and by descent."""
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
    distances = Distances()
    yield meter.now("drawing the data", lambda: album.result(scores))
    for number, seeds in enumerate(groups(config.seeds)):
        data, nets = draw(seeds, config.n_train), DigitNets(config.network.lower(), seeds)
        yield from _train(config, nets, data, meter, album if number == 0 else None)
        target = target_of(nets, data)
        if number == 0:
            album.choose(target)
        yield from _attack(config, nets, target, meter, scores, distances, album, number == 0)
    return album.result(scores, distances.rows)


def _method(config: AttackConfig) -> Method:
    from core.attacks.adversarial_training import Method

    kinds: dict[str, Any] = {"standard": "standard", "adversarial": "pgd"}
    return Method(kinds[config.training], TRAINED_AGAINST, steps=4)


def _train(
    config: AttackConfig,
    nets: DigitNets,
    data: Sequence[Dataset],
    meter: Meter,
    album: Album | None,
) -> Generator[Snapshot[AttackResult], None, None]:
    from core.attacks.adversarial_training import train

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
    distances: Distances,
    album: Album,
    shown: bool,
) -> Generator[Snapshot[AttackResult], None, None]:
    def so_far() -> AttackResult:
        return album.result(scores, distances.rows)

    for a, name in enumerate(ATTACKS):
        farthest = None
        for e, epsilon in enumerate(EPSILONS):
            moved = target.x
            if epsilon and (name not in WITHOUT_SIZE or farthest is None):
                share = passes(config)[name] * nets.flops * target.y.numel()
                phase = f"attacking: {tables.LABELS[name]}"
                work = _work(config, target, name, epsilon)
                pauses = CW_STEPS if name == "CW" else config.steps
                moved = yield from meter.follow(work, share, phase, pauses, so_far)
                if name in WITHOUT_SIZE or (name == "FGSM" and epsilon == EPSILONS[1]):
                    distances.add(target, moved, name)
            if name in WITHOUT_SIZE and epsilon:
                farthest = moved if farthest is None else farthest
                moved = shorten(target, farthest, epsilon)
            scores.append(
                rows(target.seeds, accuracies(target, moved), attack=name, epsilon=epsilon)
            )
            if shown and epsilon:
                album.add(target, a, e, moved)
        yield meter.now(f"attacking: {tables.LABELS[name]}", so_far)


def _work(
    config: AttackConfig, target: Target, name: AttackName, epsilon: float
) -> Generator[None, None, torch.Tensor]:
    from core.attacks import evasion

    if name == "noise":
        return evasion.random_signs(target, epsilon)
    if name == "FGSM":
        return evasion.fgsm(target, epsilon)
    if name == "DeepFool":
        return evasion.deepfool(target, steps=DEEPFOOL_STEPS)
    if name == "CW":
        from core.attacks.carlini_wagner import carlini_wagner

        return carlini_wagner(target)
    norm: Literal["linf", "l2"] = "linf" if name == "PGD" else "l2"
    return evasion.pgd(target, epsilon, steps=config.steps, norm=norm)


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
        return f"{start}: at one size, its direction makes a difference of {with_interval(lost)}."
    return f"{start}: here the attack is not clearly worse than noise."


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
        Figure(
            name="shortest",
            title="How far the nearest mistake is",
            table=tables.shortest,
            chart=charts.shortest,
            caption=tables.shortest_caption,
            note="Median over the test images seen rightly, mean and 95% interval over the seeds. "
            "FGSM: the smallest of 32 sizes along its direction that fools.",
        ),
    ),
    cost=cost,
    version=2,
    smallest=AttackConfig(network="MLP", n_train=200, epochs=5, steps=5),
    claims=CLAIMS,
    presets=(
        Preset("A hardened network", {"training": "adversarial"}, "Trained on attacked images."),
        Preset("Another network", {"network": "MLP"}, "No convolutions, as easily fooled?"),
    ),
)
