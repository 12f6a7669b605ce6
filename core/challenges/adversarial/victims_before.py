"""What all experiments of this room share: the networks under attack, and how far a run is."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from core.data.dataset import Dataset
from core.data.embedded import load_digits
from core.lab.run import ResultT, Snapshot

if TYPE_CHECKING:
    from core.attacks.evasion import Target
    from core.attacks.method import Method
    from core.models.digit_cnn import DigitNets, Logits

N_TEST = 200
"""Test images of each seed."""
STACKED = 5
"""Networks worked on at once: more would make the pauses of a run too long."""
SECONDS_PER_FLOP = 1 / 3e10
"""Of networks as small as these, on one core."""
SECONDS_PER_CALL = 4e-4
"""Of one gradient of a stack, however small."""
ReturnT = TypeVar("ReturnT")
Partial = Callable[[], ResultT] | None


class Meter:
    """Counts the work of a run in operations, and turns it into snapshots."""

    def __init__(self, total: float) -> None:
        """Start at nothing of `total` expected operations."""
        self._total, self._done, self._step = total, 0.0, 0

    def follow(
        self,
        work: Generator[object, None, ReturnT],
        flops: float,
        phase: str,
        pauses: int,
        partial: Partial[ResultT] = None,
    ) -> Generator[Snapshot[ResultT], None, ReturnT]:
        """Do a part of the work and pass its pauses on as snapshots.

        Args:
            work: Pauses often; its value is returned.
            flops: What it is expected to cost.
            phase: In words.
            pauses: How often it will pause, about.
            partial: Builds a result from what is known.
        """
        for count in range(10**9):
            try:
                next(work)
            except StopIteration as stop:
                self._done += flops
                return stop.value
            share = min(1.0, count / max(1, pauses))
            yield self.at(self._done + share * flops, phase, partial)
        raise AssertionError("a run has an end")

    def at(self, done: float, phase: str, partial: Partial[ResultT] = None) -> Snapshot[ResultT]:
        """A snapshot; steps never go back."""
        self._step = max(self._step, min(1000, int(1000 * done / self._total)))
        return Snapshot(self._step, 1000, phase, partial)

    def now(self, phase: str, partial: Partial[ResultT] = None) -> Snapshot[ResultT]:
        """A snapshot between two parts."""
        return self.at(self._done, phase, partial)


def draw(seeds: Sequence[int], n_train: int) -> list[Dataset]:
    """The digits of each seed: its own split into training and test images."""
    return [load_digits(n_train, seed=seed) for seed in seeds]


def groups(seeds: Sequence[int]) -> list[tuple[int, ...]]:
    """Seeds that are worked on together."""
    return [tuple(seeds[i : i + STACKED]) for i in range(0, len(seeds), STACKED)]


def target_of(nets: DigitNets, data: Sequence[Dataset], n_test: int = N_TEST) -> Target:
    """The networks as they are now with their test images."""
    return aimed_at(nets.logits(), nets.seeds, data, n_test)


def aimed_at(
    logits: Logits, seeds: Sequence[int], data: Sequence[Dataset], n_test: int = N_TEST
) -> Target:
    """Any stacked classifier with the test images of its seeds."""
    from core.attacks.evasion import Target
    from core.models.digit_cnn import stacked_inputs

    x = stacked_inputs([one.x_validation[:n_test] for one in data])
    y = stacked_inputs([one.y_validation[:n_test] for one in data])
    return Target(logits, x, y, seeds)


def training_flops(nets: DigitNets, method: Method, n_train: int, epochs: int) -> float:
    """Operations to train a stack of networks."""
    return nets.flops * len(nets.seeds) * n_train * epochs * method.passes


def training_pauses(method: Method, n_train: int, epochs: int) -> int:
    """How often a training pauses."""
    from core.attacks.method import batches_in

    inner = {"fgsm": 1, "pgd": method.steps, "trades": method.steps}.get(method.kind, 0)
    return epochs * batches_in(n_train) * (1 + inner)


def accuracies(target: Target, attacked: object) -> np.ndarray:
    """Share of test images still classified correctly, one number a seed."""
    from core.attacks.evasion import correct

    found: np.ndarray = correct(target.logits, attacked, target.y).double().mean(1).numpy()  # type: ignore[arg-type]
    return found


def rows(
    seeds: Sequence[int], values: Sequence[float] | np.ndarray, **same: object
) -> pd.DataFrame:
    """One row a seed, with further columns that are the same in all of them."""
    table = pd.DataFrame({"seed": list(seeds), "value": np.asarray(values, dtype=float)})
    return table.assign(**same)


def nearest_neighbour(data: Sequence[Dataset]) -> Logits:
    """Classify as the nearest training image: minus the distance to each class's nearest."""
    import torch

    from core.models.digit_cnn import N_CLASSES, stacked_inputs

    x = stacked_inputs([one.x_train for one in data])
    y = stacked_inputs([one.y_train for one in data])

    def logits(inputs: torch.Tensor) -> torch.Tensor:
        far = torch.cdist(inputs, x)
        classes = [
            far.masked_fill((y != c).unsqueeze(1), torch.inf).amin(-1) for c in range(N_CLASSES)
        ]
        return -torch.stack(classes, dim=-1)

    return logits
