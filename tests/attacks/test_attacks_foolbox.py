"""Our attacks against foolbox's at equal steps, on the same networks and examples."""

from __future__ import annotations

import warnings

import pytest
import torch

from core.attacks import evasion
from core.attacks.carlini_wagner import carlini_wagner
from core.attacks.evasion import correct
from core.lab.run import complete
from tests.attacks.test_attacks import EPSILON, SEEDS, STEPS, Single, accuracy, trained

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
    ours = accuracy(trained(), complete(evasion.pgd(trained(), EPSILON, steps=STEPS)))
    theirs = by_foolbox("LinfPGD", EPSILON, steps=STEPS, rel_stepsize=2.5 / STEPS)
    assert 0.1 < theirs < 0.9, "the comparison says nothing at the ends"
    assert ours <= theirs + 0.01


def test_l2_pgd_is_at_least_as_strong_as_that_of_foolbox_at_equal_steps():
    epsilon = 0.08  # per pixel; their norm is of the whole image, 8 times as long
    ours = accuracy(trained(), complete(evasion.pgd(trained(), epsilon, steps=STEPS, norm="l2")))
    theirs = by_foolbox("L2PGD", 8 * epsilon, steps=STEPS, rel_stepsize=2.5 / STEPS)
    assert 0.1 < theirs < 0.9, "the comparison says nothing at the ends"
    assert ours <= theirs + 0.01


def test_fgsm_is_that_of_foolbox():
    ours = accuracy(trained(), complete(evasion.fgsm(trained(), EPSILON)))
    theirs = by_foolbox("LinfFastGradientAttack", EPSILON, random_start=False)
    assert ours == pytest.approx(theirs, abs=0.011)


def by_foolboxs_carlini_wagner(place: int, searches: int, steps: int) -> torch.Tensor:
    """Lengths of the changes that the library finds for the images seen rightly."""
    import foolbox

    target = trained()
    mine = correct(target.logits, target.x, target.y)[place]
    model = foolbox.PyTorchModel(Single(target.logits, place).eval(), (0, 1), device="cpu")
    attack = foolbox.attacks.L2CarliniWagnerAttack(
        binary_search_steps=searches, steps=steps, stepsize=0.05, initial_const=0.5,
        abort_early=False,
    )  # fmt: skip
    x = target.x[place][mine]
    _, moved, fooled = attack(model, x.view(-1, 1, 8, 8), target.y[place][mine], epsilons=None)
    assert fooled.float().mean() > 0.95
    return (moved.flatten(1) - x).norm(dim=-1)[fooled]


def test_carlini_wagner_goes_no_farther_than_that_of_foolbox_at_equal_steps():
    target = trained()
    ours = complete(carlini_wagner(target, searches=3, steps=60))
    right = correct(target.logits, target.x, target.y)
    assert not correct(target.logits, ours, target.y).any(), "every image has a nearest mistake"
    assert torch.equal(ours[~right], target.x[~right])
    for place in range(len(SEEDS)):
        found = (ours - target.x)[place][right[place]].norm(dim=-1)
        assert found.median() <= 1.03 * by_foolboxs_carlini_wagner(place, 3, 60).median()
