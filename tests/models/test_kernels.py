"""Layers in other forms answer as the layer that they are made from."""

from __future__ import annotations

import pytest
import torch

from core.lab.run import complete
from core.lab.timing import LEAST
from core.models import kernels
from core.models.compression_cost import layer_bytes
from core.models.kernels import KEPT, KERNELS, RANK, built, in_turn, network, seconds

WIDTH = 64


def layer() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    weight = torch.randn(WIDTH, WIDTH, generator=generator) / WIDTH**0.5
    return weight, torch.randn(5, WIDTH, generator=generator)


@pytest.mark.parametrize(
    ("name", "error"),
    [("float32", 1e-5), ("bfloat16", 0.02), ("int8", 0.05), ("static int8", 0.1),
     ("int8 weights", 0.02), ("int4 weights", 0.15)],
)  # fmt: skip
def test_it_answers_as_float32_within_its_rounding(name: str, error: float) -> None:
    """Root mean square error, against outputs of about one."""
    weight, x = layer()
    form = built(name, weight)
    if form is None:
        pytest.skip(f"no kernel for {name} here")
    assert (form(x).float() - x @ weight.T).square().mean().sqrt() < error


def test_a_sparse_layer_is_the_layer_of_its_largest_weights() -> None:
    weight, x = layer()
    least = weight.abs().flatten().sort(descending=True).values[int(KEPT * WIDTH**2) - 1]
    wanted = x @ (weight * (weight.abs() >= least)).T
    form = built("1 weight in 10", weight)
    assert form is not None
    torch.testing.assert_close(form(x), wanted, rtol=1e-4, atol=1e-4)


def test_a_product_is_two_thin_matrices() -> None:
    weight, x = layer()
    form = built("low rank", weight)
    assert form is not None
    rank = WIDTH // RANK
    torch.testing.assert_close(form(x), x @ weight[:rank].T @ weight[:, :rank].T)


def test_a_form_without_a_kernel_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(weight: torch.Tensor) -> object:
        raise NotImplementedError

    monkeypatch.setitem(KERNELS, "int8", missing)  # type: ignore[arg-type]
    assert built("int8", layer()[0]) is None


def test_the_time_of_a_call_does_not_grow_with_the_calls_that_are_timed() -> None:
    asked = []
    took = seconds(lambda x: asked.append(1) or x, torch.zeros(1), 4, 3)
    assert len(asked) == 1 + 4 * 3
    assert 0 <= took < 1


def test_a_block_in_which_the_clock_stands_still_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for ticks, wanted in (([0.0, 0.0, 1.0, 3.0, 3.0, 7.0], 2.0), ([5.0] * 6, LEAST)):
        clock = iter(ticks)
        monkeypatch.setattr(kernels.time, "thread_time", lambda clock=clock: next(clock))
        assert seconds(lambda x: x, torch.zeros(1), 1, 3) == wanted


def test_networks_answer_together_by_the_mean_of_their_chances() -> None:
    weight, x = layer()
    other = weight.flip(0)
    alone = [network("float32", [pair])(x) for pair in ((weight, other), (other, weight))]
    first = ((x @ weight.T).relu() @ other.T).softmax(-1)
    torch.testing.assert_close(alone[0], first, rtol=1e-4, atol=1e-6)
    both = network("float32", [(weight, other), (other, weight)])(x)
    torch.testing.assert_close(both, (alone[0] + alone[1]) / 2, rtol=1e-4, atol=1e-6)


def test_a_network_whose_form_has_no_kernel_here_answers_in_floats(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    weight, x = layer()
    monkeypatch.setattr("core.models.kernels.built", lambda *_: None)
    torch.testing.assert_close(network("int8", [[weight]])(x), (x @ weight.T).softmax(-1))


def test_memory_of_every_form_is_known_and_fewer_bits_are_less() -> None:
    held = {name: layer_bytes(name, 1024) for name in KERNELS}
    assert held["float32"] == 4 * 1024**2 == 2 * held["bfloat16"]
    assert held["float32"] > held["bfloat16"] > held["int8"] > held["int4 weights"]
    assert layer_bytes("low rank", WIDTH) == 4 * 2 * WIDTH * (WIDTH // RANK)


def test_several_are_timed_in_turn(monkeypatch):
    called: list[str] = []
    layers = [lambda x, name=name: called.append(name) or x for name in "ab"]
    clock = iter([0.0, 8.0, 10.0, 14.0, 20.0, 26.0, 30.0, 40.0])
    monkeypatch.setattr(kernels.time, "thread_time", lambda: next(clock))
    assert complete(in_turn(layers, torch.zeros(1, 1), 2, 2)) == [3.0, 2.0]
    assert "".join(called) == "aaabbb" * 2, "a call to warm up, then two that are timed"
