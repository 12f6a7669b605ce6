"""What the sanity checks can be set to, and what they measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.challenges.interpretability.settings import PicturesConfig
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import View, ladder

ORDER = ("head", "conv3", "conv2", "conv1")
"""Layers in the order in which their weights are drawn anew, each on top of the ones before."""
CONTROL = "Brightness"
PANELS = {
    "The gradient, plain or averaged": ("Saliency", "SmoothGrad"),
    "Times the input": ("Input x Gradient", "Integrated Gradients", "DeepLift", CONTROL),
    "Inside the network": ("Guided Backprop", "Grad-CAM"),
}
METHODS = tuple(method for methods in PANELS.values() for method in methods)
PICTURES = 12
KEPT = 4
"""Pictures of the first network whose maps are kept to be shown."""


class SanityConfig(PicturesConfig):
    """What is trained and then destroyed."""

    epochs: int = ladder(1, 3, 6, 12, default=6)
    """Passes over the training pictures."""


class SanityView(View):
    """How maps are compared and shown."""

    above = True
    compare: Literal["sizes", "signed"] = "sizes"
    """Sizes: only how strongly a pixel is marked. Signed: also whether for or against."""
    picture: int = ladder(*range(1, KEPT + 1), default=1)
    """Which of the first network's pictures."""


@dataclass(frozen=True, kw_only=True)
class SanityResult:
    """What was measured.

    Attributes:
        similarity: `seed`, `method`, `redrawn` (layers, 0 to 4), `compare` (`"sizes"` or
            `"signed"`), `value`: rank correlation with the trained network's map of the same
            picture and class, mean over pictures.
        images: `(KEPT, h, w)` uint8; empty until the first network is trained.
        maps: The first network's, `(methods, stages, KEPT, h, w)` float16, each divided by its
            largest absolute value.
    """

    similarity: pd.DataFrame = table("seed", "method", "redrawn", "compare", "value")
    images: np.ndarray
    maps: np.ndarray

    def left(self, method: str) -> PerSeed:
        """Similarity of sizes when all layers are drawn anew."""
        return per_seed(self.similarity, method=method, compare="sizes", redrawn=len(ORDER))
