"""Networks in few bits answer as torch's own quantization makes them answer."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from torch import nn

from core.models import quantized
from core.models.kernels import SEVEN_BITS
from core.models.quantized import answering
from core.models.stored_weights import Layers

SIZES = (40, 64, 32, 10)


def trained() -> tuple[Layers, torch.Tensor]:
    """Layers that are not trained, but as large as those that are; and inputs of about one."""
    rng = np.random.default_rng(0)
    layers = [
        (rng.normal(size=(a + 1, b)) * (2 / a) ** 0.5).astype(np.float32)
        for a, b in zip(SIZES, SIZES[1:], strict=False)
    ]
    return layers, torch.from_numpy(rng.normal(size=(200, SIZES[0])).astype(np.float32))


def in_floats(layers: Layers, x: torch.Tensor) -> torch.Tensor:
    for place, layer in enumerate(map(torch.from_numpy, layers)):
        x = (x.relu() if place else x) @ layer[:-1] + layer[-1]
    return x


@pytest.mark.parametrize(
    ("name", "error"),
    [("float32", 1e-5), ("bfloat16", 0.02), ("int8", 0.03), ("static int8", 0.05),
     ("int8 weights", 0.02), ("int4 weights", 0.25)],
)  # fmt: skip
def test_it_answers_as_float32_within_its_rounding(name: str, error: float) -> None:
    """Root mean square error over that of the outputs."""
    layers, x = trained()
    form, wanted = answering(name, layers, x), in_floats(layers, x)
    if form is None:
        pytest.skip(f"no kernel for {name} here")
    found = form(x)
    assert found.dtype == torch.float32 and found.shape == wanted.shape
    off = (found - wanted).square().mean().sqrt() / wanted.square().mean().sqrt()
    assert off < error
    assert name == "float32" or off > error / 100, "it did compute in few bits"


def by_torch(layers: Layers, seen: torch.Tensor) -> nn.Module:
    """The same network by torch's deprecated way: observers that see examples, then `convert`."""
    from torch.ao import quantization as ao

    parts: list[nn.Module] = []
    for layer in layers:
        linear = nn.Linear(layer.shape[0] - 1, layer.shape[1])
        linear.weight.data, linear.bias.data = (
            torch.from_numpy(np.ascontiguousarray(part)) for part in (layer[:-1].T, layer[-1])
        )
        parts += [linear, nn.ReLU()]
    net = nn.Sequential(ao.QuantStub(), *parts[:-1], ao.DeQuantStub()).eval()
    pairs = [[str(2 * place + 1), str(2 * place + 2)] for place in range(len(layers) - 1)]
    net = ao.fuse_modules(net, pairs)
    net.qconfig = ao.QConfig(  # type: ignore[assignment]
        ao.MinMaxObserver.with_args(dtype=torch.quint8, reduce_range=True),
        ao.PerChannelMinMaxObserver.with_args(
            dtype=torch.qint8, qscheme=torch.per_channel_symmetric, quant_min=-127, quant_max=127
        ),
    )
    ao.prepare(net, inplace=True)
    net(seen)
    return ao.convert(net)  # type: ignore[no-any-return]


def test_static_int8_is_what_torchs_own_quantization_makes() -> None:
    layers, x = trained()
    form = answering("static int8", layers, x[:100])
    if form is None:
        pytest.skip("no kernel for static int8 here")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = by_torch(layers, x[:100])(x)
    torch.testing.assert_close(form(x), wanted, atol=0, rtol=0)


def test_ranges_hold_all_that_was_seen_and_zero_in_seven_bits() -> None:
    for values in ([0.5, 2.0], [-3.0, -1.0], [-1.0, 3.0], [0.0, 0.0]):
        scale, zero = quantized.seven_bits(torch.tensor(values))
        assert 0 <= zero <= SEVEN_BITS and scale > 0
        whole = [round(value / scale) + zero for value in values]
        assert min(whole) >= -1 and max(whole) <= SEVEN_BITS + 1


def test_a_form_without_a_kernel_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    layers, x = trained()
    monkeypatch.setattr(quantized, "built", lambda *_: None)
    assert answering("int8", layers, x) is None

    def missing(weight: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError

    monkeypatch.setattr(quantized, "whole_weights", missing)
    assert answering("static int8", layers, x) is None
