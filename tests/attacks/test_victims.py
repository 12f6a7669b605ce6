"""What the experiments of the challenge reckon with: operations, pauses, shares of each seed."""

from __future__ import annotations

import numpy as np
import pytest

from core.attacks import victims
from core.attacks.adversarial_training import train
from core.attacks.method import Method, Training
from core.models.digit_cnn import NETWORKS, DigitNets
from core.models.digit_flops import FLOPS


def test_operations_are_those_of_the_networks():
    assert {name: DigitNets(name, (0,)).flops for name in NETWORKS} == FLOPS


@pytest.mark.parametrize("kind", ["standard", "gaussian", "fgsm", "pgd", "trades"])
def test_a_training_pauses_as_often_as_is_told(kind):
    training = Training("linear", 120, 2, Method(kind, 0.1, steps=3))
    nets, (group,) = DigitNets("linear", (3,)), victims.groups((3,), 120)
    assert sum(1 for _ in train(nets, group.data, training.method, 2)) == training.pauses


def test_each_seed_gets_the_share_of_its_own_cases():
    cases = np.array([[True, False, True, True], [False, False, False, True]])
    assert victims.shares((7, 8), cases, "FGSM") == [(7, 0.75, "FGSM"), (8, 0.25, "FGSM")]
