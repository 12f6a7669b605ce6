"""What runs are killed over: the store, at any moment, while results are written and read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills what it has forked")
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kills", [20, pytest.param(200, marks=pytest.mark.slow)])
def test_kills_at_random_moments_leave_nothing_wrong_and_lose_nothing(
    kills: int, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tests.running.killed", str(tmp_path / "store"), str(kills)]
    done = subprocess.run([*command, "0"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    print(seen)
    assert seen["kills"] == kills
    assert seen["results done"] >= kills / 10 and seen["results read"] >= kills / 10
    assert seen["records looked at"] >= kills
    if kills == 200:
        assert seen["kills in the middle of a write"] >= 10, "they must hit writers"
