"""Where bias comes from: one cause at a time, and what each does to a network's decisions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from core.challenges.fairness.bias_sources_claims import CLAIMS, NO_GROUP, SEES, gap
from core.challenges.fairness.charts import bias_sources as charts
from core.challenges.fairness.gap_words import after_hiding, against_a, judged
from core.challenges.fairness.tables import bias_sources as tables
from core.challenges.fairness.worlds import N_VALIDATION, Applicants, World, draw
from core.engine.cost import expected_cost
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.intervals import POINTS, Estimate, defined_interval
from core.lab.run import Cost, Run, Snapshot, relay
from core.lab.settings import Config, View, ladder, repetitions
from core.metrics import fairness
from core.metrics.verdicts import DIFFERS

if TYPE_CHECKING:
    from core.engine.training import Fit

HIDDEN = (16,)
STEPS = 240
EVALUATIONS = 6
PROXIES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
LIVE_SEEDS = 3


class BiasSourcesConfig(Config):
    """What is wrong in the world."""

    repetitions: int = repetitions(default=10)

    base_rate_gap: float = ladder(
        0.0, 0.2, 0.4, 0.8, 1.2, default=0.8, unit="SD", label="Gap in circumstances"
    )
    """How much worse group B can repay on average, in standard deviations: a real difference,
    whatever its history."""
    label_bias: float = ladder(0.0, 0.1, 0.2, 0.4, 0.6, default=0.4, label="Label bias")
    """Share of group B's repaid loans that are on record as not repaid."""
    minority_share: float = ladder(
        0.02, 0.05, 0.1, 0.2, 0.5, default=0.05, label="Share of group B"
    )
    """Share of group B among the training examples, where it is under-represented."""
    other_signs: float = ladder(0.0, 0.25, 0.5, 1.0, default=1.0, label="Other signs of merit")
    """How far group B's ability to repay shows in another paper than group A's, where group B is
    under-represented: 0 not at all, 1 entirely."""
    measurement_noise: float = ladder(
        0.0, 0.5, 1.0, 2.0, default=2.0, unit="SD", label="Noise in group B's papers"
    )
    """Extra noise on what is known about group B, in standard deviations of merit."""
    proxy: float = ladder(*PROXIES, default=1.5, unit="SD", label="Postcode tells the group")
    """How far apart the groups live. 0: the postcode says nothing about the group."""
    n_train: int = ladder(500, 1000, 2000, 4000, default=2000, label="Training examples")
    """Applicants each network learns from."""


class BiasSourcesView(View):
    """How it is drawn."""

    metric: Literal["selection rate", "true positive rate", "false positive rate", "precision",
                    "accuracy"] = "selection rate"  # fmt: skip
    """Which rate of group B is held against group A's. Selection rate: share who get the loan.
    True positive rate: share of those who would repay that get it."""
    labels: Literal["true", "recorded"] = "true"
    """Judge by what is true, or by what is on record: outside a simulation only the record is
    known."""


@dataclass(frozen=True)
class BiasSourcesResult:
    """What was measured.

    Attributes:
        scores: `cause`, `sees`, `proxy`, `seed`, `labels`, `metric`, `gap` (group B minus A) and
            `rate` (of everyone), in [0, 1]; NaN where a rate is over nobody.
        world: `knob` and `value` of the settings.
    """

    scores: pd.DataFrame
    world: pd.DataFrame


def worlds(config: BiasSourcesConfig) -> dict[str, World]:
    """One world per cause, at the visitor's strength; the postcode is there in all of them."""
    alone: dict[str, dict[str, float]] = {
        "none of them": {},
        "gap in circumstances": {"base_rate_gap": config.base_rate_gap},
        "label bias": {"label_bias": config.label_bias},
        "under-representation": {
            "minority_share": config.minority_share, "other_signs": config.other_signs
        },
        "noisy papers": {"measurement_noise": config.measurement_noise},
    }  # fmt: skip
    together = {name: value for cause in alone.values() for name, value in cause.items()}
    alone["all together"] = together
    return {cause: World(**knobs, proxy=config.proxy) for cause, knobs in alone.items()}


def _plan(config: BiasSourcesConfig) -> tuple[pd.DataFrame, list[World]]:
    rows, laws = [], []
    for cause, law in worlds(config).items():
        for sees in (SEES, NO_GROUP):
            rows += [(cause, sees, config.proxy, seed) for seed in config.seeds]
            laws += [law] * config.repetitions
    for proxy in PROXIES:
        rows += [("postcodes", NO_GROUP, proxy, seed) for seed in config.seeds]
        laws += [World(label_bias=config.label_bias, proxy=proxy)] * config.repetitions
    return pd.DataFrame(rows, columns=["cause", "sees", "proxy", "seed"]), laws


def run(config: BiasSourcesConfig) -> Run[BiasSourcesResult]:
    """Train a network in every world, with the group among its inputs and without."""
    from core.engine.training import Job, fit

    yield Snapshot(0, STEPS, "drawing applicants")
    labels, laws = _plan(config)
    people: list[Applicants] = []
    for row, law in zip(labels.itertuples(), laws, strict=True):
        people.append(draw(law, config.n_train, row.seed, sees_group=row.sees == SEES))
        if len(people) % 20 == 0:
            yield Snapshot(0, STEPS, "drawing applicants")
    jobs = [
        Job(one.data, int(seed), HIDDEN, batch_size=64)
        for one, seed in zip(people, labels["seed"], strict=True)
    ]
    phase = f"training {len(jobs)} networks"
    fitted = yield from relay(
        fit(jobs, steps=STEPS, evaluate_every=STEPS // EVALUATIONS),
        lambda p: Snapshot(p.step, p.total, phase, _partial(config, labels, people, p.fit)),
    )
    scores = []
    for place in range(len(jobs)):
        scores.append(_measure(fitted, people[place], place))
        if place % 20 == 0:
            yield Snapshot(STEPS, STEPS, "measuring gaps")
    return _result(config, labels, range(len(jobs)), scores)


def _partial(
    config: BiasSourcesConfig, labels: pd.DataFrame, people: list[Applicants], fit: Fit
) -> Callable[[], BiasSourcesResult] | None:
    if not len(fit.evaluated_steps):
        return None
    few = labels["seed"] < config.first_seed + LIVE_SEEDS
    places = np.flatnonzero(few & (labels["cause"] != "postcodes")).tolist()
    return lambda: _result(config, labels, places, [_measure(fit, people[p], p) for p in places])


def _measure(fit: Fit, people: Applicants, place: int) -> list[tuple[str, str, float, float]]:
    called = (fit.logits(people.data.x_validation, jobs=[place])[0, :, 0] > 0).astype(np.int64)
    rows = []
    for name, truth in (("true", people.data.y_validation), ("recorded", people.recorded)):
        counts = fairness.confusion_counts(truth, called, people.group, n_groups=2)
        found, all_ = fairness.rates(counts), fairness.rates(counts.sum(axis=0, keepdims=True))
        for metric in tables.METRICS.values():
            # NaN where a group does not have the rate: that is not a gap of zero.
            apart = float(fairness.signed_gap(found[metric]))
            rows.append((name, metric, apart, float(all_[metric][0])))
    return rows


def _result(
    config: BiasSourcesConfig,
    labels: pd.DataFrame,
    places: Sequence[int],
    scores: list[list[tuple[str, str, float, float]]],
) -> BiasSourcesResult:
    named = list(labels.itertuples(index=False, name=None))
    rows = [
        (*named[place], *row) for place, found in zip(places, scores, strict=True) for row in found
    ]
    columns = [*labels.columns, "labels", "metric", "gap", "rate"]
    knobs = {name: float(getattr(config, name)) for name in tables.KNOBS}
    world = pd.DataFrame({"knob": list(knobs), "value": list(knobs.values())})
    return BiasSourcesResult(pd.DataFrame(rows, columns=columns), world)


def metrics(result: BiasSourcesResult) -> dict[str, Estimate]:
    """Headline numbers: the selection gap from each cause, seen and unseen."""
    wanted = {
        "selection_gap_without_any_cause": ("none of them", SEES),
        "selection_gap_from_label_bias": ("label bias", SEES),
        "selection_gap_from_label_bias_group_hidden": ("label bias", NO_GROUP),
        "selection_gap_from_circumstances": ("gap in circumstances", SEES),
        "selection_gap_all_together": ("all together", SEES),
    }
    return {name: defined_interval(gap(result, *arm), POINTS) for name, arm in wanted.items()}


def finding(result: BiasSourcesResult) -> str:
    """Say which causes made a gap, and what hiding the group did."""
    found = metrics(result)
    none, bias = found["selection_gap_without_any_cause"], found["selection_gap_from_label_bias"]
    start = f"With none of the causes the selection rate of group B {against_a(none)}"
    world = dict(zip(result.world["knob"], result.world["value"], strict=True))
    if not world["label_bias"]:
        return (
            f"{start}. Label bias is switched off, so hiding the group has no gap of it to close."
        )
    start = f"{start}; with label bias alone it {against_a(bias, again=True)}."
    if judged(bias) != DIFFERS:
        return f"{start} That is no clear gap, so there is none that hiding the group could close."
    hidden = found["selection_gap_from_label_bias_group_hidden"]
    return f"{start} {after_hiding(bias, hidden, telling=bool(world['proxy']))}"


def cost(config: BiasSourcesConfig) -> Cost:
    """Expected cost of all networks."""
    n_jobs = config.repetitions * (12 + len(PROXIES))
    trained = expected_cost(
        (4, *HIDDEN, 1), n_jobs=n_jobs, steps=STEPS, batch_size=64,
        evaluations=EVALUATIONS + 2, n_evaluated=N_VALIDATION + config.n_train,
    )  # fmt: skip
    drawing = n_jobs * (config.n_train + N_VALIDATION) * 0.4e-6
    return Cost(trained.flops, trained.seconds + drawing)


EXPERIMENT = Experiment(
    title="Where bias comes from",
    question="Nobody told the network to discriminate. Where do the gaps come from?",
    config=BiasSourcesConfig,
    view=BiasSourcesView,
    result=BiasSourcesResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="gap_by_cause",
            title="The gap between the groups, one cause at a time",
            table=tables.gap_by_cause,
            chart=charts.gap_by_cause,
            caption=tables.cause_caption,
            live=True,
            note="Group B minus group A, mean over the seeds with its 95% interval; left of zero "
            "group B is worse off. Every network is trained on the labels on record.",
        ),
        Figure(
            name="causal_picture",
            title="How the causes reach the decision",
            table=tables.arrows,
            underlay=tables.boxes,
            chart=charts.causal_picture,
            caption=tables.arrows_caption,
            note="A thicker arrow is a stronger influence of the group in your settings; grey "
            "arrows are there in every world. What the bank sees stands right of merit.",
        ),
        Figure(
            name="gap_by_postcode",
            title="Hiding the group, with a postcode that tells it",
            table=tables.gap_by_postcode,
            chart=charts.gap_by_postcode,
            caption=tables.postcode_caption,
            note="A world with label bias only. The dashed line is the network that sees the "
            "group; the band is the 95% interval over the seeds.",
        ),
    ),
    cost=cost,
    smallest=BiasSourcesConfig(repetitions=5, n_train=500),
    claims=CLAIMS,
    presets=(
        Preset("No proxy", {"proxy": 0.0}, "The postcode says nothing: hiding the group helps."),
        Preset(
            "A fair world",
            {"base_rate_gap": 0.0, "label_bias": 0.0, "minority_share": 0.5, "other_signs": 0.0,
             "measurement_noise": 0.0},
            "No cause at all: the gaps should vanish.",
        ),
        Preset("Few, but alike", {"other_signs": 0.0}, "Being few alone does almost nothing."),
    ),
    version=2,
)  # fmt: skip
