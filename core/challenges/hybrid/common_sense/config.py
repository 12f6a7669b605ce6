"""What the block towers can be set to, and what they measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.engine.sweep import SweepResult
from core.lab.intervals import Estimate
from core.lab.scores import PerSeed
from core.lab.settings import Config, View, ladder, repetitions

NETWORK, TOLD, LAW = "network", "network told the law", "law with a threshold"
ARMS = (NETWORK, TOLD, LAW)
SHARES = (0.0, 0.01, 0.05, 0.2, 0.5)
"""Of the training towers, so many contradict the shortcut; at a half it says nothing."""
NONE, BROKEN = SHARES[0], SHARES[-1]
AGREES, OPPOSES = "validation", "opposes"
"""Test towers of which the shortcut is right, and of which it is wrong."""
ASKED, DRAWN = 500, 6
"""Test towers of each kind in each seed, and of the first seed's of the second kind that are kept
to be drawn."""


class CommonSenseConfig(Config):
    """What is learned from, and what is known."""

    repetitions: int = repetitions(default=10)

    shortcut: Literal["lean", "height"] = "lean"
    """What tells whether a training tower stands, beside the law. Lean: all whose highest block
    lies far to the side of the lowest one fall, the others stand. Height: all of four or five
    blocks fall, those of three stand."""
    law: Literal["true", "even_weights"] = "true"
    """The law that is built in: where the centre of mass of each upper part lies on what carries
    it, with the blocks' true weights, or as if all weighed the same."""
    n_train: int = ladder(200, 1000, 3000, default=1000, label="Training towers")
    """How many towers are learned from; half of them stand."""
    width: int = ladder(16, 32, 64, default=32, unit="units")
    """Units in each of a network's two hidden layers."""
    steps: int = ladder(60, 250, 500, 1000, default=500, label="Training steps")
    """Updates of the weights, each on 32 towers (Adam, learning rate 0.01)."""


class CommonSenseView(View):
    """Which training the drawn towers were answered after."""

    opposed: float = ladder(
        *SHARES, default=NONE, label="Towers against the shortcut", unit="share"
    )
    """Share of training towers that contradict the shortcut, for the answers to the towers drawn
    below."""


@dataclass(frozen=True, kw_only=True)
class CommonSenseResult(SweepResult):
    """What was measured: the scores of a sweep by `arm`, `opposed` (a share) and `seed`.

    Attributes:
        blocks: Of the first seed's towers that contradict the shortcut: `tower`, `block` (lowest
            first), `place` (of its middle, in widths), `weight`, `stands`.
        answers: `tower`, `arm`, `opposed`, `says`: whether that seed's model says that it stands.
    """

    blocks: pd.DataFrame
    answers: pd.DataFrame

    def right(self, arm: str, opposed: float = NONE, split: str = OPPOSES) -> PerSeed:
        """Share of towers answered rightly, of those that contradict the shortcut by default."""
        return self.at(split, arm=arm, opposed=opposed)

    def known(self, arm: str, opposed: float = NONE, split: str = OPPOSES) -> Estimate:
        """The same; its interval knows of how many towers."""
        return self.right(arm, opposed, split).of_cases(ASKED)
