"""What a run has gathered so far: tables, arrays and how far it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any, Generic, TypeVar

import pandas as pd

from core.lab.run import ResultT, Snapshot, relay

ReturnT = TypeVar("ReturnT")
SCALE = 1000
"""Steps that a run reports whose work is counted in something finer."""


def table(*columns: str) -> Any:
    """Declare a field of a result as a tidy table with these columns, filled row by row."""
    return dataclasses.field(metadata=columned(*columns))


def columned(*columns: str) -> dict[str, Sequence[str]]:
    """Metadata of such a field: type checkers see that `field(metadata=...)` sets no default.

    So fields that are no tables may follow it.
    """
    return {"columns": columns}


class Recorder(Generic[ResultT]):
    """Gathers a run's measurements, and makes its snapshots and its result of them.

    Attributes:
        done: Work done so far, in the unit of `total`.
        total: Work in all: steps, operations, seconds, whatever the run counts.
    """

    def __init__(self, result: type[ResultT], total: float, **fields: Any) -> None:
        """Begin with empty tables.

        Args:
            result: Dataclass of the run's result; its tables are declared with `table`.
            total: Work in all, over 0.
            fields: What its other fields are until `put` changes them.

        Raises:
            TypeError: If a field is neither a table nor given, or there is no such field.
        """
        declared = {f.name: f.metadata.get("columns") for f in dataclasses.fields(result)}  # type: ignore[arg-type]
        self._result, self.total, self.done = result, float(total), 0.0
        self._columns: dict[str, Sequence[str]] = {n: c for n, c in declared.items() if c}
        self._rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in self._columns}
        self._fields: dict[str, Any] = {}
        self._begun = False
        self._most = 0
        missing = set(declared) - set(self._columns) - set(fields)
        if missing:
            raise TypeError(f"{result.__name__} begins without {', '.join(sorted(missing))}")
        self.put(**fields)
        self._begun = False

    def put(self, **fields: Any) -> None:
        """Set fields of the result: an array, a number, a whole table.

        Raises:
            TypeError: If the result has no such field.
        """
        unknown = set(fields) - {f.name for f in dataclasses.fields(self._result)}  # type: ignore[arg-type]
        if unknown:
            raise TypeError(f"{self._result.__name__} has no {', '.join(sorted(unknown))}")
        self._fields.update(fields)
        self._begun |= any(not isinstance(one, float | int | str) for one in fields.values())

    def add(self, name: str, *values: Any, **row: Any) -> None:
        """Add one row to a table: its first columns in their order, the others by name.

        Raises:
            ValueError: If the row is not exactly the table's columns.
        """
        columns = self._columns[name]
        named = {**dict(zip(columns, values, strict=False)), **row}
        if len(values) + len(row) != len(columns) or set(named) != set(columns):
            raise ValueError(f"{name} has the columns {', '.join(columns)}")
        self._rows[name].append(tuple(named[column] for column in columns))

    def extend(self, name: str, rows: Iterable[Sequence[Any]] | pd.DataFrame) -> None:
        """Add rows to a table: in the order of its columns, or a frame that has them."""
        columns = list(self._columns[name])
        if isinstance(rows, pd.DataFrame):
            rows = rows[columns].itertuples(index=False, name=None)
        for row in rows:
            self.add(name, *row)

    def replace(self, name: str, rows: Iterable[Sequence[Any]] | pd.DataFrame) -> None:
        """Put these rows in place of those that a table has."""
        self._rows[name] = []
        self.extend(name, rows)

    def frame(self, name: str, more: Iterable[Sequence[Any]] = ()) -> pd.DataFrame:
        """A table as it stands, with `more` rows below it that are not kept."""
        return pd.DataFrame([*self._rows[name], *more], columns=list(self._columns[name]))

    def result(self, **more: Iterable[Sequence[Any]]) -> ResultT:
        """Return what is known so far.

        Args:
            more: Rows by table, in the order of its columns, that hold for the moment only: the
                scores of networks that still learn.
        """
        tables = {name: self.frame(name, more.get(name, ())) for name in self._columns}
        return self._result(**{**tables, **self._fields})

    def did(self, work: float = 1.0) -> None:
        """Count work that is done."""
        self.done += work

    def snapshot(
        self,
        phase: str,
        ahead: float = 0.0,
        partial: Callable[[], ResultT] | None = None,
        *,
        shown: bool | None = None,
    ) -> Snapshot[ResultT]:
        """Say where the run stands; its steps never go back.

        An empty picture is worse than none: whoever has shown something waits longer for its turn,
        and the next picture is made only after a while.

        Args:
            phase: What is being done, in a few words.
            ahead: Work of the part under way, not yet counted.
            partial: Builds the result for the live figures; `result` by default.
            shown: Whether there is something to show yet; by default there is where `partial` is
                given, an array or a table was put, or a table has a row.
        """
        if shown is None:
            known = self._begun or not self._rows or any(self._rows.values())
            shown = partial is not None or known
        fine = self.total > SCALE or self.total != int(self.total)
        total = SCALE if fine else int(self.total)
        step = int(total * min(1.0, (self.done + ahead) / self.total))
        self._most = max(self._most, step)
        return Snapshot(self._most, total, phase, (partial or self.result) if shown else None)

    def relay(
        self,
        work: Generator[Any, None, ReturnT],
        phase: str,
        units: float = 0.0,
        *,
        pauses: float = 0,
        share: Callable[[Any], float] | None = None,
        partial: Callable[[Any], ResultT] | None = None,
        shown: bool | Callable[[Any], bool] | None = None,
    ) -> Generator[Snapshot[ResultT], None, ReturnT]:
        """Pass a part of a run on as snapshots, count its work, and return its value.

        Args:
            work: Pauses often.
            phase: In words.
            units: The work that it is, in the unit of `total`.
            pauses: How often it will pause, about: how progress is told without `share`.
            share: Report -> share of the part that is done.
            partial: Report -> the result for the live figures; `result` by default.
            shown: As in `snapshot`, or report -> whether there is something to show.
        """
        count = 0

        def snapshot(report: Any) -> Snapshot[ResultT]:
            nonlocal count
            told = share(report) if share else count / pauses if pauses else 0.0
            count += 1
            show = None if partial is None else lambda: partial(report)
            known = shown(report) if callable(shown) else shown
            return self.snapshot(phase, units * min(1.0, told), show, shown=known)

        value = yield from relay(work, snapshot)
        self.did(units)
        return value
