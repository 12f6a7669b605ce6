"""What the literature says about forecasts of learning curves, and how a run speaks to it."""

from __future__ import annotations

from collections.abc import Mapping

from core.challenges.data_quantity.forecast.config import (
    NOTHING,
    OFFSET,
    PURE,
    ForecastResult,
)
from core.lab.claims import Claim, claim
from core.lab.settings import Value

FIGUEROA = "Figueroa et al. 2012"
DIGITS: Mapping[str, Value] = {"dataset": "digits", "known": 200}
PARITY: Mapping[str, Value] = {"dataset": "parity", "known": 100}
SIGNALS: Mapping[str, Value] = {"dataset": "mnist1d", "known": 200}
MOONS: Mapping[str, Value] = {"dataset": "two_moons", "known": 200}
COIN = "a band that misses as often as it holds says no more than a coin"
PROPORTION = "errors that fell in proportion to the data would leave a quarter"

CLAIMS: tuple[Claim[ForecastResult], ...] = (
    claim(
        "nearer_than_nothing",
        "A power law fitted to small sizes forecasts the error at four times the data better than "
        "the guess that nothing changes.",
        (f"{FIGUEROA}, abstract", "80 to 560 samples for a mean error of forecasts below 0.01"),
        lambda r: abs(r.missed_by(OFFSET)) - abs(r.missed_by(NOTHING)), below=0,
        settings=DIGITS, read=True,
    ),
    claim(
        "band_holds",
        "The band holds what is measured afterwards for more than half of the forecasters.",
        f"{FIGUEROA}, abstract", lambda r: r.coverage(), above=0.5,
        settings=DIGITS, reason=COIN, read=True,
    ),
    claim(
        "band_too_narrow",
        "A 95% band of resampled curves promises too much: it holds in fewer than 95% of cases.",
        (f"{FIGUEROA}, discussion", "in words: intervals may be optimistic; 95% is promised"),
        lambda r: r.coverage(), below=0.95, settings=DIGITS, read=True,
    ),
    claim(
        "less_than_in_proportion",
        "Errors fall more slowly than data grow: four times the examples leave more than a quarter "
        "of them.",
        ("Hestness et al. 2017, section 4", "exponents from -0.07 to -0.35"),
        lambda r: r.left(), above=0.25,
        settings=DIGITS, reason=PROPORTION,
    ),
    claim(
        "offset_matters",
        "Where classes overlap, a power law without an offset forecasts too small an error.",
        "Cortes et al. 1993, section 2", lambda r: r.missed_by(PURE), below=0, settings=MOONS,
    ),
    claim(
        "signals_are_missed",
        "On the signals of MNIST-1D the curve steepens: the band holds in fewer than 95% of cases.",
        ("Viering & Loog 2023, abstract", "in words: no universal model; 95% is promised"),
        lambda r: r.coverage(), below=0.95, settings=SIGNALS, read=True,
    ),
    claim(
        "sudden_learning_is_not_foreseen",
        "No law fits every curve: where learning sets in suddenly, the forecast lies above what "
        "is measured.",
        ("Viering & Loog 2023, abstract", "in words: no universal model can be identified"),
        lambda r: r.missed_by(OFFSET), above=0, settings=PARITY, read=True,
    ),
)  # fmt: skip
