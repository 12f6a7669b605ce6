"""What the literature says about transfer, and where our result says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.challenges.adversarial.tables.transfer import NEIGHBOUR, NOISE, WHITE_BOX
from core.lab.claims import Claim
from core.lab.intervals import POINTS, Estimate, paired_difference

if TYPE_CHECKING:
    from core.challenges.adversarial.transfer import TransferResult

EPSILON = 0.2
"""Size of the change that the claims are about, fixed in advance."""


def left(result: TransferResult, source: str, victim: str) -> np.ndarray:
    """Accuracy of a victim on images made to fool the source, one number a seed."""
    s = result.scores
    rows = s[(s.source == source) & (s.victim == victim) & (s.epsilon == EPSILON)]
    return rows["value"].to_numpy()


def _against(result: TransferResult, victim: str, source: str, other: str) -> Estimate:
    return paired_difference(left(result, source, victim), left(result, other, victim), POINTS)


CLAIMS: tuple[Claim[TransferResult], ...] = (
    Claim(
        name="attacks_transfer",
        sentence="Images made to fool another network, trained on other images, take at least 30 "
        "points more from the CNN than noise of the same size.",
        source="Szegedy et al. 2014, section 4.2",
        published="in words: many fool networks trained on a disjoint set",
        measure=lambda r: _against(r, "cnn", "other_cnn", NOISE),
        direction="below",
        threshold=-0.3,
        settings={"attacker_data": "disjoint"},
    ),
    Claim(
        name="even_without_gradients",
        sentence="They also fool a nearest-neighbour classifier, which has no gradient: at least "
        "10 points more than noise.",
        source="Papernot, McDaniel & Goodfellow 2016, section 3",
        published="transfer between five kinds of classifiers, nearest neighbours among them",
        measure=lambda r: _against(r, NEIGHBOUR, "cnn", NOISE),
        direction="below",
        threshold=-0.1,
    ),
    Claim(
        name="seeing_the_victim_helps",
        sentence="Attacking the CNN itself leaves less than attacking another network.",
        source="Madry et al. 2018, Table 1",
        published="on MNIST, weaker attacks from other networks than on the network itself",
        measure=lambda r: _against(r, "cnn", WHITE_BOX, "other_cnn"),
        direction="below",
        threshold=0.0,
    ),
)
