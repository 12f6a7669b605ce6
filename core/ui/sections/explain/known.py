"""One picture of a visitor's choice, explained by the gallery's first network."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.attributions import explain_now
from core.challenges.interpretability.gallery.config import ALL, GalleryResult
from core.charts.answers import confusion
from core.data.picture_sets import CLASS_NAMES
from core.models import shape_networks as networks
from core.models.novelty import strangeness

if TYPE_CHECKING:
    from core.models.shape_cnn import ShapeCNN

UNLIKE = 1.2
"""Times the usual distance from which on a picture is called unlike the known ones."""


@dataclass(frozen=True)
class Known:
    """A trained network with the pictures it was tested on.

    Attributes:
        result: Of the gallery's run that trained it; finished.
    """

    result: GalleryResult

    @property
    def names(self) -> tuple[str, ...]:
        """The classes."""
        return CLASS_NAMES[self.result.dataset]

    @property
    def side(self) -> int:
        """Pixels on a side of what the network takes."""
        return int(self.result.held.shape[-1])

    @cached_property
    def net(self) -> ShapeCNN:
        """The network; rebuilt here, so that nobody shares it."""
        return networks.with_weights(len(self.names), self.side, self.result.weights)

    def confusion(self) -> pd.DataFrame:
        """How often each answer was given to each class; see `answers.confusion`."""
        cases = self.result.held_cases
        return confusion(cases["true"], cases["predicted"], self.names)

    def in_cell(self, true: int, predicted: int) -> np.ndarray:
        """Which of the held pictures are of one class and got one answer."""
        cases = self.result.held_cases
        return np.flatnonzero((cases["true"] == true) & (cases["predicted"] == predicted))

    def probabilities(self, image: np.ndarray) -> np.ndarray:
        """Probability of each class for one picture `(side, side)` in [0, 1]."""
        return networks.probabilities(self.net, image[None, None].astype(np.float32))[0]

    def maps(
        self, image: np.ndarray, target: int, methods: tuple[str, ...] = ALL
    ) -> Generator[tuple[str, np.ndarray], None, None]:
        """Make one map of a picture `(side, side)` per method, `(side, side)` in its own unit."""
        for method in methods:
            yield method, self.map_many(method, image[None], np.array([target]))[0]

    def map_many(self, method: str, images: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Make one method's maps of pictures `(n, side, side)`."""
        x = images[:, None].astype(np.float32)
        return explain_now(method, self.net, x, targets, seed=self.result.first_seed)

    def strangeness(self, image: np.ndarray) -> float:
        """How far a picture is from those the network was tested on; `UNLIKE` and more is unlike.

        Unit: the distance to the nearest that 99% of them keep among themselves.
        """
        return strangeness(self.net, self.result.held / 255, image)
