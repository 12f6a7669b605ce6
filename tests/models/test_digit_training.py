"""Stacked training: alone as in company, on its own examples, and what it hands out."""

from __future__ import annotations

from functools import partial

import numpy as np
import torch

from core.data.embedded import load_digits
from core.data.warps import shifted
from core.lab.run import complete
from core.models.digit_cnn import DigitNets
from core.models.digit_training import BATCH, Learner, asked, steps_in, train

DATA = load_digits(128, seed=3)


def noisy(x, rng):
    return shifted("noise", x, np.full(len(x), 0.2), rng)


def learner(seed, n=64, change=None):
    return Learner(seed, DATA.x_train[:n], DATA.y_train[:n], change)


def test_a_network_alone_learns_what_it_learns_in_company():
    company = [learner(1), learner(1, change=noisy), learner(2, n=128)]
    together = DigitNets("mlp", [one.seed for one in company])
    steps = list(train(together, company, 64, 3))
    assert steps[-1] == steps_in(64, 3) == 3 * 64 // BATCH
    for place, one in enumerate(company):
        alone = DigitNets("mlp", [one.seed])
        complete(train(alone, [one], 64, 3))
        for ours, theirs in zip(together.parameters, alone.parameters, strict=True):
            torch.testing.assert_close(ours[place], theirs[0], atol=1e-5, rtol=1e-4)


def test_arms_of_one_seed_begin_alike_and_see_the_same_examples():
    seen = {"plain": [], "changed": []}

    def watch(name, x, rng):
        seen[name].append(x.copy())
        return x

    arms = [learner(1, change=partial(watch, name)) for name in seen]
    nets = DigitNets("mlp", [1, 1])
    assert all(torch.equal(p[0], p[1]) for p in nets.parameters)
    complete(train(nets, arms, 64, 2))
    assert np.array_equal(seen["plain"], seen["changed"])
    first, second = seen["plain"]
    assert not np.array_equal(first, second), "every pass has its own order"
    assert np.array_equal(np.sort(first.sum(1)), np.sort(second.sum(1))), "of the same examples"


def test_who_has_more_examples_sees_others_in_every_pass():
    seen = []

    def watch(x, rng):
        seen.append(x.copy())
        return x

    complete(train(DigitNets("mlp", [1]), [learner(1, n=128, change=watch)], 64, 3))
    assert [len(x) for x in seen] == [64, 64, 64]
    assert len(np.unique(np.concatenate(seen), axis=0)) > 64


def test_answers_are_those_of_the_networks_and_features_what_the_last_layer_reads():
    nets = DigitNets("pooled_cnn", [1, 2], n_classes=8)
    x = np.stack([DATA.x_train, DATA.x_train[::-1]])
    logits = complete(asked(nets, x))
    assert logits.shape == (2, 128, 8)
    assert np.allclose(logits, nets.logits()(torch.from_numpy(x)), atol=1e-5)
    mlp = DigitNets("mlp", [1, 2])
    read = complete(asked(mlp, x, features=True))
    weight, bias = (p.detach().numpy() for p in mlp.parameters[-2:])
    assert np.allclose(read @ weight + bias[:, None], complete(asked(mlp, x)), atol=1e-5)
