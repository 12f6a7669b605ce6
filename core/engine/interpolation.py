"""Training until every training label is right, and what a network is worth at that moment."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing

import numpy as np
import pandas as pd

from core.engine.training import Fit, Progress


def until_fitted(work: Generator[Progress, None, Fit]) -> Generator[Progress, None, Fit]:
    """Pass a training on, and end it once every network has had all training labels right.

    Args:
        work: As `core.engine.training.fit` returns it; closed with this generator.
    """
    with closing(work):
        for progress in work:
            yield progress
            if _all_right(progress.fit).any(axis=0).all():
                break
    return progress.fit


def ends(fit: Fit, steps_per_epoch: int) -> pd.DataFrame:
    """Read where each network got to, at its first evaluation with all training labels right.

    What happens after all networks have fitted is not looked at: how far the training ran on
    before it was ended depends on the clock.

    Args:
        fit: The networks.
        steps_per_epoch: Optimiser steps.

    Returns:
        One row a network: `evaluation`, the place of that one, or of the last where the training
        ended first; `epochs` until then; `fitted`, whether all labels were ever right; `train`
        and `validation` accuracy at that moment, in [0, 1].
    """
    right = _all_right(fit)
    fitted = np.asarray(right.any(axis=0))
    at, network = np.where(fitted, right.argmax(axis=0), len(right) - 1), np.arange(len(fitted))
    accuracy = {
        split: fit.curve(split, "accuracy")[at, network] for split in ("train", "validation")
    }
    epochs = fit.evaluated_steps[at] / steps_per_epoch
    return pd.DataFrame({"evaluation": at, "epochs": epochs, "fitted": fitted, **accuracy})


def _all_right(fit: Fit) -> np.ndarray:
    """`(n_evaluations, n_networks)` bool; no row before the first evaluation."""
    return np.asarray(fit.curve("train", "accuracy") == 1.0)
