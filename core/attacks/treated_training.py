"""One small network under many treatments at once: decay, dropout, attacks, privacy, weights.

All networks of a stack take their steps together. The backward pass is written out: the errors of
each example that it needs anyway are what private training clips and what an attack climbs.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from core.engine.adam import Adam
from core.lab.seeding import numpy_generator, torch_generator

BATCH, LEARNING_RATE, LOOKS = 32, 0.005, 20
"""Examples of a step, the rate of the first one (it falls to zero), and how often early stopping
looks."""


@dataclass(frozen=True)
class Treatment:
    """What one network learns from, and how.

    Attributes:
        seed: Of its initial weights, the order of its examples and all that is drawn.
        x: Variants of its inputs, `(variants, n, d)` float32; each pass takes the next one.
        targets: A distribution over the classes for each, `(n, classes)` float32.
        weight_decay: Decoupled: each step shrinks the weights by the rate times this.
        dropout: Share of the hidden units left out in training, in [0, 1).
        epsilon: Largest change of an input by the attack that it learns from; 0 for none.
        clip: Largest norm of one example's gradient,
        noise: and standard deviation of the noise on their sum, over `clip`.
        picking: Inputs and classes on which to stop early; none for the last weights.
        patience: Looks without a new best before it stops.
        weights: What each example counts for in the loss, `(n,)` float32; None counts all alike.
            A gradient is clipped with its weight.
    """

    seed: int
    x: np.ndarray
    targets: np.ndarray
    weight_decay: float = 0.0
    dropout: float = 0.0
    epsilon: float = 0.0
    clip: float = math.inf
    noise: float = 0.0
    picking: tuple[np.ndarray, np.ndarray] | None = None
    patience: int = LOOKS
    weights: np.ndarray | None = None


class TreatedNets:
    """Networks of one hidden ReLU layer, one per treatment.

    Attributes:
        first: Input and bias to hidden, `(K, d + 1, width)`.
        second: Hidden and bias to output, `(K, width + 1, classes)`.
        ended: Share of the steps after which each was done, under 1 if it stopped early, `(K,)`.
    """

    def __init__(self, treatments: Sequence[Treatment], width: int, steps: int) -> None:
        """Draw initial weights, which a seed decides alone, and every network's order."""
        self.all, self.steps, self.done = list(treatments), steps, 0
        n_in, n_out = self.all[0].x.shape[2], self.all[0].targets.shape[1]
        drawn = {t.seed: _initial(t.seed, (n_in, width, n_out)) for t in self.all}
        self.first, self.second = (
            torch.stack([drawn[t.seed][layer] for t in self.all]) for layer in (0, 1)
        )
        self.ended = np.ones(len(self.all))
        self._tables = _Tables(self.all, steps)
        self._adam = Adam([self.first, self.second])
        self._decay = torch.tensor([t.weight_decay for t in self.all]).view(-1, 1, 1)
        self._clip = torch.tensor([t.clip for t in self.all]).view(-1, 1)
        self._rows = {
            name: [k for k, t in enumerate(self.all) if getattr(t, name)]
            for name in ("dropout", "epsilon", "noise", "picking")
        }
        self._drawn = {
            name: [torch_generator(self.all[k].seed, name) for k in rows]
            for name, rows in self._rows.items()
        }
        self._best = _Best(self, self._rows["picking"])

    def train(self) -> Generator[float, None, None]:
        """Take all steps; yields the share done after each."""
        look = max(1, self.steps // LOOKS)
        for step in range(self.steps):
            self._step(*self._tables.batch(step), self._tables.weights(step))
            self.done = step + 1
            if self.done % look == 0:
                self._best.look(self.done / self.steps)
            yield self.done / self.steps
        self._best.restore()

    def answers(self, x: torch.Tensor) -> torch.Tensor:
        """Logits for inputs `(K, n, d)` or the same `(n, d)` for all: `(K, n, classes)`."""
        return forward(self.first, self.second, x)

    def _step(self, x: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor | None) -> None:
        x = self._attacked(x, targets)
        inputs, hidden, low, high = self._errors(x, targets, self._mask(x.shape[1]))
        if weights is not None:
            low, high = low * weights, high * weights
        norms = inputs.square().sum(-1) * low.square().sum(-1)
        norms = (norms + hidden.square().sum(-1) * high.square().sum(-1)).sqrt()
        scale = (self._clip / norms.clamp_min(1e-12)).clamp_max(1.0).unsqueeze(-1) / BATCH
        self.first.grad = inputs.mT @ (low * scale)
        self.second.grad = hidden.mT @ (high * scale)
        self._add_noise()
        rate = LEARNING_RATE * (1 - self.done / self.steps)
        for weight in (self.first, self.second):
            weight[:, :-1] *= 1 - rate * self._decay
        self._adam.step(rate)

    def _errors(
        self, x: torch.Tensor, targets: torch.Tensor, mask: torch.Tensor, rows: Any = slice(None)
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """Inputs and hidden units with ones behind them, and the errors at both layers."""
        first, second = self.first[rows], self.second[rows]
        inputs = _with_ones(x)
        before = inputs @ first
        open_ = mask * (before > 0)
        hidden = _with_ones(before * open_)
        high = (hidden @ second).softmax(-1) - targets
        return inputs, hidden, high @ second[:, :-1].mT * open_, high

    def _mask(self, batch: int) -> torch.Tensor:
        rows = self._rows["dropout"]
        width = self.first.shape[2]
        mask = torch.ones(len(self.all), batch, width)
        if rows:
            shares = torch.tensor([self.all[k].dropout for k in rows]).view(-1, 1, 1)
            kept = [torch.rand(batch, width, generator=g) for g in self._drawn["dropout"]]
            mask[rows] = (torch.stack(kept) >= shares) / (1 - shares)
        return mask

    def _attacked(self, x: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """One step along the sign of the gradient from a random place (Wong et al. 2020)."""
        rows = self._rows["epsilon"]
        if not rows:
            return x
        size = torch.tensor([self.all[k].epsilon for k in rows]).view(-1, 1, 1)
        thrown = [torch.rand(x.shape[1:], generator=g) for g in self._drawn["epsilon"]]
        change = size * (2 * torch.stack(thrown) - 1)
        _, _, low, _ = self._errors(x[rows] + change, targets[rows], torch.ones(()), rows)
        change = change + 1.25 * size * (low @ self.first[rows, :-1].mT).sign()
        x = x.clone()
        x[rows] = (x[rows] + change.clamp(-size, size)).clamp(0, 1)
        return x

    def _add_noise(self) -> None:
        for row, generator in zip(self._rows["noise"], self._drawn["noise"], strict=True):
            size = self.all[row].clip * self.all[row].noise / BATCH
            for weight in (self.first, self.second):
                assert weight.grad is not None
                weight.grad[row] += size * torch.randn(weight.shape[1:], generator=generator)


class _Best:
    """The weights of networks that stop early, where the examples that pick were fitted best."""

    def __init__(self, nets: TreatedNets, rows: list[int]) -> None:
        self._nets, self._rows = nets, rows
        pairs = [pair for pair in (nets.all[k].picking for k in rows) if pair is not None]
        self._x, self._y = (
            torch.from_numpy(np.stack([pair[part] for pair in pairs])) if rows else torch.empty(0)
            for part in (0, 1)
        )
        self._lowest, self._waited = np.full(len(rows), np.inf), np.zeros(len(rows))
        self._kept = [nets.first[rows].clone(), nets.second[rows].clone()]

    def look(self, share: float) -> None:
        if not self._rows:
            return
        nets = self._nets
        scores = forward(nets.first[self._rows], nets.second[self._rows], self._x)
        own = scores.log_softmax(-1).gather(-1, self._y.unsqueeze(-1))
        loss = -own.mean((1, 2)).double().numpy()
        patience = np.array([nets.all[k].patience for k in self._rows])
        goes_on = self._waited < patience
        better = goes_on & (loss < self._lowest)
        self._waited = np.where(better, 0, self._waited + goes_on)
        done = goes_on & (self._waited >= patience)
        self._lowest = np.where(better, loss, self._lowest)
        for place in np.flatnonzero(better):
            row = self._rows[place]
            self._kept[0][place], self._kept[1][place] = nets.first[row], nets.second[row]
        for place in np.flatnonzero(done):
            nets.ended[self._rows[place]] = share

    def restore(self) -> None:
        self._nets.first[self._rows], self._nets.second[self._rows] = self._kept


class _Tables:
    """Every input once, and where each network finds those of a step."""

    def __init__(self, treatments: Sequence[Treatment], steps: int) -> None:
        inputs = {id(t.x): t.x.reshape(-1, t.x.shape[2]) for t in treatments}
        starts = dict(zip(inputs, np.cumsum([0, *map(len, inputs.values())]), strict=False))
        x = torch.from_numpy(np.concatenate(list(inputs.values())))
        targets = {id(t.targets): t.targets for t in treatments}
        places = dict(zip(targets, np.cumsum([0, *map(len, targets.values())]), strict=False))
        self._both = x, torch.from_numpy(np.concatenate(list(targets.values())))
        orders: dict[tuple[int, int, int], tuple[np.ndarray, np.ndarray]] = {}
        for t in treatments:
            known = t.seed, t.x.shape[0], t.x.shape[1]
            if known not in orders:
                orders[known] = _order(*known, steps)
        self._orders = [orders[t.seed, t.x.shape[0], t.x.shape[1]] for t in treatments]
        firsts = [(starts[id(t.x)], places[id(t.targets)]) for t in treatments]
        self._starts = np.array(firsts).T[..., None]
        self._weighted = [(k, t.weights) for k, t in enumerate(treatments) if t.weights is not None]

    def batch(self, step: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Inputs `(K, batch, d)` and targets `(K, batch, classes)`."""
        rows = slice(step * BATCH, (step + 1) * BATCH)
        inputs, targets = (
            table[torch.from_numpy(np.stack([own[part][rows] for own in self._orders]) + start)]
            for part, (table, start) in enumerate(zip(self._both, self._starts, strict=True))
        )
        return inputs, targets

    def weights(self, step: int) -> torch.Tensor | None:
        """What each example of a step counts for, `(K, batch, 1)`; None where all count alike."""
        if not self._weighted:
            return None
        found = np.ones((len(self._orders), BATCH, 1), dtype=np.float32)
        rows = slice(step * BATCH, (step + 1) * BATCH)
        for k, own in self._weighted:
            found[k, :, 0] = own[self._orders[k][1][rows]]
        return torch.from_numpy(found)


def _order(seed: int, variants: int, n: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the variants, and examples, in the order in which a network meets them."""
    rng = numpy_generator(seed, "order", n)
    passes = -(-steps * BATCH // n)
    order = np.stack([rng.permutation(n) for _ in range(passes)])
    rows = order + n * (np.arange(passes) % variants)[:, None]
    return rows.reshape(-1), order.reshape(-1)


def forward(first: torch.Tensor, second: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Logits of stacked networks: inputs `(K, n, d)` or `(n, d)` -> `(K, n, classes)`."""
    return _with_ones((_with_ones(x) @ first).relu()) @ second


def _with_ones(x: torch.Tensor) -> torch.Tensor:
    return torch.cat([x, x.new_ones(*x.shape[:-1], 1)], dim=-1)


def _initial(seed: int, sizes: tuple[int, int, int]) -> list[torch.Tensor]:
    """Weights as `torch.nn.Linear` draws them, biases in the last row."""
    rng = torch_generator(seed, "treated", "weights")
    return [
        (2 * torch.rand(n_in + 1, n_out, generator=rng) - 1) / math.sqrt(n_in)
        for n_in, n_out in itertools.pairwise(sizes)
    ]


def pruned(layer: torch.Tensor, share: float) -> torch.Tensor:
    """Set the smallest weights of each network's layer to zero; biases, in the last row, stay.

    Args:
        layer: `(K, inputs + 1, outputs)`.
        share: Of the weights, in [0, 1).
    """
    weights = layer[:, :-1]
    flat = weights.abs().flatten(1)
    cut = flat.kthvalue(max(1, round(share * flat.shape[1])), dim=1).values if share else None
    if cut is None:
        return layer
    kept = weights * (weights.abs() > cut.view(-1, 1, 1))
    return torch.cat([kept, layer[:, -1:]], 1)


def rounded(layer: torch.Tensor, bits: int) -> torch.Tensor:
    """Round each network's weights to whole steps of one size, as many as `bits` tell apart.

    Symmetric about zero, the largest weight of a layer at the end of the scale; biases stay.
    """
    weights = layer[:, :-1]
    most = 2 ** (bits - 1) - 1
    step = weights.abs().amax((1, 2), keepdim=True).clamp_min(1e-12) / most
    return torch.cat([(weights / step).round() * step, layer[:, -1:]], 1)
