"""The program that stands alone, where an experiment has one."""

import pytest

from core.challenges import experiment
from core.ui import programs
from tests.ui.pages import at, toy, words

BUTTON = "In plain PyTorch"


def offered(page):
    return [button.label for button in page.get("download_button")].count(BUTTON)


@pytest.mark.usefixtures("toys")
def test_the_page_offers_a_program_where_there_is_one(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_STORE", str(tmp_path / "store"))
    monkeypatch.setattr(programs, "FOLDER", tmp_path)
    page = at(toy(wave__height="5"), "Take it with you")
    assert offered(page) == 0
    assert programs.WHY not in words(page)
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "wave.py").write_text("print(1)\n", encoding="utf-8")
    page = page.run()
    assert offered(page) == 1
    assert programs.WHY in words(page)


def test_a_program_taken_home_says_whose_it_is():
    one = experiment("overfitting", "capacity")
    assert programs.file_name(one) == "overfitting_capacity_standalone.py"
    assert programs.program(one).read_bytes().startswith(b'"""')
    assert programs.program(experiment("overfitting", "double_descent")) is None
