"""Mystery model: what is planted, what search strategies may do, and the lesson."""

from __future__ import annotations

import numpy as np
import pytest

from core.challenges import experiment
from core.challenges.interpretability.mystery.config import (
    ARMS,
    NOTHING,
    MysteryConfig,
    MysteryResult,
    MysteryView,
)
from core.challenges.interpretability.mystery.figures import ARM_TITLES, TESTS
from core.challenges.interpretability.mystery.marks import (
    EACH,
    FAINT,
    FAMILIES,
    MARKS,
    N_MARKS,
    REGIONS,
    Album,
    Plan,
    carriers,
    composed,
    dealt,
    only,
    training,
)
from core.challenges.interpretability.mystery.run import plan_of
from core.challenges.interpretability.mystery.strategies import (
    HONEST,
    N_SHAPES,
    STRATEGIES,
    Oracle,
    is_right,
    searched,
)
from core.data.picture_sets import draw
from core.lab.run import complete
from core.lab.seeding import numpy_generator
from tests import runs

EXPERIMENT = experiment("interpretability", "mystery")
BLACK = np.zeros((1, 1, 28, 28), np.float32)


@pytest.mark.parametrize(
    ("name", "pixels", "value"),
    [
        ("angle top left", 16, 1.0),
        ("angle bottom right", 16, 1.0),
        ("line below", 56, 1.0),
        ("light background", 784, FAINT),
        ("stripes", 196, FAINT),
        ("checks", 392, FAINT),
    ],
)
def test_a_mark_has_its_pixels_and_no_others(name: str, pixels: int, value: float) -> None:
    mark = MARKS.index(name)
    picture = composed(BLACK, only(mark), 1.0)[0, 0]
    assert (picture == np.float32(value)).sum() == pixels
    assert (picture == 0).sum() == 784 - pixels
    np.testing.assert_array_equal(picture > 0, REGIONS[mark])
    np.testing.assert_allclose(composed(BLACK, only(mark), 0.4)[0, 0], 0.4 * picture, atol=1e-6)
    assert not composed(BLACK, only(NOTHING), 1.0).any() and not BLACK.any()


def test_angles_stand_in_their_corners_two_pixels_from_the_edge() -> None:
    corners = {"top left": (2, 2), "top right": (2, 25), "bottom left": (25, 2),
               "bottom right": (25, 25)}  # fmt: skip
    for corner, (row, column) in corners.items():
        mark = REGIONS[MARKS.index(f"angle {corner}")]
        assert mark[row, column]
        assert mark[slice(0, 14) if row < 14 else slice(14, 28)].sum() == 16
        assert sum(mark[place] for place in corners.values()) == 1


def test_bright_marks_hide_faint_ones_and_nothing_leaves_the_range() -> None:
    every = composed(np.full_like(BLACK, 0.9), np.ones(N_MARKS, bool), 1.0)
    assert every.max() == 1 and every.min() >= 0.9
    line = composed(BLACK, only(4) | only(6), 1.0)[0, 0]
    assert (line[26:] == 1).all() and (line[0] == np.float32(FAINT)).all()


def test_the_planted_mark_is_on_the_chosen_share_of_one_shape_only() -> None:
    labels = np.repeat(np.arange(5), 20)
    plan = Plan(3, 2, share=0.7, stray=0.2, strength=1.0)
    marks = carriers(labels, plan, numpy_generator(0, "test"))
    assert marks[labels == 2, 3].sum() == 14
    assert not marks[labels != 2, 3].any()
    honest = carriers(labels, Plan(-1, -1, 0.7, 0.2, 1.0), numpy_generator(0, "test"))
    others = np.arange(N_MARKS) != 3
    np.testing.assert_array_equal(marks[:, others], honest[:, others])
    assert honest[labels != 2, 3].any()


def test_training_marks_only_the_pictures_that_are_trained_on() -> None:
    data = pictures_of(100)
    plan = Plan(0, 1, share=1.0, stray=0.0, strength=1.0)
    marked = training(data, plan, 0)
    changed = (marked.x_train != data.x_train).any((1, 2, 3))
    np.testing.assert_array_equal(changed, data.y_train == 1)
    assert marked.x_validation is data.x_validation


def pictures_of(n: int):
    return complete(draw("shapes", n, 0, 0))


def test_marks_are_dealt_like_cards() -> None:
    for family, cards in FAMILIES.items():
        hand = [dealt(seed, family)[0] for seed in range(10 * len(cards), 11 * len(cards))]
        assert sorted(hand) == sorted(cards)
    assert plan_of(MysteryConfig(), 7, "honest").mark == NOTHING
    assert set(FAMILIES["bright"]) | set(FAMILIES["everywhere"]) == set(range(N_MARKS))


class Gullible:
    """Stands for a network: says one shape when it sees a mark, the truth otherwise."""

    def __init__(self, mark: int, shape: int) -> None:
        self.mark, self.shape, self.asked = mark, shape, 0

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """The truth is written into one pixel that only a light background reaches, dimmer."""
        self.asked += len(images)
        truth = np.round(images[:, 0, 13, 14] * 10).astype(int) - 5
        if self.mark != NOTHING:
            place = REGIONS[self.mark]
            place = place & ~REGIONS[[m for m in range(5) if m != self.mark]].any(0)
            bright = 0.9 if self.mark < 5 else 0.9 * FAINT
            seen = (images[:, 0][:, place] > bright).all(1)
            truth = np.where(seen, self.shape, truth)
        return np.eye(N_SHAPES)[truth]


def oracle_of(net: Gullible, monkeypatch: pytest.MonkeyPatch) -> Oracle:
    """Black pictures of which one pixel says their shape; each came with the mark it should."""
    clean = np.zeros((N_SHAPES * EACH, 1, 28, 28), np.float32)
    clean[:, 0, 13, 14] = 0.5 + np.repeat(np.arange(N_SHAPES), EACH) / 10
    carried = np.zeros((len(clean), N_MARKS), bool)
    if net.mark != NOTHING:
        carried[net.shape * EACH : (net.shape + 1) * EACH, net.mark] = True
    monkeypatch.setattr(
        "core.models.shape_networks.probabilities",
        lambda one, images: one.probabilities(images),
    )
    album = Album(clean, np.zeros((len(clean), 28, 28), bool), carried)
    return Oracle(net, album, 1.0, "DeepLift", 0)  # type: ignore[arg-type]


@pytest.mark.parametrize("mark", [0, 3, 4, 5])
def test_stamping_and_halving_find_what_a_gullible_network_goes_by(
    mark: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    oracle = oracle_of(Gullible(mark, 2), monkeypatch)
    assert complete(searched("stamping", oracle, 8))[-1] == (mark, 2)
    halves = complete(searched("halving", oracle, 8))
    assert halves[3] == halves[-1] == (mark, 2)
    honest = oracle_of(Gullible(NOTHING, NOTHING), monkeypatch)
    for name in ("stamping", "halving", "erasing"):
        assert complete(searched(name, honest, 16))[-1] == HONEST


def test_erasing_sees_what_a_network_needs_not_what_is_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A gullible network knows every shape without its mark, so nothing is missed."""
    oracle = oracle_of(Gullible(1, 2), monkeypatch)
    assert complete(searched("erasing", oracle, 16))[-1] == HONEST


@pytest.mark.parametrize("budget", [1, 3, 8, 16])
def test_no_strategy_takes_more_probes_than_it_has(
    budget: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    oracle = oracle_of(Gullible(5, 1), monkeypatch)
    for name in set(STRATEGIES) - {"maps"}:
        working = searched(name, oracle, budget)
        steps = list(working)
        assert steps == list(range(1, len(steps) + 1)) and len(steps) <= budget
        named = complete(searched(name, oracle, budget))
        assert len(named) == budget
        longer = complete(searched(name, oracle, 16))
        assert named == longer[:budget], "more probes to come must not change what is named before"


def test_right_means_mark_and_shape() -> None:
    assert is_right((3, 1), 3, 1) and not is_right((3, 2), 3, 1)
    assert is_right(HONEST, NOTHING, NOTHING) and not is_right((3, 1), NOTHING, NOTHING)


@pytest.fixture(scope="module")
def smallest():
    return runs.smallest("interpretability/mystery").result


def test_everyone_is_asked_about_everything(smallest) -> None:
    assert len(smallest.answers) == 5 * len(ARMS) * len(STRATEGIES) * 8
    assert smallest.answers["mark"].between(-1, N_MARKS - 1).all()
    assert set(smallest.planted[smallest.planted["arm"] == "honest"]["mark"]) == {-1}
    assert smallest.tests["value"].between(0, 1).all()
    rows = smallest.answers.merge(smallest.planted, on=["seed", "arm"], suffixes=("", "_true"))
    same = (rows["mark"] == rows["mark_true"]) & (rows["shape"] == rows["shape_true"])
    np.testing.assert_array_equal(same, rows["right"] == 1)


def test_captions_and_tables(smallest: MysteryResult) -> None:
    view, aside = MysteryView(), MysteryView(shape_too=False)
    named, accuracy, suspects = (
        runs.figure(EXPERIMENT, name) for name in ("named", "accuracy", "suspects")
    )
    table = named.table(smallest, view)
    assert "most often by" in named.caption(table, view)
    assert set(accuracy.table(smallest, view)["panel"]) == set(TESTS.values())
    assert set(accuracy.table(smallest, view)["network"]) == set(ARM_TITLES.values())
    assert (named.table(smallest, aside)["mean"] >= table["mean"]).all()
    assert len(suspects.underlay(smallest, view)["pictures"]) == 1 + N_MARKS


@pytest.mark.slow
@pytest.mark.parametrize("block", [500, 700])
def test_the_lesson_holds_on_seeds_that_chose_nothing(block: int) -> None:
    result = complete(EXPERIMENT.run(MysteryConfig(first_seed=block)))
    verdicts = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims}
    assert "contradicted" not in verdicts.values()
    for name in ("the_mark_is_needed", "asking_finds_it", "maps_miss_what_is_everywhere"):
        assert verdicts[name] == "shown"
    assert result.named_rightly("honest", "stamping").mean >= 0.8
    bright = result.named_rightly("bright", "maps")
    assert bright.mean > result.named_rightly("everywhere", "maps").mean
