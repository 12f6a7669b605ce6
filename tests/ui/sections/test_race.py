"""The race by hand, without a browser: asked one setting at a time; the best is told at the end."""

from __future__ import annotations

import itertools

import numpy as np
from streamlit.testing.v1 import AppTest

from core.challenges.tuning.race.config import KNOBS, RaceConfig
from core.ui.sections import race
from tests.runs import stored_smallest
from tests.ui.pages import SHOWN_AT_ONCE, open_page, whole

SLUG = "tuning/race"
APP = "../../app.py"


def script(record) -> None:
    from core.ui.sections import race

    race.section(record)


def opened() -> AppTest:
    return AppTest.from_function(script, default_timeout=30, args=(stored_smallest(SLUG),)).run()


def words(page: AppTest) -> str:
    assert not page.exception and not page.error
    return "\n".join(element.value for element in (*page.markdown, *page.code))


def button(page: AppTest, label: str):
    (found,) = [one for one in page.button if one.label == label]
    return found


def ask(page: AppTest, rate: int, width: int) -> AppTest:
    page.select_slider(key="race-learning-rate").set_value(rate)
    page.select_slider(key="race-width").set_value(width)
    return button(page, "Train it").click().run()


def test_the_page_opens_with_its_section():
    chosen = {"tuning.experiment": "The race"}
    page = open_page("tuning", app=APP, **SHOWN_AT_ONCE, **chosen)
    assert whole(page) and "You have 36 trainings, as each method had." in words(page)


def test_a_setting_is_answered_from_the_table_and_the_best_is_not_told_yet():
    answers = stored_smallest(SLUG).result.answers[..., 0]
    page = opened()
    assert "spent" not in words(page) and not page.dataframe
    page = ask(page, 5, 3)
    assert "**1 of 12 trainings spent.**" in words(page)
    assert f"Your best so far: {100 * answers[5, 3]:.1f}% with learning rate" in words(page)
    assert "The best of all" not in words(page)
    rows = page.dataframe[0].value
    assert rows.to_dict("records") == [{
        "training": 1, "learning rate": KNOBS["learning rate"][5], "width": 32,
        "accuracy": answers[5, 3],
    }]  # fmt: skip
    page = ask(page, 0, 0)
    assert f"Your best so far: {100 * max(answers[5, 3], answers[0, 0]):.1f}%" in words(page)
    assert page.dataframe[0].value["training"].tolist() == [2, 1], "the newest first"


def test_the_budget_is_the_methods_and_then_the_best_is_told():
    result = stored_smallest(SLUG).result
    page = opened()
    for rate, width in itertools.islice(itertools.product(range(10), range(4)), 12):
        page = ask(page, rate, width)
    assert "**12 of 12 trainings spent.**" in words(page)
    assert "The best of all 40 settings gets" in words(page)
    assert f"{100 * result.answers[..., 0].max():.1f}%" in words(page)
    assert "Train it" not in [one.label for one in page.button]
    page = button(page, "Start again").click().run()
    assert "spent" not in words(page) and "Train it" in [one.label for one in page.button]


def test_who_gives_up_is_told_and_who_asked_nothing_cannot():
    page = opened()
    assert button(page, "Show the best").disabled
    page = button(ask(page, 2, 2), "Show the best").click().run()
    assert "The best of all 40 settings gets" in words(page)


def test_curves_stand_beside_those_of_the_methods_on_the_same_networks():
    result = stored_smallest(SLUG).result
    best = np.unravel_index(result.answers[..., 0].argmax(), (10, 4))
    hand = race.Hand("somebody", [(0, 0), tuple(map(int, best)), (1, 1)])
    table = race.curves(hand, result)
    yours = table[table["method"] == race.YOU]["accuracy"].tolist()
    top = result.answers[best][0]
    assert yours == [result.answers[0, 0, 0], top, top]
    assert table["accuracy"].max() == top and len(set(table["method"])) == 7
    config = RaceConfig(**stored_smallest(SLUG).config)
    then = table[table["trainings"] == 3].set_index("method")["accuracy"].drop(race.YOU)
    for name, value in then.items():
        listed = race.said(hand, result, config).split("searches of ")[1].split(" on these")[0]
        assert (name in listed.replace(" and ", ", ").split(", ")) == (value < top)


def test_another_record_begins_another_race_and_the_study_is_offered():
    page = ask(opened(), 3, 1)
    assert page.session_state[race.HAND].asked == [(3, 1)]
    page.session_state[race.HAND].owner = "another record"
    page.run()
    assert page.session_state[race.HAND].asked == []
    assert "core.challenges.tuning.race.worker race.log" in words(page)
    assert len(page.get("download_button")) == 1
