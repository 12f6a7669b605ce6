"""The figures of the random-labels experiment."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.overfitting.random_labels.config import CLASSES, PLAIN
from core.challenges.overfitting.random_labels.config import RandomLabelsResult as Result
from core.challenges.overfitting.random_labels.config import RandomLabelsView as View
from core.charts import axes, kinds, marks, theme
from core.charts.curves import curves
from core.lab.experiment import Figure
from core.lab.intervals import POINTS, SHARE, summarise
from core.lab.wording import number
from core.metrics.verdicts import side

LABELS = {0.0: "true labels", 1.0: "random labels"}
SPLITS = ("train", "validation")
PANELS = {1.0: "Random labels: share learned", 0.0: "True labels: new examples right"}
COLUMNS = ["epoch", "mean", "low", "high", "n"]
REACHED = ("all fitted", "some given up: too low")
TICKS = [1, 2, 5, 10, 15, 20, 30, 40, 50, 70, 100, 150, 200]
SHARE_AXIS = alt.Axis(format=".0%", values=[0, 0.2, 0.4, 0.6, 0.8, 1])
SCORE_AXIS = alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1], labelOverlap=False)
SHARE_SCALE = alt.Scale(domain=[0, 1.03], nice=False)
"""A little room above 100%, where most lines end."""
ACCURACY = alt.Y("mean:Q", title="accuracy", axis=SCORE_AXIS, scale=SHARE_SCALE)
RANDOM = alt.X(
    "share:Q", title="share of random labels", axis=SHARE_AXIS, scale=alt.Scale(padding=14)
)
GUESSING = marks.dashed(y=alt.Y("mean(chance):Q", title="accuracy", scale=SHARE_SCALE))
DASHES = alt.StrokeDash(
    "split:N", scale=alt.Scale(domain=list(SPLITS), range=[[1, 0], [5, 4]]),
    legend=alt.Legend(title=None, orient="bottom", direction="horizontal", symbolType="stroke"),
)  # fmt: skip
ROW_HEIGHT = 34


def by_epoch(result: Result, view: View) -> pd.DataFrame:
    """The chosen metric by epoch, kind of labels, split and seed."""
    wide = result.curves
    if view.log_epochs:
        wide = wide[wide.epoch > 0]
    wide = wide.rename(columns={f"{split}_{view.metric}": split for split in SPLITS})
    labelled = wide.assign(labels=wide["share"].map(LABELS))
    return labelled.melt(["labels", "epoch", "seed"], SPLITS, var_name="split")


def epoch_caption(table: pd.DataFrame, view: View) -> str:
    """Where the four curves stand at the last epoch drawn."""
    if table.empty:
        return ""
    last = table[table.epoch == table.epoch.max()]
    parts = []
    for split, word in zip(SPLITS, ("training", "validation"), strict=True):
        found = last[last.split == split].set_index("labels")["mean"]
        said = [f"{number(float(v), view.unit)} with {name}" for name, v in found.items()]
        if said:
            parts.append(f"{word} {view.metric} is {' and '.join(said)}")
    return f"After {number(float(table.epoch.max()))} epochs, {'; '.join(parts)}."


def _epochs(log: bool, title: str, padding: int = 0) -> dict[str, Any]:
    """Title, axis and scale of epochs; with room around where single networks are drawn."""
    if log:
        scale = alt.Scale(type="log", nice=False, padding=padding)
        axis = alt.Axis(values=TICKS, format="d", labelOverlap=True)
        return {"title": f"{title} (log scale)", "scale": scale, "axis": axis}
    scale = alt.Scale(nice=bool(padding), zero=True)
    return {"title": title, "scale": scale, "axis": alt.Axis(format="d", tickMinStep=1)}


def _score(view: View) -> alt.Y:
    if view.metric == "accuracy":
        return ACCURACY
    return alt.Y("mean:Q", title="loss (cross-entropy, nats)", scale=alt.Scale(zero=True))


def _plain(result: Result, column: str) -> pd.DataFrame:
    plain = result.fits[result.fits.arm == PLAIN].sort_values(["share", "seed"])
    return plain.rename(columns={column: "value"})


def by_share(result: Result, view: View) -> pd.DataFrame:
    """Epochs to fit by share of random labels; `outcome` says whether all seeds got there.

    Where some did not, the mean is too low and gets no interval. Other intervals end at 1: no
    network is looked at before its first epoch.
    """
    plain = _plain(result, "epochs")
    table = summarise(plain, ["share"])
    reached = plain.groupby("share")["fitted"].sum().reindex(table["share"]).to_numpy(dtype=int)
    whole = reached == table["n"]
    table["low"] = np.minimum(table["low"].clip(lower=1.0), table["mean"])
    for end in ("low", "high"):
        table[end] = table[end].where(whole, table["mean"])
    outcome = np.where(whole, *REACHED)
    return table.assign(reached=reached, outcome=outcome, series="epochs")


def by_share_seeds(result: Result, view: View) -> dict[str, pd.DataFrame]:
    """The single networks behind `by_share`."""
    plain = _plain(result, "epochs")
    outcome = np.where(plain["fitted"], *REACHED)
    return {"seeds": plain[["share", "seed", "value"]].assign(outcome=outcome, series="epochs")}


def share_caption(table: pd.DataFrame, view: View) -> str:
    """How epochs grow from true to random labels, and where networks were given up."""
    whole, some = (table[table.reached == table.n], table[table.reached < table.n])
    said = []
    if len(whole):
        parts = [
            f"{number(float(epochs))} with {100 * share:.0f}%"
            for epochs, share in zip(whole["mean"], whole["share"], strict=True)
        ]
        kept = ", ".join(dict.fromkeys((parts[0], *parts[1:2], parts[-1])))
        said.append(f"Mean epochs until every training label is right: {kept} random labels.")
    if len(some):
        parts = [
            f"{n - reached} of {n} at {100 * share:.0f}%"
            for n, reached, share in zip(some["n"], some["reached"], some["share"], strict=True)
        ]
        kept = ", ".join(parts)
        said.append(f"Given up before every training label was right: {kept} random labels.")
    return " ".join(said)


def epochs_to_fit(view: View) -> alt.LayerChart:
    """Mean epochs with interval over the share of random labels; a triangle where given up."""
    y = alt.Y("mean:Q", **_epochs(view.log_epochs, "epochs", padding=10))
    legend = alt.Legend(title=None, orient="top", direction="horizontal")
    shapes = alt.Scale(domain=list(REACHED), range=["circle", "triangle-up"])
    color = alt.value(theme.ACCENT)
    look = {"shape": alt.Shape("outcome:N", scale=shapes, legend=legend), "color": color}
    base = alt.Chart(marks.TABLE).encode(x=RANDOM)
    tooltip = [
        alt.Tooltip("share:Q", title="random labels", format=".0%"),
        *marks.told(title="epochs", seeds=False),
        alt.Tooltip("reached:Q", title="networks that got there"),
        alt.Tooltip("n:Q", title="of"),
    ]
    dots = base.mark_point(filled=True, size=60, opacity=1, clip=True)
    seeds = alt.Chart(marks.SEEDS).mark_point(filled=True, size=16, opacity=0.4, clip=True)
    single = seeds.encode(x=RANDOM, y=marks.of_column(y, "value"), **look)
    means = dots.encode(y=y, tooltip=tooltip, **look)
    lines = marks.bands(base.encode(color=color), y)
    return alt.layer(*lines, single, means).properties(height=theme.FIGURE_HEIGHT)


def by_share_and_split(result: Result, view: View) -> pd.DataFrame:
    """Training and validation accuracy of each network by share of random labels."""
    both = pd.concat([_plain(result, s).assign(split=s) for s in SPLITS], ignore_index=True)
    return both[["split", "share", "seed", "value"]]


def score_caption(table: pd.DataFrame, view: View) -> str:
    """Validation at both ends, beside chance; training at its lowest."""
    train, new = (table[table.split == split] for split in SPLITS)
    if train.empty or new.empty:
        return ""
    first, last = new.iloc[0], new.iloc[-1]
    least = train["mean"].min()
    learned = "All labels are learned at every share" if least == 1 else (
        f"On average at least {number(float(least), SHARE)} of the labels are learned at every "
        f"share{'' if least < 0.9995 else ', not quite all of them'}"
    )  # fmt: skip
    return (
        f"{learned}. On new examples {number(float(first['mean']), SHARE)} are right with "
        f"{100 * first['share']:.0f}% random labels and {number(float(last['mean']), SHARE)} with "
        f"{100 * last['share']:.0f}%; chance is {number(float(last['chance']), SHARE)}."
    )


def regularisers(result: Result, view: View) -> pd.DataFrame:
    """One row per panel and regulariser: accuracy or its change, and the epochs it took.

    `mean`, `low`, `high` are what is drawn; `measured` is always the accuracy, `change` the
    paired difference to no regulariser with `change_low` and `change_high`. Intervals end at
    100%.
    """
    rows = []
    for share, panel in PANELS.items():
        column = "train" if share == 1 else "validation"
        for arm in result.fits[result.fits["share"] == share]["arm"].unique():
            networks, reached = result.networks(share, arm), result.at(share, column, arm)
            change = (reached - result.at(share, column)).estimate
            value = result.learned(share, arm) if share == 1 else reached.estimate
            drawn = value if view.regularisers == "measured" else change
            if view.regularisers == "measured" or arm != PLAIN:
                low, high = np.clip((drawn.low, drawn.high), -1.0, 1.0)
                rows.append({
                    "panel": panel, "arm": arm, "mean": drawn.mean, "low": low, "high": high,
                    "n": change.n, "measured": value.mean, "change": change.mean,
                    "change_low": change.low, "change_high": change.high,
                    "reached": int(networks["fitted"].sum()),
                    "epochs": float(networks["epochs"].mean()),
                    "kind": PLAIN if arm == PLAIN else "regulariser",
                })  # fmt: skip
    return pd.DataFrame(rows)


def regularisers_caption(table: pd.DataFrame, view: View) -> str:
    """What each regulariser does to random labels, and what it changes on new examples."""
    arms = table[table.kind != PLAIN]
    said = []
    for arm, part in arms.groupby("arm", sort=False):
        noise, real = (part[part.panel == PANELS[share]] for share in (1.0, 0.0))
        parts = [_learned(noise.iloc[0])] if len(noise) else []
        parts += [_on_new(real.iloc[0])] if len(real) else []
        said.append(f"{str(arm).capitalize()}: {'; '.join(parts)}.")
    if not said and len(table):
        return f"Without a regulariser: {_learned(table.iloc[0])}."
    return " ".join(said)


def _learned(row: pd.Series[Any]) -> str:
    if row["reached"] == row["n"]:
        return f"all random labels learned, after {number(float(row['epochs']), 'epochs')}"
    fitted = f"{int(row['reached'])} of {int(row['n'])} networks learned all of them"
    return f"{number(float(row['measured']), SHARE)} of the random labels learned ({fitted})"


def _on_new(row: pd.Series[Any]) -> str:
    size = number(float(row["change"]), POINTS)
    clear, unclear = f"on new examples {size}", f"no clear change on new examples ({size})"
    return side(row["change_low"], row["change_high"], clear, unclear, clear)


def regularisers_chart(view: View) -> alt.LayerChart:
    """One dot with its interval per regulariser; one panel."""
    y = axes.rows("arm", labelLimit=200, labelPadding=8).scale(padding=0.6)
    color = marks.row_color("kind", {PLAIN: theme.BASELINE, "regulariser": theme.REMEDY})
    measured = view.regularisers == "measured"
    look = alt.Axis(labelExpr="format(100 * datum.value, datum.value ? '+' : '')", tickCount=5)
    changed = alt.X("mean:Q", title="difference to no regulariser (points)", axis=look)
    level = alt.X("mean:Q", title="accuracy", axis=SCORE_AXIS, scale=SHARE_SCALE)
    bars = marks.interval_bars(y, level if measured else changed, color, zero_rule=not measured)
    return bars.properties(height=alt.Step(ROW_HEIGHT))


FIGURES: tuple[Figure[Result, View], ...] = (
    curves(
        "score_by_epoch", "Learning true and random labels",
        by_epoch, ("epoch", "labels", "split"), epoch_caption,
        x=lambda view: alt.X("epoch:Q", **_epochs(view.log_epochs, "epoch")), y=_score,
        color=marks.series_color("labels", tuple(LABELS.values())), dash=DASHES, opacity=0.16,
        places=[
            alt.Tooltip("labels:N", title="trained on"),
            alt.Tooltip("split:N", title="measured on"),
            alt.Tooltip("epoch:Q"),
        ],
        extra=lambda table, view: table[[*COLUMNS, "labels", "split"]], live=True,
        note="Random labels: the true ones shuffled among the training examples. Validation "
        "examples keep their true labels. Bands: 95% intervals over seeds.",
    ),
    Figure(
        name="epochs_to_fit", title="Epochs until every training label is right", live=True,
        table=by_share, underlay=by_share_seeds, chart=epochs_to_fit, caption=share_caption,
        note="All training examples are checked after every epoch; counted is the first epoch with "
        "every label right. A network that is given up counts with the longest training, which is "
        "too little: a triangle.",
    ),
    kinds.lines(
        "score_by_share", "What is learned from partly random labels",
        by_share_and_split, by=("split", "share"), x=RANDOM, y=ACCURACY, caption=score_caption,
        color=marks.series_color("split", SPLITS), beneath=GUESSING,
        extra=lambda table, view: table.assign(
            chance=1 / CLASSES, low=table["low"].clip(lower=0), high=table["high"].clip(upper=1)
        ),
        note="At the moment when every training label is right, or at the end of the longest "
        "training. Dashed: guessing among ten classes.",
    ),
    Figure(
        name="regularisers", title="Do regularisers prevent it?", panels=True,
        table=regularisers, chart=regularisers_chart, caption=regularisers_caption,
        note="All start from the same weights. Left: how many of the random training labels are "
        "learned. Right: what is right on new examples after training on true labels.",
    ),
)  # fmt: skip
