"""The figures of the certified experiment."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.challenges.adversarial.certified.config import (
    SIGMAS,
    UNDEFENDED,
    CertifiedResult,
    CertifiedView,
)
from core.charts import theme
from core.charts.accuracies import accuracy_curves, size_axis
from core.charts.summaries import within
from core.lab.wording import capital, number

RADII = np.round(np.arange(0, 1.2501, 0.05), 2)
LENGTHS = size_axis(
    "length of the change (Euclidean)", [0, 0.25, 0.5, 0.75, 1, 1.25], column="radius"
)
CERTIFIED, ATTACKED, PLAIN = SERIES = ("certified", "vote, attacked", "no vote, attacked")
SERIES_COLORS = {CERTIFIED: theme.REMEDY, ATTACKED: theme.WARNING, PLAIN: theme.BASELINE}
_LOOKS = (theme.TRAIN, theme.VALIDATION, theme.ACCENT)
NOISE_COLORS = {f"noise {sigma:g}": look for sigma, look in zip(SIGMAS, _LOOKS, strict=True)}


def _certified(result: CertifiedResult) -> pd.DataFrame:
    """Share of images right and certified at least that far, by noise, seed and radius."""
    c = result.certificates
    held = c.right.to_numpy(bool)[:, None] & (c.radius.to_numpy()[:, None] >= RADII)
    # One pass over the images for all radii: this is drawn live.
    share = pd.DataFrame(held.astype(float), columns=RADII)
    share = share.groupby([c.sigma.to_numpy(), c.seed.to_numpy()], sort=False).mean()
    rows = share.rename_axis(["sigma", "seed"]).melt(var_name="radius", ignore_index=False)
    return rows.astype({"radius": float}).reset_index()[["sigma", "seed", "value", "radius"]]


def _by_noise(result: CertifiedResult, view: CertifiedView) -> pd.DataFrame:
    rows = _certified(result)
    return rows.assign(noise=[f"noise {sigma:g}" for sigma in rows.sigma])


def by_noise_caption(table: pd.DataFrame, view: CertifiedView) -> str:
    """Where each noise begins and where its promises end."""
    told = []
    for noise, own in table.groupby("noise", sort=False):
        none = own[own["mean"] == 0].radius
        if (own["mean"] == 0).all():
            told.append(f"with {noise} nothing is certified")
            continue
        start, last = (number(float(own["mean"].iloc[end]), "share") for end in (0, -1))
        # Many copies certify beyond the axis; between two of its radii a few may still be.
        end = (
            f"none as far as {none.min():g}" if len(none)
            else f"{last} still at {own.radius.max():g}, the longest shown"
        )  # fmt: skip
        told.append(f"with {noise} {start} are certified at all and {end}")
    text = "; ".join(told)
    return f"{capital(text)}." if told else ""


def _promise(result: CertifiedResult, view: CertifiedView) -> pd.DataFrame:
    """Certified and attacked accuracy at the chosen noise, and the network without a vote."""
    c, a = _certified(result), result.attacked
    keys = ["sigma", "seed", "radius"]
    shares = a.assign(value=a.right.astype(float)).groupby(keys, sort=False)["value"].mean()
    shares = shares.reset_index()
    parts = [
        rows[rows.sigma == sigma].assign(series=series)
        for series, rows, sigma in (
            (CERTIFIED, c, view.sigma), (ATTACKED, shares, view.sigma), (PLAIN, shares, UNDEFENDED)
        )
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


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


FIGURES = (
    accuracy_curves(
        "promise_and_attack", "What is promised, and what an attack achieves", _promise,
        ("series", "radius"), x=LENGTHS, colors=SERIES_COLORS, dashed=SERIES[::-1], seeds=False,
        caption=promise_caption, live=True,
        note="Length is Euclidean over all 64 pixels. The truth for the best attack there is "
        "lies between the certified line and the attacked one. The attack tried is the better of "
        "two Auto-PGD ascents (Croce and Hein 2020) of 5 gradients each, on cross-entropy and on "
        "the margin. Bands: 95% intervals over the seeds.",
    ),
    accuracy_curves(
        "certified_by_noise", "Certified accuracy by the strength of the noise", _by_noise,
        ("noise", "radius"), x=LENGTHS, colors=NOISE_COLORS, seeds=False,
        extra=lambda table, view: within(table[["radius", "mean", "low", "high", "n", "noise"]]),
        caption=by_noise_caption, live=True,
        note="Share of the images that are classified correctly and certified at least that "
        "far. Each certificate is wrong with a chance of at most 1 in 1000.",
    ),
)  # fmt: skip
