"""Networks made smaller: against torch's own pruning, rounding, SVD and training."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn.utils import prune

from core.lab.run import complete
from core.lab.seeding import numpy_generator
from core.models import compression as c
from core.models import stored_weights as stored
from core.models.network import Network

SEEDS, SIZES = (0, 1), (6, 8, 8, 3)


def layers() -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [
        torch.randn(len(SEEDS), a + 1, b, generator=generator)
        for a, b in zip(SIZES, SIZES[1:], strict=False)
    ]


def ones() -> list[torch.Tensor]:
    return [torch.ones_like(layer) for layer in layers()]


def examples() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(len(SEEDS), 64, 6, generator=generator)
    return x, torch.eye(3)[torch.randint(3, (len(SEEDS), 64), generator=generator)]


def forms() -> dict[str, c.Form]:
    gaps = c.masked(layers(), c.largest_weights(layers(), [20, 50]), gaps=True)
    units = c.masked(layers(), c.largest_units(layers(), [3, 5]))
    bits = c.in_bits(layers(), [2, 16])
    return {"gaps": gaps, "units": units, "bits": bits, "rank": c.of_rank(layers(), [1, 2])}


def trained(form: c.Form, steps: int = 20) -> None:
    complete(c.train(form, SEEDS, *examples(), steps=steps, rate=0.01))


@pytest.mark.parametrize("name", ["gaps", "units", "bits", "rank"])
def test_what_is_read_back_answers_as_what_was_trained(name: str) -> None:
    form = forms()[name]
    before = [p.detach().clone() for p in form.parameters]
    trained(form)
    assert any((a != b).any() for a, b in zip(before, form.parameters, strict=True))
    x, _ = examples()
    answers = c.scores(form.layers(), x).detach()
    for place in range(len(SEEDS)):
        _, read = form.stored(place)
        np.testing.assert_allclose(
            Network(read)(x[place]).numpy(), answers[place].numpy(), rtol=1e-4, atol=1e-4
        )


def test_the_largest_weights_are_those_that_torch_keeps() -> None:
    for place, kept in enumerate([20, 50]):
        parts = [torch.nn.Linear(a, b) for a, b in zip(SIZES, SIZES[1:], strict=False)]
        for part, layer in zip(parts, layers(), strict=True):
            part.weight.data = layer[place, :-1].T.contiguous()
        total = sum(part.weight.numel() for part in parts)
        prune.global_unstructured(
            [(part, "weight") for part in parts], prune.L1Unstructured, amount=total - kept
        )
        for part, mask in zip(parts, c.largest_weights(layers(), [20, 50]), strict=True):
            torch.testing.assert_close(mask[place, :-1].T, part.weight_mask)
            assert mask[place, -1].all()


def test_units_that_are_gone_stay_gone_in_training() -> None:
    form = forms()["units"]
    trained(form)
    for place, width in enumerate([3, 5]):
        _, read = form.stored(place)
        assert [layer.shape[1] for layer in read] == [width, width, 3]


def test_the_strongest_units_are_kept() -> None:
    made = layers()
    made[0][:, :, 2] = 0.0
    masks = c.largest_units(made, [7, 7])
    assert (masks[0][:, :, 2] == 0).all() and (masks[1][:, 2] == 0).all()
    assert masks[0].sum() == 2 * 7 * 7


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_weights_are_whole_numbers_of_their_scale_and_the_scale_is_no_worse_than_the_widest(
    bits: int,
) -> None:
    most = float(stored.most_level(bits))
    given = layers()[0][:, :-1]
    scale = c.best_scales(given, torch.tensor(most))
    whole = given.abs().amax(1, keepdim=True) / most

    def lost(step: torch.Tensor) -> torch.Tensor:
        return ((given / step).round().clamp(-most, most) * step - given).square().sum(1)

    assert (lost(scale) <= lost(whole)).all()
    used = c.in_bits(layers(), [bits, bits]).layers()[0][:, :-1]
    levels = used / scale
    torch.testing.assert_close(levels, levels.round(), rtol=0, atol=1e-4)
    assert levels.abs().max() <= most + 1e-4


def test_sixteen_bits_are_bfloat16() -> None:
    used = c.in_bits(layers(), [16, 16]).layers()
    for one, given in zip(used, layers(), strict=True):
        assert torch.equal(one[:, :-1], given[:, :-1].bfloat16().float())


def test_factors_begin_as_the_nearest_matrix_of_their_rank() -> None:
    used = c.of_rank(layers(), [1, 2]).layers()
    for place, rank in enumerate([1, 2]):
        weight = layers()[1][place, :-1].numpy()
        left, size, right = np.linalg.svd(weight)
        nearest = left[:, :rank] * size[:rank] @ right[:rank]
        np.testing.assert_allclose(used[1][place, :-1].detach(), nearest, atol=1e-4)


def test_training_is_that_of_torch() -> None:
    form = c.masked(layers(), ones())
    trained(form, steps=10)
    x, y = examples()
    for place, seed in enumerate(SEEDS):
        net = Network([layer[place].numpy() for layer in layers()])
        for parameter in net.parameters():
            parameter.requires_grad_()
        optimizer = torch.optim.Adam(net.parameters())
        for step in range(10):
            order = numpy_generator(seed, "compression", step // 2).permutation(64)
            at = order[32 * (step % 2) :][:32]
            optimizer.param_groups[0]["lr"] = 0.01 * (1 - step / 10)
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(net(x[place, at]), y[place, at]).backward()
            optimizer.step()
        own = c.scores(form.layers(), x)[place]
        torch.testing.assert_close(own, net(x[place]), rtol=1e-3, atol=1e-3)
