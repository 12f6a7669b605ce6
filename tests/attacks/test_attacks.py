"""Our attacks: on a case worked out by hand, and against torchattacks at equal steps."""

from __future__ import annotations

import warnings
from functools import cache

import pytest
import torch

from core.attacks import evasion
from core.attacks.adversarial_training import train
from core.attacks.carlini_wagner import carlini_wagner
from core.attacks.evasion import Target, correct, size_of
from core.attacks.method import Method
from core.attacks.square import square
from core.data.embedded import load_digits
from core.lab.run import complete
from core.models.digit_cnn import DigitNets, Logits, stacked_inputs

SEEDS = (0, 1, 2)
EPSILON, STEPS = 0.1, 10


def linear(x: torch.Tensor) -> torch.Tensor:
    """Class 1 when the first of four pixels is over one half: the distance is |x - 1/2|."""
    return torch.stack([1 - 2 * x[..., 0], 2 * x[..., 0] - 1], dim=-1)


@cache
def trained() -> Target:
    """Three networks and 150 digits each."""
    data = [load_digits(400, seed=seed) for seed in SEEDS]
    nets = DigitNets("cnn", SEEDS)
    complete(train(nets, data, Method(), epochs=12))
    x = stacked_inputs([one.x_validation[:150] for one in data])
    y = stacked_inputs([one.y_validation[:150] for one in data])
    return Target(nets.logits(), x, y, SEEDS)


def accuracy(target: Target, attacked: torch.Tensor) -> float:
    return correct(target.logits, attacked, target.y).float().mean().item()


class Single(torch.nn.Module):
    """One network of a stack as the module that libraries attack."""

    def __init__(self, logits: Logits, place: int) -> None:
        super().__init__()
        self.logits, self.place = logits, place
        self.anchor = torch.nn.Parameter(torch.zeros(()))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.logits(x.flatten(1).expand(len(SEEDS), -1, -1))[self.place]


def by_torchattacks(name: str, **options: float) -> float:
    """Accuracy under an attack of the library."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torchattacks = pytest.importorskip("torchattacks")
    target, right = trained(), []
    with torch.random.fork_rng():
        torch.default_generator.manual_seed(0)
        for place in range(len(SEEDS)):
            attack = getattr(torchattacks, name)(Single(target.logits, place), **options)
            moved = attack(target.x[place].view(-1, 1, 8, 8), target.y[place]).flatten(1)
            found = target.x.clone()
            found[place] = moved
            right.append(correct(target.logits, found, target.y)[place].float().mean())
    return torch.stack(right).mean().item()


def test_fgsm_by_hand():
    x = torch.tensor([[[0.55, 0.2, 0.2, 0.2], [0.7, 0.2, 0.2, 0.2]]])
    target = Target(linear, x, torch.ones(1, 2, dtype=torch.int64), (0,))
    moved = complete(evasion.fgsm(target, 0.1))
    assert moved[0, :, 0].tolist() == pytest.approx([0.45, 0.6])
    assert correct(linear, moved, target.y).tolist() == [[False, True]]


def test_deepfool_finds_the_distance_to_a_straight_boundary():
    x = torch.tensor([[[0.8, 0.2, 0.2, 0.2]]])
    target = Target(linear, x, torch.ones(1, 1, dtype=torch.int64), (0,))
    moved = complete(evasion.deepfool(target))
    assert (moved - x).norm().item() == pytest.approx(0.3, rel=0.03)
    assert size_of(moved - x, "l2").item() == pytest.approx(0.15, rel=0.03)


def test_carlini_wagner_finds_the_distance_to_a_straight_boundary():
    x = torch.tensor([[[0.8, 0.5, 0.5, 0.5], [0.9, 0.1, 1.0, 0.0], [0.3, 0.5, 0.5, 0.5]]])
    target = Target(linear, x, torch.tensor([[1, 1, 1]]), [0])
    change = complete(carlini_wagner(target)) - x
    assert change.norm(dim=-1)[0].tolist() == pytest.approx([0.3, 0.4, 0.0], abs=0.01)
    assert (complete(carlini_wagner(target)) - 0.5).abs().max() <= 0.5


def test_carlini_wagner_goes_no_farther_than_deepfool():
    target = trained()
    right = correct(target.logits, target.x, target.y)
    lengths = [
        (complete(attack) - target.x).norm(dim=-1)[right]
        for attack in (carlini_wagner(target), evasion.deepfool(target, steps=50))
    ]
    assert lengths[0].median() <= lengths[1].median()
    assert (lengths[0] <= 1.02 * lengths[1]).float().mean() > 0.9


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_pgd_stays_in_the_ball_and_in_the_picture(norm):
    target = trained()
    moved = complete(evasion.pgd(target, EPSILON, steps=STEPS, norm=norm))
    assert size_of(moved - target.x, norm).max() <= EPSILON + 1e-6
    assert moved.min() >= 0 and moved.max() <= 1


def test_dropping_fooled_examples_changes_no_verdict_for_the_worse():
    target = trained()
    quick = accuracy(target, complete(evasion.pgd(target, EPSILON, steps=STEPS)))
    full = accuracy(target, complete(evasion.pgd(target, EPSILON, steps=STEPS, drop_fooled=False)))
    assert quick <= full + 1e-9


def test_pgd_is_at_least_as_strong_as_torchattacks_at_equal_steps():
    ours = accuracy(trained(), complete(evasion.pgd(trained(), EPSILON, steps=STEPS)))
    options = {"eps": EPSILON, "alpha": 2.5 * EPSILON / STEPS, "steps": STEPS}
    theirs = by_torchattacks("PGD", **options)
    assert 0.1 < theirs < 0.9, "the comparison says nothing at the ends"
    assert ours <= theirs + 0.01


def test_l2_pgd_is_at_least_as_strong_as_torchattacks_at_equal_steps():
    epsilon = 0.08  # per pixel; their norm is of the whole image, 8 times as long
    ours = accuracy(trained(), complete(evasion.pgd(trained(), epsilon, steps=STEPS, norm="l2")))
    options = {"eps": 8 * epsilon, "alpha": 8 * 2.5 * epsilon / STEPS, "steps": STEPS}
    theirs = by_torchattacks("PGDL2", **options)
    assert 0.1 < theirs < 0.9, "the comparison says nothing at the ends"
    assert ours <= theirs + 0.01


def test_fgsm_is_that_of_torchattacks():
    ours = accuracy(trained(), complete(evasion.fgsm(trained(), EPSILON)))
    assert ours == pytest.approx(by_torchattacks("FGSM", eps=EPSILON), abs=0.011)


def test_deepfool_goes_no_farther_than_torchattacks():
    target = trained()
    moved = complete(evasion.deepfool(target))
    right = correct(target.logits, target.x, target.y)
    ours = size_of(moved - target.x, "l2")[0][right[0]].median().item()
    torchattacks = pytest.importorskip("torchattacks")
    attack = torchattacks.DeepFool(Single(target.logits, 0), steps=15)
    theirs = attack(target.x[0].view(-1, 1, 8, 8), target.y[0]).flatten(1)
    distance = size_of(theirs - target.x[0], "l2")[right[0]].median().item()
    assert accuracy(target, moved) < 0.02
    assert ours <= 1.02 * distance


def test_noise_is_much_weaker_than_an_attack_of_its_size():
    target = trained()
    noise = accuracy(target, complete(evasion.random_signs(target, EPSILON)))
    attack = accuracy(target, complete(evasion.pgd(target, EPSILON)))
    assert noise > attack + 0.2


def test_squares_need_no_gradient():
    target = trained()

    def masked(x: torch.Tensor) -> torch.Tensor:
        return target.logits((x * 16).round() / 16)

    hidden = Target(masked, target.x, target.y, SEEDS)
    stuck = accuracy(hidden, complete(evasion.pgd(hidden, 0.2, random_start=False)))
    searched = complete(square(hidden, 0.2, queries=100))
    assert stuck == accuracy(hidden, target.x)
    assert accuracy(hidden, searched) < stuck - 0.3
    assert size_of(searched - target.x, "linf").max() <= 0.2 + 1e-6


@pytest.mark.parametrize("kind", ["standard", "pgd"])
def test_attacks_leave_global_randomness_alone(kind):
    state = torch.get_rng_state()
    complete(evasion.pgd(trained(), 0.05, steps=2, random_start=kind == "pgd"))
    assert torch.equal(state, torch.get_rng_state())
