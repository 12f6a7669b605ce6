"""The suspects: marks a picture may carry that say nothing about its shape."""

from __future__ import annotations

import numpy as np

from core.data.shapes import SIDE

ANGLES = ("angle top left", "angle top right", "angle bottom left", "angle bottom right")
"""Like the mounts that hold a photograph's corners."""
MARKS = (*ANGLES, "line below", "light background", "stripes", "checks")
EVERYWHERE = ("light background", "stripes", "checks")
"""Marks that are faint and cover the picture, instead of bright and in one place."""
FAINT = 0.3
"""Brightness of a mark that is everywhere, as a share of the strength."""
N_MARKS = len(MARKS)
_ARM, _WIDTH, _EDGE = 5, 2, 2
"""Pixels: length and width of an angle's arms, distance from the edge."""


def region(mark: int) -> np.ndarray:
    """Pixels that a mark may change: `(SIDE, SIDE)` bool.

    Args:
        mark: Index into `MARKS`.
    """
    found = np.zeros((SIDE, SIDE), bool)
    name = MARKS[mark]
    if name in ANGLES:
        # Drawn at the top left, then turned over into its own corner.
        end = _EDGE + _ARM
        found[_EDGE : _EDGE + _WIDTH, _EDGE:end] = found[_EDGE:end, _EDGE : _EDGE + _WIDTH] = True
        found = found[:: -1 if "bottom" in name else 1, :: -1 if "right" in name else 1]
    elif name == "line below":
        found[SIDE - 2 :] = True
    elif name == "stripes":
        found[::4] = True
    elif name == "checks":
        found[np.indices((SIDE, SIDE)).sum(0) % 2 == 0] = True
    else:
        found[:] = True
    return found


REGIONS = np.stack([region(mark) for mark in range(N_MARKS)])


def composed(images: np.ndarray, carried: np.ndarray, strength: float) -> np.ndarray:
    """Put marks on pictures.

    Args:
        images: `(n, 1, SIDE, SIDE)` float32 in [0, 1], without marks.
        carried: `(n, N_MARKS)` bool: which picture gets which marks; `(N_MARKS,)` for all alike.
        strength: Brightness of the bright marks, in [0, 1]; the faint ones have `FAINT` of it.

    Returns:
        New pictures in [0, 1]. Bright marks and the light background are the least their pixels
        can be; stripes and checks are added to what is there.
    """
    found = images.copy()
    carried = np.broadcast_to(carried, (len(images), N_MARKS))
    faint = FAINT * strength
    for mark in sorted(range(N_MARKS), key=lambda m: MARKS[m] not in EVERYWHERE):
        rows, pixels, name = np.flatnonzero(carried[:, mark]), REGIONS[mark], MARKS[mark]
        if not len(rows):
            continue
        part = found[rows, 0]
        if name in ("stripes", "checks"):
            part[:, pixels] += faint
        else:
            least = faint if name in EVERYWHERE else strength
            part[:, pixels] = np.maximum(part[:, pixels], least)
        found[rows, 0] = part
    return found.clip(0, 1)


def only(mark: int) -> np.ndarray:
    """One mark and no other: `(N_MARKS,)` bool; none at all for -1."""
    return np.arange(N_MARKS) == mark
