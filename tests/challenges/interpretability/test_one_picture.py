"""A picture of a visitor's choice: numbers, matrix, and what is taken home."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.challenges.interpretability.gallery import GalleryResult, one_picture
from core.challenges.interpretability.gallery.config import ALL
from core.challenges.interpretability.gallery.one_picture import UNLIKE, Known
from core.data.picture_sets import draw
from core.lab.run import complete
from core.models import shape_networks as networks
from tests.runs import smallest


@pytest.fixture(scope="module")
def known() -> Known:
    return Known(smallest("interpretability/gallery").result)


def test_maps_are_the_gallerys(known: Known) -> None:
    """The first picture, its answer: one picture by itself gets the maps it had in company."""
    result = known.result
    image, target = result.images[0] / 255, int(result.cases["predicted"].iloc[0])
    assert known.probabilities(image).max() == pytest.approx(result.cases["probability"].iloc[0])
    maps = dict(known.maps(image, target))
    assert tuple(maps) == ALL
    for place, (method, values) in enumerate(maps.items()):
        if method in ("SmoothGrad", "GradientSHAP", "Random map"):
            continue  # drawn for all pictures of a batch at once
        kept = result.maps[0, place, 0].astype(np.float32)
        np.testing.assert_allclose(values / np.abs(values).max(), kept, atol=2e-3, err_msg=method)


def test_the_matrix_counts_every_picture_once(known: Known) -> None:
    table = one_picture.confusion(known.result)
    assert len(table) == len(known.names) ** 2 and table["n"].sum() == len(known.result.held)
    for row in table.itertuples():
        true, answer = known.names.index(row.true), known.names.index(row.predicted)
        assert len(one_picture.in_cell(known.result, true, answer)) == row.n
    right = table[table["right"]]["n"].sum() / table["n"].sum()
    assert right == pytest.approx(known.result.accuracy["value"].iloc[0])


def test_a_nearest_neighbour_by_hand() -> None:
    rows = np.array([[0.0], [1.0], [3.0]])
    usual = np.quantile([1.0, 1.0, 2.0], one_picture.USUAL)
    assert one_picture.nearest_distance(rows, np.array([[7.0]])) == pytest.approx(4 / usual)
    same = np.zeros((3, 1))
    assert one_picture.nearest_distance(same, np.array([[0.0]])) == 0
    assert one_picture.nearest_distance(same, np.array([[1.0]])) > UNLIKE


@pytest.mark.slow
@pytest.mark.parametrize("seed", [500, 700])
@pytest.mark.parametrize("name", ["shapes", "digits"])
def test_strange_pictures_are_told_from_new_ones(name: str, seed: int) -> None:
    """New pictures of the same kind are the negative control, others the positive ones."""
    data = complete(draw(name, 1500, 8, seed))  # type: ignore[arg-type]
    net = complete(networks.train(data, seed, 6))
    images = np.round(255 * data.x_validation[:, 0]).astype(np.uint8)
    held, new = images[:-60], images[-60:] / 255
    result = smallest("interpretability/gallery").result
    fields = {**result.__dict__, "held": held, "weights": networks.weights_of(net), "dataset": name}
    known = Known(GalleryResult(**fields))

    def share(pictures: np.ndarray) -> float:
        return float(np.mean([known.strangeness(p) >= UNLIKE for p in pictures]))

    rng = np.random.default_rng(seed)
    assert share(new) < 0.1
    assert share(rng.random((20, *new.shape[1:]))) == 1
    assert share(1 - new[:20]) == 1
    assert share(np.zeros((1, *new.shape[1:]))) == 1


def test_what_is_strange_is_said_and_the_rest_is_not() -> None:
    assert one_picture.said_of(UNLIKE - 0.01, 5) == ""
    said = one_picture.said_of(1.84, 5)
    assert "1.8 times" in said and "one of its 5 classes" in said


def test_all_maps_can_be_taken_home(known: Known) -> None:
    image = known.result.held[3] / 255
    maps = dict(known.maps(image, 2, ("Saliency", "Input x Gradient", "LIME")))
    data = one_picture.as_zip(image, maps)
    assert data == one_picture.as_zip(image, maps)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = ["picture.png", "saliency.png", "input-x-gradient.png", "lime.png", "values.csv"]
        assert archive.namelist() == names
        table = pd.read_csv(io.BytesIO(archive.read("values.csv")))
        for name in names[:-1]:
            shown = Image.open(io.BytesIO(archive.read(name)))
            assert shown.format == "PNG" and shown.size[0] == shown.size[1] >= 100
    assert len(table) == image.size
    for method, values in maps.items():
        np.testing.assert_allclose(table[method], values.ravel(), rtol=1e-5)
    at = table[(table["row"] == 2) & (table["column"] == 5)]
    assert at["brightness"].item() == pytest.approx(image[2, 5])


def test_a_map_of_nothing_is_painted() -> None:
    black = np.zeros((8, 8))
    assert one_picture.painted(black, black).startswith("data:image/png")
