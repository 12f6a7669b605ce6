"""What the page says about a run that does not report, and about a wish to stop."""

from __future__ import annotations

from typing import Any

import pytest

from core.running.watching import Update
from core.ui import live
from tests.running.toy_run import TOY, ToyConfig
from tests.runs import assert_sentence


@pytest.mark.parametrize("status", ["queued", "running"])
def test_who_waits_for_a_silent_run_is_told_so_and_what_to_do(status: Any) -> None:
    waiting = Update[Any](status, position=1, step=9, total=9, elapsed=20.0, silent=12.3)
    said = live.progress_words(waiting)
    assert_sentence(said)
    assert "Another run has not reported for 12 s" in said and "Stored results" in said
    assert "after 20 s it is given up" in said
    assert "100%" not in said and "ahead of yours" not in said


def test_a_silent_runs_own_page_does_not_say_100_percent() -> None:
    own = Update[Any]("running", step=9, total=9, elapsed=20.0, silent=12.3, at_work=True)
    said = live.progress_words(own)
    assert_sentence(said)
    assert said.startswith("This run has not reported for 12 s and all others wait for it")
    assert "stop it" in said and "100%" not in said
    assert "100%" in live.progress_words(Update("running", step=9, total=9, at_work=True))


@pytest.mark.parametrize(
    ("came", "said"),
    [("ended", "Stopped."), ("asked", "ends at its next report"), ("shared", "goes on for others")],
)
def test_stop_tells_the_truth(came: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, Any] = {live.WANTED: "other"}
    monkeypatch.setattr(live.st, "session_state", state)
    monkeypatch.setattr(live.watching, "stop", lambda *_, **__: came)
    live.halt(TOY, ToyConfig())
    key, sentence = state[live.HALTED]
    assert key == TOY.key(ToyConfig()) and said in sentence and live.WANTED not in state
