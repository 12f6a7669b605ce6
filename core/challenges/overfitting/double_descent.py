"""Double descent: the error falls, rises to a peak, and falls again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.challenges.overfitting import double_descent_models as models
from core.challenges.overfitting.charts import double_descent as charts
from core.challenges.overfitting.double_descent_claims import CLAIMS, CLEAN_NETWORK, NOISY_NETWORK
from core.challenges.overfitting.double_descent_reading import finding, metrics
from core.challenges.overfitting.tables import double_descent as tables
from core.challenges.overfitting.tables import double_descent_captions as captions
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.run import Run, Snapshot, relay
from core.lab.settings import Config, View, ladder


class DoubleDescentConfig(Config):
    """What is fitted."""

    model: Literal["random_features", "network"] = "random_features"
    """Both have one hidden layer and learn handwritten digits. Random features: the hidden layer
    stays as drawn, the output layer is fitted exactly by least squares. Network: both layers are
    trained step by step (SGD with momentum)."""
    n_train: int = ladder(100, 200, 300, 400, 600, 800, default=300, label="Training examples")
    """Examples behind the curve over the width. With random features it is also the width at
    which the number of examples is varied."""
    label_noise: float = ladder(0.0, 0.05, 0.1, 0.2, 0.3, 0.4, default=0.0, label="Wrong labels")
    """Share of the training labels replaced by a wrong one. Validation labels stay true."""
    ridge: float = ladder(*models.RIDGES, default=0.001, label="Ridge")
    """Penalty on the squares of the weights, added to the mean training loss, for the green line;
    the others have none. For networks it is weight decay. 0 leaves the green line out."""
    steps: int = ladder(500, 1000, 2000, 4000, 8000, default=8000, label="Training steps")
    """Updates of the network's weights, each on a batch of 32 examples. Few steps stop it before
    it fits the wrong labels. Random features need none."""


class DoubleDescentView(View):
    """How it is drawn."""

    metric: Literal["error", "loss"] = "error"
    """Error: share of examples classified wrongly. Loss: what the fit minimises, on a log scale:
    squared error for random features, cross-entropy for networks."""


@dataclass(frozen=True)
class DoubleDescentResult:
    """What was measured.

    Attributes:
        scores: `sweep` ("width" or "examples"), `size`, `ridge`, `seed`, `split` ("train",
            "validation", or "weights"), `metric` ("error" in [0, 1], "loss", or "norm" of the
            output weights, random features only), `value`.
        model: "random_features" or "network".
        n_train: Training examples of the sweep over widths.
        fixed_width: Width of the sweep over training examples.
        ridge: Of the second arm; 0 if there is none.
    """

    scores: pd.DataFrame
    model: str
    n_train: int
    fixed_width: int
    ridge: float


def run(config: DoubleDescentConfig) -> Run[DoubleDescentResult]:
    """Fit the chosen model at every width, and one width on every number of examples."""
    fixed = models.fixed_width(config)

    def result(scores: pd.DataFrame) -> DoubleDescentResult:
        return DoubleDescentResult(scores, config.model, config.n_train, fixed, config.ridge)

    def whole(s: Snapshot[pd.DataFrame]) -> Snapshot[DoubleDescentResult]:
        partial = s.partial
        read = None if partial is None else lambda: result(partial())
        return Snapshot(s.step, s.total, s.phase, read)

    network = config.model == "network"
    measure = models.measure_networks if network else models.measure_features
    return result((yield from relay(measure(config), whole)))


EXPERIMENT = Experiment(
    title="Double descent",
    question="Can a larger model be worse, and a still larger one better again?",
    config=DoubleDescentConfig,
    view=DoubleDescentView,
    result=DoubleDescentResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="error_by_width",
            title="Wider models: worse, then better",
            table=tables.by_width,
            underlay=tables.by_width_under,
            chart=charts.error_by_width,
            caption=captions.width_caption,
            live=True,
            note="Dashed: from here on the model can fit all training labels, wrong ones too "
            "(networks: 99% of them): the interpolation threshold. Green, unless the ridge "
            "is 0: validation with ridge.",
        ),
        Figure(
            name="error_by_examples",
            title="The same width, more data",
            table=tables.by_examples,
            underlay=tables.by_examples_under,
            chart=charts.error_by_examples,
            caption=captions.examples_caption,
            live=True,
            note="Dashed: the most training examples that this width can still fit. Networks are "
            "trained without ridge here.",
        ),
        Figure(
            name="norm_by_width",
            title="Where there is a peak, why: the length of the weights",
            table=tables.norm_by_width,
            underlay=tables.norm_under,
            chart=charts.norm_by_width,
            caption=captions.norm_caption,
            note="Where a single solution fits all training labels it may need huge weights; "
            "wider models have many solutions, and the shortest one is taken.",
        ),
        Figure(
            name="error_by_ridge",
            title="How much ridge is right",
            table=tables.by_ridge,
            chart=charts.error_by_ridge,
            caption=captions.ridge_caption,
            note="Narrow: 0.4 times as many features as training examples. At the threshold: as "
            "many.",
        ),
    ),
    cost=models.expected,
    smallest=DoubleDescentConfig(model="network", n_train=100, steps=500, ridge=0.03),
    claims=CLAIMS,
    presets=(
        Preset("Wrong labels", {"model": "random_features", "label_noise": 0.2, "ridge": 0.001}),
        Preset("A trained network", NOISY_NETWORK),
        Preset("Network, true labels", CLEAN_NETWORK),
        Preset("Network, stopped early", {**NOISY_NETWORK, "steps": 1000}),
    ),
)
