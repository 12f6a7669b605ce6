"""Knobs read as the texts do: a share is spelled with its sign on every door that people read."""

import pytest
from streamlit.testing.v1 import AppTest

from core.cli import arguments
from core.lab.intervals import POINTS, SHARE
from core.lab.settings import knob_of, knobs, plain_unit
from core.ui import changes, links
from tests.runs import SLUGS, found
from tests.ui.pages import installed, link_of, whole

SLUG = "overfitting/capacity"


@pytest.mark.parametrize("slug", SLUGS)
def test_a_knob_that_is_a_share_says_so(slug):
    for knob in (*knobs(found(slug).config), *knobs(found(slug).view)):
        if knob.kind == "ladder" and knob.help.startswith("Share of"):
            assert knob.unit == SHARE, f"{slug} {knob.name}"
        if knob.unit == SHARE:
            assert all(0 <= option <= 1 for option in knob.options)
            spelled = [links.spelling(knob, option) for option in knob.options]
            assert len(set(spelled)) == len(spelled)
            for option, words in zip(knob.options, spelled, strict=True):
                assert words.endswith("%")
                assert links.value_of(knob, words) == option == links.value_of(knob, str(option))


UNITS = {"Standard deviation": "SD", "Largest change of a pixel": "per pixel", "Units in": "units"}
"""Beginning of what a knob explains -> its unit."""


@pytest.mark.parametrize("slug", SLUGS)
def test_a_knob_whose_help_begins_with_a_unit_has_it(slug):
    one = found(slug)
    for knob in (*knobs(one.config), *knobs(one.view)):
        for start, unit in UNITS.items():
            if knob.kind == "ladder" and knob.help.startswith(start):
                assert knob.unit == unit, f"{slug} {knob.name}"
        for option in knob.options if knob.kind == "ladder" else ():
            said = links.said(knob, option)
            assert said.startswith(knob.label)
            assert said.endswith({SHARE: "%", POINTS: "points"}.get(knob.unit, knob.unit)), said


def test_wherever_a_setting_is_said_its_unit_is_said():
    one = found(SLUG)
    before, now = one.config(), one.config(width=32, label_noise=0.4)
    assert changes.settings(one, before, now) == "Wrong labels 20% → 40% and Width 16 → 32 units"
    said = links.settings(one, now, one.view())
    assert "Wrong labels: 40%" in said and "Width: 32 units" in said
    assert f"Repetitions: {now.repetitions} seeds" in said
    assert said.endswith(f"Version: {one.version}")


def test_a_difference_of_shares_is_spelled_in_points_and_read_either_way():
    knob = knob_of(found("fairness/chance_gaps").config, "true_gap")
    assert links.said(knob, 0.1) == "A true gap 10 points" and plain_unit(knob) == ""
    assert links.value_of(knob, "10 points") == links.value_of(knob, "0.1") == 0.1


def test_the_command_line_keeps_bare_numbers():
    knob = knob_of(found(SLUG).config, "label_noise")
    assert plain_unit(knob) == ""
    assert plain_unit(knob_of(found(SLUG).config, "depth")) == "hidden layers"
    parsed = arguments.parse(["run", SLUG, "--label-noise", "0.4"])
    assert parsed.label_noise == 0.4


@pytest.mark.parametrize("value", ["0.2", "20%"])
def test_a_link_may_say_a_share_either_way(value, tmp_path_factory, monkeypatch):
    monkeypatch.setenv("LAB_STORE", str(tmp_path_factory.getbasetemp() / "store-of-ui-tests"))
    installed.remove()
    page = AppTest.from_file(str(installed.ROOT / "app.py"), default_timeout=60)
    page.switch_page("pages/overfitting.py")
    page.query_params[links.key(SLUG, "label_noise")] = value
    page.query_params["guess"] = "0"
    page.run()
    assert whole(page) and not page.warning
    assert page.select_slider(key="overfitting.capacity.label_noise").value == 0.2
    assert "label_noise=20%25" in link_of(page)
