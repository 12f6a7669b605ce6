"""Scores of the double-descent experiment as one tidy table, whichever model was fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from core.engine.training import Fit

MEASURES = (
    ("train", "error"),
    ("train", "loss"),
    ("validation", "error"),
    ("validation", "loss"),
    ("weights", "norm"),
)
"""Split and metric of each column of `Fitted.values`."""


@dataclass(frozen=True)
class Fitted:
    """One set of random features with its output layers.

    Attributes:
        sweep: "width" or "examples", with `size` the number that is varied.
        size: Features, or training examples.
        seed: Of the data and the features.
        n_train: Training examples.
        width: Features.
        values: `(n_ridges, len(MEASURES))`.
    """

    sweep: str
    size: int
    seed: int
    n_train: int
    width: int
    values: np.ndarray


def of_features(
    found: Sequence[Fitted], ridges: Sequence[float], rows: Sequence[int]
) -> pd.DataFrame:
    """Lay out what is known of the random features so far: one row per number.

    Args:
        found: The fits.
        ridges: Those wanted.
        rows: Their places among the rows of `Fitted.values`.
    """
    values = np.stack([one.values for one in found])[:, list(rows)]
    places = pd.DataFrame(
        [(one.sweep, one.size, ridge, one.seed) for one in found for ridge in ridges],
        columns=["sweep", "size", "ridge", "seed"],
    )
    parts = [
        places.assign(split=split, metric=metric, value=values[..., i].ravel())
        for i, (split, metric) in enumerate(MEASURES)
    ]
    return pd.concat(parts, ignore_index=True)


def of_networks(places: pd.DataFrame, fit: Fit) -> pd.DataFrame:
    """Lay out the newest evaluation of all networks: one row per number.

    Args:
        places: `sweep`, `size`, `ridge`, `seed`, one row a network, in the order of the jobs.
        fit: The networks.
    """
    parts = []
    for split, metric in MEASURES[:-1]:
        curve = fit.curve(split, "accuracy" if metric == "error" else metric)
        newest = curve[-1] if len(curve) else np.full(len(places), np.nan)
        value = 1 - newest if metric == "error" else newest
        parts.append(places.assign(split=split, metric=metric, value=value))
    return pd.concat(parts, ignore_index=True).dropna(subset=["value"])
