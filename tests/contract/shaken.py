"""Results with their numbers moved about: every case that a sentence may meet, without training.

Only values that a run measured are used, and those of one row stay together, so that accuracies
stay shares, counts whole and flags true to their numbers. What changes is whose they are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

ONE_SCALE = ("metric", "measure", "criterion")
"""Columns whose values are measured on scales of their own: nothing is moved across them."""
Shake = Callable[[pd.DataFrame, list[str], list[str], np.random.Generator], np.ndarray]
"""Rows of one scale, their measures and keys -> for each row, which row's numbers it gets."""


def measures(table: pd.DataFrame) -> list[str]:
    """Columns of numbers that are not needed to tell the rows apart."""
    words = [name for name in table if table[name].dtype.kind not in "iufb"]
    keys = [name for name in table if name not in words and name != "value"]
    for name in reversed(list(keys)):
        rest = [*words, *(key for key in keys if key != name)]
        if name != "seed" and not table.duplicated(rest).any():
            keys.remove(name)
    return [name for name in table if name not in words and name not in keys]


def as_it_is(rows: pd.DataFrame, own: list[str], keys: list[str], rng: Any) -> np.ndarray:
    """Every row its own."""
    return np.arange(len(rows))


def shuffled(rows: pd.DataFrame, own: list[str], keys: list[str], rng: Any) -> np.ndarray:
    """Any row's: no interval tells anything apart."""
    return np.asarray(rng.permutation(len(rows)))


def tied(rows: pd.DataFrame, own: list[str], keys: list[str], rng: Any) -> np.ndarray:
    """All the same: nothing differs, and no interval has a width."""
    return np.full(len(rows), rng.integers(len(rows)))


def mirrored(rows: pd.DataFrame, own: list[str], keys: list[str], rng: Any) -> np.ndarray:
    """The largest gets the smallest: what was first is last."""
    order = np.argsort(rows[own[0]].to_numpy(dtype=float), kind="stable")
    taken = np.empty(len(rows), dtype=int)
    taken[order] = order[::-1]
    return taken


def one_apart(rows: pd.DataFrame, own: list[str], keys: list[str], rng: Any) -> np.ndarray:
    """All the same but the rows of one name."""
    taken, name = tied(rows, own, keys, rng), rng.choice(keys)
    chosen = rng.choice(rows[name].astype(str).unique())
    taken[(rows[name].astype(str) == chosen).to_numpy()] = rng.integers(len(rows))
    return taken


def renamed(rows: pd.DataFrame, own: list[str], keys: list[str], rng: Any) -> np.ndarray:
    """Names of one column change places: clear differences, but others."""
    name = rng.choice(keys)
    kinds = list(rows[name].unique())
    to = dict(zip(kinds, rng.permutation(len(kinds)), strict=True))
    others = [key for key in rows if key in (*keys, "seed") and key != name]
    there = {tuple(row): place for place, row in enumerate(rows[[*others, name]].to_numpy())}
    wanted = rows.assign(**{name: [kinds[to[kind]] for kind in rows[name]]})[[*others, name]]
    return np.array([there.get(tuple(row), at) for at, row in enumerate(wanted.to_numpy())])


def ordered(rows: pd.DataFrame, own: list[str], keys: list[str], rng: Any) -> np.ndarray:
    """Ascending or descending along the names of one column, clearly so."""
    name, size = rng.choice(keys), rows[own[0]].to_numpy(dtype=float)
    codes = pd.factorize(rows[name])[0]
    by = np.argsort(codes * rng.choice([-1, 1]), kind="stable")
    taken = np.empty(len(rows), dtype=int)
    taken[by] = np.argsort(size, kind="stable")
    return taken


SHAKES: tuple[Shake, ...] = (
    as_it_is, shuffled, tied, mirrored, one_apart, renamed, ordered, one_apart, renamed, ordered,
)  # fmt: skip


def shaken(result: Any, shake: Shake, rng: np.random.Generator) -> Any:
    """A result of the same class with the numbers of all its tables over seeds moved about."""
    changed = {}
    for field in dataclasses.fields(result):
        old = getattr(result, field.name)
        if isinstance(old, pd.DataFrame) and "seed" in old and len(old) > 1:
            changed[field.name] = _moved(old, shake, rng)
        elif isinstance(old, np.ndarray) and old.ndim > 2 and old.dtype.kind in "iuf":
            changed[field.name] = _turned(old, shake, rng)
    return dataclasses.replace(result, **changed)


def _moved(table: pd.DataFrame, shake: Shake, rng: np.random.Generator) -> pd.DataFrame:
    own = measures(table)
    scales = [name for name in ONE_SCALE if name in table]
    keys = [name for name in table if name not in (*own, *scales, "seed")]
    keys = [name for name in keys if table[name].nunique() > 1]
    if not own or not keys:
        return table
    new = table.reset_index(drop=True)
    groups = new.groupby(scales, sort=False).indices.values() if scales else [np.arange(len(new))]
    for rows in groups:
        taken = rows[shake(new.iloc[rows].reset_index(drop=True), own, keys, rng)]
        for name in own:
            cells = new[name].to_numpy(copy=True)
            cells[rows] = table[name].to_numpy()[taken]
            new[name] = cells
    return new


def _turned(array: np.ndarray, shake: Shake, rng: np.random.Generator) -> np.ndarray:
    """An array's rows along an axis that is not the last: turned round, mixed, or all the same."""
    axes = [axis for axis in range(array.ndim - 1) if _one_scale(array, axis)]
    if not axes:
        return array
    axis = int(rng.choice(axes))
    places = np.arange(array.shape[axis])
    if shake is as_it_is:
        return array
    if shake in (tied, one_apart):
        return np.take(array, np.zeros_like(places), axis)
    return np.take(array, places[::-1] if shake is mirrored else rng.permutation(places), axis)


def _one_scale(array: np.ndarray, axis: int) -> bool:
    """Whether what lies along an axis is measured on one scale: its largest values are alike.

    Measures are few; along more than three places lie epochs, thresholds or seeds.
    """
    if array.shape[axis] > 3:
        return True
    others = tuple(other for other in range(array.ndim) if other != axis)
    largest = np.abs(np.nan_to_num(array.astype(float))).max(axis=others)
    return bool(largest.max() <= 1.5 * largest.min())
