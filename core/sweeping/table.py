"""The numbers of many configs as one tidy table: a row for each metric of each config."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from core.lab.experiment import Experiment
from core.lab.settings import Config
from core.store import store

MOST_LINES = 40


def rows(experiment: Experiment[Any, Any, Any], configs: Iterable[Config]) -> pd.DataFrame:
    """Read every config's metrics from the store.

    Returns:
        The knobs as columns, then `metric`, `mean`, `low`, `high`, `n`, `unit`, `interval` (what
        kind it is), `seconds` (of the run), `machine` and `version`; configs without a result are
        left out.
    """
    found = []
    for config in configs:
        hit = store.find(experiment, config)
        if hit is None:
            continue
        made = hit.record.provenance
        for name, value in experiment.metrics(hit.record.result).items():
            found.append(
                {
                    **config.model_dump(mode="json"),
                    "metric": name,
                    "mean": value.mean,
                    "low": value.low,
                    "high": value.high,
                    "n": value.n,
                    "unit": value.unit,
                    "interval": value.kind,
                    "seconds": made.seconds,
                    "machine": made.machine,
                    "version": experiment.version,
                }
            )
    return pd.DataFrame(found)


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a table as its name's ending says.

    Raises:
        OSError: If the file cannot be written.
    """
    if path.suffix == ".parquet":
        table.to_parquet(path, index=False)
    else:
        table.to_csv(path, index=False)


def lines(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The first rows in words: what varies, and each metric with its interval."""
    if not rows:
        return []
    fixed = {"metric", "mean", "low", "high", "n", "unit", "interval", "seconds", "machine"}
    knobs = [name for name in rows[0] if name not in fixed | {"version"}]
    varied = [name for name in knobs if len({row[name] for row in rows}) > 1]
    found = [
        "  " + ", ".join([f"{name}={row[name]}" for name in varied] + [_value(row)])
        for row in rows[:MOST_LINES]
    ]
    more = len(rows) - MOST_LINES
    return [*found, f"  and {more} more; --out writes them all."] if more > 0 else found


def _value(row: Mapping[str, Any]) -> str:
    return f"{row['metric']} {row['mean']:.4g} [{row['low']:.4g}, {row['high']:.4g}]"
