"""Attacks on stacked classifiers: change an input a little until its class changes.

All attacks are generators that pause after each step of work and return the attacked inputs.
They stop working on examples that are fooled already: such an example keeps the change that
fooled it first. Sizes are given as `epsilon`, a change per pixel where inputs lie in [0, 1]: the
largest of any pixel ("linf"), or the root mean square over the pixels ("l2").
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch.nn.functional import cross_entropy

from core.lab.seeding import torch_generator
from core.models.digit_cnn import Logits

Norm = Literal["linf", "l2"]
Attack = Generator[None, None, torch.Tensor]
PIECE = 64
"""Inputs of each model that are looked at together: more would only take more memory."""
OVERSHOOT = 0.02
"""DeepFool steps this much further than the boundary that it expects."""


@dataclass
class Target:
    """What is attacked.

    Attributes:
        logits: Inputs `(K, B, d)` -> logits `(K, B, n_classes)`.
        x: Clean inputs in [0, 1], `(K, B, d)`.
        y: True labels, `(K, B)` int64.
        seeds: One per model, for random starts.
    """

    logits: Logits
    x: torch.Tensor
    y: torch.Tensor
    seeds: Sequence[int]


def correct(logits: Logits, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Tell which examples are classified as their label, `(K, B)` bool."""
    with torch.no_grad():
        return torch.cat([logits(part).argmax(-1) for part in x.split(PIECE, 1)], 1) == y


def random_signs(target: Target, epsilon: float, tries: int = 1) -> Attack:
    """Move every pixel up or down by `epsilon` at random: noise as large as an attack.

    Args:
        target: What is attacked.
        epsilon: Change per pixel.
        tries: Draws; with several it is a search without gradients.
    """
    found = target.x.clone()
    right = correct(target.logits, found, target.y)
    for draw in range(tries):
        signs = 1.0 - 2.0 * (uniform(target, target.x.shape[2], "signs", draw) < 0.5).float()
        moved = (target.x + epsilon * signs).clamp(0, 1)
        wrong = right & ~correct(target.logits, moved, target.y)
        found = torch.where((wrong | (right & (draw == 0))).unsqueeze(-1), moved, found)
        right &= ~wrong
        yield
    return found


def fgsm(target: Target, epsilon: float) -> Attack:
    """One step along the sign of the gradient (Goodfellow et al. 2015)."""
    gradient = _gradient(target.logits, target.x, target.y)
    yield
    return (target.x + epsilon * gradient.sign()).clamp(0, 1)


def pgd(
    target: Target,
    epsilon: float,
    *,
    steps: int = 20,
    norm: Norm = "linf",
    random_start: bool = True,
    drop_fooled: bool = True,
    step_size: float | None = None,
) -> Attack:
    """Many small steps uphill in the loss, each pulled back into the ball (Madry et al. 2018).

    Args:
        target: What is attacked.
        epsilon: Radius of the ball, per pixel.
        steps: Gradients computed.
        norm: Of the ball.
        random_start: From a random point of the ball rather than from the image.
        drop_fooled: Stop at an example's first success. Training goes on to the last step.
        step_size: Per pixel; `2.5 * epsilon / steps` when None.
    """
    size = 2.5 * epsilon / steps if step_size is None else step_size
    found = target.x.clone()
    if random_start:
        found = into_ball(drawn_start(target, epsilon, norm), target.x, epsilon, norm)
    chosen = Chosen(target)
    for _ in range(steps):
        if drop_fooled and not chosen.keep(found):
            return found
        x, y, clean = chosen.of(found), chosen.of(target.y), chosen.of(target.x)
        step = size * direction(_gradient(target.logits, x, y), norm)
        chosen.put(found, into_ball(x + step, clean, epsilon, norm))
        yield
    return found


def deepfool(target: Target, *, steps: int = 15) -> Attack:
    """The shortest way out of a class, as far as the boundaries are straight.

    DeepFool (Moosavi-Dezfooli et al. 2016): each step goes to the nearest of the boundaries as
    they look from here, in the Euclidean norm. It has no radius: look how far it went.
    """
    found, chosen = target.x.clone(), Chosen(target)
    for _ in range(steps):
        if not chosen.keep(found):
            break
        x, y = chosen.of(found), chosen.of(target.y)
        scores, slopes = yield from all_gradients(target.logits, x)
        step = _nearest_boundary(scores, slopes, y)
        chosen.put(found, (x + (1 + OVERSHOOT) * step).clamp(0, 1))
        yield
    return found


def into_ball(
    x: torch.Tensor, clean: torch.Tensor, epsilon: float, norm: Norm = "linf"
) -> torch.Tensor:
    """Pull inputs `(K, B, d)` back to within `epsilon` of the clean ones, and into [0, 1]."""
    change = x - clean
    if norm == "linf":
        change = change.clamp(-epsilon, epsilon)
    else:
        size = size_of(change, "l2").clamp_min(1e-12).unsqueeze(-1)
        change = change * (epsilon / size).clamp_max(1.0)
    return (clean + change).clamp(0, 1)


def uniform(target: Target, width: int, *names: str | int) -> torch.Tensor:
    """Numbers in [0, 1), `(K, B, width)`, each model's from its own seed by these names.

    Those of the first examples do not depend on how many follow.
    """
    shape = (target.x.shape[1], width)
    generators = [torch_generator(seed, "attack", *names) for seed in target.seeds]
    return torch.stack([torch.rand(shape, generator=own) for own in generators])


def drawn_start(target: Target, epsilon: float, norm: Norm) -> torch.Tensor:
    """A random point of each example's ball, `(K, B, d)`; it may lie outside [0, 1].

    The ball "linf" is filled evenly. Of "l2" directions and lengths are drawn.
    """
    width = target.x.shape[2]
    drawn = 2 * uniform(target, width, "start", 0) - 1
    if norm == "l2":
        radius = uniform(target, width, "start", 1)[..., :1]
        drawn = radius * drawn / size_of(drawn, "l2").unsqueeze(-1)
    return target.x + epsilon * drawn


def lead(scores: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Logit of the true class minus the best other one; below zero is fooled, `(K, B)`."""
    label = y.unsqueeze(-1)
    own = scores.gather(-1, label).squeeze(-1)
    return own - scores.scatter(-1, label, -torch.inf).amax(-1)


def input_gradient(target: Target) -> torch.Tensor:
    """Gradient of each example's loss by its input, `(K, B, d)`."""
    return _gradient(target.logits, target.x, target.y)


def size_of(change: torch.Tensor, norm: Norm) -> torch.Tensor:
    """Size of changes `(..., d)` per pixel: largest, or root mean square; `(...)`."""
    if norm == "linf":
        return change.abs().amax(-1)
    return change.square().mean(-1).sqrt()


def direction(gradient: torch.Tensor, norm: Norm) -> torch.Tensor:
    """Steepest step of size one, in the norm per pixel, `(..., d)`."""
    if norm == "linf":
        return gradient.sign()
    return gradient / size_of(gradient, "l2").clamp_min(1e-12).unsqueeze(-1)


class Chosen:
    """The examples of each model that are still classified correctly, padded to one length."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._index: torch.Tensor | None = None

    def keep(self, found: torch.Tensor, spared: torch.Tensor | None = None) -> bool:
        """Drop what is fooled by now, or spared `(K, B)`; False when nothing is left."""
        part = self.of(found)
        right = correct(self._target.logits, part, self.of(self._target.y))
        if spared is not None:
            right &= ~self.of(spared)
        most = int(right.sum(1).max())
        # Those still right first; the padding behind them is fooled and is never written.
        order = right.long().argsort(dim=1, descending=True, stable=True)[:, :most]
        self._left = right.gather(1, order)
        self._index = order if self._index is None else self._index.gather(1, order)
        return most > 0

    def target(self) -> Target:
        """The examples that are still worked on, as a target of their own."""
        whole = self._target
        return Target(whole.logits, self.of(whole.x), self.of(whole.y), whole.seeds)

    def of(self, tensor: torch.Tensor) -> torch.Tensor:
        """Rows of a tensor `(K, B, ...)` that are still worked on."""
        if self._index is None:
            return tensor
        index = self._index
        if tensor.dim() == 3:
            return tensor.gather(1, index.unsqueeze(-1).expand(-1, -1, tensor.shape[2]))
        return tensor.gather(1, index)

    def put(self, tensor: torch.Tensor, rows: torch.Tensor) -> None:
        """Write rows back; those of the padding stay."""
        if self._index is None:
            tensor.copy_(rows)
            return
        kept = torch.where(self._left.unsqueeze(-1), rows, self.of(tensor))
        tensor.scatter_(1, self._index.unsqueeze(-1).expand_as(rows), kept)


def _gradient(logits: Logits, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    found = []
    for part, labels in zip(x.detach().split(PIECE, 1), y.split(PIECE, 1), strict=True):
        moved = part.requires_grad_()
        loss = cross_entropy(logits(moved).flatten(0, 1), labels.flatten(), reduction="sum")
        found.append(torch.autograd.grad(loss, moved)[0])
    return found[0] if len(found) == 1 else torch.cat(found, 1)


def all_gradients(
    logits: Logits, x: torch.Tensor
) -> Generator[None, None, tuple[torch.Tensor, torch.Tensor]]:
    """Logits `(K, B, C)` and their gradients by the input `(K, B, C, d)`."""
    moved = x.detach().requires_grad_()
    scores = logits(moved)
    sums, found = scores.sum((0, 1)), []
    for place, one in enumerate(sums):
        found.append(torch.autograd.grad(one, moved, retain_graph=place + 1 < len(sums))[0])
        yield
    return scores.detach(), torch.stack(found, dim=2)


def _nearest_boundary(scores: torch.Tensor, slopes: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    label = y.unsqueeze(-1)
    own = slopes.gather(2, label[..., None].expand(-1, -1, 1, slopes.shape[-1]))
    slopes = slopes - own
    gaps = scores - scores.gather(2, label)
    length = slopes.norm(dim=-1).clamp_min(1e-8)
    far = (gaps.abs() / length).scatter(2, label, torch.inf)
    nearest = far.argmin(-1, keepdim=True)
    slope = slopes.gather(2, nearest[..., None].expand(-1, -1, 1, slopes.shape[-1])).squeeze(2)
    gap, norm = gaps.gather(2, nearest).abs() + 1e-4, length.gather(2, nearest)
    return gap / norm.square() * slope
