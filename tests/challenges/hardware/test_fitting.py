"""Making it fit: sizes that are kept to, and what holds on other seeds."""

from __future__ import annotations

import itertools

import pytest
import torch

from core.challenges.hardware.fitting import FittingConfig, FittingResult, FittingView
from core.challenges.hardware.fitting.bench import Bench
from core.challenges.hardware.fitting.config import (
    ACCURACY,
    ANYWHERE,
    ARMS,
    BITS,
    BUDGETS,
    COMPUTED,
    FULL,
    KERNELS,
    RANK,
    WEIGHTS,
    WORST,
)
from core.challenges.hardware.fitting.figures import judged
from core.lab.run import complete
from core.metrics.fronts import AHEAD
from core.models import devices, kernels
from core.models.compression_cost import calls_of
from core.models.network import Network
from core.models.quantized import factored
from core.models.stored_weights import read_factors
from tests.runs import and_shipped, figure, found, result_of, smallest, unclocked

SLUG = "hardware/fitting"


def default(first_seed: int) -> FittingResult:
    result: FittingResult = result_of(SLUG, FittingConfig(first_seed=first_seed))
    return result


@pytest.mark.trained
def test_no_form_takes_more_than_the_network_in_few_bits() -> None:
    result = smallest(SLUG).result
    for budget in BUDGETS:
        sizes = [result.size(arm, budget) for arm in ARMS]
        assert max(sizes) == result.size(BITS, budget) < result.size(FULL, 32)


def test_forms_of_a_seed_start_from_the_same_network() -> None:
    bench = Bench(FittingConfig(repetitions=5, width=32))
    own = bench.full.layers()[0].detach()
    pruned = bench.form(WEIGHTS).layers()[0].detach()
    first = pruned[: len(own)]
    assert ((first == own) | (first == 0)).all() and (first != 0).any()


@pytest.mark.trained
def test_the_worst_class_is_never_better_than_the_mean() -> None:
    result = smallest(SLUG).result
    for arm in ARMS:
        gap = result.score(arm, 4) - result.score(arm, 4, WORST)
        assert (gap.values >= 0).all()


def test_the_forms_that_are_timed_are_those_there_are() -> None:
    assert tuple(kernels.KERNELS) == KERNELS
    assert calls_of(64, 1)[0] > calls_of(1024, 1)[0] == 1


@pytest.mark.trained
def test_verdicts_hold_for_all_forms_together() -> None:
    result, view = smallest(SLUG).result, FittingView()
    table = figure(found(SLUG), "changes").table(result, view)
    alone = result.change(WEIGHTS, 4).estimate
    row = table[(table["arm"] == WEIGHTS) & (table["panel"] == "All classes")].iloc[0]
    assert row["mean"] == pytest.approx(alone.mean)
    assert row["high"] - row["low"] > alone.high - alone.low
    assert judged(table.iloc[:0], view).empty


@pytest.mark.trained
def test_whole_networks_answer_through_every_kernel_there_is_in_every_seed() -> None:
    result = smallest(SLUG).result
    there = set(result.answers["kernel"])
    assert KERNELS[0] in there and there <= {KERNELS[0], *COMPUTED}
    rows = result.answers.groupby(["kernel", "seed"])["metric"].apply(sorted)
    assert all(each == ["1", "32", ACCURACY, WORST] for each in rows)
    full = result.answers[
        (result.answers["kernel"] == KERNELS[0]) & (result.answers["metric"] == ACCURACY)
    ]
    assert full["value"].tolist() == result.score(FULL, 32).values.tolist(), "the same network"


@pytest.mark.trained
def test_computing_in_8_bits_changes_few_answers_and_shows_in_the_figure() -> None:
    result = smallest(SLUG).result
    if "static int8" not in set(result.answers["kernel"]):
        pytest.skip("no kernel for static int8 here")
    change = result.computed("static int8")
    assert (abs(change.values) < 0.05).all()
    table = figure(found(SLUG), "computed").table(result, FittingView())
    row = table[(table["arm"] == "static int8") & (table["panel"] == "All classes")].iloc[0]
    assert row["mean"] == pytest.approx(change.mean)
    speeds = figure(found(SLUG), "whole").table(result, FittingView())
    own = speeds[(speeds["kernel"] == "static int8") & (speeds["batch"] == "1")].iloc[0]
    assert own["mean"] == pytest.approx(result.whole_speed("static int8", 1).mean)


@pytest.mark.trained
def test_whole_networks_lie_in_both_planes_and_a_front_is_what_no_other_beats_by_means() -> None:
    one, result = found(SLUG), smallest(SLUG).result
    view = FittingView(metric="worst class")
    forms = 1 + len(ARMS) * len(BUDGETS) + len(set(result.answers["kernel"]) - {KERNELS[0]})
    for name, cost in (("whole_ms", "milliseconds"), ("whole_kb", "kilobytes")):
        table = figure(one, name).table(result, view)
        assert len(table) == table["form"].nunique() == forms
        for row in table.itertuples():
            no_worse = (table["mean"] >= row.mean) & (table[cost] <= getattr(row, cost))
            better = (table["mean"] > row.mean) | (table[cost] < getattr(row, cost))
            assert (no_worse & better).any() != (row.place == AHEAD), row.form
        full = table[table["form"] == FULL].iloc[0]
        assert full["mean"] == pytest.approx(result.score(FULL, 32, WORST).mean)
        assert full["kilobytes"] == result.size(FULL, 32) / 1000
        assert full["place"] == AHEAD or full["form"] not in figure(one, name).caption(table, view)
    smaller = table[table["form"] == "fewer bits (4)"].iloc[0]
    assert smaller["kilobytes"] == result.size(BITS, 4) / 1000


def test_a_network_of_low_rank_is_timed_as_its_thin_matrices_and_answers_the_same() -> None:
    bench = Bench(FittingConfig(repetitions=5, width=32))
    form, x = bench.form(RANK), bench.x[0, :50]
    _, layers = form.stored(0)
    pairs = read_factors(form.written(0))
    assert max(len(parts) for parts in pairs) == 2
    whole, thin = factored([(layer,) for layer in layers])(x), factored(pairs)(x)
    torch.testing.assert_close(thin, whole, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(whole, Network(layers)(x), rtol=1e-4, atol=1e-4)


@pytest.mark.trained
def test_an_accelerator_answers_as_the_processor_does_and_has_rows_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, view = found(SLUG), FittingView()
    monkeypatch.setattr(devices, "accelerators", lambda: [devices.Unit("Fake GPU", "cpu")])
    result = complete(one.run(one.smallest))
    assert result.accelerators == ["Fake GPU"]
    table = figure(one, "beside").table(result, view)
    assert set(zip(table["unit"], table["row"], strict=True)) == set(
        itertools.product(("processor", "Fake GPU"), ANYWHERE)
    )
    assert sorted(set(table["panel"])) == [
        "1 example at once", "32 examples at once", "597 examples at once",
    ]  # fmt: skip
    right = table.pivot_table(index="row", columns="unit", values="accuracy")
    assert (right["processor"] == right["Fake GPU"]).all(), "the same networks"
    assert right.loc[KERNELS[0], "Fake GPU"] == pytest.approx(result.score(FULL, 32).mean)
    per_second = table["examples_a_second"] * table["mean"] / 1000
    assert per_second.tolist() == pytest.approx(table["metric"].astype(int).tolist())
    assert "on Fake GPU" in figure(one, "beside").caption(table, view)
    assert "Fake GPU" in one.finding(result)
    assert unclocked(one, result) == unclocked(one, smallest(SLUG).result), "no number to compare"


@pytest.mark.trained
@pytest.mark.skipif(bool(devices.accelerators()), reason="this machine has an accelerator")
def test_without_an_accelerator_a_sentence_says_so_and_nothing_else_does() -> None:
    result = smallest(SLUG).result
    assert result.beside.empty
    assert figure(found(SLUG), "beside").table(result, FittingView()).empty
    assert found(SLUG).finding(result).endswith("The machine that ran this has no accelerator.")


@pytest.mark.parametrize("first_seed", and_shipped(700, 800, 900))
def test_few_bits_cost_little_where_few_weights_cost_much(first_seed: int) -> None:
    result = default(first_seed)
    assert result.change(BITS, 8).estimate.low > -0.01
    assert result.change(BITS, 2).estimate.low > -0.03
    assert result.change(WEIGHTS, 2).estimate.high < -0.2
    assert (result.score(BITS, 4) - result.score(WEIGHTS, 4)).estimate.low > 0
