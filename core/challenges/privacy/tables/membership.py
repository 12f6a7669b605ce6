"""Tables and captions of the membership experiment; pure numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.challenges.privacy.membership_arms import (
    BASELINE,
    MEMORISER,
    PRIVATE,
    REMEDIES,
    UNTRAINED,
)
from core.lab.intervals import POINTS, SHARE, summarise
from core.lab.wording import hedged, number
from core.metrics.privacy import likelihood_ratios, roc, roc_auc, tpr_at_fpr
from core.metrics.privacy_accounting import most_caught
from core.metrics.verdicts import rivals

if TYPE_CHECKING:
    from core.challenges.privacy.membership import MembershipResult, MembershipView

LOSS, SHADOWS = "loss threshold", "shadow networks"
GUESSING, PROOF = "guessing", "the proof allows"
RATES = np.geomspace(1e-3, 1, 31)
"""False-positive rates at which curves are kept."""
LOWEST = 1e-4
"""Rates below it are drawn at it: a logarithmic axis has no zero."""
NAME_HEIGHT = 0.034
"""Of a dot's name, in units of the area under the curve."""
NAMES_BETWEEN = (0.525, 0.985)
"""Above the line of guessing."""


@dataclass(frozen=True)
class Report:
    """What the attacks on one arm's networks of one seed gave: rows of the result's tables."""

    scores: pd.DataFrame
    curves: pd.DataFrame


def report(
    arm: str, seed: int, is_member: np.ndarray, correct: np.ndarray, found: np.ndarray
) -> Report:
    """Attack all networks of an arm; one threshold holds for all of them.

    Args:
        arm: Its name.
        seed: Of the repetition.
        is_member: `(n_networks, n)` bool.
        correct: Whether each network gets each record right, same shape.
        found: Log odds of the given labels, same shape.
    """
    inside, outside = correct[is_member].mean(), correct[~is_member].mean()
    rows = {"accuracy in": inside, "accuracy out": outside, "gap": inside - outside}
    curves = []
    for attack, score in ((LOSS, found), (SHADOWS, likelihood_ratios(found, is_member))):
        rows[f"auc, {attack}"] = roc_auc(is_member, score)
        rows[f"tpr at 1%, {attack}"] = tpr_at_fpr(is_member, score, 0.01)
        rows[f"tpr at 0.1%, {attack}"] = tpr_at_fpr(is_member, score, 0.001)
        fpr, tpr = roc(is_member, score)
        at = np.searchsorted(fpr, RATES + 1e-12, side="right") - 1
        curves.append(pd.DataFrame({"attack": attack, "fpr": RATES, "tpr": tpr[at]}))
    scores = pd.DataFrame({"metric": list(rows), "value": [float(v) for v in rows.values()]})
    both = pd.concat(curves, ignore_index=True)
    return Report(scores.assign(arm=arm, seed=seed), both.assign(arm=arm, seed=seed))


def values(result: MembershipResult, arm: str, metric: str) -> np.ndarray:
    """One metric of one arm, one number a seed."""
    s = result.scores
    return s[(s["arm"] == arm) & (s["metric"] == metric)]["value"].to_numpy()


def proof_allows(epsilon: float, delta: float, fpr: float = 0.01) -> float:
    """Largest share of members that any attack can catch at this rate of false alarms."""
    return float(most_caught(np.array([fpr]), epsilon, delta)[0])


def roc_curves(result: MembershipResult, view: MembershipView) -> pd.DataFrame:
    """Members caught by false-alarm rate, mean and interval, for both attacks and guessing."""
    kept = result.curves[result.curves["arm"] == view.arm].rename(columns={"tpr": "value"})
    table = summarise(kept, ["attack", "fpr"]) if len(kept) else kept.iloc[:0]
    if table.empty:
        return pd.DataFrame(columns=["attack", "fpr", "mean", "low", "high", "n", "arm"])
    known = {GUESSING: RATES}
    if view.arm == PRIVATE:
        known[PROOF] = most_caught(RATES, result.epsilon, result.delta)
    lines = [
        pd.DataFrame({"attack": name, "fpr": RATES, "mean": at, "low": at, "high": at})
        for name, at in known.items()
    ]
    table = pd.concat([table, *(line.assign(n=table["n"].max()) for line in lines)])
    table = table.reset_index(drop=True)
    ends = {name: table[name].clip(LOWEST, 1.0) for name in ("mean", "low", "high")}
    return table.assign(**ends, arm=view.arm)


def roc_caption(table: pd.DataFrame, view: MembershipView) -> str:
    """How many members each attack names at 1% false alarms."""
    at = table[np.isclose(table["fpr"].astype(float), 0.01)].set_index("attack")["mean"]
    if not {LOSS, SHADOWS} <= set(at.index):
        return ""
    allowed = f" The proof allows at most {number(float(at[PROOF]), SHARE)}." if PROOF in at else ""
    return (
        f"{view.arm.capitalize()}: at 1% false alarms the loss threshold catches "
        f"{number(float(at[LOSS]), SHARE)} of the members and shadow networks "
        f"{number(float(at[SHADOWS]), SHARE)}; guessing catches 1.0%."
        f"{allowed}"
    )


def _kind(arm: str) -> str:
    if arm in (MEMORISER, UNTRAINED):
        return "control"
    if arm == BASELINE:
        return BASELINE
    return "remedy" if arm in REMEDIES else "shorter training"


def leak_by_gap(result: MembershipResult, view: MembershipView) -> pd.DataFrame:
    """Generalization gap and area under the ROC curve of every arm, with intervals."""
    metric = f"auc, {view.attack}"
    found = summarise(result.scores, ["metric", "arm"])
    gap = found[found["metric"] == "gap"].drop(columns="metric").set_index("arm")
    auc = found[found["metric"] == metric].drop(columns=["metric", "n"]).set_index("arm")
    both = auc.join(gap.rename(columns=lambda name: f"gap_{name}" if name != "n" else name))
    table = both.reset_index().sort_values("gap_mean", ignore_index=True)
    table = table.assign(kind=[_kind(arm) for arm in table["arm"]])
    return _with_places_of_names(table)


def _with_places_of_names(table: pd.DataFrame) -> pd.DataFrame:
    """Where each dot's name stands: above the dots on the left, below them on the right.

    Dots lie along the diagonal, so that both corners are free.
    """
    gap = table["gap_mean"]
    left = gap > (gap.min() + gap.max()) / 2
    height = pd.Series(0.0, index=table.index)
    for side in (left, ~left):
        height[side] = spread(table.loc[side, "mean"].to_numpy(), NAME_HEIGHT, *NAMES_BETWEEN)
    return table.assign(side=np.where(left, "left", "right"), name_at=height)


def spread(wanted: np.ndarray, room: float, low: float, high: float) -> np.ndarray:
    """Move values as little as possible (least squares) until all are `room` apart.

    Args:
        wanted: Where each should be, `(n,)`.
        room: Least distance between two.
        low: Lowest place,
        high: and highest, which may be passed only when there is no room between them.
    """
    order = np.argsort(wanted, kind="stable")
    steps = room * np.arange(len(wanted))
    goal = wanted[order] - steps
    # Isotonic regression by its formula: the largest over the starts of the smallest mean.
    ends = range(1, len(goal) + 1)
    free = [max(min(goal[a:b].mean() for b in ends if b >= at) for a in range(at)) for at in ends]
    top = max(low, high - room * (len(wanted) - 1))
    found = np.empty(len(wanted))
    found[order] = np.clip(free, low, top) + steps
    return found


def gap_caption(table: pd.DataFrame, view: MembershipView) -> str:
    """How gap and leak go together over the arms, and what the controls say."""
    if len(table) < 3:
        return ""
    order = table[["gap_mean", "mean"]].rank().corr().iloc[0, 1]
    ends = table.iloc[0], table.iloc[-1]
    low, high = (
        f"{row['arm']} (gap {number(float(row['gap_mean']), POINTS)}, area "
        f"{number(float(row['mean']))})"
        for row in ends
    )
    return (
        f"From {low} to {high}: the rank correlation of gap and leak over the {len(table)} kinds "
        f"of training is {number(float(order))}."
    )


def remedy_effects(result: MembershipResult, view: MembershipView) -> pd.DataFrame:
    """Change of the attack's area and of the accuracy on other records, by remedy."""
    panels = {
        f"Attack: area under the curve ({view.attack})": f"auc, {view.attack}",
        "Accuracy on other records": "accuracy out",
    }
    parts = []
    for panel, metric in panels.items():
        wide = result.scores[result.scores["metric"] == metric].pivot(
            index="seed", columns="arm", values="value"
        )
        arms = [arm for arm in REMEDIES if arm in wide.columns and BASELINE in wide.columns]
        for arm in arms:
            difference = (wide[arm] - wide[BASELINE]).rename("value").reset_index()
            parts.append(summarise(difference.assign(panel=panel, arm=arm), ["panel", "arm"]))
    columns = ["panel", "arm", "mean", "low", "high", "n"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def remedy_caption(table: pd.DataFrame, view: MembershipView) -> str:
    """Which remedies weaken the attack, and at what price."""
    if table.empty:
        return ""
    attack = table[table["panel"].str.startswith("Attack")]
    accuracy = table[table["panel"].str.startswith("Accuracy")]
    weaker = [row.arm for row in attack.itertuples() if row.high < 0]
    if not weaker:
        return "None clearly weakens the attack."
    clear = f"Clearly weaker attack: {', '.join(weaker)}."
    best = attack.loc[attack["mean"].idxmin()]
    prices = accuracy.set_index("arm")["mean"]
    if best["arm"] not in prices:
        return clear
    others = rivals(attack, best.name, "arm")
    most = "On average most of all" if others else "Most of all"
    return (
        f"{clear} {most} {best['arm']}{hedged(others, 'not clearly more than')}: "
        f"{number(float(best['mean']))} in area, with {number(float(prices[best['arm']]), POINTS)} "
        f"of accuracy on other records."
    )
