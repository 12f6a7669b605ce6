"""The false security experiment: its tables on hand-made scores, its lesson on fresh seeds."""

from __future__ import annotations

import pandas as pd
import pytest

from core.attacks.defences import rounded
from core.challenges.adversarial.false_security import (
    EXPERIMENT,
    FalseSecurityConfig,
    FalseSecurityResult,
    FalseSecurityView,
)
from core.challenges.adversarial.false_security.config import EVERYTHING, GRADIENTS
from core.challenges.adversarial.false_security.run import defended
from tests.runs import and_shipped, figure, result_of, smallest

DEFENCES, UNMASKED, FLAT = (
    figure(EXPERIMENT, name) for name in ("defences", "unmasked", "flat_gradients")
)
VIEW = FalseSecurityView()


def hand_made() -> FalseSecurityResult:
    """Two masks keep 0.9 from the gradient and 0.1 from the rest; training keeps 0.4 and 0.35."""
    kept = {"none": (0.02, 0.01), "scaled": (0.9, 0.1), "quantised": (0.9, 0.1), "pgd": (0.4, 0.35)}
    rows, flat = [], []
    for name, (gradient, rest) in kept.items():
        for seed in (0, 1):
            for attack in ("FGSM", "PGD", GRADIENTS):
                rows.append((seed, gradient + seed / 100, name, attack))
            for attack in ("transfer", "search", "adaptive", EVERYTHING):
                rows.append((seed, rest + seed / 100, name, attack))
            rows.append((seed, 0.97, name, "clean"))
            flat.append((seed, 0.98 if name in ("scaled", "quantised") else 0.0, name))
    scores = pd.DataFrame(rows, columns=["seed", "value", "defence", "attack"])
    return FalseSecurityResult(scores, pd.DataFrame(flat, columns=["seed", "value", "defence"]))


def test_matrix_shows_each_attack_or_the_two_sums():
    assert len(DEFENCES.table(hand_made(), VIEW)) == 4 * 7
    together = DEFENCES.table(hand_made(), FalseSecurityView(show="together"))
    assert set(together.attack) == {"none", "FGSM and PGD", "all attacks"}


def test_masks_are_told_from_the_real_defence():
    caption = UNMASKED.caption(UNMASKED.table(hand_made(), VIEW), VIEW)
    assert (
        "Over 20 points lost to attacks other than FGSM and PGD: logits scaled, pixels" in caption
    )
    assert "Less than that: no defence, PGD training" in caption
    gap = UNMASKED.table(hand_made(), VIEW).set_index("defence")
    assert gap.loc["PGD training", "mean"] == pytest.approx(-0.05)
    assert gap.loc["PGD training", "high"] == pytest.approx(-0.05), "paired by seed"


def test_flat_gradients_are_named():
    caption = FLAT.caption(FLAT.table(hand_made(), VIEW), VIEW)
    assert "logits scaled (98.0%), pixels rounded (98.0%)" in caption


def test_rounding_has_the_levels_it_says():
    import torch

    x = torch.linspace(0, 1, 101)
    assert rounded(x, 5).unique().tolist() == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    assert rounded(x, 2).unique().tolist() == [0, 1]


def test_defences_change_the_gradient_and_not_the_answer_they_claim():
    import torch

    weights = torch.randn(1, 64, 10, generator=torch.Generator().manual_seed(0))
    plain, scaled, quantised = defended(FalseSecurityConfig(), lambda x: x @ weights)
    x = torch.rand(1, 20, 64, generator=torch.Generator().manual_seed(1), requires_grad=True)
    assert torch.equal(plain.logits(x).argmax(-1), scaled.logits(x).argmax(-1))
    assert torch.allclose(quantised.logits(x), quantised.seen_by_attacker(x), atol=1e-5)
    for logits, flat in ((quantised.logits, True), (quantised.seen_by_attacker, False)):
        slope = torch.autograd.grad(logits(x).square().sum(), x)[0]
        assert bool((slope == 0).all()) == flat


@pytest.mark.trained
def test_what_survives_everything_is_no_more_than_what_survives_one():
    result = smallest("adversarial/false_security").result
    means = result.scores.groupby(["defence", "attack"])["value"].mean().unstack()
    for attack in ("FGSM", "PGD", "transfer", "search", "adaptive", GRADIENTS):
        assert (means[EVERYTHING] <= means[attack] + 1e-12).all(), attack


@pytest.mark.parametrize("first_seed", and_shipped(900))
def test_the_lesson_holds_on_fresh_seeds(first_seed):
    result = result_of("adversarial/false_security", FalseSecurityConfig(first_seed=first_seed))
    verdicts = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims}
    assert set(verdicts.values()) == {"shown"}, verdicts
    assert "seems to keep" in EXPERIMENT.finding(result)
