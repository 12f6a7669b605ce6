"""A figure as a picture for slides: offered when it is opened, with everything said on it."""

import dataclasses
import threading

import pytest

from core.charts import standalone
from core.lab.run import CannotRunError
from core.lab.settings import knobs
from core.slides import drawing
from core.ui import links, slides
from tests.contract.test_contract_figures import compiled
from tests.runs import every_trained, found, smallest
from tests.ui.pages import at, toy, whole, words


@pytest.fixture(autouse=True)
def _own_store(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.getbasetemp() / "store-of-ui-tests"
    monkeypatch.setenv("LAB_STORE", str(folder))


def labels(page):
    return [button.label for button in page.get("download_button")]


@pytest.mark.usefixtures("toys")
def test_pictures_are_offered_where_the_table_is_and_made_ready_when_that_is_opened():
    page = toy()
    assert "PNG" not in labels(page) and slides.SAID not in words(page)
    page.session_state["toy/wave-points-picture"] = True
    page.run()
    assert whole(page)
    assert {"PNG", "SVG"} <= set(labels(page)) and slides.SAID in words(page)
    at(page, "More figures")
    assert labels(page).count("PNG") == 1, "of the figure that is opened alone"


def pictured(slug):
    one = found(slug)
    result = smallest(slug).result
    for figure in one.figures:
        table, underlay = standalone.data(figure, result, one.view())
        if not table.empty:
            spec = compiled(slug, figure.name)(one.view())
            caption = figure.caption(table, one.view())
            every = {"table": table, **underlay}
            yield slides.Drawn(one, figure, spec, every, caption, one.smallest, one.view())


@every_trained
def test_every_figure_has_an_order_that_says_all_of_it(slug):
    one = found(slug)
    for drawn in pictured(slug):
        order = slides.order(drawn, "http://lab/x", "png")
        said = order["words"]
        settings = said["settings"].replace("\u00a0", " ")
        assert said["title"] == drawn.figure.title and said["link"] == "http://lab/x"
        assert one.title in said["above"] and said["finding"]
        assert not any(mark in said["finding"] for mark in ("**", "](", ":material", "`", "\\"))
        for knob in knobs(one.config):
            value = links.with_unit(knob, getattr(one.smallest, knob.name))
            assert f"{knob.label}: {value}" in settings
        assert settings.endswith(f"Version: {one.version}")
        assert all(line.count(":") == 1 for line in said["settings"].split(" ")), "broken there"
        assert len(said["panels"]) == len(order["charts"])
        for chart in order["charts"]:
            assert "table" in chart["datasets"] and chart["datasets"]["table"]


def link_to(drawn):
    return links.short(drawn.experiment, drawn.config, drawn.view)


def test_the_link_on_it_holds_what_is_not_as_usual(monkeypatch):
    monkeypatch.setattr(links, "page_address", lambda: "http://lab/overfitting")
    one = found("overfitting/remedies")
    drawn = next(pictured("overfitting/remedies"))
    usual = dataclasses.replace(drawn, config=one.config())
    start = "http://lab/overfitting?overfitting.experiment="
    assert link_to(usual).startswith(start) and "&" not in link_to(usual)
    changed = dataclasses.replace(drawn, config=one.config(n_train=50))
    assert link_to(changed) == f"{link_to(usual)}&overfitting.remedies.n_train=50"
    first = next(pictured("overfitting/capacity"))
    bare = dataclasses.replace(first, config=first.experiment.config())
    assert link_to(bare) == "http://lab/overfitting"
    monkeypatch.setattr(links, "page_address", lambda: "http://lab/a-tool")
    assert link_to(bare) == "http://lab/overfitting", "from another page, too"


def test_marks_are_taken_out_of_a_sentence_and_words_stay():
    said = "**Wide** is *better* by `3` [here](http://x) :red[:material/cancel: no], 2 * 3, \\$5"
    assert slides.unmarked(said) == "Wide is better by 3 here no, 2 * 3, $5"


def test_a_drawing_that_fails_is_told_to_its_visitor(monkeypatch):
    def refused(_):
        raise CannotRunError("No picture today.")

    monkeypatch.setattr(drawing, "drawn", refused)
    attempts = slides.Attempts()
    with pytest.raises(CannotRunError):
        attempts.make(dict)
    assert (attempts.running, attempts.ended, attempts.problem) == (0, 1, "No picture today.")
    monkeypatch.setattr(drawing, "drawn", lambda _: b"file")
    assert attempts.make(dict) == b"file" and attempts.problem == ""


def test_the_page_waits_for_the_drawing_that_was_asked_for(monkeypatch):
    let, begun = threading.Event(), threading.Event()

    def slow(_):
        begun.set()
        let.wait()
        return b"file"

    class Place:
        looks = 0

        def empty(self):
            Place.looks += 1
            if Place.looks == 3:
                let.set()

    monkeypatch.setattr(drawing, "drawn", slow)
    attempts = slides.Attempts()
    thread = threading.Thread(target=attempts.make, args=(dict,))
    thread.start()
    begun.wait()
    attempts.awaited(Place())
    thread.join()
    assert Place.looks >= 3 and attempts.ended == 1
    attempts.awaited(Place())  # One that has ended already is not waited for.


@pytest.mark.usefixtures("toys")
def test_what_went_wrong_stands_under_the_buttons_until_the_next_time():
    page = toy()
    page.session_state["toy/wave-points-picture"] = True
    page.run()
    attempts = page.session_state["toy/wave-points-attempts"]
    attempts.ended, attempts.problem = 1, drawing.BUSY
    page.run()
    assert [error.value for error in page.error] == [drawing.BUSY]
    page.run()
    assert not page.error
