"""Tables and captions of the false security experiment; pure numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from core.lab.intervals import summarise
from core.lab.wording import number

if TYPE_CHECKING:
    from core.challenges.adversarial.false_security import FalseSecurityResult, FalseSecurityView

DEFENCES = ("none", "scaled", "quantised", "pgd")
NAMES = {
    "none": "no defence", "scaled": "logits scaled", "quantised": "pixels rounded",
    "pgd": "PGD training",
}  # fmt: skip
SHORT = {"scaled": "Scaling the logits", "quantised": "Rounding the pixels"}
GRADIENTS, EVERYTHING = "gradients", "everything"
ATTACKS = {
    "clean": "none", "FGSM": "FGSM", "PGD": "PGD", "transfer": "transfer", "search": "search",
    "adaptive": "adaptive",
}  # fmt: skip
TOGETHER = {"clean": "none", GRADIENTS: "FGSM and PGD", EVERYTHING: "all attacks"}
NOTHING = pd.DataFrame({"seed": [0], "value": [0.0], "defence": [""], "attack": [""]}).iloc[:0]
NOTHING_FLAT = NOTHING.drop(columns="attack")
MASKED = -0.2
"""Losing more than this to other attacks marks a mask."""


def _named(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(defence=[NAMES[name] for name in table.defence])


def matrix(result: FalseSecurityResult, view: FalseSecurityView) -> pd.DataFrame:
    """Mean accuracy and interval by defence and attack."""
    names = ATTACKS if view.show == "every_attack" else TOGETHER
    s = result.scores
    table = summarise(s[s.attack.isin(tuple(names))], ["defence", "attack"])
    table = _named(table).assign(attack=[names[name] for name in table.attack])
    return table.assign(text=[f"{100 * value:.0f}%" for value in table["mean"]])


def matrix_caption(table: pd.DataFrame, view: FalseSecurityView) -> str:
    """For each mask what its own gradient leaves and what the worst attack leaves."""
    seen, told = ("PGD" if view.show == "every_attack" else "FGSM and PGD"), []
    for name in ("scaled", "quantised"):
        own = table[table.defence == NAMES[name]].set_index("attack")["mean"]
        if seen not in own.index or len(own) < 3:
            return ""
        told.append(
            f"{SHORT[name]}: {seen} leaves {number(float(own[seen]), 'share')}, {own.idxmin()} "
            f"{number(float(own.min()), 'share')}"
        )
    return f"{told[0]}. {told[1]}."


def unmasked(result: FalseSecurityResult, view: FalseSecurityView) -> pd.DataFrame:
    """Paired difference: survivors of all attacks minus survivors of FGSM and PGD."""
    s = result.scores[result.scores.attack.isin((GRADIENTS, EVERYTHING))]
    if s.empty:
        return pd.DataFrame({"defence": [], "mean": []})
    wide = s.pivot(index=["defence", "seed"], columns="attack", values="value").dropna()
    gap = (wide[EVERYTHING] - wide[GRADIENTS]).rename("value").reset_index()
    order = [name for name in DEFENCES if (gap.defence == name).any()]
    gap = pd.concat([gap[gap.defence == name] for name in order])
    return _named(summarise(gap, ["defence"]))


def unmasked_caption(table: pd.DataFrame, view: FalseSecurityView) -> str:
    """Which defences are masks by this measure."""
    if len(table) < 2:
        return ""
    masks = table[table["high"] < MASKED].defence.tolist()
    real = table[table["low"] > MASKED].defence.tolist()
    return (
        f"Over 20 points lost to attacks other than FGSM and PGD: {', '.join(masks) or 'none'}. "
        f"Less than that: {', '.join(real) or 'none'}."
    )


def flat(result: FalseSecurityResult, view: FalseSecurityView) -> pd.DataFrame:
    """Mean share of images with a gradient of zero, by defence."""
    return _named(summarise(result.flat, ["defence"]))


def flat_caption(table: pd.DataFrame, view: FalseSecurityView) -> str:
    """Where the gradient is flat on most images."""
    if len(table) < 2:
        return ""
    most = table[table["mean"] > 0.5]
    if most.empty:
        return "No defence here has a gradient of exactly zero on most images."
    told = [
        f"{name} ({number(float(value), 'share')})"
        for name, value in zip(most.defence, most["mean"], strict=True)
    ]
    return f"The gradient is exactly zero on most images with: {', '.join(told)}."
