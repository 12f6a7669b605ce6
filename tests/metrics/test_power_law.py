"""Power laws of learning curves: recovered exactly, and as SciPy's own curve fitting has them."""

from __future__ import annotations

import numpy as np
import pytest

from core.metrics.power_law import (
    PowerLaw,
    fit_known_power,
    fit_power_law,
    fit_power_laws,
    resampled_laws,
)

SIZES = np.array([25, 35, 50, 71, 100, 141, 200])


def test_a_law_is_what_its_formula_says():
    assert PowerLaw(0.1, 2.0, 0.5).at(np.array([4, 100])).tolist() == pytest.approx([1.1, 0.3])


@pytest.mark.parametrize(
    "law", [(0.05, 2.0, 0.6), (0.0, 3.0, 0.4), (0.1, 1.5, 1.2), (0.3, 0.5, 0.05), (0.0, 1.0, 0.05)]
)
def test_an_exact_power_law_is_recovered(law):
    found = fit_power_law(SIZES, PowerLaw(*law).at(SIZES))
    assert (found.offset, found.scale, found.exponent) == pytest.approx(law, abs=1e-6)


def test_without_an_offset_an_exact_law_is_recovered_too():
    found = fit_power_law(SIZES, PowerLaw(0.0, 1.3, 0.7).at(SIZES), offset=False)
    assert (found.offset, found.scale, found.exponent) == pytest.approx((0, 1.3, 0.7), abs=1e-6)


def noisy(seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=len(SIZES))
    return PowerLaw(0.05, 2.0, 0.6).at(SIZES) * (1 + 0.05 * noise)


def deviation(law: tuple[float, float, float], errors: np.ndarray) -> float:
    return float(((PowerLaw(*law).at(SIZES) / errors - 1) ** 2).sum())


@pytest.mark.parametrize("seed", range(20))
def test_the_fit_is_that_of_scipys_curve_fit(seed):
    """Both minimise relative deviations with offset and scale of at least 0."""
    from scipy.optimize import curve_fit

    errors = noisy(seed)
    theirs, _ = curve_fit(
        lambda n, offset, scale, exponent: offset + scale * n**-exponent,
        SIZES, errors, p0=(0.03, 1.5, 0.5), sigma=errors,
        bounds=([0, 0, 0.01], [1, 50, 4]), xtol=1e-12, ftol=1e-12, gtol=1e-12, max_nfev=5000,
    )  # fmt: skip
    ours = fit_power_law(SIZES, errors)
    assert deviation((ours.offset, ours.scale, ours.exponent), errors) <= (
        deviation(tuple(theirs), errors) + 1e-9
    )
    assert ours.at(np.array([800])) == pytest.approx(
        PowerLaw(*theirs).at(np.array([800])), abs=1e-6
    )


@pytest.mark.parametrize("offset", [True, False])
def test_many_curves_at_once_are_fitted_as_each_alone(offset):
    curves = np.array([noisy(seed) for seed in range(12)])
    together = fit_power_laws(SIZES, curves, offset=offset)
    alone = [fit_power_law(SIZES, curve, offset=offset) for curve in curves]
    for one, other in zip(together, alone, strict=True):
        assert one.at(np.array([800])) == pytest.approx(other.at(np.array([800])), rel=1e-8)
    assert len({law.exponent for law in together}) == len(curves)


def test_a_flat_curve_is_its_level_and_errors_of_zero_do_no_harm():
    flat = fit_power_law(SIZES, np.full(7, 0.5))
    assert flat.at(np.array([800]))[0] == pytest.approx(0.5)
    rising = fit_power_law(SIZES, np.linspace(0.4, 0.5, 7))
    assert rising.scale == 0 and 0.4 < rising.offset < 0.5
    ending = fit_power_law(SIZES, np.array([0.5, 0.3, 0.1, 0.0, 0.0, 0.0, 0.0]))
    assert 0 <= ending.at(np.array([800]))[0] < 0.05


def test_three_sizes_are_needed():
    with pytest.raises(ValueError, match="three sizes"):
        fit_power_law(np.array([10, 20]), np.array([0.2, 0.1]))


def test_a_bootstrap_draws_each_size_by_itself_and_is_a_point_where_draws_agree():
    errors = np.tile(PowerLaw(0.1, 2.0, 0.5).at(SIZES), (3, 1))
    laws = resampled_laws(SIZES, errors, 4, np.random.default_rng(0))
    assert [law.offset for law in laws] == pytest.approx([0.1] * 4, abs=1e-5)
    errors[1] *= 1.1
    ends = [law.at(SIZES)[0] for law in resampled_laws(SIZES, errors, 20, np.random.default_rng(0))]
    assert len({round(end, 6) for end in ends}) > 4, "more than whole curves could give"
    assert min(ends) >= 0.49 and max(ends) <= 0.55


def test_a_law_of_known_exponent_is_found_again_and_never_falls_below_zero():
    sizes = np.array([2.0, 4.0, 8.0, 64.0])
    law = fit_known_power(sizes, 30 + 700 / sizes, 1.0)
    assert (law.offset, law.scale, law.exponent) == (pytest.approx(30), pytest.approx(700), 1.0)
    assert fit_known_power(sizes, 700 / sizes**1.2, 1.0).offset == 0
    with pytest.raises(ValueError, match="two sizes"):
        fit_known_power(sizes[:1], sizes[:1], 1.0)
