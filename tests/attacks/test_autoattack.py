"""Our strongest attack against AutoAttack (Croce & Hein 2020), on the same hardened networks."""

from __future__ import annotations

import logging
from functools import cache

import pytest
import torch

from core.attacks import evasion
from core.attacks.adversarial_training import train
from core.attacks.apgd import apgd
from core.attacks.budget import Budget
from core.attacks.evasion import Target, correct, drawn_start, uniform
from core.attacks.losses import cross_entropy
from core.attacks.method import Method
from core.attacks.worst_case import surest, worst_case
from core.data.embedded import load_digits
from core.lab.run import complete
from core.models.digit_cnn import DigitNets, stacked_inputs
from tests.attacks.test_attacks import SEEDS, Single, accuracy

SIZE, IMAGES = 0.15, 100
LENGTH = 0.1
"""Euclidean, per pixel: 8 times that over all 64."""


@cache
def hardened() -> Target:
    """Three networks trained against PGD, and 100 digits each."""
    data = [load_digits(600, seed=seed) for seed in SEEDS]
    nets = DigitNets("cnn", SEEDS)
    complete(train(nets, data, Method("pgd", SIZE, steps=3), epochs=8))
    x = stacked_inputs([one.x_validation[:IMAGES] for one in data])
    y = stacked_inputs([one.y_validation[:IMAGES] for one in data])
    return Target(nets.logits(), x, y, SEEDS)


def by_autoattack(
    attacks: list[str], iterations: int, norm: str = "Linf", size: float = SIZE
) -> torch.Tensor:
    """Which images withstand the library's attacks, `(K, B)` bool."""
    from pyautoattack import AutoAttack

    logging.getLogger("auto-attack").setLevel(logging.WARNING)
    target, kept = hardened(), []
    with torch.random.fork_rng():
        for place in range(len(SEEDS)):
            model = Single(target.logits, place).eval()
            theirs = AutoAttack(
                model, norm=norm, attacks=attacks, eps=size, seed=0, version="custom"
            )
            theirs.verbose = False
            theirs.apgd.n_iter = theirs.apgd_targeted.n_iter = iterations
            theirs.apgd.n_restarts = 1
            x, y = target.x[place].view(-1, 1, 8, 8), target.y[place]
            moved, _ = theirs.run_standard_evaluation(x, y)
            found = target.x.clone()
            found[place] = moved.flatten(1)
            kept.append(correct(target.logits, found, target.y)[place])
    return torch.stack(kept)


def test_apgd_leaves_what_that_of_the_library_leaves_at_equal_steps() -> None:
    target, steps = hardened(), 30
    start = target.x + SIZE * (2 * uniform(target, 64, "test") - 1)
    ours = accuracy(target, complete(
        apgd(target, SIZE, cross_entropy, target.y, start, steps)
    ))  # fmt: skip
    theirs = by_autoattack(["apgd-ce"], steps).float().mean().item()
    assert 0.1 < theirs < 0.9, "the comparison says nothing at the ends"
    assert ours == pytest.approx(theirs, abs=0.015)


def test_apgd_in_the_euclidean_ball_leaves_what_that_of_the_library_leaves() -> None:
    target, steps = hardened(), 30
    start = drawn_start(target, LENGTH, "l2")
    ours = accuracy(target, complete(
        apgd(target, LENGTH, cross_entropy, target.y, start, steps, norm="l2")
    ))  # fmt: skip
    theirs = by_autoattack(["apgd-ce"], steps, "L2", 8 * LENGTH).float().mean().item()
    assert 0.1 < theirs < 0.9, "the comparison says nothing at the ends"
    assert ours == pytest.approx(theirs, abs=0.015)


def test_the_surest_ascent_lies_between_the_ascents_of_the_library() -> None:
    """It aims at the nearest wrong class alone; theirs at all nine, one after the other."""
    target = hardened()
    blind, aimed = (
        by_autoattack(attacks, 30, "L2", 8 * LENGTH).float().mean().item()
        for attacks in (["apgd-ce"], ["apgd-ce", "apgd-t"])
    )
    ours = accuracy(target, complete(surest(target, LENGTH, 30, "l2")))
    assert 0.1 < aimed < blind < 0.9, "the comparison says nothing"
    assert aimed - 0.01 <= ours <= blind + 0.01


def test_the_strongest_attack_leaves_no_more_than_autoattack() -> None:
    target = hardened()
    theirs = by_autoattack(["apgd-ce", "apgd-t"], 50)
    found = complete(worst_case(target, SIZE, Budget(steps=20, targets=4, queries=100)))
    ours = correct(target.logits, found, target.y)
    weak = accuracy(target, complete(evasion.pgd(target, SIZE, steps=20)))
    assert 0.1 < theirs.float().mean() < weak - 0.03, "the comparison says nothing"
    assert ours.float().mean() == pytest.approx(theirs.float().mean().item(), abs=0.01)


@pytest.mark.slow
def test_the_whole_of_autoattack_finds_hardly_more() -> None:
    target = hardened()
    theirs = by_autoattack(["apgd-ce", "apgd-t", "fab-t", "square"], 100)
    found = complete(worst_case(target, SIZE, Budget(steps=20, targets=4, queries=100)))
    ours = correct(target.logits, found, target.y)
    assert ours.float().mean() == pytest.approx(theirs.float().mean().item(), abs=0.01)
