"""Sums of two digits are learned by four architectures, step by step side by side."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.generalization.composition.config import (
    ARMS,
    ASKED,
    SEEN,
    UNSEEN,
    CompositionConfig,
    CompositionResult,
)
from core.data.digit_pairs import draw, grid, held_out
from core.data.embedded import DIGITS_VALIDATION
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import numpy_generator
from core.models.sum_plans import DIGITS, DISTRIBUTIONS, PLANS, answer_flops, learning_flops

if TYPE_CHECKING:
    from torch import Tensor

    from core.models.sum_nets import SumNets

BATCH, EVALUATIONS = 64, 12
FLOPS_PER_SECOND = 2e10
"""Reached by training on one core, as measured."""
SECONDS_PER_STEP = 8e-4
"""Of one architecture, however small."""
Record = Recorder[CompositionResult]


@dataclass(frozen=True)
class Examples:
    """What the networks of all seeds learn from and are asked, as tensors.

    Attributes:
        train: First and second pictures `(K, n, 64)`, and their sums `(K, n)`.
        test: The same of new pictures, cell by cell of the grid.
        unseen: Which cells are held out, `(K, 100)` bool.
        singles: New single pictures, `(K, 597, 64)`,
        labels: and their digits, `(K, 597)`.
    """

    train: tuple[Tensor, Tensor, Tensor]
    test: tuple[Tensor, Tensor, Tensor]
    unseen: np.ndarray
    singles: Tensor
    labels: np.ndarray


def run(config: CompositionConfig) -> Run[CompositionResult]:
    """Train all arms in turn, one step each; look now and then."""
    record = Recorder(
        CompositionResult, config.steps * len(ARMS),
        unseen_cells=int(held_out(config.held_out, config.first_seed).sum()),
    )  # fmt: skip
    yield record.snapshot("drawing the pairs", shown=False)
    from core.models.sum_nets import SumNets

    examples = _examples(config)
    nets = {arm: SumNets(arm, config.seeds, config.width) for arm in ARMS}
    for step, rows in enumerate(_batches(config)):
        if step % every(config) == 0:
            yield from _look(record, config, nets, examples, step)
        if step == config.steps:
            break
        for one in nets.values():
            _learn(one, examples, rows)
            record.did(1)
            yield record.snapshot(f"training {len(ARMS)} architectures")
    named = nets[DISTRIBUTIONS].digits(examples.singles) == examples.labels
    record.extend("digits", zip(config.seeds, named.mean(1).tolist(), strict=True))
    return record.result()


def every(config: CompositionConfig) -> int:
    """Steps between two looks."""
    return config.steps // EVALUATIONS


def _examples(config: CompositionConfig) -> Examples:
    import torch

    from core.models.sum_nets import stacked

    unseen = [held_out(config.held_out, seed) for seed in config.seeds]
    drawn = [
        draw(config.n_pairs, ~cells, seed) for cells, seed in zip(unseen, config.seeds, strict=True)
    ]
    asked = [grid(ASKED, seed) for seed in config.seeds]
    return Examples(
        stacked(drawn), stacked(asked), np.stack([cells.ravel() for cells in unseen]),
        torch.from_numpy(np.stack([p.singles for p in asked])),
        np.stack([p.labels for p in asked]),
    )  # fmt: skip


def _batches(config: CompositionConfig) -> Iterator[np.ndarray]:
    """Places of each batch's pairs, `(K, BATCH)`: the same for all arms of a seed."""
    per_epoch = config.n_pairs // BATCH
    epoch = 0
    while True:
        order = np.stack([
            numpy_generator(seed, "pairs", "order", epoch).permutation(config.n_pairs)
            for seed in config.seeds
        ])  # fmt: skip
        for i in range(per_epoch):
            yield order[:, i * BATCH : (i + 1) * BATCH]
        epoch += 1


def _learn(nets: SumNets, examples: Examples, rows: np.ndarray) -> None:
    import torch

    at, places = torch.arange(len(rows))[:, None], torch.from_numpy(rows)
    first, second, sums = (part[at, places] for part in examples.train)
    nets.learn(first, second, sums)


def _look(
    record: Record, config: CompositionConfig, nets: dict[str, SumNets], examples: Examples,
    step: int,
) -> Generator[Snapshot[CompositionResult], None, None]:  # fmt: skip
    """Ask every arm for the whole grid; keep the means, and the first seed's cells."""
    first, second, sums = examples.test
    means: list[tuple[object, ...]] = []
    grids: list[tuple[object, ...]] = []
    for arm, one in nets.items():
        right = one.answers(first, second) == sums.numpy()
        cells = right.reshape(len(right), DIGITS * DIGITS, ASKED).mean(2)
        for seed, own, unseen in zip(config.seeds, cells, examples.unseen, strict=True):
            for pairs, chosen in ((SEEN, ~unseen), (UNSEEN, unseen)):
                means.append((arm, seed, step, pairs, float(own[chosen].mean())))
        grids += [
            (arm, *divmod(place, DIGITS), bool(examples.unseen[0, place]), float(cells[0, place]))
            for place in range(DIGITS * DIGITS)
        ]
        yield record.snapshot("asking for every pair", shown=False)
    record.extend("curves", means)
    record.replace("cells", grids)
    yield record.snapshot("asking for every pair")


def cost(config: CompositionConfig) -> Cost:
    """Expected cost: steps of every architecture, and a dozen looks at the grid."""
    plans = {arm: PLANS[arm](config.width) for arm in ARMS}
    asked = (EVALUATIONS + 1) * DIGITS**2 * ASKED
    flops = sum(
        config.steps * BATCH * learning_flops(plan) + asked * answer_flops(plan)
        for plan in plans.values()
    )
    flops += DIGITS_VALIDATION * 2.0 * config.width * (64 + DIGITS)
    flops *= config.repetitions
    calls = config.steps * len(ARMS) * SECONDS_PER_STEP
    return Cost(flops, flops / FLOPS_PER_SECOND + calls)
