"""A lesson that is all in its link, and the record that a student takes home."""

from urllib.parse import parse_qsl

import pytest

from core.ui import lesson, visit
from tests.ui.pages import at, open_page, toy, whole, words

pytestmark = pytest.mark.usefixtures("toys")
LESSON = "toy.guessed,toy.ranged,overfitting.capacity"


@pytest.fixture(autouse=True)
def _own_store(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.getbasetemp() / "store-of-ui-tests"
    monkeypatch.setenv("LAB_STORE", str(folder))


def steps(page):
    return [link.proto for link in page.main.get("page_link")]


def test_a_lesson_asks_first_and_leads_to_the_next_experiment():
    page = open_page("toy", **{"toy.experiment": "guessed", "guess": "1", "lesson": LESSON})
    assert not page.exception and not page.warning
    assert "**Lesson** · 1 of 3" in words(page)
    assert "Guess first" in words(page)
    assert not [b for b in page.button if b.label == "Just show me"], "held back for all"
    (ahead,) = steps(page)
    assert ahead.label == "Next: Ranged"
    asked = dict(parse_qsl(ahead.query_string.lstrip("?")))
    assert asked == {"toy.experiment": "Ranged", "guess": "1", "lesson": LESSON}
    second = open_page("toy", **asked)
    assert "**Lesson** · 2 of 3" in words(second) and not second.warning
    assert [step.label for step in steps(second)] == ["Back: Guessed"], "the toys have one page"


@pytest.mark.parametrize(
    "text", ["", "nothing", "toy.wave,toy.wave", "toy.wave,![x](http://evil.example)", "," * 400]
)
def test_a_lesson_that_nobody_can_follow_is_named_and_left_out(text):
    page = open_page("toy", lesson=text)
    assert whole(page)
    assert [w.value for w in page.warning] == [
        "Not accepted from the link: **Lesson** (None is used instead)."
    ]
    assert "· 1 of" not in words(page) and "evil" not in words(page)


def test_a_teacher_puts_a_lesson_together_on_the_page():
    page = at(toy(), "Take it with you")
    page.multiselect(key="lesson-stops").set_value(["toy.ranged", "overfitting.capacity"]).run()
    (link,) = [code.value for code in page.code if "lesson=" in code.value]
    address, query = link.split("?")
    assert address.endswith("/toy")
    assert dict(parse_qsl(query)) == {
        "toy.experiment": "Ranged", "guess": "1", "lesson": "toy.ranged,overfitting.capacity",
    }  # fmt: skip
    assert lesson.read(["toy.ranged,overfitting.capacity"])


def test_the_record_holds_each_run_with_the_guess_that_was_about_it():
    page = open_page("toy", **{"toy.experiment": "guessed", "guess": "1"})
    page.button(key="toy/guessed-answer-0").click().run()
    assert whole(page)
    page.select_slider(key="toy.guessed.height").set_value(10).run()
    seen = page.session_state[visit.SEEN]
    assert [run.title for run in seen.values()] == ["Guessed", "Guessed"]
    assert [("Height: 10" in run.settings) for run in seen.values()] == [False, True]
    table = visit.record(seen, page.session_state[visit.guessing.GUESSED])
    assert list(table["question"])[1] == "" != list(table["question"])[0]
    assert list(table["guess"])[1] == "" != list(table["guess"])[0]
    assert list(table["judged"])[0] in ("right", "wrong", "open")
    assert all("tall" in text for text in table["finding"])


def test_a_lesson_on_a_projector_stays_on_it():
    page = open_page("toy", **{"toy.experiment": "Guessed", "present": "1", "lesson": LESSON})
    (ahead,) = steps(page)
    assert dict(parse_qsl(ahead.query_string.lstrip("?")))["present"] == "1"
