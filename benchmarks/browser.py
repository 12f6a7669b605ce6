"""What a visitor waits for, measured in real Chromium: `python -m benchmarks.browser`.

First paint of the home page against an empty app, started in turn; from a slider's move to the
first new pixels of a figure; paints per second while a run goes on; from a slider's move to a
stored result drawn whole; from a click to the ledger. Medians; the machine's other load is in them.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.server import CHROMIUM_FLAGS, ROOT, Server, serving
from core.lab.settings import knob_of

MOST_MOVES = 4
EMPTY = "import streamlit as st\n\nst.title('Empty')\n"
WATCH = """() => {
  window.paints = []; window.moved = 0; window.told = 0;
  const charts = "[data-testid='stVegaLiteChart']";
  const due = new Set();
  const note = e => {
    const chart = [...document.querySelectorAll(charts)].indexOf(e.closest(charts));
    if (chart < 0 || due.has(chart)) return;
    due.add(chart);
    requestAnimationFrame(() => {
      due.delete(chart);
      window.paints.push([performance.now(), chart]);
    });
  };
  const finding = () => document.querySelector(".st-key-finding")?.innerText;
  let before = finding();
  new MutationObserver(list => {
    for (const m of list) {
      const e = m.target.nodeType === 1 ? m.target : m.target.parentElement;
      if (!e) continue;
      if (e.closest("svg")) note(e);
    }
    if (!window.told && finding() && finding() !== before) window.told = performance.now();
  }).observe(document.body, {subtree: true, childList: true, attributes: true,
                             characterData: true});
  const draw = CanvasRenderingContext2D.prototype.setTransform;
  CanvasRenderingContext2D.prototype.setTransform = function (...a) {
    if (this.canvas.closest) note(this.canvas);
    return draw.apply(this, a);
  };
  document.addEventListener("keydown", () => {
    window.paints = []; window.told = 0; window.moved = performance.now();
    before = finding();
  }, true);
}"""

SENTENCE = """words => {
  window.opened = 0;
  const before = document.querySelector(".st-key-finding")?.innerText;
  let clicked = 0;
  const painted = () => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => { window.opened = performance.now() - clicked; };
    channel.port2.postMessage(0);
  };
  const watch = new MutationObserver(() => {
    const found = document.querySelector(".st-key-finding")?.innerText ?? "";
    if (!clicked || !found || found === before || !found.includes(words)) return;
    watch.disconnect();
    requestAnimationFrame(painted);
  });
  watch.observe(document.body, {subtree: true, childList: true, characterData: true});
  document.addEventListener("click", () => { clicked = performance.now(); }, true);
}"""
"""Sets `window.opened`: milliseconds from a click to the frame with another finding, with words."""
SWITCHED = (("overfitting", "random_labels"), ("overfitting", "training_time"),
            ("interpretability", "made_to_order"))  # fmt: skip
"""The experiments that were slowest to switch to."""


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        what: What was measured.
        value: The median, in the unit.
        unit: `s`, `per s` or `ratio`.
        aim: What it must reach.
        n: Number of measurements behind it.
    """

    what: str
    value: float
    unit: str
    aim: str
    n: int


@contextmanager
def visiting(browser: Any, address: str) -> Iterator[Any]:
    """Open an address as a new visitor."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.goto(address, wait_until="commit")
    page.wait_for_selector("h1", timeout=60_000)
    yield page
    context.close()


def first_paints(browser: Any, folder: Path, rounds: int) -> list[Row]:
    """Process start to the page's heading on the screen: the empty app and ours in turn."""
    empty = folder / "empty.py"
    empty.write_text(EMPTY)
    seconds: dict[str, list[float]] = {"empty": [], "home": []}
    for i in range(rounds):
        for name, app in (("empty", empty), ("home", ROOT / "app.py")):
            log, store = folder / f"{name}{i}.txt", folder / f"{name}{i}"
            with serving(app, log, store) as server, visiting(browser, server.url):
                seconds[name].append(time.perf_counter() - server.started)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    return [
        Row("first paint of an empty app", medians["empty"], "s", "", rounds),
        Row("first paint of the home page", medians["home"], "s", "", rounds),
        Row("the same, ratio", medians["home"] / medians["empty"], "ratio", "<= 1.5", rounds),
    ]


def press(page: Any, key: str, arrow: str) -> None:
    """Move a slider by one rung."""
    page.locator(f".st-key-{key.replace('.', '-')} input[type='range']").focus()
    page.keyboard.press(arrow)


def settled(page: Any) -> None:
    """Wait until no run goes on and the page is whole."""
    page.wait_for_timeout(300)
    page.wait_for_selector(".st-key-status:has-text('Run live')", timeout=120_000)
    page.wait_for_selector("[data-test-script-state='notRunning']", timeout=60_000)
    page.wait_for_timeout(300)


def slider_rows(page: Any, key: str, title: str, moves: int) -> list[Row]:
    """Move to settings nobody has run, then back over the stored results."""
    fresh = [_first_pixels(page, key, "ArrowRight") for _ in range(moves)]
    stored = [_told(page, key, "ArrowLeft") for _ in range(moves)]
    return [
        Row(f"slider to new pixels, {title}", statistics.median(fresh), "s", "< 0.3", moves),
        Row(f"stored result drawn, {title}", statistics.median(stored), "s", "< 0.5", moves),
    ]


def _first_pixels(page: Any, key: str, arrow: str) -> float:
    press(page, key, arrow)
    page.wait_for_function("window.paints.length > 0", timeout=30_000)
    found = page.evaluate("(window.paints[0][0] - window.moved) / 1000")
    page.wait_for_timeout(300)
    settled(page)
    return float(found)


def _told(page: Any, key: str, arrow: str) -> float:
    press(page, key, arrow)
    page.wait_for_function("window.told > 0 && window.paints.length > 0", timeout=30_000)
    settled(page)
    return float(page.evaluate("(window.told - window.moved) / 1000"))


def paint_row(page: Any, key: str, title: str) -> Row:
    """Count the frames in which one figure changed, from the first to the last of a run."""
    press(page, key, "ArrowRight")
    page.wait_for_selector(".st-key-status:has-text('Stop')", timeout=30_000)
    settled(page)
    paints: list[tuple[float, int]] = page.evaluate("window.paints")
    busiest = statistics.mode(chart for _, chart in paints)
    times = [at for at, chart in paints if chart == busiest]
    rate = (len(times) - 1) / max((times[-1] - times[0]) / 1000, 1e-3)
    return Row(f"paints per second, {title}", rate, "per s", ">= 8", len(times))


def measure(server: Server, browser: Any) -> list[Row]:
    """Measure both pages of one server."""
    from core.challenges import experiment
    from core.miniature.moons import EXPERIMENT as MINIATURE

    capacity = experiment("overfitting", "capacity")
    rows: list[Row] = []
    for path, found, name in (("/", MINIATURE, "width"), ("/overfitting", capacity, "n_train")):
        key = f"{found.slug.replace('/', '.')}.{name}"
        rungs = knob_of(found.config, name).options
        with visiting(browser, f"{server.url}{path}?{key}={rungs[0]}") as page:
            settled(page)
            page.evaluate(WATCH)
            rows += slider_rows(page, key, found.title.lower(), min(MOST_MOVES, len(rungs) - 1))
    key = "overfitting.capacity.steps"
    longest = knob_of(capacity.config, "steps").options
    with visiting(browser, f"{server.url}/overfitting?{key}={longest[-2]}") as page:
        settled(page)
        page.evaluate(WATCH)
        rows.append(paint_row(page, key, "capacity, longest run"))
    switches = [switch_row(server, browser, *one) for one in SWITCHED]
    return [*rows, ledger_row(server, browser, MOST_MOVES), *switches]


def switch_row(server: Server, browser: Any, page_of: str, name: str) -> Row:
    """From the click on an experiment's name to its finding, on its page at another experiment."""
    from core.challenges import experiment

    seconds, title = [], experiment(page_of, name).title
    for _ in range(MOST_MOVES):
        with visiting(browser, f"{server.url}/{page_of}?guess=0") as page:
            page.wait_for_selector(".st-key-finding", timeout=60_000)
            settled(page)
            page.wait_for_timeout(1000)
            page.evaluate(SENTENCE, "")
            page.locator(".st-key-choice").get_by_text(title, exact=True).click()
            page.wait_for_function("window.opened > 0", timeout=60_000)
            seconds.append(float(page.evaluate("window.opened")) / 1000)
    told = f"switched to {title.lower()}, first {seconds[0]:.2f}"
    return Row(told, statistics.median(seconds), "s", "< 0.5", MOST_MOVES)


def ledger_row(server: Server, browser: Any, visits: int) -> Row:
    """From the click on the ledger's link to its sentence, when its rows have been read before.

    The page takes the time: the driver waits before it clicks, and looks only now and then.
    """
    found = ".st-key-finding:has-text('claims')"
    seconds = []
    with visiting(browser, f"{server.url}/ledger") as page:
        page.wait_for_selector(found, timeout=120_000)
        for _ in range(visits):
            page.goto(f"{server.url}/strategies?guess=0")
            page.wait_for_selector(".st-key-finding", timeout=60_000)
            page.wait_for_selector("[data-test-script-state='notRunning']", timeout=60_000)
            page.wait_for_timeout(1000)
            page.evaluate(SENTENCE, "claims")
            page.locator(".st-key-menu").get_by_role("link", name="Ledger").click()
            page.wait_for_function("window.opened > 0", timeout=60_000)
            seconds.append(float(page.evaluate("window.opened")) / 1000)
    return Row("ledger opened from another page", statistics.median(seconds), "s", "< 0.5", visits)


def table(rows: Sequence[Row]) -> str:
    """Lay the rows out for reading."""
    lines = [f"{'what':<44}{'median':>9}  {'unit':<7}{'aim':<8}{'n':>4}"]
    lines += [f"{r.what:<44}{r.value:>9.3f}  {r.unit:<7}{r.aim:<8}{r.n:>4}" for r in rows]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="starts of each app")
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        rows = first_paints(browser, folder, options.rounds)
        with serving(ROOT / "app.py", folder / "log.txt", folder / "store") as server:
            rows += measure(server, browser)
        browser.close()
    print(json.dumps([asdict(row) for row in rows]) if options.json else table(rows))


if __name__ == "__main__":
    main()
