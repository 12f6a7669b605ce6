"""Maps as pictures, and all of them in one file to take home."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.charts.raster import grey_picture, signed_map
from core.metrics.attribution import scaled


def painted(image: np.ndarray, values: np.ndarray) -> str:
    """A map over its picture, as the gallery paints it: divided by its largest absolute value."""
    return signed_map(image, scaled(values[None])[0])


def as_zip(image: np.ndarray, maps: Mapping[str, np.ndarray]) -> bytes:
    """All maps to take home: a PNG each, the picture, and the values in one table."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "picture.png", _png(grey_picture(image)))
        for method, values in maps.items():
            name = f"{method.lower().replace(' ', '-')}.png"
            _put(archive, name, _png(painted(image, values)))
        _put(archive, "values.csv", as_table(image, maps).to_csv(index=False).encode())
    return file.getvalue()


def as_table(image: np.ndarray, maps: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """One row a pixel: `row`, `column`, its brightness, and every method's value, unscaled."""
    rows, columns = np.indices(image.shape)
    table = {"row": rows.ravel(), "column": columns.ravel(), "brightness": image.ravel()}
    table |= {method: values.ravel() for method, values in maps.items()}
    return pd.DataFrame(table)


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Write an entry without the hour: the same maps make the same file."""
    archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def _png(address: str) -> bytes:
    return base64.b64decode(address.split(",", 1)[1])
