"""Loss and accuracy of a stack on every split, in pieces small enough for cache and pauses."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator

import numpy as np
import torch

from core.engine.batches import Examples
from core.engine.stack import Stack

PIECE = 1 << 18
"""Activations of one layer computed at once, at most (one megabyte)."""
METRICS = ("loss", "accuracy")


class Evaluation:
    """Measures a stack's models in evaluation mode."""

    def __init__(self, stack: Stack, examples: Examples) -> None:
        """Find each model's rows in the table of examples."""
        self._stack, self._examples = stack, examples
        names = dict.fromkeys(name for job in stack.jobs for name in job.splits)
        self._pieces = {name: list(self._pieces_of(name)) for name in names}

    def _pieces_of(self, split: str) -> Iterator[tuple[slice, torch.Tensor]]:
        # Neighbours with equally many examples go together.
        sets = [job.splits.get(split) for job in self._stack.jobs]
        lengths = [0 if found is None else len(found[1]) for found in sets]
        first = 0
        for n, same in itertools.groupby(lengths):
            last = first + len(list(same))
            most = max(1, PIECE // (n * self._widest()) if n else last)
            for start in range(first, last if n else first, most):
                rows = slice(start, min(start + most, last))
                found = [self._examples.start(*s) for s in sets[rows] if s is not None]
                yield rows, torch.tensor(found)[:, None] + torch.arange(n)
            first = last

    def _widest(self) -> int:
        return max(*self._stack.shape.hidden, self._examples.rows.shape[1], 1)

    def run(self) -> Generator[None, None, dict[tuple[str, str], np.ndarray]]:
        """Evaluate, pausing after every piece.

        Returns:
            `(split, metric)` -> one value per model, `(K,)`; NaN where a model has no such split.
        """
        count = len(self._stack.jobs)
        found = {(s, m): np.full(count, np.nan) for s in self._pieces for m in METRICS}
        for split, pieces in self._pieces.items():
            for rows, index in pieces:
                sums = torch.zeros(2, len(index), dtype=torch.float64)
                for part in torch.split(index, max(1, PIECE // self._widest()), dim=1):
                    sums += self._sums(rows, part)
                    yield
                for metric, values in zip(METRICS, sums / index.shape[1], strict=True):
                    found[split, metric][rows] = values.numpy()
        return found

    def _sums(self, rows: slice, index: torch.Tensor) -> torch.Tensor:
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
    of_label = z.gather(2, y.unsqueeze(2)).squeeze(2)
    return torch.logsumexp(by_class, 1) - of_label, by_class.argmax(1) == y
