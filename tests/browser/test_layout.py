"""Nothing jumps: the cumulative layout shift of loading, starting, stopping and ending."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PAST, WHEN_DRAWN_ANEW, every_second

MOST = 0.05
"""Of a window of shifts, while a page loads and a run starts, stops and ends: half of what is
called good (web.dev/articles/cls)."""
WATCH = """
window.shifts = [];
new PerformanceObserver(list => {
  for (const e of list.getEntries()) window.shifts.push([e.startTime, e.value]);
}).observe({type: "layout-shift", buffered: true});
"""


def shifted(page):
    """The largest window of shifts since the last call, in which none is excused by a click.

    A window ends with a second of calm, or after five.
    """
    largest = total = first = last = 0.0
    for moment, value in page.evaluate("window.shifts.splice(0)"):
        if moment - last > 1000 or moment - first > 5000:
            total, first = 0.0, moment
        total, last = total + value, moment
        largest = max(largest, total)
    return largest


@pytest.fixture
def watched(profile):
    pages = []

    def open_address(address, width, height):
        page = profile.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.add_init_script(WATCH)
        page.goto(address)
        return page

    yield open_address
    for page in pages:
        page.close()


SIZES = [(1280, 720), (390, 844)]
LOADED = [(path, *size) for path in ("/", f"/overfitting{PAST}") for size in SIZES]
"""Each page and each size is loaded each time, and every pair of them in two."""
one_size = pytest.mark.parametrize(("width", "height"), every_second(SIZES))


@WHEN_DRAWN_ANEW
@pytest.mark.parametrize(("path", "width", "height"), every_second(LOADED))
def test_a_load_keeps_what_it_has_drawn_where_it_is(app, watched, path, width, height):
    """On a busy machine parts come late and apart, the more so in a browser that has no code yet.

    What moves because of the page moves every time, and one of three loads is calm if it does not.
    """
    page = watched(f"{app.url}{path}", width, height)
    loads = []
    while len(loads) < 3 and not (loads and min(loads) < MOST):
        if loads:
            page.reload()
        expect(page.locator(".st-key-finding")).to_be_visible(timeout=60_000)
        page.wait_for_timeout(1500)
        loads.append(shifted(page))
    assert min(loads) < MOST


def test_the_first_visit_of_a_phone_keeps_what_it_has_drawn_where_it_is(app, browser):
    """By a browser that has nothing yet: style and content come as they come.

    One of three visits is calm, as above.
    """
    visits = []
    while len(visits) < 3 and not (visits and min(visits) < MOST):
        context = browser.new_context(viewport={"width": 390, "height": 844})
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(app.url)
        expect(page.locator(".st-key-finding")).to_be_visible(timeout=60_000)
        page.wait_for_timeout(2500)
        visits.append(shifted(page))
        context.close()
    assert min(visits) < MOST


def test_the_style_sheet_is_there_before_anything_is_drawn(app, browser):
    """A phone that gets no code at all has it: then no order of arrival can move things."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.route("**/*.js", lambda route: route.abort())
    page.goto(app.url, wait_until="domcontentloaded")
    rules = "[...document.styleSheets].flatMap(s => [...s.cssRules]).map(r => r.cssText).join()"
    assert ".st-key-miniature" in page.evaluate(rules)
    context.close()


@WHEN_DRAWN_ANEW
@one_size
def test_a_run_starts_stops_and_ends_in_its_place(toys, watched, width, height):
    page = watched(f"{toys.url}/toy?toy.slow.first_seed={width // 130 * 100}", width, height)
    expect(page.get_by_role("button", name=re.compile("Run live"))).to_be_visible(timeout=60_000)
    page.get_by_role("radio", name="Slow").click()
    status = page.locator(".st-key-status")
    expect(status).to_contain_text(re.compile(r"Drawing a wave · [2-9]%"), timeout=30_000)
    shifted(page)
    status.get_by_role("button", name="Stop").click()
    expect(status).to_contain_text("Stopped.", timeout=10_000)
    page.wait_for_timeout(1000)
    assert shifted(page) < MOST
    status.get_by_role("button", name="Run again").click()
    expect(status).to_contain_text("Drawing a wave", timeout=10_000)
    page.wait_for_timeout(500)
    expect(status.locator("button:visible")).to_have_count(1)
    assert shifted(page) < MOST


@WHEN_DRAWN_ANEW
@one_size
def test_a_stored_result_run_live_ends_in_its_place(toys, watched, width, height):
    page = watched(f"{toys.url}/toy", width, height)
    button = page.get_by_role("button", name=re.compile("Run live"))
    expect(button).to_be_visible(timeout=60_000)
    page.wait_for_timeout(1500)
    shifted(page)
    button.click()
    page.wait_for_timeout(3000)
    expect(button).to_be_visible(timeout=60_000)
    assert shifted(page) < MOST


@WHEN_DRAWN_ANEW
@one_size
def test_a_result_comes_into_the_place_of_its_question(app, watched, width, height):
    """Nothing is excused by the click here: what would move is not there before."""
    page = watched(f"{app.url}/fairness", width, height)
    question = page.locator(".st-key-guess")
    loads = []
    while len(loads) < 3 and not (loads and min(loads) < MOST):  # As above.
        if loads:
            page.reload()
        expect(question).to_be_visible(timeout=60_000)
        page.wait_for_timeout(2000)
        loads.append(shifted(page))
    assert min(loads) < MOST
    question.get_by_role("button").first.click()
    expect(page.locator(".st-key-judged")).to_be_visible(timeout=30_000)
    page.wait_for_timeout(2000)
    assert shifted(page) < MOST
