"""What all tests share: a store of their own, and Chromium for those that need a browser."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# Before anything imports torch or opens the store: one thread, and never the user's own results.
os.environ["OMP_NUM_THREADS"] = "1"
_STORE = Path(tempfile.mkdtemp(prefix="lab-test-store-"))
os.environ["LAB_STORE"] = str(_STORE)

# A shared machine is sometimes slow; how long an example takes is not what these tests are about.
settings.register_profile("lab", deadline=None)
settings.load_profile("lab")

from tests import runs  # noqa: E402  (after the store has its place)
from tests.runs import SLUGS, drawn_now, its_turn, trained_now  # noqa: E402

FIRST = ("browser", "test_style.py")
"""Groups that take minutes: begun first, so that the others shorten the rest meanwhile."""
LAST = ("charts", "data", "lab", "metrics", "store")
"""Folders of many short tests, so that all processes end at the same time."""


def experiment_of(item: pytest.Item) -> str | None:
    """The experiment that a test is about: by its parameter, or by where its file lies."""
    params = getattr(item, "callspec", None)
    if params is not None and "slug" in params.params:
        return str(params.params["slug"])
    folder, name = item.path.parent, item.path.stem.removeprefix("test_")
    slug = f"{folder.name}/{name}"
    return slug if folder.parent.name == "challenges" and slug in SLUGS else None


def group_of(item: pytest.Item) -> str:
    """What runs in one process: it shares trained models (of an experiment) or the browser.

    A file says so itself where it shares those of an experiment that it is not named after.

    Two browsers and their servers on two cores get in each other's way, and what is measured then
    is the machine: while one process looks at pages, the others train.
    """
    if said := item.get_closest_marker("xdist_group"):
        return str(said.args[0])
    in_browser = item.path.parent.name == "browser"
    return "browser" if in_browser else experiment_of(item) or item.path.name


def rank(item: pytest.Item) -> int:
    """When a test's group has its place: the longest first, many short ones last."""
    if group_of(item) in FIRST:
        return FIRST.index(group_of(item))
    if experiment_of(item):
        return len(FIRST)
    return len(FIRST) + 1 + (item.path.parent.name in LAST)


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups, and -m the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Group and order tests; those in turn whose turn it is not are slow."""
    for item in items:
        group = group_of(item)
        item.add_marker(pytest.mark.xdist_group(group))
        now = {"lesson": its_turn(group), "trained": trained_now(group)}
        about = item.get_closest_marker("in_turn")
        now["in_turn"] = drawn_now(item.nodeid, *(about.args if about else ()))
        now["simulation"] = drawn_now(item.nodeid)
        if not all(tried for mark, tried in now.items() if item.get_closest_marker(mark)):
            item.add_marker(pytest.mark.slow)
    items.sort(key=rank)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Keep of which experiment a test is, so that none is trained that has not its turn."""
    slow = item.get_closest_marker("slow")
    runs.given = None if slow else experiment_of(item)


def pytest_collection_finish() -> None:
    """Take what was imported and collected out of the garbage collector's sight.

    It stays for good, and Streamlit collects after every run of a page: several times what drawing
    a small page costs otherwise.
    """
    look_for_components_once()
    gc.collect()
    gc.freeze()


def look_for_components_once() -> None:
    """What is installed stays the same, and `AppTest` looks through all of it for every page.

    That takes longer than drawing most of them. A server does it once, when it starts.
    """
    if "streamlit.testing.v1" in sys.modules:
        from streamlit.components.v2 import manifest_scanner

        once = cache(manifest_scanner.scan_component_manifests)
        manifest_scanner.scan_component_manifests = once  # type: ignore[assignment]


@pytest.fixture(scope="session", autouse=True)
def _remove_store() -> Iterator[None]:
    yield
    shutil.rmtree(_STORE, ignore_errors=True)


@pytest.fixture
def server_keeps_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server holds what was uploaded until its session ends; that of `AppTest` forgets it."""
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

    kept: dict[str, Any] = {}
    usual = MemoryUploadedFileManager.get_files

    def get_files(self: Any, session_id: str, file_ids: Sequence[str]) -> list[Any]:
        found = usual(self, session_id, file_ids)
        kept.update({file.file_id: file for file in found})
        return [kept[file_id] for file_id in file_ids if file_id in kept]

    monkeypatch.setattr(MemoryUploadedFileManager, "get_files", get_files)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of Chromium; where there is none the test is skipped, or fails under CI=true."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    reason = "no Chromium on this machine (Debian: apt-get install chromium)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
