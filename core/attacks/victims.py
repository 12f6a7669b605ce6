"""Stacks of networks that are attacked: their training, test images and scores in a run."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from core.attacks.budget import STRONGEST, WEAK, Budget
from core.attacks.method import Training
from core.data.dataset import Dataset
from core.data.embedded import load_digits
from core.lab.recorder import Recorder
from core.lab.run import Cost, ResultT, Snapshot
from core.models.digit_flops import FLOPS

if TYPE_CHECKING:
    import torch

    from core.attacks.evasion import Target
    from core.models.digit_cnn import DigitNets, Logits

FoundT = TypeVar("FoundT")
N_TEST = 200
"""Test images of each seed."""
VARIES = (
    "which digits are trained on and which are attacked (splits of one set of 1,797, which "
    "overlap), initial weights, order, and where attacks start"
)
"""From seed to seed, in every run on these networks."""
STACKED = 5
"""Networks worked on at once: more would make the pauses of a run too long."""
SECONDS_PER_FLOP = 1 / 3e10
"""Of networks as small as these, on one core."""
SECONDS_PER_CALL = 4e-4
"""Of one gradient of a stack, however small."""
WITHSTAND = 0.8
"""Share of its budget that the strongest attack spends on an image over all sizes of a change."""
SURROGATE = 10_000
"""Added to a seed for the attacker's own networks: other initial weights, another order."""


def budget(steps: int) -> Budget:
    """What the strongest attack may spend, with so many gradients for each of its ascents.

    Ten times as much moves a robust accuracy by less than its interval: docs/decisions.md.
    """
    return Budget(steps=steps, targets=5, queries=5 * steps)


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


def attacked(
    record: Recorder[ResultT],
    target: Target,
    network: str,
    work: Generator[None, None, FoundT],
    phase: str,
    passes: float,
    *,
    shown: bool = True,
) -> Generator[Snapshot[ResultT], None, FoundT]:
    """Carry out an attack as a part of a run.

    Args:
        record: Of the run, whose work is counted in operations.
        target: What is attacked.
        network: A name in `FLOPS`.
        work: The attack.
        phase: In words.
        passes: Forward passes for an image that it is expected to take, two for each pause.
        shown: Whether there is something to show.
    """
    flops = passes * FLOPS[network] * target.y.numel()
    return (yield from record.relay(work, phase, flops, pauses=passes / 2, shown=shown))


def attacked_at(
    record: Recorder[ResultT],
    target: Target,
    training: Training,
    tried: Mapping[float, Sequence[torch.Tensor]],
    budget: Budget,
    *,
    steps: int,
    phase: str,
    score: Callable[[torch.Tensor, str, float], object],
    shown: bool = True,
) -> Generator[Snapshot[ResultT], None, None]:
    """Attack a stack at several sizes: by PGD, and by all there is.

    Args:
        record: Of the run, whose work is counted in operations.
        target: What is attacked.
        training: Of its networks.
        tried: By size, in ascending order: images that something else made already.
        budget: Of the strongest attack.
        steps: Of PGD.
        phase: In words.
        score: Is told the images, `WEAK` or `STRONGEST`, and the size.
        shown: Whether there is something to show.
    """
    from core.attacks import evasion
    from core.attacks.worst_case import worst_cases

    found: dict[float, list[torch.Tensor]] = {}
    for size, others in tried.items():
        work = evasion.pgd(target, size, steps=steps)
        moved = yield from attacked(
            record, target, training.network, work, phase, 2 * steps, shown=shown
        )
        score(moved, WEAK, size)
        found[size] = [moved, *others]
    work_of_all, times = worst_cases(target, budget, found), WITHSTAND * budget.passes
    worst = yield from attacked(
        record, target, training.network, work_of_all, phase, times, shown=shown
    )
    for size, moved in worst.items():
        score(moved, STRONGEST, size)


def passes_at(sizes: int, steps: int, budget: Budget) -> float:
    """Forward passes for an image that `attacked_at` is expected to take.

    At each size PGD looks what is left at every step, on fewer images each time; and about 14 times
    it is looked what an attack has fooled.
    """
    return sizes * (2.6 * steps + 14) + WITHSTAND * budget.passes


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
