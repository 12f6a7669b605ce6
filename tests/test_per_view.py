"""What is remembered for a view is what would be computed for it."""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import Any, Literal

import pandas as pd
import pytest

from core.lab.settings import View, knobs
from tests.per_view import PerTable, PerView


class Choice(View):
    """Three knobs."""

    scale: Literal["linear", "log"] = "linear"
    """How."""
    measure: Literal["loss", "accuracy"] = "loss"
    """What."""
    bands: bool = True
    """Whether."""

    @property
    def both(self) -> str:
        return f"{self.scale} {self.measure}"


VIEWS = [
    Choice(**dict(zip((k.name for k in knobs(Choice)), options, strict=True)))
    for options in itertools.product(*(knob.options for knob in knobs(Choice)))
]


@lru_cache(maxsize=8)
def kept_by_view(view: Choice) -> str:
    return view.measure


FUNCTIONS = {
    "reads one": (lambda view: view.measure, 2),
    "reads none": (lambda view: "always", 1),
    "reads a second one where the first says so": (
        lambda view: (view.scale, view.measure if view.scale == "log" else ""),
        3,
    ),
    "reads through a property": (lambda view: view.both, 8),
    "reads the whole": (lambda view: view.model_dump(), 8),
    "changes it": (lambda view: view.changed(bands=False).scale, 8),
    "is itself remembered": (kept_by_view, 8),
    "compares it": (lambda view: view == VIEWS[3], 8),
    "is compared with it": (lambda view: VIEWS[3] == view, 8),
}


@pytest.mark.parametrize(("function", "times"), FUNCTIONS.values(), ids=FUNCTIONS.keys())
@pytest.mark.parametrize("views", [VIEWS, VIEWS[::-1]], ids=["forwards", "backwards"])
def test_a_view_gets_what_it_would_get_alone(function: Any, times: int, views: Any) -> None:
    remembering = PerView(function)
    assert [remembering(view) for view in views] == [function(view) for view in views]
    assert len(remembering.different) == times


def test_a_watched_view_passes_for_one() -> None:
    seen: list[bool] = []
    PerView(lambda view: seen.append(isinstance(view, Choice)))(VIEWS[0])
    assert seen == [True]


def test_an_error_is_not_remembered() -> None:
    def fails(view: Choice) -> str:
        raise ValueError(view.scale)

    remembering = PerView(fails)
    for view in VIEWS[:2]:
        with pytest.raises(ValueError, match=view.scale):
            remembering(view)
    assert remembering.different == []


def test_tables_are_told_apart_though_they_look_alike() -> None:
    calls: list[int] = []

    def rows(table: pd.DataFrame, view: Choice) -> tuple[int, str]:
        calls.append(len(table))
        return len(table), view.scale

    remembering, tables = PerTable(rows), [pd.DataFrame({"n": [1]}), pd.DataFrame({"n": [1, 2]})]
    for table, view in itertools.product(tables, VIEWS):
        assert remembering(table, view) == (len(table), view.scale)
    assert remembering(pd.DataFrame({"n": [1]}), VIEWS[0]) == (1, "linear")
    assert calls == [1, 1, 2, 2, 1]
