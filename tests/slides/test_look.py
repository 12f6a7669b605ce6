"""A chart on a slide has the settings that the installed page library gives it on a page."""

import re
from pathlib import Path

import streamlit

from core.charts import theme
from core.slides.look import CONFIG, as_on_a_page
from tests.charts.test_theme import CONFIG as PAGE
from tests.charts.test_theme import LEAST, contrast, solid

SIZES = {
    "t.fontSizes.twoSm": 12, "t.fontSizes.sm": 14, "t.fontSizes.md": 16, "t.spacing.twoXS": 4,
    "t.spacing.sm": 8, "t.spacing.lg": 16, "t.sizes.defaultChartHeight": 350,
    "t.sizes.defaultChartWidth": 400,
}  # fmt: skip
WORDS = {"!0": True, "!1": False, "t.fontWeights.normal": 400}


def library():
    """The library's own settings of charts, as its script has them."""
    folder = Path(streamlit.__file__).parent / "static"
    (script,) = folder.rglob("CustomTheme*.js")
    text = script.read_text(encoding="utf-8")
    start = text.index("fieldTitle:`verbal`")
    return text[start : text.index("axisXBand:{grid:!1}", start) + 20]


def value(text):
    size = re.fullmatch(r"o\((.+)\)", text)
    if size:
        return SIZES[size[1]]
    if text in WORDS:
        return WORDS[text]
    return text.strip("`") if text.startswith("`") else float(text)


def group(name):
    """One group of settings, but for its colours."""
    inner = re.search(rf"\b{name}:{{([^{{}}]*)}}", library())[1]
    pairs = [pair.split(":", 1) for pair in inner.split(",")]
    return {key: value(text) for key, text in pairs if not key.lower().endswith("color")}


def own(name):
    found = CONFIG[name].items()
    return {key: setting for key, setting in found if not key.lower().endswith("color")}


def test_axes_legends_headers_and_views_are_as_on_a_page():
    for name in ("axis", "legend", "header", "view"):
        assert own(name) == group(name), name


def test_what_has_no_grid_there_has_none_here():
    without = re.findall(r"(axis\w+):{grid:!1}", library())
    assert without and set(without) == {name for name in CONFIG if CONFIG[name] == {"grid": False}}
    assert "binSpacing:o(t.spacing.twoXS),discreteBandSize:{band:.85}" in library()


def test_colours_are_those_of_the_light_page():
    assert list(theme.PAPER_SERIES) == PAGE["light"]["chartCategoricalColors"]
    assert PAGE["light"]["textColor"] == theme.PAPER_INK
    assert PAGE["light"]["grayTextColor"] == theme.PAPER_FAINT
    for color in (theme.PAPER_INK, theme.PAPER_FAINT):
        assert contrast(solid(color), solid(theme.PAPER)) >= LEAST


def test_a_charts_own_settings_lie_over_them_one_by_one():
    spec = {"mark": "bar", "config": {"axis": {"labelFontSize": 9}}, "usermeta": {"a": 1}}
    made = as_on_a_page(spec, {"table": [{"x": 1}]}, 700)
    assert made["config"]["axis"] == {**CONFIG["axis"], "labelFontSize": 9}
    assert made["width"] == 700 and made["datasets"] == {"table": [{"x": 1}]}
    assert "usermeta" not in made and spec["usermeta"] == {"a": 1}
    assert made["autosize"] == {"type": "fit", "contains": "padding"}
