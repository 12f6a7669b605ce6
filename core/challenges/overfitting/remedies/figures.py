"""The figures of the remedies experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.overfitting.remedies.config import BASELINE, SETS, RemediesResult, RemediesView
from core.charts import axes, kinds, marks, theme
from core.data.held_out import NOISY
from core.engine.sweep import METRICS, SPLITS
from core.lab.experiment import Figure
from core.lab.intervals import differences, summarise
from core.lab.wording import hedged, number
from core.metrics.families import together
from core.metrics.verdicts import rivals, side

HELPS, UNCLEAR, HURTS = "helps", "no clear difference", "hurts"
SENTENCES = ((HELPS, "Clearly better"), (UNCLEAR, "No clear difference"), (HURTS, "Clearly worse"))
VERDICTS = {HELPS: theme.REMEDY, HURTS: theme.WARNING, UNCLEAR: theme.BASELINE}
ROW_HEIGHT = 26
ROWS = axes.rows("label", labelLimit=190, labelPadding=8).scale(padding=0.6)
SERIES = {BASELINE: theme.BASELINE, "with the remedy": theme.REMEDY}
GAP_SERIES = (*SPLITS, "validation, noisy labels")
GAP_COLOR = marks.series_color("split", GAP_SERIES, colors={GAP_SERIES[2]: theme.WARNING})
DASHES = alt.Scale(domain=list(SERIES), range=[[5, 3], [1, 0]])
ARM = ["remedy", "setting", "label"]


def verdict(low: float, high: float, n: int) -> str:
    """Judge an improvement by its interval; one repetition is never enough."""
    return side(low, high, HURTS, UNCLEAR, HELPS) if n > 1 else UNCLEAR


def _judged(improvements: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Mean improvements from one row a seed, with intervals that hold together, and verdicts."""
    table = together(summarise(improvements, by))
    return table.assign(verdict=[verdict(row.low, row.high, row.n) for row in table.itertuples()])


def _shown(result: RemediesResult, view: RemediesView) -> pd.DataFrame:
    """Final scores of the baseline and of every remedy at the strength that is chosen."""
    scores = result.scores(view.metric)
    return scores[scores["level"].isin((view.strength, "off")) | (view.strength == "all")]


def gains(result: RemediesResult, view: RemediesView) -> pd.DataFrame:
    """One row per arm shown and seed with `value`, the improvement over no remedy."""
    rows = _shown(result, view).rename(columns={"validation": "value"})
    return differences(rows, "remedy", BASELINE, sign=view.sign)[[*ARM, "seed", "value"]]


def effects(result: RemediesResult, view: RemediesView) -> pd.DataFrame:
    """Improvement of each arm over no remedy, best first once the run is finished.

    Returns:
        `remedy`, `setting`, `label`, `mean`, `low`, `high`, `n`, `verdict`, and `baseline`
        (what no remedy reaches).
    """
    table = _judged(gains(result, view), ARM)
    if result.finished:
        table = table.sort_values("mean", ascending=False, ignore_index=True)
    return table.assign(baseline=result.final(metric=view.metric).mean)


def rungs(result: RemediesResult, view: RemediesView) -> pd.DataFrame:
    """One row per strength of the chosen remedy, seed and `split`, `off` first."""
    scores = result.scores(view.metric)
    kept = scores[scores["remedy"].isin((BASELINE, view.remedy))]
    keys = ["remedy", "setting", "seed"]
    return kept[[*keys, *SPLITS]].melt(keys, var_name="split", value_name="value")


def strengths(result: RemediesResult, view: RemediesView) -> pd.DataFrame:
    """Training and validation scores of one remedy by its strength, `off` first.

    Returns:
        `setting`, `split`, `remedy`, `mean`, `low`, `high`, `n`, `gain`, and `verdict`
        (of the validation score against `off`, paired by seed).
    """
    rows = rungs(result, view)
    improvements = differences(rows, "setting", "off", ["split"], sign=view.sign)
    new = improvements["split"] == "validation"
    found = _judged(improvements[new], ["setting"]).set_index("setting")
    table = summarise(rows, ["setting", "split"]).assign(remedy=view.remedy)
    gained, judged = (table["setting"].map(found[column]) for column in ("mean", "verdict"))
    return table.assign(gain=gained.fillna(0.0), verdict=judged.fillna(""))


def gaps(result: RemediesResult, view: RemediesView) -> pd.DataFrame:
    """Training and validation scores side by side, without a remedy and with each.

    Returns:
        `label`, `train`, `validation`, `noisy` (means; validation with true labels and with
        noisy ones), and the generalization gap `mean`, `low`, `high`, `n`: training minus noisy
        accuracy, or noisy minus training loss. No remedy comes first, then the best on
        validation.
    """
    scores, sign = _shown(result, view), view.sign
    scores = scores.assign(value=sign * (scores["train"] - scores[NOISY]))
    means = scores.groupby("label", sort=False)[list(SETS)].mean().reset_index()
    table = means.merge(summarise(scores, ["label"]), on="label")
    order = (-sign * table["validation"]).where(table["label"] != BASELINE, -np.inf)
    return table.iloc[np.argsort(order.to_numpy(), kind="stable")].reset_index(drop=True)


def curves(result: RemediesResult, view: RemediesView) -> pd.DataFrame:
    """Validation score by step and seed without a remedy and with the chosen one, at medium.

    Returns:
        `step`, `value`, `series` ("no remedy" or "with the remedy"), `label`.
    """
    arms = result.arms
    chosen = (arms["remedy"] == view.remedy) & (arms["level"] == "medium")
    series = np.select([arms["level"] == "off", chosen], list(SERIES), "")
    scores = pd.DataFrame(result.curves[1, METRICS.index(view.metric)].T, columns=result.steps)
    named = scores.assign(series=series, label=arms["label"])[series != ""]
    long = named.melt(["series", "label"], var_name="step").astype({"step": int})
    return long.sort_values("series", kind="stable", ignore_index=True)


def ends_of_gaps(table: pd.DataFrame) -> pd.DataFrame:
    """One row per arm and dot of `gaps`; a noisy copy that is no other set gets none."""
    apart = bool((table[NOISY] != table["validation"]).any())
    long = table[["label", *(SETS if apart else SPLITS)]].melt("label", var_name="split")
    return long.assign(split=long["split"].replace(NOISY, GAP_SERIES[2]))


def improvement(value: float, view: RemediesView) -> str:
    """Spell an improvement: `+7.2 points`, or for the loss `0.3 nats saved`."""
    if view.sign > 0:
        return number(value, view.change_unit)
    return f"{number(abs(value), view.change_unit)} {'saved' if value >= 0 else 'more'}"


def verdicts(table: pd.DataFrame, view: RemediesView) -> str:
    """Name the arms that help, those that change nothing clearly and those that hurt."""
    found = {}
    for judged, words in SENTENCES:
        rows = table[table["verdict"] == judged]
        # Two numbers to remember, the others are in the figure.
        told = 0 if judged == UNCLEAR else 2
        found[words] = [
            f"{row.label} ({improvement(float(row.mean), view)})" if i < told else row.label
            for i, row in enumerate(rows.itertuples())
        ]
    return _named(found)[1:]


def effects_caption(table: pd.DataFrame, view: RemediesView) -> str:
    """Where no remedy stands, the best, and those that do not help."""
    if table.empty:
        return ""
    without = number(float(table["baseline"].iloc[0]), view.unit)
    start = f"Without a remedy, validation {view.metric} is {without}."
    if view.strength == "all":
        return f"{start} {_by_remedy(table)}"
    helping = table[table["verdict"] == HELPS]
    verb = "is" if len(helping) == 1 else "are"
    text = f"{start} {len(helping)} of these {len(table)} {verb} clearly better"
    if len(helping):
        text += _best(table, helping, view)
    rest = {words: table[table["verdict"] == judged]["label"] for judged, words in SENTENCES[1:]}
    return f"{text}.{_named(rest)}"


def _best(table: pd.DataFrame, helping: pd.DataFrame, view: RemediesView) -> str:
    """Name the one that gives most; nothing gives most where an unclear one does on average."""
    best = helping.loc[helping["mean"].idxmax()]
    told = improvement(float(best["mean"]), view)
    if table["mean"].max() > best["mean"]:
        return f", {best['label']} ({told}){' among them' if len(helping) > 1 else ''}"
    others = rivals(table, best.name, "label")
    most = f"{'on average ' if others else ''}the most comes from {best['label']}"
    return f"; {most} ({told}{hedged(others, 'not clearly more than from')})"


def _by_remedy(table: pd.DataFrame) -> str:
    """Say for each remedy whether its strength decides."""
    always, sometimes, never = [], [], []
    for remedy, rows in table.groupby("remedy", sort=False):
        helping = rows[rows["verdict"] == HELPS]["setting"]
        if len(helping) == len(rows):
            always.append(str(remedy))
        elif len(helping):
            sometimes.append(f"{remedy} ({', '.join(helping)})")
        else:
            never.append(str(remedy))
    found = {"Clearly better at every strength tried": always, "Only at some": sometimes}
    worse = list(table[table["verdict"] == HURTS]["label"])
    return _named({**found, "At none": never, "Clearly worse": worse})[1:]


def _named(groups: Mapping[str, Sequence[str]]) -> str:
    """Spell what is in each group, each sentence after a space; empty groups are left out."""
    return "".join(
        f" {words}: {', '.join(names)}." for words, names in groups.items() if len(names)
    )


def strengths_caption(table: pd.DataFrame, view: RemediesView) -> str:
    """What every strength of the chosen remedy gives, good or bad."""
    if table.empty:
        return ""
    treated = table[(table["split"] == "validation") & (table["setting"] != "off")]
    spelled = [
        f"{row.setting}: {improvement(float(row.gain), view)} ({row.verdict})"
        for row in treated.itertuples()
    ]
    name = view.remedy.capitalize()
    told = f"{name} against no remedy, validation {view.metric}: {'; '.join(spelled)}."
    return told if spelled else ""


def gaps_caption(table: pd.DataFrame, view: RemediesView) -> str:
    """The gap before, that of the best network, and whether the smallest gap is the best."""
    treated = table[table["label"] != BASELINE]
    if treated.empty or len(treated) == len(table):
        return ""
    before, best = (_ends(rows.iloc[0], view) for rows in (table, treated))
    text = f"Before: {before}. Best after, by its mean: {best}."
    smallest = treated.loc[treated["mean"].idxmin()]
    if view.sign * (treated.iloc[0]["validation"] - smallest["validation"]) <= 0:
        return text
    worse = number(float(smallest["validation"]), view.unit)
    lowest = number(float(smallest["mean"]), view.change_unit)
    return (
        f"{text} Of the remedies {smallest['label']} has the lowest mean gap, {lowest}. It "
        f"validates at {worse}: a small gap alone is not the goal."
    )


def _ends(row: pd.Series, view: RemediesView) -> str:
    """Spell one arm: its name, training and validation score, and the gap."""
    train, validation = (number(float(row[split]), view.unit) for split in SPLITS)
    gap = number(float(row["mean"]), view.change_unit)
    return f"{row['label']} (train {train}, validation with true labels {validation}, gap {gap})"


def curves_caption(table: pd.DataFrame, view: RemediesView) -> str:
    """Where both curves stand at the end and how good they ever were."""
    if table.empty:
        return ""
    best, unit = "max" if view.sign > 0 else "min", view.unit
    parts = []
    for label, rows in table.groupby("label", sort=False):
        last, peak = float(rows["mean"].iloc[-1]), float(rows["mean"].agg(best))
        parts.append(
            f"{label}: {number(last, unit)} at step {int(rows['step'].iloc[-1]):,}, "
            f"at best {number(peak, unit)}"
        )
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def effect_dots(view: RemediesView) -> alt.LayerChart:
    """One dot with its interval per remedy, coloured by verdict; zero is no remedy."""
    points = {"labelExpr": "datum.value ? format(100 * datum.value, '+.3~g') : '0'"}
    title, look = ("accuracy gained (points)", points) if view.metric == "accuracy" else (
        "loss saved (nats)", {})  # fmt: skip
    x = alt.X("mean:Q", title=title, axis=alt.Axis(**look, tickCount=8))
    color = marks.series_color("verdict", list(VERDICTS), None, VERDICTS, 2, symbolSize=100)
    bars = marks.interval_bars(ROWS, x, color)
    seeds = marks.seed_dots(ROWS, x, alt.value(theme.BASELINE), size=14, opacity=0.5)
    return alt.layer(bars, seeds).properties(height=alt.Step(ROW_HEIGHT))


def gap_spans(view: RemediesView) -> alt.LayerChart:
    """Training and validation scores on one line per arm; the span between them is the gap."""
    if view.metric == "accuracy":
        look = {"axis": alt.Axis(format=".0%", tickCount=8), "scale": alt.Scale(zero=False)}
        title = "accuracy (the line is the gap)"
    else:
        look, title = {"scale": alt.Scale(zero=True)}, "loss in nats (the line is the gap)"
    base = alt.Chart(marks.TABLE).encode(y=ROWS)
    span = base.mark_rule(strokeWidth=3, color=theme.BASELINE, opacity=0.6).encode(
        x=alt.X("train:Q", title=title, **look), x2="noisy:Q"
    )
    shapes = alt.Scale(domain=list(GAP_SERIES), range=["circle", "square", "diamond"])
    tooltip = [
        alt.Tooltip("label:N", title="arm"),
        alt.Tooltip("split:N"),
        alt.Tooltip("value:Q", format=".4~g", title=view.metric),
    ]
    dots = alt.Chart(alt.Data(name="scores")).mark_point(filled=True, size=80, opacity=1).encode(
        y=ROWS, x=alt.X("value:Q", title=title, **look), color=GAP_COLOR,
        shape=alt.Shape("split:N", scale=shapes, legend=None), tooltip=tooltip,
    )  # fmt: skip
    return alt.layer(span, dots).properties(height=alt.Step(ROW_HEIGHT))


FIGURES: tuple[Figure[RemediesResult, RemediesView], ...] = (
    Figure(
        "effects", "What each remedy changes", effects, effect_dots, effects_caption,
        lambda result, view: {"seeds": gains(result, view)}, live=True,
        note="On validation examples; right of zero is better. Dot: mean difference to the "
        "network without a remedy, seed by seed (small points). Bar: interval that "
        "allows for the number of remedies shown (95% for all together, Bonferroni); a bar that "
        "touches zero settles nothing. Half of the validation examples pick when to stop early; "
        "all scores come from the other half.",
    ),
    Figure(
        "strengths", "How strong should it be?", strengths,
        lambda view: marks.interval_lines(
            axes.steps("setting", f"strength of {view.remedy}"), axes.score(view.metric),
            marks.series_color("split", SPLITS), seeds=True,
        ),
        strengths_caption, lambda result, view: {"seeds": rungs(result, view)},
        note="The same remedy, ever stronger, against the network without it (off). Batch norm "
        "and the combinations have one strength only. The words in the caption allow for the "
        "strengths of this one remedy, not for the other remedies.",
    ),
    Figure(
        "gaps", "The generalization gap, before and after", gaps, gap_spans, gaps_caption,
        lambda result, view: {"scores": ends_of_gaps(gaps(result, view))},
        note="A remedy can close the gap from both sides: new examples better, or its own "
        "training examples worse. The line is the gap on one "
        "distribution: where training labels are wrong, those of the new examples at its other end "
        "are wrong as often. Squares: the same examples with true labels.",
    ),
    kinds.lines(
        "learning_curves", "While it trains", curves, by=("step", "series", "label"),
        x=alt.X("step:Q", title="training step"),
        y=lambda view: axes.score(view.metric, f"validation {view.metric}"),
        color=marks.series_color("series", tuple(SERIES), colors=SERIES),
        dash=alt.StrokeDash("series:N", scale=DASHES, legend=None),
        caption=curves_caption, seeds=False, live=True,
        note="Early stopping is drawn as the weights it would hand over at that moment.",
    ),
)  # fmt: skip
