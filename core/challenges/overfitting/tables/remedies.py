"""Tables of the remedies experiment; pure numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.challenges.overfitting.remedies_arms import BASELINE
from core.lab.intervals import POINTS, SHARE, Estimate, paired_difference, summarise, t_interval

if TYPE_CHECKING:
    from core.challenges.overfitting.remedies import RemediesResult, RemediesView

SPLITS = ("train", "validation")
METRICS = ("accuracy", "loss")
HELPS, UNCLEAR, HURTS = "helps", "no clear difference", "hurts"


def columns(result: RemediesResult, remedy: str, level: str) -> np.ndarray:
    """Places of one arm in `result.curves`, one per seed in the order of the seeds, `(n,)`."""
    arms = result.arms
    return np.flatnonzero((arms["remedy"] == remedy) & (arms["level"] == level))


def final(result: RemediesResult, split: str, metric: str, remedy: str, level: str) -> np.ndarray:
    """What one arm reached at the last evaluation, one number per seed, `(n,)`."""
    places = columns(result, remedy, level)
    return result.curves[SPLITS.index(split), METRICS.index(metric), -1, places]


def baseline(result: RemediesResult, split: str, metric: str) -> Estimate:
    """What the network reaches without a remedy."""
    unit = SHARE if metric == "accuracy" else "nats"
    return t_interval(final(result, split, metric, BASELINE, "off"), unit)


def gain(
    result: RemediesResult, remedy: str, level: str = "medium", metric: str = "accuracy"
) -> Estimate | None:
    """Improvement on the validation examples over no remedy, paired by seed.

    Returns:
        Accuracy gained, or loss saved in nats; positive is better. None without such an arm.
    """
    ours = final(result, "validation", metric, remedy, level)
    theirs = final(result, "validation", metric, BASELINE, "off")
    if len(ours) == 0:
        return None
    if metric == "loss":
        return paired_difference(theirs, ours, "nats")
    return paired_difference(ours, theirs, POINTS)


def verdict(low: float, high: float, n: int) -> str:
    """Judge an improvement by its interval; one repetition is never enough."""
    if n < 2 or low <= 0 <= high:
        return UNCLEAR
    return HELPS if low > 0 else HURTS


def _scores(result: RemediesResult, view: RemediesView) -> pd.DataFrame:
    """The final scores of every arm and seed: the columns of `arms`, `train`, `validation`."""
    last = result.curves[:, METRICS.index(view.metric), -1]
    return result.arms.assign(train=last[0], validation=last[1])


def _gains(result: RemediesResult, view: RemediesView) -> pd.DataFrame:
    """One row per arm shown and seed with `value`, the improvement over no remedy."""
    scores = _scores(result, view)
    without = scores[scores["remedy"] == BASELINE].set_index("seed")["validation"]
    treated = scores[_shown(scores, view) & (scores["remedy"] != BASELINE)]
    difference = treated["validation"] - treated["seed"].map(without)
    sign = 1 if view.metric == "accuracy" else -1
    names = ["remedy", "setting", "label"]
    return treated.assign(value=sign * difference)[[*names, "seed", "value"]]


def _shown(scores: pd.DataFrame, view: RemediesView) -> pd.Series:
    every = view.strength == "all"
    return (scores["level"] == view.strength) | (scores["level"] == "off") | every


def effects(result: RemediesResult, view: RemediesView) -> pd.DataFrame:
    """Improvement of each arm over no remedy, best first once the run is finished.

    Returns:
        `remedy`, `setting`, `label`, `mean`, `low`, `high`, `n`, `verdict`, and `baseline`
        (what no remedy reaches).
    """
    table = summarise(_gains(result, view), ["remedy", "setting", "label"])
    if result.finished:
        table = table.sort_values("mean", ascending=False, ignore_index=True)
    judged = [verdict(row.low, row.high, row.n) for row in table.itertuples()]
    without = baseline(result, "validation", view.metric).mean
    return table.assign(verdict=judged, baseline=without)


def effect_seeds(result: RemediesResult, view: RemediesView) -> dict[str, pd.DataFrame]:
    """The single seeds behind `effects`."""
    return {"seeds": _gains(result, view)}


def _rungs(result: RemediesResult, view: RemediesView) -> pd.DataFrame:
    scores = _scores(result, view)
    kept = scores[scores["remedy"].isin((BASELINE, view.remedy))]
    keys = ["remedy", "setting", "seed"]
    return kept[[*keys, *SPLITS]].melt(keys, var_name="split", value_name="value")


def strengths(result: RemediesResult, view: RemediesView) -> pd.DataFrame:
    """Training and validation scores of one remedy by its strength, `off` first.

    Returns:
        `setting`, `split`, `remedy`, `mean`, `low`, `high`, `n`, `gain`, and `verdict`
        (of the validation score against `off`, paired by seed).
    """
    table = summarise(_rungs(result, view), ["setting", "split"])
    gains: dict[str, Estimate] = {}
    for level, setting in _levels(result, view.remedy):
        found = gain(result, view.remedy, level, view.metric)
        if found is not None:
            gains[setting] = found
    judged = {s: verdict(g.low, g.high, g.n) for s, g in gains.items()}
    means = {s: g.mean for s, g in gains.items()}
    off = table["setting"] == "off"
    improvement = table["setting"].map(means).where(~off, 0.0).astype(float)
    return table.assign(
        remedy=view.remedy, gain=improvement, verdict=table["setting"].map(judged).fillna("")
    )


def _levels(result: RemediesResult, remedy: str) -> list[tuple[str, str]]:
    arms = result.arms[result.arms["remedy"] == remedy].drop_duplicates("level")
    return list(arms[["level", "setting"]].itertuples(index=False, name=None))


def strength_seeds(result: RemediesResult, view: RemediesView) -> dict[str, pd.DataFrame]:
    """The single seeds behind `strengths`."""
    return {"seeds": _rungs(result, view)}


def gaps(result: RemediesResult, view: RemediesView) -> pd.DataFrame:
    """Training and validation scores side by side, without a remedy and with each.

    Returns:
        `label`, `train`, `validation` (means), and the generalization gap `mean`, `low`,
        `high`, `n`: training minus validation accuracy, or validation minus training loss.
        No remedy comes first, then the best on validation.
    """
    scores = _scores(result, view)
    scores = scores[_shown(scores, view)]
    sign = 1 if view.metric == "accuracy" else -1
    scores = scores.assign(value=sign * (scores["train"] - scores["validation"]))
    means = scores.groupby("label", sort=False)[list(SPLITS)].mean().reset_index()
    table = means.merge(summarise(scores, ["label"]), on="label")
    order = (-sign * table["validation"]).where(table["label"] != BASELINE, -np.inf)
    return table.iloc[np.argsort(order.to_numpy(), kind="stable")].reset_index(drop=True)


def gap_ends(result: RemediesResult, view: RemediesView) -> dict[str, pd.DataFrame]:
    """Both ends of every gap, one row each: `label`, `split`, `value`."""
    means = gaps(result, view)[["label", *SPLITS]]
    return {"scores": means.melt("label", var_name="split", value_name="value")}


def learning_curves(result: RemediesResult, view: RemediesView) -> pd.DataFrame:
    """Validation score by step without a remedy and with the chosen one, at medium strength.

    Returns:
        `step`, `series` ("no remedy" or "with the remedy"), `label`, `mean`, `low`, `high`, `n`.
    """
    curves = result.curves[1, METRICS.index(view.metric)]
    parts = []
    for remedy, level in ((BASELINE, "off"), (view.remedy, "medium")):
        places = columns(result, remedy, level)
        if len(places):
            label = result.arms["label"].iloc[places[0]]
            series = BASELINE if level == "off" else "with the remedy"
            long = _long(curves[:, places], result.steps)
            parts.append(long.assign(series=series, label=label))
    return summarise(pd.concat(parts, ignore_index=True), ["step", "series", "label"])


def _long(curves: np.ndarray, steps: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"step": np.repeat(steps, curves.shape[1]), "value": curves.ravel()})
