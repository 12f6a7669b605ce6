"""Networks that read a chain of relations, one per seed, as one set of stacked tensors."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core.engine.adam import Adam
from core.models.attention import attended, places
from core.models.chain_plans import (
    BAG,
    HEADS,
    LAYERS,
    LEARNING_RATES,
    RECURRENT,
    RULES,
    TRANSFORMER,
)
from core.models.recurrent import last_state
from core.models.stacked_weights import uniform

_LEAST = 1e-9
"""Smaller probabilities count as this: their logarithm must stay a number."""
TYPED = 20.0
"""Logit of a rule that somebody typed in: no other is left."""


class ChainNets:
    """Networks of one plan, one per seed; chains may have any length.

    Attributes:
        plan: Name of the architecture.
        weights: By name, each `(K, ...)`.
    """

    def __init__(self, plan: str, seeds: Sequence[int], width: int, relations: int) -> None:
        """Draw the initial weights; a table of rules begins even, so that it knows none."""
        self.plan, self._width = plan, width
        shapes = _SHAPES[plan](width, relations)
        self.weights: Mapping[str, Tensor] = {
            name: uniform(seeds, shape, _inputs(name, shapes), plan, name)
            for name, shape in shapes.items()
        }
        if plan == RULES:
            self.weights = {"table": torch.zeros(len(seeds), *(relations,) * 3).requires_grad_()}
        self._adam = Adam(list(self.weights.values()))

    def logits(self, chains: Tensor) -> Tensor:
        """Logits `(K, B, relations)` of what each chain `(K, B, length)` comes to."""
        return {
            BAG: self._bag, RECURRENT: self._recurrent, TRANSFORMER: self._transformer,
            RULES: self._fold,
        }[self.plan](chains)  # fmt: skip

    def learn(self, chains: Tensor, answers: Tensor) -> None:
        """Take one step of Adam on a batch; `answers` are `(K, B)`."""
        logits = self.logits(chains).flatten(0, 1)
        loss = functional.cross_entropy(logits, answers.flatten(), reduction="sum")
        (loss / answers.shape[1]).backward()
        self._adam.step(LEARNING_RATES[self.plan])

    def answers(self, chains: Tensor) -> np.ndarray:
        """What each chain comes to, `(K, B)` int64."""
        with torch.no_grad():
            return self.logits(chains).argmax(2).numpy()

    def rules(self) -> np.ndarray:
        """Probabilities of what two relations make, `(K, R, R, R)`: first, second, result."""
        with torch.no_grad():
            return self.weights["table"].softmax(3).numpy()

    def with_rules(self, rows: Sequence[Sequence[tuple[int, int, int]]]) -> ChainNets:
        """A copy whose table has these rules typed in, for each network: first, second, result."""
        other = ChainNets(self.plan, range(len(rows)), self._width, self.weights["table"].shape[1])
        table = self.weights["table"].detach().clone()
        for own, typed in zip(table, rows, strict=True):
            for first, second, result in typed:
                own[first, second] = 0.0
                own[first, second, result] = TYPED
        other.weights = {"table": table}
        return other

    def _meanings(self, chains: Tensor) -> Tensor:
        at = torch.arange(len(chains))[:, None, None]
        return self.weights["meaning"][at, chains]

    def _layer(self, name: str, x: Tensor) -> Tensor:
        return torch.baddbmm(self.weights[f"{name} bias"], x, self.weights[name])

    def _bag(self, chains: Tensor) -> Tensor:
        mean = self._meanings(chains).mean(2)
        return self._layer("out", self._layer("hidden", mean).relu())

    def _recurrent(self, chains: Tensor) -> Tensor:
        inputs = self._layer("input", self._meanings(chains).flatten(1, 2))
        inputs = inputs.unflatten(1, chains.shape[1:])
        state = last_state(inputs, self.weights["state"], self.weights["state bias"])
        return self._layer("out", state)

    def _transformer(self, chains: Tensor) -> Tensor:
        """An encoder with sinusoidal places, normalised before each part, averaged at the end."""
        networks, batch, length = chains.shape
        x = (self._meanings(chains) + places(length, self._width)).flatten(1, 2)
        split = (networks * batch, length, HEADS, self._width // HEADS)
        for layer in range(LAYERS):
            mixed = self._layer(f"attend {layer}", _normed(x)).chunk(3, 2)
            query, key, value = (part.reshape(split).transpose(1, 2) for part in mixed)
            heard = attended(query, key, value).transpose(1, 2).reshape(x.shape)
            x = x + self._layer(f"mix {layer}", heard)
            x = x + self._layer(f"narrow {layer}", self._layer(f"widen {layer}", _normed(x)).relu())
        return self._layer("out", _normed(x).unflatten(1, (batch, length)).mean(2))

    def _fold(self, chains: Tensor) -> Tensor:
        """Apply the table from the left, to probabilities: marginalised over all steps between."""
        table = self.weights["table"].softmax(3).transpose(1, 2)
        count, at = table.shape[1], torch.arange(len(chains))[:, None]
        state = functional.one_hot(chains[..., 0], count).float()
        for said in chains[..., 1:].unbind(2):
            state = (state.unsqueeze(2) @ table[at, said]).squeeze(2)
        return state.clamp_min(_LEAST).log()


Shapes = dict[str, tuple[int, ...]]


def _inputs(name: str, shapes: Shapes) -> int:
    """Units that feed what has this name; meanings are looked up, each by itself."""
    return 1 if name == "meaning" else shapes[name.removesuffix(" bias")][0]


def _layers(sizes: Mapping[str, tuple[int, int]], width: int, relations: int) -> Shapes:
    """Meanings of the relations, these layers with their biases, and the answer's."""
    found: Shapes = {"meaning": (relations, width)}
    for name, shape in {**sizes, "out": (width, relations)}.items():
        found |= {name: shape, f"{name} bias": (1, shape[1])}
    return found


def _of_transformer(width: int, relations: int) -> Shapes:
    parts = {"attend": (width, 3 * width), "mix": (width, width),
             "widen": (width, 2 * width), "narrow": (2 * width, width)}  # fmt: skip
    named = itertools.product(range(LAYERS), parts.items())
    return _layers({f"{name} {i}": shape for i, (name, shape) in named}, width, relations)


_SHAPES: Mapping[str, Callable[[int, int], Shapes]] = {
    BAG: lambda width, relations: _layers({"hidden": (width, width)}, width, relations),
    RECURRENT: lambda width, relations: _layers(
        {"input": (width, 3 * width), "state": (width, 3 * width)}, width, relations
    ),
    TRANSFORMER: _of_transformer,
    RULES: lambda width, relations: {},
}


def _normed(x: Tensor) -> Tensor:
    return functional.layer_norm(x, x.shape[-1:])
