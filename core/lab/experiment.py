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
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from core.lab.claims import Claim
from core.lab.guess import Answer, Guess
from core.lab.intervals import Estimate
from core.lab.run import Cost, ResultT, Run
from core.lab.settings import Config, Value, View, told

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

__all__ = ["Answer", "Experiment", "Figure", "Guess", "Pick", "Prompt"]
ConfigT = TypeVar("ConfigT", bound=Config)
ViewT = TypeVar("ViewT", bound=View)


@dataclass(frozen=True, eq=False)
class Pick:
    """What a click on a mark of a figure chooses, for all figures: it sets a display choice.

    Attributes:
        knob: Of the view; nothing is ever run anew.
        column: Of the chart's data: its value in the mark's row says which option.
        means: Value of the column -> option, where it holds others than the options.
        marks: Whether what is chosen is marked by it; else the choice is only taken along.
    """

    knob: str
    column: str
    means: Mapping[Any, Value] = field(default_factory=dict)
    marks: bool = True

    def option(self, value: Any, options: Sequence[Value]) -> Value | None:
        """The option that a value of the column stands for; None if it stands for none."""
        if self.means:
            value = next((told for seen, told in self.means.items() if seen == value), None)
        return next((one for one in options if one == value), None)


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
        picks: What a click on a mark chooses; what is chosen is marked in every figure that has
            them.
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
    picks: Sequence[Pick] = ()


@dataclass(frozen=True)
class Prompt:
    """Something to try, said as what is done: "Give it wrong labels".

    Attributes:
        label: Imperative, three to six words; its number is written before it.
        settings: Knobs that it sets; the others go to their defaults, the seeds stay.
        help: What to look for.
    """

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
        prompts: Two or three things worth trying, in the order in which they make sense.
        guess: What a visitor is asked before the result of the defaults is shown.
        version: Bumped whenever the same config would give other numbers.
        varies: What differs from seed to seed, and what does not, as intervals over seeds speak
            about nothing else: "training sets and initial weights; one test set for all".
        clocked: The metrics that are times, or made of times: they belong to the machine that ran
            it, which the page names beside them. Tests compare the other ones across machines.
        beyond: Config -> what else decides the numbers, in words that become part of the key; empty
            where the config decides alone.
        slug: `challenge/experiment`: given by the registry, so that no key and no link depends on
            where a class lies.
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
    prompts: Sequence[Prompt] = ()
    guess: Guess[ResultT] | None = None
    version: int = 1
    varies: str = ""
    clocked: frozenset[str] = frozenset()
    beyond: Callable[[ConfigT], str] = lambda config: ""
    slug: str = ""

    def key(self, config: ConfigT) -> str:
        """Address of a result: 64 hex digits of what produces it (experiment, version, config).

        And of what lies beyond the config, where an experiment reads something that is not its own.

        Raises:
            ValueError: If the experiment has no slug: `core.challenges.experiment` gives it one.
        """
        if not self.slug:
            raise ValueError(f"{self.title}: only an experiment with a slug has a key")
        origin = [self.slug, self.version, told(config), *filter(None, [self.beyond(config)])]
        return hashlib.sha256(json.dumps(origin, sort_keys=True).encode()).hexdigest()
