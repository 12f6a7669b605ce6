"""A network trained on a file that is read piece by piece, or on all of it in memory.

Run as a program, this module carries such orders out; it can set itself a limit on memory first.
Everything here is NumPy and Arrow, so that the process is small beside the data.
"""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from core.data.embedded import load_digits
from core.lab.beside import packed, serve
from core.lab.seeding import numpy_generator

PIXELS, CLASSES, HIDDEN = 64, 10, 32
SHAPES = ((PIXELS, HIDDEN), (HIDDEN,), (HIDDEN, CLASSES), (CLASSES,))
PIECE, BATCH = 4096, 256
"""Rows that are read at once, and rows of a step."""
N_TRAIN = 1200
RATE = 0.3
NOISE = 30
"""Largest change of a pixel, of 255, by which rows made of one digit differ."""
Rows = tuple[np.ndarray, np.ndarray]
"""Pixels `(k, 64)` from 0 to 255, and labels `(k,)`, both of 8 bits."""


def drawn(rows: int, seed: int, by_class: bool) -> Iterator[Rows]:
    """Digits with noise, in pieces.

    Args:
        rows: A multiple of `PIECE`.
        seed: Of split, digits and noise.
        by_class: Whether all rows of a class follow each other; else they are mixed.
    """
    data = load_digits(N_TRAIN, seed=seed)
    pixels = np.rint(255 * data.x_train).astype(np.int16)
    picked = numpy_generator(seed, "rows").integers(0, N_TRAIN, rows)
    if by_class:
        picked = picked[np.argsort(data.y_train[picked], kind="stable")]
    noise = numpy_generator(seed, "noise")
    for at in range(0, rows, PIECE):
        own = picked[at : at + PIECE]
        moved = pixels[own] + noise.integers(-NOISE, NOISE + 1, (len(own), PIXELS), dtype=np.int16)
        yield moved.clip(0, 255).astype(np.uint8), data.y_train[own].astype(np.uint8)


def write(path: Path, pieces: Iterator[Rows], form: str) -> None:
    """Write rows to a file, piece by piece.

    Args:
        path: Of the file.
        pieces: What is written.
        form: `"parquet"` or `"arrow"`, neither compressed.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([("pixels", pa.binary(PIXELS)), ("label", pa.uint8())])
    plain = {"compression": "none", "use_dictionary": False}
    made = pq.ParquetWriter(path, schema, **plain) if form == "parquet" else pa.ipc.new_file(
        path, schema
    )  # fmt: skip
    with made as out:
        for pixels, labels in pieces:
            cells = pa.FixedSizeBinaryArray.from_buffers(
                pa.binary(PIXELS), len(pixels), [None, pa.py_buffer(pixels.tobytes())]
            )
            out.write_batch(pa.record_batch([cells, pa.array(labels)], schema=schema))


def pieces(path: Path, form: str) -> Iterator[Rows]:
    """Read a file piece by piece; one piece is in memory at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if form == "parquet":
        with pq.ParquetFile(path, pre_buffer=False) as file:
            found = file.iter_batches(batch_size=PIECE, use_threads=False)
            yield from map(_arrays, found)
        return
    with pa.OSFile(str(path)) as source, pa.ipc.open_file(source) as file:
        for place in range(file.num_record_batches):
            yield _arrays(file.get_batch(place))


def _arrays(batch: Any) -> Rows:
    cells, labels = batch.columns
    start = cells.offset * PIXELS
    flat = np.frombuffer(cells.buffers()[1], np.uint8)[start : start + len(cells) * PIXELS]
    return flat.reshape(-1, PIXELS), labels.to_numpy(zero_copy_only=False)


def whole(found: Iterator[Rows], rows: int) -> Rows:
    """Put all pieces into memory."""
    pixels, labels = np.empty((rows, PIXELS), np.uint8), np.empty(rows, np.uint8)
    for place, (some, own) in enumerate(found):
        at = slice(place * PIECE, place * PIECE + len(own))
        pixels[at], labels[at] = some, own
    return pixels, labels


def in_turn(found: Iterator[Rows]) -> Iterator[Rows]:
    """Batches in the order of the rows."""
    for pixels, labels in found:
        for at in range(0, len(labels), BATCH):
            yield pixels[at : at + BATCH], labels[at : at + BATCH]


def shuffled(data: Rows, draws: np.random.Generator) -> Iterator[Rows]:
    """Batches of all rows in a random order."""
    pixels, labels = data
    order = draws.permutation(len(labels))
    for at in range(0, len(order), BATCH):
        own = order[at : at + BATCH]
        yield pixels[own], labels[own]


def buffered(found: Iterator[Rows], size: int, draws: np.random.Generator) -> Iterator[Rows]:
    """Batches at random from a buffer, whose places are filled with the rows that come next.

    Args:
        found: The rows.
        size: Of the buffer, a multiple of `BATCH`.
        draws: Picks from it.
    """
    batches = in_turn(found)
    pixels, labels = np.empty((size, PIXELS), np.uint8), np.empty(size, np.uint8)
    for place, (some, own) in enumerate(itertools.islice(batches, size // BATCH)):
        at = slice(place * BATCH, (place + 1) * BATCH)
        pixels[at], labels[at] = some, own
    for some, own in batches:
        places = draws.choice(size, BATCH, replace=False, shuffle=False)
        yield pixels[places], labels[places]
        pixels[places], labels[places] = some, own
    yield from shuffled((pixels, labels), draws)


class Net:
    """One hidden layer of ReLU units, trained by plain SGD on cross-entropy.

    Attributes:
        weights: One row of numbers.
        parts: The same as weights and biases of both layers.
    """

    def __init__(self, seed: int) -> None:
        """Draw the weights (He et al. 2015)."""
        ends = np.cumsum([0, *(int(np.prod(shape)) for shape in SHAPES)])
        self.weights = np.zeros(ends[-1], np.float32)
        self.parts = [
            self.weights[a:b].reshape(shape)
            for a, b, shape in zip(ends, ends[1:], SHAPES, strict=False)
        ]
        draws = numpy_generator(seed, "streamed weights")
        for part in self.parts[::2]:
            part[:] = draws.normal(0, (2 / len(part)) ** 0.5, part.shape)

    def step(self, pixels: np.ndarray, labels: np.ndarray) -> None:
        """Go against the gradient of a batch."""
        first, bias, second, last = self.parts
        x = pixels.astype(np.float32) / 255
        hidden = np.maximum(x @ first + bias, 0)
        scores = hidden @ second + last
        errors = np.exp(scores - scores.max(1, keepdims=True))
        errors /= errors.sum(1, keepdims=True)
        errors[np.arange(len(labels)), labels] -= 1
        errors *= np.float32(RATE / len(labels))
        below = (errors @ second.T) * (hidden > 0)
        second -= hidden.T @ errors
        last -= errors.sum(0)
        first -= x.T @ below
        bias -= below.sum(0)


def resident() -> int:
    """Resident bytes of this process; 0 where the system does not tell."""
    return _of_proc("statm", lambda text: int(text.split()[1]) * os.sysconf("SC_PAGE_SIZE"))


def _of_proc(name: str, read: Callable[[str], int]) -> int:
    try:
        return read(Path("/proc/self", name).read_text())
    except OSError:
        return 0


def limit(more: int) -> bool:
    """Allow this process so many bytes of data beyond what it has; False where it cannot."""
    try:
        import resource
    except ImportError:
        return False
    now = _of_proc("status", lambda text: 1024 * int(text.split("VmData:")[1].split()[0]))
    if not now:
        return False
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (now + more, hard))
    return True


def train(path: Path, form: str, rows: int, how: str, seed: int, buffer: int = 0) -> dict[str, Any]:
    """Train a network on a file, each row once.

    Args:
        path: Of the file.
        form: As in `write`.
        rows: In it.
        how: `"streamed"`, `"buffered"`, `"whole"` (in memory, in the file's order) or
            `"shuffled"` (in memory).
        seed: Of weights and order.
        buffer: Rows of the buffer.

    Returns:
        `weights`, `seconds` of wall time from the first byte read to the last step, and `grown`,
        the bytes by which the process grew at most; `refused` alone where memory did not suffice.
    """
    gc.collect()
    draws, net = numpy_generator(seed, "streamed order"), Net(seed)
    before, most, started = resident(), 0, time.perf_counter()
    try:
        found = pieces(path, form)
        if how in ("whole", "shuffled"):
            data = whole(found, rows)
            batches = shuffled(data, draws) if how == "shuffled" else in_turn(iter([data]))
        else:
            batches = buffered(found, buffer, draws) if how == "buffered" else in_turn(found)
        for place, (pixels, labels) in enumerate(batches):
            net.step(pixels, labels)
            if not place % 16:
                most = max(most, resident())
    except MemoryError:
        return {"refused": True}
    seconds = time.perf_counter() - started
    return {"weights": packed(net.weights), "seconds": seconds, "grown": max(0, most - before)}


def carry_out(order: Mapping[str, Any]) -> Any:
    """Do what an order names: `make` a file, set a `limit`, or `train`."""
    told = {name: value for name, value in order.items() if name != "do"}
    path = Path(told.pop("path"))
    if order["do"] == "make":
        write(path, drawn(told["rows"], told["seed"], told["by_class"]), told["form"])
        return path.stat().st_size
    if order["do"] == "limit":
        train(path, told["form"], PIECE, "streamed", 0)  # What is set up once does not count.
        return limit(told["bytes"])
    return train(path, **told)


if __name__ == "__main__":
    serve(carry_out, lambda: shutil.rmtree(sys.argv[1], ignore_errors=True))
