"""Search strategies, asked about networks whose shortcut is known."""

from __future__ import annotations

import numpy as np
import pytest

from core.attributions.shortcut_search import (
    EACH,
    HONEST,
    N_SHAPES,
    STRATEGIES,
    Album,
    Oracle,
    is_right,
    searched,
)
from core.data.planted_marks import FAINT, N_MARKS, NOTHING, REGIONS
from core.lab.run import complete


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
