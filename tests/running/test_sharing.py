"""Two servers, one store: what one writes or drops is nothing that the other can stumble over."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.store.store import MOST_BYTES
from tests.running.killed import NUMBERS, checked, leftovers

ROOT = Path(__file__).resolve().parents[2]
OF_A_RESULT = 2_100_000
ROOM_FOR_FOUR = 4 * OF_A_RESULT


def shared(folder: Path, bound: int, looks: int, processes: int = 2) -> list[dict[str, Any]]:
    """Let them run at the same time, and return what each has counted."""
    begun = []
    for seed in range(processes):
        command = [sys.executable, "-m", "tests.running.sharing", str(folder), str(bound)]
        command += [str(looks), str(seed)]
        begun.append(subprocess.Popen(
            command, cwd=ROOT, text=True, stdin=-1, stdout=-1, stderr=-1
        ))  # fmt: skip
    for process in begun:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in begun:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    found = []
    for process in begun:
        said, errors = process.communicate(timeout=1500)
        assert (process.returncode, errors) == (0, "")
        found.append(json.loads(said))
    assert leftovers(folder) == 0
    assert sum(file.stat().st_size for file in folder.glob("*.result")) <= bound
    return found


def test_servers_that_share_a_store_run_each_setting_at_most_once(tmp_path: Path) -> None:
    """Where nothing has to go; what one has stored the other reads."""
    found = shared(tmp_path / "store", MOST_BYTES, looks=6)
    print(found)
    assert all(one["most"] == 1 for one in found)
    assert len(checked(tmp_path / "store", set(NUMBERS))) == len(NUMBERS)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("looks", [10, pytest.param(200, marks=pytest.mark.slow)])
def test_what_one_server_drops_while_another_reads_is_run_again(looks: int, tmp_path: Path) -> None:
    found = shared(tmp_path / "store", ROOM_FOR_FOUR, looks)
    print(found)
    assert sum(one["runs"] for one in found) > 2 * len(NUMBERS), "results were dropped and missed"
    assert sum(one.get("read", 0) + one.get("read of another's", 0) for one in found) > 0
    assert 1 <= len(checked(tmp_path / "store", set())) <= 4
