"""Do the audit's intervals cover, and do its findings hold their level?

`python -m benchmarks.audit_intervals` simulates both and prints the tables of `docs/audit.md`;
`--repeats N` sets how many tables are drawn for each cell, `--groups N ...` which numbers of
groups; `--json` gives one object a line, as they come.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from scipy.special import ndtri

from core.audit import gaps
from core.metrics import exact_tests, gap_intervals
from core.metrics.gap_intervals import Rate

GROUPS = (2, 3, 5, 10, 20, 50)
ROWS: tuple[int | str, ...] = (10, 30, 100, 1000, "10 to 1,000")
SEED = 20
TRUTHS: dict[str, Callable[[int], np.ndarray]] = {
    "all .02": lambda k: np.full(k, 0.02),
    "all .1": lambda k: np.full(k, 0.1),
    "all .5": lambda k: np.full(k, 0.5),
    "all .95": lambda k: np.full(k, 0.95),
    ".45 to .55": lambda k: np.linspace(0.45, 0.55, k),
    ".2 to .8": lambda k: np.linspace(0.2, 0.8, k),
    "one .7, others .5": lambda k: np.append(np.full(k - 1, 0.5), 0.7),
    "one .1, others .02": lambda k: np.append(np.full(k - 1, 0.02), 0.1),
    "one .6, others .9": lambda k: np.append(np.full(k - 1, 0.9), 0.6),
    "half .3, half .6": lambda k: np.where(np.arange(k) < k // 2, 0.3, 0.6),
    ".05, .95, others .5": lambda k: np.r_[0.05, np.full(k - 2, 0.5), 0.95],
}
"""True rates of the groups."""


def intervals(rate: Rate) -> dict[str, np.ndarray]:
    """Intervals of many tables at once.

    Args:
        rate: Values and rows, `(tables, groups)`.

    Returns:
        Ends of the `difference` and the `ratio`, as `gap_intervals` gives them for each table, and
        of the `bonferroni` difference: the widest of all pairs' Newcombe intervals, corrected by
        the number of pairs; `(tables, 2)` each.
    """
    value, rows = rate
    k = value.shape[1]
    one, other = (value[:, :, None], rows[:, :, None]), (value[:, None, :], rows[:, None, :])
    near, far = gap_intervals.quantiles(k)
    apart = np.array([k == 2]) | differ(rate)
    low, high = (ends.max(axis=(1, 2)) for ends in gap_intervals.newcombe(one, other, near, far))
    down, up = (ends.min(axis=(1, 2)) for ends in gap_intervals.ratio_ends(one, other, far, near))
    z = float(ndtri(1 - 0.025 / (k * (k - 1) / 2)))
    below, above = (ends.max(axis=(1, 2)) for ends in gap_intervals.newcombe(one, other, z, z))
    return {
        "difference": np.stack([np.where(apart, np.maximum(low, 0), 0), np.minimum(high, 1)], -1),
        "ratio": np.stack([np.minimum(down, 1), np.where(apart, np.minimum(up, 1), 1)], -1),
        "bonferroni": np.stack([np.maximum(below, 0), np.minimum(above, 1)], axis=-1),
    }


def differ(rate: Rate) -> np.ndarray:
    """Whether exact tests find that groups differ, `(tables,)`."""
    hits, rows = np.round(rate[0] * rate[1]), rate[1]
    others = (part.sum(axis=1, keepdims=True) - part for part in (hits, rows))
    given = np.stack([hits, rows, *others]).reshape(4, -1)
    parts = [exact_tests.fisher(*part) for part in np.array_split(given, 50, axis=1)]
    return np.asarray(np.concatenate(parts).reshape(hits.shape).min(axis=1) * hits.shape[1] <= 0.05)


def _place(rows: int | str) -> int:
    return 0 if isinstance(rows, str) else rows


def drawn(truth: np.ndarray, rows: int | str, repeats: int, rng: np.random.Generator) -> Rate:
    """Observed rates and rows of the groups, `(repeats, groups)` each."""
    n = sizes(len(truth), rows, repeats, rng)
    return rng.binomial(n, truth) / n, n.astype(float)


def sizes(k: int, rows: int | str, repeats: int, rng: np.random.Generator) -> np.ndarray:
    """Rows of every group, `(repeats, k)`."""
    if isinstance(rows, str):
        return rng.integers(10, 1001, (repeats, k))
    return np.full((repeats, k), rows)


def coverage(
    groups: Sequence[int], rows: Sequence[int | str], truths: Sequence[str], repeats: int
) -> Iterator[dict[str, Any]]:
    """Share of tables whose interval holds the true gap, and how wide it is.

    Yields:
        `groups`, `rows`, `truth`; `difference`, `ratio` and `bonferroni` (of the difference):
        coverage; `width` and `bonferroni_width`: means.
    """
    for k in groups:
        for n in rows:
            for name in truths:
                rng = np.random.default_rng([SEED, k, _place(n), list(TRUTHS).index(name)])
                truth = TRUTHS[name](k)
                table = drawn(truth, n, repeats, rng)
                yield {"groups": k, "rows": n, "truth": name, **_cell(truth, table)}


def _cell(truth: np.ndarray, table: Rate) -> dict[str, float]:
    gap, ratio = float(np.ptp(truth)), float(truth.min() / truth.max())
    found = intervals(table)
    widths = {name: float(np.mean(ends[:, 1] - ends[:, 0])) for name, ends in found.items()}
    return {
        "difference": _covered(found["difference"], gap), "ratio": _covered(found["ratio"], ratio),
        "bonferroni": _covered(found["bonferroni"], gap), "width": widths["difference"],
        "bonferroni_width": widths["bonferroni"],
    }  # fmt: skip


def _covered(ends: np.ndarray, truth: float) -> float:
    return float(np.mean((ends[:, 0] <= truth + 1e-9) & (truth - 1e-9 <= ends[:, 1])))


def single(rows: Sequence[int], truths: Sequence[float], repeats: int) -> Iterator[dict[str, Any]]:
    """Coverage of the interval of a single rate."""
    for n in rows:
        for truth in truths:
            rng = np.random.default_rng([SEED, n, round(1000 * truth)])
            value = rng.binomial(n, truth, repeats) / n
            ends = gap_intervals.wilson(value, np.full(repeats, float(n)), gap_intervals.quantile())
            yield {"rows": n, "truth": truth, "coverage": _covered(np.stack(ends, axis=1), truth)}


def level(
    groups: Sequence[int], rows: Sequence[int | str], repeats: int
) -> Iterator[dict[str, Any]]:
    """Share of audits without any true gap that call one a finding.

    Yields:
        `groups`, `rows`, `found`; `uncorrected`: had every rate been judged by itself.
    """
    for k in groups:
        for n in rows:
            rng = np.random.default_rng([SEED, 1, k, _place(n)])
            told = [without_gap(size, rng) for size in sizes(k, n, repeats, rng)]
            yield {"groups": k, "rows": n, "found": float(np.mean([one for one, _ in told])),
                   "uncorrected": float(np.mean([other for _, other in told]))}  # fmt: skip


def without_gap(n: np.ndarray, rng: np.random.Generator) -> tuple[bool, bool]:
    """Whether anything is a finding where groups differ in nothing but chance.

    Two in five are positive and one in five decisions is wrong.

    Returns:
        With the audit's correction, and with each rate corrected for the groups alone.
    """
    counts = rng.multinomial(n, [0.48, 0.12, 0.08, 0.32]).reshape(-1, 2, 2)
    names = [{"group": str(group)} for group in range(len(n))]
    alone = gaps.tests(gaps.Section(counts, names, {"": 1}, n))
    (among,) = gaps.corrected([alone])
    every = np.concatenate([p.ravel() for p in among.values()])
    single = [exact_tests.holm(p.ravel()) for p in alone.values()]
    return bool(np.nanmin(every) <= 0.05), any(bool((p <= 0.05).any()) for p in single)


def _table(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> str:
    lines = [" | ".join(columns), " | ".join("---" for _ in columns)]
    for row in rows:
        cells = (row[name] for name in columns)
        lines.append(" | ".join(f"{c:.3f}" if isinstance(c, float) else str(c) for c in cells))
    return "\n".join(f"| {line} |" for line in lines)


def worst(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Per number of groups and rows: the lowest coverage over all truths, and the mean widths."""
    found = []
    for k, n in dict.fromkeys((row["groups"], row["rows"]) for row in rows):
        each = [row for row in rows if (row["groups"], row["rows"]) == (k, n)]
        least = {name: min(row[name] for row in each) for name in ("difference", "ratio")}
        widths = ("width", "bonferroni_width")
        wide = {name: float(np.mean([row[name] for row in each])) for name in widths}
        found.append({"groups": k, "rows": n, **least, **wide})
    return found


def main() -> None:
    """Simulate everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=1000)
    parser.add_argument("--groups", type=int, nargs="+", default=GROUPS)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if asked.json:
        parts = (coverage(asked.groups, ROWS, list(TRUTHS), asked.repeats),
                 level(asked.groups, ROWS, asked.repeats))  # fmt: skip
        for row in itertools.chain(*parts):
            print(json.dumps(row), flush=True)
        return
    every = list(coverage(asked.groups, ROWS, list(TRUTHS), asked.repeats))
    rates = list(single((5, 10, 30, 100, 1000), (0.02, 0.1, 0.3, 0.5, 0.95), 10 * asked.repeats))
    levels = list(level(asked.groups, ROWS, asked.repeats))
    print(_table(worst(every), ("groups", "rows", "difference", "ratio", "width",
                                "bonferroni_width")))  # fmt: skip
    print("\nThe lowest:\n")
    lowest = sorted(every, key=lambda row: row["difference"])[:10]
    print(_table(lowest, ("groups", "rows", "truth", "difference", "bonferroni", "ratio")))
    print("\n" + _table(rates, ("rows", "truth", "coverage")))
    print("\n" + _table(levels, ("groups", "rows", "found", "uncorrected")))


if __name__ == "__main__":
    main()
