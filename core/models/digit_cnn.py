"""Small networks for the 8x8 digits, one per seed, as one set of stacked tensors.

A convolution is kept as its kernel and laid out as a matrix once per change of the weights. An
attack evaluates the same weights many times, so that the layout costs next to nothing, and all
seeds go through each layer in one batched matrix product.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from core.lab.seeding import torch_generator

SIDE = 8
N_CLASSES = 10
Logits = Callable[[torch.Tensor], torch.Tensor]
"""Inputs `(K, B, 64)` in [0, 1] -> logits `(K, B, 10)`."""


@dataclass(frozen=True)
class Conv:
    """A square convolution followed by ReLU; sizes in pixels."""

    channels: int
    kernel: int
    stride: int = 1
    padding: int = 1


@dataclass(frozen=True)
class Dense:
    """A fully connected layer followed by ReLU."""

    units: int


@dataclass(frozen=True)
class Pool:
    """The largest number of each channel, wherever it lies: the last hidden layer of a network."""


NETWORKS: Mapping[str, tuple[Conv | Dense | Pool, ...]] = {
    "cnn": (Conv(16, 4, stride=2), Conv(32, 4, stride=2)),
    "other_cnn": (Conv(8, 3), Conv(16, 4, stride=2), Dense(32)),
    "pooled_cnn": (Conv(16, 4, stride=2), Conv(32, 3), Pool()),
    "mlp": (Dense(128), Dense(64)),
    "linear": (),
}
"""Hidden layers by name; a linear layer to the ten classes follows in each."""


@dataclass(frozen=True)
class _Plan:
    """One layer's parameters and how they become a matrix.

    Attributes:
        weight: Shape of the weights of one model.
        fan_in: Inputs that each unit sees.
        layout: `(kernel positions, pixels in, pixels out)` of zeros and ones; None if dense.
        repeats: How many outputs share one bias: the pixels of a channel.
        sizes: Inputs and outputs of the matrix.
        pooled: Of how many of its outputs the next layer reads the largest: pixels of a channel.
    """

    weight: tuple[int, ...]
    fan_in: int
    layout: torch.Tensor | None
    repeats: int
    sizes: tuple[int, int]
    pooled: int = 1


class DigitNets:
    """Networks of one architecture, one per seed.

    Attributes:
        network: A name in `NETWORKS`.
        seeds: One per network, in any order; weights depend on the seed and the architecture alone.
        parameters: Weight and bias of each layer in turn, stacked over the seeds: kernels
            `(K, out, in, size * size)`, matrices `(K, in, out)`, biases `(K, out)`.
    """

    def __init__(self, network: str, seeds: Sequence[int], n_classes: int = N_CLASSES) -> None:
        """Draw the initial weights, as `torch.nn.Conv2d` and `Linear` do by default."""
        self.network, self.seeds = network, tuple(seeds)
        self._plans = _plans(NETWORKS[network], n_classes)
        drawn = [_draw(self._plans, network, seed) for seed in self.seeds]
        stacked = [torch.stack(same) for same in zip(*drawn, strict=True)]
        self.parameters = [tensor.requires_grad_() for tensor in stacked]

    @property
    def flops(self) -> float:
        """Operations to compute the logits of one example with one network."""
        return 2.0 * sum(a * b for a, b in (plan.sizes for plan in self._plans))

    @property
    def widest(self) -> int:
        """Most numbers that a layer of one network holds for one example."""
        return max(max(plan.sizes) for plan in self._plans)

    def logits(self, frozen: bool = True) -> Logits:
        """Lay the weights out for use until they change.

        Args:
            frozen: Without gradients for the weights: for attacks and evaluation.

        Returns:
            A function of inputs, valid for the weights as they are now.
        """
        layers, pooled = self._layers(frozen), self._pooled
        return lambda x: _forward(layers, x, pooled)

    def features(self) -> Logits:
        """What the last layer reads: inputs `(K, B, 64)` -> activations `(K, B, units)`."""
        layers, pooled = self._layers(frozen=True), self._pooled
        return lambda x: _activated(_forward(layers[:-1], x), pooled)

    @property
    def _pooled(self) -> int:
        """Pixels of a channel of which the last layer reads the largest; 1 if it reads all."""
        return self._plans[-2].pooled if len(self._plans) > 1 else 1

    def matrices(self) -> list[np.ndarray]:
        """Every layer laid out as it is used, biases in the last row: `(K, inputs + 1, outputs)`.

        A network that pools is not told by them alone.
        """
        pairs = self._layers(frozen=True)
        return [torch.cat([weight, bias], 1).numpy() for weight, bias in pairs]

    def _layers(self, frozen: bool) -> list[tuple[torch.Tensor, torch.Tensor]]:
        own = [p.detach() if frozen else p for p in self.parameters]
        pairs = list(zip(own[::2], own[1::2], strict=True))
        return [_matrix(*pair, plan) for pair, plan in zip(pairs, self._plans, strict=True)]


def stacked_inputs(arrays: Sequence[np.ndarray]) -> torch.Tensor:
    """Put one array per seed into one tensor, `(K, n, ...)`."""
    return torch.from_numpy(np.stack(arrays))


def _plans(hidden: Sequence[Conv | Dense | Pool], n_classes: int) -> list[_Plan]:
    side, channels = SIDE, 1
    found: list[_Plan] = []
    for layer in hidden:
        inputs = channels * side * side
        if isinstance(layer, Pool):
            found[-1] = replace(found[-1], pooled=side * side)
            side = 1
            continue
        if isinstance(layer, Conv):
            out = (side + 2 * layer.padding - layer.kernel) // layer.stride + 1
            layout = _layout(layer, side, out)
            weight = (layer.channels, channels, layer.kernel**2)
            sizes = (inputs, layer.channels * out * out)
            found.append(_Plan(weight, channels * layer.kernel**2, layout, out * out, sizes))
            side, channels = out, layer.channels
        else:
            found.append(_dense(inputs, layer.units))
            side, channels = 1, layer.units
    return [*found, _dense(channels * side * side, n_classes)]


def _dense(inputs: int, units: int) -> _Plan:
    return _Plan((inputs, units), inputs, None, 1, (inputs, units))


def _layout(layer: Conv, side: int, out: int) -> torch.Tensor:
    """Which kernel position connects which pixel to which output."""
    line = torch.zeros(layer.kernel, side, out)
    for o in range(out):
        for k in range(layer.kernel):
            pixel = o * layer.stride - layer.padding + k
            if 0 <= pixel < side:
                line[k, pixel, o] = 1.0
    both = torch.einsum("aio,bjp->abijop", line, line)
    return both.reshape(layer.kernel**2, side * side, out * out)


def _draw(plans: Sequence[_Plan], network: str, seed: int) -> list[torch.Tensor]:
    drawn = []
    for place, plan in enumerate(plans):
        generator = torch_generator(seed, network, "weights", place)
        bound = plan.fan_in**-0.5
        units = plan.weight[1] if plan.layout is None else plan.weight[0]
        for shape in (plan.weight, (units,)):
            drawn.append((2 * torch.rand(shape, generator=generator) - 1) * bound)
    return drawn


def _matrix(
    weight: torch.Tensor, bias: torch.Tensor, plan: _Plan
) -> tuple[torch.Tensor, torch.Tensor]:
    """Lay one layer out: a matrix `(K, in, out)` and a row of biases `(K, 1, out)`."""
    row = bias.repeat_interleave(plan.repeats, dim=1).unsqueeze(1)
    if plan.layout is None:
        return weight, row
    count, outs, ins, _ = weight.shape
    kernel, *pixels = plan.layout.shape
    spread = weight.reshape(-1, kernel) @ plan.layout.reshape(kernel, -1)
    spread = spread.view(count, outs, ins, *pixels).permute(0, 2, 3, 1, 4)
    return spread.reshape(count, *plan.sizes), row


def _forward(
    layers: Sequence[tuple[torch.Tensor, torch.Tensor]], x: torch.Tensor, pooled: int = 1
) -> torch.Tensor:
    for place, (weight, bias) in enumerate(layers):
        if place:
            x = _activated(x, pooled if place == len(layers) - 1 else 1)
        x = torch.baddbmm(bias, x, weight)
    return x


def _activated(x: torch.Tensor, pooled: int) -> torch.Tensor:
    """ReLU, and the largest over the pixels of each channel where they are pooled."""
    x = x.relu()
    return x if pooled == 1 else x.unflatten(-1, (-1, pooled)).amax(-1)
