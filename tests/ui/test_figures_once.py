"""A finished figure is compiled and encoded once for all visitors, and each gets their own."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from core import challenges
from core.charts.choosing import marked
from core.lab.experiment import Figure
from core.store import store
from core.store.store import Record
from core.ui import figures, readings
from tests.ui.pages import toy

pytestmark = pytest.mark.usefixtures("toys")


@pytest.fixture(autouse=True)
def nothing_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_STORE", str(tmp_path))
    monkeypatch.setattr(readings, "shelf", readings.Shelf(99))
    monkeypatch.setattr(figures, "_specifications", readings.Shelf(99))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[], tuple[int, int]]:
    """How many charts were compiled and how many tables encoded for finished figures so far."""
    compiled, encoded = list[object](), list[object]()
    compile_, encode = figures.compiled, figures.encoded

    def noted(chart: Any, *more: Any) -> dict[str, Any]:
        compiled.append(chart)
        return compile_(chart, *more)

    def noted_too(figure: Any, *more: Any) -> figures.Parts:
        encoded.append(figure)
        return encode(figure, *more)

    monkeypatch.setattr(figures, "compiled", noted)
    monkeypatch.setattr(figures, "encoded", noted_too)
    return lambda: (len(compiled), len(encoded))


def tables(page: Any) -> list[pd.DataFrame]:
    """What the charts of a page draw."""
    found = []
    for chart in page.get("vega_lite_chart"):
        for dataset in chart.proto.datasets:
            found.append(pa.ipc.open_stream(io.BytesIO(dataset.data.data)).read_pandas())
    return found


def test_two_visitors_get_a_figure_that_was_made_once(
    counted: Callable[[], tuple[int, int]],
) -> None:
    toy()  # Runs it.
    first, second = toy(), toy()
    assert counted() == (1, 1)
    (one,), (two,) = tables(first), tables(second)
    pd.testing.assert_frame_equal(one, two)
    assert len(one) == 200


def test_each_visitor_gets_the_figure_of_their_own_settings_and_view(
    counted: Callable[[], tuple[int, int]],
) -> None:
    low, high = {"wave__height": "1"}, {"wave__height": "10"}
    log = {**low, "wave__scale": "log"}
    for _ in range(2):
        seen = [toy(**one) for one in (low, high, log)]
        drawn = [tables(page)[0] for page in seen]
        reach = [one["y"].max() - one["y"].min() for one in drawn]
        assert reach[0] < 3 < 18 < reach[1] and reach[2] == reach[0]
        specs = [page.get("vega_lite_chart")[0].proto.spec for page in seen]
        assert ['"log"' in spec for spec in specs] == [False, False, True]
    assert counted() == (2, 3)


def test_a_new_run_of_the_same_settings_is_shown_with_its_own_numbers() -> None:
    one = challenges.experiment("toy", "wave")
    toy()
    found = store.find(one, one.config())
    assert found is not None
    later = replace(found.record.provenance, date="2031-01-01T00:00:00+00:00")
    points = found.record.result.points.assign(y=99.0)
    new: Record[Any] = replace(
        found.record, provenance=later, result=type(found.record.result)(points)
    )
    assert store.local_store().put(one.key(one.config()), new)
    assert set(tables(toy())[0]["y"]) == {99.0}


@pytest.mark.parametrize("slug", ["overfitting/capacity", "privacy/membership"])
def test_what_is_sent_is_what_the_page_library_would_make_of_the_tables(slug: str) -> None:
    one = challenges.experiment(*slug.split("/"))
    found = store.find(one, one.config())
    assert found is not None
    for figure in one.figures:
        own, _, parts = figures.finished(figure, found.record, one.view())
        for name, sent in parts:
            assert list(sent) == list(own)
            for key, table in own.items():
                read = pa.ipc.open_stream(io.BytesIO(sent[key])).read_pandas()
                wanted = panel(figure, marked(table, figure.picks, one.view()), name)
                pd.testing.assert_frame_equal(read, wanted, check_dtype=False)


def panel(figure: Figure[Any, Any], table: pd.DataFrame, name: str) -> pd.DataFrame:
    inside = figure.panels and "panel" in table.columns
    return table[table["panel"].astype(str) == name] if inside else table


def test_the_charts_of_a_page_are_not_held_against_the_schema_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = list[bool]()
    compile_ = figures.compiled

    def noted(*asked_of: Any, validate: bool = False) -> dict[str, Any]:
        asked.append(validate)
        return compile_(*asked_of, validate=validate)

    monkeypatch.setattr(figures, "compiled", noted)
    toy()
    assert asked == [False]
