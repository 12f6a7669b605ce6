"""Training stacked networks of the digits side by side, each on its own examples and changes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from core.engine.adam import Adam
from core.lab.seeding import numpy_generator
from core.models.digit_cnn import DigitNets

BATCH = 32
LEARNING_RATE = 0.005
PIECE = 1 << 20
"""Activations of one layer computed at once, at most, where networks are asked."""
Change = Callable[[np.ndarray, np.random.Generator], np.ndarray]
"""Inputs `(n, d)` and a generator -> inputs to learn from."""


@dataclass(frozen=True)
class Learner:
    """What one network of a stack learns from.

    Attributes:
        seed: Of the order of the examples and of their changes; networks of one seed and as many
            examples see them in the same order.
        x: Inputs, `(n, 64)` float32.
        y: Labels, `(n,)` int64.
        change: What every pass over the examples goes through, drawn anew; none by default.
    """

    seed: int
    x: np.ndarray
    y: np.ndarray
    change: Change | None = None


def steps_in(n_train: int, passes: int) -> int:
    """Steps of `train`: whole batches only."""
    return passes * max(1, n_train // BATCH)


def train(
    nets: DigitNets, learners: Sequence[Learner], n_train: int, passes: int
) -> Generator[int, None, None]:
    """Train the networks in place, with Adam and a learning rate that falls to zero.

    Args:
        nets: One per learner.
        learners: Each with at least `n_train` examples. One with more sees other `n_train` of them
            in every pass, so that all take the same number of steps.
        n_train: Examples of one pass, at least one batch.
        passes: Over the examples.

    Yields:
        The number of steps done, before and after each, and while a pass is drawn.
    """
    optimizer, per_pass = Adam(list(nets.parameters)), steps_in(n_train, 1)
    total, done = steps_in(n_train, passes), 0
    for number in range(passes):
        drawn = []
        for learner in learners:
            drawn.append(_drawn(learner, number, per_pass * BATCH))
            yield done
        x, y = (torch.from_numpy(np.stack(part)) for part in zip(*drawn, strict=True))
        for batch in range(per_pass):
            rows = slice(batch * BATCH, (batch + 1) * BATCH)
            scores, labels = nets.logits(frozen=False)(x[:, rows]), y[:, rows]
            # A sum over models of means over examples: each gradient is as if it were alone.
            loss = cross_entropy(scores.flatten(0, 1), labels.flatten(), reduction="sum") / BATCH
            yield done
            optimizer.forget()
            loss.backward()
            optimizer.step(LEARNING_RATE * (1 - done / total))
            done += 1
            yield done


def _drawn(learner: Learner, number: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """The examples of one pass, in their order, changed."""
    order = numpy_generator(learner.seed, "pass", number).permutation(len(learner.y))[:n]
    x = learner.x[order]
    if learner.change is not None:
        x = learner.change(x, numpy_generator(learner.seed, "change", number))
    return x, learner.y[order]


def asked(
    nets: DigitNets, x: np.ndarray, *, features: bool = False
) -> Generator[None, None, np.ndarray]:
    """Ask the networks, pausing after every piece.

    Args:
        nets: One per set of inputs.
        x: Inputs, `(K, n, 64)` float32.
        features: Whether what the last layer reads is wanted in place of the logits.

    Returns:
        `(K, n, classes)` or `(K, n, units)` float32.
    """
    answer = nets.features() if features else nets.logits()
    size, found = max(1, PIECE // (len(x) * nets.widest)), []
    for part in torch.from_numpy(x).split(size, dim=1):
        with torch.no_grad():
            found.append(answer(part).numpy())
        yield
    return np.concatenate(found, axis=1)
