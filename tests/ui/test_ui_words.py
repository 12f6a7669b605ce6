"""The shell's plain functions: cells, agreement, quantities, kept readings."""

from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pandas as pd
import pytest

from core.lab import wording
from core.lab.intervals import Estimate
from core.ui import downloads, evidence, labels, navigation, quantities, readings

ASSETS = Path(__file__).resolve().parents[2] / "assets"


def test_csv_cells_are_never_formulas():
    table = pd.DataFrame({"=name": ["=1+1", "+2", "-3", "@x", "plain"], "value": [-1, 2, 3, 4, 5]})
    lines = downloads.csv_bytes(table).decode().splitlines()
    assert lines[0] == "'=name,value"
    assert lines[1:] == ["'=1+1,-1", "'+2,2", "'-3,3", "'@x,4", "plain,5"]


def test_agreement_of_two_runs():
    first = Estimate(1.0, 0.8, 1.2, 5)
    assert evidence.agreement(first, first) == "identical"
    assert evidence.agreement(first, Estimate(1.25, 1.05, 1.45, 5)) == "within the interval"
    assert evidence.agreement(first, Estimate(1.3, 1.1, 1.5, 5)) == "different"


def test_quantities_in_words():
    found = [quantities.duration(s) for s in (0.04, 2.31, 48.2, 200, 240)]
    assert found == ["0.04 s", "2.3 s", "48 s", "3 min 20 s", "4 min"]
    assert quantities.scaled(1.234e9, "FLOP") == "1.23 GFLOP"


def test_a_reading_is_made_once_and_the_oldest_are_dropped():
    made = []

    def read():
        made.append(1)
        return len(made)

    assert readings.once(("test", "a"), read) == readings.once(("test", "a"), read) == 1
    for i in range(readings.MOST):
        readings.once(("test", str(i)), read)
    assert readings.once(("test", "a"), read) == readings.MOST + 2


def test_a_reading_is_made_anew_for_another_object_of_the_same_name():
    made = []

    def read():
        made.append(1)
        return len(made)

    first, second = object(), object()
    name = ("test", "owned")
    assert [readings.once_for(one, name, read) for one in (first, first, second, first)] == [
        1, 1, 2, 3,
    ]  # fmt: skip


def test_counts_are_spelled_in_the_singular_too():
    said = [wording.how_many(n, "more number") for n in (1, 2, 1200)]
    assert said == ["1 more number", "2 more numbers", "1,200 more numbers"]
    assert evidence.counted(Estimate(1.0, 1.0, 1.0, 1)) in ("1 seed", "1 case")


@pytest.mark.parametrize("name", ["logo-light", "logo-dark", "mark"])
def test_pictures_of_ours_need_no_font(name):
    drawing = ElementTree.parse(ASSETS / f"{name}.svg").getroot()
    assert {part.tag.rpartition("}")[2] for part in drawing.iter()} <= {"svg", "path", "circle"}
    assert drawing.get("aria-label") == navigation.TITLE


def test_every_page_has_a_title_of_its_own_in_the_browser():
    pages = [
        SimpleNamespace(url_path=u, title=t) for u, t in (("", "Home"), ("a", "A"), ("b", "B"))
    ]
    found = [navigation.browser_title(page) for page in pages]
    assert found == [navigation.TITLE, f"A · {navigation.TITLE}", f"B · {navigation.TITLE}"]


def test_labels_spell_abbreviations_as_the_field_does():
    assert labels.label_of("auc_loss_threshold") == "AUC loss threshold"
    assert labels.label_of("accuracy_under_pgd_l2") == "Accuracy under PGD L2"
    assert labels.label_of("mean_gap") == "Mean gap"
    assert labels.label_of("test_accuracy[cnn_shuffled]") == "Test accuracy, CNN shuffled"
    assert labels.label_of("certified_0_25_noise_0_5") == "Certified 0.25 noise 0.5"
