"""Explain any picture, without a browser: the three sources, and what a bad file gets."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.challenges.interpretability.gallery.config import ALL
from core.ui import bringing
from core.ui.drawing_pad import as_picture
from core.ui.sections import explain
from core.ui.sections.explain import explain_files, explain_maps
from core.ui.sections.explain.known import UNLIKE
from tests.runs import stored_smallest

SLUG = "interpretability/gallery"
pytestmark = pytest.mark.xdist_group(SLUG)


def script(record) -> None:
    from core.ui.sections import explain

    explain.section(record)


def opened(source: str | None = None) -> AppTest:
    page = AppTest.from_function(script, default_timeout=30, args=(stored_smallest(SLUG),)).run()
    if source:
        page.segmented_control(key="explain-source").set_value(source).run()
    return page


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.warning, page.error, page.info)
    return "\n".join(element.value for kind in kinds for element in kind)


def mapped(page: AppTest) -> list[str]:
    """The methods whose maps are on the page, in order."""
    assert not page.exception and not page.error
    return [caption.value for caption in page.caption if caption.value in ALL]


def png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return file.getvalue()


def test_nothing_is_explained_before_somebody_asks():
    page = opened()
    assert mapped(page) == []
    assert "one of its 10 classes" in words(page)


def test_a_cell_of_the_matrix_can_be_chosen_by_name():
    page = opened()
    cases = stored_smallest(SLUG).result.held_cases
    most = cases.astype(int).value_counts().index[0]
    page.selectbox(key="explain-digits-true").set_value(most[0]).run()
    page.selectbox(key="explain-digits-answer").set_value(most[1]).run()
    assert mapped(page) == list(ALL)
    assert f"True class {most[0]}, answered {most[1]}" in page.subheader[0].value
    first = page.session_state[explain_maps.KEPT][0]
    page.segmented_control(key=f"explain-digits-{most[0]}-{most[1]}").set_value(2).run()
    assert page.session_state[explain_maps.KEPT][0] != first
    page.selectbox(key="explain-digits-class").set_value(7).run()
    assert mapped(page) == list(ALL)
    assert page.session_state[explain_maps.KEPT][0][2] == 7


def test_an_upload_is_explained_and_belongs_to_the_session(caplog):
    page = opened(explain.UPLOAD)
    pixels = np.full((60, 40), 250, np.uint8)
    pixels[10:50, 15:25] = 10
    page.file_uploader[0].upload("secret-name.png", png(pixels), "image/png").run()
    assert mapped(page) == list(ALL)
    assert page.toggle[0].value is True  # dark on light
    assert "secret" not in words(page) and "secret" not in caplog.text
    maps = page.session_state[explain_maps.KEPT][1]
    with zipfile.ZipFile(io.BytesIO(explain_files.as_zip(pixels[:8, :8] / 255, maps))) as z:
        assert len(z.namelist()) == len(ALL) + 2
    page.toggle[1].set_value(False).run()
    assert mapped(page) == list(ALL)


def crop(page: AppTest) -> list[int]:
    """Left and upper edge and side, in percent of the shorter side."""
    return [slider.value for slider in page.slider]


def explained(page: AppTest) -> bytes:
    """The picture that the maps are of."""
    return page.session_state[explain_maps.KEPT][0][1]


def test_a_photo_is_cropped_to_its_ink_and_the_crop_can_be_moved():
    pixels = np.full((120, 160), 220, np.uint8)
    pixels[20:80, 30:40] = pixels[20:30, 30:70] = 40
    page = opened(explain.UPLOAD)
    page.file_uploader[0].upload("a.png", png(pixels), "image/png").run()
    found, first = crop(page), explained(page)
    left, top, size = found
    assert left <= 25 and top <= 17 and 50 <= size <= 60
    assert left + size >= 58 and top + size >= 66
    assert page.button[0].disabled
    page.slider[1].set_value(top + 25).run()
    assert crop(page) == [left, top + 25, size] and explained(page) != first
    page.run()
    assert crop(page) == [left, top + 25, size], "the crop survives a rerun"
    page.toggle[0].set_value(False).run()
    assert crop(page) == [left, top + 25, size], "and another light"
    page.toggle[0].set_value(True).run()
    page.button[0].click().run()
    assert crop(page) == found and explained(page) == first


def test_a_crop_without_ink_and_a_blank_picture_get_a_sentence():
    pixels = np.full((100, 100), 220, np.uint8)
    pixels[10:40, 10:15] = 40
    page = opened(explain.UPLOAD)
    page.file_uploader[0].upload("a.png", png(pixels), "image/png").run()
    page.slider[0].set_value(70).run()
    assert "Nothing is drawn inside the crop" in page.info[0].value and mapped(page) == []
    blank = opened(explain.UPLOAD)
    blank.file_uploader[0].upload("b.png", png(np.full((90, 90), 128, np.uint8)), "image/png").run()
    assert "stands out as drawn" in blank.info[0].value and mapped(blank) == []


def test_a_picture_of_the_networks_size_is_taken_as_it_is():
    pixels = np.random.default_rng(0).integers(0, 255, (8, 8), np.uint8)
    pixels[[0, -1]] = pixels[:, [0, -1]] = 0
    page = opened(explain.UPLOAD)
    page.file_uploader[0].upload("a.png", png(pixels), "image/png").run()
    seen = np.frombuffer(explained(page), np.float32).reshape(8, 8)
    np.testing.assert_allclose(seen, pixels / pixels.max(), atol=1e-6)
    assert crop(page) == []


def test_what_was_assumed_of_a_file_is_said():
    deep = np.zeros((60, 60), np.uint16)
    deep[20:50, 20:28] = 4000
    page = opened(explain.UPLOAD)
    page.file_uploader[0].upload("a.png", png(deep), "image/png").run()
    assert "0 to 4,000 of 16 bits" in words(page)


def test_a_photograph_is_told_from_what_the_network_knows():
    page = opened(explain.UPLOAD)
    noise = np.random.default_rng(0).integers(0, 256, (50, 50), np.uint8)
    page.file_uploader[0].upload("a.png", png(noise), "image/png").run()
    assert "stands out as drawn" in page.info[0].value and mapped(page) == []
    page.toggle[1].set_value(False).run()
    assert "unlike those the network learned from" in page.warning[0].value


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"hello", "not a PNG"),
        (png(np.zeros((1, 1), np.uint8)), "1 by 1 pixels"),
        (png(np.zeros((8, 900), np.uint8)), "so narrow"),
        (png(np.random.default_rng(0).integers(0, 255, (90, 90), np.uint8))[:3000], "damaged"),
    ],
)
def test_a_bad_file_gets_one_sentence(data, part):
    page = opened(explain.UPLOAD)
    page.file_uploader[0].upload("bad.png", data, "image/png").run()
    assert mapped(page) == []
    assert part in page.warning[0].value and len(page.warning) == 1


@pytest.mark.parametrize(
    "sent",
    [None, "x", [], [0] * 63, [0] * 65, [0.5] * 64, [256] * 64, [-1] * 64, [True] * 64, [[0]] * 64,
     {"0": 1}],
)  # fmt: skip
def test_only_grey_values_of_the_right_number_are_a_drawing(sent):
    assert as_picture(sent, 8) is None


def test_a_drawing_is_read_row_by_row():
    found = as_picture([255, 0, 51, 102], 2)
    np.testing.assert_allclose(found, [[1, 0], [0.2, 0.4]])
    assert not opened(explain.DRAW).exception


def test_one_picture_at_a_time(monkeypatch):
    monkeypatch.setattr(bringing, "SECONDS_TO_WAIT", 0.01)
    with bringing.turn():
        page = opened(explain.UPLOAD)
        pixels = np.zeros((90, 90), np.uint8)
        pixels[20:70, 40:50] = 255
        page.file_uploader[0].upload("a.png", png(pixels), "image/png").run()
        assert "Please try again" in page.info[0].value
    assert mapped(page.run()) == list(ALL)


def test_what_is_strange_is_said_and_the_rest_is_not() -> None:
    assert explain_maps.warning(UNLIKE - 0.01, 5) == ""
    said = explain_maps.warning(1.84, 5)
    assert "1.8 times" in said and "one of its 5 classes" in said
