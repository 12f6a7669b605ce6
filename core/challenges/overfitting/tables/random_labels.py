"""Tables and captions of the random-labels experiment; pure numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.challenges.overfitting.random_labels_stages import PLAIN, Outcome
from core.lab.intervals import POINTS, SHARE, paired_difference, summarise, t_interval
from core.lab.wording import number

if TYPE_CHECKING:
    from core.challenges.overfitting.random_labels import RandomLabelsResult as Result
    from core.challenges.overfitting.random_labels import RandomLabelsView as View

LABELS = {0.0: "true labels", 1.0: "random labels"}
SCORES = ("train_accuracy", "validation_accuracy", "train_loss", "validation_loss")
PANELS = {1.0: "Random labels: share learned", 0.0: "True labels: new examples right"}
REACHED = ("all fitted", "some given up: too low")


def curves(
    epochs: np.ndarray,
    values: Mapping[str, np.ndarray],
    shares: Sequence[float],
    seeds: Sequence[int],
) -> pd.DataFrame:
    """Lay curves out: one row per share of random labels, seed and epoch.

    Args:
        epochs: `(n_evaluations,)`.
        values: Each of `SCORES`, `(n_evaluations, n_shares * n_seeds)`, seeds innermost.
        shares: Of random labels.
        seeds: Of the run.
    """
    networks = len(shares) * len(seeds)
    table = {
        "share": np.repeat(np.asarray(shares, dtype=float), len(seeds) * len(epochs)),
        "seed": np.tile(np.repeat(np.asarray(seeds, dtype=np.int64), len(epochs)), len(shares)),
        "epoch": np.tile(epochs.astype(float), networks),
    }
    empty = np.zeros((0, 0))
    return pd.DataFrame({**table, **{s: values.get(s, empty).T.ravel() for s in SCORES}})


def fits(
    networks: Sequence[tuple[str, float]], seeds: Sequence[int], found: Outcome | None
) -> pd.DataFrame:
    """Lay the ends of a stage's networks out, one row each; no rows without an outcome."""
    rows = [(arm, share, seed) for arm, share in networks for seed in seeds]
    table = pd.DataFrame(rows, columns=["arm", "share", "seed"])
    if found is None:
        found = Outcome(np.zeros(0), np.zeros(0, dtype=bool), np.zeros(0), np.zeros(0), 0)
    return table.assign(
        epochs=found.epochs, fitted=found.fitted, train=found.train, validation=found.validation
    )


def by_epoch(result: Result, view: View) -> pd.DataFrame:
    """Mean and interval of the chosen metric by epoch, kind of labels and split."""
    wide = result.curves
    if view.log_epochs:
        wide = wide[wide.epoch > 0]
    parts = []
    for split in ("train", "validation"):
        column = f"{split}_{view.metric}"
        part = summarise(wide.rename(columns={column: "value"}), ["share", "epoch"])
        parts.append(part.assign(labels=part["share"].map(LABELS), split=split))
    return pd.concat(parts, ignore_index=True).drop(columns="share")


def epoch_caption(table: pd.DataFrame, view: View) -> str:
    """Where the four curves stand at the last epoch drawn."""
    if table.empty:
        return ""
    last = table[table.epoch == table.epoch.max()]
    unit = SHARE if view.metric == "accuracy" else "nats"
    parts = []
    for split, word in (("train", "training"), ("validation", "validation")):
        found = last[last.split == split].set_index("labels")["mean"]
        said = [f"{number(float(v), unit)} with {name}" for name, v in found.items()]
        if said:
            parts.append(f"{word} {view.metric} is {' and '.join(said)}")
    return f"After {number(float(table.epoch.max()))} epochs, {'; '.join(parts)}."


def _plain(result: Result, column: str) -> pd.DataFrame:
    plain = result.fits[result.fits.arm == PLAIN].sort_values(["share", "seed"])
    return plain.rename(columns={column: "value"})


def by_share(result: Result, view: View) -> pd.DataFrame:
    """Epochs to fit by share of random labels; `outcome` says whether all seeds got there.

    Where some did not, the mean is too low and gets no interval. Other intervals end at 1: no
    network is looked at before its first epoch.
    """
    plain = _plain(result, "epochs")
    table = summarise(plain, ["share"])
    reached = plain.groupby("share")["fitted"].sum().reindex(table["share"]).to_numpy(dtype=int)
    whole = reached == table["n"]
    table["low"] = np.minimum(table["low"].clip(lower=1.0), table["mean"])
    for end in ("low", "high"):
        table[end] = table[end].where(whole, table["mean"])
    outcome = np.where(whole, *REACHED)
    return table.assign(reached=reached, outcome=outcome, series="epochs")


def by_share_seeds(result: Result, view: View) -> dict[str, pd.DataFrame]:
    """The single networks behind `by_share`."""
    plain = _plain(result, "epochs")
    outcome = np.where(plain["fitted"], *REACHED)
    return {"seeds": plain[["share", "seed", "value"]].assign(outcome=outcome, series="epochs")}


def share_caption(table: pd.DataFrame, view: View) -> str:
    """How epochs grow from true to random labels, and where networks were given up."""
    if table.empty:
        return ""
    whole = table[table.reached == table.n]
    if whole.empty:
        return _given_up(table)
    parts = [
        f"{number(float(epochs))} with {100 * share:.0f}%"
        for epochs, share in zip(whole["mean"], whole["share"], strict=True)
    ]
    kept = list(dict.fromkeys((parts[0], *parts[1:2], parts[-1])))
    said = f"Mean epochs until every training label is right: {', '.join(kept)} random labels."
    return f"{said} {_given_up(table)}".strip()


def _given_up(table: pd.DataFrame) -> str:
    some = table[table.reached < table.n]
    parts = [
        f"{n - reached} of {n} at {100 * share:.0f}%"
        for n, reached, share in zip(some["n"], some["reached"], some["share"], strict=True)
    ]
    if not parts:
        return ""
    return f"Given up before every training label was right: {', '.join(parts)} random labels."


def _both(result: Result) -> pd.DataFrame:
    parts = [_plain(result, split).assign(split=split) for split in ("train", "validation")]
    both = pd.concat(parts, ignore_index=True)
    return both[["split", "share", "seed", "value"]]


def score_by_share(result: Result, view: View) -> pd.DataFrame:
    """Training and validation accuracy by share of random labels."""
    return summarise(_both(result), ["split", "share"]).assign(chance=result.chance)


def score_by_share_seeds(result: Result, view: View) -> dict[str, pd.DataFrame]:
    """The single networks behind `score_by_share`."""
    return {"seeds": _both(result)}


def score_caption(table: pd.DataFrame, view: View) -> str:
    """Validation at both ends, beside chance; training at its lowest."""
    found = {split: table[table.split == split] for split in ("train", "validation")}
    if any(part.empty for part in found.values()):
        return ""
    first, last = found["validation"].iloc[0], found["validation"].iloc[-1]
    least = found["train"]["mean"].min()
    learned = "All labels are learned at every share" if least == 1 else (
        f"At least {number(float(least), SHARE)} of the labels are learned at every share"
    )  # fmt: skip
    return (
        f"{learned}. On new examples {number(float(first['mean']), SHARE)} are right with "
        f"{100 * first['share']:.0f}% random labels and {number(float(last['mean']), SHARE)} with "
        f"{100 * last['share']:.0f}%; chance is {number(float(last['chance']), SHARE)}."
    )


def regularisers(result: Result, view: View) -> pd.DataFrame:
    """One row per panel and regulariser: accuracy or its change, and the epochs it took.

    `mean`, `low`, `high` are what is drawn; `measured` is always the accuracy, `change` the
    paired difference to no regulariser with `change_low` and `change_high`. Intervals end at
    100%.
    """
    rows = []
    for share, panel in PANELS.items():
        column = "train" if share == 1 else "validation"
        here = result.fits[result.fits["share"] == share].sort_values("seed", kind="stable")
        plain = here[here.arm == PLAIN]
        for arm, part in here.groupby("arm", sort=False):
            value = t_interval(part[column], SHARE)
            change = paired_difference(part[column], plain[column], POINTS)
            drawn = value if view.regularisers == "measured" else change
            if view.regularisers == "measured" or arm != PLAIN:
                low, high = np.clip((drawn.low, drawn.high), -1.0, 1.0)
                rows.append((
                    panel, arm, drawn.mean, low, high, value.n, value.mean,
                    change.mean, change.low, change.high, int(part["fitted"].sum()),
                    float(part["epochs"].mean()), PLAIN if arm == PLAIN else "regulariser",
                ))  # fmt: skip
    columns = ["panel", "arm", "mean", "low", "high", "n", "measured", "change", "change_low"]
    columns += ["change_high", "reached", "epochs", "kind"]
    return pd.DataFrame(rows, columns=columns)


def regularisers_caption(table: pd.DataFrame, view: View) -> str:
    """What each regulariser does to random labels, and what it changes on new examples."""
    arms = table[table.kind != PLAIN]
    said = []
    for arm, part in arms.groupby("arm", sort=False):
        noise, real = (part[part.panel == PANELS[share]] for share in (1.0, 0.0))
        parts = [_learned(noise.iloc[0])] if len(noise) else []
        parts += [_on_new(real.iloc[0])] if len(real) else []
        said.append(f"{str(arm).capitalize()}: {'; '.join(parts)}.")
    if not said and len(table):
        return f"Without a regulariser: {_learned(table.iloc[0])}."
    return " ".join(said)


def _learned(row: pd.Series[Any]) -> str:
    if row["reached"] == row["n"]:
        return f"all random labels learned, after {number(float(row['epochs']), 'epochs')}"
    fitted = f"{int(row['reached'])} of {int(row['n'])} networks learned all of them"
    return f"{number(float(row['measured']), SHARE)} of the random labels learned ({fitted})"


def _on_new(row: pd.Series[Any]) -> str:
    clear = row["change_low"] > 0 or row["change_high"] < 0
    # Rounded to the tenth of a point that is written, so that there is no "−0.0".
    size = number(round(float(row["change"]), 3) + 0.0, POINTS)
    return f"on new examples {size}" if clear else f"no clear change on new examples ({size})"
