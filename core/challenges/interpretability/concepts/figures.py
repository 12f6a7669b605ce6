"""The figures of the concepts experiment."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from core.challenges.interpretability.concepts.config import (
    ARMS,
    CONCEPTS,
    EXAMPLES,
    LAYERS,
    LEVEL,
    RULES,
    SHOWN,
    ConceptsResult,
    ConceptsView,
)
from core.charts import axes, kinds, marks, theme
from core.charts.raster import grey_picture
from core.charts.summaries import with_all_panels, within
from core.lab.experiment import Figure, Pick
from core.lab.intervals import SHARE, summarise
from core.lab.scores import rows_where
from core.lab.wording import listed, number
from core.metrics.attribution import rank_correlation
from core.metrics.concepts import band

ARM_TITLES = {"bound": "Stripes on discs only", "everywhere": "Stripes on every shape"}
RANDOM = "random pictures"
GROUPS = {
    "random": "random pictures",
    "decides": "stripes that decide",
    "says_nothing": "textures that say nothing",
}
GROUP_COLORS = dict(
    zip(GROUPS.values(), (theme.BASELINE, theme.ACCENT, theme.WARNING), strict=True)
)
COLORS = {"stripes": theme.ACCENT, "dots": theme.VALIDATION, RANDOM: theme.BASELINE}
SHARES = [-0.03, 1.03]
"""From 0 to 1, with room for dots at the ends."""
QUARTERS = [0, 0.25, 0.5, 0.75, 1]
LAYER_AXIS = alt.X("layer:O", sort=list(LAYERS), title=None, axis=alt.Axis(labelAngle=0),
                   scale=alt.Scale(padding=0.3))  # fmt: skip
LAYER_COLOR = marks.series_color("concept", list(COLORS), colors=COLORS)


def pictures(result: ConceptsResult, view: ConceptsView) -> pd.DataFrame:
    """One row a picture that is shown: its set, its place, and its mean brightness."""
    half = EXAMPLES // 2
    rows = [
        (RANDOM if name == SHOWN[-1] else name, i // half, i % half, float(picture.mean()) / 255)
        for name, images in zip(SHOWN, result.examples, strict=False)
        for i, picture in enumerate(images)
    ]
    return pd.DataFrame(rows, columns=["panel", "row", "column", "brightness"])


def painted(result: ConceptsResult, view: ConceptsView) -> dict[str, pd.DataFrame]:
    """The pictures themselves."""
    urls = [grey_picture(one / 255) for images in result.examples for one in images]
    return {"pictures": pictures(result, view)[["panel", "row", "column"]].assign(url=urls)}


def pictures_caption(table: pd.DataFrame, view: ConceptsView) -> str:
    """Compare the sets by what a network could tell from the mean alone."""
    means = table.groupby("panel", sort=False)["brightness"].mean()
    if len(means) < 2:
        return ""
    said = ", ".join(f"{name} {number(float(value))}" for name, value in means.items())
    return f"Mean brightness of these pictures, from 0 to 1: {said}."


def draw_pictures(view: ConceptsView) -> alt.LayerChart:
    """Some pictures of a set, in two rows; one panel a set."""
    bare = alt.Axis(labels=False, ticks=False, domain=False, grid=False, title=None)
    across, down = alt.X("column:O", axis=bare), alt.Y("row:O", axis=bare)
    width, height = alt.expr(f"width / {EXAMPLES // 2} - 4"), alt.expr("height / 2 - 4")
    drawn = alt.Chart(alt.Data(name="pictures")).mark_image(width=width, height=height)
    hidden = alt.Chart(marks.TABLE).mark_rect(opacity=0).encode(
        x=across, y=down,
        tooltip=[alt.Tooltip("brightness:Q", title="mean brightness", format=".2f")],
    )  # fmt: skip
    both = alt.layer(drawn.encode(x=across, y=down, url="url:N"), hidden)
    return both.properties(height=130)


def scores(result: ConceptsResult, view: ConceptsView) -> pd.DataFrame:
    """Mean score and interval by network, concept and layer; for random sets, their range."""
    rows = result.scores[result.scores["shape"] == view.shape]
    true = rows[rows["concept"].isin(CONCEPTS)]
    found = _mean(true, ["arm", "concept", "layer"], "score"), _random_range(rows)
    return _panels(pd.concat(found, ignore_index=True))


def _random_range(rows: pd.DataFrame) -> pd.DataFrame:
    """Where one more random set would score, by network and layer; mean over seeds."""
    found = []
    random = rows[~rows["concept"].isin(CONCEPTS)]
    for (arm, layer), own in random.groupby(["arm", "layer"], sort=False):
        wide = own.pivot(index="concept", columns="seed", values="score").dropna(axis=1)
        if wide.shape[0] < 2 or wide.empty:
            continue
        low, high = band(wide.to_numpy())
        ends = float(low.clip(0, 1).mean()), float(high.clip(0, 1).mean())
        found.append((arm, RANDOM, layer, float(wide.to_numpy().mean()), *ends, wide.shape[1]))
    columns = ["arm", "concept", "layer", "mean", "low", "high", "n"]
    return pd.DataFrame(found, columns=columns)


def scores_caption(table: pd.DataFrame, view: ConceptsView) -> str:
    """Say where the stripes stand against the random sets."""
    said = []
    for arm, title in ARM_TITLES.items():
        rows = table[table["arm"] == arm].set_index(["concept", "layer"])
        if len(rows) < len(COLORS) * len(LAYERS):
            return ""
        means = [number(float(rows.loc[("stripes", layer), "mean"]), SHARE) for layer in LAYERS]
        stripes, random = rows.loc["stripes"], rows.loc[RANDOM]
        inside = stripes["mean"].between(random["low"], random["high"])
        outside = [layer for layer in LAYERS if not inside[layer]]
        where = f"outside the random range at {listed(outside)}"
        where = where if outside else "inside the random range at all three"
        said.append(f"{title.lower()}: {', '.join(means)}, {where}")
    return f"Score of stripes for {_plural(view.shape)} at the three layers, {'; '.join(said)}."


def draw_scores(view: ConceptsView) -> alt.LayerChart:
    """Scores over layers, and the range of random sets; one panel a network."""
    lines = marks.interval_lines(LAYER_AXIS, _shares("TCAV score", *SHARES), LAYER_COLOR)
    return alt.layer(marks.dashed(y=alt.YDatum(0.5)), lines).properties(height=260)


def _shares(title: str, *domain: float) -> alt.Y:
    axis = alt.Axis(format=".0%", values=QUARTERS)
    return alt.Y("mean:Q", title=title, axis=axis, scale=alt.Scale(domain=list(domain)))


def vectors_caption(table: pd.DataFrame, view: ConceptsView) -> str:
    """Name the concepts that are told apart best and worst, in the mean."""
    rows = table[table["concept"] != RANDOM]
    if rows.empty:
        return ""
    least, most = (rows.loc[i] for i in (rows["mean"].idxmin(), rows["mean"].idxmax()))
    ends = [
        f"{row['concept']} at {row['layer']}, {ARM_TITLES[str(row['arm'])].lower()} "
        f"({number(float(row['mean']), SHARE)})"
        for row in (most, least)
    ]
    return f"Told apart best on average: {ends[0]}; worst: {ends[1]}. Guessing would give 50%."


def effects(result: ConceptsResult, view: ConceptsView) -> pd.DataFrame:
    """Mean score against mean effect of painting in, by network, concept and shape."""
    both, by = result.scores_and_effects(view.layer), ["arm", "concept", "shape"]
    change = _mean(both, by, view.effect_on)["mean"]
    return _panels(_mean(both, by, "score").assign(effect=change))


def effects_caption(table: pd.DataFrame, view: ConceptsView) -> str:
    """Say how far scores and effects put concepts in the same order."""
    said = []
    for arm, title in ARM_TITLES.items():
        rows = table[table["arm"] == arm]
        if len(rows) < 2:
            return ""
        pair = rows[["mean", "effect"]]
        orders = (pair.nunique() > 1).all()  # What is constant has no order to compare.
        found = rank_correlation(*pair.to_numpy().T[:, None])[0] if orders else math.nan
        said.append(f"{title.lower()} {number(float(found))}")
    return f"Rank correlation of these mean scores and mean effects: {'; '.join(said)}."


def draw_effects(view: ConceptsView) -> alt.LayerChart:
    """One dot per concept and shape: score against what painting it in does."""
    x = _effect_axis(view)
    y = _shares(f"TCAV score at {view.layer}", *SHARES)
    chosen = alt.datum.shape == view.shape
    base = alt.Chart(marks.TABLE).encode(
        x=x,
        color=marks.series_color("concept", CONCEPTS, colors=COLORS),
        opacity=alt.condition(chosen, alt.value(1), alt.value(0.5)),
    )
    span = base.mark_rule(aria=False, strokeWidth=2).encode(y=alt.Y("low:Q"), y2="high:Q")
    dot = base.mark_point(filled=True).encode(
        y=y, shape=alt.Shape("concept:N", sort=list(CONCEPTS), legend=None),
        size=alt.condition(chosen, alt.value(140), alt.value(70)),
        tooltip=[
            alt.Tooltip("concept:N"),
            alt.Tooltip("shape:N"),
            alt.Tooltip("effect:Q", title=f"change of {view.effect_on}", format=".2f"),
            alt.Tooltip("mean:Q", title="TCAV score", format=".0%"),
        ],
    )  # fmt: skip
    return alt.layer(
        marks.dashed(x=alt.XDatum(0)), marks.dashed(y=alt.YDatum(0.5)), span, dot
    ).properties(height=260)


def _effect_axis(view: ConceptsView) -> alt.X:
    title = f"change of the shape's {view.effect_on}"
    if view.effect_on == "probability":  # one scale for both networks
        axis = alt.Axis(format="+.0%", values=[-1, -0.5, 0, 0.5, 1])
        return alt.X("effect:Q", title=title, axis=axis, scale=alt.Scale(domain=[-1.05, 1.05]))
    axis = alt.Axis(format="+.1~f", tickCount=5)
    return alt.X("effect:Q", title=title, axis=axis, scale=alt.Scale(padding=14, nice=False))


def _verdicts(result: ConceptsResult, view: ConceptsView) -> pd.DataFrame:
    """Share of a group's tests at one layer in which a rule raises the alarm, one a seed."""
    if result.scores.empty:
        return pd.DataFrame({"group": [], "rule": [], "seed": [], "value": []})
    rows = rows_where(result.verdicts(), {"layer": view.layer})
    long = rows.melt(["seed", "group"], list(RULES), "rule", "value")
    return long.groupby(["group", "rule", "seed"], sort=False)["value"].mean().reset_index()


def _named(table: pd.DataFrame, view: ConceptsView) -> pd.DataFrame:
    """Groups and rules in words and in their order."""
    order = {name: i for i, name in enumerate([*GROUPS, *RULES])}
    table = within(table).sort_values(
        ["group", "rule"], key=lambda names: names.map(order), ignore_index=True
    )
    table.insert(1, "kind", table["group"].map(GROUPS))
    return table.assign(rule=table["rule"].map(RULES))


def alarms_caption(table: pd.DataFrame, view: ConceptsView) -> str:
    """Compare the two tests on random pictures."""
    means = table.set_index(["group", "rule"])["mean"] if len(table) else table
    if len(means) < len(GROUPS) * len(RULES):
        return ""
    said = [
        f"{number(float(means['random', RULES[rule]]), SHARE)} of random sets and "
        f"{number(float(means['says_nothing', RULES[rule]]), SHARE)} of textures that say nothing"
        for rule in ("t_test", "band")
    ]
    return (
        f"At {view.layer} the t test sounds for {said[0]}; holding a concept against random "
        f"concepts sounds for {said[1]}. Where nothing is to be found, each is meant to sound for "
        f"{number(LEVEL, SHARE)}."
    )


def _mean(rows: pd.DataFrame, by: list[str], column: str) -> pd.DataFrame:
    return summarise(rows.assign(value=rows[column]), by)


def _plural(shape: str) -> str:
    return {"cross": "crosses"}.get(shape, f"{shape}s")


def _panels(table: pd.DataFrame) -> pd.DataFrame:
    table = within(table.assign(panel=table["arm"].map(ARM_TITLES).astype(object)))
    return with_all_panels(table, len(ARMS))


FIGURES = (
    Figure(
        name="pictures", title="What stands for a concept",
        table=pictures, chart=draw_pictures, caption=pictures_caption, underlay=painted,
        live=True, panels=True,
        note="A classifier learns to tell the pictures of a set from random ones by what a "
        "layer makes of them. The direction it finds stands for the concept.",
    ),
    Figure(
        name="scores", title="TCAV scores at each layer",
        table=scores, chart=draw_scores, caption=scores_caption, live=True, panels=True,
        picks=[Pick("layer", "layer")],
        note="The score is the share of a shape's pictures whose logit rises along the "
        "concept. Grey: where one more set of random pictures would lie, 19 times in 20.",
    ),
    Figure(
        name="effects", title="The score against what painting it in does",
        table=effects, chart=draw_effects, caption=effects_caption, live=True, panels=True,
        picks=[Pick("shape", "shape")],
        note="One dot per texture and shape, the chosen shape in full colour. If the score "
        "spoke of causes, dots right of the vertical line would lie above the horizontal one, "
        "and dots left of it below.",
    ),
    kinds.intervals(
        "alarms", "How often a concept is called significant", _verdicts, ("group", "rule"),
        y=axes.names("rule", list(RULES.values()), limit=170),
        x=alt.X("mean:Q", title="tests that sound the alarm", scale=alt.Scale(domain=SHARES),
                axis=alt.Axis(format=".0%", values=QUARTERS)),
        color=marks.series_color("kind", list(GROUP_COLORS), colors=GROUP_COLORS, columns=1),
        offset=alt.YOffset("kind:N", sort=list(GROUP_COLORS)),
        dots={"size": 80, "shape": alt.Shape("kind:N", sort=list(GROUP_COLORS), legend=None),
              "tooltip": [alt.Tooltip("kind:N", title="concept"), alt.Tooltip("rule:N"),
                          *marks.told(".1%", "tests that sound the alarm")]},
        level=LEVEL, extra=_named, height=280, caption=alarms_caption,
        note="Over all shapes. The dashed line is the 5% that each rule allows itself where "
        "nothing is to be found; Bonferroni's correction allows less.",
    ),
    kinds.lines(
        "vectors", "Can the concept be told from random pictures?",
        lambda r, v: r.vectors.replace({"concept": {SHOWN[-1]: RANDOM}}),
        ("arm", "concept", "layer"),
        x=LAYER_AXIS, y=_shares("right on new pictures", 0.4, 1.02), color=LAYER_COLOR,
        seeds=False, extra=lambda table, view: _panels(table), height=230,
        caption=vectors_caption, panels=True, picks=[Pick("layer", "layer")],
        note="On pictures the classifier has not seen. A direction that does not tell them "
        "apart stands for nothing, whatever its score.",
    ),
)  # fmt: skip
