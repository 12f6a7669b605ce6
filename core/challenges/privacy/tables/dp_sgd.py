"""Tables and captions of the differential privacy experiment; pure numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.lab.intervals import POINTS, SHARE, summarise
from core.lab.wording import number
from core.metrics.privacy import likelihood_ratios, roc_auc, tpr_at_fpr
from core.metrics.privacy_accounting import epsilon_spent, largest_auc, most_caught

if TYPE_CHECKING:
    from core.challenges.privacy.dp_sgd import DpSgdResult, DpSgdView

NOTHING, CLIPPED = "none", "clip only"
EPSILONS: Mapping[str, float] = {
    NOTHING: 0.0, CLIPPED: 0.0, "ε = 32": 32.0, "ε = 8": 8.0, "ε = 2": 2.0, "ε = 0.5": 0.5,
}  # fmt: skip
"""Epsilon of each arm; 0 for those that promise nothing."""
METRICS = {"area": "auc", "caught at 1%": "caught at 1%"}
MEASURED, ALLOWED = "measured", "allowed by the proof"
ATTACK, ACCURACY = "Attack", "Accuracy on other records"
ALL, WORST = "all classes", "worst class"


def scores(is_member: np.ndarray, correct: np.ndarray, found: np.ndarray) -> dict[str, float]:
    """Attack one arm's networks with each other as shadows; shapes `(n_networks, n)`."""
    ratios = likelihood_ratios(found, is_member)
    return {
        "accuracy in": float(correct[is_member].mean()),
        "auc": roc_auc(is_member, ratios),
        "caught at 1%": tpr_at_fpr(is_member, ratios, 0.01),
    }


def promises(noises: Sequence[float], delta: float) -> pd.DataFrame:
    """What each arm's epsilon allows any attack."""
    rows = []
    for (arm, epsilon), noise in zip(EPSILONS.items(), noises, strict=True):
        real = epsilon or math.inf
        caught = float(most_caught(np.array([0.01]), real, delta)[0])
        rows.append((arm, epsilon or -1.0, noise, largest_auc(real, delta), caught))
    columns = ["arm", "epsilon", "noise_multiplier", "auc", "caught at 1%"]
    return pd.DataFrame(rows, columns=columns)


def budget(
    noises: Sequence[float], rate: float, steps: Sequence[int] | np.ndarray, delta: float
) -> pd.DataFrame:
    """Epsilon spent after some steps, for the arms with noise."""
    rows = [
        (arm, int(step), epsilon_spent(rate, noise, int(step), delta))
        for arm, noise in zip(EPSILONS, noises, strict=True)
        if noise
        for step in steps
    ]
    return pd.DataFrame(rows, columns=["arm", "step", "epsilon"])


def values(result: DpSgdResult, arm: str, metric: str) -> np.ndarray:
    """One metric of one arm, one number a seed."""
    s = result.scores
    return s[(s["arm"] == arm) & (s["metric"] == metric)]["value"].to_numpy()


def allowed(result: DpSgdResult, arm: str, metric: str) -> float:
    """The highest value of an attack's metric that an arm's promise allows."""
    return float(result.promises.set_index("arm")[metric][arm])


def attack_and_accuracy(result: DpSgdResult, view: DpSgdView) -> pd.DataFrame:
    """Attack beside what the proof allows, and accuracy, by protection."""
    metric = METRICS[view.measure]
    attack = f"{ATTACK}: {view.measure}"
    names = {metric: (attack, MEASURED), "accuracy out": (ACCURACY, ALL),
             "worst class": (ACCURACY, WORST)}  # fmt: skip
    kept = result.scores[result.scores["metric"].isin(names)]
    table = summarise(kept, ["metric", "arm"])
    table["panel"] = [names[m][0] for m in table["metric"]]
    table["series"] = [names[m][1] for m in table["metric"]]
    bound = result.promises.rename(columns={metric: "mean"})[["arm", "mean"]]
    bound = bound.assign(low=bound["mean"], high=bound["mean"], panel=attack, series=ALLOWED, n=1)
    both = pd.concat([table.drop(columns="metric"), bound], ignore_index=True)
    both["low"] = both["low"].clip(0, 1)
    both["high"] = both["high"].clip(0, 1)
    # The first row names the panel that stands on the left.
    return both.sort_values("panel", key=lambda p: p == ACCURACY, kind="stable", ignore_index=True)


def attack_caption(table: pd.DataFrame, view: DpSgdView) -> str:
    """Attack, bound and accuracy at one epsilon in the middle of the ladder."""
    rows = table[table["arm"] == "ε = 2"].set_index("series")["mean"]
    if not {MEASURED, ALLOWED, ALL, WORST} <= set(rows.index):
        return ""
    unit = "" if view.measure == "area" else SHARE
    return (
        f"At ε = 2 the attack reaches {number(float(rows[MEASURED]), unit)}; the proof allows "
        f"{number(float(rows[ALLOWED]), unit)}. Accuracy on other records is "
        f"{number(float(rows[ALL]), SHARE)}, and {number(float(rows[WORST]), SHARE)} in the class "
        "that fares worst."
    )


def changes(result: DpSgdResult, view: DpSgdView) -> pd.DataFrame:
    """Change of attack and accuracy against training without protection, by protection."""
    metric = METRICS[view.measure]
    parts = []
    for panel, name in ((f"{ATTACK}: {view.measure}", metric), (ACCURACY, "accuracy out")):
        wide = result.scores[result.scores["metric"] == name].pivot(
            index="seed", columns="arm", values="value"
        )
        for arm in [a for a in EPSILONS if a != NOTHING and a in wide.columns]:
            difference = (wide[arm] - wide[NOTHING]).rename("value").reset_index()
            parts.append(summarise(difference.assign(panel=panel, arm=arm), ["panel", "arm"]))
    columns = ["panel", "arm", "mean", "low", "high", "n"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def changes_caption(table: pd.DataFrame, view: DpSgdView) -> str:
    """How much of the protection at epsilon 8 clipping alone gives."""
    attack = table[table["panel"].str.startswith(ATTACK)].set_index("arm")
    if not {CLIPPED, "ε = 8"} <= set(attack.index):
        return ""
    unit = "" if view.measure == "area" else POINTS
    clip, noisy = (float(attack["mean"][arm]) for arm in (CLIPPED, "ε = 8"))
    clear = (attack["high"][[CLIPPED, "ε = 8"]] < 0).all()
    text = (
        f"Clipping alone changes the attack by {number(clip, unit)}, clipping with noise for ε = 8 "
        f"by {number(noisy, unit)}"
    )
    if clear:  # A share of a protection that may be none would be any number.
        text += f": clipping alone gives {number(min(clip / noisy, 1.0), SHARE)} of that protection"
    return text + "."


def budget_lines(result: DpSgdResult, view: DpSgdView) -> pd.DataFrame:
    """Epsilon spent by step and arm, and the arm's noise."""
    noise = result.promises.set_index("arm")["noise_multiplier"]
    table = result.budget[result.budget["step"] > 0]
    return table.assign(noise_multiplier=table["arm"].map(noise)).reset_index(drop=True)


def budget_caption(table: pd.DataFrame, view: DpSgdView) -> str:
    """Which noise each promise needs."""
    if table.empty:
        return ""
    needs = table.groupby("arm", sort=False)["noise_multiplier"].first()
    told = ", ".join(f"{number(float(noise))} for {arm}" for arm, noise in needs.items())
    return f"Standard deviation of the noise, in clipping norms: {told}."
