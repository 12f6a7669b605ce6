"""A trained network that answers in few bits, biases and all, with the kernels of `kernels`."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import linear, pad

from core.models.kernels import GROUP, SEVEN_BITS, Layer, built, float32, whole_weights

STATIC = "static int8"
PADDED = ("int8 weights", "int4 weights")
"""Forms whose kernels want whole groups of inputs and outputs."""
Range = tuple[float, int]
"""Scale, and the whole number that stands for zero."""


def answering(
    name: str, layers: Sequence[np.ndarray], seen: Tensor, device: str = "cpu"
) -> Layer | None:
    """A ReLU network after training in one form, or None where there is no kernel for it here.

    Args:
        name: In `kernels.KERNELS`, without the sparse and the low-rank one.
        layers: `(inputs + 1, outputs)` float32 each, biases in the last row.
        seen: Examples `(n, features)`, which fix the ranges of static int8.
        device: Where it computes, as torch names it: float32 and bfloat16 alone can elsewhere.
    """
    pairs = [_weight_and_bias(layer, device) for layer in layers]
    if name == STATIC:
        return _static(pairs, seen)
    parts = [_with_bias(name, *pair) for pair in pairs]
    if any(part is None for part in parts):
        return None

    def answer(x: Tensor) -> Tensor:
        for place, part in enumerate(parts):
            assert part is not None
            x = part(x.relu() if place else x)
        return x

    return answer


def factored(layers: Sequence[tuple[np.ndarray, ...]]) -> Layer:
    """A ReLU network in float32 of which a layer is one matrix, or several one after the other.

    Args:
        layers: As in `answering`; before such a matrix those without biases, `(inputs, outputs)`.
    """
    parts: list[list[Layer]] = []
    for *thin, last in layers:
        before = [float32(torch.from_numpy(np.array(one.T, order="C"))) for one in thin]
        whole = _with_bias("float32", *_weight_and_bias(last, "cpu"))
        assert whole is not None
        parts.append([*before, whole])

    def answer(x: Tensor) -> Tensor:
        for place, layer in enumerate(parts):
            x = x.relu() if place else x
            for one in layer:
                x = one(x)
        return x

    return answer


def _weight_and_bias(layer: np.ndarray, device: str) -> tuple[Tensor, Tensor]:
    found = torch.from_numpy(np.array(layer.T, dtype=np.float32, order="C")).to(device)
    return found[:, :-1].contiguous(), found[:, -1].contiguous()


def _with_bias(name: str, weight: Tensor, bias: Tensor) -> Layer | None:
    outputs, inputs = weight.shape
    more = (-inputs % GROUP, -outputs % GROUP) if name in PADDED else (0, 0)
    form = built(name, pad(weight, (0, more[0], 0, more[1])))
    if form is None:
        return None
    if more == (0, 0):
        return lambda x: form(x).float() + bias
    return lambda x: form(pad(x, (0, more[0])))[:, :outputs].float() + bias


def _static(pairs: Sequence[tuple[Tensor, Tensor]], seen: Tensor) -> Layer | None:
    """Whole numbers from the first layer to the last: in between, nothing is looked for."""
    ranges = _ranges(pairs, seen)
    try:
        with warnings.catch_warnings():
            # torch says that tensors of 8 bits will be replaced.
            warnings.simplefilter("ignore")
            packed = [
                torch.ops.quantized.linear_prepack(whole_weights(weight), bias)
                for weight, bias in pairs
            ]
    except (RuntimeError, NotImplementedError, AttributeError):
        return None

    def answer(x: Tensor) -> Tensor:
        short = torch.quantize_per_tensor(x, *ranges[0], torch.quint8)
        for own, out in zip(packed[:-1], ranges[1:-1], strict=True):
            short = torch.ops.quantized.linear_relu(short, own, *out)
        found: Tensor = torch.ops.quantized.linear(short, packed[-1], *ranges[-1])
        return found.dequantize()

    return answer


def _ranges(pairs: Sequence[tuple[Tensor, Tensor]], seen: Tensor) -> list[Range]:
    """Of the inputs and of the outputs of each layer, after its ReLU."""
    found, x = [seven_bits(seen)], seen
    for place, (weight, bias) in enumerate(pairs):
        x = linear(x, weight, bias)
        x = x.relu() if place < len(pairs) - 1 else x
        found.append(seven_bits(x))
    return found


def seven_bits(x: Tensor) -> Range:
    """Seven bits from the smallest number to the largest, zero among them; see `kernels.int8`."""
    low, high = x.min().clamp(max=0), x.max().clamp(min=0)
    scale = ((high - low) / SEVEN_BITS).clamp(min=torch.finfo(torch.float32).eps)
    return float(scale), int((-(low / scale).round()).clamp(0, SEVEN_BITS))
