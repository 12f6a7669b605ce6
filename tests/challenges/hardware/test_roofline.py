"""Roofline: what is counted, what an accelerator adds, and what is said where something lacks."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from core.challenges.hardware.roofline import RooflineResult, RooflineView
from core.challenges.hardware.roofline.claims import highest, where_native, wrong_sums
from core.lab.run import complete
from core.lab.scores import NotMeasuredError
from core.models import devices, two_threads
from tests.runs import figure, found, smallest

SLUG = "hardware/roofline"
LAYER_BATCHES = 6 * 3 + 3 * 3 + 3
"""Of the smallest run: layers in float32, bfloat16 and int8, at three batch sizes."""


def of_smallest() -> RooflineResult:
    result: RooflineResult = smallest(SLUG).result
    return result


def made(peaks: dict[str, float], rows: list[tuple[str, int, float]]) -> RooflineResult:
    """A result of one seed on a processor that moves 10 GB a second from wherever."""
    return RooflineResult(
        peaks=pd.DataFrame(
            [("processor", kind, 0, 1e9 * value, 0.2) for kind, value in peaks.items()],
            columns=["unit", "numbers", "seed", "value", "off"],
        ),
        moved=pd.DataFrame(
            [("processor", 48_000, 0, 1e10)], columns=["unit", "kilobytes", "seed", "value"]
        ),
        rates=pd.DataFrame(
            [("processor", "float32", layer, batch, 0, 1e9 * v) for layer, batch, v in rows],
            columns=["unit", "numbers", "layer", "batch", "seed", "value"],
        ),
        gains=pd.DataFrame(columns=["layer", "batch", "seed", "value"]),
        instructions=pd.DataFrame(
            [("new", "bfloat16", False), ("old", "float32", True), ("older", "float32", False)],
            columns=["name", "numbers", "there"],
        ),
        width=64, share=1.0, alone="",
    )  # fmt: skip


def test_a_roof_by_hand() -> None:
    # ReLU: an eighth of an operation a byte, so at most 10 / 8 = 1.25 billion a second.
    result = made({"float32": 100.0}, [("ReLU", 1, 1.0), ("ReLU", 4, 0.5)])
    assert result.ridge().mean == 10.0
    assert highest(result).mean == pytest.approx(0.8)
    lines = figure(found(SLUG), "roofline").underlay(result, RooflineView())["roofs"]
    at_the_bend = lines[lines["intensity"] == 10.0]
    assert list(at_the_bend["height"]) == pytest.approx([100.0, 100.0])
    assert lines["height"].max() == pytest.approx(100.0)


def test_instructions_that_lack_and_those_that_nobody_knows() -> None:
    result = made({"float32": 100.0, "bfloat16": 10.0, "int8": 200.0}, [])
    assert (result.native("float32"), result.native("bfloat16")) == (True, False)
    assert result.native("int8") is None, "this architecture names none: nothing is claimed"
    assert result.sets() == {"bfloat16": "none of new", "float32": "old"}
    assert where_native(result, "bfloat16", False).mean < 0
    for measure in (lambda: where_native(result, "bfloat16", True), lambda: wrong_sums(result)):
        with pytest.raises(NotMeasuredError):
            measure()
    rows = figure(found(SLUG), "peaks").table(result, RooflineView())
    told = dict(zip(rows["row"], rows["instructions"], strict=True))
    assert told["int8"] == "not known" and told["bfloat16"] == "no instructions for it"


@pytest.mark.trained
def test_every_layer_is_timed_at_every_batch_by_every_seed() -> None:
    result = of_smallest()
    assert len(result.rates[result.rates["numbers"] == "float32"]) == 6 * 3 * 5
    assert len(result.rates) <= LAYER_BATCHES * 5
    assert (result.rates["value"] > 0).all() and 0 < result.share <= 1


@pytest.mark.trained
def test_a_busy_machine_is_said() -> None:
    busy, idle = (dataclasses.replace(of_smallest(), share=share) for share in (0.5, 1.0))
    assert "had a core for 50.0% of the time" in found(SLUG).finding(busy)
    assert "busy" not in found(SLUG).finding(idle).split("to keep it busy")[1]


@pytest.mark.trained
def test_an_accelerator_is_shown_and_a_second_thread_that_is_not_there_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake = devices.Unit("Fake GPU", "cpu", sides=(128,), kilobytes=(60_000,))
    monkeypatch.setattr(devices, "accelerators", lambda: [fake])
    monkeypatch.setattr(two_threads, "cores", lambda: 1)
    one = found(SLUG)
    result = complete(one.run(one.smallest.changed(second_thread=True)))
    assert one.finding(result).endswith("Two threads were not timed. There is only one core here.")
    assert figure(one, "gains").table(result, RooflineView()).empty
    assert set(result.rates["unit"]) == set(result.moved["unit"]) == {"processor", "Fake GPU"}
    sizes = result.moved.groupby("unit")["kilobytes"].max()
    assert (sizes["processor"], sizes["Fake GPU"]) == (48_000, 60_000)
    peaks = figure(one, "peaks").table(result, RooflineView())
    assert "float32, Fake GPU" in set(peaks["row"])
    errors = peaks.set_index("row")["largest_error"]
    assert errors["bfloat16, Fake GPU"] == errors["bfloat16"] > 0, "measured there, too"
    assert "not known" not in figure(one, "peaks").caption(peaks, RooflineView())
    names = figure(one, "roofline").underlay(result, RooflineView())["names"]["text"]
    assert [name.split(":")[0] for name in names] == ["processor", "Fake GPU"]
    caption = figure(one, "roofline").caption(
        figure(one, "roofline").table(result, RooflineView()), RooflineView()
    )
    assert caption.count("linear") == 1, "it speaks of the processor alone"


@pytest.mark.trained
def test_what_was_not_asked_for_is_said() -> None:
    assert found(SLUG).finding(of_smallest()).endswith("Two threads were not timed.")


@pytest.mark.trained
def test_without_an_accelerator_no_row_pretends() -> None:
    peaks = figure(found(SLUG), "peaks").table(of_smallest(), RooflineView())
    expected = {"processor"} | {unit.name for unit in devices.accelerators()}
    assert set(of_smallest().peaks["unit"]) == expected
    if expected == {"processor"}:
        assert set(peaks["row"]) <= {"float32", "bfloat16", "int8"}
