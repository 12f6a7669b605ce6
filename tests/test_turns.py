"""What is left to the slow suite has its turn, and what shares a run stays together."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import conftest, runs

HERE = Path(__file__).resolve().parent


class Item:
    """What the order of tests looks at."""

    def __init__(self, path: str, slug: str = "", *marks: str) -> None:
        self.path, self.nodeid = HERE / path, path
        self.marks = {name: SimpleNamespace(args=()) for name in marks}
        if slug:
            self.callspec = SimpleNamespace(params={"slug": slug})

    def get_closest_marker(self, name: str) -> Any:
        return self.marks.get(name)

    def add_marker(self, mark: Any) -> None:
        self.marks[mark.name] = mark


@pytest.mark.parametrize("name", [*runs.SLUGS, "test_undefined.py"])
def test_every_lesson_has_one_turn(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = []
    for now in range(runs.PARTS):
        monkeypatch.setattr(runs, "turn", lambda now=now: now)
        turns.append(runs.its_turn(name))
    assert turns.count(True) == 1


def test_only_lessons_whose_turn_it_is_not_are_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "its_turn", lambda name: name == "overfitting/capacity")
    folder = "challenges/overfitting"
    items = [
        Item(f"{folder}/test_capacity.py", "", "lesson"),
        Item(f"{folder}/test_remedies.py", "", "lesson"),
        Item(f"{folder}/test_remedies.py"),
    ]
    conftest.pytest_collection_modifyitems(items)  # type: ignore[arg-type]
    assert ["slow" in item.marks for item in items] == [False, True, False]


def test_simulations_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"test_a.py::test_chance[{place}]" for place in range(100)]
    seen: list[str] = []
    for now in range(runs.PARTS):
        monkeypatch.setattr(runs, "turn", lambda now=now: now)
        items = [Item(name, "", "simulation") for name in names]
        conftest.pytest_collection_modifyitems(items)  # type: ignore[arg-type]
        tried = [item.nodeid for item in items if "slow" not in item.marks]
        assert 10 < len(tried) < 40
        seen += tried
    assert set(seen) == set(names)


def test_an_experiment_is_one_group_and_the_longest_come_first() -> None:
    capacity = "overfitting/capacity"
    items = [
        Item("charts/test_kinds.py"),
        Item("contract/test_contract.py", capacity),
        Item("challenges/overfitting/test_capacity.py"),
        Item("test_style.py"),
        Item("browser/test_pages.py"),
    ]
    conftest.pytest_collection_modifyitems(items)  # type: ignore[arg-type]
    groups = [item.marks["xdist_group"].args[0] for item in items]
    assert groups == ["browser", "test_style.py", capacity, capacity, "test_kinds.py"]


def test_every_rung_has_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    rungs = list(range(40))
    seen: list[int] = []
    for now in range(runs.PARTS):
        monkeypatch.setattr(runs, "turn", lambda now=now: now)
        now_tried = runs.tried(rungs)
        assert {0, 39} <= set(now_tried) and len(now_tried) <= 2 + 5
        seen += now_tried[1:-1]
    assert sorted(seen) == rungs[1:-1]
    assert runs.tried(rungs[:8]) == rungs[:8]
