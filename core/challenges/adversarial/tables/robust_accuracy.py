"""Tables and captions of the robust accuracy experiment; pure numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from core.lab.intervals import summarise
from core.lab.wording import hedged, number
from core.metrics.verdicts import rivals

if TYPE_CHECKING:
    from core.challenges.adversarial.robust_accuracy import (
        RobustAccuracyResult,
        RobustAccuracyView,
    )

ARMS = ("standard", "noise", "fgsm", "pgd", "trades")
NAMES: dict[str, str] = {
    "standard": "standard training", "noise": "noise added", "fgsm": "FGSM training",
    "pgd": "PGD training", "trades": "TRADES",
}  # fmt: skip
EPSILONS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)
NOTHING = pd.DataFrame(
    {"seed": [0], "value": [0.0], "arm": [""], "attack": [""], "epsilon": [0.0]}
).iloc[:0]
CLEAN, ATTACKED = "Clean images", "Under attack"


def _rows(result: RobustAccuracyResult, view: RobustAccuracyView) -> pd.DataFrame:
    s = result.scores
    chosen = s[(s.attack == view.attack) | (s.epsilon == 0)]
    # At size zero both attacks are the clean image; one row a seed is enough.
    chosen = chosen.drop_duplicates(["arm", "epsilon", "seed"])
    return chosen.assign(arm=[NAMES[arm] for arm in chosen.arm])


def curves(result: RobustAccuracyResult, view: RobustAccuracyView) -> pd.DataFrame:
    """Mean and interval of the accuracy by arm and size."""
    return summarise(_rows(result, view), ["arm", "epsilon"])


def curve_seeds(result: RobustAccuracyResult, view: RobustAccuracyView) -> dict[str, pd.DataFrame]:
    """The single seeds behind `curves`."""
    return {"seeds": _rows(result, view)}


def curves_caption(table: pd.DataFrame, view: RobustAccuracyView) -> str:
    """Who keeps most at the middle of the axis, and at its end."""
    told = []
    for size in (0.1, 0.2):
        here = table[table.epsilon == size]
        if len(here) < 2:
            return ""
        best, worst = (here.loc[place] for place in (here["mean"].idxmax(), here["mean"].idxmin()))
        told.append(
            f"at a size of {size:g}, {best.arm} keeps most ({number(float(best['mean']), 'share')}"
            f"{hedged(rivals(here, best.name, 'arm'))}) and {worst.arm} least "
            f"({number(float(worst['mean']), 'share')}"
            f"{hedged(rivals(here, worst.name, 'arm'), 'not clearly behind')})"
        )
    what = "PGD" if view.attack == "PGD" else "random noise"
    return f"Under {what}, {told[0]}; {told[1]}."


def _at(result: RobustAccuracyResult, view: RobustAccuracyView, size: float) -> pd.DataFrame:
    rows = _rows(result, view)
    return rows[rows.epsilon == size]


def trade_off(result: RobustAccuracyResult, view: RobustAccuracyView) -> pd.DataFrame:
    """Clean and attacked accuracy of each arm, with their intervals."""
    clean = summarise(_at(result, view, 0.0), ["arm"]).drop(columns="n")
    attacked = summarise(_at(result, view, result.epsilon), ["arm"])
    return clean.merge(attacked, on="arm", suffixes=("_clean", ""))


def trade_off_caption(table: pd.DataFrame, view: RobustAccuracyView) -> str:
    """The arm that is best on clean images, and the one that is best under attack."""
    if len(table) < 2:
        return ""
    plain = table.loc[table["mean_clean"].idxmax()]
    tough = table.loc[table["mean"].idxmax()]
    clean = table.drop(columns=["low", "high"]).rename(
        columns={"low_clean": "low", "high_clean": "high"}
    )
    first, second = (
        hedged(rivals(rows, row.name, "arm")) for rows, row in ((clean, plain), (table, tough))
    )
    if plain.arm == tough.arm:
        return f"{_first(plain.arm)} is best at both: on clean images{first}; under attack{second}."
    return (
        f"{_first(plain.arm)} is best on clean images ({number(float(plain.mean_clean), 'share')}"
        f"{first}) and keeps {number(float(plain['mean']), 'share')} under attack; {tough.arm} is "
        f"best under attack ({number(float(tough['mean']), 'share')}{second}) and has "
        f"{number(float(tough.mean_clean), 'share')} on clean images."
    )


def _first(name: str) -> str:
    return name[:1].upper() + name[1:]


def differences(result: RobustAccuracyResult, view: RobustAccuracyView) -> pd.DataFrame:
    """Paired difference of each arm from standard training, on clean and attacked images."""
    parts = []
    for panel, size in ((CLEAN, 0.0), (ATTACKED, result.epsilon)):
        wide = _at(result, view, size).pivot(index="seed", columns="arm", values="value")
        if NAMES["standard"] not in wide.columns:
            continue
        gaps = wide.sub(wide[NAMES["standard"]], axis=0).drop(columns=NAMES["standard"])
        long = gaps.reset_index().melt("seed", var_name="arm", value_name="value").dropna()
        parts.append(summarise(long, ["arm"]).assign(panel=panel))
    if not parts:
        return pd.DataFrame({"panel": []})
    return pd.concat(parts, ignore_index=True)


def differences_caption(table: pd.DataFrame, view: RobustAccuracyView) -> str:
    """How many arms clearly lose on clean images, how many clearly win under attack."""
    if "mean" not in table or len(table) < 2:
        return ""
    lost = table[(table.panel == CLEAN) & (table.high < 0)].arm.tolist()
    won = table[(table.panel == ATTACKED) & (table.low > 0)].arm.tolist()
    return (
        f"Clearly worse on clean images: {', '.join(lost) or 'none'}. "
        f"Clearly better under attack: {', '.join(won) or 'none'}."
    )


def costs(result: RobustAccuracyResult, view: RobustAccuracyView) -> pd.DataFrame:
    """Passes per image and how many times standard training that is."""
    c = result.costs
    names = [NAMES[arm] for arm in c.arm]
    times = c.passes / c.passes.iloc[0] if len(c) else c.passes
    return pd.DataFrame({"arm": names, "passes": c.passes, "times": times})


def costs_caption(table: pd.DataFrame, view: RobustAccuracyView) -> str:
    """The most expensive arm against the cheapest."""
    if len(table) < 2:
        return ""
    most = table.loc[table.passes.idxmax()]
    return f"{_first(most.arm)} costs {most.times:.1f} times as much as {table.arm.iloc[0]}."
