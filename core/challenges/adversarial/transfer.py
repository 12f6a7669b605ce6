"""Transfer: images made to fool one network, shown to another that nobody attacked."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import pandas as pd

from core.challenges.adversarial.charts import transfer as charts
from core.challenges.adversarial.tables import transfer as tables
from core.challenges.adversarial.tables.transfer import (
    EPSILONS,
    NEIGHBOUR,
    NETWORKS,
    NOISE,
    WHITE_BOX,
)
from core.challenges.adversarial.transfer_claims import CLAIMS, left
from core.challenges.adversarial.victims_before import (
    N_TEST,
    SECONDS_PER_CALL,
    SECONDS_PER_FLOP,
    Meter,
    accuracies,
    aimed_at,
    draw,
    groups,
    nearest_neighbour,
    rows,
    training_flops,
    training_pauses,
)
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.intervals import POINTS, SHARE, Estimate, paired_difference, t_interval
from core.lab.run import Cost, Run, Snapshot
from core.lab.settings import Config, View, ladder
from core.lab.wording import with_interval

if TYPE_CHECKING:
    import torch

    from core.attacks.evasion import Target
    from core.data.dataset import Dataset
    from core.models.digit_cnn import Logits

FLOPS = {"cnn": 100_864.0, "other_cnn": 344_704.0, "mlp": 34_048.0, "linear": 1_280.0}
"""Of each network, for one image forward."""
SURROGATE = 10_000
"""Added to a seed for the attacker's own networks: other initial weights, another order."""


class TransferConfig(Config):
    """What the attacker and the victims learn from."""

    attacker_data: Literal["same", "disjoint"] = "disjoint"
    """Same: the attacker trains on the victims' own training images. Disjoint: on as many others,
    so that victim and attacker share nothing but the task."""
    n_train: int = ladder(200, 400, 600, default=600, label="Training images")
    """How many images each network learns from."""
    epochs: int = ladder(5, 10, 20, 40, default=10)
    """Passes over the training images."""
    steps: int = ladder(5, 10, 20, 40, default=10, label="Steps of PGD")
    """Gradients that each attack computes."""


class TransferView(View):
    """Which victim, and how large the changes."""

    epsilon: float = ladder(*EPSILONS, default=0.2, label="Size of the change")
    """Largest change of a pixel, black being 0 and white 1."""
    victim: Literal["CNN", "Other_CNN", "MLP", "Linear", "Nearest_neighbour"] = "CNN"
    """Whose accuracy the curves show. Nearest neighbour: the class of the most similar training
    image; it has no gradient that an attacker could follow."""


@dataclass(frozen=True)
class TransferResult:
    """What was measured.

    Attributes:
        scores: `source`, `victim`, `epsilon`, `seed`, `value`: the victim's accuracy on test
            images changed to fool the source.
    """

    scores: pd.DataFrame


def run(config: TransferConfig) -> Run[TransferResult]:
    """Train victims and surrogates, attack each, and show every victim all attacked images."""
    meter, scores = Meter(cost(config).flops), [tables.NOTHING]
    yield meter.now("drawing the data")
    for seeds in groups(config.seeds):
        everything = draw(seeds, 2 * config.n_train)
        data = [_part(one, 0, config.n_train) for one in everything]
        start = config.n_train if config.attacker_data == "disjoint" else 0
        theirs = [_part(one, start, config.n_train) for one in everything]
        victims = yield from _train(config, seeds, data, meter, scores, "the victims")
        shifted = tuple(seed + SURROGATE for seed in seeds)
        sources = yield from _train(config, shifted, theirs, meter, scores, "the attacker's")
        victims[NEIGHBOUR] = nearest_neighbour(data)
        scores.append(_unchanged(NEIGHBOUR, victims, seeds, data))
        yield from _attack(config, seeds, data, victims, sources, meter, scores)
    return _result(scores)


def _result(scores: Sequence[pd.DataFrame]) -> TransferResult:
    full = [table for table in scores if len(table)] or [tables.NOTHING]
    return TransferResult(pd.concat(full, ignore_index=True))


def _part(data: Dataset, start: int, count: int) -> Dataset:
    """Training examples from `start` on; the test images stay."""
    rows = slice(start, start + count)
    return replace(
        data, x_train=data.x_train[rows], y_train=data.y_train[rows], flipped=data.flipped[rows]
    )


def _train(
    config: TransferConfig,
    seeds: Sequence[int],
    data: Sequence[Dataset],
    meter: Meter,
    scores: list[pd.DataFrame],
    whose: str,
) -> Generator[Snapshot[TransferResult], None, dict[str, Logits]]:
    from core.attacks.adversarial_training import Method, train
    from core.models.digit_cnn import DigitNets

    found: dict[str, Logits] = {}
    for name in NETWORKS:
        nets = DigitNets(name, seeds)
        flops = training_flops(nets, Method(), config.n_train, config.epochs)
        pauses = training_pauses(Method(), config.n_train, config.epochs)
        work = train(nets, data, Method(), config.epochs)
        phase = f"training {whose}: {tables.NAMES[name]}"
        yield from meter.follow(work, flops, phase, pauses)
        found[name] = nets.logits()
        if whose == "the victims":
            scores.append(_unchanged(name, found, seeds, data))
            yield meter.now(phase, lambda: _result(scores))
    return found


def _unchanged(
    name: str, victims: Mapping[str, Logits], seeds: Sequence[int], data: Sequence[Dataset]
) -> pd.DataFrame:
    """A victim's accuracy on the images as they are."""
    target = aimed_at(victims[name], seeds, data)
    values = accuracies(target, target.x)
    return rows(seeds, values, source=NOISE, victim=name, epsilon=0.0)


def _attack(
    config: TransferConfig,
    seeds: Sequence[int],
    data: Sequence[Dataset],
    victims: Mapping[str, Logits],
    sources: Mapping[str, Logits],
    meter: Meter,
    scores: list[pd.DataFrame],
) -> Generator[Snapshot[TransferResult], None, None]:
    aims = {name: aimed_at(logits, seeds, data) for name, logits in victims.items()}
    for epsilon in EPSILONS:
        moved = yield from _moved(config, aims["cnn"], NOISE, "cnn", epsilon, meter)
        _show(moved, NOISE, aims, epsilon, scores)
        for name in NETWORKS:
            source = aimed_at(sources[name], seeds, data)
            moved = yield from _moved(config, source, name, name, epsilon, meter)
            _show(moved, name, aims, epsilon, scores)
            moved = yield from _moved(config, aims[name], WHITE_BOX, name, epsilon, meter)
            _show(moved, WHITE_BOX, {name: aims[name]}, epsilon, scores)
            yield meter.now("showing the images to the victims", lambda: _result(scores))


def _moved(
    config: TransferConfig, target: Target, source: str, network: str, epsilon: float, meter: Meter
) -> Generator[Snapshot[TransferResult], None, torch.Tensor]:
    """The test images, changed to fool a target; all steps are gone, for the other victims."""
    from core.attacks import evasion

    if source == NOISE:
        work = evasion.random_signs(target, epsilon)
        return (yield from meter.follow(work, 0.0, "adding noise", 1))
    work = evasion.pgd(target, epsilon, steps=config.steps, drop_fooled=False)
    flops = 2.0 * config.steps * FLOPS[network] * target.y.numel()
    phase = f"attacking: {tables.NAMES[network]}"
    return (yield from meter.follow(work, flops, phase, config.steps))


def _show(
    moved: torch.Tensor,
    source: str,
    aims: Mapping[str, Target],
    epsilon: float,
    scores: list[pd.DataFrame],
) -> None:
    for victim, aim in aims.items():
        values = accuracies(aim, moved)
        scores.append(rows(aim.seeds, values, source=source, victim=victim, epsilon=epsilon))


def metrics(result: TransferResult) -> dict[str, Estimate]:
    """Headline numbers: the CNN's accuracy by what the images were made to fool, at one size."""
    named = {"noise": NOISE, "its_twin": "cnn", "another_cnn": "other_cnn", "an_mlp": "mlp",
             "itself": WHITE_BOX}  # fmt: skip
    return {
        f"cnn_attacked_through_{name}": t_interval(left(result, source, "cnn"), SHARE)
        for name, source in named.items()
    }


def finding(result: TransferResult) -> str:
    """Say how far an attack on another network carries, from the numbers."""
    noise = t_interval(left(result, NOISE, "cnn"), SHARE)
    other = t_interval(left(result, "other_cnn", "cnn"), SHARE)
    gap = paired_difference(left(result, "other_cnn", "cnn"), left(result, NOISE, "cnn"), POINTS)
    start = (
        f"Noise of size 0.2 leaves the CNN {with_interval(noise)}. Images made to fool a network "
        f"of another shape, by somebody who never saw the CNN, leave it {with_interval(other)}"
    )
    if gap.high < 0:
        return f"{start}: keeping a network secret does not protect it."
    return f"{start}: here the attack does not clearly carry over."


def cost(config: TransferConfig) -> Cost:
    """Expected cost of training eight sets of networks and attacking them at every size."""
    training = 2 * 3.0 * config.epochs * config.n_train
    attacking = 2 * 2.0 * config.steps * len(EPSILONS) * N_TEST
    flops = config.repetitions * sum(FLOPS.values()) * (training + attacking)
    calls = 8 * config.epochs * config.n_train / 50 + 8 * len(EPSILONS) * config.steps
    waiting = calls * SECONDS_PER_CALL * 3 * len(groups(config.seeds))
    return Cost(flops=flops, seconds=flops * SECONDS_PER_FLOP + waiting + 0.2)


EXPERIMENT = Experiment(
    title="Transfer",
    question="Is a network safe if the attacker never sees it?",
    config=TransferConfig,
    view=TransferView,
    result=TransferResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="transfer_matrix",
            title="What is left of each victim's accuracy, in percent",
            table=tables.matrix,
            chart=charts.matrix,
            caption=tables.matrix_caption,
            live=True,
            note="Each column is the attacker's own network; the victims were trained by somebody "
            "else. “Itself” is the attack on the victim, for comparison.",
        ),
        Figure(
            name="transfer_curves",
            title="One victim, against the size of the change",
            table=tables.curves,
            underlay=tables.curve_seeds,
            chart=charts.curves,
            caption=tables.curves_caption,
            note="Line: mean over the seeds; band: its 95% interval; faint dots: single seeds.",
        ),
    ),
    cost=cost,
    smallest=TransferConfig(epochs=5, n_train=200, steps=5),
    claims=CLAIMS,
    presets=(
        Preset("The same data", {"attacker_data": "same"}, "The attacker has the training images."),
        Preset("A poor attacker", {"n_train": 200}, "Both sides have few images."),
    ),
    version=2,
)
