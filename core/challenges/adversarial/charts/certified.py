"""Charts of the certified experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.adversarial.charts.lines import line_color, line_dash
from core.challenges.adversarial.tables.certified import SERIES, SIGMAS
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.adversarial.certified import CertifiedView


def _axes() -> tuple[alt.X, alt.Y]:
    x = alt.X(
        "radius:Q",
        title="length of the change (Euclidean)",
        axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1, 1.25], format=".2~f"),
        scale=alt.Scale(domain=[0, 1.25], nice=False),
    )
    y = alt.Y("mean:Q", title="accuracy", axis=alt.Axis(format=".0%"),
              scale=alt.Scale(domain=[0, 1]))  # fmt: skip
    return x, y


def promise(view: CertifiedView) -> alt.LayerChart:
    """Certified and attacked accuracy over the length of the change."""
    colors = dict(zip(SERIES, (theme.REMEDY, theme.WARNING, theme.BASELINE), strict=True))
    x, y = _axes()
    dash = line_dash("series", [SERIES[2], SERIES[1], SERIES[0]])
    return marks.interval_lines(x, y, line_color("series", colors), dash=dash)


def by_noise(view: CertifiedView) -> alt.LayerChart:
    """Certified accuracy over the radius, one line per noise."""
    names = [f"noise {sigma:g}" for sigma in SIGMAS]
    colors = dict(zip(names, (theme.TRAIN, theme.VALIDATION, theme.ACCENT), strict=True))
    x, y = _axes()
    return marks.interval_lines(x, y, line_color("noise", colors), dash=line_dash("noise", names))
