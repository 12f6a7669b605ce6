"""Choosing in a figure without a browser: what a click leads to on real pages."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.charts.choosing import CHOSEN, marked
from core.running import watching
from core.ui import choosing, figures
from tests.runs import figure, found, shipped
from tests.ui.pages import at, installed, words

CASES = [
    (
        "adversarial/attack", "digits", {"digit": 8}, {"digit": 8},
        "changes this 3", "changes this 8",
    ),
    (
        "generalization/novel_classes", "examples", {"panel": "Noise"},
        {"novelty": "noise", "far": "noise"},
        "of unseen digits are noticed", "of noise are noticed",
    ),
]  # fmt: skip


@pytest.fixture
def clicks(monkeypatch, tmp_path):
    """In place of the component that listens, a button that sends what a browser would."""
    monkeypatch.setenv("LAB_STORE", str(tmp_path))
    sent = {}

    def mount(*, key, data, on_chosen_change):
        def press():
            st.session_state[key] = {"chosen": sent["next"]}
            on_chosen_change()

        st.button("a click on a figure", key="click", on_click=press)

    monkeypatch.setattr(choosing, "_component", lambda: mount)
    return sent


def opened(slug):
    installed.remove()
    challenge, _ = slug.split("/")
    page = AppTest.from_file(str(installed.ROOT / "app.py"), default_timeout=60)
    page.switch_page(f"pages/{challenge}.py")
    page.query_params[f"{challenge}.experiment"] = found(slug).title
    page.query_params["guess"] = "0"
    return at(page.run(), "More figures")


def click(page, clicks, slug, name, row):
    clicks["next"] = {"figure": figures.place_of(slug, figure(found(slug), name)), "row": row}
    return page.button(key="click").click().run()


@pytest.mark.parametrize(("slug", "name", "row", "view", "before", "after"), CASES)
def test_a_click_is_followed_by_every_figure_and_trains_nothing(
    monkeypatch, clicks, slug, name, row, view, before, after
):
    page = opened(slug)
    assert before in words(page) and after not in words(page)
    assert not page.exception and not page.error
    monkeypatch.setattr(watching, "stream", lambda *_, **__: pytest.fail("it must not run"))
    click(page, clicks, slug, name, row)
    assert after in words(page) and before not in words(page)
    assert not page.exception and not page.error
    for knob, option in view.items():
        assert page.session_state[f"{slug.replace('/', '.')}.{knob}"] == option
    told = at(page, "Take it with you").code[0].value.lower()
    assert all(f".{knob}={option}" in told for knob, option in view.items()), "the link holds it"


def test_what_is_no_choice_changes_nothing(clicks):
    page = opened("adversarial/attack")
    before = words(page)
    for row in ({"digit": 11}, {"digit": "3; drop"}, {"n_train": 200}, {}):
        click(page, clicks, "adversarial/attack", "digits", row)
        assert words(page) == before
    clicks["next"] = {"figure": "figure-elsewhere", "row": {"digit": 8}}
    page.button(key="click").click().run()
    assert words(page) == before and not page.exception


def test_one_of_the_pictures_is_marked_and_their_table_stays_as_it_is():
    one = found("adversarial/attack")
    drawn = figure(one, "digits")
    table = drawn.table(shipped(one).result, one.view())
    told = marked(table, drawn.picks, one.view(digit=8))
    assert told.loc[told[CHOSEN], "digit"].tolist() == [8]
    assert CHOSEN not in table.columns
