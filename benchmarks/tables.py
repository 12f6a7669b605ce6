"""How long 300,000 rows take, and how much memory, in each kind of file.

`python -m benchmarks.tables` writes the same table as CSV, gzipped CSV, workbook and Parquet, and
runs two processes on each: the audit's reader alone, and the audit on the command line as a whole.
It prints seconds of the processor (with what a process starts), and the peak of the resident memory
over that of the same process with 100 rows, in MB. Linux and macOS only.
"""

from __future__ import annotations

import argparse
import gzip
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
ROWS, FEW = 300_000, 100
SEED = 6
QUESTION = ("--y-true", "y", "--y-score", "score", "--threshold", "0.5", "--groups", "sex,region")
READ = """
import sys
from core.audit import reading
data = open(sys.argv[1], "rb").read()
found = reading.read(data, ["y", "score", "sex", "region"])
assert len(found["y"]) == int(sys.argv[2])
"""
SHEET = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"""
PARTS = {
    "[Content_Types].xml": """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels"
 ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>""",
    "_rels/.rels": """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Target="xl/workbook.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>
</Relationships>""",
    "xl/_rels/workbook.xml.rels": """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Target="worksheets/sheet1.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>
</Relationships>""",
    "xl/workbook.xml": """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="people" sheetId="1" r:id="rId1"/></sheets></workbook>""",
}


def people(n: int) -> pd.DataFrame:
    """Draw `n` invented people: a truth, a score, two groups and two columns nobody asks for."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(SEED)
    score = rng.random(n).round(4)
    return pd.DataFrame({
        "name": [f"person {i}" for i in range(n)],
        "age": rng.integers(18, 90, n),
        "sex": rng.choice(["female", "male"], n),
        "region": rng.choice(["north", "east", "south", "west", "abroad"], n),
        "score": score,
        "y": (rng.random(n) < score).astype(int),
    })  # fmt: skip


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False).encode()


def _workbook(table: pd.DataFrame) -> bytes:
    """Write a workbook with its texts in the cells, as streaming writers do."""

    def cell(value: object) -> str:
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
        return f"<c><v>{value}</v></c>"

    rows = [tuple(table.columns), *table.itertuples(index=False, name=None)]
    lines = ("<row>" + "".join(map(cell, row)) + "</row>" for row in rows)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in PARTS.items():
            archive.writestr(name, text)
        sheet = SHEET + "".join(lines) + "</sheetData></worksheet>"
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return file.getvalue()


KINDS: Mapping[str, Callable[[pd.DataFrame], bytes]] = {
    ".csv": _csv,
    ".csv.gz": lambda table: gzip.compress(_csv(table)),
    ".xlsx": _workbook,
    ".parquet": lambda table: table.to_parquet(index=False),
}


def spent(command: Sequence[str]) -> tuple[float, float]:
    """Run a process; its seconds of the processor and its peak of memory in MB (10^6 bytes)."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("the process failed")
    unit = 1 if sys.platform == "darwin" else 1024
    return used.ru_utime + used.ru_stime, used.ru_maxrss * unit / 1e6


def measured(kind: str, folder: Path, n: int) -> Iterator[tuple[float, float, float]]:
    """The reader alone and the whole audit: seconds, MB over the few, and MB of the file."""
    paths = {}
    for count in (FEW, n):
        paths[count] = folder / f"{count}{kind}"
        spent(["-m", "benchmarks.tables", "--write", str(paths[count]), "--rows", str(count)])
    size = paths[n].stat().st_size / 1e6
    for command in (
        lambda count: ["-c", READ, str(paths[count]), str(count)],
        lambda count: ["-m", "core", "audit", str(paths[count]), *QUESTION, "--json"],
    ):
        _, few = spent(command(FEW))
        seconds, many = spent(command(n))
        yield seconds, many - few, size


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--write", type=Path, help="only write a file of such a kind")
    parser.add_argument("kinds", nargs="*", default=list(KINDS), help="endings of names")
    told = parser.parse_args()
    rows = told.rows
    if told.write is not None:
        # In a process of its own: a child begins with its parent's peak of memory.
        kind = "".join(told.write.suffixes)
        told.write.write_bytes(KINDS[kind](people(rows)))
        return
    print("| file | MB | read, s | read, MB more | audit, s | audit, MB more |")
    print("| --- | --- | --- | --- | --- | --- |", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for kind in told.kinds:
            (read, more, size), (whole, most, _) = measured(kind, Path(folder), rows)
            print(f"| {kind} | {size:.1f} | {read:.1f} | {more:.0f} | {whole:.1f} | {most:.0f} |",
                  flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
