"""The numbers of every experiment's smallest run, as they were when its version was set.

A change of the numbers needs a new `version` in the experiment: stored results and shared links
carry it. Then renew the file: `python -m tests.contract.test_golden`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.processors import Allowance, Numbers, differences, numbers
from tests.runs import SLUGS, every_trained, found, smallest, unclocked

GOLDEN = Path(__file__).with_name("golden.json")
EXACT = ("fairness/bias_sources", "fairness/chance_gaps", "fairness/thresholds")
"""Nothing is trained with 32-bit weights here, so that seven digits are the same everywhere."""
UNTRAINED = Allowance(floor=1e-6)
"""Measured: the same to 1e-9 on Intel with AVX-512 (on file), AMD with AVX2 and with SSE4."""
TRAINED = Allowance(floor=0.01)
"""Measured there: 0.004 at most, in 26 experiments; 600 steps make a few examples of rounding."""


def kept() -> dict[str, Any]:
    """The numbers on file, by experiment."""
    return json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.exists() else {}


def measured(slug: str) -> dict[str, Numbers]:
    """Mean, low and high of every metric of the smallest run that is no time."""
    return numbers(unclocked(found(slug), smallest(slug).result))


def allowance(slug: str) -> Allowance:
    """What other processors make of the numbers of an experiment."""
    return UNTRAINED if slug.startswith(EXACT) else TRAINED


def moved(slug: str, before: dict[str, Numbers]) -> list[str]:
    """The metrics that are not what the file says, in words."""
    return differences(before, measured(slug), allowance(slug))


@every_trained
def test_numbers_move_only_with_the_version(slug: str) -> None:
    golden = kept()
    assert slug in golden, "not on file yet: python -m tests.contract.test_golden"
    assert found(slug).version == golden[slug]["version"], (
        "renew: python -m tests.contract.test_golden"
    )
    changes = moved(slug, golden[slug]["metrics"])
    assert not changes, "raise the experiment's version, then renew: " + "; ".join(changes)


def test_nothing_is_on_file_that_does_not_exist() -> None:
    assert set(kept()) <= set(SLUGS)


def renew() -> int:
    """Write the file anew; numbers that moved without a new version are refused."""
    golden, refused = kept(), 0
    fresh = {}
    for slug in sorted(SLUGS):
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
