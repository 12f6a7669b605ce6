"""What a training step holds in memory: told beforehand by arithmetic, counted while it goes on.

A network of equally wide layers with ReLU; its hidden layers can be kept in segments, of which only
the inputs stay until they are computed again (Chen et al. 2016).
"""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, linear

from core.engine.adam import Adam
from core.lab.seeding import torch_generator

MOMENTUM = 0.9
TYPES = {4: torch.float32, 2: torch.bfloat16}
"""Of weights, gradients, state and activations, by the bytes of a number."""


class Counted:
    """Bytes of what the backward pass keeps, each storage once, while it is entered.

    Attributes:
        peak: Most bytes that were alive at once.
    """

    def __init__(self, ours: Sequence[Tensor]) -> None:
        """Count from nothing.

        Args:
            ours: Tensors that live anyway, weights for example: they do not count.
        """
        self.peak, self._now = 0, 0
        self._users: Counter[int] = Counter()
        self._anyway = {tensor.untyped_storage().data_ptr() for tensor in ours}
        self._hooks = torch.autograd.graph.saved_tensors_hooks(self._keep, lambda kept: kept.tensor)

    def __enter__(self) -> Counted:
        """Begin to count."""
        self._hooks.__enter__()
        return self

    def __exit__(self, *problem: object) -> None:
        """Stop counting what is kept; what is freed later still counts as freed."""
        self._hooks.__exit__()

    def _keep(self, tensor: Tensor) -> _Kept:
        # Detached: what keeps its own node alive would never be freed.
        kept, storage = _Kept(tensor.detach()), tensor.untyped_storage()
        at, size = storage.data_ptr(), storage.nbytes()
        if at not in self._anyway:
            self._users[at] += 1
            if self._users[at] == 1:
                self._now += size
                self.peak = max(self.peak, self._now)
            weakref.finalize(kept, self._dropped, at, size)
        return kept

    def _dropped(self, at: int, size: int) -> None:
        self._users[at] -= 1
        if not self._users[at]:
            self._now -= size


class _Kept:
    """One tensor that the backward pass will ask for."""

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor


class _Seeded(torch.autograd.Function):
    """Zero, whose gradient is a given one.

    `torch.autograd.grad(outputs, inputs, gradients)` does the same, but imports SymPy: 35 MB for
    good.
    """

    @staticmethod
    def forward(ctx: Any, output: Tensor, gradient: Tensor) -> Tensor:
        """Keep the gradient as it is: what is saved for the backward pass is counted here."""
        ctx.gradient = gradient
        return output.new_zeros(())

    @staticmethod
    def backward(ctx: Any, *_: Tensor) -> tuple[Tensor, None]:
        """Give the gradient to the output."""
        return ctx.gradient, None


class _Recomputed(torch.autograd.Function):
    """A segment of layers that keeps its inputs only, and is computed again when it is needed."""

    @staticmethod
    def forward(ctx: Any, segment: Callable[[Tensor], Tensor], x: Tensor, *weights: Tensor) -> Any:
        """Compute the segment without keeping anything between its layers."""
        ctx.segment, ctx.weights = segment, weights
        ctx.save_for_backward(x)
        return segment(x)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        """Compute it again, this time with what its own backward pass needs."""
        (gradient,) = gradients
        (x,) = ctx.saved_tensors
        asked = ctx.needs_input_grad[1]
        x = x.detach().requires_grad_(asked)
        with torch.enable_grad():
            again = _Seeded.apply(ctx.segment(x), gradient)  # type: ignore[no-untyped-call]
        inputs = (x, *ctx.weights) if asked else ctx.weights
        found = torch.autograd.grad(again, inputs)
        return (None, *(found if asked else (None, *found)))


class Trained:
    """A network, its gradients and its optimizer.

    Attributes:
        parameters: Weight and bias of each layer in turn.
        state: What the optimizer keeps from step to step.
    """

    def __init__(self, sizes: Sequence[int], optimizer: str, item: int, seed: int) -> None:
        """Draw the weights, as `torch.nn.Linear` does.

        Args:
            sizes: Layer widths from input to output.
            optimizer: `"sgd"`, `"momentum"` or `"adam"`.
            item: Bytes of a number, a key of `TYPES`.
            seed: Of the weights.
        """
        generator = torch_generator(seed, "training memory", "weights")
        self.parameters: list[Tensor] = []
        for inputs, outputs in zip(sizes, sizes[1:], strict=False):
            for shape in ((outputs, inputs), (outputs,)):
                drawn = (2 * torch.rand(shape, generator=generator) - 1) * inputs**-0.5
                self.parameters.append(drawn.to(TYPES[item]).requires_grad_())
        self._adam = Adam(self.parameters) if optimizer == "adam" else None
        self.state = [torch.zeros_like(p) for p in self.parameters] * (optimizer == "momentum")
        if self._adam is not None:
            self.state = [*self._adam.first, *self._adam.second, self._adam.steps]

    def loss(self, x: Tensor, y: Tensor, segments: Sequence[int] = ()) -> Tensor:
        """Mean cross-entropy.

        Args:
            x: `(n, inputs)`.
            y: `(n,)` labels.
            segments: Hidden layers in each part that is computed again; none by default.
        """
        at, hidden = 0, len(self.parameters) // 2 - 1
        for layers in segments or (hidden,):
            weights = self.parameters[2 * at : 2 * (at + layers)]
            if segments:
                x = _Recomputed.apply(_segment(weights), x, *weights)  # type: ignore[no-untyped-call]
            else:
                x = _segment(weights)(x)
            at += layers
        return cross_entropy(linear(x, *self.parameters[-2:]), y)

    def accumulate(
        self, x: Tensor, y: Tensor, parts: int = 1, segments: Sequence[int] = ()
    ) -> None:
        """Add the gradients of a batch that is computed in equal parts, one after the other.

        Each part is a copy, as if it were read on its own: a view would keep the whole batch.
        """
        for some, labels in zip(x.chunk(parts), y.chunk(parts), strict=True):
            (self.loss(some.clone(), labels.clone(), segments) / parts).backward()

    def update(self, rate: float) -> None:
        """Apply the gradients once and drop them."""
        if self._adam is not None:
            self._adam.step(rate)
            return
        with torch.no_grad():
            for place, p in enumerate(self.parameters):
                change = p.grad
                if self.state:
                    change = self.state[place].mul_(MOMENTUM).add_(p.grad)  # type: ignore[arg-type]
                p.sub_(change, alpha=rate)  # type: ignore[arg-type]
                p.grad = None


def _segment(weights: Sequence[Tensor]) -> Callable[[Tensor], Tensor]:
    def run(x: Tensor) -> Tensor:
        for place in range(0, len(weights), 2):
            x = linear(x, weights[place], weights[place + 1]).relu()
        return x

    return run


def bytes_of(tensors: Sequence[Tensor | None]) -> int:
    """Bytes of tensors that share nothing; None is none."""
    return sum(t.nelement() * t.element_size() for t in tensors if t is not None)
