"""A page's first place: how long it is, how wordy, and how many stops the Tab key makes in it."""

import pytest
from playwright.sync_api import expect

from benchmarks.pages import LOOK, MOST, PHONE, STOPS, WHOLE, WIDE, address_of
from tests.runs import SLUGS

MAIN = "[data-testid='stMain']"
BEGIN = f"""() => {{
  const main = document.querySelector("{MAIN}");
  window.met = new Set();
  main.addEventListener("focusin", ({{target}}) => {{
    const group = target.role === "radio" && target.closest("[role=radiogroup]");
    if (target !== main) window.met.add(group || target);
  }});
  const title = main.querySelector("h1");
  title.tabIndex = -1;
  title.focus();
  window.met.delete(title);
}}"""
APART = f"""() => {{
  const counted = new Set(({STOPS})(document.querySelector("{MAIN}")));
  const say = e => e.outerHTML.slice(0, 200);
  return [[...counted].filter(e => !window.met.has(e)).map(say),
          [...window.met].filter(e => !counted.has(e)).map(say), counted.size];
}}"""


def looked_at(page):
    expect(page.locator(".st-key-numbers")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-test-script-state='notRunning']")).to_be_visible(timeout=40_000)
    page.wait_for_function(WHOLE, timeout=60_000)
    page.wait_for_timeout(1000)
    return page.evaluate(LOOK)


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_a_first_place_keeps_its_bars(app, visit, slug):
    wide = looked_at(visit(f"{app.url}/{address_of(slug)}", width=WIDE[0], height=WIDE[1]))
    assert wide["stops"] <= MOST["stops"]
    assert wide["before"] <= MOST["words_before"]
    assert wide["screens"] <= MOST["screens"]
    phone = looked_at(visit(f"{app.url}/{address_of(slug)}", width=PHONE[0], height=PHONE[1]))
    assert phone["stops"] <= MOST["stops"]
    assert phone["screens"] <= MOST["screens_phone"]


def test_what_is_counted_is_what_the_tab_key_visits(app, visit):
    page = visit(f"{app.url}/{address_of('privacy/membership')}")
    looked_at(page)
    page.evaluate(BEGIN)
    for _ in range(80):
        page.keyboard.press("Tab")
    missed, further, counted = page.evaluate(APART)
    assert (missed, further) == ([], []) and counted > 10
