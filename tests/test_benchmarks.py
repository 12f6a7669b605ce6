"""The benchmark itself works, and the engine has not become slow."""

from __future__ import annotations

import itertools
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import photos, sweeps, visitors
from benchmarks.cases import Case, cases
from benchmarks.measure import rows
from benchmarks.peers import LOOPS, ours, stacks, torch_loop
from core.challenges import experiment

MODELS = 64


def test_a_sweep_is_much_faster_than_a_loop() -> None:
    """A guard, not the benchmark: over 40 is measured, 12 asked for on a busy machine."""
    case = Case("mlp", (2, 32, 32, 1), 32, 512, 5, MODELS)
    (row,) = rows(case, 3, ours, {"torch-loop": torch_loop}, {})
    assert row["ratio"] > 12


def test_rows_are_per_model_and_step() -> None:
    case = Case("digits", (64, 8, 10), 64, 128, 2, 2)
    peers = {**LOOPS, **stacks()}
    found = rows(case, 1, ours, LOOPS, stacks())
    assert [row["peer"] for row in found] == list(peers)
    assert {"torch-loop", "torch-fused", "sklearn", "torch-vmap"} <= set(peers)
    for row in found:
        assert set(row) == {"case", "peer", "ours", "theirs", "ratio", "unit"}
        assert row["case"] == "digits-64-8-10-x2"
        assert 0.01 < row["ours"] < 1e5


@pytest.mark.parametrize("name", ["ours", *LOOPS, *stacks()])
def test_every_peer_learns(name: str) -> None:
    """Each comes to what the others come to; a peer that did less would look quick."""
    case = Case("digits", (64, 32, 10), 32, 512, 15, 2)
    train = {"ours": ours, **LOOPS, **stacks()}[name]
    right = train(case, [case.dataset(seed) for seed in range(case.models)])
    if name == "sklearn":
        assert right == [], "it evaluates nothing, which is in its favour"
    else:
        assert len(right) == 2
        assert min(right) > 0.9


def test_every_peer_takes_the_same_steps() -> None:
    for case in cases(quick=False):
        assert case.n_train % case.batch_size == 0
        assert case.sizes[0] == case.dataset(0).n_features


def test_photographs_of_digits_are_read_as_drawn() -> None:
    """By the nearest training digit, which needs no training: 10 of any size, place and light."""
    data = photos.picture_sets.digits(1200, 100)
    known = data.x_train.reshape(-1, 64)

    def nearest(images: np.ndarray) -> np.ndarray:
        away = ((images.reshape(-1, 1, 64) - known) ** 2).sum(2)
        return data.y_train[away.argmin(1)]

    shoot = photos.Shoot(np.random.default_rng(7), np.arange(300), 100)
    before, after = photos.right(photos.ANY, nearest, shoot, count=10)
    assert after >= 8 > before


def test_quantiles_of_a_crowd_leave_out_what_did_not_come() -> None:
    came = [visitors.Answer("opened", t / 10, t / 5, t / 2) for t in range(1, 12)]
    lost = visitors.Answer("opened", failed="no end")
    more = [visitors.Answer("moved", 0.1, 0.3, None), visitors.Answer("trained", 0.1, 0.3, 9.0)]
    came[0] = replace(came[0], kind="first")
    found = list(visitors.rows(12, [*came, lost, *more]))
    first, found = found[:3], found[3:]
    assert [(row.kind, row.n, row.failed) for row in first] == [("first", 1, 0)] * 3
    assert [(row.kind, row.what) for row in found] == [
        ("opened", "element"), ("opened", "figure"), ("opened", "whole"),
        ("moved", "element"), ("moved", "figure"), ("trained", "whole"),
    ]  # fmt: skip
    element = found[0]
    assert (element.p50, element.p95, element.n, element.failed) == (0.6, 1.05, 11, 1)


def test_the_pace_of_a_sweep_leaves_its_start_out() -> None:
    assert sweeps.pace([9.0, 10.0, 12.0, 13.0], 1) == pytest.approx(4 / 3)
    assert sweeps.pace([9.0, 9.1, 11.0, 11.1], 2) == pytest.approx(1.0)


def test_ways_of_sweeping_are_held_against_the_loop_of_their_turn() -> None:
    """The machine is twice as slow in the second turn: a pair does not mind."""
    two = "sweep, 2 workers"
    turns = [(sweeps.LOOP, 1.0), (two, 0.6), (sweeps.LOOP, 2.0), (two, 1.2), (sweeps.LOOP, 1.0)]
    taken = [sweeps.Taken("small", way, 10, 4.0, each, 14.0) for way, each in [*turns, (two, 0.7)]]
    plain, found = sweeps.rows(taken)
    assert (plain.way, plain.turns, plain.speed, plain.overhead) == (sweeps.LOOP, 3, 1.0, 0.0)
    assert (found.way, found.each) == (two, 0.7)
    assert found.speed == pytest.approx(1 / 0.6)
    assert found.overhead == pytest.approx(400)
    line = "| small | sweep, 2 workers | 3 | 4.0 | 0.700 | 14.0 | 1.67 | +400 |"
    assert sweeps.table([plain, found]).splitlines()[-1] == line


def test_results_are_noticed_as_they_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the first look nothing, then one, then two more; the last look is after the end."""
    there, polls, clock = iter([0, 1, 1, 3]), iter([None, None, None, 0]), itertools.count()
    store = SimpleNamespace(glob=lambda _: range(next(there)))
    process = SimpleNamespace(poll=lambda: next(polls))
    ticking = SimpleNamespace(monotonic=lambda: next(clock), sleep=lambda _: None)
    monkeypatch.setattr(sweeps, "time", ticking)
    assert sweeps.arrivals(store, process) == [1, 3, 3]  # type: ignore[arg-type]


def test_what_is_swept_is_no_default_and_fills_more_than_the_workers() -> None:
    for case in sweeps.CASES:
        configs = sweeps.configs(case)
        assert len(set(map(repr, configs))) == len(configs) > 2 * max(sweeps.WAYS.values())
        assert experiment(*sweeps.SLUG.split("/")).config() not in configs
