"""Every claim of the lab from stored results, read once and kept; nothing here trains."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

import pandas as pd

from core import challenges
from core.lab.experiment import Experiment
from core.lab.settings import Config
from core.lab.wording import with_interval
from core.store import ledger, store
from core.store.ledger import Row
from core.store.store import Record, Whose
from core.ui import links, readings
from core.ui.labels import label_of

Anything = Experiment[Any, Any, Any]
SIGNS = {"shown": "●", "not shown": "○", "contradicted": "✕", ledger.UNMEASURED: "·"}
"""Before the word, so that a column of verdicts can be read at a glance, without colour too."""


def experiments() -> list[Anything]:
    """All of them, in the order of the navigation."""
    return [
        challenges.experiment(one.slug, name)
        for one in challenges.challenges()
        for name in one.experiments
    ]


def read(experiment: Anything, whose: Whose = store.whose) -> tuple[Row, ...]:
    """One experiment's claims; read again only when another set of results is stored.

    A result's name is made of all that produces it, so the same names are the same rows.

    Args:
        experiment: Whose claims.
        whose: Says of a key where its result is; `store.listing()` where many are read.
    """
    name = ("keys of the ledger", experiment.slug)
    keys = readings.once_for(experiment, name, lambda: tuple(ledger.configs(experiment)))
    stored = [f"{key} {whose(key)}" for key in keys]
    asked = partial(_stored, experiment)
    return readings.once(
        ("ledger", experiment.slug, *stored), lambda: tuple(ledger.rows(experiment, asked))
    )


def _stored(experiment: Anything, config: Config) -> Record[Any] | None:
    found = store.find(experiment, config)
    return None if found is None else found.record


def verdict(row: Row) -> str:
    """What came out, or that nothing was measured."""
    return row.verdict or ledger.UNMEASURED


def chosen(rows: Sequence[Row], challenge: str, wanted: str, text: str) -> list[Row]:
    """Leave only the rows that a visitor asks for.

    Args:
        rows: All of them.
        challenge: Slug of the only one; empty for all.
        wanted: The only verdict; empty for all.
        text: Every word of it stands somewhere in the row, in capitals or not.
    """
    pieces = text.lower().split()
    return [
        row
        for row in rows
        if challenge in ("", row.experiment.slug.split("/")[0])
        and wanted in ("", verdict(row))
        and all(piece in _words(row) for piece in pieces)
    ]


def _words(row: Row) -> str:
    claim = row.claim
    texts = (_title(row), row.experiment.title, claim.sentence, claim.cited, claim.published)
    return " ".join(texts).lower()


def _title(row: Row) -> str:
    return challenges.challenge(row.experiment.slug.split("/")[0]).title


def parameters(row: Row) -> dict[str, str]:
    """The address of the experiment's page at the settings that the claim is about."""
    return {**links.to_experiment(row.experiment, row.claim.settings), links.GUESS: "0"}


def table(rows: Sequence[Row]) -> pd.DataFrame:
    """The rows for people: verdicts with a sign, ours in words, the link of each."""
    cells = [readings.once_for(row, ("cells", row.name), partial(_cells, row)) for row in rows]
    return pd.DataFrame(cells, columns=list(COLUMNS))


COLUMNS = (
    "Verdict", "Claim", "Measured here", "Published", "Source", "Experiment", "Challenge",
    "Seconds",
)  # fmt: skip


def _cells(row: Row) -> tuple[Any, ...]:
    found = verdict(row)
    value = f"{with_interval(row.value)}, n = {row.value.n:,}" if row.value else ""
    return (
        f"{SIGNS[found]} {label_of(found)}", row.claim.sentence, value,
        row.claim.published or "no number", row.claim.cited, address(row), _title(row),
        row.seconds,
    )  # fmt: skip


def address(row: Row) -> str:
    """Link to the experiment, relative to a page; what stands behind `#` is how it is shown."""
    page = row.experiment.slug.split("/")[0]
    return f"{page}?{urlencode(parameters(row))}#{quote(row.experiment.title)}"


def plain(rows: Sequence[Row]) -> pd.DataFrame:
    """The rows as `python -m core claims --json` gives them, for the download."""
    return pd.DataFrame([row.plain() for row in rows])
