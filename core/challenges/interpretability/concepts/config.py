"""What the concepts experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from core.data.textures import TEXTURES, ShownAs
from core.lab.intervals import POINTS, SHARE, Estimate
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed, rows_where
from core.lab.settings import Config, View, ladder
from core.metrics.attribution import rank_correlation
from core.metrics.concepts import outside_band

ShapeName = Literal["disc", "ring", "square", "triangle", "cross"]
LayerName = Literal["conv1", "conv2", "conv3"]
CONCEPTS = TEXTURES
LAYERS: tuple[str, ...] = get_args(LayerName)
ARMS = ("bound", "everywhere")
SHOWN = (*CONCEPTS, "random 1")
"""Sets of which pictures are shown."""
EXAMPLES = 8
N_TEST = 250
"""New pictures that networks are asked about, a fifth of them, about, of each shape."""
LEVEL = 0.05
TESTS = len(CONCEPTS) * len(LAYERS)
"""Tests that are made of one shape of one network: Bonferroni's divisor."""
RULES = {
    "one_vector": "one set, pictures counted",
    "t_test": "t test over random sets",
    "corrected": "t test, Bonferroni",
    "band": "against random concepts",
}


class ConceptsConfig(Config):
    """What is painted, trained and asked."""

    share: float = ladder(
        0.25, 0.5, 0.75, 0.9, 1.0, default=1.0, label="Striped discs", unit="share"
    )
    """Share of the training discs that are striped in the first network. None of its other shapes
    ever is. In the second network half of every shape is striped."""
    strength: float = ladder(0.25, 0.5, 0.75, 1.0, default=1.0, label="Darkness of the texture")
    """How much of their brightness the stripes and the dots take away; 1 leaves them black."""
    concept_shown_as: ShownAs = "shapes"
    """What the pictures that stand for a concept show: shapes filled with the texture, as the
    networks meet it, or the texture alone over the whole picture."""
    examples: int = ladder(10, 20, 40, 60, 80, default=40, label="Pictures per set")
    """How many pictures stand for a concept, and for each set of random pictures."""
    random_sets: int = ladder(5, 10, 15, 20, default=10, label="Random sets")
    """How many sets of random pictures a concept is told apart from, one after the other, and how
    many further random sets pose as a concept."""
    n_train: int = ladder(250, 500, 1000, 1500, default=1000, label="Training pictures")
    """How many pictures each network learns from, a fifth of them discs."""
    epochs: int = ladder(1, 3, 6, 8, 12, default=6)
    """Passes over the training pictures."""


class ConceptsView(View):
    """What is shown."""

    shape: ShapeName = "disc"
    """Whose score is asked about, in the figure of scores; the next one draws its dots large."""
    layer: LayerName = "conv2"
    """At which layer activations are looked at; the first sees the picture most directly."""
    effect_on: Literal["probability", "logit"] = "probability"
    """What painting a texture in is compared by: the probability of the shape, or its logit, the
    number before it, which never saturates."""


@dataclass(frozen=True, kw_only=True)
class ConceptsResult:
    """What was measured.

    Attributes:
        scores: `seed`, `arm`, `layer`, `shape`, `concept` (also `random 1`, ...), `score` (mean
            over random counterparts, in [0, 1]), `t_test` (its p value against one half) and
            `one_vector` (p value of counting pictures, first counterpart only).
        effects: `seed`, `arm`, `shape`, `concept`, `probability`, `logit`: mean change when the
            concept is painted into plain pictures of the shape.
        vectors: `seed`, `arm`, `layer`, `concept`, `value`: accuracy of the classifier on pictures
            it has not seen, in [0, 1]; of `random 1` too.
        accuracies: `seed`, `arm`, `value`: on new pictures as that arm has them.
        examples: Pictures of the first seed's sets, in the order of `SHOWN`:
            `(sets, EXAMPLES, SIDE, SIDE)` uint8.
    """

    scores: pd.DataFrame = table(
        "seed", "arm", "layer", "shape", "concept", "score", "t_test", "one_vector"
    )
    effects: pd.DataFrame = table("seed", "arm", "shape", "concept", "probability", "logit")
    vectors: pd.DataFrame = table("seed", "arm", "layer", "concept", "value")
    accuracies: pd.DataFrame = table("seed", "arm", "value")
    examples: np.ndarray

    def score(self, arm: str, concept: str, shape: str = "disc") -> PerSeed:
        """TCAV score of a concept for a shape, mean over the layers."""
        rows = rows_where(self.scores, {"arm": arm, "concept": concept, "shape": shape})
        found = rows.groupby("seed")["score"].agg(["mean", "count"])
        whole = found[found["count"] == len(LAYERS)]["mean"]
        return PerSeed.of(whole.index, whole, SHARE)

    def asked(self, arm: str, concept: str) -> Estimate:
        """Score for discs; its interval knows how many discs each network was asked about."""
        return self.score(arm, concept).of_cases(N_TEST // len(get_args(ShapeName)))

    def effect(self, arm: str, concept: str, shape: str = "disc") -> PerSeed:
        """Change of a shape's probability when a concept is painted in."""
        place = {"arm": arm, "concept": concept, "shape": shape}
        return per_seed(self.effects, POINTS, "probability", **place)

    def scores_and_effects(self, layer: str) -> pd.DataFrame:
        """Scores of the textures at one layer, beside what painting them in does."""
        rows = rows_where(self.scores, {"layer": layer})
        rows = rows[rows["concept"].isin(CONCEPTS)].drop(columns=["layer", "t_test", "one_vector"])
        return rows.merge(self.effects, on=["seed", "arm", "shape", "concept"])

    def agreement(self) -> PerSeed:
        """Rank correlation of score and change of probability, mean over the layers.

        Taken over networks, concepts and shapes.
        """
        found = []
        for layer in LAYERS:
            both = self.scores_and_effects(layer)
            wide = both.pivot(index="seed", columns=["arm", "concept", "shape"])
            pair = (wide[name].to_numpy() for name in ("score", "probability"))
            found.append(rank_correlation(*pair))
        return PerSeed.of(wide.index, np.mean(found, axis=0))

    def verdicts(self) -> pd.DataFrame:
        """What each rule says of each concept: its place, its `group`, a column a rule, 0 or 1.

        A random set is held against the others, a true concept against all of them.
        """
        place, rows = ["seed", "arm", "layer", "shape"], self.scores.copy()
        wide = rows.pivot(index=place, columns="concept", values="score")
        randoms = [name for name in wide if name not in CONCEPTS]
        outside = outside_band(wide, randoms)
        far = outside.rename_axis(columns="concept").stack().rename("band").astype(float)
        rows = rows.merge(far.reset_index(), on=[*place, "concept"])
        rows["corrected"] = (rows["t_test"] < LEVEL / TESTS).astype(float)
        for rule in ("t_test", "one_vector"):
            rows[rule] = (rows[rule] < LEVEL).astype(float)
        stripes = (rows["concept"] == "stripes") & (rows["arm"] == "bound")
        true = np.where(stripes, "decides", "says_nothing")
        rows["group"] = np.where(rows["concept"].isin(CONCEPTS), true, "random")
        return rows[[*place, "concept", "group", *RULES]]

    def alarm_rate(self, rule: str, group: str, **only: str) -> PerSeed:
        """Share of a group's tests in which a rule raises the alarm."""
        rows = rows_where(self.verdicts(), {"group": group, **only})
        rates = rows.groupby("seed")[rule].mean()
        return PerSeed.of(rates.index, rates, SHARE)
