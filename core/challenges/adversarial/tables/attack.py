"""Tables and captions of the attack experiment; pure numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd

from core.charts import raster
from core.lab.intervals import summarise
from core.lab.wording import number

if TYPE_CHECKING:
    from core.challenges.adversarial.attack import AttackView
    from core.challenges.adversarial.attack_album import AttackResult

AttackName = Literal["noise", "FGSM", "PGD", "PGD_L2", "DeepFool", "CW"]
ATTACKS: tuple[AttackName, ...] = get_args(AttackName)
LABELS: dict[str, str] = {
    "noise": "random noise", "FGSM": "FGSM", "PGD": "PGD", "PGD_L2": "PGD (L2)",
    "DeepFool": "DeepFool (L2)", "CW": "Carlini-Wagner (L2)",
}  # fmt: skip
WITHOUT_SIZE = ("DeepFool", "CW")
"""Attacks that look for the shortest change, of whatever size."""
EPSILONS = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
NOTHING = pd.DataFrame({"seed": [0], "value": [0.0], "attack": [""], "epsilon": [0.0]}).iloc[:0]
PANELS = ("Image", "Change, true size", "Change, magnified", "Attacked image")


def first_of_each(y: np.ndarray, right: np.ndarray | None) -> np.ndarray:
    """Place of the first image of each digit, `(10,)`; one that is right if there is any."""
    found = []
    for digit in range(10):
        places = np.flatnonzero(y == digit)
        good = places if right is None else places[right[places]]
        found.append(int(good[0]) if len(good) else int(places[0]) if len(places) else 0)
    return np.array(found)


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
            "seen": [_class(before), _class(before), _class(before), _class(after)],
            "length": float(np.sqrt(np.square(change).mean())),
        }
    )


def _class(probabilities: np.ndarray) -> int:
    return int(np.argmax(probabilities))


def _seen(probabilities: np.ndarray) -> str:
    best = float(probabilities.astype(float).max())
    return f"seen as {_class(probabilities)}, {number(best, 'share')}"


def images_caption(table: pd.DataFrame, view: AttackView) -> str:
    """What the attack did to this image."""
    if len(table) < len(PANELS):
        return ""
    before, after = int(table.seen.iloc[0]), int(table.seen.iloc[-1])
    digit, length = int(table.digit.iloc[0]), float(table["length"].iloc[0])
    start = f"{LABELS[view.attack].capitalize() if view.attack == 'noise' else LABELS[view.attack]}"
    size = f"a root mean square of {length:.2f} per pixel"
    if before != digit:
        return f"The network misread this {digit} as {before} before anything was done to it."
    if after == before:
        return f"{start} of this size ({size}) does not fool the network: it still sees {after}."
    return f"{start} changes this {digit} by {size}, and the network sees {after}."


def probabilities(result: AttackResult, view: AttackView) -> pd.DataFrame:
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


def _labelled(result: AttackResult) -> pd.DataFrame:
    s = result.scores
    return s.assign(attack=s.attack.map(LABELS).astype(str) if len(s) else s.attack)


def by_size(result: AttackResult, view: AttackView) -> pd.DataFrame:
    """Mean and interval of the accuracy by attack and size."""
    return summarise(_labelled(result), ["attack", "epsilon"])


def by_size_seeds(result: AttackResult, view: AttackView) -> dict[str, pd.DataFrame]:
    """The single seeds behind `by_size`."""
    return {"seeds": _labelled(result)}


def by_size_caption(table: pd.DataFrame, view: AttackView) -> str:
    """Which attack of the chosen size leaves least."""
    here = table[table.epsilon == view.epsilon]
    if len(here) < 2:
        return ""
    means = here.set_index("attack")["mean"]
    worst, best = means.idxmin(), means.idxmax()
    return (
        f"At a size of {view.epsilon:g}, {worst} leaves {number(float(means[worst]), 'share')} of "
        f"the images classified correctly, {best} {number(float(means[best]), 'share')}."
    )


def shortest(result: AttackResult, view: AttackView) -> pd.DataFrame:
    """Mean and interval of the median length by attack."""
    d = result.distances
    if d.empty:
        return pd.DataFrame(columns=["attack", "mean", "low", "high", "n"])
    table = summarise(d.assign(attack=d.attack.map(LABELS).astype(str)), ["attack"])
    return table.sort_values("mean", ascending=False, ignore_index=True)


def shortest_caption(table: pd.DataFrame, view: AttackView) -> str:
    """Which attack finds the nearest mistake."""
    if len(table) < 2:
        return ""
    far, near = table.iloc[0], table.iloc[-1]
    return (
        f"Half of the images are fooled by a change of {number(float(near['mean']))} per pixel with"
        f" {near['attack']}; {far['attack']} needs {number(float(far['mean']))}."
    )
