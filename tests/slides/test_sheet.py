"""A slide's words and charts: where they stand, and that nothing of a text becomes markup."""

import xml.etree.ElementTree as ElementTree

import pytest

from core.charts import theme
from core.slides import sheet as sheets
from core.slides.sheet import Words, panel_width, sheet, width_of, wrapped

SVG = "{http://www.w3.org/2000/svg}"
CHART = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="{height}" viewBox="0 0 400 300">'
    '<defs><clipPath id="clip1"><rect width="4" height="4"/></clipPath></defs>'
    '<g clip-path="url(#clip1)" fill="currentColor"><path d="M0,0"/></g></svg>'
)


def words(**changed):
    usual = {
        "above": "Overfitting · Capacity",
        "title": "Accuracy by width",
        "finding": "The gap is 13.5 points.",
        "settings": "Width 32 units",
        "link": "http://localhost:8501/overfitting?a=1&b=2",
        "panels": ("",),
    }
    return Words(**{**usual, **changed})


def drawn(words_, *heights):
    return ElementTree.fromstring(sheet(words_, [CHART.format(height=h) for h in heights]))


def said(root):
    return [text.text for text in root.iter(f"{SVG}text")]


def test_title_finding_settings_and_link_stand_on_white_in_this_order():
    root = drawn(words(), 300)
    assert said(root) == [
        "Overfitting · Capacity", "Accuracy by width", "The gap is 13.5 points.", "Width 32 units",
        "http://localhost:8501/overfitting?a=1&b=2",
    ]  # fmt: skip
    ground = root.find(f"{SVG}rect")
    assert ground.get("fill") == theme.PAPER and ground.get("width") == "100%"
    (link,) = root.iter(f"{SVG}a")
    assert link.get("href") == "http://localhost:8501/overfitting?a=1&b=2"
    assert root.find(f"{SVG}title").text == "Accuracy by width"


def test_a_usual_figure_has_the_shape_of_a_slide_and_a_higher_one_is_whole():
    usual, high = drawn(words(), 300), drawn(words(), 900)
    assert (usual.get("width"), usual.get("height")) == ("960", "540")
    assert float(high.get("height")) > 900 * sheets.ENLARGED + 100


def test_ink_is_a_colour_that_any_program_knows():
    text = sheet(words(), [CHART.format(height=300)])
    assert theme.INK not in text and text.count(theme.PAPER_INK) >= 3


def test_charts_side_by_side_share_no_names_and_do_not_overlap():
    root = drawn(words(panels=("narrow", "wide")), 200, 240)
    names = [clip.get("id") for clip in root.iter(f"{SVG}clipPath")]
    used = [g.get("clip-path") for g in root.iter(f"{SVG}g") if g.get("clip-path")]
    assert len(set(names)) == 2 and used == [f"url(#{name})" for name in names]
    places = [g.get("transform") for g in root.iter(f"{SVG}g") if "scale" in g.get("transform", "")]
    left, right = (float(one.split("(")[1].split()[0]) for one in places)
    assert right - left >= sheets.ENLARGED * panel_width(2)
    assert right + sheets.ENLARGED * panel_width(2) <= sheets.WIDTH - sheets.MARGIN + 1
    assert {"narrow", "wide"} <= set(said(root))


def test_a_long_heading_of_a_panel_takes_a_second_line_over_all_charts():
    places = []
    for first in ("narrow", "narrow: " + "many words " * 9):
        root = drawn(words(panels=(first, "wide")), 200, 200)
        scaled = [g for g in root.iter(f"{SVG}g") if "scale" in g.get("transform", "")]
        places.append({g.get("transform").split()[1].split(")")[0] for g in scaled})
    assert [len(one) for one in places] == [1, 1]
    (low,), (lower,) = places
    assert float(lower) - float(low) == sheets.PANEL.height


def test_a_text_is_a_text():
    finding = "<script>alert('1')</script> & \"so\""
    root = drawn(words(finding=finding, link='http://a/?"><script>'), 300)
    assert finding in said(root)
    assert list(root.iter(f"{SVG}script")) == []


@pytest.mark.parametrize("line", [sheets.TITLE, sheets.FINDING, sheets.SMALL])
def test_no_line_is_wider_than_the_sheet(line):
    link = "http://lab.example.org/overfitting?" + "&".join(f"long.name.{i}=1" for i in range(40))
    for text in ("word " * 300, link, "W" * 500, "100.0% [99.5, 100.0]; " * 30):
        lines = wrapped(text, line)
        assert 1 < len(lines) <= line.most
        assert max(width_of(one, line) for one in lines) <= sheets.INSIDE
        assert lines[-1].endswith("…"), "what is left out is told"
    assert wrapped("short", line) == ["short"] and wrapped("", line) == []


def test_what_is_no_chart_is_refused():
    with pytest.raises(ValueError, match="an SVG with a height"):
        sheet(words(), ["<p>no chart</p>"])
