"""The trial: its grids, its curves against a network that can be counted, and its lesson."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from core.challenges.interpretability.trial import EXPERIMENT, figures
from core.challenges.interpretability.trial.config import (
    CRITERIA,
    ENDLESS,
    LINEAR,
    LOW_IS_GOOD,
    METHODS,
    NETWORK,
    SHARES,
    SLOW,
    STEPS,
    TrialConfig,
    TrialResult,
    TrialView,
)
from core.lab.intervals import exact_interval
from core.lab.run import complete
from core.metrics.rankings import standings
from core.models.shape_cnn import ShapeCNN
from tests import runs


def test_a_network_for_the_grid_has_the_same_weights_and_sees_all_of_it() -> None:
    net = ShapeCNN(5, side=28, seed=0).eval()
    with torch.no_grad():  # Without biases black is nothing, and borders do not count.
        for layer in (net.conv1, net.conv2, net.conv3):
            layer.bias.zero_()
    large = net.resized(56)
    x = torch.rand(1, 1, 28, 28)
    assert torch.equal(large.conv2.weight, net.conv2.weight)
    inner = torch.zeros(1, 1, 28, 28)
    inner[..., 8:20, 8:20] = x[..., 8:20, 8:20]
    placed = torch.zeros(1, 1, 56, 56)
    placed[..., 28:, :28] = inner
    assert torch.allclose(large(placed), net(inner), atol=1e-5)


@pytest.fixture(scope="module")
def smallest():
    return runs.smallest("interpretability/trial").result


@pytest.mark.trained
def test_every_method_stands_every_test(smallest) -> None:
    quick = [m for m in METHODS if m not in SLOW]
    counts = smallest.scores.groupby("criterion").size()
    assert set(counts.index) == set(CRITERIA)
    assert (counts == len(quick) * 5).all()
    ranges = smallest.scores.groupby("criterion")["value"].agg(["min", "max"])
    shares = ranges.drop(list(ENDLESS))
    assert (shares["min"] >= 0).all() and (shares["max"] <= 1).all()
    assert np.isfinite(ranges.to_numpy()).all()
    assert ranges.loc["stability", "max"] <= 1 + 1e-9
    assert len(smallest.curves) == len(quick) * 5 * 2 * len(SHARES)


@pytest.mark.trained
def test_curves_begin_and_end_alike_for_every_method(smallest) -> None:
    for share in (0.0, 1.0):
        rows = smallest.curves[smallest.curves["share"] == share]
        for _, same in rows.groupby(["seed", "curve"]):
            assert same["value"].max() == pytest.approx(same["value"].min(), abs=1e-5)


def leaderboard(result: TrialResult, view: TrialView) -> pd.DataFrame:
    return runs.figure(EXPERIMENT, "leaderboard").table(result, view)


@pytest.mark.trained
def test_the_best_comes_first(smallest) -> None:
    for criterion in CRITERIA:
        table = leaderboard(smallest, TrialView(criterion=criterion))
        means = table["mean"].tolist()
        assert means == sorted(means, reverse=criterion not in LOW_IS_GOOD)


@pytest.mark.trained
def test_what_never_asks_the_network_is_perfectly_stable_and_chance_is_not(smallest) -> None:
    rows = smallest.scores[smallest.scores["criterion"] == "stability"]
    means = rows.groupby("method")["value"].mean()
    assert means["Brightness"] == pytest.approx(1)
    assert abs(means["Random map"]) < 0.05


@pytest.mark.trained
def test_integrated_gradients_adds_up_and_exactly_on_a_linear_model(smallest) -> None:
    errors = smallest.steps.groupby(["model", "steps"])["value"].mean()
    assert errors[LINEAR].max() < 1e-5
    assert errors[NETWORK, STEPS[0]] > errors[NETWORK, STEPS[-1]]
    rows = smallest.scores[smallest.scores["criterion"] == "completeness"]
    means = rows.groupby("method")["value"].mean()
    assert means["Integrated Gradients"] < 0.05 < means["Random map"]


@pytest.mark.trained
@pytest.mark.parametrize("criterion", CRITERIA)
def test_every_ranking_holds_both_controls_and_says_who_is_best(smallest, criterion: str) -> None:
    view = TrialView(criterion=criterion)
    table = leaderboard(smallest, view)
    assert {"Brightness", "Random map"} <= set(table["method"]) and (table["n"] == 5).all()
    assert table["method"].iloc[0] in figures.leaderboard_caption(table, view)


def made_up(rows: list[tuple[str, str, list[float]]]) -> TrialResult:
    scores = [(i, m, c, v) for m, c, values in rows for i, v in enumerate(values)]
    empty = pd.DataFrame({"seed": [], "value": []})
    table = pd.DataFrame(scores, columns=["seed", "method", "criterion", "value"])
    return TrialResult(table, empty, empty, empty)


def test_places_by_hand() -> None:
    result = made_up([
        ("Saliency", "grid", [0.5, 0.7]), ("Saliency", "deletion", [0.4, 0.4]),
        ("Occlusion", "grid", [0.9, 0.6]), ("Occlusion", "deletion", [0.1, 0.3]),
        ("Brightness", "grid", [0.2, 0.2]), ("Brightness", "deletion", [0.1, 0.3]),
    ])  # fmt: skip
    table = result.standings()
    found = table.set_index(["method", "criterion"])
    assert found["place"].to_dict() == {
        ("Occlusion", "grid"): 1, ("Occlusion", "deletion"): 1, ("Brightness", "grid"): 3,
        ("Brightness", "deletion"): 1, ("Saliency", "grid"): 2, ("Saliency", "deletion"): 3,
    }  # fmt: skip
    assert found.loc[("Occlusion", "grid"), ["best", "worst"]].tolist() == [1, 2]
    assert figures.ranks_caption(table, TrialView()) == (
        "Occlusion has the best mean by all 2 tests here."
    )
    worse = table.assign(
        place=table["place"].where(table["criterion"] == "grid", 4 - table["place"])
    )
    said = figures.ranks_caption(worse, TrialView())
    assert said.startswith("No method has the best mean by all 2 tests. Occlusion, with a mean pl")
    assert "number 1 by grid and number 3 by deletion." in said
    # Of the two methods' places by deletion, 1 and 3, the control's 1 is above the middle.
    assert "by 1 test (deletion)" in figures.control_words(table)


def test_tests_that_order_alike_agree_fully() -> None:
    names = ["Saliency", "Occlusion", "LIME"]
    rows = [
        (name, criterion, [(-i if criterion in LOW_IS_GOOD else i) + 0.5] * 2)
        for criterion in CRITERIA
        for i, name in enumerate(names)
    ]
    assert made_up(rows).agreement_of_tests().mean == pytest.approx(1)
    rows = [(name, c, [-v[0]] * 2) if c == "grid" else (name, c, v) for name, c, v in rows]
    # One test of nine turned round: 8 of 36 pairs say -1.
    assert made_up(rows).agreement_of_tests().mean == pytest.approx((28 - 8) / 36)


@pytest.mark.slow
@pytest.mark.parametrize("block", [500, 700])
def test_the_lesson_holds_on_seeds_that_chose_nothing(block: int) -> None:
    result = complete(EXPERIMENT.run(TrialConfig(first_seed=block)))
    verdicts = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims}
    # Saliency has no draws of its own; SmoothGrad's, drawn anew, outweigh what averaging calms.
    assert verdicts.pop("averaging_calms") != "shown"
    assert set(verdicts.values()) == {"shown"}


def test_a_lead_that_chance_makes_is_no_clear_lead() -> None:
    """Twelve maps of the same worth, five networks: by how many tests one is clearly first."""
    rng, first = np.random.default_rng(0), 0
    for _ in range(100):
        scores = rng.normal(size=(5, 12))
        rows = [
            {"seed": s, "method": f"map {m}", "criterion": "grid", "value": v}
            for (s, m), v in np.ndenumerate(scores)
        ]
        first += figures.clearly_first(standings(pd.DataFrame(rows), ("grid",), ()))
    assert first <= 5


def test_intervals_stay_where_scores_can_be_and_open_where_all_networks_agree() -> None:
    result = made_up([
        ("Saliency", "pointing", [1.0] * 5), ("Occlusion", "pointing", [0.0] * 5),
        ("Saliency", "grid", [1.0, 1.0, 1.0, 1.0, 0.5]), ("Occlusion", "grid", [0.0, 0.5, 0, 0, 0]),
    ])  # fmt: skip
    pointing, grid = (leaderboard(result, TrialView(criterion=c)) for c in ("pointing", "grid"))
    exact = exact_interval([1] * 20)
    assert pointing["low"].iloc[0] == pytest.approx(exact.low) and pointing["high"].iloc[0] == 1
    assert pointing["high"].iloc[1] == pytest.approx(1 - exact.low) and pointing["low"].iloc[1] == 0
    assert grid[["low", "high"]].to_numpy().min() >= 0
    assert grid[["low", "high"]].to_numpy().max() <= 1
