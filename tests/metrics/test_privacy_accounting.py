"""The accountant against opacus, the paper and closed forms; the bounds by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.metrics.privacy import roc_auc
from core.metrics.privacy_accounting import (
    ORDERS,
    epsilon_spent,
    largest_auc,
    most_caught,
    noise_for,
    renyi_divergence,
)

CASES = [
    (0.01, 4.0, 10_000, 1e-5),
    (0.1, 1.1, 150, 1e-5),
    (0.2, 1.5, 50, 1e-4),
    (0.05, 6.0, 500, 1e-6),
    (0.025, 0.33, 50, 1e-5),
]


def test_the_papers_example():
    # Abadi et al. 2016, section 3.2: q = 0.01, sigma = 4, T = 10000, delta = 1e-5.
    assert epsilon_spent(0.01, 4, 10_000, 1e-5, "classic") == pytest.approx(1.26, abs=0.005)


@pytest.mark.parametrize(("rate", "noise", "steps", "delta"), CASES)
def test_it_is_opacus(rate, noise, steps, delta):
    rdp = pytest.importorskip("opacus.accountants.analysis.rdp")
    orders = ORDERS.tolist()
    theirs = rdp.compute_rdp(q=rate, noise_multiplier=noise, steps=1, orders=orders)
    np.testing.assert_allclose(renyi_divergence(rate, noise), theirs, rtol=1e-8, atol=1e-15)
    spent, _ = rdp.get_privacy_spent(orders=orders, rdp=np.asarray(theirs) * steps, delta=delta)
    assert epsilon_spent(rate, noise, steps, delta) == pytest.approx(spent, rel=1e-8)


@pytest.mark.parametrize(("rate", "noise", "steps", "delta"), CASES)
def test_our_orders_lose_nothing_against_opacus_own(rate, noise, steps, delta):
    rdp = pytest.importorskip("opacus.accountants.analysis.rdp")
    orders = [1 + x / 10 for x in range(1, 100)] + list(range(12, 64))
    theirs = rdp.compute_rdp(q=rate, noise_multiplier=noise, steps=steps, orders=orders)
    spent, _ = rdp.get_privacy_spent(orders=orders, rdp=theirs, delta=delta)
    assert epsilon_spent(rate, noise, steps, delta) <= spent * (1 + 1e-6)


def test_without_sampling_it_is_the_gaussian_mechanism():
    np.testing.assert_allclose(renyi_divergence(1.0, 2.0), ORDERS / 8)
    np.testing.assert_allclose(renyi_divergence(1 - 1e-12, 2.0), ORDERS / 8, rtol=1e-6)


def test_no_step_spends_nothing():
    assert epsilon_spent(0.1, 1.0, 0, 1e-5) == 0


@pytest.mark.parametrize("epsilon", [0.5, 2.0, 32.0])
def test_noise_keeps_its_promise_and_hardly_more(epsilon):
    noise = noise_for(epsilon, 0.1, 150, 1e-5)
    assert epsilon_spent(0.1, noise, 150, 1e-5) <= epsilon
    assert epsilon_spent(0.1, 0.99 * noise, 150, 1e-5) > epsilon


def test_little_noise_is_not_overpaid():
    # Whole orders alone ask for 0.384, which spends 21 instead of 32.
    assert noise_for(32.0, 0.025, 50, 1e-5) == pytest.approx(0.3255, rel=2e-3)
    assert epsilon_spent(0.025, 0.384, 50, 1e-5) == pytest.approx(21, abs=0.5)


def test_settings_out_of_range_are_refused():
    with pytest.raises(ValueError, match="sample rate"):
        renyi_divergence(0.0, 1.0)


def test_the_bounds_by_hand():
    assert most_caught(np.array([0.01]), 1.0, 0.0)[0] == pytest.approx(0.01 * math.e)
    assert most_caught(np.array([0.9]), 1.0, 0.0)[0] == pytest.approx(1 - 0.1 / math.e)
    assert largest_auc(0.0, 0.0) == pytest.approx(0.5)
    assert largest_auc(math.inf, 0.0) == 1.0
    fine = np.linspace(0, 1, 200_001)
    area = np.trapezoid(most_caught(fine, 2.0, 1e-3), fine)
    assert largest_auc(2.0, 1e-3) == pytest.approx(area, abs=1e-6)


def test_randomised_response_reaches_the_bound():
    # It tells the truth with odds e^epsilon: the mechanism for which the bound is exact.
    epsilon, rng = 1.0, np.random.default_rng(0)
    truth = rng.random(200_000) < 0.5
    honest = rng.random(200_000) < math.e / (1 + math.e)
    assert roc_auc(truth, np.where(honest, truth, ~truth)) == pytest.approx(
        largest_auc(epsilon, 0.0), abs=0.005
    )
