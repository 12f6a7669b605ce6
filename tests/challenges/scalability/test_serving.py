"""Serving: what is simulated by hand, what does not depend on the machine, the lesson."""

from __future__ import annotations

import numpy as np
import pytest

from core.challenges.scalability.serving import CLOCKED, EXPERIMENT
from core.challenges.scalability.serving.config import (
    BUSY,
    DYNAMIC,
    FORMULA,
    FULL,
    HALF,
    IDEAL,
    LOADS,
    NEWEST,
    SINGLE,
    ServingConfig,
    ServingView,
)
from core.lab.run import complete
from core.lab.scores import NotMeasuredError
from core.lab.settings import told
from tests.runs import figure, first_now, result_of, smallest

SLUG = "scalability/serving"


def test_littles_law_holds_in_every_simulation():
    assert (smallest(SLUG).result.laws["value"] == 0).all()


def test_what_is_said_of_the_ideal_server_does_not_depend_on_the_clock():
    again = complete(EXPERIMENT.run(EXPERIMENT.smallest))
    for name in ("orders", "laws"):
        assert getattr(again, name).equals(getattr(smallest(SLUG).result, name))
    now, first = (EXPERIMENT.metrics(r) for r in (again, smallest(SLUG).result))
    assert {name for name in now if now[name] == first[name]} >= set(now) - CLOCKED


def test_evenly_spaced_requests_do_not_wait_for_an_ideal_server():
    result = complete(EXPERIMENT.run(EXPERIMENT.smallest.changed(arrivals="regular")))
    assert np.abs(result.wait(BUSY).values).max() < 1e-9
    with pytest.raises(NotMeasuredError):
        result.longer()
    assert result.checked.empty and FORMULA not in set(result.waits["server"])


def test_a_server_that_cannot_keep_up_has_no_latency():
    latency = smallest(SLUG).result.latency
    alone = latency[latency["discipline"].isin([SINGLE, NEWEST])]
    assert alone["load"].max() == BUSY and latency["load"].max() > 100


def test_the_formula_of_the_ideal_server():
    result = smallest(SLUG).result
    for load, wanted in ((HALF, 0.5), (BUSY, 4.5)):
        assert result.wait(load, FORMULA).values.tolist() == pytest.approx([wanted] * 5)


def test_more_servers_with_one_queue_wait_less_at_the_same_load():
    one = smallest(SLUG).result
    four = complete(EXPERIMENT.run(EXPERIMENT.smallest.changed(servers=4)))
    assert (four.laws["value"] == 0).all()
    for load in (HALF, BUSY):
        assert four.wait(load).estimate.high < one.wait(load).mean
    assert four.checked.empty and FORMULA not in set(four.waits["server"])
    assert "servers" not in told(ServingConfig()), "links and results from before are still found"
    assert EXPERIMENT.finding(four).startswith("With ideal servers")


def test_captions_name_each_discipline_where_it_ends():
    result, view = smallest(SLUG).result, ServingView()
    latency = figure(EXPERIMENT, "latency")
    words = latency.caption(latency.table(result, view), view)
    assert words.startswith("P99 one at a time") and "ms at 90 percent; newest first" in words
    orders = figure(EXPERIMENT, "orders")
    assert "P99 at 90 percent: oldest first" in orders.caption(orders.table(result, view), view)


@pytest.mark.parametrize("block", first_now(300, 600, 900))
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    result = result_of(SLUG, ServingConfig().changed(first_seed=block))
    said = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims}
    assert "contradicted" not in said.values(), said
    shown = {"batches_answer_more", "waits_explode", "order_moves_the_tail"}
    assert {said[name] for name in shown} == {"shown"}
    ideal = result.wait(HALF, IDEAL).estimate
    assert ideal.low < 0.5 * 1.05 and ideal.high > 0.5 * 0.95
    assert result.at(LOADS[-1], DYNAMIC).mean > 0
    assert result.at(LOADS[0], FULL, "p50").mean > result.at(LOADS[0], SINGLE, "p50").mean
