"""Guess first: asked before anything is shown, judged by the interval, counted over the visit."""

import pytest

from core import challenges
from core.lab.guess import Answer, Guess
from core.lab.intervals import Estimate
from core.ui import guessing, live
from tests.ui.pages import HOSTILE, SHOWN_AT_ONCE, at, open_page, toy, whole, words

pytestmark = pytest.mark.usefixtures("toys")


@pytest.fixture(autouse=True)
def _own_store(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("LAB_STORE", str(tmp_path_factory.getbasetemp() / "store-of-guessing"))


def guessed(name="Guessed", **query):
    return toy(experiment=name, **query)


def asking(page):
    """The question is there, and nothing of the result."""
    hidden = (
        not page.metric and not page.get("vega_lite_chart") and "The wave is" not in words(page)
    )
    return hidden and any("?" in h.value for h in page.header) and not page.exception


def press(page, key):
    return page.button(key=f"toy/{key}").click().run()


def test_the_question_stands_before_everything_that_was_measured():
    page = guessed()
    assert asking(page)
    assert [h.value for h in page.header] == ["Is the top above three metres?"]
    assert not page.error


@pytest.mark.parametrize(("answer", "verdict"), [(0, "**Wrong**"), (1, "**Right**")])
def test_an_answer_is_set_beside_the_measurement(answer, verdict):
    page = press(guessed(), f"guessed-answer-{answer}")
    assert whole(page)
    assert "The wave is 2.0" in words(page)
    (said,) = [m.value for m in page.markdown if "You said" in m.value]
    assert verdict in said and "Measured: 2" in said
    assert ("“It is lower”. **Wrong**" in said) == (answer == 0)


def test_who_does_not_want_to_guess_is_shown_and_not_judged():
    page = press(guessed(), "guessed-just-show")
    assert whole(page)
    assert "The wave is 2.0" in words(page) and "You said" not in words(page)


def test_an_experiment_asks_once_in_a_visit():
    page = press(guessed(), "guessed-answer-1")
    page.select_slider(key="toy.guessed.height").set_value(5).run()
    assert whole(page) and "You said" not in words(page), "it was about another run"
    page.button(key="toy/guessed-reset").click().run()
    assert whole(page) and "You said" in words(page)


def test_who_moves_a_slider_instead_has_seen_it_and_is_not_asked_later():
    page = guessed()
    page.select_slider(key="toy.guessed.height").set_value(5).run()
    assert whole(page)
    page.button(key="toy/guessed-reset").click().run()
    assert whole(page) and "The wave is 2.0" in words(page)


def test_a_link_with_other_settings_shows_at_once():
    assert whole(guessed(guessed__height="5"))
    assert asking(guessed(guessed__height="2"))


def test_a_link_can_turn_the_guess_on_and_off():
    assert whole(open_page("toy", **{"toy.experiment": "Guessed", **SHOWN_AT_ONCE}))
    page = open_page(
        "toy", **{"toy.experiment": "Guessed", "toy.guessed.height": "5", "guess": "1"}
    )
    assert asking(page)
    page = press(page, "guessed-answer-0")
    assert whole(page)
    assert "**Right**" in words(page) and "The wave is 5.0" in words(page)


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_bad_wish_is_named_and_never_repeated(value):
    page = open_page("toy", **{"toy.experiment": "Guessed", "guess": value})
    assert asking(page)
    assert [w.value for w in page.warning] == [
        "Not accepted from the link: **Guess first** (As usual is used instead)."
    ]


@pytest.mark.parametrize("value", ["2", "", "<b>", ["1", "1"]])
def test_a_bad_wish_for_a_projector_is_named(value):
    page = open_page("toy", present=value)
    assert whole(page)
    assert [w.value for w in page.warning] == [
        "Not accepted from the link: **Projector view** (No is used instead)."
    ]


def test_a_projector_gets_question_figure_and_finding_without_the_title():
    page = open_page("toy", present="1")
    assert whole(page)
    assert [title.value for title in page.title] == ["How tall is the wave?"]
    assert "The wave is 2.0" in words(page)


def test_the_link_for_a_class_asks_first():
    page = press(guessed(), "guessed-answer-1")
    assert at(page, "Take it with you").code[0].value.endswith("&guess=0")
    page.toggle(key="toy/guessed-guess-first").set_value(True).run()
    assert page.code[0].value.endswith("&guess=1")


def test_a_range_is_set_on_a_scale_and_judged():
    page = guessed("Ranged")
    assert asking(page)
    page.select_slider(key="toy/ranged-range").set_range(1.0, 4.0).run()
    assert asking(page)
    page = press(page, "ranged-commit")
    assert whole(page)
    assert "You said “1 to 4”." in words(page)
    ranged = challenges.experiment("toy", "ranged").guess
    assert ranged.question in [c.value for c in page.caption], "it stands beside its answer"
    assert "**Right**: your range holds it." in words(page)


def test_guesses_are_counted_over_the_visit():
    page = press(guessed(), "guessed-answer-1")
    assert "Your guesses" not in words(page), "one is no count"
    page.session_state["toy.experiment"] = "ranged"
    page.run()
    assert asking(page)
    page.select_slider(key="toy/ranged-range").set_range(5.0, 9.0)
    page = press(page, "ranged-commit")
    assert "**Wrong**: it lies outside your range." in words(page)
    assert "Your guesses: 1 of 1 right; your ranges held 0 of 1." in words(page)


def test_a_run_that_is_not_stored_goes_on_behind_the_question(monkeypatch):
    ran = []
    obtain = live.obtain
    monkeypatch.setattr(live, "obtain", lambda *a, **k: ran.append(obtain(*a, **k)) or ran[-1])
    page = open_page(
        "toy", **{"toy.experiment": "Guessed", "toy.guessed.first_seed": "800", "guess": "1"}
    )
    assert asking(page)
    assert ran[-1] is not None, "it was run to its end"


def test_the_ends_of_a_range_are_spelled_as_they_were_set():
    assert guessing.spelled(0.35, "share") == "35%"
    assert guessing.spelled(-0.05, "points") == "−5.0 points"
    assert guessing.spelled(3.0, "epochs") == "3 epochs"


GUESS = Guess("What?", lambda result: result, (Answer("Up", low=0.0), Answer("Down", high=0.0)))


@pytest.mark.parametrize(
    ("low", "high", "judged", "words"),
    [
        (1, 3, "right", "You said “Up”. Measured: 2 [1, 3]. **Right**."),
        (-3, -1, "wrong", "You said “Up”. Measured: −2 [−3, −1]: “Down”. **Wrong**."),
        (-1, 1, "open", "**Open**: the interval holds your answer and others."),
    ],
)
def test_judgements_in_words(low, high, judged, words):
    value = Estimate((low + high) / 2, low, high, 5)
    said = guessing.Said(GUESS.answers[0], False, "", GUESS.answers[0].judged(value))
    assert said.judged == judged
    assert guessing.judgement_words(GUESS, said, value).endswith(words)


def test_where_nothing_is_measured_nothing_is_judged():
    said = guessing.Said(GUESS.answers[0], False, "")
    assert "hold nothing to judge it by" in guessing.judgement_words(GUESS, said, None)
    assert guessing.calibration_words([said]) == ""


def test_open_guesses_are_counted_apart():
    kinds = ["right", "right", "wrong", "open"]
    said = [guessing.Said(GUESS.answers[0], False, "", kind) for kind in kinds]
    assert guessing.calibration_words(said) == "Your guesses: 2 of 4 right, 1 open."


def test_an_open_range_is_said_to_be_cut_and_counted_apart():
    value, range_ = Estimate(0.4, 0.3, 0.5, 5, unit="share"), Answer("35% to 65%", 0.35, 0.65)
    said = guessing.Said(range_, True, "", range_.judged(value))
    assert said.judged == "open"
    assert guessing.judgement_words(GUESS, said, value).endswith(
        "**Open**: the interval reaches over an end of your range."
    )
    held = guessing.Said(range_, True, "", "right")
    assert guessing.calibration_words([said, held]) == "Your ranges held 1 of 2, 1 open."
