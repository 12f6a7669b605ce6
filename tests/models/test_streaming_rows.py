"""Rows from files: the same in both formats, each once in every order, and the limit on memory."""

from __future__ import annotations

import itertools
import sys

import numpy as np
import pytest

from core.lab.beside import Company, unpacked
from core.lab.run import complete
from core.lab.seeding import numpy_generator
from core.models import streaming
from core.models.streaming import BATCH, PIECE, Net, buffered, drawn, in_turn, shuffled, whole

ROWS = 2 * PIECE
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps the limit")


def numbered(rows: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Pieces whose rows are told apart by their first two pixels."""
    pixels = np.zeros((rows, streaming.PIXELS), np.uint8)
    pixels[:, 0], pixels[:, 1] = np.arange(rows) % 256, np.arange(rows) // 256
    labels = (np.arange(rows) * 10 // rows).astype(np.uint8)
    return [
        (pixels[at : at + PIECE].copy(), labels[at : at + PIECE].copy())
        for at in range(0, rows, PIECE)
    ]


def places(batches) -> np.ndarray:
    """Which rows came, in their order."""
    found = [pixels[:, 0].astype(int) + 256 * pixels[:, 1].astype(int) for pixels, _ in batches]
    assert {len(one) for one in found} == {BATCH}
    return np.concatenate(found)


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_what_is_written_is_read_back_piece_by_piece(form, tmp_path):
    made = list(drawn(ROWS, 3, by_class=True))
    streaming.write(tmp_path / "rows", iter(made), form)
    back = list(streaming.pieces(tmp_path / "rows", form))
    assert len(back) == len(made) == 2
    for (a, b), (c, d) in zip(made, back, strict=True):
        assert (a == c).all() and (b == d).all()
    labels = np.concatenate([labels for _, labels in made])
    assert (np.diff(labels.astype(int)) >= 0).all() and set(labels) == set(range(10))
    mixed = np.concatenate([labels for _, labels in drawn(ROWS, 3, by_class=False)])
    assert (np.diff(mixed.astype(int)) < 0).any()
    assert sorted(mixed) == sorted(labels), "the same rows in another order"


@pytest.mark.parametrize("size", [BATCH, 4 * BATCH, ROWS])
def test_every_order_gives_each_row_once(size):
    made, draws = numbered(ROWS), numpy_generator(1, "test")
    assert (places(in_turn(iter(made))) == np.arange(ROWS)).all()
    assert sorted(places(shuffled(whole(iter(made), ROWS), draws))) == list(range(ROWS))
    order = places(buffered(iter(made), size, draws))
    assert sorted(order) == list(range(ROWS))
    # A row can come no sooner than it has been read: with the buffer before it.
    at = np.argsort(order)
    assert (at + size + BATCH > np.arange(ROWS)).all()


def test_a_step_goes_against_the_gradient_that_torch_has():
    import torch

    (pixels, labels), *_ = drawn(PIECE, 0, by_class=False)
    net, before = Net(5), Net(5)
    net.step(pixels[:BATCH], labels[:BATCH])
    parts = [torch.tensor(part, requires_grad=True) for part in before.parts]
    x = torch.tensor(pixels[:BATCH] / 255, dtype=torch.float32)
    hidden = (x @ parts[0] + parts[1]).relu()
    truth = torch.tensor(labels[:BATCH].astype(np.int64))
    torch.nn.functional.cross_entropy(hidden @ parts[2] + parts[3], truth).backward()
    for part, was in zip(net.parts, parts, strict=True):
        assert was.grad is not None
        wanted = (was - streaming.RATE * was.grad).detach().numpy()
        assert np.abs(part - wanted).max() < 1e-6


@linux
def test_a_process_that_limits_itself_streams_what_it_cannot_hold(tmp_path):
    rows = 64 * PIECE
    file = {"path": str(tmp_path / "rows"), "form": "parquet"}
    train = {"do": "train", "rows": rows, "seed": 0, **file}
    with Company("core.models.streaming", [[str(tmp_path / "none")]] * 2) as company:
        made = {"do": "make", "rows": rows, "seed": 0, "by_class": False, **file}
        (size,) = complete(company.asked([made]))
        assert size > rows * streaming.PIXELS
        (free,) = complete(company.asked([{**train, "how": "whole"}]))
        assert complete(company.asked([{"do": "limit", "bytes": 10_000_000, **file}], 1)) == [True]
        refused, streamed = (
            complete(company.asked([{**train, "how": how}], 1))[0] for how in ("whole", "streamed")
        )
    assert refused == {"refused": True}
    assert streamed["weights"] == free["weights"], "byte for byte"
    assert unpacked(streamed["weights"]).any()
    assert streamed["grown"] < free["grown"]


def test_batches_of_a_stream_hold_one_piece_at_a_time():
    taken = itertools.count()
    watched = (next(taken) and one or one for one in numbered(4 * PIECE))
    batches = in_turn(watched)
    next(batches)
    assert next(taken) == 1, "only the first piece was asked for"
