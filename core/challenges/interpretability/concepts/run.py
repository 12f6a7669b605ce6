"""Networks that learn a planted texture or one that says nothing, and their TCAV scores."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np

from core.challenges.interpretability.concepts.config import (
    ARMS,
    CONCEPTS,
    EXAMPLES,
    LAYERS,
    N_TEST,
    SHOWN,
    ConceptsConfig,
    ConceptsResult,
)
from core.data.picture_sets import Pictures
from core.data.shapes import SHAPES, SIDE, MaskedImages
from core.data.textures import ConceptSets, draw_concept_sets, draw_plain, painted, textured
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import numpy_generator
from core.metrics.concepts import concept_effect, sign_test, t_test
from core.models import shape_networks as networks

if TYPE_CHECKING:
    from torch import Tensor

    from core.models.shape_cnn import ShapeCNN

BOUND_SHAPE = SHAPES.index("disc")
COMMON = 0.5
"""Share of the pictures of every shape that carry a texture which says nothing."""
Record = Recorder[ConceptsResult]
Work = Generator[Snapshot[ConceptsResult], None, Any]
Place = tuple[int, str]
"""Seed and arm of a network."""


def run(config: ConceptsConfig) -> Run[ConceptsResult]:
    """Train a network in each world, paint the textures in, and ask for scores."""
    steps = networks.steps_of(config.n_train, config.epochs)
    total = config.repetitions * len(ARMS) * (steps + len(LAYERS) * _concepts(config))
    nothing = np.zeros((0, EXAMPLES, SIDE, SIDE), np.uint8)
    record = Recorder(ConceptsResult, total, examples=nothing)
    yield record.snapshot("drawing the sets")
    for seed in config.seeds:
        showing = draw_concept_sets(
            config.concept_shown_as, examples=config.examples, random_sets=config.random_sets,
            strength=config.strength, seed=seed,
        )  # fmt: skip
        sets = yield from record.relay(showing, "drawing the sets")
        if seed == config.first_seed:
            pictures = np.stack([sets.concepts[name][:EXAMPLES, 0] for name in SHOWN])
            record.put(examples=(255 * pictures).astype(np.uint8))
        drawing = draw_plain(config.n_train, seed, "train")
        learned = yield from record.relay(drawing, "drawing pictures")
        drawing = draw_plain(N_TEST, seed, "test")
        test = yield from record.relay(drawing, "drawing pictures")
        for arm in ARMS:
            data = world(config, learned, arm, seed)
            training = networks.train(data, seed, config.epochs)
            net = yield from record.relay(training, "training a network", steps, pauses=steps)
            yield from _painted_in(record, config, (seed, arm), net, test)
            yield from _scored(record, (seed, arm), net, test, sets)
    return record.result()


def world(config: ConceptsConfig, drawn: MaskedImages, arm: str, seed: int) -> Pictures:
    """Training pictures as one arm has them: dots on half of all, stripes bound to discs or not."""
    bound = np.where(drawn.labels == BOUND_SHAPE, config.share, 0.0)
    chances = {"stripes": bound if arm == "bound" else COMMON, "dots": COMMON}
    rng = numpy_generator(seed, "textures", arm)
    seen = textured(drawn, chances, config.strength, rng)
    nothing = seen.images[:0], seen.labels[:0], seen.masks[:0]
    return Pictures(seen.images, seen.labels, *nothing, len(SHAPES))


def _concepts(config: ConceptsConfig) -> int:
    return len(CONCEPTS) + config.random_sets


def _painted_in(
    record: Record, config: ConceptsConfig, place: Place, net: ShapeCNN, test: MaskedImages
) -> Work:
    """Paint each texture into plain pictures and note how the answers change."""
    (seed, arm), strength = place, config.strength
    before = networks.logits(net, test.images)
    yield record.snapshot("painting textures in")
    for concept in CONCEPTS:
        rng = numpy_generator(seed, "painted in", concept)
        images = painted(test.images, test.masks, concept, strength, rng)
        effects = concept_effect(before, networks.logits(net, images), test.labels)
        for shape, *means in zip(SHAPES, *effects, strict=True):
            record.add("effects", *place, shape, concept, *map(float, means))
        yield record.snapshot("painting textures in")
    seen = world(config, test, arm, seed)
    record.add("accuracies", *place, networks.accuracy(net, seen.x_train, test.labels))


def _scored(
    record: Record, place: Place, net: ShapeCNN, test: MaskedImages, sets: ConceptSets
) -> Work:
    """Score every concept, true and random, at every layer."""
    from core.models.concept_vectors import activations, sensitivities

    def reached(layer: str, images: np.ndarray) -> Work:
        return record.relay(activations(net, images, layer), "activations")

    gradients = yield from record.relay(sensitivities(net, test.images, test.labels), "gradients")
    n_sets, n = sets.counterparts.shape[:2]
    for layer in LAYERS:
        random = yield from reached(layer, np.concatenate(sets.counterparts))
        random = random.reshape(n_sets, n, -1)
        plain = yield from reached(layer, sets.held_plain)
        for concept, images in sets.concepts.items():
            held = sets.held.get(concept, images[:0])
            both = yield from reached(layer, np.concatenate([images, held]))
            _test(
                record, (*place, layer), concept, both[:n], both[n:], random, plain,
                gradients[layer], test.labels,
            )  # fmt: skip
            record.did()
            yield record.snapshot("scoring concepts")


def _test(
    record: Record, place: tuple[Any, ...], name: str, concept: Tensor, held: Tensor,
    random: Tensor, plain: Tensor, gradients: Tensor, labels: np.ndarray,
) -> None:  # fmt: skip
    """Score one concept at one layer for every shape."""
    from core.models.concept_vectors import concept_vectors, scores, told_apart

    vectors, intercepts = concept_vectors(concept, random)
    if len(held):
        record.add("vectors", *place, name, told_apart(vectors, intercepts, held, plain))
    found = scores(vectors, gradients, labels, len(SHAPES))
    counts = np.bincount(labels, minlength=len(SHAPES))
    columns = SHAPES, found.mean(0), t_test(found), sign_test(found[0], counts)
    for shape, *numbers in zip(*columns, strict=True):
        record.add("scores", *place, shape, name, *map(float, numbers))


def cost(config: ConceptsConfig) -> Cost:
    """Expected cost: two networks a seed, and a classifier per concept, random set and layer."""
    nets, n, sets = config.repetitions * len(ARMS), config.examples, config.random_sets
    trained, concepts = nets * config.n_train * config.epochs, _concepts(config)
    layers = networks.LAYERS[SIDE][:-1]
    # The answers before, after each texture, in the arm's own world, and gradients.
    passes = nets * N_TEST * (len(CONCEPTS) + 4)
    pictures = nets * n * (sets + 1 + concepts + len(SHOWN))
    reached = pictures * sum(np.cumsum([2 * p**2 * i * o for p, i, o in layers]))
    # Products of all activations with each other, of weights with them, of vectors and gradients.
    each = 2 * n**2 * (1 + 2 * sets) + 4 * sets * n + 2 * N_TEST * sets
    compared = nets * concepts * each * sum(p**2 * o for p, _, o in layers)
    solved = nets * len(LAYERS) * sets * concepts * n**2
    asked = networks.expected_cost(SIDE, trained, passes, 0.0)
    seconds = 0.1 + 7e-5 * trained + 4e-7 * solved
    return Cost(asked.flops + float(reached + compared), seconds)
