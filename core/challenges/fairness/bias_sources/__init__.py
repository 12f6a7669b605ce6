"""Where bias comes from: one cause at a time, and what each does to a network's decisions."""

from core.challenges.fairness.bias_sources.claims import CLAIMS
from core.challenges.fairness.bias_sources.config import (
    HIDDEN,
    SEES,
    BiasSourcesConfig,
    BiasSourcesResult,
    BiasSourcesView,
)
from core.challenges.fairness.bias_sources.figures import FIGURES
from core.challenges.fairness.bias_sources.run import cost, run
from core.challenges.fairness.gap_words import against_a, gap_left, judged
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.metrics.verdicts import DIFFERS


def metrics(result: BiasSourcesResult) -> dict[str, Estimate]:
    """Headline numbers: the selection gap from each cause, seen and unseen."""
    wanted = {
        "selection_gap_without_any_cause": ("none of them", SEES),
        "selection_gap_from_label_bias": ("label bias", SEES),
        "selection_gap_from_label_bias_group_hidden": ("label bias", HIDDEN),
        "selection_gap_from_circumstances": ("gap in circumstances", SEES),
        "selection_gap_all_together": ("all together", SEES),
    }
    return {name: result.gap(*arm).defined for name, arm in wanted.items()}


def finding(result: BiasSourcesResult) -> str:
    """Say which causes made a gap, and what hiding the group did."""
    found = metrics(result)
    none, bias = found["selection_gap_without_any_cause"], found["selection_gap_from_label_bias"]
    start = f"With none of the causes the selection rate of group B {against_a(none)}"
    if not result.knobs["label_bias"]:
        return (
            f"{start}. Label bias is switched off, so hiding the group has no gap of it to close."
        )
    start = f"{start}; with label bias alone it {against_a(bias, again=True)}."
    if judged(bias) != DIFFERS:
        return f"{start} That is no clear gap, so there is none that hiding the group could close."
    hidden = found["selection_gap_from_label_bias_group_hidden"]
    left = f"{start} Hiding the group from the network leaves {gap_left(hidden)}"
    if judged(hidden) != DIFFERS:
        return f"{left}."
    share = hidden.mean / bias.mean
    if share < 0:
        return f"{left}, the other way round."
    way = (
        "by way of the postcode" if result.knobs["proxy"] else "although the postcode says nothing"
    )
    return f"{left}: {100 * share:.0f}% of the gap, {way}."


EXPERIMENT = Experiment(
    title="Where bias comes from",
    question="Nobody told the network to discriminate. Where do the gaps come from?",
    config=BiasSourcesConfig,
    view=BiasSourcesView,
    result=BiasSourcesResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=BiasSourcesConfig(repetitions=5, n_train=500),
    claims=CLAIMS,
    varies="applicants for training and validation, initial weights and order; all worlds of a "
    "seed hold the same persons",
    guess=Guess(
        "The record is biased against a group. Is there a gap in loans left when the network is "
        "not told who belongs to it?",
        lambda r: r.gap("label bias", HIDDEN),
        (Answer("No: at most 2 points", -0.02, 0.02), Answer("Yes, a gap is left", high=-0.02)),
    ),
    prompts=(
        Prompt("Make postcodes say nothing", {"proxy": 0.0}, "Does hiding the group help now?"),
        Prompt(
            "Make the world fair",
            {"base_rate_gap": 0.0, "label_bias": 0.0, "minority_share": 0.5, "other_signs": 0.0,
             "measurement_noise": 0.0},
            "No cause at all: what gaps are left by chance?",
        ),
        Prompt("Keep them few, but alike", {"other_signs": 0.0}, "With the same signs of merit."),
    ),
    version=2,
)  # fmt: skip
