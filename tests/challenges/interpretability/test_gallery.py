"""The gallery: its pictures, its tables and its lesson."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.attributions import CONTROLS, METHODS, explain_now
from core.challenges.interpretability.gallery import (
    EXPERIMENT,
    GalleryConfig,
    GalleryResult,
    GalleryView,
    figures,
)
from core.challenges.interpretability.gallery.config import PICTURES
from core.challenges.interpretability.gallery.run import chosen
from core.data.picture_sets import draw
from core.data.shapes import SHAPES, draw_shapes
from core.engine.adam import Adam
from core.lab.run import complete
from core.models import shape_networks as networks
from tests import runs


def test_shapes_lie_where_their_masks_say() -> None:
    drawn = draw_shapes(60, clutter=0, seed=0, purpose="test")
    assert set(drawn.labels) == set(range(len(SHAPES)))
    inside = drawn.images[:, 0][drawn.masks]
    assert inside.min() > 0.3 > drawn.images[:, 0][~drawn.masks].mean()
    assert (drawn.masks.sum((1, 2)) > 20).all()
    border = drawn.masks.copy()
    border[:, 1:-1, 1:-1] = False
    assert not border.any()
    ring, disc = (drawn.masks[drawn.labels == SHAPES.index(name)][0] for name in ("ring", "disc"))

    def middle(mask: np.ndarray) -> bool:
        y, x = (int(round(axis.mean())) for axis in np.nonzero(mask))
        return bool(mask[y, x])

    assert middle(disc) and not middle(ring)


def test_clutter_is_drawn_and_the_seed_decides() -> None:
    crowded = draw_shapes(20, clutter=32, seed=0, purpose="test")
    plain = draw_shapes(20, clutter=0, seed=0, purpose="test")
    assert crowded.images[:, 0][~crowded.masks].mean() > 2 * plain.images[:, 0][~plain.masks].mean()
    again = draw_shapes(20, clutter=32, seed=0, purpose="test")
    np.testing.assert_array_equal(crowded.images, again.images)
    other = draw_shapes(20, clutter=32, seed=1, purpose="test")
    assert not np.array_equal(crowded.images, other.images)


def test_training_is_torchs_adam() -> None:
    """The kernel called directly gives the weights that `torch.optim.Adam` gives."""
    import torch

    from core.models.shape_cnn import ShapeCNN

    nets = [ShapeCNN(5, side=28, seed=0) for _ in range(2)]
    x, y = torch.rand(8, 1, 28, 28), torch.arange(8) % 5
    ours, theirs = Adam(list(nets[0].parameters())), torch.optim.Adam(nets[1].parameters())
    for rate in (0.01, 0.002, 0.005):
        for net in nets:
            torch.nn.functional.cross_entropy(net(x), y).backward()
        ours.step(rate)
        theirs.param_groups[0]["lr"] = rate
        theirs.step()
        theirs.zero_grad()
    for a, b in zip(nets[0].parameters(), nets[1].parameters(), strict=True):
        torch.testing.assert_close(a, b)


@pytest.mark.parametrize(("name", "least"), [("shapes", 0.85), ("digits", 0.95)])
def test_networks_learn(name: str, least: float) -> None:
    data = complete(draw(name, 1500, 8, 900))  # type: ignore[arg-type]
    net = complete(networks.train(data, 900, 6))
    assert networks.accuracy(net, data.x_validation, data.y_validation) > least


def test_mistakes_come_first_and_classes_vary() -> None:
    right = np.array([True, False, True, True, False, True, True, False, False])
    labels = np.array([0, 1, 0, 1, 1, 2, 0, 0, 0])
    assert chosen(right, labels).tolist() == [1, 4, 7, 0, 3, 5]
    assert len(chosen(np.ones(9, bool), np.zeros(9, int))) == PICTURES
    assert len(chosen(np.zeros(9, bool), labels)) == PICTURES


@pytest.fixture(scope="module")
def smallest() -> GalleryResult:
    return runs.smallest("interpretability/gallery").result


def painted(result: GalleryResult, view: GalleryView) -> pd.DataFrame:
    """The cells that have a picture, and its address."""
    figure = runs.figure(EXPERIMENT, "maps")
    pictures = figure.underlay(result, view)["pictures"]  # type: ignore[misc]
    return figure.table(result, view).merge(pictures, on=["panel", "column", "row"])


@pytest.mark.trained
def test_every_cell_is_there_and_painted(smallest: GalleryResult) -> None:
    for view in (GalleryView(), GalleryView(picture=6, explained="runner-up")):
        table = figures.maps(smallest, view)
        assert set(table["cell"]) == {*METHODS, *CONTROLS, figures.PICTURE, figures.OBJECT}
        assert not table[["panel", "row", "column"]].duplicated().any()
        assert table["on_object"].between(0, 1).all()
        drawn = painted(smallest, view)
        assert len(drawn) == len(table) and drawn["url"].str.startswith("data:").all()
    assert np.abs(smallest.maps.astype(float)).max() <= 1


def test_there_is_something_to_see_while_the_first_network_learns() -> None:
    run = EXPERIMENT.run(GalleryConfig(dataset="digits", n_train=250, epochs=1))
    seen = (snapshot.partial() for snapshot in run if snapshot.partial)
    early = next(result for result in seen if len(result.images))
    run.close()
    assert early.finished == 1 and not len(early.held)
    assert np.abs(early.maps[:, 0].astype(float)).max((2, 3)).tolist() == [[1.0] * PICTURES] * 3
    shown = painted(early, GalleryView())["cell"]
    assert set(shown) == {figures.PICTURE, figures.OBJECT, "Saliency"}


@pytest.mark.trained
def test_maps_of_the_truth_are_those_of_a_call_by_itself(smallest: GalleryResult) -> None:
    """It is reused where it is the answer or the runner-up; all three must be one class's map."""
    net = networks.with_weights(10, 8, smallest.weights)
    x = (smallest.images[:, None] / 255).astype(np.float32)
    for j, column in enumerate(("predicted", "runner_up", "true")):
        for method in ("Integrated Gradients", "GradientSHAP", "LIME"):
            own = explain_now(method, net, x, smallest.cases[column].to_numpy(), seed=0)
            own = own / np.abs(own).max((1, 2), keepdims=True)
            kept = smallest.maps[j, METHODS.index(method)].astype(np.float32)
            np.testing.assert_allclose(kept, own, atol=2e-3, err_msg=method)


@pytest.mark.trained
def test_the_first_network_can_be_rebuilt(smallest: GalleryResult) -> None:
    net = networks.with_weights(10, 8, smallest.weights)
    answers = networks.probabilities(net, (smallest.held[:, None] / 255).astype(np.float32))
    np.testing.assert_array_equal(answers.argmax(1), smallest.held_cases["predicted"])
    right = (smallest.held_cases["predicted"] == smallest.held_cases["true"]).mean()
    assert right == pytest.approx(smallest.accuracy["value"].iloc[0])
    with pytest.raises(ValueError, match="another network"):
        networks.with_weights(10, 8, smallest.weights[1:])


@pytest.mark.trained
def test_every_pair_and_method_is_compared(smallest: GalleryResult) -> None:
    methods, seeds = len(METHODS + CONTROLS), EXPERIMENT.smallest.repetitions
    assert len(smallest.agreement) == methods * (methods - 1) * seeds
    assert len(smallest.stability) == methods * seeds
    steady = smallest.stability.groupby("method")["value"].mean()
    assert steady["Brightness"] == pytest.approx(1)
    assert abs(steady["Random map"]) < 0.2


@pytest.mark.trained
def test_each_choice_explains_the_class_it_names(smallest: GalleryResult) -> None:
    for explained, column in figures.COLUMN_OF.items():
        view = GalleryView(picture=2, explained=explained)  # type: ignore[arg-type]
        table = figures.maps(smallest, view)
        assert set(table["explained"]) == {str(int(smallest.cases[column].iloc[1]))}


@pytest.mark.trained
def test_captions_say_what_the_numbers_say(smallest: GalleryResult) -> None:
    table = pd.DataFrame([
        {"cell": "The picture", "predicted": "ring", "true": "disc", "probability": 0.6,
         "explained": "ring", "on_object": 0.1, "speaks_for": 0.0},
        {"cell": "LIME", "on_object": 0.2, "speaks_for": 0.5},
        {"cell": "Saliency", "on_object": 0.4, "speaks_for": 1.0},
    ])  # fmt: skip
    said = figures.maps_caption(table, GalleryView())
    assert "says ring (60.0%), but it is a disc" in said
    assert "Saliency puts 40.0%" in said and "LIME 20.0%" in said


@pytest.mark.slow
@pytest.mark.parametrize("block", [500, 700])
def test_the_lesson_holds_on_seeds_that_chose_nothing(block: int) -> None:
    result = complete(EXPERIMENT.run(GalleryConfig(first_seed=block)))
    assert {c.verdict(c.measure(result)) for c in EXPERIMENT.claims} == {"shown"}  # type: ignore[arg-type]
