"""Touching the data without a browser: by the buttons, and by what a browser may send."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.touched import MOST, touched
from core.miniature.moons import extent_of
from core.miniature.touched import TouchedConfig
from core.ui import touching
from tests.runs import found, shipped
from tests.ui.pages import open_page, words

pytestmark = pytest.mark.usefixtures("toys")
DRAWN = TouchedConfig().drawn()
HAND = touching.Hand("here", touched(DRAWN, ()), extent_of(DRAWN))


@pytest.mark.parametrize(
    ("sent", "touch"),
    [
        ({"point": 3, "x1": 0, "x2": 0}, 3),
        ({"point": -1, "x1": 0.123456, "x2": 0.5}, (0.12, 0.5, 1)),
    ],
)
def test_a_click_is_a_touch(sent, touch):
    assert touching.as_touch(sent, 1, HAND) == touch


@pytest.mark.parametrize(
    "sent",
    [
        None, [], "0", {}, {"point": 40, "x1": 0, "x2": 0}, {"point": -2, "x1": 0, "x2": 0},
        {"point": True}, {"point": 1.0}, {"point": "1"}, {"point": -1}, {"point": -1, "x1": 0},
        {"point": -1, "x1": "0", "x2": 0}, {"point": -1, "x1": 1e9, "x2": 0},
        {"point": -1, "x1": float("nan"), "x2": 0}, {"point": -1, "x1": None, "x2": 0},
    ],
)  # fmt: skip
def test_whatever_else_a_browser_sends_is_none(sent):
    assert touching.as_touch(sent, 1, HAND) is None


def press(page, name, key="miniature-touch"):
    return page.button(key=f"{key}-{name}").click().run()


def test_home_trains_on_touched_points_and_as_it_was():
    page = open_page("home")
    first = [one.value for one in page.main.markdown if "trained on" in one.value]
    assert page.button(key="miniature-touch-undo").disabled
    press(page, "casino")
    assert not page.exception and not page.error
    assert "With **1 label flipped by you**" in words(page)
    assert "The networks of “Watch a network train” have a generalization gap" not in words(page)
    assert "no link holds them" in words(page)
    press(page, "casino")
    assert "With **2 labels flipped by you**" in words(page)
    press(page, "undo")
    assert "With **1 label flipped by you**" in words(page)
    press(page, "restart_alt")
    assert "by you" not in words(page)
    assert first == [one.value for one in page.main.markdown if "trained on" in one.value]


def test_a_certain_point_is_turned_and_one_added_without_a_pointer():
    page = open_page("home")
    page.session_state["miniature-touch-exact"] = True
    page.run()
    page.number_input(key="miniature-touch-point").set_value(5).run()
    press(page, "flip")
    page.slider(key="miniature-touch-x1").set_value(0.5).run()
    press(page, "add")
    assert "With **1 label flipped and 1 point added by you**" in words(page)
    _, kept = page.session_state["miniature-touch touches"]
    assert kept[0] == 4 and kept[1][0] == 0.5 and len(kept) == 2
    page.number_input(key="miniature-touch-point").set_value(41).run()
    press(page, "undo")
    assert not page.exception and page.number_input(key="miniature-touch-point").value == 40


def test_no_more_is_kept_than_a_run_accepts():
    page = open_page("home")
    page.session_state["miniature-touch touches"] = ("moons", (0,) * (MOST - 1))
    press(page, "casino")
    assert page.button(key="miniature-touch-casino").disabled
    assert f"{MOST} changes are as many as are kept." in words(page)
    assert not page.exception and not page.error


def script(record):
    from core.ui.sections import touch

    touch.section(record)


def opened(record):
    return AppTest.from_function(script, default_timeout=60, args=(record,)).run()


def test_capacity_is_touched_beside_its_run_which_stays_what_it_is(monkeypatch):
    record = shipped(found("overfitting/capacity"))
    from core.running import watching

    ran = []
    stream = watching.stream
    monkeypatch.setattr(
        watching, "stream", lambda e, c, **more: (ran.append(e.slug), stream(e, c, **more))[1]
    )
    page = opened(record)
    assert not page.exception and not page.error
    assert ran == [], "what the run above knows is not trained anew"
    about = "are about the settings, without them"
    assert about not in words(page), "there are none"
    press(page, "casino", "capacity-touch")
    assert "With **1 label flipped by you**" in words(page) and about in words(page)
    assert set(ran) == {"miniature/touched"}
    press(page, "undo", "capacity-touch")
    assert "by you**" not in words(page)


def test_points_of_other_settings_are_not_touched():
    state = touching.st.session_state
    try:
        touching.touches("here", "a")
        touching.do("here", 3)
        assert touching.touches("here", "a") == (3,)
        assert touching.touches("here", "b") == ()
    finally:
        del state["here touches"]


def test_only_points_in_the_plane_can_be_touched():
    record = shipped(found("overfitting/capacity"))
    digits = type(record)(**{**record.__dict__, "config": {**record.config, "dataset": "digits"}})
    page = opened(digits)
    assert "choose Two moons" in words(page) and not page.button
    assert np.isfinite(HAND.extent).all()
