"""K networks of one shape as stacked tensors: their weights and what they compute.

Layer `l` of all models is one tensor `(K, inputs + 1, outputs)` whose last row holds the biases.
Hidden layers are stored at a power of two; the units that are not there have zero weights in and
out, which stay exactly zero in training because ReLU passes nothing and no gradient at zero.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from core.engine.job import Job, stored_width
from core.lab.seeding import torch_generator

EPSILON = 1e-5
"""Added to variances by batch norm, as in torch.nn.BatchNorm1d."""
ALIGNMENT = 16
"""Floats in 64 bytes: every layer starts on a cache line."""
FEW_OUTPUTS = 16
"""Layers of at most so many units are evaluated transposed."""
COLLIDING = 512
"""Rows of a multiple of so many floats lie in the same few places of the first cache, where a
column is read through: such layers get a cache line of zeros behind each row."""


@dataclass(frozen=True)
class Shape:
    """What models must share to be trained as one stack.

    Attributes:
        n_features: Inputs.
        hidden: Stored widths of the hidden layers.
        n_outputs: Logits.
        batch_norm: Whether hidden layers are normalised.
    """

    n_features: int
    hidden: tuple[int, ...]
    n_outputs: int
    batch_norm: bool

    @classmethod
    def of(cls, job: Job) -> Shape:
        """Shape at which a job's network is stored."""
        hidden = tuple(map(stored_width, job.hidden))
        return cls(job.data.n_features, hidden, job.n_outputs, job.batch_norm)

    @property
    def layers(self) -> tuple[tuple[int, int], ...]:
        """Inputs and outputs of every layer."""
        return tuple(itertools.pairwise((self.n_features, *self.hidden, self.n_outputs)))

    def blocks(self, models: int) -> list[tuple[int, ...]]:
        """Shapes of the parameter blocks: each layer, then scale and shift of each batch norm."""
        layers: list[tuple[int, ...]] = [(models, i + 1, o) for i, o in self.layers]
        norms = [(models, width) for width in self.hidden for _ in range(2)]
        return layers + norms * self.batch_norm


class Blocks:
    """Parameters, gradients or moments of a stack: one flat tensor and its named views.

    Attributes:
        flat: `(n,)`, float32 or shorter.
        all: Every block as it lies in `flat`, without gaps: wide layers with their spare columns.
        layers: `(K, inputs + 1, outputs)` per layer, without spare columns.
        norms: `(scale, shift)`, each `(K, width)`, per hidden layer with batch norm.
    """

    def __init__(self, shape: Shape, models: int, kind: torch.dtype = torch.float32) -> None:
        """Allocate zeros of a kind."""
        asked = shape.blocks(models)
        wanted = [torch.Size((*block[:-1], row_room(block[-1]))) for block in asked]
        rooms = [-(-size.numel() // ALIGNMENT) * ALIGNMENT for size in wanted]
        starts = [0, *itertools.accumulate(rooms)]
        self.flat = torch.zeros(starts[-1], dtype=kind)
        self.all = [
            self.flat[start : start + size.numel()].view(size)
            for start, size in zip(starts, wanted, strict=False)
        ]
        n_layers = len(shape.layers)
        seen = [block[..., : own[-1]] for block, own in zip(self.all, asked, strict=True)]
        self.layers, norms = seen[:n_layers], seen[n_layers:]
        self.norms = list(zip(norms[::2], norms[1::2], strict=True))


def row_room(outputs: int) -> int:
    """Floats from one row of a layer to the next, see `COLLIDING`."""
    return outputs + (0 if outputs % COLLIDING else ALIGNMENT)


class Stack:
    """Weights of K models of one shape.

    Attributes:
        shape: Of every model.
        jobs: The models, in the order of the rows.
        weights: Their parameters.
        running: Mean and variance, each `(K * width,)`, per hidden layer with batch norm.
    """

    def __init__(self, jobs: Sequence[Job]) -> None:
        """Draw the initial weights of each job from its own seed, or take those that it brings."""
        self.shape = Shape.of(jobs[0])
        self.jobs = tuple(jobs)
        self.weights = Blocks(self.shape, len(jobs))
        units = [len(jobs) * width for width in self.shape.hidden * self.shape.batch_norm]
        self.running = [(torch.zeros(n), torch.ones(n)) for n in units]
        for sizes in dict.fromkeys(job.sizes for job in jobs):
            self._draw(sizes)
        for row, job in enumerate(jobs):
            for block, given in zip(self.weights.layers, job.initial, strict=False):
                inputs, outputs = len(given) - 1, given.shape[1]
                block[row, :inputs, :outputs] = torch.from_numpy(given[:-1])
                block[row, -1, :outputs] = torch.from_numpy(given[-1])
        for scale, _ in self.weights.norms:
            scale.fill_(1.0)

    def _draw(self, sizes: tuple[int, ...]) -> None:
        rows = [row for row, job in enumerate(self.jobs) if job.sizes == sizes]
        places = {seed: n for n, seed in enumerate({self.jobs[row].seed: 0 for row in rows})}
        drawn = initial_weights(list(places), sizes)
        each = torch.tensor([places[self.jobs[row].seed] for row in rows])
        for layer, (block, own) in enumerate(zip(self.weights.layers, drawn, strict=True)):
            first = own if len(own) == len(rows) else own[each]
            inputs, outputs = first.shape[1] - 1, first.shape[2]
            block[rows, :inputs, :outputs] = first[:, :-1]
            # Batch norm subtracts whatever bias stands before it: it would only drift.
            if not self.shape.batch_norm or layer == len(drawn) - 1:
                block[rows, -1, :outputs] = first[:, -1]

    def copy_rows(self, rows: Sequence[int], source: Stack) -> None:
        """Take over the weights of some models from another stack of the same jobs."""
        index = torch.tensor(rows)
        for mine, theirs in zip(self.weights.all, source.weights.all, strict=True):
            mine[index] = theirs[index]
        for own, other in zip(self.running, source.running, strict=True):
            for mine, theirs in zip(own, other, strict=True):
                count = len(self.jobs)
                mine.view(count, -1)[index] = theirs.view(count, -1)[index]

    def logits(self, x: torch.Tensor, rows: slice | torch.Tensor) -> torch.Tensor:
        """Outputs of some models in evaluation mode.

        Args:
            x: Inputs with a last column of ones, `(rows, n, n_features + 1)`.
            rows: Which models.

        Returns:
            Logits, `(rows, n, n_outputs)`.
        """
        first, *later = [block[rows] for block in self.weights.layers]
        z = _through(x, first)
        for number, layer in enumerate(later):
            if self.shape.batch_norm:
                scale, shift = self._folded_norm(number, rows)
                z.mul_(scale).add_(shift)
            z = _through(z.clamp_min_(0), layer[:, :-1], layer[:, -1:])
        return z

    def _folded_norm(
        self, number: int, rows: slice | torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        count = len(self.jobs)
        mean, variance = (stat.view(count, 1, -1)[rows] for stat in self.running[number])
        scale, shift = (block[rows].unsqueeze(1) for block in self.weights.norms[number])
        scale = scale * torch.rsqrt(variance + EPSILON)
        return scale, shift - mean * scale


def _through(
    x: torch.Tensor, weights: torch.Tensor, bias: torch.Tensor | None = None
) -> torch.Tensor:
    """Outputs of one layer, `(K, n, outputs)`; few of them lie in memory output by output.

    The product of a tall matrix and a thin one takes three to four times as long as of the same
    two transposed.
    """
    if weights.shape[2] <= FEW_OUTPUTS:
        return _product(weights.mT, x.mT, None if bias is None else bias.mT).mT
    return _product(x, weights, bias)


def _product(a: torch.Tensor, b: torch.Tensor, more: torch.Tensor | None) -> torch.Tensor:
    return torch.bmm(a, b) if more is None else torch.baddbmm(more, a, b)


def initial_weights(seeds: Sequence[int], sizes: Sequence[int]) -> list[torch.Tensor]:
    """Draw first weights as torch.nn.Linear does: uniform in `± 1/sqrt(inputs)`.

    Args:
        seeds: Of the models; layer `l` of each uses the generator `(seed, "weights", l)`, so
            that models of one seed and the same sizes begin alike.
        sizes: Layer widths from input to output.

    Returns:
        Per layer `(models, inputs + 1, outputs)`, biases in the last row.
    """
    layers = []
    for layer, (inputs, outputs) in enumerate(itertools.pairwise(sizes)):
        draws = torch.empty(len(seeds), (inputs + 1) * outputs)
        for row, seed in zip(draws, seeds, strict=True):
            row.uniform_(-1, 1, generator=torch_generator(seed, "weights", layer))
        layers.append(draws.div_(inputs**0.5).view(len(seeds), inputs + 1, outputs))
    return layers
