"""Published tables beside ours: the verdicts by hand, and what the page says of them."""

import csv
import io

import pandas as pd
import pytest

from core.challenges.history.mnist1d.config import PUBLISHED, Mnist1dResult
from core.challenges.privacy.dp_sgd.config import DpSgdResult
from core.store import store
from core.ui import downloads, readings, reproduced
from tests.runs import found, shipped
from tests.ui.pages import installed, open_page, words


@pytest.fixture(autouse=True)
def _own_store(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_STORE", str(tmp_path))
    installed.remove()


BY_NAME = {table.name: table for table in reproduced.TABLES}


def signals(off):
    """A result whose networks lie off the published numbers by so much, seed by seed."""
    rows = [
        (kind, order, 800, seed, published + own)
        for (kind, order), published in PUBLISHED.items()
        for seed, own in enumerate(off)
    ]
    return Mnist1dResult(pd.DataFrame(rows, columns=["kind", "order", "step", "seed", "value"]))


@pytest.mark.parametrize(
    ("off", "wanted"),
    [
        ([0.001, -0.001] * 4, reproduced.AGREES),
        ([0.019, 0.021] * 4, reproduced.AGREES),
        ([-0.099, -0.101] * 4, reproduced.DIFFERENT),
        ([0.05, -0.05] * 4, reproduced.OPEN),
    ],
)
def test_a_network_agrees_where_its_whole_interval_is_within_three_points(off, wanted):
    entries = list(reproduced.mnist1d(signals(off)))
    assert len(entries) == 8
    assert {entry.verdict for entry in entries} == {wanted}


def test_rates_of_compas_are_those_of_its_counts():
    entries = {e.name: e for e in reproduced.compas(None)}
    assert len(entries) == 6
    black = entries["false positives, black"]
    assert black.ours.mean == pytest.approx(805 / (805 + 990))
    assert black.ours.low < black.ours.mean < black.ours.high
    assert entries["false negatives, white"].ours.mean == pytest.approx(461 / 966)
    assert entries["precision, black"].ours.mean == pytest.approx(1369 / 2174)
    assert {e.verdict for e in entries.values()} == {reproduced.AGREES}


def test_another_number_than_the_published_one_differs(monkeypatch):
    changed = {**reproduced.PROPUBLICA, "precision": (0.64, 0.59, 0)}
    monkeypatch.setattr(reproduced, "PROPUBLICA", changed)
    by = {e.name: e.verdict for e in reproduced.compas(None)}
    assert by["precision, black"] == reproduced.DIFFERENT
    assert by["precision, white"] == reproduced.AGREES


@pytest.mark.parametrize(
    ("loss", "wanted"),
    [(-0.2, reproduced.SAME), (0.2, reproduced.OTHER), (0.0, reproduced.OPEN)],
)
def test_of_private_training_the_direction_is_judged(loss, wanted):
    levels = {"none": 0.0, "ε = 8": loss, "ε = 2": 2 * loss, "ε = 0.5": 3 * loss}
    rows = [
        ("accuracy out", 0.5 + off + 0.01 * ((place + seed) % 2), arm, seed)
        for place, (arm, off) in enumerate(levels.items())
        for seed in range(8)
    ]
    scores = pd.DataFrame(rows, columns=["metric", "value", "arm", "seed"])
    entries = list(reproduced.abadi(DpSgdResult(scores, pd.DataFrame(), pd.DataFrame(), 1.0)))
    assert [entry.verdict for entry in entries] == [wanted] * 4
    assert entries[0].published == pytest.approx(-0.013)
    assert entries[3].published == pytest.approx(-0.07)


def test_ours_are_the_numbers_of_the_stored_results():
    entries = {e.name: e for e in reproduced.read(BY_NAME["mnist1d"])}
    result = shipped(found("history/mnist1d")).result
    assert entries["CNN, shuffled"].ours.mean == result.accuracy("cnn", "shuffled").mean
    narrow = result.accuracy("cnn", "shuffled").estimate
    assert entries["CNN, shuffled"].ours.low < narrow.low, "widened for all eight"
    told = reproduced.markdown(entries.values())
    assert "| CNN, shuffled | 56% |" in told
    assert "44.85% | 44.85% [" in reproduced.markdown(reproduced.read(BY_NAME["compas"]))


def test_the_file_holds_every_number():
    for table in reproduced.TABLES:
        entries = reproduced.read(table)
        text = downloads.csv_bytes(reproduced.plain(table, entries)).decode()
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [float(row["ours"]) for row in rows] == pytest.approx([e.ours.mean for e in entries])
        assert {row["verdict"] for row in rows} <= set(reproduced.LOOKS)
        assert len({row["number"] for row in rows}) == len(rows)


def test_without_a_stored_result_it_says_so(monkeypatch):
    monkeypatch.setattr(readings, "once", lambda _, read: read())
    monkeypatch.setattr(store, "find", lambda *_: None)
    for table in reproduced.TABLES:
        assert reproduced.read(table) == []
    assert reproduced.counted([]).startswith("**Not measured**")


@pytest.mark.usefixtures("toys")
def test_the_ledger_shows_all_three_and_stands_where_they_fail(monkeypatch):
    said = words(open_page("ledger"))
    for table in reproduced.TABLES:
        assert table.comparable in said
        assert f"Published: {table.source}" in said
    assert "**8 numbers**. " in said

    def fails(_):
        raise OSError("secret")

    monkeypatch.setattr(reproduced, "read", fails)
    page = open_page("ledger")
    assert not page.exception
    assert [one.value for one in page.error] == ["The tables could not be shown. Please try again."]
    assert len(page.dataframe[0].value) > 200
