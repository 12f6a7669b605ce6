"""Concept vectors and their tests against scikit-learn, captum, scipy, and cases known exactly."""

from __future__ import annotations

import warnings
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy import stats

from core.lab.run import complete
from core.lab.seeding import numpy_generator, torch_generator
from core.metrics.concepts import band, sign_test, t_test
from core.models import concept_vectors as cav
from core.models.shape_cnn import ShapeCNN

SETS, N, UNITS = 3, 12, 40


def drawn(*shape: int, purpose: str = "values") -> torch.Tensor:
    return torch.randn(*shape, generator=torch_generator(0, purpose))


def test_vectors_are_those_of_ridge_regression() -> None:
    from sklearn.linear_model import Ridge

    concept, counterparts = drawn(N, UNITS, purpose="concept") + 0.5, drawn(SETS, N, UNITS)
    vectors, intercepts = cav.concept_vectors(concept, counterparts)
    y = np.repeat([1.0, -1.0], N)
    for i, random in enumerate(counterparts):
        x = torch.cat([concept, random]).double().numpy()
        penalty = cav.RIDGE * ((x - x.mean(0)) ** 2).sum(1).mean()
        peer = Ridge(alpha=penalty).fit(x, y)
        np.testing.assert_allclose(vectors[i], peer.coef_, atol=1e-5)
        assert float(intercepts[i]) == pytest.approx(peer.intercept_, abs=1e-5)


def test_a_swap_of_the_two_sets_turns_the_vector_round() -> None:
    one, other = drawn(N, UNITS, purpose="one"), drawn(N, UNITS, purpose="other")
    there, back = cav.concept_vectors(one, other[None]), cav.concept_vectors(other, one[None])
    torch.testing.assert_close(there[0], -back[0])
    torch.testing.assert_close(there[1], -back[1])


def test_equal_activations_give_no_direction() -> None:
    same = torch.ones(N, UNITS)
    vectors, _ = cav.concept_vectors(same, same[None])
    assert float(vectors.abs().max()) < 1e-4


def test_scores_can_be_counted() -> None:
    """Logits that rise along the first unit in 3 of 4 pictures of class 0, in 0 of 2 of class 1."""
    gradients = torch.tensor([[1.0, 9], [1, -9], [1, 0], [-1, 9], [-1, 0], [0, 5]])
    vectors = torch.tensor([[2.0, 0], [-2, 0]])
    found = cav.scores(vectors, gradients, np.array([0, 0, 0, 0, 1, 1]), 2)
    np.testing.assert_allclose(found, [[0.75, 0.0], [0.25, 0.5]])


def test_told_apart_can_be_counted() -> None:
    concept, plain = torch.tensor([[2.0], [0.0]]), torch.tensor([[-1.0], [3.0], [0.0], [0.0]])
    right = cav.told_apart(torch.tensor([[1.0]]), torch.tensor([-1.0]), concept, plain)
    assert right == pytest.approx((0.5 + 0.75) / 2)


@pytest.fixture(scope="module")
def net() -> ShapeCNN:
    return ShapeCNN(5, side=28, seed=0).train(False).requires_grad_(False)


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return numpy_generator(0, "images").random((30, 1, 28, 28)).astype(np.float32)


def test_sensitivities_are_slopes_of_the_logit(net: ShapeCNN, images: np.ndarray) -> None:
    """A short step of the last activations changes the logit by the product with the slope."""
    labels = np.arange(30) % 5
    slope = complete(cav.sensitivities(net, images, labels))["conv3"][0]
    reached = complete(cav.activations(net, images[:1], "conv3"))[0].double()
    # Where a channel is zero everywhere, its largest value has no slope.
    step, exact = 1e-6 * drawn(len(reached)).double() * (reached > 0), deepcopy(net).double()
    logits = [
        exact.head(exact.largest(values.reshape(1, 32, 7, 7)).flatten(1))[0, 0]
        for values in (reached - step, reached + step)
    ]
    assert float(logits[1] - logits[0]) == pytest.approx(float(2 * slope.double() @ step), rel=0.01)


@pytest.mark.parametrize("layer", cav.LAYERS)
def test_captum_gives_the_same_scores(
    net: ShapeCNN, images: np.ndarray, layer: str, tmp_path: Path
) -> None:
    """Its TCAV, with our classifier in place of its own: activations, slopes and counts."""
    concept_images, random_images = images[:10], images[10:20]
    rest, labels = images[20:], np.full(10, 2)
    concept, random = (
        complete(cav.activations(net, x, layer)) for x in (concept_images, random_images)
    )
    vectors, _ = cav.concept_vectors(concept, random[None])
    slopes = complete(cav.sensitivities(net, rest, labels))[layer]
    ours = cav.scores(vectors, slopes, np.zeros(10, int), 1).item()
    theirs = captum_scores(net, layer, [concept_images, random_images], rest, vectors, tmp_path)
    assert theirs == pytest.approx([ours, 1 - ours], abs=1e-6)


def captum_scores(
    net: ShapeCNN, layer: str, sets: list[np.ndarray], rest: np.ndarray, vectors: torch.Tensor,
    folder: Path,
) -> list[float]:  # fmt: skip
    from captum.concept import TCAV, Classifier, Concept

    class Ours(Classifier):
        def __init__(self) -> None:
            pass

        def train_and_eval(self, dataloader, **_):
            self.activations = torch.cat([x for x, _ in dataloader])

        def weights(self):
            concept, random = self.activations[:10], self.activations[10:]
            mine, _ = cav.concept_vectors(concept, random[None])
            torch.testing.assert_close(mine, vectors, rtol=1e-4, atol=1e-6)
            return torch.cat([mine, -mine])

        def classes(self):
            return [0, 1]

    concepts = [
        Concept(i, str(i), torch.utils.data.DataLoader(torch.from_numpy(x), batch_size=10))
        for i, x in enumerate(sets)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        test = TCAV(net, ["relu" + layer[-1]], classifier=Ours(), save_path=str(folder))
        found = test.interpret(torch.from_numpy(rest), [concepts], target=2)
    return found["0-1"]["relu" + layer[-1]]["sign_count"].tolist()


def test_p_values_are_scipys() -> None:
    values = numpy_generator(0, "scores").random((8, 5))
    expected = stats.ttest_1samp(values, 0.5).pvalue
    np.testing.assert_allclose(t_test(values), expected, rtol=1e-9)
    counts = np.array([[7, 20], [10, 20], [0, 9], [30, 50], [5, 5]])
    expected = [stats.binomtest(int(k), int(n)).pvalue for k, n in counts]
    np.testing.assert_allclose(sign_test(counts[:, 0] / counts[:, 1], counts[:, 1]), expected)


def test_scores_that_do_not_vary() -> None:
    assert t_test(np.full((4, 1), 1.0)).tolist() == [0.0]
    assert t_test(np.full((4, 1), 0.5)).tolist() == [1.0]


def test_the_band_holds_one_more_value_nineteen_times_in_twenty() -> None:
    values = numpy_generator(0, "band").normal(size=(7, 20_000))
    low, high = band(values[:-1])
    assert np.mean((values[-1] >= low) & (values[-1] <= high)) == pytest.approx(0.95, abs=0.005)
