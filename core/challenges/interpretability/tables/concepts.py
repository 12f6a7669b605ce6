"""Tables of the concepts experiment, read off its result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from core.challenges.interpretability.concepts_data import ARMS, CONCEPTS, EXAMPLES, LAYERS, SHOWN
from core.charts.raster import grey_picture
from core.lab.intervals import SHARE, summarise
from core.lab.wording import number
from core.metrics.attribution import rank_correlation
from core.metrics.concepts import band

if TYPE_CHECKING:
    from core.challenges.interpretability.concepts import ConceptsView
    from core.challenges.interpretability.concepts_board import ConceptsResult

ShapeName = Literal["disc", "ring", "square", "triangle", "cross"]
LayerName = Literal["conv1", "conv2", "conv3"]
EffectName = Literal["probability", "logit"]
ARM_TITLES = {"bound": "Stripes on discs only", "everywhere": "Stripes on every shape"}
RANDOM = "random pictures"
SERIES = (*CONCEPTS, RANDOM)
LEVEL = 0.05
TESTS = len(CONCEPTS) * len(LAYERS)
"""Tests that are made of one shape of one network: Bonferroni's divisor."""
RULES = {
    "one_vector": "one set, pictures counted",
    "t_test": "t test over random sets",
    "corrected": "t test, Bonferroni",
    "band": "against random concepts",
}
GROUPS = {
    "random": "random pictures",
    "decides": "stripes that decide",
    "says_nothing": "textures that say nothing",
}


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


def scores(result: ConceptsResult, view: ConceptsView) -> pd.DataFrame:
    """Mean score and interval by network, concept and layer; for random sets, their range."""
    rows = result.scores[result.scores["shape"] == view.shape]
    found = pd.concat(
        [
            _mean(rows[rows["concept"].isin(CONCEPTS)], ["arm", "concept", "layer"], "score"),
            _random_range(rows),
        ],
        ignore_index=True,
    )
    return _panels(found)


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
        if len(rows) < len(SERIES) * len(LAYERS):
            return ""
        means = [number(float(rows.loc[("stripes", layer), "mean"]), SHARE) for layer in LAYERS]
        outside = [
            layer
            for layer in LAYERS
            if not rows.loc[(RANDOM, layer), "low"]
            <= rows.loc[("stripes", layer), "mean"]
            <= rows.loc[(RANDOM, layer), "high"]
        ]
        where = (
            f"outside the random range at {', '.join(outside)}"
            if outside
            else "inside the random range"
        )
        said.append(f"{title.lower()}: {', '.join(means)}, {where}")
    return f"Score of stripes for {_plural(view.shape)} at the three layers, {'; '.join(said)}."


def vectors(result: ConceptsResult, view: ConceptsView) -> pd.DataFrame:
    """Mean accuracy of the classifiers on unseen pictures by network, concept and layer."""
    rows = result.vectors.replace({"concept": {SHOWN[-1]: RANDOM}})
    return _panels(summarise(rows, ["arm", "concept", "layer"]))


def vectors_caption(table: pd.DataFrame, view: ConceptsView) -> str:
    """Name the concept that is told apart worst."""
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
    both = _joined(result, view.layer)
    by = ["arm", "concept", "shape"]
    change = _mean(both, by, view.effect_on)
    table = _mean(both, by, "score").assign(effect=change["mean"])
    return _panels(table)


def effects_caption(table: pd.DataFrame, view: ConceptsView) -> str:
    """Say how far scores and effects put concepts in the same order."""
    said = []
    for arm, title in ARM_TITLES.items():
        rows = table[table["arm"] == arm]
        if len(rows) < 2:
            return ""
        found = rank_correlation(*(rows[[name]].to_numpy().T for name in ("mean", "effect")))[0]
        said.append(f"{title.lower()} {number(float(found))}")
    return f"Rank correlation of these mean scores and mean effects: {'; '.join(said)}."


def agreement(result: ConceptsResult, effect_on: str, arms: tuple[str, ...] = ARMS) -> np.ndarray:
    """Rank correlation of score and effect over concepts and shapes: mean over layers, per seed.

    Args:
        result: Of a whole run.
        effect_on: `"probability"` or `"logit"`.
        arms: Whose concepts and shapes are ordered together.
    """
    found = []
    for layer in LAYERS:
        both = _joined(result, layer)
        both = both[both["arm"].isin(arms)]
        wide = both.pivot(index="seed", columns=["arm", "concept", "shape"])
        found.append(rank_correlation(wide["score"].to_numpy(), wide[effect_on].to_numpy()))
    return np.asarray(np.mean(found, axis=0))


def _joined(result: ConceptsResult, layer: str) -> pd.DataFrame:
    rows = result.scores[
        (result.scores["layer"] == layer) & result.scores["concept"].isin(CONCEPTS)
    ].drop(columns=["layer", "t_test", "one_vector"])
    return rows.merge(result.effects, on=["seed", "arm", "shape", "concept"])


def verdicts(result: ConceptsResult) -> pd.DataFrame:
    """What each rule says of each concept: its place, its `group`, and a column a rule, 0 or 1.

    A random set is held against the others, a true concept against all of them.
    """
    rows = result.scores.copy()
    wide = rows.pivot(index=["seed", "arm", "layer", "shape"], columns="concept", values="score")
    randoms = [name for name in wide if name not in CONCEPTS]
    outside = pd.DataFrame(index=wide.index)
    for name in wide:
        low, high = band(wide[[other for other in randoms if other != name]].to_numpy().T)
        outside[name] = (wide[name] < low) | (wide[name] > high)
    far = outside.rename_axis(columns="concept").stack().rename("band").astype(float)
    rows = rows.merge(far.reset_index(), on=["seed", "arm", "layer", "shape", "concept"])
    rows["corrected"] = (rows["t_test"] < LEVEL / TESTS).astype(float)
    for rule in ("t_test", "one_vector"):
        rows[rule] = (rows[rule] < LEVEL).astype(float)
    stripes = (rows["concept"] == "stripes") & (rows["arm"] == "bound")
    rows["group"] = np.where(
        ~rows["concept"].isin(CONCEPTS), "random", np.where(stripes, "decides", "says_nothing")
    )
    return rows[["seed", "arm", "layer", "shape", "concept", "group", *RULES]]


def alarm_rate(result: ConceptsResult, rule: str, group: str, **only: str) -> np.ndarray:
    """Share of a group's tests in which a rule raises the alarm, one number a seed."""
    rows = verdicts(result)
    rows = rows[rows["group"] == group]
    for column, value in only.items():
        rows = rows[rows[column] == value]
    return rows.groupby("seed")[rule].mean().to_numpy()


def alarms(result: ConceptsResult, view: ConceptsView) -> pd.DataFrame:
    """Share of tests that raise the alarm and interval by group and rule, at one layer."""
    if result.scores.empty:
        return pd.DataFrame(columns=["group", "kind", "rule", "mean", "low", "high", "n"])
    rows = verdicts(result)
    rows = rows[rows["layer"] == view.layer]
    long = rows.melt(["seed", "group"], list(RULES), "rule", "value")
    each = long.groupby(["group", "rule", "seed"], sort=False)["value"].mean().reset_index()
    table = summarise(each, ["group", "rule"])
    table[["low", "high"]] = table[["low", "high"]].clip(0, 1)
    order = {name: i for i, name in enumerate([*GROUPS, *RULES])}
    table = table.sort_values(["group", "rule"], key=lambda c: c.map(order), ignore_index=True)
    table.insert(1, "kind", table["group"].map(GROUPS))
    table["rule"] = table["rule"].map(RULES)
    return table


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
    table = table.assign(panel=table["arm"].map(ARM_TITLES).astype(object))
    table = table.assign(low=table["low"].clip(0, 1), high=table["high"].clip(0, 1))
    # A figure keeps the panels it starts with.
    return table if table["panel"].nunique() == len(ARMS) else table[:0]
