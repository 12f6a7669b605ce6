"""The strongest attack: exact on linear models, and never weaker than any of its parts."""

from __future__ import annotations

import pytest
import torch

from core.attacks import evasion
from core.attacks.apgd import apgd, checkpoints
from core.attacks.budget import Budget
from core.attacks.evasion import Target, correct, size_of
from core.attacks.losses import cross_entropy, margin, targeted_dlr
from core.attacks.square import edge, square
from core.attacks.worst_case import harder, surest, within, worst_case, worst_cases
from core.lab.run import complete
from tests.attacks.test_attacks import SEEDS, accuracy, trained

EPSILON = 0.1
LOSSES = {"cross_entropy": cross_entropy, "targeted_dlr": targeted_dlr, "margin": margin}


def drawn(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed))


def linear(classes: int) -> tuple[Target, torch.Tensor]:
    """A linear model of 4x4 pixels with 60 images, and which of them withstand: known exactly.

    The worst change for a class moves each pixel to the end of its interval where that class gains
    most, and no other change does better.
    """
    x, weights = drawn(2, 60, 16, seed=1), drawn(2, 16, classes, seed=2) - 0.5
    target = Target(lambda x: x @ weights, x, (x @ weights).argmax(-1), (5, 6))
    low, high = (x - EPSILON).clamp(0, 1), (x + EPSILON).clamp(0, 1)
    own = weights.transpose(1, 2).gather(1, target.y.unsqueeze(-1).expand(-1, -1, 16))
    withstands = torch.ones_like(target.y, dtype=torch.bool)
    for other in range(classes):
        gain = weights[:, None, :, other] - own
        worst = (torch.where(gain > 0, high, low) * gain).sum(-1)
        withstands &= (worst < 0) | (target.y == other)
    return target, withstands


def left(target: Target, moved: torch.Tensor) -> torch.Tensor:
    within(moved, target.x, EPSILON)
    return correct(target.logits, moved, target.y)


@pytest.mark.parametrize("loss", LOSSES)
def test_every_ascent_reaches_the_exact_robust_accuracy_of_two_classes(loss: str) -> None:
    target, withstands = linear(2)
    assert 0.2 < withstands.float().mean() < 0.8, "the comparison says nothing at the ends"
    moved = complete(apgd(target, EPSILON, LOSSES[loss], 1 - target.y, target.x, 20))
    assert torch.equal(left(target, moved), withstands)


def test_the_surest_ascent_reaches_the_exact_distance_in_the_euclidean_ball() -> None:
    """Two classes of a linear model lie as far apart as their logits over the length of a slope."""
    x, weights, epsilon = 0.3 + 0.4 * drawn(2, 60, 16, seed=1), drawn(2, 16, 2, seed=2) - 0.5, 0.02
    bias = -(x @ weights).mean(1, keepdim=True)
    scores = x @ weights + bias
    target = Target(lambda x: x @ weights + bias, x, scores.argmax(-1), (5, 6))
    slope = (weights[..., 1] - weights[..., 0]).norm(dim=-1, keepdim=True)
    withstands = (scores[..., 1] - scores[..., 0]).abs() / slope > epsilon * 4
    assert 0.2 < withstands.float().mean() < 0.8, "the comparison says nothing at the ends"
    moved = complete(surest(target, epsilon, 20, "l2"))
    within(moved, x, epsilon, "l2")
    assert torch.equal(correct(target.logits, moved, target.y), withstands)


def test_what_left_the_euclidean_ball_is_not_passed_on() -> None:
    clean = torch.full((1, 1, 4), 0.5)
    with pytest.raises(ArithmeticError, match="ball"):
        within(clean + 0.2, clean, 0.1, "l2")


def test_squares_reach_it_without_a_gradient() -> None:
    target, withstands = linear(2)
    assert torch.equal(left(target, complete(square(target, EPSILON, queries=800))), withstands)


def test_the_worst_case_reaches_the_exact_robust_accuracy_of_ten_classes() -> None:
    target, withstands = linear(10)
    assert 0.2 < withstands.float().mean() < 0.8, "the comparison says nothing at the ends"
    found = complete(worst_case(target, EPSILON, Budget(targets=9)))
    assert torch.equal(left(target, found), withstands)
    blind = complete(evasion.pgd(target, EPSILON, steps=20))
    assert left(target, blind).sum() >= withstands.sum()


def test_two_classes_leave_one_to_aim_at() -> None:
    target, withstands = linear(2)
    assert torch.equal(left(target, complete(worst_case(target, EPSILON, Budget()))), withstands)


def test_several_sizes_are_searched_from_both_ends() -> None:
    target, sizes = trained(), (0.03, 0.06, 0.1)
    tried = {size: [complete(evasion.pgd(target, size, steps=5))] for size in sizes}
    found = complete(worst_cases(target, Budget(targets=2, queries=10), tried))
    kept = []
    for size in sizes:
        assert size_of(found[size] - target.x, "linf").max() <= size + 1e-6
        kept.append(correct(target.logits, found[size], target.y))
        assert not (kept[-1] & ~correct(target.logits, tried[size][0], target.y)).any()
    assert not (kept[1] & ~kept[0]).any() and not (kept[2] & ~kept[1]).any()
    assert kept[0].sum() > kept[1].sum() > kept[2].sum()


def test_the_worst_case_is_at_most_that_of_each_attack() -> None:
    target, size = trained(), 0.1
    tried = [
        complete(evasion.fgsm(target, size)),
        complete(evasion.pgd(target, size, steps=10)),
        complete(evasion.random_signs(target, size)),
        complete(square(target, size, queries=50)),
    ]
    found = complete(worst_case(target, size, Budget(targets=2), tried))
    withstood = correct(target.logits, found, target.y)
    for moved in tried:
        assert not (withstood & ~correct(target.logits, moved, target.y)).any()
    assert accuracy(target, found) < accuracy(target, tried[1])


def test_a_larger_budget_finds_at_least_as_much() -> None:
    target, size = trained(), 0.1
    small = complete(worst_case(target, size, Budget(steps=5, targets=1, queries=10)))
    large = complete(worst_case(target, size, Budget(steps=20, targets=9, restarts=2), [small]))
    assert accuracy(target, large) <= accuracy(target, small)


def test_every_image_stays_in_the_ball_and_in_the_picture() -> None:
    target = trained()
    for size in (0.05, 0.3):
        found = complete(worst_case(target, size, Budget(targets=1, queries=20)))
        assert size_of(found - target.x, "linf").max() <= size + 1e-6
        assert found.min() >= 0 and found.max() <= 1


def test_an_image_outside_the_ball_is_an_error() -> None:
    clean = torch.full((1, 2, 4), 0.5)
    assert within(clean + 0.1, clean, 0.1) is not None
    for moved in (clean + 0.11, clean * float("nan")):
        with pytest.raises(ArithmeticError, match="left its ball"):
            within(moved, clean, 0.1)
    with pytest.raises(ArithmeticError, match="left its ball"):
        within(clean + 0.6, clean, 1.0)


def test_a_model_alone_is_attacked_as_in_company() -> None:
    target, size = trained(), 0.1
    budget = Budget(steps=6, targets=1, queries=40)
    together = correct(target.logits, complete(worst_case(target, size, budget)), target.y)
    for place, seed in enumerate(SEEDS):

        def logits(x: torch.Tensor, place: int = place) -> torch.Tensor:
            return target.logits(x.expand(len(SEEDS), -1, -1))[place : place + 1]

        own = slice(place, place + 1)
        single = Target(logits, target.x[own], target.y[own], [seed])
        alone = correct(logits, complete(worst_case(single, size, budget)), single.y)
        assert (alone[0] != together[place]).sum() <= 1, "rounding may turn one image"


def test_the_global_generator_is_left_alone() -> None:
    state = torch.get_rng_state()
    complete(worst_case(trained(), 0.05, Budget(steps=2, targets=1, queries=3)))
    assert torch.equal(state, torch.get_rng_state())


def test_the_first_of_two_changes_stays_unless_the_other_alone_fools() -> None:
    x = torch.tensor([[[0.6, 0.2], [0.6, 0.2], [0.4, 0.2]]])
    target = Target(
        lambda x: torch.stack([1 - 2 * x[..., 0], 2 * x[..., 0] - 1], -1),
        x, torch.ones(1, 3, dtype=torch.int64), (0,),
    )  # fmt: skip
    other = torch.tensor([[[0.45, 0.3], [0.7, 0.3], [0.3, 0.3]]])
    assert harder(target, x, other)[0, :, 1].tolist() == pytest.approx([0.3, 0.2, 0.2])


def test_the_dlr_does_not_see_scale_and_shift() -> None:
    scores, y, aim = 9 * drawn(1, 5, 6), torch.zeros(1, 5).long(), torch.full((1, 5), 3)
    told = targeted_dlr(scores, y, aim)
    torch.testing.assert_close(told, targeted_dlr(1000 * scores + 7, y, aim), rtol=1e-3, atol=1e-4)
    best = scores.sort(dim=-1, descending=True).values
    by_hand = (scores[..., 3] - scores[..., 0]) / (best[..., 0] - best[..., 2:4].mean(-1))
    torch.testing.assert_close(told, by_hand)


@pytest.mark.parametrize("classes", [2, 3])
def test_with_fewer_than_four_classes_the_dlr_is_the_margin(classes: int) -> None:
    scores, y, aim = drawn(1, 5, classes), torch.zeros(1, 5).long(), torch.ones(1, 5).long()
    assert torch.equal(targeted_dlr(scores, y, aim), scores[..., 1] - scores[..., 0])


def test_checkpoints_and_squares_are_those_of_the_papers() -> None:
    assert checkpoints(101) == [0, 22, 41, 57, 70, 80, 87, 93, 99, 100]
    assert checkpoints(1) == [0]
    assert [edge(done, 8) for done in (0, 0.002, 0.3, 0.9)] == [7, 5, 1, 1]
