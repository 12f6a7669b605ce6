"""Style and types: what `ruff` and `mypy` say, as tests, so that one command tells it all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def said(*command: str) -> str:
    """What a tool complains about; nothing when all is well."""
    env = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        capture_output=True, text=True, check=False, cwd=ROOT, env=env,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_ruff_finds_nothing() -> None:
    assert said("ruff", "check", "--quiet", ".") == ""


def test_code_is_formatted() -> None:
    assert said("ruff", "format", "--check", "--quiet", ".") == ""


@pytest.mark.timeout(400)
def test_types_of_core_are_strict() -> None:
    assert said("mypy", "--no-error-summary") == ""
