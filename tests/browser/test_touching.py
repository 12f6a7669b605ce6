"""Touching the data with a mouse and with a finger."""

import re

import pytest
from playwright.sync_api import expect

from core.miniature.moons import extent_of
from core.miniature.touched import TouchedConfig
from tests.browser.conftest import PAST, WHEN_DRAWN_ANEW

DRAWN = TouchedConfig().drawn()
HOME = ".st-key-figure-miniature-moons-decisions [data-testid='stVegaLiteChart']"
ASIDE = ".st-key-figure-miniature-touched-sides [data-testid='stVegaLiteChart']"
EMPTY = 0.04, 0.05
"""Share of the picture's width and height: a corner, where no point lies."""


def place_of(drawing, point):
    """Where a point is drawn, as shares of the picture."""
    a, b, c, d = extent_of(DRAWN)
    x1, x2 = DRAWN.x_train[point]
    return (x1 - a) / (b - a), (d - x2) / (d - c)


def spot(drawing, shares):
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    return box["x"] + shares[0] * box["width"], box["y"] + shares[1] * box["height"]


@pytest.fixture
def phone(browser):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    yield context.new_page()
    context.close()


def test_a_click_flips_a_label_and_an_empty_place_gets_a_point(app, visit):
    page = visit(app.url)
    finding = page.locator(".st-key-finding")
    expect(finding).to_be_visible(timeout=60_000)
    drawing = page.locator(HOME).locator("svg.marks, canvas.marks")
    page.mouse.click(*spot(drawing, place_of(drawing, 7)))
    expect(finding).to_contain_text("With 1 label flipped by you", timeout=30_000)
    page.mouse.click(*spot(drawing, EMPTY))
    expect(finding).to_contain_text("1 label flipped and 1 point added", timeout=30_000)
    page.mouse.click(*spot(drawing, EMPTY))
    expect(finding).to_contain_text("and 1 point added", timeout=30_000)
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    expect(finding).to_contain_text("With 1 label flipped by you", timeout=30_000)
    page.get_by_role("button", name="As it was").click()
    expect(finding).to_contain_text("of the points they were trained on", timeout=30_000)


@WHEN_DRAWN_ANEW
def test_a_finger_does_the_same(app, phone):
    phone.goto(app.url)
    finding = phone.locator(".st-key-finding")
    expect(finding).to_be_visible(timeout=60_000)
    drawing = phone.locator(HOME).locator("svg.marks, canvas.marks")
    phone.touchscreen.tap(*spot(drawing, place_of(drawing, 7)))
    expect(finding).to_contain_text("With 1 label flipped by you", timeout=30_000)


@WHEN_DRAWN_ANEW
def test_on_capacity_the_second_picture_is_touched(app, visit):
    page = visit(f"{app.url}/overfitting{PAST}")
    charts = page.locator(ASIDE).locator("svg.marks, canvas.marks")
    expect(charts).to_have_count(2, timeout=60_000)
    found = page.locator(".st-key-finding").inner_text()
    page.mouse.click(*spot(charts.first, EMPTY))
    page.mouse.click(*spot(charts.last, EMPTY))
    said = page.get_by_text(re.compile("1 point added by you"))
    expect(said).to_be_visible(timeout=60_000)
    assert page.locator(".st-key-finding").inner_text() == found, "the run above is untouched"
    expect(charts).to_have_count(2)
