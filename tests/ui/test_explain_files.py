"""Maps to take home: the same maps make the same file, and it holds every value."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.ui.sections.explain import explain_files


def test_all_maps_can_be_taken_home() -> None:
    rng = np.random.default_rng(0)
    image = rng.random((8, 8))
    maps = {name: rng.normal(size=(8, 8)) for name in ("Saliency", "Input x Gradient", "LIME")}
    data = explain_files.as_zip(image, maps)
    assert data == explain_files.as_zip(image, maps)
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
    assert explain_files.painted(black, black).startswith("data:image/png")
