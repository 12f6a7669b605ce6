"""Clever Hans: what is planted, what is measured, and the lesson."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from core.challenges.interpretability.clever_hans import (
    CORNER,
    EXPERIMENT,
    MARK,
    MARKED,
    CleverHansConfig,
    CleverHansView,
    erased,
    planted,
    stamped,
)
from core.challenges.interpretability.data import draw
from core.challenges.interpretability.tables import clever_hans as tables
from core.lab.run import complete


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
def smallest():
    return complete(EXPERIMENT.run(EXPERIMENT.smallest))


def test_every_arm_is_asked_everything(smallest) -> None:
    assert len(smallest.outcomes) == 5 * len(tables.ARMS) * len(tables.TESTS)
    assert len(smallest.masses) == 5 * len(tables.ARMS) * len(tables.METHODS)
    assert smallest.outcomes["value"].between(0, 1).all()
    random = smallest.masses[smallest.masses["method"] == "Random map"]["value"]
    assert random.mean() == pytest.approx(36 / 784, abs=0.005)


def test_an_erased_corner_cannot_matter(smallest) -> None:
    """The network is asked about pictures without the corner, so the mark changes nothing."""
    rows = smallest.outcomes[smallest.outcomes["arm"] == "erased"]
    wide = rows.pivot(index="seed", columns="test", values="value")
    np.testing.assert_array_equal(wide["marked_discs"], wide["plain_discs"])


def test_captions(smallest) -> None:
    view = CleverHansView()
    assert "unmarked discs" in tables.outcomes_caption(tables.outcomes(smallest, view), view)
    table = tables.outcomes(smallest, view)
    assert set(table["says"]) == set(tables.TESTS.values()) and table["panel"].nunique() == 2
    assert "corner" in tables.masses_caption(tables.masses(smallest, view), view)


def test_the_maps_stand_in_two_columns_and_are_all_there(smallest) -> None:
    table = tables.maps(smallest, CleverHansView())
    assert table.groupby("panel", sort=False).size().to_dict() == {
        title: 1 + len(tables.DRAWN) for title in tables.ARM_TITLES.values()
    }
    places = table[["panel", "column", "row"]]
    assert not places.duplicated().any() and set(table["column"]) == {0, 1}
    erased_corner = table[table["arm"] == tables.ARM_TITLES["erased"]]
    assert erased_corner[erased_corner["cell"] == tables.PICTURE]["on_corner"].tolist() == [0.0]
    # The first network is explained before there is a picture to show: no cell, no panel.
    empty = dataclasses.replace(smallest, image=np.zeros_like(smallest.image))
    assert tables.maps(empty, CleverHansView()).empty
    # A map that is not made yet has its cell, and no picture in it.
    half = dataclasses.replace(
        smallest, maps=smallest.maps * np.array([1, 1, 0])[:, None, None, None]
    )
    assert len(tables.maps(half, CleverHansView())) == len(table)
    assert len(tables.painted(half, CleverHansView())["pictures"]) <= len(table) - len(tables.DRAWN)


@pytest.mark.slow
@pytest.mark.parametrize("block", [500, 700])
def test_the_lesson_holds_on_seeds_that_chose_nothing(block: int) -> None:
    result = complete(EXPERIMENT.run(CleverHansConfig(first_seed=block)))
    assert {c.verdict(c.measure(result)) for c in EXPERIMENT.claims} == {"shown"}
