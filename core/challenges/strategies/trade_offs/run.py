"""Networks under every recipe, trained side by side, and all measures of each."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from core.challenges.strategies.trade_offs.config import (
    LEVELS,
    NOTHING,
    PLAIN,
    REMEDIES,
    TEACHERS,
    WIDTH,
    Recipe,
    TradeOffsConfig,
    TradeOffsResult,
)
from core.data.mended_digits import draw
from core.data.warps import Shift, shifted
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import numpy_generator
from core.metrics.attribution import rank_correlation
from core.metrics.calibration import of_bins, softmax, top_label_bins
from core.metrics.privacy import confidence, roc_auc

if TYPE_CHECKING:
    import torch

    from core.attacks.treated_training import TreatedNets, Treatment

AMOUNTS: dict[Shift, float] = {"rotation": 30, "noise": 0.3, "blur": 1.2, "missing patch": 4}
CLIP = 1.0
N_ATTACKED, ATTACK_STEPS = 100, 10
N_TEST = 299
N_EXPLAINED, NOISE = 50, 0.1
"""Pictures whose saliency maps are looked at, and standard deviation of the noise on them."""
CALLS, BLOCKS = 20, 7
"""Answers that are timed together, and how often: the quickest counts, since others disturb."""
INT8 = 8
STACKED = 64
"""Networks that take their steps together, about."""
STRANGER = 10_000
"""Added to a seed for each further member of an ensemble: other initial weights."""
WEIGHTS = 64 * WIDTH + WIDTH * 10
TRAINED, MEASURED = 5e9, 2.5e9
"""Operations in a second of training, and of measuring: both take many small products."""
AFTERWARDS = {"members", "pruned", "bits"}
FLOAT = 32
"""Bits of a weight as it is trained."""
Layers = tuple["torch.Tensor", "torch.Tensor"]
Record = Recorder[TradeOffsResult]
ReturnT = TypeVar("ReturnT")
Part = Generator[Snapshot[TradeOffsResult], None, ReturnT]
Network = tuple[int, int, Recipe]
"""Seed, number of the member, and what of the recipe matters in training."""


def recipes(config: TradeOffsConfig) -> dict[str, Recipe]:
    """All arms by name: the plain network, then every remedy, each with the second one."""
    level = LEVELS.index(config.strength)
    second = {} if config.partner == NOTHING else REMEDIES[config.partner][level]
    found = {name: Recipe(**{**second, **levels[level]}) for name, levels in REMEDIES.items()}
    return {PLAIN: Recipe(), **found}


def in_training(recipe: Recipe) -> Recipe:
    """What of a recipe matters in training; what is done afterwards is left out."""
    kept = {f.name: getattr(recipe, f.name) for f in fields(recipe) if f.name not in AFTERWARDS}
    return Recipe(**kept)


def networks(config: TradeOffsConfig, seeds: Sequence[int], distilled: bool) -> list[Network]:
    """Every network of some seeds once: recipes that differ only afterwards share theirs."""
    asked = [(recipe.members, in_training(recipe)) for recipe in recipes(config).values()]
    taught = any(recipe.temperature for _, recipe in asked)
    asked = [(TEACHERS if taught else 1, Recipe()), *asked]
    found = {
        (seed, member, recipe): None
        for members, recipe in asked
        for seed in seeds
        for member in range(members)
        if bool(recipe.temperature) == distilled
    }
    return list(found)


def groups(config: TradeOffsConfig) -> list[tuple[int, ...]]:
    """Seeds whose networks are trained and measured together: no more than a pause allows."""
    each = sum(len(networks(config, config.seeds[:1], part)) for part in (False, True))
    size = max(1, STACKED // each)
    return [config.seeds[at : at + size] for at in range(0, config.repetitions, size)]


class Bench:
    """Everything that is drawn for a group of seeds, once.

    Attributes:
        config: Of the run.
        seeds: Of the group.
        drawn: By seed.
        x: Pictures that they are measured on, `(S, n, 64)`,
        y: and their digits, `(S, n)`.
        groups: The same pictures all upright, and all on their side, each `(S, n, 64)`.
    """

    def __init__(self, config: TradeOffsConfig, seeds: Sequence[int]) -> None:
        """Draw the examples of the seeds; variants are drawn when they are asked for."""
        self.config, self.seeds = config, tuple(seeds)
        most = config.n_train * max(int(level["grown"]) for level in REMEDIES["more data"])
        self.drawn = {seed: draw(most, config.label_noise, seed) for seed in seeds}
        self.x = np.stack([one.data.x_validation for one in self.drawn.values()])
        self.y = np.stack([one.data.y_validation for one in self.drawn.values()])
        self.groups = [
            np.stack([getattr(one, name) for one in self.drawn.values()])
            for name in ("upright", "laid")
        ]
        self._once: dict[tuple[object, ...], np.ndarray] = {}

    def labels(self, seed: int, recipe: Recipe) -> np.ndarray:
        """What a network of a recipe learns, `(n,)`."""
        return self.drawn[seed].labels(recipe.corrected, self.config.n_train * recipe.grown)

    def as_often_wrong(self, recipe: Recipe) -> np.ndarray:
        """Labels of the new pictures, wrong as often as those that a recipe learns from."""
        share = self.config.label_noise * (1 - recipe.corrected)
        return np.stack([one.as_often_wrong(share) for one in self.drawn.values()])

    @cached_property
    def shifted(self) -> np.ndarray:
        """The new pictures under the shift that was chosen, the same for all arms."""
        kind, found = self.config.shift, []
        for seed, own in zip(self.seeds, self.x, strict=True):
            rng = numpy_generator(seed, "shift", kind)
            sides = rng.choice([-1.0, 1.0], len(own)) if kind == "rotation" else np.ones(len(own))
            found.append(shifted(kind, own, AMOUNTS[kind] * sides, rng))
        return np.stack(found)

    def treatment(self, network: Network, teachers: Teachers | None) -> Treatment:
        """How one network is trained; those that learn from the same share the arrays."""
        from core.attacks.treated_training import LOOKS, Treatment

        seed, member, recipe = network
        n, most = self.config.n_train * recipe.grown, recipe.turned
        if (seed, n, most) not in self._once:
            self._once[seed, n, most] = self.drawn[seed].inputs(n, most)
        x = self._once[seed, n, most]
        name = seed, n, recipe.corrected, recipe.temperature, "targets"
        if name not in self._once:
            if teachers is not None:
                self._once[name] = teachers.targets(seed, x[0], recipe.temperature)
            else:
                self._once[name] = np.eye(10, dtype=np.float32)[self.labels(seed, recipe)]
        return Treatment(
            seed + member * STRANGER, x, self._once[name], recipe.decay, recipe.dropout,
            recipe.epsilon, CLIP if recipe.noise else math.inf, recipe.noise,
            self.drawn[seed].picking if recipe.patience else None, recipe.patience or LOOKS,
            self.drawn[seed].weights(recipe.rare, n),
        )  # fmt: skip


class Teachers:
    """Trained networks by name: what the distilled ones learn from, and what is measured."""

    def __init__(self) -> None:
        """Begin without any."""
        self._places: dict[Network, tuple[TreatedNets, int]] = {}

    def add(self, names: Sequence[Network], nets: TreatedNets) -> None:
        """Take in a stack."""
        self._places |= {name: (nets, place) for place, name in enumerate(names)}

    def weights(self, names: Iterable[Network]) -> tuple[torch.Tensor, torch.Tensor]:
        """Both layers of some networks, stacked."""
        import torch

        found = [self._places[name] for name in names]
        first = torch.stack([nets.first[place] for nets, place in found])
        return first, torch.stack([nets.second[place] for nets, place in found])

    def has(self, name: Network) -> bool:
        """Tell whether a network is among them."""
        return name in self._places

    def trained(self, name: Network) -> float:
        """Share of the steps that a network took."""
        nets, place = self._places[name]
        return float(nets.ended[place])

    def targets(self, seed: int, x: np.ndarray, temperature: float) -> np.ndarray:
        """Mean answer of the teachers, softened, `(n, 10)` float32."""
        import torch

        from core.attacks.treated_training import forward

        weights = self.weights([(seed, member, Recipe()) for member in range(TEACHERS)])
        scores = forward(*weights, torch.from_numpy(x)).numpy()
        return np.asarray(softmax(scores / temperature).mean(0), dtype=np.float32)


def run(config: TradeOffsConfig) -> Run[TradeOffsResult]:
    """Train and measure the networks of some seeds after the other."""
    record = Recorder(TradeOffsResult, cost(config).flops, partner=config.partner, finished=False)
    yield record.snapshot("drawing the data", shown=False)
    for seeds in groups(config):
        bench, known = Bench(config, seeds), Teachers()
        yield from _train(bench, known, record)
        for arm, recipe in recipes(config).items():
            yield from _measure(bench, known, record, arm, recipe)
    record.put(finished=True)
    return record.result()


def _train(bench: Bench, known: Teachers, record: Record) -> Part[None]:
    """Train all networks of a group, the distilled ones last."""
    from core.attacks.treated_training import TreatedNets

    for distilled in (False, True):
        names = networks(bench.config, bench.seeds, distilled)
        treatments = []
        for name in names:
            treatments.append(bench.treatment(name, known if distilled else None))
            yield record.snapshot("drawing the data")
        if names:
            nets = TreatedNets(treatments, WIDTH, bench.config.steps)
            known.add(names, nets)
            flops = sum(_training(name[2], bench.config) for name in names)
            yield from record.relay(
                nets.train(), f"training {len(names)} networks", flops, share=float,
                partial=lambda _: record.result(cells=_so_far(bench, known)),
            )  # fmt: skip


def _answers(bench: Bench, known: Teachers, recipe: Recipe) -> Layers:
    """Both layers of an arm's networks as they answer, member by member and seed by seed."""
    from core.attacks.treated_training import pruned, rounded

    own = in_training(recipe)
    layers = known.weights([(s, m, own) for m in range(recipe.members) for s in bench.seeds])
    if recipe.pruned:
        layers = pruned(layers[0], recipe.pruned), pruned(layers[1], recipe.pruned)
    if recipe.bits < FLOAT:
        layers = rounded(layers[0], recipe.bits), rounded(layers[1], recipe.bits)
    return layers


def _logits(layers: Layers, members: int, x: torch.Tensor) -> torch.Tensor:
    """Log of the mean answer of each seed's members: `(S, n, 64)` -> `(S, n, 10)`."""
    from core.attacks.treated_training import forward

    scores = forward(*layers, x.repeat(members, 1, 1))
    if members == 1:
        return scores
    chances = scores.softmax(-1).unflatten(0, (members, len(x))).mean(0)
    return chances.clamp_min(1e-30).log()


def _asked(layers: Layers, members: int, x: np.ndarray) -> np.ndarray:
    import torch

    return np.asarray(_logits(layers, members, torch.from_numpy(x)).numpy(), dtype=float)


def _so_far(bench: Bench, known: Teachers) -> Iterator[tuple[Any, ...]]:
    """What can be told of networks that still learn: how often they are right."""
    for arm, recipe in recipes(bench.config).items():
        if known.has((bench.seeds[0], 0, in_training(recipe))):
            layers = _answers(bench, known, recipe)
            right = _right(layers, recipe.members, bench.x, bench.y)
            yield from _rows(bench, arm, {"accuracy": right})


def _rows(bench: Bench, arm: str, found: dict[str, np.ndarray]) -> Iterator[tuple[Any, ...]]:
    for name, values in found.items():
        yield from ((arm, name, s, float(v)) for s, v in zip(bench.seeds, values, strict=True))


def _right(layers: Layers, members: int, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Share of each seed's pictures that are read rightly, `(S,)`."""
    return np.asarray((_asked(layers, members, x).argmax(-1) == y).mean(1))


def _measure(bench: Bench, known: Teachers, record: Record, arm: str, recipe: Recipe) -> Part[None]:
    """All measures of one arm."""
    layers = _answers(bench, known, recipe)
    scores = _asked(layers, recipe.members, bench.x)
    labels = bench.as_often_wrong(recipe)
    found = {
        "accuracy": (scores.argmax(-1) == bench.y).mean(1),
        "calibration": of_bins(top_label_bins(softmax(scores), labels))["error"],
    }
    yield record.snapshot("measuring")
    found["shifted"] = _right(layers, recipe.members, bench.shifted, bench.y)
    yield record.snapshot("measuring")
    found |= _by_group(bench, layers, recipe.members)
    found |= _members(bench, layers, recipe, (scores, labels))
    yield record.snapshot("measuring")
    found["stability"] = _stability(bench, layers, recipe.members)
    yield record.snapshot("measuring")
    found["latency"] = _latency(known, recipe, bench.seeds)
    yield record.snapshot("measuring")
    found["attacked"] = yield from _attacked(bench, layers, recipe.members, record)
    found |= _costs(bench, known, recipe, layers)
    record.extend("cells", _rows(bench, arm, found))
    record.did(_measuring(recipe, bench.config) * len(bench.seeds))
    yield record.snapshot("measuring")


def _members(
    bench: Bench, layers: Layers, recipe: Recipe, new: tuple[np.ndarray, np.ndarray]
) -> dict[str, np.ndarray]:
    """Gap and leak: training examples against new ones, labels as often wrong."""
    n = min(N_TEST, bench.config.n_train)
    x = np.stack([one.data.x_train[:n] for one in bench.drawn.values()])
    y = np.stack([bench.labels(seed, recipe)[:n] for seed in bench.seeds])
    old = _asked(layers, recipe.members, x), y
    right = [(scores.argmax(-1) == labels).mean(1) for scores, labels in (old, new)]
    sure = [
        np.stack([confidence(*pair) for pair in zip(*both, strict=True)]) for both in (old, new)
    ]
    truth = np.arange(n + sure[1].shape[1]) < n
    leak = [roc_auc(truth, own) for own in np.concatenate(sure, 1)]
    return {"gap": right[0] - right[1], "leak": np.array(leak)}


def _by_group(bench: Bench, layers: Layers, members: int) -> dict[str, np.ndarray]:
    """Accuracy of the worse of the two groups, and of the usual one less the rare one."""
    upright, laid = (_right(layers, members, x, bench.y) for x in bench.groups)
    return {"worst group": np.minimum(upright, laid), "group gap": upright - laid}


def _stability(bench: Bench, layers: Layers, members: int) -> np.ndarray:
    """How alike saliency maps of pictures and of noisy copies are: Spearman's correlation.

    A map is the size of the gradient, by pixel, of what the two likeliest digits of the picture
    are apart. Measured as by Ghorbani et al. 2019, here under noise instead of an attack.
    """
    import torch

    x = torch.from_numpy(bench.x[:, :N_EXPLAINED])
    draws = [numpy_generator(seed, "explained") for seed in bench.seeds]
    noise = np.stack([own.normal(0, NOISE, x.shape[1:]) for own in draws])
    noisy = (x + torch.from_numpy(noise).float()).clamp(0, 1)
    rivals = _logits(layers, members, x).topk(2).indices
    first, second = (
        _saliency(layers, members, part, rivals).reshape(-1, x.shape[2]) for part in (x, noisy)
    )
    return rank_correlation(first, second).reshape(len(bench.seeds), -1).mean(1)


def _saliency(layers: Layers, members: int, x: torch.Tensor, rivals: torch.Tensor) -> np.ndarray:
    import torch

    x = x.detach().requires_grad_()
    with torch.enable_grad():
        scores = _logits(layers, members, x).gather(-1, rivals)
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
    target = Target(lambda inputs: _logits(layers, members, inputs), x, y, bench.seeds)
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


def _training(recipe: Recipe, config: TradeOffsConfig) -> float:
    """Operations of one network's training: an attack takes a forward and a backward pass more."""
    from core.attacks.treated_training import BATCH

    passes = 4.0 if recipe.epsilon else 2.0
    return config.steps * BATCH * (passes * 2 * WEIGHTS + 2 * WIDTH * 10)


def _measuring(recipe: Recipe, config: TradeOffsConfig) -> float:
    """Operations of measuring one seed of an arm."""
    examples = 4 * N_TEST + min(config.n_train, N_TEST) + 5 * N_EXPLAINED
    examples += 2.4 * ATTACK_STEPS * N_ATTACKED
    return recipe.members * examples * 2 * WEIGHTS


def cost(config: TradeOffsConfig) -> Cost:
    """Every network's training, and every arm's measures."""
    names = [name for part in (False, True) for name in networks(config, config.seeds, part)]
    trained = sum(_training(recipe, config) for _, _, recipe in names)
    each = sum(_measuring(recipe, config) for recipe in recipes(config).values())
    measured = config.repetitions * each
    return Cost(trained + measured, trained / TRAINED + measured / MEASURED + 0.3)
