"""The drawing program: what it draws, that one draws at a time, and what is said if none can."""

import base64
import io
import subprocess
import sys
import threading

import pytest
from PIL import Image

from core.lab import beside
from core.lab.run import CannotRunError
from core.slides import drawing
from core.slides.drawer import picture
from core.slides.look import as_on_a_page
from core.slides.sheet import panel_width
from tests.slides.test_sheet import words

SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "height": 300,
    "data": {"name": "table"},
    "mark": "bar",
    "encoding": {
        "x": {"field": "name", "type": "nominal"},
        "y": {"field": "share", "type": "quantitative"},
    },
}
ROWS = [{"name": "first arm", "share": 0.25}, {"name": "other arm", "share": 0.5}]


def order(form, spec=SPEC, panels=1):
    chart = as_on_a_page(spec, {"table": ROWS}, panel_width(panels))
    names = tuple(f"panel {i}" for i in range(panels)) if panels > 1 else ("",)
    return {"form": form, "charts": [chart] * panels, "words": vars(words(panels=names))}


def test_a_picture_is_opaque_and_has_twice_the_pixels():
    made = Image.open(io.BytesIO(drawing.drawn(order("png"))))
    assert (made.format, made.mode, made.size) == ("PNG", "RGB", (1920, 1080))
    assert {made.getpixel(place) for place in ((0, 0), (1919, 0), (0, 1079))} == {(255, 255, 255)}
    assert len(made.getcolors(1 << 20)) > 50, "something is drawn"


def test_the_same_as_svg_holds_the_words_and_the_charts_with_words_as_words():
    made = drawing.drawn(order("svg", panels=2)).decode()
    for text in ("Accuracy by width", "The gap is 13.5 points.", "Width 32 units", "panel 1"):
        assert text in made
    assert made.count("first arm") == 2, "in each of the charts, as text"
    assert "system-ui" not in made and "Liberation Sans" in made


def test_nothing_is_fetched_for_a_picture():
    foreign = {**SPEC, "data": {"url": "http://127.0.0.1:9/table.json"}}
    with pytest.raises(ValueError, match="(?i)not allowed|allowed_base_url|access denied"):
        picture(order("svg", foreign))


def test_what_cannot_be_drawn_is_told_in_a_sentence():
    with pytest.raises(CannotRunError, match="could not draw this picture: .*its data as CSV"):
        drawing.drawn(order("png", {"mark": "no such mark"}))


def test_where_no_program_can_be_started_it_is_said(monkeypatch):
    def refuse(*_, **__):
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(CannotRunError, match="could not draw this picture"):
        drawing.drawn(order("png"))
    monkeypatch.undo()
    assert drawing.drawn(order("svg")), "the turn was given back"


class Slow:
    """Stands in for the program: it answers when it is let."""

    at_once = most = 0
    lock, let = threading.Lock(), threading.Event()

    def __init__(self, *_):
        pass

    def __enter__(self):
        with Slow.lock:
            Slow.at_once += 1
            Slow.most = max(Slow.most, Slow.at_once)
        return self

    def __exit__(self, *_):
        with Slow.lock:
            Slow.at_once -= 1

    def asked(self, orders):
        yield
        Slow.let.wait()
        return [base64.b64encode(b"drawn").decode() for _ in orders]


def test_one_is_drawn_at_a_time_and_a_few_wait(monkeypatch):
    monkeypatch.setattr(drawing, "Company", Slow)
    made = []
    threads = [
        threading.Thread(target=lambda: made.append(drawing.drawn({})))
        for _ in range(drawing.MOST_WAITING)
    ]
    for thread in threads:
        thread.start()
    taken = threading.Event()
    while drawing.places_left():
        taken.wait(0.01)
    with pytest.raises(CannotRunError, match="Others are having pictures drawn: try again"):
        drawing.drawn({})
    Slow.let.set()
    for thread in threads:
        thread.join()
    assert made == [b"drawn"] * drawing.MOST_WAITING and Slow.most == 1
    assert drawing.places_left() == drawing.MOST_WAITING


def test_the_server_loads_nothing_of_it():
    code = "import core.slides.drawing, core.slides.sheet, sys; print('vl_convert' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=beside.ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
