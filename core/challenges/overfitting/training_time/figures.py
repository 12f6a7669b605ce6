"""The figures of the training-time experiment."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.overfitting.training_time.config import (
    GROUPS,
    PATIENCE,
    RULES,
    TrainingTimeResult,
    TrainingTimeView,
)
from core.charts import axes, kinds, marks, theme
from core.charts.curves import curves
from core.lab.experiment import Figure
from core.lab.intervals import SHARE, summarise
from core.lab.wording import number
from core.metrics.verdicts import side

DIAMOND = {"shape": "diamond", "filled": True, "opacity": 1, "color": theme.VALIDATION}
"""Marks the epoch whose weights are restored."""
WATCHED = axes.rows("watched", list(RULES.values()), labelLimit=160, labelPadding=8)
RULE_COLORS = dict(zip(RULES.values(), (theme.REMEDY, theme.REMEDY, theme.BASELINE), strict=True))
LABEL_COLORS = {RULES["noisy"]: theme.WARNING, RULES["true"]: theme.TRAIN}
GROUP_COLORS = dict(zip(GROUPS, (theme.TRAIN, theme.WARNING, theme.REMEDY), strict=True))


def by_epoch(result: TrainingTimeResult, view: TrainingTimeView) -> pd.DataFrame:
    """The chosen metric by split, epoch and seed."""
    places = {"train": "train", "validation": view.validation_labels, "test": "test"}
    return _rows("split", {k: result.curve(place, view.metric) for k, place in places.items()})


def _rows(column: str, named: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Lay out named curves, each `(n_epochs + 1, n_seeds)`."""
    parts = []
    for name, values in named.items():
        epochs = np.repeat(np.arange(len(values)), values.shape[1])
        long = pd.DataFrame({"epoch": epochs, "value": values.astype(float).ravel()})
        parts.append(long.assign(**{column: name}))
    return pd.concat(parts, ignore_index=True)


def restored_points(result: TrainingTimeResult, view: TrainingTimeView) -> dict[str, pd.DataFrame]:
    """The epoch early stopping restores, and validation and test scores there, one row a seed."""
    found = result.stops(view.validation_labels)
    table = {"seed": result.seeds, "epoch": found.restored, "stopped": found.stopped}
    for split, place in (("validation", view.validation_labels), ("test", "test")):
        table[split] = found.at_restored(result.curve(place, view.metric))
    return {"restored": pd.DataFrame(table)}


def stopping_epochs(result: TrainingTimeResult, view: TrainingTimeView) -> pd.DataFrame:
    """Restored and last epoch by what was watched and seed."""

    def epochs(rule: str) -> dict[str, np.ndarray]:
        found = result.stops(rule)
        last = found.restored if rule == "test" else found.stopped
        return {"restored": found.restored, "stopped": last, "ran_out": found.triggered}

    return _by_rule(result, epochs)


def _by_rule(
    result: TrainingTimeResult, columns: Callable[[str], dict[str, np.ndarray]]
) -> pd.DataFrame:
    """One row for each rule and seed: rule -> a number a seed for each column."""
    parts = [
        pd.DataFrame({"watched": RULES[rule], "seed": result.seeds, **columns(rule)})
        for rule in result.rules
    ]
    return pd.concat(parts, ignore_index=True)


def by_patience(result: TrainingTimeResult, view: TrainingTimeView) -> pd.DataFrame:
    """Test score of the restored weights by patience, and the mean of the epochs trained for it."""
    parts = [
        pd.DataFrame({
            "watched": RULES[rule], "patience": patience,
            "epochs": result.stops(rule, patience).stopped,
            "value": result.restored(rule, view.metric, patience).values,
        })
        for rule in result.rules[:-1]
        for patience in PATIENCE
    ]  # fmt: skip
    table, keys = pd.concat(parts, ignore_index=True), ["watched", "patience"]
    means = table.groupby(keys, sort=False)["epochs"].mean()
    return summarise(table, keys).assign(epochs=means.to_numpy())


def _means(table: pd.DataFrame, series: str) -> dict[str, pd.Series]:
    """Mean by epoch of each series; empty before there are two epochs."""
    means = {name: rows.set_index("epoch")["mean"] for name, rows in table.groupby(series)}
    return means if means and len(next(iter(means.values()))) > 1 else {}


def epoch_caption(table: pd.DataFrame, view: TrainingTimeView) -> str:
    """Where the test examples do best, and what is left of that at the end."""
    means = _means(table, "split")
    if "test" not in means or "train" not in means:
        return ""
    test, unit = means["test"], view.unit
    signed = view.sign * test.to_numpy()
    best, last = int(signed.argmax()), len(test) - 1
    train = number(float(means["train"].iloc[-1]), unit)
    top = number(float(test[best]), unit)
    start = f"Mean test {view.metric} on true labels is best after epoch {best} ({top})"
    if best == last:
        return f"{start}, the last one; training {view.metric} is {train} by then."
    end = number(float(test[last]), unit)
    return f"{start}; after epoch {last} it is {end}, with a training {view.metric} of {train}."


def answers_caption(table: pd.DataFrame, view: TrainingTimeView) -> str:
    """When the network saw through the wrong labels, and how many it has learnt at the end."""
    means = _means(table, "group")
    if not means:
        return ""
    if len(means) == 1:
        learnt = float(means[GROUPS[0]].iloc[-1])
        return f"No label is wrong here; in the end {number(learnt, SHARE)} are learnt."
    wrong, corrected = means[GROUPS[1]], means[GROUPS[2]]
    best, last = int(corrected.to_numpy().argmax()), len(corrected) - 1
    told = {at: [number(float(s[at]), SHARE) for s in (corrected, wrong)] for at in (best, last)}
    start = (
        f"After epoch {best}{', the last one,' if best == last else ''} the network answers "
        f"{told[best][0]} of the wrongly labelled examples with their true label and has learnt "
        f"{told[best][1]} of the wrong labels"
    )
    if best == last:
        return f"{start}: on average it never answered more of them rightly."
    return f"{start}; after epoch {last} it is {told[last][0]} and {told[last][1]}."


def effect(low: float, high: float, lower_is_better: bool) -> str:
    """Say whether the interval of a difference is a gain, a loss or neither."""
    words = ("helps", "hurts") if lower_is_better else ("hurts", "helps")
    return side(low, high, words[0], "makes no clear difference", words[1])


def gain_caption(table: pd.DataFrame, view: TrainingTimeView) -> str:
    """Whether stopping on validation labels helped, for each kind of label."""
    parts = []
    validation = table[table["watched"] != RULES["test"]]
    for name, mean, low, high in validation[["watched", "mean", "low", "high"]].to_numpy():
        word = effect(low, high, view.metric == "loss")
        parts.append(f"with {name} it {word} ({number(mean, view.change_unit)})")
    return f"Stopping early, test {view.metric}: {', '.join(parts)}." if parts else ""


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
    rows = table[table["watched"] == table["watched"].iloc[0]] if len(table) else table
    if len(rows) < 2:
        return ""
    first, last, unit = rows.iloc[0], rows.iloc[-1], view.unit
    return (
        f"Watching {first['watched']}, patience {first['patience']} gives a test {view.metric} of "
        f"{number(float(first['mean']), unit)} after {number(float(first['epochs']))} epochs on "
        f"average, patience {last['patience']} {number(float(last['mean']), unit)} after "
        f"{number(float(last['epochs']))}."
    )


def _epochs(view: TrainingTimeView, field: str = "epoch:Q") -> alt.X:
    if view.log_epochs:
        scale = alt.Scale(nice=False, type="symlog", constant=1)
        axis = alt.Axis(format="d", values=[0, 1, 2, 5, 10, 20, 40, 80, 160])
        return alt.X(field, title="epoch (log scale)", axis=axis, scale=scale)
    axis, scale = alt.Axis(format="d", tickMinStep=1), alt.Scale(nice=False, type="linear")
    return alt.X(field, title="epoch", axis=axis, scale=scale)


def _score_axis(view: TrainingTimeView) -> alt.Y:
    y = axes.score(view.metric)
    return y.scale(domain=[0, 1]) if view.metric == "accuracy" else y


def restored(view: TrainingTimeView) -> tuple[list[alt.Chart], list[alt.Chart]]:
    """A line at the epoch that each seed restores, and a diamond on the validation curve."""
    tooltip = [
        alt.Tooltip("seed:Q"),
        alt.Tooltip("epoch:Q", title="restored epoch"),
        alt.Tooltip("stopped:Q", title="last epoch"),
        alt.Tooltip("validation:Q", format=".4~g"),
        alt.Tooltip("test:Q", format=".4~g"),
    ]
    base = alt.Chart(alt.Data(name="restored")).encode(x=_epochs(view))
    rule = base.mark_rule(color=theme.BASELINE, opacity=0.5, strokeDash=[3, 3])
    diamond = base.mark_point(**DIAMOND, size=80, stroke="white", strokeWidth=1)
    y = marks.of_column(_score_axis(view), "validation")
    return [rule], [diamond.encode(y=y, tooltip=tooltip)]


def _gain_axis(view: TrainingTimeView) -> alt.X:
    if view.metric == "accuracy":
        signed = "datum.value ? format(100 * datum.value, '+,.3~r') : '0'"
        axis = alt.Axis(labelExpr=signed, tickCount=8)
        return alt.X("mean:Q", title="test accuracy, restored − final (points)", axis=axis)
    title = "test loss, restored − final (nats; below 0 is better)"
    return alt.X("mean:Q", title=title, axis=alt.Axis(tickCount=8))


def epoch_spans(view: TrainingTimeView) -> alt.LayerChart:
    """One row per rule and seed: the restored epoch, and a line to the last epoch trained."""
    offset = alt.YOffset("seed:N", scale=alt.Scale(padding=0.4))
    base = alt.Chart(marks.TABLE).encode(x=_epochs(view, "restored:Q"), y=WATCHED, yOffset=offset)
    wait = base.mark_rule(color=theme.BASELINE, opacity=0.6).encode(x2="stopped:Q")
    tooltip = [
        alt.Tooltip("watched:N"),
        alt.Tooltip("seed:N"),
        alt.Tooltip("restored:Q", title="restored epoch"),
        alt.Tooltip("stopped:Q", title="last epoch"),
    ]
    diamond = base.mark_point(**DIAMOND, size=46).encode(tooltip=tooltip)
    return alt.layer(wait, diamond).properties(height=theme.FIGURE_HEIGHT)


FIGURES: tuple[Figure[TrainingTimeResult, TrainingTimeView], ...] = (
    curves(
        "score_by_epoch", "Training, validation and test by epoch",
        by_epoch, ("split", "epoch"), epoch_caption, x=_epochs, y=_score_axis,
        color=marks.series_color("split", ("train", "validation", "test")),
        span=lambda result: (0, result.epochs), underlay=restored_points,
        around=restored, live=True,
        note="Diamonds: the epoch early stopping would restore, one per seed; the validation "
        "examples decide it, the test examples only measure. Training labels count as given, "
        "wrong ones included; test labels are all true. A generalization gap compares labels that "
        "are as often wrong: where some are, training minus validation with noisy labels.",
    ),
    curves(
        "answers_by_epoch", "First the pattern, then the wrong labels",
        lambda result, view: _rows("group", dict(zip(GROUPS, result.labels, strict=False))),
        ("group", "epoch"), answers_caption, x=_epochs,
        y=axes.share("share of these examples").scale(domain=[0, 1]),
        color=marks.series_color("group", GROUPS, colors=GROUP_COLORS),
        span=lambda result: (0, result.epochs), live=True,
        note="Answers on the training examples. Learnt: the network gives the label it was "
        "taught, correct or wrong. Corrected: the label is wrong, and the network gives the "
        "true one, which it was never told.",
    ),
    kinds.intervals(
        "stopping_gain", "Restored weights against final weights",
        lambda result, view: _by_rule(
            result, lambda rule: {"value": result.gain(rule, view.metric).values}
        ),
        by=("watched",),
        y=WATCHED, x=_gain_axis, color=marks.row_color("watched", RULE_COLORS),
        caption=gain_caption, seeds=True, step=46,
        note="Difference on the test examples, seed by seed. Rows: what early stopping "
        "watches, validation examples with noisy or true labels; the last row cheats and "
        "watches the test examples themselves.",
    ),
    Figure(
        "stopping_epochs", "Which epoch is restored",
        stopping_epochs, epoch_spans, stopping_caption,
        note="Diamond: the epoch whose weights are restored, one per seed. Line: the epochs "
        "waited in vain before training stopped. Where training labels are wrong, both noisy "
        "and true validation labels can be watched.",
    ),
    Figure(
        "score_by_patience", "What patience buys", by_patience,
        lambda view: marks.interval_lines(
            axes.sizes("patience", "patience (epochs, log scale)", PATIENCE, log=True),
            axes.score(view.metric, f"test {view.metric}"),
            marks.series_color("watched", tuple(LABEL_COLORS), "validation with", LABEL_COLORS),
        ),
        patience_caption,
        note="The same training, stopped by rules of different patience.",
    ),
)  # fmt: skip
