"""What first visitors would wait for is made before, while nobody is waiting."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from core import challenges
from core.running import warming
from core.ui import ahead, every_claim, figures, readings
from core.ui.readings import Shelf
from tests.ui.pages import SHOWN_AT_ONCE, open_page, whole

CHALLENGE = "privacy"


def pieces(done: list[int], count: int) -> list[Callable[[], object]]:
    return [lambda i=i: done.append(i) for i in range(count)]  # type: ignore[misc]


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Times that what was imported was taken out of the garbage collector's sight."""
    times = list[int]()
    monkeypatch.setattr(warming, "settle", lambda: times.append(1))
    return times


def test_after_each_piece_what_it_imported_is_settled(settled: list[int]) -> None:
    done = list[int]()
    ahead.make([*pieces(done, 1), lambda: done.append(len(settled))], lambda: 9.0, lambda _: None)
    assert done == [0, 1] and len(settled) == 2


def test_a_piece_is_made_when_it_is_quiet() -> None:
    done, slept = list[int](), list[float]()
    quiet = iter([0.0, 0.4, 5.0, 0.0, 9.0])
    ahead.make(pieces(done, 2), lambda: next(quiet), slept.append)
    assert done == [0, 1] and len(slept) == 5


def test_on_a_server_that_is_never_quiet_it_is_made_all_the_same_and_slowly() -> None:
    done, slept = list[int](), list[float]()
    ahead.make(pieces(done, 3), lambda: 0.0, slept.append)
    assert done == [0, 1, 2] and sum(slept) == pytest.approx(3 * ahead.LONGEST)


def test_a_piece_that_fails_is_left_to_its_page(caplog: pytest.LogCaptureFixture) -> None:
    done = list[int]()

    def fails() -> None:
        raise ValueError("what a visitor typed")

    with caplog.at_level(logging.ERROR):
        ahead.make([fails, *pieces(done, 1)], lambda: 9.0, lambda _: None)
    assert done == [0] and "ValueError" in caplog.text and "typed" not in caplog.text


def test_first_pages_cards_and_every_claim_are_made() -> None:
    found = [(piece.func, piece.args) for piece in ahead.pieces()]  # type: ignore[attr-defined]
    every = challenges.challenges()
    slugs = [one.slug for one in every]
    assert found[: len(slugs)] == [(ahead.first, (slug,)) for slug in slugs]
    named = [args[-2:] for _, args in found[2 * len(slugs) :]]
    assert named == [(one.slug, name) for one in every for name in one.experiments]
    assert all(args[0] is every_claim.read for _, args in found[2 * len(slugs) :])


def test_what_was_made_ahead_is_what_the_page_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    # Were a name in which something is kept another one than the page asks for, both would make it.
    name = challenges.challenge(CHALLENGE).experiments[0]
    one = challenges.experiment(CHALLENGE, name)
    made = list[str]()

    class Noted(Shelf):
        def _keep(self, name: object, found: object) -> object:  # type: ignore[override]
            made.append(str(name))
            return super()._keep(name, found)

    monkeypatch.setattr(figures, "_specifications", Noted(99))
    monkeypatch.setattr(readings, "shelf", Noted(99))
    ahead.first(CHALLENGE)
    before = list(made)
    assert len(before) == 6  # The chart; its tables, caption and parts; the numbers; the finding.
    page = open_real_page(**SHOWN_AT_ONCE)
    assert whole(page) and made[:6] == before
    again = [said for said in made[6:] if one.figures[0].name in said or one.slug in said]
    assert [said for said in again if "glossary" not in said] == []


def open_real_page(**query: str):  # type: ignore[no-untyped-def]
    return open_page(CHALLENGE, app="../../app.py", **query)
