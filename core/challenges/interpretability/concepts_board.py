"""What the concepts experiment measures on one trained network, and where it is kept."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import softmax

from core.challenges.interpretability import concepts_data as worlds
from core.challenges.interpretability import networks
from core.challenges.interpretability.concepts_data import ARMS, CONCEPTS, EXAMPLES, LAYERS, Sets
from core.data.shapes import SHAPES, SIDE, MaskedImages
from core.lab.run import Snapshot, relay
from core.lab.seeding import numpy_generator
from core.metrics.concepts import sign_test, t_test

if TYPE_CHECKING:
    from torch import Tensor

    from core.challenges.interpretability.concepts import ConceptsConfig
    from core.models.shape_cnn import ShapeCNN


@dataclass(frozen=True)
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
        examples: Pictures of the first seed's sets, in the order of `worlds.SHOWN`:
            `(sets, EXAMPLES, SIDE, SIDE)` uint8.
    """

    scores: pd.DataFrame
    effects: pd.DataFrame
    vectors: pd.DataFrame
    accuracies: pd.DataFrame
    examples: np.ndarray


Work = Generator[Snapshot[ConceptsResult], None, Any]
PLACE = ["seed", "arm"]
COLUMNS = {
    "scores": [*PLACE, "layer", "shape", "concept", "score", "t_test", "one_vector"],
    "effects": [*PLACE, "shape", "concept", "probability", "logit"],
    "vectors": [*PLACE, "layer", "concept", "value"],
    "accuracies": [*PLACE, "value"],
}


@dataclass
class Board:
    """What a run has gathered so far."""

    config: ConceptsConfig
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    done: int = 0

    def __post_init__(self) -> None:
        """Begin with nothing."""
        self.rows = {name: [] for name in COLUMNS}
        self.steps = networks.steps_of(self.config.n_train, self.config.epochs)
        asked = len(LAYERS) * (self.config.random_sets + len(CONCEPTS))
        self.total = self.config.repetitions * len(ARMS) * (self.steps + asked)
        self.examples = np.zeros((0, EXAMPLES, SIDE, SIDE), np.uint8)

    def snapshot(self, phase: str, ahead: int = 0) -> Snapshot[ConceptsResult]:
        """Say where the run stands."""
        return Snapshot(self.done + ahead, self.total, phase, self.result)

    def result(self) -> ConceptsResult:
        """Return what is known so far."""
        tables = {name: pd.DataFrame(self.rows[name], columns=COLUMNS[name]) for name in COLUMNS}
        return ConceptsResult(**tables, examples=self.examples)

    def shown(self, sets: Sets) -> None:
        """Keep some pictures of each set."""
        pictures = [sets.concepts[name][:EXAMPLES, 0] for name in worlds.SHOWN]
        self.examples = (255 * np.stack(pictures)).astype(np.uint8)

    def painted_in(self, seed: int, arm: str, net: ShapeCNN, test: MaskedImages) -> Work:
        """Paint each texture into plain pictures and note how the answers change."""
        before = networks.logits(net, test.images)
        yield self.snapshot("painting textures in")
        for concept in CONCEPTS:
            rng = numpy_generator(seed, "painted in", concept)
            images = worlds.painted(test.images, test.masks, concept, self.config.strength, rng)
            after = networks.logits(net, images)
            changes = softmax(after, axis=1) - softmax(before, axis=1), after - before
            for k, shape in enumerate(SHAPES):
                means = [float(change[test.labels == k, k].mean()) for change in changes]
                self.rows["effects"].append((seed, arm, shape, concept, *means))
            yield self.snapshot("painting textures in")
        seen = worlds.world(test, arm, self.config.share, self.config.strength, seed)
        right = networks.accuracy(net, seen.x_train, test.labels)
        self.rows["accuracies"].append((seed, arm, right))

    def scored(self, seed: int, arm: str, net: ShapeCNN, test: MaskedImages, sets: Sets) -> Work:
        """Score every concept, true and random, at every layer."""
        from core.models.concept_vectors import sensitivities

        gradients = yield from relay(
            sensitivities(net, test.images, test.labels), lambda _: self.snapshot("gradients")
        )
        for layer in LAYERS:
            random = yield from self._reached(net, layer, np.concatenate(sets.counterparts))
            random = random.reshape(len(sets.counterparts), self.config.examples, -1)
            plain = yield from self._reached(net, layer, sets.held_plain)
            for concept, images in sets.concepts.items():
                held = sets.held.get(concept, images[:0])
                both = yield from self._reached(net, layer, np.concatenate([images, held]))
                self._score(
                    (seed, arm, layer), concept, both, random, plain, gradients[layer], test.labels
                )
                self.done += 1
                yield self.snapshot("scoring concepts")

    def _reached(
        self, net: ShapeCNN, layer: str, images: np.ndarray
    ) -> Generator[Snapshot[ConceptsResult], None, Tensor]:
        from core.models.concept_vectors import activations

        return relay(activations(net, images, layer), lambda _: self.snapshot("activations"))

    def _score(
        self, place: tuple[Any, ...], concept: str, both: Tensor, random: Tensor, plain: Tensor,
        gradients: Tensor, labels: np.ndarray,
    ) -> None:  # fmt: skip
        from core.models.concept_vectors import concept_vectors, scores, told_apart

        n = self.config.examples
        vectors, intercepts = concept_vectors(both[:n], random)
        if len(both) > n:
            right = told_apart(vectors, intercepts, both[n:], plain)
            self.rows["vectors"].append((*place, concept, right))
        found = scores(vectors, gradients, labels, len(SHAPES))
        counts = np.bincount(labels, minlength=len(SHAPES))
        columns = SHAPES, found.mean(0), t_test(found), sign_test(found[0], counts)
        for shape, *numbers in zip(*columns, strict=True):
            self.rows["scores"].append((*place, shape, concept, *map(float, numbers)))
