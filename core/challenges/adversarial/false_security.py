"""False security: defences that blind the attack instead of stopping it, and how to find out."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from core.challenges.adversarial.charts import false_security as charts
from core.challenges.adversarial.false_security_claims import CLAIMS, difference, left
from core.challenges.adversarial.false_security_defences import INNER_STEPS, Defence, built
from core.challenges.adversarial.tables import false_security as tables
from core.challenges.adversarial.tables.false_security import DEFENCES, EVERYTHING, GRADIENTS
from core.challenges.adversarial.victims_before import (
    N_TEST,
    SECONDS_PER_CALL,
    SECONDS_PER_FLOP,
    Meter,
    accuracies,
    aimed_at,
    draw,
    groups,
    rows,
)
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.intervals import SHARE, Estimate, t_interval
from core.lab.run import Cost, Run, Snapshot
from core.lab.settings import Config, View, ladder
from core.lab.wording import with_interval

if TYPE_CHECKING:
    import torch

    from core.attacks.evasion import Target
    from core.data.dataset import Dataset

FLOPS, OTHER_FLOPS = 100_864.0, 344_704.0
"""Of the CNN and of the attacker's other CNN, for one image forward."""


class FalseSecurityConfig(Config):
    """The defences and the attacks on them."""

    epsilon: float = ladder(0.05, 0.1, 0.15, 0.2, 0.3, default=0.2, label="Size of the change")
    """Largest change of a pixel that the attacks may make, black being 0 and white 1."""
    scale: int = ladder(1, 10, 100, 1000, 10000, default=1000, label="Logits multiplied by")
    """The first defence multiplies the network's outputs by this. The answer stays the same, but
    the loss becomes flat: its gradient is rounded to zero."""
    levels: int = ladder(2, 3, 5, 9, 17, default=5, label="Grey levels")
    """The second defence rounds every pixel to this many levels of grey before the network sees
    it. Rounding has no slope, so no gradient comes through."""
    steps: int = ladder(5, 10, 20, 40, default=20, label="Steps of PGD")
    """Gradients that PGD computes."""
    tries: int = ladder(50, 100, 200, 400, default=100, label="Tries of the random search")
    """How often the random search may ask the network; it uses no gradient at all."""
    epochs: int = ladder(5, 10, 20, 40, default=10)
    """Passes over the training images."""
    n_train: int = ladder(200, 400, 800, 1200, default=1200, label="Training images")
    """How many images each network learns from."""


class FalseSecurityView(View):
    """How it is drawn."""

    show: Literal["every_attack", "together"] = "every_attack"
    """Every attack: one column each. Together: images that survive all attacks that follow the
    gradient, and those that survive all attacks there are."""


@dataclass(frozen=True)
class FalseSecurityResult:
    """What was measured.

    Attributes:
        scores: `defence`, `attack`, `seed`, `value`: share of test images classified correctly
            after the attack; `"gradients"` and `"everything"` are images that survive several.
        flat: `defence`, `seed`, `value`: share of images where the gradient is exactly zero.
    """

    scores: pd.DataFrame
    flat: pd.DataFrame


def run(config: FalseSecurityConfig) -> Run[FalseSecurityResult]:
    """Train the networks, put the defences in front of them, and run every attack."""
    meter = Meter(cost(config).flops)
    scores, flat = [tables.NOTHING], [tables.NOTHING_FLAT]
    yield meter.now("drawing the data")
    for seeds in groups(config.seeds):
        data = draw(seeds, config.n_train)
        found = yield from built(config, seeds, data, meter, _early(seeds, data, scores, flat))
        foreign = yield from _foreign(config, found[-1], seeds, data, meter)
        for defence in found[:-1]:
            yield from _attack(config, defence, seeds, data, foreign, meter, scores, flat)
    return _result(scores, flat)


def _early(
    seeds: Sequence[int],
    data: Sequence[Dataset],
    scores: Sequence[pd.DataFrame],
    flat: Sequence[pd.DataFrame],
) -> Callable[[Sequence[Defence]], FalseSecurityResult]:
    """What there is to show while networks are trained: accuracy on clean images."""

    def partial(defences: Sequence[Defence]) -> FalseSecurityResult:
        found = []
        for one in defences:
            target = aimed_at(one.logits, seeds, data)
            values = accuracies(target, target.x)
            found.append(rows(seeds, values, defence=one.name, attack="clean"))
        return _result([*scores, *found], flat)

    return partial


def _result(scores: Sequence[pd.DataFrame], flat: Sequence[pd.DataFrame]) -> FalseSecurityResult:
    def joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
        full = [table for table in tables if len(table)] or list(tables[:1])
        return pd.concat(full, ignore_index=True)

    return FalseSecurityResult(joined(scores), joined(flat))


def _foreign(
    config: FalseSecurityConfig,
    surrogate: Defence,
    seeds: Sequence[int],
    data: Sequence[Dataset],
    meter: Meter,
) -> Generator[Snapshot[FalseSecurityResult], None, torch.Tensor]:
    """Test images made to fool the attacker's own network, which has no defence."""
    from core.attacks import evasion

    target = aimed_at(surrogate.logits, seeds, data)
    work = evasion.pgd(target, config.epsilon, steps=config.steps, drop_fooled=False)
    flops = 2.0 * config.steps * OTHER_FLOPS * target.y.numel()
    return (yield from meter.follow(work, flops, "attacking another network", config.steps))


def _attack(
    config: FalseSecurityConfig,
    defence: Defence,
    seeds: Sequence[int],
    data: Sequence[Dataset],
    foreign: torch.Tensor,
    meter: Meter,
    scores: list[pd.DataFrame],
    flat: list[pd.DataFrame],
) -> Generator[Snapshot[FalseSecurityResult], None, None]:
    from core.attacks.evasion import correct

    target = aimed_at(defence.logits, seeds, data)
    clean = correct(target.logits, target.x, target.y).numpy()
    survive = {GRADIENTS: clean.copy(), EVERYTHING: clean.copy()}
    scores.append(rows(seeds, clean.mean(1), defence=defence.name, attack="clean"))
    flat.append(rows(seeds, _share_flat(target), defence=defence.name))
    for attack, work, passes in _works(config, defence, target):
        moved, phase = foreign, f"attacking: {tables.NAMES[defence.name]}"
        if work is not None:
            flops = passes * FLOPS * target.y.numel()
            moved = yield from meter.follow(
                work, flops, phase, max(1, int(passes / 2)), lambda: _result(scores, flat)
            )
        right = correct(target.logits, moved, target.y).numpy()
        scores.append(rows(seeds, right.mean(1), defence=defence.name, attack=attack))
        survive[EVERYTHING] &= right
        if attack in ("FGSM", "PGD"):
            survive[GRADIENTS] &= right
    for name, right in survive.items():
        scores.append(rows(seeds, right.mean(1), defence=defence.name, attack=name))
    yield meter.now("comparing the attacks", lambda: _result(scores, flat))


def _works(
    config: FalseSecurityConfig, defence: Defence, target: Target
) -> list[tuple[str, Generator[None, None, torch.Tensor] | None, float]]:
    """Attacks by name with their work and forward passes; transfer brings its own images."""
    from core.attacks import evasion

    size = config.epsilon
    known = evasion.Target(defence.seen_by_attacker, target.x, target.y, target.seeds)
    return [
        ("FGSM", evasion.fgsm(target, size), 2.0),
        ("PGD", evasion.pgd(target, size, steps=config.steps), 2.0 * config.steps),
        ("transfer", None, 0.0),
        ("search", evasion.random_search(target, size, tries=config.tries), 1.0 * config.tries),
        ("adaptive", evasion.pgd(known, size, steps=config.steps, drop_fooled=False),
         2.0 * config.steps),
    ]  # fmt: skip


def _share_flat(target: Target) -> np.ndarray:
    """Share of images where the gradient of the loss is exactly zero, one number a seed."""
    from core.attacks.evasion import input_gradient

    slope = input_gradient(target)
    found: np.ndarray = (slope == 0).all(-1).double().mean(1).numpy()
    return found


def metrics(result: FalseSecurityResult) -> dict[str, Estimate]:
    """Headline numbers: what survives the gradient, and what survives everything."""
    found = {}
    for name in DEFENCES:
        found[f"{name}_gradient_attacks"] = t_interval(left(result, name, GRADIENTS), SHARE)
        found[f"{name}_all_attacks"] = t_interval(left(result, name, EVERYTHING), SHARE)
    return found


def finding(result: FalseSecurityResult) -> str:
    """Say what the two masks seem to keep and what they keep, from the numbers."""
    told = []
    for name in ("scaled", "quantised"):
        seems, keeps = (t_interval(left(result, name, a), SHARE) for a in (GRADIENTS, EVERYTHING))
        told.append(
            f"{tables.SHORT[name]} seems to keep {with_interval(seems)} of the images from FGSM "
            f"and PGD; other attacks leave {with_interval(keeps)}"
        )
    control = difference(result, "pgd")
    return (
        f"{told[0]}. {told[1]}. For the network that was trained against attacks the same checks "
        f"make a difference of {with_interval(control)}."
    )


def cost(config: FalseSecurityConfig) -> Cost:
    """Expected cost of training three sets of networks and attacking four defences."""
    training = (3.0 + 3.0 + 2 * INNER_STEPS) * FLOPS + 3.0 * OTHER_FLOPS
    attacks = 4 * (2.0 + 4.0 * config.steps + config.tries) * FLOPS
    attacks += 2.0 * config.steps * OTHER_FLOPS
    flops = config.repetitions * (training * config.epochs * config.n_train + attacks * N_TEST)
    calls = 8 * config.epochs * config.n_train / 50 + 4 * (3 * config.steps + config.tries)
    waiting = calls * SECONDS_PER_CALL * len(groups(config.seeds))
    return Cost(flops=flops, seconds=flops * SECONDS_PER_FLOP + waiting + 0.2)


EXPERIMENT = Experiment(
    title="False security",
    question="A defence stops the attacks we have. Is it safe?",
    config=FalseSecurityConfig,
    view=FalseSecurityView,
    result=FalseSecurityResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="defences",
            title="Accuracy by defence and attack",
            table=tables.matrix,
            chart=charts.matrix,
            caption=tables.matrix_caption,
            live=True,
            note="Transfer: images made to fool another network. Search: random changes, kept when "
            "they help. Adaptive: PGD by an attacker who leaves the scaling out, or passes the "
            "gradient through the rounding as if it were not there.",
        ),
        Figure(
            name="unmasked",
            title="What the other attacks take beyond FGSM and PGD",
            table=tables.unmasked,
            chart=charts.unmasked,
            caption=tables.unmasked_caption,
            note="Paired difference with its 95% interval. A few points are normal, since no "
            "attack finds everything; a large loss means that FGSM and PGD were blind.",
        ),
        Figure(
            name="flat_gradients",
            title="Images where the gradient is exactly zero",
            table=tables.flat,
            chart=charts.flat,
            caption=tables.flat_caption,
            note="The first thing to look at: an attack that follows a gradient of zero goes "
            "nowhere.",
        ),
    ),
    cost=cost,
    smallest=FalseSecurityConfig(epochs=5, n_train=200, steps=5, tries=50),
    claims=CLAIMS,
    presets=(
        Preset("No mask", {"scale": 1, "levels": 17}, "Nothing is scaled, hardly rounded."),
        Preset("Half a mask", {"scale": 10}, "Is a factor of ten enough to blind the gradient?"),
        Preset("Two greys", {"levels": 2}, "Black and white: rounding that really removes some."),
    ),
)
