"""The health check answers as Streamlit does, until threads are lost to runs."""

from __future__ import annotations

from typing import Any

import pytest

from core.running import watching
from core.ui.health import MOST_LOST, PATH, SICK, Health, Message


def answer(path: str, kind: str = "http") -> list[Message]:
    sent: list[Message] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "the app's"})

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None:
        sent.append(message)

    # Nothing here waits for anything, so that no event loop is needed: one may run already.
    with pytest.raises(StopIteration):
        Health(app)({"type": kind, "path": path}, receive, send).send(None)
    return sent


@pytest.mark.parametrize(
    ("lost", "path", "kind", "theirs"),
    [
        (0, PATH, "http", True),
        (MOST_LOST - 1, PATH, "http", True),
        (MOST_LOST, PATH, "http", False),
        (MOST_LOST, f"/lab{PATH}", "http", False),
        (MOST_LOST, "/privacy", "http", True),
        (MOST_LOST, PATH, "websocket", True),
    ],
)
def test_only_the_health_check_and_only_when_threads_are_lost(
    monkeypatch: pytest.MonkeyPatch, lost: int, path: str, kind: str, theirs: bool
) -> None:
    monkeypatch.setattr(watching, "lost_threads", lambda: lost)
    sent = answer(path, kind)
    if theirs:
        assert sent == [{"type": "the app's"}]
    else:
        assert sent[0]["status"] == 503
        assert sent[1]["body"] == SICK
