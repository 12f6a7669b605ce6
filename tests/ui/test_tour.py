"""The tour: five stops in the address, one thing to look at on each, left at any time."""

from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from core import challenges
from core.ui import tour
from tests.ui.pages import installed, open_page, whole, words

pytestmark = pytest.mark.usefixtures("toys")


@pytest.fixture(autouse=True)
def _own_store(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.getbasetemp() / "store-of-ui-tests"
    monkeypatch.setenv("LAB_STORE", str(folder))


def real(name, query):
    installed.remove()
    page = AppTest.from_file(str(installed.ROOT / "app.py"), default_timeout=120)
    page.switch_page(f"pages/{name}.py")
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


def ways(page):
    found = {link.proto.label: link.proto for link in page.main.get("page_link")}
    return {label: dict(parse_qsl(one.query_string.lstrip("?"))) for label, one in found.items()}


def test_every_stop_exists_and_says_little():
    for stop in tour.STOPS:
        assert stop.name in challenges.challenge(stop.slug).experiments
        assert stop.title == challenges.experiment(stop.slug, stop.name).title
        assert len(stop.words.split()) <= 45
    assert len({stop.slug for stop in tour.STOPS}) == len(tour.STOPS) == 5


def test_home_leads_to_the_first_stop_and_the_tour_to_its_end():
    page = real("home", {})
    query = ways(page)["Take the tour (five stops)"]
    for number, stop in enumerate(tour.STOPS, start=1):
        assert query["tour"] == str(number)
        page = real(stop.slug, query)
        assert not page.exception and not page.error and not page.warning
        assert f"**Tour {number}/5** · {stop.words}" in words(page)
        assert ("Guess first" in words(page)) == stop.guess
        found = ways(page)
        assert ("Back" in found) == (number > 1)
        if number < 5:
            assert "tour" not in found["Leave the tour"]
            query = found["Next"]
    assert "Next" not in found and found["Finish"] == {}


def test_whoever_strays_is_led_back():
    page = open_page("toy", tour="2")
    assert whole(page) and not page.warning
    assert "it goes on where you left it" in words(page)
    assert "Leave the tour" in ways(page)


@pytest.mark.parametrize(
    "text", ["", "0", "6", "two", "1.0", "![x](http://evil.example)", "9" * 99]
)
def test_a_stop_that_there_is_not_is_named_and_left_out(text):
    page = open_page("toy", tour=text)
    assert whole(page)
    assert [w.value for w in page.warning] == [
        "Not accepted from the link: **Tour** (None is used instead)."
    ]
    assert "Tour " not in words(page).replace("**Tour**", "") and "evil" not in words(page)
