"""The strongest attack there is here: several unlike ones, and for each image the worst of them.

After AutoAttack (Croce & Hein 2020): a robust accuracy is what the attack that was tried left over,
so it is only as good as the attack. One attack fails where its loss is flat or leads astray, and
another does not; an image counts as withstanding only if it withstands all. In turn, each on the
images that are left:

- Auto-PGD on cross-entropy from a random start;
- Auto-PGD on the targeted DLR, at one wrong class after the other, the nearest first;
- Auto-PGD on the plain margin with the same classes: a multi-targeted attack (Gowal et al. 2019);
- the Square Attack, which needs no gradient.

A margin attack stands where they have FAB, which looks for the shortest change.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence

import torch

from core.attacks.apgd import apgd
from core.attacks.budget import Budget
from core.attacks.evasion import (
    Attack,
    Chosen,
    Norm,
    Target,
    correct,
    drawn_start,
    lead,
    size_of,
    uniform,
)
from core.attacks.losses import Loss, cross_entropy, margin, targeted_dlr
from core.attacks.square import square

ROUNDING = 1e-6
"""How far beyond the ball an image may lie: what float32 makes of `clean + change - clean`."""
LOSSES: tuple[Loss, ...] = (cross_entropy, targeted_dlr, margin)
"""In the order in which they are climbed; the first aims at no class."""
ROWS = 256
"""Inputs of each network that are worked on together: few images are aimed at many classes."""


def worst_case(
    target: Target,
    epsilon: float,
    budget: Budget,
    tried: Sequence[torch.Tensor] = (),
    spared: torch.Tensor | None = None,
) -> Attack:
    """Attack every image until something fools it.

    Args:
        target: What is attacked.
        epsilon: Largest change of a pixel, in [0, 1].
        budget: What may be spent.
        tried: What attacks within the same ball made of the images already, `(K, B, d)` each; a
            smaller ball lies within a larger one.
        spared: Images to spend nothing on, `(K, B)` bool.

    Returns:
        For each image a misread one within the ball if any was found, else one that withstood.

    Raises:
        ArithmeticError: If an image left the ball or [0, 1].
    """
    found = target.x.clone()
    for moved in tried:
        found = harder(target, found, moved)
    chosen, nearest = Chosen(target), _nearest_classes(target)
    for restart in range(budget.restarts):
        for loss in LOSSES:
            aims = range(1 if loss is cross_entropy else min(budget.targets, nearest.shape[-1]))
            while aims and chosen.keep(found, spared):
                left = chosen.target()
                now = aims[: max(1, ROWS // left.y.shape[1])]
                wanted = chosen.of(nearest)[..., now.start : now.stop]
                names = [(LOSSES.index(loss), place, restart) for place in now]
                work = _ascent(left, epsilon, loss, wanted, names, budget.steps)
                chosen.put(found, (yield from work))
                aims = aims[len(now) :]
        if chosen.keep(found, spared):
            work = square(chosen.target(), epsilon, queries=budget.queries, restart=restart)
            chosen.put(found, (yield from work))
    return within(found, target.x, epsilon)


def worst_cases(
    target: Target, budget: Budget, tried: Mapping[float, Sequence[torch.Tensor]]
) -> Generator[None, None, dict[float, torch.Tensor]]:
    """Attack every image within balls of several sizes; none meets the whole budget twice.

    What fools within a small ball fools within all that are larger. And what withstands in a large
    one is taken to withstand in all that are smaller: so the largest is searched first.

    Args:
        target: What is attacked.
        budget: What may be spent on an image.
        tried: By size: what attacks within that ball made of the images already.

    Returns:
        By size, as `worst_case`.
    """
    found, carried = {}, target.x
    for size in sorted(tried):
        for moved in tried[size]:
            carried = harder(target, carried, moved)
        found[size] = carried
    withstood = torch.zeros_like(target.y, dtype=torch.bool)
    for size in sorted(tried, reverse=True):
        found[size] = yield from worst_case(target, size, budget, [found[size]], withstood)
        withstood |= correct(target.logits, found[size], target.y)
    return found


def ascents(target: Target, epsilon: float, steps: int, norm: Norm = "linf") -> list[Attack]:
    """Attacks that go on after their first success: Auto-PGD on cross-entropy and on the margin.

    The margin is that of the nearest wrong class. Each gives the point of the greatest loss, which
    is more likely to fool others, too: another network, or a vote that was attacked through a few
    of its copies.
    """
    if norm == "linf":
        start = _random_start(target, epsilon, "surrogate")
    else:
        start = drawn_start(target, epsilon, norm)
    nearest = _nearest_classes(target)[..., 0]
    return [
        apgd(target, epsilon, loss, nearest, start, steps, first=False, norm=norm)
        for loss in (cross_entropy, margin)
    ]


def surest(target: Target, epsilon: float, steps: int, norm: Norm) -> Attack:
    """Of both ascents, for each image the point where its true class leads by less.

    For what is attacked through a vote: `worst_case` stops at the first success and takes many
    more gradients. Only the nearest wrong class is aimed at, so a little may be left to find.

    Args:
        target: What is attacked.
        epsilon: Radius of the ball, per pixel.
        steps: Gradients of each ascent.
        norm: Of the ball.

    Raises:
        ArithmeticError: If an image left the ball or [0, 1].
    """
    found, least = target.x, torch.full(target.y.shape, torch.inf)
    for work in ascents(target, epsilon, steps, norm):
        moved = yield from work
        with torch.no_grad():
            left = lead(target.logits(moved), target.y)
        found = torch.where((left < least).unsqueeze(-1), moved, found)
        least = torch.minimum(left, least)
    return within(found, target.x, epsilon, norm)


def harder(target: Target, one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """For each image the first of two changes of it, or the other one where that alone fools."""
    right, wrong = correct(target.logits, one, target.y), ~correct(target.logits, other, target.y)
    return torch.where((right & wrong).unsqueeze(-1), other, one)


def within(
    moved: torch.Tensor, clean: torch.Tensor, epsilon: float, norm: Norm = "linf"
) -> torch.Tensor:
    """Return the images, held to lie within the ball and in [0, 1].

    Raises:
        ArithmeticError: If one does not.
    """
    far = float(size_of(moved - clean, norm).max())
    if not (far <= epsilon + ROUNDING and float(moved.min()) >= 0 and float(moved.max()) <= 1):
        raise ArithmeticError(f"an attack of size {epsilon:g} left its ball or the range of pixels")
    return moved


def _ascent(
    target: Target,
    epsilon: float,
    loss: Loss,
    wanted: torch.Tensor,
    names: Sequence[tuple[int, ...]],
    steps: int,
) -> Attack:
    """Climb a loss towards several wrong classes side by side, and keep what fools first.

    Args:
        target: Images that are left.
        epsilon: Radius of the ball.
        loss: To climb.
        wanted: The classes of each image, `(K, B, many)`.
        names: Of their random starts.
        steps: Gradients computed.
    """
    (models, images, width), many = target.x.shape, len(names)
    y, aim = target.y.repeat(1, many), wanted.transpose(1, 2).flatten(1)
    wide = Target(target.logits, target.x.repeat(1, many, 1), y, target.seeds)
    start = torch.cat([_random_start(target, epsilon, *own) for own in names], 1)
    moved = yield from apgd(wide, epsilon, loss, aim, start, steps)
    wrong = ~correct(target.logits, moved, y).view(models, many, images)
    first = wrong.long().argmax(1)[:, None, :, None].expand(-1, 1, -1, width)
    return moved.view(models, many, images, width).gather(1, first).squeeze(1)


def _random_start(target: Target, epsilon: float, *names: str | int) -> torch.Tensor:
    return target.x + epsilon * (2 * uniform(target, target.x.shape[2], "ascent", *names) - 1)


def _nearest_classes(target: Target) -> torch.Tensor:
    """Wrong classes, the largest logit first, `(K, B, C - 1)`."""
    with torch.no_grad():
        scores = target.logits(target.x)
    others = scores.scatter(-1, target.y.unsqueeze(-1), -torch.inf)
    return others.argsort(dim=-1, descending=True)[..., :-1]
