"""Explanations of rows against exact answers and captum's own, and their draws against the seed."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch

from core.attributions.tables import CONTROL, METHODS, explain_rows, passes
from core.lab.run import complete
from core.metrics.importance import relative_error, shapley_values
from core.models.network import Network, logits_of

EXACT = (
    "Input x Gradient", "Integrated Gradients", "DeepLift", "Feature Ablation",
    "Shapley sampling", "KernelSHAP",
)  # fmt: skip


def layers(*sizes: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [
        rng.normal(size=(i + 1, o)).astype(np.float32) / i**0.5
        for i, o in zip(sizes, sizes[1:], strict=False)
    ]


MLP, LINEAR = layers(6, 16, 1), layers(6, 1)
ROWS = np.random.default_rng(1).normal(size=(4, 6)).astype(np.float32)
BACKGROUND = np.random.default_rng(2).normal(size=(50, 6)).astype(np.float32)


def explained(method: str, weights: list[np.ndarray], seed: int = 5) -> np.ndarray:
    return complete(explain_rows(method, Network(weights), ROWS, BACKGROUND, seed=seed))


def test_the_network_is_its_numpy_form() -> None:
    found = Network(MLP)(torch.from_numpy(ROWS)).numpy()[:, 0]
    np.testing.assert_allclose(found, logits_of(MLP, ROWS), atol=1e-5)
    assert not any(p.requires_grad for p in Network(MLP).parameters())


@pytest.mark.parametrize("method", EXACT)
def test_a_linear_model_is_explained_exactly(method: str) -> None:
    exact = LINEAR[0][:-1, 0] * ROWS
    np.testing.assert_allclose(explained(method, LINEAR), exact, atol=1e-4)


def test_others_are_near_or_ask_something_else() -> None:
    exact = LINEAR[0][:-1, 0] * ROWS
    error = {m: relative_error(explained(m, LINEAR), exact) for m in METHODS + (CONTROL,)}
    assert 0.01 < error["LIME"] < 0.2
    assert 0.01 < error["GradientSHAP"] < 0.6
    assert error["Saliency"] > 0.5 and error[CONTROL] > 0.5
    np.testing.assert_allclose(
        explained("Saliency", LINEAR), np.abs(np.tile(LINEAR[0][:-1, 0], (4, 1))), atol=1e-6
    )


def test_sampling_comes_near_every_subset() -> None:
    """Independent of captum: every subset of the columns, counted."""
    exact = shapley_values(lambda table: logits_of(MLP, table), ROWS, np.zeros(6))
    assert relative_error(explained("Shapley sampling", MLP), exact) < 0.3
    assert relative_error(explained("KernelSHAP", MLP), exact) < 0.3
    seeds = [explained("Shapley sampling", MLP, seed) for seed in range(20)]
    assert relative_error(np.mean(seeds, axis=0), exact) < 0.06


def test_answers_that_add_up() -> None:
    gained = logits_of(MLP, ROWS) - logits_of(MLP, np.zeros((1, 6), np.float32))
    for method in ("Integrated Gradients", "DeepLift", "Shapley sampling", "KernelSHAP"):
        found = explained(method, MLP).sum(1)
        np.testing.assert_allclose(found, gained, atol=0.02, err_msg=method)


@pytest.mark.filterwarnings("ignore:Setting")
def test_captum_called_directly_says_the_same() -> None:
    import captum.attr as attr

    net, x = Network(MLP), torch.tensor(ROWS, requires_grad=True)
    direct = {
        "Saliency": attr.Saliency(net).attribute(x, target=0),
        "Input x Gradient": attr.InputXGradient(net).attribute(x, target=0),
        "Integrated Gradients": attr.IntegratedGradients(net).attribute(x, target=0, n_steps=32),
        "DeepLift": attr.DeepLift(net).attribute(x, target=0),
        "Feature Ablation": attr.FeatureAblation(net).attribute(x, target=0),
    }
    for method, theirs in direct.items():
        np.testing.assert_allclose(explained(method, MLP), theirs.detach(), atol=1e-5)


def test_the_control_has_the_same_numbers_in_other_places() -> None:
    true, shuffled = explained("Input x Gradient", MLP), explained(CONTROL, MLP)
    np.testing.assert_array_equal(np.sort(true, axis=1), np.sort(shuffled, axis=1))
    assert not np.array_equal(true, shuffled)


@pytest.mark.parametrize("method", [*METHODS, CONTROL])
def test_draws_come_from_the_seed_alone(method: str) -> None:
    before = torch.get_rng_state()
    first = explained(method, MLP)
    assert torch.equal(torch.get_rng_state(), before)
    torch.rand(3)
    np.testing.assert_array_equal(explained(method, MLP), first)
    random = method in ("GradientSHAP", "Shapley sampling", "KernelSHAP", "LIME", CONTROL)
    assert np.array_equal(explained(method, MLP, seed=6), first) != random


def test_no_warning_escapes_and_no_rows_are_no_error() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for method in METHODS:
            explained(method, MLP)
    nothing = complete(explain_rows("LIME", Network(MLP), ROWS[:0], BACKGROUND, seed=0))
    assert nothing.shape == (0, 6)


@pytest.mark.parametrize("method", ["Feature Ablation", "Shapley sampling", "KernelSHAP", "LIME"])
def test_passes_are_what_a_network_sees(method: str) -> None:
    net, seen = Network(MLP), []
    net.register_forward_hook(lambda module, inputs, output: seen.append(len(inputs[0])))
    complete(explain_rows(method, net, ROWS, BACKGROUND, seed=0))
    expected = len(ROWS) * passes(method, ROWS.shape[1])
    assert sum(seen) == pytest.approx(expected, rel=0.1)


def test_what_asks_no_network_takes_no_pass() -> None:
    assert passes("Shapley values", 8) == 0
    assert all(passes(method, 8) >= 2 for method in (*METHODS, CONTROL))
