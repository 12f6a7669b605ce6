"""The numbers of every experiment's smallest run, as they were when its version was set.

A change of the numbers needs a new `version` in the experiment: stored results and shared links
carry it. Then renew the file: `python -m tests.test_golden`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from core.experiment import Estimate
from tests.runs import SLUGS, found, smallest

GOLDEN = Path(__file__).with_name("golden.json")
ABSOLUTE, RELATIVE = 0.01, 0.02
"""Other processors round differently; 600 steps of training make a few examples of that."""


def kept() -> dict[str, Any]:
    """The numbers on file, by experiment."""
    return json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.exists() else {}


def measured(slug: str) -> dict[str, list[float]]:
    """Mean, low and high of every metric of the smallest run."""
    metrics: Mapping[str, Estimate] = found(slug).metrics(smallest(slug).result)
    return {name: [value.mean, value.low, value.high] for name, value in metrics.items()}


def moved(slug: str, numbers: Mapping[str, list[float]]) -> list[str]:
    """The metrics that are not what the file says, in words."""
    now = measured(slug)
    if set(now) != set(numbers):
        return [f"other metrics: {sorted(set(now) ^ set(numbers))}"]
    return [
        f"{name}: {numbers[name]} became {now[name]}"
        for name in now
        if now[name] != pytest.approx(numbers[name], abs=ABSOLUTE, rel=RELATIVE)
    ]


@pytest.mark.parametrize("slug", SLUGS)
def test_numbers_move_only_with_the_version(slug: str) -> None:
    golden = kept()
    assert slug in golden, "not on file yet: python -m tests.test_golden"
    assert found(slug).version == golden[slug]["version"], "renew: python -m tests.test_golden"
    changes = moved(slug, golden[slug]["metrics"])
    assert not changes, "raise the experiment's version, then renew: " + "; ".join(changes)


def test_nothing_is_on_file_that_does_not_exist() -> None:
    assert set(kept()) <= set(SLUGS)


def renew() -> int:
    """Write the file anew; numbers that moved without a new version are refused."""
    golden, refused = kept(), 0
    fresh = {}
    for slug in SLUGS:
        version, before = found(slug).version, golden.get(slug)
        if before and before["version"] == version and moved(slug, before["metrics"]):
            print(f"{slug}: the numbers moved, raise its version first", file=sys.stderr)
            fresh[slug], refused = before, 1
        elif before and before["version"] == version:
            fresh[slug] = before
        else:
            fresh[slug] = {"version": version, "metrics": measured(slug)}
    GOLDEN.write_text(json.dumps(fresh, indent=2) + "\n", encoding="utf-8")
    return refused


if __name__ == "__main__":
    sys.exit(renew())
