"""Networks of one hidden layer that say a sign from the two before it, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from core.data.two_back import SIGNS, Language, draw_triples
from core.engine.adam import Adam
from core.lab.seeding import numpy_generator, torch_generator

BATCH = 128
LEARNING_RATE = 0.01
INPUTS = 2 * SIGNS
RECENT = 8
"""Weights are averaged over about the last ninth of the steps (eta of Shamir & Zhang 2013)."""
DRAWN_AT_ONCE = 8
"""Batches: one long search in a table takes less time than several short ones."""


class NextSignNets:
    """Networks of several widths; those of one name read one stream of text and see none twice.

    Hidden units are ReLUs of both signs, one-hot, and Adam takes a step after each batch. What is
    judged are averaged weights, which stand for a training that was brought to its end there.
    The widths lie side by side: each has its hidden units and behind them one that is always 1, for
    the biases of the outputs.

    Attributes:
        widths: Hidden units.
        lower: Weights into the hidden units, the last row their biases, `(K, INPUTS + 1, H)`.
        upper: Weights out of them, `(K, H, SIGNS)`.
    """

    def __init__(
        self, languages: Sequence[Language], names: Sequence[tuple[int, int]], widths: Sequence[int]
    ) -> None:
        """Draw the initial weights as `torch.nn.Linear` does.

        Args:
            languages: What each name reads, K of them.
            names: Seed and draw of each; its text and the weights of a width depend on nothing
                else.
            widths: Of the networks that each name has.
        """
        self.languages, self.widths = tuple(languages), tuple(widths)
        self._texts = [numpy_generator(seed, "next sign", "text", draw) for seed, draw in names]
        edges = np.cumsum([0, *(width + 1 for width in widths)])
        self._places = [slice(a, b) for a, b in zip(edges, edges[1:], strict=False)]
        self._ones = torch.from_numpy(edges[1:] - 1)
        drawn = [_drawn(*name, widths) for name in names]
        self.lower, self.upper = (torch.stack(same) for same in zip(*drawn, strict=True))
        self.averaged = [self.lower.clone(), self.upper.clone()]
        self._adam = Adam([self.lower, self.upper])
        self._starts = (INPUTS + 1) * torch.arange(len(names))[:, None]
        self._errors = torch.zeros(len(names), len(widths), BATCH, SIGNS)
        self._waiting: Iterator[Tensor] = iter(())
        self.steps = 0

    def step(self) -> None:
        """Let all networks learn once from a fresh batch of text."""
        with torch.no_grad():
            before, last, following = self._batch().unbind(1)
            rows = torch.stack([before + self._starts, last + SIGNS + self._starts])
            hidden = self.lower.flatten(0, 1).index_select(0, rows[0].flatten())
            hidden += self.lower.flatten(0, 1).index_select(0, rows[1].flatten())
            hidden = (hidden.unflatten(0, following.shape) + self.lower[:, -1:]).relu_()
            hidden[..., self._ones] = 1
            back = self._backward(hidden, following)
            back.mul_(hidden > 0)[..., self._ones] = 0
            self.lower.grad = self._sums(back, rows)
        self._adam.step(LEARNING_RATE)
        self.steps += 1
        share = min(1.0, (RECENT + 1) / (self.steps + RECENT))
        for mean, weight in zip(self.averaged, (self.lower, self.upper), strict=True):
            mean.lerp_(weight, share)

    def _backward(self, hidden: Tensor, following: Tensor) -> Tensor:
        """Gradients of the upper weights, and what comes back to the hidden units."""
        errors, back = self._errors, torch.empty_like(hidden)
        for place, part in enumerate(self._places):
            errors[:, place] = torch.bmm(hidden[..., part], self.upper[:, part])
        errors = errors.softmax(3)
        target = following[:, None, :, None].expand(-1, len(self.widths), -1, 1)
        errors.scatter_add_(3, target, torch.full(target.shape, -1.0)).div_(BATCH)
        self.upper.grad = torch.empty_like(self.upper)
        for place, part in enumerate(self._places):
            error = errors[:, place]
            self.upper.grad[:, part] = torch.bmm(hidden[..., part].transpose(1, 2), error)
            back[..., part] = torch.bmm(error, self.upper[:, part].transpose(1, 2))
        return back

    def _sums(self, back: Tensor, rows: Tensor) -> Tensor:
        """Gradients of the lower weights: of each row the sum over the signs that looked it up."""
        found = sum(
            torch.ops.aten.embedding_dense_backward(
                back.flatten(0, 1),
                looked_up.flatten(),
                self.lower.shape[0] * (INPUTS + 1),
                -1,
                False,
            )
            for looked_up in rows
        )
        sums = torch.as_tensor(found).unflatten(0, self.lower.shape[:2])
        sums[:, -1] = back.sum(1)
        return sums

    def losses(self, name: int) -> np.ndarray:
        """Expected loss of one name's averaged weights by width, nats a sign, `(widths,)` float64.

        It is exact: over every context there is, by how often it comes.
        """
        first, second = (torch.arange(SIGNS**2) // SIGNS, torch.arange(SIGNS**2) % SIGNS)
        lower, upper = (weights[name] for weights in self.averaged)
        hidden = (lower[first] + lower[SIGNS + second] + lower[-1]).relu()
        hidden[:, self._ones] = 1
        joint = self.languages[name].joint
        logs = [torch.mm(hidden[:, part], upper[part]).log_softmax(1) for part in self._places]
        return np.array([-float(joint @ one.numpy().ravel().astype(float)) for one in logs])

    def _batch(self) -> Tensor:
        """Signs before last, last and next at places of the texts, `(K, 3, BATCH)`."""
        batch = next(self._waiting, None)
        if batch is None:
            drawn = [
                draw_triples(language, DRAWN_AT_ONCE * BATCH, text)
                for language, text in zip(self.languages, self._texts, strict=True)
            ]
            self._waiting = iter(torch.from_numpy(np.stack(drawn)).split(BATCH, dim=2))
            batch = next(self._waiting)
        return batch


def _drawn(seed: int, draw: int, widths: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Lower and upper weights of one name; a hidden unit has two inputs that are not zero."""
    lower, upper = [], []
    for width in widths:
        generator = torch_generator(seed, "next sign", "weights", draw, width)
        into = (2 * torch.rand((INPUTS + 1, width), generator=generator) - 1) / 2**0.5
        lower.append(torch.cat([into, torch.zeros(INPUTS + 1, 1)], dim=1))
        upper.append((2 * torch.rand((width + 1, SIGNS), generator=generator) - 1) / width**0.5)
    return torch.cat(lower, dim=1), torch.cat(upper)
