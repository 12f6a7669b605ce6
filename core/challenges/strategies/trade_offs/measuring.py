"""All measures of networks that were trained: of what they answer, and of what that takes."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from core.challenges.strategies.trade_offs.bench import Bench, Layers, Teachers, in_training
from core.challenges.strategies.trade_offs.config import TEACHERS, WIDTH, Recipe, TradeOffsResult
from core.lab.recorder import Recorder
from core.lab.run import Snapshot
from core.lab.seeding import numpy_generator
from core.metrics.attribution import rank_correlation
from core.metrics.calibration import of_bins, softmax, top_label_bins
from core.metrics.privacy import confidence, roc_auc

if TYPE_CHECKING:
    import torch

N_ATTACKED, ATTACK_STEPS = 100, 10
N_TEST = 299
N_EXPLAINED, NOISE = 50, 0.1
"""Pictures whose saliency maps are looked at, and standard deviation of the noise on them."""
CALLS, BLOCKS = 20, 7
"""Answers that are timed together, and how often: the quickest counts, since others disturb."""
INT8, FLOAT = 8, 32
"""Bits of a weight that has kernels of its own, and of a weight as it is trained."""
WEIGHTS = 64 * WIDTH + WIDTH * 10
Record = Recorder[TradeOffsResult]
ReturnT = TypeVar("ReturnT")
Part = Generator[Snapshot[TradeOffsResult], None, ReturnT]


def measured(
    bench: Bench, known: Teachers, record: Record, recipe: Recipe
) -> Part[dict[str, np.ndarray]]:
    """All measures of one arm, each `(S,)`."""
    layers = answers(bench, known, recipe)
    scores = _asked(layers, recipe.members, bench.x)
    labels = bench.as_often_wrong(recipe)
    found = {
        "accuracy": (scores.argmax(-1) == bench.y).mean(1),
        "calibration": of_bins(top_label_bins(softmax(scores), labels))["error"],
    }
    yield record.snapshot("measuring")
    found["shifted"] = right(layers, recipe.members, bench.shifted, bench.y)
    yield record.snapshot("measuring")
    found |= _by_group(bench, layers, recipe.members)
    found |= _members(bench, layers, recipe, (scores, labels))
    yield record.snapshot("measuring")
    found["stability"] = stability(bench, layers, recipe.members)
    yield record.snapshot("measuring")
    found["latency"] = _latency(known, recipe, bench.seeds)
    yield record.snapshot("measuring")
    found["attacked"] = yield from _attacked(bench, layers, recipe.members, record)
    found |= _costs(bench, known, recipe, layers)
    return found


def answers(bench: Bench, known: Teachers, recipe: Recipe) -> Layers:
    """Both layers of an arm's networks as they answer, member by member and seed by seed."""
    from core.attacks.treated_training import pruned, rounded

    own = in_training(recipe)
    layers = known.weights([(s, m, own) for m in range(recipe.members) for s in bench.seeds])
    if recipe.pruned:
        layers = pruned(layers[0], recipe.pruned), pruned(layers[1], recipe.pruned)
    if recipe.bits < FLOAT:
        layers = rounded(layers[0], recipe.bits), rounded(layers[1], recipe.bits)
    return layers


def logits(layers: Layers, members: int, x: torch.Tensor) -> torch.Tensor:
    """Log of the mean answer of each seed's members: `(S, n, 64)` -> `(S, n, 10)`."""
    from core.attacks.treated_training import forward

    scores = forward(*layers, x.repeat(members, 1, 1))
    if members == 1:
        return scores
    chances = scores.softmax(-1).unflatten(0, (members, len(x))).mean(0)
    return chances.clamp_min(1e-30).log()


def _asked(layers: Layers, members: int, x: np.ndarray) -> np.ndarray:
    import torch

    return np.asarray(logits(layers, members, torch.from_numpy(x)).numpy(), dtype=float)


def right(layers: Layers, members: int, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Share of each seed's pictures that are read rightly, `(S,)`."""
    return np.asarray((_asked(layers, members, x).argmax(-1) == y).mean(1))


def _members(
    bench: Bench, layers: Layers, recipe: Recipe, new: tuple[np.ndarray, np.ndarray]
) -> dict[str, np.ndarray]:
    """Gap and leak: training examples against new ones, labels as often wrong."""
    n = min(N_TEST, bench.config.n_train)
    x = np.stack([one.data.x_train[:n] for one in bench.drawn.values()])
    y = np.stack([bench.labels(seed, recipe)[:n] for seed in bench.seeds])
    old = _asked(layers, recipe.members, x), y
    shares = [(scores.argmax(-1) == labels).mean(1) for scores, labels in (old, new)]
    sure = [
        np.stack([confidence(*pair) for pair in zip(*both, strict=True)]) for both in (old, new)
    ]
    truth = np.arange(n + sure[1].shape[1]) < n
    leak = [roc_auc(truth, own) for own in np.concatenate(sure, 1)]
    return {"gap": shares[0] - shares[1], "leak": np.array(leak)}


def _by_group(bench: Bench, layers: Layers, members: int) -> dict[str, np.ndarray]:
    """Accuracy of the worse of the two groups, and of the usual one less the rare one."""
    upright, laid = (right(layers, members, x, bench.y) for x in bench.groups)
    return {"worst group": np.minimum(upright, laid), "group gap": upright - laid}


def stability(bench: Bench, layers: Layers, members: int) -> np.ndarray:
    """How alike saliency maps of pictures and of noisy copies are: Spearman's correlation.

    A map is the size of the gradient, by pixel, of what the two likeliest digits of the picture
    are apart. Measured as by Ghorbani et al. 2019, here under noise instead of an attack.
    """
    import torch

    x = torch.from_numpy(bench.x[:, :N_EXPLAINED])
    draws = [numpy_generator(seed, "explained") for seed in bench.seeds]
    noise = np.stack([own.normal(0, NOISE, x.shape[1:]) for own in draws])
    noisy = (x + torch.from_numpy(noise).float()).clamp(0, 1)
    rivals = logits(layers, members, x).topk(2).indices
    first, second = (
        _saliency(layers, members, part, rivals).reshape(-1, x.shape[2]) for part in (x, noisy)
    )
    return rank_correlation(first, second).reshape(len(bench.seeds), -1).mean(1)


def _saliency(layers: Layers, members: int, x: torch.Tensor, rivals: torch.Tensor) -> np.ndarray:
    import torch

    x = x.detach().requires_grad_()
    with torch.enable_grad():
        scores = logits(layers, members, x).gather(-1, rivals)
        (slopes,) = torch.autograd.grad((scores[..., 0] - scores[..., 1]).sum(), x)
    return np.asarray(slopes.abs().numpy(), dtype=float)


def _latency(known: Teachers, recipe: Recipe, seeds: Sequence[int]) -> np.ndarray:
    """Time of one answer against the plain network's, `(S,)`.

    Only other programs are timed: more members, or kernels of 8 bits. Zeros of a pruned layer are
    multiplied as all weights are, and other bits are computed as floats.
    """
    if recipe.members == 1 and recipe.bits != INT8:
        return np.ones(len(seeds))
    return np.array([_times_as_long(known, recipe, seed) for seed in seeds])


def _times_as_long(known: Teachers, recipe: Recipe, seed: int) -> float:
    import torch

    from core.models.kernels import network, seconds

    first, second = known.weights([(seed, 0, Recipe())])
    weights = [layer[0, :-1].T.contiguous() for layer in (first, second)]
    form = "int8" if recipe.bits == INT8 else "float32"
    plain, other = network("float32", [weights]), network(form, [weights] * recipe.members)
    x = torch.zeros(1, weights[0].shape[1])
    both = [[seconds(one, x, CALLS, 1) for one in (plain, other)] for _ in range(BLOCKS)]
    quickest = np.min(both, axis=0)
    return float(quickest[1] / max(quickest[0], 1e-9))


def _attacked(bench: Bench, layers: Layers, members: int, record: Record) -> Part[np.ndarray]:
    """Accuracy under projected gradient descent on the first of the new pictures."""
    import torch

    from core.attacks.evasion import Target, correct, pgd

    x, y = (torch.from_numpy(part[:, :N_ATTACKED]) for part in (bench.x, bench.y))
    target = Target(lambda inputs: logits(layers, members, inputs), x, y, bench.seeds)
    work = pgd(target, bench.config.attack, steps=ATTACK_STEPS)
    found = yield from record.relay(work, "attacking")
    return np.asarray(correct(target.logits, found, y).float().mean(1).numpy())


def _costs(bench: Bench, known: Teachers, recipe: Recipe, layers: Layers) -> dict[str, np.ndarray]:
    """Ratios to the plain network: operations of training and of an answer, and bytes.

    What is pruned takes no operations, and one bit for each weight that says where it was.
    """
    own, members = in_training(recipe), range(recipe.members)
    steps = np.array([sum(known.trained((s, m, own)) for m in members) for s in bench.seeds])
    left = sum(int((layer[:, :-1] != 0).sum()) for layer in layers)
    kept = left / (WEIGHTS * len(layers[0])) if recipe.pruned else 1.0
    one = np.ones(len(bench.seeds)) * recipe.members
    return {
        "training": steps * (5 / 3 if recipe.epsilon else 1) + TEACHERS * bool(recipe.temperature),
        "answering": one * kept,
        "size": one * (kept * recipe.bits + bool(recipe.pruned)) / FLOAT,
    }
