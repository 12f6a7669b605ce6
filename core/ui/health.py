"""The health check tells when runs have taken so many threads that only a restart helps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from core.running import watching

PATH = "/_stcore/health"
MOST_LOST = 2
"""One thread that does not come back slows the others down; with the second, restart."""
SICK = b"runs do not come back: restart the app"
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class Health:
    """Answers the health check with 503 when threads are lost; all else goes to the app.

    A middleware of ASGI: one dictionary look-up for every other request.
    """

    def __init__(self, app: App) -> None:
        """Stand before an app."""
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request or hand it on."""
        asked = scope["type"] == "http" and scope["path"].endswith(PATH)
        if not asked or watching.lost_threads() < MOST_LOST:
            await self._app(scope, receive, send)
            return
        headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-cache")]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": SICK})
