"""Training in shards and slices, so that a record can be forgotten exactly, and cheaper.

SISA: sharded, isolated, sliced and aggregated training (Bourtoule et al. 2021). The records are
dealt into shards, and a network of its own learns each. A shard is dealt into slices: the network
learns the first slice, then the first two, and so on, and its weights are kept before each stage.
A record leaves no trace outside its shard and before its slice, so that forgetting it means going
back to the weights before its slice, and training that one network again from there.

The recipe of that training (seed, batches, order, shapes) is that of a network which never saw the
record, so the weights are its weights. They are equal bit for bit when the same kernels run; a
processor may take others where fewer networks are trained at once, and then they are equal up to
the rounding of 32-bit numbers.

Importing this does not import torch; the first ensemble does.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.lab.seeding import derived_seed, numpy_generator, torch_generator

if TYPE_CHECKING:
    import torch

    from core.models.private_sgd import PrivateNetworks

SLICES = 2
SHARE = 0.2
"""Chance of a record to be in a batch."""
LEARNING_RATE = 0.1
PIECE = 100
"""Records whose outputs are computed at once: hidden units of all networks take the memory."""


@dataclass(frozen=True)
class Shards:
    """Who learns what; all networks of all ensembles side by side.

    Attributes:
        x: Inputs, `(n_ensembles * n_shards, n_records / n_shards, d)` float32, slice by slice.
        y: Labels, `(n_ensembles * n_shards, n_records / n_shards)`.
        place: Which of the ensemble's records each row is, same shape as `y`.
        n_shards: Networks per ensemble.
    """

    x: np.ndarray
    y: np.ndarray
    place: np.ndarray
    n_shards: int


def deal(x: np.ndarray, y: np.ndarray, n_shards: int, seeds: list[int]) -> Shards:
    """Deal each ensemble's records into shards and slices at random.

    Args:
        x: Inputs, `(n_ensembles, n_records, d)`.
        y: Labels, `(n_ensembles, n_records)`.
        n_shards: Divides `n_records`, and `SLICES` what a shard gets.
        seeds: One per ensemble.

    Raises:
        ValueError: If the shards or slices would not be of one size.
    """
    n_records = y.shape[1]
    if n_records % (n_shards * SLICES):
        raise ValueError(f"{n_records} records make no {n_shards} shards of {SLICES} slices")
    orders = [numpy_generator(seed, "sisa", "deal").permutation(n_records) for seed in seeds]
    place = np.concatenate([order.reshape(n_shards, -1) for order in orders])
    at = np.repeat(np.arange(len(seeds)), n_shards)[:, None]
    return Shards(x[at, place], y[at, place], place, n_shards)


def present_without(shards: Shards, forgotten: np.ndarray) -> np.ndarray:
    """Which rows remain, `(n_ensembles * n_shards, rows)` bool.

    Args:
        shards: Who learns what.
        forgotten: Each ensemble's records to forget, `(n_ensembles, n_forget)` places.
    """
    gone = np.repeat(forgotten, shards.n_shards, axis=0)
    return np.stack([~np.isin(row, out) for row, out in zip(shards.place, gone, strict=True)])


def first_stage(present: np.ndarray) -> np.ndarray:
    """Stage from which each network must be trained again, `(networks,)`; `SLICES` for never."""
    gone = ~present.reshape(len(present), SLICES, -1)
    touched = np.any(gone, axis=2)
    return np.where(touched.any(axis=1), touched.argmax(axis=1), SLICES)


def stage_steps(steps: int) -> int:
    """Updates of one stage: over all stages as many examples are seen as in `steps` on all."""
    return max(1, round(2 * steps / (SLICES + 1)))


def share_of_work(first: np.ndarray) -> np.ndarray:
    """Share of a network's whole training that going on from a stage takes, in examples seen."""
    stages = np.arange(1, SLICES + 1)
    left = np.append(stages[::-1].cumsum()[::-1], 0)
    return np.asarray(left[first] / stages.sum())


def work_of_requests(shards: Shards, requests: int, seed: int) -> float:
    """Draw so many records of each ensemble to forget at once, and count the work.

    Returns:
        The mean over all networks of `share_of_work`.
    """
    n_ensembles, n = len(shards.y) // shards.n_shards, shards.y.shape[1] * shards.n_shards
    rng = numpy_generator(seed, "sisa", "requests", requests)
    places = np.stack([rng.permutation(n)[:requests] for _ in range(n_ensembles)])
    return float(share_of_work(first_stage(present_without(shards, places))).mean())


class Ensembles:
    """The networks of all shards, with what they were before each stage.

    Attributes:
        networks: As they are now.
    """

    def __init__(self, shards: Shards, width: int, n_classes: int, seeds: list[int]) -> None:
        """Draw initial weights.

        Args:
            shards: Who learns what.
            width: Units in the hidden layer of each network.
            n_classes: Of the labels.
            seeds: One per ensemble.
        """
        from core.models.private_sgd import PrivateNetworks

        self._shards = shards
        self._seeds = [derived_seed(s, "sisa", k) for s in seeds for k in range(shards.n_shards)]
        self.networks: PrivateNetworks = PrivateNetworks(
            shards.x.shape[2], width, n_classes, 1, self._seeds
        )
        self._before: list[tuple[torch.Tensor, torch.Tensor]] = []

    def learn(self, present: np.ndarray, steps: int) -> Generator[None, None, None]:
        """Train all networks from the start, and keep their weights before each stage."""
        for stage in range(SLICES):
            self._before.append((self.networks.first.clone(), self.networks.second.clone()))
            yield from self._stage(np.arange(len(present)), present, stage, stage_steps(steps))

    def forget(self, present: np.ndarray, steps: int) -> Generator[None, None, None]:
        """Train those networks again that saw what is gone now, each from its stage on."""
        first = first_stage(present)
        for stage in range(SLICES):
            again = np.flatnonzero(first == stage)
            for weights, kept in zip(self.weights(), self._before[stage], strict=True):
                weights[:, again] = kept[:, again]
            # What the networks are from here on is what they are kept as.
            at = np.flatnonzero(first < stage)
            for weights, kept in zip(self.weights(), self._before[stage], strict=True):
                kept[:, at] = weights[:, at]
            yield from self._stage(
                np.flatnonzero(first <= stage), present, stage, stage_steps(steps)
            )

    def weights(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Both layers of all networks as they are now, see `PrivateNetworks`."""
        return self.networks.first, self.networks.second

    def _stage(
        self, which: np.ndarray, present: np.ndarray, stage: int, steps: int
    ) -> Generator[None, None, None]:
        """Some updates of some networks on their first slices; momentum begins at rest."""
        import torch

        from core.models.private_sgd import with_ones

        if not len(which):
            return
        rows = present.shape[1] // SLICES * (stage + 1)
        part = self.networks.some(which)
        inputs = with_ones(torch.from_numpy(self._shards.x[which, :rows]))
        labels = torch.from_numpy(self._shards.y[which, :rows])
        joins = self._tosses(which, present[which, :rows], stage, steps)
        still = [torch.zeros(())] * 2
        clips = torch.full((1, 1, 1), torch.inf)
        for step in range(steps):
            index, chosen = _rows(joins[:, step])
            batch = inputs.gather(1, index[..., None].expand(-1, -1, inputs.shape[2]))
            part.step(
                batch, labels.gather(1, index), chosen, clips, still, LEARNING_RATE / (SHARE * rows)
            )
            yield
        self.networks.put(which, part)

    def _tosses(
        self, which: np.ndarray, present: np.ndarray, stage: int, steps: int
    ) -> torch.Tensor:
        """Which rows join each batch, `(networks, steps, rows)` bool; who is gone joins none."""
        import torch

        found = [
            torch.rand(
                (steps, present.shape[1]),
                generator=torch_generator(self._seeds[place], "sisa", "batches", stage),
            )
            < SHARE
            for place in which
        ]
        return torch.stack(found) & torch.from_numpy(present)[:, None]


def batch_room(n: int) -> int:
    """Length to which batches of `n` rows are padded.

    It depends on nothing but the number of rows: what a network becomes must not hang on its
    neighbours, and sums over another length would round in another way. One batch in 30,000 is
    longer and loses its end.
    """
    return min(n, math.ceil(SHARE * n + 4 * math.sqrt(SHARE * (1 - SHARE) * n)))


def padded_examples(n: int, steps: int) -> int:
    """Examples, padding among them, that a network goes through in all stages.

    Args:
        n: Rows of its shard.
        steps: See `stage_steps`.
    """
    return stage_steps(steps) * sum(batch_room(n * k // SLICES) for k in range(1, SLICES + 1))


def _rows(joins: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Places of the rows that join, in order, and 1 for those, 0 for the padding behind them."""
    order = (~joins).byte().argsort(dim=1, stable=True)[:, : batch_room(joins.shape[1])]
    return order, joins.gather(1, order).float()


def log_probabilities(ensembles: Ensembles, x: np.ndarray, n_shards: int) -> np.ndarray:
    """Log of the mean probability over each ensemble's networks, `(n_ensembles, n, classes)`."""
    found = []
    for first in range(0, len(x), PIECE):
        logits = ensembles.networks.logits(x[first : first + PIECE])[0]
        odds = np.exp(logits - logits.max(axis=-1, keepdims=True), dtype=np.float64)
        odds /= odds.sum(axis=-1, keepdims=True)
        found.append(odds.reshape(-1, n_shards, *odds.shape[1:]).mean(axis=1))
    return np.asarray(np.log(np.maximum(np.concatenate(found, axis=1), 1e-300)))
