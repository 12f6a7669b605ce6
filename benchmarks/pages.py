"""How long, wordy, steady and open to all the pages are: `python -m benchmarks.pages`.

One line an experiment, in real Chromium, past the question before a result: screens of its first
place on a laptop (1280x720) and a phone (390x844), words before the first figure and in all, stops
of the Tab key beside the menu, cumulative layout shift of a browser's first visit, and what axe
finds serious or critical in both sizes. The modes differ in colours alone: in the dark one only the
rules about colours are asked, on a laptop. `--page privacy` measures one page.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.server import CHROMIUM_FLAGS, ROOT, Server, serving
from core.challenges import challenges

WIDE, PHONE = (1280, 720), (390, 844)
MOST = {
    "screens": 4.0, "screens_phone": 7.0, "words_before": 130, "stops": 40, "shift": 0.05,
    "shift_phone": 0.05, "axe": 0,
}  # fmt: skip
"""The bars."""
SHIFTS = """
window.shifts = [];
window.moved = [];
const named = node => {
  const place = (node?.closest ? node : node?.parentElement)?.closest("[class*='st-key-']");
  return place ? place.className.match(/st-key-(\\S+)/)[1] : "the frame";
};
new PerformanceObserver(list => {
  for (const e of list.getEntries()) {
    window.shifts.push([e.startTime, e.value]);
    window.moved.push([e.value, named(e.sources[0]?.node)]);
  }
}).observe({type: "layout-shift", buffered: true});
"""
MOVED = "() => window.moved.sort((a, b) => b[0] - a[0])[0]?.[1] || ''"
"""What moved in the largest of the shifts: the key of its container."""
STOPS = """main => {
  const can = "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]";
  const stands = e => e.role === "radio" && e.closest("[role=radiogroup]") || e;
  return [...new Set([...main.querySelectorAll(can)].filter(
    e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({visibilityProperty: true})
  ).map(stands))];
}"""
"""Where the Tab key stops in a part of the page: a group of radio buttons is one stop."""
LOOK = """() => {
  const stops = STOPS;
  const main = document.querySelector("[data-testid='stMain']");
  const figure = main.querySelector("[class*='st-key-figure-']");
  const seen = e => e.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  const words = {before: 0, all: 0};
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const parent = node.parentElement;
    if (!seen(parent) || parent.closest("style, script, svg, [data-testid='stIconMaterial']"))
      continue;
    const found = node.textContent.split(/\\s+/).filter(w => /[\\p{L}\\p{N}]/u.test(w)).length;
    words.all += found;
    if (figure && node.compareDocumentPosition(figure) & Node.DOCUMENT_POSITION_FOLLOWING)
      words.before += found;
  }
  return {screens: main.scrollHeight / main.clientHeight, ...words, stops: stops(main).length};
}""".replace("STOPS", STOPS)
WHOLE = "() => !document.querySelector(\"[data-testid='stMain'] [data-testid='stSkeleton']\")"
"""Nothing stands for a widget or a chart whose code has not come yet: it would not be counted."""
COLOURS = ["color-contrast", "color-contrast-enhanced", "link-in-text-block"]
"""Rules of axe whose answer the colours decide."""
KNOWN = {"presentation-role-conflict": "stFileUploaderDropzone"}
"""Rule of axe -> a piece of the page library's own HTML that breaks it, whatever an app does."""


@dataclass(frozen=True)
class Row:
    """What was measured of an experiment.

    Attributes:
        slug: `challenge/experiment`.
        screens: Height of its first place in windows of a laptop,
        screens_phone: and of a phone.
        words_before: Before its first figure.
        words: Of the whole first place.
        stops: Of the Tab key, without the menu's; the more of both.
        shift: Cumulative layout shift of a first visit on a laptop,
        shift_phone: and on a phone.
        axe: Nodes with serious or critical findings, in all.
        rules: Their rules.
        moved: What moved most, on a laptop and on a phone.
    """

    slug: str
    screens: float
    screens_phone: float
    words_before: int
    words: int
    stops: int
    shift: float
    shift_phone: float
    axe: int
    rules: str
    moved: tuple[str, str]

    def over(self) -> list[str]:
        """The bars that it breaks."""
        return [name for name, most in MOST.items() if getattr(self, name) > most]


def address_of(slug: str) -> str:
    """Path and parameters of an experiment's page, past its question."""
    challenge, name = slug.split("/")
    return f"{challenge}?guess=0&{challenge}.experiment={name}"


def shifted(entries: Sequence[tuple[float, float]]) -> float:
    """The largest window of shifts: one ends with a second of calm, or after five.

    Args:
        entries: Milliseconds, and how much moved.
    """
    largest = total = first = last = 0.0
    for moment, value in entries:
        if moment - last > 1000 or moment - first > 5000:
            total, first = 0.0, moment
        total, last = total + value, moment
        largest = max(largest, total)
    return largest


def visited(browser: Any, url: str, size: tuple[int, int]) -> tuple[dict[str, Any], list[str]]:
    """Visit a page with a browser that has never been there; on a laptop then in the dark, too."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.add_init_script(SHIFTS)
    page.goto(url)
    page.wait_for_selector(".st-key-finding", timeout=90_000)
    page.wait_for_selector("[data-test-script-state='notRunning']", timeout=60_000)
    page.wait_for_function(WHOLE, timeout=60_000)
    page.wait_for_timeout(2000)
    found = {**page.evaluate(LOOK), "shift": shifted(page.evaluate("window.shifts"))}
    found["moved"] = page.evaluate(MOVED)
    rules = list(_serious(page))
    if size == WIDE:
        page.emulate_media(color_scheme="dark")
        page.wait_for_timeout(1500)
        rules += _serious(page, COLOURS)
    context.close()
    return found, rules


def _serious(page: Any, only: Sequence[str] = ()) -> Iterator[str]:
    """Rules of axe with serious or critical findings of ours, one for each node.

    Args:
        page: The browser's.
        only: The rules that are asked; all by default.
    """
    import axe_playwright_python

    page.add_script_tag(path=str(Path(axe_playwright_python.__file__).parent / "axe.min.js"))
    asked = {"resultTypes": ["violations"], **({"runOnly": list(only)} if only else {})}
    found = page.evaluate("asked => axe.run(asked)", asked)["violations"]
    for rule in found:
        if rule["impact"] in ("serious", "critical"):
            for node in rule["nodes"]:
                if KNOWN.get(rule["id"], "\0") not in node["html"]:
                    yield rule["id"]


def row_of(browser: Any, server: Server, slug: str) -> Row:
    """Measure one experiment."""
    url = f"{server.url}/{address_of(slug)}"
    (wide, some), (phone, more) = (visited(browser, url, size) for size in (WIDE, PHONE))
    return Row(
        slug, wide["screens"], phone["screens"], wide["before"], wide["all"],
        max(wide["stops"], phone["stops"]), wide["shift"], phone["shift"], len(some + more),
        ", ".join(sorted({*some, *more})), (wide["moved"], phone["moved"]),
    )  # fmt: skip


def line_of(row: Row) -> str:
    """One line of the table; of a shift that is too large it says what moved."""
    shifts = (row.shift, row.shift_phone)
    far = [name for name, shift in zip(row.moved, shifts, strict=True) if shift > MOST["shift"]]
    moved = f"  moved: {', '.join(far)}" if far else ""
    return (
        f"{row.slug:<34}{row.screens:>8.1f}{row.screens_phone:>7.1f}{row.words_before:>8}"
        f"{row.words:>7}{row.stops:>7}{row.shift:>8.3f}{row.shift_phone:>7.3f}{row.axe:>5}"
        f"  {', '.join(row.over())}{f' ({row.rules})' if row.rules else ''}{moved}"
    ).rstrip()


HEADS = (
    f"{'experiment':<34}{'screens':>8}{'phone':>7}{'before':>8}{'words':>7}{'stops':>7}"
    f"{'shift':>8}{'phone':>7}{'axe':>5}  over"
)


def main() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", action="append", help="slug of a page; all by default")
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    options = parser.parse_args()
    slugs = [
        f"{one.slug}/{name}"
        for one in challenges()
        for name in one.experiments
        if not options.page or one.slug in options.page
    ]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        with serving(ROOT / "app.py", folder / "log.txt", folder / "store") as server:
            if not options.json:
                print(HEADS, flush=True)
            for slug in slugs:
                row = row_of(browser, server, slug)
                told = json.dumps(asdict(row)) if options.json else line_of(row)
                print(told, flush=True)
        browser.close()


if __name__ == "__main__":
    main()
