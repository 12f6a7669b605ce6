"""The scaling law: scores counted by hand, the order of events, the lesson on fresh seeds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.challenges.compute.scaling_law import EXPERIMENT
from core.challenges.compute.scaling_law.config import (
    FITTED,
    FORMS,
    GIVEN,
    LIBRARY,
    NOTHING,
    PURE,
    ScalingConfig,
    ScalingResult,
    ScalingView,
    operations_per_sign,
    parameters,
)
from core.challenges.compute.scaling_law.run import (
    BATCH,
    NAMES_AT_ONCE,
    groups,
    moments,
)
from core.data import library_text
from core.lab.run import complete
from tests.runs import figure, first_now, result_of

WIDTHS, SIGNS_SEEN = (6, 8, 12, 16, 24, 32, 64, 128), [1000 * 2**k for k in range(10)]


def hand_made(floor: float = 2.0) -> ScalingResult:
    """Two forecasters whose loss is `floor + 40 / N ** 0.5 + 300 / D ** 0.5`, exactly."""
    losses = [
        (seed, draw, width, signs, floor + 40 / parameters(width) ** 0.5 + 300 / signs**0.5)
        for seed in (0, 1) for draw in (0, 1) for width in WIDTHS for signs in SIGNS_SEEN
    ]  # fmt: skip
    end = floor + 40 / parameters(128) ** 0.5 + 300 / SIGNS_SEEN[-1] ** 0.5
    said = {FITTED: 0.01, GIVEN: -0.01, PURE: -0.2, NOTHING: 0.3}
    forecasts = [(s, form, end + off + s / 100) for s in (0, 1) for form, off in said.items()]
    laws = [(s, parameters(w), end, end - 0.1, end + 0.1) for s in (0, 1) for w in (32, 128)]
    return ScalingResult(
        pd.DataFrame(losses, columns=["seed", "draw", "width", "signs", "value"]),
        pd.DataFrame(laws, columns=["seed", "parameters", "mean", "low", "high"]),
        pd.DataFrame(forecasts, columns=["seed", "form", "value"]),
        pd.DataFrame([(s, floor, floor + 0.05) for s in (0, 1)],
                     columns=["seed", "entropy", "fitted"]),
        128, SIGNS_SEEN[-1], "",
    )  # fmt: skip


def test_parameters_are_counted_layer_by_layer():
    assert parameters(6) == (64 * 6 + 6) + (6 * 32 + 32)


def test_forecasts_are_held_against_the_largest_network():
    result = hand_made()
    assert result.missed_by().values == pytest.approx([0.01, 0.02])
    assert result.missed_by(PURE).values == pytest.approx([-0.2, -0.19])
    assert result.floor_misses().values == pytest.approx([0.05, 0.05])
    small, large = (40 / parameters(w) ** 0.5 + 300 / SIGNS_SEEN[-1] ** 0.5 for w in (32, 128))
    assert result.left().values == pytest.approx([large / small] * 2)
    half = result.loss(128, 0.5).mean - result.loss(128).mean
    assert half == pytest.approx(300 / SIGNS_SEEN[-2] ** 0.5 - 300 / SIGNS_SEEN[-1] ** 0.5)


def test_where_size_and_text_count_alike_the_best_size_grows_as_the_root_of_the_budget():
    """Hoffmann et al. 2022: the exponents of N and D are equal, so that N goes with C ** 0.5."""
    result = hand_made()
    assert result.exponent().values == pytest.approx([0.5] * 2, abs=0.05)
    best = result.best_sizes()
    n, c = best["value"].to_numpy(), best["operations"].to_numpy()
    per = operations_per_sign(1000) / parameters(1000)
    assert n == pytest.approx((40 / 300) * (c / per) ** 0.5, rel=0.25)


def test_at_equal_budgets_a_larger_network_has_seen_less():
    table = hand_made().avoidable()
    one = table[(table["seed"] == 0) & (table["operations"] == table["operations"].max())]
    assert one["parameters"].is_monotonic_increasing
    budget = one["operations"].iloc[0]
    for row in one.itertuples():
        width = next(w for w in WIDTHS if parameters(w) == row.parameters)
        signs = budget / operations_per_sign(width)
        assert SIGNS_SEEN[0] * 0.99 <= signs <= SIGNS_SEEN[-1] * 1.01
        exact = 40 / row.parameters**0.5 + 300 / signs**0.5
        assert row.value == pytest.approx(exact, rel=0.02)


def test_the_caption_says_what_the_shown_forecaster_got():
    law = figure(EXPERIMENT, "law")
    table = law.table(hand_made(), ScalingView())
    assert "inside it" in law.caption(table, ScalingView())
    far = hand_made()
    far.laws.loc[far.laws["seed"] == 1, ["mean", "low", "high"]] += 1.0
    second = ScalingView(forecaster=2)
    assert "outside it" in law.caption(law.table(far, second), second)
    assert "inside it" in law.caption(law.table(far, ScalingView()), ScalingView())


def test_while_networks_learn_the_figure_shows_them_as_they_are():
    law, result = figure(EXPERIMENT, "law"), hand_made()
    early = replace(
        result, losses=result.losses[result.losses["signs"] == SIGNS_SEEN[0]],
        laws=result.laws[:0], floors=result.floors[:0],
    )  # fmt: skip
    table = law.table(early, ScalingView())
    assert table["parameters"].tolist() == [parameters(width) for width in WIDTHS]
    exact = 2.0 + 40 / table["parameters"] ** 0.5 + 300 / SIGNS_SEEN[0] ** 0.5
    assert table["mean"].tolist() == pytest.approx(exact.tolist())


@pytest.mark.trained
def test_the_forecast_knows_nothing_of_the_larger_networks():
    before, config = None, EXPERIMENT.smallest
    run = EXPERIMENT.run(config)
    while True:
        try:
            snapshot = next(run)
        except StopIteration as stop:
            result = stop.value
            break
        if before is None and snapshot.partial is not None:
            partial = snapshot.partial()
            before = partial if len(partial.floors) == config.repetitions else None
    assert before is not None
    assert set(before.losses["width"]) == set(config.known)
    pd.testing.assert_frame_equal(before.forecasts, result.forecasts)
    pd.testing.assert_frame_equal(before.laws, result.laws)
    assert set(result.forecasts["form"]) == set(FORMS)
    assert result.forecast(NOTHING).values == pytest.approx(result.loss(config.largest).values)
    assert (result.losses.merge(result.floors, on="seed").eval("value - entropy") > 0).all()


@pytest.mark.trained
def test_the_text_of_the_library_is_read_and_named_and_its_digest_is_in_the_key(monkeypatch):
    config = EXPERIMENT.smallest.changed(language=LIBRARY)
    result = complete(EXPERIMENT.run(config))
    assert EXPERIMENT.finding(result).startswith("In the standard library of Python 3.")
    entropies = [complete(library_text.read_half(seed)).entropy for seed in config.seeds]
    assert result.entropy().values == pytest.approx(entropies)
    assert (result.losses.merge(result.floors, on="seed").eval("value - entropy") > 0).all()
    one = replace(EXPERIMENT, slug="compute/scaling_law")
    keys = one.key(config), one.key(EXPERIMENT.smallest)
    monkeypatch.setattr(library_text, "digest", lambda: "another")
    assert one.key(config) != keys[0], "another Python's text"
    assert one.key(EXPERIMENT.smallest) == keys[1]


def test_moments_are_root_two_apart_and_texts_are_read_in_bounded_groups():
    found = moments(1000)
    assert found[-1] == 1000 and 500 in found and len(found) == 12
    assert np.diff(np.log2(found)) == pytest.approx([0.5] * 11, abs=0.03)
    parts = list(groups(ScalingConfig(repetitions=20, draws=3)))
    assert max(map(len, parts)) <= NAMES_AT_ONCE
    assert len({name for part in parts for name in part}) == 60


def test_the_batch_is_that_of_the_networks():
    from core.models import next_sign_nets

    assert next_sign_nets.BATCH == BATCH


@pytest.mark.parametrize("block", first_now(300, 600, 900))
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    config = ScalingConfig(first_seed=block)
    result = result_of("compute/scaling_law", config)
    said = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims if c.applies(config)}
    assert "contradicted" not in said.values()
    assert said["floor_matters"] == "shown"
