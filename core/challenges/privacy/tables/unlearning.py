"""Tables and captions of the unlearning experiment; pure numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.lab.intervals import SHARE, summarise
from core.lab.wording import hedged, listed, number
from core.metrics.privacy import likelihood_ratios, roc_auc
from core.metrics.verdicts import rivals

if TYPE_CHECKING:
    from core.challenges.privacy.unlearning import UnlearningResult, UnlearningView

ORIGINAL, RETRAINED, TUNED = "original", "from scratch", "fine-tuned"
CLIMBED, REPAIRED = "gradient ascent", "ascent + tuning"
SHARDED, RESHARDED = "SISA, before", "SISA, retrained"
ARMS = (ORIGINAL, RETRAINED, TUNED, CLIMBED, REPAIRED, SHARDED, RESHARDED)
STARTS = {TUNED: ORIGINAL, CLIMBED: ORIGINAL, REPAIRED: CLIMBED}
"""Whose weights an arm begins with; the others begin fresh."""
SHARD_PANELS = ("Accuracy on other records", "Work to forget one record")
PANELS = {
    "Attack on the forgotten: area": "auc",
    "Accuracy on the forgotten": "forgotten",
    "Accuracy on other records": "other",
}


def scores(
    is_member: np.ndarray,
    forgotten: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    right: np.ndarray,
) -> dict[str, float]:
    """Attack the forgotten records, with other networks before forgetting as shadows.

    Args:
        is_member: Who was trained on what, `(n_networks, n)` bool.
        forgotten: Places of the records to forget, `(n_networks, n_forget)`.
        before: Confidences of the original networks, `(n_networks, n)`.
        after: Those of the networks attacked, same shape.
        right: Whether these get each record right, same shape.
    """
    gone = np.zeros_like(is_member)
    np.put_along_axis(gone, forgotten, True, axis=1)
    judged = gone | ~is_member
    ratios = likelihood_ratios(before, is_member, after)
    return {
        "auc": roc_auc(gone[judged], ratios[judged]),
        "forgotten": float(right[gone].mean()),
        "kept": float(right[is_member & ~gone].mean()),
        "other": float(right[~is_member].mean()),
    }


def rows_of(found: dict[str, float], arm: str, seed: int) -> pd.DataFrame:
    """Scores of one arm and seed as rows of the result's table."""
    rows = pd.DataFrame({"metric": list(found), "value": list(found.values())})
    return rows.assign(arm=arm, seed=seed)


def values(result: UnlearningResult, arm: str, metric: str) -> np.ndarray:
    """One metric of one arm, one number a seed."""
    s = result.scores
    return s[(s["arm"] == arm) & (s["metric"] == metric)]["value"].to_numpy()


def forgotten(result: UnlearningResult, view: UnlearningView) -> pd.DataFrame:
    """Attack and accuracy by way of forgetting, and the updates each took."""
    names = {metric: panel for panel, metric in PANELS.items()}
    kept = result.scores[result.scores["metric"].isin(names)]
    table = summarise(kept.assign(panel=kept["metric"].map(names)), ["panel", "arm"])
    table = table.sort_values("panel", key=lambda p: p.map(list(PANELS).index), kind="stable")
    steps = result.steps.set_index("arm")["value"]
    return table.assign(updates=table["arm"].map(steps)).reset_index(drop=True)


def forgotten_caption(table: pd.DataFrame, view: UnlearningView) -> str:
    """Which approximation comes closest to training from scratch, for the attacker."""
    attack = table[table["panel"].str.startswith("Attack")].set_index("arm")
    rest = [arm for arm in (TUNED, CLIMBED, REPAIRED) if arm in attack.index]
    if RETRAINED not in attack.index or not rest:
        return ""
    mean = attack["mean"]
    best = min(rest, key=lambda arm: abs(mean[arm] - mean[RETRAINED]))
    before = f"; the original has {number(float(mean[ORIGINAL]))}" if ORIGINAL in mean else ""
    others = rivals(attack.loc[rest].reset_index(), rest.index(best), "arm")
    rank = f"closest{' on average' if others else ''}"
    return (
        f"Trained from scratch, {number(float(attack['updates'][RETRAINED]))} updates, the area is "
        f"{number(float(mean[RETRAINED]))}{before}. Of the approximations “{best}” comes {rank}"
        f"{hedged([f'“{arm}”' for arm in others], 'not clearly apart from')}, with "
        f"{number(float(mean[best]))} after {number(float(attack['updates'][best]))} updates."
    )


def differences(result: UnlearningResult, view: UnlearningView) -> pd.DataFrame:
    """Attack and accuracy against the yardstick, seed by seed."""
    base = ORIGINAL if view.against == "original" else RETRAINED
    parts = []
    for panel, metric in PANELS.items():
        wide = result.scores[result.scores["metric"] == metric].pivot(
            index="seed", columns="arm", values="value"
        )
        if base not in wide.columns:
            continue
        for arm in [a for a in ARMS if a in wide]:
            difference = (wide[arm] - wide[base]).rename("value").dropna().reset_index()
            if arm != base and len(difference):
                parts.append(summarise(difference.assign(panel=panel, arm=arm), ["panel", "arm"]))
    columns = ["panel", "arm", "mean", "low", "high", "n"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def differences_caption(table: pd.DataFrame, view: UnlearningView) -> str:
    """Which ways differ clearly from the yardstick in the attacker's eyes."""
    attack = table[table["panel"].str.startswith("Attack")]
    if attack.empty:
        return ""
    apart = [r.arm for r in attack.itertuples() if r.n > 1 and (r.low > 0 or r.high < 0)]
    base = ORIGINAL if view.against == "original" else RETRAINED
    # Names of arms have commas of their own.
    who = listed([f"“{arm}”" for arm in apart]) or "none"
    return f"For the attacker clearly different from “{base}”: {who}, of {len(attack)} compared."


def share_of_updates(result: UnlearningResult) -> float:
    """Work of training the shards again, as a share of training from scratch; 0 if not done."""
    steps = result.steps.set_index("arm")["value"]
    return float(steps.get(RESHARDED, 0.0) / steps[RETRAINED])


def work(result: UnlearningResult, n_shards: int, requests: int) -> np.ndarray:
    """Share of training from scratch that so many requests take, one number a seed."""
    c = result.costs
    return c[(c["shards"] == n_shards) & (c["requests"] == requests)]["value"].to_numpy()


def accuracy(result: UnlearningResult, n_shards: int) -> np.ndarray:
    """Accuracy on other records with so many shards, one number a seed; 1 is the original."""
    if n_shards == 1:
        return values(result, ORIGINAL, "other")
    return result.shards[result.shards["shards"] == n_shards]["value"].to_numpy()


def shards(result: UnlearningResult, view: UnlearningView) -> pd.DataFrame:
    """Accuracy, and the work of forgetting one record, by number of shards."""
    s, c = result.scores, result.costs
    whole = s[(s["arm"] == ORIGINAL) & (s["metric"] == "other")].assign(shards=1)
    parts = [
        pd.concat([whole, result.shards]).assign(panel=SHARD_PANELS[0]),
        whole.assign(value=1.0, panel=SHARD_PANELS[1]),
        c[c["requests"] == 1].assign(panel=SHARD_PANELS[1]),
    ]
    rows = pd.concat(parts)[["panel", "shards", "seed", "value"]]
    rows = rows.astype({"shards": int, "value": float})
    return summarise(rows, ["panel", "shards"])


def shards_caption(table: pd.DataFrame, view: UnlearningView) -> str:
    """Accuracy and work at both ends."""
    if table["shards"].nunique() < 2:
        return ""
    means = table.set_index(["panel", "shards"])["mean"]
    most = int(table["shards"].max())
    right, taken = (
        [number(float(means[panel, n]), SHARE) for n in (1, most)] for panel in SHARD_PANELS
    )
    return (
        f"Undivided, {right[0]} of the other records are seen rightly; in {most} shards "
        f"{right[1]}. Forgetting one record then takes {taken[1]} of the work of training from "
        f"scratch."
    )


def work_by_requests(result: UnlearningResult, view: UnlearningView) -> pd.DataFrame:
    """Work by number of records forgotten at once, one series per number of shards."""
    if result.costs.empty:
        return pd.DataFrame(columns=["shards", "requests", "mean", "low", "high", "n"])
    named = result.costs["shards"].astype(str) + " shards"
    return summarise(result.costs.assign(shards=named), ["shards", "requests"])


def work_caption(table: pd.DataFrame, view: UnlearningView) -> str:
    """What one request takes and what the most take, with the most shards."""
    if table.empty:
        return ""
    name = max(table["shards"], key=lambda shards: int(shards.split()[0]))
    mine = table[table["shards"] == name].sort_values("requests")
    one, many = mine.iloc[0], mine.iloc[-1]
    return (
        f"With {name}, forgetting {number(float(one['requests']))} record takes "
        f"{number(float(one['mean']), SHARE)} of the work of training from scratch, forgetting "
        f"{number(float(many['requests']))} at once {number(float(many['mean']), SHARE)}: random "
        f"records lie in many shards."
    )
