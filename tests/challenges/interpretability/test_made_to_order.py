"""Pictures made to order: the searches against what can be counted, the judges, the lesson."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.optimize import minimize

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
from core.challenges.interpretability.made_to_order.ensembles import Samples
from core.challenges.interpretability.made_to_order.evaluation import (
    answers,
    by_others,
    distance_to_real,
    nearest_is,
    nearest_unlike,
)
from core.challenges.interpretability.made_to_order.figures import JUDGES
from core.challenges.interpretability.made_to_order.optimisation import (
    ascended,
    log_odds,
    maximised,
    nearest_change,
    random_change,
    roughness,
)
from core.lab.run import complete
from core.lab.seeding import torch_generator
from tests import runs

EXPERIMENT = experiment("interpretability", "made_to_order")
WEIGHTS = torch.tensor([[1.0, -2.0, 0.5, 0.25]])


def linear(x: torch.Tensor) -> torch.Tensor:
    """Two classes; the log odds of the second are `WEIGHTS @ x`."""
    odds = x @ WEIGHTS[0]
    return torch.stack([torch.zeros_like(odds), odds], -1)


def asked(n: int = 6) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures of four grey pixels and the class to reach."""
    drawn = torch.rand(1, n, 4, generator=torch_generator(0, "test"))
    return 0.35 + 0.1 * drawn, torch.ones(1, n, dtype=torch.int64)


def test_log_odds_are_those_of_the_probabilities() -> None:
    scores = torch.randn(2, 5, 7, generator=torch_generator(0, "scores"))
    target = torch.arange(5).expand(2, 5)
    p = scores.softmax(-1).gather(-1, target.unsqueeze(-1)).squeeze(-1)
    torch.testing.assert_close(log_odds(scores, target), (p / (1 - p)).log())


def test_the_nearest_change_of_a_linear_network_is_the_way_to_its_boundary() -> None:
    """The shortest way to `w @ x = goal` has the length `(goal - w @ x) / |w|`."""
    x, target = asked()
    goal = math.log(0.6 / 0.4)
    search = nearest_change(linear, x, target, sure=0.6, distance="L2", steps=150)
    found = complete(search)
    expected = (goal - x @ WEIGHTS[0]) / WEIGHTS.norm()
    length = (found - x).norm(dim=-1)
    assert (found @ WEIGHTS[0] >= goal - 1e-5).all()
    assert (length >= expected - 1e-5).all()
    torch.testing.assert_close(length, expected, atol=0.02, rtol=0.05)


def test_the_l1_change_of_a_linear_network_moves_the_strongest_pixel_only() -> None:
    x, target = asked()
    goal = math.log(0.5 / 0.5)
    search = nearest_change(linear, x, target, sure=0.5, distance="L1", steps=150)
    change = complete(search) - x
    expected = (goal - x @ WEIGHTS[0]) / 2
    assert (change[..., [0, 2, 3]].abs() < 0.02).all()
    torch.testing.assert_close(change.abs().sum(-1), expected, atol=0.03, rtol=0.05)


def test_the_nearest_change_within_the_box_agrees_with_scipy() -> None:
    """A goal that the box makes expensive: some pixels end at black or white."""
    x, target = asked(3)
    goal = math.log(0.75 / 0.25)
    found = complete(nearest_change(linear, x, target, sure=0.75, distance="L2", steps=300))
    weights = WEIGHTS[0].numpy().astype(float)
    for start, made in zip(x[0].numpy().astype(float), found[0].numpy(), strict=True):
        best = minimize(
            lambda z, start=start: float(((z - start) ** 2).sum()),
            start,
            bounds=[(0, 1)] * 4,
            constraints={"type": "ineq", "fun": lambda z: z @ weights - goal},
        )
        assert np.linalg.norm(made - start) == pytest.approx(best.fun**0.5, rel=0.05)


def test_what_cannot_be_reached_comes_as_close_as_it_gets() -> None:
    x, target = asked(2)
    found = complete(nearest_change(linear, x, target, sure=0.99, distance="L2", steps=150))
    torch.testing.assert_close(
        found, torch.tensor([1.0, 0, 1, 1]).expand(1, 2, 4), atol=0.01, rtol=0
    )


def test_ascended_pictures_go_straight_and_no_further_than_allowed() -> None:
    x, target = asked()
    for length, made in zip((0.1, 0.3), complete(ascended(linear, x, target, (0.1, 0.3))),
                            strict=True):  # fmt: skip
        torch.testing.assert_close(
            made, x + length * WEIGHTS[0] / WEIGHTS.norm(), atol=1e-4, rtol=0
        )


def test_a_random_change_is_as_long_as_asked_though_pixels_end() -> None:
    x = (torch.rand(2, 5, 64, generator=torch_generator(0, "x")) > 0.5).float()
    length = torch.linspace(0.1, 2.5, 10).view(2, 5)
    made = random_change(x, length, (3, 4))
    torch.testing.assert_close((made - x).norm(dim=-1), length, atol=1e-3, rtol=0)
    assert made.min() >= 0 and made.max() <= 1
    alone = random_change(x[1:], length[1:], (4,))
    torch.testing.assert_close(alone, made[1:])


def test_roughness_is_counted_by_hand() -> None:
    flat = torch.tensor([0.0, 1.0, 0.0, 3.0])
    assert roughness(flat).item() == (1 + 9) + (0 + 4)


def test_regularisers_do_what_they_say() -> None:
    """Each class scores one pixel: it turns white, and the rest do as the penalty says."""
    identity = torch.eye(4)
    start = torch.full((1, 4, 4), 0.5)
    climb = maximised(lambda x: x @ identity, start, torch.ones(1), strength=0.1, steps=80)
    free, small, smooth = complete(climb)[0]
    own = torch.eye(4, dtype=torch.bool)
    torch.testing.assert_close(free[own], torch.ones(4), atol=0.01, rtol=0)
    torch.testing.assert_close(free[~own], torch.full((12,), 0.5), atol=0.01, rtol=0)
    assert (small[~own] < 0.05).all() and (small[own] > 0.95).all()
    assert (smooth[~own] > 0.9).all()


def samples(x: list[float], y: list[int]) -> Samples:
    """One member whose pictures are single numbers."""
    train = torch.tensor(x).view(1, -1, 1)
    return Samples((0,), train, torch.tensor([y]), train, torch.tensor([y]), 3)


def test_distances_and_nearest_pictures_are_counted_by_hand() -> None:
    known = samples([0.0, 0.2, 0.9], [0, 1, 1])
    x, classes = torch.tensor([[[0.05], [0.5]]]), torch.tensor([[1, 0]])
    torch.testing.assert_close(distance_to_real(known, x, classes), torch.tensor([[0.15, 0.5]]))
    assert nearest_is(known, x, classes).tolist() == [[0.0, 0.0]]
    real, target = nearest_unlike(x, torch.tensor([[0, 1]]), known.x_train, known.y_train)
    assert target.tolist() == [[1, 0]]
    torch.testing.assert_close(real.flatten(), torch.tensor([0.2, 0.0]))


def test_others_judge_every_picture_but_their_own() -> None:
    """Member k answers k whatever it sees, so a row is agreed with by the member it names."""
    members = 4

    def stubborn(x: torch.Tensor) -> torch.Tensor:
        return torch.eye(members)[:, None].expand(-1, x.shape[1], -1)

    classes = torch.tensor([[0, 1], [2, 2], [3, 2], [0, 3]])
    found = by_others(answers, stubborn, torch.zeros(4, 2, 1), classes)
    torch.testing.assert_close(found, torch.tensor([[0, 1], [1, 1], [1, 0], [1, 0]]) / 3)


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


def test_every_arm_is_judged_by_everyone(smallest) -> None:
    assert len(smallest.measures) == 5 * len(ARMS) * (len(JUDGES) + len(SIZES))
    assert len(smallest.lengths) == 5 * len(ARMS) * 4 * len(JUDGES)
    assert len(smallest.favourites) == 5 * len(KINDS) * 4
    wide = smallest.measures.pivot_table("value", ["seed", "arm"], "measure").reset_index()
    longest = wide[wide["arm"].isin(NETWORKS)].groupby("seed")["length"].max()
    control = wide[wide["arm"] == "random"].set_index("seed")["length"]
    # A random direction may meet black and white before it is as long.
    assert (control > 0.95 * longest).all()


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
