"""One gradient after the other, read both ways; first the one whose images are shown."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from core.attacks.gradient_inversion import (
    EVALUATIONS,
    ROUNDS,
    divide,
    draw_network,
    match,
    match_flops,
    pair,
    with_noise,
)
from core.challenges.privacy.gradient_leakage.config import (
    BATCH,
    BATCHES,
    DIVIDE,
    MATCH,
    NOISE,
    NOISES,
    SAME,
    GradientLeakageConfig,
    GradientLeakageResult,
)
from core.data.embedded import load_digits
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot

N_INPUTS, N_CLASSES = 64, 10


def cases(config: GradientLeakageConfig) -> list[tuple[int, float, int]]:
    """List what is attacked: batch size, noise and seed, each once; the pictures' case first."""
    plan = [(config.batch_size, config.noise)]
    plan += [(batch, config.noise) for batch in BATCHES]
    plan += [(config.batch_size, noise) for noise in NOISES]
    return [(*case, seed) for case in dict.fromkeys(plan) for seed in config.seeds]


def run(config: GradientLeakageConfig) -> Run[GradientLeakageResult]:
    """Attack one gradient after the other."""
    every = cases(config)
    record = Recorder(
        GradientLeakageResult, len(every) * ROUNDS, errors=np.zeros((2, 0)),
        pictures=np.zeros((3, 0, 8, 8), dtype=np.uint8),
    )  # fmt: skip
    yield record.snapshot("computing the first gradient", shown=False)
    for done, (batch, noise, seed) in enumerate(every):
        phase = f"matching gradient {done + 1} of {len(every)}"
        errors = yield from _attacked(config, record, (batch, noise, seed), phase, shown=not done)
        for name, found in errors.items():
            share = float((found < SAME).mean())
            for metric, value in (("recovered", share), ("error", float(found.mean()))):
                if noise == config.noise:
                    record.add("scores", BATCH, float(batch), name, seed, metric, value)
                if batch == config.batch_size:
                    record.add("scores", NOISE, noise, name, seed, metric, value)
    return record.result()


def _attacked(
    config: GradientLeakageConfig,
    record: Recorder[GradientLeakageResult],
    case: tuple[int, float, int],
    phase: str,
    shown: bool,
) -> Generator[Snapshot[GradientLeakageResult], None, dict[str, np.ndarray]]:
    """Attack one gradient both ways; returns each image's error by attack, `(batch,)`."""
    import torch

    batch, noise, seed = case
    data = load_digits(batch, seed=seed)
    originals = data.x_train.astype(float)
    x, y = torch.tensor(originals), torch.tensor(data.y_train)
    rough, smooth = (
        draw_network(N_INPUTS, config.width, N_CLASSES, kind, seed) for kind in (False, True)
    )
    leaked = [with_noise(net.gradients(x, y), noise, seed) for net in (rough, smooth)]
    divided, first_errors = pair(divide(leaked[0]), originals)

    def show(found: np.ndarray) -> GradientLeakageResult:
        matched, errors = pair(found, originals)
        pictures = np.stack([originals, divided, matched]).reshape(3, -1, 8, 8)
        record.put(pictures=(255 * pictures).round().astype(np.uint8))
        record.put(errors=np.stack([first_errors, errors]))
        return record.result()

    found = yield from record.relay(
        match(smooth, leaked[1], y, seed), phase, ROUNDS, pauses=ROUNDS,
        partial=show, shown=shown,
    )  # fmt: skip
    if shown:
        show(found)
    return {DIVIDE: first_errors, MATCH: pair(found, originals)[1]}


def cost(config: GradientLeakageConfig) -> Cost:
    """Expected cost of all attacks."""
    sizes = (N_INPUTS, config.width, N_CLASSES)
    every = cases(config)
    flops = sum(match_flops(batch, *sizes) for batch, _, _ in every)
    return Cost(flops, len(every) * EVALUATIONS * 9.5e-4 + flops / 3e9)
