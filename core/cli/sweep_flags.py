"""What may follow `sweep` on the command line, and what is refused before any work."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.sweeping import grid

SUFFIXES = (".csv", ".parquet")
MOST_WORKERS = 256


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what a sweep can be told beside its experiment."""
    parser.add_argument(
        "--grid", nargs="+", action="extend", default=[], metavar="KNOB=A,B,C",
        help="Rungs of a knob, or KNOB=all; several knobs make a grid. Others keep their defaults.",
    )  # fmt: skip
    parser.add_argument(
        "--seeds", type=int, metavar="N", help="Seeds of each config; a rung of its repetitions."
    )
    parser.add_argument(
        "--workers", type=int, metavar="N", help="Processes at once; all cores without it."
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS",
        help="Of a dask.distributed cluster that computes instead, such as tcp://10.0.0.1:8786.",
    )  # fmt: skip
    for name, text in (
        ("ca", "Certificate of the authority that signed scheduler, workers and this client"),
        ("cert", "This client's certificate"),
        ("key", "Its private key"),
    ):
        parser.add_argument(f"--tls-{name}", metavar="FILE", help=f"{text} (mutual TLS).")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="Write all numbers as a table: .csv or .parquet."
    )


def check(parser: argparse.ArgumentParser, parsed: argparse.Namespace) -> None:
    """Refuse what cannot be swept, before any work; sets `axes`."""
    files = (parsed.tls_ca, parsed.tls_cert, parsed.tls_key)
    missing = next((name for name in files if name and not Path(name).is_file()), None)
    if any(files) and not (all(files) and parsed.scheduler):
        parser.error("mutual TLS needs --scheduler, --tls-ca, --tls-cert and --tls-key together")
    if missing:
        parser.error(f"there is no file {missing}")
    if parsed.workers is not None and not 1 <= parsed.workers <= MOST_WORKERS:
        parser.error(f"--workers is a whole number from 1 to {MOST_WORKERS}")
    if parsed.workers is not None and parsed.scheduler:
        parser.error("a cluster has its own workers: --workers and --scheduler exclude each other")
    if parsed.out is not None and parsed.out.suffix not in SUFFIXES:
        parser.error(f"--out ends in {' or '.join(SUFFIXES)}")
    try:
        parsed.axes = grid.axes(parsed.experiment, parsed.grid, parsed.seeds)
    except ValueError as error:
        parser.error(str(error))
