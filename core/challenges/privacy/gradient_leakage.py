"""Gradient leakage: reading the training images off the gradient that was sent instead."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from core.challenges.privacy.charts import gradient_leakage as charts
from core.challenges.privacy.gradient_leakage_claims import CLAIMS
from core.challenges.privacy.tables import gradient_leakage as tables
from core.data.embedded import load_digits
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.intervals import SHARE, Estimate, t_interval
from core.lab.run import Cost, Run, Snapshot
from core.lab.settings import Config, View, ladder
from core.lab.wording import with_interval

BATCHES = (1, 2, 4, 8, 16)
NOISES = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0)
N_INPUTS = 64


class GradientLeakageConfig(Config):
    """Whose gradient is attacked."""

    batch_size: int = ladder(*BATCHES, default=4, unit="images")
    """How many images the gradient is averaged over: for the pictures, and while the noise
    varies."""
    noise: float = ladder(*NOISES, default=0.0)
    """Random noise added to the gradient, as a share of its own root mean square: for the
    pictures, and while the batch size varies."""
    width: int = ladder(32, 64, 128, 256, default=128, unit="units")
    """Units in the hidden layer. Every unit's gradient is one more equation for the attacker."""


class GradientLeakageView(View):
    """How it is drawn."""

    metric: Literal["recovered", "error"] = "recovered"
    """Recovered: share of images found with a mean squared error below 0.005, which the eye takes
    for the same. Error: the mean squared error itself, pixels being in [0, 1]."""


@dataclass(frozen=True)
class GradientLeakageResult:
    """What was measured.

    Attributes:
        scores: `sweep` ("batch size" or "noise"), `size` (of either), `attack`, `seed`, `metric`
            ("recovered", a share, or "error", mean squared), `value`.
        pictures: The first seed's images: originals, divided, matched,
            `(3, batch_size, 8, 8)` uint8.
        errors: Mean squared error of the last two against the originals, `(2, batch_size)`.
    """

    scores: pd.DataFrame
    pictures: np.ndarray
    errors: np.ndarray


@dataclass
class _State:
    """What is known so far."""

    rows: list[tuple[str, float, str, int, str, float]] = field(default_factory=list)
    pictures: np.ndarray = field(default_factory=lambda: np.zeros((3, 0, 8, 8), dtype=np.uint8))
    errors: np.ndarray = field(default_factory=lambda: np.zeros((2, 0)))

    def result(self) -> GradientLeakageResult:
        columns = ["sweep", "size", "attack", "seed", "metric", "value"]
        scores = pd.DataFrame(self.rows, columns=columns)
        scores = scores.astype({"size": float, "seed": int, "value": float})
        return GradientLeakageResult(scores, self.pictures, self.errors)


def _cases(config: GradientLeakageConfig) -> list[tuple[int, float, int]]:
    """List what is attacked: batch size, noise and seed, each once; the pictures' case first."""
    plan = [(config.batch_size, config.noise)]
    plan += [(batch, config.noise) for batch in BATCHES]
    plan += [(config.batch_size, noise) for noise in NOISES]
    return [(*case, seed) for case in dict.fromkeys(plan) for seed in config.seeds]


def run(config: GradientLeakageConfig) -> Run[GradientLeakageResult]:
    """Attack one gradient after the other, first the one whose images are shown."""
    from core.challenges.privacy.gradient_leakage_attack import ROUNDS

    cases, state = _cases(config), _State()
    total = len(cases) * ROUNDS
    yield Snapshot(0, total, "computing the first gradient")
    for done, case in enumerate(cases):
        step = done * ROUNDS
        for new in _attacked(config, case, state, shown=done == 0):
            step = min(step + 1, total)
            phase = f"matching gradient {done + 1} of {len(cases)}"
            yield Snapshot(step, total, phase, state.result if new else None)
    return state.result()


def _attacked(
    config: GradientLeakageConfig, case: tuple[int, float, int], state: _State, shown: bool
) -> Generator[bool, None, None]:
    """Attack one gradient both ways; yields whether there is something new to see."""
    import torch

    from core.challenges.privacy import gradient_leakage_attack as attack

    batch, noise, seed = case
    data = load_digits(batch, seed=seed)
    originals = data.x_train.astype(float)
    x, y = torch.tensor(originals), torch.tensor(data.y_train)
    rough, smooth = (
        attack.draw_network(N_INPUTS, config.width, kind, seed) for kind in (False, True)
    )
    leaked = [attack.with_noise(net.gradients(x, y), noise, seed) for net in (rough, smooth)]
    divided, first_errors = attack.pair(attack.divide(leaked[0]), originals)
    search = attack.match(smooth, leaked[1], y, seed)
    for found in search:
        matched, errors = attack.pair(found, originals)
        if shown:
            state.pictures = _as_pictures(originals, divided, matched)
            state.errors = np.stack([first_errors, errors])
        yield shown
    _keep(config, case, {tables.DIVIDE: first_errors, tables.MATCH: errors}, state)


def _as_pictures(*images: np.ndarray) -> np.ndarray:
    stacked = np.stack(images).reshape(len(images), -1, 8, 8)
    return np.asarray((255 * stacked).round().astype(np.uint8))


def _keep(
    config: GradientLeakageConfig,
    case: tuple[int, float, int],
    errors: dict[str, np.ndarray],
    state: _State,
) -> None:
    """File a case under each sweep it belongs to."""
    batch, noise, seed = case
    for name, found in errors.items():
        values = {"recovered": float((found < tables.SAME).mean()), "error": float(found.mean())}
        for metric, value in values.items():
            if noise == config.noise:
                state.rows.append((tables.BATCH, batch, name, seed, metric, value))
            if batch == config.batch_size:
                state.rows.append((tables.NOISE, noise, name, seed, metric, value))


def metrics(result: GradientLeakageResult) -> dict[str, Estimate]:
    """Headline numbers: images recovered, both ways, at both ends of the batch sizes."""
    return {
        f"{attack}_batch_{size}": t_interval(
            tables.values(result, tables.BATCH, size, name, "recovered"), SHARE
        )
        for attack, name in (("divided", tables.DIVIDE), ("matched", tables.MATCH))
        for size in (BATCHES[0], BATCHES[-1])
    }


def finding(result: GradientLeakageResult) -> str:
    """Say how many images came back, from the numbers."""
    found = metrics(result)
    return (
        f"From the gradient of a single image, one division per unit brings back "
        f"{with_interval(found['divided_batch_1'])} of the images, and matching gradients "
        f"{with_interval(found['matched_batch_1'])}; from a gradient averaged over 16 images "
        f"they bring back {with_interval(found['divided_batch_16'])} and "
        f"{with_interval(found['matched_batch_16'])}."
    )


def cost(config: GradientLeakageConfig) -> Cost:
    """Expected cost of all attacks."""
    evaluations = 150.0
    flops = sum(
        evaluations * 12 * batch * config.width * (N_INPUTS + 10) for batch, _, _ in _cases(config)
    )
    return Cost(flops, len(_cases(config)) * evaluations * 7e-4 + flops / 4e9)


EXPERIMENT = Experiment(
    title="Gradient leakage",
    question="You send a gradient and keep your images. Do they stay with you?",
    config=GradientLeakageConfig,
    view=GradientLeakageView,
    result=GradientLeakageResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="reconstructions",
            title="The images, and what was read off their gradient",
            table=tables.reconstructions,
            underlay=tables.reconstruction_images,
            chart=charts.reconstructions,
            caption=tables.reconstructions_caption,
            live=True,
            panels=True,
            note="Dividing: each hidden unit's weight gradient by its bias gradient, in a ReLU "
            "network. Matching: from noise, images are changed until they give the same gradient, "
            "in a sigmoid network. Both networks are untrained; the attacker knows their weights "
            "and the labels. Of what dividing gives, the closest candidates are shown.",
        ),
        Figure(
            name="by_batch_size",
            title="Averaging over more images hides them",
            table=tables.by_batch_size,
            chart=charts.by_batch_size,
            caption=tables.batch_caption,
            live=True,
            note="Line: mean over the seeds, each with other images and weights; band: its 95% "
            "interval.",
        ),
        Figure(
            name="by_noise",
            title="Noise on the gradient hides them",
            table=tables.by_noise,
            chart=charts.by_noise,
            caption=tables.noise_caption,
            note="Noise is a share of the gradient's own root mean square; 1 is as large as the "
            "gradient itself.",
        ),
    ),
    cost=cost,
    smallest=GradientLeakageConfig(batch_size=1, width=32),
    claims=CLAIMS,
    presets=(
        Preset("One image", {"batch_size": 1}),
        Preset("A little noise", {"batch_size": 1, "noise": 0.03}),
    ),
)
