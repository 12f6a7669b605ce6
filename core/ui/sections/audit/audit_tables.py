"""An audit's report as tables for the page and for downloads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from core.audit.measures import spelled
from core.lab.wording import number

Report = Mapping[str, Any]
EVERYONE = "everyone"
LABEL = 40
"""Most characters of a name on an axis."""


def rates(found: Report) -> pd.DataFrame:
    """Every rate of everyone and of every group: `rate`, `group`, `n`, `value`, `low`, `high`."""
    everyone = {"group": {}, "n": found["n"], "metrics": found["overall"]}
    rows = [
        (name.replace("_", " "), _name(row["group"]), row["n"], *_ends(numbers))
        for name in found["overall"]
        for row in (everyone, *found["groups"])
        for numbers in [row["metrics"][name]]
    ]
    return pd.DataFrame(rows, columns=["rate", "group", "n", "value", "low", "high"])


def gaps(found: Report) -> pd.DataFrame:
    """Every gap: of all columns together, then of each alone."""
    sections = {"all groups": found, **found.get("by_column", {})}
    rows = []
    for between, section in sections.items():
        for name, gap in {**section["differences"], **section["ratios"]}.items():
            judged = {None: "not defined", True: "could be chance", False: "more than chance"}
            rows.append((
                name.replace("_", " "), between, *_ends(gap), gap["chance"], gap["p_value"],
                judged[gap["noise"]],
            ))  # fmt: skip
    columns = ["gap", "between", "value", "low", "high", "by chance up to", "p value", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def verdict(found: Report) -> str:
    """Say how many gaps are more than chance; no word of the file in it."""
    defined = {n: g for n, g in found["differences"].items() if g["value"] is not None}
    real = {name: gap for name, gap in defined.items() if not gap["noise"]}
    start = f"{found['n']:,} rows in {len(found['groups'])} groups. "
    if not real:
        return f"{start}None of {len(defined)} differences is wider than shuffled groups make it."
    widest = max(real, key=lambda name: real[name]["value"])
    gap = real[widest]
    return (
        f"{start}{len(real)} of {len(defined)} differences are more than chance. The widest is the "
        f"{widest.replace('_', ' ')}: {number(gap['value'], 'share')} "
        f"[{100 * gap['low']:.1f}, {100 * gap['high']:.1f}]; with shuffled groups it stays under "
        f"{number(gap['chance'], 'share')} in 95% of cases."
    )


def json_bytes(found: Report) -> bytes:
    """The whole report, unrounded."""
    return json.dumps(found, indent=2, allow_nan=False).encode()


def labelled(table: pd.DataFrame) -> pd.DataFrame:
    """Rates of one kind with the column `label`: names short enough for an axis, all different."""
    cut = [name if len(name) <= LABEL else name[: LABEL - 3] + "..." for name in table["group"]]
    unique = len(set(cut)) == len(cut)
    labels = cut if unique else [f"{place}. {name}" for place, name in enumerate(cut)]
    return table.assign(label=labels)


def _name(group: Mapping[str, str]) -> str:
    """A group's name without signs that cannot be printed; two groups never share one."""
    name = spelled(group) if group else EVERYONE
    return "".join(sign if sign.isprintable() else "?" for sign in name)


def _ends(numbers: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    return numbers["value"], numbers["low"], numbers["high"]
