"""Tables and captions of the transfer experiment; pure numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from core.lab.intervals import summarise
from core.lab.wording import hedged, number
from core.metrics.verdicts import rivals

if TYPE_CHECKING:
    from core.challenges.adversarial.transfer import TransferResult, TransferView

NETWORKS = ("cnn", "other_cnn", "mlp", "linear")
NEIGHBOUR, NOISE, WHITE_BOX = "nearest_neighbour", "noise", "white_box"
CLEAN = "clean"
"""The images as they are."""
NAMES = {
    CLEAN: "no change", NOISE: "random noise", "cnn": "CNN", "other_cnn": "other CNN", "mlp": "MLP",
    "linear": "linear", NEIGHBOUR: "nearest neighbour", WHITE_BOX: "itself",
}  # fmt: skip
SOURCES = (NOISE, "linear", "mlp", "other_cnn", "cnn", WHITE_BOX)
VICTIMS = (*NETWORKS, NEIGHBOUR)
EPSILONS = (0.05, 0.1, 0.2, 0.3)
NOTHING = pd.DataFrame(
    {"seed": [0], "value": [0.0], "source": [""], "victim": [""], "epsilon": [0.0]}
).iloc[:0]


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    names = {c: [NAMES[name] for name in rows[c]] for c in ("source", "victim")}
    return rows.assign(**names)


def matrix(result: TransferResult, view: TransferView) -> pd.DataFrame:
    """Mean accuracy and interval by victim and source, at the chosen size."""
    s = result.scores
    rows = pd.concat([s[s.epsilon == 0].assign(source=CLEAN), s[s.epsilon == view.epsilon]])
    table = summarise(rows, ["victim", "source"])
    table = _named(table)
    return table.assign(text=[f"{100 * value:.0f}" for value in table["mean"]])


def matrix_caption(table: pd.DataFrame, view: TransferView) -> str:
    """The worst that a stranger can do to a victim, against noise."""
    own, noise = NAMES[WHITE_BOX], NAMES[NOISE]
    foreign = table[~table.source.isin((own, noise, NAMES[CLEAN]))]
    quiet = table[table.source == noise].set_index("victim")["mean"]
    if foreign.empty or quiet.empty:
        return ""
    worst = foreign.loc[foreign["mean"].idxmin()]
    if worst.victim not in quiet.index:
        return ""
    return (
        f"At a size of {view.epsilon:g}, images made to fool the attacker's {worst.source} leave "
        f"the victim {worst.victim} {number(float(worst['mean']), 'share')}; noise leaves it "
        f"{number(float(quiet[worst.victim]), 'share')}."
    )


def _of_victim(result: TransferResult, view: TransferView) -> pd.DataFrame:
    s = result.scores
    own = s[s.victim == view.victim.lower()]
    clean = own[own.epsilon == 0]
    # Without a change all sources are alike: each line begins at the clean accuracy.
    sources = [name for name in SOURCES if (own.source == name).any()]
    starts = [clean.assign(source=name) for name in sources]
    rows = pd.concat([*starts, own[own.epsilon > 0]], ignore_index=True)
    return _named(rows.drop(columns="victim").assign(victim=view.victim.lower()))


def curves(result: TransferResult, view: TransferView) -> pd.DataFrame:
    """Mean and interval of the chosen victim's accuracy by source and size."""
    return summarise(_of_victim(result, view), ["source", "epsilon"])


def curve_seeds(result: TransferResult, view: TransferView) -> dict[str, pd.DataFrame]:
    """The single seeds behind `curves`."""
    return {"seeds": _of_victim(result, view)}


def curves_caption(table: pd.DataFrame, view: TransferView) -> str:
    """Which foreign network serves the attacker best."""
    here = table[(table.epsilon == view.epsilon) & (table.source != NAMES[WHITE_BOX])]
    if len(here) < 2:
        return ""
    best = here.loc[here["mean"].idxmin()]
    others = rivals(here, best.name, "source")
    name = NAMES[view.victim.lower()]
    return (
        f"Against the {name} at a size of {view.epsilon:g}, the attacker's best choice"
        f"{' on average' if others else ''} is {best.source}"
        f"{hedged(others, 'not clearly better than')}: {number(float(best['mean']), 'share')} is "
        f"left."
    )
