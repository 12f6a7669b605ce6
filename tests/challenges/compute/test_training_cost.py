"""The price of a training: bills and forecasts counted by hand, and what a run keeps."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from core.challenges.compute.training_cost import EXPERIMENT
from core.challenges.compute.training_cost.config import (
    COUNT,
    NAMES,
    PHASES,
    PILOT,
    CostResult,
    CostView,
)
from core.lab.run import complete
from core.models import devices
from core.models.signal_plans import NETWORKS, operations, parameters
from tests.runs import figure, smallest, unclocked


def hand_made() -> CostResult:
    """Each network: a million operations a step, 100 steps, 36 and 72 seconds in two seeds."""
    parts = dict(zip(PHASES, (4e5, 6e5, 1e4), strict=True))
    counts = [(n, p, v) for n in NETWORKS for p, v in parts.items()]
    times = [(s, n, p, 12.0 * (1 + s)) for s in (0, 1) for n in NETWORKS for p in PHASES]
    forecasts = [
        (s, n, way, 36.0 / times_off) for s in (0, 1) for n in NETWORKS
        for way, times_off in ((COUNT, 9.0), (PILOT, 1.0))
    ]  # fmt: skip
    memory = [(n, part, 2500.0) for n in NETWORKS for part in ("weights", "activations")]
    return CostResult(
        pd.DataFrame(counts, columns=["network", "phase", "value"]),
        pd.DataFrame(memory, columns=["network", "part", "value"]),
        pd.DataFrame(times, columns=["seed", "network", "phase", "value"]),
        pd.DataFrame(forecasts, columns=["seed", "network", "way", "value"]),
        pd.DataFrame(columns=["unit", "seed", "network", "what", "value"]), 100,
    )  # fmt: skip


def test_times_and_forecasts_are_held_against_each_other_seed_by_seed():
    result = hand_made()
    assert result.seconds("gru").values.tolist() == [36, 72]
    assert result.per_operation("gru").values == pytest.approx([360, 720])
    assert result.off("gru", COUNT).values.tolist() == [9, 18]
    assert result.off("gru", PILOT).values.tolist() == [1, 2]
    assert result.bytes("mlp") == 5000


def test_the_first_network_is_drawn_while_the_others_still_train():
    off, result = figure(EXPERIMENT, "off"), hand_made()
    some = result.times[(result.times["network"] == "mlp") | (result.times["seed"] == 0)]
    table = off.table(replace(result, times=some), CostView())
    assert table.loc[table["way"] == COUNT, "mean"].tolist() == [13.5, 9, 9, 9]
    assert table.loc[table["way"] == COUNT, "network"].tolist() == list(NAMES.values())


def test_the_bill_is_time_times_what_the_visitor_assumes():
    bill, result = figure(EXPERIMENT, "bill"), hand_made()
    view = CostView(watts_low=10, watts_high=20, price=1.0, trainings=1000)
    row = bill.table(result, view).iloc[0]
    assert row["seconds"] == pytest.approx(54_000)
    assert (row["kwh_low"], row["kwh_high"]) == pytest.approx((0.15, 0.3))
    assert row["money"] == pytest.approx(15)
    crossed = bill.table(result, CostView(watts_low=20, watts_high=20, trainings=1000)).iloc[0]
    assert crossed["kwh_low"] == crossed["kwh_high"]


def test_the_backward_pass_has_its_share():
    table = figure(EXPERIMENT, "phases").table(hand_made(), CostView())
    back = table[(table["phase"] == "backward") & (table["network"] == "GRU")]
    assert back["share"].tolist() == pytest.approx([6e5 / 1.01e6, 1 / 3])


@pytest.mark.trained
def test_a_run_keeps_what_the_formula_tells_and_the_weights_to_the_byte():
    result = smallest("compute/training_cost").result
    width, batch = EXPERIMENT.smallest.width, EXPERIMENT.smallest.batch
    for name in NETWORKS:
        told = operations(name, width, batch)
        assert result.products(name) == told["forward"] + told["backward"]
    held = result.memory.set_index(["network", "part"])["value"]
    for name in NETWORKS:
        assert held[name, "weights"] == 4 * parameters(name, width)
        assert held[name, "Adam's moments"] == 8 * parameters(name, width)
        assert held[name, "activations"] > 0
    assert set(result.times["network"]) == set(NAMES)
    assert (result.times["value"] >= 0).all()
    assert set(EXPERIMENT.metrics(result)) - EXPERIMENT.clocked


@pytest.fixture(scope="module")
def on_a_fake() -> CostResult:
    """The smallest run where the processor stands for an accelerator, too."""
    counter = iter(range(0, 10**6, 1000))
    fake = devices.Unit("Fake GPU", "cpu", allocated=lambda: float(next(counter)))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(devices, "accelerators", lambda: [fake])
        result: CostResult = complete(EXPERIMENT.run(EXPERIMENT.smallest))
    return result


@pytest.mark.trained
def test_an_accelerator_trains_the_same_networks_and_has_rows_of_its_own(on_a_fake):
    result, alone = on_a_fake, smallest("compute/training_cost").result
    assert result.accelerators == ["Fake GPU"]
    assert result.losses_apart("Fake GPU") == 0, "the same weights and batches"
    assert set(result.times["network"]) == set(NAMES) and len(result.times) == len(alone.times)
    beside, view = figure(EXPERIMENT, "beside"), CostView()
    table = beside.table(result, view)
    assert set(table["unit"]) == {"processor", "Fake GPU"} and len(table) == 2 * 3 * len(NAMES)
    assert (table["n"] == EXPERIMENT.smallest.repetitions).all() and (table["mean"] > 0).all()
    kept = table[table["unit"] == "Fake GPU"]["peak_kilobytes"]
    assert (kept == 1).all(), "what was taken at most, less what was taken before"
    assert "Memory of Fake GPU" in beside.caption(table, view)
    assert "Fake GPU" in EXPERIMENT.finding(result)


@pytest.mark.trained
def test_an_accelerator_is_in_no_number_that_machines_compare(on_a_fake):
    alone = smallest("compute/training_cost").result
    assert set(EXPERIMENT.metrics(on_a_fake)) == set(EXPERIMENT.metrics(alone))
    assert unclocked(EXPERIMENT, on_a_fake) == unclocked(EXPERIMENT, alone)


@pytest.mark.trained
@pytest.mark.skipif(bool(devices.accelerators()), reason="this machine has an accelerator")
def test_without_an_accelerator_a_sentence_says_so_and_nothing_else_does():
    result = smallest("compute/training_cost").result
    assert result.beside.empty
    assert figure(EXPERIMENT, "beside").table(result, CostView()).empty
    assert EXPERIMENT.finding(result).endswith("The machine that ran this has no accelerator.")
