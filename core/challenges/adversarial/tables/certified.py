"""Tables and captions of the certified experiment; pure numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.lab.intervals import summarise
from core.lab.wording import number

if TYPE_CHECKING:
    from core.challenges.adversarial.certified import CertifiedView
    from core.challenges.adversarial.certified_attack import CertifiedResult

SIGMAS = (0.12, 0.25, 0.5)
UNDEFENDED = 0.0
ATTACKED_RADII = (0.0, 0.25, 0.5, 0.75, 1.0)
RADII = np.round(np.arange(0, 1.2501, 0.05), 2)
CERTIFIED, ATTACKED, PLAIN = "certified", "vote, attacked", "no vote, attacked"
SERIES = (CERTIFIED, ATTACKED, PLAIN)
NOT_ATTACKED = pd.DataFrame(
    {"seed": [0], "image": [0], "sigma": [0.0], "right": [True], "radius": [0.0]}
).iloc[:0]
NO_CERTIFICATES = NOT_ATTACKED


def per_image(
    seeds: Sequence[int], *, sigma: float, right: np.ndarray, radius: np.ndarray | float
) -> pd.DataFrame:
    """One row per seed and image; `right` and `radius` are `(seeds, images)` or one number."""
    count, images = right.shape
    return pd.DataFrame(
        {
            "seed": np.repeat(list(seeds), images),
            "image": np.tile(np.arange(images), count),
            "sigma": sigma,
            "right": right.ravel(),
            "radius": np.broadcast_to(radius, right.shape).ravel(),
        }
    )


def _certified(result: CertifiedResult) -> pd.DataFrame:
    """Share of images right and certified at least that far, by noise, seed and radius."""
    c = result.certificates
    parts = []
    for radius in RADII:
        held = c.right.astype(bool) & (c.radius >= radius)
        share = held.astype(float).groupby([c.sigma, c.seed], sort=False).mean()
        parts.append(share.rename("value").reset_index().assign(radius=float(radius)))
    return pd.concat(parts, ignore_index=True)


def by_noise(result: CertifiedResult, view: CertifiedView) -> pd.DataFrame:
    """Mean certified accuracy and interval by noise and radius."""
    table = summarise(_certified(result), ["sigma", "radius"])
    table["noise"] = [f"noise {sigma:g}" for sigma in table.sigma]
    return table.drop(columns="sigma")


def by_noise_caption(table: pd.DataFrame, view: CertifiedView) -> str:
    """Where each noise begins and where its promises end."""
    told = []
    for noise, own in table.groupby("noise", sort=False):
        some = own[own["mean"] > 0]
        if some.empty:
            told.append(f"with {noise} nothing is certified")
            continue
        told.append(
            f"with {noise} {number(float(own['mean'].iloc[0]), 'share')} are certified at all and "
            f"none beyond {some.radius.max():g}"
        )
    text = "; ".join(told)
    return f"{text[:1].upper()}{text[1:]}." if told else ""


def promise(result: CertifiedResult, view: CertifiedView) -> pd.DataFrame:
    """Certified and attacked accuracy at the chosen noise, and the network without a vote."""
    c = _certified(result)
    parts = [c[c.sigma == view.sigma].assign(series=CERTIFIED)]
    a = result.attacked
    keys = ["sigma", "seed", "radius"]
    shares = a.assign(value=a.right.astype(float)).groupby(keys, sort=False)["value"].mean()
    shares = shares.reset_index()
    for series, sigma in ((ATTACKED, view.sigma), (PLAIN, UNDEFENDED)):
        parts.append(shares[shares.sigma == sigma].assign(series=series))
    return summarise(pd.concat(parts, ignore_index=True), ["series", "radius"])


def promise_caption(table: pd.DataFrame, view: CertifiedView) -> str:
    """Promise and attack at one length."""
    here = table[table.radius == 0.5].set_index("series")["mean"]
    if not set(SERIES) <= set(here.index):
        return ""
    told = {name: number(float(here[name]), "share") for name in SERIES}
    return (
        f"At a length of 0.5, a vote under noise of {view.sigma:g} is certified for "
        f"{told[CERTIFIED]} of the images, keeps {told[ATTACKED]} under the attack tried, and the "
        f"network without a vote keeps {told[PLAIN]}."
    )
