"""Runs that behave as none should, on the real server: a sentence each, and the others go on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from benchmarks.server import Server
from core.running.worker import FAILED, GIVEN_UP, NO_MEMORY
from core.ui.health import SICK
from core.ui.live import STOPPED
from tests.ui.rough import Page, health, opened, rough

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with rough(tmp_path_factory.mktemp("rough")) as found:
        yield found


def unruly(server: Server, does: str, name: int = 0) -> AbstractContextManager[Page]:
    return opened(server, "rough", unruly__does=does, unruly__name=name)


ENDS = {"raises": FAILED, "wrong": FAILED, "too_much": NO_MEMORY, "grows": NO_MEMORY}
if sys.platform == "linux":
    ENDS["swells"] = NO_MEMORY  # Nothing else refuses memory between two reports.


def test_a_run_that_ends_badly_is_one_sentence_and_the_next_one_runs(server: Server) -> None:
    for number, (does, sentence) in enumerate(ENDS.items(), 1):
        with unruly(server, does, number) as page:
            page.until(lambda: page.ends)
            assert page.says(sentence), (does, page.said)
            assert not page.says("Traceback") and not page.says("secret")
        with unruly(server, "well", number) as page:
            page.until(lambda: page.ends)
            assert page.says("The first is"), (does, page.said)
    assert health(server) == (200, b"ok")
    log = server.log.read_text(encoding="utf-8")
    assert log.count("rough/unruly failed with") == len(ENDS)
    assert "secret" not in log and "Traceback" not in log


@pytest.mark.parametrize(
    "kinds",
    [("spins",), pytest.param(("sleeps", "in_torch"), marks=pytest.mark.slow)],
    ids="-".join,
)
def test_a_run_that_never_reports_is_given_up_and_the_others_go_on(
    kinds: tuple[str, ...], tmp_path: Path
) -> None:
    with rough(tmp_path / "server") as server:
        for number, does in enumerate(kinds):
            with unruly(server, does, 1) as mine:
                mine.until(lambda: mine.says("Beginning"))
                with unruly(server, "well", number) as other, opened(server) as reader:
                    reader.until(lambda: reader.ends)  # It needs no run.
                    mine.until(lambda: mine.says("This run has not reported for"))
                    other.until(lambda: other.says("Another run has not reported for"))
                    mine.ask("rough", pressed="Stop")
                    mine.until(lambda: mine.says(STOPPED["asked"]))
                    assert not mine.says(GIVEN_UP) and not other.ends
                    other.until(lambda: other.ends)
                    assert other.says("The first is")
            assert health(server) == ((200, b"ok") if number == 0 else (503, SICK))
        with unruly(server, "well", 11) as last:
            last.until(lambda: last.ends)
            assert last.says("The first is"), "whoever is there goes on, until the restart"


@pytest.mark.slow
def test_who_follows_a_run_that_never_reports_is_told_that_it_was_given_up(server: Server) -> None:
    with unruly(server, "sleeps") as page:
        page.until(lambda: page.says(GIVEN_UP))
        page.until(lambda: page.ends)
