"""Measures of explanations that ask the network again; with core.attributions the door to captum.

Captum's own functions count, but cannot pause. So the network is asked and the maps are made
beforehand, in pieces, and captum.metrics gets the remembered answers.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.attributions import COVERING
from core.attributions.covering import PATCHES, patch_mask
from core.lab.seeding import numpy_generator

if TYPE_CHECKING:
    from torch import Tensor, nn

SQUARES = 64
"""Squares covered in each picture, one at a time."""
COPIES = 4
"""Noisy copies of each picture that are explained anew."""
RADIUS = 0.02
"""Largest change of a pixel in a noisy copy, of 1: captum's default."""
AT_ONCE = 4
"""Pictures whose covered copies are asked about at once: about 10 ms."""


@dataclass(frozen=True)
class Covered:
    """What a network says of pictures with a square covered.

    Attributes:
        places: `(n, SQUARES, h, w)` bool: the covered pixels.
        whole: `(n,)` float64: the target's logit for the bare pictures.
        left: `(n, SQUARES)` float64: its logit when the square is black.
    """

    places: np.ndarray
    whole: np.ndarray
    left: np.ndarray


def cover(
    net: nn.Module, images: np.ndarray, targets: np.ndarray, *, seed: int
) -> Generator[int, None, Covered]:
    """Cover random squares of two sevenths of the side; yields the number of pictures done.

    Args:
        net: Takes `(n, 1, h, w)`, returns logits.
        images: `(n, 1, h, w)` float32 in [0, 1], h and w equal.
        targets: Class of each picture, `(n,)` int64.
        seed: Of the squares' places.
    """
    n, side = len(images), images.shape[-1]
    width = max(1, 2 * side // 7)
    corners = numpy_generator(seed, "squares").integers(0, side - width + 1, (n, SQUARES, 2))
    steps = np.arange(side) - corners[..., None]
    rows, columns = np.moveaxis((steps >= 0) & (steps < width), 2, 0)
    places = rows[..., :, None] & columns[..., None, :]
    left = []
    for i in range(0, n, AT_ONCE):
        own = slice(i, i + AT_ONCE)
        shown = (images[own] * ~places[own]).reshape(-1, 1, side, side)
        left.append(scores(net, shown, targets[own].repeat(SQUARES)).reshape(-1, SQUARES))
        yield min(n, i + AT_ONCE)
    return Covered(places, scores(net, images, targets), np.concatenate(left))


def infidelity(maps: np.ndarray, covered: Covered) -> np.ndarray:
    """Share of the squared change of the score that a map does not foresee (Yeh et al. 2019).

    A map foresees that covering a square costs what it gives the square's pixels, times one
    number that is best for this picture: maps come in different units, and some have no sign.
    The mean squared error that is left is divided by the mean squared change.

    Args:
        maps: `(n, h, w)`.
        covered: What the network says of the same pictures.

    Returns:
        `(n,)` in [0, 1]: 0 for a map that foresees all, 1 for one that foresees nothing.
    """
    import torch
    from captum.metrics import infidelity as counted

    attributions = torch.from_numpy(maps.astype(float))
    places = torch.from_numpy(covered.places.astype(float)).flatten(0, 1)
    answers = {len(maps): _tensor(covered.whole), len(places): _tensor(covered.left.ravel())}
    found = counted(
        lambda pictures: answers[len(pictures)],
        lambda pictures: (places, places),
        attributions,
        attributions,
        n_perturb_samples=covered.places.shape[1],
        normalize=True,
    )
    change = ((covered.whole[:, None] - covered.left) ** 2).mean(1)
    share = found.numpy() / np.where(change > 0, change, 1)
    clipped: np.ndarray = np.where(change > 0, share, 1.0).clip(0, 1)
    return clipped


def noisy_copies(images: np.ndarray, *, seed: int) -> np.ndarray:
    """Add uniform noise up to `RADIUS`: `(n * COPIES, 1, h, w)`, copies of a picture together."""
    copies = images.repeat(COPIES, axis=0)
    noise = numpy_generator(seed, "noisy copies").uniform(-RADIUS, RADIUS, copies.shape)
    return (copies + noise).astype(np.float32)


def max_sensitivity(maps: np.ndarray, noisy: np.ndarray) -> np.ndarray:
    """Largest change of a map under small noise, in sizes of the map (Yeh et al. 2019).

    Args:
        maps: `(n, h, w)` of the bare pictures.
        noisy: `(n * COPIES, h, w)` of their noisy copies.

    Returns:
        `(n,)` at least 0: the largest Euclidean distance over the map's own length.
    """
    import torch
    from captum.metrics import sensitivity_max as counted

    first = torch.from_numpy(maps)
    remembered = iter([first, torch.from_numpy(noisy)])
    copies = len(noisy) // max(1, len(maps))
    found = counted(
        lambda pictures: (next(remembered),),
        first,
        perturb_func=lambda pictures: pictures,
        n_perturb_samples=copies,
    )
    return np.asarray(found.numpy(), dtype=float)


def gained(net: nn.Module, images: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """How much more the target's logit is than for a black picture, `(n,)` float64."""
    return scores(net, images, targets) - scores(net, np.zeros_like(images), targets)


def shared_out(method: str, maps: np.ndarray) -> np.ndarray:
    """Give each pixel its part of what a covered patch is worth, so that maps can be summed.

    Methods that cover give every pixel of a patch what all of the patch is worth; summed over
    pixels it would count as often as the patch has pixels.

    Args:
        method: Name of the method that made the maps; all others are left as they are.
        maps: `(n, side, side)`.
    """
    side = maps.shape[-1]
    if method == "Occlusion":
        return maps / max(2, side // PATCHES) ** 2
    if method in COVERING:
        mask = patch_mask(side)
        return maps / np.bincount(mask.ravel())[mask]
    return maps


def scores(net: nn.Module, images: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Logits of the targets, `(n,)` float64."""
    import torch

    with torch.no_grad():
        logits = net(torch.from_numpy(images)).double().numpy()
    found: np.ndarray = logits[np.arange(len(images)), targets]
    return found


def integrated_gradients(
    net: nn.Module, images: np.ndarray, targets: np.ndarray, *, steps: int
) -> np.ndarray:
    """Integrated Gradients from black with a chosen number of steps, `(n, h, w)` float32."""
    import torch
    from captum.attr import IntegratedGradients

    x = torch.tensor(images, requires_grad=True)
    found = IntegratedGradients(net).attribute(x, target=torch.tensor(targets), n_steps=steps)
    return np.asarray(found.detach().float().numpy()[:, 0])


def _tensor(values: np.ndarray) -> Tensor:
    import torch

    return torch.from_numpy(np.ascontiguousarray(values, dtype=float))
