"""Published tables that this lab computes anew, entry by entry beside the paper's numbers.

Each says what can be compared and what cannot. Ours comes from the stored results of the defaults;
nothing here trains.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core import challenges
from core.challenges.fairness.thresholds.config import ThresholdsResult
from core.challenges.history.mnist1d.config import KINDS, MARGIN, PUBLISHED, Mnist1dResult
from core.challenges.privacy.dp_sgd.config import NOTHING, DpSgdResult
from core.data.published import COMPAS, compas_counts
from core.lab.intervals import POINTS, SHARE, Estimate
from core.lab.seeding import numpy_generator
from core.lab.wording import how_many, number, with_interval
from core.metrics import fairness, resampling
from core.metrics.families import one_of
from core.metrics.verdicts import DIFFERS, EQUAL, side, verdict
from core.store import store
from core.ui import downloads, evidence, failures, links, navigation, readings
from core.ui.labels import label_of

AGREES, DIFFERENT, OPEN = "agrees", "differs", "unclear"
SAME, OTHER = "same direction", "other direction"
LOOKS: Mapping[str, str] = {
    AGREES: "shown", SAME: "shown", OPEN: "not shown", DIFFERENT: "contradicted",
    OTHER: "contradicted",
}  # fmt: skip
"""The verdict of a claim whose sign a verdict here has."""
DRAWS = 500
RACES = {"African-American": "black", "Caucasian": "white"}
CALLED = {"false_positive_rate": "false positives", "false_negative_rate": "false negatives",
          "precision": "precision"}  # fmt: skip
"""Short enough for a phone."""
PROPUBLICA: Mapping[str, tuple[float, float, int]] = {
    "false_positive_rate": (0.4485, 0.2345, 2),
    "false_negative_rate": (0.2799, 0.4772, 2),
    "precision": (0.63, 0.59, 0),
}
"""ProPublica 2016: for black and for white defendants, and the digits of its percent."""
ABADI: Mapping[str, float] = {NOTHING: 0.983, "ε = 8": 0.97, "ε = 2": 0.95, "ε = 0.5": 0.90}
"""Abadi et al. 2016, section 5.2: accuracy on MNIST."""


@dataclass(frozen=True)
class Entry:
    """One number of a published table and ours.

    Attributes:
        name: What it is.
        published: In the unit of ours,
        digits: and how many there are behind the point of its percent.
        ours: With its interval.
        verdict: One of the keys of `LOOKS`.
    """

    name: str
    published: float
    digits: int
    ours: Estimate
    verdict: str


@dataclass(frozen=True)
class Reproduced:
    """A published table.

    Attributes:
        name: Short, for files.
        title: As a heading.
        experiment: Challenge and experiment whose stored default is read.
        source: Where it was published, and whether it was looked up there.
        comparable: What can be compared and what cannot, and how the verdict is made.
        entries: Result -> its entries.
    """

    name: str
    title: str
    experiment: tuple[str, str]
    source: str
    comparable: str
    entries: Callable[[Any], Iterable[Entry]]


def mnist1d(result: Mnist1dResult) -> Iterator[Entry]:
    """Test accuracy of four networks, signals in order and shuffled."""
    names = {called: kind for kind, called in KINDS.items()}
    for (called, order), published in PUBLISHED.items():
        ours = one_of(result.accuracy(names[called], order).estimate, len(PUBLISHED))
        found = verdict(ours.low - published, ours.high - published, ours.n, MARGIN)
        word = {EQUAL: AGREES, DIFFERS: DIFFERENT}.get(found, OPEN)
        yield Entry(f"{called}, {order}", published, 0, ours, word)


def compas(_: ThresholdsResult) -> Iterator[Entry]:
    """Error rates and precision of the score, reckoned from the published counts."""
    counts = compas_counts()
    for rate, (black, white, digits) in PROPUBLICA.items():
        for place, (race, published) in enumerate(zip(COMPAS, (black, white), strict=True)):
            ours = resampling.bootstrap(
                counts[place : place + 1],
                lambda table, rate=rate: fairness.rates(table)[rate][..., 0],  # type: ignore[misc]
                DRAWS, numpy_generator(0, "compas", rate, place), unit=SHARE, over="defendants",
            )  # fmt: skip
            agrees = round(100 * ours.mean, digits) == round(100 * published, digits)
            name = f"{CALLED[rate]}, {RACES[race]}"
            yield Entry(name, published, digits, ours, AGREES if agrees else DIFFERENT)


def abadi(result: DpSgdResult) -> Iterator[Entry]:
    """What privacy costs in accuracy, against none and from weak to strong."""
    arms = [arm for arm in ABADI if arm != NOTHING]
    pairs = [(f"lost at {arm}", arm, NOTHING) for arm in arms]
    pairs.append((f"lost from {arms[0]} to {arms[-1]}", arms[-1], arms[0]))
    for name, arm, other in pairs:
        found = (result.accuracy(arm) - result.accuracy(other)).estimate
        ours = one_of(dataclasses.replace(found, unit=POINTS), len(pairs))
        word = side(ours.low, ours.high, SAME, OPEN, OTHER)
        yield Entry(name, ABADI[arm] - ABADI[other], 1, ours, word)


TABLES = (
    Reproduced(
        "mnist1d", "MNIST-1D: four networks", ("history", "mnist1d"),
        "Greydanus & Kobak 2024, README of the data set, table.",
        "Comparable: the authors' own signals, training and test, and the same kinds of network. "
        "Not the same: training is ten times shorter here, and the networks are built anew. "
        "Agrees: the whole interval, widened for all eight entries, is within three points.",
        mnist1d,
    ),
    Reproduced(
        "compas", "COMPAS: error rates by race", ("fairness", "thresholds"),
        "Larson, Mattu, Kirchner & Angwin 2016 (ProPublica), How We Analyzed the COMPAS Recidivism "
        "Algorithm.",
        "Comparable: the rates, reckoned anew from the published counts of defendants. Not done "
        "here: no score is trained, and the persons behind the counts are not in this lab. "
        "Agrees: equal to the last published digit; the interval says how far another draw of "
        "defendants would move the number.",
        compas,
    ),
    Reproduced(
        "abadi", "Private training: what it costs", ("privacy", "dp_sgd"),
        "Abadi et al. 2016, section 5.2; from memory.",
        "Comparable: the method, ε, and δ of 0.00001. Not comparable: the sizes, as theirs are of "
        "60,000 handwritten digits and ours of 1,000 records made up here. So only the direction "
        "is judged, by the interval, widened for all entries.",
        abadi,
    ),
)  # fmt: skip


def read(table: Reproduced) -> list[Entry]:
    """Entries from the stored default; none where it is not stored. Read once and kept."""
    experiment = challenges.experiment(*table.experiment)
    key = experiment.key(experiment.config())

    def entries() -> list[Entry]:
        found = store.find(experiment, experiment.config())
        return [] if found is None else list(table.entries(found.record.result))

    return readings.once(("reproduced", table.name, f"{key} {store.whose(key)}"), entries)


@failures.section("reproduced tables", "The tables could not be shown. Please try again.")
def section() -> None:
    """Draw the tables, each with what can be compared, and as a file."""
    st.header("Published tables, computed anew", anchor="tables")
    for table in TABLES:
        entries = read(table)
        with st.container(key=f"table-{table.name}", gap="xsmall"):
            st.subheader(table.title, anchor=False)
            st.markdown(f"{counted(entries)} {table.comparable}")
            if entries:
                st.markdown(markdown(entries))
            st.caption(f"Published: {table.source}")
            _links(table, entries)


def counted(entries: Iterable[Entry]) -> str:
    """Count the verdicts, in the words of `LOOKS`."""
    by = Counter(entry.verdict for entry in entries)
    if not by:
        return "**Not measured**: no result of its experiment is stored."
    told = "; ".join(f"{word}: {by[word]}" for word in LOOKS if by[word])
    return f"**{how_many(by.total(), 'number')}**. {label_of(told)}."


def markdown(entries: Iterable[Entry]) -> str:
    """Entry, published, ours with its interval and verdict, as a Markdown table."""
    lines = ["| Verdict | Number | Published | Ours |", "|---|---|---|---|"]
    for entry in entries:
        icon, color = evidence.SYMBOLS[LOOKS[entry.verdict]]
        mark = f":{color}[{icon} **{label_of(entry.verdict)}**]"
        cells = mark, entry.name, _told(entry.published, entry, entry.digits), _ours(entry)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _told(value: float, entry: Entry, digits: int) -> str:
    """A number with as many digits as the source gives."""
    if entry.ours.unit == SHARE:
        return f"{100 * value:.{digits}f}%"
    return number(value, entry.ours.unit)


def _ours(entry: Entry) -> str:
    interval = with_interval(entry.ours).partition("[")[2]
    return f"{_told(entry.ours.mean, entry, max(1, entry.digits))} [{interval}"


def plain(table: Reproduced, entries: Iterable[Entry]) -> pd.DataFrame:
    """The entries as a table of numbers, for the download; shares in [0, 1]."""
    rows = [
        (table.source, e.name, e.published, e.ours.mean, e.ours.low, e.ours.high, e.verdict)
        for e in entries
    ]
    columns = ["source", "number", "published", "ours", "low", "high", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def _links(table: Reproduced, entries: list[Entry]) -> None:
    room, name = table.experiment
    with st.container(horizontal=True):
        if entries:
            st.download_button(
                "Table as CSV", data=lambda: downloads.csv_bytes(plain(table, entries)),
                file_name=f"{table.name}.csv", mime="text/csv", icon=":material/download:",
                type="tertiary", key=f"table-{table.name}-csv", on_click="ignore",
            )  # fmt: skip
        found = challenges.experiment(room, name)
        navigation.link(room, f"Open {found.title}", "open_in_new", links.to_experiment(found))
