"""The paths a person takes, in a real browser."""

import re
import zipfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from benchmarks.server import ROOT, free_port, serving
from core import challenges
from core.lab.run import complete
from core.store.store import Record, Store
from tests.browser.conftest import PAST, WHEN_DRAWN_ANEW, foreign
from tests.runs import ORIGIN
from tests.toys import installed

TOYS = ROOT / "tests" / "toys" / "app.py"
CHART = "[data-testid='stVegaLiteChart'] svg, [data-testid='stVegaLiteChart'] canvas"

HEADER = "Place,Seed,Level (metres)"
"""Of the toy's table."""


def finished(page):
    """Wait until the numbers are there: the run, or the stored result, is complete."""
    expect(page.locator(".st-key-numbers")).to_be_visible(timeout=40_000)


def move(page, key, steps):
    """Move a slider by so many rungs with the keyboard."""
    thumb = page.locator(f".st-key-{key.replace('.', '-')} input[type='range']")
    thumb.focus()
    for _ in range(abs(steps)):
        page.keyboard.press("ArrowRight" if steps > 0 else "ArrowLeft")
    return thumb


def parameters(page):
    return parse_qs(urlsplit(page.url).query)


def test_a_deep_link_may_be_the_first_request_to_a_fresh_server(chromium, visit, tmp_path):
    with serving(TOYS, tmp_path / "log.txt", tmp_path / "store") as server:
        page = visit(f"{server.url}/toy?toy.wave.height=5&toy.wave.shape=Saw+tooth")
        finished(page)
        expect(page.locator("h1")).to_have_text("A toy")
        expect(page.get_by_text("Page not found")).to_have_count(0)
        expect(page.locator(".st-key-toy-wave-height")).to_contain_text("5")
        assert parameters(page) == {"toy.wave.height": ["5"], "toy.wave.shape": ["Saw tooth"]}
        expect(page.get_by_role("link", name="Home").first).to_be_visible()


def test_a_request_to_elsewhere_is_noticed(toys, visit):
    """`visit` holds every visit of these tests against it."""
    page = visit(f"{toys.url}/toy")
    elsewhere = f"http://127.0.0.1:{free_port()}/"
    page.evaluate(f"fetch('{elsewhere}').catch(() => 0)")
    page.wait_for_timeout(100)
    assert foreign(page) == [elsewhere]
    page.asked = page.asked[:1]


def test_moving_a_slider_changes_address_figure_and_finding(toys, visit):
    page = visit(f"{toys.url}/toy")
    finished(page)
    expect(page.locator(".st-key-finding")).to_contain_text("The wave is 2.0")
    move(page, "toy.wave.height", 2)
    expect(page.locator(".st-key-finding")).to_contain_text("The wave is 10.0", timeout=10_000)
    assert parameters(page)["toy.wave.height"] == ["10"]
    page.reload()
    finished(page)
    expect(page.locator(".st-key-finding")).to_contain_text("The wave is 10.0")


def test_a_run_can_be_restarted_by_a_slider_and_stopped(toys, visit):
    page = visit(f"{toys.url}/toy?toy.slow.first_seed=100")
    finished(page)
    page.get_by_role("radio", name="Slow").click()
    status = page.locator(".st-key-status")
    expect(status).to_contain_text(re.compile(r"Drawing a wave · [2-9]%"), timeout=15_000)
    move(page, "toy.slow.height", 1)
    expect(status).to_contain_text(re.compile(r"Drawing a wave · [01]%"), timeout=10_000)
    status.get_by_role("button", name="Stop").click()
    expect(status).to_contain_text("Stopped.", timeout=10_000)
    expect(page.locator(CHART).first).to_be_visible()
    page.get_by_role("button", name="Run again").click()
    expect(status).to_contain_text("Drawing a wave", timeout=15_000)


def test_tables_and_pictures_can_be_taken_home(toys, visit):
    page = visit(f"{toys.url}/toy?toy.wave.height=5")
    finished(page)
    first = page.locator(".st-key-first")
    with page.expect_download() as table:
        first.get_by_role("button", name="CSV", exact=True).click()
    assert table.value.suggested_filename == "toy-wave-points.csv"
    lines = Path(table.value.path()).read_text().splitlines()
    assert lines[0] == HEADER and lines[1].startswith("0,0,")
    said = for_slides(page)
    assert "Height:\u00a05\u00a0metres" in said and f"{toys.url}/toy?toy.wave.height=5" in said
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Table").first.click()
    expect(page.locator("[data-testid='stDataFrame']").first).to_be_visible(timeout=10_000)
    page.keyboard.press("Escape")  # The table may lie over what comes next.
    expect(page.locator("[data-testid='stDataFrame']")).to_have_count(0)
    page.get_by_role("tab", name="Take it with you").click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="All tables").click()
    assert taken.value.suggested_filename == "toy-wave.zip"
    names = zipfile.ZipFile(taken.value.path()).namelist()
    assert names[0] == "about.json" and {"numbers.csv", "points.csv"} <= set(names)
    with page.expect_download() as record:
        page.get_by_role("button", name="Your record of this visit").click()
    runs = Path(record.value.path()).read_text().splitlines()
    assert len(runs) == 2 and "Height: 5 metres" in runs[1], "it is written without the session"


def for_slides(page):
    """Take the first figure home as PNG and as SVG; the text of the latter."""
    page.get_by_role("button", name="Picture").first.click()
    for name, start in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        with page.expect_download(timeout=60_000) as picture:
            page.get_by_role("button", name=name, exact=True).click()
        assert picture.value.suggested_filename == f"toy-wave-points.{name.lower()}"
        content = Path(picture.value.path()).read_bytes()
        assert content.startswith(start)
    page.keyboard.press("Escape")
    return content.decode()


@WHEN_DRAWN_ANEW
def test_the_copy_button_of_the_link_is_in_sight_without_a_pointer(toys, visit):
    page = visit(f"{toys.url}/toy?toy.wave.height=5", width=390, height=844)
    finished(page)
    page.get_by_role("tab", name="Take it with you").click()
    button = page.locator(".st-key-link").get_by_role("button", name="Copy to clipboard")
    expect(button).to_be_visible(timeout=10_000)
    opacity = "node => { let o = 1; for (; node; node = node.parentElement) "
    opacity += "o *= getComputedStyle(node).opacity; return o; }"
    assert button.evaluate(opacity) > 0.5
    box = button.bounding_box()
    assert min(box["width"], box["height"]) >= 24
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=toys.url)
    button.click()
    expect(page.locator(".st-key-link").get_by_role("button", name="Copied")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text == f"{toys.url}/toy?toy.wave.height=5"


def test_a_printed_page_is_a_handout(toys, visit):
    page = visit(f"{toys.url}/toy?toy.wave.height=5")
    finished(page)
    for place, scheme in (("See", "light"), ("How sure", "dark")):
        page.emulate_media(media="screen", color_scheme=scheme)
        page.get_by_role("tab", name=place).click()
        page.wait_for_timeout(500)
        expect(page.locator(".st-key-on-paper")).to_be_hidden()
        page.emulate_media(media="print", color_scheme=scheme)
        assert_handout(page, place)


def assert_handout(page, place):
    """Black on white, with the settings in words and nothing to press."""
    for seen in (".st-key-finding p", "h1", ".st-key-on-paper p"):
        expect(page.locator(seen).first).to_have_css("color", "rgb(0, 0, 0)")
    words = page.locator("[data-testid='stVegaLiteChart'] svg text").first
    expect(words).to_have_css("fill", "rgb(0, 0, 0)")
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.locator(".st-key-on-paper")).to_be_visible()
    expect(page.locator(".st-key-on-paper")).to_contain_text("Height: 5 metres")
    for seen in (".st-key-finding", CHART, "h1", ".st-key-numbers" if place == "See" else "table"):
        expect(page.locator(seen).first).to_be_visible()
    kinds = "button, input, [role='slider'], [data-testid='stSidebar'], [role='tab']"
    assert page.locator(kinds).locator("visible=true").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_link_in_another_spelling_still_leads_there_after_a_reload(toys, visit):
    page = visit(f"{toys.url}/toy?toy.experiment=guessed&toy.guessed.height=5.0&guess=0")
    finished(page)
    address = f"{toys.url}/toy?toy.experiment=Guessed&toy.guessed.height=5&guess=0"
    assert page.url == address
    page.reload()
    finished(page)
    assert page.url == address
    expect(page.locator(".st-key-finding")).to_contain_text("The wave is 5.0")


def test_choosing_an_experiment_shows_that_one_alone(toys, visit):
    page = visit(f"{toys.url}/toy?toy.wave.height=5")
    finished(page)
    page.get_by_role("radio", name="Broken").click()
    expect(page.locator(".st-key-status")).to_contain_text("Something went wrong inside")
    assert parameters(page) == {"toy.experiment": ["Broken"]}
    expect(page.get_by_text("secret")).to_have_count(0)
    assert "secret" not in toys.log.read_text()


def test_the_first_screen_holds_the_question_and_a_live_figure(app, visit):
    page = visit(f"{app.url}/overfitting{PAST}")
    expect(page.locator(CHART).first).to_be_visible(timeout=30_000)
    finished(page)
    drawn = page.locator(".st-key-first").locator(CHART).first
    expect(drawn).to_be_visible(timeout=30_000)
    figure = drawn.bounding_box()
    assert figure["y"] + figure["height"] <= 720
    assert page.locator(".st-key-question").bounding_box()["y"] < 200
    before = page.evaluate(
        """() => {
          const chart = document.querySelector("[data-testid='stVegaLiteChart']");
          const walk = document.createTreeWalker(
            document.querySelector(".st-key-question"), NodeFilter.SHOW_TEXT);
          let text = "";
          while (walk.nextNode()) text += " " + walk.currentNode.textContent;
          for (const e of document.querySelectorAll(".st-key-first p, .st-key-first h2"))
            if (e.compareDocumentPosition(chart) & 4) text += " " + e.textContent;
          return text.trim().split(/\\s+/).length;
        }"""
    )
    assert before <= 120


@WHEN_DRAWN_ANEW
@pytest.mark.parametrize(
    ("path", "title"), [("/", ""), (f"/overfitting{PAST}", "Overfitting and underfitting · ")]
)
def test_a_phone_shows_everything_under_its_name_without_scrolling_sideways(
    app, visit, path, title
):
    page = visit(f"{app.url}{path}", width=390, height=844)
    expect(page).to_have_title(f"{title}Deep Learning Challenges Lab", timeout=10_000)
    drawn = page.locator(".st-key-first").locator(CHART).first
    expect(drawn).to_be_visible(timeout=30_000)
    expect(page.locator(".st-key-finding")).to_be_visible(timeout=30_000)
    widths = page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => e.scrollWidth > e.clientWidth + 1 &&"
        " ['auto', 'scroll'].includes(getComputedStyle(e).overflowX)).map(e => e.dataset.testid)"
    )
    assert "stMain" not in widths
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    controls = page.locator(".st-key-controls").bounding_box()
    assert controls["y"] > drawn.bounding_box()["y"]
    assert controls["x"] >= 0
    assert controls["x"] + controls["width"] <= 390


@pytest.fixture
def slow_result(toys):
    """A stored result of the slow toy, whose run nobody waits for: made by the quick one."""
    installed.install()
    slow, quick = (challenges.experiment("toy", name) for name in ("slow", "wave"))
    config = slow.config(first_seed=900)
    result = complete(quick.run(quick.config()))
    record = Record(result, ORIGIN, config.model_dump(mode="json"), slow.slug, slow.version)
    assert Store(toys.log.parent / "store").put(slow.key(config), record)
    yield
    installed.remove()


@WHEN_DRAWN_ANEW
def test_stopping_leaves_the_stored_result_in_sight(toys, visit, slow_result):
    page = visit(f"{toys.url}/toy?toy.experiment=Slow&toy.slow.first_seed=900")
    finished(page)
    found = page.locator(".st-key-finding").inner_text()
    page.get_by_role("button", name=re.compile("Run live")).click()
    page.locator(".st-key-stop button").click(timeout=20_000)
    status = page.locator(".st-key-status")
    expect(status).to_contain_text("Shown: the result stored before.", timeout=20_000)
    expect(page.locator(".st-key-finding")).to_have_text(found)
    finished(page)


def test_the_miniature_trains_when_its_slider_moves(app, visit):
    page = visit(app.url)
    finding = page.locator(".st-key-finding")
    expect(finding).to_be_visible(timeout=30_000)
    before = finding.inner_text()
    move(page, "miniature.moons.width", -4)
    expect(finding).not_to_have_text(before, timeout=10_000)
    page.get_by_role("link", name="Overfitting and underfitting").first.click()
    expect(page.locator("h1")).to_have_text("Overfitting and underfitting", timeout=10_000)


def test_a_guess_is_made_and_seen_by_keyboard_alone(toys, visit):
    page = visit(f"{toys.url}/toy?toy.experiment=Ranged")
    question = page.locator(".st-key-guess")
    expect(question).to_be_visible(timeout=30_000)
    assert "The wave is" not in page.content()
    expect(page.locator(CHART)).to_have_count(0)
    low = question.locator("input[type='range']").first
    low.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(question).to_contain_text("0")
    question.get_by_role("button", name="Commit").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-judged")).to_contain_text("your range holds it", timeout=20_000)
    expect(page.locator(".st-key-finding")).to_contain_text("The wave is 2.0", timeout=20_000)
    expect(page.locator(".st-key-judged")).to_be_focused(timeout=10_000)


def test_the_menu_holds_every_page_in_sight_and_the_next_page_begins_at_its_top(app, visit):
    page = visit(f"{app.url}/ledger")
    links = page.locator(".st-key-menu a:visible")
    expect(links).to_have_count(len(challenges.challenges()) + 5, timeout=20_000)
    last = links.last.bounding_box()
    assert last["y"] + last["height"] <= 720
    assert all(box["height"] >= 24 for box in (one.bounding_box() for one in links.all()))
    expect(page.locator(".st-key-finding")).to_be_visible(timeout=60_000)
    main = page.locator("[data-testid='stMain']")
    main.evaluate("main => main.scrollTo(0, 400)")
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 0")
    page.locator(".st-key-menu").get_by_role("link", name="Privacy").click()
    expect(page.locator("h1")).to_have_text("Privacy", timeout=20_000)
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop === 0")


@WHEN_DRAWN_ANEW
def test_a_phone_finds_the_pages_behind_one_button(app, visit):
    page = visit(f"{app.url}/ledger", width=390, height=844)
    link = page.locator(".st-key-menu").get_by_role("link", name="Privacy")
    expect(link).not_to_be_in_viewport()
    page.locator("[data-testid='stExpandSidebarButton']").click()
    expect(link).to_be_in_viewport(timeout=10_000)
    link.click()
    expect(page.locator("h1")).to_have_text("Privacy", timeout=20_000)
