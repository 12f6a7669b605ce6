"""A student's record: what was asked, guessed, measured and found in this visit, to take home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.lab.experiment import Experiment
from core.lab.settings import Config, knobs
from core.ui import downloads, guessing, links

Anything = Experiment[Any, Any, Any]
SEEN = "runs of this visit"
"""By key of the run, a `Seen`; nothing of it outlives the session."""
MOST = 200
COLUMNS = ["experiment", "settings", "question", "guess", "judged", "finding"]


@dataclass(frozen=True)
class Seen:
    """A finished run that was on the page.

    Attributes:
        slug: Of its experiment.
        title: Of its experiment.
        settings: All of them, in words.
        question: What a visitor is asked first there; empty where nothing is.
        finding: What was found.
    """

    slug: str
    title: str
    settings: str
    question: str
    finding: str


def note(experiment: Anything, config: Config, finding: str) -> None:
    """Remember a run whose result is on the page."""
    seen: dict[str, Seen] = st.session_state.setdefault(SEEN, {})
    key = experiment.key(config)
    if key not in seen and len(seen) < MOST:
        values = config.model_dump()
        said = (f"{k.label}: {links.with_unit(k, values[k.name])}" for k in knobs(type(config)))
        asked = experiment.guess.question if experiment.guess else ""
        seen[key] = Seen(experiment.slug, experiment.title, "; ".join(said), asked, finding)


def record(seen: Mapping[str, Seen], said: Mapping[str, guessing.Said]) -> pd.DataFrame:
    """One row for each run of the visit, with the guess that was about it where there is one.

    Args:
        seen: The runs, by key.
        said: The guesses, by slug of the experiment.
    """
    rows = []
    for key, run in seen.items():
        guess = said.get(run.slug)
        own = guess if guess is not None and guess.run == key else None
        rows.append(
            {
                "experiment": run.title,
                "settings": run.settings,
                "question": run.question if own else "",
                "guess": own.answer.text if own else "",
                "judged": own.judged if own else "",
                "finding": run.finding,
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def download() -> None:
    """Offer the record as a table."""
    # Taken here: it is written when it is asked for, and no session is at hand then.
    seen: dict[str, Seen] = st.session_state.get(SEEN, {})
    said: dict[str, guessing.Said] = st.session_state.get(guessing.GUESSED, {})
    st.download_button(
        "Your record of this visit",
        data=lambda: downloads.csv_bytes(record(seen, said)),
        file_name="record.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        key="visit-record",
        on_click="ignore",
        help="Your guesses, what was found and with which settings: one row for each run you saw.",
    )
