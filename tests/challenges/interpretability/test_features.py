"""Features of a table: what is drawn, what is measured, and the lesson."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.attributions.tables import CONTROL
from core.challenges.interpretability.features import EXPERIMENT
from core.challenges.interpretability.features.config import (
    CORRELATIONS,
    KNOWN,
    PERMUTATION,
    SHAPLEY,
    STEERED_BY,
    FeaturesConfig,
    FeaturesResult,
    FeaturesView,
)
from core.challenges.interpretability.features.figures import tiny
from core.challenges.interpretability.features.run import recorder, train
from core.data.known_importance import FEATURES, PRODUCT, TRUTH
from core.lab.run import complete
from core.metrics.attribution import rank_correlation
from core.metrics.importance import shares
from tests import runs

VIEW = FeaturesView()


def test_the_best_rank_correlation_to_be_expected_is_what_the_page_says() -> None:
    """A strict order that never contradicts the truth; the ties are two and three columns."""
    strict = TRUTH - 0.001 * np.arange(len(TRUTH))
    best = rank_correlation(strict[None], TRUTH[None])[0]
    assert best == pytest.approx((1 - (2**3 - 2 + 3**3 - 3) / (8**3 - 8)) ** 0.5)
    note = next(f.note for f in EXPERIMENT.figures if f.name == "ranking")
    assert f"{best:.2f} is the best" in note


@pytest.fixture(scope="module")
def smallest() -> FeaturesResult:
    """The run that the contract tests look at, too: driven once in this process."""
    return runs.smallest("interpretability/features").result


@pytest.mark.trained
def test_everything_is_measured(smallest: FeaturesResult) -> None:
    assert len(smallest.errors) == 5 * 2 * 10
    assert len(smallest.importance) == 5 * 2 * 12 * len(FEATURES)
    assert len(smallest.correlated) == 5 * 2 * len(CORRELATIONS) * len(FEATURES)
    assert len(smallest.agreement) == 5 * 3 * (1 + 2 * 7)
    sizes = smallest.importance["value"].abs()
    groups = [smallest.importance[key] for key in ("seed", "model", "method")]
    # Eight 32-bit shares: each is rounded by 6e-8 at most, and so is each sum on the way to one.
    np.testing.assert_allclose(sizes.groupby(groups).sum(), 1, rtol=1e-6)


@pytest.mark.trained
def test_controls(smallest: FeaturesResult) -> None:
    """Exact methods are exact; right numbers on wrong columns are far off and agree by chance."""
    exact = EXPERIMENT.metrics(smallest)["largest_error_of_the_exact"]
    assert exact.high < 1e-4
    assert smallest.error("linear", CONTROL).values.min() > 0.5
    chance = smallest.agreed("cells", CONTROL).mean
    assert chance == pytest.approx(0.1, abs=0.07)
    for feature in FEATURES:
        ours, exact = (smallest.share("linear", m, feature) for m in (STEERED_BY, SHAPLEY))
        np.testing.assert_allclose(ours.values, exact.values, atol=1e-5)


@pytest.mark.trained
def test_progress_reaches_its_total_and_something_is_shown_while_models_train() -> None:
    ran = runs.smallest("interpretability/features")
    step, total, _ = ran.steps[-1]
    assert total - 10 <= step <= total
    assert set(ran.partials[1].importance["method"]) == {PERMUTATION}
    assert ran.partials[1].errors.empty


@pytest.mark.trained
def test_captions(smallest: FeaturesResult) -> None:
    said = {f.name: f.caption(f.table(smallest, VIEW), VIEW) for f in EXPERIMENT.figures}
    assert "cannot use it" in said["importance"]
    assert "the exact methods are off by less than 0.1%" in said["errors"]
    assert "orders the columns best" in said["ranking"]
    assert "0.99" in said["correlated"]
    assert "same most important column" in said["agreement"]
    ranks = FeaturesView(agreement="ranks", log_axis=True)
    agreement, errors = (runs.figure(EXPERIMENT, name) for name in ("agreement", "errors"))
    assert "rank correlation" in agreement.caption(agreement.table(smallest, ranks), ranks)
    assert (errors.table(smallest, ranks)["low"] > 0).all()


def test_the_lesson_on_several_seeds() -> None:
    """The linear model cannot see the pair; the network orders the columns as the truth does."""
    config = FeaturesConfig(explained=8, first_seed=800)
    models = complete(train(config, recorder(config)))
    for seed in config.seeds:
        shuffled = {name: shares(models.of(seed, name).shuffled(seed)) for name in KNOWN}
        assert np.abs(shuffled["linear"][PRODUCT]).max() < 0.02
        assert shuffled["network"][PRODUCT].min() > 0.05
        assert rank_correlation(shuffled["network"][None], TRUTH[None])[0] > 0.9


@pytest.mark.slow
@pytest.mark.parametrize("block", [500, 700])
def test_the_claims_hold_on_seeds_that_chose_nothing(block: int) -> None:
    result = complete(EXPERIMENT.run(FeaturesConfig(first_seed=block)))
    assert {c.verdict(c.measure(result)) for c in EXPERIMENT.claims} == {"shown"}
    assert result.rank("network", PERMUTATION).mean > 0.9


def test_no_measure_is_called_best_or_worst_where_intervals_meet() -> None:
    means = {"A": (0.97, 0.01), "B": (0.95, 0.05), "C": (0.3, 0.1)}
    rows = [(m, "network", v, v - e, v + e) for m, (v, e) in means.items()]
    rows += [(m, "linear", v, v - e, v + e) for m, (v, e) in means.items()]
    table = pd.DataFrame(rows, columns=["method", "model", "mean", "low", "high"])
    said = runs.figure(EXPERIMENT, "ranking").caption(table, VIEW)
    assert "A orders the columns best (0.97, not clearly ahead of B) and C worst (0.3);" in said


def test_an_error_that_is_rounding_is_not_called_zero() -> None:
    assert tiny(1e-7) == "less than 0.1%" and tiny(0.004) == "at most 0.4%"
