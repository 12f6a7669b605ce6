"""Flags of `audit` that say how, beyond which column is what."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from core.audit.settings import Settings, bins_of, named


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add every flag that `settings` reads."""
    add = parser.add_argument
    add(
        "--beside",
        action="append",
        default=[],
        metavar="COL",
        help="A further column of decisions (or scores), judged beside the first; repeatable.",
    )
    add("--weights", metavar="COL", help="Sampling weights of the rows.")
    add("--within", metavar="COL", help="Compare groups within each value of this column as well.")
    add(
        "--reference",
        action="append",
        default=[],
        metavar="[COL=]VALUE",
        help="Hold groups against this one instead of against all others; repeatable.",
    )
    add(
        "--bins",
        action="append",
        default=[],
        metavar="COL=N|EDGE,EDGE",
        help="Groups of a column of numbers: N equally filled bins, or edges (COL=18, for one).",
    )
    add(
        "--smallest",
        type=int,
        default=1,
        metavar="ROWS",
        help="Groups with fewer rows are told and not compared (default 1).",
    )
    add(
        "--out",
        type=Path,
        metavar="report.html",
        help="Write the report as one HTML file that can be printed.",
    )
    add("--regression", action="store_true", help="Truth and prediction are numbers.")  # fmt: skip


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
