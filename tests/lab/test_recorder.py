"""What a run gathers: declared once on its result, and readable at every moment."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from core.lab.recorder import SCALE, Recorder, table
from core.lab.run import complete


@dataclass(frozen=True)
class Found:
    scores: pd.DataFrame = table("seed", "arm", "value")
    picture: np.ndarray = None  # type: ignore[assignment]


def begun(total: float = 10) -> Recorder[Found]:
    return Recorder(Found, total, picture=np.zeros(2))


def test_rows_by_place_and_by_name_become_a_table() -> None:
    record = begun()
    record.add("scores", 0, "plain", value=0.5)
    record.extend("scores", [(1, "plain", 0.6)])
    record.extend("scores", pd.DataFrame({"value": [0.7], "arm": ["b"], "seed": [2], "more": [0]}))
    record.put(picture=np.ones(2))
    result = record.result()
    assert list(result.scores.columns) == ["seed", "arm", "value"]
    assert result.scores.values.tolist() == [[0, "plain", 0.5], [1, "plain", 0.6], [2, "b", 0.7]]
    assert result.picture.tolist() == [1, 1]
    record.replace("scores", [])
    assert record.result().scores.empty and list(record.frame("scores").columns) == [
        "seed",
        "arm",
        "value",
    ]


def test_rows_of_the_moment_are_shown_and_not_kept() -> None:
    record = begun()
    record.add("scores", 0, "plain", 0.5)
    shown = record.result(scores=[(1, "plain", 0.6)])
    assert shown.scores["value"].tolist() == [0.5, 0.6]
    assert record.result().scores["value"].tolist() == [0.5]


@pytest.mark.parametrize(
    "values, row",
    [((0,), {}), ((0, "a", 1.0, 2), {}), ((0, "a"), {"other": 1}), ((0, "a", 1.0), {"arm": "b"})],
)
def test_a_row_is_exactly_the_columns(values: tuple[object, ...], row: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="columns seed, arm, value"):
        begun().add("scores", *values, **row)


def test_fields_must_exist_and_must_begin_with_something() -> None:
    with pytest.raises(TypeError, match="picture"):
        Recorder(Found, 1)
    with pytest.raises(TypeError, match="sound"):
        begun().put(sound=1)


def test_snapshots_go_forward_and_end_at_the_total() -> None:
    record = begun(4)
    assert (record.snapshot("a").step, record.snapshot("a", ahead=2).step) == (0, 2)
    record.did(1)
    assert record.snapshot("b").step == 2, "never back"
    record.did(9)
    assert (record.snapshot("c").step, record.snapshot("c").total) == (4, 4)
    assert record.snapshot("d", shown=False).partial is None


def test_nothing_is_shown_before_a_table_has_a_row() -> None:
    record = begun()
    assert record.snapshot("a").partial is None
    assert record.snapshot("a", partial=record.result).partial is not None
    assert record.snapshot("a", shown=True).partial is not None
    record.add("scores", 0, "plain", 0.5)
    assert record.snapshot("a").partial is not None
    assert record.snapshot("a", shown=False).partial is None


def test_an_array_that_was_put_is_something_to_show_and_a_number_is_not() -> None:
    record = begun()
    record.put(picture=7)
    assert record.snapshot("a").partial is None
    record.put(picture=np.zeros((2, 2)))
    assert record.snapshot("a").partial is not None


def test_a_part_shows_something_from_the_report_on_that_has_something() -> None:
    record = begun(4)
    work = record.relay((n for n in range(3)), "training", 4, shown=lambda report: report > 0)
    assert [snapshot.partial is not None for snapshot in work] == [False, True, True]


def test_fine_work_is_told_in_a_thousand_steps() -> None:
    record = begun(2.5e9)
    record.did(1.25e9)
    assert (record.snapshot("a").step, record.snapshot("a").total) == (SCALE // 2, SCALE)


def test_a_part_of_the_run_is_passed_on_counted_and_its_value_returned() -> None:
    record = begun()

    def work() -> Generator[float, None, str]:
        for share in (0.25, 0.5):
            record.add("scores", 0, "plain", share)
            yield share
        return "done"

    seen = []

    def run() -> Generator[object, None, str]:
        value = yield from record.relay(work(), "working", 8, share=lambda told: told)
        return value

    running = run()
    for _ in range(2):
        snapshot = next(running)
        seen.append((snapshot.step, len(snapshot.partial().scores)))  # type: ignore[attr-defined]
    with pytest.raises(StopIteration) as stop:
        next(running)
    assert stop.value.value == "done"
    assert seen == [(2, 1), (4, 2)] and record.done == 8


def test_without_reports_of_its_own_a_part_counts_its_pauses() -> None:
    record = begun()
    steps = [s.step for s in record.relay(iter_of(5), "working", 8, pauses=4)]  # type: ignore[arg-type]
    assert steps == [0, 2, 4, 6, 8]


def iter_of(n: int) -> Generator[None, None, None]:
    for _ in range(n):
        yield


def test_closing_closes_the_part() -> None:
    closed = []

    def work() -> Generator[None, None, None]:
        try:
            while True:
                yield
        finally:
            closed.append(True)

    run = begun().relay(work(), "working")
    next(run)
    run.close()
    assert closed
    assert complete(begun().relay(iter_of(3), "working")) is None
