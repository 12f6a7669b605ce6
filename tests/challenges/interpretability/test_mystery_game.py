"""The game: the same number is the same mystery, probes do what they say, and can be played."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError
from streamlit.testing.v1 import AppTest

from core.attributions.shortcut_search import EACH, Album
from core.challenges.interpretability.mystery import game
from core.challenges.interpretability.mystery.game import (
    BUDGET,
    CARRIED,
    CASE,
    HIGHEST,
    PLACES,
    PROBE,
    CaseConfig,
    CaseResult,
    ProbeConfig,
    as_they_came,
    bits,
    edited,
    plan_of,
    stamped,
)
from core.data.planted_marks import MARKS, N_MARKS, NOTHING, REGIONS
from core.data.shapes import SHAPES
from core.lab.run import complete
from core.ui.sections import mystery
from core.ui.sections.mystery import mystery_views
from tests.runs import packed

NUMBER = 2
"""Stripes, for triangles."""


@pytest.fixture(scope="module")
def case() -> CaseResult:
    return complete(CASE.run(CaseConfig(number=NUMBER)))


@pytest.fixture
def album() -> Album:
    clean = np.full((len(SHAPES) * EACH, 1, 28, 28), 0.1, np.float32)
    masks = np.zeros((len(clean), 28, 28), bool)
    masks[:, 10:18, 10:18] = True
    clean[:, 0, 10:18, 10:18] = 0.8
    return Album(clean, masks, np.zeros((len(clean), N_MARKS), bool))


def test_numbers_hide_every_mark_and_nothing_about_equally_often() -> None:
    plans = [plan_of(number) for number in range(1, 1801)]
    counts = np.bincount([plan.mark + 1 for plan in plans], minlength=N_MARKS + 1)
    assert (abs(counts - 200) < 60).all()
    assert {plan.shape for plan in plans if plan.mark != NOTHING} == set(range(5))
    assert {plan.shape for plan in plans if plan.mark == NOTHING} == {NOTHING}
    assert plan_of(NUMBER) == plan_of(NUMBER)


@pytest.mark.parametrize("number", [0, HIGHEST + 1, 1.5, "x"])
def test_numbers_have_bounds(number: object) -> None:
    with pytest.raises(ValidationError):
        CaseConfig(number=number)
    with pytest.raises(ValidationError):
        ProbeConfig(stamped=2**N_MARKS)


def test_the_same_number_is_the_same_mystery(case: CaseResult) -> None:
    weights = game.latest[NUMBER].weights
    game.latest.clear()
    assert packed(complete(CASE.run(CaseConfig(number=NUMBER)))) == packed(case)
    np.testing.assert_array_equal(game.latest[NUMBER].weights, weights)
    assert CASE.key(CaseConfig(number=NUMBER)) != CASE.key(CaseConfig(number=NUMBER + 1))


def test_partial_results_of_a_case_hold_no_solution() -> None:
    run = CASE.run(CaseConfig(number=NUMBER))
    for _ in range(30):
        partial = next(run).partial()
        assert (partial.mark, partial.shape) == (NOTHING, NOTHING) and not len(partial.rises)
    run.close()


def test_a_case_says_what_is_so(case: CaseResult) -> None:
    plan = plan_of(NUMBER)
    assert (MARKS[case.mark], SHAPES[case.shape]) == ("stripes", "triangle")
    assert (case.mark, case.shape) == (plan.mark, plan.shape)
    assert case.own_found > case.own_clean + 0.3
    assert case.rises.argmax() == case.mark and case.risen[case.mark] == case.shape
    assert (case.named["probes"] <= BUDGET).all()


def test_edits_change_what_they_say(album: Album) -> None:
    clean = album.clean[:: len(SHAPES)]
    assert (edited(album, ProbeConfig()) == clean).all()
    line = ProbeConfig(place=2, stamped=bits(["line below"]))
    changed = (edited(album, line) != clean)[:, 0]
    np.testing.assert_array_equal(changed, np.broadcast_to(REGIONS[4], changed.shape))
    cut = edited(album, ProbeConfig(shapeless=True))
    assert (cut == 0).sum() == EACH * 64 and np.isin(cut, clean.min()).sum() == EACH * 720
    found = edited(album, ProbeConfig(wiped=False, place=1))
    marks = as_they_came(album, 1)[:EACH]
    assert ((found != clean).any((1, 2, 3)) == marks.any(1)).all()


def test_what_pictures_came_with_does_not_depend_on_what_is_planted(album: Album) -> None:
    marks = np.concatenate([as_they_came(album, number) for number in range(1, 81)])
    assert abs(marks.mean(0) - CARRIED).max() < 0.05


def test_marks_as_bits() -> None:
    for name in MARKS:
        assert MARKS[int(stamped(bits([name])).argmax())] == name
    assert bits(list(MARKS)) == 2**N_MARKS - 1 and not stamped(0).any()


def test_a_probe_shows_the_network_of_the_number(case: CaseResult) -> None:
    ask = ProbeConfig(number=NUMBER, stamped=bits(["stripes"]), sight="DeepLift")
    shown = complete(PROBE.run(ask))
    np.testing.assert_array_equal(shown.truth, range(5))
    assert shown.maps.shape == (5, 28, 28) and abs(shown.maps).max() == pytest.approx(1, abs=1e-3)
    gain = shown.after[:, case.shape] - shown.before[:, case.shape]
    others = shown.truth != case.shape
    assert gain[others].mean() == pytest.approx(case.rises[case.mark], abs=1e-5)
    game.latest.clear()
    assert packed(complete(PROBE.run(ask))) == packed(shown), "trained again, it answers the same"


def test_the_budget_is_kept(case: CaseResult) -> None:
    shown = complete(PROBE.run(ProbeConfig(number=NUMBER)))
    game = mystery.Game(NUMBER, case)
    for _ in range(BUDGET):
        game.ask(ProbeConfig(number=NUMBER), shown)
    with pytest.raises(ValueError, match="no probe"):
        game.ask(ProbeConfig(number=NUMBER), shown)
    late = mystery.Game(NUMBER, case, named=(0, 0))
    with pytest.raises(ValueError, match="no probe"):
        late.ask(ProbeConfig(number=NUMBER), shown)
    assert not late.won and mystery.Game(NUMBER, case, named=(case.mark, case.shape)).won


def test_words() -> None:
    ask = ProbeConfig(place=3, wiped=False, stamped=bits(["stripes", "checks"]), shapeless=True)
    assert mystery_views.asked_words(ask) == (
        "Five pictures of a square, with the marks they came with, stamped: stripes and checks, "
        "shape cut out."
    )
    assert PLACES[3] == "square"
    assert mystery_views.named_words(NOTHING, NOTHING) == "nothing, it is honest"


def drawn() -> None:
    """The section alone, as a page; AppTest runs its source."""
    from core.ui.sections import mystery

    mystery.section(None)


@pytest.fixture
def page(tmp_path, monkeypatch) -> AppTest:
    monkeypatch.setenv("LAB_STORE", str(tmp_path / "store"))
    return AppTest.from_function(drawn, default_timeout=60).run()


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.success, page.error, page.info, page.warning)
    return "\n".join(element.value for kind in kinds for element in kind)


def pressed(page: AppTest, label: str) -> AppTest:
    button = next(b for b in page.button if b.label == label)
    return button.click().run()


def test_a_game_is_won(page: AppTest) -> None:
    page.number_input[0].set_value(NUMBER).run()
    assert not page.exception and "8 of 8 probes left" in words(page)
    for _ in range(2):
        page.button_group[0].set_value(["stripes"])
        pressed(page, "Use a probe")
    assert "6 of 8 probes left" in words(page) and "stamped: stripes" in words(page)
    assert "It was" not in words(page)
    said = {s.label: s for s in page.selectbox}
    said["It goes by"].set_value("stripes")
    pressed(page, "Name it")
    assert "Choose a mark and the shape" in words(page)
    {s.label: s for s in page.selectbox}["which makes it say"].set_value("triangle")
    pressed(page, "Name it")
    assert not page.exception and len(page.success) == 1
    assert "Right, after 2 probes. It was **stripes, for “triangle”**." in words(page)
    assert "1 of 1 named rightly, with 2.0 probes" in words(page)
    assert words(page).count("The evidence") == 2 and "stripes, maps by DeepLift" in words(page)


def test_a_game_is_lost_when_probes_are_used_up(page: AppTest) -> None:
    page.number_input[0].set_value(NUMBER).run()
    for _ in range(BUDGET):
        pressed(page, "Use a probe")
    assert "0 of 8 probes left" in words(page)
    assert "Use a probe" not in [b.label for b in page.button]
    names = [str(e.key) for kind in (page.selectbox, page.button, page.toggle) for e in kind]
    assert not any(word in name for name in names for word in ("stripes", "triangle"))
    {s.label: s for s in page.selectbox}["It goes by"].set_value(mystery.HONEST)
    pressed(page, "Name it")
    assert len(page.error) == 1 and "You named nothing, it is honest. It was **stripes" in words(
        page
    )
    assert "0 of 1 named rightly" in words(page)
    pressed(page, "New mystery")
    assert "8 of 8 probes left" in words(page) and "It was" not in words(page)
    pressed(page, "Give up")
    assert "Given up after 0 probes" in words(page) and "0 of 2 named rightly" in words(page)
