"""The figures of the attack experiment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.adversarial.attack.config import (
    ATTACKS,
    EPSILONS,
    LABELS,
    AttackResult,
    AttackView,
)
from core.charts import axes, kinds, marks, pictures, raster, theme, tiles
from core.charts.accuracies import SEEDS_NOTE, accuracy_curves, size_axis
from core.lab.experiment import Figure, Pick
from core.lab.wording import how_many, number

PANELS = ("Image", "Change, true size", "Change, magnified", "Attacked image")
ACROSS = 5
"""Images side by side."""
ATTACK = Pick("attack", "attack", {label: name for name, label in LABELS.items()})
COLORS = {
    "random noise": theme.BASELINE,
    "FGSM": theme.TRAIN,
    "PGD": theme.WARNING,
    "PGD (L2)": theme.VALIDATION,
    "DeepFool (L2)": theme.ACCENT,
    "Carlini-Wagner (L2)": theme.REMEDY,
}


def _chosen(view: AttackView) -> tuple[int, int, int]:
    return ATTACKS.index(view.attack), EPSILONS.index(view.epsilon), view.digit


def images(result: AttackResult, view: AttackView) -> pd.DataFrame:
    """The four pictures with what the network sees in the first and the last."""
    attack, size, digit = _chosen(view)
    clean = result.clean[digit].astype(float).reshape(8, 8)
    attacked = result.attacked[attack, size, digit].astype(float).reshape(8, 8)
    change = attacked - clean
    largest = float(np.abs(change).max())
    greys = (clean, 0.5 + change / 2, 0.5 + change / (2 * max(largest, 1e-6)), attacked)
    before, after = result.before[digit], result.after[attack, size, digit]
    words = (
        _seen(before),
        f"at most {largest:.2f} per pixel",
        f"× {1 / largest:.3g}" if largest > 0.001 else "no change",
        _seen(after),
    )
    return pd.DataFrame(
        {
            "panel": PANELS,
            "url": [raster.grey_image(grey) for grey in greys],
            "words": words,
            "digit": digit,
            "seen": [int(np.argmax(p)) for p in (before, before, before, after)],
            "length": float(np.sqrt(np.square(change).mean())),
        }
    )


def _seen(probabilities: np.ndarray) -> str:
    best = float(probabilities.astype(float).max())
    return f"seen as {int(np.argmax(probabilities))}, {number(best, 'share')}"


def images_caption(table: pd.DataFrame, view: AttackView) -> str:
    """What the attack did to this image."""
    if len(table) < len(PANELS):
        return ""
    before, after = int(table.seen.iloc[0]), int(table.seen.iloc[-1])
    digit, length = int(table.digit.iloc[0]), float(table["length"].iloc[0])
    start = "Random noise" if view.attack == "noise" else LABELS[view.attack]
    size = f"a root mean square of {length:.2f} per pixel"
    if before != digit:
        return f"The network misread this {digit} as {before} before anything was done to it."
    if after == before:
        return f"{start} of this size ({size}) does not fool the network: it still sees {after}."
    return f"{start} changes this {digit} by {size}, and the network sees {after}."


def digits(result: AttackResult, view: AttackView) -> pd.DataFrame:
    """One attacked image of each digit, and what the network sees in it."""
    attack, size, _ = _chosen(view)
    seen = result.after[attack, size].argmax(axis=1)
    place = np.arange(len(seen))
    return pd.DataFrame({
        "panel": "digit, and what is seen", "column": place % ACROSS, "row": place // ACROSS,
        "cell": [f"{digit} → {other}" for digit, other in enumerate(seen)],
        "digit": place, "seen": seen,
    })  # fmt: skip


def paint(result: AttackResult, view: AttackView, cell: Mapping[str, Any]) -> str:
    """The attacked image of a digit."""
    attack, size, _ = _chosen(view)
    return raster.grey_image(result.attacked[attack, size, cell["digit"]].reshape(8, 8))


def digits_caption(table: pd.DataFrame, view: AttackView) -> str:
    """How many of the images are seen as something else."""
    fooled = int((table["digit"] != table["seen"]).sum())
    told = how_many(len(table), "attacked image")
    return f"Of {told} {fooled} are seen as another digit." if len(table) else ""


def class_probabilities(result: AttackResult, view: AttackView) -> pd.DataFrame:
    """Class probabilities before and after: `digit`, `image`, `value`."""
    attack, size, digit = _chosen(view)
    parts = {"before": result.before[digit], "after": result.after[attack, size, digit]}
    frames = [
        pd.DataFrame({"digit": range(10), "image": name, "value": values.astype(float)})
        for name, values in parts.items()
    ]
    return pd.concat(frames, ignore_index=True)


def probabilities_caption(table: pd.DataFrame, view: AttackView) -> str:
    """How sure the network was, and is, of the true digit."""
    true = table[table.digit == view.digit].set_index("image")["value"]
    if len(true) < 2:
        return ""
    return (
        f"The network gives the true digit {view.digit} {number(float(true['before']), 'share')} "
        f"before the attack and {number(float(true['after']), 'share')} after it."
    )


def _labelled(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(attack=rows["attack"].map(LABELS).astype(str))


def by_size_caption(table: pd.DataFrame, view: AttackView) -> str:
    """Which attack of the chosen size leaves least."""
    here = table[table.epsilon == view.epsilon]
    if len(here) < 2:
        return ""
    means = here.set_index("attack")["mean"]
    worst, best = means.idxmin(), means.idxmax()
    if means[worst] == means[best]:
        return (
            f"At a size of {view.epsilon:g}, each leaves {number(float(means[best]), 'share')} of "
            "the images classified correctly."
        )
    return (
        f"At a size of {view.epsilon:g}, {worst} leaves {number(float(means[worst]), 'share')} of "
        f"the images classified correctly, {best} {number(float(means[best]), 'share')}."
    )


def shortest_caption(table: pd.DataFrame, view: AttackView) -> str:
    """Which attack finds the nearest mistake."""
    if len(table) < 2:
        return ""
    far, near = table.iloc[0], table.iloc[-1]
    return (
        f"Half of the images are fooled by a change of {number(float(near['mean']))} per pixel with"
        f" {near['attack']}; {far['attack']} needs {number(float(far['mean']))}."
    )


FIGURES = (
    Figure(
        "images", "The image, the change, and the image attacked", images,
        lambda view: pictures.with_words(190),
        images_caption, live=True, panels=True,
        note="In the pictures of the change grey means no change, lighter means brighter and "
        "darker means darker. The magnified one is stretched to the full range of grey.",
    ),
    tiles.figure(
        "digits", "One image of each digit, attacked", digits, paint, columns=ACROSS,
        rows=10 // ACROSS, height=300, caption=digits_caption, picks=[Pick("digit", "digit")],
        told=[alt.Tooltip("digit:O", title="digit"), alt.Tooltip("seen:O", title="seen as")],
        note="By the attack, and of the size, that are chosen above.",
    ),
    Figure(
        "probabilities", "What the network sees, before and after", class_probabilities,
        lambda view: pictures.probabilities({"before": theme.BASELINE, "after": theme.WARNING}),
        probabilities_caption,
    ),
    accuracy_curves(
        "accuracy_by_size", "Accuracy on the test images against the size of the change",
        lambda result, view: _labelled(result.scores), ("attack", "epsilon"),
        x=size_axis("size of the change per pixel", [*EPSILONS[::2], 0.1]),
        colors=COLORS, caption=by_size_caption, live=True,
        picks=[ATTACK, Pick("epsilon", "epsilon")],
        note=f"{SEEDS_NOTE} All attacks at one place of the axis make changes of at most the same "
        "length.",
    ),
    kinds.intervals(
        "shortest", "How far the nearest mistake is",
        lambda result, view: _labelled(result.distances), ("attack",),
        y=axes.rows("attack", labelLimit=150), color=marks.row_color("attack", COLORS),
        x=alt.X("mean:Q", title="length per pixel (root mean square)",
                axis=alt.Axis(tickCount=5), scale=alt.Scale(zero=True)),
        extra=lambda table, view: table.sort_values("mean", ascending=False, ignore_index=True),
        zero=False, step=38, caption=shortest_caption, picks=[ATTACK],
        note="Median over the test images seen rightly, mean and 95% interval over the seeds. "
        "FGSM: the smallest of 32 sizes along its direction that fools.",
    ),
)  # fmt: skip
