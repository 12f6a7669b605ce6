"""Tables nobody would write on purpose, generated: broken in layout, bytes, cells and packing."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable

import numpy as np

from core.audit.choices import DELIMITERS, ENCODINGS, Choices
from core.audit.report import Question

CELLS = [
    "0", "1", "1.0", "01", "1e9", "1E999999999", "-1", "+1", "0.5", "0,5", "1,000", "1.000,5",
    "50%", "$1", "", " ", "NA", "nan", "None", "-", "?", "inf", "yes", "Yes", "no", "True", "A",
    "B", "a", "A\u200b", "\u00c5", "A\u030a", "\u0410", "=1+1", "@SUM(A1)", '"', '""', '"x',
    'x"y', '\\"', "\\", "'", "a,b", "a;b", "a\tb", "a|b", '"a\nb"', '"a\r\nb"', "\x00", "\x1a",
    "\x1c", "\x85", "\u2028", "\ufeff", "\u202e", "\U0001f9d1\u200d\U0001f4bb", "<script>",
    "__proto__", "[0.1, 0.9]", "x" * 300, "9" * 400, "1_0", "\u0661", "{}", "(missing)", "Total",
]  # fmt: skip
NAMES = ["y", "p", "g", "s", "", " ", "y", "p (column 2)", "Y", "\ufeffy", "a b", "g,h", '"g"', "0",
         "Unnamed: 0", "__proto__", "=1+1", "x" * 200, "\u202eg", "#y"]  # fmt: skip
ENDS = ["\n", "\r\n", "\r", "\n\n", "\n \n"]
ABOVE = ["", "", "", "\n", "sep=;\n", "sep=,\r\n", "# note\n", "Title\n\n", "\ufeff", ",,\n", "%\n"]
BELOW = ["", "", "", "\n(9 rows)\n", "Total,,\n", "\x1a", ",,\n,,\n", "1,1\n", '"', "---\n"]
CODECS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1", "utf-32", "cp437"]


USUAL = {"y": ["0", "1"], "p": ["0", "1"], "g": ["A", "B"], "s": ["0.1", "0.8"]}


def table(rng: np.random.Generator) -> bytes:
    """One hostile file."""
    codec = "utf-8" if rng.random() < 0.6 else str(rng.choice(CODECS))
    data = _text(rng).encode(codec, "replace")
    if rng.random() < 0.15:
        data = _hurt(data, rng)
    if rng.random() < 0.2:
        data = _packings()[rng.choice(4, p=[0.4, 0.4, 0.1, 0.1])](data)
        if rng.random() < 0.2:
            data = _hurt(data, rng)
    return data


def _text(rng: np.random.Generator) -> str:
    delimiter = str(rng.choice([",", ",", ";", "\t", "|", " "]))
    names = ["y", "p", "g", "s"][: int(rng.choice([1, 3, 3, 4, 4, 4, 4, 4]))]
    names += list(map(str, rng.choice(NAMES, int(rng.choice([0, 0, 1, 3])))))
    odd = list(map(str, rng.choice(CELLS, size=int(rng.integers(1, 4)))))
    how_odd, how_uneven = (float(rng.choice([0, 0, 0.01, 0.3])) for _ in range(2))
    rows = [delimiter.join(names)]
    for _ in range(int(rng.choice([0, 1, 3, 20, 60, 60]))):
        cells = [str(rng.choice(USUAL.get(name, ["0", "x", "7"]))) for name in names]
        cells = [str(rng.choice(odd)) if rng.random() < how_odd else cell for cell in cells]
        if rng.random() < how_uneven / 10:
            cells = cells[1:] or [*cells, *cells]
        rows.append(delimiter.join(cells))
    end = str(rng.choice(ENDS))
    return str(rng.choice(ABOVE)) + end.join(rows) + end + str(rng.choice(BELOW))


def _hurt(data: bytes, rng: np.random.Generator) -> bytes:
    """Cut, repeat or overwrite a piece."""
    if not data:
        return data
    at, to = sorted(int(n) for n in rng.integers(0, len(data) + 1, 2))
    way = int(rng.integers(3))
    if way == 0:
        return data[:at] + data[to:]
    if way == 1:
        return data[:to] + data[at:]
    return data[:at] + rng.bytes(min(8, to - at)) + data[at + min(8, to - at) :]


def _packings() -> list[Callable[[bytes], bytes]]:
    def zipped(data: bytes, *names: str) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.writestr(name, data)
        return out.getvalue()

    return [
        gzip.compress,
        lambda data: zipped(data, "t.csv"),
        lambda data: zipped(data, "t.csv", "u.csv"),
        lambda data: gzip.compress(zipped(data, "t.csv")),
    ]


def question(rng: np.random.Generator) -> Question:
    """A question that the table may answer."""
    groups = ["g"] if rng.random() < 0.9 else [str(rng.choice(NAMES[4:]))]
    if rng.random() < 0.5:
        positive = None if rng.random() < 0.8 else str(rng.choice(CELLS))
        return Question("y", groups, "p", positive=positive)
    return Question("y", groups, y_score=str(rng.choice(["p", "s"])), threshold=0.5, positive="1")


def choices(rng: np.random.Generator) -> Choices:
    """Nothing chosen, or anything."""
    if rng.random() < 0.7:
        return Choices()
    return Choices(
        None if rng.random() < 0.6 else str(rng.choice(list(DELIMITERS))),
        None if rng.random() < 0.6 else str(rng.choice([".", ","])),
        None if rng.random() < 0.85 else str(rng.choice(ENCODINGS)),
        None if rng.random() < 0.85 else int(rng.integers(0, 5)),
        None if rng.random() < 0.9 else "Sheet",
        rng.choice(["own", "leave", "refuse"]), ("NA", "?") if rng.random() < 0.3 else (),
        rng.choice(["ask", "one", "apart"]), rng.choice(["refuse", "leave"]),
    )  # fmt: skip
