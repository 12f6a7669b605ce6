"""The program that stands alone, where an experiment has one."""

import pytest

from core.challenges import experiment
from core.ui import standalone
from tests.ui.pages import at, toy, words

BUTTON = "In plain PyTorch"


def offered(page):
    return [button.label for button in page.get("download_button")].count(BUTTON)


@pytest.mark.usefixtures("toys")
def test_the_page_offers_a_program_where_there_is_one(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_STORE", str(tmp_path / "store"))
    monkeypatch.setattr(standalone, "FOLDER", tmp_path)
    page = at(toy(wave__height="5"), "Take it with you")
    assert offered(page) == 0
    assert standalone.WHY not in words(page)
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "wave.py").write_text("print(1)\n", encoding="utf-8")
    page = page.run()
    assert offered(page) == 1
    assert standalone.WHY in words(page)


def test_a_program_taken_home_says_whose_it_is():
    one = experiment("overfitting", "capacity")
    assert standalone.file_name(one) == "overfitting_capacity_standalone.py"
    assert standalone.program(one).read_bytes().startswith(b'"""')
    assert standalone.program(experiment("overfitting", "double_descent")) is None
