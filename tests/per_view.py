"""Functions of a view, computed once for all views that are alike in what the function reads.

A view has some knobs and a figure has many views, but a chart, a table or a caption mostly reads
one or two of them: under all views that differ elsewhere only, it is the same. What was read is
watched, not declared, so nothing is taken for the same that could differ.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Generic, TypeVar

import pandas as pd

from core.lab.settings import View

Made = TypeVar("Made")


class Watched:
    """A view that notes which of its fields are read; whatever else is asked of it reads all."""

    __slots__ = ("_view", "_read")

    def __init__(self, view: View) -> None:
        self._view = view
        self._read: dict[str, Any] = {}

    __class__ = property(lambda self: type(self._view))  # type: ignore[assignment]
    __dict__ = property(lambda self: self.__getattr__("__dict__"))  # Another view compares it.

    def __getattr__(self, name: str) -> Any:
        fields = type(self._view).model_fields
        for one in (name,) if name in fields else fields:
            self._read[one] = getattr(self._view, one)
        return getattr(self._view, name)

    def __hash__(self) -> int:
        return hash(self.__getattr__("__hash__")())

    def __eq__(self, other: object) -> bool:
        return bool(self.__getattr__("__eq__")(other))


class PerView(Generic[Made]):
    """A function of a view that remembers; what it made is shared and must not be changed."""

    def __init__(self, function: Callable[[Any], Made]) -> None:
        self._function = function
        self._known: list[tuple[dict[str, Any], Made]] = []

    def __call__(self, view: View) -> Made:
        for read, made in self._known:
            if all(getattr(view, name) == value for name, value in read.items()):
                return made
        watched = Watched(view)
        made = self._function(watched)
        self._known.append((watched._read, made))
        return made

    @property
    def different(self) -> list[Made]:
        """All that it has made, each once."""
        return [made for _, made in self._known]


class PerTable(Generic[Made]):
    """A function of a table and a view that remembers, for each table, like `PerView`."""

    def __init__(self, function: Callable[[pd.DataFrame, Any], Made]) -> None:
        self._function = function
        self._known: dict[int, tuple[pd.DataFrame, PerView[Made]]] = {}

    def __call__(self, table: pd.DataFrame, view: View) -> Made:
        if id(table) not in self._known:  # The table is kept, so that its id stays its own.
            self._known[id(table)] = table, PerView(partial(self._function, table))
        return self._known[id(table)][1](view)
