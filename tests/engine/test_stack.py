"""Weights, gradients and updates of a stack, against autograd and torch.nn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.data.dataset import Dataset
from core.data.generated import make_two_moons
from core.engine import stack as stack_module
from core.engine.backprop import Backprop
from core.engine.batches import Batches, Dropout, Examples, Order
from core.engine.evaluation import Evaluation
from core.engine.job import Job, stored_width
from core.engine.stack import Stack, initial_weights
from core.engine.trainer import Trainer, trainers_for
from core.lab.run import complete
from core.lab.seeding import torch_generator
from tests.operations import Operations


def random_data(n: int = 40, features: int = 3, classes: int = 2, seed: int = 0) -> Dataset:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, features)).astype(np.float32)
    y = rng.integers(0, classes, n)
    half = n // 2
    return Dataset("random", x[:half], y[:half], x[half:], y[half:], classes, np.zeros(half, bool))


def true_weights(stack: Stack, row: int) -> list[torch.Tensor]:
    """Layers of one model at the widths it was asked for, `(inputs + 1, outputs)`, as leaves."""
    sizes, found = stack.jobs[row].sizes, []
    for block, inputs, outputs in zip(stack.weights.layers, sizes, sizes[1:], strict=False):
        part = torch.cat([block[row, :inputs, :outputs], block[row, -1:, :outputs]])
        found.append(part.clone().requires_grad_())
    return found


def reference_loss(
    job: Job,
    layers: list[torch.Tensor],
    norms: list[tuple[torch.Tensor, torch.Tensor]],
    masks: list[torch.Tensor],
    x: torch.Tensor,
    y: torch.Tensor,
) -> torch.Tensor:
    for number, layer in enumerate(layers):
        x = x @ layer[:-1] + layer[-1]
        if number == len(layers) - 1:
            break
        if norms:
            x = torch.nn.functional.batch_norm(x, None, None, *norms[number], training=True)
        x = torch.relu(x)
        if masks:
            x = x * masks[number].T
    # Two classes as two logits (0, z): the textbook's softmax, with torch's own smoothing.
    logits = torch.cat([torch.zeros_like(x), x], 1) if job.n_outputs == 1 else x
    return torch.nn.functional.cross_entropy(logits, y, label_smoothing=job.label_smoothing)


REMEDIES = {
    "plain": {},
    "logistic": {"hidden": ()},
    "deep": {"hidden": (5, 9, 16)},
    "smoothing": {"label_smoothing": 0.2},
    "dropout": {"dropout": 0.4},
    "batch norm": {"batch_norm": True},
    "everything": {"batch_norm": True, "dropout": 0.3, "label_smoothing": 0.1},
}


@pytest.mark.parametrize("features", [3, 30])
@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("remedy", REMEDIES)
def test_gradients_equal_autograd(remedy: str, classes: int, features: int) -> None:
    data = random_data(features=features, classes=classes)
    options = {"hidden": (5, 7), "batch_size": 16, **REMEDIES[remedy]}
    jobs = [Job(data, seed, **options) for seed in range(3)]
    stack = Stack(jobs)
    smoothing = torch.tensor([job.label_smoothing for job in jobs]).view(-1, 1, 1)
    backprop = Backprop(stack, 16, smoothing if smoothing.any() else None)
    Batches(jobs, Examples(jobs), backprop.batch).advance()
    if jobs[0].dropout:
        dropout = Dropout(jobs, stack.shape, 16)
        dropout.advance()
        backprop.masks = dropout.masks
    batch = backprop.batch.clone()
    backprop.run()

    for row, job in enumerate(jobs):
        layers = true_weights(stack, row)
        norms = [
            tuple(block[row, :width].clone().requires_grad_() for block in pair)
            for pair, width in zip(stack.weights.norms, job.hidden, strict=False)
        ]
        masks = [m[row, :w] for m, w in zip(backprop.masks, job.hidden, strict=False)]
        target = batch[row, :, features + 1 :]
        y = target[:, 0].long() if classes == 2 else target.argmax(1)
        x = batch[row, :, :features]
        reference_loss(job, layers, norms, masks, x, y).backward()
        for number, (block, layer) in enumerate(
            zip(backprop.gradients.layers, layers, strict=True)
        ):
            inputs, outputs = layer.shape[0] - 1, layer.shape[1]
            found = block[row, :inputs, :outputs]
            torch.testing.assert_close(found, layer.grad[:-1], atol=1e-6, rtol=1e-5)
            if not (job.batch_norm and number < len(job.hidden)):
                bias = block[row, -1, :outputs]
                torch.testing.assert_close(bias, layer.grad[-1], atol=1e-6, rtol=1e-5)
        for pair, expected in zip(backprop.gradients.norms, norms, strict=True):
            for block, leaf in zip(pair, expected, strict=True):
                found = block[row, : len(leaf)]
                torch.testing.assert_close(found, leaf.grad, atol=1e-6, rtol=1e-5)


def short_gradients(job: Job) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """Those of the stack, and those of autograd with every operand in bfloat16."""
    stack = Stack([job])
    backprop = Backprop(stack, job.batch, None)
    Batches([job], Examples([job]), backprop.batch).advance()
    features = job.data.n_features
    x, target = backprop.batch[0, :, :features], backprop.batch[0, :, features + 1 :].clone()
    weights = [layer.detach().bfloat16().requires_grad_() for layer in true_weights(stack, 0)]
    out = x.bfloat16()
    backprop.run()
    for number, layer in enumerate(weights):
        out = torch.addmm(layer[-1], out.relu() if number else out, layer[:-1])
    torch.nn.functional.cross_entropy(out.float(), target).backward()
    blocks = zip(backprop.gradients.layers, job.sizes, job.sizes[1:], strict=False)
    found = [torch.cat([b[0, :i, :o], b[0, -1:, :o]]) for b, i, o in blocks]
    return found, [layer.grad.float() for layer in weights if layer.grad is not None]


def test_gradients_in_bfloat16_equal_autograds_within_its_rounding() -> None:
    job = Job(random_data(features=30, classes=4), 0, (16, 8), batch_size=16, precision="bfloat16")
    whole, _ = short_gradients(replace(job, precision="float32"))
    for found, wanted, exact in zip(*short_gradients(job), whole, strict=True):
        scale = float(wanted.abs().max())
        torch.testing.assert_close(found, wanted, atol=0.02 * scale, rtol=0.02)
        assert (found != exact).any(), "it was computed with fewer digits"
        assert found.dtype == torch.float32


def test_networks_of_different_precision_are_never_one_stack() -> None:
    from core.engine.trainer import trainers_for

    job = Job(random_data(), 0, (8,))
    assert len(trainers_for([job, replace(job, precision="bfloat16")], keep_best=False)) == 2
    with pytest.raises(ValueError, match="precision"):
        replace(job, precision="bfloat16", batch_norm=True)


@pytest.mark.parametrize("remedy", ["plain", "everything"])
def test_units_that_are_not_there_stay_exactly_zero(remedy: str) -> None:
    from core.engine.training import fit

    options = {"hidden": (5, 3), "batch_size": 16, "weight_decay": 0.1, **REMEDIES[remedy]}
    done = complete(
        fit([Job(random_data(), 0, **options)], steps=30, evaluate_every=30)  # type: ignore[arg-type]
    )
    first, second, last = done._trainers[0]._stack.weights.layers
    assert first.shape == (1, 4, 8)
    assert second.shape == (1, 9, 8)
    for absent in (first[:, :, 5:], second[:, 5:8], second[:, :, 3:], last[:, 3:8]):
        assert not absent.any()
    assert second[:, :5, :3].all()


def test_stored_widths_are_powers_of_two_from_eight() -> None:
    widths = (1, 8, 9, 16, 17, 100, 128, 129)
    assert [stored_width(w) for w in widths] == [8, 8, 16, 16, 32, 128, 128, 256]


def test_initial_weights_have_the_distribution_of_torch() -> None:
    (first, second) = initial_weights(range(200), (50, 20, 3))
    for layer, inputs in ((first, 50), (second, 20)):
        bound = inputs**-0.5
        assert layer.shape[1] == inputs + 1
        assert float(layer.abs().max()) <= bound
        assert float(layer.abs().max()) > 0.999 * bound
        assert float(layer.mean()) == pytest.approx(0, abs=0.01 * bound)
        assert float(layer.std()) == pytest.approx(bound / 3**0.5, rel=0.01)
        bias = layer[:, -1]
        assert float(bias.std()) == pytest.approx(bound / 3**0.5, rel=0.1)
    reference = torch.empty(2000, 50)
    torch.nn.init.kaiming_uniform_(reference, a=5**0.5, generator=torch_generator(0, "test"))
    assert float(reference.std()) == pytest.approx(float(first.std()), rel=0.02)


def test_initial_weights_depend_on_seed_and_sizes_only() -> None:
    data = random_data()
    plain = Stack([Job(data, 4, (5,)), Job(data, 9, (5,))])
    other = Stack([Job(data, 9, (5,), weight_decay=1.0, dropout=0.5, optimizer="sgd")])
    assert torch.equal(plain.weights.layers[0][1], other.weights.layers[0][0])
    assert not torch.equal(plain.weights.layers[0][0], plain.weights.layers[0][1])
    normalised = Stack([Job(data, 9, (5,), batch_norm=True)])
    assert torch.equal(normalised.weights.layers[0][0, :-1], other.weights.layers[0][0, :-1])
    assert not normalised.weights.layers[0][0, -1].any()


def test_order_is_a_stream_of_one_permutation_per_epoch() -> None:
    expected = torch.cat(
        [torch.randperm(7, generator=torch_generator(3, "order", epoch)) for epoch in range(5)]
    )
    order = Order(3, 7)
    taken = torch.cat([order.take(count) for count in (4, 4, 16, 1)])
    assert torch.equal(taken, expected[:25])


def test_dropout_drops_the_asked_share_and_keeps_the_mean() -> None:
    jobs = [Job(random_data(), 0, (64,), dropout=rate) for rate in (0.25, 0.5)]
    dropout = Dropout(jobs, Stack(jobs).shape, 20)
    draws = []
    for _ in range(100):
        dropout.advance()
        draws.append(dropout.masks[0].clone())
    masks = torch.stack(draws)
    for k, rate in enumerate((0.25, 0.5)):
        values = masks[:, k]
        assert values.unique().tolist() == pytest.approx([0, 1 / (1 - rate)])
        assert float((values == 0).float().mean()) == pytest.approx(rate, abs=0.01)
    assert bool((masks[:, 1][masks[:, 0] == 0] == 0).all())
    assert not torch.equal(masks[0], masks[1])


def test_evaluation_of_an_all_zero_network_is_known() -> None:
    for classes in (2, 4):
        jobs = [Job(random_data(60, classes=classes, seed=s), s, (5,)) for s in range(3)]
        stack = Stack(jobs)
        stack.weights.flat.zero_()
        found = complete(Evaluation(stack, Examples(jobs)).run())  # type: ignore[arg-type]
        assert found["train", "loss"] == pytest.approx([np.log(classes)] * 3, rel=1e-6)
        first_class = [(job.data.y_validation == 0).mean() for job in jobs]
        assert found["validation", "accuracy"] == pytest.approx(first_class)


def test_evaluation_of_a_hand_made_threshold() -> None:
    x = np.array([[-2.0], [-1.0], [1.0], [3.0]], dtype=np.float32)
    y = np.array([0, 1, 1, 1])
    data = Dataset("line", x, y, x[:2], y[:2], 2, np.zeros(4, bool))
    stack = Stack([job := Job(data, 0, ())])
    stack.weights.layers[0][0] = torch.tensor([[1.0], [0.0]])
    found = complete(Evaluation(stack, Examples([job])).run())  # type: ignore[arg-type]
    # Logit z = x; the loss is log(1 + e^-z) for class 1 and log(1 + e^z) for class 0.
    losses = np.log1p(np.exp([-2.0, 1.0, -1.0, -3.0]))
    assert found["train", "loss"] == pytest.approx([losses.mean()], rel=1e-6)
    assert found["train", "accuracy"] == [0.75]
    assert found["validation", "loss"] == pytest.approx([losses[:2].mean()], rel=1e-6)
    assert found["validation", "accuracy"] == [0.5]


def test_models_that_begin_alike_are_asked_once_and_all_are_told() -> None:
    data, other = random_data(60, seed=1), random_data(60, seed=2)
    given = initial_weights([9], (3, 8, 1))
    initial = [block[0].numpy() for block in given]
    jobs = [
        Job(data, 0, (8,)), Job(other, 0, (8,)), Job(data, 1, (8,)),
        Job(data, 0, (8,), weight_decay=1.0, watch={"more": (other.x_train, other.y_train)}),
        Job(data, 0, (8,), initial=initial), Job(data, 0, (8,), scores_train=False),
    ]  # fmt: skip
    evaluation = Evaluation(Stack(jobs), Examples(jobs))
    both = [complete(one) for one in (evaluation.first(), evaluation.run())]
    for key in both[1]:
        np.testing.assert_array_equal(both[0][key], both[1][key], err_msg=str(key))
    counted = []
    for one in (evaluation.first(), evaluation.run()):
        with Operations() as counter:
            complete(one)
        counted.append(counter.total / (2 * 30 * (4 * 8 + 8)))
    # Of five on training examples four differ, of six on validation examples four.
    assert counted == pytest.approx([4 + 4 + 1, 5 + 6 + 1], rel=0.05)


def test_labels_out_of_range_are_refused() -> None:
    data = random_data(classes=4)
    wrong = Dataset(**{**data.__dict__, "n_classes": 3})
    with pytest.raises(ValueError, match="another shape"):
        Examples([Job(wrong, 0, ())])


def test_dropout_is_drawn_from_the_seed_of_each_job() -> None:
    data = make_two_moons(40, noise=0.2, seed=0)
    jobs = [Job(data, seed, (16,), dropout=rate) for seed, rate in ((3, 0.5), (4, 0.5), (3, 0.2))]

    def masks(which: list[Job]) -> np.ndarray:
        drawn = Dropout(which, Stack(which).shape, 32)
        drawn.advance()
        return drawn.masks[0].numpy().copy()

    together = masks(jobs)
    assert not np.array_equal(together[0], together[1]), "another seed, other units"
    np.testing.assert_array_equal(masks(jobs[1:2])[0], together[1])
    dropped = together == 0
    assert (dropped[0] | ~dropped[2]).all(), "one seed: dropped at .2 is dropped at .5"


def test_weights_that_a_job_brings_replace_the_first_that_are_drawn() -> None:
    data = make_two_moons(20, noise=0.2, seed=0)
    given = [np.arange(9, dtype=np.float32).reshape(3, 3)]
    plain, begun = Job(data, 4, (3, 5)), Job(data, 4, (3, 5), initial=given)
    drawn, brought = (Stack([job]).weights.layers for job in (plain, begun))
    np.testing.assert_array_equal(brought[0][0, :2, :3].numpy(), given[0][:2])
    np.testing.assert_array_equal(brought[0][0, -1, :3].numpy(), given[0][2])
    assert not brought[0][0, :, 3:].any()
    assert torch.equal(brought[1], drawn[1]) and torch.equal(brought[2], drawn[2])


def test_weights_of_another_shape_are_refused() -> None:
    data = make_two_moons(20, noise=0.2, seed=0)
    with pytest.raises(ValueError, match="initial"):
        Job(data, 4, (3, 5), initial=[np.zeros((3, 4), dtype=np.float32)])


def test_rows_of_wide_layers_keep_out_of_each_others_place_in_the_cache(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jobs = [Job(random_data(classes=4), seed, (512, 20), batch_size=8) for seed in range(2)]

    def trained() -> Trainer:
        (trainer,) = trainers_for(jobs, keep_best=False)
        for _ in range(3):
            trainer.step()
        return trainer

    apart = trained()
    wide, narrow, _ = apart._stack.weights.layers
    assert (wide.stride(1), narrow.stride(1)) == (528, 32)
    spare = apart._stack.weights.all[0][:, :, 512:]
    assert spare.numel() and not spare.any(), "the spare columns are never trained"
    monkeypatch.setattr(stack_module, "COLLIDING", 1 << 30)
    close = trained()
    assert close._stack.weights.layers[0].stride(1) == 512
    for row in range(2):
        for one, other in zip(apart.weights(row), close.weights(row), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-7)


def test_stacks_of_one_shape_share_the_room_of_a_step() -> None:
    # Half of the operations of a step are more than one stack may have.
    wide = [Job(random_data(200, 64, 4), seed, (1024, 1024), batch_size=64) for seed in range(2)]
    other = Job(random_data(200, 64, 4), 0, (16,), batch_size=64)
    trainers = trainers_for([*wide, other], keep_best=False)
    rooms = [trainer._backprop.gradients.flat.data_ptr() for trainer in trainers]
    assert rooms[0] == rooms[1] != rooms[2]
    for trainer in trainers * 2:
        trainer.step()
    for place in range(2):
        (alone,) = trainers_for([wide[place]], keep_best=False)
        alone.step()
        alone.step()
        for one, same in zip(alone.weights(0), trainers[place].weights(0), strict=True):
            np.testing.assert_array_equal(one, same)


@pytest.mark.parametrize("hidden", [(), (5,), (5, 40), (40, 5)])
def test_few_outputs_are_computed_transposed_and_come_out_as_all(hidden: tuple[int, ...]) -> None:
    job = Job(random_data(60, 6, 4), 3, hidden)
    stack = Stack([job])
    x = torch.cat([torch.from_numpy(job.data.x_train), torch.ones(30, 1)], 1)[None]
    z = stack.logits(x, slice(0, 1))
    assert z.shape == (1, 30, 4) and z.stride(1) == 1, "an output's examples are neighbours"
    wanted = torch.from_numpy(job.data.x_train).double()
    for number, layer in enumerate(true_weights(stack, 0)):
        wanted = wanted.clamp_min(0) if number else wanted
        wanted = wanted @ layer[:-1].detach().double() + layer[-1].detach().double()
    torch.testing.assert_close(z[0].double(), wanted, rtol=1e-5, atol=1e-5)
