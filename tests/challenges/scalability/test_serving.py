"""Serving: what does not depend on the machine, what is simulated by hand, the end of a run."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import numpy as np
import pytest

from core.challenges.scalability.serving import CLOCKED, EXPERIMENT
from core.challenges.scalability.serving.config import (
    ALONE_TIMES,
    BUSY,
    CLIENTS,
    CLOCKED_LOADS,
    CLOSED,
    CLOSED_DISCIPLINES,
    FORMULA,
    HALF,
    IDEAL,
    LARGEST,
    LOOP_TIMES,
    NEWEST,
    ONCE,
    OPEN,
    OVERTAKEN,
    RATE,
    REAL,
    RIGHT,
    SINGLE,
    ServingConfig,
    ServingResult,
    ServingView,
)
from core.challenges.scalability.serving.run import asked, length, operations, sessions
from core.challenges.scalability.serving.simulated import of_the_ideal
from core.lab.recorder import Recorder
from core.lab.run import CannotRunError
from core.lab.scores import NotMeasuredError
from core.lab.settings import told
from tests.challenges.scalability.test_data_parallel import children
from tests.lab.test_beside import linux
from tests.runs import figure, first_now, result_of, smallest

SLUG = "scalability/serving"
SMALL, VIEW = EXPERIMENT.smallest, ServingView()
UNCLOCKED = {
    "answered_once", "answered_as_the_network", "overtaken_oldest_first", "largest_batch",
    "ideal_wait_half_busy", "ideal_wait_busy", "ideal_p99_oldest_first_busy",
    "ideal_p99_newest_first_busy",
}  # fmt: skip


def result() -> ServingResult:
    found: ServingResult = smallest(SLUG).result
    return found


@pytest.mark.trained
def test_every_request_is_answered_once_as_the_network_does_and_in_order():
    found = result()
    assert found.of(ONCE).values.tolist() == found.of(RIGHT).values.tolist() == [1.0] * 5
    assert found.of(OVERTAKEN).values.tolist() == [0.0] * 5
    assert found.of(LARGEST).values.tolist() == [float(SMALL.most)] * 5


@pytest.mark.trained
def test_every_session_is_clocked_and_its_order_kept():
    found = result()
    closed = found.closed[found.closed["measure"] == RATE]
    assert len(closed) == 5 * len(CLIENTS) * len(CLOSED_DISCIPLINES)
    real = found.opened[(found.opened["times"] == REAL) & (found.opened["measure"] == "p99")]
    pairs = set(real[["load", "discipline"]].itertuples(index=False, name=None))
    assert len(real) == 5 * len(pairs) == 5 * (3 * 4 + 2)
    assert {load for load, _ in pairs} == set(CLOCKED_LOADS)
    assert (CLOCKED_LOADS[-1], SINGLE) not in pairs, "it would not keep up"
    assert len(found.little) <= 5 * sessions(SMALL)
    assert found.asked == asked(SMALL) and (found.closed["value"] > 0).all()


@pytest.mark.trained
def test_littles_law_is_held_against_counts_that_it_is_not_made_of():
    rows = result().little
    assert (rows["held"] != rows["law"]).mean() > 0.9
    closed = rows[rows["loop"] == CLOSED]
    assert (closed["held"] <= closed["place"]).all(), "no more are under way than clients ask"
    assert (closed["law"] <= closed["place"] * (1 + 1e-3)).all()
    for loop in (CLOSED, OPEN):
        assert result().counted(loop).values.min() > 0


@pytest.mark.trained
def test_simulations_are_given_the_arrivals_that_were_clocked():
    """Each session has both simulations beside it, seed by seed."""
    rows = result().opened
    counts = rows.groupby(["load", "discipline", "measure", "seed"])["times"].agg(set)
    assert set(map(frozenset, counts)) == {frozenset({REAL, LOOP_TIMES, ALONE_TIMES})}
    assert result().off(HALF, LOOP_TIMES).seeds == SMALL.seeds


def test_closed_loops_are_as_long_as_batches_need():
    for clients in CLIENTS:
        for discipline in CLOSED_DISCIPLINES:
            assert length(clients, discipline) % clients == 0
    assert ServingConfig(most=64).clients[-1] == 64, "who waits for 64 needs as many clients"


@pytest.mark.trained
def test_operations_are_what_torch_counts():
    import torch

    from core.models.answering import answers, layers, sizes
    from tests.operations import Operations

    own = layers(sizes(SMALL.width), 0)
    with (counted := Operations()):
        answers(own, torch.zeros(1, 64))
    wanted = 5 * asked(SMALL) * counted.total
    assert operations(SMALL)[1] == result().operations_aside == wanted


@pytest.mark.trained
def test_only_times_differ_between_runs():
    assert set(EXPERIMENT.metrics(result())) - CLOCKED == UNCLOCKED


def ideal(**changed: object) -> ServingResult:
    """What is simulated of the ideal server at other settings."""
    record = Recorder(ServingResult, 1, asked=0, operations_aside=0.0)
    config = SMALL.changed(**changed)
    for seed in config.seeds:
        list(of_the_ideal(config, seed, record))
    return record.result()


def test_evenly_spaced_requests_do_not_wait_for_an_ideal_server():
    found = ideal(arrivals="regular")
    assert np.abs(found.wait(BUSY).values).max() < 1e-9
    with pytest.raises(NotMeasuredError):
        found.longer()
    assert FORMULA not in set(found.waits["server"])


@pytest.mark.trained
def test_more_servers_with_one_queue_wait_less_at_the_same_load():
    found = ideal(servers=4)
    for load in (HALF, BUSY):
        assert found.wait(load).estimate.high < result().wait(load).mean
    assert FORMULA not in set(found.waits["server"])
    assert "servers" not in told(ServingConfig()), "links from before are still understood"


@pytest.mark.trained
def test_a_simulated_server_that_cannot_keep_up_has_no_latency():
    latency = result().latency
    alone = latency[latency["discipline"].isin([SINGLE, NEWEST])]
    assert alone["load"].max() == BUSY


@pytest.mark.trained
def test_the_formula_of_the_ideal_server():
    for load, wanted in ((HALF, 0.5), (BUSY, 4.5)):
        assert result().wait(load, FORMULA).values.tolist() == pytest.approx([wanted] * 5)


@pytest.mark.trained
def test_captions_name_each_discipline_where_it_ends():
    closed = figure(EXPERIMENT, "closed")
    words = closed.caption(closed.table(result(), VIEW), VIEW)
    assert words.startswith("P99: one at a time") and "ms with 32 clients; dynamic" in words
    opened = figure(EXPERIMENT, "opened")
    words = opened.caption(opened.table(result(), VIEW), VIEW)
    assert words.startswith("P99 at 90 percent: one at a time") and "simulated" in words
    little = figure(EXPERIMENT, "little")
    table = little.table(result(), VIEW)
    assert len(table) <= sessions(SMALL) and (table["low"] <= table["mean"]).all()
    assert little.caption(table[:0], VIEW) == ""


def test_where_no_process_can_be_started_there_is_a_sentence(monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(CannotRunError, match="does not let it start any"):
        list(EXPERIMENT.run(SMALL))


@pytest.mark.trained
@linux
def test_closing_the_run_ends_its_processes():
    before, run = children(), EXPERIMENT.run(SMALL)
    for snapshot in run:
        if OPEN in snapshot.phase:
            break
    own = children() - before
    assert len(own) == 2
    run.close()
    assert not own & children()


@pytest.mark.parametrize("block", first_now(300, 600, 900))
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    """Of what the clock says nothing is held here: it is what the machine was at that moment."""
    found = result_of(SLUG, ServingConfig().changed(first_seed=block))
    said = {c.name: c.verdict(c.measure(found)) for c in EXPERIMENT.claims}
    shown = {"each_is_answered_once", "waits_explode", "order_moves_the_tail"}
    assert {said[name] for name in shown} == {"shown"}
    half = found.wait(HALF, IDEAL).estimate
    assert half.low < 0.5 * 1.05 and half.high > 0.5 * 0.95


def test_what_is_shipped_shows_what_batches_buy():
    found = result_of(SLUG, ServingConfig())
    assert found.bought().estimate.low > 0


@pytest.mark.trained
def test_a_session_in_which_nobody_was_seen_does_not_break_the_law():
    rows = result().little.copy()
    rows.loc[rows.index[-1], "held"] = 0.0
    changed = replace(result(), little=rows)
    assert 0 < changed.counted(OPEN).values.min() < np.inf
    table = figure(EXPERIMENT, "little").table(changed, VIEW)
    assert (table[["low", "mean", "law"]] > 0).all(axis=None)
