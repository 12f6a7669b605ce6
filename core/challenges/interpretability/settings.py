"""What the networks of several of this page's experiments learn from, as a visitor sets it."""

from __future__ import annotations

from core.data.picture_sets import MOST_DIGITS, SIDES, ImagesName
from core.lab.settings import Config, ladder


class PicturesConfig(Config):
    """What an experiment's networks learn from; it adds how long."""

    dataset: ImagesName = "shapes"
    """Shapes: 28x28 pictures of one shape among clutter, five classes. Digits: 8x8 pictures of
    handwritten digits, ten classes."""
    n_train: int = ladder(250, 500, 1000, 1500, 3000, default=1500, label="Training pictures")
    """How many pictures each network learns from. Of the digits there are 1200."""
    clutter: int = ladder(0, 4, 8, 16, 32, default=8, unit="strokes")
    """Short strokes in each picture of shapes that mean nothing. Digits have none."""

    @property
    def side(self) -> int:
        """Pixels on a side of the pictures."""
        return SIDES[self.dataset]

    @property
    def n_pictures(self) -> int:
        """Training pictures of each network: as many as asked for, or as there are."""
        return self.n_train if self.dataset == "shapes" else min(self.n_train, MOST_DIGITS)
