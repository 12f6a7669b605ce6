"""Two threads beside one: what the program times, and when it is not started."""

from __future__ import annotations

import pytest

from core.lab.beside import Program
from core.lab.run import CannotRunError, complete
from core.models import two_threads
from core.models.layer_work import LAYERS
from core.models.two_threads import MEMORY, PRODUCT, gains


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_threads, "cores", lambda: 2)


@pytest.mark.usefixtures("two")
def test_everything_is_timed_with_one_thread_and_with_two() -> None:
    found = complete(gains(32, (1,), (0, 3)))
    assert [(layer, batch, seed) for layer, batch, seed, _, _ in found] == [
        (layer, 1, seed) for seed in (0, 3) for layer in (PRODUCT, MEMORY, *LAYERS)
    ]
    assert all(one > 0 and two > 0 for *_, one, two in found)


@pytest.mark.usefixtures("two")
def test_closing_the_run_ends_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Program] = []
    begin = Program.__init__

    def noted(self: Program, *given: object, **more: object) -> None:
        begin(self, *given, **more)  # type: ignore[arg-type]
        started.append(self)

    monkeypatch.setattr(Program, "__init__", noted)
    run = gains(32, (1,), (0,))
    next(run)
    assert started[0].process.poll() is None
    run.close()
    assert started[0].process.poll() is not None


def test_one_core_is_said_and_nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_threads, "cores", lambda: 1)
    with pytest.raises(CannotRunError, match="only one core"):
        complete(gains(32, (1,), (0,)))
