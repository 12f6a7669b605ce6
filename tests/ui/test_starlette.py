"""The attribute of Starlette that no document promises, as the app relies on it."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request
from streamlit.web.server.starlette import starlette_routes

from core.audit.reading import MOST_BYTES
from core.ui import upload_limits

FRESH = """
from starlette import formparsers, requests
print(formparsers.MultiPartParser.__dict__["spool_max_size"])
assert requests.MultiPartParser is formparsers.MultiPartParser
"""
HEAD = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n'


def test_starlette_has_the_limit_under_the_name_that_the_app_sets() -> None:
    """In a process of its own: in this one, somebody may have set the name already."""
    asked = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True)
    assert asked.returncode == 0, asked.stderr
    assert 0 < int(asked.stdout) < 2 * MOST_BYTES


def test_streamlit_reads_uploads_by_starlettes_own_request() -> None:
    source = inspect.getsource(starlette_routes)
    assert "from starlette.requests import Request as StarletteRequest" in source
    assert "limited_request = StarletteRequest(request.scope, limited_receive)" in source
    assert "await limited_request.form()" in source


def test_an_upload_that_is_read_so_stays_in_memory() -> None:
    upload_limits.keep_in_memory()
    body = HEAD + b"1" * 5_000_000 + b"\r\n--x--\r\n"
    headers = [(b"content-type", b"multipart/form-data; boundary=x")]

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def read():
        request = Request({"type": "http", "method": "PUT", "headers": headers}, receive)
        async with request.form() as form:
            return form["f"].file._rolled, len(await form["f"].read())

    # In a thread of its own: the browser tests leave a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: asyncio.run(read())).result() == (False, 5_000_000)
