"""Programs that carry out an experiment without this project: written by hand, to read in class.

`assets/scripts/<challenge>/<experiment>.py` is there for experiments that teach an algorithm. What
`core.ui.script` writes instead runs the lab's own code, for every experiment and at any settings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from core.lab.experiment import Experiment

Anything = Experiment[Any, Any, Any]
FOLDER = Path(__file__).resolve().parents[2] / "assets" / "scripts"
WHY = (
    "The same experiment at its default settings without this lab: at most 120 lines to read, "
    "which print the main numbers with their intervals."
)


def program(experiment: Anything) -> Path | None:
    """The file of an experiment's program; None where there is none."""
    file = FOLDER / f"{experiment.slug}.py"
    return file if file.is_file() else None


def file_name(experiment: Anything) -> str:
    """What it is called once it is taken home."""
    return f"{experiment.slug.replace('/', '_')}_standalone.py"


def offer(experiment: Anything) -> None:
    """Offer the program of an experiment that has one; else draw nothing."""
    file = program(experiment)
    if file is None:
        return
    st.markdown(WHY)
    st.download_button(
        "In plain PyTorch",
        data=file.read_bytes,
        file_name=file_name(experiment),
        mime="text/x-python",
        icon=":material/download:",
        type="tertiary",
        key=f"{experiment.slug}-standalone",
        on_click="ignore",
    )
