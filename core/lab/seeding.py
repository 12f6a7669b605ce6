"""Named random generators from one seed; torch's and numpy's global generators are never used.

Runs of several visitors are interleaved in one process, so a global generator would be shared
between them: whoever draws first would change the other's numbers.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch


def derived_seed(seed: int, *purpose: str | int) -> int:
    """Derive an independent seed in `[0, 2**63)` from a run's seed and a purpose.

    `derived_seed(3, "weights")` and `derived_seed(3, "order", 7)` never share a stream, and
    neither depends on what else is drawn.
    """
    text = "/".join(map(str, (seed, *purpose)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def numpy_generator(seed: int, *purpose: str | int) -> np.random.Generator:
    """Return a numpy generator for one purpose of one run."""
    return np.random.default_rng(derived_seed(seed, *purpose))


def torch_generator(seed: int, *purpose: str | int) -> torch.Generator:
    """Return a torch CPU generator for one purpose of one run."""
    import torch

    return torch.Generator().manual_seed(derived_seed(seed, *purpose))
