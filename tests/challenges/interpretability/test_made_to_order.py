"""Pictures made to order: who is asked about what, the controls, and the lesson."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.challenges import experiment
from core.challenges.interpretability.made_to_order import ensembles
from core.challenges.interpretability.made_to_order.config import (
    ARMS,
    KINDS,
    NETWORKS,
    SIZES,
    MadeToOrderConfig,
    MadeToOrderResult,
    MadeToOrderView,
)
from core.challenges.interpretability.made_to_order.figures import JUDGES
from core.lab.run import complete
from tests import runs

EXPERIMENT = experiment("interpretability", "made_to_order")


def test_no_digit_that_is_asked_about_was_learned_by_any_member() -> None:
    gathered = complete(ensembles.draw("digits", 400, range(5)))
    learned = {row.tobytes() for row in gathered.x_train.flatten(0, 1).numpy()}
    asked_about = [row.tobytes() for row in gathered.x_held.flatten(0, 1).numpy()]
    assert gathered.x_train.shape == (5, 400, 64)
    assert not torch.equal(gathered.x_train[0], gathered.x_train[1])
    # A few of the scanned digits are the same picture twice.
    assert np.mean([one in learned for one in asked_about]) < 0.01


@pytest.fixture(scope="module")
def smallest() -> MadeToOrderResult:
    return runs.smallest("interpretability/made_to_order").result


@pytest.mark.trained
def test_every_arm_is_judged_by_everyone(smallest) -> None:
    assert len(smallest.measures) == 5 * len(ARMS) * (len(JUDGES) + len(SIZES))
    assert len(smallest.lengths) == 5 * len(ARMS) * 4 * len(JUDGES)
    assert len(smallest.favourites) == 5 * len(KINDS) * 4
    wide = smallest.measures.pivot_table("value", ["seed", "arm"], "measure").reset_index()
    longest = wide[wide["arm"].isin(NETWORKS)].groupby("seed")["length"].max()
    control = wide[wide["arm"] == "random"].set_index("seed")["length"]
    # A random direction may meet black and white before it is as long.
    assert (control > 0.95 * longest).all()


@pytest.mark.trained
def test_the_controls_are_what_they_should_be(smallest) -> None:
    """Real pictures are usually known, random changes hardly ever believed."""
    means = smallest.measures.groupby(["arm", "measure"])["value"].mean()
    assert means["real", "nearest"] > 0.7
    assert means["random", "others_standard"] < 0.1
    assert means["standard", "own"] > 0.95
    liking = smallest.favourites.groupby(["kind", "measure"])["value"].mean()
    assert liking["start", "own"] < 0.3
    assert liking["average", "others_standard"] > 0.8
    assert 0.7 < liking["real", "distance"] < 1.3


@pytest.mark.trained
@pytest.mark.parametrize(
    ("name", "words", "pictures"),
    [
        ("album", "agree", 36),
        ("shares", "nearest real picture", 0),
        ("lengths", "At equal length", 0),
        ("favourites", "five in a row", 80),
        ("praise", "times as far", 0),
    ],
)
def test_captions_and_pictures(
    smallest: MadeToOrderResult, name: str, words: str, pictures: int
) -> None:
    figure, view = runs.figure(EXPERIMENT, name), MadeToOrderView()
    table = figure.table(smallest, view)
    assert words in figure.caption(table, view)
    if pictures:
        assert len(table) == len(figure.underlay(smallest, view)["pictures"]) == pictures


@pytest.mark.slow
@pytest.mark.parametrize("block", [500, 700])
def test_the_lesson_holds_on_seeds_that_chose_nothing(block: int) -> None:
    result = complete(EXPERIMENT.run(MadeToOrderConfig(first_seed=block)))
    verdicts = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims}
    assert set(verdicts.values()) == {"shown"}, verdicts


@pytest.mark.slow
def test_shapes_show_it_in_what_networks_share() -> None:
    """Mistakes on shapes are hardly shared; what is made for hardened networks is."""
    result = complete(EXPERIMENT.run(MadeToOrderConfig(dataset="shapes", repetitions=5)))
    means = result.measures.groupby(["arm", "measure"])["value"].mean()
    assert means["hardened", "others_standard"] > means["standard", "others_standard"] + 0.2
