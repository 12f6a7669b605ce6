"""Explanations on trial: tests that a map can fail, and what passes them without a network."""

from __future__ import annotations

from typing import Literal

from core.attributions.trials import COPIES
from core.challenges.interpretability import networks
from core.challenges.interpretability.charts import trial as charts
from core.challenges.interpretability.data import draw
from core.challenges.interpretability.tables import trial as tables
from core.challenges.interpretability.trial_claims import CLAIMS, agreement_of_tests, score
from core.challenges.interpretability.trial_court import FEW, Court, TrialResult
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.intervals import SHARE, Estimate, t_interval
from core.lab.run import Cost, Run, relay
from core.lab.settings import Config, View, ladder
from core.lab.wording import with_interval


class TrialConfig(Config):
    """What is trained and explained."""

    pictures: int = ladder(4, 8, 16, 32, default=8)
    """New pictures explained with each network; half as many grids of four."""
    methods: Literal["quick", "all"] = "quick"
    """Quick leaves out the three that ask the network most often: Shapley sampling, KernelSHAP
    and LIME."""
    n_train: int = ladder(250, 500, 1000, 1500, 3000, default=1500, label="Training pictures")
    """How many pictures each network learns from."""
    clutter: int = ladder(0, 4, 8, 16, 32, default=8, unit="strokes")
    """Short strokes in each picture that mean nothing."""
    epochs: int = ladder(0, 1, 3, 6, 12, default=6)
    """Passes over the training pictures; 0 puts the maps of an untrained network on trial."""


class TrialView(View):
    """Which test ranks the methods."""

    above = True
    criterion: Literal[
        "grid", "deletion", "insertion", "infidelity", "completeness", "sensitivity", "stability",
        "overlap", "pointing",
    ] = "grid"  # fmt: skip
    """Grid: four pictures in one, share of the positive map on the one of the class. Deletion:
    what is left of the answer as marked pixels go (low is good). Insertion: what comes of it as
    they alone are shown. Infidelity: does the map foresee what covering a square costs (low is
    good). Completeness: does the map add up to what the score gained (low is good). Sensitivity:
    change of the map under small noise (low is good). Stability: same map from another network.
    Overlap: with the object. Pointing: is the top pixel on the object."""


def run(config: TrialConfig) -> Run[TrialResult]:
    """Train each seed's network and put its maps on trial."""
    court = Court(config)
    yield court.snapshot("drawing the pictures")
    for seed in config.seeds:
        data = yield from relay(
            draw("shapes", config.n_train, config.clutter, seed),
            lambda _: court.snapshot("drawing the pictures"),
        )
        yield from court.hear_controls(seed, data)
        net = yield from relay(
            networks.train(data, seed, config.epochs),
            lambda step: court.snapshot("training a network", step),
        )
        yield from court.hear(seed, net, data)
    return court.result()


def metrics(result: TrialResult) -> dict[str, Estimate]:
    """Headline numbers of the tests that tell most."""
    named = {
        "grid_brightness": (tables.BRIGHTNESS, "grid"),
        "grid_integrated_gradients": ("Integrated Gradients", "grid"),
        "grid_occlusion": ("Occlusion", "grid"),
        "overlap_brightness": (tables.BRIGHTNESS, "overlap"),
        "infidelity_occlusion": ("Occlusion", "infidelity"),
        "infidelity_random": ("Random map", "infidelity"),
        "completeness_integrated_gradients": ("Integrated Gradients", "completeness"),
        "sensitivity_brightness": (tables.BRIGHTNESS, "sensitivity"),
        "sensitivity_saliency": ("Saliency", "sensitivity"),
        "stability_brightness": (tables.BRIGHTNESS, "stability"),
    }
    return {
        "accuracy": t_interval(result.accuracy["value"], SHARE),
        "agreement_of_tests": agreement_of_tests(result),
        # An error or a change has no upper end; only shares do.
        **{
            name: t_interval(score(result, *which), "" if which[1] in tables.ENDLESS else SHARE)
            for name, which in named.items()
        },
    }


def finding(result: TrialResult) -> str:
    """Say whether the tests agree, and how the map without a network does."""
    table = tables.ranks(result, TrialView())
    grid = t_interval(score(result, tables.BRIGHTNESS, "grid"), SHARE)
    together = agreement_of_tests(result)
    return (
        f"{len(tables.winners(table))} of {table['method'].nunique()} maps are first by at least "
        f"one of {table['criterion'].nunique()} tests: two tests order the methods with a mean "
        f"rank correlation of {with_interval(together)}, where 1 would be the same order. "
        f"{tables.control_words(table)}; on four pictures in one grid it puts "
        f"{with_interval(grid)} on the one of the class, where chance is 25%."
    )


def cost(config: TrialConfig) -> Cost:
    """Expected cost: training, maps and the pictures with pixels removed."""
    trained = config.repetitions * config.n_train * config.epochs
    explained = config.repetitions * (config.pictures * 2 + FEW * (1 + COPIES))
    each = 0.034 if config.methods == "quick" else 0.155
    return Cost(flops=3e6 * trained + 5e8 * explained, seconds=8e-5 * trained + each * explained)


EXPERIMENT = Experiment(
    title="Explanations on trial",
    question="Which maps tell the truth about the network, and which only look good?",
    config=TrialConfig,
    view=TrialView,
    result=TrialResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="leaderboard",
            title="Ranking by the chosen test",
            table=tables.leaderboard,
            chart=charts.leaderboard,
            caption=tables.leaderboard_caption,
            live=True,
            note="Grey: maps that never look at the network. Choose another criterion above: "
            "the order changes. Infidelity allows each map the multiple that fits best. Only "
            "Integrated Gradients, DeepLift, GradientSHAP and the Shapley methods promise "
            "completeness; other maps have units of their own.",
        ),
        Figure(
            name="ranks",
            title="Every method by every test",
            table=tables.ranks,
            chart=charts.ranks,
            caption=tables.ranks_caption,
            note="Places by the mean over the networks: 1 is best, blue is good; equal scores "
            "share a place. Best mean place on top. In italics: maps that never look at the "
            "network.",
        ),
        Figure(
            name="curves",
            title="Removing marked pixels, or showing nothing else",
            table=tables.curves,
            chart=charts.curves,
            caption=tables.curves_caption,
            live=True,
            note="Deletion: pixels turn black, the most marked first; a good map makes the curve "
            "fall at once. Insertion: a black picture gets them back; it should rise at once.",
            panels=True,
        ),
        Figure(
            name="adding_up",
            title="Integrated Gradients adds up, step by step",
            table=tables.adding_up,
            chart=charts.adding_up,
            caption=tables.adding_up_caption,
            note="What the pixels receive should add up to what the score gains from a black "
            "picture. Geometric means: both axes go by ratios. The linear model checks our sums: "
            "there one step would do.",
        ),
    ),
    cost=cost,
    smallest=TrialConfig(n_train=250, epochs=1, pictures=4),
    claims=CLAIMS,
    presets=(
        Preset("All methods", {"methods": "all"}, "With the three slow ones."),
        Preset("Untrained", {"epochs": 0}, "Maps of a network that has learned nothing."),
    ),
    version=2,
)
