"""One picture of a visitor's choice, explained by the gallery's first network."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from core.attributions import explain_now
from core.challenges.interpretability.gallery.config import ALL, GalleryResult
from core.charts import marks, theme
from core.charts.raster import grey_picture, signed_map
from core.data.picture_sets import CLASS_NAMES
from core.metrics.attribution import scaled
from core.models import shape_networks as networks

if TYPE_CHECKING:
    from core.models.shape_cnn import ShapeCNN

USUAL = 0.99
"""Share of the known pictures whose distance to the nearest other one counts as usual."""
UNLIKE = 1.2
"""Times the usual distance from which on a picture is called unlike the known ones."""


@dataclass(frozen=True)
class Known:
    """A trained network with the pictures it was tested on.

    Attributes:
        result: Of the gallery's run that trained it; finished.
    """

    result: GalleryResult

    @property
    def names(self) -> tuple[str, ...]:
        """The classes."""
        return CLASS_NAMES[self.result.dataset]

    @property
    def side(self) -> int:
        """Pixels on a side of what the network takes."""
        return int(self.result.held.shape[-1])

    @cached_property
    def net(self) -> ShapeCNN:
        """The network; rebuilt here, so that nobody shares it."""
        return networks.with_weights(len(self.names), self.side, self.result.weights)

    def probabilities(self, image: np.ndarray) -> np.ndarray:
        """Probability of each class for one picture `(side, side)` in [0, 1]."""
        return networks.probabilities(self.net, image[None, None].astype(np.float32))[0]

    def maps(
        self, image: np.ndarray, target: int, methods: tuple[str, ...] = ALL
    ) -> Generator[tuple[str, np.ndarray], None, None]:
        """Make one map of a picture `(side, side)` per method, `(side, side)` in its own unit."""
        for method in methods:
            yield method, self.map_many(method, image[None], np.array([target]))[0]

    def map_many(self, method: str, images: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Make one method's maps of pictures `(n, side, side)`."""
        x = images[:, None].astype(np.float32)
        return explain_now(method, self.net, x, targets, seed=self.result.first_seed)

    def strangeness(self, image: np.ndarray) -> float:
        """How far a picture is from those the network was tested on; `UNLIKE` and more is unlike.

        The distance to the nearest of them, by pixels and by what the network's last layer reads,
        whichever is larger. Unit: the distance to the nearest that 99% of them keep among
        themselves. Nearest neighbours among a network's features tell strange inputs well (Sun et
        al. 2022), but noise can come near in them, and a blank picture near in pixels.
        """
        held = (self.result.held / 255).astype(np.float32)
        own = image[None].astype(np.float32)
        by_pixels = nearest_distance(held.reshape(len(held), -1), own.reshape(1, -1))
        read = networks.features(self.net, np.concatenate([held, own])[:, None])
        spread = read[:-1].std(0)
        read = read / (spread + 1e-3 * max(float(spread.max()), 1e-9))
        return max(by_pixels, nearest_distance(read[:-1], read[-1:]))


def nearest_distance(known: np.ndarray, own: np.ndarray) -> float:
    """Distance of `own` to the nearest row, in units of what 99% of the rows keep themselves."""
    squares = (known**2).sum(1)
    among = squares[:, None] + squares[None] - 2 * known @ known.T
    np.fill_diagonal(among, np.inf)
    usual = float(np.quantile(np.sqrt(among.min(1).clip(0)), USUAL))
    nearest = float(np.sqrt(((known - own) ** 2).sum(1).min()))
    return nearest / usual if usual > 0 else float(nearest > 0) * 2.0


def said_of(strangeness: float, n_classes: int) -> str:
    """Say whether the answer can mean anything; empty where nothing speaks against it."""
    if strangeness < UNLIKE:
        return ""
    return (
        "This picture is unlike those the network learned from: the nearest one it was tested on "
        f"is {strangeness:.1f} times as far away as is usual among them. The network must choose "
        f"one of its {n_classes} classes anyway. Neither its answer nor the maps say what is "
        "really there."
    )


def confusion(result: GalleryResult) -> pd.DataFrame:
    """How often each answer was given to each class.

    Returns:
        `true`, `predicted` (names), `n`, `right`, and `weight` in [0, 1]: how much colour a cell
        gets, by its count among the mistakes or among the right answers.
    """
    names = CLASS_NAMES[result.dataset]
    cases = result.held_cases.astype(int)
    counts = np.zeros((len(names), len(names)), int)
    np.add.at(counts, (cases["true"], cases["predicted"]), 1)
    right = np.eye(len(names), dtype=bool)
    most = np.where(right, counts[right].max(), max(1, counts[~right].max()))
    weight = np.where(counts > 0, 0.25 + 0.4 * counts / np.maximum(most, 1), 0.05)
    rows = {"true": np.repeat(names, len(names)), "predicted": np.tile(names, len(names))}
    return pd.DataFrame(
        {**rows, "n": counts.ravel(), "right": right.ravel(), "weight": weight.ravel()}
    )


def in_cell(result: GalleryResult, true: int, predicted: int) -> np.ndarray:
    """Which of the held pictures are of one class and got one answer."""
    cases = result.held_cases
    return np.flatnonzero((cases["true"] == true) & (cases["predicted"] == predicted))


def confusion_matrix(_: Any) -> alt.LayerChart:
    """True class against answer, with counts; a cell can be chosen."""
    chosen = alt.selection_point(name="cell", fields=["true", "predicted"], empty=False)
    labels = alt.Axis(orient="top", labelAngle=0, labelLimit=70, labelFlush=False,
                      domain=False, ticks=False)  # fmt: skip
    x = alt.X("predicted:N", sort=None, title="the network's answer", axis=labels)
    y = alt.Y("true:N", sort=None, title="true class",
              axis=alt.Axis(labelFlush=False, domain=False, ticks=False))  # fmt: skip
    base = alt.Chart(marks.TABLE).encode(x=x, y=y)
    color = alt.condition(
        "datum.right", alt.value(theme.BASELINE), alt.value(theme.SPLIT_COLORS["validation"])
    )
    cells = base.mark_rect(cornerRadius=2, cursor="pointer", strokeWidth=3).encode(
        color=color,
        fillOpacity=alt.FillOpacity("weight:Q", legend=None, scale=None),
        stroke=alt.condition(chosen, alt.value(theme.ACCENT), alt.value("transparent")),
        tooltip=[
            alt.Tooltip("true:N", title="true class"),
            alt.Tooltip("predicted:N", title="answer"),
            alt.Tooltip("n:Q", title="pictures"),
        ],
    ).add_params(chosen)  # fmt: skip
    counts = base.transform_filter("datum.n > 0").mark_text(fontSize=13, aria=False).encode(
        text="n:Q", color=alt.value(theme.INK)
    )  # fmt: skip
    return alt.layer(cells, counts).properties(height=alt.Step(32))


def probability_bars(_: Any) -> alt.LayerChart:
    """One bar per class, its probability beside it; the explained one stands out."""
    x = alt.X("probability:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1.2]))
    y = alt.Y("class:N", sort=None, axis=alt.Axis(title=None, domain=False, ticks=False))
    color = alt.condition("datum.explained", alt.value(theme.ACCENT), alt.value(theme.BASELINE))
    base = alt.Chart(marks.TABLE).encode(x=x, y=y)
    bars = base.mark_bar(cornerRadiusEnd=2).encode(color=color)
    words = base.mark_text(align="left", dx=4, fontSize=12, aria=False).encode(
        text=alt.Text("probability:Q", format=".1%"), color=alt.value(theme.INK)
    )
    return alt.layer(bars, words).properties(height=alt.Step(22))


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
