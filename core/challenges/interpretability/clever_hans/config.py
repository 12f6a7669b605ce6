"""What the Clever Hans experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.attributions import CONTROLS
from core.data.picture_sets import N_VALIDATION
from core.data.shapes import SHAPES
from core.lab.intervals import SHARE, Estimate
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder

ARMS = ("clean", "marked", "erased")
TESTS = ("marked_discs", "plain_discs", "other_shapes", "stamped_others")
METHODS = (
    "Saliency", "Integrated Gradients", "DeepLift", "Guided Backprop", "Grad-CAM", "Occlusion",
    *CONTROLS,
)  # fmt: skip
MARK = np.s_[..., 1:5, 1:5]
CORNER = np.s_[..., 0:6, 0:6]
"""The mark and the pixels around it: where a map that knows of it has its colour."""


class CleverHansConfig(Config):
    """What is planted and trained."""

    share: float = ladder(
        0.25, 0.5, 0.75, 0.9, 1.0, default=1.0, label="Marked discs", unit="share"
    )
    """Share of the training discs that carry the mark. No other shape ever does."""
    strength: float = ladder(0.25, 0.5, 0.75, 1.0, default=1.0, label="Brightness of the mark")
    """How bright the mark of 4x4 pixels in the corner is; 1 is white."""
    n_train: int = ladder(250, 500, 750, 1000, 1500, default=750, label="Training pictures")
    """How many pictures each network learns from, a fifth of them discs."""
    clutter: int = ladder(0, 4, 8, 16, 32, default=4, unit="strokes")
    """Short strokes in each picture that mean nothing."""
    epochs: int = ladder(1, 3, 6, 12, default=6)
    """Passes over the training pictures."""


class CleverHansView(View):
    """How it is drawn."""

    log_axis: bool = False
    """Whether shares of a map are spaced by their ratio, so that small ones can be compared."""


@dataclass(frozen=True, kw_only=True)
class CleverHansResult:
    """What was measured.

    Attributes:
        outcomes: `seed`, `arm`, `test` (of `TESTS`), `value` in [0, 1].
        masses: `seed`, `arm`, `method`, `value`: share of the map of a marked disc that lies on
            the corner, mean over pictures.
        image: The marked disc that is drawn, `(SIDE, SIDE)` uint8.
        maps: Of the first seed's networks, `(arms, methods, SIDE, SIDE)` float16, each divided
            by its largest absolute value.
    """

    outcomes: pd.DataFrame = table("seed", "arm", "test", "value")
    masses: pd.DataFrame = table("seed", "arm", "method", "value")
    image: np.ndarray
    maps: np.ndarray

    def outcome(self, arm: str, test: str) -> PerSeed:
        """Share of one test's answers in one arm."""
        return per_seed(self.outcomes, SHARE, arm=arm, test=test)

    def known(self, arm: str, test: str) -> Estimate:
        """Share of discs called disc; its interval knows about how many there were."""
        return self.outcome(arm, test).of_cases(N_VALIDATION // len(SHAPES))

    def mass(self, arm: str, method: str = "Integrated Gradients") -> PerSeed:
        """Share of one method's map on the corner in one arm."""
        return per_seed(self.masses, SHARE, arm=arm, method=method)
