"""One dense layer in the forms that this processor has kernels for, and how long each takes."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Generator, Mapping, Sequence

import torch
from torch import Tensor
from torch.nn.functional import linear

from core.lab.timing import quickest

Layer = Callable[[Tensor], Tensor]
"""Inputs `(n, inputs)` float32 -> outputs `(n, outputs)`; in its own type where it has one."""
GROUP = 32
"""Neighbouring weights that share a scale in 4 bits, as torch's kernel wants them."""
RANGE, SEVEN_BITS = 4.0, 127
"""Standard deviations that fixed ranges hold; and levels of inputs, see `int8`."""
KEPT, RANK = 0.1, 8
"""Share of the weights of a sparse layer; width over rank of a product of two."""


def float32(weight: Tensor) -> Layer:
    """As it is trained."""
    return lambda x: linear(x, weight)


def bfloat16(weight: Tensor) -> Layer:
    """Weights and inputs with half the bits, computed as such."""
    short = weight.bfloat16()
    return lambda x: linear(x.bfloat16(), short)


def whole_weights(weight: Tensor) -> Tensor:
    """Whole numbers from -127 to 127 times a scale for each output."""
    scale = weight.abs().amax(1).clamp(min=1e-12) / 127
    zeros = torch.zeros(len(weight), dtype=torch.long)
    return torch.quantize_per_channel(weight, scale, zeros, 0, torch.qint8)


def int8(weight: Tensor) -> Layer:
    """Whole numbers of 8 bits for weights and, by a range found at each call, for inputs."""
    packed = torch.ops.quantized.linear_prepack(whole_weights(weight), None)
    # Inputs take 7 bits: older instructions add two products in 16 bits.
    return lambda x: torch.ops.quantized.linear_dynamic(x, packed, True)


def static_int8(weight: Tensor) -> Layer:
    """As `int8`, with the ranges of inputs and outputs fixed beforehand: nothing is looked for."""
    packed = torch.ops.quantized.linear_prepack(whole_weights(weight), None)
    step, out = 2 * RANGE / SEVEN_BITS, 2 * RANGE * float(weight.square().sum(1).max()) ** 0.5 / 255

    def layer(x: Tensor) -> Tensor:
        short = torch.quantize_per_tensor(x, step, SEVEN_BITS // 2 + 1, torch.quint8)
        return torch.ops.quantized.linear(short, packed, out, 128).dequantize()

    return layer


def int8_weights(weight: Tensor) -> Layer:
    """Weights of 8 bits, multiplied with inputs of bfloat16."""
    scale = weight.abs().amax(1).clamp(min=1e-12) / 127
    whole = (weight / scale.unsqueeze(1)).round().to(torch.int8)
    short = scale.bfloat16()
    return lambda x: torch._weight_int8pack_mm(x.bfloat16(), whole, short)


def int4_weights(weight: Tensor) -> Layer:
    """Weights of 4 bits with a scale for each group of 32, multiplied with inputs of bfloat16."""
    outputs, inputs = weight.shape
    groups = weight.view(outputs, inputs // GROUP, GROUP)
    scale = groups.abs().amax(2, keepdim=True).clamp(min=1e-12) / 7
    codes = ((groups / scale).round() + 8).view(outputs, inputs).to(torch.int32)
    packed = torch.ops.aten._convert_weight_to_int4pack_for_cpu(codes, 1)
    pairs = torch.cat([scale, torch.zeros_like(scale)], 2).transpose(0, 1).contiguous().bfloat16()
    kernel = torch.ops.aten._weight_int4pack_mm_for_cpu
    return lambda x: kernel(x.bfloat16(), packed, GROUP, pairs)


def sparse(weight: Tensor) -> Layer:
    """The largest tenth of the weights, with their places."""
    kept = max(1, int(KEPT * weight.numel()))
    least = weight.abs().flatten().topk(kept).values[-1]
    rows = (weight * (weight.abs() >= least)).to_sparse_csr()
    return lambda x: (rows @ x.T.contiguous()).T


def product(weight: Tensor) -> Layer:
    """Two thin matrices, the first of an eighth as many rows; what they hold takes no time."""
    rank = max(1, len(weight) // RANK)
    first, second = weight[:rank].contiguous(), weight[:, :rank].contiguous()
    return lambda x: linear(linear(x, first), second)


KERNELS: Mapping[str, Callable[[Tensor], Layer]] = {
    "float32": float32, "bfloat16": bfloat16, "int8": int8, "static int8": static_int8,
    "int8 weights": int8_weights, "int4 weights": int4_weights,
    "1 weight in 10": sparse, "low rank": product,
}  # fmt: skip


def built(name: str, weight: Tensor) -> Layer | None:
    """A layer in one form, or None where this processor or this torch has no kernel for it.

    Args:
        name: In `KERNELS`.
        weight: `(outputs, inputs)` float32, inputs a multiple of `GROUP`.
    """
    try:
        with warnings.catch_warnings():
            # torch says that sparse tensors are new, and that those of 8 bits will be replaced.
            warnings.simplefilter("ignore")
            layer = KERNELS[name](weight)
            layer(weight.new_zeros(1, weight.shape[1]))
    except (RuntimeError, NotImplementedError, AttributeError):
        return None
    return layer


def network(name: str, members: Sequence[Sequence[Tensor]]) -> Layer:
    """ReLU networks that answer together: the mean of their chances.

    Args:
        name: Form of the layers, in `KERNELS`; `float32` where there is no kernel for it here.
        members: Of each network its weights, see `built`; times do not depend on biases.
    """
    stacks = [[built(name, weight) or float32(weight) for weight in own] for own in members]

    def chances(x: Tensor, layers: Sequence[Layer]) -> Tensor:
        for layer in layers[:-1]:
            x = layer(x).relu()
        return layers[-1](x).softmax(-1)

    def answer(x: Tensor) -> Tensor:
        found = [chances(x, layers) for layers in stacks]
        return found[0] if len(found) == 1 else torch.stack(found).mean(0)

    return answer


def in_turn(
    layers: Sequence[Layer], x: Tensor, calls: int, blocks: int
) -> Generator[None, None, list[float]]:
    """Processor seconds of a call of each, as in `seconds`, their blocks in turn.

    So what disturbs for a while disturbs all of them.

    Yields:
        After a block of each.
    """
    took: list[list[float]] = [[] for _ in layers]
    for _ in range(blocks):
        for layer, own in zip(layers, took, strict=True):
            own.append(seconds(layer, x, calls, 1))
        yield
    return [quickest(own) for own in took]


def seconds(
    layer: Layer, x: Tensor, calls: int, blocks: int,
    clock: Callable[[], float] | None = None,
) -> float:  # fmt: skip
    """Seconds of one call: of several blocks of calls the quickest, since others disturb.

    Args:
        layer: Called once before, to warm up.
        x: Its inputs.
        calls: In a block.
        blocks: How many.
        clock: Tells seconds when all that was asked for is done; those of the processor by default.
    """
    clock = clock or time.thread_time
    layer(x)
    took = []
    for _ in range(blocks):
        start = clock()
        for _ in range(calls):
            layer(x)
        took.append((clock() - start) / calls)
    return quickest(took)
