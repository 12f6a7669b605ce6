"""axe finds nothing on our pages, in either mode, beyond the page library's own known nodes."""

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import expect

from tests.runs import turn

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
KNOWN = {"presentation-role-conflict": ("stFileUploaderDropzone",)}
"""Rule -> pieces of HTML of Streamlit 1.67's own that break it, whatever an app does."""


def violations(page):
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
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


CASES = [("/", "light"), ("/", "dark"), ("/overfitting", "light"), ("/fairness", "light")]
IN_TURN = [("/overfitting", "dark"), ("/fairness", "dark")]
NOW = turn() % len(IN_TURN)


@pytest.mark.parametrize(
    ("path", "scheme"),
    [*CASES, IN_TURN[NOW], pytest.param(*IN_TURN[not NOW], marks=pytest.mark.slow)],
)
def test_no_violation(app, visit, path, scheme):
    page = visit(f"{app.url}{path}", scheme=scheme)
    expect(page.locator(".st-key-finding")).to_be_visible(timeout=40_000)
    drawn(page)
    assert violations(page) == []
