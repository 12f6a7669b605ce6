"""A picture of a visitor's choice: numbers and matrix."""

from __future__ import annotations

import numpy as np
import pytest

from core.challenges.interpretability.gallery import GalleryResult
from core.challenges.interpretability.gallery.config import ALL
from core.data.picture_sets import draw
from core.lab.run import complete
from core.models import shape_networks as networks
from core.ui.sections.explain.known import UNLIKE, Known
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
    table = known.confusion()
    assert len(table) == len(known.names) ** 2 and table["n"].sum() == len(known.result.held)
    for row in table.itertuples():
        true, answer = known.names.index(row.true), known.names.index(row.predicted)
        assert len(known.in_cell(true, answer)) == row.n
    right = table[table["right"]]["n"].sum() / table["n"].sum()
    assert right == pytest.approx(known.result.accuracy["value"].iloc[0])


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
