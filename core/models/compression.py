"""Networks of one shape made smaller side by side, and trained on as what they have become."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import log_softmax

from core.engine.adam import Adam
from core.lab.seeding import numpy_generator
from core.models import stored_weights as stored
from core.models.compression_cost import BATCH

CLIPS = 12
"""How many ranges of whole numbers are tried for each output."""
Read = Callable[[bytes], list[np.ndarray]]


@dataclass(frozen=True)
class Form:
    """Some networks in one form, as the numbers that are learned and what they are stored as.

    Attributes:
        parameters: What is learned, stacked over the networks.
        layers: Weights as they are used, per layer `(K, inputs + 1, outputs)`, biases last.
        written: Number of a network -> its file.
        read: Number of a network, its file -> its layers.
    """

    parameters: list[Tensor]
    layers: Callable[[], list[Tensor]]
    written: Callable[[int], bytes]
    read: Callable[[int, bytes], list[np.ndarray]]

    def stored(self, place: int) -> tuple[int, list[np.ndarray]]:
        """Write one network and read it back: the length of its file, and its layers."""
        file = self.written(place)
        return len(file), self.read(place, file)


def repeated(layers: Sequence[Tensor], times: int) -> list[Tensor]:
    """The same networks again and again: all of them, then all of them."""
    return [layer.detach().repeat(times, 1, 1) for layer in layers]


def _learned(layers: Sequence[Tensor]) -> list[Tensor]:
    return [layer.detach().clone().requires_grad_() for layer in layers]


def masked(layers: Sequence[Tensor], masks: Sequence[Tensor], *, gaps: bool = False) -> Form:
    """Networks of which some weights are zero and stay so.

    Args:
        layers: Per layer `(K, inputs + 1, outputs)`.
        masks: Of the same shapes, zeros and ones.
        gaps: Whether the weights that are left are stored with their places; else hidden units
            without a weight are left out.
    """
    parameters = _learned([a * b for a, b in zip(layers, masks, strict=True)])

    def used() -> list[Tensor]:
        return [p * mask for p, mask in zip(parameters, masks, strict=True)]

    def written(place: int) -> bytes:
        own = _one(used(), place)
        if gaps:
            return stored.written_with_gaps(own)
        return stored.written_dense(stored.without_dead_units(own))

    reader: Read = stored.read_with_gaps if gaps else stored.read_dense
    return Form(parameters, used, written, lambda place, file: reader(file))


def _one(layers: Sequence[Tensor], place: int) -> list[np.ndarray]:
    return [layer[place].detach().numpy() for layer in layers]


def largest_weights(layers: Sequence[Tensor], kept: Sequence[int]) -> list[Tensor]:
    """Masks of the largest weights of each network, in all its layers together, and all biases.

    Args:
        layers: Per layer `(K, inputs + 1, outputs)`.
        kept: How many weights each network keeps, `(K,)`.
    """
    sizes = torch.cat([layer[:, :-1].detach().abs().flatten(1) for layer in layers], 1)
    ranks = sizes.argsort(dim=1, descending=True, stable=True).argsort(dim=1)
    flat = (ranks < torch.tensor(kept).unsqueeze(1)).float()
    masks, at = [], 0
    for layer in layers:
        models, rows, outputs = layer.shape
        part = flat[:, at : at + (rows - 1) * outputs].view(models, rows - 1, outputs)
        masks.append(torch.cat([part, torch.ones(models, 1, outputs)], 1))
        at += (rows - 1) * outputs
    return masks


def largest_units(layers: Sequence[Tensor], kept: Sequence[int]) -> list[Tensor]:
    """Masks of the units with the largest weights in and out, as many in each hidden layer.

    Args:
        layers: As in `largest_weights`.
        kept: How many units each hidden layer of each network keeps, `(K,)`.
    """
    masks = [torch.ones_like(layer) for layer in layers]
    for place in range(len(layers) - 1):
        into, out = layers[place].detach(), layers[place + 1].detach()[:, :-1]
        strength = into.norm(dim=1) * out.norm(dim=2)
        ranks = strength.argsort(dim=1, descending=True, stable=True).argsort(dim=1)
        alive = (ranks < torch.tensor(kept).unsqueeze(1)).float()
        masks[place] *= alive.unsqueeze(1)
        masks[place + 1][:, :-1] *= alive.unsqueeze(2)
    return masks


def first_units(layers: Sequence[Tensor], kept: Sequence[int]) -> list[Tensor]:
    """Masks of the first units of each hidden layer: of networks that are small from the start."""
    masks = [torch.ones_like(layer) for layer in layers]
    for place in range(len(layers) - 1):
        units = torch.arange(layers[place].shape[2])
        alive = (units < torch.tensor(kept).unsqueeze(1)).float()
        masks[place] *= alive.unsqueeze(1)
        masks[place + 1][:, :-1] *= alive.unsqueeze(2)
    return masks


def in_bits(layers: Sequence[Tensor], bits: Sequence[int]) -> Form:
    """Networks whose weights are whole numbers of few bits times a scale; biases stay as they are.

    Gradients pass the rounding as if it were not there (Bengio et al. 2013); scales stay those that
    lose least of the weights given.

    Args:
        layers: Per layer `(K, inputs + 1, outputs)`.
        bits: Of each network's weights, `(K,)`, as `stored_weights.written_in_bits` takes them.
    """
    parameters = _learned(layers)
    most = torch.tensor([_levels(b) for b in bits]).view(-1, 1, 1)
    short = torch.tensor([b == stored.BFLOAT16 for b in bits]).view(-1, 1, 1)
    scales = [best_scales(layer[:, :-1], most) for layer in layers]

    def used() -> list[Tensor]:
        found = []
        for p, scale in zip(parameters, scales, strict=True):
            weight = p[:, :-1]
            whole = (weight / scale).round().clamp(-most, most) * scale
            near = torch.where(short, weight.bfloat16().float(), whole).detach()
            found.append(torch.cat([near + (weight - weight.detach()), p[:, -1:]], 1))
        return found

    def written(place: int) -> bytes:
        own = [scale[place, 0].numpy() for scale in scales]
        return stored.written_in_bits(_one(used(), place), own, bits[place])

    return Form(
        parameters, used, written, lambda place, file: stored.read_in_bits(file, bits[place])
    )


def _levels(bits: int) -> float:
    return float(stored.most_level(min(bits, 8)))


def best_scales(weight: Tensor, most: Tensor) -> Tensor:
    """Scale of each output that loses least of its weights, in squares.

    Args:
        weight: `(K, inputs, outputs)`.
        most: Largest whole number of each network, `(K, 1, 1)`.

    Returns:
        `(K, 1, outputs)`, over 0.
    """
    weight = weight.detach()
    whole = weight.abs().amax(1, keepdim=True).clamp(min=1e-12) / most
    best, least = whole, torch.full_like(whole, float("inf"))
    for share in torch.linspace(1.0, 0.3, CLIPS):
        scale = whole * share
        lost = ((weight / scale).round().clamp(-most, most) * scale - weight).square()
        lost = lost.sum(1, keepdim=True)
        best, least = torch.where(lost < least, scale, best), torch.minimum(lost, least)
    return best


def of_rank(layers: Sequence[Tensor], ranks: Sequence[int]) -> Form:
    """Networks whose layers are products of two thin matrices, at first the nearest by squares.

    Args:
        layers: Per layer `(K, inputs + 1, outputs)`.
        ranks: Of each network's layers, `(K,)`; see `stored_weights.layer_rank`.
    """
    pairs = [_factors(layer.detach(), ranks) for layer in layers]
    parameters = _learned([factor for pair in pairs for factor in pair])

    def used() -> list[Tensor]:
        halves = zip(parameters[::2], parameters[1::2], strict=True)
        return [torch.cat([a @ b[:, :-1], b[:, -1:]], 1) for a, b in halves]

    def written(place: int) -> bytes:
        own = _one(parameters, place)
        laid_out = _one(used(), place)
        return stored.written_products([
            _parts(a, b, layer, ranks[place])
            for a, b, layer in zip(own[::2], own[1::2], laid_out, strict=True)
        ])  # fmt: skip

    return Form(parameters, used, written, lambda place, file: stored.read_products(file))


def _factors(layer: Tensor, ranks: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Both factors, as many ranks wide as any network needs; a network's further ones are zero."""
    _, rows, outputs = layer.shape
    left, size, right = torch.linalg.svd(layer[:, :-1], full_matrices=False)
    own = torch.tensor([stored.layer_rank(rows - 1, outputs, rank) for rank in ranks])
    widest = int(own.max())
    root = size.sqrt() * (torch.arange(size.shape[1]) < own.unsqueeze(1))
    first = left * root.unsqueeze(1)
    second = torch.cat([(right * root.unsqueeze(2))[:, :widest], layer[:, -1:]], 1)
    return first[:, :, :widest], second


def _parts(a: np.ndarray, b: np.ndarray, layer: np.ndarray, rank: int) -> tuple[np.ndarray, ...]:
    inputs, outputs = len(a), b.shape[1]
    own = stored.layer_rank(inputs, outputs, rank)
    if own == min(inputs, outputs):
        return (layer,)
    return a[:, :own], np.vstack([b[:own], b[-1]])


def of_budgets(
    kind: str, layers: Sequence[Tensor], sizes: Sequence[int], bits: Sequence[int]
) -> Form:
    """Networks in one form, at most as large as with so many bits a weight.

    Args:
        kind: `"fewer bits"`, `"pruned weights"`, `"pruned units"`, `"low rank"`; anything else
            keeps the first units, see `laid_out`.
        layers: Networks of all seeds, repeated for each size.
        sizes: Layer widths from input to output.
        bits: The sizes, as bits of a weight.
    """
    times = len(layers[0]) // len(bits)
    budgets = [stored.bytes_in_bits(sizes, b) for b in bits]

    def each(values: Sequence[int]) -> list[int]:
        return [value for value in values for _ in range(times)]

    if kind == "fewer bits":
        return in_bits(layers, each(bits))
    if kind == "low rank":
        return of_rank(layers, each([stored.rank_within(sizes, b) for b in budgets]))
    if kind == "pruned weights":
        kept = each([stored.weights_with_gaps(sizes, b) for b in budgets])
        return masked(layers, largest_weights(layers, kept), gaps=True)
    widths = each([stored.widest_within(sizes, b) for b in budgets])
    choose = largest_units if kind == "pruned units" else first_units
    return masked(layers, choose(layers, widths))


def laid_out(networks: Sequence[Sequence[Tensor]], sizes: Sequence[int]) -> list[Tensor]:
    """Narrow networks at the width of a wide one: their units are its first, the others zero.

    Args:
        networks: Stacks of different widths, one after the other.
        sizes: Layer widths of the wide network.
    """
    found = []
    for place, (inputs, outputs) in enumerate(zip(sizes, sizes[1:], strict=False)):
        parts = []
        for own in (layers[place] for layers in networks):
            wide = torch.zeros(len(own), inputs + 1, outputs)
            wide[:, : own.shape[1] - 1, : own.shape[2]] = own[:, :-1]
            wide[:, -1, : own.shape[2]] = own[:, -1]
            parts.append(wide)
        found.append(torch.cat(parts))
    return found


# Asking and training


def scores(layers: Sequence[Tensor], x: Tensor) -> Tensor:
    """Logits `(K, n, classes)` of inputs `(K, n, features)`."""
    for place, layer in enumerate(layers):
        x = torch.baddbmm(layer[:, -1:], x.relu() if place else x, layer[:, :-1])
    return x


def train(
    form: Form, seeds: Sequence[int], x: Tensor, targets: Tensor, *, steps: int, rate: float,
    heat: float = 1.0,
) -> Generator[int, None, None]:  # fmt: skip
    """Train networks in place, with Adam and a rate that falls to zero.

    Args:
        form: Networks of all seeds, then of all seeds again, and so on.
        seeds: Of the order of the examples.
        x: Examples of each seed, `(seeds, n, features)`.
        targets: Shares of the classes, `(seeds, n, classes)`.
        steps: Of at most `BATCH` examples.
        rate: First learning rate.
        heat: Temperature of the answers that are held against the targets (Hinton et al. 2015).

    Yields:
        The number of steps done.
    """
    optimizer, n = Adam(form.parameters), x.shape[1]
    times = len(form.parameters[0]) // len(seeds)
    rows = torch.arange(len(seeds)).unsqueeze(1)
    order: Any = None
    per_pass = max(1, n // BATCH)
    for step in range(steps):
        if step % per_pass == 0:
            order = _order(seeds, step // per_pass, n)
        at = order[:, (step % per_pass) * BATCH :][:, :BATCH]
        wanted = targets[rows, at].repeat(times, 1, 1)
        answers = scores(form.layers(), x[rows, at].repeat(times, 1, 1)) / heat
        loss = -(wanted * log_softmax(answers, dim=-1)).sum() * (heat**2 / at.shape[1])
        loss.backward()
        optimizer.step(rate * (1 - step / steps))
        yield step + 1


def _order(seeds: Sequence[int], number: int, n: int) -> Tensor:
    drawn = [numpy_generator(seed, "compression", number).permutation(n) for seed in seeds]
    return torch.from_numpy(np.stack(drawn))
