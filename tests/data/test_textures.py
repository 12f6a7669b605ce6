"""Textures: which pixels they darken, who is painted, and the sets that show a concept."""

from __future__ import annotations

import numpy as np
import pytest

from core.data import textures
from core.data.shapes import SIDE, draw_many, draw_shapes
from core.lab.run import complete
from core.lab.seeding import numpy_generator


@pytest.fixture(scope="module")
def plain():
    return complete(textures.draw_plain(300, 0, "test"))


@pytest.mark.parametrize(("concept", "share"), [("stripes", 1 / 2), ("dots", 1 / 4)])
def test_a_texture_darkens_its_share(concept: str, share: float) -> None:
    assert textures.dark(concept, 20, numpy_generator(0, "dark")).mean() == pytest.approx(share)


def test_stripes_run_along_a_diagonal() -> None:
    for picture in textures.dark("stripes", 6, numpy_generator(0, "dark")):
        along = (picture[1:, 1:] == picture[:-1, :-1]).all()
        across = (picture[1:, :-1] == picture[:-1, 1:]).all()
        assert along != across


def test_painting_changes_nothing_outside_the_shape(plain) -> None:
    rng = numpy_generator(0, "paint")
    found = textures.painted(plain.images, plain.masks, "stripes", 0.75, rng)[:, 0]
    before = plain.images[:, 0]
    np.testing.assert_array_equal(found[~plain.masks], before[~plain.masks])
    ratio = found[plain.masks] / before[plain.masks]
    assert set(ratio.round(3)) == {0.25, 1.0}
    assert plain.images.dtype == found.dtype == np.float32


def drawn_sets(shown_as: textures.ShownAs) -> textures.ConceptSets:
    return complete(
        textures.draw_concept_sets(shown_as, examples=10, random_sets=5, strength=1.0, seed=0)
    )


def test_no_picture_is_in_two_sets() -> None:
    sets = drawn_sets("shapes")
    everything = np.concatenate(
        [*sets.concepts.values(), *sets.counterparts, *sets.held.values(), sets.held_plain]
    )
    assert len(everything) == 10 * (2 + 5 + 5 + 3 + 1)
    assert len(np.unique(everything.reshape(len(everything), -1), axis=0)) == len(everything)
    alone = drawn_sets("textures").concepts["stripes"]
    assert alone.shape == (10, 1, SIDE, SIDE)
    assert (alone < 0.2).mean() == pytest.approx(0.5, abs=0.05)


def test_chance_says_who_is_painted_and_no_picture_given_is_changed(plain) -> None:
    before, who = plain.images.copy(), np.arange(len(plain.labels)) % 2 == 0
    rng = numpy_generator(0, "chances")
    found = textures.textured(plain, {"stripes": who.astype(float), "dots": 0.0}, 1.0, rng)
    changed = (found.images != before).any((1, 2, 3))
    np.testing.assert_array_equal(changed, who)
    np.testing.assert_array_equal(plain.images, before)
    assert found.labels is plain.labels and found.masks is plain.masks


def test_many_pictures_are_drawn_in_parts_that_are_told_apart() -> None:
    work = draw_many(900, clutter=4, seed=2, purpose="test")
    assert [next(work) for _ in range(3)] == [400, 800, 900]
    found = complete(draw_many(900, clutter=4, seed=2, purpose="test"))
    part = draw_shapes(100, clutter=4, seed=2, purpose="test 800")
    np.testing.assert_array_equal(found.images[800:], part.images)
    np.testing.assert_array_equal(found.masks[800:], part.masks)
    assert len(np.unique(found.images[:800].reshape(800, -1), axis=0)) == 800
