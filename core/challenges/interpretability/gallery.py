"""Saliency gallery: one decision, every method's map of it, side by side."""

from __future__ import annotations

from typing import Literal

from core.attributions import METHODS
from core.challenges.interpretability import networks
from core.challenges.interpretability.charts import gallery as charts
from core.challenges.interpretability.data import MOST_DIGITS, ImagesName, draw
from core.challenges.interpretability.gallery_board import PICTURES, Board, GalleryResult
from core.challenges.interpretability.gallery_claims import CLAIMS, agreement, mean_agreement
from core.challenges.interpretability.tables import gallery as tables
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.intervals import SHARE, Estimate, t_interval
from core.lab.run import Cost, Run, relay
from core.lab.settings import Config, View, ladder
from core.lab.wording import with_interval


class GalleryConfig(Config):
    """What is trained and explained."""

    dataset: ImagesName = "shapes"
    """Shapes: 28x28 pictures of one shape among clutter, five classes. Digits: 8x8 pictures of
    handwritten digits, ten classes."""
    n_train: int = ladder(250, 500, 1000, 1500, 3000, default=1500, label="Training pictures")
    """How many pictures each network learns from. Of the digits there are 1200."""
    clutter: int = ladder(0, 4, 8, 16, 32, default=8, unit="strokes")
    """Short strokes in each picture of shapes that mean nothing. Digits have none."""
    epochs: int = ladder(0, 1, 3, 6, 12, default=6)
    """Passes over the training pictures; 0 leaves the network as it was drawn."""


class GalleryView(View):
    """Which decision is shown."""

    above = True
    picture: int = ladder(*range(1, PICTURES + 1), default=1)
    """Which of the pictures; those that the network gets wrong come first."""
    explained: Literal["predicted", "runner-up", "true_class"] = "predicted"
    """The class whose score is explained: the network's answer, its second choice, or the truth."""


def run(config: GalleryConfig) -> Run[GalleryResult]:
    """Train a network and explain it; then others, to see whether they explain alike."""
    board = Board(config)
    yield board.snapshot("drawing the pictures")
    for seed in config.seeds:
        data = yield from relay(
            draw(config.dataset, board.n_train, config.clutter, seed),
            lambda _: board.snapshot("drawing the pictures"),
        )
        first = seed == config.first_seed
        net = yield from relay(
            networks.train(data, seed, config.epochs, look=board.watch(data) if first else None),
            board.training,
        )
        board.trained(seed, net, data)
        yield from board.first(net) if first else board.further(seed, net)
    board.compare_networks()
    return board.result()


def metrics(result: GalleryResult) -> dict[str, Estimate]:
    """Headline numbers: accuracy, and how far methods agree."""
    return {
        "accuracy": t_interval(result.accuracy["value"], SHARE),
        "agreement_of_methods": mean_agreement(result),
        "integrated_gradients_with_brightness": agreement(
            result, "Integrated Gradients", "Brightness"
        ),
        "saliency_with_brightness": agreement(result, "Saliency", "Brightness"),
    }


def finding(result: GalleryResult) -> str:
    """Say how far the methods agree."""
    right = t_interval(result.accuracy["value"], SHARE)
    together, like_input = (
        mean_agreement(result),
        agreement(result, "Integrated Gradients", "Brightness"),
    )
    return (
        f"Networks right on {with_interval(right)} of new pictures, explained by "
        f"{len(METHODS)} methods: two methods order the pixels of one picture with a mean rank "
        f"correlation of {with_interval(together)} (1 would be the same order). Integrated "
        f"Gradients orders them with {with_interval(like_input)} like plain brightness, which "
        "knows nothing of the network."
    )


def cost(config: GalleryConfig) -> Cost:
    """Expected cost: training, and the maps of every network."""
    large = config.dataset == "shapes"
    n_train = config.n_train if large else min(config.n_train, MOST_DIGITS)
    trained = config.repetitions * n_train * config.epochs
    explained = (config.repetitions + 2) * PICTURES
    seconds = trained * (8e-5 if large else 4e-5) + explained * (0.055 if large else 0.05)
    return Cost(flops=3e6 * trained + 2e9 * explained, seconds=seconds)


EXPERIMENT = Experiment(
    title="Saliency gallery",
    question="Which pixels made the network decide so, and do methods agree?",
    config=GalleryConfig,
    view=GalleryView,
    result=GalleryResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="maps",
            title="One decision, every method",
            table=tables.maps,
            chart=charts.maps,
            caption=tables.maps_caption,
            underlay=tables.map_pictures,
            live=True,
            note="Orange pixels speak for the class, blue ones against it. Every map uses the "
            "same colours from zero to its own largest value. Saliency, SmoothGrad and the two "
            "controls have no sign.",
            panels=True,
        ),
        Figure(
            name="agreement",
            title="Which methods agree",
            table=tables.agreement,
            chart=charts.agreement,
            caption=tables.agreement_caption,
            live=True,
            note="Rank correlation of the sizes of two maps of one picture, mean over pictures "
            "and networks: 1 is the same order of pixels, 0 is chance.",
        ),
        Figure(
            name="stability",
            title="The same picture, another network",
            table=tables.stability,
            chart=charts.stability,
            caption=tables.stability_caption,
            note="Networks trained the same way from other seeds explain the same pictures. The "
            "intervals treat each network's mean over the others as one repetition.",
        ),
    ),
    cost=cost,
    smallest=GalleryConfig(n_train=250, epochs=1, dataset="digits"),
    claims=CLAIMS,
    version=2,
    presets=(
        Preset("Digits", {"dataset": "digits"}, "Handwritten digits in place of shapes."),
        Preset("Untrained", {"epochs": 0}, "Maps of a network that has learned nothing."),
        Preset("Crowded", {"clutter": 32}, "So much clutter that the network errs often."),
    ),
)
