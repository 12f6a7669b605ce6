"""Memory of the running app with every page visited and every experiment run live.

`python -m benchmarks.memory` opens each page in Chromium, runs each experiment's default live and
prints the resident memory of the server after each, and its peak meanwhile, in MB; with `--json`
one object a line. Linux only.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.server import CHROMIUM_FLAGS, ROOT, Server, serving
from core import challenges

LIMIT_MB = 690
"""The smallest free host."""


def resident(server: Server, field: str = "VmRSS") -> float:
    """Resident memory of the server's process in MB (10^6 bytes); `VmHWM` is its peak."""
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith(field))
    return int(line.split()[1]) * 1024 / 1e6


def peak(server: Server) -> float:
    """Peak of the resident memory in MB since the last call."""
    found = resident(server, "VmHWM")
    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5", encoding="ascii")
    return found


def visits(page: Any, server: Server) -> Iterator[str]:
    """Visit everything and run it live; yield what was visited."""
    page.goto(server.url)
    page.wait_for_selector("h1", timeout=60_000)
    page.wait_for_timeout(4000)
    yield "home"
    for challenge in challenges.challenges():
        for name in challenge.experiments:
            title = challenges.experiment(challenge.slug, name).title
            query = urlencode({f"{challenge.slug}.experiment": title, "guess": "0"})
            page.goto(f"{server.url}/{challenge.slug}?{query}")
            button = page.locator(".st-key-run button")
            button.wait_for(timeout=60_000)
            page.wait_for_timeout(500)
            button.click()
            page.wait_for_timeout(1000)
            page.wait_for_selector("[data-test-script-state='notRunning']", timeout=300_000)
            button.wait_for(timeout=300_000)
            page.wait_for_timeout(500)
            yield f"{challenge.slug}/{name}"


def main() -> None:
    """Measure and print a table, or JSON with `--json`."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        with serving(ROOT / "app.py", folder / "log.txt", folder / "store") as server:
            for what in visits(browser.new_page(), server):
                row = {
                    "visited": what,
                    "after": round(resident(server)),
                    "peak": round(peak(server)),
                }
                told(row)
        browser.close()
    told({"visited": "limit", "after": "", "peak": LIMIT_MB})


def told(row: dict[str, Any]) -> None:
    """Print a row at once: the whole takes minutes."""
    if "--json" in sys.argv:
        print(json.dumps(row), flush=True)
    else:
        print(f"{row['visited']:<34}{row['after']:>7}{row['peak']:>7}", flush=True)


if __name__ == "__main__":
    main()
