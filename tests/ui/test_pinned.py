"""Compare: a pinned run beside the next one."""

import pytest

from core import challenges
from core.lab.intervals import t_interval
from core.lab.scores import PerSeed
from core.ui import pinned
from tests.ui.pages import toy, whole, words

pytestmark = pytest.mark.usefixtures("toys")


@pytest.fixture(autouse=True)
def _own_store(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.getbasetemp() / "store-of-ui-tests"
    monkeypatch.setenv("LAB_STORE", str(folder))


def scores(values, first=0, unit="share"):
    return PerSeed.of(range(first, first + len(values)), values, unit).estimate


def test_a_pinned_run_stands_beside_the_next_with_what_differs():
    page = toy()
    assert "pinned run" not in words(page)
    page.button(key="toy/wave-pin").click().run()
    assert "Pinned. Change a setting" in words(page)
    page.select_slider(key="toy.wave.height").set_value(10).run()
    assert whole(page)
    (said,) = [m.value for m in page.markdown if "Against the pinned run" in m.value]
    assert "(Height 2 → 10 metres), not paired: intervals of two separate runs" in said
    assert "| Peak height | 2.01 | 10 | **" in said
    assert len(page.get("vega_lite_chart")) == 2, "its figure stands there too"
    page.button(key="toy/wave-unpin").click().run()
    assert "Against the pinned run" not in words(page)
    assert len(page.get("vega_lite_chart")) == 1


def test_one_comparison_is_enough():
    page = toy()
    page.button(key="toy/wave-pin").click().run()
    page.button(key="toy/wave-prompt-1").click().run()
    assert "Against the pinned run" in words(page)
    assert "Against the run before" not in words(page)


def test_the_run_that_is_pinned_last_is_the_one():
    page = toy()
    page.button(key="toy/wave-pin").click().run()
    page.select_slider(key="toy.wave.height").set_value(10).run()
    page.button(key="toy/wave-pin").click().run()
    page.select_slider(key="toy.wave.height").set_value(5).run()
    (said,) = [m.value for m in page.markdown if "Against the pinned run" in m.value]
    assert "(Height 10 → 5 metres)" in said


def test_differences_are_paired_where_both_runs_have_the_same_seeds():
    wave = challenges.experiment("toy", "wave")
    before = pinned.Pinned(wave.config(), {"a": scores([0.1, 0.2, 0.3])})
    now = {"a": scores([0.3, 0.4, 0.6])}
    said = pinned.words(wave, before, wave.config(height=10), now)
    assert "paired by seed" in said and "not paired" not in said
    assert "| A | 20.0% | 43.3% | **+23.3 points [9.0, 37.7]** |" in said
    mixed = pinned.Pinned(wave.config(), {**before.numbers, "b": t_interval([0.1, 0.2], "share")})
    said = pinned.words(wave, mixed, wave.config(height=10), {**now, "b": t_interval([0.3, 0.4])})
    assert ", paired by seed, but for B:" in said
    other = {"a": scores([0.3, 0.4, 0.6], first=100)}
    assert "not paired" in pinned.words(wave, before, wave.config(first_seed=100), other)


def test_runs_without_a_number_in_common_say_so():
    wave = challenges.experiment("toy", "wave")
    before = pinned.Pinned(wave.config(), {"a": scores([0.1, 0.2])})
    said = pinned.words(wave, before, wave.config(height=10), {"b": scores([0.1, 0.2])})
    assert said.endswith("no number stands in both.")
