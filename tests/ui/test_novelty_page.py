"""Bring a picture to the detectors, without a browser: uploads, bad files, nothing kept."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.challenges.generalization.asking import Verdict
from core.ui.sections import novelty
from tests.runs import stored_smallest
from tests.ui.pages import SHOWN_AT_ONCE, open_page, whole

SLUG = "generalization/novel_classes"
APP = "../../app.py"


def script(record) -> None:
    from core.ui.sections import novelty

    novelty.section(record)


def opened() -> AppTest:
    page = AppTest.from_function(script, default_timeout=30, args=(stored_smallest(SLUG),)).run()
    page.segmented_control(key="novelty-source").set_value(novelty.UPLOAD).run()
    return page


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.warning, page.error, page.info)
    return "\n".join(element.value for kind in kinds for element in kind)


def png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return file.getvalue()


def test_the_pages_stored_defaults_open():
    page = open_page("generalization", app=APP, **SHOWN_AT_ONCE)
    assert whole(page) and "turned by 90°" in words(page)
    chosen = {"generalization.experiment": "Novel classes"}
    page = open_page("generalization", app=APP, **SHOWN_AT_ONCE, **chosen)
    assert whole(page) and "digits it has never seen" in words(page)


def test_an_upload_is_answered_and_judged_and_its_name_is_nowhere(caplog):
    page = opened()
    assert "sure" not in words(page), "nothing is asked before somebody brings a picture"
    noise = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)
    page.file_uploader[0].upload("secret-name.png", png(noise), "image/png").run()
    assert not page.exception and not page.error
    assert "The network reads a " in words(page) and "of known digits" in words(page)
    assert "secret" not in words(page) and "secret" not in caplog.text


def test_a_small_drawing_in_a_large_photograph_is_cut_out_and_the_crop_can_be_moved():
    page = opened()
    photo = np.full((300, 400), 230, np.uint8)
    photo[200:240, 300:312] = 20
    page.file_uploader[0].upload("photo.png", png(photo), "image/png").run()
    assert [slider.label for slider in page.slider][-1] == "Side of the crop"
    assert page.slider[0].value > 50, "it lies on the right"
    assert "The network reads a " in words(page)


def test_a_bad_file_gets_one_sentence():
    page = opened()
    page.file_uploader[0].upload("bad.png", b"hello", "image/png").run()
    assert len(page.warning) == 1 and page.warning[0].value.startswith("This file cannot be used.")
    assert "The network reads" not in words(page)


def test_it_is_said_who_notices_and_that_nobody_does():
    quiet = novelty.said(Verdict(3, 0.97, {"energy": 0.5}))
    assert "reads a 3 and is 97.0% sure. No detector calls it novel." in quiet
    loud = novelty.said(Verdict(3, 0.97, {"energy": 0.95, "entropy": 0.94, "Mahalanobis": 1.0}))
    assert "Called novel by energy and Mahalanobis." in loud
