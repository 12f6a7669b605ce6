"""The one abstraction: a config goes in, snapshots come out while it runs, a result at the end.

Everything a visitor meets (widgets, links, command line, cache keys, progress, figures, the
ledger of claims) is derived from the `Experiment` defined here. This module imports neither
torch nor streamlit, so that listing the challenges stays instant.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from core.lab.run import ResultT, Run, Snapshot, complete, relay
from core.lab.settings import (
    MOST_RUNGS,
    Config,
    Knob,
    Settings,
    Value,
    View,
    knob_of,
    knobs,
    ladder,
    option_text,
    repetitions,
    value_from_text,
)

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

__all__ = [
    "MOST_RUNGS",
    "Challenge",
    "Claim",
    "Config",
    "Cost",
    "Estimate",
    "Experiment",
    "Figure",
    "Knob",
    "Preset",
    "ResultT",
    "Run",
    "Settings",
    "Snapshot",
    "Source",
    "Value",
    "Verdict",
    "View",
    "complete",
    "knob_of",
    "knobs",
    "ladder",
    "option_text",
    "relay",
    "repetitions",
    "value_from_text",
]


@dataclass(frozen=True)
class Estimate:
    """A mean over repetitions with its interval.

    Attributes:
        mean: The mean, in the metric's own unit.
        low: Lower end of the interval; equal to `mean` when `n` is 1.
        high: Upper end of the interval.
        n: Number of repetitions behind it.
        kind: What the interval is.
        unit: How to spell it: `"share"` (in [0, 1], shown as percent), `"points"` (difference
            of shares, shown times 100), or a word such as `"epochs"`.
    """

    mean: float
    low: float
    high: float
    n: int
    kind: str = "95% t interval over seeds"
    unit: str = ""


ConfigT = TypeVar("ConfigT", bound=Config)
ViewT = TypeVar("ViewT", bound=View)


@dataclass(frozen=True)
class Cost:
    """What a run is expected to cost, before it starts.

    Attributes:
        flops: Floating-point operations of training and evaluation.
        seconds: Prior guess on the reference machine; corrected by measured runs.
    """

    flops: float
    seconds: float


Verdict = Literal["shown", "not shown", "contradicted"]


@dataclass(frozen=True)
class Claim(Generic[ResultT]):
    """One sentence of the literature, and how a result speaks to it.

    The verdict is *shown* when the whole interval of the measured value lies beyond the
    threshold, *contradicted* when the whole interval lies on the other side, and *not shown*
    (at this scale) otherwise.

    Attributes:
        name: Short identifier, unique within the experiment.
        sentence: The claim, as one sentence a newcomer understands.
        source: Paper and place: `"Zhang et al. 2017, Table 1"`.
        published: The number reported there, in words, or `""` if it gives none.
        measure: Result -> the value the claim is about, or None where these settings hold
            nothing to measure.
        direction: `"above"` if the claim says the value is above the threshold.
        threshold: In the value's unit.
        settings: Knobs that must be so for the claim to be about this run.
    """

    name: str
    sentence: str
    source: str
    published: str
    measure: Callable[[ResultT], Estimate | None]
    direction: Literal["above", "below"]
    threshold: float
    settings: Mapping[str, Value] = field(default_factory=dict)

    def verdict(self, value: Estimate) -> Verdict:
        """Judge a measured value against the threshold."""
        above, below = value.low > self.threshold, value.high < self.threshold
        if self.direction == "below":
            above, below = below, above
        return "shown" if above else "contradicted" if below else "not shown"

    def applies(self, config: Config) -> bool:
        """Tell whether a run of `config` is one the claim speaks about."""
        return all(getattr(config, name) == value for name, value in self.settings.items())


@dataclass(frozen=True)
class Figure(Generic[ResultT, ViewT]):
    """A chart of a table that is read off a result.

    Attributes:
        name: Identifier, unique within the experiment; names the downloads.
        title: What is seen, as a short heading.
        table: Result, view -> the tidy table behind the figure (also shown and downloaded).
            Must accept the partial results of a run's snapshots if `live`.
        chart: View -> an Altair chart over named data: `alt.Data(name="table")`, and the keys
            of `underlay`. Compiled once per view, then fed with data.
        caption: Table, view -> the finding in one sentence, made from the numbers.
        underlay: Result, view -> further named tables (images of decision regions).
        live: Whether it is drawn while the run goes on.
        note: How to read it, one sentence, constant.
        panels: Whether the table's column `panel` splits the figure into charts side by side
            (stacked on a phone), each headed by its panel's name; underlays that have the
            column are split with it. An empty table leaves the figure out.
    """

    name: str
    title: str
    table: Callable[[ResultT, ViewT], pd.DataFrame]
    chart: Callable[[ViewT], alt.Chart | alt.LayerChart | alt.FacetChart | Any]
    caption: Callable[[pd.DataFrame, ViewT], str]
    underlay: Callable[[ResultT, ViewT], Mapping[str, pd.DataFrame]] | None = None
    live: bool = False
    note: str = ""
    panels: bool = False


@dataclass(frozen=True)
class Preset:
    """A named set of knobs the visitor can jump to: "overfit it", "fix it"."""

    label: str
    settings: Mapping[str, Value]
    help: str = ""


@dataclass(frozen=True)
class Experiment(Generic[ConfigT, ViewT, ResultT]):
    """One phenomenon, from config to figures; a frozen record of functions.

    Attributes:
        title: Short name, as on a tab.
        question: The question it answers, in plain words.
        config: Class of the settings that change the result.
        view: Class of the settings that change only the picture.
        result: Dataclass that `run` returns; its fields are DataFrames, numpy arrays, numbers
            and strings, so that the store can keep it without pickle.
        run: Config -> generator of snapshots that returns the result.
        metrics: Result -> the headline numbers by name.
        finding: Result -> what was found, in one or two sentences made from the numbers.
        figures: In the order a reader meets them.
        cost: Config -> what the run is expected to cost.
        smallest: The cheapest config, for the tests: seconds.
        claims: What the literature says about it.
        presets: Settings worth jumping to.
        version: Bumped whenever the same config would give other numbers.
    """

    title: str
    question: str
    config: type[ConfigT]
    view: type[ViewT]
    result: type[ResultT]
    run: Callable[[ConfigT], Run[ResultT]]
    metrics: Callable[[ResultT], Mapping[str, Estimate]]
    finding: Callable[[ResultT], str]
    figures: Sequence[Figure[ResultT, ViewT]]
    cost: Callable[[ConfigT], Cost]
    smallest: ConfigT
    claims: Sequence[Claim[ResultT]] = ()
    presets: Sequence[Preset] = ()
    version: int = 1

    @property
    def slug(self) -> str:
        """`challenge/experiment`, from where the experiment's config is defined."""
        *_, challenge, name = self.config.__module__.split(".")
        return f"{challenge}/{name}"

    def key(self, config: ConfigT) -> str:
        """Address of a result: 64 hex digits of what produces it (experiment, version, config)."""
        origin = [self.slug, self.version, config.model_dump(mode="json")]
        return hashlib.sha256(json.dumps(origin, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Source:
    """A paper behind a page."""

    citation: str
    url: str
    says: str


@dataclass(frozen=True)
class Challenge:
    """One challenge of deep learning and the experiments that show it.

    Attributes:
        slug: Name of its folder, page file, link and test file.
        title: As in the navigation.
        question: The question the page answers, in plain words.
        chapter: One of the chapters in `core.challenges.CHAPTERS`.
        icon: A Material symbol, for example `":material/show_chart:"`.
        experiments: Names of the modules in its folder, in the page's order.
        sources: The papers.
    """

    slug: str
    title: str
    question: str
    chapter: str
    icon: str
    experiments: Sequence[str]
    sources: Sequence[Source]
