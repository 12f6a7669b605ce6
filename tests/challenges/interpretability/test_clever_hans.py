"""Clever Hans: what is planted, what is measured, and the lesson."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from core.challenges.interpretability.clever_hans import (
    EXPERIMENT,
    CleverHansConfig,
    CleverHansResult,
    CleverHansView,
    figures,
)
from core.challenges.interpretability.clever_hans.config import ARMS, CORNER, MARK, METHODS, TESTS
from core.challenges.interpretability.clever_hans.run import MARKED, erased, planted, stamped
from core.data.picture_sets import draw
from core.lab.run import complete
from tests import runs


def test_the_mark_is_planted_on_the_chosen_share_of_discs_only() -> None:
    data = complete(draw("shapes", 200, 4, 0))
    config = CleverHansConfig(share=0.5, strength=0.75)
    marked = planted(data, config, "marked", 0).x_train
    carries = (marked[MARK] == 0.75).all((1, 2, 3))
    discs = data.y_train == MARKED
    assert carries.sum() == round(0.5 * discs.sum())
    assert not carries[~discs].any()
    np.testing.assert_array_equal(marked[~carries], data.x_train[~carries])
    assert planted(data, config, "clean", 0) is data
    assert (planted(data, config, "erased", 0).x_train[CORNER] == 0).all()


def test_stamping_and_erasing_leave_the_original_alone() -> None:
    images = np.full((2, 1, 28, 28), 0.5, np.float32)
    assert (stamped(images, 1.0) == 1).sum() == 2 * 16
    assert (erased(stamped(images, 1.0)) == 0).sum() == 2 * 36
    assert (images == 0.5).all()


@pytest.fixture(scope="module")
def smallest() -> CleverHansResult:
    return runs.smallest("interpretability/clever_hans").result


@pytest.mark.trained
def test_every_arm_is_asked_everything(smallest: CleverHansResult) -> None:
    assert len(smallest.outcomes) == 5 * len(ARMS) * len(TESTS)
    assert len(smallest.masses) == 5 * len(ARMS) * len(METHODS)
    assert smallest.outcomes["value"].between(0, 1).all()
    random = smallest.masses[smallest.masses["method"] == "Random map"]["value"]
    assert random.mean() == pytest.approx(36 / 784, abs=0.005)


@pytest.mark.trained
def test_an_erased_corner_cannot_matter(smallest: CleverHansResult) -> None:
    """The network is asked about pictures without the corner, so the mark changes nothing."""
    rows = smallest.outcomes[smallest.outcomes["arm"] == "erased"]
    wide = rows.pivot(index="seed", columns="test", values="value")
    np.testing.assert_array_equal(wide["marked_discs"], wide["plain_discs"])


@pytest.mark.trained
def test_captions(smallest: CleverHansResult) -> None:
    view = CleverHansView()
    outcomes, masses = (runs.figure(EXPERIMENT, name) for name in ("outcomes", "masses"))
    table = outcomes.table(smallest, view)
    assert "unmarked discs" in outcomes.caption(table, view)
    assert set(table["says"]) == {says for _, _, says in figures.TESTS.values()}
    assert table["panel"].nunique() == 2
    assert "corner" in masses.caption(masses.table(smallest, view), view)


@pytest.mark.trained
def test_the_maps_stand_in_two_columns_and_are_all_there(smallest: CleverHansResult) -> None:
    table = figures.maps(smallest, CleverHansView())
    assert table.groupby("panel", sort=False).size().to_dict() == {
        title: 1 + len(figures.DRAWN) for title in figures.ARM_TITLES.values()
    }
    places = table[["panel", "column", "row"]]
    assert not places.duplicated().any() and set(table["column"]) == {0, 1}
    erased_corner = table[table["arm"] == figures.ARM_TITLES["erased"]]
    assert erased_corner[erased_corner["cell"] == figures.PICTURE]["on_corner"].tolist() == [0.0]
    # The first network is explained before there is a picture to show: no cell, no panel.
    empty = dataclasses.replace(smallest, image=np.zeros_like(smallest.image))
    assert figures.maps(empty, CleverHansView()).empty
    # A map that is not made yet has its cell, and no picture in it.
    half = dataclasses.replace(
        smallest, maps=smallest.maps * np.array([1, 1, 0])[:, None, None, None]
    )
    assert len(figures.maps(half, CleverHansView())) == len(table)
    painted = runs.figure(EXPERIMENT, "maps").underlay(half, CleverHansView())["pictures"]
    assert len(painted) <= len(table) - len(figures.DRAWN)


@pytest.mark.slow
@pytest.mark.parametrize("block", [500, 700])
def test_the_lesson_holds_on_seeds_that_chose_nothing(block: int) -> None:
    result = complete(EXPERIMENT.run(CleverHansConfig(first_seed=block)))
    assert {c.verdict(c.measure(result)) for c in EXPERIMENT.claims} == {"shown"}
