"""A confusion matrix by hand."""

from __future__ import annotations

import pytest

from core.charts.answers import confusion, confusion_matrix


def test_answers_are_counted_and_the_most_frequent_mistake_is_the_darkest() -> None:
    """Two cats called cat; of three dogs two are called cat and one a fox; no fox."""
    table = confusion([0, 0, 1, 1, 1], [0, 0, 0, 0, 2], ("cat", "dog", "fox"))
    assert len(table) == 9 and table["n"].sum() == 5
    cells = table.set_index(["true", "predicted"])
    assert cells["n"].to_dict()["dog", "cat"] == 2
    assert cells["right"].to_dict()["cat", "cat"] and not cells["right"].to_dict()["dog", "cat"]
    weight = cells["weight"].to_dict()
    assert weight["dog", "cat"] == weight["cat", "cat"] == pytest.approx(0.65)
    assert weight["dog", "fox"] == pytest.approx(0.45)
    assert weight["fox", "fox"] == pytest.approx(0.05)


def test_a_cell_can_be_chosen() -> None:
    spec = confusion_matrix(None).to_dict()
    assert spec["params"][0]["select"]["fields"] == ["true", "predicted"]
