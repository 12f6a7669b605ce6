"""Tables of a report: headings and cells of text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.audit import naming
from core.audit.document import words

MOST_ROWS = 25
LABEL = 44
"""Most characters of a group's name."""
HEADINGS = {
    "selection_rate": "selected", "true_positive_rate": "true positive rate",
    "false_positive_rate": "false positive rate", "precision": "precision", "accuracy": "accuracy",
    "mean_error": "mean error", "mean_absolute_error": "mean absolute error",
    "mean_prediction": "mean prediction", "mean_truth": "mean truth",
}  # fmt: skip


MAIN = (
    "demographic_parity_difference", "equalized_odds_difference", "predictive_parity_difference",
    "accuracy_difference",
)  # fmt: skip


@dataclass(frozen=True)
class Grid:
    """A table.

    Attributes:
        head: Headings.
        rows: Cells, the first of each a name.
        note: What to know of it; may be empty.
    """

    head: list[str]
    rows: list[list[str]]
    note: str = ""


def rates(found: Mapping[str, Any]) -> Grid:
    """Every rate of every group; of many classes a row for each."""
    everyone = {"group": {}, "n": found["n"], "metrics": found["overall"]}
    order = sorted(found["groups"], key=lambda row: -row["n"])
    shown = [everyone, *order]
    suffixes = list(dict.fromkeys(_suffix(name) for name in found["overall"] if "[" in name)) or [
        ""
    ]
    names = [name for name in HEADINGS if name in _bases(found["overall"])]
    labels = naming.short_labels(
        ["everyone", *(naming.spelled(row["group"]) for row in order)], LABEL
    )
    rows = []
    for label, row in zip(labels, shown, strict=True):
        for suffix in suffixes:
            cells = [_cell(found, row["metrics"], name, suffix) for name in names]
            kind = [] if suffix == "" else [naming.visible(suffix[1:-1])]
            rows.append([label, *kind, f"{row['n']:,}", *cells])
    head = ["group", *([] if suffixes == [""] else ["class"]), "rows"]
    unit = "" if words.numbers(found) else ", %"
    head += [HEADINGS[name] + unit for name in names]
    left = len(rows) - MOST_ROWS
    note = f"{left} more rows are in the JSON and CSV files." if left > 0 else ""
    return Grid(head, rows[:MOST_ROWS], note)


def _suffix(name: str) -> str:
    return name[name.index("[") :]


def _bases(names: Mapping[str, Any]) -> set[str]:
    return {name.partition("[")[0] for name in names}


def _cell(found: Mapping[str, Any], metrics: Mapping[str, Any], name: str, suffix: str) -> str:
    numbers = metrics.get(name + suffix, metrics.get(name))
    if numbers is None or numbers["value"] is None:
        return "not defined"
    return words.spelled(found, numbers)


def gaps(section: Mapping[str, Any], *, brief: bool = False) -> Grid:
    """Every gap with its interval and who is at its ends; in brief only the differences of `MAIN`.

    Numbers that were predicted have no others.
    """
    every = {**section["differences"], **section["ratios"]}
    if brief and MAIN[0] in every:
        every = {name: every[name] for name in MAIN if name in every}
    rows = []
    for name, gap in every.items():
        label = naming.metric(name)
        if gap["reason"] is not None:
            rows.append([label, "not defined", "", "", "", gap["reason"]])
            gap, label = gap["where_defined"], "between those that have it"
            if gap is None:
                continue
        scale = 1 if name.endswith("ratio") else 100
        verdict = "could be chance" if gap["noise"] else "more than chance"
        ends = ["", ""]
        if gap["lowest"] != gap["highest"]:
            names = [naming.spelled(gap[end]) for end in ("lowest", "highest")]
            ends = naming.short_labels(names, LABEL)
        text = words.spelled(section, gap, scale=scale)
        rows.append([label, text, *ends, naming.p_value(gap["p_adjusted"]), verdict])
    return Grid(["gap", "value [95%]", "lowest", "highest", "corrected p", "verdict"], rows)


def four_fifths(section: Mapping[str, Any]) -> Grid | None:
    """Ratios of selection against the most selected group; None where there are none."""
    found = section.get("four_fifths")
    if found is None:
        return None
    rows = [
        [
            naming.spelled(row["group"]),
            f"{row['ratio']:.3f} [{row['low']:.3f}, "
            + ("∞]" if row["high"] is None else f"{row['high']:.3f}]"),
            "below four fifths" if row["below"] else "four fifths or more",
        ]
        for row in sorted(found["groups"], key=lambda row: row["ratio"])[:MOST_ROWS]
    ]
    note = f"Ratios of the rate of selection to that of {naming.spelled(found['against'])}."
    return Grid(["group", "ratio of selection", "rule"], rows, note)
