"""The pages, driven without a browser."""

import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from core import challenges
from core.lab.settings import knobs
from core.running import watching
from core.store import store
from core.ui import evidence, links, navigation
from tests.runs import SLUGS, found, in_turn, turn
from tests.ui.pages import (
    HOSTILE,
    PLACES,
    SHOWN_AT_ONCE,
    at,
    installed,
    link_of,
    open_page,
    texts,
    toy,
    whole,
    words,
)


@pytest.fixture(autouse=True)
def _own_store(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.getbasetemp() / "store-of-ui-tests"
    monkeypatch.setenv("LAB_STORE", str(folder))


pytestmark = pytest.mark.usefixtures("toys")


def test_a_page_without_parameters_holds_everything_the_design_promises():
    page = toy()
    assert whole(page)
    assert page.title[0].value == "A toy"
    assert "The wave is 2.0" in words(page)
    assert page.metric[0].label == "Peak height"
    assert [h.value for h in page.header] == ["The wave"]
    assert [tab.label for tab in page.tabs] == list(PLACES)
    at(page, "More figures")
    assert [h.value for h in page.header] == ["The wave", "The peaks"]
    at(page, "How sure")
    claim = "**Shown**] | The wave is taller than one metre. | 2"
    assert claim in words(page)
    assert "| 2 m | Nobody 2026, Table 1; from memory |" in words(page)
    assert page.expander[1].label == "1 claim about other settings"
    assert "It is about Height 10 metres." in words(page)
    at(page, "Take it with you")
    assert "the same numbers on the same kind of processor" in words(page)
    assert not page.warning


def test_of_a_place_that_is_not_open_nothing_is_drawn():
    page = toy()
    assert not page.code and "Nobody 2026" not in words(page)
    assert len(page.get("vega_lite_chart")) == 1
    at(page, "How sure")
    assert not page.metric and not page.code


def test_the_shared_link_says_every_setting_and_opens_the_same_page():
    page = toy(wave__height="5", wave__shape="Saw tooth", wave__upside_down="true")
    link = link_of(page)
    for part in ("height=5", "noise=0.01", "shape=Saw+tooth", "upside_down=true",
                 "repetitions=5", "first_seed=0", "scale=Linear", "version=1"):  # fmt: skip
        assert f"toy.wave.{part}" in link
    from urllib.parse import parse_qsl

    again = open_page("toy", **dict(parse_qsl(link.split("?")[1])))
    assert whole(again)
    assert not again.warning
    assert link_of(again) == link


def test_the_short_link_says_what_is_not_as_usual_and_opens_the_same_page():
    from urllib.parse import parse_qsl

    page = at(toy(), "Take it with you")
    assert page.code[0].value.rpartition("/")[2] in ("", "?guess=0", "toy")
    page = toy(wave__height="5", wave__scale="Log")
    short = at(page, "Take it with you").code[0].value
    assert dict(parse_qsl(short.split("?")[1])) == {"toy.wave.height": "5", "toy.wave.scale": "Log"}
    (large,) = [text for text in texts(page) if "For a projector" in text]
    assert f"({short}&present=1)" in large
    again = open_page("toy", **dict(parse_qsl(short.split("?")[1])))
    assert whole(again) and link_of(again) == link_of(at(page, "See"))


def test_what_the_controls_say_is_written_for_paper():
    said = words(toy(wave__height="5"))
    assert "Height: 5 metres · " in said and "toy.wave.height=5>" in said


def test_a_link_may_spell_values_as_the_command_line_does():
    page = toy(wave__shape="saw_tooth", wave__height="1e1", wave__noise="0.10")
    assert whole(page)
    assert not page.warning
    link = link_of(page)
    assert all(part in link for part in ("shape=Saw+tooth", "height=10&", "noise=0.1&"))


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_bad_value_is_named_replaced_and_never_repeated(value):
    page = toy(wave__height=value)
    assert whole(page)
    assert [w.value for w in page.warning] == [
        "Not accepted from the link: **Height** (2 metres is used instead)."
    ]
    assert page.select_slider(key="toy.wave.height").value == 2
    if isinstance(value, str) and len(value) > 3:
        assert value not in words(page)


def test_unknown_names_are_counted_and_made_harmless():
    names = ["![x](http://evil.example)", "<b>", "__proto__", "toy.wave.nothing", "q" * 4000]
    page = open_page("toy", **dict.fromkeys(names, "1"))
    assert whole(page)
    (sentence,) = [w.value for w in page.warning]
    assert sentence.startswith("Not accepted from the link: unknown setting `xhttpevilexample`")
    assert sentence.endswith("2 more unknown settings (ignored).")
    assert "evil.example" not in words(page)


def test_parameters_of_other_pages_and_experiments_are_left_alone():
    page = toy(slow__height="5", experiment="Wave")
    assert whole(page)
    assert not page.warning


def test_a_link_made_with_another_version_says_so():
    page = toy(wave__version="0")
    assert "**version**" in page.warning[0].value


@given(
    st.dictionaries(
        st.one_of(
            st.sampled_from(["toy.wave.height", "toy.wave.shape", "toy.experiment", "embed"]),
            st.text(min_size=1, max_size=20),
        ),
        st.lists(st.text(max_size=20), min_size=1, max_size=3),
        max_size=4,
    )
)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_address_breaks_a_page(query):
    page = open_page("toy", **query)
    assert not page.exception
    assert not page.error
    assert len(page.warning) <= 1


def test_prompts_and_reset_move_the_widgets():
    page = toy(wave__noise="0.1")
    page.button(key="toy/wave-prompt-1").click().run()
    assert page.select_slider(key="toy.wave.height").value == 10
    assert page.select_slider(key="toy.wave.noise").value == 0.01
    assert "The wave is 10.0" in words(page)
    page.button(key="toy/wave-reset").click().run()
    assert page.select_slider(key="toy.wave.height").value == 2


def test_a_prompt_may_say_how_it_is_drawn():
    page = toy()
    page.button(key="toy/wave-prompt-2").click().run()
    assert whole(page)
    assert page.session_state["toy.wave.scale"] == "log"


def test_a_prompt_says_what_it_changed_against_the_run_before():
    page = toy()
    assert "Against the run before" not in words(page)
    page.button(key="toy/wave-prompt-1").click().run()
    (said,) = [m.value for m in page.markdown if "Against the run before" in m.value]
    assert "(Height 2 → 10 metres), not paired" in said
    assert "- Peak height: **" in said and "now 10)" in said
    (prompt, *_) = challenges.experiment("toy", "wave").prompts
    assert f"{prompt.label}. {prompt.help}".strip() in [c.value for c in page.caption]
    page.select_slider(key="toy.wave.height").set_value(5).run()
    assert "Against the run before" not in words(page), "no prompt led here"


def test_a_prompt_keeps_the_seeds_and_resets_the_rest():
    page = toy(wave__noise="0.1", wave__first_seed="300", wave__repetitions="10")
    page.button(key="toy/wave-prompt-1").click().run()
    assert page.select_slider(key="toy.wave.first_seed").value == 300
    assert page.select_slider(key="toy.wave.repetitions").value == 10
    page.button(key="toy/wave-reset").click().run()
    assert page.select_slider(key="toy.wave.first_seed").value == 0


def test_a_claim_about_other_settings_offers_to_set_them():
    page = at(toy(), "How sure")
    page.button(key="toy/wave-set-high").click().run()
    assert page.select_slider(key="toy.wave.height").value == 10
    assert "**Shown**] | A wave of ten metres is taller than five." in words(page)


def test_a_claim_about_other_settings_says_what_their_stored_run_gave(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_STORE", str(tmp_path))
    page = at(toy(), "How sure")
    assert "taller than five" in words(page) and "There, all else" not in words(page)
    page.button(key="toy/wave-set-high").click().run()
    page.button(key="toy/wave-reset").click().run()
    said = words(page)
    assert "**Shown**] A wave of ten metres is taller than five." in said
    assert "It is about Height 10 metres. There, all else at its default: 10" in said
    assert ", 5 seeds. Source: " in said


def test_fresh_seeds_are_compared_with_the_run_before():
    page = at(toy(wave__noise="0.1"), "How sure")
    page.button(key="toy/wave-fresh").click().run()
    assert page.select_slider(key="toy.wave.first_seed").value == 100
    assert "**Fresh seeds:** Peak height is" in words(page)
    page.select_slider(key="toy.wave.first_seed").set_value(200).run()
    assert "**Fresh seeds:**" not in words(page)


def test_a_stored_result_and_a_display_choice_run_nothing(monkeypatch):
    assert whole(toy())

    def never(*_, **__):
        raise AssertionError("trained again")

    monkeypatch.setattr(watching, "stream", never)
    page = toy()
    assert whole(page)
    assert "Measured on this server" in words(page)
    page.get("button_group")  # the display choice is a segmented control
    page.session_state["toy.wave.scale"] = "log"
    page.run()
    assert whole(page)
    assert "scale=Log" in link_of(page)


def test_run_live_runs_once_although_a_result_is_stored(monkeypatch):
    page = toy()
    calls = []
    stream = watching.stream

    def counted(*args, **kwargs):
        calls.append(args)
        return stream(*args, **kwargs)

    monkeypatch.setattr(watching, "stream", counted)
    page.button(key="run").click().run()
    assert whole(page)
    page.run()
    assert len(calls) == 1


def test_a_stopped_run_leaves_the_stored_result_in_sight():
    page = toy()
    found = [metric.value for metric in page.metric]
    assert found
    key = challenges.experiment("toy", "wave").key(challenges.experiment("toy", "wave").config())
    page.session_state["run halted"] = (key, "Stopped.")
    page.run()
    assert whole(page)
    assert [metric.value for metric in page.metric] == found
    assert "Stopped. Shown: the result stored before." in words(page)
    assert page.button(key="run").label == "Run again"


def test_a_run_that_fails_anew_leaves_the_stored_result_in_sight(monkeypatch):
    page = toy()
    found = [metric.value for metric in page.metric]
    failed = watching.Update(status="failed", message="It failed.")
    monkeypatch.setattr(watching, "stream", lambda *run, **options: (u for u in [failed]))
    page.button(key="run").click().run()
    assert whole(page)
    assert [metric.value for metric in page.metric] == found
    assert "It failed. Shown: the result stored before." in words(page)


def test_a_page_is_written_in_the_order_of_the_eye():
    """Figure, controls, words: nothing is moved by a style sheet that comes later."""
    page = toy()
    order = [element.type for element in page.main]
    assert order.index("vega_lite_chart") < order.index("select_slider") < order.index("metric")
    at(page, "More figures")
    order = [element.type for element in page.main]
    last = len(order) - 1 - order[::-1].index("select_slider")
    assert "vega_lite_chart" in order[last:]


def test_moving_on_ends_the_run_that_was_interrupted(monkeypatch):
    stopped = []
    monkeypatch.setattr(watching, "stop", lambda *run, visitor: stopped.append(run))
    slow = challenges.experiment("toy", "slow")
    interrupted = (slow, slow.smallest)
    page = toy()
    page.session_state["run followed"] = interrupted
    page.run()
    page.run()
    assert stopped == [interrupted]


def test_a_run_that_fails_gives_one_sentence_and_a_retry(caplog):
    caplog.set_level(logging.DEBUG)
    page = toy(experiment="Broken", broken__height="5")
    assert whole(page)
    assert "Something went wrong inside this experiment" in words(page)
    assert page.button(key="run").label == "Run again"
    assert "secret" not in words(page)
    assert "secret" not in caplog.text
    page.button(key="run").click().run()
    assert "Something went wrong inside this experiment" in words(page)


def test_a_page_that_raises_apologises_and_logs_no_value(monkeypatch, caplog):
    def fail(*_):
        raise ValueError("secret")

    monkeypatch.setattr(evidence, "metrics", fail)
    page = toy()
    assert not page.exception
    assert page.error[0].value.startswith("This page could not be drawn.")
    assert "page toy failed with ValueError" in caplog.text
    assert "secret" not in caplog.text + words(page)
    monkeypatch.undo()
    page.button(key="failure-retry").click().run()
    assert whole(page)


def test_home_trains_its_miniature_and_maps_only_finished_challenges():
    page = open_page("home")
    assert not page.exception
    assert not page.error
    assert "of the points they were trained on" in words(page)
    assert "The networks of “Watch a network train” have a generalization gap of" in words(page)
    page.select_slider(key="miniature.moons.width").set_value(1).run()
    assert not page.error


def opened(slug, **chosen):
    """The page of a real experiment; settings that are not stored are run."""
    installed.remove()
    experiment = found(slug)
    challenge, _ = slug.split("/")
    page = AppTest.from_file(str(installed.ROOT / "app.py"), default_timeout=120)
    page.switch_page(f"pages/{challenge}.py")
    page.query_params[links.key(challenge, "experiment")] = experiment.title
    page.query_params.update(SHOWN_AT_ONCE)
    for knob in knobs(experiment.config):
        if knob.name in chosen:
            value = links.spelling(knob, chosen[knob.name])
            page.query_params[links.key(experiment.slug, knob.name)] = value
    page.run()
    assert whole(page)
    assert not page.warning
    assert "ended; you can try again" not in words(page)
    record = store.find(experiment, experiment.config(**chosen)).record
    assert len(page.metric) == len(experiment.metrics(record.result))
    return page


@pytest.mark.parametrize("slug", SLUGS)
def test_every_real_experiment_draws_its_page(slug):
    assert "Stored result" in words(opened(slug))


@pytest.mark.parametrize("slug", in_turn(SLUGS, turn()))
def test_every_real_experiment_is_run_on_its_page(slug):
    opened(slug, **found(slug).smallest.model_dump())


def test_every_finished_challenge_has_a_page():
    installed.remove()
    for challenge in challenges.challenges():
        assert (navigation.PAGES / f"{challenge.slug}.py").exists()


@pytest.mark.parametrize("value", ["training_time", "Training time"])
def test_a_link_may_name_the_experiment_either_way(value):
    page = open_overfitting(value)
    assert "When should training stop?" in words(page)
    assert not page.warning


@pytest.mark.parametrize("value", ["nothing", "![x](http://127.0.0.1/x)", "9" * 4000, ""])
def test_an_experiment_that_does_not_exist_is_said_and_replaced(value):
    page = open_overfitting(value)
    assert "How large should the network be?" in words(page)
    assert [w.value for w in page.warning] == [
        "Not accepted from the link: **Experiment** (Capacity is used instead)."
    ]


def open_overfitting(experiment):
    installed.remove()
    page = AppTest.from_file(str(installed.ROOT / "app.py"), default_timeout=60)
    page.switch_page("pages/overfitting.py")
    page.query_params[links.key("overfitting", "experiment")] = experiment
    page.query_params.update(SHOWN_AT_ONCE)
    return page.run()
