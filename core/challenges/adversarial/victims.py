"""What all experiments of this room share: the networks under attack, and their training."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.attacks.method import Method
from core.data.dataset import Dataset
from core.data.embedded import load_digits
from core.lab.recorder import Recorder
from core.lab.run import Cost, ResultT, Snapshot

if TYPE_CHECKING:
    import torch

    from core.attacks.evasion import Target
    from core.models.digit_cnn import DigitNets, Logits

N_TEST = 200
"""Test images of each seed."""
STACKED = 5
"""Networks worked on at once: more would make the pauses of a run too long."""
FLOPS = {"cnn": 100_864.0, "other_cnn": 344_704.0, "mlp": 34_048.0, "linear": 1_280.0}
"""Operations for the logits of one image, by network: `DigitNets.flops`, which needs torch."""
SECONDS_PER_FLOP = 1 / 3e10
"""Of networks as small as these, on one core."""
SECONDS_PER_CALL = 4e-4
"""Of one gradient of a stack, however small."""
SURROGATE = 10_000
"""Added to a seed for the attacker's own networks: other initial weights, another order."""


@dataclass(frozen=True)
class Training:
    """How networks of one kind are trained, and what that takes.

    Attributes:
        network: A name in `FLOPS`.
        n_train: Training images of each seed.
        epochs: Passes over them.
        method: Against what.
    """

    network: str
    n_train: int
    epochs: int
    method: Method = Method()

    @property
    def flops(self) -> float:
        """Operations of one network."""
        return FLOPS[self.network] * self.n_train * self.epochs * self.method.passes

    @property
    def pauses(self) -> int:
        """How often the training of a stack pauses: once for each gradient."""
        return self.method.pauses(self.n_train, self.epochs)


@dataclass(frozen=True)
class Group:
    """Seeds that are worked on together, and the digits of each.

    Attributes:
        seeds: At most `STACKED`.
        data: Of each seed its own split into training and test images, all of one length.
    """

    seeds: tuple[int, ...]
    data: Sequence[Dataset]

    def of_strangers(self, data: Sequence[Dataset] | None = None) -> Group:
        """Seeds of the attacker's own networks, on the same data or on others."""
        return Group(tuple(seed + SURROGATE for seed in self.seeds), data or self.data)


def groups(seeds: Sequence[int], n_train: int) -> list[Group]:
    """All seeds of a run, with as many training images each."""
    found = []
    for start in range(0, len(seeds), STACKED):
        own = tuple(seeds[start : start + STACKED])
        found.append(Group(own, [load_digits(n_train, seed=seed) for seed in own]))
    return found


def trained(
    record: Recorder[ResultT],
    training: Training,
    group: Group,
    phase: str,
    partial: Callable[[DigitNets], ResultT] | None = None,
    *,
    shown: bool = True,
) -> Generator[Snapshot[ResultT], None, DigitNets]:
    """Train a stack of networks as a part of a run.

    Args:
        record: Of the run, whose work is counted in operations.
        training: How.
        group: One network for each of its seeds.
        phase: In words.
        partial: Networks as they are now -> the result for the live figures; that of the record
            by default.
        shown: Whether there is something to show.
    """
    from core.attacks.adversarial_training import train
    from core.models.digit_cnn import DigitNets

    nets = DigitNets(training.network, group.seeds)
    work = train(nets, group.data, training.method, training.epochs)
    yield from record.relay(
        work, phase, training.flops * len(group.seeds), pauses=training.pauses,
        partial=partial and (lambda _: partial(nets)), shown=shown,
    )  # fmt: skip
    return nets


def expected_cost(seeds: Sequence[int], flops: float, calls: float) -> Cost:
    """Cost of a run on the networks of some seeds.

    Args:
        seeds: All of the run.
        flops: Operations of one seed.
        calls: Gradients of one stack.
    """
    total, stacks = len(seeds) * flops, -(-len(seeds) // STACKED)
    waiting = calls * SECONDS_PER_CALL * stacks
    return Cost(flops=total, seconds=total * SECONDS_PER_FLOP + waiting + 0.2)


def aimed_at(logits: Logits, group: Group, n_test: int = N_TEST) -> Target:
    """A stacked classifier, as it is now, with the test images of its seeds."""
    from core.attacks.evasion import Target
    from core.models.digit_cnn import stacked_inputs

    x = stacked_inputs([one.x_validation[:n_test] for one in group.data])
    y = stacked_inputs([one.y_validation[:n_test] for one in group.data])
    return Target(logits, x, y, group.seeds)


def correct(target: Target, x: torch.Tensor) -> np.ndarray:
    """Which test images are classified correctly after they were changed to `x`: `(K, B)` bool."""
    from core.attacks import evasion

    found: np.ndarray = evasion.correct(target.logits, x, target.y).numpy()
    return found


def accuracies(target: Target, x: torch.Tensor, *labels: Any) -> list[tuple[Any, ...]]:
    """A row of scores for each seed: seed, share of `x` classified correctly, labels."""
    return shares(target.seeds, correct(target, x), *labels)


def shares(seeds: Sequence[int], cases: np.ndarray, *labels: Any) -> list[tuple[Any, ...]]:
    """A row of scores for each seed: seed, share of its cases `(K, B)` bool that hold, labels."""
    return [(s, float(own), *labels) for s, own in zip(seeds, cases.mean(axis=1), strict=True)]
