"""Networks with one hidden layer that learn a Boolean function, thousands side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core.engine.adam import Adam
from core.lab.seeding import torch_generator

ACTIVATIONS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": torch.sigmoid, "tanh": torch.tanh, "ReLU": torch.relu,
}  # fmt: skip


class BooleanNets:
    """Every start at every width: one sum over hidden units each, then a logistic answer.

    In double precision, because whether a start succeeds must not hang on rounding.

    Attributes:
        activation: A name in `ACTIVATIONS`.
        parameters: Weights into the hidden units `(n_bits, K * H)`, their biases `(K * H,)`,
            weights out of them `(K, H)` and biases `(K,)`; `K` is widths times starts.
    """

    def __init__(
        self, activation: str, widths: Sequence[int], seeds: Sequence[int], starts: int, n_bits: int
    ) -> None:
        """Draw the weights as `torch.nn.Linear` does, uniform in `± 1/sqrt(inputs)`.

        Args:
            activation: A name in `ACTIVATIONS`.
            widths: Hidden units, ascending. A start is the same at every width and with every
                activation, but for its scale and for the units that are not there.
            seeds: Each draws `starts` networks.
            starts: Networks of each seed.
            n_bits: Inputs.
        """
        self.activation = activation
        self._count, self._hidden = len(widths) * len(seeds) * starts, widths[-1]
        place = torch.arange(self._hidden)
        there = torch.stack([(place < width).double() for width in widths])
        self._there = there.repeat_interleave(len(seeds) * starts, 0)
        drawn = [_draws(seed, starts, self._hidden, n_bits) for seed in seeds]
        into, bias, out, last = (torch.cat(part).repeat(len(widths), *(1,) * (part[0].dim() - 1))
                                 for part in zip(*drawn, strict=True))  # fmt: skip
        scale = self._there.sum(1) ** -0.5
        self.parameters = [
            (into / n_bits**0.5).flatten(0, 1).T.contiguous(), (bias / n_bits**0.5).flatten(),
            out * scale[:, None], last * scale,
        ]  # fmt: skip
        for one in self.parameters:
            one.requires_grad_()
        self._adam = Adam(self.parameters)

    def logits(self, x: Tensor) -> Tensor:
        """Answers before the logistic function, `(cases, K)`, to cases `(cases, n_bits)`."""
        into, bias, out, last = self.parameters
        hidden = ACTIVATIONS[self.activation](torch.addmm(bias, x, into))
        shown = hidden.view(len(x), self._count, self._hidden)
        return (shown * (out * self._there)).sum(2) + last

    def learn(self, x: Tensor, y: Tensor, learning_rate: float) -> None:
        """Take one step of Adam on all cases: the sum of every network's own mean loss."""
        wanted = y[:, None].expand(-1, self._count)
        loss = functional.binary_cross_entropy_with_logits(self.logits(x), wanted, reduction="sum")
        (loss / len(x)).backward()
        self._adam.step(learning_rate)

    def solved(self, x: Tensor, y: Tensor) -> np.ndarray:
        """Which networks answer every case rightly, `(K,)` bool: by width, seed and start."""
        return self.right(x, y) == 1

    def right(self, x: Tensor, y: Tensor) -> np.ndarray:
        """Share of the cases that each network answers rightly, `(K,)`."""
        with torch.no_grad():
            said = (self.logits(x) > 0) == (y[:, None] > 0.5)
            found: np.ndarray = said.double().mean(0).numpy()
        return found


def _draws(seed: int, starts: int, hidden: int, n_bits: int) -> tuple[Tensor, ...]:
    """Numbers in [-1, 1) for one seed's networks, hidden unit by hidden unit."""
    shapes = ((starts, hidden, n_bits), (starts, hidden), (starts, hidden), (starts,))
    return tuple(
        2 * torch.rand(shape, generator=torch_generator(seed, "boolean", place)).double() - 1
        for place, shape in enumerate(shapes)
    )
