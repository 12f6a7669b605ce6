"""An audit's report as tables for the page and for downloads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from core.audit import naming
from core.lab.wording import number

Report = Mapping[str, Any]
EVERYONE = "everyone"
TOGETHER = "all groups"
METHOD = (
    "Rates have Wilson's 95% intervals. The interval of a gap holds for the widest pair of groups, "
    "however many there are. Each p-value is of exact tests of every group against the others, "
    "corrected by Holm over all {tests:,} tests of this report; gaps of one rate share a test."
)
LABEL = 40
"""Most characters of a name on an axis."""


def rates(found: Report) -> pd.DataFrame:
    """Every rate of everyone and of every group: `rate`, `group`, `n`, `value`, `low`, `high`."""
    everyone = {"group": {}, "n": found["n"], "metrics": found["overall"]}
    rows = [
        (naming.metric(name), _name(row["group"]), row["n"], *_ends(numbers))
        for name in found["overall"]
        for row in (everyone, *found["groups"])
        for numbers in [row["metrics"][name]]
    ]
    return pd.DataFrame(rows, columns=["rate", "group", "n", "value", "low", "high"])


def gaps(found: Report) -> pd.DataFrame:
    """Every gap: of all columns together, then of each alone.

    A gap that is not defined has no numbers and its reason for a verdict; the gap between the
    groups that have the rate has a row of its own.
    """
    alone = found.get("by_column", {})
    sections = [(TOGETHER, found)]
    sections += [(f"{naming.visible(name)} alone", part) for name, part in alone.items()]
    rows = []
    for between, section in sections:
        for name, gap in {**section["differences"], **section["ratios"]}.items():
            rows.append(_gap(naming.metric(name), between, gap))
            if gap["where_defined"] is not None:
                rows.append(_gap(
                    f"{naming.metric(name)}, where defined", between, gap["where_defined"]
                ))  # fmt: skip
    columns = ["gap", "between", "value", "low", "high", "p, corrected", "verdict"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _gap(name: str, between: str, gap: Mapping[str, Any]) -> tuple[Any, ...]:
    verdict = {None: "not defined", True: "could be chance", False: "more than chance"}[
        gap["noise"]
    ]
    if gap.get("reason"):
        verdict = f"{verdict}: {gap['reason']}"
    return name, between, gap["value"], gap["low"], gap["high"], gap["p_adjusted"], verdict


def verdict(found: Report) -> str:
    """Say which gaps are more than chance; no word of the file in it."""
    every = found["differences"]
    defined = {n: g for n, g in every.items() if g["value"] is not None}
    real = {name: gap for name, gap in defined.items() if not gap["noise"]}
    start = f"{found['n']:,} rows in {len(found['groups'])} groups. "
    end = _undefined(len(every) - len(defined))
    if not real:
        return f"{start}Each of {len(defined)} differences could be chance.{end}"
    widest = max(real, key=lambda name: real[name]["value"])
    gap = real[widest]
    return (
        f"{start}{len(real)} of {len(defined)} differences are more than chance, corrected for "
        f"the number of tests. The widest is the {naming.metric(widest)}: "
        f"{number(gap['value'], 'points').lstrip('+')}, with a 95% interval of "
        f"{100 * gap['low']:.1f} to {100 * gap['high']:.1f}.{end}"
    )


def _undefined(many: int) -> str:
    if not many:
        return ""
    are = "1 difference is" if many == 1 else f"{many} differences are"
    return f" {are} not defined, because a rate does not exist in a group: the table says which."


def json_bytes(found: Report) -> bytes:
    """The whole report, unrounded."""
    return json.dumps(found, indent=2, allow_nan=False).encode()


def labelled(table: pd.DataFrame) -> pd.DataFrame:
    """Rates of one kind with the column `label`: names short enough for an axis, all different."""
    labels = naming.short_labels(list(table["group"]), LABEL)
    return table.assign(label=labels)


def _name(group: Mapping[str, str]) -> str:
    """A group's name, printable; two groups never share one."""
    return naming.spelled(group) if group else EVERYONE


def _ends(numbers: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    return numbers["value"], numbers["low"], numbers["high"]
