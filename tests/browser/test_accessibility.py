"""axe finds nothing on our pages, in either mode, beyond the page library's own known nodes."""

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PAST, WHEN_DRAWN_ANEW, every_second

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
KNOWN = {"presentation-role-conflict": ("stFileUploaderDropzone",)}
"""Rule -> pieces of HTML of Streamlit 1.67's own that break it, whatever an app does."""


def violations(page):
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    nodes = [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]]
    return [
        (rule, html)
        for rule, html in nodes
        if not any(piece in html for piece in KNOWN.get(rule, ()))
    ]


def drawn(page):
    """Wait until the page is drawn to its end, and what fades in has done so."""
    expect(page.locator("[data-test-script-state='notRunning']")).to_be_visible(timeout=40_000)
    expect(page.locator("[data-stale='true']")).to_have_count(0, timeout=40_000)  # they are faded
    page.wait_for_timeout(500)
    page.wait_for_function(
        "document.getAnimations().every(one => one.playState != 'running'"
        " || one.effect.getTiming().iterations == Infinity)"
    )


def lasting(page):
    """Violations that are still there after a moment: what fades in is pale while it does."""
    for _ in range(3):
        found = violations(page)
        if not found:
            return []
        page.wait_for_timeout(1500)
    return found


def in_both_schemes(page, first):
    """Violations in one scheme, then in the other: the page follows without a new visit."""
    found = {}
    for scheme in (first, *({"light", "dark"} - {first})):
        page.emulate_media(color_scheme=scheme)
        expect(page.locator(".stApp")).to_have_css("color-scheme", scheme, timeout=10_000)
        drawn(page)
        found[scheme] = lasting(page)
    return found


CLEAN = {"light": [], "dark": []}


LOOKED_AT = [
    (path, scheme) for path in ("/", f"/fairness{PAST}", "/ledger") for scheme in ("light", "dark")
]


@pytest.mark.parametrize(("path", "scheme"), every_second(LOOKED_AT))
def test_no_violation(app, visit, path, scheme):
    page = visit(f"{app.url}{path}", scheme=scheme)
    expect(page.locator(".st-key-finding")).to_be_visible(timeout=40_000)
    if path.startswith("/fairness"):
        page.get_by_role("button", name="Audit one here").click()
        expect(page.locator(".st-key-audit-downloads")).to_be_visible(timeout=40_000)
    drawn(page)
    assert lasting(page) == []


ASKING = [
    (path, size, scheme)
    for path in ("/overfitting", "/privacy")
    for size in ((1280, 720), (390, 844))
    for scheme in ("light", "dark")
]
"""One page asks for an answer, the other for a range; each is seen in both sizes each time."""


@WHEN_DRAWN_ANEW
@pytest.mark.parametrize(("path", "size", "scheme"), every_second(ASKING))
def test_no_violation_where_a_guess_is_asked_for_and_judged(app, visit, path, size, scheme):
    page = visit(f"{app.url}{path}", width=size[0], height=size[1], scheme=scheme)
    question = page.locator(".st-key-guess")
    expect(question).to_be_visible(timeout=40_000)
    drawn(page)
    assert lasting(page) == []
    question.get_by_role("button").first.click()
    expect(page.locator(".st-key-judged")).to_be_visible(timeout=40_000)
    page.get_by_role("tab", name="How sure").click()
    expect(page.locator(".st-key-claims")).to_be_visible(timeout=40_000)
    drawn(page)
    assert lasting(page) == []


@WHEN_DRAWN_ANEW
def test_no_violation_on_the_way_from_the_figure_to_what_is_taken_home(app, visit):
    page = visit(f"{app.url}/overfitting{PAST}", scheme="dark")
    expect(page.locator(".st-key-finding")).to_be_visible(timeout=40_000)
    expect(page.locator(".st-key-numbers")).to_be_visible(timeout=40_000)
    assert in_both_schemes(page, "dark") == CLEAN
    page.get_by_role("tab", name="Take it with you").click()
    expect(page.locator(".st-key-link")).to_be_visible(timeout=40_000)
    assert in_both_schemes(page, "light") == CLEAN
    page.get_by_role("button", name="Picture").first.click()
    expect(page.get_by_role("button", name="PNG", exact=True)).to_be_visible(timeout=40_000)
    assert in_both_schemes(page, "dark") == CLEAN
