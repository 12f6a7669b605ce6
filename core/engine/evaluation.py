"""Loss and accuracy of a stack on every split, in pieces small enough for cache and pauses."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator, Mapping, Sequence

import numpy as np
import torch

from core.engine.batches import Examples
from core.engine.stack import Stack

PIECE = 1 << 18
"""Activations of one layer computed at once, at most (one megabyte)."""
METRICS = ("loss", "accuracy")
Piece = tuple[slice | torch.Tensor, torch.Tensor]
"""Models, and the rows of the table of examples that each of them is asked about."""
Found = dict[tuple[str, str], np.ndarray]


class Evaluation:
    """Measures a stack's models in evaluation mode."""

    def __init__(self, stack: Stack, examples: Examples) -> None:
        """Find each model's rows in the table of examples."""
        self._stack, self._examples = stack, examples
        names = dict.fromkeys(name for job in stack.jobs for name in job.splits)
        models = range(len(stack.jobs))
        self._pieces = {name: list(self._pieces_of(name, models)) for name in names}

    def _pieces_of(self, split: str, models: Sequence[int]) -> Iterator[Piece]:
        # Neighbours with equally many examples go together.
        sets = {model: self._stack.jobs[model].splits.get(split) for model in models}
        lengths = {model: 0 if own is None else len(own[1]) for model, own in sets.items()}
        for n, same in itertools.groupby(models, key=lengths.__getitem__):
            alike = list(same) if n else []
            most = max(1, PIECE // max(1, n * self._widest()))
            for some in (alike[at : at + most] for at in range(0, len(alike), most)):
                found = [self._examples.start(*s) for m in some if (s := sets[m]) is not None]
                neighbours = some[-1] - some[0] == len(some) - 1
                rows = slice(some[0], some[-1] + 1) if neighbours else torch.tensor(some)
                yield rows, torch.tensor(found)[:, None] + torch.arange(n)

    def _widest(self) -> int:
        return max(*self._stack.shape.hidden, self._examples.rows.shape[1], 1)

    def run(self) -> Generator[None, None, Found]:
        """Evaluate, pausing after every piece.

        Returns:
            `(split, metric)` -> one value per model, `(K,)`; NaN where a model has no such split.
        """
        return self._measured(self._pieces)

    def first(self) -> Generator[None, None, Found]:
        """Evaluate before the first step: models that begin alike are asked once for all of them.

        Arms that are compared in pairs begin alike, so that the first picture comes sooner.
        """
        firsts = {split: self._firsts(split) for split in self._pieces}
        pieces = {
            split: list(self._pieces_of(split, sorted(set(models))))
            for split, models in firsts.items()
        }
        found = yield from self._measured(pieces)
        return {key: values[firsts[key[0]]] for key, values in found.items()}

    def _firsts(self, split: str) -> list[int]:
        """For each model the first that begins with the same weights and has the same examples."""
        seen: dict[object, int] = {}
        keys = (
            (job.seed, job.sizes, tuple(map(id, (*job.initial, *job.splits.get(split, ())))))
            for job in self._stack.jobs
        )
        return [seen.setdefault(key, model) for model, key in enumerate(keys)]

    def _measured(self, pieces: Mapping[str, list[Piece]]) -> Generator[None, None, Found]:
        found = {
            split: torch.full((len(METRICS), len(self._stack.jobs)), torch.nan, dtype=torch.float64)
            for split in pieces
        }
        for split, own in pieces.items():
            for rows, index in own:
                sums = torch.zeros(2, len(index), dtype=torch.float64)
                for part in torch.split(index, max(1, PIECE // self._widest()), dim=1):
                    sums += self._sums(rows, part)
                    yield
                found[split][:, rows] = sums / index.shape[1]
        return {
            (split, metric): values.numpy()
            for split, both in found.items()
            for metric, values in zip(METRICS, both, strict=True)
        }

    def _sums(self, rows: slice | torch.Tensor, index: torch.Tensor) -> torch.Tensor:
        flat = index.flatten()
        x = self._examples.rows.index_select(0, flat).view(*index.shape, -1)
        y = self._examples.labels.index_select(0, flat).view(index.shape)
        z = self._stack.logits(x[:, :, : self._stack.shape.n_features + 1], rows)
        losses, right = _binary(z[:, :, 0], y) if z.shape[2] == 1 else _multiclass(z, y)
        return torch.stack([losses.sum(1, dtype=torch.float64), right.sum(1).double()])


def _binary(z: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    losses = torch.nn.functional.softplus(z) - z * y
    return losses, (z > 0) == (y == 1)


def _multiclass(z: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    # Classes before examples: reductions over ten neighbouring numbers are slow.
    by_class = z.mT.contiguous()
    of_label = by_class.gather(1, y.unsqueeze(1)).squeeze(1)
    return torch.logsumexp(by_class, 1) - of_label, by_class.argmax(1) == y
