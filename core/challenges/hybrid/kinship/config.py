"""What the kinship experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.lab.intervals import SHARE, Estimate
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder
from core.models.chain_plans import BAG, RECURRENT, RULES, TRANSFORMER

TYPED, COMMON = "rules, some typed in", "one fixed answer"
NETWORKS = (BAG, RECURRENT, TRANSFORMER)
ARMS = (*NETWORKS, RULES)
LENGTHS = (2, 3, 4, 6, 10)
LONG, NEEDING = max(LENGTHS), 3
"""Relations in the longest chains asked, and in those that need a withheld rule."""
RULES_KNOWN = 33
"""In `core.data.kinship`."""
ASKED = 200
"""Chains of each length, in each seed."""


class KinshipConfig(Config):
    """What the networks learn from, and what is typed in afterwards."""

    longest: int = ladder(2, 3, 4, 6, default=3, unit="relations", label="Longest training chain")
    """Chains of two relations, and up to this many, are learned from: fresh ones in each step."""
    withheld: int = ladder(0, 2, 5, 8, default=5, label="Rules withheld")
    """Of the 33 rules, how many no training chain needs. Afterwards they are typed into the table
    of learned rules."""
    typed_in: Literal["true", "wrong"] = "true"
    """Whether the rules that are typed in are true."""
    steps: int = ladder(100, 300, 600, 1200, default=300, label="Training steps")
    """Updates of the weights, each on 64 chains of one length (Adam)."""


class KinshipView(View):
    """How it is drawn."""

    networks_only: bool = False
    """Leave the learned rules out of the figure by length."""


@dataclass(frozen=True, kw_only=True)
class KinshipResult:
    """What was measured.

    Attributes:
        scores: `arm`, `seed`, `length`, `value`: share of new chains answered rightly that need
            no withheld rule; among the arms one answer to all, that which is most frequent there.
        needing: `arm`, `seed`, `value`: share of those that need one.
        rules: The first seed's table: `first`, `second`, `truth`, `learned`, `sure` (probability),
            `withheld`.
        recovered: `seed`, `value`: share of the rules in training that the table has right.
        tables: What each seed's table makes of two relations, `(seeds, 9, 9, 9)` float32
            probabilities: first, second, result.
        longest: Relations in the longest training chain,
        withheld: how many rules were withheld,
        typed_in: and which were typed in, as in the config.
    """

    scores: pd.DataFrame = table("arm", "seed", "length", "value")
    needing: pd.DataFrame = table("arm", "seed", "value")
    rules: pd.DataFrame = table("first", "second", "truth", "learned", "sure", "withheld")
    recovered: pd.DataFrame = table("seed", "value")
    tables: np.ndarray
    longest: int
    withheld: int
    typed_in: str

    def at(self, arm: str, length: int = LONG) -> PerSeed:
        """Share of chains of one length that are answered rightly."""
        return per_seed(self.scores, SHARE, arm=arm, length=length)

    def known(self, arm: str, length: int = LONG) -> Estimate:
        """The same; its interval knows of how many chains."""
        return self.at(arm, length).of_cases(ASKED)

    def without(self, arm: str) -> PerSeed:
        """Share of the chains that need a withheld rule."""
        return per_seed(self.needing, SHARE, arm=arm)

    def found(self) -> Estimate:
        """Share of the rules in training that the table has right."""
        return per_seed(self.recovered, SHARE).of_cases(RULES_KNOWN - self.withheld)
