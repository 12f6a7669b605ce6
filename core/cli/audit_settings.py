"""Flags of `audit` that say how, beyond which column is what."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from core.audit.settings import Settings, bins_of, named

REPEATED = {
    "--beside": ("COL", "A further column of decisions (or scores), judged beside the first."),
    "--reference": ("[COL=]VALUE", "Hold groups against this one instead of all others."),
    "--bins": ("COL=N|EDGE,EDGE", "Groups of numbers: N equally filled bins, or edges (COL=18,)."),
}
"""Flags that may be repeated."""


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add every flag that `settings` reads, and that of the report."""
    add = parser.add_argument
    for flag, (value, text) in REPEATED.items():
        add(flag, action="append", default=[], metavar=value, help=f"{text} Repeatable.")
    add("--weights", metavar="COL", help="Sampling weights of the rows.")
    add("--within", metavar="COL", help="Compare groups within each value of this column as well.")
    few = "Groups with fewer rows are told and not compared (default 1)."
    add("--smallest", type=int, default=1, metavar="ROWS", help=few)
    add("--regression", action="store_true", help="Truth and prediction are numbers.")
    one = "Write the report as one HTML file that can be printed."
    add("--out", type=Path, metavar="report.html", help=one)


def settings(arguments: argparse.Namespace, groups: Sequence[str]) -> Settings:
    """What the flags ask for.

    Args:
        arguments: As parsed.
        groups: The group columns: a single one needs not be named again.

    Raises:
        TableError: With one sentence, if a flag cannot be read.
    """
    columns = [*groups, arguments.within] if arguments.within else list(groups)
    return Settings(
        beside=tuple(arguments.beside),
        weights=arguments.weights,
        within=arguments.within,
        reference=dict(named(text, groups) for text in arguments.reference),
        bins=dict(bins_of(text, columns) for text in arguments.bins),
        smallest=arguments.smallest,
        regression=arguments.regression,
    )
