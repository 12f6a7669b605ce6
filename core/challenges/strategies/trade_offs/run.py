"""Networks under every recipe, trained side by side, and all measures of each."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import fields
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
from core.metrics.calibration import of_bins, softmax, top_label_bins
from core.metrics.privacy import confidence, roc_auc

if TYPE_CHECKING:
    import torch

    from core.attacks.treated_training import TreatedNets, Treatment

AMOUNTS: dict[Shift, float] = {"rotation": 30, "noise": 0.3, "blur": 1.2, "missing patch": 4}
CLIP = 1.0
N_ATTACKED, ATTACK_STEPS = 100, 10
N_TEST = 299
STACKED = 64
"""Networks that take their steps together, about."""
STRANGER = 10_000
"""Added to a seed for each further member of an ensemble: other initial weights."""
WEIGHTS = 64 * WIDTH + WIDTH * 10
SECONDS_PER_FLOP = 1 / 1.5e10
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
    """

    def __init__(self, config: TradeOffsConfig, seeds: Sequence[int]) -> None:
        """Draw the examples of the seeds; variants are drawn when they are asked for."""
        self.config, self.seeds = config, tuple(seeds)
        most = config.n_train * max(int(level["grown"]) for level in REMEDIES["more data"])
        self.drawn = {seed: draw(most, config.label_noise, seed) for seed in seeds}
        self.x = np.stack([one.data.x_validation for one in self.drawn.values()])
        self.y = np.stack([one.data.y_validation for one in self.drawn.values()])
        self._once: dict[tuple[object, ...], np.ndarray] = {}

    def labels(self, seed: int, recipe: Recipe) -> np.ndarray:
        """What a network of a recipe learns, `(n,)`."""
        return self.drawn[seed].labels(recipe.corrected, self.config.n_train * recipe.grown)

    def as_often_wrong(self, recipe: Recipe) -> np.ndarray:
        """Labels of the new pictures, wrong as often as those that a recipe learns from."""
        share = self.config.label_noise * (1 - recipe.corrected)
        return np.stack([one.as_often_wrong(share) for one in self.drawn.values()])

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
            scores = _asked(_answers(bench, known, recipe), recipe.members, bench.x)
            yield from _rows(bench, arm, _right(scores, bench.y))


def _rows(bench: Bench, arm: str, found: dict[str, np.ndarray]) -> Iterator[tuple[Any, ...]]:
    for name, values in found.items():
        yield from ((arm, name, s, float(v)) for s, v in zip(bench.seeds, values, strict=True))


def _right(scores: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    right = scores.argmax(-1) == y
    by_digit = [
        [own[at == digit].mean() for digit in np.unique(at)]
        for own, at in zip(right, y, strict=True)
    ]
    return {"accuracy": right.mean(1), "worst digit": np.array([min(own) for own in by_digit])}


def _measure(bench: Bench, known: Teachers, record: Record, arm: str, recipe: Recipe) -> Part[None]:
    """All measures of one arm."""
    layers = _answers(bench, known, recipe)
    scores = _asked(layers, recipe.members, bench.x)
    found = _right(scores, bench.y)
    labels = bench.as_often_wrong(recipe)
    found["calibration"] = of_bins(top_label_bins(softmax(scores), labels))["error"]
    yield record.snapshot("measuring")
    moved = _asked(layers, recipe.members, _shifted(bench))
    found["shifted"] = (moved.argmax(-1) == bench.y).mean(1)
    yield record.snapshot("measuring")
    found |= _members(bench, layers, recipe, (scores, labels))
    yield record.snapshot("measuring")
    found["attacked"] = yield from _attacked(bench, layers, recipe.members, record)
    found |= _costs(bench, known, recipe, layers)
    record.extend("cells", _rows(bench, arm, found))
    record.did(_measuring(recipe, bench.config) * len(bench.seeds))
    yield record.snapshot("measuring")


def _shifted(bench: Bench) -> np.ndarray:
    """The new pictures under the shift that was chosen, the same for all arms."""
    kind, found = bench.config.shift, []
    for seed, own in zip(bench.seeds, bench.x, strict=True):
        rng = numpy_generator(seed, "shift", kind)
        sides = rng.choice([-1.0, 1.0], len(own)) if kind == "rotation" else np.ones(len(own))
        found.append(shifted(kind, own, AMOUNTS[kind] * sides, rng))
    return np.stack(found)


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
    examples = 2 * N_TEST + min(config.n_train, N_TEST) + 2.4 * ATTACK_STEPS * N_ATTACKED
    return recipe.members * examples * 2 * WEIGHTS


def cost(config: TradeOffsConfig) -> Cost:
    """Every network's training, and every arm's measures."""
    names = [name for part in (False, True) for name in networks(config, config.seeds, part)]
    flops = sum(_training(recipe, config) for _, _, recipe in names)
    measured = sum(_measuring(recipe, config) for recipe in recipes(config).values())
    flops += config.repetitions * measured
    return Cost(flops, flops * SECONDS_PER_FLOP + 1.0)
