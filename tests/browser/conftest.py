"""One browser for all tests, one server per app."""

import re
from pathlib import Path

import pytest

from benchmarks.server import CHROMIUM_FLAGS, ROOT, serving
from tests.runs import SIMULATIONS, turn

PAST = "?guess=0"
"""Behind a page's address: the visit is past the question before a result."""
WHEN_DRAWN_ANEW = pytest.mark.in_turn(
    "app.py", "assets/", "core/charts/", "core/miniature/", "core/running/", "core/ui/", "pages/",
    ".streamlit/", "constraints.txt", "benchmarks/server.py", "tests/browser/", "tests/toys/",
)  # fmt: skip
"""For visits that another proof stands beside: a quarter of them in turn, all after a change of
what is drawn or of who draws it."""
TOYS = ROOT / "tests" / "toys" / "app.py"


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser(chromium):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        yield found
        found.close()


@pytest.fixture(scope="session")
def toys(chromium, tmp_path_factory):
    folder = tmp_path_factory.mktemp("toys")
    with serving(TOYS, folder / "log.txt", folder / "store") as server:
        yield server


@pytest.fixture(scope="session")
def app(chromium, tmp_path_factory):
    folder = tmp_path_factory.mktemp("app")
    with serving(ROOT / "app.py", folder / "log.txt", folder / "store") as server:
        yield server


@pytest.fixture(scope="session")
def profile(browser):
    """What a browser keeps from one visit to the next: the page library's code, and no session."""
    context = browser.new_context()
    yield context
    context.close()


def every_second(cases):
    """Cases that come in pairs: of each pair one in turn, the other when slow.

    It moves on when the quarters of `WHEN_DRAWN_ANEW` have gone round, so that those meet each.
    """
    return [
        case
        if (place + turn() // SIMULATIONS) % 2 == place // 2 % 2
        else pytest.param(*case, marks=pytest.mark.slow)
        for place, case in enumerate(cases)
    ]


def foreign(page):
    """Addresses that a page asked of others than the server it came from."""
    own = re.match(r"https?://[^/]+", page.asked[0])[0]
    return [url for url in page.asked if not url.startswith((own, "data:", "blob:"))]


@pytest.fixture
def visit(profile):
    """Open an address as a new visitor and wait for the page's title.

    Whatever the test does there, the browser is sent nowhere else.
    """
    pages = []

    def open_address(address, *, width=1280, height=720, scheme="light"):
        page = profile.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(address)
        page.wait_for_selector("h1", timeout=30_000)
        return page

    yield open_address
    sent = [url for page in pages for url in foreign(page)]
    for page in pages:
        page.close()
    assert sent == []
