"""The container file's steps that need no network, carried out in an empty folder."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from fnmatch import fnmatch
from pathlib import Path

import pytest

from benchmarks.server import ROOT, free_port, wait_for


def steps() -> list[tuple[str, str]]:
    """Instruction and rest of each step of the container file, continued lines joined."""
    said = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in said.splitlines()]
    return [tuple(line.split(" ", 1)) for line in lines if line and not line.startswith("#")]


def arguments(instruction: str) -> list[str]:
    return [rest for name, rest in steps() if name == instruction]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """The folder that the image's COPY steps make."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    for rest in arguments("COPY"):
        *sources, target = shlex.split(rest)
        for source in sources:
            assert not any(fnmatch(source, pattern) for pattern in ignored), source
            place = tmp_path / target if target != "./" else tmp_path / source
            copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
            copy(ROOT / source, place)
    return tmp_path


def surroundings(store: Path, **more: str) -> dict[str, str]:
    given = {"LAB_STORE": str(store), "HOME": str(store), "PYTHONDONTWRITEBYTECODE": "1"}
    return {**os.environ, **given, "OMP_NUM_THREADS": "1", **more}


def start_and_ask(python: str, image: Path, env: dict[str, str]) -> None:
    """Start what CMD says, on the loopback address and a free port, and see that it answers."""
    port = free_port()
    words = [python, "-m", *json.loads(arguments("CMD")[0])]
    words = [re.sub(r"0\.0\.0\.0$", "127.0.0.1", word).replace("8501", str(port)) for word in words]
    process = subprocess.Popen(words, cwd=image, env=env, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        url = f"http://127.0.0.1:{port}/_stcore/health"
        assert urllib.request.urlopen(url, timeout=30).read() == b"ok"
    finally:
        process.terminate()
        process.wait(timeout=20)
    listed = subprocess.run([python, "-m", "core", "list"], cwd=image, env=env, capture_output=True)
    assert listed.returncode == 0 and b"overfitting/capacity" in listed.stdout


def test_the_app_starts_from_what_the_image_holds(image: Path, tmp_path_factory) -> None:
    before = sorted(image.rglob("*"))
    start_and_ask(sys.executable, image, surroundings(tmp_path_factory.mktemp("store")))
    assert sorted(image.rglob("*")) == before, "it wrote beside its files: the image is read-only"


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform == "win32", reason="the image's shell is not there")
def test_the_app_starts_from_what_the_steps_install(image: Path, tmp_path_factory) -> None:
    clean, store = tmp_path_factory.mktemp("python"), tmp_path_factory.mktemp("root") / "results"
    subprocess.run([sys.executable, "-m", "venv", str(clean)], check=True)
    path = f"{clean / 'bin'}{os.pathsep}{os.environ['PATH']}"
    home = str(tmp_path_factory.mktemp("home"))  # the installer keeps things there
    env = surroundings(store, PATH=path, HOME=home, TORCH_INDEX="")
    for step in arguments("RUN"):
        here = step.replace("/results", str(store)).replace("10001:10001", str(os.getuid()))
        subprocess.run(["sh", "-e", "-c", here], cwd=image, env=env, check=True)
    assert store.stat().st_mode & 0o777 == 0o700
    start_and_ask(str(clean / "bin" / "python"), image, env)


def test_the_image_is_open_on_purpose_and_runs_as_a_number() -> None:
    (command,) = arguments("CMD")
    assert "--server.address=0.0.0.0" in json.loads(command)
    assert re.fullmatch(r"\d+:\d+", arguments("USER")[0])


def test_the_base_is_named_by_its_digest() -> None:
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+@sha256:[0-9a-f]{64}", arguments("FROM")[0])


def test_the_run_line_takes_every_right_away() -> None:
    said = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^docker run .*?[^\\]$", said, re.DOTALL | re.MULTILINE)
    for option in ("--cap-drop ALL", "no-new-privileges", "--pids-limit", "--read-only", "--tmpfs"):
        assert option in line
