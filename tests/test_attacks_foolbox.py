"""Our attacks against foolbox's at equal steps, on the same networks and examples."""

from __future__ import annotations

import warnings

import pytest
import torch

from core import attacks
from core.attacks import correct
from core.experiment import complete
from tests.test_attacks import EPSILON, SEEDS, STEPS, Single, accuracy, trained

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def by_foolbox(name: str, epsilon: float, **options: float) -> float:
    """Accuracy under an attack of the library; the best of its moves counts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import foolbox
    target, right = trained(), []
    with torch.random.fork_rng():
        torch.default_generator.manual_seed(0)
        for place in range(len(SEEDS)):
            net = Single(target.logits, place).eval()
            model = foolbox.PyTorchModel(net, bounds=(0, 1), device="cpu")
            attack = getattr(foolbox.attacks, name)(**options)
            x = target.x[place].view(-1, 1, 8, 8)
            _, moved, _ = attack(model, x, target.y[place], epsilons=epsilon)
            found = target.x.clone()
            found[place] = moved.flatten(1)
            right.append(correct(target.logits, found, target.y)[place].float().mean())
    return torch.stack(right).mean().item()


def test_pgd_is_at_least_as_strong_as_that_of_foolbox_at_equal_steps():
    ours = accuracy(trained(), complete(attacks.pgd(trained(), EPSILON, steps=STEPS)))
    theirs = by_foolbox("LinfPGD", EPSILON, steps=STEPS, rel_stepsize=2.5 / STEPS)
    assert 0.1 < theirs < 0.9, "the comparison says nothing at the ends"
    assert ours <= theirs + 0.01


def test_l2_pgd_is_at_least_as_strong_as_that_of_foolbox_at_equal_steps():
    epsilon = 0.08  # per pixel; their norm is of the whole image, 8 times as long
    ours = accuracy(trained(), complete(attacks.pgd(trained(), epsilon, steps=STEPS, norm="l2")))
    theirs = by_foolbox("L2PGD", 8 * epsilon, steps=STEPS, rel_stepsize=2.5 / STEPS)
    assert 0.1 < theirs < 0.9, "the comparison says nothing at the ends"
    assert ours <= theirs + 0.01


def test_fgsm_is_that_of_foolbox():
    ours = accuracy(trained(), complete(attacks.fgsm(trained(), EPSILON)))
    theirs = by_foolbox("LinfFastGradientAttack", EPSILON, random_start=False)
    assert ours == pytest.approx(theirs, abs=0.011)
