"""The style sheet stands in the page's first answer, so that nothing is drawn before it is there.

The page library brings styles as it brings content: a browser that has not its code yet draws
words, fetches the code for styles, and moves the words. Of two rules that weigh the same the later
one wins, and the library writes its own into the head: so the sheet begins the body. It is sent
both ways, for whoever has the page from elsewhere.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from core.ui.health import App, Message, Receive, Send

SHEET = Path(__file__).resolve().parents[2] / "assets" / "style.css"
BEGIN = b"<body>"
STEP, STEPS = 16, 64
"""Heights in which the room of a chart is kept, in pixels, and how many there are."""
HELD = """[class*="-high-{steps} "] [data-testid="stElementContainer"]:is(
:has(> [data-testid="stSkeleton"]), :has([data-testid="stVegaLiteChart"]):not(:has(svg.marks))
) {{ min-height: {height}px; }}
"""
"""Keeps the room of a chart that is as high as its rows, while the browser gets what draws it: see
`core.ui.rooms`. Which figure is as high as what, its container's key says."""


class EarlyStyle:
    """Puts the style sheet into pages of HTML; all else passes. A middleware of ASGI."""

    def __init__(self, app: App) -> None:
        """Stand before an app."""
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Hand a request on, and change the answer if it is a page."""
        if not _asks_for_a_page(scope):
            await self._app(scope, receive, send)
            return
        await self._app(_plainly(scope), receive, _Answer(send))


def _asks_for_a_page(scope: Message) -> bool:
    if scope["type"] != "http" or scope.get("method") != "GET":
        return False
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def _plainly(scope: Message) -> Message:
    """The same request for an answer that is whole, and not compressed."""
    left_out = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
    return {**scope, "headers": [one for one in scope["headers"] if one[0] not in left_out]}


@lru_cache(maxsize=1)
def style() -> bytes:
    """What a page comes with: the sheet, and the rooms of charts."""
    rooms = [HELD.format(steps=one, height=one * STEP) for one in range(1, STEPS + 1)]
    return b"<style>" + SHEET.read_bytes() + "".join(rooms).encode() + b"</style>"


class _Answer:
    """Collects a page and sends it with the style sheet at the beginning of its body."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._whole(self._start)

    async def _whole(self, start: Message) -> None:
        body = self._body.replace(BEGIN, BEGIN + style(), 1)
        theirs = (b"content-length", b"etag", b"last-modified")
        headers = [one for one in start["headers"] if one[0].lower() not in theirs]
        headers.append((b"content-length", str(len(body)).encode()))
        await self._send({**start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _is_page(start: Message) -> bool:
    headers = {name.lower(): value for name, value in start["headers"]}
    return (
        start["status"] == 200
        and headers.get(b"content-type", b"").startswith(b"text/html")
        and b"content-encoding" not in headers
    )
