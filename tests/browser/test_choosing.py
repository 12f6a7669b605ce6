"""Choosing an example with a click on it: every figure follows, and nothing moves or runs."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from tests.browser.conftest import PAST, WHEN_DRAWN_ANEW
from tests.browser.test_layout import MOST, WATCH, shifted

ATTACK = f"/adversarial{PAST}"
DIGITS = ".st-key-figure-adversarial-attack-digits"
WORDS = ".st-key-words-adversarial-attack-images"
NOVEL = f"/generalization{PAST}&generalization.experiment=Novel+classes"
EXAMPLES = ".st-key-figure-generalization-novel_classes-examples"
MIDDLE = """figure => {
  const box = figure.querySelector("svg.marks .mark-symbol path").getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}"""
"""Of the figure's first dot."""


def opened(page):
    page.get_by_role("tab", name="More figures").click()
    expect(page.locator("[data-testid='stVegaLiteChart'] svg.marks").nth(4)).to_be_visible(
        timeout=40_000
    )
    page.wait_for_timeout(1500)


def parameters(page):
    return parse_qs(urlsplit(page.url).query)


def test_a_picture_is_chosen_by_a_click_and_by_the_control(app, visit):
    page = visit(f"{app.url}{ATTACK}")
    expect(page.locator(WORDS)).to_contain_text("this 3", timeout=40_000)
    opened(page)
    page.evaluate(WATCH)
    page.wait_for_timeout(200)
    shifted(page)
    page.locator(DIGITS).locator("[aria-label^='digit: 8;']").click()
    expect(page.locator(WORDS)).to_contain_text("this 8", timeout=20_000)
    expect(page.locator(DIGITS).locator("[aria-label*='; chosen']")).to_have_count(1)
    expect(page.locator(DIGITS).locator("[aria-label^='digit: 8;'][aria-label$='; chosen']")
           ).to_have_count(1)  # fmt: skip
    assert parameters(page)["adversarial.attack.digit"] == ["8"]
    page.wait_for_timeout(1000)
    assert shifted(page) < MOST
    assert page.locator(".st-key-stop").count() == 0, "nothing runs"
    thumb = page.locator(".st-key-adversarial-attack-digit input[type='range']")
    thumb.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(WORDS)).to_contain_text("this 9", timeout=20_000)
    expect(page.locator(DIGITS).locator("[aria-label^='digit: 9;'][aria-label$='; chosen']")
           ).to_have_count(1)  # fmt: skip
    page.locator(DIGITS).locator("[aria-label^='digit: 8;']").click()
    expect(page.locator(WORDS)).to_contain_text("this 8", timeout=20_000)


@WHEN_DRAWN_ANEW
def test_a_kind_of_pictures_is_chosen_by_a_click_on_one(app, visit):
    page = visit(f"{app.url}{NOVEL}")
    expect(page.locator(".st-key-finding")).to_be_visible(timeout=40_000)
    opened(page)
    page.locator(EXAMPLES).locator("svg.marks").last.click()
    figure = page.locator(".st-key-words-generalization-novel_classes-noticed")
    expect(figure).to_contain_text("of noise are noticed", timeout=20_000)
    assert parameters(page)["generalization.novel_classes.novelty"] == ["Noise"]
    assert page.locator(".st-key-stop").count() == 0, "nothing runs"


@WHEN_DRAWN_ANEW
def test_a_click_while_a_run_goes_on_chooses_and_the_run_goes_on(toys, visit):
    page = visit(f"{toys.url}/toy?toy.slow.first_seed=300")
    page.get_by_role("radio", name="Slow").click()
    status = page.locator(".st-key-status")
    expect(status).to_contain_text(re.compile(r"Drawing a wave · [1-9]%"), timeout=30_000)
    first = page.locator(".st-key-figure-toy-slow-points")
    chosen = re.compile("toy.slow.scale=Log", re.IGNORECASE)
    for _ in range(20):  # What is clicked on moves while the wave grows.
        x, y = first.evaluate(MIDDLE)
        page.mouse.click(x, y)
        page.wait_for_timeout(500)
        if chosen.search(page.url):
            break
    expect(page).to_have_url(chosen, timeout=20_000)
    expect(status).to_contain_text("Drawing a wave", timeout=10_000)
    status.get_by_role("button", name="Stop").click()
