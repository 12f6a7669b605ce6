"""The room that is kept for a figure is nearly the one that it takes."""

from __future__ import annotations

import pandas as pd
import pytest

from core import challenges
from core.store import store
from core.ui import early_style, figures, rooms

HIGH = {
    "overfitting/remedies": 421, "data_quality/leakage": 195, "data_quantity/doing_with_less": 363,
    "compute/training_cost": 396, "hardware/memory": 302, "scalability/streaming": 254,
    "fairness/thresholds": 323, "privacy/unlearning": 286, "history/mnist1d": 396,
    "strategies/trade_offs": 505,
}  # fmt: skip
"""Pixels of the first figure on a page of 1280, as Chromium drew it on 2026-11-26."""
NEAR = 40
"""Half of a screen of 720 pixels that moves by so many is a shift of 0.03."""


def first(slug: str) -> tuple[dict, pd.DataFrame]:
    """A first figure's chart and what it shows of the stored result."""
    one = challenges.experiment(*slug.split("/"))
    figure, view = one.figures[0], one.view()
    found = store.find(one, one.config())
    assert found is not None
    tables = figures.finished(figure, found.record, view)[0]
    return figures.specification(figure.chart, view, bool(figure.picks)), tables["table"]


@pytest.mark.parametrize("slug", HIGH)
def test_a_chart_by_rows_is_about_as_high_as_is_kept_for_it(slug: str) -> None:
    spec, table = first(slug)
    assert figures.height_of(spec) == "content"
    height = rooms.height(spec, table)
    assert height is not None
    assert abs(height - HIGH[slug]) <= NEAR
    kept = rooms.steps(height) * early_style.STEP
    assert abs(kept - height) <= early_style.STEP / 2
    assert rooms.height(spec, table.iloc[:0]) is None, "nobody knows how many rows will come"


def test_a_given_height_is_the_height() -> None:
    spec, table = first("overfitting/capacity")
    assert rooms.height(spec, table) == rooms.height(spec, table.iloc[:0]) == spec["height"]


@pytest.mark.parametrize(
    ("slug", "count"),
    [("overfitting/capacity", 3), ("adversarial/attack", 4), ("generalization/novel_classes", 2)],
)
def test_a_figure_has_room_for_the_panels_that_it_will_have(slug: str, count: int) -> None:
    assert rooms.panels(first(slug)[1]) == count


def test_where_nothing_is_known_the_usual_panels_are_expected() -> None:
    assert rooms.panels(pd.DataFrame()) == rooms.USUAL_PANELS


def test_the_style_sheet_knows_every_step() -> None:
    sheet = early_style.style().decode()
    for one in (rooms.steps(1), rooms.steps(500), rooms.steps(10_000)):
        assert f'[class*="-high-{one} "]' in sheet
        assert f"min-height: {one * early_style.STEP}px" in sheet
