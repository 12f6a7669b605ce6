"""The app behind the nginx of docs/deploying.md: pages, pictures, uploads, and who is refused."""

from __future__ import annotations

import base64
import hashlib
import http.client
import os
import re
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import streamlit
from playwright.sync_api import expect

from benchmarks.server import CHROMIUM_FLAGS
from tests import proxy as nginx

SMALL = "?interpretability.gallery.dataset=Digits&interpretability.gallery.n_train=250"
PAGES = ["/", "/overfitting", "/interpretability", "/fairness", "/privacy", "/adversarial"]
INDEX = Path(streamlit.__file__).parent / "static" / "index.html"


@pytest.fixture(scope="module")
def front(app, tmp_path_factory):
    binary = nginx.found()
    if binary is None:
        reason = "no nginx on this machine (Debian: apt-get install nginx-light)"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with nginx.proxying(binary, tmp_path_factory.mktemp("nginx"), app.url) as running:
        yield running


@pytest.fixture(scope="module")
def outside(browser, chromium, front):
    """A browser that finds the proxy under its name."""
    rules = f"--host-resolver-rules=MAP {nginx.NAME}:443 127.0.0.1:{front.port}"
    found = browser.browser_type.launch(executable_path=chromium, args=[*CHROMIUM_FLAGS, rules])
    yield found
    found.close()


@pytest.fixture
def visitor(outside):
    """A page, and what the browser complained about."""
    context = outside.new_context(ignore_https_errors=True)
    page, complaints = context.new_page(), []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(f"policy? {error}"))
    yield page, complaints
    context.close()


def against_policy(complaints):
    return [said for said in complaints if re.search("polic|Refused|blocked", said, re.IGNORECASE)]


def ask(front, path, method="GET", body=None, host=nginx.NAME, **headers):
    """One request without a browser: its status and headers."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    plain = http.client.HTTPSConnection("127.0.0.1", front.port, context=trusting, timeout=60)
    raw = plain._create_connection((plain.host, plain.port), 60)
    plain.sock = trusting.wrap_socket(raw, server_hostname=host)
    try:
        plain.request(method, path, body=body, headers={"Host": host, **headers})
        answer = plain.getresponse()
        answer.read()
        return answer.status, dict(answer.getheaders())
    finally:
        plain.close()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_works_under_the_policy(front, visitor, path):
    page, complaints = visitor
    page.goto(front.url + path)
    expect(page.locator("h1")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-testid='stVegaLiteChart']").first).to_be_visible(timeout=60_000)
    marks = "[data-testid='stVegaLiteChart'] canvas, [data-testid='stVegaLiteChart'] svg"
    expect(page.locator(marks).first).to_be_visible(timeout=60_000)
    page.wait_for_timeout(1_000)
    assert against_policy(complaints) == []


def test_the_policy_bites(front, visitor):
    page, complaints = visitor
    page.goto(front.url)
    expect(page.locator("h1")).to_be_visible(timeout=60_000)
    page.evaluate(
        "document.head.append(Object.assign(document.createElement('script'), {text: '1'}))"
    )
    page.evaluate("fetch('https://elsewhere.example/').catch(() => 0)")
    page.wait_for_timeout(500)
    assert page.evaluate("window.ran") is None
    assert len(against_policy(complaints)) >= 2


def test_the_drawing_pad_works_under_the_policy(front, visitor):
    page, complaints = visitor
    page.goto(f"{front.url}/interpretability{SMALL}&interpretability.gallery.epochs=1")
    expect(page.get_by_role("heading", name="Explain any picture")).to_be_visible(timeout=90_000)
    page.get_by_role("radio", name="Draw one").click()
    pad = page.get_by_label("Drawing pad")
    pad.scroll_into_view_if_needed()
    expect(pad).to_be_visible()
    page.wait_for_timeout(500)
    box = pad.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 30, steps=5)
    page.mouse.up()
    page.get_by_role("button", name="Explain", exact=True).click()
    expect(page.get_by_role("img", name="Map by Random map")).to_be_visible(timeout=60_000)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download all maps").click()
    assert taken.value.suggested_filename == "maps.zip"
    assert against_policy(complaints) == []


def test_a_table_larger_than_a_megabyte_is_taken(front, visitor, tmp_path):
    rows = "".join(f"{i % 2},{i // 2 % 2},{'ab'[i // 4 % 2]},{'x' * 40}\n" for i in range(40_000))
    table = tmp_path / "table.csv"
    table.write_text("repaid,granted,group,note\n" + rows)
    assert table.stat().st_size > 1_500_000
    page, complaints = visitor
    page.goto(f"{front.url}/fairness")
    chosen = page.locator("input[type='file']").first
    chosen.wait_for(state="attached", timeout=60_000)
    with page.expect_response(re.compile("/_stcore/upload_file/")) as answer:
        chosen.set_input_files(table)
    assert answer.value.status == 204
    expect(page.get_by_text("table.csv").first).to_be_visible(timeout=60_000)
    assert against_policy(complaints) == []


def test_large_bodies_are_refused_where_no_file_belongs(front):
    assert ask(front, "/fairness", "POST", b"1" * 100_000)[0] == 413
    too_large = {"Content-Length": str(22 * 1024**2)}
    assert ask(front, "/_stcore/upload_file/a/b", "PUT", None, **too_large)[0] == 413


def test_scripts_of_other_sites_and_other_names_are_refused(front):
    handshake = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    handshake["Sec-WebSocket-Key"] = base64.b64encode(b"0" * 16).decode()
    for origin in ("https://elsewhere.example", "null", f"http://{nginx.NAME}"):
        assert ask(front, "/_stcore/stream", Origin=origin, **handshake)[0] == 403
    assert ask(front, "/_stcore/stream", Origin=front.url, **handshake)[0] == 101
    with pytest.raises(ssl.SSLError):
        ask(front, "/", host="elsewhere.example")


def test_a_first_load_is_not_slowed_and_a_flood_is(front):
    """Three loads at once fetch every script; the rate counts pages only."""
    scripts = [f"/static/js/{file.name}" for file in sorted(INDEX.parent.glob("static/js/*.js"))]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda path: ask(front, path)[0], scripts[:180]))
        assert set(answers) == {200}
        flood = list(pool.map(lambda _: ask(front, "/_stcore/host-config")[0], range(150)))
    assert flood.count(429) > 20
    time.sleep(7)
    assert ask(front, "/")[0] == 200


def test_the_log_leaves_out_what_a_visitor_chose(front):
    ask(front, "/overfitting?secret=choice")
    said = front.log.read_text()
    assert "/overfitting" in said and "secret" not in said


def test_the_one_script_inside_the_page_is_allowed_by_its_hash():
    inline = re.findall(r"<script>(.*?)</script>", INDEX.read_text(encoding="utf-8"), re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in inline]
    said = nginx.CONFIGURATION.read_text(encoding="utf-8")
    assert re.findall(r"'sha256-([^']+)'", said) == hashes
