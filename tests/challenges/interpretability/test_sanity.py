"""The sanity checks: what is drawn anew, what is measured, and the lesson."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from core.challenges.interpretability.sanity import (
    EXPERIMENT,
    SanityConfig,
    SanityResult,
    SanityView,
    figures,
)
from core.challenges.interpretability.sanity.config import CONTROL, METHODS, ORDER, PANELS
from core.lab.run import complete
from core.models.shape_cnn import ShapeCNN
from tests import runs


def test_layers_are_drawn_anew_one_at_a_time() -> None:
    assert set(ORDER) == set(ShapeCNN.layers)
    net, before = ShapeCNN(5, side=28, seed=0), ShapeCNN(5, side=28, seed=0)
    for i, layer in enumerate(ORDER):
        net.randomise(layer, 1)
        same = {
            name: torch.equal(getattr(net, name).weight, getattr(before, name).weight)
            for name in ORDER
        }
        assert [name for name in ORDER if not same[name]] == list(ORDER[: i + 1])


@pytest.fixture(scope="module")
def smallest() -> SanityResult:
    return runs.smallest("interpretability/sanity").result


@pytest.mark.trained
def test_the_trained_network_is_like_itself_and_brightness_never_changes(
    smallest: SanityResult,
) -> None:
    rows = smallest.similarity
    start = rows[(rows.redrawn == 0) & (rows.method != "Grad-CAM")]
    assert start["value"].to_numpy() == pytest.approx(1)
    assert rows[rows.method == CONTROL]["value"].to_numpy() == pytest.approx(1)
    last = rows[(rows.redrawn == len(ORDER)) & (rows["compare"] == "signed")]
    means = last.groupby("method")["value"].mean()
    assert means["Input x Gradient"] < 0.5, "signs of a random network are random"


@pytest.mark.trained
def test_tables_and_captions(smallest: SanityResult) -> None:
    view = SanityView()
    figure = runs.figure(EXPERIMENT, "similarity")
    table = figure.table(smallest, view)
    assert len(table) == len(METHODS) * 5
    assert set(table["panel"]) == set(PANELS)
    said = figure.caption(table, view)
    assert all(method in said for method in METHODS if method != CONTROL)
    assert CONTROL not in said
    assert np.abs(smallest.maps.astype(float)).max() <= 1


@pytest.mark.trained
def test_the_pictures_stand_in_three_columns(smallest: SanityResult) -> None:
    view, figure = SanityView(), runs.figure(EXPERIMENT, "pictures")
    table = figures.pictures(smallest, view)
    assert table.groupby("panel").size().tolist() == [4 * 3] * 2
    assert set(table["method"]) == set(METHODS)
    assert not table[["panel", "column", "row"]].duplicated().any()
    assert len(figure.underlay(smallest, view)["pictures"]) == len(table)
    assert f"{table.dropna()['method'].nunique()} maps" in figures.pictures_caption(table, view)
    early = dataclasses.replace(smallest, images=smallest.images[:0])
    assert figures.pictures(early, view).empty


@pytest.mark.slow
@pytest.mark.parametrize("block", [500, 700])
def test_the_lesson_holds_on_seeds_that_chose_nothing(block: int) -> None:
    result = complete(EXPERIMENT.run(SanityConfig(first_seed=block)))
    verdicts = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims}
    assert verdicts["times_input_hides_the_change"] == "shown"
    assert "contradicted" not in verdicts.values()


@pytest.mark.trained
def test_the_picture_is_there_before_its_maps(smallest: SanityResult) -> None:
    begun = dataclasses.replace(smallest, maps=np.zeros_like(smallest.maps))
    table = figures.pictures(begun, SanityView())
    assert len(table) and table["speaks_for"].isna().all()
    drawn = runs.figure(EXPERIMENT, "pictures").underlay(begun, SanityView())["pictures"]
    assert len(drawn) == len(table)
    assert drawn["url"].nunique() == 1, "the bare picture in every cell"
