"""Networks as bytes: dense, in few bits, with gaps, and as products; written and read back.

A layer is `(inputs + 1, outputs)` float32 with its biases in the last row. Every file begins with
the sizes of its layers, so that its length is what the network takes on a disk.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

Layers = Sequence[np.ndarray]
FLOAT, HALF, WORD = 4, 2, 2
"""Bytes of a float32, of a bfloat16, and of a size in a file's head."""
BFLOAT16 = 16
"""Bits that are no integers: a float32 without the last half of its digits."""


class _Reader:
    """Takes arrays off a file in the order in which they were written."""

    def __init__(self, file: bytes) -> None:
        self._file, self._at = file, 0

    def take(self, count: int, dtype: type) -> np.ndarray:
        found: np.ndarray = np.frombuffer(self._file, dtype, count, self._at)
        self._at += found.nbytes
        return found

    def bits(self, count: int) -> np.ndarray:
        return np.unpackbits(self.take(-(-count // 8), np.uint8))[:count]

    def layer_sizes(self) -> np.ndarray:
        return self.take(2 * int(self.take(1, np.uint16)[0]), np.uint16).reshape(-1, 2).astype(int)


def _head(layers: Layers) -> bytes:
    sizes = [size for layer in layers for size in (len(layer) - 1, layer.shape[1])]
    return np.array([len(layers), *sizes], dtype=np.uint16).tobytes()


def written_dense(layers: Layers) -> bytes:
    """All weights as float32."""
    return _head(layers) + b"".join(layer.astype(np.float32).tobytes() for layer in layers)


def read_dense(file: bytes) -> list[np.ndarray]:
    """What `written_dense` wrote."""
    reader = _Reader(file)
    return [
        reader.take((inputs + 1) * outputs, np.float32).reshape(inputs + 1, outputs)
        for inputs, outputs in reader.layer_sizes()
    ]


def written_in_bits(layers: Layers, scales: Layers, bits: int) -> bytes:
    """Each weight as a whole number of so many bits times the scale of its output.

    Args:
        layers: Whose weights are such numbers already, from `-most_level` to `most_level`.
        scales: Per layer `(outputs,)`; without meaning for bfloat16.
        bits: 2 to 8; or 16, which is bfloat16.
    """
    parts = [_head(layers)]
    for layer, scale in zip(layers, scales, strict=True):
        weight = layer[:-1].astype(np.float32)
        if bits == BFLOAT16:
            parts.append((weight.view(np.uint32) >> 16).astype(np.uint16).tobytes())
        else:
            codes = np.rint(weight / scale).astype(np.int64) + most_level(bits)
            planes = (codes.reshape(-1, 1) >> np.arange(bits)) & 1
            parts += [np.packbits(planes.astype(np.uint8)).tobytes(), _floats(scale)]
        parts.append(_floats(layer[-1]))
    return b"".join(parts)


def read_in_bits(file: bytes, bits: int) -> list[np.ndarray]:
    """What `written_in_bits` wrote, as float32."""
    reader, found = _Reader(file), []
    for inputs, outputs in reader.layer_sizes():
        count = inputs * outputs
        if bits == BFLOAT16:
            weight = (reader.take(count, np.uint16).astype(np.uint32) << 16).view(np.float32)
        else:
            codes = reader.bits(count * bits).reshape(count, bits) @ (1 << np.arange(bits))
            whole = (codes - most_level(bits)).astype(np.float32)
            weight = whole.reshape(inputs, outputs) * reader.take(outputs, np.float32)
        bias = reader.take(outputs, np.float32)
        found.append(np.vstack([weight.reshape(inputs, outputs), bias]))
    return found


def most_level(bits: int) -> int:
    """Largest whole number of so many bits, with a sign and as many numbers on both sides."""
    return int(2 ** (bits - 1)) - 1


def written_with_gaps(layers: Layers) -> bytes:
    """The weights that are not zero as float32, and a bit for each weight that says which."""
    parts = [_head(layers)]
    for layer in layers:
        weight = layer[:-1]
        kept = weight != 0
        parts += [np.packbits(kept).tobytes(), _floats(weight[kept]), _floats(layer[-1])]
    return b"".join(parts)


def read_with_gaps(file: bytes) -> list[np.ndarray]:
    """What `written_with_gaps` wrote."""
    reader, found = _Reader(file), []
    for inputs, outputs in reader.layer_sizes():
        kept = reader.bits(inputs * outputs).astype(bool)
        layer = np.zeros((inputs + 1, outputs), dtype=np.float32)
        layer[:-1].ravel()[kept] = reader.take(int(kept.sum()), np.float32)
        layer[-1] = reader.take(outputs, np.float32)
        found.append(layer)
    return found


def without_dead_units(layers: Layers) -> list[np.ndarray]:
    """The same network without the hidden units that nothing leads to and nothing leaves."""
    found = list(layers)
    for place in range(len(found) - 1):
        alive = (found[place] != 0).any(0) | (found[place + 1][:-1] != 0).any(1)
        found[place] = found[place][:, alive]
        found[place + 1] = found[place + 1][np.append(alive, True)]
    return found


# Sizes, and what fits into so many bytes


def head_bytes(sizes: Sequence[int]) -> int:
    """Of the head of a network's file.

    Args:
        sizes: Layer widths from input to output.
    """
    return WORD * (1 + 2 * (len(sizes) - 1))


def dense_bytes(sizes: Sequence[int]) -> int:
    """Length of `written_dense`."""
    return head_bytes(sizes) + FLOAT * sum((a + 1) * b for a, b in itertools.pairwise(sizes))


def bytes_in_bits(sizes: Sequence[int], bits: int) -> int:
    """Length of `written_in_bits`."""
    scales = 0 if bits == BFLOAT16 else 1
    layers = itertools.pairwise(sizes)
    return head_bytes(sizes) + sum(
        -(-a * b * bits // 8) + FLOAT * b * (1 + scales) for a, b in layers
    )


def weights_with_gaps(sizes: Sequence[int], budget: int) -> int:
    """Most weights that `written_with_gaps` can keep within a number of bytes."""
    layers = itertools.pairwise(sizes)
    left = budget - head_bytes(sizes) - sum(-(-a * b // 8) + FLOAT * b for a, b in layers)
    return max(0, left // FLOAT)


def widest_within(sizes: Sequence[int], budget: int) -> int:
    """Most units in each hidden layer of a dense network within a number of bytes, at least 1."""
    hidden = len(sizes) - 2
    fitting = [
        width for width in range(1, max(sizes[1:-1]) + 1)
        if dense_bytes((sizes[0], *[width] * hidden, sizes[-1])) <= budget
    ]  # fmt: skip
    return max(fitting, default=1)


def layer_rank(inputs: int, outputs: int, rank: int) -> int:
    """Rank that a layer keeps: as told, or all where two factors would be larger than it."""
    return rank if rank * (inputs + outputs) < inputs * outputs else min(inputs, outputs)


def bytes_of_rank(sizes: Sequence[int], rank: int) -> int:
    """Length of a file of `factors` in the place of layers, where these are smaller."""
    numbers = 0
    for a, b in itertools.pairwise(sizes):
        kept = layer_rank(a, b, rank)
        numbers += b + (a * b if kept == min(a, b) else kept * (a + b))
    return head_bytes(sizes) + WORD * (len(sizes) - 1) + FLOAT * numbers


def rank_within(sizes: Sequence[int], budget: int) -> int:
    """Largest rank of which all layers can be within a number of bytes, at least 1."""
    ranks = range(1, max(sizes) + 1)
    return max((rank for rank in ranks if bytes_of_rank(sizes, rank) <= budget), default=1)


def written_products(factors: Sequence[tuple[np.ndarray, ...]]) -> bytes:
    """Layers as one matrix or as two factors `(inputs, rank)` and `(rank + 1, outputs)`."""
    ends = [size for parts in factors for size in (_inputs(parts), parts[-1].shape[1])]
    ranks = [parts[0].shape[1] if len(parts) == 2 else 0 for parts in factors]
    head = np.array([len(factors), *ends, *ranks], dtype=np.uint16).tobytes()
    return head + b"".join(_floats(part) for parts in factors for part in parts)


def _inputs(parts: tuple[np.ndarray, ...]) -> int:
    return len(parts[0]) - (len(parts) == 1)


def read_products(file: bytes) -> list[np.ndarray]:
    """What `written_products` wrote, each product multiplied out."""
    return [
        np.vstack([parts[0] @ parts[1][:-1], parts[1][-1]]) if len(parts) == 2 else parts[0]
        for parts in read_factors(file)
    ]


def read_factors(file: bytes) -> list[tuple[np.ndarray, ...]]:
    """What `written_products` wrote, as it was given."""
    reader = _Reader(file)
    found: list[tuple[np.ndarray, ...]] = []
    sizes = reader.layer_sizes()
    ranks = reader.take(len(sizes), np.uint16).astype(int)
    for (inputs, outputs), rank in zip(sizes, ranks, strict=True):
        if rank:
            first = reader.take(inputs * rank, np.float32).reshape(inputs, rank)
            second = reader.take((rank + 1) * outputs, np.float32).reshape(rank + 1, outputs)
            found.append((first, second))
        else:
            layer = reader.take((inputs + 1) * outputs, np.float32)
            found.append((layer.reshape(inputs + 1, outputs),))
    return found


def read_parts(kind: str, bits: int, file: bytes) -> list[tuple[np.ndarray, ...]]:
    """The layers of a file as it keeps them, each a matrix or two factors.

    Args:
        kind: As in `core.models.compression.of_budgets`.
        bits: Of a weight, where it is kept in few bits.
        file: What was written.
    """
    if kind == "low rank":
        return read_factors(file)
    if kind == "fewer bits":
        layers = read_in_bits(file, bits)
    else:
        layers = (read_with_gaps if kind == "pruned weights" else read_dense)(file)
    return [(layer,) for layer in layers]


def _floats(values: np.ndarray) -> bytes:
    return values.astype(np.float32).tobytes()
