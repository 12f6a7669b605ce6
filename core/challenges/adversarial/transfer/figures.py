"""The figures of the transfer experiment."""

from __future__ import annotations

import pandas as pd

from core.challenges.adversarial.transfer.config import (
    EPSILONS,
    NAMES,
    NEIGHBOUR,
    NETWORKS,
    NOISE,
    SOURCES,
    WHITE_BOX,
    TransferResult,
    TransferView,
)
from core.charts import cells, theme
from core.charts.accuracies import SEEDS_NOTE, accuracy_curves, size_axis
from core.lab.experiment import Pick
from core.lab.intervals import SHARE
from core.lab.settings import knob_of
from core.lab.wording import number
from core.metrics.placing import last

CLEAN = "no change"
"""The images as they are."""
_LOOKS = (theme.BASELINE, theme.CLASS_COLORS[1], theme.TRAIN, theme.ACCENT, theme.VALIDATION,
          theme.WARNING)  # fmt: skip
COLORS = {NAMES[name]: look for name, look in zip(SOURCES, _LOOKS, strict=True)}

VICTIM = Pick("victim", "victim", {
    NAMES[str(name).lower()]: name for name in knob_of(TransferView, "victim").options
})  # fmt: skip


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    names = {c: [NAMES.get(name, name) for name in rows[c]] for c in ("source", "victim")}
    return rows.assign(**names)


def _attacked(result: TransferResult, view: TransferView) -> pd.DataFrame:
    s = result.scores
    return s[s.attack.isin((NOISE, view.attack))]


def _of_size(result: TransferResult, view: TransferView) -> pd.DataFrame:
    s = _attacked(result, view)
    return _named(pd.concat([s[s.epsilon == 0].assign(source=CLEAN), s[s.epsilon == view.epsilon]]))


def matrix_caption(table: pd.DataFrame, view: TransferView) -> str:
    """The worst that a stranger can do to a victim, against noise."""
    foreign = table[~table.source.isin((NAMES[WHITE_BOX], NAMES[NOISE], CLEAN))]
    quiet = table[table.source == NAMES[NOISE]].set_index("victim")["mean"]
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
    s = _attacked(result, view)
    own = s[s.victim == view.victim.lower()]
    clean = own[own.epsilon == 0]
    # Without a change all sources are alike: each line begins at the clean accuracy.
    sources = [name for name in SOURCES if (own.source == name).any()]
    starts = [clean.assign(source=name) for name in sources]
    rows = pd.concat([*starts, own[own.epsilon > 0]], ignore_index=True)
    return _named(rows.drop(columns="victim").assign(victim=view.victim.lower()))


def curves_caption(table: pd.DataFrame, view: TransferView) -> str:
    """Which foreign network serves the attacker best."""
    here = table[(table.epsilon == view.epsilon) & (table.source != NAMES[WHITE_BOX])]
    if len(here) < 2:
        return ""
    words = "not clearly better than"
    best = last(here, "source", SHARE, words)
    return (
        f"Against the {NAMES[view.victim.lower()]} at a size of {view.epsilon:g}, the attacker's "
        f"best choice{' on average' if best.hedge else ''} is {best.name}{best.hedge}: "
        f"{number(float(best.row['mean']), SHARE)} is left."
    )


FIGURES = (
    cells.accuracies(
        "transfer_matrix", "What is left of each victim's accuracy, in percent", _of_size,
        across=("source", "images made to fool", [CLEAN, *COLORS]),
        down=("victim", "shown to", [NAMES[name] for name in (*NETWORKS, NEIGHBOUR)]),
        height=250, caption=matrix_caption, live=True, picks=[VICTIM],
        note="Each column is the attacker's own network; the victims were trained by somebody "
        "else. “Itself” is the attack on the victim, for comparison.",
    ),
    accuracy_curves(
        "transfer_curves", "One victim, against the size of the change", _of_victim,
        ("source", "epsilon"), x=size_axis("size of the change per pixel", [0, *EPSILONS]),
        colors=COLORS, caption=curves_caption, note=SEEDS_NOTE,
        picks=[Pick("epsilon", "epsilon")],
    ),
)  # fmt: skip
