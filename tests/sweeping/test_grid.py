from __future__ import annotations

import pytest

from core.sweeping import grid
from core.sweeping.versions import difference, digest, versions
from tests.runs import found

ONE = found("fairness/thresholds")


def test_a_grid_is_every_combination_the_last_knob_fastest():
    varied = grid.axes(ONE, ["n-train=all", "first_seed=100, 0,100"], seeds=5)
    made = list(grid.configs(ONE, varied))
    sizes = varied["n_train"]
    assert [(one.n_train, one.first_seed) for one in made] == [
        (size, seed) for size in sizes for seed in (100, 0)
    ]
    assert {one.repetitions for one in made} == {5}
    assert list(grid.configs(ONE, {})) == [ONE.config()]


@pytest.mark.parametrize(
    ("written", "seeds", "said"),
    [
        (["n_train"], None, "not of the form knob=a,b,c"),
        (["n_train="], None, "not of the form"),
        (["nope=1"], None, "has no knob 'nope'; it has"),
        (["first_seed=7"], None, "the first_seed '7' is not one of"),
        (["first_seed=0", "first-seed=100"], None, "given twice"),
        (["repetitions=5"], 5, "say the same"),
        ([], 6, "the repetitions '6' is not one of"),
    ],
)
def test_what_is_no_grid_is_refused_in_a_sentence(written, seeds, said):
    with pytest.raises(ValueError, match=said):
        grid.axes(ONE, written, seeds)


def test_a_grid_that_nobody_can_wait_for_is_refused(monkeypatch):
    monkeypatch.setattr(grid, "MOST_CONFIGS", 9)
    with pytest.raises(ValueError, match="more than 9 configs"):
        grid.axes(ONE, ["first_seed=all"])


def test_code_and_libraries_that_differ_are_named(tmp_path):
    (tmp_path / "a.py").write_text("1")
    before = digest(tmp_path)
    (tmp_path / "a.py").write_text("2")
    assert digest(tmp_path) != before
    (tmp_path / "b.txt").write_text("no code")
    assert digest(tmp_path) == digest(tmp_path) != before
    here = versions()
    assert difference(here, here) == ""
    other = difference(here, {**here, "torch": "1.0"})
    assert other == f"its torch is 1.0, that of the sweep {here['torch']}"
    assert "code is missing" in difference(here, {k: v for k, v in here.items() if k != "code"})
