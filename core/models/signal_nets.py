"""Four kinds of network for signals of 40 samples, of torch's own operations, drawn by seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import torch
from torch import Tensor
from torch.nn import functional

from core.engine.adam import Adam
from core.lab.seeding import torch_generator
from core.models.attention import attended
from core.models.signal_plans import BLOCKS, CLASSES, PATCH, SAMPLES, TOKENS

LEARNING_RATE = 0.003


class SignalNet:
    """One network of `core.models.signal_plans`, trained by Adam on the mean cross-entropy.

    Attributes:
        name: As there.
        weights: Matrices (or kernels) and biases in turn, in the order of the layers; before
            them the vectors of the places of a transformer's tokens.
    """

    def __init__(self, name: str, width: int, seed: int, device: str = "cpu") -> None:
        """Draw the initial weights: uniform within the root of one over the inputs of a layer.

        They are the same wherever the network lies.
        """
        self.name, self._seed, self._device = name, seed, device
        self.weights: list[Tensor] = []
        if name == "transformer":
            self.weights.append(self._drawn((TOKENS, width), width))
        for inputs, outputs, kernel in _layers(name, width):
            shape = (outputs, inputs // kernel, kernel) if kernel > 1 else (inputs, outputs)
            self.weights.append(self._drawn(shape, inputs))
            self.weights.append(self._drawn((outputs,), inputs))
        self._adam = Adam(self.weights)

    def _drawn(self, shape: tuple[int, ...], fan_in: int) -> Tensor:
        generator = torch_generator(self._seed, "signal net", self.name, len(self.weights), *shape)
        drawn = (2 * torch.rand(shape, generator=generator) - 1) / fan_in**0.5
        return drawn.to(self._device).requires_grad_()

    def logits(self, x: Tensor) -> Tensor:
        """Logits `(B, 10)` of signals `(B, 40)`."""
        layers = iter(self.weights)
        return _dense(BODIES[self.name](x, layers), layers)

    def loss(self, x: Tensor, y: Tensor) -> Tensor:
        """Mean cross-entropy of a batch: the forward pass."""
        return functional.cross_entropy(self.logits(x), y)

    def update(self) -> None:
        """Take a step of Adam with the gradients that the backward pass left."""
        self._adam.step(LEARNING_RATE)


def _layers(name: str, width: int) -> list[tuple[int, int, int]]:
    """Inputs, outputs and kernel of every layer with weights."""
    w = width
    block = [(w, 3 * w, 1), (w, w, 1), (w, 2 * w, 1), (2 * w, w, 1)]
    plans = {
        "mlp": [(SAMPLES, w, 1), (w, w, 1)],
        "cnn": [(5, w, 5), (3 * w, w, 3), (3 * w, w, 3)],
        "gru": [(1, 3 * w, 1), (w, 3 * w, 1)],
        "transformer": [(PATCH, w, 1), *(block * BLOCKS)],
    }
    return [*plans[name], (w, CLASSES, 1)]


def _dense(x: Tensor, layers: Iterator[Tensor]) -> Tensor:
    weight = next(layers)
    flat = torch.addmm(next(layers), x.flatten(0, -2), weight)
    return flat.unflatten(0, x.shape[:-1])


def _mlp(x: Tensor, layers: Iterator[Tensor]) -> Tensor:
    for _ in range(2):
        x = _dense(x, layers).relu()
    return x


def _cnn(x: Tensor, layers: Iterator[Tensor]) -> Tensor:
    x = x[:, None]
    for padding in (2, 1, 1):
        x = functional.conv1d(x, next(layers), next(layers), stride=2, padding=padding).relu()
    return x.mean(2)


def _gru(x: Tensor, layers: Iterator[Tensor]) -> Tensor:
    """Gates as Cho et al. 2014 and torch.nn.GRU have them: reset, update, candidate."""
    inputs = _dense(x.T[..., None], layers)
    weight, bias = next(layers), next(layers)
    state = x.new_zeros(len(x), len(weight))
    for now in inputs:
        reset, update, fresh = now.chunk(3, dim=1)
        own = torch.addmm(bias, state, weight).chunk(3, dim=1)
        reset, update = (reset + own[0]).sigmoid(), (update + own[1]).sigmoid()
        state = torch.lerp((fresh + reset * own[2]).tanh(), state, update)
    return state


def _transformer(x: Tensor, layers: Iterator[Tensor]) -> Tensor:
    """Two blocks of one head, with normalization before attention and before the two layers."""
    places = next(layers)
    x = _dense(x.unflatten(1, (TOKENS, PATCH)), layers) + places
    for _ in range(BLOCKS):
        query, key, value = _dense(_normal(x), layers).chunk(3, dim=2)
        x = x + _dense(attended(query, key, value), layers)
        x = x + _dense(_dense(_normal(x), layers).relu(), layers)
    return _normal(x).mean(1)


def _normal(x: Tensor) -> Tensor:
    return functional.layer_norm(x, x.shape[-1:])


BODIES: Mapping[str, Callable[[Tensor, Iterator[Tensor]], Tensor]] = {
    "mlp": _mlp, "cnn": _cnn, "gru": _gru, "transformer": _transformer,
}  # fmt: skip
"""Signals and weights -> what the last layer reads, `(B, width)`."""
