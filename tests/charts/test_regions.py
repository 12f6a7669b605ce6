"""Decision regions: the map lies under the examples as a visitor sees it."""

from __future__ import annotations

import altair as alt
import numpy as np

from core.charts import raster, regions

EXAMPLES = np.array([[0.0, 1.0], [2.0, -1.0], [1.0, 3.0]], dtype=np.float32)


def test_the_extent_leaves_a_margin_around_the_outermost_examples() -> None:
    extent = regions.extent_around(EXAMPLES)
    np.testing.assert_allclose(extent, [-0.3, 2.3, -1.3, 3.3], rtol=1e-6)
    assert extent.dtype == np.float32
    assert regions.extent_around(EXAMPLES.astype(float)).dtype == np.float64


def test_the_grid_is_read_like_a_page() -> None:
    places = regions.grid_of(np.array([0.0, 2.0, -1.0, 1.0]), 3)
    assert places.dtype == np.float32
    assert places[:4].tolist() == [[0, 1], [1, 1], [2, 1], [0, 0]]
    assert places[-1].tolist() == [2, -1]


def test_probabilities_are_the_sigmoid_of_the_logits_in_the_places_of_the_grid() -> None:
    places = regions.grid_of(np.array([-1.0, 1.0, -1.0, 1.0]), 5)
    up = places[:, 1:]  # class 1 above, class 0 below
    found = regions.probabilities(np.stack([up, 1000 * up]), 5)
    assert found.shape == (2, 5, 5) and found.dtype == np.float32
    np.testing.assert_allclose(found[0, 0], 1 / (1 + np.exp(-1)), rtol=1e-6)
    np.testing.assert_allclose(found[0, 2], 0.5)
    assert found[1, 0].min() > 0.999 and found[1, -1].max() < 0.001
    assert np.isfinite(found).all()


def test_each_map_becomes_a_picture_in_the_frame_that_it_covers() -> None:
    maps = np.zeros((2, 4, 4), dtype=np.float32)
    maps[1, :2] = 1
    table = regions.images(maps, np.array([0, 1, 2, 3]), panel=["a", "b"])["image"]
    assert list(table.columns) == ["panel", "url", "a", "b", "c", "d"]
    assert table["url"].tolist() == [raster.class_regions(one) for one in maps]
    assert table[["a", "b", "c", "d"]].to_numpy().tolist() == [[0, 1, 2, 3]] * 2
    assert "panel" not in regions.images(maps, np.arange(4))["image"]


def test_examples_lie_over_the_picture() -> None:
    shape, tooltip = alt.Shape("given:N"), [alt.Tooltip("given:N")]
    spec = regions.decision_regions(shape, tooltip, 230, size=55, stroke=0.7).to_dict()
    picture, frame, examples = spec["layer"]
    assert [layer["data"]["name"] for layer in (picture, frame, examples)] == [
        "image", "image", "table",
    ]  # fmt: skip
    assert frame["encoding"]["x2"] == {"field": "b"} and frame["encoding"]["y2"] == {"field": "d"}
    assert examples["encoding"]["shape"]["field"] == "given"
    assert (examples["mark"]["size"], examples["mark"]["strokeWidth"]) == (55, 0.7)
    assert spec["height"] == 230
