"""The first answer holds the style sheet; every other one passes as it is."""

from __future__ import annotations

from typing import Any

import pytest

from core.ui.early_style import SHEET, EarlyStyle
from core.ui.health import Message

PAGE = [b"<html><head><title>x</title></head><bo", b"dy></body></html>"]
BROWSER = [(b"accept", b"text/html,*/*"), (b"accept-encoding", b"gzip"), (b"if-none-match", b'"a"')]


def answer(
    body: list[bytes], kind: bytes = b"text/html; charset=utf-8", status: int = 200,
    headers: Any = BROWSER, scope: Any = None,
) -> tuple[list[Message], list[Message]]:  # fmt: skip
    """What the browser gets, and what the app was asked."""
    sent: list[Message] = []
    asked: list[Message] = []
    told = [(b"content-type", kind), (b"ETag", b'"a"'), (b"content-length", b"9")]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        asked.append(scope)
        await send({"type": "http.response.start", "status": status, "headers": told})
        for place, part in enumerate(body):
            more = place + 1 < len(body)
            await send({"type": "http.response.body", "body": part, "more_body": more})

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None:
        sent.append(message)

    request = {"type": "http", "method": "GET", "path": "/", "headers": headers, **(scope or {})}
    with pytest.raises(StopIteration):  # Nothing here waits for anything.
        EarlyStyle(app)(request, receive, send).send(None)
    return sent, asked


def test_a_page_comes_with_its_style_sheet() -> None:
    (start, body), (asked,) = answer(PAGE)
    begun = b"</head><body><style>" + SHEET.read_bytes()
    assert begun in body["body"], "behind the library's own rules, which stand in the head"
    assert b"</style></body>" in body["body"]
    assert body["body"].count(b"<style>") == 1
    headers = dict(start["headers"])
    assert headers[b"content-length"] == str(len(body["body"])).encode()
    assert b"ETag" not in headers, "the page of another style sheet is another page"
    assert dict(asked["headers"]) == {b"accept": b"text/html,*/*"}


@pytest.mark.parametrize(
    "case",
    [
        {"kind": b"text/javascript"},
        {"status": 404},
        {"headers": [(b"accept", b"*/*"), (b"accept-encoding", b"gzip")]},
        {"scope": {"method": "HEAD"}},
        {"scope": {"type": "websocket"}},
    ],
)
def test_all_else_passes_as_it_is(case: dict[str, Any]) -> None:
    sent, _ = answer(PAGE, **case)
    assert b"".join(one.get("body", b"") for one in sent[1:]) == b"".join(PAGE)
    assert dict(sent[0]["headers"])[b"content-length"] == b"9"


def test_the_sheet_ends_no_tag() -> None:
    assert b"</" not in SHEET.read_bytes()
