"""Tables and captions of the training-time experiment; pure numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.lab.intervals import POINTS, SHARE, summarise
from core.lab.wording import number
from core.metrics.stopping import Stops, stopping_points

if TYPE_CHECKING:
    from core.challenges.overfitting.training_time import TrainingTimeResult, TrainingTimeView

METRICS = ("loss", "accuracy")
SETS = ("train", "true", "noisy", "test")
"""Rows of a result's curves: training examples, validation examples with true labels and with
noisy ones, test examples."""
GROUPS = ("correct learnt", "wrong learnt", "corrected")
"""Training examples answered as labelled, where the label is correct and where it is wrong, and
wrongly labelled ones answered with their true label."""
RULES = {"noisy": "noisy labels", "true": "true labels", "test": "test examples"}
"""What a stopping rule watches, and how it is spelled."""
PATIENCE = (1, 2, 3, 5, 10, 20, 40)


def curve(result: TrainingTimeResult, place: str, metric: str) -> np.ndarray:
    """One metric on one set by epoch and seed, `(n_epochs + 1, n_seeds)`."""
    return np.asarray(result.curves[SETS.index(place), METRICS.index(metric)], dtype=float)


def has_wrong_labels(result: TrainingTimeResult) -> bool:
    """Tell whether any training label was replaced."""
    return len(result.labels) > 1


def rules(result: TrainingTimeResult) -> tuple[str, ...]:
    """Sets that early stopping may watch; without wrong labels the noisy one is the true one."""
    return ("noisy", "true", "test") if has_wrong_labels(result) else ("true", "test")


def stops(result: TrainingTimeResult, rule: str, patience: int | None = None) -> Stops:
    """Where each seed stops when early stopping watches one set.

    The rule `"test"` has endless patience and knows the test labels: it finds the best epoch.
    """
    watched = curve(result, rule, result.monitor)
    wait = len(watched) if rule == "test" else patience or result.patience
    return stopping_points(watched if result.monitor == "loss" else -watched, wait)


def restored(
    result: TrainingTimeResult, rule: str, metric: str, patience: int | None = None
) -> np.ndarray:
    """Test score of the restored weights, one number a seed."""
    epochs = stops(result, rule, patience).restored
    score: np.ndarray = curve(result, "test", metric)[epochs, np.arange(len(epochs))]
    return score


def final(result: TrainingTimeResult, metric: str) -> np.ndarray:
    """Test score of the final weights, one number a seed."""
    score: np.ndarray = curve(result, "test", metric)[-1]
    return score


def _tidy(values: np.ndarray, seeds: np.ndarray, **columns: str) -> pd.DataFrame:
    """Lay `(n_epochs + 1, n_seeds)` out as one row per epoch and seed."""
    epochs, n = values.shape
    return pd.DataFrame({
        "epoch": np.repeat(np.arange(epochs), n), "seed": np.tile(seeds, epochs), **columns,
        "value": values.astype(float).ravel(),
    })  # fmt: skip


def by_epoch(result: TrainingTimeResult, view: TrainingTimeView) -> pd.DataFrame:
    """Mean and interval of the chosen metric by split and epoch."""
    places = {"train": "train", "validation": view.validation_labels, "test": "test"}
    parts = [
        _tidy(curve(result, place, view.metric), result.seeds, split=split)
        for split, place in places.items()
    ]
    return summarise(pd.concat(parts, ignore_index=True), ["split", "epoch"])


def restored_points(result: TrainingTimeResult, view: TrainingTimeView) -> dict[str, pd.DataFrame]:
    """The epoch early stopping restores, and validation and test scores there, one row a seed."""
    rule = view.validation_labels
    found = stops(result, rule)
    every = np.arange(len(result.seeds))
    table = {"seed": result.seeds, "epoch": found.restored, "stopped": found.stopped}
    for split, place in (("validation", rule), ("test", "test")):
        table[split] = curve(result, place, view.metric)[found.restored, every]
    return {"restored": pd.DataFrame(table), **frame(result, view)}


def frame(result: TrainingTimeResult, view: TrainingTimeView) -> dict[str, pd.DataFrame]:
    """First and last epoch of the whole training, also while it is still under way."""
    return {"frame": pd.DataFrame({"epoch": [0, result.epochs]})}


def answers_by_epoch(result: TrainingTimeResult, view: TrainingTimeView) -> pd.DataFrame:
    """Mean and interval of the answers on correctly and wrongly labelled training examples."""
    parts = [
        _tidy(values, result.seeds, group=group)
        for group, values in zip(GROUPS, result.labels, strict=False)
    ]
    return summarise(pd.concat(parts, ignore_index=True), ["group", "epoch"])


def gain_seeds(result: TrainingTimeResult, view: TrainingTimeView) -> dict[str, pd.DataFrame]:
    """Test score of the restored minus the final weights, by what was watched and seed."""
    parts = [
        pd.DataFrame({
            "watched": RULES[rule], "seed": result.seeds,
            "value": restored(result, rule, view.metric) - final(result, view.metric),
        })
        for rule in rules(result)
    ]  # fmt: skip
    return {"seeds": pd.concat(parts, ignore_index=True)}


def gains(result: TrainingTimeResult, view: TrainingTimeView) -> pd.DataFrame:
    """Mean and interval of `gain_seeds`."""
    return summarise(gain_seeds(result, view)["seeds"], ["watched"])


def stopping_epochs(result: TrainingTimeResult, view: TrainingTimeView) -> pd.DataFrame:
    """Restored and last epoch by what was watched and seed."""
    parts = []
    for rule in rules(result):
        found = stops(result, rule)
        last = found.restored if rule == "test" else found.stopped
        parts.append(pd.DataFrame({
            "watched": RULES[rule], "seed": result.seeds, "restored": found.restored,
            "stopped": last, "ran_out": found.triggered,
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def by_patience(result: TrainingTimeResult, view: TrainingTimeView) -> pd.DataFrame:
    """Test score of the restored weights by patience, and the epochs trained for it."""
    parts = [
        pd.DataFrame({
            "watched": RULES[rule], "patience": patience, "seed": result.seeds,
            "epochs": stops(result, rule, patience).stopped,
            "value": restored(result, rule, view.metric, patience),
        })
        for rule in rules(result)[:-1]
        for patience in PATIENCE
    ]  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    means = table.groupby(["watched", "patience"], sort=False)["epochs"].mean()
    found = summarise(table, ["watched", "patience"])
    return found.assign(epochs=means.to_numpy())


def _unit(view: TrainingTimeView) -> str:
    return SHARE if view.metric == "accuracy" else "nats"


def epoch_caption(table: pd.DataFrame, view: TrainingTimeView) -> str:
    """Where the test examples do best, and what is left of that at the end."""
    means = {split: rows.set_index("epoch")["mean"] for split, rows in table.groupby("split")}
    if "test" not in means or "train" not in means or len(means["test"]) < 2:
        return ""
    test, unit = means["test"], _unit(view)
    signed = test.to_numpy() * (1 if view.metric == "accuracy" else -1)
    best, last = int(signed.argmax()), len(test) - 1
    train = number(float(means["train"].iloc[-1]), unit)
    top = number(float(test[best]), unit)
    start = f"Mean test {view.metric} is best after epoch {best} ({top})"
    if best == last:
        return f"{start}, the last one; training {view.metric} is {train} by then."
    end = number(float(test[last]), unit)
    return f"{start}; after epoch {last} it is {end}, with a training {view.metric} of {train}."


def answers_caption(table: pd.DataFrame, view: TrainingTimeView) -> str:
    """When the network saw through the wrong labels, and how many it has learnt at the end."""
    means = {group: rows.set_index("epoch")["mean"] for group, rows in table.groupby("group")}
    if not means or len(next(iter(means.values()))) < 2:
        return ""
    if len(means) == 1:
        learnt = float(means[GROUPS[0]].iloc[-1])
        return f"No label is wrong here; in the end {number(learnt, SHARE)} are learnt."
    corrected, wrong = means[GROUPS[2]], means[GROUPS[1]]
    best, last = int(corrected.to_numpy().argmax()), len(corrected) - 1
    start = (
        f"After epoch {best}{', the last one,' if best == last else ''} the network answers "
        f"{number(float(corrected[best]), SHARE)} of the wrongly labelled examples with their true "
        f"label and has learnt {number(float(wrong[best]), SHARE)} of the wrong labels"
    )
    if best == last:
        return f"{start}: it never answered more of them rightly."
    return (
        f"{start}; after epoch {wrong.index[-1]} it is {number(float(corrected.iloc[-1]), SHARE)} "
        f"and {number(float(wrong.iloc[-1]), SHARE)}."
    )


def verdict(low: float, high: float, lower_is_better: bool) -> str:
    """Say whether the interval of a difference is a gain, a loss or neither."""
    if low <= 0 <= high:
        return "makes no clear difference"
    return "helps" if (low > 0) != lower_is_better else "hurts"


def gain_caption(table: pd.DataFrame, view: TrainingTimeView) -> str:
    """Whether stopping on validation labels helped, for each kind of label."""
    unit = POINTS if view.metric == "accuracy" else "nats"
    parts = []
    validation = table[table["watched"] != RULES["test"]]
    for name, mean, low, high in validation[["watched", "mean", "low", "high"]].to_numpy():
        word = verdict(low, high, view.metric == "loss")
        parts.append(f"with {name} it {word} ({number(mean, unit)})")
    if not parts:
        return ""
    return f"Stopping early, test {view.metric}: {', '.join(parts)}."


def stopping_caption(table: pd.DataFrame, view: TrainingTimeView) -> str:
    """Mean restored epoch by what was watched."""
    if table.empty:
        return ""
    means = table.groupby("watched", sort=False)["restored"].mean()
    parts = [f"{number(mean)} with {name}" for name, mean in means.items()]
    watched = table[table["watched"] != RULES["test"]]
    kept_on = int((~watched["ran_out"].astype(bool)).sum())
    text = f"Mean restored epoch: {', '.join(parts)}."
    if kept_on:
        text += f" In {kept_on} of {len(watched)} cases patience never ran out."
    return text


def patience_caption(table: pd.DataFrame, view: TrainingTimeView) -> str:
    """What the most patient rule gives and costs against the most impatient one."""
    if table.empty:
        return ""
    name = table["watched"].iloc[0]
    rows = table[table["watched"] == name]
    if len(rows) < 2:
        return ""
    first, last, unit = rows.iloc[0], rows.iloc[-1], _unit(view)
    return (
        f"Watching {name}, patience {first['patience']} gives a test {view.metric} of "
        f"{number(float(first['mean']), unit)} after {number(float(first['epochs']))} epochs on "
        f"average, patience {last['patience']} {number(float(last['mean']), unit)} after "
        f"{number(float(last['epochs']))}."
    )
