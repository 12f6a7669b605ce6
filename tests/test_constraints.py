"""constraints.txt names what the tests pass with, all of it, and nothing else."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

from packaging.requirements import Requirement

from benchmarks.server import ROOT

PINNED_BY_PYTORCH = re.compile("triton|nvidia-.*|cuda-.*")
"""Libraries for graphics cards: some builds bring them and name their versions themselves."""


def name_of(written: str) -> str:
    return re.sub(r"[-_.]+", "-", written).lower()


def constraints() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if not line.startswith("#")]
    return {name_of(name): version for name, version in pairs}


def needed() -> set[str]:
    """Names of all that requirements-test.txt brings to this machine, directly or not."""
    lines: list[str] = []
    for file in ("requirements.txt", "requirements-test.txt"):
        lines += (ROOT / file).read_text(encoding="utf-8").splitlines()
    left = [Requirement(line) for line in lines if line and line[0] not in "#-"]
    seen: dict[tuple[str, frozenset[str]], None] = {}
    while left:
        one = left.pop()
        key = (name_of(one.name), frozenset(one.extras))
        if key in seen or PINNED_BY_PYTORCH.fullmatch(key[0]):
            continue
        seen[key] = None
        left += [found for found in brought(one) if applies(found, one.extras)]
    return {name for name, _ in seen}


def brought(one: Requirement) -> list[Requirement]:
    return [Requirement(line) for line in importlib.metadata.requires(one.name) or []]


def applies(found: Requirement, extras: set[str]) -> bool:
    return found.marker is None or any(
        found.marker.evaluate({"extra": extra}) for extra in ["", *extras]
    )


def test_every_package_of_the_tests_is_named_with_the_version_that_is_here() -> None:
    said = constraints()
    here = {name: importlib.metadata.version(name).split("+")[0] for name in sorted(needed())}
    assert {name: said.get(name) for name in here} == here


def test_the_versions_resolve_on_any_host() -> None:
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"#.*|[\w.-]+==[\w.]+", line), line


def test_no_host_takes_another_file_for_the_requirements() -> None:
    taken = ("uv.lock", "Pipfile", "Pipfile.lock", "environment.yml", "poetry.lock", "pylock.toml")
    assert [name for name in taken if (ROOT / name).exists()] == []


def test_every_line_that_installs_uses_them() -> None:
    files = ["README.md", "docs/deploying.md", "Dockerfile", ".ci/run"]
    for file in files:
        said = (ROOT / file).read_text(encoding="utf-8")
        lines = re.findall(r"pip install[^\n;&]*-r requirements[\w-]*\.txt", said)
        assert lines, file
        assert [line for line in lines if "-c constraints.txt" not in line] == [], file


def test_actions_are_pinned_by_hash() -> None:
    for path in sorted(Path(ROOT, ".github", "workflows").glob("*.yml")):
        used = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
        assert used
        for one in used:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}  # v[\d.]+", one), one
