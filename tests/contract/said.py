"""What an experiment says of a result, sentence by sentence, each with the facts behind it."""

from __future__ import annotations

import ast
import dataclasses
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

import core
from core.lab.experiment import Experiment
from core.lab.settings import View, knobs
from tests.contract.judging import faults
from tests.contract.reading import Facts, plain
from tests.contract.shaken import measures
from tests.contract.test_contract_figures import views

AnyExperiment = Experiment[Any, Any, Any]
MOST_CELLS = 250
"""Of a result's table whose differences are all taken."""


class Said(NamedTuple):
    """A sentence.

    Attributes:
        where: `finding`, or the figure's name.
        text: The sentence.
        facts: What it may speak of.
        more: Further tables, ever slower to come by, that are looked at one after the other where
            those do not bear it out.
    """

    where: str
    text: str
    facts: Facts
    more: Sequence[Callable[[], list[pd.DataFrame]]] = ()

    @property
    def false(self) -> str:
        """What is wrong with it, in words; empty if nothing is."""
        facts, wrong = self.facts, faults(self.text, self.facts)
        for more in self.more:
            if wrong:
                facts = dataclasses.replace(facts, tables=[*facts.tables, *more()])
                still = faults(self.text, facts)
                wrong = [one for one in wrong if one in still]
        return f"{self.where}: {'; '.join(wrong)}: {self.text}" if wrong else ""


def sentences(one: AnyExperiment, result: Any, view: View) -> Iterator[Said]:
    """The captions of a result under a view, and its finding."""
    fixed = constants(one.slug) | own_numbers(result)
    drawn = [(figure, figure.table(result, view)) for figure in one.figures]
    for figure, table in drawn:
        if len(table):
            facts = Facts([table], fixed | chosen(view))
            yield Said(figure.name, figure.caption(table, view), facts)
    facts = Facts([t for _, t in drawn], fixed, list(one.metrics(result).values()))
    # A finding does not know the view, and speaks of the usual one.
    usual = [other for other in views(one) if other != view]
    more = [
        lambda: list(by_seed(result)), *(
            lambda of=of: [figure.table(result, other) for figure in one.figures for other in of]
            for of in (usual[:1], usual[1:])
        ),
    ]  # fmt: skip
    yield Said("finding", one.finding(result), facts, more)


def any_view(one: AnyExperiment, rng: np.random.Generator) -> View:
    """A view drawn at random."""
    drawn = {knob.name: rng.integers(len(knob.options)) for knob in knobs(one.view)}
    return one.view(**{k.name: k.options[drawn[k.name]] for k in knobs(one.view)})


@cache
def constants(slug: str) -> frozenset[float]:
    """Numbers written into the words, or at the top, of an experiment's modules."""
    place = Path(core.__file__).parent / "challenges" / slug
    files = sorted(place.glob("*.py")) or [place.with_suffix(".py")]
    files += sorted(place.parent.glob("*.py"))
    return frozenset(
        itertools.chain(*(_written(ast.parse(file.read_text(encoding="utf-8"))) for file in files))
    )


def _written(tree: ast.Module) -> Iterator[float]:
    fixed = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    for node in itertools.chain.from_iterable(ast.walk(one) for one in fixed):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield float(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for figure, unit in re.findall(r"(\d[\d,]*(?:\.\d+)?)(%| points?)?", node.value):
                yield plain(figure.strip(",")) / (100 if unit else 1)


def own_numbers(result: Any) -> frozenset[float]:
    """Single numbers that a result holds, or reckons as a property."""
    names = {field.name for field in dataclasses.fields(result)}
    for one in type(result).__mro__:
        own = vars(one).items()
        names |= {name for name, what in own if isinstance(what, property) and _number(what)}
    found = [getattr(result, name) for name in names]
    return frozenset(float(one) for one in found if type(one) in (int, float))


def _number(what: property) -> bool:
    return what.fget is not None and what.fget.__annotations__.get("return") in ("int", "float")


def chosen(view: View) -> frozenset[float]:
    """Numbers that a view is set to."""
    return frozenset(float(one) for one in view.model_dump().values() if type(one) in (int, float))


def by_seed(result: Any) -> Iterator[pd.DataFrame]:
    """Means over seeds of all that a result holds, and of all differences of two of one kind."""
    for name in getattr(result, "__dataclass_fields__", {}):
        table = getattr(result, name)
        if isinstance(table, pd.DataFrame) and "seed" in table and len(table):
            yield from _differences(table)


def _differences(table: pd.DataFrame) -> Iterator[pd.DataFrame]:
    own = measures(table)
    keys = [key for key in table if key not in (*own, "seed")]
    for name in own:
        if not keys or table[name].dtype.kind not in "iufb":
            continue
        wide = table.pivot(index=keys, columns="seed", values=name).astype(float)
        cells = wide.to_numpy()
        known = np.isfinite(cells).any(axis=1)
        means = pd.DataFrame(_estimates(cells), columns=["mean", "low", "high"])
        yield pd.concat(
            [wide.index.to_frame(index=False)[known].reset_index(drop=True), means], axis=1
        )
        if len(cells) <= MOST_CELLS:
            levels = wide.index.to_frame()
            codes = np.array([pd.factorize(levels[key])[0] for key in keys])
            one_apart = (codes[:, :, None] != codes[:, None, :]).sum(0) == 1
            first, second = np.nonzero(one_apart)
            rows = _estimates(cells[first] - cells[second])
            yield pd.DataFrame(rows, columns=["mean", "low", "high"])


def _estimates(cells: np.ndarray) -> np.ndarray:
    """Mean and 95% t interval of each row."""
    from scipy.stats import t

    n = np.isfinite(cells).sum(1)
    kept = cells[n > 0]
    n = n[n > 0]
    mean = np.nanmean(kept, axis=1)
    spread = np.sqrt(np.nansum((kept - mean[:, None]) ** 2, axis=1) / np.maximum(n - 1, 1))
    sizes, which = np.unique(n, return_inverse=True)
    half = np.where(n > 1, t.ppf(0.975, np.maximum(sizes - 1, 1))[which] * spread / np.sqrt(n), 0)
    return np.stack([mean, mean - half, mean + half], 1)
