"""What is left to the slow suite has its turn, and what shares a run stays together."""

from __future__ import annotations

import shutil
import subprocess
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import conftest, runs
from tests.browser import conftest as in_browser

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


@pytest.mark.parametrize("slug", runs.SLUGS)
def test_every_smallest_run_has_its_turn_and_shares_it(
    slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is tried in a longer turn of the experiment looks at the same run."""
    monkeypatch.setattr(runs, "changed", frozenset)
    turns, shared = [], []
    for now in range(runs.PARTS):
        monkeypatch.setattr(runs, "turn", lambda now=now: now)
        turns.append(runs.trained_now(slug))
        shared.append(runs.its_turn(slug) or runs.SLUGS.index(slug) % runs.PARTS == now)
    assert turns.count(True) == runs.PARTS // runs.TRAINED
    assert all(now for now, also in zip(turns, shared, strict=True) if also)


def test_a_second_run_over_one_code_tries_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "changed", frozenset)
    tried = []
    for parts, shift in ((30, 0), (15, 1)):  # As the suite is run, and before it by .ci/run.
        monkeypatch.setattr(runs, "PARTS", parts)
        monkeypatch.setattr(runs, "SHIFT", shift)
        now = runs.turn.__wrapped__()
        monkeypatch.setattr(runs, "turn", lambda now=now: now)
        tried.append({slug for slug in runs.SLUGS if runs.trained_now(slug)})
        monkeypatch.undo()
        monkeypatch.setattr(runs, "changed", frozenset)
    assert all(tried) and not tried[0] & tried[1]


def test_what_has_changed_is_trained_whoever_has_the_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    capacity = "overfitting/capacity"
    monkeypatch.setattr(runs, "turn", lambda: runs.SLUGS.index(capacity) + 1)
    for now, told in ((False, frozenset()), (True, frozenset({capacity}))):
        monkeypatch.setattr(runs, "changed", lambda told=told: told)
        items = [
            Item("contract/test_contract.py", capacity, "trained"),
            Item("contract/test_contract.py", capacity),
            Item("ui/test_script.py", "", "trained"),
        ]
        conftest.pytest_collection_modifyitems(items)  # type: ignore[arg-type]
        assert ["slow" not in item.marks for item in items] == [now, True, True]


def test_a_simulation_is_tried_when_what_it_is_about_has_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs, "turn", lambda: zlib.crc32(b"test_a") % runs.SIMULATIONS + 1)
    monkeypatch.setattr(runs, "changed_files", lambda: frozenset({"core/sweeping/local.py"}))
    assert runs.drawn_now("test_a", "core/store/", "core/sweeping/")
    assert not runs.drawn_now("test_a", "core/store/")
    assert not runs.drawn_now("test_a")


def test_halves_of_a_quarter_have_their_turn_each(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [(place, place) for place in range(8)]
    seen = set()
    for now in range(runs.PARTS):
        monkeypatch.setattr(in_browser, "turn", lambda now=now: now)
        tried = [
            one for one in in_browser.every_second(cases) if isinstance(one, tuple) and one in cases
        ]
        assert len(tried) == 4
        seen |= {(now % runs.SIMULATIONS, case) for case in tried}
    assert len(seen) == runs.SIMULATIONS * len(cases)


def test_a_test_of_every_experiment_that_has_no_mark_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs, "given", "overfitting/capacity")
    monkeypatch.setattr(runs, "trained_now", lambda slug: False)
    monkeypatch.setattr(runs, "drive", lambda one, config: "driven")
    with pytest.raises(AssertionError, match="every_trained"):
        runs.smallest.__wrapped__("overfitting/capacity")
    assert runs.smallest.__wrapped__("history/xor") == "driven"


@pytest.mark.parametrize("slug", ["no/experiment"])
def test_of_which_experiment_a_test_is_is_known_while_it_runs(slug: str) -> None:
    assert runs.given == slug


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["no/experiment"])
def test_a_slow_test_may_train_any(slug: str) -> None:
    assert runs.given is None


def test_what_a_change_touches_is_read_from_where_its_files_lie() -> None:
    own = "core/challenges/fairness/thresholds/figures.py"
    assert runs.touched([own, "core/lab/run.py", "docs/index.md"]) == {"fairness/thresholds"}
    of_fairness = {slug for slug in runs.SLUGS if slug.startswith("fairness/")}
    assert runs.touched([own, "core/challenges/fairness/gap_words.py"]) == of_fairness
    assert runs.touched([]) == frozenset()


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_a_clone_that_knows_nothing_has_turns_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed() -> frozenset[str]:
        runs.changed_files.cache_clear()
        return runs.changed.__wrapped__()

    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)  # A hook of git has them, of another repository.
    monkeypatch.setattr(runs, "ROOT", tmp_path)
    assert changed() == frozenset()
    own = tmp_path / "core" / "challenges" / "history" / "xor" / "run.py"
    own.parent.mkdir(parents=True)
    own.write_text("1\n")
    git("init", "--quiet", at=tmp_path)
    assert changed() == {"history/xor"}, "what is not committed yet"
    git("add", ".", at=tmp_path)
    git("commit", "--quiet", "-m", "x", at=tmp_path)
    assert changed() == frozenset(), "nobody knows what the first commit changed"
    own.write_text("2\n")
    git("commit", "--quiet", "-am", "x", at=tmp_path)
    assert changed() == {"history/xor"}
    git("commit", "--quiet", "--allow-empty", "-m", "x", at=tmp_path)
    assert changed() == frozenset()
    for slug in runs.SLUGS[: len(runs.SLUGS) // runs.TRAINED + 1]:
        (tmp_path / "core" / "challenges" / slug).mkdir(parents=True, exist_ok=True)
        (tmp_path / "core" / "challenges" / slug / "new.py").write_text("1\n")
    assert changed() == frozenset(), "a large change"
    runs.changed_files.cache_clear()


def git(*words: str, at: Path) -> None:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    subprocess.run(["git", *who, *words], cwd=at, check=True, capture_output=True)


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
