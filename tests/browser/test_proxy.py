"""The app behind the nginx of docs/deploying.md: pages, pictures, uploads, and who is refused."""

from __future__ import annotations

import base64
import hashlib
import http.client
import os
import re
import socket
import ssl
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import streamlit
from playwright.sync_api import expect

from benchmarks.server import CHROMIUM_FLAGS
from core.challenges import challenges
from tests import proxy as nginx
from tests.browser.conftest import PAST
from tests.runs import in_turn, turn
from tests.waiting import wait_until

SMALL = "/interpretability?" + "&".join(
    f"interpretability.gallery.{setting}"
    for setting in ("dataset=Digits", "n_train=250", "epochs=1")
)
CHAPTERS = [f"/{one.slug}{PAST}" for one in challenges() if one.slug != "interpretability"]
PAGES = ["/", f"/interpretability{PAST}", *in_turn(CHAPTERS, turn() % len(CHAPTERS))]
"""The two that draw what others do not, and one of the others in turn."""
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
    yield found.new_context(ignore_https_errors=True)
    found.close()


@pytest.fixture
def visitor(outside):
    """A page, and what the browser complained about."""
    page, complaints = outside.new_page(), []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(f"policy? {error}"))
    yield page, complaints
    page.close()


def against_policy(complaints):
    return [said for said in complaints if re.search("polic|blocked", said, re.IGNORECASE)]


def connect(front, host=nginx.NAME):
    """A connection that is open already, without a browser."""
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # knows no authority: quick to make
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    found = http.client.HTTPConnection("127.0.0.1", front.port, timeout=60)
    raw = socket.create_connection(("127.0.0.1", front.port), timeout=60)
    try:
        found.sock = trusting.wrap_socket(raw, server_hostname=host)
    except ssl.SSLError:
        raw.close()
        raise
    return found


def ask(front, path, method="GET", body=None, host=nginx.NAME, **headers):
    """The status of one request."""
    with closing(connect(front, host)) as line:
        line.request(method, path, body=body, headers={"Host": nginx.NAME, **headers})
        return line.getresponse().status


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


@pytest.fixture
def opened(request, app):
    """The page, and what its browser complains about; what works behind the proxy works without."""
    if nginx.found() is None:
        return request.getfixturevalue("visit")(app.url + SMALL), []
    page, complaints = request.getfixturevalue("visitor")
    page.goto(request.getfixturevalue("front").url + SMALL)
    return page, complaints


def test_a_stroke_is_explained_by_every_method(opened):
    page, complaints = opened
    expect(page.get_by_role("heading", name="Explain any picture")).to_be_visible(timeout=90_000)
    page.get_by_role("radio", name="Draw one").click()
    pad = page.get_by_label("Drawing pad")
    pad.scroll_into_view_if_needed()
    expect(pad).to_be_visible()
    page.wait_for_timeout(500)
    box = pad.bounding_box()
    middle = box["x"] + box["width"] / 2
    page.mouse.move(middle, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(middle, box["y"] + box["height"] - 30, steps=5)
    page.mouse.up()
    page.get_by_role("button", name="Explain", exact=True).click()
    expect(page.get_by_role("img", name="Map by Random map")).to_be_visible(timeout=60_000)
    assert page.locator("img[alt^='Map by']").count() == 15
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download all maps").click()
    assert taken.value.suggested_filename == "maps.zip"
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.locator("img[alt^='Map by']")).to_have_count(0, timeout=10_000)
    assert against_policy(complaints) == []


def test_a_table_larger_than_a_megabyte_is_taken(front, visitor, tmp_path):
    rows = "".join(f"{i % 2},{i // 2 % 2},{'ab'[i // 4 % 2]},{'x' * 40}\n" for i in range(40_000))
    table = tmp_path / "table.csv"
    table.write_text("repaid,granted,group,note\n" + rows)
    assert table.stat().st_size > 1_500_000
    page, complaints = visitor
    page.goto(f"{front.url}/fairness")
    page.get_by_role("button", name="Audit one here").click(timeout=60_000)
    own = page.get_by_role("radio", name="A file of your own")
    own.click(timeout=60_000)
    chosen = page.locator("input[type='file']").first
    chosen.wait_for(state="attached", timeout=60_000)
    with page.expect_response(re.compile("/_stcore/upload_file/")) as answer:
        chosen.set_input_files(table)
    assert answer.value.status == 204
    expect(page.get_by_text("table.csv").first).to_be_visible(timeout=60_000)
    assert against_policy(complaints) == []


def test_large_bodies_are_refused_where_no_file_belongs(front):
    assert ask(front, "/fairness", "POST", b"1" * 100_000) == 413
    too_large = {"Content-Length": str(22 * 1024**2)}
    assert ask(front, "/_stcore/upload_file/a/b", "PUT", None, **too_large) == 413


def test_scripts_of_other_sites_and_other_names_are_refused(front):
    handshake = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    handshake["Sec-WebSocket-Key"] = base64.b64encode(b"0" * 16).decode()
    for origin in ("https://elsewhere.example", "null", f"http://{nginx.NAME}"):
        assert ask(front, "/_stcore/stream", Origin=origin, **handshake) == 403
    assert ask(front, "/_stcore/stream", Origin=front.url, **handshake) == 101
    with pytest.raises(ssl.SSLError):
        ask(front, "/", host="elsewhere.example")


def at_once(lines, paths):
    """Send one request on each connection before any answer is read; their statuses."""
    for line, path in zip(lines, paths, strict=True):
        line.request("GET", path, headers={"Host": nginx.NAME})
    statuses = []
    for line in lines:
        answer = line.getresponse()
        answer.read()
        statuses.append(answer.status)
    return statuses


def test_a_first_visits_files_are_not_counted_and_a_flood_of_pages_is(front):
    files = sorted(INDEX.parent.glob("static/js/*.js"), key=lambda file: file.stat().st_size)
    scripts = [f"/static/js/{file.name}" for file in files]
    with ExitStack() as open_lines:
        lines = [open_lines.enter_context(closing(connect(front))) for _ in range(90)]
        assert at_once(lines, scripts[:90]) == [200] * 90
        flood = at_once(lines, ["/_stcore/host-config"] * 90)
    assert set(flood) == {200, 429}
    assert flood.count(200) >= 30


def test_the_log_leaves_out_what_a_visitor_chose(front):
    ask(front, "/overfitting?secret=choice")
    # A line is written after the answer has gone out.
    wait_until(lambda: "/overfitting" in front.log.read_text())
    assert "secret" not in front.log.read_text()


def test_the_one_script_inside_the_page_is_allowed_by_its_hash():
    inline = re.findall(r"<script>(.*?)</script>", INDEX.read_text(encoding="utf-8"), re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in inline]
    said = nginx.CONFIGURATION.read_text(encoding="utf-8")
    assert re.findall(r"'sha256-([^']+)'", said) == hashes
