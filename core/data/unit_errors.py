"""Tables in which one column has another unit in some rows, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.data.dataset import Dataset
from core.lab.seeding import numpy_generator

AS_THEY_STAND, CLIPPED = "as they stand", "clipped"
BLANKED, PUT_RIGHT = "taken as missing", "put right by size"
WAYS = (AS_THEY_STAND, CLIPPED, BLANKED, PUT_RIGHT)
FENCE = 1.5
"""Beyond so many interquartile ranges from the quartiles is what is clipped (Tukey 1977)."""


@dataclass(frozen=True)
class WrongUnits:
    """A table whose first column has another unit in some rows.

    Attributes:
        data: Its columns in their own units.
        train: Which training rows are wrong, `(n_train,)` bool.
        test: Which validation rows are, `(n_validation,)` bool.
    """

    data: Dataset
    train: np.ndarray
    test: np.ndarray


def with_wrong_units(data: Dataset, share: float, factor: float, seed: int) -> WrongUnits:
    """Multiply the first column by a factor in some rows, as kilograms noted in grams would be.

    What is wrong at one share is wrong at every larger one.

    Args:
        data: Its columns in their own units, the first over 0.
        share: Of the training rows, and of the validation rows, in [0, 1].
        factor: Between the two units, over 0.
        seed: Of the run.
    """
    rng = numpy_generator(seed, "unit errors")
    tables = []
    for x in (data.x_train, data.x_validation):
        wrong = np.zeros(len(x), dtype=bool)
        wrong[rng.permutation(len(x))[: round(share * len(x))]] = True
        changed = x.astype(float)
        changed[wrong, 0] *= factor
        tables.append((changed, wrong))
    (x, train), (new, test) = tables
    return WrongUnits(replace(data, x_train=x, x_validation=new), train, test)


def orders_off(values: np.ndarray, usual: float) -> np.ndarray:
    """By how many powers of ten values are off the usual one, rounded; both over 0."""
    return np.rint(np.log10(values / usual))


def noticed(table: WrongUnits) -> list[tuple[bool, int, int]]:
    """Count the values that are off the training rows' median by a power of ten or more.

    Returns:
        Whether they have the wrong unit, how many of them are noticed, and how many there are:
        training and validation rows together; a kind without a value is left out.
    """
    x = np.concatenate([table.data.x_train, table.data.x_validation])[:, 0]
    alarms = orders_off(x, float(np.median(table.data.x_train[:, 0]))) != 0
    wrong = np.concatenate([table.train, table.test])
    return [
        (kind, int(alarms[wrong == kind].sum()), int((wrong == kind).sum()))
        for kind in (True, False)
        if (wrong == kind).any()
    ]


def treated(data: Dataset, way: str) -> Dataset:
    """Treat the first column by what its training rows tell, then scale all columns.

    Args:
        data: Columns in their own units, the first over 0.
        way: `AS_THEY_STAND`: nothing is done. `CLIPPED`: values beyond Tukey's fences are set to
            them. Powers of ten off the median are noticed; such values get the mean of the others
            (`BLANKED`) or are divided by that power (`PUT_RIGHT`).

    Returns:
        Each column less its mean, over its standard deviation in the training rows; float32.
    """
    x, new = data.x_train.astype(float), data.x_validation.astype(float)
    own = x[:, 0].copy()
    for table in (x, new):
        table[:, 0] = _column(table[:, 0], own, way)
    mean, spread = x.mean(0), x.std(0)
    x, new = (((table - mean) / spread).astype(np.float32) for table in (x, new))
    return replace(data, x_train=x, x_validation=new)


def _column(values: np.ndarray, train: np.ndarray, way: str) -> np.ndarray:
    if way == AS_THEY_STAND:
        return values
    if way == CLIPPED:
        low, high = np.quantile(train, (0.25, 0.75))
        reach = FENCE * (high - low)
        return np.clip(values, low - reach, high + reach)
    usual = float(np.median(train))
    off = orders_off(values, usual)
    if way == BLANKED:
        return np.where(off == 0, values, train[orders_off(train, usual) == 0].mean())
    return values / 10.0**off
