"""Servers and their queue: days counted by hand, theory, and an independent recursion."""

from __future__ import annotations

import numpy as np
import pytest

from core.metrics.queueing import come, drawn, mean_wait, served


def poisson(n: int, rate: float, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).exponential(1 / rate, n).cumsum()


def test_a_day_counted_by_hand():
    """Three come while the first is served: oldest first, newest first, all together."""
    arrivals = np.array([0.0, 1.0, 2.0, 3.0])
    oldest = served(arrivals, lambda batch: 4.0)
    assert oldest.departures.tolist() == [4, 8, 12, 16]
    assert oldest.wait == (0 + 3 + 6 + 9) / 4
    newest = served(arrivals, lambda batch: 4.0, newest_first=True)
    assert newest.departures.tolist() == [4, 16, 12, 8]
    together = served(arrivals, lambda batch: 3.0 + batch, most=8)
    assert together.departures.tolist() == [4, 10, 10, 10]
    some = served(arrivals, lambda batch: 3.0 + batch, most=2)
    assert some.departures.tolist() == [4, 9, 9, 13]


def test_full_batches_wait_and_the_last_ones_are_not_forgotten():
    arrivals = np.array([0.0, 1.0, 5.0])
    full = served(arrivals, lambda batch: 1.0, most=2, least=2)
    assert full.begun.tolist() == [1, 1, 5]
    assert full.departures.tolist() == [2, 2, 6]
    with pytest.raises(ValueError, match="full batch"):
        served(arrivals, lambda batch: 1.0, most=2, least=3)


def test_several_servers_counted_by_hand():
    """The third finds both at work until 4; the fourth goes to the one that is free at 5."""
    arrivals = np.array([0.0, 1.0, 2.0, 3.0, 20.0])
    found = served(arrivals, lambda batch: 4.0, servers=2)
    assert found.begun.tolist() == [0, 1, 4, 5, 20]
    assert found.departures.tolist() == [4, 5, 8, 9, 24]
    pairs = served(arrivals, lambda batch: 4.0, servers=2, most=2, least=2)
    assert pairs.begun.tolist() == [1, 1, 3, 3, 20]


def erlang_wait(rate: float, servers: int) -> float:
    """Mean wait in an M/M/c queue whose mean service time is 1 (Erlang 1917)."""
    blocked = 1.0  # Erlang B, by its recursion over the number of servers.
    for n in range(1, servers + 1):
        blocked = rate * blocked / (n + rate * blocked)
    return blocked / (1 - rate / servers * (1 - blocked)) / (servers - rate)


@pytest.mark.parametrize("servers", [1, 2, 5])
def test_several_servers_wait_as_erlang_says(servers):
    waits = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        come = rng.exponential(1 / (0.7 * servers), 4000).cumsum()
        waits.append(served(come, lambda _, rng=rng: rng.exponential(), servers=servers).wait)
    off = np.mean(waits) - erlang_wait(0.7 * servers, servers)
    assert abs(off) < 4 * np.std(waits) / 20**0.5


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"newest_first": True},
        {"most": 4},
        {"most": 4, "least": 4},
        {"servers": 3},
        {"servers": 2, "most": 4, "least": 3, "newest_first": True},
    ],
)
def test_littles_law_holds_exactly_whatever_the_discipline(options):
    rng = np.random.default_rng(1)
    found = served(poisson(800, 0.8), lambda batch: rng.gamma(2.0, 0.5), **options)
    assert found.present == pytest.approx(found.little, rel=1e-12)
    assert (found.begun >= found.arrivals).all() and (found.departures > found.begun).all()


def test_one_at_a_time_is_lindleys_recursion():
    rng = np.random.default_rng(2)
    services, arrivals = rng.gamma(2.0, 0.4, 500), poisson(500, 1.0)
    given = iter(services)
    found = served(arrivals, lambda batch: next(given))
    wait, waits = 0.0, []
    for place, gap in enumerate(np.diff(arrivals, prepend=arrivals[0])):
        wait = max(0.0, wait + (services[place - 1] if place else 0.0) - gap)
        waits.append(wait)
    np.testing.assert_allclose(found.begun - arrivals, waits, atol=1e-9)


@pytest.mark.parametrize("services", [np.ones(1), np.array([0.2, 0.4, 2.4])])
def test_the_mean_wait_is_that_of_pollaczek_and_khinchine(services):
    waits = []
    for seed in range(12):
        rng = np.random.default_rng(100 + seed)
        picks = iter(rng.choice(services, 6000).tolist())
        arrivals = poisson(6000, 0.6, seed)
        waits.append(served(arrivals, lambda batch, picks=picks: next(picks)).wait)
    wanted = mean_wait(0.6, services)
    off = np.std(waits, ddof=1) / len(waits) ** 0.5
    assert abs(np.mean(waits) - wanted) < 4 * off < 0.2 * wanted


def test_the_formula_by_hand():
    assert mean_wait(0.5, np.ones(1)) == pytest.approx(0.5)
    assert mean_wait(0.9, np.ones(1)) == pytest.approx(4.5)
    assert mean_wait(1.0, np.ones(1)) == float("inf")


def test_requests_come_as_often_whatever_their_law():
    for law in ("poisson", "regular", "bursts"):
        arrivals = come(law, 4000, np.random.default_rng(3))
        assert len(arrivals) == 4000 and (np.diff(arrivals) >= 0).all()
        assert len(arrivals) / arrivals[-1] == pytest.approx(1, rel=0.15)
    assert len(np.unique(arrivals)) == 500


def test_a_batch_between_two_sizes_takes_what_lies_between_their_times():
    service = drawn(np.array([[1.0, 2.0, 6.0]]), (1, 2, 4), np.random.default_rng(0))
    assert [service(batch) for batch in (1, 2, 3, 4)] == [1, 2, 4, 6]
    picked = drawn(np.array([[1.0, 2.0], [3.0, 4.0]]), (1, 2), np.random.default_rng(0))
    assert {picked(1) for _ in range(50)} == {1.0, 3.0}
