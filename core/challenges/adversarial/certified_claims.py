"""What the literature says about certified votes, and where our result says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.challenges.adversarial.tables.certified import ATTACKED_RADII
from core.lab.claims import Claim
from core.lab.intervals import POINTS, SHARE, Estimate, defined_interval, paired_difference

if TYPE_CHECKING:
    from core.challenges.adversarial.certified_attack import CertifiedResult

AS_JUDGED = {"copies": 1000, "noisy_training": True}


def certified(result: CertifiedResult, sigma: float, radius: float) -> np.ndarray:
    """Share of images right and certified at least that far, one number a seed."""
    c = result.certificates
    own = c[c.sigma == sigma]
    held = own.assign(held=own.right & (own.radius >= radius) & (own.radius >= 0))
    return held.groupby("seed", sort=False)["held"].mean().to_numpy()


def under_attack(result: CertifiedResult, sigma: float, radius: float) -> np.ndarray:
    """Share of images right after an attack of that length, one number a seed."""
    a = result.attacked
    own = a[(a.sigma == sigma) & (a.radius == radius)]
    return own.groupby("seed", sort=False)["right"].mean().to_numpy()


def broken(result: CertifiedResult) -> np.ndarray:
    """Share of certificates that an attack within their radius broke, one number a seed.

    NaN in a seed without a certificate that was tried: none was broken, and none held.
    """
    keys = ["sigma", "seed", "image"]
    given = result.certificates[result.certificates.right]
    lengths = [radius for radius in ATTACKED_RADII if radius > 0]
    tried = result.attacked[result.attacked.radius.isin(lengths)]
    both = given.merge(tried, on=keys, suffixes=("", "_attack"))
    inside = both[both.radius >= both.radius_attack]
    wrong = (~inside.right_attack).groupby(inside.seed).mean()
    seeds = pd.unique(result.certificates.seed)
    return wrong.reindex(seeds).to_numpy(dtype=float)


def _broken(result: CertifiedResult) -> Estimate | None:
    found = defined_interval(broken(result), SHARE)
    return found if found.n else None


CLAIMS: tuple[Claim[CertifiedResult], ...] = (
    Claim(
        name="certificates_hold",
        sentence="Attacks within the certified radius break fewer than 1 in 100 certificates.",
        source="Cohen et al. 2019, Theorem 1",
        published="a proof; each certificate fails with a chance of at most 1 in 1000",
        measure=_broken,
        direction="below",
        threshold=0.01,
        settings=AS_JUDGED,
    ),
    Claim(
        name="the_promise_is_cautious",
        sentence="With noise of 0.25 more images survive an attack of length 0.5 than are "
        "certified against it.",
        source="Cohen et al. 2019, section 4",
        published="in words: the certified accuracy is a lower bound",
        measure=lambda r: paired_difference(
            under_attack(r, 0.25, 0.5), certified(r, 0.25, 0.5), POINTS
        ),
        direction="above",
        threshold=0.0,
        settings=AS_JUDGED,
    ),
    Claim(
        name="more_noise_reaches_farther",
        sentence="More noise certifies farther: at a length of 0.5 noise of 0.25 certifies more "
        "images than noise of 0.12.",
        source="Cohen et al. 2019, section 4",
        published="in words: with little noise large radii cannot be certified",
        measure=lambda r: paired_difference(
            certified(r, 0.25, 0.5), certified(r, 0.12, 0.5), POINTS
        ),
        direction="above",
        threshold=0.0,
        settings=AS_JUDGED,
    ),
    Claim(
        name="more_noise_costs_accuracy",
        sentence="It costs accuracy: with noise of 0.5 fewer images are classified correctly and "
        "certified at all than with 0.12.",
        source="Cohen et al. 2019, section 4",
        published="in words: noise trades accuracy against reach",
        measure=lambda r: paired_difference(
            certified(r, 0.5, 0.0), certified(r, 0.12, 0.0), POINTS
        ),
        direction="below",
        threshold=0.0,
        settings=AS_JUDGED,
    ),
)
