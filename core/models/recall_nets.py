"""Networks of one layer that read a sequence and name its first symbol, stacked."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core.engine.adam import Adam
from core.models.attention import attended, places
from core.models.gated import LongStates, States
from core.models.recall_plans import (
    ATTENTION,
    FORGET_BIASES,
    GATED,
    IDENTITY,
    INPUTS,
    LONG,
    PARTS,
    STACKS,
)
from core.models.recurrent import PlainStates
from core.models.stacked_weights import uniform

LARGEST = 1.0
"""Longer gradients of a network are cut to this length, over all its weights together."""
_LEAST = 1e-30


class RecallNets:
    """Networks of one kind of units; examples lie along the last axis.

    Attributes:
        arms: What is trained side by side, see `recall_plans.STACKS`; the stack goes arm by arm,
            within each seed by seed.
        weights: By name, each `(K, ...)`. Plain units of a seed start alike but for the identity,
            LSTMs but for the bias of the forget gate.
    """

    def __init__(self, kind: str, seeds: Sequence[int], width: int) -> None:
        """Draw the initial weights, as PyTorch's modules do: within the root of 1 over units.

        Args:
            kind: One of `recall_plans.STACKS`.
            seeds: Each arm has a network of every seed.
            width: Units side by side; even.
        """
        self.kind, self.arms = kind, STACKS[kind]
        everyone = [*seeds] * len(self.arms)
        drawn = {
            name: uniform(everyone, shape, width, "recall", name, *shape).detach()
            for name, shape in _shapes(kind, width).items()
        }
        if kind == IDENTITY:
            drawn["back"] = torch.eye(width).repeat(len(everyone), 1, 1)
            drawn["bias"].zero_()
        if kind == LONG:
            begun = torch.tensor([FORGET_BIASES[arm] for arm in self.arms for _ in seeds])
            drawn["bias"][:, 2 * width : 3 * width] = begun[:, None, None]
        self.weights = {name: one.requires_grad_() for name, one in drawn.items()}
        self._adam = Adam(list(self.weights.values()))

    def logits(self, x: Tensor) -> Tensor:
        """Log odds `(K, B)` that the first symbol is the positive one; `x` is `(T, K, 2, B)`."""
        own = self.weights
        if self.kind in (ATTENTION, GATED):
            seen = own["into"] @ x + own["bias"]
            last = self._heard(seen) if self.kind == ATTENTION else self._gated(seen)
        else:
            last = self._kept(x)
        return torch.baddbmm(own["answer"], own["head"], last)[:, 0]

    def _kept(self, x: Tensor) -> Tensor:
        """Last state of plain units, or output of memory cells, `(K, units, B)`."""
        weights = torch.cat([self.weights[name] for name in ("back", "into", "bias")], 2)
        inputs = torch.cat([x, torch.ones_like(x[:, :, :1])], 2)
        if self.kind == LONG:
            return LongStates.apply(inputs, weights)[-1]  # type: ignore[no-untyped-call]
        return PlainStates.apply(inputs, weights, self.kind == IDENTITY)[-1]  # type: ignore[no-untyped-call]

    def _gated(self, seen: Tensor) -> Tensor:
        """Last state of gated units, `(K, units, B)`."""
        back, bias = self.weights["back"], self.weights["back bias"]
        return States.apply(seen, back, bias)[-1]  # type: ignore[no-untyped-call]

    def _heard(self, seen: Tensor) -> Tensor:
        """What the last step's attention makes of all steps, `(K, units, B)`."""
        tokens = seen.permute(1, 3, 0, 2) + places(len(seen), seen.shape[2])
        asks, fits, says = (self.weights[n].mT.unsqueeze(1) for n in ("query", "key", "value"))
        heard = attended(tokens[:, :, -1:] @ asks, tokens @ fits, tokens @ says)
        return heard[:, :, 0].mT

    def learn(self, x: Tensor, y: Tensor, rate: float) -> Generator[None, None, None]:
        """Take one step of Adam on each seed's sequences `(T, seeds, 2, B)` and symbols, 0 or 1.

        Yields:
            Once, half way.
        """
        lost = self._lost(self._for_all(x, 1), y)
        yield
        lost.backward()
        with torch.no_grad():
            gradients = [one.grad for one in self.weights.values() if one.grad is not None]
            squares = torch.stack([one.flatten(1).square().sum(1) for one in gradients])
            cut = (LARGEST / squares.sum(0).sqrt().clamp_min(_LEAST)).clamp_max(1.0)
            for one in gradients:
                one.mul_(cut[:, None, None])
        self._adam.step(rate)

    def gradients(self, x: Tensor, y: Tensor) -> np.ndarray:
        """Root mean square of the gradient by the inputs of every step, `(T, K)`."""
        inputs = self._for_all(x, 1).clone().requires_grad_()
        self._lost(inputs, y).backward()
        self._adam.forget()
        assert inputs.grad is not None
        found: np.ndarray = inputs.grad.double().square().mean((2, 3)).sqrt().numpy()
        return found

    def right(self, x: Tensor, y: Tensor) -> np.ndarray:
        """How many first symbols are named rightly, `(K,)`."""
        with torch.no_grad():
            said = self.logits(self._for_all(x, 1)) > 0
            found: np.ndarray = (said == (self._for_all(y, 0) > 0.5)).sum(1).numpy()
        return found

    def _for_all(self, x: Tensor, place: int) -> Tensor:
        """What each seed has, for all its arms."""
        return torch.cat([x] * len(self.arms), place) if len(self.arms) > 1 else x

    def _lost(self, x: Tensor, y: Tensor) -> Tensor:
        """Mean cross-entropy, summed over networks: each learns as if it were alone."""
        told = self._for_all(y, 0)
        lost = functional.binary_cross_entropy_with_logits(self.logits(x), told, reduction="none")
        return lost.mean(1).sum()


def _shapes(kind: str, width: int) -> dict[str, tuple[int, int]]:
    """Of the weights of one network, by name."""
    wide, square = PARTS[kind] * width, (width, width)
    own = {"into": (wide, INPUTS), "bias": (wide, 1), "head": (1, width), "answer": (1, 1)}
    if kind == ATTENTION:
        return {**own, "query": square, "key": square, "value": square}
    own["back"] = (wide, width)
    return {**own, "back bias": (wide, 1)} if kind == GATED else own
