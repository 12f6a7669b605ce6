"""Networks that read signals: logistic regression, a perceptron, convolutions, a recurrent unit.

All seeds of one kind are stacked; the layers are those of Greydanus & Kobak 2024, but that the
multilayer perceptron has no connection past its second layer.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from math import prod

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core.engine.adam import Adam
from core.lab.seeding import torch_generator
from core.models.gated import States
from core.models.mnist1d_plans import CHANNELS, SHAPES, Kind

STRIDE = 2
CHUNK = 2500
"""Signals asked about at once, over all networks."""


class Mnist1dNets:
    """Networks of one kind, one per seed.

    Attributes:
        kind: How they read.
        parameters: By name, each stacked over the seeds, `(K, ...)`.
    """

    def __init__(self, kind: Kind, seeds: Sequence[int]) -> None:
        """Draw the weights, as PyTorch's modules do: uniform within the root of 1 over inputs."""
        self.kind = kind
        self.parameters: Mapping[str, Tensor] = {
            name: _drawn(name, kind, shape, inputs, seeds)
            for name, (shape, inputs) in SHAPES[kind].items()
        }
        self._adam = Adam(list(self.parameters.values()))

    def logits(self, x: Tensor) -> Tensor:
        """Answers `(K, B, 10)` to signals `(K, B, 40)`."""
        return READERS[self.kind](self.parameters, x)

    def learn(self, x: Tensor, y: Tensor, rate: float) -> Generator[None, None, None]:
        """Take one step of Adam on a batch, pausing between its two halves."""
        loss = functional.cross_entropy(self.logits(x).flatten(0, 1), y.flatten(), reduction="sum")
        yield
        (loss / y.shape[1]).backward()
        self._adam.step(rate)

    def accuracy(self, x: Tensor, y: Tensor) -> Generator[None, None, np.ndarray]:
        """Share of signals `(K, n, 40)` answered as `y`, `(K, n)`, says: `(K,)`; pauses."""
        right = []
        size = max(1, CHUNK // len(x))
        for part, labels in zip(x.split(size, 1), y.split(size, 1), strict=True):
            with torch.no_grad():
                right.append(self.logits(part).argmax(2) == labels)
            yield
        found: np.ndarray = torch.cat(right, 1).double().mean(1).numpy()
        return found


def _drawn(
    name: str, kind: Kind, shape: tuple[int, ...], inputs: int, seeds: Sequence[int]
) -> Tensor:
    each = [torch.rand(prod(shape), generator=torch_generator(s, kind, name)) for s in seeds]
    stacked = torch.stack(each).view(len(seeds), *shape)
    return ((2 * stacked - 1) / inputs**0.5).requires_grad_()


def _dense(weights: Mapping[str, Tensor], name: str, x: Tensor) -> Tensor:
    return torch.baddbmm(weights[f"{name} bias"], x, weights[name])


def _logistic(weights: Mapping[str, Tensor], x: Tensor) -> Tensor:
    return _dense(weights, "head", x)


def _mlp(weights: Mapping[str, Tensor], x: Tensor) -> Tensor:
    return _dense(weights, "head", _dense(weights, "2", _dense(weights, "1", x).relu()).relu())


def _cnn(weights: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """Three convolutions with stride 2; each a matrix product with the pieces that it looks at.

    Signals lie along the last axis, `(K, channels, places, B)`: pieces are then rows of memory,
    and a step takes a third less time than with those of `Tensor.unfold`.
    """
    shown = x.transpose(1, 2).unsqueeze(1)
    for name, kernel in (("1", 5), ("2", 3), ("3", 3)):
        wide = functional.pad(shown, (0, 0, 1, 1))
        last = wide.shape[2] - kernel + 1
        pieces = torch.stack([wide[:, :, j : j + last : STRIDE] for j in range(kernel)], 2)
        places, batch = pieces.shape[3:]
        sums = torch.baddbmm(
            weights[f"{name} bias"].mT, weights[name].mT, pieces.flatten(1, 2).flatten(2)
        )
        shown = sums.relu().view(-1, CHANNELS, places, batch)
    told = shown.transpose(1, 2).flatten(1, 2)
    return torch.baddbmm(weights["head bias"].mT, weights["head"].mT, told).mT


def _gru(weights: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """A gated recurrent unit in each direction; the answer reads the states of all steps."""
    both = torch.stack([x, x.flip(2)], 1).flatten(0, 1).permute(2, 0, 1).contiguous()
    into, bias, back, back_bias = (
        weights[name].flatten(0, 1).transpose(1, 2)
        for name in ("into", "into bias", "back", "back bias")
    )
    states: Tensor = States.apply(  # type: ignore[no-untyped-call]
        both.unsqueeze(2) * into + bias, back.contiguous(), back_bias.contiguous()
    )
    told = states.permute(1, 3, 0, 2).unflatten(0, (len(x), 2))
    told = torch.cat([told[:, 0], told[:, 1].flip(2)], 3)
    return _dense(weights, "head", told.flatten(2))


READERS: Mapping[Kind, Callable[[Mapping[str, Tensor], Tensor], Tensor]] = {
    "logistic": _logistic, "mlp": _mlp, "cnn": _cnn, "gru": _gru,
}  # fmt: skip
