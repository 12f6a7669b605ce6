"""Larger than memory: what fits, the same bytes, orders, files that are gone, the lesson."""

from __future__ import annotations

import sys
import tempfile

import pytest

from core.challenges.scalability.streaming import CLOCKED, EXPERIMENT
from core.challenges.scalability.streaming.config import (
    BUFFERS,
    SHUFFLED,
    STREAMED,
    WHOLE,
    StreamingConfig,
    StreamingResult,
)
from core.challenges.scalability.streaming.run import SHAPES, operations
from core.lab.run import CannotRunError
from core.models import streaming
from tests.runs import first_now, result_of, smallest

SLUG = "scalability/streaming"
SMALL = EXPERIMENT.smallest


def result() -> StreamingResult:
    found: StreamingResult = smallest(SLUG).result
    return found


@pytest.mark.trained
def test_streaming_ends_with_the_same_bytes():
    assert (result().apart["value"] == 0).all() and len(result().apart) == SMALL.repetitions
    same = result().right(STREAMED).values == result().right(WHOLE).values
    assert same.all()


@pytest.mark.trained
def test_a_small_file_fits_and_its_size_is_told():
    assert result().size == pytest.approx(65_536 * 65 / 1e6, rel=0.05)
    assert (result().fits["value"] == 1).all()
    assert set(result().answers["arm"]) == {STREAMED, *BUFFERS.values(), SHUFFLED, WHOLE}


@pytest.mark.trained
def test_what_is_not_a_time_is_the_same_each_time():
    told = set(EXPERIMENT.metrics(result())) - CLOCKED
    assert {"right_shuffled", "right_in_file_order", "bytes_apart", "fits_under_the_limit"} < told


def test_shapes_and_operations_by_hand():
    assert [shape for shape in streaming.SHAPES if len(shape) == 2] == list(SHAPES)
    own, aside = operations(SMALL)
    forward = 2 * (64 * 32 + 32 * 10)
    assert own == 5 * 7 * 597 * forward
    assert aside == 5 * 7 * 65_536 * (3 * forward - 2 * 64 * 32)


def test_where_a_process_fails_the_run_ends_with_a_sentence_and_without_a_file(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sys.modules[operations.__module__], "PROGRAM", "tests.lab.echo")
    with pytest.raises(CannotRunError, match="you can try again"):
        list(EXPERIMENT.run(SMALL))
    assert not list(tmp_path.iterdir())


def test_closing_the_run_leaves_no_file(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    run = EXPERIMENT.run(SMALL)
    for snapshot in run:
        if "writing" in snapshot.phase:
            break
    assert list(tmp_path.iterdir())
    run.close()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("block", first_now(300, 600, 900))
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    found = result_of(SLUG, StreamingConfig().changed(first_seed=block))
    said = {c.name: c.verdict(c.measure(found)) for c in EXPERIMENT.claims if c.applies(
        StreamingConfig()
    )}  # fmt: skip
    shown = {"same_to_the_byte", "file_order_costs", "a_small_buffer_is_not_enough"}
    assert {said[name] for name in shown} == {"shown"}
    assert (found.fits["value"] == 0).all() or not found.limited
